
/*
 * Copyright (C) the print hub contributors
 */


/* messages on their way into a session: sent, held */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_store.h"
#include "ngx_print_store_zone.h"


/* a packet on its way into a queue: messages, the text one first */
typedef struct {
    ngx_print_ref_t    ref;

    ngx_str_t         *parts;       /* of the text */
    ngx_uint_t         n;
    ngx_uint_t         tag;
    ngx_str_t         *binary;      /* messages of one part each */
    ngx_uint_t         nbinary;

    uint32_t           nblocks;     /* of all messages */
    size_t             limit;
    unsigned           reserved:1;  /* them */
} ngx_print_queue_packet_t;


static ngx_int_t ngx_print_queue_packet(ngx_print_store_t *st,
    ngx_print_queue_packet_t *packet);
static ngx_int_t ngx_print_queue_room_locked(ngx_print_store_t *st,
    ngx_print_queue_packet_t *packet, ngx_print_store_session_t **sp);
static size_t ngx_print_queue_total(ngx_str_t *parts, ngx_uint_t n);
static ngx_uint_t ngx_print_queue_blocks(size_t len);
static ngx_uint_t ngx_print_queue_spared(ngx_print_store_t *st,
    uint32_t nblocks);
static uint32_t ngx_print_queue_reserve_one(ngx_print_store_t *st,
    ngx_str_t *parts, ngx_uint_t n, ngx_uint_t tag);
static ngx_int_t ngx_print_queue_extend_locked(ngx_print_store_t *st,
    uint32_t block, uint32_t nblocks);
static void ngx_print_queue_write(ngx_print_store_t *st, uint32_t block,
    ngx_str_t *parts, ngx_uint_t n, ngx_uint_t tag);


ngx_int_t
ngx_print_queue_send(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_str_t *parts, ngx_uint_t n, ngx_uint_t binary, size_t limit)
{
    ngx_print_queue_packet_t  packet;

    ngx_memzero(&packet, sizeof(ngx_print_queue_packet_t));

    packet.ref = ref;
    packet.parts = parts;
    packet.n = n;
    packet.tag = binary;
    packet.limit = limit;

    return ngx_print_queue_packet(st, &packet);
}


ngx_int_t
ngx_print_queue_send_attached(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_str_t *parts, ngx_uint_t n, ngx_str_t *binary, ngx_uint_t nbinary,
    size_t limit)
{
    ngx_print_queue_packet_t  packet;

    ngx_memzero(&packet, sizeof(ngx_print_queue_packet_t));

    packet.ref = ref;
    packet.parts = parts;
    packet.n = n;
    packet.binary = binary;
    packet.nbinary = nbinary;
    packet.limit = limit;

    return ngx_print_queue_packet(st, &packet);
}


/*
 * A small message is written under the lock, in one hold.  The blocks of all
 * else are first reserved, some in each hold, and written with the lock free;
 * meanwhile they are our in-flight chain.
 */

static ngx_int_t
ngx_print_queue_packet(ngx_print_store_t *st, ngx_print_queue_packet_t *packet)
{
    uint32_t                    block;
    ngx_int_t                   rc;
    ngx_uint_t                  ring;
    ngx_print_store_session_t  *s;

    packet->nblocks = ngx_print_queue_nblocks(packet->parts, packet->n,
                                              packet->binary,
                                              packet->nbinary);

    packet->reserved = (packet->nblocks > NGX_PRINT_STORE_SMALL
                        || packet->nbinary);

    block = packet->reserved ? ngx_print_queue_reserve(st, packet->parts,
                                                  packet->n, packet->tag,
                                                  packet->binary,
                                                  packet->nbinary)
                             : 0;
    ring = 0;

    ngx_print_store_lock(st);

    rc = ngx_print_queue_room_locked(st, packet, &s);

    if (packet->reserved) {
        ngx_print_queue_unreserve_locked(st, block, 1 + packet->nbinary);

    } else if (rc == NGX_OK) {
        block = ngx_print_queue_small_locked(st, packet->parts, packet->n,
                                             packet->tag);
    }

    if (rc == NGX_OK && block == 0) {
        rc = NGX_PRINT_FULL;
    }

    if (rc == NGX_OK) {
        ngx_print_queue_append_locked(st, &s->out, block);
        ring = ngx_print_queue_list_locked(st, s);

    } else {
        ngx_print_queue_drop_locked(st, block);
    }

    ngx_print_store_unlock(st);

    ngx_print_store_ring(st, ring);

    return rc;
}


