
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_client.h"
#include "ngx_print_zone_event.h"


static ngx_print_store_event_t *ngx_print_event_slot_locked(
    ngx_print_store_t *st, uint64_t seq);
static ngx_print_store_event_t *ngx_print_event_open_locked(
    ngx_print_store_t *st, uint64_t seq, ngx_print_event_kind_e kind,
    uint32_t index);
static ngx_inline ngx_print_store_event_t *ngx_print_event_write_locked(
    ngx_print_store_t *st, uint64_t seq, uint32_t index,
    ngx_print_job_state_e state);
static void ngx_print_event_presence_locked(ngx_print_store_t *st,
    uint64_t seq, uint32_t index, uint64_t owner);
static void ngx_print_event_contest_locked(ngx_print_store_t *st, uint64_t seq,
    uint32_t index, uint64_t owner, ngx_uint_t refused);
static ngx_inline void ngx_print_event_counted_locked(ngx_print_store_t *st,
    ngx_uint_t n);
static void ngx_print_event_apply_locked(ngx_print_store_t *st);
static void ngx_print_event_apply_job_locked(ngx_print_store_t *st,
    ngx_print_store_event_t *e);
static void ngx_print_event_stamp(ngx_print_job_times_t *times,
    ngx_print_job_state_e state, uint64_t now);
static void ngx_print_event_apply_client_locked(ngx_print_store_t *st,
    ngx_print_store_event_t *e);


void
ngx_print_event_job_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_job_state_e state, ngx_str_t *reason, ngx_uint_t logs)
{
    uint64_t                  seq;
    ngx_print_store_event_t  *e;

    seq = st->sh->event + 1;

    e = ngx_print_event_write_locked(st, seq, index, state);

    e->logs = logs;

    if (st->sh->redo.job) {
        e->attempts = st->sh->redo.attempts;
    }

    if (reason->len) {
        e->reason_len = ngx_min(reason->len, NGX_PRINT_JOB_REASON);
        ngx_memcpy(e->reason, reason->data, e->reason_len);
    }

    st->sh->redo.event = seq;

    ngx_print_store_publish(st->sh->event, seq);

    ngx_print_event_counted_locked(st, 1);

    ngx_print_event_apply_job_locked(st, e);

    ngx_print_store_publish(st->sh->applied, seq);

    st->has_events = 1;
}


void
ngx_print_event_jobs_locked(ngx_print_store_t *st, uint32_t *indices,
    ngx_uint_t n)
{
    uint64_t    seq;
    ngx_uint_t  i;

    seq = st->sh->event;

    for (i = 0; i < n; i++) {
        ngx_print_event_write_locked(st, ++seq, indices[i],
                                     NGX_PRINT_JOB_QUEUED)->logs = 0;
    }

    ngx_print_store_publish(st->sh->event, seq);

    ngx_print_event_counted_locked(st, n);

    ngx_print_event_apply_locked(st);

    st->has_events = 1;
}


void
ngx_print_event_client_locked(ngx_print_store_t *st, uint32_t index,
    uint64_t owner, ngx_uint_t registers)
{
    uint64_t  seq;

    seq = st->sh->event + 1;

    ngx_print_event_presence_locked(st, seq, index, owner);

    ngx_print_count_event_locked(st, owner == 0 ? NGX_PRINT_CELL_LEFT
                                     : registers ? NGX_PRINT_CELL_CAME
                                                 : NGX_PRINT_CELL_MOVED);

    ngx_print_store_publish(st->sh->event, seq);

    ngx_print_event_counted_locked(st, 1);

    ngx_print_event_apply_locked(st);

    st->has_events = 1;
}


void
ngx_print_event_takeover_locked(ngx_print_store_t *st, uint32_t index,
    uint64_t owner)
{
    uint64_t  seq;

    seq = st->sh->event + 2;

    ngx_print_event_contest_locked(st, seq - 1, index, owner, 0);
    ngx_print_event_presence_locked(st, seq, index, owner);

    ngx_print_count_event_locked(st, NGX_PRINT_CELL_TAKEOVER);

    ngx_print_store_publish(st->sh->event, seq);

    ngx_print_event_counted_locked(st, 1);

    ngx_print_event_apply_locked(st);

    st->has_events = 1;
}


