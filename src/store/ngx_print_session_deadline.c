
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_wake.h"
#include "ngx_print_zone_ready.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_delivery.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_session_deadline.h"


/* a ping that is late by less than this part of the timeout is on time */
#define NGX_PRINT_SESSION_LATE  4


static ngx_print_session_due_e ngx_print_session_expire_locked(
    ngx_print_store_t *st, uint32_t now, ngx_print_store_session_t *s,
    ngx_uint_t *wake);


ngx_int_t
ngx_print_session_touch(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t pong)
{
    uint32_t                    now;
    ngx_uint_t                  more;
    ngx_print_store_session_t  *s;

    now = (uint32_t) ngx_current_msec;
    more = 0;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s && ngx_print_session_live_locked(s)) {

        s->seen = (uint32_t) ngx_time();

        s->packets++;

        if (pong) {
            ngx_print_store_publish(s->flags,
                                    s->flags & ~NGX_PRINT_SESSION_PING_WAIT);

            s->ping_at = now + s->ping_interval;

            if (s->pongs != s->pings) {
                ngx_print_store_publish(s->pongs, s->pongs + 1);
                more = ngx_print_job_received_locked(st, s);
            }

        } else if (s->flags & NGX_PRINT_SESSION_PING_WAIT) {
            s->ping_at = now + s->ping_timeout;
        }

        ngx_print_session_deadline_locked(st, s);
    }

    ngx_print_store_unlock(st);

    while (more) {
        more = 0;

        if (ngx_print_store_lock(st) != NGX_OK) {
            break;
        }

        s = ngx_print_session_locked(st, ref);

        if (s) {
            more = ngx_print_job_received_locked(st, s);
        }

        ngx_print_store_unlock(st);
    }

    return NGX_OK;
}


void
ngx_print_session_wait(ngx_print_store_t *st, ngx_print_ref_t ref)
{
    ngx_print_store_session_t  *s;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return;
    }

    s = ngx_print_session_locked(st, ref);

    if (s && ngx_print_session_live_locked(s)
        && s->flags & NGX_PRINT_SESSION_PING_WAIT)
    {
        s->ping_at = (uint32_t) ngx_current_msec + s->ping_timeout;

        ngx_print_session_deadline_locked(st, s);
    }

    ngx_print_store_unlock(st);
}


ngx_print_session_due_e
ngx_print_session_expire(ngx_print_store_t *st, uint32_t now, uint32_t index,
    ngx_print_ref_t *ref)
{
    ngx_uint_t                  wake;
    ngx_print_session_due_e     due;
    ngx_print_store_session_t  *s;

    s = &st->sessions[index];

    due = NGX_PRINT_DUE_NOTHING;
    wake = 0;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_DUE_NOTHING;
    }

    if (st->deadlines[index]
        && ngx_print_store_after(now, st->deadlines[index])
        && ((!ngx_print_session_held_locked(st, s)
             && !ngx_print_session_handed_locked(s))
            || ngx_print_session_stale_locked(st, s, now)))
    {
        ref->index = index;
        ref->gen = s->gen;

        due = ngx_print_session_expire_locked(st, now, s, &wake);
    }

    ngx_print_store_unlock(st);

    ngx_print_store_wake_slot(st, wake);

    return due;
}


static ngx_print_session_due_e
ngx_print_session_expire_locked(ngx_print_store_t *st, uint32_t now,
    ngx_print_store_session_t *s, ngx_uint_t *wake)
{
    uint32_t    from;
    ngx_uint_t  flags, fenced;

    if (s->state == NGX_PRINT_SESSION_LINGER) {
        return NGX_PRINT_DUE_FREE;
    }

    if (s->state == NGX_PRINT_SESSION_CLOSING) {

        if (ngx_print_session_held_locked(st, s)) {
            ngx_print_session_seize_locked(st, s);

        } else if (!ngx_print_session_attached_locked(st, s)) {
            ngx_print_session_attach_locked(st, s, NGX_PRINT_ATT_CLOSE, 0);
        }

        ngx_print_session_closing_locked(st, s);
        return NGX_PRINT_DUE_FINISH;
    }

    if (!ngx_print_session_live_locked(s)) {
        st->deadlines[s - st->sessions] = 0;
        return NGX_PRINT_DUE_NOTHING;
    }

    if (s->trust.expires && ngx_print_store_after(now, s->trust.expires)) {
        return NGX_PRINT_DUE_EXPIRED;
    }

    if (ngx_print_session_excused_locked(st, s, now)) {
        return NGX_PRINT_DUE_NOTHING;
    }

    if (ngx_print_session_connecting(s)
        && ngx_print_store_after(now, s->connect_by))
    {
        return NGX_PRINT_DUE_CONNECT_TIMEOUT;
    }

    if (s->flags & NGX_PRINT_SESSION_PING_WAIT
        || ngx_print_session_held_locked(st, s))
    {
        return NGX_PRINT_DUE_PING_TIMEOUT;
    }

    /* a ping behind a job is still unanswered: it does for this one, too */

    fenced = (s->pings != s->pongs);
    flags = NGX_PRINT_SESSION_PING_WAIT;

    if (!fenced && s->state != NGX_PRINT_SESSION_WS) {
        flags |= NGX_PRINT_SESSION_PING;
    }

    /*
     * A tick always comes a little late. If it comes much later, because the
     * worker was held up, the client gets the whole timeout from now on.
     */

    from = (now - s->ping_at < s->ping_timeout / NGX_PRINT_SESSION_LATE)
           ? s->ping_at : now;

    /*
     * The order of stores: 1. the time, 2. PING_WAIT. In between the time of
     * the ping must not be taken for the deadline of the pong.
     */

    s->ping_at = from + s->ping_timeout;

    ngx_print_store_publish(s->flags, s->flags | flags);

    ngx_print_session_deadline_locked(st, s);

    if (fenced) {
        return NGX_PRINT_DUE_NOTHING;
    }

    if (s->state != NGX_PRINT_SESSION_WS) {
        *wake = ngx_print_queue_list_locked(st, s);

    } else {
        s->pings++;
    }

    return NGX_PRINT_DUE_PING;
}
