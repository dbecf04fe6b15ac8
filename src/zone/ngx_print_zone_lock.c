
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_wake.h"
#include "ngx_print_zone.h"
#include "ngx_print_zone_wake.h"
#include "ngx_print_zone_tally.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_repair.h"
#include "ngx_print_zone_lock.h"


#define NGX_PRINT_STORE_SPIN    1024
#define NGX_PRINT_STORE_YIELDS  64
#define NGX_PRINT_STORE_STALL   100     /* ms */

/* ms between two looks: the rest of them, this process itself did not run */
#define NGX_PRINT_STORE_LAPSE   20      /* while it waits */
#define NGX_PRINT_STORE_REST    500     /* between two events, or ticks */


static ngx_int_t ngx_print_store_lock_held(ngx_print_store_t *st);
static ngx_int_t ngx_print_store_wait(ngx_print_store_t *st);
static ngx_inline void ngx_print_store_locked(ngx_print_store_t *st);
static void ngx_print_store_settle_locked(ngx_print_store_t *st);
static void ngx_print_store_look(ngx_print_store_t *st, uint64_t lapse);
static ngx_uint_t ngx_print_store_spin(ngx_print_store_t *st);
static ngx_uint_t ngx_print_store_take_over(ngx_print_store_t *st);
static uint64_t ngx_print_store_clock(void);


/*
 * The lock word names its owner, so that another process can take the lock
 * over from a dead one. dirty stays set while a section is open; a process
 * that takes the lock and finds it set repairs the zone first. Each section of
 * a process sets it to another value: a process that waits sees whether the
 * owner is still in the same one.
 */

ngx_int_t
ngx_print_store_lock(ngx_print_store_t *st)
{
    if (st->bounded && st->holder) {
        st->refusals++;
        return NGX_PRINT_STALLED;
    }

    if (st->sh->lock == 0 && ngx_atomic_cmp_set(&st->sh->lock, 0, st->id)) {
        ngx_print_store_locked(st);
        return NGX_OK;
    }

    return ngx_print_store_lock_held(st);
}


/* Counts the time until a lock that is not free can be had, or is refused. */

static ngx_int_t
ngx_print_store_lock_held(ngx_print_store_t *st)
{
    uint64_t   from;
    ngx_int_t  rc;

    from = ngx_print_store_clock();

    rc = st->bounded ? ngx_print_store_try_lock(st)
                     : ngx_print_store_wait(st);

    ngx_print_tally(st, NGX_PRINT_TALLY_LOCK_WAITS);
    ngx_print_tally_add(st, NGX_PRINT_TALLY_LOCK_NS,
                        ngx_print_store_clock() - from);

    return rc;
}


static ngx_int_t
ngx_print_store_wait(ngx_print_store_t *st)
{
    ngx_uint_t  n;

    for (n = 1; !ngx_print_store_spin(st); n++) {

        ngx_sched_yield();

        if (n % NGX_PRINT_STORE_YIELDS == 0 && ngx_print_store_take_over(st)) {
            break;
        }
    }

    st->holder = 0;

    ngx_print_store_locked(st);

    return NGX_OK;
}


/*
 * A process that was refused tries only once, until the lock is free or is held
 * anew. So a worker waits once, and not in each of its requests.
 */

ngx_int_t
ngx_print_store_try_lock(ngx_print_store_t *st)
{
    ngx_uint_t         n;
    ngx_atomic_uint_t  owner, held;

    if (st->holder
        && st->sh->lock == st->holder && st->sh->dirty == st->held)
    {
        if (ngx_print_store_take_over(st)) {
            goto locked;
        }

        ngx_print_store_look(st, NGX_PRINT_STORE_REST);
        goto stalled;
    }

    st->holder = 0;

    for (n = 1; !ngx_print_store_spin(st); n++) {

        owner = st->sh->lock;
        held = st->sh->dirty;

        if (owner == 0) {
            continue;
        }

        /* on a busy machine this takes much longer than the spinning */

        ngx_sched_yield();

        if (owner != st->holder || held != st->held) {
            st->holder = owner;
            st->held = held;
            st->waited = 0;
            st->looked = ngx_print_store_clock() / 1000000;
        }

        ngx_print_store_look(st, NGX_PRINT_STORE_LAPSE);

        if ((n % NGX_PRINT_STORE_YIELDS == 0
             || st->waited >= NGX_PRINT_STORE_STALL)
            && ngx_print_store_take_over(st))
        {
            break;
        }

        if (st->waited >= NGX_PRINT_STORE_STALL) {
            goto stalled;
        }
    }

locked:

    st->holder = 0;

    ngx_print_store_locked(st);

    return NGX_OK;

stalled:

    st->refusals++;
    st->sh->stalled = (uint32_t) ngx_current_msec;

    return NGX_PRINT_STALLED;
}


