
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_worker.h"


#define NGX_PRINT_STORE_LEASE  5000    /* ms without a tick of the leader */


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
    ngx_uint_t  slot, died;

    if (w->epoch == 0) {
        return;
    }

    slot = w - st->workers;
    died = (slot != st->slot || w->epoch != st->epoch);

    block = w->inflight;
    ngx_print_store_publish(w->inflight, 0);
    ngx_print_queue_drop_locked(st, block);

    ngx_print_job_unpin_locked(st, w);

    st->sh->watchers[slot / 64] &= ~(1ull << slot % 64);

    if (died) {
        ngx_print_count_tally_locked(st, NGX_PRINT_OTHER_DEATH,
                                     NGX_PRINT_OF_WORKER, slot, 0);
    }

    ngx_print_store_publish(w->epoch, 0);

    if (died) {
        ngx_print_count_tallied_locked(st);
    }

    st->sh->deaths++;
}


ngx_uint_t
ngx_print_store_elect_locked(ngx_print_store_t *st,
    ngx_print_store_leader_t *leader)
{
    if (ngx_print_store_leads_locked(st, leader)) {
        return 1;
    }

    if (ngx_print_store_worker_locked(st, leader->slot, leader->epoch)
        && !ngx_print_store_after((uint32_t) ngx_current_msec,
                                  st->workers[leader->slot].beat
                                  + NGX_PRINT_STORE_LEASE))
    {
        return 0;
    }

    st->workers[st->slot].beat = (uint32_t) ngx_current_msec;

    /* Epoch 0 is no worker, whatever the slot is. */

    ngx_print_store_publish(leader->epoch, 0);
    leader->slot = st->slot;
    ngx_print_store_publish(leader->epoch, st->epoch);

    return 1;
}


ngx_uint_t
ngx_print_store_leads_locked(ngx_print_store_t *st,
    ngx_print_store_leader_t *leader)
{
    return leader->slot == st->slot && leader->epoch == st->epoch;
}


void
ngx_print_store_resign_locked(ngx_print_store_t *st,
    ngx_print_store_leader_t *leader)
{
    if (ngx_print_store_leads_locked(st, leader)) {
        ngx_print_store_publish(leader->epoch, 0);
    }
}
