
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_count.h"


static ngx_uint_t ngx_print_count_bucket(const uint32_t *bounds,
    const u_char *starts, uint32_t n);
static ngx_uint_t ngx_print_count_time(ngx_print_store_job_t *job,
    uint32_t *ms);
static void ngx_print_count_result_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job, ngx_uint_t failed);
static ngx_uint_t ngx_print_count_shows(ngx_print_store_t *st,
    ngx_print_store_other_t *tally);
static uint64_t ngx_print_count_all(ngx_print_store_counts_t *counts);
static void ngx_print_count_repair_peaks_locked(ngx_print_store_t *st);


const uint32_t  ngx_print_count_waits[NGX_PRINT_COUNT_WAITS + 1] = {
    1, 5, 25, 100, 500, 2500, 10000, 60000, 300000, 1800000, 7200000,
    0xffffffff
};


const uint32_t  ngx_print_count_times[NGX_PRINT_COUNT_TIMES + 1] = {
    1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 15000, 30000,
    60000, 300000, 1800000, 0xffffffff
};


/*
 * The first bound that is not less than a number whose highest bit is this
 * one, so that only the last few are compared.
 */

static const u_char  ngx_print_count_wait_starts[32] = {
    0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7,
    8, 8, 8, 9, 9, 10, 10, 11, 11, 11, 11, 11, 11, 11, 11, 11
};


static const u_char  ngx_print_count_time_starts[32] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 11, 12, 14, 15,
    16, 16, 16, 17, 17, 18, 18, 18, 18, 18, 18, 18, 18, 18, 18, 18
};


/* Returns the place of the first bound that is not less than n. */

static ngx_inline ngx_uint_t
ngx_print_count_bucket(const uint32_t *bounds, const u_char *starts,
    uint32_t n)
{
    ngx_uint_t  i;

    for (i = starts[31 - __builtin_clz(n | 1)]; n > bounds[i]; i++) {
        /* void */
    }

    return i;
}


/*
 * How long ago a job was last sent. Workers do not look at the clock in the
 * same moment: it may seem to be in the future.
 */

static ngx_inline ngx_uint_t
ngx_print_count_time(ngx_print_store_job_t *job, uint32_t *ms)
{
    uint32_t  n;

    if (job->since == 0) {
        *ms = 0;
        return NGX_PRINT_CELL_TIMES - 1;
    }

    n = (uint32_t) ngx_current_msec - job->since;

    if ((int32_t) n < 0) {
        n = 0;
    }

    *ms = n;

    return ngx_print_count_bucket(ngx_print_count_times,
                                  ngx_print_count_time_starts, n);
}


void
ngx_print_count_job_locked(ngx_print_store_t *st, ngx_print_store_job_t *job,
    ngx_print_job_state_e state)
{
    uint32_t                    ms;
    ngx_uint_t                  settled;
    ngx_print_store_counted_t  *note;
    ngx_print_store_counts_t   *counts;

    counts = &st->sh->counts;
    note = &counts->note;

    if (state == NGX_PRINT_JOB_RECEIVED) {

        note->cell = NGX_PRINT_CELL_RECEIVED + ngx_print_count_time(job, &ms);

        if (job->client == 0) {
            note->cell += NGX_PRINT_CELL_TIMES;
        }

        note->sum = NGX_PRINT_SUM_RECEIVED;
        note->total = counts->sums[NGX_PRINT_SUM_RECEIVED] + ms;
        return;
    }

    note->sum = NGX_PRINT_SUM_NONE;
    note->total = 0;

    switch (state) {

    case NGX_PRINT_JOB_SENT:

        settled = (st->sh->redo.flags & NGX_PRINT_JOB_BLIND) ? 1 : 0;

        if (job->attempts) {
            note->cell = NGX_PRINT_CELL_RESENT + settled;
            break;
        }

        ms = st->sh->redo.since - job->since;

        if ((int32_t) ms < 0) {
            ms = 0;
        }

        note->cell = NGX_PRINT_CELL_SENT + settled * NGX_PRINT_CELL_WAITS;

        if (job->since == 0) {
            note->cell += NGX_PRINT_CELL_WAITS - 1;
            break;
        }

        note->cell += ngx_print_count_bucket(ngx_print_count_waits,
                                             ngx_print_count_wait_starts, ms);
        note->sum = NGX_PRINT_SUM_WAIT;
        note->total = counts->sums[NGX_PRINT_SUM_WAIT] + ms;
        break;

    case NGX_PRINT_JOB_QUEUED:
        note->cell = NGX_PRINT_CELL_REQUEUED;
        break;

    case NGX_PRINT_JOB_PRINTED:
        ngx_print_count_result_locked(st, job, 0);
        break;

    case NGX_PRINT_JOB_FAILED:
        ngx_print_count_result_locked(st, job, 1);
        break;

    case NGX_PRINT_JOB_EXPIRED:
        note->cell = NGX_PRINT_CELL_EXPIRED;
        break;

    case NGX_PRINT_JOB_CANCELED:
        note->cell = NGX_PRINT_CELL_CANCELED;
        break;

    default: /* NGX_PRINT_JOB_UNCONFIRMED */
        note->cell = NGX_PRINT_CELL_UNCONFIRMED;
        break;
    }
}


