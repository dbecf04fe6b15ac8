
/*
 * Copyright (C) the print hub contributors
 */


/* messages as blocks, and the ways of a queue to its holder */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_store.h"
#include "ngx_print_store_zone.h"


static uint32_t ngx_print_queue_pop_locked(ngx_print_store_t *st);
static void ngx_print_queue_both_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, size_t max, ngx_print_batch_t *batch);
static void ngx_print_queue_job(ngx_print_store_t *st,
    ngx_print_batch_t *batch, ngx_print_message_t *msg);
static ngx_uint_t ngx_print_queue_mine_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t token);


uint32_t
ngx_print_queue_alloc_locked(ngx_print_store_t *st, uint32_t nblocks)
{
    uint32_t                 i, b, block, last;
    ngx_print_store_head_t  *h;

    if (st->sh->block_count + nblocks > st->sh->nblocks - 1) {
        return 0;
    }

    block = ngx_print_queue_pop_locked(st);
    last = block;

    for (i = 1; i < nblocks; i++) {
        b = ngx_print_queue_pop_locked(st);
        st->fat[last] = b;
        last = b;
    }

    st->fat[last] = 0;
    st->sh->block_count += nblocks;

    h = ngx_print_store_head(st, block);

    h->next = 0;
    h->nblocks = nblocks;
    h->last = last;
    h->refs = 0;

    return block;
}


static uint32_t
ngx_print_queue_pop_locked(ngx_print_store_t *st)
{
    uint32_t  block;

    block = st->sh->block_free;

    if (block) {
        st->sh->block_free = st->fat[block];

    } else {
        block = st->sh->block_top;
        ngx_print_store_publish(st->sh->block_top, block + 1);
    }

    return block;
}


/* one store makes the whole chain a part of the queue */

void
ngx_print_queue_append_locked(ngx_print_store_t *st,
    ngx_print_store_queue_t *q, uint32_t block)
{
    ngx_print_store_head_t  *h;

    if (q->head == 0) {
        ngx_print_store_publish(q->head, block);

    } else {
        ngx_print_store_publish(ngx_print_store_head(st, q->tail)->next,
                                block);
    }

    for ( /* void */ ; block; block = h->next) {
        h = ngx_print_store_head(st, block);

        q->tail = block;
        q->bytes += h->len;
        q->blocks += h->nblocks;
        q->count++;
    }
}


void
ngx_print_queue_free_locked(ngx_print_store_t *st, uint32_t block)
{
    ngx_print_store_head_t  *h;

    h = ngx_print_store_head(st, block);

    st->fat[h->last] = st->sh->block_free;
    st->sh->block_free = block;
    st->sh->block_count -= h->nblocks;
}


void
ngx_print_queue_clear_locked(ngx_print_store_t *st,
    ngx_print_store_queue_t *q)
{
    uint32_t                 block;
    ngx_uint_t               n;
    ngx_print_store_head_t  *h;

    block = q->head;

    for (n = 0; block && n < NGX_PRINT_STORE_HOLD; n++) {
        h = ngx_print_store_head(st, block);

        ngx_print_store_publish(q->head, h->next);

        q->bytes -= h->len;
        q->blocks -= h->nblocks;
        q->count--;

        ngx_print_queue_free_locked(st, block);

        block = q->head;
    }

    if (block == 0) {
        q->tail = 0;
    }
}


ngx_int_t
ngx_print_queue_take(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t token, size_t max, ngx_uint_t detach, ngx_print_batch_t *batch)
{
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    ngx_memzero(batch, sizeof(ngx_print_batch_t));

    ngx_print_store_lock(st);

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

    ngx_print_queue_both_locked(st, s, max, batch);

    if (batch->count || batch->noop || batch->ping) {

        if (detach) {
            ngx_print_store_publish(s->att_kind, NGX_PRINT_ATT_NONE);
            ngx_print_queue_unlist_locked(st, s);
        }

        s->flags &= ~NGX_PRINT_SESSION_NOOP;

        if (batch->ping) {
            s->flags &= ~NGX_PRINT_SESSION_PING;
            s->pings++;
        }

        rc = NGX_OK;

    } else {
        rc = NGX_AGAIN;
    }

    if (rc == NGX_AGAIN && batch->more) {
        /* the hold was used up by jobs that are not to be sent */
        ngx_print_store_ring_locked(st, ngx_print_queue_list_locked(st, s));
    }

done:

    ngx_print_store_unlock(st);

    return rc;
}


/*
 * Messages, then jobs.  After a recovery what was missed comes first, and the
 * answer to CONNECT, which is a message, right behind it: the fence is behind
 * that, because a client holds events back until it is connected.
 */

static void
ngx_print_queue_both_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, size_t max, ngx_print_batch_t *batch)
{
    if (s->flags & NGX_PRINT_SESSION_JOBS) {

        ngx_print_job_take_locked(st, s, max, batch);

        if (batch->more) {
            batch->ping = 0;
            return;
        }

        s->flags &= ~NGX_PRINT_SESSION_JOBS;

        batch->jobs_first = 1;

        ngx_print_queue_take_locked(st, &s->out, NGX_PRINT_STORE_BLOCK, batch);
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

    ngx_print_store_lock(st);

    s = ngx_print_session_locked(st, ref);

    if (s && s->state == NGX_PRINT_SESSION_CLOSING
        && s->att_slot == st->slot
        && s->att_epoch == st->epoch)
    {
        ngx_print_queue_take_locked(st, &s->out, max, batch);
    }

    ngx_print_store_unlock(st);

    return batch->head ? NGX_OK : NGX_DONE;
}


static ngx_uint_t
ngx_print_queue_mine_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t token)
{
    return (s->att_kind == NGX_PRINT_ATT_POLL
            || s->att_kind == NGX_PRINT_ATT_WS)
           && s->att_slot == st->slot
           && s->att_epoch == st->epoch
           && s->att_token == token;
}


