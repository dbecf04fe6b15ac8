
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_wake.h"
#include "ngx_print_zone.h"
#include "ngx_print_zone_tally.h"
#include "ngx_print_zone_wake.h"


void
ngx_print_store_wake_locked(ngx_print_store_t *st, ngx_uint_t slot1)
{
    if (slot1) {
        st->wakes[(slot1 - 1) / 64] |= 1ull << (slot1 - 1) % 64;
        st->has_wakes = 1;
    }
}


/*
 * A waker sets the flag "pending" before it rings; the owner clears it, by
 * ngx_print_store_rearm(), before it looks. So each listed session is either
 * seen by that look or rung for. If a waker dies between the flag and the
 * ring, the flag stays set; then the owner finds the work at its next tick.
 */

void
ngx_print_store_wake_slot(ngx_print_store_t *st, ngx_uint_t slot1)
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
        ngx_print_tally(st, NGX_PRINT_TALLY_RINGS);
        ngx_print_wake_ring(st->wake, slot);
    }
}


void
ngx_print_store_wake_some(ngx_print_store_t *st)
{
    uint64_t    wakes;
    ngx_uint_t  i;

    st->has_wakes = 0;

    for (i = 0; i < NGX_PRINT_STORE_SETS; i++) {
        wakes = st->wakes[i];
        st->wakes[i] = 0;

        for ( /* void */ ; wakes; wakes &= wakes - 1) {
            ngx_print_store_wake_slot(st, 64 * i + __builtin_ctzll(wakes) + 1);
        }
    }
}


void
ngx_print_store_wake_all(ngx_print_store_t *st)
{
    ngx_uint_t  slot;

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {

        if (st->workers[slot].epoch) {
            ngx_print_tally(st, NGX_PRINT_TALLY_RINGS);
            ngx_print_wake_ring(st->wake, slot);
        }
    }
}


void
ngx_print_store_wake_watchers(ngx_print_store_t *st)
{
    uint64_t    watchers;
    ngx_uint_t  i;

    for (i = 0; i < NGX_PRINT_STORE_SETS; i++) {

        watchers = *(volatile uint64_t *) &st->sh->watchers[i];

        for ( /* void */ ; watchers; watchers &= watchers - 1) {
            ngx_print_store_wake_slot(st,
                                      64 * i + __builtin_ctzll(watchers) + 1);
        }
    }
}
