
/*
 * Copyright (C) the print hub contributors
 */


/* events: one order, no gap, the last ones in a ring; who is told of them */


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"


#define EVENT_RING  20


/* workers a and b, without processes, and a session of a's that has joined */
typedef struct {
    ngx_print_store_t    a;
    ngx_print_store_t    b;
    ngx_print_wake_t     wake[2];
    ngx_print_ref_t      ref;
    uint32_t             token;
    ngx_print_event_t    events[NGX_PRINT_EVENT_READ];
} event_t;


static void event_begin(event_t *t, const char *about);
static void event_session(event_t *t);
static void event_make(event_t *t, ngx_uint_t n);
static ngx_uint_t event_whole(event_t *t);

static void event_kinds(void);
static void event_order(void);
static void event_read(void);
static void event_overrun(void);
static void event_repaired(void);
static void event_half(void);
static void event_watch(void);
static void event_leader(void);
static void event_delivered(void);
static void event_quiet(void);
static void event_resign(void);


int
main(void)
{
    bench_guard();

    event_kinds();
    event_order();
    event_read();
    event_overrun();
    event_repaired();
    event_half();
    event_watch();
    event_leader();
    event_delivered();
    event_quiet();
    event_resign();

    return unit_end();
}


static void
event_begin(event_t *t, const char *about)
{
    unit_about("%s", about);

    bench_create(NGX_PRINT_STORE_MIN_SIZE, 8, 8, 0);
    bench_shrink(4, EVENT_RING, 0);
    bench_fake(&t->a, &t->wake[0], 1);
    bench_fake(&t->b, &t->wake[1], 2);

    event_session(t);
}


static void
event_session(event_t *t)
{
    u_char  sock[NGX_PRINT_SESSION_SOCK];

    bench_sock(sock, 1);

    unit_check(bench_open(&t->a, 1, 1, &t->ref, &t->token) == NGX_OK);
    unit_check(ngx_print_session_connect(&t->a, t->ref, 0, sock) == NGX_OK);
}


/* n more, two for each job */

static void
event_make(event_t *t, ngx_uint_t n)
{
    bench_job_t           job;
    ngx_print_job_info_t  info;

    for ( /* void */ ; n; n -= ngx_min(n, 2)) {
        bench_job(&job, n, "c", 10);
        unit_check(bench_print(&t->a, &job) == NGX_OK);

        if (n > 1) {
            unit_check(ngx_print_job_cancel(&t->b, job.jobs[0].index,
                                            job.keys, &info) == NGX_OK);
        }
    }

    unit_check(event_whole(t));
}


static ngx_uint_t
event_whole(event_t *t)
{
    return check_zone(&t->a, CHECK_READY|CHECK_SETTLED) == NULL;
}


/* what each one tells */

