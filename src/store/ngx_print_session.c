
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_equal.h"
#include "ngx_print_prefix.h"
#include "ngx_print_zone.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_ready.h"
#include "ngx_print_zone_recovery.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_queue.h"
#include "ngx_print_zone_worker.h"
#include "ngx_print_zone_address.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_waiting.h"
#include "ngx_print_zone_client.h"
#include "ngx_print_zone_claim.h"
#include "ngx_print_zone_presence.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_job.h"
#include "ngx_print_session.h"


#define NGX_PRINT_SESSION_SCAN  4096    /* records of one lock hold */


static uint64_t ngx_print_session_order_locked(ngx_print_store_t *st);
static void ngx_print_session_times_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_session_init_t *init,
    uint32_t now);
static ngx_int_t ngx_print_session_admit_locked(ngx_print_store_t *st,
    ngx_print_session_init_t *init, uint32_t now);
static void ngx_print_session_pool_locked(ngx_print_store_t *st,
    ngx_print_session_init_t *init);
static ngx_int_t ngx_print_session_room_locked(ngx_print_store_t *st,
    ngx_print_session_init_t *init, uint32_t now);
static void ngx_print_session_yield_locked(ngx_print_store_t *st,
    ngx_print_session_init_t *init, ngx_print_yield_e why,
    ngx_print_store_session_t *s, uint32_t n);
static uint32_t ngx_print_session_alloc_locked(ngx_print_store_t *st);
static ngx_uint_t ngx_print_session_left_over_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp);
static void ngx_print_session_joined_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp);
static void ngx_print_session_leave_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);
static ngx_uint_t ngx_print_session_orphan_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t reason);


ngx_int_t
ngx_print_session_open(ngx_print_store_t *st, ngx_print_session_init_t *init,
    ngx_uint_t ws, ngx_print_ref_t *ref, uint32_t *token)
{
    uint32_t                    index, gen, now;
    ngx_int_t                   rc;
    ngx_uint_t                  state;
    ngx_print_store_session_t  *s;

    now = (uint32_t) ngx_current_msec;

    ngx_memzero(&init->yield, sizeof(ngx_print_session_yield_t));

    if (!init->again) {
        init->over = NGX_PRINT_OVER_NONE;
    }

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    if (!init->again) {

        if (ngx_print_session_admit_locked(st, init, now) != NGX_OK) {
            ngx_print_store_unlock(st);
            return NGX_PRINT_LIMITED;
        }

        ngx_print_session_pool_locked(st, init);
    }

    index = ngx_print_session_alloc_locked(st);

    if (index == 0) {
        rc = ngx_print_session_room_locked(st, init, now);
        ngx_print_store_unlock(st);
        return rc;
    }

    s = &st->sessions[index];
    gen = s->gen + 1;

    s->gen = gen;

    ngx_print_store_publish(st->sh->session_order,
                            ngx_print_session_order_locked(st));
    s->order = st->sh->session_order;

    ngx_memzero(s->key, sizeof(ngx_print_store_session_t)
                        - offsetof(ngx_print_store_session_t, key));

    s->eio = init->eio;
    s->flags = init->text ? NGX_PRINT_SESSION_TEXT : 0;
    s->ping_interval = init->ping_interval;
    s->ping_timeout = init->ping_timeout;

    ngx_memcpy(s->key, init->key, NGX_PRINT_SESSION_KEY);
    ngx_memcpy(s->addr, init->addr, NGX_PRINT_SESSION_ADDR);

    s->trust = init->trust;

    (void) ngx_print_address_obtain_locked(st, ngx_print_prefix(s->addr));

    ngx_print_session_times_locked(st, s, init, now);

    if (ws) {
        *token = ++s->token;
        ngx_print_session_attach_locked(st, s, NGX_PRINT_ATT_WS, *token);
    }

    state = ws ? NGX_PRINT_SESSION_WS : NGX_PRINT_SESSION_OPEN;

    ngx_print_count_tally_locked(st, NGX_PRINT_OTHER_CONNECT + (ws != 0) * 2
                                     + (s->eio != 3),
                                 NGX_PRINT_OF_SESSION, index, state);
    ngx_print_store_publish(s->state, state);
    ngx_print_count_tallied_locked(st);

    st->sh->session_count++;

    ngx_print_count_peak_locked(st->sh, NGX_PRINT_COUNT_SESSION,
                                st->sh->session_count);
    ngx_print_count_session_locked(st, s, ws != 0, 1);

    ngx_print_address_opened_locked(st, s);
    ngx_print_waiting_enter_locked(st, s);

    ngx_print_store_unlock(st);

    ref->index = index;
    ref->gen = gen;

    return NGX_OK;
}


