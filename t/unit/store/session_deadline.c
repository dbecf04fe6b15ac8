
/*
 * Copyright (C) the print hub contributors
 */


/* Deadlines of a session: pings, their answers, CONNECT in time. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "session_base.h"


static void session_heartbeat(void);
static void session_heartbeat_ws(void);
static void session_heartbeat_full(void);
static void session_touch(void);
static void session_due(void);
static void session_wrap(void);
static void session_stale(void);
static void session_stale_pinged(void);
static void session_stale_poll(void);
static void session_stale_eio3(void);
static void session_unfinished(void);
static void session_seized(session_t *t);
static void session_lost(session_t *t);
static void session_excused(void);
static void session_excused_unconnected(void);


int
main(void)
{
    bench_guard();

    session_heartbeat();
    session_heartbeat_ws();
    session_heartbeat_full();
    session_touch();
    session_due();
    session_wrap();
    session_stale();
    session_stale_pinged();
    session_stale_poll();
    session_stale_eio3();
    session_unfinished();
    session_excused();
    session_excused_unconnected();

    return unit_end();
}


/* on long-polling a ping goes with a batch; each worker may find it is due */

static void
session_heartbeat(void)
{
    uint32_t           token;
    session_t          t;
    ngx_print_batch_t  batch;

    session_begin(&t, "heartbeat", 0);

    unit_check(session_expire(&t, &t.b, 0) == NGX_PRINT_DUE_NOTHING);
    unit_check(ngx_print_session_poll(&t.a, t.ref, &token) == NGX_OK);

    /* the first one comes at between a half and all of the interval */

    unit_check(session_expire(&t, &t.a, BENCH_INTERVAL - 1)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.b, 1) == NGX_PRINT_DUE_NOTHING);

    bench_notified = 0;
    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_PING);
    unit_check(bench_notified == 1);
    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_NOTHING);
    unit_check(check_zone(&t.a, CHECK_READY) == NULL);

    unit_check(ngx_print_queue_take(&t.a, t.ref, token, 10, 1, &batch)
               == NGX_OK);
    unit_check(batch.ping && batch.head == 0);

    /* the pong, and the next round; no GET is there: anybody's */

    bench_clock(ngx_current_msec + 1000);
    ngx_print_session_touch(&t.b, t.ref, 1);

    unit_check(session_expire(&t, &t.b, BENCH_TIMEOUT)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.b, BENCH_INTERVAL - BENCH_TIMEOUT)
               == NGX_PRINT_DUE_PING);
    unit_check(session_expire(&t, &t.a, BENCH_TIMEOUT - 1)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.a, 1) == NGX_PRINT_DUE_PING_TIMEOUT);
    unit_check(session_expire(&t, &t.b, 0) == NGX_PRINT_DUE_PING_TIMEOUT);
    unit_check(check_zone(&t.a, CHECK_READY) == NULL);

    session_end(&t);
    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_NOTHING);
}


static void
session_heartbeat_ws(void)
{
    session_t  t;

    session_begin(&t, "heartbeat of a WebSocket", 1);

    unit_check(session_expire(&t, &t.b, BENCH_INTERVAL)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_PING);
    unit_check(t.a.sh->block_count == 0);
    unit_check(session_expire(&t, &t.a, BENCH_TIMEOUT - 1)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.b, 1) == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_PING_TIMEOUT);
    ngx_print_session_touch(&t.a, t.ref, 1);
    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_NOTHING);

    session_end(&t);
}


/* a ping takes no room, and a session that does not answer it ends */

static void
session_heartbeat_full(void)
{
    uint32_t           token;
    session_t          t;
    ngx_print_batch_t  batch;

    session_begin(&t, "heartbeat, the zone is full", 0);

    while (bench_send(&t.a, t.ref, 1, 1) == NGX_OK) { /* void */ }

    unit_check(t.a.sh->block_count == 16);

    unit_check(session_expire(&t, &t.a, BENCH_INTERVAL) == NGX_PRINT_DUE_PING);

    unit_check(ngx_print_session_poll(&t.a, t.ref, &token) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, t.ref, token, 1, 1, &batch)
               == NGX_OK);
    unit_check(batch.ping && batch.count == 1);
    ngx_print_queue_release(&t.a, &batch);

    ngx_print_session_touch(&t.a, t.ref, 1);

    while (bench_send(&t.a, t.ref, 1, 1) == NGX_OK) { /* void */ }

    unit_check(session_expire(&t, &t.a, BENCH_INTERVAL) == NGX_PRINT_DUE_PING);
    unit_check(session_expire(&t, &t.a, BENCH_TIMEOUT)
               == NGX_PRINT_DUE_PING_TIMEOUT);

    session_end(&t);
}


