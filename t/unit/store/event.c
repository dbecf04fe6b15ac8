
/*
 * Copyright (C) the print hub contributors
 */


/* Events: what each one contains, how workers read them and choose a leader. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "event_base.h"


static void event_kinds(void);
static void event_takeover(void);
static void event_read(void);
static void event_watch(void);
static void event_leader(void);
static void event_delivered(void);
static void event_quiet(void);
static void event_resign(void);
static void event_died(void);


int
main(void)
{
    bench_guard();

    event_kinds();
    event_takeover();
    event_read();
    event_watch();
    event_leader();
    event_delivered();
    event_quiet();
    event_resign();
    event_died();

    return unit_end();
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


/* a client that a connected socket loses, and none that has no such socket */

static void
event_takeover(void)
{
    event_t                  t;
    u_char                   sock[NGX_PRINT_SESSION_SOCK];
    uint32_t                 token;
    ngx_uint_t               i;
    ngx_print_ref_t          ref[2];
    ngx_print_event_t       *e;
    ngx_print_client_info_t  info;

    event_begin(&t, "takeovers");

    for (i = 0; i < 2; i++) {
        bench_sock(sock, 2 + i);
        unit_check(bench_open(&t.b, 2 + i, 1, &ref[i], &token) == NGX_OK);
        unit_check(ngx_print_session_connect(&t.b, ref[i], 0, sock) == NGX_OK);
    }

    /* before any worker watches, the first places of the ring do */

    t.a.sh->events_off = 1;
    unit_check(bench_register(&t.b, ref[1], 0, "a", 0) == NGX_OK);
    unit_check(bench_register(&t.b, ref[0], 0, "a", 0) == NGX_DONE);
    unit_check(bench_register(&t.a, t.ref, 0, "b", 0) == NGX_OK);
    unit_check(bench_register(&t.b, ref[0], 0, "b", 0) == NGX_OK);
    unit_check(ngx_print_event_last(&t.a) == 4 && event_whole(&t));
    unit_check(ngx_print_event_watch(&t.a, 1) == NGX_OK);

    unit_check(bench_register(&t.b, ref[1], 0, "b", 0) == NGX_OK);
    unit_check(ngx_print_event_read(&t.a, 0, t.events) == 2);

    e = &t.events[0];
    unit_check(e->id == 5 && e->kind == NGX_PRINT_EVENT_TAKEOVER);
    unit_check(e->len == 1 && e->client[0] == 'b' && !e->refused);
    unit_check(e->from[0] == 2 && e->from[NGX_PRINT_SESSION_ADDR - 1] == 2);
    unit_check(e->by[0] == 3 && e->by[NGX_PRINT_SESSION_ADDR - 1] == 3);

    e = &t.events[1];
    unit_check(e->id == 6 && e->kind == NGX_PRINT_EVENT_CLIENT);
    unit_check(e->connected && e->client[0] == 'b');

    /* it falls back to the one that lost it, which registers again then */

    unit_check(ngx_print_session_close(&t.b, ref[1], 1) == NGX_OK);
    unit_check(ngx_print_client_offline(&t.b, ref[1], 0, &info) == NGX_OK);
    unit_check(info.connected);
    unit_check(ngx_print_event_read(&t.a, 6, t.events) == 1);
    unit_check(t.events[0].kind == NGX_PRINT_EVENT_CLIENT);
    unit_check(bench_register(&t.b, ref[0], 0, "b", 0) == NGX_DONE);
    unit_check(ngx_print_event_last(&t.a) == 7);

    /* one whose session is being closed has lost it already */

    unit_check(ngx_print_session_close(&t.b, ref[0], 1) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref, 0, "b", 0) == NGX_OK);
    unit_check(ngx_print_event_read(&t.a, 7, t.events) == 1);
    unit_check(t.events[0].kind == NGX_PRINT_EVENT_CLIENT);
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


/* an event rings the workers that watch, and no others */

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

    /* one that stands still leads until it is missed */

    bench_clock(ngx_current_msec + 4999);
    unit_check(!ngx_print_event_leader(&c));
    ngx_print_store_beat(&t.a);
    bench_clock(ngx_current_msec + 4999);
    unit_check(!ngx_print_event_leader(&c));
    bench_clock(ngx_current_msec + 1);
    unit_check(ngx_print_event_leader(&t.a));
    unit_check(ngx_print_event_leader(&c));
    unit_check(!ngx_print_event_leader(&t.a));
    unit_check(ngx_print_event_set_delivered(&t.a, 1) == NGX_DECLINED);
    unit_check(ngx_print_event_delivered(&c) == 0);
    ngx_print_store_beat(&c);
    ngx_print_event_resign(&c);
    unit_check(ngx_print_event_leader(&t.a));

    /* another one in the same slot is another one */

    bench_fake(&t.b, &t.wake[1], 1);
    unit_check(ngx_print_event_leader(&c));
    unit_check(!ngx_print_event_leader(&t.b));

    /* a worker that died while it became the leader does not lead */

    c.sh->leader.epoch = 0;
    c.sh->leader.slot = 1;
    unit_check(ngx_print_event_leader(&c));
    unit_check(!ngx_print_event_leader(&t.b));
}


