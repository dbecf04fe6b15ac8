
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_client.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_message.h"
#include "ngx_print_queue.h"
#include "ngx_print_client_list.h"


#define NGX_PRINT_CLIENT_AHEAD  8     /* records that are fetched ahead, see
                                         list() */


static void ngx_print_client_figures_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_client_figures_t *figures);
static void ngx_print_client_detail_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_client_detail_t *detail);


ngx_int_t
ngx_print_client_find(ngx_print_store_t *st, ngx_str_t *id,
    ngx_print_client_detail_t *detail, ngx_str_t *info)
{
    uint32_t                   hash;
    ngx_print_message_t        msg;
    ngx_print_store_client_t  *cl;

    hash = ngx_print_client_hash(st, id);

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    cl = ngx_print_client_find_locked(st, id, hash);

    if (cl) {
        ngx_print_client_detail_locked(st, cl, detail);
    }

    if (info) {
        info->len = 0;
    }

    if (cl && info && cl->info) {
        ngx_memzero(&msg, sizeof(ngx_print_message_t));

        msg.block = cl->info;
        msg.len = ngx_print_store_head(st, cl->info)->len;

        info->len = ngx_print_queue_copy(st, &msg, info->data) - info->data;
    }

    ngx_print_store_unlock(st);

    return cl ? NGX_OK : NGX_DECLINED;
}


static void
ngx_print_client_detail_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_client_detail_t *detail)
{
    ngx_print_store_session_t  *s;

    ngx_memzero(detail, sizeof(ngx_print_client_detail_t));

    ngx_print_client_info_locked(st, cl, &detail->info);

    detail->since = cl->changed;
    detail->waiting = cl->njobs;
    detail->accepted = cl->delivered + cl->undelivered + cl->open;
    detail->delivered = cl->delivered;
    detail->undelivered = cl->undelivered;
    detail->ack = cl->ack;
    detail->worker = -1;

    s = ngx_print_client_session_locked(st, cl);

    if (s) {
        detail->seen = s->seen;
        detail->eio = s->eio;
        detail->ws = (s->state == NGX_PRINT_SESSION_WS);

        if (ngx_print_session_attached_locked(st, s)) {
            detail->worker = st->workers[s->att_slot].pid;
        }

        ngx_memcpy(detail->addr, s->addr, NGX_PRINT_SESSION_ADDR);
    }
}


ngx_uint_t
ngx_print_client_pages(ngx_print_store_t *st)
{
    return st->sh->client_top / NGX_PRINT_CLIENT_PAGE + 1;
}


uint32_t
ngx_print_client_version(ngx_print_store_t *st, ngx_uint_t page)
{
    return st->versions[page];
}


ngx_uint_t
ngx_print_client_list(ngx_print_store_t *st, ngx_uint_t page,
    ngx_print_client_info_t *list, uint32_t *version)
{
    uint32_t                   i, end, index;
    ngx_uint_t                 n;
    ngx_print_store_client_t  *cl;

    n = 0;
    i = page ? page * NGX_PRINT_CLIENT_PAGE : 1;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return 0;
    }

    end = ngx_min((page + 1) * NGX_PRINT_CLIENT_PAGE, st->sh->client_top);

    for ( /* void */ ; i < end; i++) {
        cl = &st->clients[i];

        /* Session records lie anywhere in memory: fetch some ahead. */

        if (i + NGX_PRINT_CLIENT_AHEAD < end) {
            index = ngx_print_store_owner_index(
                                    (cl + NGX_PRINT_CLIENT_AHEAD)->owner);
            __builtin_prefetch(&st->sessions[index]);
        }

        if (cl->state == NGX_PRINT_CLIENT_USED) {
            ngx_print_client_info_locked(st, cl, &list[n++]);
        }
    }

    *version = st->versions[page];

    ngx_print_store_unlock(st);

    return n;
}


ngx_int_t
ngx_print_client_figures(ngx_print_store_t *st, ngx_uint_t page, uint64_t *seq,
    ngx_print_client_figures_t *list, ngx_uint_t *n)
{
    uint32_t                   i, end;
    ngx_print_store_client_t  *cl;

    i = page ? page * NGX_PRINT_CLIENT_PAGE : 1;

    /* the top only rises: what comes behind it has come since */

    if (i >= *(volatile uint32_t *) &st->sh->client_top) {
        return NGX_DONE;
    }

    *n = 0;

    if (st->id == 0 || ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    if (*seq == 0) {
        *seq = st->sh->client_seq + 1;
    }

    end = ngx_min((page + 1) * NGX_PRINT_CLIENT_PAGE, st->sh->client_top);

    for ( /* void */ ; i < end; i++) {
        cl = &st->clients[i];

        if (cl->state == NGX_PRINT_CLIENT_USED && cl->seq < *seq) {
            ngx_print_client_figures_locked(st, cl, &list[(*n)++]);
        }
    }

    ngx_print_store_unlock(st);

    return NGX_OK;
}


static void
ngx_print_client_figures_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_client_figures_t *figures)
{
    ngx_print_store_session_t  *s;

    s = ngx_print_client_session_locked(st, cl);

    figures->len = cl->len;
    ngx_memcpy(figures->id, cl->id, cl->len);

    figures->online = (s != NULL);
    figures->waiting = cl->njobs;
    figures->seen = s ? s->seen : cl->changed;
    figures->accepted = cl->delivered + cl->undelivered + cl->open;
    figures->delivered = cl->delivered;
    figures->undelivered = cl->undelivered;
}


void
ngx_print_client_info_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_client_info_t *info)
{
    ngx_print_store_session_t  *s;

    s = ngx_print_client_owner_locked(st, cl);

    info->seq = cl->seq;
    info->connected = (s && ngx_print_session_connected_locked(s,
                                      ngx_print_store_owner_nsp(cl->owner)));
    info->len = cl->len;

    ngx_memcpy(info->id, cl->id, cl->len);

    if (s) {
        info->nsp = ngx_print_store_owner_nsp(cl->owner);
        ngx_print_session_sock_locked(st, s, info->nsp, info->sock);

    } else {
        info->nsp = cl->nsp;
        ngx_memcpy(info->sock, cl->sock, NGX_PRINT_SESSION_SOCK);
    }
}
