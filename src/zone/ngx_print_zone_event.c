
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_client.h"
#include "ngx_print_zone_event.h"


static ngx_print_store_event_t *ngx_print_event_next_locked(
    ngx_print_store_t *st);
static ngx_print_store_event_t *ngx_print_event_open_locked(
    ngx_print_store_t *st, ngx_print_event_kind_e kind, uint32_t index);
static ngx_uint_t ngx_print_event_is_true_locked(ngx_print_store_t *st,
    ngx_print_store_event_t *e);
static void ngx_print_event_apply_locked(ngx_print_store_t *st,
    ngx_print_store_event_t *e);


/*
 * The order of stores, here and for clients:
 *
 *   1. the event's slot, with its seq last
 *   2. the record's new state
 *   3. the event's number in the record
 *   4. sh->event
 *
 * After a death between 1 and 4, repair() does 3 and 4 if and only if the
 * record shows that 2 happened.
 */

void
ngx_print_event_job_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_job_state_e state)
{
    ngx_print_store_job_t    *job;
    ngx_print_store_event_t  *e;

    job = &st->jobs[index];

    e = ngx_print_event_open_locked(st, NGX_PRINT_EVENT_JOB, index);

    e->gen = job->gen;
    e->state = state;
    e->attempts = job->attempts;
    e->len = job->len;
    e->reason_len = job->reason_len;

    ngx_memcpy(e->key, job->key, NGX_PRINT_JOB_KEY);
    ngx_memcpy(e->id, job->id, job->len);
    ngx_memcpy(e->reason, job->reason, job->reason_len);

    ngx_print_store_publish(e->seq, st->sh->event + 1);
    ngx_print_store_publish(job->state, state);

    ngx_print_event_apply_locked(st, e);

    ngx_print_store_publish(st->sh->event, e->seq);

    st->has_events = 1;
}


void
ngx_print_event_client_locked(ngx_print_store_t *st, uint32_t index,
    uint64_t owner)
{
    ngx_print_store_event_t   *e;
    ngx_print_store_client_t  *cl;

    cl = &st->clients[index];

    e = ngx_print_event_open_locked(st, NGX_PRINT_EVENT_CLIENT, index);

    e->state = (owner != 0);
    e->len = cl->len;
    e->reason_len = 0;

    ngx_memcpy(e->key, &owner, sizeof(uint64_t));
    ngx_memcpy(e->id, cl->id, cl->len);

    ngx_print_store_publish(e->seq, st->sh->event + 1);

    ngx_print_client_touch_locked(st, index);

    ngx_print_store_publish(cl->owner, owner);
    ngx_print_store_publish(cl->state, NGX_PRINT_CLIENT_USED);

    ngx_print_event_apply_locked(st, e);

    ngx_print_store_publish(st->sh->event, e->seq);

    st->has_events = 1;
}


/*
 * Until a worker watches for the first time, all events are written to slot 0.
 */

static ngx_print_store_event_t *
ngx_print_event_next_locked(ngx_print_store_t *st)
{
    return st->sh->events_off ? &st->events[0]
                         : &st->events[(st->sh->event + 1) % st->sh->nevents];
}


static ngx_print_store_event_t *
ngx_print_event_open_locked(ngx_print_store_t *st, ngx_print_event_kind_e kind,
    uint32_t index)
{
    ngx_time_t               *tp;
    ngx_print_store_event_t  *e;

    e = ngx_print_event_next_locked(st);

    ngx_print_store_publish(e->seq, 0);

    tp = ngx_timeofday();

    e->time = (uint64_t) tp->sec * 1000 + tp->msec;
    e->kind = kind;
    e->index = index;

    return e;
}


void
ngx_print_event_repair_locked(ngx_print_store_t *st)
{
    ngx_print_store_event_t  *e;

    e = ngx_print_event_next_locked(st);

    if (e->seq == st->sh->event + 1 && ngx_print_event_is_true_locked(st, e)) {
        ngx_print_event_apply_locked(st, e);
        ngx_print_store_publish(st->sh->event, e->seq);
    }

    st->has_events = 1;
}


/*
 * Returns 1 if the change of an event was made. The record cannot have looked
 * so before: a change always leads to another state, or to another owner.
 */

static ngx_uint_t
ngx_print_event_is_true_locked(ngx_print_store_t *st,
    ngx_print_store_event_t *e)
{
    ngx_print_store_client_t  *cl;

    if (e->kind == NGX_PRINT_EVENT_JOB) {
        return st->jobs[e->index].gen == e->gen
               && st->jobs[e->index].state == e->state;
    }

    cl = &st->clients[e->index];

    return cl->state == NGX_PRINT_CLIENT_USED
           && ngx_memcmp(&cl->owner, e->key, sizeof(uint64_t)) == 0;
}


static void
ngx_print_event_apply_locked(ngx_print_store_t *st, ngx_print_store_event_t *e)
{
    if (e->kind == NGX_PRINT_EVENT_JOB) {
        st->jobs[e->index].change = e->seq;
        return;
    }

    st->clients[e->index].event = e->seq;
    st->clients[e->index].changed = (uint32_t) (e->time / 1000);
}