/*
 * First off the queue, then into our in-flight chain: in between the messages
 * belong to nobody, and are lost if we die, as they are after it.
 */

void
ngx_print_queue_take_locked(ngx_print_store_t *st, ngx_print_store_queue_t *q,
    size_t max, ngx_print_batch_t *batch)
{
    size_t                   bytes;
    uint32_t                 first, block, nblocks;
    ngx_uint_t               n;
    ngx_print_store_head_t  *h;

    first = q->head;

    if (first == 0) {
        return;
    }

    block = first;
    nblocks = 0;
    bytes = 0;
    n = 0;

    do {
        h = ngx_print_store_head(st, block);

        bytes += h->len;
        nblocks += h->nblocks;
        n++;

        block = h->next;

    } while (block
             && n < NGX_PRINT_STORE_HOLD
             && bytes + ngx_print_store_head(st, block)->len <= max);

    ngx_print_store_publish(q->head, block);

    h->next = 0;

    ngx_print_store_publish(st->workers[st->slot].inflight, first);

    q->tail = block ? q->tail : 0;
    q->bytes -= bytes;
    q->blocks -= nblocks;
    q->count -= n;

    batch->bytes += bytes;
    batch->count += n;
    batch->head = first;
    batch->next = first;
    batch->more = (block != 0);
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
        ngx_print_queue_job(st, batch, msg);
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


/* the text of a job's packet; its attachments are the next messages */

static void
ngx_print_queue_job(ngx_print_store_t *st, ngx_print_batch_t *batch,
    ngx_print_message_t *msg)
{
    ngx_print_store_head_t  *h;
    ngx_print_job_packet_t  *job;

    job = &batch->jobs[batch->job++];

    h = ngx_print_store_head(st, job->blob);

    msg->head.data = batch->wrap[0];
    msg->tail.data = batch->wrap[1];

    st->wrap(st, job, &msg->head, &msg->tail);

    msg->block = job->blob;
    msg->len = msg->head.len + h->len + msg->tail.len;

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
    if (batch->head == 0 && batch->njobs == 0) {
        return;
    }

    ngx_print_store_lock(st);

    if (batch->head) {
        ngx_print_store_publish(st->workers[st->slot].inflight, 0);
        ngx_print_queue_drop_locked(st, batch->head);
    }

    ngx_print_job_unpin_locked(st, &st->workers[st->slot]);

    ngx_print_store_unlock(st);

    batch->head = 0;
    batch->njobs = 0;
}


ngx_uint_t
ngx_print_queue_list_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    uint32_t                   index;
    ngx_print_store_worker_t  *w;

    if ((s->att_kind != NGX_PRINT_ATT_POLL && s->att_kind != NGX_PRINT_ATT_WS)
        || s->ready_slot)
    {
        return 0;
    }

    if ((s->flags & NGX_PRINT_SESSION_BLOCKED)
        && s->state != NGX_PRINT_SESSION_CLOSING)
    {
        return 0;
    }

    index = s - st->sessions;
    w = &st->workers[s->att_slot];

    s->ready_slot = s->att_slot + 1;
    s->ready_next = 0;
    s->ready_prev = w->ready_tail;

    if (w->ready_tail) {
        st->sessions[w->ready_tail].ready_next = index;

    } else {
        w->ready_head = index;
    }

    w->ready_tail = index;

    return s->ready_slot;
}


void
ngx_print_queue_unlist_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    ngx_print_store_worker_t  *w;

    if (s->ready_slot == 0) {
        return;
    }

    w = &st->workers[s->ready_slot - 1];

    if (s->ready_prev) {
        st->sessions[s->ready_prev].ready_next = s->ready_next;

    } else {
        w->ready_head = s->ready_next;
    }

    if (s->ready_next) {
        st->sessions[s->ready_next].ready_prev = s->ready_prev;

    } else {
        w->ready_tail = s->ready_prev;
    }

    s->ready_slot = 0;
}


ngx_uint_t
ngx_print_queue_ready(ngx_print_store_t *st, ngx_print_ref_t *refs,
    ngx_uint_t max)
{
    ngx_uint_t                  n;
    ngx_print_store_worker_t   *w;
    ngx_print_store_session_t  *s;

    w = &st->workers[st->slot];

    ngx_print_store_lock(st);

    for (n = 0; n < max && w->ready_head; n++) {
        s = &st->sessions[w->ready_head];

        refs[n].index = w->ready_head;
        refs[n].gen = s->gen;

        ngx_print_queue_unlist_locked(st, s);
    }

    ngx_print_store_unlock(st);

    return n;
}


void
ngx_print_queue_block(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t token, ngx_uint_t on)
{
    ngx_print_store_session_t  *s;

    ngx_print_store_lock(st);

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
}
