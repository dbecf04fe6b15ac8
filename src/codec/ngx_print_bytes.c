
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_bytes.h"


u_char *
ngx_print_bytes_put(u_char *p, uint64_t n, ngx_uint_t len)
{
    while (len--) {
        *p++ = (u_char) n;
        n >>= 8;
    }

    return p;
}


uint64_t
ngx_print_bytes_get(const u_char **pos, ngx_uint_t len)
{
    uint64_t    n;
    ngx_uint_t  i;

    n = 0;

    for (i = 0; i < len; i++) {
        n |= (uint64_t) *(*pos)++ << (8 * i);
    }

    return n;
}
