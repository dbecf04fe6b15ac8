
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_wake.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_ready.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_client.h"
#include "ngx_print_zone_claim.h"
#include "ngx_print_zone_job.h"
#include "ngx_print_zone_delivery.h"


/* whether a job waits for the recovery of the socket that it was sent to */
#define ngx_print_job_held(job)                                               \
    ((job)->state == NGX_PRINT_JOB_SENT && (job)->owner == 0)


static ngx_print_store_client_t *ngx_print_job_next_locked(
    ngx_print_store_t *st, ngx_print_store_session_t *s);
static ngx_uint_t ngx_print_job_fits_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job, size_t max, ngx_print_batch_t *batch);
static void ngx_print_job_send_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_store_client_t *cl,
    ngx_print_batch_t *batch);
static uint32_t ngx_print_job_fence_locked(ngx_print_store_session_t *s,
    ngx_print_batch_t *batch);
static void ngx_print_job_pack_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job, ngx_print_job_packet_t *packet);
static void ngx_print_job_missed_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_store_job_t *job);
static void ngx_print_job_repeat_locked(ngx_print_store_t *st, uint32_t index);
static ngx_uint_t ngx_print_job_hold_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job);


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

        if (n == NGX_PRINT_STORE_SLICE
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


/*
 * Returns the client of the session whose first job was created first; NULL if
 * no client has a job.
 */

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
            && ngx_print_session_connected_locked(s,
                                      ngx_print_store_owner_nsp(cl->owner)))
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


/* Sends the first job of a client. */

static void
ngx_print_job_send_locked(ngx_print_store_t *st, ngx_print_store_session_t *s,
    ngx_print_store_client_t *cl, ngx_print_batch_t *batch)
{
    uint32_t                 b, index;
    ngx_str_t                reason;
    ngx_print_store_job_t   *job;
    ngx_print_store_head_t  *h;
    ngx_print_store_redo_t  *redo;

    index = cl->jobs_head;
    job = &st->jobs[index];

    ngx_print_store_publish(st->sh->offset, st->sh->offset + 1);

    redo = ngx_print_job_redo_locked(st, index);

    redo->offset = st->sh->offset;
    redo->owner = cl->owner;
    redo->fence = ngx_print_job_fence_locked(s, batch);
    redo->since = (uint32_t) ngx_current_msec;
    redo->flags &= ~(NGX_PRINT_JOB_ASKED|NGX_PRINT_JOB_BLIND
                     |NGX_PRINT_JOB_UNFENCED);

    if (s->eio == 3) {
        redo->flags |= NGX_PRINT_JOB_UNFENCED;
    }

    if (cl->ack) {
        redo->flags |= NGX_PRINT_JOB_ASKED;

    } else if (s->eio == 3) {
        redo->flags |= NGX_PRINT_JOB_BLIND;
    }

    if (redo->attempts < 255) {
        redo->attempts++;
    }

    for (b = job->blob; b; b = h->next) {
        h = ngx_print_store_head(st, b);

        batch->bytes += h->len;
        batch->count++;
    }

    batch->bytes += 2 * NGX_PRINT_STORE_WRAP;

    ngx_print_store_publish(st->workers[st->slot].pins[batch->njobs],
                            job->blob);
    ngx_print_job_ref_locked(st, job->blob);

    ngx_print_job_pack_locked(st, job, &batch->jobs[batch->njobs++]);

    if (cl->pid && !cl->ack) {
        batch->jobs[batch->njobs - 1].recovery = 1;
    }

    ngx_str_null(&reason);

    ngx_print_job_commit_locked(st, index, NGX_PRINT_JOB_SENT, &reason);
}


/*
 * Returns the number of the ping that follows the batch, one for all of its
 * jobs. It is counted before the first of them is sent: if the process dies,
 * the answer to a later ping must not confirm them. In protocol 3 the client
 * sends the pings, so there is no fence.
 */

static uint32_t
ngx_print_job_fence_locked(ngx_print_store_session_t *s,
    ngx_print_batch_t *batch)
{
    if (s->eio == 3) {
        return s->pings + 1;
    }

    batch->ping = 1;

    if (!batch->counted) {
        batch->counted = 1;
        ngx_print_store_publish(s->pings, s->pings + 1);
    }

    return s->pings;
}


/* Describes the packet of a job that is about to be sent: see redo_locked(). */

