
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_queue.h"


/* One store links the whole chain to the queue. */

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


/*
 * The messages are taken off the queue first, and put into our in-flight chain
 * then. In between they belong to nobody, and are lost if we die, as messages
 * in the chain are.
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
             && n < NGX_PRINT_STORE_SLICE
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


void
ngx_print_queue_clear_locked(ngx_print_store_t *st,
    ngx_print_store_queue_t *q)
{
    uint32_t                 block;
    ngx_uint_t               n;
    ngx_print_store_head_t  *h;

    block = q->head;

    for (n = 0; block && n < NGX_PRINT_STORE_SLICE; n++) {
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
