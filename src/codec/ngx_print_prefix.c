
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_prefix.h"


static uint64_t ngx_print_prefix_half(u_char *p);


/*
 * An IPv4 address that is mapped into IPv6 is in the second half, behind 64
 * zero bits. No network of IPv6 begins with the bytes of such a half.
 */

uint64_t
ngx_print_prefix(u_char *addr)
{
    uint64_t  half;

    half = ngx_print_prefix_half(addr);

    return half ? half
                : ngx_print_prefix_half(addr + NGX_PRINT_PREFIX_ADDR / 2);
}


static uint64_t
ngx_print_prefix_half(u_char *p)
{
    uint64_t    n;
    ngx_uint_t  i;

    n = 0;

    for (i = 0; i < NGX_PRINT_PREFIX_ADDR / 2; i++) {
        n = n << 8 | p[i];
    }

    return n;
}