/* A result without a receipt before it is the receipt, too. */

static void
ngx_print_count_result_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job, ngx_uint_t failed)
{
    uint32_t                    ms;
    ngx_uint_t                  time;
    ngx_print_store_counted_t  *note;
    ngx_print_store_counts_t   *counts;

    counts = &st->sh->counts;
    note = &counts->note;

    time = ngx_print_count_time(job, &ms);

    if (job->state == NGX_PRINT_JOB_RECEIVED) {
        note->cell = NGX_PRINT_CELL_LATER + failed * NGX_PRINT_CELL_TIMES
                     + time;
        note->sum = NGX_PRINT_SUM_LATER + failed;

    } else {
        note->cell = NGX_PRINT_CELL_RESULT
                     + (failed * 2 + (job->client == 0)) * NGX_PRINT_CELL_TIMES
                     + time;
        note->sum = NGX_PRINT_SUM_RESULT + failed;
    }

    note->total = counts->sums[note->sum] + ms;
}


void
ngx_print_count_event_locked(ngx_print_store_t *st, ngx_uint_t cell)
{
    ngx_print_store_counted_t  *note;

    note = &st->sh->counts.note;

    note->cell = cell;
    note->sum = NGX_PRINT_SUM_NONE;
    note->total = 0;
}


void
ngx_print_count_tally_locked(ngx_print_store_t *st, ngx_uint_t cell,
    ngx_uint_t kind, uint32_t index, uint64_t wanted)
{
    ngx_print_store_other_t   *tally;
    ngx_print_store_counts_t  *counts;

    counts = &st->sh->counts;
    tally = &counts->tally;

    tally->kind = kind;
    tally->index = index;
    tally->wanted = wanted;
    tally->value = counts->others[cell] + 1;

    ngx_print_store_publish(tally->cell, cell);
}


void
ngx_print_count_tallied_locked(ngx_print_store_t *st)
{
    ngx_print_store_counts_t  *counts;

    counts = &st->sh->counts;

    counts->others[counts->tally.cell] = counts->tally.value;

    ngx_print_store_publish(counts->tally.cell, NGX_PRINT_OTHER_NONE);
}


void
ngx_print_count_untallied_locked(ngx_print_store_t *st)
{
    /* the record does not show it: repair() would forget it, too */

    st->sh->counts.tally.value--;

    ngx_print_count_tallied_locked(st);
}


void
ngx_print_count_full_locked(ngx_print_store_t *st, ngx_print_count_kind_e kind)
{
    st->sh->counts.others[NGX_PRINT_OTHER_FULL + kind]++;
}


void
ngx_print_count_plain_locked(ngx_print_store_t *st, ngx_uint_t cell)
{
    st->sh->counts.others[cell]++;
}


void
ngx_print_count_session_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t ws, ngx_int_t n)
{
    st->sh->counts.sessions[ws][s->eio != 3] += n;
}


uint64_t
ngx_print_count_cells(ngx_print_store_counts_t *counts, ngx_uint_t first,
    ngx_uint_t n)
{
    uint64_t    sum;
    ngx_uint_t  i;

    for (sum = 0, i = first; i < first + n; i++) {
        sum += counts->events[i];
    }

    return sum;
}


uint64_t
ngx_print_count_created(ngx_print_store_counts_t *counts)
{
    return ngx_print_count_cells(counts, NGX_PRINT_CELL_CREATED,
                                 NGX_PRINT_JOB_SOURCES
                                 * NGX_PRINT_CELL_SIZES);
}