/* The next order: the time of day, unless that was set back. */

static uint64_t
ngx_print_session_order_locked(ngx_print_store_t *st)
{
    uint64_t  now;

    now = (uint64_t) ngx_time() << NGX_PRINT_SESSION_ORDER;

    return ngx_max(now, st->sh->session_order + 1);
}


static void
ngx_print_session_times_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_session_init_t *init, uint32_t now)
{
    s->seen = (uint32_t) ngx_time();

    s->connect_by = now + init->connect_timeout;

    if (s->connect_by == 0) {
        s->connect_by = 1;
    }

    /* Sessions that come at the same time are not all pinged in one tick. */

    s->ping_at = now + init->ping_interval / 2
                 + init->key[0] * (init->ping_interval / 2) / 255;

    if (init->eio == 3) {
        /*
         * In protocol 3 the client sends the pings: we always wait for a
         * packet.
         */
        s->ping_at = now + init->ping_timeout;
        s->flags |= NGX_PRINT_SESSION_PING_WAIT;
    }

    ngx_print_session_deadline_locked(st, s);
}


static ngx_int_t
ngx_print_session_admit_locked(ngx_print_store_t *st,
    ngx_print_session_init_t *init, uint32_t now)
{
    uint64_t                    prefix;
    ngx_print_limits_t         *limits;
    ngx_print_store_address_t  *a;

    limits = init->limits;
    prefix = ngx_print_prefix(init->addr);

    if (limits == NULL || prefix == 0) {
        return NGX_OK;
    }

    a = ngx_print_address_find_locked(st, prefix);

    if (a && ngx_print_address_rate_locked(a, limits, now)) {
        init->over = NGX_PRINT_OVER_RATE;

    } else {
        init->over = ngx_print_address_session_over_locked(st, prefix, a,
                                                           limits);
    }

    return (init->over == NGX_PRINT_OVER_NONE || limits->dry_run)
           ? NGX_OK : NGX_PRINT_LIMITED;
}


/* Keeps the number of sessions that wait within its bounds. */

static void
ngx_print_session_pool_locked(ngx_print_store_t *st,
    ngx_print_session_init_t *init)
{
    uint32_t                    n;
    ngx_print_store_address_t  *a;

    if (init->joins) {
        return;
    }

    a = init->limits ? ngx_print_address_find_locked(st,
                                                 ngx_print_prefix(init->addr))
                     : NULL;

    n = a ? ngx_print_address_waiting_count_locked(a) : 0;

    if (a && n >= ngx_print_waiting_share(st)) {

        if (!init->limits->dry_run) {
            ngx_print_session_yield_locked(st, init, NGX_PRINT_YIELD_ADDRESS,
                                       ngx_print_waiting_oldest_locked(st, a),
                                       n);
            return;
        }

        init->yield.why = NGX_PRINT_YIELD_ADDRESS;
        init->yield.n = n;
        ngx_memcpy(init->yield.addr, init->addr, NGX_PRINT_SESSION_ADDR);
    }

    n = st->sh->waiting_count;

    if (n >= ngx_print_waiting_max(st)) {
        ngx_print_session_yield_locked(st, init, NGX_PRINT_YIELD_WAITING,
                                       ngx_print_waiting_oldest_locked(st,
                                                                       NULL),
                                       n);
    }
}


/*
 * Makes one of the sessions give way, if there is none that does already. It is
 * not left to another worker that has its connection, but finished by this
 * process, so that its record is free in a bounded time.
 *
 * NGX_AGAIN       this process finishes it
 * NGX_PRINT_FULL  none gives way
 */

