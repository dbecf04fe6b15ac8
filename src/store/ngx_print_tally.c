
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_wake.h"
#include "ngx_print_zone.h"
#include "ngx_print_tally.h"


#define NGX_PRINT_TALLY_BEAT  1000     /* ms without a tick: a worker hangs */


static void ngx_print_tally_sum(ngx_print_store_t *st, uint64_t *values);
static void ngx_print_tally_worker(ngx_print_store_t *st, ngx_uint_t slot,
    uint64_t *values);


void
ngx_print_tally_read(ngx_print_store_t *st, uint64_t *values)
{
    ngx_uint_t                 slot;
    ngx_print_store_worker_t  *w;

    ngx_memzero(values, NGX_PRINT_TALLY_VALUES * sizeof(uint64_t));

    ngx_print_tally_sum(st, values);

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {
        w = &st->workers[slot];

        if (w->epoch == 0) {
            continue;
        }

        /* read the pid only after the epoch, see ngx_print_store_reap() */

        ngx_memory_barrier();

        if (ngx_print_wake_alive(st->wake, slot, w->pid)) {
            ngx_print_tally_worker(st, slot, values);
        }
    }

    values[NGX_PRINT_TALLY_SUCCESS] = st->sh->delivered_time;
    values[NGX_PRINT_TALLY_PENDING] = st->sh->event - st->sh->delivered;
}


static void
ngx_print_tally_sum(ngx_print_store_t *st, uint64_t *values)
{
    uint32_t            i;
    ngx_uint_t          cell;
    volatile uint64_t  *column;

    for (i = 0; i < st->sh->ntallies; i++) {

        /* reading a column that was never used would take its page */

        if (i != st->sh->ntallies - 1 && st->workers[i].pid == 0) {
            continue;
        }

        column = st->tallies[i].cells;

        for (cell = 0; cell < NGX_PRINT_TALLY_END; cell++) {
            values[cell] += column[cell];
        }
    }
}


/* The worker that asks is running, however long its last tick is ago. */

static void
ngx_print_tally_worker(ngx_print_store_t *st, ngx_uint_t slot,
    uint64_t *values)
{
    uint32_t             quiet;
    ngx_uint_t           i;
    volatile uint32_t   *gauges;

    gauges = st->gauges[slot].n;

    for (i = 0; i < NGX_PRINT_GAUGE_EXITING; i++) {
        values[NGX_PRINT_TALLY_WAITING + i] += gauges[i];
    }

    quiet = (uint32_t) ngx_current_msec - st->workers[slot].beat;

    if ((st->gauge == NULL || slot != st->slot)
        && (int32_t) quiet > NGX_PRINT_TALLY_BEAT)
    {
        values[NGX_PRINT_TALLY_HUNG]++;

    } else if (gauges[NGX_PRINT_GAUGE_EXITING]) {
        values[NGX_PRINT_TALLY_EXITING]++;

    } else {
        values[NGX_PRINT_TALLY_RUNNING]++;
    }
}
