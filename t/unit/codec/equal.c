
/*
 * Copyright (C) the print hub contributors
 */


/* Comparing secrets: each bit counts, and no byte behind the end is read. */


#include "unit.h"

#include "ngx_print_equal.h"


static void equal_bits(size_t len);
static void equal_pairs(void);


int
main(void)
{
    size_t  len;

    for (len = 0; len <= 40; len++) {
        equal_bits(len);
    }

    equal_pairs();

    return unit_end();
}


static void
equal_bits(size_t len)
{
    u_char      text[40], *a, *b;
    size_t      i;
    ngx_uint_t  bit;

    for (i = 0; i < len; i++) {
        text[i] = (u_char) (i * 37 + 255);
    }

    a = unit_guard(text, len);
    b = malloc(len + 1);

    memcpy(b, a, len);

    unit_about("%lu bytes", (unsigned long) len);
    unit_check(ngx_print_equal(a, b, len) == 1);

    for (i = 0; i < len; i++) {

        for (bit = 0; bit < 8; bit++) {
            unit_about("byte %lu, bit %lu", (unsigned long) i,
                       (unsigned long) bit);

            b[i] ^= (u_char) (1 << bit);
            unit_check(ngx_print_equal(a, b, len) == 0);
            b[i] ^= (u_char) (1 << bit);
        }
    }

    free(b);
}


static void
equal_pairs(void)
{
    u_char      a, b;
    ngx_uint_t  i, j;

    for (i = 0; i < 256; i++) {

        for (j = 0; j < 256; j++) {
            a = (u_char) i;
            b = (u_char) j;

            unit_about("%lu and %lu", (unsigned long) i, (unsigned long) j);
            unit_check(ngx_print_equal(&a, &b, 1) == (i == j));
        }
    }
}
