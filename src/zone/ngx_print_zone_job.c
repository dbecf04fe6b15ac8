
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_client.h"
#include "ngx_print_zone_event.h"
#include "ngx_print_zone_job.h"


typedef struct {
    uint32_t                   *head;
    uint32_t                   *tail;
    ngx_print_store_client_t   *cl;      /* whose list it is, or NULL */
} ngx_print_job_queue_t;


/*
 * The states in which a finished job counts as delivered. A station that
 * reports a failure has the job.
 */
#define NGX_PRINT_JOB_DELIVERED                                               \
    (1 << NGX_PRINT_JOB_SENT|1 << NGX_PRINT_JOB_RECEIVED                      \
     |1 << NGX_PRINT_JOB_PRINTED|1 << NGX_PRINT_JOB_FAILED)

/* whether a job of this state and flags is not finished */
#define ngx_print_job_open(state, flags)                                      \
    ((state) == NGX_PRINT_JOB_QUEUED                                          \
     || ((state) == NGX_PRINT_JOB_SENT && !((flags) & NGX_PRINT_JOB_BLIND)))


static void ngx_print_job_queue(ngx_print_store_t *st,
    ngx_print_store_job_t *job, ngx_print_job_queue_t *q);
static void ngx_print_job_waits_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, int32_t n);
static void ngx_print_job_counts_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job, ngx_print_job_state_e state);
static void ngx_print_job_counts_new_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job, ngx_uint_t n);
static void ngx_print_job_opens_locked(ngx_print_store_t *st, ngx_uint_t n);
static ngx_uint_t ngx_print_job_count_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job, ngx_print_job_state_e state);
static void ngx_print_job_move_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job);
static void ngx_print_job_changed_locked(ngx_print_store_t *st,
    uint32_t index);
static void ngx_print_job_finish_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job);
static ngx_uint_t ngx_print_job_closed_locked(ngx_print_store_t *st,
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

    q->cl = NULL;

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
    q->cl = cl;
}


/* Counts a job that goes to the list of a client (1) or leaves it (-1). */

static ngx_inline void
ngx_print_job_waits_locked(ngx_print_store_t *st, ngx_print_store_client_t *cl,
    int32_t n)
{
    cl->njobs += n;
    st->sh->counts.waiting += n;

    if (cl->owner == 0) {
        st->sh->counts.away += n;
    }
}


ngx_uint_t
ngx_print_job_open_locked(ngx_print_store_job_t *job)
{
    return ngx_print_job_open(job->state, job->flags);
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

    if (q.cl) {
        ngx_print_job_waits_locked(st, q.cl, 1);

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

    if (q.cl) {
        ngx_print_job_waits_locked(st, q.cl, -1);
    }

    if (job->prev) {
        st->jobs[job->prev].next = job->next;

    } else {
        /* lint core.NullDereference: a job that is linked is on a list */
        *q.head = job->next;
    }

    if (job->next) {
        st->jobs[job->next].prev = job->prev;

    } else {
        *q.tail = job->prev;
    }
}


void
ngx_print_job_enqueue_locked(ngx_print_store_t *st, uint32_t *indices,
    ngx_uint_t n)
{
    ngx_uint_t                 i;
    ngx_print_store_job_t     *job;
    ngx_print_store_client_t  *cl;

    for (i = 0; i < n; i++) {
        job = &st->jobs[indices[i]];
        cl = &st->clients[job->client];

        cl->open++;
        cl->blocks += job->nblocks;

        ngx_print_job_ref_locked(st, job->blob);
    }

    ngx_print_job_opens_locked(st, n);

    ngx_print_job_counts_new_locked(st, &st->jobs[indices[0]], n);

    ngx_print_event_jobs_locked(st, indices, n);

    for (i = 0; i < n; i++) {
        ngx_print_job_changed_locked(st, indices[i]);
    }
}


ngx_print_store_redo_t *
ngx_print_job_redo_locked(ngx_print_store_t *st, uint32_t index)
{
    ngx_print_store_job_t   *job;
    ngx_print_store_redo_t  *redo;

    job = &st->jobs[index];
    redo = &st->sh->redo;

    redo->job = index;
    redo->owner = job->owner;
    redo->offset = job->offset;
    redo->fence = job->fence;
    redo->since = job->since;
    redo->flags = job->flags;
    redo->attempts = job->attempts;

    return redo;
}


void
ngx_print_job_change_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_job_state_e state, const char *reason)
{
    ngx_str_t  text;

    text.data = (u_char *) reason;
    text.len = ngx_strlen(reason);

    st->sh->redo.job = 0;

    ngx_print_job_commit_locked(st, index, state, &text);
}


