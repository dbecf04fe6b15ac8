
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

#include "ngx_print_zone_types.h"


#define NGX_PRINT_CLIENT_INFO         16384  /* bytes */


/* what a station says of itself when it registers */
typedef struct {
    ngx_str_t    id;                         /* at most NGX_PRINT_CLIENT_ID_MAX
                                                bytes */
    ngx_str_t    info;                       /* JSON, kept with the client */
    unsigned     ack:1;                      /* it answers its jobs */
} ngx_print_client_init_t;


typedef struct {
    uint64_t     seq;                        /* order of first registration */
    ngx_uint_t   nsp;                        /* of its session, the last one
                                                if it is offline */
    u_char       sock[NGX_PRINT_SESSION_SOCK];
    u_char       len;
    u_char       id[NGX_PRINT_CLIENT_ID_MAX];
    unsigned     connected:1;
} ngx_print_client_info_t;


typedef struct {
    ngx_print_client_info_t  info;
    time_t                   since;          /* it came, or went */
    ngx_uint_t               waiting;        /* jobs */
    ngx_uint_t               accepted;       /* jobs, ever */
    ngx_uint_t               delivered;
    ngx_uint_t               undelivered;
    unsigned                 ack:1;

    /* of its session, if it is connected */
    time_t                   seen;
    ngx_uint_t               eio;
    ngx_int_t                worker;         /* its pid, -1: none has it */
    u_char                   addr[NGX_PRINT_SESSION_ADDR];
    unsigned                 ws:1;
} ngx_print_client_detail_t;


/*
 * Gives a clientId to a session's socket of a namespace; the newest
 * registration wins.  It counts as connected while the socket is joined.  Jobs
 * that wait for it are sent.
 *
 * NGX_OK, NGX_DONE (it had that clientId already), NGX_DECLINED (no such
 * session), NGX_BUSY (it has NGX_PRINT_CLIENT_PER_SESSION of them),
 * NGX_PRINT_FULL (all records are online or have jobs).
 */
ngx_int_t ngx_print_client_register(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp, ngx_print_client_init_t *init);

/*
 * Takes one clientId off a session that is closed, or has parted from this
 * namespace, marks it offline and tells which.  NGX_OK, NGX_DECLINED: it has
 * none there (any more).
 */
ngx_int_t ngx_print_client_offline(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp, ngx_print_client_info_t *info);

/*
 * All of one client; info: room for NGX_PRINT_CLIENT_INFO bytes, or NULL.
 * NGX_OK, NGX_DECLINED.
 */
ngx_int_t ngx_print_client_find(ngx_print_store_t *st, ngx_str_t *id,
    ngx_print_client_detail_t *detail, ngx_str_t *info);

/*
 * Forgets a client that is away; its jobs are CANCELED, or UNCONFIRMED.
 * NGX_OK, NGX_DECLINED, NGX_BUSY: it is connected, or was just now.
 */
ngx_int_t ngx_print_client_remove(ngx_print_store_t *st, ngx_str_t *id);

/*
 * All clients, by pages of NGX_PRINT_CLIENT_PAGE records.  pages() is their
 * number, which only rises.  list() copies those of a page, in no order, and
 * returns their number.  What it says of them is the same as long as the
 * page's version is; lock-free: pages(), version().
 */
ngx_uint_t ngx_print_client_pages(ngx_print_store_t *st);
uint32_t ngx_print_client_version(ngx_print_store_t *st, ngx_uint_t page);
ngx_uint_t ngx_print_client_list(ngx_print_store_t *st, ngx_uint_t page,
    ngx_print_client_info_t *list, uint32_t *version);


#endif /* _NGX_PRINT_CLIENT_H_INCLUDED_ */
