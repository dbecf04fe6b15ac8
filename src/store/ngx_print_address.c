
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_prefix.h"
#include "ngx_print_zone.h"
#include "ngx_print_zone_address.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_address.h"


static uint32_t ngx_print_address_default(ngx_uint_t of, ngx_uint_t all);


void
ngx_print_address_limits(ngx_print_store_t *st, ngx_uint_t connections,
    ngx_print_limits_t *limits)
{
    ngx_uint_t  sessions, clients;

    sessions = st->sh->nsessions - 1;
    clients = st->sh->nclients - 1;

    if (limits->sessions == 0) {
        limits->sessions = ngx_print_address_default(ngx_min(sessions,
                                                             connections),
                                                     sessions);
    }

    if (limits->clients == 0) {
        limits->clients = ngx_print_address_default(clients, clients);
    }

    if (limits->burst == 0) {
        /* all stations of the address come back at once, with all names */

        limits->burst = ngx_min((uint64_t) limits->sessions + limits->clients,
                                NGX_PRINT_LIMITS_BURST);
    }
}


static uint32_t
ngx_print_address_default(ngx_uint_t of, ngx_uint_t all)
{
    ngx_uint_t  n;

    n = ngx_max(of / 4, NGX_PRINT_ADDRESS_LEAST);

    return ngx_min(n, all / 2);
}


uint32_t
ngx_print_address_sessions(ngx_print_store_t *st, ngx_uint_t percent)
{
    uint64_t  n;

    n = (uint64_t) (st->sh->nsessions - 1) * percent / 100;

    return ngx_max(n, 1);
}


uint32_t
ngx_print_address_clients(ngx_print_store_t *st, ngx_uint_t percent)
{
    uint64_t  n;

    n = (uint64_t) (st->sh->nclients - 1) * percent / 100;

    return ngx_max(n, 1);
}


ngx_int_t
ngx_print_address_charge(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_limits_t *limits, ngx_uint_t connects, ngx_print_over_e *over)
{
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    *over = NGX_PRINT_OVER_NONE;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    rc = NGX_DECLINED;

    s = ngx_print_session_locked(st, ref);

    if (s && connects && !(s->flags & NGX_PRINT_SESSION_ASKED)) {
        ngx_print_store_publish(s->flags, s->flags | NGX_PRINT_SESSION_ASKED);
        rc = NGX_OK;

    } else if (s) {
        rc = ngx_print_address_charge_locked(st, s, limits, over);
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_address_stream(ngx_print_store_t *st,
    ngx_print_address_stream_t *stream, u_char *addr, ngx_uint_t limit)
{
    ngx_uint_t                   n;
    ngx_queue_t                 *q;
    ngx_print_address_stream_t  *other;

    stream->prefix = ngx_print_prefix(addr);
    n = 0;

    for (q = ngx_queue_head(&st->streams);
         limit && stream->prefix && q != ngx_queue_sentinel(&st->streams);
         q = ngx_queue_next(q))
    {
        other = ngx_queue_data(q, ngx_print_address_stream_t, queue);

        if (other->prefix == stream->prefix && ++n == limit) {
            return NGX_PRINT_LIMITED;
        }
    }

    ngx_queue_insert_tail(&st->streams, &stream->queue);

    return NGX_OK;
}


void
ngx_print_address_stream_end(ngx_print_address_stream_t *stream)
{
    ngx_queue_remove(&stream->queue);
}
