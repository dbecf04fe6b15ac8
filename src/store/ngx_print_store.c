
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_store.h"
#include "ngx_print_store_zone.h"


#define NGX_PRINT_STORE_SPIN    1024
#define NGX_PRINT_STORE_YIELDS  64

#define ngx_print_store_aligned(n)  ngx_align(n, 64)


static void ngx_print_store_capacity(ngx_print_store_shctx_t *sh,
    size_t size);
static size_t ngx_print_store_columns(ngx_print_store_t *st,
    ngx_print_store_shctx_t *sh, u_char *mem);
static ngx_uint_t ngx_print_store_rob(ngx_print_store_t *st);
static void ngx_print_store_strike_locked(ngx_print_store_t *st,
    ngx_print_store_worker_t *w);
static void ngx_print_store_ring_some(ngx_print_store_t *st);
static void ngx_print_store_ring_all(ngx_print_store_t *st);


void
ngx_print_store_create(void *mem, size_t size, uint64_t secrets[2])
{
    ngx_print_store_shctx_t  *sh;

    sh = mem;

    ngx_print_store_capacity(sh, size);

    sh->layout = NGX_PRINT_STORE_LAYOUT;
    sh->size = size;
    sh->quiet = 1;
    sh->secret = secrets[0];
    sh->proof = secrets[1];

    sh->session_top = 1;
    sh->client_top = 1;
    sh->pid_top = 1;
    sh->job_top = 1;
    sh->block_top = 1;

    sh->nsps[0].len = 1;
    sh->nsps[0].name[0] = '/';
    sh->nsp_top = 1;

    sh->magic = NGX_PRINT_STORE_MAGIC;
}


/*
 * Three eighths of the zone for messages and the payloads of jobs, a quarter
 * for jobs and events, the rest for other records: to two sessions three
 * clients, since a client outlives its session, and two sockets that can be
 * recovered.
 */

static void
ngx_print_store_capacity(ngx_print_store_shctx_t *sh, size_t size)
{
    size_t             room;
    uint32_t           n;
    ngx_print_store_t  st;

    room = (size - ngx_print_store_columns(&st, sh, NULL)) / 8;

    sh->nblocks = 3 * room / (sizeof(ngx_print_store_block_t)
                              + sizeof(uint32_t) + 1);

    sh->njobs = 2 * room / (sizeof(ngx_print_store_job_t)
                            + 3 * sizeof(uint32_t)
                            + 2 * sizeof(ngx_print_store_event_t));
    sh->nevents = 2 * sh->njobs;

    n = 3 * room / (2 * (sizeof(ngx_print_store_session_t) + sizeof(uint32_t))
                    + 3 * (sizeof(ngx_print_store_client_t)
                           + 2 * sizeof(uint32_t))
                    + 2 * (sizeof(ngx_print_store_pid_t) + sizeof(uint32_t)));

    sh->nsessions = ngx_min(2 * n, NGX_PRINT_SESSION_MAX);
    sh->nclients = 3 * n;
    sh->npids = sh->nsessions;

    for (sh->nbuckets = 1; sh->nbuckets * 2 <= sh->nclients; /* void */ ) {
        sh->nbuckets *= 2;
    }

    for (sh->njob_buckets = 1; sh->njob_buckets * 2 <= sh->njobs; /* void */ ) {
        sh->njob_buckets *= 2;
    }

    /* the columns' alignment */

    while (ngx_print_store_columns(&st, sh, NULL) > size) {
        sh->nblocks--;
    }
}


/* sets the columns' addresses, returns the bytes up to the end of the last */

