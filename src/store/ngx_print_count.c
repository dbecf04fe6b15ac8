
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_reason.h"
#include "ngx_print_count.h"


/* a series of a histogram: nbounds + 1 buckets, and the sum */
typedef struct {
    uint64_t    *values;
    uint32_t    *bounds;
    ngx_uint_t   n;
} ngx_print_count_series_t;


static void ngx_print_count_slots_locked(ngx_print_store_t *st,
    uint64_t *values);
static void ngx_print_count_changes_locked(ngx_print_store_t *st,
    uint64_t *values);
static void ngx_print_count_jobs_of_locked(ngx_print_store_t *st,
    uint64_t *values);
static void ngx_print_count_times_locked(ngx_print_store_shctx_t *sh,
    uint64_t *values);
static void ngx_print_count_series(ngx_print_count_series_t *series,
    uint64_t *values, ngx_uint_t first);
static void ngx_print_count_observe(ngx_print_count_series_t *series,
    uint32_t bound, uint64_t n);
static void ngx_print_count_add(ngx_print_count_series_t *series,
    const uint32_t *bounds, ngx_uint_t nbuckets, uint64_t *cells);
static void ngx_print_count_soon_add(ngx_print_count_series_t *series,
    ngx_print_store_counts_t *counts, ngx_uint_t first);
static void ngx_print_count_minutes_locked(ngx_print_store_shctx_t *sh,
    ngx_print_counts_t *to);


static ngx_str_t  ngx_print_count_minutes[NGX_PRINT_COUNT_MINUTE_KINDS] = {
    ngx_string("created"),
    ngx_string("ok"),
    ngx_string("failed"),
    ngx_string("unconfirmed"),
    ngx_string("expired")
};


ngx_str_t *
ngx_print_count_minute_name(ngx_print_count_minute_e kind)
{
    return &ngx_print_count_minutes[kind];
}


ngx_int_t
ngx_print_count_read(ngx_print_store_t *st, ngx_print_counts_t *counts)
{
    uint64_t  now;

    now = ngx_time();

    ngx_memzero(counts, sizeof(ngx_print_counts_t));

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    ngx_print_count_minute_locked(st, now / 60);

    ngx_print_count_slots_locked(st, counts->values);
    ngx_print_count_changes_locked(st, counts->values);
    ngx_print_count_jobs_of_locked(st, counts->values);
    ngx_print_count_times_locked(st->sh, counts->values);
    ngx_print_count_minutes_locked(st->sh, counts);

    ngx_print_store_unlock(st);

    return NGX_OK;
}


void
ngx_print_count_tick(ngx_print_store_t *st)
{
    uint64_t  minute;

    minute = (uint64_t) ngx_time() / 60;

    if (*(volatile uint64_t *) &st->sh->counts.turn / 2 >= minute
        && *(volatile uint64_t *) &st->sh->counts.turn / 2 <= minute + 1)
    {
        return;
    }

    if (ngx_print_store_lock(st) == NGX_OK) {
        ngx_print_count_minute_locked(st, minute);
        ngx_print_store_unlock(st);
    }
}


