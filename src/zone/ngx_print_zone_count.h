
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Counts what changes in the zone, in the lock hold that changes it. A process
 * may die at any instruction, and each change is counted once all the same.
 *
 * Events are counted like this. Each has one place in counts.events, and so
 * all places together make sh->event: if they do not, the newest events are
 * not counted yet. The order of stores is:
 *
 *   1. counts.note: the place, and the sum as it will be
 *   2. sh->event: now the change is made
 *   3. the sum
 *   4. the place: now it is counted
 *
 * After a death repair() does 3 and 4 if 2 was done and 4 was not.
 *
 * Anything else is counted by tally_locked() before its change is published,
 * and tallied_locked() after it. What is to be counted is noted in between,
 * with the record that shows whether the change was made.
 */


#ifndef _NGX_PRINT_ZONE_COUNT_H_INCLUDED_
#define _NGX_PRINT_ZONE_COUNT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"


#define NGX_PRINT_COUNT_WAITS  11      /* bounds, in ms */
#define NGX_PRINT_COUNT_TIMES  18


#define ngx_print_count_soon(cell)                                            \
    ((cell) >= NGX_PRINT_CELL_SOON_SENT && (cell) < NGX_PRINT_CELL_SENT)


/*
 * Bounds of times until a job is sent, and since then. The one behind the last
 * is above all values.
 */
extern const uint32_t  ngx_print_count_waits[];
extern const uint32_t  ngx_print_count_times[];


/*
 * Notes what the next event is counted as, before it is published: the change
 * of a job, with sh->redo filled, or any other, which is one of
 * NGX_PRINT_CELL_*. zone_job.c itself notes what most prints do.
 */
void ngx_print_count_job_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job, ngx_print_job_state_e state);
void ngx_print_count_event_locked(ngx_print_store_t *st, ngx_uint_t cell);

/* how many jobs are not finished */
#define ngx_print_count_live(sh)                                              \
    ((sh)->counts.peaks[NGX_PRINT_COUNT_JOB] - (sh)->counts.below)

/*
 * Counts a change that is not an event: cell is one of NGX_PRINT_OTHER_*, and
 * the record "index" of a kind NGX_PRINT_OF_* shows "wanted" when it is made,
 * and not before. tallied_locked() is called after it, in the same hold; or
 * untallied_locked(), if it is not made after all.
 */
void ngx_print_count_tally_locked(ngx_print_store_t *st, ngx_uint_t cell,
    ngx_uint_t kind, uint32_t index, uint64_t wanted);
void ngx_print_count_tallied_locked(ngx_print_store_t *st);
void ngx_print_count_untallied_locked(ngx_print_store_t *st);

/* A record of the kind is refused, or something that changes no record. */
void ngx_print_count_full_locked(ngx_print_store_t *st,
    ngx_print_count_kind_e kind);
void ngx_print_count_plain_locked(ngx_print_store_t *st, ngx_uint_t cell);

/* The most that were in use; called when there are more than before. */
#define ngx_print_count_peak_locked(sh, kind, n)                              \
    if ((n) > (sh)->counts.peaks[kind]) {                                     \
        (sh)->counts.peaks[kind] = (n);                                       \
    }

/* A session that is live begins (1) or ceases (-1) to be of a transport. */
void ngx_print_count_session_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t ws, ngx_int_t n);

/* the places of all cells of this one's row, and jobs that they settle */
uint64_t ngx_print_count_cells(ngx_print_store_counts_t *counts,
    ngx_uint_t first, ngx_uint_t n);
uint64_t ngx_print_count_created(ngx_print_store_counts_t *counts);
uint64_t ngx_print_count_settled(ngx_print_store_counts_t *counts);

/* What has happened in all minutes so far, in the order of minute kinds. */
void ngx_print_count_totals(ngx_print_store_counts_t *counts,
    uint64_t *totals);

/* Begins a minute, a number since the epoch, if it is not the one that runs. */
void ngx_print_count_minute_locked(ngx_print_store_t *st, uint64_t minute);

/*
 * Completes what a dead process has changed, but not counted. events() is
 * called when all changes of sh->event are known, records() when all records
 * are repaired. Only repair() calls them.
 */
void ngx_print_count_repair_events_locked(ngx_print_store_t *st);
void ngx_print_count_repair_records_locked(ngx_print_store_t *st);

/* Whether a zone of a file may be repaired. Lock-free. */
ngx_uint_t ngx_print_count_fit(ngx_print_store_t *st);


#endif /* _NGX_PRINT_ZONE_COUNT_H_INCLUDED_ */
