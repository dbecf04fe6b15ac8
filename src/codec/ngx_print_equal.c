
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_equal.h"


ngx_uint_t
ngx_print_equal(const void *a, const void *b, size_t len)
{
    size_t         i;
    ngx_uint_t     differs;
    const u_char  *p, *q;

    p = a;
    q = b;
    differs = 0;

    for (i = 0; i < len; i++) {
        differs |= p[i] ^ q[i];

        /* the compiler does not see that the loop could end early */

        __asm__("" : "+r"(differs));
    }

    /* 0 - 1 has all bits set, and no byte - 1 has the highest one */

    return (differs - 1) >> (8 * sizeof(ngx_uint_t) - 1);
}
