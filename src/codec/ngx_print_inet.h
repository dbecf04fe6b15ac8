
/*
 * Copyright (C) the print hub contributors
 */


/* Addresses of clients: IPv6, or IPv4 that is mapped into it. */


#ifndef _NGX_PRINT_INET_H_INCLUDED_
#define _NGX_PRINT_INET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_INET  16    /* bytes */


/*
 * Writes an address as text, at most NGX_SOCKADDR_STRLEN bytes and not beyond
 * last: as "unix:" if all its bytes are zero. Returns the byte after the text.
 */
u_char *ngx_print_inet(u_char *p, u_char *last, u_char *addr);


#endif /* _NGX_PRINT_INET_H_INCLUDED_ */