static void
ngx_print_count_slots_locked(ngx_print_store_t *st, uint64_t *values)
{
    uint64_t                  *slots, *used, *more, gone;
    ngx_uint_t                 i;
    ngx_print_store_shctx_t   *sh;
    ngx_print_store_counts_t  *counts;

    sh = st->sh;
    counts = &sh->counts;

    values[NGX_PRINT_COUNT_ZONE_CREATED] = sh->created;
    values[NGX_PRINT_COUNT_ZONE_SIZE] = sh->size;

    slots = &values[NGX_PRINT_COUNT_SLOTS];
    used = &values[NGX_PRINT_COUNT_USED];
    more = &values[NGX_PRINT_COUNT_RECLAIMABLE];

    /* the ring has them until newer ones take their places */

    gone = (sh->event > sh->nevents) ? sh->event - sh->nevents : 0;
    gone = sh->events_off ? sh->event : ngx_max(gone, sh->lost_before);

    slots[NGX_PRINT_COUNT_SESSION] = sh->nsessions - 1;
    slots[NGX_PRINT_COUNT_CLIENT] = sh->nclients - 1;
    slots[NGX_PRINT_COUNT_JOB] = sh->njobs - 1;
    slots[NGX_PRINT_COUNT_EVENT] = sh->nevents;
    slots[NGX_PRINT_COUNT_BLOCK] = sh->nblocks - 1;
    slots[NGX_PRINT_COUNT_RECOVERY] = sh->npids - 1;

    used[NGX_PRINT_COUNT_SESSION] = sh->session_count;
    used[NGX_PRINT_COUNT_CLIENT] = counts->online;
    used[NGX_PRINT_COUNT_JOB] = ngx_print_count_live(sh);
    used[NGX_PRINT_COUNT_BLOCK] = sh->block_count;
    used[NGX_PRINT_COUNT_RECOVERY] = counts->pids;

    more[NGX_PRINT_COUNT_CLIENT] = sh->client_count - counts->online;
    more[NGX_PRINT_COUNT_JOB] = sh->job_count - ngx_print_count_live(sh);
    more[NGX_PRINT_COUNT_EVENT] = sh->event - gone;

    for (i = 0; i < NGX_PRINT_COUNT_KINDS; i++) {
        values[NGX_PRINT_COUNT_PEAK + i] = counts->peaks[i];
        values[NGX_PRINT_COUNT_REFUSED + i] =
                                    counts->others[NGX_PRINT_OTHER_FULL + i];
        values[NGX_PRINT_COUNT_EVICTED + i] =
                                 counts->others[NGX_PRINT_OTHER_EVICTED + i];
    }

    /* a session that gives way is closed; a job was created and is no more */

    values[NGX_PRINT_COUNT_EVICTED + NGX_PRINT_COUNT_SESSION] =
        counts->others[NGX_PRINT_OTHER_DISCONNECT
                       + NGX_PRINT_REASON_GIVES_WAY];
    values[NGX_PRINT_COUNT_EVICTED + NGX_PRINT_COUNT_JOB] =
        ngx_print_count_created(counts) - sh->job_count;
    values[NGX_PRINT_COUNT_EVICTED + NGX_PRINT_COUNT_EVENT] = gone;

    values[NGX_PRINT_COUNT_CLIENTS] = counts->online;
    values[NGX_PRINT_COUNT_CLIENTS + 2] = sh->client_count - counts->online;

    for (i = 0; i < 4; i++) {
        values[NGX_PRINT_COUNT_SESSIONS + i] = counts->sessions[i / 2][i % 2];
    }
}


static void
ngx_print_count_changes_locked(ngx_print_store_t *st, uint64_t *values)
{
    ngx_uint_t                 i;
    ngx_print_store_shctx_t   *sh;
    ngx_print_store_counts_t  *counts;

    sh = st->sh;
    counts = &sh->counts;

    values[NGX_PRINT_COUNT_REPAIRS] = sh->repairs;
    values[NGX_PRINT_COUNT_ROBS] = sh->takeovers;
    values[NGX_PRINT_COUNT_LOST] = sh->lost_jobs;
    values[NGX_PRINT_COUNT_LOST + 1] = sh->lost_clients;

    for (i = 0; i < 4; i++) {
        values[NGX_PRINT_COUNT_CONNECTS + i] =
                                 counts->others[NGX_PRINT_OTHER_CONNECT + i];
    }

    values[NGX_PRINT_COUNT_UPGRADES] =
                                     counts->others[NGX_PRINT_OTHER_UPGRADED];
    values[NGX_PRINT_COUNT_UPGRADES + 1] =
                                 counts->others[NGX_PRINT_OTHER_NOT_UPGRADED];

    for (i = 0; i < NGX_PRINT_SESSION_REASONS; i++) {
        values[NGX_PRINT_COUNT_DISCONNECTS + ngx_print_reason_group(i)] +=
                              counts->others[NGX_PRINT_OTHER_DISCONNECT + i];
    }

    values[NGX_PRINT_COUNT_HANDOVERS] = counts->others[NGX_PRINT_OTHER_HANDED];
    values[NGX_PRINT_COUNT_HANDOVERS + 1] =
        counts->others[NGX_PRINT_OTHER_DISCONNECT
                       + NGX_PRINT_REASON_SERVER_SHUTDOWN];

    values[NGX_PRINT_COUNT_REGISTRATIONS] =
                                        counts->events[NGX_PRINT_CELL_CAME];
    values[NGX_PRINT_COUNT_REGISTRATIONS + 1] =
                                    counts->events[NGX_PRINT_CELL_TAKEOVER];
    values[NGX_PRINT_COUNT_REGISTRATIONS + 2] =
        counts->events[NGX_PRINT_CELL_REFUSED]
        + counts->others[NGX_PRINT_OTHER_NOT_REGISTERED];

    values[NGX_PRINT_COUNT_RECOVERIES] =
                                    counts->others[NGX_PRINT_OTHER_RECOVERED];
    values[NGX_PRINT_COUNT_RECOVERIES + 1] =
                                counts->others[NGX_PRINT_OTHER_NOT_RECOVERED];

    values[NGX_PRINT_COUNT_DEATHS] = counts->others[NGX_PRINT_OTHER_DEATH];
    values[NGX_PRINT_COUNT_EVENTS] = sh->event;
}