static void
event_kinds(void)
{
    event_t                  t;
    ngx_str_t                reason;
    bench_job_t              job;
    ngx_print_batch_t        batch;
    ngx_print_event_t       *e;
    ngx_print_client_info_t  info;

    event_begin(&t, "kinds of events");

    unit_check(ngx_print_event_last(&t.a) == 0);
    unit_check(ngx_print_event_read(&t.a, 0, t.events) == 0);

    bench_clock(ngx_current_msec + 1234);
    unit_check(bench_register(&t.a, t.ref, 0, "c", 0) == NGX_OK);
    unit_check(ngx_print_event_last(&t.b) == 1);
    unit_check(bench_register(&t.a, t.ref, 0, "c", 0) == NGX_DONE);
    unit_check(ngx_print_event_last(&t.b) == 1);

    bench_job(&job, 1, "c", 10);
    unit_check(bench_print(&t.a, &job) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 9999, 0, &batch)
               == NGX_OK);
    ngx_print_queue_release(&t.a, &batch);
    ngx_str_set(&reason, "no paper");
    unit_check(ngx_print_job_result(&t.a, t.ref, 0, 1, job.keys,
                                    NGX_PRINT_JOB_FAILED, &reason) == NGX_OK);

    unit_check(ngx_print_session_close(&t.a, t.ref, 1) == NGX_OK);
    unit_check(ngx_print_client_offline(&t.a, t.ref, 0, &info) == NGX_OK);
    ngx_print_session_free(&t.a, t.ref);

    unit_check(ngx_print_event_read(&t.b, 0, t.events) == 5);

    e = &t.events[0];
    unit_check(e->kind == NGX_PRINT_EVENT_CLIENT && e->connected);
    unit_check(e->id == 1 && e->time == ngx_current_msec);
    unit_check(e->len == 1 && e->client[0] == 'c' && e->reason_len == 0);

    e = &t.events[1];
    unit_check(e->kind == NGX_PRINT_EVENT_JOB && e->id == 2);
    unit_check(e->state == NGX_PRINT_JOB_QUEUED && e->attempts == 0);
    unit_check(e->job == 1 && e->gen == 1 && e->len == 1);
    unit_check(memcmp(e->key, job.keys, NGX_PRINT_JOB_KEY) == 0);

    e = &t.events[2];
    unit_check(e->state == NGX_PRINT_JOB_SENT && e->attempts == 1);

    e = &t.events[3];
    unit_check(e->state == NGX_PRINT_JOB_FAILED && e->reason_len == 8);
    unit_check(memcmp(e->reason, "no paper", 8) == 0);

    e = &t.events[4];
    unit_check(e->kind == NGX_PRINT_EVENT_CLIENT && !e->connected);
    unit_check(event_whole(&t));
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
    unit_check(n == 6);

    for (i = 0; i < n; i++) {
        unit_check(t.events[i].id == i + 1);
        unit_check(t.events[i].client[0] == (i == 2 || i == 3 || i == 5 ? 'd'
                                                                  : 'c'));
    }

    unit_check(t.events[5].job == job.jobs[2].index);
    unit_check(job.jobs[2].change == 6 && job.jobs[0].change == 4);
    unit_check(event_whole(&t));
}


/* from any number on, so many at once */

static void
event_read(void)
{
    event_t     t;
    uint64_t    last;
    ngx_uint_t  i, n;

    unit_about("to read events");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 8, 8, 0);
    bench_fake(&t.a, &t.wake[0], 1);
    bench_fake(&t.b, &t.wake[1], 2);
    event_session(&t);

    unit_check(t.a.sh->nevents > 80);
    unit_check(bench_register(&t.a, t.ref, 0, "c", 0) == NGX_OK);
    event_make(&t, 70);

    last = ngx_print_event_last(&t.a);
    unit_check(last == 71);

    for (i = 0; i < last; i += n) {
        n = ngx_print_event_read(&t.b, i, t.events);
        unit_check(n == ngx_min(last - i, NGX_PRINT_EVENT_READ));
        unit_check(t.events[0].id == i + 1 && t.events[n - 1].id == i + n);

        if (n == 0) {
            break;
        }
    }

    unit_check(ngx_print_event_read(&t.b, last - 1, t.events) == 1);
    unit_check(ngx_print_event_read(&t.b, last, t.events) == 0);
    unit_check(ngx_print_event_read(&t.b, last + 1, t.events) == 0);
    unit_check(ngx_print_event_read(&t.b, ~0ull, t.events) == 0);
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


/* one that was written and did not come true is not told, nor is it later */

