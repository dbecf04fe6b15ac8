
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
#include "ngx_print_zone_job.h"
#include "ngx_print_zone_note.h"
#include "ngx_print_zone_delivery.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_job_state.h"
#include "ngx_print_message.h"
#include "ngx_print_job.h"


#define NGX_PRINT_JOB_SCAN  256     /* records of one lock hold */


/* a request while its jobs are created */
typedef struct {
    ngx_print_job_init_t      *init;
    uint32_t                   hashes[NGX_PRINT_JOB_CLIENTS];
    ngx_print_store_client_t  *clients[NGX_PRINT_JOB_CLIENTS];
    ngx_print_store_session_t *sessions[NGX_PRINT_JOB_CLIENTS];  /* theirs, or
                                               NULL: it is offline */
    uint32_t                   jobs[NGX_PRINT_JOB_CLIENTS];
    uint32_t                   blob;        /* the payload of all */
    uint32_t                   nblocks;     /* of the payload */
    ngx_uint_t                 logs;        /* bits, see the job */
    ngx_uint_t                 bad;
} ngx_print_job_request_t;


static ngx_int_t ngx_print_job_create_locked(ngx_print_store_t *st,
    ngx_print_job_request_t *request, ngx_print_job_info_t *jobs);
static ngx_int_t ngx_print_job_known_locked(ngx_print_store_t *st,
    ngx_print_job_request_t *request, ngx_print_job_info_t *jobs);
static void ngx_print_job_forget_locked(ngx_print_store_t *st,
    u_char *digest);
static uint32_t *ngx_print_job_bucket(ngx_print_store_t *st, u_char *digest);
static ngx_int_t ngx_print_job_check_locked(ngx_print_store_t *st,
    ngx_print_job_request_t *request);
static ngx_int_t ngx_print_job_make_room_locked(ngx_print_store_t *st,
    ngx_uint_t n);
static ngx_uint_t ngx_print_job_kept_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job);
static void ngx_print_job_evict_locked(ngx_print_store_t *st);
static uint32_t ngx_print_job_alloc_locked(ngx_print_store_t *st);
static ngx_uint_t ngx_print_job_log_bit_locked(ngx_print_store_t *st,
    uint64_t id);
static void ngx_print_job_make_locked(ngx_print_store_t *st,
    ngx_print_job_request_t *request, ngx_uint_t i);
static ngx_print_store_job_t *ngx_print_job_locked(ngx_print_store_t *st,
    uint32_t index, u_char *key);
static void ngx_print_job_info_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job, ngx_print_job_info_t *info);
static ngx_uint_t ngx_print_job_leave_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t *cursor);
static ngx_int_t ngx_print_job_report_locked(ngx_print_store_t *st,
    ngx_print_store_job_t *job, ngx_print_job_state_e state,
    ngx_str_t *reason);


ngx_int_t
ngx_print_job_create(ngx_print_store_t *st, ngx_print_job_init_t *init,
    ngx_print_job_info_t *jobs, ngx_uint_t *bad)
{
    ngx_int_t                rc;
    ngx_uint_t               i;
    ngx_print_job_request_t  request;

    request.init = init;
    request.blob = 0;
    request.logs = 0;
    request.bad = 0;

    for (i = 0; i < init->n; i++) {
        request.hashes[i] = ngx_print_client_hash(st, &init->clients[i]);
    }

    request.nblocks = ngx_print_queue_nblocks(init->parts, init->nparts,
                                              init->binary, init->nbinary);

    if (request.nblocks > NGX_PRINT_STORE_SMALL || init->nbinary) {

        request.blob = ngx_print_queue_reserve(st, NGX_PRINT_USE_PRINT,
                                               init->parts, init->nparts, 0,
                                               init->binary, init->nbinary);
        if (request.blob == 0) {
            return ngx_print_store_refused(st) ? NGX_PRINT_STALLED
                                               : NGX_PRINT_FULL;
        }
    }

    if (ngx_print_store_lock(st) != NGX_OK) {
        st->unsettled = 1;
        return NGX_PRINT_STALLED;
    }

    ngx_print_queue_unreserve_locked(st, request.blob, 1 + init->nbinary);

    rc = ngx_print_job_create_locked(st, &request, jobs);

    if (rc != NGX_OK) {
        ngx_print_queue_drop_locked(st, request.blob);
    }

    ngx_print_store_unlock(st);

    *bad = request.bad;

    return rc;
}