static void
ngx_print_count_jobs_of_locked(ngx_print_store_t *st, uint64_t *values)
{
    uint64_t                  *jobs, *states;
    ngx_uint_t                 i;
    ngx_print_store_job_t     *job;
    ngx_print_store_shctx_t   *sh;
    ngx_print_store_counts_t  *counts;

    sh = st->sh;
    counts = &sh->counts;

    jobs = &values[NGX_PRINT_COUNT_JOBS];

    jobs[0] = counts->waiting - counts->away;
    jobs[1] = counts->away;
    jobs[2] = ngx_print_count_live(sh) - counts->waiting;

    for (i = 0; i < NGX_PRINT_JOB_SOURCES; i++) {
        values[NGX_PRINT_COUNT_ACCEPTED + i] =
            ngx_print_count_cells(counts, NGX_PRINT_CELL_CREATED
                                          + i * NGX_PRINT_CELL_SIZES,
                                  NGX_PRINT_CELL_SIZES);
    }

    values[NGX_PRINT_COUNT_SETTLED] = ngx_print_count_settled(counts);

    /* by their numbers, from QUEUED on */

    states = &values[NGX_PRINT_COUNT_STATES];

    states[NGX_PRINT_JOB_QUEUED - 1] =
        ngx_print_count_created(counts)
        + counts->events[NGX_PRINT_CELL_REQUEUED];

    states[NGX_PRINT_JOB_SENT - 1] =
        ngx_print_count_cells(counts, NGX_PRINT_CELL_SOON_SENT,
                              NGX_PRINT_CELL_SOON)
        + ngx_print_count_cells(counts, NGX_PRINT_CELL_SENT,
                                2 * NGX_PRINT_CELL_WAITS)
        + ngx_print_count_cells(counts, NGX_PRINT_CELL_RESENT, 2);

    states[NGX_PRINT_JOB_RECEIVED - 1] =
        ngx_print_count_cells(counts, NGX_PRINT_CELL_SOON_RECEIVED,
                              NGX_PRINT_CELL_SOON)
        + ngx_print_count_cells(counts, NGX_PRINT_CELL_RECEIVED,
                                2 * NGX_PRINT_CELL_TIMES);

    states[NGX_PRINT_JOB_PRINTED - 1] =
        ngx_print_count_cells(counts, NGX_PRINT_CELL_SOON_PRINTED,
                              NGX_PRINT_CELL_SOON)
        + ngx_print_count_cells(counts, NGX_PRINT_CELL_RESULT,
                                2 * NGX_PRINT_CELL_TIMES)
        + ngx_print_count_cells(counts, NGX_PRINT_CELL_LATER,
                                NGX_PRINT_CELL_TIMES);

    states[NGX_PRINT_JOB_FAILED - 1] =
        ngx_print_count_cells(counts, NGX_PRINT_CELL_RESULT
                                      + 2 * NGX_PRINT_CELL_TIMES,
                              2 * NGX_PRINT_CELL_TIMES)
        + ngx_print_count_cells(counts, NGX_PRINT_CELL_LATER
                                        + NGX_PRINT_CELL_TIMES,
                                NGX_PRINT_CELL_TIMES);

    states[NGX_PRINT_JOB_EXPIRED - 1] = counts->events[NGX_PRINT_CELL_EXPIRED];
    states[NGX_PRINT_JOB_CANCELED - 1] =
                                      counts->events[NGX_PRINT_CELL_CANCELED];
    states[NGX_PRINT_JOB_UNCONFIRMED - 1] =
                                   counts->events[NGX_PRINT_CELL_UNCONFIRMED];

    values[NGX_PRINT_COUNT_HISTORY] = sh->job_count
                                      - ngx_print_count_live(sh);

    if (sh->history_head) {
        job = &st->jobs[sh->history_head];

        values[NGX_PRINT_COUNT_OLDEST] =
            (job->state == NGX_PRINT_JOB_SENT ? job->times.sent
             : job->state == NGX_PRINT_JOB_RECEIVED ? job->times.received
             : job->times.finished) / 1000;
    }
}


