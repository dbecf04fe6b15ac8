
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_store.h"
#include "ngx_print_store_zone.h"


/* where a message goes: to a session, or to the session of a client */
typedef struct {
    ngx_print_ref_t   ref;
    ngx_str_t        *client;
    uint32_t          hash;
} ngx_print_queue_target_t;


static ngx_int_t ngx_print_queue_send_to(ngx_print_store_t *st,
    ngx_print_queue_target_t *to, ngx_str_t *parts, ngx_uint_t n,
    ngx_uint_t binary, size_t limit);
static ngx_int_t ngx_print_queue_room_locked(ngx_print_store_t *st,
    ngx_print_queue_target_t *to, uint32_t nblocks, size_t limit,
    ngx_print_store_session_t **sp);
static ngx_uint_t ngx_print_queue_blocks(size_t len);
static ngx_uint_t ngx_print_queue_spared(ngx_print_store_t *st,
    uint32_t nblocks);
static uint32_t ngx_print_queue_reserve(ngx_print_store_t *st,
    uint32_t nblocks);
static ngx_int_t ngx_print_queue_extend_locked(ngx_print_store_t *st,
    uint32_t block, uint32_t nblocks);
static void ngx_print_queue_unreserve_locked(ngx_print_store_t *st,
    uint32_t block);
static uint32_t ngx_print_queue_pop_locked(ngx_print_store_t *st);
static ngx_uint_t ngx_print_queue_mine_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t token);
static void ngx_print_queue_take_locked(ngx_print_store_t *st,
    ngx_print_store_queue_t *q, size_t max, ngx_print_batch_t *batch);
static size_t ngx_print_queue_total(ngx_str_t *parts, ngx_uint_t n);


ngx_int_t
ngx_print_queue_send(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_str_t *parts, ngx_uint_t n, ngx_uint_t binary, size_t limit)
{
    ngx_print_queue_target_t  to;

    to.ref = ref;
    to.client = NULL;

    return ngx_print_queue_send_to(st, &to, parts, n, binary, limit);
}


ngx_int_t
ngx_print_queue_send_client(ngx_print_store_t *st, ngx_str_t *id,
    ngx_str_t *parts, ngx_uint_t n, size_t limit)
{
    ngx_print_queue_target_t  to;

    to.client = id;
    to.hash = ngx_print_client_hash(st, id);

    return ngx_print_queue_send_to(st, &to, parts, n, 0, limit);
}


/*
 * A small message is written under the lock, in one hold.  The blocks of a
 * large one are first reserved, some in each hold, and written with the lock
 * free; meanwhile they are our in-flight chain.
 */

static ngx_int_t
ngx_print_queue_send_to(ngx_print_store_t *st, ngx_print_queue_target_t *to,
    ngx_str_t *parts, ngx_uint_t n, ngx_uint_t binary, size_t limit)
{
    size_t                      len;
    uint32_t                    block, nblocks;
    ngx_int_t                   rc;
    ngx_uint_t                  ring;
    ngx_print_store_session_t  *s;

    len = ngx_print_queue_total(parts, n);
    nblocks = ngx_print_queue_blocks(len);

    block = 0;
    ring = 0;

    if (nblocks > NGX_PRINT_STORE_SMALL) {

        block = ngx_print_queue_reserve(st, nblocks);

        if (block) {
            ngx_print_queue_write(st, block, parts, n, len, binary);
        }
    }

    ngx_print_store_lock(st);

    rc = ngx_print_queue_room_locked(st, to, nblocks, limit, &s);

    if (nblocks > NGX_PRINT_STORE_SMALL) {
        ngx_print_queue_unreserve_locked(st, block);

    } else if (rc == NGX_OK) {

        block = ngx_print_queue_alloc_locked(st, nblocks);

        if (block) {
            ngx_print_queue_write(st, block, parts, n, len, binary);
        }
    }

    if (rc == NGX_OK && block == 0) {
        rc = NGX_PRINT_FULL;
    }

    if (rc == NGX_OK) {
        ngx_print_queue_append_locked(st, &s->out, block);
        ring = ngx_print_queue_list_locked(st, s);

    } else if (block) {
        ngx_print_queue_free_locked(st, block);
    }

    ngx_print_store_unlock(st);

    ngx_print_store_ring(st, ring);

    return rc;
}


