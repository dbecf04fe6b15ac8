
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The part of an address that tells one customer of a network from another:
 * all of an IPv4 address, and the first 64 bits of an IPv6 address, because
 * whoever has one address of such a network has all of them.
 */


#ifndef _NGX_PRINT_PREFIX_H_INCLUDED_
#define _NGX_PRINT_PREFIX_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_PREFIX_ADDR  16      /* bytes of an address */


/*
 * Whether a prefix is of IPv6, and not 0, of an IPv4 address, or of one of the
 * few IPv6 addresses that begin with 64 zero bits, such as ::1.
 */
#define ngx_print_prefix_is_ipv6(prefix)                                      \
    ((prefix) >> 48 != 0)

/* The first 48 bits of a prefix of IPv6. */
#define ngx_print_prefix_site(prefix)                                         \
    ((prefix) >> 16)


/*
 * Returns the prefix of an address of NGX_PRINT_PREFIX_ADDR bytes, in which an
 * IPv4 address is mapped into IPv6. 0 is the prefix of no address: that of a
 * UNIX socket, all bytes of which are 0.
 */
uint64_t ngx_print_prefix(u_char *addr);


#endif /* _NGX_PRINT_PREFIX_H_INCLUDED_ */