static void
ngx_print_count_times_locked(ngx_print_store_shctx_t *sh, uint64_t *values)
{
    uint64_t                  *sizes;
    ngx_uint_t                 i, k, failed, cell;
    ngx_print_count_series_t   wait, receipt, result[2];
    ngx_print_store_counts_t  *counts;

    counts = &sh->counts;

    sizes = &values[NGX_PRINT_COUNT_PAYLOAD_SIZE];

    for (i = 0; i < NGX_PRINT_JOB_SOURCES * NGX_PRINT_CELL_SIZES; i++) {

        /* the highest bit of a size that is one less: 7 is up to 256 bytes */

        k = i % NGX_PRINT_CELL_SIZES;
        k = (k < 8) ? 0 : (k - 6) / 2;

        sizes[ngx_min(k, NGX_PRINT_COUNT_PAYLOAD)] +=
                                  counts->events[NGX_PRINT_CELL_CREATED + i];
    }

    sizes[NGX_PRINT_COUNT_PAYLOAD + 1] = counts->sums[NGX_PRINT_SUM_SIZE];

    ngx_print_count_series(&wait, values, NGX_PRINT_COUNT_QUEUE_TIME);
    ngx_print_count_series(&receipt, values, NGX_PRINT_COUNT_RECEIPT_TIME);
    ngx_print_count_series(&result[0], values, NGX_PRINT_COUNT_RESULT_TIME);
    ngx_print_count_series(&result[1], values, NGX_PRINT_COUNT_RESULT_TIME);

    result[1].values += NGX_PRINT_COUNT_RESULT + 2;

    ngx_print_count_soon_add(&wait, counts, NGX_PRINT_CELL_SOON_SENT);
    ngx_print_count_soon_add(&receipt, counts, NGX_PRINT_CELL_SOON_RECEIVED);
    ngx_print_count_soon_add(&receipt, counts, NGX_PRINT_CELL_SOON_PRINTED);
    ngx_print_count_soon_add(&result[0], counts, NGX_PRINT_CELL_SOON_PRINTED);

    for (i = 0; i < 2; i++) {
        ngx_print_count_add(&wait, ngx_print_count_waits,
                            NGX_PRINT_CELL_WAITS - 1,
                            &counts->events[NGX_PRINT_CELL_SENT
                                            + i * NGX_PRINT_CELL_WAITS]);
        ngx_print_count_add(&receipt, ngx_print_count_times,
                            NGX_PRINT_CELL_TIMES - 1,
                            &counts->events[NGX_PRINT_CELL_RECEIVED
                                            + i * NGX_PRINT_CELL_TIMES]);
    }

    for (i = 0; i < 4; i++) {
        failed = i / 2;
        cell = NGX_PRINT_CELL_RESULT + i * NGX_PRINT_CELL_TIMES;

        ngx_print_count_add(&receipt, ngx_print_count_times,
                            NGX_PRINT_CELL_TIMES - 1, &counts->events[cell]);
        ngx_print_count_add(&result[failed], ngx_print_count_times,
                            NGX_PRINT_CELL_TIMES - 1, &counts->events[cell]);
    }

    for (failed = 0; failed < 2; failed++) {
        cell = NGX_PRINT_CELL_LATER + failed * NGX_PRINT_CELL_TIMES;

        ngx_print_count_add(&result[failed], ngx_print_count_times,
                            NGX_PRINT_CELL_TIMES - 1, &counts->events[cell]);

        result[failed].values[result[failed].n + 1] +=
            counts->sums[NGX_PRINT_SUM_RESULT + failed]
            + counts->sums[NGX_PRINT_SUM_LATER + failed];

        receipt.values[receipt.n + 1] +=
                                 counts->sums[NGX_PRINT_SUM_RESULT + failed];
    }

    wait.values[wait.n + 1] += counts->sums[NGX_PRINT_SUM_WAIT];
    receipt.values[receipt.n + 1] += counts->sums[NGX_PRINT_SUM_RECEIVED];
}


