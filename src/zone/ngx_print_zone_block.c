
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_block.h"


static uint32_t ngx_print_queue_pop_locked(ngx_print_store_t *st);


size_t
ngx_print_queue_total(ngx_str_t *parts, ngx_uint_t n)
{
    size_t      len;
    ngx_uint_t  i;

    for (len = 0, i = 0; i < n; i++) {
        len += parts[i].len;
    }

    return len;
}


ngx_uint_t
ngx_print_queue_blocks(size_t len)
{
    len += sizeof(ngx_print_store_head_t);

    return (len + NGX_PRINT_STORE_BLOCK - 1) / NGX_PRINT_STORE_BLOCK;
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


size_t
ngx_print_queue_limit(ngx_print_store_t *st, size_t limit)
{
    return limit ? limit : st->share.queue;
}


uint32_t
ngx_print_queue_kept(ngx_print_store_t *st)
{
    uint32_t                  kept;
    ngx_uint_t                i;
    ngx_print_share_t        *share;
    ngx_print_store_shctx_t  *sh;

    sh = st->sh;
    share = &st->share;

    kept = 0;

    for (i = 0; i < NGX_PRINT_USES; i++) {

        if (sh->block_use[i] < share->kept[i]) {
            kept += share->kept[i] - sh->block_use[i];
        }
    }

    return kept;
}


uint32_t
ngx_print_queue_lack_locked(ngx_print_store_t *st, ngx_print_use_e use,
    uint32_t nblocks)
{
    uint32_t                  left, lack, used, most;
    ngx_print_share_t        *share;
    ngx_print_store_shctx_t  *sh;

    sh = st->sh;
    share = &st->share;

    lack = 0;
    left = sh->nblocks - 1 - sh->block_count;
    used = sh->block_use[use] + nblocks;

    most = (use == NGX_PRINT_USE_INFO) ? share->info
           : (use == NGX_PRINT_USE_AUTH) ? share->auth : sh->nblocks;

    if (used > most) {
        lack = used - most;
    }

    if (used > share->kept[use]) {

        if (use != NGX_PRINT_USE_PRINT) {
            nblocks += share->spare;
        }

        nblocks += ngx_print_queue_kept(st);
    }

    return nblocks > left ? ngx_max(lack, nblocks - left) : lack;
}


uint32_t
ngx_print_queue_alloc_locked(ngx_print_store_t *st, ngx_print_use_e use,
    uint32_t nblocks)
{
    uint32_t                 i, b, block, last;
    ngx_print_store_head_t  *h;

    if (ngx_print_queue_lack_locked(st, use, nblocks)) {

        /* descriptions may get room yet */

        if (use != NGX_PRINT_USE_INFO) {
            ngx_print_count_full_locked(st, NGX_PRINT_COUNT_BLOCK);
        }

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
    ngx_print_count_peak_locked(st->sh, NGX_PRINT_COUNT_BLOCK,
                                st->sh->block_count);
    st->sh->block_use[use] += nblocks;

    h = ngx_print_store_head(st, block);

    h->next = 0;
    h->use = use;
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


ngx_int_t
ngx_print_queue_extend_locked(ngx_print_store_t *st, uint32_t block,
    uint32_t nblocks)
{
    uint32_t                 more;
    ngx_print_store_head_t  *h;

    h = ngx_print_store_head(st, block);

    more = ngx_print_queue_alloc_locked(st, h->use, nblocks);

    if (more == 0) {
        return NGX_PRINT_FULL;
    }

    ngx_print_store_publish(st->fat[h->last], more);

    h->last = ngx_print_store_head(st, more)->last;
    h->nblocks += nblocks;

    return NGX_OK;
}


uint32_t
ngx_print_queue_small_locked(ngx_print_store_t *st, ngx_print_use_e use,
    ngx_str_t *parts, ngx_uint_t n, ngx_uint_t tag)
{
    uint32_t  block;

    block = ngx_print_queue_alloc_locked(st, use,
                     ngx_print_queue_blocks(ngx_print_queue_total(parts, n)));

    if (block) {
        ngx_print_queue_write(st, block, parts, n, tag);
    }

    return block;
}


void
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


void
ngx_print_queue_free_locked(ngx_print_store_t *st, uint32_t block)
{
    ngx_print_store_head_t  *h;

    h = ngx_print_store_head(st, block);

    st->fat[h->last] = st->sh->block_free;
    st->sh->block_free = block;
    st->sh->block_count -= h->nblocks;
    st->sh->block_use[h->use] -= h->nblocks;
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


void
ngx_print_job_ref_locked(ngx_print_store_t *st, uint32_t blob)
{
    ngx_print_store_head(st, blob)->refs++;
}


void
ngx_print_job_unref_locked(ngx_print_store_t *st, uint32_t blob)
{
    if (--ngx_print_store_head(st, blob)->refs == 0) {
        ngx_print_queue_drop_locked(st, blob);
    }
}


void
ngx_print_job_unpin_locked(ngx_print_store_t *st, ngx_print_store_worker_t *w)
{
    uint32_t    blob;
    ngx_uint_t  i;

    for (i = 0; i < NGX_PRINT_QUEUE_JOBS; i++) {
        blob = w->pins[i];

        if (blob) {
            ngx_print_store_publish(w->pins[i], 0);
            ngx_print_job_unref_locked(st, blob);
        }
    }
}