static void
event_half(void)
{
    event_t                   t;
    bench_job_t               job;
    ngx_print_store_event_t  *e;

    event_begin(&t, "half an event");
    unit_check(bench_register(&t.a, t.ref, 0, "c", 0) == NGX_OK);
    bench_job(&job, 1, "c", 10);
    unit_check(bench_print(&t.a, &job) == NGX_OK);

    /* died before the job's state was changed */

    e = &t.a.events[3];
    *e = t.a.events[2];
    e->seq = 3;
    e->state = NGX_PRINT_JOB_CANCELED;
    t.a.sh->dirty = 1;

    ngx_print_store_lock(&t.b);
    ngx_print_store_unlock(&t.b);

    unit_check(ngx_print_event_last(&t.b) == 2 && event_whole(&t));

    /* died right after it */

    t.a.jobs[1].state = NGX_PRINT_JOB_CANCELED;
    t.a.sh->dirty = 1;

    ngx_print_store_lock(&t.b);
    ngx_print_store_unlock(&t.b);

    unit_check(ngx_print_event_last(&t.b) == 3 && event_whole(&t));
    unit_check(ngx_print_event_read(&t.b, 2, t.events) == 1);
    unit_check(t.events[0].state == NGX_PRINT_JOB_CANCELED);
    unit_check(t.a.jobs[1].change == 3 && t.a.sh->block_count == 0);

    /* the same of a client that goes to another session */

    e = &t.a.events[4];
    *e = t.a.events[1];
    e->seq = 4;
    t.a.sh->dirty = 1;

    ngx_memset(e->key, 0x55, NGX_PRINT_JOB_KEY);

    ngx_print_store_lock(&t.b);
    ngx_print_store_unlock(&t.b);

    unit_check(ngx_print_event_last(&t.b) == 3 && event_whole(&t));
}


/* who watches is rung for, who does not is not */

static void
event_watch(void)
{
    event_t   t;
    uint64_t  rings;

    event_begin(&t, "to watch");
    unit_check(bench_register(&t.a, t.ref, 0, "c", 0) == NGX_OK);

    bench_notified = 0;
    event_make(&t, 2);
    unit_check(bench_notified == 1);        /* the job's */

    ngx_print_store_rearm(&t.b);
    ngx_print_event_watch(&t.b, 1);
    event_make(&t, 1);
    unit_check(t.b.workers[2].pending == 1);
    unit_check(read(bench_wake.bell[2][0], &rings, sizeof(rings)) > 0);

    /* rung for once, until it has looked */

    event_make(&t, 1);
    unit_check(read(bench_wake.bell[2][0], &rings, sizeof(rings)) == -1);
    ngx_print_store_rearm(&t.b);
    unit_check(t.b.workers[2].pending == 0);

    bench_notified = 0;
    ngx_print_event_watch(&t.a, 1);
    unit_check(ngx_print_client_remove(&t.a, &(ngx_str_t) unit_str("x"))
               == NGX_DECLINED);
    unit_check(bench_notified == 0 && t.b.workers[2].pending == 0);
    unit_check(bench_register(&t.a, t.ref, 0, "d", 0) == NGX_OK);
    unit_check(bench_notified == 1 && t.b.workers[2].pending == 1);

    ngx_print_store_rearm(&t.b);
    ngx_print_event_watch(&t.a, 0);
    ngx_print_event_watch(&t.b, 0);
    bench_notified = 0;
    unit_check(bench_register(&t.a, t.ref, 0, "e", 0) == NGX_OK);
    unit_check(bench_notified == 0 && t.b.workers[2].pending == 0);

    /* a repair may have found one */

    ngx_print_event_watch(&t.a, 1);
    t.a.sh->dirty = 1;
    ngx_print_store_lock(&t.b);
    ngx_print_store_unlock(&t.b);
    unit_check(t.a.workers[1].pending == 1);

    /* the dead watch nothing */

    ngx_print_event_watch(&t.b, 1);
    ngx_print_store_leave(&t.b);
    ngx_print_store_leave(&t.a);
    unit_check(t.a.sh->watchers[0] == 0);
}


/* one worker that lives */