void
ngx_print_job_commit_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_job_state_e state, ngx_str_t *reason)
{
    ngx_uint_t              logs;
    ngx_print_store_job_t  *job;

    job = &st->jobs[index];

    logs = ngx_print_job_count_locked(st, job, state);
    ngx_print_job_counts_locked(st, job, state);

    ngx_print_job_unlink_locked(st, index);

    ngx_print_event_job_locked(st, index, state, reason, logs);

    ngx_print_job_changed_locked(st, index);
}


/*
 * Notes what a change is counted as. Most jobs are sent and received soon, and
 * this is all that these need.
 */

static ngx_inline void
ngx_print_job_counts_locked(ngx_print_store_t *st, ngx_print_store_job_t *job,
    ngx_print_job_state_e state)
{
    uint32_t    ms;
    ngx_uint_t  cell;

    ms = (uint32_t) ngx_current_msec - job->since;

    if (ms >= NGX_PRINT_CELL_SOON) {
        goto other;
    }

    if (state == NGX_PRINT_JOB_SENT) {

        if (job->attempts || st->sh->redo.flags & NGX_PRINT_JOB_BLIND) {
            goto other;
        }

        cell = NGX_PRINT_CELL_SOON_SENT;

    } else {

        if (job->state != NGX_PRINT_JOB_SENT || job->client == 0) {
            goto other;
        }

        if (state == NGX_PRINT_JOB_RECEIVED) {
            cell = NGX_PRINT_CELL_SOON_RECEIVED;

        } else if (state == NGX_PRINT_JOB_PRINTED) {
            cell = NGX_PRINT_CELL_SOON_PRINTED;

        } else {
            goto other;
        }
    }

    st->sh->counts.note.cell = cell + ms;

    return;

other:

    ngx_print_count_job_locked(st, job, state);
}


/* The same of n new jobs with one payload. */

static ngx_inline void
ngx_print_job_counts_new_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job, ngx_uint_t n)
{
    uint32_t                   b, len;
    ngx_print_store_head_t    *h;
    ngx_print_store_counts_t  *counts;

    h = ngx_print_store_head(st, job->blob);
    len = h->len;

    for (b = h->next; b; b = h->next) {
        h = ngx_print_store_head(st, b);
        len += h->len;
    }

    counts = &st->sh->counts;

    counts->note.cell = NGX_PRINT_CELL_CREATED
                        + job->source * NGX_PRINT_CELL_SIZES
                        + 31 - __builtin_clz((len - 1) | 1);
    counts->note.sum = NGX_PRINT_SUM_SIZE;
    counts->note.total = counts->sums[NGX_PRINT_SUM_SIZE] + n * (uint64_t) len;
}


/* Counts jobs that are not finished, by how far their peak is. */

static ngx_inline void
ngx_print_job_opens_locked(ngx_print_store_t *st, ngx_uint_t n)
{
    ngx_print_store_counts_t  *counts;

    counts = &st->sh->counts;

    counts->below -= n;

    if (counts->below < 0) {
        counts->peaks[NGX_PRINT_COUNT_JOB] -= counts->below;
        counts->below = 0;
    }
}


/*
 * Sets the counters of the job's client as they will be after the change.
 * Returns the logs that get a line about it: those of the job, if it is settled
 * then.
 */

static ngx_uint_t
ngx_print_job_count_locked(ngx_print_store_t *st, ngx_print_store_job_t *job,
    ngx_print_job_state_e state)
{
    ngx_uint_t                 flags, delivered;
    ngx_print_store_redo_t    *redo;
    ngx_print_store_client_t  *cl;

    redo = &st->sh->redo;
    redo->client = 0;

    flags = redo->job ? redo->flags : job->flags;

    if (ngx_print_job_open(state, flags)) {
        return 0;
    }

    delivered = NGX_PRINT_JOB_DELIVERED >> state & 1;

    if (job->client) {
        cl = &st->clients[job->client];

        redo->client = job->client;
        redo->delivered = cl->delivered + delivered;
        redo->undelivered = cl->undelivered + !delivered;

    } else if (delivered && !(NGX_PRINT_JOB_DELIVERED >> job->state & 1)) {
        ngx_print_job_move_locked(st, job);
    }

    return job->logs;
}


