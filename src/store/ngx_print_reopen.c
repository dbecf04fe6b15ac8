
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_wake.h"
#include "ngx_print_zone.h"
#include "ngx_print_zone_layout.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_reopen.h"


/* bytes; the smallest zone has more, of which nginx needs some for itself */
#define NGX_PRINT_REOPEN_LEAST  (128 * 1024)


/* a word of the lock that names no slot */
#define ngx_print_reopen_stray(word)                                          \
    ((word) != 0 && ngx_print_store_id_slot(word) >= NGX_PRINT_WAKE_SLOTS)


static ngx_uint_t ngx_print_reopen_capacity(ngx_print_store_shctx_t *sh);
static ngx_uint_t ngx_print_reopen_tops(ngx_print_store_shctx_t *sh);
static ngx_uint_t ngx_print_reopen_workers_fit(ngx_print_store_t *st);
static ngx_uint_t ngx_print_reopen_sessions_fit(ngx_print_store_t *st);
static ngx_uint_t ngx_print_reopen_clients_fit(ngx_print_store_t *st);
static ngx_uint_t ngx_print_reopen_jobs_fit(ngx_print_store_t *st);
static ngx_uint_t ngx_print_reopen_events_fit(ngx_print_store_t *st);
static void ngx_print_reopen_rebase_session(ngx_print_store_t *st,
    uint32_t index, uint32_t now);
static void ngx_print_reopen_rebase_job(ngx_print_store_t *st, uint32_t index,
    uint32_t now);


uint32_t
ngx_print_reopen_layout(void)
{
    return NGX_PRINT_STORE_LAYOUT;
}


ngx_int_t
ngx_print_reopen_check(void *mem, size_t size)
{
    ngx_print_store_t         st;
    ngx_print_store_shctx_t  *sh;

    sh = mem;

    if (size < sizeof(ngx_print_store_shctx_t)
        || sh->magic != NGX_PRINT_STORE_MAGIC
        || sh->layout != NGX_PRINT_STORE_LAYOUT
        || sh->size != size
        || sh->size < NGX_PRINT_REOPEN_LEAST
        || !ngx_print_reopen_capacity(sh))
    {
        return NGX_ERROR;
    }

    st.sh = sh;
    (void) ngx_print_store_columns(&st, sh, mem);

    return ngx_print_reopen_fit(&st) ? NGX_OK : NGX_ERROR;
}


ngx_uint_t
ngx_print_reopen_fit(ngx_print_store_t *st)
{
    return ngx_print_reopen_tops(st->sh)
           && ngx_print_count_fit(st)
           && ngx_print_reopen_workers_fit(st)
           && ngx_print_reopen_sessions_fit(st)
           && ngx_print_reopen_clients_fit(st)
           && ngx_print_reopen_jobs_fit(st)
           && ngx_print_reopen_events_fit(st);
}


/* All columns lie where a new zone of this size has them. */

static ngx_uint_t
ngx_print_reopen_capacity(ngx_print_store_shctx_t *sh)
{
    ngx_print_store_shctx_t  own;

    ngx_memzero(&own, sizeof(ngx_print_store_shctx_t));

    ngx_print_store_capacity(&own, sh->size);

    return sh->nsessions == own.nsessions
           && sh->nclients == own.nclients
           && sh->nbuckets == own.nbuckets
           && sh->npids == own.npids
           && sh->nclaims == own.nclaims
           && sh->njobs == own.njobs
           && sh->njob_buckets == own.njob_buckets
           && sh->nevents == own.nevents
           && sh->nblocks == own.nblocks
           && sh->naddresses == own.naddresses
           && sh->naddress_buckets == own.naddress_buckets
           && sh->nsites == own.nsites
           && sh->ntallies == own.ntallies;
}


