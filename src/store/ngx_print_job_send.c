
/*
 * Copyright (C) the print hub contributors
 */


/* jobs on their way: the lists they are on, sent, received, missed */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_store.h"
#include "ngx_print_store_zone.h"


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
static ngx_print_store_client_t *ngx_print_job_next_locked(
    ngx_print_store_t *st, ngx_print_store_session_t *s);
static ngx_uint_t ngx_print_job_fits_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job, size_t max, ngx_print_batch_t *batch);
static void ngx_print_job_send_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_store_client_t *cl,
    ngx_print_batch_t *batch);
static void ngx_print_job_pack_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job, ngx_print_job_packet_t *packet);
static void ngx_print_job_missed_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_store_job_t *job);
static void ngx_print_job_repeat_locked(ngx_print_store_t *st,
    uint32_t index);
static ngx_uint_t ngx_print_job_hold_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job);


#define ngx_print_job_held(job)                                               \
    ((job)->state == NGX_PRINT_JOB_SENT && (job)->session == 0)


ngx_uint_t
ngx_print_job_open_locked(ngx_print_store_job_t *job)
{
    return job->state == NGX_PRINT_JOB_QUEUED
           || (job->state == NGX_PRINT_JOB_SENT
               && !(job->flags & NGX_PRINT_JOB_BLIND));
}


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

    if (job->state == NGX_PRINT_JOB_SENT && job->session) {
        s = &st->sessions[ngx_print_store_word_index(job->session)];

        q->head = &s->sent_head;
        q->tail = &s->sent_tail;
        return;
    }

    cl = &st->clients[job->client];

    q->head = &cl->jobs_head;
    q->tail = &cl->jobs_tail;
    q->count = &cl->njobs;
}


/* what waits at a client is in the order of creation */

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


void
ngx_print_job_ref_locked(ngx_print_store_t *st, uint32_t blob)
{
    ngx_print_store_head(st, blob)->refs++;
}


void
ngx_print_job_unref_locked(ngx_print_store_t *st, uint32_t blob)
{
    if (--ngx_print_store_head(st, blob)->refs == 0) {
        ngx_print_queue_drop_locked(st, blob);
    }
}


void
ngx_print_job_unpin_locked(ngx_print_store_t *st, ngx_print_store_worker_t *w)
{
    uint32_t    blob;
    ngx_uint_t  i;

    for (i = 0; i < NGX_PRINT_QUEUE_JOBS; i++) {
        blob = w->pins[i];

        if (blob) {
            ngx_print_store_publish(w->pins[i], 0);
            ngx_print_job_unref_locked(st, blob);
        }
    }
}


void
ngx_print_job_take_locked(ngx_print_store_t *st, ngx_print_store_session_t *s,
    size_t max, ngx_print_batch_t *batch)
{
    ngx_uint_t                 n;
    ngx_print_store_job_t     *job;
    ngx_print_store_client_t  *cl;

    for (n = 0; /* void */ ; n++) {

        cl = ngx_print_job_next_locked(st, s);

        if (cl == NULL) {
            return;
        }

        job = &st->jobs[cl->jobs_head];

        if (n == NGX_PRINT_STORE_HOLD
            || !ngx_print_job_fits_locked(st, job, max, batch))
        {
            batch->more = 1;
            return;
        }

        if (ngx_print_job_held(job)) {
            ngx_print_job_missed_locked(st, cl, job);

        } else {
            ngx_print_job_send_locked(st, s, cl, batch);
        }
    }
}


/* the client of the session whose job was created first, NULL: none has one */

static ngx_print_store_client_t *
ngx_print_job_next_locked(ngx_print_store_t *st, ngx_print_store_session_t *s)
{
    uint32_t                   index;
    ngx_print_store_client_t  *cl, *next;

    next = NULL;

    for (index = s->clients; index; index = cl->link_next) {
        cl = &st->clients[index];

        if (cl->jobs_head
            && (next == NULL
                || st->jobs[cl->jobs_head].seq < st->jobs[next->jobs_head].seq)
            && ngx_print_session_joined_locked(s,
                                      ngx_print_store_word_nsp(cl->session)))
        {
            next = cl;
        }
    }

    return next;
}