static ngx_int_t
ngx_print_session_room_locked(ngx_print_store_t *st,
    ngx_print_session_init_t *init, uint32_t now)
{
    ngx_print_yield_e           why;
    ngx_print_store_session_t  *s;

    if (init->yield.ref.index == 0) {

        why = NGX_PRINT_YIELD_FULL;
        s = ngx_print_waiting_oldest_locked(st, NULL);

        if (s == NULL) {
            why = NGX_PRINT_YIELD_NAMELESS;
            s = ngx_print_waiting_nameless_locked(st);
        }

        if (s == NULL) {
            ngx_print_count_full_locked(st, NGX_PRINT_COUNT_SESSION);
            return NGX_PRINT_FULL;
        }

        ngx_print_session_yield_locked(st, init, why, s, st->sh->session_count);
    }

    s = &st->sessions[init->yield.ref.index];

    if (ngx_print_session_held_locked(st, s)
        || ngx_print_session_handed_locked(s))
    {
        ngx_print_session_seize_locked(st, s);
    }

    init->yield.mine = 1;

    return NGX_AGAIN;
}


static void
ngx_print_session_yield_locked(ngx_print_store_t *st,
    ngx_print_session_init_t *init, ngx_print_yield_e why,
    ngx_print_store_session_t *s, uint32_t n)
{
    init->yield.why = why;
    init->yield.n = n;
    init->yield.ref.index = s - st->sessions;
    init->yield.ref.gen = s->gen;

    ngx_memcpy(init->yield.addr, s->addr, NGX_PRINT_SESSION_ADDR);

    ngx_print_session_close_locked(st, s, init->reason);

    init->yield.mine = !ngx_print_session_held_locked(st, s);
}


static uint32_t
ngx_print_session_alloc_locked(ngx_print_store_t *st)
{
    uint32_t  index;

    index = st->sh->session_free;

    if (index) {
        st->sh->session_free = st->sessions[index].ready_next;
        return index;
    }

    index = st->sh->session_top;

    if (index == st->sh->nsessions) {
        return 0;
    }

    ngx_print_store_publish(st->sh->session_top, index + 1);

    return index;
}


ngx_int_t
ngx_print_session_find(ngx_print_store_t *st, uint32_t index, u_char *key,
    ngx_print_session_info_t *info)
{
    ngx_int_t                   rc;
    ngx_uint_t                  found;
    ngx_print_store_session_t  *s;

    if (index == 0 || index >= st->sh->session_top) {
        /* an invented index must not touch memory that nobody uses */
        return NGX_DECLINED;
    }

    s = &st->sessions[index];

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    found = ngx_print_equal(s->key, key, NGX_PRINT_SESSION_KEY);

    if (s->state == NGX_PRINT_SESSION_FREE
        || s->state == NGX_PRINT_SESSION_CLOSING)
    {
        found = 0;
    }

    rc = NGX_DECLINED;

    if (found) {
        ngx_print_session_info_locked(st, s, info);

        rc = (st->deadlines[index]
              && ngx_print_store_after((uint32_t) ngx_current_msec,
                                       st->deadlines[index]))
             ? NGX_AGAIN : NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_session_get(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_session_info_t *info)
{
    ngx_print_store_session_t  *s;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s) {
        ngx_print_session_info_locked(st, s, info);
    }

    ngx_print_store_unlock(st);

    return s ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_print_session_connect(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, u_char *sock)
{
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    rc = NGX_OK;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s == NULL || !ngx_print_session_live_locked(s)) {
        rc = NGX_DECLINED;

    } else if (s->connected >> nsp & 1) {
        rc = NGX_BUSY;

    } else if (ngx_print_session_left_over_locked(st, s, nsp)) {
        rc = NGX_AGAIN;

    } else {

        if (nsp == 0) {
            ngx_memcpy(s->sock, sock, NGX_PRINT_SESSION_SOCK);
        }

        ngx_print_session_joined_locked(st, s, nsp);
    }

    ngx_print_store_unlock(st);

    return rc;
}


/* Whether there is something left of the last socket in this namespace. */

static ngx_uint_t
ngx_print_session_left_over_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp)
{
    return (nsp == 0 && ngx_print_waiting_pid(s))
           || ngx_print_client_of_nsp_locked(st, s, nsp)
           || ngx_print_claim_of_nsp_locked(st, s, nsp);
}


/*
 * A session that was in no namespace is nameless from now on, until it has a
 * client. If we die before its time is set, it may give way at once.
 */

