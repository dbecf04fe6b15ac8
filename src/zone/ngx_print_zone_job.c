
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_event.h"
#include "ngx_print_zone_job.h"


typedef struct {
    uint32_t    *head;
    uint32_t    *tail;
    uint32_t    *count;       /* or NULL */
} ngx_print_job_queue_t;


static void ngx_print_job_queue(ngx_print_store_t *st,
    ngx_print_store_job_t *job, ngx_print_job_queue_t *q);
static void ngx_print_job_stamp(ngx_print_store_job_t *job,
    ngx_print_job_state_e state);
static void ngx_print_job_finish_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job);
static void ngx_print_job_note_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job);


/*
 * Finds the list that the state of a job calls for. The caller holds the lock.
 */

static void
ngx_print_job_queue(ngx_print_store_t *st, ngx_print_store_job_t *job,
    ngx_print_job_queue_t *q)
{
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    q->count = NULL;

    if (!ngx_print_job_open_locked(job)) {
        q->head = &st->sh->history_head;
        q->tail = &st->sh->history_tail;
        return;
    }

    if (job->state == NGX_PRINT_JOB_SENT && job->owner) {
        s = &st->sessions[ngx_print_store_owner_index(job->owner)];

        q->head = &s->sent_head;
        q->tail = &s->sent_tail;
        return;
    }

    cl = &st->clients[job->client];

    q->head = &cl->jobs_head;
    q->tail = &cl->jobs_tail;
    q->count = &cl->njobs;
}


ngx_uint_t
ngx_print_job_open_locked(ngx_print_store_job_t *job)
{
    return job->state == NGX_PRINT_JOB_QUEUED
           || (job->state == NGX_PRINT_JOB_SENT
               && !(job->flags & NGX_PRINT_JOB_BLIND));
}


void
ngx_print_job_link_locked(ngx_print_store_t *st, uint32_t index)
{
    uint32_t                prev, next;
    ngx_print_job_queue_t   q;
    ngx_print_store_job_t  *job;

    job = &st->jobs[index];

    ngx_print_job_queue(st, job, &q);

    prev = *q.tail;
    next = 0;

    if (q.count) {
        (*q.count)++;

        if (prev && st->jobs[prev].seq > job->seq) {

            prev = 0;
            next = *q.head;

            while (st->jobs[next].seq < job->seq) {
                prev = next;
                next = st->jobs[next].next;
            }
        }
    }

    job->prev = prev;
    job->next = next;

    if (prev) {
        st->jobs[prev].next = index;

    } else {
        *q.head = index;
    }

    if (next) {
        st->jobs[next].prev = index;

    } else {
        *q.tail = index;
    }
}


void
ngx_print_job_unlink_locked(ngx_print_store_t *st, uint32_t index)
{
    ngx_print_job_queue_t   q;
    ngx_print_store_job_t  *job;

    job = &st->jobs[index];

    ngx_print_job_queue(st, job, &q);

    if (q.count) {
        (*q.count)--;
    }

    if (job->prev) {
        st->jobs[job->prev].next = job->next;

    } else {
        *q.head = job->next;
    }

    if (job->next) {
        st->jobs[job->next].prev = job->prev;

    } else {
        *q.tail = job->prev;
    }
}


void
ngx_print_job_reason_locked(ngx_print_store_job_t *job, ngx_str_t *reason)
{
    job->reason_len = ngx_min(reason->len, NGX_PRINT_JOB_REASON);

    ngx_memcpy(job->reason, reason->data, job->reason_len);
}


void
ngx_print_job_change_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_job_state_e state, const char *reason)
{
    ngx_str_t               text;
    ngx_print_store_job_t  *job;

    job = &st->jobs[index];

    if (reason) {
        text.data = (u_char *) reason;
        text.len = ngx_strlen(reason);

        ngx_print_job_reason_locked(job, &text);
    }

    if (job->state != NGX_PRINT_JOB_FREE) {
        ngx_print_job_unlink_locked(st, index);
    }

    ngx_print_job_stamp(job, state);

    ngx_print_event_job_locked(st, index, state);

    if (state == NGX_PRINT_JOB_QUEUED) {
        ngx_print_store_deadline(st->job_deadlines, index,
                                 (uint32_t) ngx_current_msec + job->ttl);

    } else {
        st->job_deadlines[index] = 0;
    }

    if (job->client && !ngx_print_job_open_locked(job)) {
        ngx_print_job_finish_locked(st, job);
    }

    ngx_print_job_link_locked(st, index);

    if (st->told >> state & 1) {
        ngx_print_job_note_locked(st, job);
    }
}


static void
ngx_print_job_stamp(ngx_print_store_job_t *job, ngx_print_job_state_e state)
{
    uint64_t     now;
    ngx_time_t  *tp;

    tp = ngx_timeofday();
    now = (uint64_t) tp->sec * 1000 + tp->msec;

    switch (state) {

    case NGX_PRINT_JOB_QUEUED:

        if (job->times.queued == 0) {
            job->times.queued = now;
        }

        break;

    case NGX_PRINT_JOB_SENT:
        job->times.sent = now;
        break;

    case NGX_PRINT_JOB_RECEIVED:
        job->times.received = now;
        break;

    default:
        job->times.finished = now;
        break;
    }
}


/* Counts a finished job at its client, and gives up its payload. */

static void
ngx_print_job_finish_locked(ngx_print_store_t *st, ngx_print_store_job_t *job)
{
    uint32_t                   blob;
    ngx_print_store_client_t  *cl;

    cl = &st->clients[job->client];

    cl->blocks -= job->nblocks;

    switch (job->state) {

    case NGX_PRINT_JOB_SENT:
    case NGX_PRINT_JOB_RECEIVED:
    case NGX_PRINT_JOB_PRINTED:
        cl->delivered++;
        break;

    default:
        cl->undelivered++;
        break;
    }

    blob = job->blob;

    job->client = 0;
    job->blob = 0;

    ngx_print_job_unref_locked(st, blob);
}


/*
 * Notes a job for the log. SENT is the end only of a job whose receipt nobody
 * confirms.
 */

static void
ngx_print_job_note_locked(ngx_print_store_t *st, ngx_print_store_job_t *job)
{
    ngx_uint_t             room;
    ngx_print_job_end_t   *end;
    ngx_print_job_ends_t  *ends;

    if (ngx_print_job_open_locked(job)) {
        return;
    }

    ends = st->ends;

    room = (1 << job->state & NGX_PRINT_JOB_WRONG) ? NGX_PRINT_STORE_ENDS
                                                   : NGX_PRINT_STORE_ENDS / 2;
    if (ends->n >= room) {
        ends->more[job->state]++;
        return;
    }

    end = &ends->list[ends->n++];

    end->index = job - st->jobs;
    end->state = job->state;
    end->len = job->len;
    end->reason_len = job->reason_len;

    ngx_memcpy(end->key, job->key, NGX_PRINT_JOB_KEY);
    ngx_memcpy(end->id, job->id, job->len);
    ngx_memcpy(end->reason, job->reason, job->reason_len);
}