static ngx_uint_t
ngx_print_job_fits_locked(ngx_print_store_t *st, ngx_print_store_job_t *job,
    size_t max, ngx_print_batch_t *batch)
{
    return batch->njobs < NGX_PRINT_QUEUE_JOBS
           && (batch->count == 0
               || batch->bytes + job->nblocks * NGX_PRINT_STORE_BLOCK <= max);
}


/*
 * The client's first job.  Its fence is the ping that will be behind the batch,
 * one for all its jobs; protocol 3 has none.
 */

static void
ngx_print_job_send_locked(ngx_print_store_t *st, ngx_print_store_session_t *s,
    ngx_print_store_client_t *cl, ngx_print_batch_t *batch)
{
    uint32_t                 b;
    ngx_uint_t               flags;
    ngx_print_store_job_t   *job;
    ngx_print_store_head_t  *h;

    job = &st->jobs[cl->jobs_head];

    ngx_print_store_publish(st->sh->offset, st->sh->offset + 1);

    job->offset = st->sh->offset;
    job->session = cl->session;
    job->fence = s->pings + 1;

    flags = job->flags & ~(NGX_PRINT_JOB_ASKED|NGX_PRINT_JOB_BLIND);

    if (cl->ack) {
        flags |= NGX_PRINT_JOB_ASKED;

    } else if (s->eio == 3) {
        flags |= NGX_PRINT_JOB_BLIND;
    }

    job->flags = flags;

    if (job->attempts < 255) {
        job->attempts++;
    }

    for (b = job->blob; b; b = h->next) {
        h = ngx_print_store_head(st, b);

        batch->bytes += h->len;
        batch->count++;
    }

    batch->bytes += 2 * NGX_PRINT_STORE_WRAP;

    if (s->eio != 3) {
        batch->ping = 1;
    }

    ngx_print_store_publish(st->workers[st->slot].pins[batch->njobs],
                            job->blob);
    ngx_print_job_ref_locked(st, job->blob);

    ngx_print_job_pack_locked(st, job, &batch->jobs[batch->njobs++]);

    if (cl->pid && !cl->ack) {
        batch->jobs[batch->njobs - 1].recovery = 1;
    }

    ngx_print_job_change_locked(st, cl->jobs_head, NGX_PRINT_JOB_SENT, "");
}


static void
ngx_print_job_pack_locked(ngx_print_store_t *st, ngx_print_store_job_t *job,
    ngx_print_job_packet_t *packet)
{
    uint32_t  b;

    ngx_memzero(packet, sizeof(ngx_print_job_packet_t));

    packet->index = job - st->jobs;
    packet->gen = job->gen;
    packet->offset = job->offset;
    packet->nsp = ngx_print_store_word_nsp(job->session);
    packet->blob = job->blob;
    packet->ack = (job->flags & NGX_PRINT_JOB_ASKED) ? 1 : 0;
    packet->repetition = (job->flags & NGX_PRINT_JOB_REPETITION) ? 1 : 0;

    ngx_memcpy(packet->key, job->key, NGX_PRINT_JOB_KEY);

    b = ngx_print_store_head(st, job->blob)->next;

    for ( /* void */ ; b; b = ngx_print_store_head(st, b)->next) {
        packet->nbinary++;
    }
}


/*
 * One that was sent to a session which was lost before the receipt.  If it has
 * waited for the recovery of the client, that has told which was the last one
 * that it got.
 */

static void
ngx_print_job_missed_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_store_job_t *job)
{
    uint32_t  index;

    index = job - st->jobs;

    if (cl->resume && ngx_print_job_held(job)
        && !(job->flags & NGX_PRINT_JOB_ASKED))
    {
        ngx_print_job_change_locked(st, index,
                                    job->offset < cl->resume
                                    ? NGX_PRINT_JOB_RECEIVED
                                    : NGX_PRINT_JOB_QUEUED,
                                    "");
        return;
    }

    if (job->flags & NGX_PRINT_JOB_RESEND) {
        ngx_print_job_repeat_locked(st, index);
        return;
    }

    ngx_print_job_change_locked(st, index, NGX_PRINT_JOB_UNCONFIRMED,
                                "the connection was lost before a receipt");
}