static void
ngx_print_session_joined_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp)
{
    ngx_uint_t  first;

    first = (s->connected == 0);

    if (first) {
        ngx_print_waiting_leave_locked(st, s);
    }

    ngx_print_store_publish(s->connected, s->connected | 1u << nsp);

    if (first) {
        ngx_print_waiting_since_locked(s);
        ngx_print_waiting_enter_locked(st, s);
    }

    ngx_print_session_deadline_locked(st, s);
}


ngx_int_t
ngx_print_session_disconnect(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp)
{
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    rc = NGX_DECLINED;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s && ngx_print_session_connected_locked(s, nsp)) {
        if (s->connected == 1u << nsp) {
            /* it has had to connect, and may give way at once */
            s->connect_by = 0;
        }

        ngx_print_client_touch_all_locked(st, s);

        ngx_print_store_publish(s->connected, s->connected & ~(1u << nsp));
        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}


void
ngx_print_session_sock(ngx_print_store_t *st,
    ngx_print_session_info_t *session, ngx_uint_t nsp, u_char *sock)
{
    if (nsp == 0) {
        ngx_memcpy(sock, session->sock, NGX_PRINT_SESSION_SOCK);
        return;
    }

    ngx_print_session_digest(st, session, nsp, sock);
}


void
ngx_print_session_digest(ngx_print_store_t *st,
    ngx_print_session_info_t *session, ngx_uint_t nsp, u_char *sock)
{
    ngx_print_session_published(st, session->ref.index, session->key, nsp,
                                sock);
}


ngx_uint_t
ngx_print_session_refused(ngx_print_store_t *st, ngx_print_ref_t ref)
{
    ngx_uint_t                  n;
    ngx_print_store_session_t  *s;

    n = NGX_PRINT_TRUST_REFUSED / NGX_PRINT_TRUST_REFUSAL;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return n;
    }

    s = ngx_print_session_locked(st, ref);

    if (s) {
        if ((s->trust.flags & NGX_PRINT_TRUST_REFUSED)
            != NGX_PRINT_TRUST_REFUSED)
        {
            ngx_print_store_publish(s->trust.flags,
                                    s->trust.flags + NGX_PRINT_TRUST_REFUSAL);
        }

        n = (s->trust.flags & NGX_PRINT_TRUST_REFUSED)
            / NGX_PRINT_TRUST_REFUSAL;
    }

    ngx_print_store_unlock(st);

    return n;
}


ngx_int_t
ngx_print_session_close(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t reason)
{
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    rc = NGX_DECLINED;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s && ngx_print_session_live_locked(s)) {
        ngx_print_session_close_locked(st, s, reason);

        rc = (ngx_print_session_held_locked(st, s)
              || ngx_print_session_handed_locked(s))
             ? NGX_AGAIN : NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_uint_t
ngx_print_session_reason(ngx_print_store_t *st, ngx_print_ref_t ref)
{
    ngx_uint_t                  reason;
    ngx_print_store_session_t  *s;

    reason = 0;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return 0;
    }

    s = ngx_print_session_locked(st, ref);

    if (s && s->state == NGX_PRINT_SESSION_CLOSING
        && ngx_print_session_attached_locked(st, s)
        && !ngx_print_session_held_locked(st, s)
        && !ngx_print_session_handed_locked(s))
    {
        reason = s->reason;
    }

    ngx_print_store_unlock(st);

    return reason;
}


/*
 * Clients that have not gone offline yet, because the process that did this
 * died, go offline now. The queues are emptied in slices, each in a lock hold
 * of its own.
 */

void
ngx_print_session_free(ngx_print_store_t *st, ngx_print_ref_t ref)
{
    ngx_uint_t                  again;
    ngx_print_store_session_t  *s;

    ngx_print_job_session_lost(st, ref);

    do {
        again = 0;

        if (ngx_print_store_lock(st) != NGX_OK) {
            return;
        }

        s = ngx_print_session_locked(st, ref);

        if (s && !ngx_print_session_live_locked(s)) {

            ngx_print_queue_clear_locked(st, &s->out);
            ngx_print_queue_clear_locked(st, &s->in);

            again = (s->out.head || s->in.head);

            if (!again) {

                ngx_print_session_leave_locked(st, s);

                ngx_print_queue_unlist_locked(st, s);

                ngx_print_store_publish(s->state, NGX_PRINT_SESSION_FREE);

                ngx_print_address_closed_locked(st, s);

                st->deadlines[ref.index] = 0;
                s->ready_next = st->sh->session_free;
                st->sh->session_free = ref.index;
                st->sh->session_count--;
            }
        }

        ngx_print_store_unlock(st);

    } while (again);
}


