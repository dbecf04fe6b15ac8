
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_worker.h"
#include "ngx_print_zone_event.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_event.h"


static void ngx_print_event_copy_locked(ngx_print_event_t *event,
    ngx_print_store_event_t *e);


uint64_t
ngx_print_event_last(ngx_print_store_t *st)
{
    return *(volatile uint64_t *) &st->sh->event;
}


ngx_uint_t
ngx_print_event_read(ngx_print_store_t *st, uint64_t after,
    ngx_print_event_t *events)
{
    uint64_t                  seq, last;
    ngx_uint_t                n;
    ngx_print_store_event_t  *e;

    n = 0;

    if (after >= ngx_print_event_last(st)) {
        return 0;
    }

    if (ngx_print_store_lock(st) != NGX_OK) {
        return 0;
    }

    last = st->sh->event;
    seq = after + 1;

    /* The slot of the oldest event is the next to be overwritten. */

    if (last >= st->sh->nevents && seq < last + 2 - st->sh->nevents) {
        seq = last + 2 - st->sh->nevents;
    }

    seq = st->sh->events_off ? last + 1 : ngx_max(seq, st->sh->lost_before + 1);

    for ( /* void */ ; seq <= last && n < NGX_PRINT_EVENT_READ; seq++) {
        e = &st->events[seq % st->sh->nevents];

        /* A process that died may have overwritten some of the oldest. */

        if (e->seq == seq) {
            ngx_print_event_copy_locked(&events[n++], e);
        }
    }

    ngx_print_store_unlock(st);

    return n;
}


static void
ngx_print_event_copy_locked(ngx_print_event_t *event,
    ngx_print_store_event_t *e)
{
    event->id = e->seq;
    event->time = e->time;
    event->kind = e->kind;
    event->connected = (e->state != 0);
    event->len = e->len;
    event->logs = 0;

    ngx_memcpy(event->client, e->id, e->len);

    if (e->kind == NGX_PRINT_EVENT_TAKEOVER) {
        event->refused = e->state;
        ngx_memcpy(event->from, e->reason, NGX_PRINT_SESSION_ADDR);
        ngx_memcpy(event->by, e->reason + NGX_PRINT_SESSION_ADDR,
                   NGX_PRINT_SESSION_ADDR);
        return;
    }

    event->job = e->index;
    event->gen = e->gen;
    event->state = e->state;
    event->attempts = e->attempts;
    event->logs = e->logs;
    event->reason_len = e->reason_len;

    ngx_memcpy(event->key, e->key, NGX_PRINT_JOB_KEY);
    ngx_memcpy(event->reason, e->reason, e->reason_len);
}


ngx_int_t
ngx_print_event_watch(ngx_print_store_t *st, ngx_uint_t on)
{
    uint64_t            bit;
    volatile uint64_t  *word;

    word = &st->sh->watchers[st->slot / 64];
    bit = 1ull << st->slot % 64;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    *word = on ? (*word | bit) : (*word & ~bit);

    if (on) {
        ngx_print_event_keep_locked(st);
    }

    ngx_print_store_unlock(st);

    return NGX_OK;
}


ngx_uint_t
ngx_print_event_leader(ngx_print_store_t *st)
{
    ngx_uint_t  mine;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return 0;
    }

    mine = ngx_print_store_elect_locked(st, &st->sh->leader);

    ngx_print_store_unlock(st);

    return mine;
}


void
ngx_print_event_resign(ngx_print_store_t *st)
{
    if (ngx_print_store_lock(st) != NGX_OK) {
        return;
    }

    ngx_print_store_resign_locked(st, &st->sh->leader);

    ngx_print_store_unlock(st);
}


uint64_t
ngx_print_event_delivered(ngx_print_store_t *st)
{
    return *(volatile uint64_t *) &st->sh->delivered;
}


ngx_int_t
ngx_print_event_set_delivered(ngx_print_store_t *st, uint64_t id)
{
    ngx_uint_t  mine;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    mine = ngx_print_store_leads_locked(st, &st->sh->leader);

    if (mine) {
        ngx_print_store_publish(st->sh->delivered, id);

        st->sh->delivered_time = ngx_time();
        st->sh->delivered_failures = 0;
    }

    ngx_print_store_unlock(st);

    return mine ? NGX_OK : NGX_DECLINED;
}


void
ngx_print_event_failed(ngx_print_store_t *st)
{
    st->sh->delivered_failures++;
}


void
ngx_print_event_reader(ngx_print_store_t *st, ngx_print_event_reader_t *reader)
{
    volatile ngx_print_store_shctx_t  *sh;

    sh = st->sh;

    reader->delivered = sh->delivered;
    reader->success = sh->delivered_time;
    reader->failures = sh->delivered_failures;
}