static ngx_int_t
ngx_print_job_create_locked(ngx_print_store_t *st,
    ngx_print_job_request_t *request, ngx_print_job_info_t *jobs)
{
    ngx_int_t              rc;
    ngx_uint_t             i;
    ngx_print_job_init_t  *init;

    init = request->init;

    rc = ngx_print_job_known_locked(st, request, jobs);

    if (rc == NGX_DECLINED) {
        rc = ngx_print_job_check_locked(st, request);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_print_job_make_room_locked(st, init->n) != NGX_OK) {
        ngx_print_count_full_locked(st, NGX_PRINT_COUNT_JOB);
        return NGX_PRINT_FULL;
    }

    for (i = 0; i < init->nlogs; i++) {
        request->logs |= ngx_print_job_log_bit_locked(st, init->logs[i]);
    }

    if (request->blob == 0) {
        request->blob = ngx_print_queue_alloc_locked(st, NGX_PRINT_USE_PRINT,
                                                     request->nblocks);
        if (request->blob == 0) {
            return NGX_PRINT_FULL;
        }

        ngx_print_queue_write(st, request->blob, init->parts, init->nparts, 0);
    }

    for (i = 0; i < init->n; i++) {
        ngx_print_job_make_locked(st, request, i);
    }

    ngx_print_job_enqueue_locked(st, request->jobs, init->n);

    for (i = 0; i < init->n; i++) {
        ngx_print_job_info_locked(st, &st->jobs[request->jobs[i]], &jobs[i]);

        if (request->sessions[i]) {
            ngx_print_store_wake_locked(st,
                           ngx_print_queue_list_locked(st,
                                                       request->sessions[i]));
        }
    }

    return NGX_OK;
}


/*
 * Finds the jobs of a digest, in the order of their clients. If one of them
 * was evicted the digest is forgotten.
 */

static ngx_int_t
ngx_print_job_known_locked(ngx_print_store_t *st,
    ngx_print_job_request_t *request, ngx_print_job_info_t *jobs)
{
    u_char                  found[NGX_PRINT_JOB_CLIENTS];
    uint32_t                index;
    ngx_uint_t              i, n;
    ngx_print_job_init_t   *init;
    ngx_print_store_job_t  *job;

    init = request->init;

    if (init->digest == NULL) {
        return NGX_DECLINED;
    }

    n = 0;

    ngx_memzero(found, init->n);

    index = *ngx_print_job_bucket(st, init->digest);

    for ( /* void */ ; index; index = job->bucket_next) {
        job = &st->jobs[index];

        if (ngx_memcmp(job->digest, init->digest, NGX_PRINT_JOB_DIGEST) != 0) {
            continue;
        }

        if (ngx_memcmp(job->request, init->request, NGX_PRINT_JOB_DIGEST)
            != 0)
        {
            return NGX_ABORT;
        }

        for (i = 0; i < init->n; i++) {

            if (!found[i]
                && job->len == init->clients[i].len
                && ngx_memcmp(job->id, init->clients[i].data, job->len) == 0)
            {
                ngx_print_job_info_locked(st, job, &jobs[i]);
                found[i] = 1;
                n++;
                break;
            }
        }
    }

    if (n == init->n) {
        return NGX_DONE;
    }

    if (n) {
        ngx_print_job_forget_locked(st, init->digest);
    }

    return NGX_DECLINED;
}