/* The series of the family whose values begin there. */

static void
ngx_print_count_series(ngx_print_count_series_t *series, uint64_t *values,
    ngx_uint_t first)
{
    ngx_uint_t                 i, n;
    ngx_print_count_family_t  *families;

    families = ngx_print_count_families(&n);

    for (i = 0; families[i].first != first; i++) { /* void */ }

    series->values = &values[first];
    series->bounds = families[i].bounds;
    series->n = families[i].nbounds;
}


/* Adds what took up to "bound" ms; all bounds of the series are among these. */

static void
ngx_print_count_observe(ngx_print_count_series_t *series, uint32_t bound,
    uint64_t n)
{
    ngx_uint_t  i;

    for (i = 0; i < series->n && bound > series->bounds[i]; i++) {
        /* void */
    }

    series->values[i] += n;
}


static void
ngx_print_count_add(ngx_print_count_series_t *series, const uint32_t *bounds,
    ngx_uint_t nbuckets, uint64_t *cells)
{
    ngx_uint_t  i;

    for (i = 0; i < nbuckets; i++) {
        ngx_print_count_observe(series, bounds[i], cells[i]);
    }
}


static void
ngx_print_count_soon_add(ngx_print_count_series_t *series,
    ngx_print_store_counts_t *counts, ngx_uint_t first)
{
    uint32_t  ms;

    for (ms = 0; ms < NGX_PRINT_CELL_SOON; ms++) {
        ngx_print_count_observe(series, ms, counts->events[first + ms]);

        series->values[series->n + 1] += ms * counts->events[first + ms];
    }
}


static void
ngx_print_count_minutes_locked(ngx_print_store_shctx_t *sh,
    ngx_print_counts_t *to)
{
    uint64_t                   running, minute;
    uint64_t                   totals[NGX_PRINT_COUNT_MINUTE_KINDS];
    ngx_uint_t                 i, kind;
    ngx_print_store_counts_t  *counts;

    counts = &sh->counts;
    running = counts->turn / 2;

    to->from = (running + 1 - NGX_PRINT_COUNT_MINUTES) * 60;

    ngx_print_count_totals(counts, totals);

    for (kind = 0; kind < NGX_PRINT_COUNT_MINUTE_KINDS; kind++) {

        for (i = 0; i < NGX_PRINT_COUNT_MINUTES - 1; i++) {
            minute = running + 1 - NGX_PRINT_COUNT_MINUTES + i;

            to->minutes[kind][i] =
                    counts->minutes[minute % NGX_PRINT_COUNT_MINUTES][kind];
        }

        to->minutes[kind][i] = (uint32_t) (totals[kind]
                                    - counts->base[counts->turn % 2][kind]);
    }
}
