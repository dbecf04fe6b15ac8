
/*
 * Copyright (C) the print hub contributors
 */


/* What is known of clients: of one, and of all, page by page. */


#ifndef _NGX_PRINT_CLIENT_LIST_H_INCLUDED_
#define _NGX_PRINT_CLIENT_LIST_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


#define NGX_PRINT_CLIENT_INFO         16384  /* bytes */


typedef struct {
    uint64_t     seq;                        /* order of first registration */
    ngx_uint_t   nsp;                        /* of its socket, or of its last
                                                one if it is offline */
    u_char       sock[NGX_PRINT_SESSION_SOCK];  /* likewise */
    u_char       len;
    u_char       id[NGX_PRINT_CLIENT_ID_MAX];
    unsigned     connected:1;
} ngx_print_client_info_t;


typedef struct {
    ngx_print_client_info_t  info;
    time_t                   since;          /* since when it is online, or
                                                offline */
    ngx_uint_t               waiting;        /* jobs */
    ngx_uint_t               accepted;       /* jobs since it is known */
    ngx_uint_t               delivered;
    ngx_uint_t               undelivered;
    unsigned                 ack:1;

    /* of its session; set only if it is connected */
    time_t                   seen;
    ngx_uint_t               eio;
    ngx_int_t                worker;         /* process id of the worker that
                                                has the connection, or -1 */
    u_char                   addr[NGX_PRINT_SESSION_ADDR];
    unsigned                 ws:1;
} ngx_print_client_detail_t;


/* the figures of a client */
typedef struct {
    u_char       len;
    u_char       id[NGX_PRINT_CLIENT_ID_MAX];
    unsigned     online:1;
    uint32_t     waiting;                    /* jobs */
    uint32_t     seen;                       /* s since the epoch: its last
                                                packet, or when it went
                                                offline */
    uint32_t     accepted;                   /* jobs since it is known */
    uint32_t     delivered;
    uint32_t     undelivered;
} ngx_print_client_figures_t;


/*
 * Copies all that is known of the client with this clientId. info is NULL, or
 * has room for NGX_PRINT_CLIENT_INFO bytes; its len is set.
 *
 * NGX_OK        detail and info are set
 * NGX_DECLINED  there is no such client
 */
ngx_int_t ngx_print_client_find(ngx_print_store_t *st, ngx_str_t *id,
    ngx_print_client_detail_t *detail, ngx_str_t *info);

/*
 * Lists all clients, by pages of NGX_PRINT_CLIENT_PAGE records.
 *
 * pages() returns the number of pages, which never falls; lock-free. list()
 * copies the clients of one page, in no order, sets *version and returns their
 * number. version() returns the version of a page, lock-free: as long as it is
 * the same, list() gives the same clients.
 */
ngx_uint_t ngx_print_client_pages(ngx_print_store_t *st);
uint32_t ngx_print_client_version(ngx_print_store_t *st, ngx_uint_t page);
ngx_uint_t ngx_print_client_list(ngx_print_store_t *st, ngx_uint_t page,
    ngx_print_client_info_t *list, uint32_t *version);

/*
 * Copies the figures of the clients of a page, in no order, and sets *n to
 * their number. With *seq == 0 it sets *seq to a mark, and with that mark,
 * which the caller passes for all other pages, it leaves out clients that have
 * become known since: so no clientId comes twice, wherever it is forgotten and
 * comes back meanwhile.
 *
 * NGX_OK             *n was set
 * NGX_DONE           there is no such page, nor one behind it
 * NGX_PRINT_STALLED  the lock could not be had, or this process has no slot
 */
ngx_int_t ngx_print_client_figures(ngx_print_store_t *st, ngx_uint_t page,
    uint64_t *seq, ngx_print_client_figures_t *list, ngx_uint_t *n);

/* Copies what the list tells of a client; the caller holds the lock. */
void ngx_print_client_info_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_client_info_t *info);


#endif /* _NGX_PRINT_CLIENT_LIST_H_INCLUDED_ */