static size_t
ngx_print_store_columns(ngx_print_store_t *st, ngx_print_store_shctx_t *sh,
    u_char *mem)
{
    size_t      n[15];
    uintptr_t   p[15], at;
    ngx_uint_t  i;

    n[0] = NGX_PRINT_WAKE_SLOTS * sizeof(ngx_print_store_worker_t);
    n[1] = sh->nsessions * sizeof(uint32_t);
    n[2] = sh->nsessions * sizeof(ngx_print_store_session_t);
    n[3] = sh->nclients * sizeof(ngx_print_store_client_t);
    n[4] = sh->nbuckets * sizeof(uint32_t);
    n[5] = (sh->nclients / NGX_PRINT_CLIENT_PAGE + 1) * sizeof(uint32_t);
    n[6] = sh->npids * sizeof(uint32_t);
    n[7] = sh->npids * sizeof(ngx_print_store_pid_t);
    n[8] = sh->njobs * sizeof(uint32_t);
    n[9] = sh->njobs * sizeof(ngx_print_store_job_t);
    n[10] = sh->njob_buckets * sizeof(uint32_t);
    n[11] = sh->nevents * sizeof(ngx_print_store_event_t);
    n[12] = sh->nblocks * sizeof(uint32_t);
    n[13] = sh->nblocks;
    n[14] = sh->nblocks * sizeof(ngx_print_store_block_t);

    at = (uintptr_t) mem
         + ngx_print_store_aligned(sizeof(ngx_print_store_shctx_t));

    for (i = 0; i < 15; i++) {
        p[i] = at;
        at += ngx_print_store_aligned(n[i]);
    }

    st->workers = (ngx_print_store_worker_t *) p[0];
    st->deadlines = (uint32_t *) p[1];
    st->sessions = (ngx_print_store_session_t *) p[2];
    st->clients = (ngx_print_store_client_t *) p[3];
    st->buckets = (uint32_t *) p[4];
    st->versions = (uint32_t *) p[5];
    st->pid_deadlines = (uint32_t *) p[6];
    st->pids = (ngx_print_store_pid_t *) p[7];
    st->job_deadlines = (uint32_t *) p[8];
    st->jobs = (ngx_print_store_job_t *) p[9];
    st->job_buckets = (uint32_t *) p[10];
    st->events = (ngx_print_store_event_t *) p[11];
    st->fat = (uint32_t *) p[12];
    st->marks = (u_char *) p[13];
    st->blocks = (ngx_print_store_block_t *) p[14];

    return at - (uintptr_t) mem;
}


ngx_int_t
ngx_print_store_open(ngx_print_store_t *st, void *mem, ngx_print_wake_t *wake)
{
    ngx_print_store_shctx_t  *sh;

    sh = mem;

    if (sh->magic != NGX_PRINT_STORE_MAGIC
        || sh->layout != NGX_PRINT_STORE_LAYOUT)
    {
        return NGX_ERROR;
    }

    st->sh = sh;
    st->wake = wake;
    st->id = 0;
    st->spare = 0;
    st->ring_all = 0;
    st->news = 0;
    st->rung = 0;

    ngx_memzero(st->rings, sizeof(st->rings));

    (void) ngx_print_store_columns(st, sh, mem);

    return NGX_OK;
}


/*
 * The lock's word tells its owner, so that the lock of a process that died can
 * be taken over.  dirty stays set while a section is open: who takes the lock
 * and finds it set repairs the zone first.
 */

void
ngx_print_store_lock(ngx_print_store_t *st)
{
    ngx_uint_t                i, n;
    ngx_print_store_shctx_t  *sh;

    sh = st->sh;

    for (n = 1; /* void */ ; n++) {

        for (i = 0; i < NGX_PRINT_STORE_SPIN; i++) {

            if (sh->lock == 0 && ngx_atomic_cmp_set(&sh->lock, 0, st->id)) {
                goto locked;
            }

            ngx_cpu_pause();
        }

        ngx_sched_yield();

        if (n % NGX_PRINT_STORE_YIELDS == 0 && ngx_print_store_rob(st)) {
            goto locked;
        }
    }

locked:

    if (sh->dirty) {
        ngx_print_store_repair_locked(st);
        st->ring_all = 1;
    }

    ngx_print_store_publish(sh->dirty, st->id);
}


static ngx_uint_t
ngx_print_store_rob(ngx_print_store_t *st)
{
    ngx_uint_t         slot;
    ngx_atomic_uint_t  owner;

    owner = st->sh->lock;

    if (owner == 0) {
        return 0;
    }

    slot = ngx_print_store_id_slot(owner);

    /* the pid is to be the owner's or a successor's, not a predecessor's */

    ngx_memory_barrier();

    /* our own slot in an older epoch was given up by its owner's death */

    if (slot != st->slot
        && ngx_print_wake_alive(st->wake, slot, st->workers[slot].pid))
    {
        return 0;
    }

    if (!ngx_atomic_cmp_set(&st->sh->lock, owner, st->id)) {
        return 0;
    }

    st->sh->robs++;

    return 1;
}


