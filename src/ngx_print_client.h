
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Clients: who registered under which clientId, and the session that prints
 * for it now.  A record outlives its session; when the zone is full the one
 * that has been offline longest gives way.
 */


#ifndef _NGX_PRINT_CLIENT_H_INCLUDED_
#define _NGX_PRINT_CLIENT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_store.h"
#include "ngx_print_session.h"


#define NGX_PRINT_CLIENT_ID_MAX       96     /* bytes */
#define NGX_PRINT_CLIENT_PER_SESSION  64
#define NGX_PRINT_CLIENT_LIST         256


typedef struct {
    uint64_t     seq;                        /* order of first registration */
    ngx_uint_t   nsp;                        /* of its session, the last one
                                                if it is offline */
    u_char       sock[NGX_PRINT_SESSION_SOCK];
    u_char       len;
    u_char       id[NGX_PRINT_CLIENT_ID_MAX];
    unsigned     connected:1;
} ngx_print_client_info_t;


/*
 * Gives a clientId to a session's socket of a namespace; the newest
 * registration wins.  It counts as connected while the socket is joined.
 *
 * NGX_OK, NGX_DONE (it had that clientId already), NGX_DECLINED (no such
 * session), NGX_BUSY (it has NGX_PRINT_CLIENT_PER_SESSION of them),
 * NGX_PRINT_FULL (all records are online).  id->len is at most
 * NGX_PRINT_CLIENT_ID_MAX.
 */
ngx_int_t ngx_print_client_register(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp, ngx_str_t *id);

/*
 * Takes one clientId off a session that is closed, or has parted from this
 * namespace, marks it offline and tells which.  NGX_OK, NGX_DECLINED: it has
 * none there (any more).
 */
ngx_int_t ngx_print_client_leave(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp, ngx_print_client_info_t *info);

/*
 * Copies up to NGX_PRINT_CLIENT_LIST records, from *cursor on (0 at first), in
 * no order; *cursor is 0 when all were seen.  Returns their number.
 */
ngx_uint_t ngx_print_client_list(ngx_print_store_t *st, uint32_t *cursor,
    ngx_print_client_info_t *list);


#endif /* _NGX_PRINT_CLIENT_H_INCLUDED_ */
