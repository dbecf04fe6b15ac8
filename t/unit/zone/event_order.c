
/*
 * Copyright (C) the print hub contributors
 */


/* The order of events: one order, no gap, the last ones in a ring. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "event_base.h"


static void event_order(void);
static void event_overrun(void);
static void event_repaired(void);
static void event_half(void);


int
main(void)
{
    bench_guard();

    event_order();
    event_overrun();
    event_repaired();
    event_half();

    return unit_end();
}


/* a client that moves has come; its job's changes are each told once */

static void
event_order(void)
{
    event_t          t;
    u_char           sock[NGX_PRINT_SESSION_SOCK];
    uint32_t         token;
    ngx_uint_t       i, n;
    bench_job_t      job;
    ngx_print_ref_t  ref;

    event_begin(&t, "the order of events");
    bench_sock(sock, 2);

    unit_check(bench_register(&t.a, t.ref, 0, "c", 0) == NGX_OK);
    unit_check(bench_open(&t.b, 2, 1, &ref, &token) == NGX_OK);
    unit_check(ngx_print_session_connect(&t.b, ref, 0, sock) == NGX_OK);
    unit_check(bench_register(&t.b, ref, 0, "c", 0) == NGX_OK);
    unit_check(bench_register(&t.b, ref, 0, "d", 0) == NGX_OK);

    bench_job(&job, 1, "dcd", 10);
    unit_check(bench_print(&t.a, &job) == NGX_OK);

    n = ngx_print_event_read(&t.a, 0, t.events);
    unit_check(n == 7);

    for (i = 0; i < n; i++) {
        unit_check(t.events[i].id == i + 1);
        unit_check(t.events[i].client[0] == "cccddcd"[i]);
    }

    unit_check(t.events[1].kind == NGX_PRINT_EVENT_TAKEOVER);
    unit_check(t.events[6].job == job.jobs[2].index);
    unit_check(job.jobs[2].change == 7 && job.jobs[0].change == 5);
    unit_check(event_whole(&t));
}


/* the ring has one place less than it seems: the next one's */

static void
event_overrun(void)
{
    event_t     t;
    uint64_t    last;
    ngx_uint_t  i, n;

    event_begin(&t, "lost events");
    unit_check(bench_register(&t.a, t.ref, 0, "c", 0) == NGX_OK);

    for (i = 1; i < 3 * EVENT_RING; i += 2) {
        last = ngx_print_event_last(&t.a);
        unit_check(last == i);

        n = ngx_print_event_read(&t.b, 0, t.events);
        unit_check(n == ngx_min(last, EVENT_RING - 1));
        unit_check(t.events[0].id == last + 1 - n);
        unit_check(t.events[n - 1].id == last);

        /* from the oldest one on none is missing */

        n = ngx_print_event_read(&t.b, t.events[0].id, t.events);
        unit_check(n == ngx_min(last, EVENT_RING - 1) - 1);

        event_make(&t, 2);
    }
}


/* nothing of them is derived */

static void
event_repaired(void)
{
    event_t            t;
    ngx_uint_t         i, n;

    ngx_print_event_t  was[NGX_PRINT_EVENT_READ];

    event_begin(&t, "events after a repair");
    unit_check(bench_register(&t.a, t.ref, 0, "c", 0) == NGX_OK);

    for (i = 0; i < EVENT_RING + 5; i++) {
        ngx_memzero(was, sizeof(was));
        ngx_memzero(t.events, sizeof(t.events));

        n = ngx_print_event_read(&t.a, 0, was);

        t.a.sh->dirty = 1;

        unit_check(ngx_print_event_read(&t.b, 0, t.events) == n);
        unit_check(memcmp(was, t.events, sizeof(was)) == 0);
        unit_check(event_whole(&t));

        event_make(&t, 2);
    }
}


/* what was written of a change is as nothing until its number is given */

static void
event_half(void)
{
    event_t                   t;
    uint64_t                  owner;
    bench_job_t               job;
    ngx_print_store_redo_t   *redo;
    ngx_print_store_event_t  *e;

    event_begin(&t, "half an event");
    unit_check(bench_register(&t.a, t.ref, 0, "c", 0) == NGX_OK);
    bench_job(&job, 1, "c", 10);
    unit_check(bench_print(&t.a, &job) == NGX_OK);

    e = &t.a.events[3];
    *e = t.a.events[2];
    e->seq = 3;
    e->state = NGX_PRINT_JOB_CANCELED;

    redo = &t.a.sh->redo;
    redo->event = 3;
    redo->job = 1;
    redo->attempts = 7;
    redo->client = 1;
    redo->delivered = 8;
    redo->undelivered = 9;

    t.a.sh->dirty = 1;

    ngx_print_store_lock(&t.b);
    ngx_print_store_unlock(&t.b);

    unit_check(ngx_print_event_last(&t.b) == 2 && event_whole(&t));
    unit_check(t.a.jobs[1].state == NGX_PRINT_JOB_QUEUED);
    unit_check(redo->event == 0);

    /* given, and nothing of it was done */

    redo->event = 3;
    t.a.sh->counts.note.cell = NGX_PRINT_CELL_CANCELED;
    t.a.sh->event = 3;
    t.a.sh->dirty = 1;

    ngx_print_store_lock(&t.b);
    ngx_print_store_unlock(&t.b);

    unit_check(ngx_print_event_last(&t.b) == 3 && event_whole(&t));
    unit_check(ngx_print_event_read(&t.b, 2, t.events) == 1);
    unit_check(t.events[0].state == NGX_PRINT_JOB_CANCELED);
    unit_check(t.a.jobs[1].change == 3 && t.a.sh->block_count == 0);
    unit_check(t.a.jobs[1].state == NGX_PRINT_JOB_CANCELED);
    unit_check(t.a.jobs[1].attempts == 7);
    unit_check(t.a.clients[1].delivered == 8);
    unit_check(t.a.clients[1].undelivered == 9);

    /* the same of a client that goes offline */

    e = &t.a.events[4];
    *e = t.a.events[1];
    e->seq = 4;
    e->state = 0;
    t.a.sh->dirty = 1;

    owner = 0;
    ngx_memcpy(e->key, &owner, sizeof(uint64_t));

    ngx_print_store_lock(&t.b);
    ngx_print_store_unlock(&t.b);

    unit_check(ngx_print_event_last(&t.b) == 3 && event_whole(&t));
    unit_check(t.a.clients[1].owner != 0);

    t.a.sh->counts.note.cell = NGX_PRINT_CELL_LEFT;
    t.a.sh->event = 4;
    t.a.sh->dirty = 1;

    ngx_print_store_lock(&t.b);
    ngx_print_store_unlock(&t.b);

    unit_check(ngx_print_event_last(&t.b) == 4 && event_whole(&t));
    unit_check(t.a.clients[1].owner == 0 && t.a.clients[1].event == 4);
}
