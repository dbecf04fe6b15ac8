
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_wake.h"
#include "ngx_print_zone.h"
#include "ngx_print_zone_layout.h"
#include "ngx_print_zone_wake.h"
#include "ngx_print_zone_worker.h"
#include "ngx_print_zone_waiting.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_tally.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_store.h"


#define NGX_PRINT_STORE_SWEEP     64    /* records of one slice */
#define NGX_PRINT_STORE_TELL      1000  /* ms of a hold that is told of */


static uint32_t ngx_print_store_websockets(ngx_print_store_t *st,
    ngx_uint_t slot, uint32_t epoch);
static void ngx_print_store_fell(ngx_print_store_t *st, uint32_t pid,
    uint32_t websockets);


void
ngx_print_store_create(void *mem, size_t size,
    ngx_print_store_secrets_t *secrets)
{
    ngx_print_store_shctx_t  *sh;

    sh = mem;

    ngx_print_store_capacity(sh, size);

    sh->layout = NGX_PRINT_STORE_LAYOUT;
    sh->size = size;
    sh->events_off = 1;
    sh->secrets = *secrets;

    sh->session_top = 1;
    sh->client_top = 1;
    sh->pid_top = 1;
    sh->claim_top = 1;
    sh->job_top = 1;
    sh->block_top = 1;
    sh->address_top = 1;

    sh->nsps[0].len = 1;
    sh->nsps[0].name[0] = '/';
    sh->nsp_top = 1;

    sh->magic = NGX_PRINT_STORE_MAGIC;
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
    st->refusals = 0;
    st->holder = 0;
    st->held = 0;
    st->hold = 1;
    st->bounded = 0;
    st->unsettled = 0;
    st->taken = 0;
    st->told = 0;
    st->ends = NULL;
    st->nfallen = 0;
    st->former = 0;
    st->wake_all = 0;
    st->has_events = 0;
    st->has_wakes = 0;

    ngx_queue_init(&st->streams);

    ngx_memzero(st->wakes, sizeof(st->wakes));
    ngx_memzero(&st->share, sizeof(ngx_print_share_t));

    st->share.info = sh->nblocks;
    st->share.auth = sh->nblocks;
    st->share.queue = (size_t) sh->nblocks * NGX_PRINT_STORE_BLOCK;

    (void) ngx_print_store_columns(st, sh, mem);

    /* until this process has a slot, it counts where several do */

    st->tally = &st->tallies[sh->ntallies - 1];
    st->tally_shared = 1;
    st->gauge = NULL;

    return NGX_OK;
}


void
ngx_print_store_share(ngx_print_store_t *st)
{
    uint32_t            n;
    ngx_print_share_t  *share;

    n = st->sh->nblocks - 1;
    share = &st->share;

    share->kept[NGX_PRINT_USE_CONNECT] = ngx_max(n / 32,
                                                 NGX_PRINT_STORE_CONNECTS);
    share->kept[NGX_PRINT_USE_REPLY] = n / 32;

    share->info = n / 8;
    share->auth = n / 8;
    share->spare = n / 4 - share->kept[NGX_PRINT_USE_CONNECT]
                   - share->kept[NGX_PRINT_USE_REPLY];

    share->queue = (size_t) n / 8 * NGX_PRINT_STORE_BLOCK;
}