static void
ngx_print_job_pack_locked(ngx_print_store_t *st, ngx_print_store_job_t *job,
    ngx_print_job_packet_t *packet)
{
    uint32_t                 b;
    ngx_print_store_redo_t  *redo;

    redo = &st->sh->redo;

    ngx_memzero(packet, sizeof(ngx_print_job_packet_t));

    packet->index = job - st->jobs;
    packet->gen = job->gen;
    packet->offset = redo->offset;
    packet->nsp = ngx_print_store_owner_nsp(redo->owner);
    packet->blob = job->blob;
    packet->ack = (redo->flags & NGX_PRINT_JOB_ASKED) ? 1 : 0;
    packet->repetition = (redo->flags & NGX_PRINT_JOB_REPETITION) ? 1 : 0;

    ngx_memcpy(packet->key, job->key, NGX_PRINT_JOB_KEY);

    b = ngx_print_store_head(st, job->blob)->next;

    for ( /* void */ ; b; b = ngx_print_store_head(st, b)->next) {
        packet->nbinary++;
    }
}


/*
 * Settles a job that was sent to a session which was lost before the job was
 * confirmed. If the job waited for the recovery of its socket, cl->resume
 * tells which jobs the client got; but not of those that were sent to another
 * socket, which had the client before.
 */

static void
ngx_print_job_missed_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_store_job_t *job)
{
    uint32_t  index;

    index = job - st->jobs;

    if (cl->resume && ngx_print_job_held(job)
        && job->offset > cl->others
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
    ngx_str_t                reason;
    ngx_print_store_redo_t  *redo;

    ngx_str_null(&reason);

    redo = ngx_print_job_redo_locked(st, index);

    redo->flags |= NGX_PRINT_JOB_REPETITION;

    ngx_print_job_commit_locked(st, index, NGX_PRINT_JOB_QUEUED, &reason);
}


ngx_uint_t
ngx_print_job_requeue_locked(ngx_print_store_t *st,
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

        if (n++ == NGX_PRINT_STORE_SLICE) {
            return 1;
        }

        ngx_print_job_repeat_locked(st, index);
    }

    return 0;
}


ngx_uint_t
ngx_print_job_release_held_locked(ngx_print_store_t *st,
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

        if (n++ == NGX_PRINT_STORE_SLICE) {
            return 1;
        }

        ngx_print_job_missed_locked(st, cl, job);
    }

    return 0;
}


ngx_uint_t
ngx_print_job_unsent_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, uint32_t *cursor)
{
    uint32_t                index, next;
    ngx_uint_t              n;
    ngx_print_store_job_t  *job;

    if (!cl->direct || cl->jobs_head == 0
        || ngx_print_claim_newest_locked(st, cl))
    {
        return 0;
    }

    job = &st->jobs[*cursor];

    index = (*cursor && &st->clients[job->client] == cl
             && job->state == NGX_PRINT_JOB_QUEUED)
            ? *cursor : cl->jobs_head;

    *cursor = 0;

    for (n = 0; index; index = next) {
        job = &st->jobs[index];
        next = job->next;

        if (n++ >= NGX_PRINT_STORE_SLICE
            && job->state == NGX_PRINT_JOB_QUEUED)
        {
            *cursor = index;
            return 1;
        }

        if (job->state == NGX_PRINT_JOB_QUEUED && job->attempts == 0
            && (job->flags & NGX_PRINT_JOB_DIRECT))
        {
            ngx_print_job_change_locked(st, index, NGX_PRINT_JOB_EXPIRED,
                                        "the station went offline");
        }
    }

    cl->direct = 0;

    return 1;
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

        if (n == NGX_PRINT_STORE_SLICE) {
            return 1;
        }

        ngx_print_job_change_locked(st, s->sent_head, NGX_PRINT_JOB_RECEIVED,
                                    "");
    }

    return 0;
}


ngx_uint_t
ngx_print_job_session_lost_locked(ngx_print_store_t *st,
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

        if (n++ == NGX_PRINT_STORE_SLICE) {
            return 1;
        }

        if (ngx_print_job_hold_locked(st, job)) {
            continue;
        }

        /* the client may have registered in another session by now */

        ngx_print_job_missed_locked(st, cl, job);

        other = ngx_print_client_session_locked(st, cl);

        if (other && cl->jobs_head) {
            ngx_print_store_wake_locked(st,
                                     ngx_print_queue_list_locked(st, other));
        }
    }

    return 0;
}


/*
 * Lets a job wait at its client for the recovery of the socket that it was
 * sent to. Returns 0 if that socket cannot be recovered, or if the client
 * belongs to another socket by now: the offset of that one would not say
 * whether this job was received.
 */

static ngx_uint_t
ngx_print_job_hold_locked(ngx_print_store_t *st, ngx_print_store_job_t *job)
{
    ngx_print_store_client_t  *cl;

    cl = &st->clients[job->client];

    if ((cl->owner && cl->owner != job->owner)
        || cl->pid == 0
        || st->pids[cl->pid].owner != job->owner)
    {
        return 0;
    }

    ngx_print_job_unlink_locked(st, job - st->jobs);

    ngx_print_store_publish(job->owner, 0);

    ngx_print_job_link_locked(st, job - st->jobs);

    return 1;
}