static ngx_int_t
ngx_print_queue_room_locked(ngx_print_store_t *st,
    ngx_print_queue_packet_t *packet, ngx_print_store_session_t **sp)
{
    size_t                      size;
    ngx_print_store_session_t  *s;

    *sp = NULL;

    s = ngx_print_session_locked(st, packet->ref);

    if (s == NULL || !ngx_print_session_live_locked(s)) {
        return NGX_DECLINED;
    }

    /* what was reserved is counted already */

    if (s->out.head
        && !ngx_print_queue_spared(st, packet->reserved ? 0 : packet->nblocks))
    {
        return NGX_PRINT_FULL;
    }

    size = ((size_t) s->out.blocks + packet->nblocks) * NGX_PRINT_STORE_BLOCK;

    if (s->out.head && size > packet->limit) {
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


uint32_t
ngx_print_queue_nblocks(ngx_str_t *parts, ngx_uint_t n, ngx_str_t *binary,
    ngx_uint_t nbinary)
{
    uint32_t    nblocks;
    ngx_uint_t  i;

    nblocks = ngx_print_queue_blocks(ngx_print_queue_total(parts, n));

    for (i = 0; i < nbinary; i++) {
        nblocks += ngx_print_queue_blocks(binary[i].len);
    }

    return nblocks;
}


uint32_t
ngx_print_queue_small_locked(ngx_print_store_t *st, ngx_str_t *parts,
    ngx_uint_t n, ngx_uint_t tag)
{
    uint32_t  block;

    block = ngx_print_queue_alloc_locked(st,
                     ngx_print_queue_blocks(ngx_print_queue_total(parts, n)));

    if (block) {
        ngx_print_queue_write(st, block, parts, n, tag);
    }

    return block;
}


uint32_t
ngx_print_queue_reserve(ngx_print_store_t *st, ngx_str_t *parts, ngx_uint_t n,
    ngx_uint_t tag, ngx_str_t *binary, ngx_uint_t nbinary)
{
    uint32_t    block;
    ngx_uint_t  i;

    /* each goes in front of those behind it */

    for (i = nbinary; i > 0; i--) {

        if (ngx_print_queue_reserve_one(st, &binary[i - 1], 1, 1) == 0) {
            break;
        }
    }

    block = i ? 0 : ngx_print_queue_reserve_one(st, parts, n, tag);

    if (block == 0 && i < nbinary) {

        ngx_print_store_lock(st);

        block = st->workers[st->slot].inflight;

        ngx_print_queue_unreserve_locked(st, block, nbinary - i);
        ngx_print_queue_drop_locked(st, block);

        ngx_print_store_unlock(st);

        block = 0;
    }

    return block;
}


/* a message, at the head of our in-flight chain, written */

static uint32_t
ngx_print_queue_reserve_one(ngx_print_store_t *st, ngx_str_t *parts,
    ngx_uint_t n, ngx_uint_t tag)
{
    uint32_t                   block, nblocks, size;
    ngx_int_t                  rc;
    ngx_print_store_worker_t  *w;

    nblocks = ngx_print_queue_blocks(ngx_print_queue_total(parts, n));

    w = &st->workers[st->slot];
    block = 0;
    rc = NGX_OK;

    while (nblocks && rc == NGX_OK) {

        size = ngx_min(nblocks, NGX_PRINT_STORE_HOLD);
        nblocks -= size;

        ngx_print_store_lock(st);

        if (block) {
            rc = ngx_print_queue_extend_locked(st, block, size);

        } else {
            block = ngx_print_queue_alloc_locked(st, size);

            if (block) {
                /* in front of a batch that may be out */

                ngx_print_store_head(st, block)->next = w->inflight;
                ngx_print_store_publish(w->inflight, block);

            } else {
                rc = NGX_PRINT_FULL;
            }
        }

        if (rc != NGX_OK && block) {
            ngx_print_queue_unreserve_locked(st, block, 1);
            ngx_print_queue_drop_locked(st, block);
            block = 0;
        }

        ngx_print_store_unlock(st);
    }

    if (block) {
        ngx_print_queue_write(st, block, parts, n, tag);
    }

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


/* n messages off the in-flight chain; until they are queued nobody has them */

void
ngx_print_queue_unreserve_locked(ngx_print_store_t *st, uint32_t block,
    ngx_uint_t n)
{
    ngx_print_store_head_t  *h;

    if (block == 0) {
        return;
    }

    h = ngx_print_store_head(st, block);

    while (--n) {
        h = ngx_print_store_head(st, h->next);
    }

    ngx_print_store_publish(st->workers[st->slot].inflight, h->next);

    h->next = 0;
}


void
ngx_print_queue_drop_locked(ngx_print_store_t *st, uint32_t block)
{
    uint32_t  next;

    for ( /* void */ ; block; block = next) {
        next = ngx_print_store_head(st, block)->next;
        ngx_print_queue_free_locked(st, block);
    }
}


static void
ngx_print_queue_write(ngx_print_store_t *st, uint32_t block, ngx_str_t *parts,
    ngx_uint_t n, ngx_uint_t tag)
{
    u_char                  *p, *last, *src;
    size_t                   size, rest;
    ngx_uint_t               i;
    ngx_print_store_head_t  *h;

    h = ngx_print_store_head(st, block);

    h->len = ngx_print_queue_total(parts, n);
    h->tag = tag;

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


ngx_int_t
ngx_print_queue_hold(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_str_t *data, ngx_uint_t binary, ngx_uint_t awaited, size_t limit)
{
    uint32_t                    block;
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    block = ngx_print_queue_spared(st, ngx_print_queue_blocks(data->len))
            ? ngx_print_queue_reserve(st, data, 1, binary, NULL, 0) : 0;

    if (block == 0) {
        return NGX_PRINT_FULL;
    }

    ngx_print_store_lock(st);

    ngx_print_queue_unreserve_locked(st, block, 1);

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