static ngx_int_t
ngx_print_queue_room_locked(ngx_print_store_t *st,
    ngx_print_queue_target_t *to, uint32_t nblocks, size_t limit,
    ngx_print_store_session_t **sp)
{
    size_t                      size;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    *sp = NULL;

    if (to->client) {
        cl = ngx_print_client_find_locked(st, to->client, to->hash);

        if (cl == NULL) {
            return NGX_DECLINED;
        }

        s = ngx_print_client_session_locked(st, cl);

        if (s == NULL) {
            return NGX_PRINT_OFFLINE;
        }

    } else {
        s = ngx_print_session_locked(st, to->ref);

        if (s == NULL || !ngx_print_session_live_locked(s)) {
            return NGX_DECLINED;
        }

        /* the blocks of a large one are counted already */

        if (s->out.head
            && !ngx_print_queue_spared(st, nblocks > NGX_PRINT_STORE_SMALL
                                           ? 0 : nblocks))
        {
            return NGX_PRINT_FULL;
        }
    }

    size = ((size_t) s->out.blocks + nblocks) * NGX_PRINT_STORE_BLOCK;

    if (s->out.head && size > limit) {
        return NGX_BUSY;
    }

    *sp = s;

    return NGX_OK;
}


static size_t
ngx_print_queue_total(ngx_str_t *parts, ngx_uint_t n)
{
    size_t      len;
    ngx_uint_t  i;

    for (len = 0, i = 0; i < n; i++) {
        len += parts[i].len;
    }

    return len;
}


static ngx_uint_t
ngx_print_queue_blocks(size_t len)
{
    len += sizeof(ngx_print_store_head_t);

    return (len + NGX_PRINT_STORE_BLOCK - 1) / NGX_PRINT_STORE_BLOCK;
}


/* also without the lock: a few blocks more or less do not matter */

static ngx_uint_t
ngx_print_queue_spared(ngx_print_store_t *st, uint32_t nblocks)
{
    return st->sh->block_count + nblocks + st->spare < st->sh->nblocks;
}


static uint32_t
ngx_print_queue_reserve(ngx_print_store_t *st, uint32_t nblocks)
{
    uint32_t                   block, n;
    ngx_int_t                  rc;
    ngx_print_store_worker_t  *w;

    w = &st->workers[st->slot];
    block = 0;
    rc = NGX_OK;

    while (nblocks && rc == NGX_OK) {

        n = ngx_min(nblocks, NGX_PRINT_STORE_HOLD);
        nblocks -= n;

        ngx_print_store_lock(st);

        if (block) {
            rc = ngx_print_queue_extend_locked(st, block, n);

        } else {
            block = ngx_print_queue_alloc_locked(st, n);

            if (block) {
                /* in front of a batch that may be out */

                ngx_print_store_head(st, block)->next = w->inflight;
                ngx_print_store_publish(w->inflight, block);

            } else {
                rc = NGX_PRINT_FULL;
            }
        }

        if (rc != NGX_OK && block) {
            ngx_print_queue_unreserve_locked(st, block);
            ngx_print_queue_free_locked(st, block);
            block = 0;
        }

        ngx_print_store_unlock(st);
    }

    return block;
}


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

    return block;
}


static ngx_int_t
ngx_print_queue_extend_locked(ngx_print_store_t *st, uint32_t block,
    uint32_t nblocks)
{
    uint32_t                 more;
    ngx_print_store_head_t  *h;

    more = ngx_print_queue_alloc_locked(st, nblocks);

    if (more == 0) {
        return NGX_PRINT_FULL;
    }

    h = ngx_print_store_head(st, block);

    ngx_print_store_publish(st->fat[h->last], more);

    h->last = ngx_print_store_head(st, more)->last;
    h->nblocks += nblocks;

    return NGX_OK;
}


/* off the in-flight chain; until it is queued or freed nobody has it */

