
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_worker.h"


ngx_uint_t
ngx_print_store_worker_locked(ngx_print_store_t *st, ngx_uint_t slot,
    uint32_t epoch)
{
    return epoch != 0 && st->workers[slot].epoch == epoch;
}


/*
 * The ready list is not touched. Each session on it is an orphan now, and is
 * taken off by its index when it is found, whichever process owns the slot by
 * then.
 */

void
ngx_print_store_worker_reap_locked(ngx_print_store_t *st,
    ngx_print_store_worker_t *w)
{
    uint32_t    block;
    ngx_uint_t  slot;

    if (w->epoch == 0) {
        return;
    }

    block = w->inflight;
    ngx_print_store_publish(w->inflight, 0);
    ngx_print_queue_drop_locked(st, block);

    ngx_print_job_unpin_locked(st, w);

    slot = w - st->workers;
    st->sh->watchers[slot / 64] &= ~(1ull << slot % 64);

    ngx_print_store_publish(w->epoch, 0);

    st->sh->deaths++;
}
