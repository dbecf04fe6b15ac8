
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_wake.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_ready.h"
#include "ngx_print_zone_queue.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_delivery.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_queue.h"


static void ngx_print_queue_both_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, size_t max, ngx_print_batch_t *batch);
static void ngx_print_queue_next_job(ngx_print_store_t *st,
    ngx_print_batch_t *batch, ngx_print_message_t *msg);


ngx_int_t
ngx_print_queue_take(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t token, size_t max, ngx_uint_t detach, ngx_print_batch_t *batch)
{
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    ngx_memzero(batch, sizeof(ngx_print_batch_t));

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s == NULL || !ngx_print_queue_mine_locked(st, s, token)) {
        rc = NGX_DECLINED;
        goto done;
    }

    if (s->state == NGX_PRINT_SESSION_CLOSING) {
        batch->closing = 1;
        rc = NGX_OK;
        goto done;
    }

    if (detach) {
        batch->noop = (s->flags & NGX_PRINT_SESSION_NOOP)
                      || s->state == NGX_PRINT_SESSION_UPGRADING;
    }

    batch->ping = (s->flags & NGX_PRINT_SESSION_PING) ? 1 : 0;
    batch->linger = (s->state == NGX_PRINT_SESSION_LINGER);

    ngx_print_queue_both_locked(st, s, max, batch);

    if (batch->count || batch->noop || batch->ping) {

        if (detach) {
            ngx_print_store_publish(s->att_kind, NGX_PRINT_ATT_NONE);
            ngx_print_queue_unlist_locked(st, s);
        }

        s->flags &= ~NGX_PRINT_SESSION_NOOP;

        if (batch->ping) {
            s->flags &= ~NGX_PRINT_SESSION_PING;

            if (!batch->counted) {
                s->pings++;
            }
        }

        rc = NGX_OK;

    } else {
        rc = NGX_AGAIN;
    }

    if (rc == NGX_AGAIN && batch->more) {
        /*
         * This lock hold was used up by jobs that are not sent: go on in the
         * next one.
         */
        ngx_print_store_wake_locked(st, ngx_print_queue_list_locked(st, s));
    }

done:

    st->taken = (batch->head || batch->njobs);

    ngx_print_store_unlock(st);

    return rc;
}


/*
 * Takes messages, then jobs. After a recovery it is the other way round in the
 * first batch: first the jobs that the client missed, as many as it takes, then
 * the answer to CONNECT, which is a message. A client holds events back until
 * it is connected, and if it loses its connection before, it asks for the same
 * jobs again and then has them twice. Therefore they come with that answer, in
 * one batch, and the others behind it. The fence follows the answer.
 */

static void
ngx_print_queue_both_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, size_t max, ngx_print_batch_t *batch)
{
    ngx_uint_t  more;

    if (s->flags & NGX_PRINT_SESSION_JOBS) {

        ngx_print_job_take_locked(st, s, max, batch);

        if (batch->more && batch->njobs == 0) {
            batch->ping = 0;
            return;
        }

        s->flags &= ~NGX_PRINT_SESSION_JOBS;

        batch->jobs_first = 1;
        more = batch->more;

        ngx_print_queue_take_locked(st, &s->out, NGX_PRINT_STORE_BLOCK, batch);

        batch->more |= more;
        return;
    }

    ngx_print_queue_take_locked(st, &s->out, max, batch);

    if (!batch->more) {
        ngx_print_job_take_locked(st, s, max, batch);
    }
}


ngx_int_t
ngx_print_queue_rest(ngx_print_store_t *st, ngx_print_ref_t ref, size_t max,
    ngx_print_batch_t *batch)
{
    ngx_print_store_session_t  *s;

    ngx_memzero(batch, sizeof(ngx_print_batch_t));

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_DONE;
    }

    s = ngx_print_session_locked(st, ref);

    if (s && s->state == NGX_PRINT_SESSION_CLOSING
        && s->att_slot == st->slot
        && s->att_epoch == st->epoch)
    {
        ngx_print_queue_take_locked(st, &s->out, max, batch);
        st->taken = (batch->head != 0);
    }

    ngx_print_store_unlock(st);

    return batch->head ? NGX_OK : NGX_DONE;
}