ngx_int_t
ngx_print_store_join(ngx_print_store_t *st)
{
    uint32_t                   websockets;
    ngx_print_store_worker_t  *w;

    if (st->id == 0) {
        st->slot = st->wake->slot;
        st->epoch = (uint32_t) ngx_atomic_fetch_add(&st->sh->epochs, 1) + 1;
        st->id = ngx_print_store_id(st->epoch, st->slot);
        st->former = st->workers[st->slot].pid;
    }

    w = &st->workers[st->slot];
    websockets = ngx_print_store_websockets(st, st->slot, w->epoch);

    /*
     * The pid comes first: other processes look at it as soon as our id is in
     * the lock word.
     */

    ngx_print_store_publish(w->pid, (uint32_t) ngx_getpid());

    if (ngx_print_store_try_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    if (w->epoch) {
        ngx_print_store_fell(st, st->former, websockets);
        ngx_print_store_worker_reap_locked(st, w);
    }

    w->audit = 0;
    w->nlost = 0;
    w->master = 0;
    w->taking = 0;
    w->beat = (uint32_t) ngx_current_msec;

    ngx_print_tally_claim_locked(st);

    ngx_print_store_publish(w->epoch, st->epoch);

    ngx_print_store_unlock(st);

    ngx_print_store_wake_all(st);

    return NGX_OK;
}


void
ngx_print_store_beat(ngx_print_store_t *st)
{
    st->workers[st->slot].beat = (uint32_t) ngx_current_msec;
}


void
ngx_print_store_leave(ngx_print_store_t *st)
{
    if (ngx_print_store_try_lock(st) != NGX_OK) {
        /* the others find out by the end of the process */
        return;
    }

    ngx_print_store_worker_reap_locked(st, &st->workers[st->slot]);
    ngx_print_store_unlock(st);
}


void
ngx_print_store_taking(ngx_print_store_t *st, ngx_uint_t on, uint32_t master)
{
    ngx_print_store_worker_t  *w;

    w = &st->workers[st->slot];

    w->master = master;
    w->taking = on ? st->epoch : 0;
}


ngx_uint_t
ngx_print_store_takers(ngx_print_store_t *st, uint32_t except)
{
    uint32_t                   epoch;
    ngx_uint_t                 slot;
    ngx_print_store_worker_t  *w;

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {
        w = &st->workers[slot];
        epoch = w->epoch;

        if (epoch && w->taking == epoch && slot != st->slot
            && w->master != except
            && ngx_print_wake_alive(st->wake, slot, w->pid))
        {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
ngx_print_store_stays(ngx_print_store_t *st, uint32_t master)
{
    ngx_uint_t                 slot;
    ngx_print_store_worker_t  *w;

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {
        w = &st->workers[slot];

        if (w->epoch && w->master == master && slot != st->slot
            && ngx_print_wake_alive(st->wake, slot, w->pid))
        {
            return 1;
        }
    }

    return 0;
}


void
ngx_print_store_exiting(ngx_print_store_t *st)
{
    st->workers[st->slot].taking = NGX_PRINT_STORE_EXITING;
}


uint32_t
ngx_print_store_next(void *mem)
{
    ngx_print_store_shctx_t  *sh;

    sh = mem;

    return __atomic_add_fetch(&sh->generation, 1, __ATOMIC_SEQ_CST);
}


uint32_t
ngx_print_store_generation(ngx_print_store_t *st)
{
    return *(volatile uint32_t *) &st->sh->generation;
}


uint32_t
ngx_print_store_reap(ngx_print_store_t *st)
{
    uint32_t                   epoch, pid, websockets;
    ngx_uint_t                 slot;
    ngx_print_store_worker_t  *w;

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {

        w = &st->workers[slot];

        epoch = w->epoch;

        if (epoch == 0 || slot == st->slot) {
            continue;
        }

        /*
         * Read the pid only after the epoch: it then belongs to that worker or
         * to a later one, never to an earlier one.
         */

        ngx_memory_barrier();

        pid = w->pid;

        if (ngx_print_wake_alive(st->wake, slot, pid)) {
            continue;
        }

        websockets = ngx_print_store_websockets(st, slot, epoch);

        if (ngx_print_store_lock(st) != NGX_OK) {
            return st->sh->deaths;
        }

        if (w->epoch == epoch) {
            ngx_print_store_fell(st, pid, websockets);
            ngx_print_store_worker_reap_locked(st, w);
        }

        ngx_print_store_unlock(st);
    }

    return st->sh->deaths;
}


/* Counts the WebSockets of a worker. Lock-free: a figure for people. */

static uint32_t
ngx_print_store_websockets(ngx_print_store_t *st, ngx_uint_t slot,
    uint32_t epoch)
{
    uint32_t                    i, n;
    ngx_print_store_session_t  *s;

    if (epoch == 0) {
        return 0;
    }

    n = 0;

    for (i = 1; i < st->sh->session_top; i++) {
        s = &st->sessions[i];

        n += (s->att_kind == NGX_PRINT_ATT_WS && s->att_slot == slot
              && s->att_epoch == epoch
              && s->state != NGX_PRINT_SESSION_FREE);
    }

    return n;
}


static void
ngx_print_store_fell(ngx_print_store_t *st, uint32_t pid, uint32_t websockets)
{
    ngx_print_fallen_t  *fallen;

    if (st->nfallen < NGX_PRINT_STORE_FALLEN) {
        fallen = &st->fallen[st->nfallen++];

        fallen->pid = pid;
        fallen->websockets = websockets;
    }
}


void
ngx_print_store_sweep(ngx_print_store_t *st, ngx_print_sweep_e which,
    uint32_t now, ngx_print_sweep_pt handler, void *data)
{
    uint32_t            cursor, indices[NGX_PRINT_STORE_SWEEP];
    ngx_uint_t          i, n;
    volatile uint32_t  *column, *top;

    switch (which) {

    case NGX_PRINT_SWEEP_SESSIONS:
        column = st->deadlines;
        top = &st->sh->session_top;
        break;

    case NGX_PRINT_SWEEP_RECOVERIES:
        column = st->pid_deadlines;
        top = &st->sh->pid_top;
        break;

    default: /* NGX_PRINT_SWEEP_JOBS */
        column = st->job_deadlines;
        top = &st->sh->job_top;
        break;
    }

    cursor = 0;

    do {
        n = ngx_print_store_due(column, *top, now, &cursor, indices,
                                NGX_PRINT_STORE_SWEEP);

        for (i = 0; i < n; i++) {
            handler(data, now, indices[i]);
        }

    } while (cursor);
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
ngx_print_store_ready(ngx_print_store_t *st)
{
    if (st->holder == 0 && ngx_print_store_moves(st)) {
        return NGX_OK;
    }

    if (ngx_print_store_try_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    ngx_print_store_unlock(st);

    return NGX_OK;
}


ngx_uint_t
ngx_print_store_failed(ngx_print_store_t *st)
{
    return ngx_print_store_refused(st);
}


ngx_uint_t
ngx_print_store_stall(ngx_print_store_t *st, time_t now, uint32_t *pid,
    uint64_t *ms)
{
    ngx_atomic_uint_t  told;

    told = st->sh->told;

    return ngx_print_store_stalled(st, pid, ms)
           && *ms >= NGX_PRINT_STORE_TELL
           && told < (ngx_atomic_uint_t) now
           && ngx_atomic_cmp_set(&st->sh->told, told, now);
}


ngx_uint_t
ngx_print_store_stuck(ngx_print_store_t *st)
{
    uint32_t  pid;
    uint64_t  ms;

    return ngx_print_store_stalled(st, &pid, &ms)
           && ms >= NGX_PRINT_STORE_TELL
           && st->sh->lock == st->holder
           && st->sh->dirty == st->held;
}


ngx_uint_t
ngx_print_store_has_room(ngx_print_store_t *st)
{
    uint32_t                  blocks, sessions;
    ngx_print_store_shctx_t  *sh;

    sh = st->sh;

    blocks = sh->block_count + ngx_print_queue_kept(st);

    /* sessions that wait give way to others */

    sessions = sh->session_count - ngx_min(sh->waiting_count,
                                           sh->session_count);

    return blocks < sh->nblocks - 1 && sessions < sh->nsessions - 1;
}


ngx_int_t
ngx_print_store_nsp(ngx_print_store_t *st, ngx_str_t *name)
{
    uint32_t                i;
    ngx_print_store_nsp_t  *nsp;

    if (name->len > NGX_PRINT_NSP_MAX) {
        return NGX_ERROR;
    }

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

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
ngx_print_store_digest(ngx_print_store_t *st, ngx_str_t *texts, ngx_uint_t n,
    u_char *digest)
{
    uint64_t             len;
    ngx_uint_t           i;
    ngx_print_siphash_t  hash;

    ngx_print_siphash_init(&hash, st->sh->secrets.hash);

    for (i = 0; i < n; i++) {
        len = texts[i].len;

        ngx_print_siphash_update(&hash, &len, sizeof(uint64_t));
        ngx_print_siphash_update(&hash, texts[i].data, texts[i].len);
    }

    ngx_print_siphash_final(&hash, digest);
}


void
ngx_print_store_rearm(ngx_print_store_t *st)
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
    stat->addresses = sh->address_count;
    stat->max_addresses = sh->naddresses - 1;
    stat->waiting = sh->waiting_count;
    stat->max_waiting = ngx_print_waiting_max(st);
    stat->repairs = sh->repairs;
    stat->takeovers = sh->takeovers;
    stat->created = sh->created;
    stat->memory = sh->memory;
    stat->lost_jobs = sh->lost_jobs;
    stat->lost_clients = sh->lost_clients;
    stat->handed = sh->handed;
    stat->taken = sh->taken;
    stat->refused = sh->refused;
    stat->taken_back = sh->taken_back;
}