void
ngx_print_store_unlock(ngx_print_store_t *st)
{
    ngx_print_store_publish(st->sh->dirty, 0);

    ngx_print_store_release();
    st->sh->lock = 0;

    if (st->ring_all) {
        st->ring_all = 0;
        ngx_print_store_ring_all(st);
    }

    if (st->news) {
        st->news = 0;
        ngx_print_event_ring(st);
    }

    if (st->rung) {
        ngx_print_store_ring_some(st);
    }
}


void
ngx_print_store_ring_locked(ngx_print_store_t *st, ngx_uint_t slot1)
{
    if (slot1) {
        st->rings[(slot1 - 1) / 64] |= 1ull << (slot1 - 1) % 64;
        st->rung = 1;
    }
}


static void
ngx_print_store_ring_some(ngx_print_store_t *st)
{
    uint64_t    rings;
    ngx_uint_t  i;

    st->rung = 0;

    for (i = 0; i < NGX_PRINT_STORE_SETS; i++) {
        rings = st->rings[i];
        st->rings[i] = 0;

        for ( /* void */ ; rings; rings &= rings - 1) {
            ngx_print_store_ring(st, 64 * i + __builtin_ctzll(rings) + 1);
        }
    }
}


void
ngx_print_store_join(ngx_print_store_t *st)
{
    ngx_print_store_worker_t  *w;

    st->slot = st->wake->slot;
    st->epoch = (uint32_t) ngx_atomic_fetch_add(&st->sh->epochs, 1) + 1;
    st->id = ngx_print_store_id(st->epoch, st->slot);

    w = &st->workers[st->slot];

    /* before we may be seen as the owner of the lock */

    ngx_print_store_publish(w->pid, (uint32_t) ngx_getpid());

    ngx_print_store_lock(st);

    ngx_print_store_strike_locked(st, w);

    w->audit = 0;

    ngx_print_store_publish(w->epoch, st->epoch);

    ngx_print_store_unlock(st);

    ngx_print_store_ring_all(st);
}


void
ngx_print_store_leave(ngx_print_store_t *st)
{
    ngx_print_store_lock(st);
    ngx_print_store_strike_locked(st, &st->workers[st->slot]);
    ngx_print_store_unlock(st);
}


/*
 * Its ready list stays as it is: each session on it is an orphan now and taken
 * off the list when it is found, by its index, whoever owns the slot then.
 */

static void
ngx_print_store_strike_locked(ngx_print_store_t *st,
    ngx_print_store_worker_t *w)
{
    uint32_t    block;
    ngx_uint_t  slot;

    if (w->epoch == 0) {
        return;
    }

    block = w->inflight;
    ngx_print_store_publish(w->inflight, 0);
    ngx_print_queue_drop_locked(st, block);

    ngx_print_job_unpin_locked(st, w);

    slot = w - st->workers;
    st->sh->watch[slot / 64] &= ~(1ull << slot % 64);

    ngx_print_store_publish(w->epoch, 0);

    st->sh->deaths++;
}


uint32_t
ngx_print_store_bury(ngx_print_store_t *st)
{
    uint32_t                   epoch;
    ngx_uint_t                 slot;
    ngx_print_store_worker_t  *w;

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {

        w = &st->workers[slot];

        epoch = w->epoch;

        if (epoch == 0 || slot == st->slot) {
            continue;
        }

        /* the pid is to be this worker's or a successor's */

        ngx_memory_barrier();

        if (ngx_print_wake_alive(st->wake, slot, w->pid)) {
            continue;
        }

        ngx_print_store_lock(st);

        if (w->epoch == epoch) {
            ngx_print_store_strike_locked(st, w);
        }

        ngx_print_store_unlock(st);
    }

    return st->sh->deaths;
}