static ngx_uint_t
ngx_print_reopen_tops(ngx_print_store_shctx_t *sh)
{
    uint32_t  i;

    if (sh->session_top == 0 || sh->session_top > sh->nsessions
        || sh->client_top == 0 || sh->client_top > sh->nclients
        || sh->pid_top == 0 || sh->pid_top > sh->npids
        || sh->claim_top == 0 || sh->claim_top > sh->nclaims
        || sh->job_top == 0 || sh->job_top > sh->njobs
        || sh->block_top == 0 || sh->block_top > sh->nblocks
        || sh->address_top == 0 || sh->address_top > sh->naddresses
        || sh->nsp_top == 0 || sh->nsp_top > NGX_PRINT_NSP_COUNT
        || sh->applied > sh->event
        || sh->event - sh->applied > sh->nevents
        || sh->redo.job >= sh->job_top
        || sh->redo.client >= sh->client_top
        || sh->leader.slot >= NGX_PRINT_WAKE_SLOTS
        || sh->writer.slot >= NGX_PRINT_WAKE_SLOTS
        || sh->watchers[NGX_PRINT_STORE_SETS - 1]
           >> (NGX_PRINT_WAKE_SLOTS - 64 * (NGX_PRINT_STORE_SETS - 1))
        || ngx_print_reopen_stray(sh->lock))
    {
        return 0;
    }

    for (i = 0; i < NGX_PRINT_JOB_LOGS; i++) {
        if (sh->logs[i].cursor > sh->event) {
            return 0;
        }
    }

    for (i = 0; i < sh->nsp_top; i++) {
        if (sh->nsps[i].len > NGX_PRINT_NSP_MAX) {
            return 0;
        }
    }

    return 1;
}


/* repair() itself looks where "inflight" and the heads of messages lead. */

static ngx_uint_t
ngx_print_reopen_workers_fit(ngx_print_store_t *st)
{
    ngx_uint_t  slot, i;

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {
        for (i = 0; i < NGX_PRINT_QUEUE_JOBS; i++) {
            if (st->workers[slot].pins[i] >= st->sh->block_top) {
                return 0;
            }
        }
    }

    return 1;
}


