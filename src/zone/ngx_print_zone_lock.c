
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_wake.h"
#include "ngx_print_zone.h"
#include "ngx_print_zone_wake.h"
#include "ngx_print_zone_repair.h"
#include "ngx_print_zone_lock.h"


#define NGX_PRINT_STORE_SPIN    1024
#define NGX_PRINT_STORE_YIELDS  64


static ngx_uint_t ngx_print_store_take_over(ngx_print_store_t *st);


/*
 * The lock word names its owner, so that another process can take the lock
 * over from a dead one. dirty stays set while a section is open; a process
 * that takes the lock and finds it set repairs the zone first.
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

        if (n % NGX_PRINT_STORE_YIELDS == 0 && ngx_print_store_take_over(st)) {
            goto locked;
        }
    }

locked:

    if (sh->dirty) {
        ngx_print_store_repair_locked(st);
        st->wake_all = 1;
    }

    ngx_print_store_publish(sh->dirty, st->id);
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
