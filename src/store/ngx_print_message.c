
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_message.h"


static uint32_t ngx_print_queue_reserve_one(ngx_print_store_t *st,
    ngx_print_use_e use, ngx_str_t *parts, ngx_uint_t n, ngx_uint_t tag);


uint32_t
ngx_print_queue_reserve(ngx_print_store_t *st, ngx_print_use_e use,
    ngx_str_t *parts, ngx_uint_t n, ngx_uint_t tag, ngx_str_t *binary,
    ngx_uint_t nbinary)
{
    uint32_t    block;
    ngx_uint_t  i;

    /* Each message is put before those that follow it in the packet. */

    for (i = nbinary; i > 0; i--) {

        if (ngx_print_queue_reserve_one(st, use, &binary[i - 1], 1, 1) == 0) {
            break;
        }
    }

    block = i ? 0 : ngx_print_queue_reserve_one(st, use, parts, n, tag);

    if (block == 0 && i < nbinary) {

        if (ngx_print_store_lock(st) != NGX_OK) {
            st->unsettled = 1;
            return 0;
        }

        block = st->workers[st->slot].inflight;

        ngx_print_queue_unreserve_locked(st, block, nbinary - i);
        ngx_print_queue_drop_locked(st, block);

        ngx_print_store_unlock(st);

        block = 0;
    }

    return block;
}


/* Reserves and writes one message, at the head of our in-flight chain. */

static uint32_t
ngx_print_queue_reserve_one(ngx_print_store_t *st, ngx_print_use_e use,
    ngx_str_t *parts, ngx_uint_t n, ngx_uint_t tag)
{
    uint32_t                   block, nblocks, size;
    ngx_int_t                  rc;
    ngx_print_store_worker_t  *w;

    nblocks = ngx_print_queue_blocks(ngx_print_queue_total(parts, n));

    w = &st->workers[st->slot];
    block = 0;
    rc = NGX_OK;

    while (nblocks && rc == NGX_OK) {

        size = ngx_min(nblocks, NGX_PRINT_STORE_SLICE);
        nblocks -= size;

        if (ngx_print_store_lock(st) != NGX_OK) {
            st->unsettled = 1;
            return 0;
        }

        if (block) {
            rc = ngx_print_queue_extend_locked(st, block, size);

        } else {
            block = ngx_print_queue_alloc_locked(st, use, size);

            if (block) {
                /* before the messages of a batch that is not released */

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