static void
session_touch(void)
{
    session_t  t;

    session_begin(&t, "touch", 1);

    /* nothing is awaited: another packet changes nothing, a pong does */

    bench_clock(ngx_current_msec + 1000);
    ngx_print_session_touch(&t.b, t.ref, 0);
    unit_check(session_expire(&t, &t.a, BENCH_INTERVAL - 1001)
               == NGX_PRINT_DUE_NOTHING);
    ngx_print_session_touch(&t.b, t.ref, 1);
    unit_check(session_expire(&t, &t.a, 1) == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.a, BENCH_INTERVAL - 1)
               == NGX_PRINT_DUE_PING);

    /* a pong is awaited: any packet restarts the timeout */

    bench_clock(ngx_current_msec + BENCH_TIMEOUT - 1);
    ngx_print_session_touch(&t.b, t.ref, 0);
    unit_check(session_expire(&t, &t.a, BENCH_TIMEOUT - 1)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.a, 1) == NGX_PRINT_DUE_PING_TIMEOUT);

    unit_check(ngx_print_session_close(&t.a, t.ref, 1) == NGX_OK);
    ngx_print_session_touch(&t.b, t.ref, 1);
    unit_check(session_expire(&t, &t.a, BENCH_TIMEOUT - 1)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.a, 1) == NGX_PRINT_DUE_FINISH);

    session_end(&t);
}


static void
session_due(void)
{
    uint32_t         i, now, cursor, token, seen, indices[3];
    session_t        t;
    ngx_uint_t       n;
    ngx_print_ref_t  ref;

    session_begin(&t, "due", 1);

    for (i = 2; i <= 8; i++) {
        unit_check(bench_open(&t.a, i, 0, &ref, &token) == NGX_OK);
    }

    now = (uint32_t) ngx_current_msec;
    cursor = 0;

    unit_check(ngx_print_store_due(t.a.deadlines, t.a.sh->session_top, now,
                                   &cursor, indices, 3)
               == 0);
    unit_check(cursor == 0);

    bench_clock(ngx_current_msec + BENCH_INTERVAL);
    now = (uint32_t) ngx_current_msec;

    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_PING);

    seen = 0;

    do {
        n = ngx_print_store_due(t.b.deadlines, t.b.sh->session_top, now,
                                &cursor, indices, 3);

        for (i = 0; i < n; i++) {
            unit_check(!(seen & 1u << indices[i]));
            seen |= 1u << indices[i];
        }
    } while (cursor);

    unit_check(seen == 0x1fc);
}


/* 32 bits of milliseconds wrap every 49 days; 0 is no deadline */

static void
session_wrap(void)
{
    uint32_t           at;
    ngx_msec_t         base;
    session_t          t;
    ngx_print_ref_t    ref;

    for (at = 0; at < 3; at++) {
        session_begin(&t, "wrap", 1);

        base = (ngx_msec_t) 400 << 32;
        bench_clock(base - BENCH_INTERVAL + at - 1);

        unit_check(bench_open(&t.a, 2, 1, &ref, &t.token) == NGX_OK);
        unit_check(ngx_print_session_close(&t.a, t.ref, 1) == NGX_OK);
        ngx_print_session_free(&t.a, t.ref);
        t.ref = ref;

        unit_check(check_zone(&t.a, CHECK_READY) == NULL);
        unit_check(t.a.deadlines[ref.index] != 0);
        unit_check(session_expire(&t, &t.a, BENCH_INTERVAL - 2)
                   == NGX_PRINT_DUE_NOTHING);
        unit_check(session_expire(&t, &t.a, 4) == NGX_PRINT_DUE_PING);

        session_end(&t);
    }
}


/* a stands still: b ends its session two timeouts after the ping was due */