uint64_t
ngx_print_count_settled(ngx_print_store_counts_t *counts)
{
    return ngx_print_count_cells(counts, NGX_PRINT_CELL_SOON_RECEIVED,
                                 2 * NGX_PRINT_CELL_SOON)
           + ngx_print_count_cells(counts,
                                   NGX_PRINT_CELL_SENT + NGX_PRINT_CELL_WAITS,
                                   NGX_PRINT_CELL_WAITS)
           + counts->events[NGX_PRINT_CELL_RESENT + 1]
           + ngx_print_count_cells(counts, NGX_PRINT_CELL_RECEIVED,
                                   NGX_PRINT_CELL_TIMES)
           + ngx_print_count_cells(counts, NGX_PRINT_CELL_RESULT,
                                   NGX_PRINT_CELL_TIMES)
           + ngx_print_count_cells(counts, NGX_PRINT_CELL_RESULT
                                           + 2 * NGX_PRINT_CELL_TIMES,
                                   NGX_PRINT_CELL_TIMES)
           + counts->events[NGX_PRINT_CELL_EXPIRED]
           + counts->events[NGX_PRINT_CELL_CANCELED]
           + counts->events[NGX_PRINT_CELL_UNCONFIRMED];
}


void
ngx_print_count_totals(ngx_print_store_counts_t *counts, uint64_t *totals)
{
    totals[NGX_PRINT_COUNT_CREATED] = ngx_print_count_created(counts);

    totals[NGX_PRINT_COUNT_OK] =
        ngx_print_count_cells(counts, NGX_PRINT_CELL_SOON_RECEIVED,
                              2 * NGX_PRINT_CELL_SOON)
        + ngx_print_count_cells(counts, NGX_PRINT_CELL_RECEIVED,
                                2 * NGX_PRINT_CELL_TIMES)
        + ngx_print_count_cells(counts, NGX_PRINT_CELL_RESULT,
                                2 * NGX_PRINT_CELL_TIMES);

    totals[NGX_PRINT_COUNT_FAILED] =
        ngx_print_count_cells(counts, NGX_PRINT_CELL_RESULT
                                      + 2 * NGX_PRINT_CELL_TIMES,
                              2 * NGX_PRINT_CELL_TIMES)
        + ngx_print_count_cells(counts, NGX_PRINT_CELL_LATER
                                        + NGX_PRINT_CELL_TIMES,
                                NGX_PRINT_CELL_TIMES);

    totals[NGX_PRINT_COUNT_UNCONFIRMED] =
        counts->events[NGX_PRINT_CELL_UNCONFIRMED];

    totals[NGX_PRINT_COUNT_EXPIRED] = counts->events[NGX_PRINT_CELL_EXPIRED];
}


/*
 * The base of a minute is what the totals were when it began. The last store
 * begins the minute, and until then all of it can be done again. If the clock
 * was set back by more than a minute, all minutes are forgotten.
 */

void
ngx_print_count_minute_locked(ngx_print_store_t *st, uint64_t minute)
{
    uint64_t                   old, *base, *next, m;
    ngx_uint_t                 i;
    ngx_print_store_counts_t  *counts;

    counts = &st->sh->counts;

    old = counts->turn / 2;

    if (minute == old || minute + 1 == old) {
        return;
    }

    base = counts->base[counts->turn % 2];
    next = counts->base[1 - counts->turn % 2];

    ngx_print_count_totals(counts, next);

    if (minute < old || minute - old >= NGX_PRINT_COUNT_MINUTES) {
        ngx_memzero(counts->minutes, sizeof(counts->minutes));

    } else {
        for (i = 0; i < NGX_PRINT_COUNT_MINUTE_KINDS; i++) {
            counts->minutes[old % NGX_PRINT_COUNT_MINUTES][i] =
                                                   (uint32_t) (next[i]
                                                               - base[i]);
        }

        for (m = old + 1; m < minute; m++) {
            ngx_memzero(counts->minutes[m % NGX_PRINT_COUNT_MINUTES],
                        sizeof(counts->minutes[0]));
        }
    }

    ngx_print_store_publish(counts->turn,
                            minute * 2 + 1 - counts->turn % 2);
}


static uint64_t
ngx_print_count_all(ngx_print_store_counts_t *counts)
{
    return ngx_print_count_cells(counts, 0, NGX_PRINT_CELLS)
           + counts->events[NGX_PRINT_CELL_TAKEOVER];
}


void
ngx_print_count_repair_events_locked(ngx_print_store_t *st)
{
    uint64_t                    n;
    ngx_print_store_counted_t  *note;
    ngx_print_store_counts_t   *counts;

    counts = &st->sh->counts;
    note = &counts->note;

    counts->online = 0;
    counts->waiting = 0;
    counts->away = 0;

    n = st->sh->event - ngx_print_count_all(counts);

    if (n == 0) {
        return;
    }

    if (!ngx_print_count_soon(note->cell)) {
        counts->sums[note->sum] = note->total;
    }

    if (note->cell == NGX_PRINT_CELL_TAKEOVER) {
        n /= 2;
    }

    ngx_print_store_publish(counts->events[note->cell],
                            counts->events[note->cell] + n);
}