static void
event_leader(void)
{
    event_t            t;
    ngx_print_store_t  c;
    ngx_print_wake_t   wake;

    event_begin(&t, "to lead");

    unit_check(ngx_print_event_leader(&t.b));
    unit_check(!ngx_print_event_leader(&t.a));
    unit_check(ngx_print_event_leader(&t.b));

    ngx_print_store_leave(&t.b);
    unit_check(ngx_print_event_leader(&t.a));

    bench_fake(&c, &wake, 2);
    unit_check(!ngx_print_event_leader(&c));
    unit_check(ngx_print_event_leader(&t.a));

    /* another one in the same slot is another one */

    bench_fake(&t.b, &t.wake[1], 1);
    unit_check(ngx_print_event_leader(&c));
    unit_check(!ngx_print_event_leader(&t.b));

    /* who died while it became the leader is none */

    c.sh->leader_epoch = 0;
    c.sh->leader_slot = 1;
    unit_check(ngx_print_event_leader(&c));
    unit_check(!ngx_print_event_leader(&t.b));
}


static void
event_delivered(void)
{
    event_t  t;

    event_begin(&t, "told");

    unit_check(ngx_print_event_delivered(&t.a) == 0);
    ngx_print_event_set_delivered(&t.b, 0x123456789ab);
    unit_check(ngx_print_event_delivered(&t.a) == 0x123456789ab);

    t.a.sh->dirty = 1;
    ngx_print_store_lock(&t.a);
    ngx_print_store_unlock(&t.a);
    unit_check(ngx_print_event_delivered(&t.b) == 0x123456789ab);
}


/* as long as nobody has watched none is kept, but they are numbered */

static void
event_quiet(void)
{
    event_t     t;
    uint64_t    last;
    ngx_uint_t  i;

    event_begin(&t, "nobody has ever watched");
    t.a.sh->events_off = 1;

    unit_check(bench_register(&t.a, t.ref, 0, "c", 0) == NGX_OK);

    for (i = 0; i < 2 * EVENT_RING; i += 2) {
        last = ngx_print_event_last(&t.a);
        unit_check(last == i + 1);
        unit_check(ngx_print_event_read(&t.b, 0, t.events) == 0);

        t.a.sh->dirty = (i % 6 == 0);
        event_make(&t, 2);
        unit_check(t.a.jobs[t.a.sh->job_top - 1].change <= last + 2);
    }

    /* half a one, in the one place */

    t.a.events[0].seq = ngx_print_event_last(&t.a) + 1;
    t.a.sh->dirty = 1;
    ngx_print_store_lock(&t.b);
    ngx_print_store_unlock(&t.b);
    last = ngx_print_event_last(&t.a);
    unit_check(last == 2 * EVENT_RING + 2);

    ngx_print_event_watch(&t.b, 0);
    unit_check(t.a.sh->events_off);
    ngx_print_event_watch(&t.b, 1);
    ngx_print_event_watch(&t.b, 0);
    unit_check(!t.a.sh->events_off && t.a.sh->lost_before == last);
    unit_check(ngx_print_event_read(&t.b, 0, t.events) == 0);

    event_make(&t, 4);
    unit_check(ngx_print_event_read(&t.b, 0, t.events) == 4);
    unit_check(t.events[0].id == last + 1 && t.events[3].id == last + 4);
    unit_check(ngx_print_event_read(&t.b, last + 1, t.events) == 3);

    /* those before are not missed for ever */

    event_make(&t, 2 * EVENT_RING);
    unit_check(ngx_print_event_read(&t.b, 0, t.events) == EVENT_RING - 1);
}


/* another one may lead */

static void
event_resign(void)
{
    event_t  t;

    event_begin(&t, "to resign");

    unit_check(ngx_print_event_leader(&t.b));
    ngx_print_event_resign(&t.a);
    unit_check(!ngx_print_event_leader(&t.a));
    ngx_print_event_resign(&t.b);
    unit_check(ngx_print_event_leader(&t.a));
    unit_check(!ngx_print_event_leader(&t.b));
}
