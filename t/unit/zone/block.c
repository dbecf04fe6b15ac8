
/*
 * Copyright (C) the print hub contributors
 */


/* Blocks: how many a message takes, allocated, extended, freed, shared. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "zone_base.h"


#define BLOCK_COUNT  20


static void block_sizes(void);
static void block_alloc(void);
static void block_small(void);
static void block_refs(void);
static void block_shares(void);
static ngx_uint_t block_take(store_worker_t *a, ngx_print_use_e use,
    uint32_t *chain);
static void block_begin(store_worker_t *a, const char *about);


int
main(void)
{
    bench_guard();

    block_sizes();
    block_alloc();
    block_small();
    block_refs();
    block_shares();

    return unit_end();
}


/* the head is in the first block; no message is without one */

static void
block_sizes(void)
{
    size_t     len, room;
    ngx_str_t  parts[3];

    unit_about("blocks of a message");

    room = NGX_PRINT_STORE_BLOCK - sizeof(ngx_print_store_head_t);

    unit_check(ngx_print_queue_blocks(0) == 1);

    for (len = 1; len < 3 * NGX_PRINT_STORE_BLOCK; len++) {
        unit_check(ngx_print_queue_blocks(len)
                   == 1 + (len > room ? (len - room - 1)
                                        / NGX_PRINT_STORE_BLOCK + 1 : 0));
    }

    parts[0].len = 7;
    parts[1].len = 0;
    parts[2].len = 5000;

    unit_check(ngx_print_queue_total(parts, 0) == 0);
    unit_check(ngx_print_queue_total(parts, 3) == 5007);
}


static void
block_alloc(void)
{
    uint32_t                 one, two;
    store_worker_t           a;
    ngx_print_store_head_t  *h;

    block_begin(&a, "blocks that are allocated and freed");

    one = ngx_print_queue_alloc_locked(&a.st, NGX_PRINT_USE_PRINT, 3);
    two = ngx_print_queue_alloc_locked(&a.st, NGX_PRINT_USE_PRINT, 1);
    unit_check(one && two && one != two);
    unit_check(a.st.sh->block_count == 4);

    h = ngx_print_store_head(&a.st, one);
    unit_check(h->nblocks == 3 && h->next == 0 && h->refs == 0);
    unit_check(a.st.fat[a.st.fat[one]] == h->last && a.st.fat[h->last] == 0);

    unit_check(ngx_print_queue_extend_locked(&a.st, one, 2) == NGX_OK);
    unit_check(h->nblocks == 5 && a.st.fat[h->last] == 0);
    unit_check(a.st.sh->block_count == 6);

    /* the zone has BLOCK_COUNT blocks and not one more */

    unit_check(ngx_print_queue_alloc_locked(&a.st, NGX_PRINT_USE_PRINT,
                                            BLOCK_COUNT - 5)
               == 0);
    unit_check(ngx_print_queue_extend_locked(&a.st, one, BLOCK_COUNT - 5)
               == NGX_PRINT_FULL);
    unit_check(h->nblocks == 5 && a.st.sh->block_count == 6);
    unit_check(ngx_print_queue_extend_locked(&a.st, one, BLOCK_COUNT - 6)
               == NGX_OK);
    unit_check(ngx_print_queue_alloc_locked(&a.st, NGX_PRINT_USE_PRINT, 1)
               == 0);

    ngx_print_queue_free_locked(&a.st, one);
    unit_check(a.st.sh->block_count == 1);

    /* a chain of messages is freed at once; 0 is an empty chain */

    one = ngx_print_queue_alloc_locked(&a.st, NGX_PRINT_USE_PRINT, 2);
    ngx_print_store_head(&a.st, one)->next = two;

    ngx_print_queue_drop_locked(&a.st, one);
    ngx_print_queue_drop_locked(&a.st, 0);
    unit_check(a.st.sh->block_count == 0);

    ngx_print_store_unlock(&a.st);
    unit_check(check_zone(&a.st, CHECK_READY) == NULL);
}


static void
block_small(void)
{
    uint32_t                 block;
    ngx_str_t                part;
    store_worker_t           a;
    ngx_print_store_head_t  *h;

    block_begin(&a, "a small message");

    part.data = bench_bytes(1, 10);
    part.len = 10;

    block = ngx_print_queue_small_locked(&a.st, NGX_PRINT_USE_MESSAGE, &part, 1,
                                         0);
    h = ngx_print_store_head(&a.st, block);

    unit_check(block && h->nblocks == 1 && h->len == 10);
    unit_check(memcmp((u_char *) h + sizeof(ngx_print_store_head_t),
                      part.data, 10) == 0);

    ngx_print_queue_free_locked(&a.st, block);

    ngx_print_store_unlock(&a.st);
    unit_check(check_zone(&a.st, CHECK_READY) == NULL);
}


/* a payload is freed with its last user */

