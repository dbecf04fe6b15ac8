
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_wake.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_ready.h"
#include "ngx_print_zone_worker.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_session_attach.h"


static ngx_uint_t ngx_print_session_probed_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t token);
static ngx_print_store_session_t *ngx_print_session_with_locked(
    ngx_print_store_t *st, ngx_print_ref_t ref, ngx_print_holder_t *from);
static void ngx_print_session_move_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);


ngx_int_t
ngx_print_session_poll(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t *token)
{
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s == NULL || s->state == NGX_PRINT_SESSION_CLOSING) {
        rc = NGX_DECLINED;

    } else if (s->state == NGX_PRINT_SESSION_WS) {
        rc = NGX_ABORT;

    } else if (ngx_print_session_attached_locked(st, s)) {
        rc = NGX_BUSY;

    } else {
        *token = ++s->token;
        ngx_print_session_attach_locked(st, s, NGX_PRINT_ATT_POLL, *token);
        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_session_detach(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t token)
{
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    rc = NGX_DECLINED;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s && s->state != NGX_PRINT_SESSION_CLOSING
        && s->att_kind == NGX_PRINT_ATT_POLL
        && !ngx_print_session_held_locked(st, s)
        && s->att_token == token)
    {
        ngx_print_store_publish(s->att_kind, NGX_PRINT_ATT_NONE);
        ngx_print_queue_unlist_locked(st, s);
        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_session_post(ngx_print_store_t *st, ngx_print_ref_t ref)
{
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s == NULL || !ngx_print_session_live_locked(s)) {
        rc = NGX_DECLINED;

    } else if (s->state == NGX_PRINT_SESSION_WS) {
        rc = NGX_ABORT;

    } else if (s->post_epoch
               && ngx_print_store_worker_locked(st, s->post_slot,
                                                s->post_epoch))
    {
        rc = NGX_BUSY;

    } else {
        ngx_print_store_publish(s->post_epoch, 0);
        s->post_slot = st->slot;
        ngx_print_store_publish(s->post_epoch, st->epoch);
        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_session_post_done(ngx_print_store_t *st, ngx_print_ref_t ref)
{
    ngx_print_store_session_t  *s;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s && s->post_slot == st->slot && s->post_epoch == st->epoch) {
        ngx_print_store_publish(s->post_epoch, 0);
    }

    ngx_print_store_unlock(st);

    return NGX_OK;
}


ngx_int_t
ngx_print_session_probe(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t *token)
{
    ngx_int_t                   rc;
    ngx_uint_t                  wake;
    ngx_print_store_session_t  *s;

    rc = NGX_OK;
    wake = 0;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s == NULL || !ngx_print_session_live_locked(s)) {
        rc = NGX_DECLINED;

    } else if (s->state == NGX_PRINT_SESSION_WS
               || (s->state == NGX_PRINT_SESSION_UPGRADING
                   && ngx_print_store_worker_locked(st, s->probe_slot,
                                                    s->probe_epoch)))
    {
        rc = NGX_BUSY;

    } else {
        *token = ++s->token;

        ngx_print_store_publish(s->probe_epoch, 0);
        s->probe_slot = st->slot;
        s->probe_token = *token;
        ngx_print_store_publish(s->probe_epoch, st->epoch);

        s->flags |= NGX_PRINT_SESSION_NOOP;
        ngx_print_store_publish(s->state, NGX_PRINT_SESSION_UPGRADING);

        wake = ngx_print_queue_list_locked(st, s);
    }

    ngx_print_store_unlock(st);

    ngx_print_store_wake_slot(st, wake);

    return rc;
}


/*
 * The order of stores: 1. the attachment, 2. the state. If we die in between,
 * repair() finds a session UPGRADING that is attached to a WebSocket, and
 * makes it WS.
 */

ngx_int_t
ngx_print_session_upgrade(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t token)
{
    ngx_int_t                   rc;
    ngx_uint_t                  wake;
    ngx_print_store_session_t  *s;

    rc = NGX_DECLINED;
    wake = 0;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s && ngx_print_session_probed_locked(st, s, token)) {

        if (s->att_kind == NGX_PRINT_ATT_POLL
            && ngx_print_session_attached_locked(st, s))
        {
            /* The client has paused polling, but its request still waits. */

            st->workers[s->att_slot].audit = 1;
            wake = s->att_slot + 1;
        }

        ngx_print_count_tally_locked(st, NGX_PRINT_OTHER_UPGRADED,
                                     NGX_PRINT_OF_SESSION, ref.index,
                                     NGX_PRINT_SESSION_WS);
        ngx_print_session_attach_locked(st, s, NGX_PRINT_ATT_WS, token);
        ngx_print_store_publish(s->state, NGX_PRINT_SESSION_WS);
        ngx_print_count_tallied_locked(st);

        ngx_print_count_session_locked(st, s, 0, -1);
        ngx_print_count_session_locked(st, s, 1, 1);

        s->flags &= ~NGX_PRINT_SESSION_NOOP;

        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    ngx_print_store_wake_slot(st, wake);

    return rc;
}


ngx_int_t
ngx_print_session_unprobe(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t token)
{
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    rc = NGX_DECLINED;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s && ngx_print_session_probed_locked(st, s, token)) {
        ngx_print_count_tally_locked(st, NGX_PRINT_OTHER_NOT_UPGRADED,
                                     NGX_PRINT_OF_SESSION, ref.index,
                                     NGX_PRINT_SESSION_OPEN);
        ngx_print_store_publish(s->state, NGX_PRINT_SESSION_OPEN);
        ngx_print_count_tallied_locked(st);

        s->flags &= ~NGX_PRINT_SESSION_NOOP;
        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}


static ngx_uint_t
ngx_print_session_probed_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t token)
{
    return s->state == NGX_PRINT_SESSION_UPGRADING
           && s->probe_slot == st->slot
           && s->probe_epoch == st->epoch
           && s->probe_token == token;
}