static void
session_stale(void)
{
    session_t  t;

    session_begin(&t, "a worker that stands still", 1);

    unit_check(session_expire(&t, &t.b, BENCH_INTERVAL + 2 * BENCH_TIMEOUT - 1)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(ngx_print_session_reason(&t.a, t.ref) == 0);
    unit_check(session_expire(&t, &t.b, 1) == NGX_PRINT_DUE_PING_TIMEOUT);

    session_seized(&t);
    session_end(&t);

    /* it goes on before the other one has closed the session */

    session_begin(&t, "a worker that goes on", 1);

    unit_check(session_expire(&t, &t.b, BENCH_INTERVAL + 2 * BENCH_TIMEOUT)
               == NGX_PRINT_DUE_PING_TIMEOUT);
    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_PING);
    ngx_print_session_touch(&t.a, t.ref, 1);
    unit_check(session_expire(&t, &t.b, 0) == NGX_PRINT_DUE_NOTHING);
    unit_check(ngx_print_session_close(&t.b, t.ref, 7) == NGX_AGAIN);
    unit_check(ngx_print_session_reason(&t.a, t.ref) == 7);

    session_end(&t);
}


static void
session_stale_pinged(void)
{
    session_t  t;

    session_begin(&t, "a worker that stands still behind its ping", 1);

    unit_check(session_expire(&t, &t.a, BENCH_INTERVAL) == NGX_PRINT_DUE_PING);
    unit_check(session_expire(&t, &t.b, 2 * BENCH_TIMEOUT - 1)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.b, 1) == NGX_PRINT_DUE_PING_TIMEOUT);

    session_seized(&t);
    session_end(&t);
}


static void
session_stale_poll(void)
{
    uint32_t   token;
    session_t  t;

    session_begin(&t, "a GET at a worker that stands still", 0);

    unit_check(ngx_print_session_poll(&t.a, t.ref, &t.token) == NGX_OK);
    unit_check(session_expire(&t, &t.b, BENCH_INTERVAL + 2 * BENCH_TIMEOUT - 1)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(ngx_print_session_poll(&t.b, t.ref, &token) == NGX_BUSY);
    unit_check(session_expire(&t, &t.b, 1) == NGX_PRINT_DUE_PING_TIMEOUT);

    session_seized(&t);
    session_end(&t);
}


/* of protocol 3: its own timeout has the interval in it */

static void
session_stale_eio3(void)
{
    session_t                 t;
    ngx_print_session_init_t  init;

    session_begin(&t, "a worker that stands still, protocol 3", 1);
    session_end(&t);

    ngx_memzero(&init, sizeof(init));

    bench_key(init.key, 1);
    init.eio = 3;
    init.ping_interval = BENCH_INTERVAL;
    init.ping_timeout = BENCH_INTERVAL + BENCH_TIMEOUT;
    init.connect_timeout = BENCH_CONNECT;

    unit_check(ngx_print_session_open(&t.a, &init, 1, &t.ref, &t.token)
               == NGX_OK);
    unit_check(session_expire(&t, &t.b, BENCH_INTERVAL + 2 * BENCH_TIMEOUT - 1)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.b, 1) == NGX_PRINT_DUE_PING_TIMEOUT);

    session_seized(&t);
    session_end(&t);
}


/* one that was closed is finished by another worker, again and again */

static void
session_unfinished(void)
{
    session_t  t;

    session_begin(&t, "closed, and left unfinished", 1);

    t.a.workers[SESSION_A].nlost = 0;

    unit_check(ngx_print_session_close(&t.b, t.ref, 7) == NGX_AGAIN);
    unit_check(session_expire(&t, &t.b, BENCH_TIMEOUT - 1)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(ngx_print_session_reason(&t.b, t.ref) == 0);
    unit_check(session_expire(&t, &t.b, 1) == NGX_PRINT_DUE_FINISH);
    unit_check(ngx_print_session_reason(&t.b, t.ref) == 7);
    unit_check(ngx_print_session_reason(&t.a, t.ref) == 0);
    session_lost(&t);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    /* b has not finished it either */

    unit_check(session_expire(&t, &t.a, BENCH_TIMEOUT - 1)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.b, 1) == NGX_PRINT_DUE_FINISH);
    unit_check(ngx_print_session_reason(&t.b, t.ref) == 7);
    unit_check(session_expire(&t, &t.a, BENCH_TIMEOUT)
               == NGX_PRINT_DUE_FINISH);
    unit_check(ngx_print_session_reason(&t.a, t.ref) == 7);

    session_end(&t);
}


