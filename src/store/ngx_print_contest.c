
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_wake.h"
#include "ngx_print_zone_ready.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_client.h"
#include "ngx_print_zone_event.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_contest.h"


/* pings in a row that a session can leave unanswered before it has ended */
#define NGX_PRINT_CONTEST_LIMIT  3


static ngx_print_store_session_t *ngx_print_contest_holder_locked(
    ngx_print_store_t *st, ngx_print_store_client_t *cl,
    ngx_print_client_loser_t *holder);
static void ngx_print_contest_ping_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);


ngx_int_t
ngx_print_contest_ask(ngx_print_store_t *st, ngx_print_ref_t by, ngx_str_t *id,
    ngx_print_client_loser_t *holder, ngx_print_contest_t *contest)
{
    uint32_t                    hash;
    ngx_int_t                   rc;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    ngx_memzero(contest, sizeof(ngx_print_contest_t));

    hash = ngx_print_client_hash(st, id);

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    cl = ngx_print_client_find_locked(st, id, hash);
    s = ngx_print_contest_holder_locked(st, cl, holder);

    if (s == NULL) {
        rc = NGX_DECLINED;

    } else if (holder->ref.index == by.index && holder->ref.gen == by.gen) {
        rc = NGX_DONE;

    } else {
        ngx_print_contest_ping_locked(st, s);

        contest->owner = cl->owner;
        contest->client = cl - st->clients;
        contest->packets = s->packets;
        contest->limit = NGX_PRINT_CONTEST_LIMIT * s->ping_timeout;

        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}


/* Returns the session of the holder, or NULL if it does not have the client. */

static ngx_print_store_session_t *
ngx_print_contest_holder_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_client_loser_t *holder)
{
    if (cl == NULL
        || cl->owner != ngx_print_store_owner(&holder->ref, holder->nsp))
    {
        return NULL;
    }

    return ngx_print_client_session_locked(st, cl);
}


/*
 * Makes a worker send a ping now, and its answer due, as if it was time for it.
 * If a pong, or in protocol 3 any packet, is awaited, that is the answer.
 *
 * The order of stores: 1. the time, 2. PING_WAIT. In between it is the time of
 * the next ping.
 */

static void
ngx_print_contest_ping_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    ngx_uint_t  flags;

    if (s->flags & NGX_PRINT_SESSION_PING_WAIT) {
        return;
    }

    flags = NGX_PRINT_SESSION_PING_WAIT;

    if (s->pings == s->pongs) {
        flags |= NGX_PRINT_SESSION_PING;
    }

    s->ping_at = (uint32_t) ngx_current_msec + s->ping_timeout;

    ngx_print_session_deadline_locked(st, s);

    ngx_print_store_publish(s->flags, s->flags | flags);

    if (flags & NGX_PRINT_SESSION_PING) {
        ngx_print_store_wake_locked(st, ngx_print_queue_list_locked(st, s));
    }
}


ngx_int_t
ngx_print_contest_look(ngx_print_store_t *st, ngx_print_contest_t *contest)
{
    ngx_print_store_session_t  *s;

    if (contest->owner == 0
        || st->clients[contest->client].owner != contest->owner)
    {
        return NGX_DECLINED;
    }

    s = &st->sessions[ngx_print_store_owner_index(contest->owner)];

    if (s->gen != ngx_print_store_owner_gen(contest->owner)
        || !ngx_print_session_live_locked(s))
    {
        return NGX_DECLINED;
    }

    return s->packets != contest->packets ? NGX_OK : NGX_AGAIN;
}


ngx_int_t
ngx_print_contest_refuse(ngx_print_store_t *st, ngx_print_ref_t by,
    ngx_uint_t nsp, ngx_str_t *id, ngx_print_client_loser_t *holder)
{
    uint32_t                    hash;
    ngx_int_t                   rc;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    hash = ngx_print_client_hash(st, id);

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, by);
    cl = ngx_print_client_find_locked(st, id, hash);

    if (s == NULL || !ngx_print_session_connected_locked(s, nsp)) {
        rc = NGX_DECLINED;

    } else if (ngx_print_contest_holder_locked(st, cl, holder) == NULL) {
        rc = NGX_AGAIN;

    } else {
        ngx_print_event_refused_locked(st, cl - st->clients,
                                       ngx_print_store_owner(&by, nsp));
        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}