static void
ngx_print_job_forget_locked(ngx_print_store_t *st, u_char *digest)
{
    uint32_t               *link;
    ngx_print_store_job_t  *job;

    for (link = ngx_print_job_bucket(st, digest); *link; /* void */ ) {
        job = &st->jobs[*link];

        if (ngx_memcmp(job->digest, digest, NGX_PRINT_JOB_DIGEST) == 0) {
            job->has_digest = 0;
            *link = job->bucket_next;

        } else {
            link = &job->bucket_next;
        }
    }
}


static uint32_t *
ngx_print_job_bucket(ngx_print_store_t *st, u_char *digest)
{
    uint32_t  hash;

    ngx_memcpy(&hash, digest, sizeof(uint32_t));

    return &st->job_buckets[hash & (st->sh->njob_buckets - 1)];
}


/* Checks that all clients accept the job. Sets request->clients. */

static ngx_int_t
ngx_print_job_check_locked(ngx_print_store_t *st,
    ngx_print_job_request_t *request)
{
    size_t                     size;
    ngx_uint_t                 i;
    ngx_print_job_init_t      *init;
    ngx_print_store_client_t  *cl;

    init = request->init;

    for (i = 0; i < init->n; i++) {

        request->bad = i;

        cl = ngx_print_client_find_locked(st, &init->clients[i],
                                          request->hashes[i]);
        if (cl == NULL) {
            return NGX_DECLINED;
        }

        request->sessions[i] = ngx_print_client_session_locked(st, cl);

        if (request->sessions[i] == NULL) {

            if (init->queue == 0) {
                return NGX_PRINT_OFFLINE;
            }

            if (cl->njobs >= init->queue) {
                return NGX_BUSY;
            }
        }

        size = ((size_t) cl->blocks + request->nblocks) * NGX_PRINT_STORE_BLOCK;

        if (cl->blocks && size > ngx_print_queue_limit(st, init->limit)) {
            return NGX_BUSY;
        }

        request->clients[i] = cl;
    }

    return NGX_OK;
}


/*
 * Evicts finished jobs, those that changed longest ago. As long as another job
 * of its request is open, a job goes to the end of the history instead, because
 * a repetition of the request would print it again. So many jobs go there in
 * one lock hold at most; the next one is evicted all the same.
 */

static ngx_int_t
ngx_print_job_make_room_locked(ngx_print_store_t *st, ngx_uint_t n)
{
    uint32_t                  index;
    ngx_uint_t                kept;
    ngx_print_store_shctx_t  *sh;

    sh = st->sh;

    kept = 0;

    while (sh->job_count + n > sh->njobs - 1) {

        index = sh->history_head;

        if (index == 0) {
            return NGX_DECLINED;
        }

        if (kept < NGX_PRINT_STORE_SLICE
            && ngx_print_job_kept_locked(st, &st->jobs[index]))
        {
            ngx_print_job_unlink_locked(st, index);
            ngx_print_job_link_locked(st, index);
            kept++;
            continue;
        }

        ngx_print_job_evict_locked(st);
    }

    return NGX_OK;
}


/* Returns 1 if another job of the same request is open. */

