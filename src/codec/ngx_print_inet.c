
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_inet.h"


u_char *
ngx_print_inet(u_char *p, u_char *last, u_char *addr)
{
    static u_char  mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    static u_char  none[NGX_PRINT_INET];

    if (ngx_memcmp(addr, none, NGX_PRINT_INET) == 0) {
        return ngx_cpymem(p, "unix:", sizeof("unix:") - 1);
    }

    if (ngx_memcmp(addr, mapped, sizeof(mapped)) == 0) {
        return p + ngx_inet_ntop(AF_INET, addr + sizeof(mapped), p, last - p);
    }

#if (NGX_HAVE_INET6)
    p += ngx_inet_ntop(AF_INET6, addr, p, last - p);
#endif

    return p;
}