ngx_int_t
ngx_print_queue_next(ngx_print_store_t *st, ngx_print_batch_t *batch,
    ngx_print_message_t *msg)
{
    uint32_t                *next;
    ngx_uint_t               jobs;
    ngx_print_store_head_t  *h;

    ngx_memzero(msg, sizeof(ngx_print_message_t));

    jobs = (batch->part || batch->job < batch->njobs);

    if (batch->next && !(jobs && batch->jobs_first)) {
        next = &batch->next;

    } else if (batch->part) {
        next = &batch->part;

    } else if (batch->job < batch->njobs) {
        ngx_print_queue_next_job(st, batch, msg);
        return NGX_OK;

    } else {
        return NGX_DONE;
    }

    h = ngx_print_store_head(st, *next);

    msg->block = *next;
    msg->len = h->len;
    msg->binary = (h->tag != 0);

    *next = h->next;

    return NGX_OK;
}


/* The job's payload is the message; its attachments are the next messages. */

static void
ngx_print_queue_next_job(ngx_print_store_t *st, ngx_print_batch_t *batch,
    ngx_print_message_t *msg)
{
    ngx_print_store_head_t  *h;

    msg->job = &batch->jobs[batch->job++];
    msg->block = msg->job->blob;

    h = ngx_print_store_head(st, msg->block);

    msg->len = h->len;

    batch->part = h->next;
}


u_char *
ngx_print_queue_copy(ngx_print_store_t *st, ngx_print_message_t *msg,
    u_char *dst)
{
    size_t     rest, size, skip;
    uint32_t   block;

    block = msg->block;
    skip = sizeof(ngx_print_store_head_t);

    if (msg->head.len) {
        dst = ngx_cpymem(dst, msg->head.data, msg->head.len);
    }

    rest = msg->len - msg->head.len - msg->tail.len;

    for ( /* void */ ; rest; rest -= size) {
        size = ngx_min(rest, NGX_PRINT_STORE_BLOCK - skip);

        dst = ngx_cpymem(dst, st->blocks[block].u.bytes + skip, size);

        block = st->fat[block];
        skip = 0;
    }

    if (msg->tail.len) {
        dst = ngx_cpymem(dst, msg->tail.data, msg->tail.len);
    }

    return dst;
}


void
ngx_print_queue_release(ngx_print_store_t *st, ngx_print_batch_t *batch)
{
    uint32_t                   head;
    ngx_print_store_worker_t  *w;

    if (batch->head == 0 && batch->njobs == 0) {
        return;
    }

    head = batch->head;
    batch->head = 0;
    batch->njobs = 0;

    st->taken = 0;

    if (ngx_print_store_lock(st) != NGX_OK) {
        st->unsettled = 1;
        return;
    }

    w = &st->workers[st->slot];

    if (head) {
        /* with what was abandoned in front of it */

        head = w->inflight;
        ngx_print_store_publish(w->inflight, 0);
        ngx_print_queue_drop_locked(st, head);
    }

    ngx_print_job_unpin_locked(st, w);

    ngx_print_store_unlock(st);
}


ngx_uint_t
ngx_print_queue_ready(ngx_print_store_t *st, ngx_print_ref_t *refs,
    ngx_uint_t max)
{
    ngx_uint_t                  n;
    ngx_print_store_worker_t   *w;
    ngx_print_store_session_t  *s;

    w = &st->workers[st->slot];

    if (ngx_print_store_lock(st) != NGX_OK) {
        return 0;
    }

    for (n = 0; n < max && w->ready_head; n++) {
        s = &st->sessions[w->ready_head];

        refs[n].index = w->ready_head;
        refs[n].gen = s->gen;

        ngx_print_queue_unlist_locked(st, s);
    }

    ngx_print_store_unlock(st);

    return n;
}


ngx_int_t
ngx_print_queue_block(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t token, ngx_uint_t on)
{
    ngx_print_store_session_t  *s;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s && ngx_print_queue_mine_locked(st, s, token)) {

        if (on) {
            s->flags |= NGX_PRINT_SESSION_BLOCKED;

            if (s->state != NGX_PRINT_SESSION_CLOSING) {
                ngx_print_queue_unlist_locked(st, s);
            }

        } else {
            s->flags &= ~NGX_PRINT_SESSION_BLOCKED;
        }
    }

    ngx_print_store_unlock(st);

    return NGX_OK;
}