static ngx_uint_t
ngx_print_job_kept_locked(ngx_print_store_t *st, ngx_print_store_job_t *job)
{
    uint32_t                index;
    ngx_print_store_job_t  *other;

    if (!job->has_digest) {
        return 0;
    }

    index = *ngx_print_job_bucket(st, job->digest);

    for ( /* void */ ; index; index = other->bucket_next) {
        other = &st->jobs[index];

        if (ngx_print_job_open_locked(other)
            && ngx_memcmp(other->digest, job->digest, NGX_PRINT_JOB_DIGEST)
               == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* Evicts the finished job that is first in the history. */

static void
ngx_print_job_evict_locked(ngx_print_store_t *st)
{
    uint32_t                index, *link;
    ngx_print_store_job_t  *job;

    index = st->sh->history_head;
    job = &st->jobs[index];

    ngx_print_job_unlink_locked(st, index);

    if (job->has_digest) {
        link = ngx_print_job_bucket(st, job->digest);

        while (*link != index) {
            link = &st->jobs[*link].bucket_next;
        }

        *link = job->bucket_next;
    }

    ngx_print_store_publish(job->state, NGX_PRINT_JOB_FREE);

    ngx_print_note_drop_locked(st, index);

    job->next = st->sh->job_free;
    st->sh->job_free = index;
    st->sh->job_count--;
}


/* Takes a free record. The caller has made room for it. */

static uint32_t
ngx_print_job_alloc_locked(ngx_print_store_t *st)
{
    uint32_t                  index;
    ngx_print_store_shctx_t  *sh;

    sh = st->sh;

    index = sh->job_free;

    if (index) {
        sh->job_free = st->jobs[index].next;

    } else {
        index = sh->job_top;
        ngx_print_store_publish(sh->job_top, index + 1);
    }

    sh->job_count++;

    return index;
}


/* Returns the bit of a log, or 0 if no worker has opened it. */

static ngx_uint_t
ngx_print_job_log_bit_locked(ngx_print_store_t *st, uint64_t id)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_PRINT_JOB_LOGS; i++) {
        if (st->sh->logs[i].id == id) {
            return 1 << i;
        }
    }

    return 0;
}


/* Prepares the job of one client. It stays FREE until enqueue_locked(). */

static void
ngx_print_job_make_locked(ngx_print_store_t *st,
    ngx_print_job_request_t *request, ngx_uint_t i)
{
    uint32_t                  index, *bucket;
    ngx_print_job_init_t     *init;
    ngx_print_store_job_t    *job;
    ngx_print_store_shctx_t  *sh;

    sh = st->sh;
    init = request->init;

    index = ngx_print_job_alloc_locked(st);
    request->jobs[i] = index;

    ngx_print_store_publish(sh->job_seq, sh->job_seq + 1);

    job = &st->jobs[index];
    job->gen = (job->gen + 1) & NGX_PRINT_JOB_GEN;
    /* lint core.UndefinedBinaryOperatorResult: check_locked() has set it */
    job->client = request->clients[i] - st->clients;
    job->blob = request->blob;
    job->nblocks = request->nblocks;
    job->ttl = init->ttl;
    job->owner = 0;
    job->seq = sh->job_seq;
    job->offset = 0;
    job->has_digest = (init->digest != NULL);
    job->flags = (init->resend ? NGX_PRINT_JOB_RESEND : 0)
                 | (request->sessions[i] ? 0 : NGX_PRINT_JOB_AWAY)
                 | (init->queue ? 0 : NGX_PRINT_JOB_DIRECT);
    job->attempts = 0;
    job->source = init->source;
    job->since = (uint32_t) ngx_current_msec;
    job->reason_len = 0;
    job->len = init->clients[i].len;
    job->logs = request->logs;

    ngx_memcpy(job->key, init->keys + i * NGX_PRINT_JOB_KEY,
               NGX_PRINT_JOB_KEY);
    ngx_memcpy(job->id, init->clients[i].data, job->len);
    ngx_memzero(&job->times, sizeof(ngx_print_job_times_t));

    if (init->queue == 0) {
        /* lint core.NullDereference: check_locked() has set it */
        request->clients[i]->direct = 1;
    }

    if (request->logs) {
        ngx_print_note_add_locked(st, index, init->bytes, &init->by);
    }

    if (job->has_digest) {
        ngx_memcpy(job->digest, init->digest, NGX_PRINT_JOB_DIGEST);
        ngx_memcpy(job->request, init->request, NGX_PRINT_JOB_DIGEST);

        bucket = ngx_print_job_bucket(st, job->digest);
        job->bucket_next = *bucket;
        *bucket = index;
    }
}


ngx_int_t
ngx_print_job_find(ngx_print_store_t *st, uint32_t index, u_char *key,
    ngx_print_job_info_t *info)
{
    ngx_print_store_job_t  *job;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    job = ngx_print_job_locked(st, index, key);

    if (job) {
        ngx_print_job_info_locked(st, job, info);
    }

    ngx_print_store_unlock(st);

    return job ? NGX_OK : NGX_DECLINED;
}


/*
 * The index comes from a request, and may be any number. The key is a secret,
 * as that of a sid is: it is compared in constant time.
 */

static ngx_print_store_job_t *
ngx_print_job_locked(ngx_print_store_t *st, uint32_t index, u_char *key)
{
    u_char                  differs;
    ngx_uint_t              i;
    ngx_print_store_job_t  *job;

    if (index == 0 || index >= st->sh->job_top) {
        return NULL;
    }

    job = &st->jobs[index];
    differs = (job->state == NGX_PRINT_JOB_FREE);

    for (i = 0; i < NGX_PRINT_JOB_KEY; i++) {
        differs |= job->key[i] ^ key[i];
    }

    return differs ? NULL : job;
}


static void
ngx_print_job_info_locked(ngx_print_store_t *st, ngx_print_store_job_t *job,
    ngx_print_job_info_t *info)
{
    info->index = job - st->jobs;
    info->gen = job->gen;
    info->seq = job->seq;
    info->change = job->change;
    info->state = job->state;
    info->times = job->times;
    info->attempts = job->attempts;
    info->source = job->source;
    info->len = job->len;
    info->reason_len = job->reason_len;
    info->finished = !ngx_print_job_open_locked(job);
    info->unfenced = (job->state == NGX_PRINT_JOB_SENT
                      && (job->flags & NGX_PRINT_JOB_UNFENCED));
    info->away = (job->flags & NGX_PRINT_JOB_AWAY) ? 1 : 0;

    ngx_memcpy(info->key, job->key, NGX_PRINT_JOB_KEY);
    ngx_memcpy(info->id, job->id, job->len);
    ngx_memcpy(info->reason, job->reason, job->reason_len);
}


/* A requeued job was sent before, so it must not be reported as never sent. */

ngx_int_t
ngx_print_job_cancel(ngx_print_store_t *st, uint32_t index, u_char *key,
    ngx_print_job_info_t *info)
{
    ngx_int_t               rc;
    ngx_print_store_job_t  *job;

    rc = NGX_DECLINED;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    job = ngx_print_job_locked(st, index, key);

    if (job) {
        rc = NGX_BUSY;

        if (job->state == NGX_PRINT_JOB_QUEUED && job->attempts == 0) {
            ngx_print_job_change_locked(st, index, NGX_PRINT_JOB_CANCELED, "");
            rc = NGX_OK;
        }

        ngx_print_job_info_locked(st, job, info);
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_job_result(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, uint32_t index, u_char *key, ngx_print_job_state_e state,
    ngx_str_t *reason)
{
    ngx_int_t                  rc;
    ngx_str_t                  id;
    ngx_print_store_job_t     *job;
    ngx_print_store_client_t  *cl;

    rc = NGX_DECLINED;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    job = ngx_print_job_locked(st, index, key);

    if (job) {
        id.data = job->id;
        id.len = job->len;

        cl = ngx_print_client_find_locked(st, &id,
                                          ngx_print_client_hash(st, &id));

        if (cl && cl->owner == ngx_print_store_owner(&ref, nsp)) {
            rc = ngx_print_job_report_locked(st, job, state, reason);
        }
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_job_answer(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, uint32_t index, uint32_t gen, ngx_print_job_state_e state,
    ngx_str_t *reason)
{
    ngx_int_t               rc;
    ngx_print_store_job_t  *job;

    rc = NGX_DECLINED;

    if (index == 0 || index >= st->sh->job_top) {
        return rc;
    }

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    job = &st->jobs[index];

    if (job->state != NGX_PRINT_JOB_FREE
        && job->gen == gen
        && job->owner == ngx_print_store_owner(&ref, nsp))
    {
        rc = ngx_print_job_report_locked(st, job, state, reason);
    }

    ngx_print_store_unlock(st);

    return rc;
}


static ngx_int_t
ngx_print_job_report_locked(ngx_print_store_t *st, ngx_print_store_job_t *job,
    ngx_print_job_state_e state, ngx_str_t *reason)
{
    if (job->attempts && job->state == state && state != NGX_PRINT_JOB_RECEIVED)
    {
        /* the station reports again what it has reported already */
        return NGX_OK;
    }

    if (job->attempts == 0 || !ngx_print_job_legal(job->state, state)) {
        return NGX_DECLINED;
    }

    st->sh->redo.job = 0;

    ngx_print_job_commit_locked(st, job - st->jobs, state, reason);

    return NGX_OK;
}


ngx_uint_t
ngx_print_job_list(ngx_print_store_t *st, uint32_t *cursor, ngx_str_t *client,
    ngx_uint_t states, ngx_print_job_info_t *list)
{
    uint32_t                i, end;
    ngx_uint_t              n;
    ngx_print_store_job_t  *job;

    n = 0;
    i = *cursor ? *cursor : 1;

    if (ngx_print_store_lock(st) != NGX_OK) {
        *cursor = 0;
        return 0;
    }

    end = ngx_min(i + NGX_PRINT_JOB_SCAN, st->sh->job_top);

    for ( /* void */ ; i < end && n < NGX_PRINT_JOB_LIST; i++) {
        job = &st->jobs[i];

        if (job->state != NGX_PRINT_JOB_FREE
            && (states >> job->state & 1)
            && (client == NULL
                || (job->len == client->len
                    && ngx_memcmp(job->id, client->data, job->len) == 0)))
        {
            ngx_print_job_info_locked(st, job, &list[n++]);
        }
    }

    *cursor = (i == st->sh->job_top) ? 0 : i;

    ngx_print_store_unlock(st);

    return n;
}


void
ngx_print_job_session_lost(ngx_print_store_t *st, ngx_print_ref_t ref)
{
    uint32_t                    cursor;
    ngx_uint_t                  again;
    ngx_print_store_session_t  *s;

    cursor = 0;

    do {
        again = 0;

        if (ngx_print_store_lock(st) != NGX_OK) {
            return;
        }

        s = ngx_print_session_locked(st, ref);

        if (s && !ngx_print_session_live_locked(s)) {
            again = ngx_print_job_session_lost_locked(st, s, NULL)
                    || ngx_print_job_leave_locked(st, s, &cursor);
        }

        ngx_print_store_unlock(st);

    } while (again);
}


/* Ends jobs of one client of the session. Returns 1 if there may be more. */

static ngx_uint_t
ngx_print_job_leave_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t *cursor)
{
    uint32_t                   index;
    ngx_print_store_client_t  *cl;

    for (index = s->clients; index; index = cl->link_next) {
        cl = &st->clients[index];

        if (cl->pid == 0 && ngx_print_job_unsent_locked(st, cl, cursor)) {
            return 1;
        }
    }

    return 0;
}


void
ngx_print_job_expire(ngx_print_store_t *st, uint32_t now, uint32_t index)
{
    ngx_print_store_job_t  *job;

    job = &st->jobs[index];

    if (ngx_print_store_lock(st) != NGX_OK) {
        return;
    }

    if (job->state == NGX_PRINT_JOB_QUEUED
        && st->job_deadlines[index]
        && ngx_print_store_after(now, st->job_deadlines[index]))
    {
        /* a requeued job must not be reported as never sent */

        ngx_print_job_change_locked(st, index,
                                    job->attempts ? NGX_PRINT_JOB_UNCONFIRMED
                                                  : NGX_PRINT_JOB_EXPIRED,
                                    "the station was away for too long");
    }

    ngx_print_store_unlock(st);
}
