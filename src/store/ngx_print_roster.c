
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_wake.h"
#include "ngx_print_zone.h"
#include "ngx_print_roster.h"


#define NGX_PRINT_ROSTER_BEAT  1000    /* ms without a tick: it is hung */


static ngx_print_roster_state_e ngx_print_roster_state(ngx_print_store_t *st,
    ngx_print_store_worker_t *w, uint32_t epoch);
static void ngx_print_roster_sessions(ngx_print_store_t *st,
    ngx_print_roster_t *list, ngx_uint_t n);


ngx_uint_t
ngx_print_roster(ngx_print_store_t *st, ngx_print_roster_t *list)
{
    uint32_t                   epoch;
    ngx_uint_t                 n, slot;
    ngx_print_store_worker_t  *w;

    n = 0;

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {
        w = &st->workers[slot];
        epoch = w->epoch;

        /* read the pid only after the epoch, see ngx_print_store_reap() */

        ngx_memory_barrier();

        if (epoch == 0 || !ngx_print_wake_alive(st->wake, slot, w->pid)) {
            continue;
        }

        list[n].slot = slot;
        list[n].pid = w->pid;
        list[n].state = ngx_print_roster_state(st, w, epoch);
        list[n].websockets = 0;
        list[n].waiting = 0;
        n++;
    }

    ngx_print_roster_sessions(st, list, n);

    return n;
}


static ngx_print_roster_state_e
ngx_print_roster_state(ngx_print_store_t *st, ngx_print_store_worker_t *w,
    uint32_t epoch)
{
    uint32_t  beat;

    beat = w->beat;

    if (w != &st->workers[st->slot]
        && ngx_print_store_after((uint32_t) ngx_current_msec,
                                 beat + NGX_PRINT_ROSTER_BEAT))
    {
        return NGX_PRINT_ROSTER_HUNG;
    }

    return w->taking == NGX_PRINT_STORE_EXITING ? NGX_PRINT_ROSTER_EXITING
                                                : NGX_PRINT_ROSTER_RUNNING;
}


static void
ngx_print_roster_sessions(ngx_print_store_t *st, ngx_print_roster_t *list,
    ngx_uint_t n)
{
    u_char                      place[NGX_PRINT_WAKE_SLOTS];
    uint32_t                    i, epoch;
    ngx_uint_t                  kind, slot;
    ngx_print_store_session_t  *s;

    ngx_memzero(place, NGX_PRINT_WAKE_SLOTS);

    for (i = 0; i < n; i++) {
        place[list[i].slot] = i + 1;
    }

    for (i = 1; i < st->sh->session_top; i++) {
        s = &st->sessions[i];

        kind = s->att_kind;
        slot = s->att_slot;
        epoch = s->att_epoch;

        if (kind == NGX_PRINT_ATT_NONE
            || s->state == NGX_PRINT_SESSION_FREE
            || slot >= NGX_PRINT_WAKE_SLOTS || place[slot] == 0
            || st->workers[slot].epoch != epoch)
        {
            continue;
        }

        if (kind == NGX_PRINT_ATT_POLL) {
            list[place[slot] - 1].waiting++;

        } else if (kind != NGX_PRINT_ATT_CLOSE) {
            list[place[slot] - 1].websockets++;
        }
    }
}