ngx_uint_t
ngx_print_session_audit(ngx_print_store_t *st)
{
    ngx_print_store_worker_t  *w;

    w = &st->workers[st->slot];

    if (w->audit == 0) {
        return 0;
    }

    w->audit = 0;

    ngx_memory_barrier();

    return 1;
}


ngx_uint_t
ngx_print_session_lost(ngx_print_store_t *st, uint32_t *indices)
{
    ngx_uint_t                 n;
    ngx_print_store_worker_t  *w;

    w = &st->workers[st->slot];

    if (*(volatile uint32_t *) &w->nlost == 0
        || ngx_print_store_lock(st) != NGX_OK)
    {
        return 0;
    }

    n = w->nlost;
    ngx_memcpy(indices, w->lost, n * sizeof(uint32_t));
    w->nlost = 0;

    ngx_print_store_unlock(st);

    return n;
}


ngx_int_t
ngx_print_session_hand(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t token)
{
    ngx_int_t                   rc;
    ngx_print_holder_t          me;
    ngx_print_store_session_t  *s;

    rc = NGX_DECLINED;

    ngx_print_session_holder(st, token, &me);

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_with_locked(st, ref, &me);

    if (s && s->state == NGX_PRINT_SESSION_WS
        && !ngx_print_session_handed_locked(s))
    {
        ngx_print_store_publish(s->flags, s->flags | NGX_PRINT_SESSION_HANDED);
        st->sh->handed++;
        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_session_adopt(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_holder_t *from, uint32_t *token)
{
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    rc = NGX_DECLINED;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_with_locked(st, ref, from);

    if (s) {

        if (from->slot == st->slot && from->epoch == st->epoch) {
            st->sh->taken_back++;

            ngx_print_session_move_locked(st, s);

        } else {
            st->sh->taken++;

            ngx_print_count_tally_locked(st, NGX_PRINT_OTHER_HANDED,
                                         NGX_PRINT_OF_HOLDER, ref.index,
                                         s->token + 1);
            ngx_print_session_move_locked(st, s);
            ngx_print_count_tallied_locked(st);
        }

        *token = s->att_token;
        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}


/*
 * From the first store of att_kind on, the session is with the new holder: if
 * we die after it, repair() does the rest from probe_*.  There is no moment at
 * which a session in state WS is with nobody.
 */

static void
ngx_print_session_move_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    s->token++;

    ngx_print_queue_unlist_locked(st, s);

    s->probe_slot = st->slot;
    s->probe_epoch = st->epoch;
    s->probe_token = s->token;

    ngx_print_store_publish(s->att_kind, NGX_PRINT_ATT_MOVE);

    s->att_slot = s->probe_slot;
    s->att_epoch = s->probe_epoch;
    s->att_token = s->probe_token;

    ngx_print_store_publish(s->att_kind, NGX_PRINT_ATT_WS);

    s->flags &= ~NGX_PRINT_SESSION_HANDED;
}


ngx_int_t
ngx_print_session_refuse(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_holder_t *from)
{
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    rc = NGX_DECLINED;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_with_locked(st, ref, from);

    if (s && ngx_print_session_handed_locked(s)) {
        ngx_print_store_publish(s->flags,
                                s->flags & ~NGX_PRINT_SESSION_HANDED);

        if (from->slot == st->slot && from->epoch == st->epoch) {
            st->sh->handed--;

        } else {
            st->sh->refused++;
        }

        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_session_handed(ngx_print_store_t *st, ngx_print_handed_t *handed,
    ngx_uint_t n)
{
    ngx_uint_t                  i;
    ngx_print_holder_t          me;
    ngx_print_store_session_t  *s;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    for (i = 0; i < n; i++) {
        ngx_print_session_holder(st, handed[i].token, &me);

        s = ngx_print_session_with_locked(st, handed[i].ref, &me);

        if (s == NULL) {
            handed[i].state = NGX_PRINT_HANDED_GONE;

        } else if (ngx_print_session_handed_locked(s)) {
            handed[i].state = NGX_PRINT_HANDED_WAITS;

        } else {
            handed[i].state = NGX_PRINT_HANDED_REFUSED;
        }
    }

    ngx_print_store_unlock(st);

    return NGX_OK;
}


void
ngx_print_session_holder(ngx_print_store_t *st, uint32_t token,
    ngx_print_holder_t *me)
{
    me->slot = st->slot;
    me->epoch = st->epoch;
    me->token = token;
}


/* Returns the session if it is with this holder, else NULL. */

static ngx_print_store_session_t *
ngx_print_session_with_locked(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_holder_t *from)
{
    ngx_print_store_session_t  *s;

    s = ngx_print_session_locked(st, ref);

    if (s == NULL
        || (s->state != NGX_PRINT_SESSION_WS
            && s->state != NGX_PRINT_SESSION_CLOSING)
        || s->att_kind != NGX_PRINT_ATT_WS
        || s->att_slot != from->slot
        || s->att_epoch != from->epoch
        || s->att_token != from->token)
    {
        return NULL;
    }

    return s;
}