void
ngx_print_event_refused_locked(ngx_print_store_t *st, uint32_t index,
    uint64_t owner)
{
    uint64_t  seq;

    seq = st->sh->event + 1;

    ngx_print_event_contest_locked(st, seq, index, owner, 1);

    ngx_print_count_event_locked(st, NGX_PRINT_CELL_REFUSED);

    ngx_print_store_publish(st->sh->event, seq);

    ngx_print_event_counted_locked(st, 1);

    ngx_print_event_apply_locked(st);

    st->has_events = 1;
}


/* Counts n events, as was noted before they were published. */

static ngx_inline void
ngx_print_event_counted_locked(ngx_print_store_t *st, ngx_uint_t n)
{
    uint32_t                   cell;
    ngx_print_store_counts_t  *counts;

    counts = &st->sh->counts;
    cell = counts->note.cell;

    if (!ngx_print_count_soon(cell)) {
        counts->sums[counts->note.sum] = counts->note.total;
    }

    ngx_print_store_order();

    counts->events[cell] += n;

    ngx_print_store_order();
}


/* Until a worker watches for the first time, the first slots are used alone. */

static ngx_print_store_event_t *
ngx_print_event_slot_locked(ngx_print_store_t *st, uint64_t seq)
{
    return st->sh->events_off ? &st->events[seq - st->sh->applied - 1]
                              : &st->events[seq % st->sh->nevents];
}


static ngx_print_store_event_t *
ngx_print_event_open_locked(ngx_print_store_t *st, uint64_t seq,
    ngx_print_event_kind_e kind, uint32_t index)
{
    ngx_time_t               *tp;
    ngx_print_store_event_t  *e;

    e = ngx_print_event_slot_locked(st, seq);

    /* The old event is gone before a part of it changes. */

    ngx_print_store_publish(e->seq, seq);

    tp = ngx_timeofday();

    e->time = (uint64_t) tp->sec * 1000 + tp->msec;
    e->kind = kind;
    e->index = index;

    return e;
}


/* Writes the event of a job, with what the job has now. */

static ngx_inline ngx_print_store_event_t *
ngx_print_event_write_locked(ngx_print_store_t *st, uint64_t seq,
    uint32_t index, ngx_print_job_state_e state)
{
    ngx_print_store_job_t    *job;
    ngx_print_store_event_t  *e;

    job = &st->jobs[index];

    e = ngx_print_event_open_locked(st, seq, NGX_PRINT_EVENT_JOB, index);

    e->gen = job->gen;
    e->state = state;
    e->attempts = job->attempts;
    e->len = job->len;
    e->reason_len = 0;

    ngx_memcpy(e->key, job->key, NGX_PRINT_JOB_KEY);
    ngx_memcpy(e->id, job->id, job->len);

    return e;
}


/* Writes the event of a client that gets this owner. */

static void
ngx_print_event_presence_locked(ngx_print_store_t *st, uint64_t seq,
    uint32_t index, uint64_t owner)
{
    ngx_print_store_event_t   *e;
    ngx_print_store_client_t  *cl;

    cl = &st->clients[index];

    e = ngx_print_event_open_locked(st, seq, NGX_PRINT_EVENT_CLIENT, index);

    e->state = (owner != 0);
    e->len = cl->len;
    e->reason_len = 0;

    ngx_memcpy(e->key, &owner, sizeof(uint64_t));
    ngx_memcpy(e->id, cl->id, cl->len);

    ngx_print_client_touch_locked(st, index);
}


/*
 * Writes the event of a client that this owner takes from the session that has
 * it, or is refused.
 */