/* Clients and the lists of jobs are counted by what repair() does with them. */

void
ngx_print_count_repair_records_locked(ngx_print_store_t *st)
{
    uint32_t                    i, live;
    ngx_print_store_job_t      *job;
    ngx_print_store_counts_t   *counts;
    ngx_print_store_session_t  *s;

    counts = &st->sh->counts;

    if (counts->tally.cell) {

        if (ngx_print_count_shows(st, &counts->tally)) {
            ngx_print_store_publish(counts->others[counts->tally.cell],
                                    counts->tally.value);
        }

        ngx_print_store_publish(counts->tally.cell, NGX_PRINT_OTHER_NONE);
    }

    ngx_memzero(counts->sessions, sizeof(counts->sessions));

    for (i = 1; i < st->sh->session_top; i++) {
        s = &st->sessions[i];

        if (s->state == NGX_PRINT_SESSION_WS) {
            counts->sessions[1][s->eio != 3]++;

        } else if (s->state == NGX_PRINT_SESSION_OPEN
                   || s->state == NGX_PRINT_SESSION_UPGRADING)
        {
            counts->sessions[0][s->eio != 3]++;
        }
    }

    counts->pids = 0;

    for (i = 1; i < st->sh->pid_top; i++) {
        counts->pids += (st->pids[i].state == NGX_PRINT_PID_USED);
    }

    live = 0;

    for (i = 1; i < st->sh->job_top; i++) {
        job = &st->jobs[i];
        live += (job->state != NGX_PRINT_JOB_FREE && job->client);
    }

    ngx_print_count_peak_locked(st->sh, NGX_PRINT_COUNT_JOB, live);

    counts->below = counts->peaks[NGX_PRINT_COUNT_JOB] - live;

    ngx_print_count_repair_peaks_locked(st);
}


static ngx_uint_t
ngx_print_count_shows(ngx_print_store_t *st, ngx_print_store_other_t *tally)
{
    uint32_t                    index;
    ngx_print_store_session_t  *s;

    index = tally->index;

    switch (tally->kind) {

    case NGX_PRINT_OF_SESSION:
        return st->sessions[index].state == tally->wanted;

    case NGX_PRINT_OF_CLIENT:
        return st->clients[index].state == tally->wanted;

    case NGX_PRINT_OF_PID:
        return st->pids[index].owner == tally->wanted;

    case NGX_PRINT_OF_FREED:
        return st->pids[index].state == tally->wanted;

    case NGX_PRINT_OF_WORKER:
        return st->workers[index].epoch == tally->wanted;

    default: /* NGX_PRINT_OF_HOLDER */
        s = &st->sessions[index];
        return s->att_token == tally->wanted;
    }
}


static void
ngx_print_count_repair_peaks_locked(ngx_print_store_t *st)
{
    ngx_print_store_shctx_t  *sh;

    sh = st->sh;

    ngx_print_count_peak_locked(sh, NGX_PRINT_COUNT_SESSION,
                                sh->session_count);
    ngx_print_count_peak_locked(sh, NGX_PRINT_COUNT_CLIENT,
                                sh->counts.online);
    ngx_print_count_peak_locked(sh, NGX_PRINT_COUNT_BLOCK, sh->block_count);
    ngx_print_count_peak_locked(sh, NGX_PRINT_COUNT_RECOVERY,
                                sh->counts.pids);
}


ngx_uint_t
ngx_print_count_fit(ngx_print_store_t *st)
{
    ngx_print_store_shctx_t  *sh;
    ngx_print_store_other_t  *tally;

    sh = st->sh;
    tally = &sh->counts.tally;

    if (sh->counts.note.cell >= NGX_PRINT_CELLS
        || sh->counts.note.sum >= NGX_PRINT_SUMS
        || tally->cell >= NGX_PRINT_OTHERS)
    {
        return 0;
    }

    if (tally->cell == NGX_PRINT_OTHER_NONE) {
        return 1;
    }

    switch (tally->kind) {

    case NGX_PRINT_OF_SESSION:
    case NGX_PRINT_OF_HOLDER:
        return tally->index < sh->session_top;

    case NGX_PRINT_OF_CLIENT:
        return tally->index < sh->client_top;

    case NGX_PRINT_OF_PID:
    case NGX_PRINT_OF_FREED:
        return tally->index < sh->pid_top;

    case NGX_PRINT_OF_WORKER:
        return tally->index < NGX_PRINT_WAKE_SLOTS;

    default:
        return 0;
    }
}