static void
block_refs(void)
{
    uint32_t        blob;
    store_worker_t  a;

    block_begin(&a, "users of a payload");

    blob = ngx_print_queue_alloc_locked(&a.st, NGX_PRINT_USE_PRINT, 2);

    ngx_print_job_ref_locked(&a.st, blob);
    ngx_print_job_ref_locked(&a.st, blob);
    ngx_print_job_unref_locked(&a.st, blob);
    unit_check(a.st.sh->block_count == 2);
    unit_check(ngx_print_store_head(&a.st, blob)->refs == 1);

    ngx_print_job_unref_locked(&a.st, blob);
    unit_check(a.st.sh->block_count == 0);

    ngx_print_store_unlock(&a.st);
    unit_check(check_zone(&a.st, CHECK_READY) == NULL);
}


/*
 * Each use gets what is kept for it, and no other use takes that, in whichever
 * order they come.
 */

static void
block_shares(void)
{
    uint32_t        chain;
    ngx_uint_t      i, j, n, total;
    store_worker_t  a;

    static ngx_print_use_e  order[][4] = {
        { NGX_PRINT_USE_MESSAGE, NGX_PRINT_USE_PRINT,
          NGX_PRINT_USE_CONNECT, NGX_PRINT_USE_REPLY },
        { NGX_PRINT_USE_PRINT, NGX_PRINT_USE_MESSAGE,
          NGX_PRINT_USE_REPLY, NGX_PRINT_USE_CONNECT },
        { NGX_PRINT_USE_CONNECT, NGX_PRINT_USE_REPLY,
          NGX_PRINT_USE_MESSAGE, NGX_PRINT_USE_PRINT },
        { NGX_PRINT_USE_REPLY, NGX_PRINT_USE_PRINT,
          NGX_PRINT_USE_CONNECT, NGX_PRINT_USE_MESSAGE }
    };

    static ngx_uint_t       taken[][4] = {
        { BLOCK_COUNT - 10, 5, 3, 2 },
        { BLOCK_COUNT - 5, 0, 2, 3 },
        { BLOCK_COUNT - 7, 2, 0, 5 },
        { BLOCK_COUNT - 8, 5, 3, 0 }
    };

    block_begin(&a, "shares");

    a.st.share.spare = 5;
    a.st.share.kept[NGX_PRINT_USE_CONNECT] = 3;
    a.st.share.kept[NGX_PRINT_USE_REPLY] = 2;

    for (i = 0; i < 4; i++) {
        chain = 0;
        total = 0;

        for (j = 0; j < 4; j++) {
            unit_about("shares: order %lu, use %lu", (unsigned long) i,
                       (unsigned long) order[i][j]);

            n = block_take(&a, order[i][j], &chain);

            unit_check(n == taken[i][j]);
            unit_check(a.st.sh->block_use[order[i][j]] == n);
            total += n;
        }

        unit_check(total == BLOCK_COUNT && a.st.sh->block_count == total);

        ngx_print_queue_drop_locked(&a.st, chain);

        for (j = 0; j < NGX_PRINT_USES; j++) {
            unit_check(a.st.sh->block_use[j] == 0);
        }
    }

    /* what is larger than the kept blocks that are left is as any other */

    chain = ngx_print_queue_alloc_locked(&a.st, NGX_PRINT_USE_MESSAGE,
                                         BLOCK_COUNT - 10);
    unit_check(chain != 0);
    unit_check(ngx_print_queue_lack_locked(&a.st, NGX_PRINT_USE_CONNECT, 4)
               == 4);
    unit_check(ngx_print_queue_lack_locked(&a.st, NGX_PRINT_USE_CONNECT, 3)
               == 0);
    unit_check(ngx_print_queue_lack_locked(&a.st, NGX_PRINT_USE_PRINT, 6)
               == 1);
    unit_check(ngx_print_queue_extend_locked(&a.st, chain, 1)
               == NGX_PRINT_FULL);
    ngx_print_queue_drop_locked(&a.st, chain);

    ngx_print_store_unlock(&a.st);
    unit_check(check_zone(&a.st, CHECK_READY) == NULL);
}


/* allocates messages of one block until there is no room; their number */

static ngx_uint_t
block_take(store_worker_t *a, ngx_print_use_e use, uint32_t *chain)
{
    uint32_t    block;
    ngx_uint_t  n;

    for (n = 0; /* void */ ; n++) {
        block = ngx_print_queue_alloc_locked(&a->st, use, 1);

        if (block == 0) {
            return n;
        }

        ngx_print_store_head(&a->st, block)->next = *chain;
        *chain = block;
    }
}


/* a zone of BLOCK_COUNT blocks, its lock taken */

static void
block_begin(store_worker_t *a, const char *about)
{
    unit_about("%s", about);

    bench_create(NGX_PRINT_STORE_MIN_SIZE, 8, 8, BLOCK_COUNT);
    bench_fake(&a->st, &a->wake, 1);

    ngx_print_store_lock(&a->st);
}