static void
ngx_print_event_contest_locked(ngx_print_store_t *st, uint64_t seq,
    uint32_t index, uint64_t owner, ngx_uint_t refused)
{
    ngx_print_store_event_t    *e;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *from, *by;

    cl = &st->clients[index];
    from = &st->sessions[ngx_print_store_owner_index(cl->owner)];
    by = &st->sessions[ngx_print_store_owner_index(owner)];

    e = ngx_print_event_open_locked(st, seq, NGX_PRINT_EVENT_TAKEOVER, index);

    e->state = refused;
    e->len = cl->len;
    e->reason_len = 2 * NGX_PRINT_SESSION_ADDR;

    ngx_memcpy(e->id, cl->id, cl->len);
    ngx_memcpy(e->reason, from->addr, NGX_PRINT_SESSION_ADDR);
    ngx_memcpy(e->reason + NGX_PRINT_SESSION_ADDR, by->addr,
               NGX_PRINT_SESSION_ADDR);
}


/* Applies all changes that are made, and not applied yet. */

static void
ngx_print_event_apply_locked(ngx_print_store_t *st)
{
    uint64_t                  seq;
    ngx_print_store_event_t  *e;

    for (seq = st->sh->applied + 1; seq <= st->sh->event; seq++) {

        e = ngx_print_event_slot_locked(st, seq);

        if (e->kind == NGX_PRINT_EVENT_JOB) {
            ngx_print_event_apply_job_locked(st, e);

        } else if (e->kind == NGX_PRINT_EVENT_CLIENT) {
            ngx_print_event_apply_client_locked(st, e);
        }
    }

    ngx_print_store_publish(st->sh->applied, st->sh->event);
}


static void
ngx_print_event_apply_job_locked(ngx_print_store_t *st,
    ngx_print_store_event_t *e)
{
    ngx_print_store_job_t     *job;
    ngx_print_store_redo_t    *redo;
    ngx_print_store_client_t  *cl;

    job = &st->jobs[e->index];
    redo = &st->sh->redo;

    if (redo->event == e->seq && redo->job) {
        job->owner = redo->owner;
        job->offset = redo->offset;
        job->fence = redo->fence;
        job->since = redo->since;
        job->flags = redo->flags;
        job->attempts = redo->attempts;
    }

    if (redo->event == e->seq && redo->client) {
        cl = &st->clients[redo->client];

        cl->delivered = redo->delivered;
        cl->undelivered = redo->undelivered;
    }

    job->state = e->state;
    job->change = e->seq;
    job->reason_len = e->reason_len;

    if (e->reason_len) {
        ngx_memcpy(job->reason, e->reason, e->reason_len);
    }

    ngx_print_event_stamp(&job->times, e->state, e->time);
}


static void
ngx_print_event_stamp(ngx_print_job_times_t *times,
    ngx_print_job_state_e state, uint64_t now)
{
    switch (state) {

    case NGX_PRINT_JOB_QUEUED:

        if (times->queued == 0) {
            times->queued = now;
        }

        break;

    case NGX_PRINT_JOB_SENT:
        times->sent = now;
        break;

    case NGX_PRINT_JOB_RECEIVED:
        times->received = now;
        break;

    case NGX_PRINT_JOB_PRINTED:
    case NGX_PRINT_JOB_FAILED:

        /* the station has what it reports about */

        if (times->received == 0) {
            times->received = now;
        }

        times->finished = now;
        break;

    default:
        times->finished = now;
        break;
    }
}


static void
ngx_print_event_apply_client_locked(ngx_print_store_t *st,
    ngx_print_store_event_t *e)
{
    ngx_print_store_client_t  *cl;

    cl = &st->clients[e->index];

    ngx_memcpy(&cl->owner, e->key, sizeof(uint64_t));

    cl->event = e->seq;
    cl->changed = (uint32_t) (e->time / 1000);
    cl->state = NGX_PRINT_CLIENT_USED;
}


void
ngx_print_event_keep_locked(ngx_print_store_t *st)
{
    if (st->sh->events_off) {
        ngx_print_store_publish(st->sh->lost_before, st->sh->event);
        ngx_print_store_publish(st->sh->events_off, 0);
    }
}


void
ngx_print_event_repair_locked(ngx_print_store_t *st)
{
    ngx_print_event_apply_locked(st);

    /* it may be that of a change which was not made */

    st->sh->redo.event = 0;

    st->has_events = 1;
}
