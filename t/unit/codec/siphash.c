
/*
 * Copyright (C) the print hub contributors
 */


/* SipHash: the vectors of the reference, and texts in parts of all lengths. */


#include "unit.h"

#include "ngx_print_siphash.h"
#include "siphash_vectors.h"


static void siphash_reference(void);
static void siphash_parts(void);
static void siphash_bits(void);
static void siphash_whole(u_char *text, size_t len, u_char *hash);


static u_char  siphash_key[NGX_PRINT_SIPHASH_KEY];
static u_char  siphash_text[256];


int
main(void)
{
    ngx_uint_t  i;

    for (i = 0; i < sizeof(siphash_text); i++) {
        siphash_text[i] = i;
    }

    memcpy(siphash_key, siphash_text, sizeof(siphash_key));

    siphash_reference();
    siphash_parts();
    siphash_bits();

    return unit_end();
}


/* each text ends where no byte may be read */

static void
siphash_reference(void)
{
    size_t       len;
    u_char       hash[NGX_PRINT_SIPHASH_LEN], *p;
    uint64_t     half[2];
    ngx_uint_t   i;

    for (len = 0; len < 64; len++) {
        unit_about("a text of %lu bytes", (unsigned long) len);

        p = unit_guard(siphash_text, len);

        unit_check(ngx_print_siphash(siphash_key, p, len)
                   == siphash_short[len]);

        siphash_whole(p, len, hash);

        half[0] = 0;
        half[1] = 0;

        for (i = 0; i < NGX_PRINT_SIPHASH_LEN; i++) {
            half[i / 8] |= (uint64_t) hash[i] << 8 * (i % 8);
        }

        unit_check(half[0] == siphash_long[len][0]
                   && half[1] == siphash_long[len][1]);
    }
}


/* three parts: each length of the first two, and all the rest */

static void
siphash_parts(void)
{
    size_t               a, b, len;
    u_char               hash[NGX_PRINT_SIPHASH_LEN];
    u_char               whole[NGX_PRINT_SIPHASH_LEN];
    ngx_print_siphash_t  ctx;

    len = sizeof(siphash_text);

    siphash_whole(siphash_text, len, whole);

    for (a = 0; a < 40; a++) {
        for (b = 0; b < 40; b++) {
            unit_about("parts of %lu and %lu bytes", (unsigned long) a,
                       (unsigned long) b);

            ngx_print_siphash_init(&ctx, siphash_key);
            ngx_print_siphash_update(&ctx, siphash_text, a);
            ngx_print_siphash_update(&ctx, NULL, 0);
            ngx_print_siphash_update(&ctx, siphash_text + a, b);
            ngx_print_siphash_update(&ctx, siphash_text + a + b, len - a - b);
            ngx_print_siphash_final(&ctx, hash);

            unit_check(memcmp(hash, whole, sizeof(hash)) == 0);
        }
    }
}


/* each bit of the key and of a text changes both hashes */

static void
siphash_bits(void)
{
    u_char       hash[NGX_PRINT_SIPHASH_LEN], other[NGX_PRINT_SIPHASH_LEN];
    u_char       bit;
    uint64_t     is;
    ngx_uint_t   i;

    is = ngx_print_siphash(siphash_key, siphash_text, 19);
    siphash_whole(siphash_text, 19, hash);

    for (i = 0; i < 8 * (16 + 19); i++) {
        unit_about("bit %lu", (unsigned long) i);

        bit = 1 << i % 8;

        if (i < 8 * 16) {
            siphash_key[i / 8] ^= bit;

        } else {
            siphash_text[i / 8 - 16] ^= bit;
        }

        siphash_whole(siphash_text, 19, other);

        unit_check(memcmp(hash, other, sizeof(hash)) != 0);
        unit_check(ngx_print_siphash(siphash_key, siphash_text, 19) != is);

        if (i < 8 * 16) {
            siphash_key[i / 8] ^= bit;

        } else {
            siphash_text[i / 8 - 16] ^= bit;
        }
    }
}


static void
siphash_whole(u_char *text, size_t len, u_char *hash)
{
    ngx_print_siphash_t  ctx;

    ngx_print_siphash_init(&ctx, siphash_key);
    ngx_print_siphash_update(&ctx, text, len);
    ngx_print_siphash_final(&ctx, hash);
}