ngx_uint_t
ngx_print_store_worker_locked(ngx_print_store_t *st, ngx_uint_t slot,
    uint32_t epoch)
{
    return epoch != 0 && st->workers[slot].epoch == epoch;
}


/*
 * The flag is set before the bell is rung and cleared before the owner looks,
 * so that a session that is listed is either seen by the owner's look or rung
 * for.  A process that dies between the two leaves the flag set; then the
 * owner's tick finds the work.
 */

void
ngx_print_store_ring(ngx_print_store_t *st, ngx_uint_t slot1)
{
    ngx_uint_t  slot;

    if (slot1 == 0) {
        return;
    }

    slot = slot1 - 1;

    if (slot == st->slot) {
        st->notify(st);
        return;
    }

    if (ngx_atomic_cmp_set(&st->workers[slot].pending, 0, 1)) {
        ngx_print_wake_ring(st->wake, slot);
    }
}


static void
ngx_print_store_ring_all(ngx_print_store_t *st)
{
    ngx_uint_t  slot;

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {

        if (st->workers[slot].epoch) {
            ngx_print_wake_ring(st->wake, slot);
        }
    }
}


ngx_uint_t
ngx_print_store_log_turn(ngx_print_store_t *st, time_t now)
{
    ngx_atomic_uint_t  logged;

    logged = st->sh->logged;

    return logged < (ngx_atomic_uint_t) now
           && ngx_atomic_cmp_set(&st->sh->logged, logged, now);
}


ngx_int_t
ngx_print_store_nsp(ngx_print_store_t *st, ngx_str_t *name)
{
    uint32_t                i;
    ngx_print_store_nsp_t  *nsp;

    if (name->len > NGX_PRINT_NSP_MAX) {
        return NGX_ERROR;
    }

    ngx_print_store_lock(st);

    for (i = 0; i < st->sh->nsp_top; i++) {
        nsp = &st->sh->nsps[i];

        if (nsp->len == name->len
            && ngx_memcmp(nsp->name, name->data, name->len) == 0)
        {
            goto done;
        }
    }

    if (i < NGX_PRINT_NSP_COUNT) {
        nsp = &st->sh->nsps[i];

        nsp->len = name->len;
        ngx_memcpy(nsp->name, name->data, name->len);

        ngx_print_store_publish(st->sh->nsp_top, i + 1);
    }

done:

    ngx_print_store_unlock(st);

    return i < NGX_PRINT_NSP_COUNT ? (ngx_int_t) i : NGX_ERROR;
}


ngx_str_t
ngx_print_store_nsp_name(ngx_print_store_t *st, ngx_uint_t nsp)
{
    ngx_str_t  name;

    name.data = st->sh->nsps[nsp].name;
    name.len = st->sh->nsps[nsp].len;

    return name;
}


void
ngx_print_store_listen(ngx_print_store_t *st)
{
    st->workers[st->slot].pending = 0;

    ngx_memory_barrier();
}


void
ngx_print_store_stat(ngx_print_store_t *st, ngx_print_store_stat_t *stat)
{
    ngx_print_store_shctx_t  *sh;

    sh = st->sh;

    stat->sessions = sh->session_count;
    stat->max_sessions = sh->nsessions - 1;
    stat->clients = sh->client_count;
    stat->max_clients = sh->nclients - 1;
    stat->jobs = sh->job_count;
    stat->max_jobs = sh->njobs - 1;
    stat->blocks = sh->block_count;
    stat->max_blocks = sh->nblocks - 1;
    stat->repairs = sh->repairs;
    stat->robs = sh->robs;
}


ngx_uint_t
ngx_print_store_due(volatile uint32_t *column, uint32_t top, uint32_t now,
    uint32_t *cursor, uint32_t *indices, ngx_uint_t max)
{
    uint32_t    i, ms;
    ngx_uint_t  n;

    n = 0;

    for (i = *cursor ? *cursor : 1; i < top; i++) {

        ms = column[i];

        if (ms == 0 || !ngx_print_store_after(now, ms)) {
            continue;
        }

        if (n == max) {
            *cursor = i;
            return n;
        }

        indices[n++] = i;
    }

    *cursor = 0;

    return n;
}