static ngx_uint_t
ngx_print_reopen_sessions_fit(ngx_print_store_t *st)
{
    uint32_t                    i;
    ngx_print_store_session_t  *s;

    for (i = 1; i < st->sh->session_top; i++) {
        s = &st->sessions[i];

        if (s->state > NGX_PRINT_SESSION_LINGER
            || s->att_kind > NGX_PRINT_ATT_MOVE
            || s->att_slot >= NGX_PRINT_WAKE_SLOTS
            || s->probe_slot >= NGX_PRINT_WAKE_SLOTS
            || s->post_slot >= NGX_PRINT_WAKE_SLOTS)
        {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_print_reopen_clients_fit(ngx_print_store_t *st)
{
    uint32_t                   i;
    ngx_print_store_client_t  *cl;

    for (i = 1; i < st->sh->client_top; i++) {
        cl = &st->clients[i];

        if (cl->state > NGX_PRINT_CLIENT_USED
            || cl->pid >= st->sh->pid_top
            || cl->len > NGX_PRINT_CLIENT_ID_MAX
            || cl->nsp >= NGX_PRINT_NSP_COUNT
            || ngx_print_store_owner_nsp(cl->owner) >= NGX_PRINT_NSP_COUNT)
        {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_print_reopen_jobs_fit(ngx_print_store_t *st)
{
    uint32_t                i;
    ngx_print_store_job_t  *job;

    for (i = 1; i < st->sh->job_top; i++) {
        job = &st->jobs[i];

        if (job->state >= NGX_PRINT_JOB_STATES
            || job->client >= st->sh->client_top
            || job->blob >= st->sh->block_top
            || job->len > NGX_PRINT_CLIENT_ID_MAX
            || job->reason_len > NGX_PRINT_JOB_REASON
            || job->source >= NGX_PRINT_JOB_SOURCES
            || ngx_print_store_owner_nsp(job->owner) >= NGX_PRINT_NSP_COUNT)
        {
            return 0;
        }
    }

    return 1;
}


/*
 * An event behind the last one may be half written: it did not happen. One that
 * is applied may be about a record that is not there any more.
 */

static ngx_uint_t
ngx_print_reopen_events_fit(ngx_print_store_t *st)
{
    uint32_t                  i, top;
    ngx_print_store_event_t  *e;

    for (i = 0; i < st->sh->nevents; i++) {
        e = &st->events[i];

        if (e->seq == 0 || e->seq > st->sh->event) {
            continue;
        }

        top = (e->kind == NGX_PRINT_EVENT_JOB) ? st->sh->job_top
                                               : st->sh->client_top;

        if (e->kind < NGX_PRINT_EVENT_JOB
            || e->kind > NGX_PRINT_EVENT_TAKEOVER
            || (e->index >= top && e->seq > st->sh->applied)
            || e->len > NGX_PRINT_CLIENT_ID_MAX
            || e->reason_len > NGX_PRINT_JOB_REASON)
        {
            return 0;
        }
    }

    return 1;
}


void
ngx_print_reopen(ngx_print_store_t *st)
{
    st->sh->dirty = 1;

    st->sh->stalled = 0;
}


void
ngx_print_reopen_rebase(ngx_print_store_t *st)
{
    uint32_t    i, now;
    ngx_uint_t  slot;

    now = (uint32_t) ngx_current_msec;

    ngx_print_reopen(st);

    st->sh->redo.since = 0;

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {
        st->workers[slot].beat = now;
    }

    for (i = 1; i < st->sh->session_top; i++) {
        ngx_print_reopen_rebase_session(st, i, now);
    }

    for (i = 1; i < st->sh->pid_top; i++) {
        if (st->pids[i].state == NGX_PRINT_PID_USED) {
            ngx_print_store_deadline(st->pid_deadlines, i,
                                     now + st->pids[i].window);
        }
    }

    for (i = 1; i < st->sh->job_top; i++) {
        ngx_print_reopen_rebase_job(st, i, now);
    }

    for (i = 1; i < st->sh->address_top; i++) {
        st->addresses[i].last = now;
    }
}


static void
ngx_print_reopen_rebase_session(ngx_print_store_t *st, uint32_t index,
    uint32_t now)
{
    ngx_print_store_session_t  *s;

    s = &st->sessions[index];

    if (s->state == NGX_PRINT_SESSION_FREE) {
        return;
    }

    s->ping_at = now;
    s->connect_by = s->connect_by ? now + s->ping_timeout : 0;
    s->trust.expires = 0;
    s->flags |= NGX_PRINT_SESSION_PING_WAIT;

    ngx_print_store_deadline(st->deadlines, index, now);
}


static void
ngx_print_reopen_rebase_job(ngx_print_store_t *st, uint32_t index,
    uint32_t now)
{
    uint64_t                wall, end;
    ngx_time_t             *tp;
    ngx_print_store_job_t  *job;

    job = &st->jobs[index];

    job->since = 0;

    if (job->state != NGX_PRINT_JOB_QUEUED) {
        return;
    }

    tp = ngx_timeofday();

    wall = (uint64_t) tp->sec * 1000 + tp->msec;
    end = job->times.queued + job->ttl;

    /* no more than its whole time, if the clock was set back */

    end = ngx_min(ngx_max(end, wall), wall + job->ttl);

    ngx_print_store_deadline(st->job_deadlines, index,
                             now + (uint32_t) (end - wall));
}


void
ngx_print_reopen_memory(void *mem, ngx_print_store_memory_e memory)
{
    ngx_print_store_shctx_t  *sh;

    sh = mem;

    sh->memory = memory;
    sh->created = ngx_time();
}


void
ngx_print_reopen_lost(void *mem, uint32_t jobs, uint32_t clients)
{
    ngx_print_store_shctx_t  *sh;

    sh = mem;

    sh->lost_jobs = jobs;
    sh->lost_clients = clients;
}


void
ngx_print_reopen_count(ngx_print_store_t *st, ngx_print_reopen_count_t *count)
{
    uint32_t                i;
    ngx_print_store_job_t  *job;

    ngx_memzero(count, sizeof(ngx_print_reopen_count_t));

    for (i = 1; i < st->sh->job_top; i++) {
        job = &st->jobs[i];

        if (job->state == NGX_PRINT_JOB_QUEUED) {
            count->waiting++;

        } else if (job->state == NGX_PRINT_JOB_SENT
                   && !(job->flags & NGX_PRINT_JOB_BLIND))
        {
            count->sent++;
        }
    }

    for (i = 1; i < st->sh->client_top; i++) {
        count->clients += (st->clients[i].state == NGX_PRINT_CLIENT_USED);
    }
}


ngx_uint_t
ngx_print_reopen_workers(ngx_print_store_t *st)
{
    ngx_uint_t                 n, slot;
    ngx_print_store_worker_t  *w;

    n = 0;

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {
        w = &st->workers[slot];

        n += (w->epoch && ngx_print_wake_alive(st->wake, slot, w->pid));
    }

    return n;
}