static void
ngx_print_queue_unreserve_locked(ngx_print_store_t *st, uint32_t block)
{
    ngx_print_store_head_t  *h;

    if (block == 0) {
        return;
    }

    h = ngx_print_store_head(st, block);

    ngx_print_store_publish(st->workers[st->slot].inflight, h->next);

    h->next = 0;
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


void
ngx_print_queue_write(ngx_print_store_t *st, uint32_t block, ngx_str_t *parts,
    ngx_uint_t n, size_t len, ngx_uint_t binary)
{
    u_char                  *p, *last, *src;
    size_t                   size, rest;
    ngx_uint_t               i;
    ngx_print_store_head_t  *h;

    h = ngx_print_store_head(st, block);

    h->len = len;
    h->binary = binary;

    p = st->blocks[block].u.bytes + sizeof(ngx_print_store_head_t);
    last = st->blocks[block].u.bytes + NGX_PRINT_STORE_BLOCK;

    for (i = 0; i < n; i++) {
        src = parts[i].data;
        rest = parts[i].len;

        while (rest) {

            if (p == last) {
                block = st->fat[block];
                p = st->blocks[block].u.bytes;
                last = p + NGX_PRINT_STORE_BLOCK;
            }

            size = ngx_min(rest, (size_t) (last - p));
            p = ngx_cpymem(p, src, size);
            src += size;
            rest -= size;
        }
    }
}


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

    h = ngx_print_store_head(st, block);

    q->tail = block;
    q->bytes += h->len;
    q->blocks += h->nblocks;
    q->count++;
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

    ngx_print_queue_take_locked(st, &s->out, max, batch);

    if (batch->head || batch->noop || batch->ping) {

        if (detach) {
            ngx_print_store_publish(s->att_kind, NGX_PRINT_ATT_NONE);
            ngx_print_queue_unlist_locked(st, s);
        }

        s->flags &= ~(NGX_PRINT_SESSION_NOOP|NGX_PRINT_SESSION_PING);

        rc = NGX_OK;

    } else {
        rc = NGX_AGAIN;
    }

done:

    ngx_print_store_unlock(st);

    return rc;
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

static void
ngx_print_queue_take_locked(ngx_print_store_t *st, ngx_print_store_queue_t *q,
    size_t max, ngx_print_batch_t *batch)
{
    uint32_t                 first, block, nblocks;
    ngx_print_store_head_t  *h;

    first = q->head;

    if (first == 0) {
        return;
    }

    block = first;
    nblocks = 0;

    do {
        h = ngx_print_store_head(st, block);

        batch->bytes += h->len;
        batch->count++;
        nblocks += h->nblocks;

        block = h->next;

    } while (block
             && batch->count < NGX_PRINT_STORE_HOLD
             && batch->bytes + ngx_print_store_head(st, block)->len <= max);

    ngx_print_store_publish(q->head, block);

    h->next = 0;

    ngx_print_store_publish(st->workers[st->slot].inflight, first);

    q->tail = block ? q->tail : 0;
    q->bytes -= batch->bytes;
    q->blocks -= nblocks;
    q->count -= batch->count;

    batch->head = first;
    batch->next = first;
    batch->more = (block != 0);
}


ngx_int_t
ngx_print_queue_next(ngx_print_store_t *st, ngx_print_batch_t *batch,
    ngx_print_message_t *msg)
{
    ngx_print_store_head_t  *h;

    if (batch->next == 0) {
        return NGX_DONE;
    }

    h = ngx_print_store_head(st, batch->next);

    msg->block = batch->next;
    msg->len = h->len;
    msg->binary = h->binary;

    batch->next = h->next;

    return NGX_OK;
}


u_char *
ngx_print_queue_copy(ngx_print_store_t *st, ngx_print_message_t *msg,
    u_char *dst)
{
    size_t     rest, size, skip;
    uint32_t   block;

    block = msg->block;
    skip = sizeof(ngx_print_store_head_t);

    for (rest = msg->len; rest; rest -= size) {
        size = ngx_min(rest, NGX_PRINT_STORE_BLOCK - skip);

        dst = ngx_cpymem(dst, st->blocks[block].u.bytes + skip, size);

        block = st->fat[block];
        skip = 0;
    }

    return dst;
}


void
ngx_print_queue_release(ngx_print_store_t *st, ngx_print_batch_t *batch)
{
    uint32_t  block, next;

    if (batch->head == 0) {
        return;
    }

    ngx_print_store_lock(st);

    ngx_print_store_publish(st->workers[st->slot].inflight, 0);

    for (block = batch->head; block; block = next) {
        next = ngx_print_store_head(st, block)->next;
        ngx_print_queue_free_locked(st, block);
    }

    ngx_print_store_unlock(st);

    batch->head = 0;
}


ngx_int_t
ngx_print_queue_hold(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_str_t *data, ngx_uint_t binary, ngx_uint_t awaited, size_t limit)
{
    uint32_t                    block;
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    block = ngx_print_queue_blocks(data->len);

    block = ngx_print_queue_spared(st, block)
            ? ngx_print_queue_reserve(st, block) : 0;

    if (block == 0) {
        return NGX_PRINT_FULL;
    }

    ngx_print_queue_write(st, block, data, 1, data->len, binary);

    ngx_print_store_lock(st);

    ngx_print_queue_unreserve_locked(st, block);

    s = ngx_print_session_locked(st, ref);

    if (s == NULL || !ngx_print_session_live_locked(s)) {
        rc = NGX_DECLINED;

    } else if (s->in.bytes + data->len > limit) {
        rc = NGX_BUSY;

    } else {
        /* what it will be in all, so that this part's link changes both */

        ngx_print_store_publish(s->parts,
                                (u_char) (s->in.count + 1 + awaited));
        ngx_print_queue_append_locked(st, &s->in, block);
        rc = NGX_OK;
    }

    if (rc != NGX_OK) {
        ngx_print_queue_free_locked(st, block);
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_queue_unheld(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_batch_t *batch)
{
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    ngx_memzero(batch, sizeof(ngx_print_batch_t));

    rc = NGX_DECLINED;

    ngx_print_store_lock(st);

    s = ngx_print_session_locked(st, ref);

    if (s && ngx_print_session_live_locked(s)) {
        ngx_print_queue_take_locked(st, &s->in, NGX_MAX_SIZE_T_VALUE, batch);
        rc = batch->head ? NGX_OK : NGX_DECLINED;
    }

    ngx_print_store_unlock(st);

    return rc;
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