static void
event_delivered(void)
{
    event_t                   t;
    ngx_print_event_reader_t  reader;

    event_begin(&t, "told");

    ngx_print_event_reader(&t.a, &reader);
    unit_check(reader.success == 0 && reader.failures == 0);

    unit_check(ngx_print_event_delivered(&t.a) == 0);
    unit_check(ngx_print_event_leader(&t.b));
    unit_check(ngx_print_event_set_delivered(&t.b, 0x123456789ab) == NGX_OK);
    unit_check(ngx_print_event_set_delivered(&t.a, 1) == NGX_DECLINED);
    unit_check(ngx_print_event_delivered(&t.a) == 0x123456789ab);

    ngx_print_event_failed(&t.b);
    ngx_print_event_failed(&t.b);
    ngx_print_event_reader(&t.a, &reader);

    unit_check(reader.delivered == 0x123456789ab && reader.failures == 2);
    unit_check(reader.success == (uint64_t) ngx_time());

    unit_check(ngx_print_event_set_delivered(&t.b, 0x123456789ab) == NGX_OK);
    ngx_print_event_reader(&t.a, &reader);
    unit_check(reader.failures == 0);

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

    /*
     * a record that was written before its process died is no event; if the
     * event was made, the repair applies it
     */

    last = ngx_print_event_last(&t.a) + 1;
    unit_check(last == 2 * EVENT_RING + 2);
    t.a.events[0].seq = last;
    t.a.sh->dirty = 1;
    ngx_print_store_lock(&t.b);
    ngx_print_store_unlock(&t.b);
    unit_check(ngx_print_event_last(&t.a) == last - 1);

    t.a.sh->counts.note.cell = NGX_PRINT_CELL_REQUEUED;
    t.a.sh->event = last;
    t.a.sh->dirty = 1;
    ngx_print_store_lock(&t.b);
    ngx_print_store_unlock(&t.b);
    unit_check(t.a.sh->applied == last);
    unit_check(t.a.jobs[t.a.sh->job_top - 1].change == last);

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


/*
 * A process that died before its events were made has overwritten some of the
 * oldest: a reader that has not read them finds a gap in front of what it gets,
 * as if newer events had overwritten them.
 */

static void
event_died(void)
{
    event_t     t;
    uint64_t    last, oldest, after, id;
    ngx_uint_t  i, n, k, gaps;

    for (n = 1; n < EVENT_RING; n++) {

        event_begin(&t, "some of the oldest are gone");
        ngx_print_event_watch(&t.b, 1);
        unit_check(bench_register(&t.a, t.ref, 0, "c", 0) == NGX_OK);
        event_make(&t, 2 * EVENT_RING + 3);

        last = ngx_print_event_last(&t.a);

        for (k = 1; k <= n; k++) {
            t.a.events[(last + k) % EVENT_RING].seq = last + k;
        }

        t.a.sh->dirty = 1;
        ngx_print_store_lock(&t.b);
        ngx_print_store_unlock(&t.b);
        unit_check(ngx_print_event_last(&t.a) == last);

        oldest = last + n + 1 - EVENT_RING;

        /* whatever it has read, and in how many steps */

        for (after = 0; after < last; after++) {
            gaps = 0;
            id = after;

            while ((k = ngx_print_event_read(&t.b, id, t.events)) != 0) {

                for (i = 0; i < k; i++) {
                    gaps += (t.events[i].id != id + 1);
                    id = t.events[i].id;
                }

                unit_check(t.events[0].id == ngx_max(after + 1, oldest)
                           || id > oldest);
            }

            unit_check(oldest > last || id == last);
            unit_check(gaps == (after + 1 < oldest && oldest <= last));
        }

        /* after one more event the reader gets exactly that event */

        event_make(&t, 1);
        unit_check(ngx_print_event_read(&t.b, last, t.events) == 1);
        unit_check(t.events[0].id == last + 1);
    }
}