static ngx_inline void
ngx_print_store_locked(ngx_print_store_t *st)
{
    if (st->sh->dirty) {
        ngx_print_store_repair_locked(st);
        st->wake_all = 1;
    }

    st->hold += 2;
    ngx_print_store_publish(st->sh->dirty, st->hold);

    if (st->unsettled) {
        ngx_print_store_settle_locked(st);
    }
}


/*
 * Frees what this process had taken or was writing when it was refused the
 * lock. A batch that is in use frees all of it, when it is released.
 */

static void
ngx_print_store_settle_locked(ngx_print_store_t *st)
{
    uint32_t                   block;
    ngx_print_store_worker_t  *w;

    if (st->taken) {
        return;
    }

    st->unsettled = 0;

    w = &st->workers[st->slot];

    block = w->inflight;
    ngx_print_store_publish(w->inflight, 0);
    ngx_print_queue_drop_locked(st, block);

    ngx_print_job_unpin_locked(st, w);
}


/* Counts the time since the last look, up to lapse ms of it. */

static void
ngx_print_store_look(ngx_print_store_t *st, uint64_t lapse)
{
    uint64_t  now;

    now = ngx_print_store_clock() / 1000000;

    st->waited += ngx_min(now - st->looked, lapse);
    st->looked = now;
}


static ngx_uint_t
ngx_print_store_spin(ngx_print_store_t *st)
{
    ngx_uint_t                i;
    ngx_print_store_shctx_t  *sh;

    sh = st->sh;

    for (i = 0; i < NGX_PRINT_STORE_SPIN; i++) {

        if (sh->lock == 0 && ngx_atomic_cmp_set(&sh->lock, 0, st->id)) {
            return 1;
        }

        ngx_cpu_pause();
    }

    return 0;
}


static ngx_uint_t
ngx_print_store_take_over(ngx_print_store_t *st)
{
    ngx_uint_t         slot;
    ngx_atomic_uint_t  owner;

    owner = st->sh->lock;

    if (owner == 0) {
        return 0;
    }

    slot = ngx_print_store_id_slot(owner);

    /*
     * Read the pid only after the lock word: it then belongs to that owner or
     * to a later one, never to an earlier one.
     */

    ngx_memory_barrier();

    /*
     * If the lock word names our own slot, in an older epoch, its owner is
     * dead: we could not have claimed the slot otherwise.
     */

    if (slot != st->slot
        && ngx_print_wake_alive(st->wake, slot, st->workers[slot].pid))
    {
        return 0;
    }

    if (!ngx_atomic_cmp_set(&st->sh->lock, owner, st->id)) {
        return 0;
    }

    st->sh->takeovers++;

    return 1;
}


/* Returns the monotonic time in ns. */

static uint64_t
ngx_print_store_clock(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;
}


ngx_uint_t
ngx_print_store_refused(ngx_print_store_t *st)
{
    return st->holder != 0;
}


ngx_uint_t
ngx_print_store_moves(ngx_print_store_t *st)
{
    ngx_uint_t         i;
    ngx_atomic_uint_t  owner;

    owner = st->sh->lock;

    if (owner == 0) {
        return 1;
    }

    for (i = 0; i < NGX_PRINT_STORE_SPIN; i++) {

        if (st->sh->lock != owner) {
            return 1;
        }

        ngx_cpu_pause();
    }

    return 0;
}


ngx_uint_t
ngx_print_store_stalled(ngx_print_store_t *st, uint32_t *pid, uint64_t *ms)
{
    if (st->holder == 0) {
        return 0;
    }

    *pid = st->workers[ngx_print_store_id_slot(st->holder)].pid;
    *ms = st->waited;

    return 1;
}


void
ngx_print_store_unlock(ngx_print_store_t *st)
{
    ngx_print_store_publish(st->sh->dirty, 0);

    ngx_print_store_release();
    st->sh->lock = 0;

    if (st->wake_all) {
        st->wake_all = 0;
        ngx_print_store_wake_all(st);
    }

    if (st->has_events) {
        st->has_events = 0;
        ngx_print_store_wake_watchers(st);
    }

    if (st->has_wakes) {
        ngx_print_store_wake_some(st);
    }
}