static void
ngx_print_job_repeat_locked(ngx_print_store_t *st, uint32_t index)
{
    st->jobs[index].flags |= NGX_PRINT_JOB_REPETITION;

    ngx_print_job_change_locked(st, index, NGX_PRINT_JOB_QUEUED, "");
}


ngx_uint_t
ngx_print_job_recall_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_store_client_t *cl)
{
    uint32_t                index, next;
    ngx_uint_t              n;
    ngx_print_store_job_t  *job;

    n = 0;

    for (index = s->sent_head; index; index = next) {
        job = &st->jobs[index];
        next = job->next;

        if (&st->clients[job->client] != cl
            || !(job->flags & NGX_PRINT_JOB_RESEND))
        {
            continue;
        }

        if (n++ == NGX_PRINT_STORE_HOLD) {
            return 1;
        }

        ngx_print_job_repeat_locked(st, index);
    }

    return 0;
}


ngx_uint_t
ngx_print_job_unheld_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl)
{
    uint32_t                index, next;
    ngx_uint_t              n;
    ngx_print_store_job_t  *job;

    index = cl->jobs_head;

    for (n = 0; index; index = next) {
        job = &st->jobs[index];
        next = job->next;

        if (!ngx_print_job_held(job)) {
            continue;
        }

        if (n++ == NGX_PRINT_STORE_HOLD) {
            return 1;
        }

        ngx_print_job_missed_locked(st, cl, job);
    }

    return 0;
}


ngx_uint_t
ngx_print_job_received_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    ngx_uint_t              n;
    ngx_print_store_job_t  *job;

    for (n = 0; s->sent_head; n++) {
        job = &st->jobs[s->sent_head];

        if (!ngx_print_store_after(s->pongs, job->fence)) {
            break;
        }

        if (n == NGX_PRINT_STORE_HOLD) {
            return 1;
        }

        ngx_print_job_change_locked(st, s->sent_head, NGX_PRINT_JOB_RECEIVED,
                                    "");
    }

    return 0;
}


void
ngx_print_job_settle(ngx_print_store_t *st, ngx_print_ref_t ref)
{
    ngx_uint_t                  again;
    ngx_print_store_session_t  *s;

    do {
        again = 0;

        ngx_print_store_lock(st);

        s = ngx_print_session_locked(st, ref);

        if (s && !ngx_print_session_live_locked(s)) {
            again = ngx_print_job_settle_locked(st, s, NULL);
        }

        ngx_print_store_unlock(st);

    } while (again);
}


ngx_uint_t
ngx_print_job_settle_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_store_client_t *of)
{
    uint32_t                    index, next;
    ngx_uint_t                  n;
    ngx_print_store_job_t      *job;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *other;

    n = 0;

    for (index = s->sent_head; index; index = next) {
        job = &st->jobs[index];
        next = job->next;

        cl = &st->clients[job->client];

        if (of && cl != of) {
            continue;
        }

        if (n++ == NGX_PRINT_STORE_HOLD) {
            return 1;
        }

        if (ngx_print_job_hold_locked(st, job)) {
            continue;
        }

        /* the client may be in another session by now */

        ngx_print_job_missed_locked(st, cl, job);

        other = ngx_print_client_session_locked(st, cl);

        if (other && cl->jobs_head) {
            ngx_print_store_ring_locked(st,
                                     ngx_print_queue_list_locked(st, other));
        }
    }

    return 0;
}


/*
 * It waits at its client for the recovery of the socket that it was sent to, if
 * that may be: of another one the offset would tell nothing.
 */

static ngx_uint_t
ngx_print_job_hold_locked(ngx_print_store_t *st, ngx_print_store_job_t *job)
{
    ngx_print_store_client_t  *cl;

    cl = &st->clients[job->client];

    if ((cl->session && cl->session != job->session)
        || cl->pid == 0
        || st->pids[cl->pid].session != job->session)
    {
        return 0;
    }

    ngx_print_job_unlink_locked(st, job - st->jobs);

    ngx_print_store_publish(job->session, 0);

    ngx_print_job_link_locked(st, job - st->jobs);

    return 1;
}
