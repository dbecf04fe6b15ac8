
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_wake.h"
#include "ngx_print_zone.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_lock.h"
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


ngx_uint_t
ngx_print_roster_online(ngx_print_store_t *st)
{
    uint32_t                   i;
    ngx_uint_t                 n;
    ngx_print_store_client_t  *cl;

    n = 0;

    for (i = 1; i < st->sh->client_top; i++) {
        cl = &st->clients[i];

        n += (cl->state == NGX_PRINT_CLIENT_USED && cl->owner != 0);
    }

    return n;
}


ngx_uint_t
ngx_print_roster_live(ngx_print_store_t *st)
{
    uint32_t                i;
    ngx_uint_t              n;
    ngx_print_store_job_t  *job;

    n = 0;

    for (i = 1; i < st->sh->job_top; i++) {
        job = &st->jobs[i];

        n += (job->client != 0 && (job->state == NGX_PRINT_JOB_QUEUED
                                   || job->state == NGX_PRINT_JOB_SENT));
    }

    return n;
}


ngx_int_t
ngx_print_roster_client(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_str_t *id)
{
    uint32_t                    index;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);
    cl = NULL;

    /* the list begins with the last one, and has a bounded length */

    for (index = s ? s->clients : 0; index; index = cl->link_next) {
        cl = &st->clients[index];
    }

    if (cl) {
        id->len = cl->len;
        ngx_memcpy(id->data, cl->id, cl->len);
    }

    ngx_print_store_unlock(st);

    return cl ? NGX_OK : NGX_DECLINED;
}