/* Takes off a session what its sockets have had. */

static void
ngx_print_session_leave_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    uint32_t  auth;

    while (s->clients) {
        ngx_print_client_leave_locked(st, s, s->clients);
    }

    auth = s->auth;

    if (auth) {
        ngx_print_store_publish(s->auth, 0);
        ngx_print_queue_drop_locked(st, auth);
    }

    ngx_print_claim_leave_locked(st, s, -1);

    ngx_print_recovery_left_locked(st, s);
}


void
ngx_print_session_linger(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t ms)
{
    ngx_print_store_session_t  *s;

    ngx_print_job_session_lost(st, ref);

    if (ngx_print_store_lock(st) != NGX_OK) {
        return;
    }

    s = ngx_print_session_locked(st, ref);

    if (s && s->state == NGX_PRINT_SESSION_CLOSING) {
        ngx_print_session_leave_locked(st, s);

        ngx_print_store_publish(s->att_kind, NGX_PRINT_ATT_NONE);
        ngx_print_queue_unlist_locked(st, s);

        ngx_print_store_deadline(st->deadlines, ref.index,
                                 (uint32_t) ngx_current_msec + ms);
        ngx_print_store_publish(s->state, NGX_PRINT_SESSION_LINGER);
    }

    ngx_print_store_unlock(st);
}


ngx_int_t
ngx_print_session_orphan(ngx_print_store_t *st, uint32_t *cursor,
    ngx_uint_t reason, ngx_print_ref_t *ref)
{
    uint32_t                    i, end;
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    i = *cursor ? *cursor : 1;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_DONE;
    }

    end = ngx_min(i + NGX_PRINT_SESSION_SCAN, st->sh->session_top);

    rc = (end == st->sh->session_top) ? NGX_DONE : NGX_AGAIN;

    for ( /* void */ ; i < end; i++) {
        s = &st->sessions[i];

        if (s->state != NGX_PRINT_SESSION_FREE
            && ngx_print_session_orphan_locked(st, s, reason))
        {
            ref->index = i++;
            ref->gen = s->gen;
            rc = NGX_OK;
            break;
        }
    }

    ngx_print_store_unlock(st);

    *cursor = i;

    return rc;
}


/*
 * Undoes what dead workers have left at a session. Returns 1 if this process
 * must finish it.
 */

static ngx_uint_t
ngx_print_session_orphan_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t reason)
{
    if (s->post_epoch
        && !ngx_print_store_worker_locked(st, s->post_slot, s->post_epoch))
    {
        ngx_print_store_publish(s->post_epoch, 0);
    }

    if (s->state == NGX_PRINT_SESSION_UPGRADING
        && !ngx_print_store_worker_locked(st, s->probe_slot, s->probe_epoch))
    {
        ngx_print_count_tally_locked(st, NGX_PRINT_OTHER_NOT_UPGRADED,
                                     NGX_PRINT_OF_SESSION, s - st->sessions,
                                     NGX_PRINT_SESSION_OPEN);
        ngx_print_store_publish(s->state, NGX_PRINT_SESSION_OPEN);
        ngx_print_count_tallied_locked(st);

        s->flags &= ~NGX_PRINT_SESSION_NOOP;
    }

    if (ngx_print_session_attached_locked(st, s)) {
        return 0;
    }

    if (s->state == NGX_PRINT_SESSION_CLOSING) {
        ngx_print_session_attach_locked(st, s, NGX_PRINT_ATT_CLOSE, 0);
        ngx_print_session_closing_locked(st, s);
        return 1;
    }

    if (s->state == NGX_PRINT_SESSION_WS) {
        ngx_print_session_close_locked(st, s, reason);
        return 1;
    }

    if (s->att_kind != NGX_PRINT_ATT_NONE) {
        ngx_print_store_publish(s->att_kind, NGX_PRINT_ATT_NONE);
        ngx_print_queue_unlist_locked(st, s);
    }

    return 0;
}