/* a is told of its connection, once */

static void
session_lost(session_t *t)
{
    uint32_t  lost[NGX_PRINT_STORE_LOST];

    unit_check(ngx_print_session_lost(&t->a, lost) == 1
               && lost[0] == t->ref.index);
    unit_check(ngx_print_session_lost(&t->a, lost) == 0);
}


/* b closes it, and a's connection has lost it */

static void
session_seized(session_t *t)
{
    ngx_print_batch_t  batch;

    t->a.workers[SESSION_A].nlost = 0;
    t->a.workers[SESSION_A].pending = 0;

    unit_check(ngx_print_session_close(&t->b, t->ref, 7) == NGX_OK);
    unit_check(t->a.workers[SESSION_A].pending == 1);
    session_lost(t);
    unit_check(ngx_print_session_reason(&t->b, t->ref) == 7);
    unit_check(ngx_print_session_reason(&t->a, t->ref) == 0);
    unit_check(ngx_print_queue_take(&t->a, t->ref, t->token, 10, 0, &batch)
               == NGX_DECLINED);
    unit_check(check_zone(&t->a, CHECK_READY|CHECK_SETTLED) == NULL);

    ngx_print_session_free(&t->b, t->ref);

    unit_check(session_state(t) == NGX_PRINT_SESSION_FREE);
}


/* nobody could take the lock: the client has the time once more */

static void
session_excused(void)
{
    session_t  t;

    session_begin(&t, "a stall", 1);

    unit_check(session_expire(&t, &t.a, BENCH_INTERVAL) == NGX_PRINT_DUE_PING);

    bench_clock(ngx_current_msec + BENCH_TIMEOUT + 1000);
    t.a.sh->stalled = (uint32_t) ngx_current_msec;
    bench_clock(ngx_current_msec + 100);

    unit_check(session_expire(&t, &t.b, 0) == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_NOTHING);
    unit_check(check_zone(&t.a, CHECK_READY) == NULL);
    unit_check(session_expire(&t, &t.a, BENCH_TIMEOUT - 101)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.a, 1) == NGX_PRINT_DUE_PING_TIMEOUT);

    /* one that answers goes on */

    ngx_print_session_touch(&t.a, t.ref, 1);
    unit_check(session_expire(&t, &t.a, BENCH_INTERVAL) == NGX_PRINT_DUE_PING);

    /* its worker was the one that stood still, and has begun its tick before */

    bench_clock(ngx_current_msec + 3 * BENCH_TIMEOUT);
    t.a.sh->stalled = (uint32_t) ngx_current_msec + 100;

    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.b, 2 * BENCH_TIMEOUT)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.b, 100) != NGX_PRINT_DUE_NOTHING);

    session_end(&t);
}


/* one that has not connected: what is due later does not come sooner */

static void
session_excused_unconnected(void)
{
    session_t                 t;
    ngx_print_session_init_t  init;

    session_begin(&t, "a stall, not connected", 1);
    session_end(&t);

    ngx_memzero(&init, sizeof(init));

    bench_key(init.key, 1);
    init.eio = 4;
    init.ping_interval = 10 * BENCH_TIMEOUT;
    init.ping_timeout = BENCH_TIMEOUT;
    init.connect_timeout = 1000;

    unit_check(ngx_print_session_open(&t.a, &init, 1, &t.ref, &t.token)
               == NGX_OK);

    bench_clock(ngx_current_msec + 900);
    t.a.sh->stalled = (uint32_t) ngx_current_msec;

    unit_check(session_expire(&t, &t.a, 200) == NGX_PRINT_DUE_NOTHING);
    unit_check(check_zone(&t.a, CHECK_READY) == NULL);
    unit_check(session_expire(&t, &t.a, BENCH_TIMEOUT - 201)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.a, 1) == NGX_PRINT_DUE_CONNECT_TIMEOUT);

    session_end(&t);
}