/*
 * Counts a job that was finished as delivered after all. If its client was
 * removed in the meantime, a record of the same clientId is another client's.
 */

static void
ngx_print_job_move_locked(ngx_print_store_t *st, ngx_print_store_job_t *job)
{
    ngx_str_t                  id;
    ngx_print_store_redo_t    *redo;
    ngx_print_store_client_t  *cl;

    id.data = job->id;
    id.len = job->len;

    cl = ngx_print_client_find_locked(st, &id, ngx_print_client_hash(st, &id));

    if (cl && job->seq > cl->after) {
        redo = &st->sh->redo;

        redo->client = cl - st->clients;
        redo->delivered = cl->delivered + 1;
        redo->undelivered = cl->undelivered - 1;
    }
}


/* Does what the new state of a job calls for; all of it is derived. */

static void
ngx_print_job_changed_locked(ngx_print_store_t *st, uint32_t index)
{
    ngx_print_store_job_t  *job;

    job = &st->jobs[index];

    if (job->state == NGX_PRINT_JOB_QUEUED) {
        ngx_print_store_deadline(st->job_deadlines, index,
                                 (uint32_t) ngx_current_msec + job->ttl);

    } else {
        st->job_deadlines[index] = 0;
    }

    if (job->client && !ngx_print_job_open_locked(job)) {
        ngx_print_job_finish_locked(st, job);
    }

    ngx_print_job_link_locked(st, index);

    if (st->told >> job->state & 1) {
        ngx_print_job_note_locked(st, job);
    }
}


static void
ngx_print_job_finish_locked(ngx_print_store_t *st, ngx_print_store_job_t *job)
{
    uint32_t                   blob;
    ngx_print_store_client_t  *cl;

    cl = &st->clients[job->client];

    cl->open--;
    cl->blocks -= job->nblocks;
    st->sh->counts.below++;

    blob = job->blob;

    job->client = 0;
    job->blob = 0;

    ngx_print_job_unref_locked(st, blob);
}


/*
 * Returns the reason for which the session was closed that a job was sent to,
 * or 0 if it is not known any more.
 */

static ngx_uint_t
ngx_print_job_closed_locked(ngx_print_store_t *st, ngx_print_store_job_t *job)
{
    ngx_print_store_session_t  *s;

    s = &st->sessions[ngx_print_store_owner_index(job->owner)];

    return (job->state == NGX_PRINT_JOB_UNCONFIRMED && job->owner
            && s->gen == ngx_print_store_owner_gen(job->owner)
            && s->state == NGX_PRINT_SESSION_CLOSING) ? s->reason : 0;
}


/*
 * Notes a job for the log. SENT is the end only of a job whose receipt nobody
 * confirms.
 */

static void
ngx_print_job_note_locked(ngx_print_store_t *st, ngx_print_store_job_t *job)
{
    ngx_uint_t             n, wrong;
    ngx_print_job_end_t   *end;
    ngx_print_job_ends_t  *ends;

    if (ngx_print_job_open_locked(job)) {
        return;
    }

    ends = st->ends;

    wrong = (1 << job->state & NGX_PRINT_JOB_WRONG) ? 1 : 0;
    n = wrong ? ends->wrong : ends->n - ends->wrong;

    if (n >= NGX_PRINT_STORE_ENDS) {
        ends->more[job->state]++;
        return;
    }

    end = &ends->list[ends->n++];
    ends->wrong += wrong;

    end->index = job - st->jobs;
    end->waited = job->times.finished - ngx_min(job->times.queued,
                                                job->times.finished);
    end->state = job->state;
    end->attempts = job->attempts;
    end->closed = ngx_print_job_closed_locked(st, job);
    end->len = job->len;
    end->reason_len = job->reason_len;

    ngx_memcpy(end->key, job->key, NGX_PRINT_JOB_KEY);
    ngx_memcpy(end->id, job->id, job->len);
    ngx_memcpy(end->reason, job->reason, job->reason_len);
}
