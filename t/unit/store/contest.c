
/*
 * Copyright (C) the print hub contributors
 */


/* A clientId that a connected socket keeps, as long as its client answers. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "recovery_base.h"


static void contest_kept(void);
static void contest_near(void);
static void contest_free(void);
static void contest_lives(void);
static void contest_packet(void);
static void contest_silent(void);
static void contest_polling(void);
static void contest_awaited(void);
static void contest_fenced(void);
static void contest_eio3(void);
static void contest_other(void);
static void contest_own(void);
static void contest_claimed(void);
static void contest_recovered(void);
static void contest_excused(void);
static void contest_waits(void);
static void contest_refused(void);

static void contest_begin(recovery_t *t, const char *about);
static ngx_int_t contest_register(recovery_t *t, ngx_uint_t session,
    ngx_uint_t near);
static ngx_int_t contest_ask(recovery_t *t, ngx_uint_t session);
static ngx_int_t contest_look(recovery_t *t);
static ngx_int_t contest_refuse(recovery_t *t, ngx_uint_t session);
static ngx_uint_t contest_ping(recovery_t *t);
static ngx_print_session_due_e contest_expire(recovery_t *t, ngx_msec_t ms);
static ngx_print_store_session_t *contest_session(recovery_t *t, ngx_uint_t n);


static ngx_str_t                 contest_id = ngx_string("a");
static ngx_print_client_loser_t  contest_holder;
static ngx_print_contest_t       contest;


int
main(int argc, char **argv)
{
    bench_guard();

    contest_kept();
    contest_near();
    contest_free();
    contest_lives();
    contest_packet();
    contest_silent();
    contest_polling();
    contest_awaited();
    contest_fenced();
    contest_eio3();
    contest_other();
    contest_own();
    contest_claimed();
    contest_recovered();
    contest_excused();
    contest_waits();
    contest_refused();

    return unit_end();
}


/* nothing changes */

static void
contest_kept(void)
{
    uint64_t    last;
    recovery_t  t;

    contest_begin(&t, "kept");

    last = ngx_print_event_last(&t.a);

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    unit_check(contest_holder.set && !contest_holder.same);
    unit_check(contest_holder.ref.index == t.ref[0].index
               && contest_holder.ref.gen == t.ref[0].gen
               && contest_holder.nsp == 0);
    unit_check(memcmp(contest_holder.addr, contest_session(&t, 0)->addr,
                      NGX_PRINT_SESSION_ADDR) == 0);
    unit_check(recovery_connected(&t, "a", 0));
    unit_check(contest_session(&t, 1)->nclaims == 0);
    unit_check(ngx_print_event_last(&t.a) == last);
    unit_check(t.a.sh->block_count == 1);

    /* its own */

    unit_check(contest_register(&t, 0, 0) == NGX_DONE);

    /* an older connection as well */

    contest_session(&t, 1)->order = 0;
    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    unit_check(contest_session(&t, 1)->nclaims == 0);
}


static void
contest_near(void)
{
    recovery_t  t;

    contest_begin(&t, "another address");

    unit_check(contest_register(&t, 1, 1) == NGX_PRINT_HELD);
    unit_check(!contest_holder.same);

    bench_unix = 1;
    contest_begin(&t, "no address");
    bench_unix = 0;

    unit_check(contest_register(&t, 1, 1) == NGX_PRINT_HELD);

    bench_addresses = 1;
    contest_begin(&t, "the same address");
    bench_addresses = 0;

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    unit_check(contest_holder.same);
    unit_check(contest_register(&t, 1, 1) == NGX_OK);
    unit_check(recovery_connected(&t, "a", 1));
    unit_check(contest_session(&t, 0)->nclaims == 1);
}


/* nobody is asked who is not there */

static void
contest_free(void)
{
    recovery_t  t;

    contest_begin(&t, "free");

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    recovery_lose(&t, 0);
    unit_check(contest_ask(&t, 1) == NGX_DECLINED);
    unit_check(contest_look(&t) == NGX_DECLINED);
    unit_check(contest_refuse(&t, 1) == NGX_AGAIN);
    unit_check(contest_register(&t, 1, 0) == NGX_OK);

    /* one that is closed, and has not left */

    unit_check(ngx_print_session_close(&t.a, t.ref[1], 1) == NGX_OK);
    unit_check(contest_register(&t, 2, 0) == NGX_OK);
    unit_check(recovery_connected(&t, "a", 2));
}


/* it is pinged at once, and answers */

static void
contest_lives(void)
{
    recovery_t  t;

    contest_begin(&t, "lives");

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);

    bench_notified = 0;
    unit_check(contest_ask(&t, 1) == NGX_OK);
    unit_check(bench_notified == 1);
    unit_check(contest.limit == 3 * BENCH_TIMEOUT);
    unit_check(contest_look(&t) == NGX_AGAIN);
    unit_check(contest_ping(&t));
    unit_check(contest_look(&t) == NGX_AGAIN);

    (void) ngx_print_session_touch(&t.a, t.ref[0], 1);

    unit_check(contest_look(&t) == NGX_OK);
    unit_check(contest_refuse(&t, 1) == NGX_OK);
    unit_check(recovery_connected(&t, "a", 0));

    /* a question that another one asks then makes no difference */

    unit_check(contest_session(&t, 0)->pongs == 1);
    unit_check(contest_look(&t) == NGX_OK);

    /* the heartbeat goes on as before */

    (void) ngx_print_session_touch(&t.a, t.ref[0], 1);
    unit_check(contest_expire(&t, BENCH_INTERVAL - 1)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(contest_expire(&t, 1) == NGX_PRINT_DUE_PING);
}


/* any packet is an answer */

static void
contest_packet(void)
{
    recovery_t  t;

    contest_begin(&t, "a packet");

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    unit_check(contest_ask(&t, 1) == NGX_OK);
    bench_clock(ngx_current_msec + 1);
    (void) ngx_print_session_touch(&t.a, t.ref[0], 0);
    unit_check(contest_look(&t) == NGX_OK);
}


static void
contest_silent(void)
{
    recovery_t  t;

    contest_begin(&t, "silent");

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    unit_check(contest_ask(&t, 1) == NGX_OK);
    unit_check(contest_ping(&t));
    unit_check(contest_expire(&t, BENCH_TIMEOUT - 1)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(contest_look(&t) == NGX_AGAIN);
    unit_check(contest_expire(&t, 1) == NGX_PRINT_DUE_PING_TIMEOUT);
    unit_check(ngx_print_session_close(&t.a, t.ref[0], 3) == NGX_OK);
    unit_check(contest_look(&t) == NGX_DECLINED);
    unit_check(contest_register(&t, 1, 0) == NGX_OK);
    ngx_print_session_free(&t.a, t.ref[0]);
    unit_check(recovery_connected(&t, "a", 1));
    unit_check(contest_look(&t) == NGX_DECLINED);
}


/* the next poll gets the ping; without one, it is not answered either */

static void
contest_polling(void)
{
    uint32_t           token;
    recovery_t         t;
    ngx_print_batch_t  batch;

    contest_begin(&t, "polling");

    contest_session(&t, 0)->state = NGX_PRINT_SESSION_OPEN;
    t.a.sh->counts.sessions[1][1]--;
    t.a.sh->counts.sessions[0][1]++;
    contest_session(&t, 0)->att_kind = NGX_PRINT_ATT_NONE;

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    unit_check(contest_ask(&t, 1) == NGX_OK);

    unit_check(ngx_print_session_poll(&t.a, t.ref[0], &token) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, t.ref[0], token, 10, 1, &batch)
               == NGX_OK);
    unit_check(batch.ping);
    unit_check(contest_expire(&t, BENCH_TIMEOUT)
               == NGX_PRINT_DUE_PING_TIMEOUT);
}


/* a ping is under way: there is no second one */

static void
contest_awaited(void)
{
    uint32_t    at;
    recovery_t  t;

    contest_begin(&t, "awaited");

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    unit_check(contest_expire(&t, BENCH_INTERVAL) == NGX_PRINT_DUE_PING);

    at = contest_session(&t, 0)->ping_at;
    bench_clock(ngx_current_msec + 1000);

    unit_check(contest_ask(&t, 1) == NGX_OK);
    unit_check(contest_session(&t, 0)->ping_at == at);
    unit_check(!contest_ping(&t));
    unit_check(contest_look(&t) == NGX_AGAIN);

    (void) ngx_print_session_touch(&t.a, t.ref[0], 1);
    unit_check(contest_look(&t) == NGX_OK);
}


/* nor behind the ping that follows a job */

static void
contest_fenced(void)
{
    recovery_t  t;

    contest_begin(&t, "fenced");

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    contest_session(&t, 0)->pings++;

    unit_check(contest_ask(&t, 1) == NGX_OK);
    unit_check(!contest_ping(&t));
    unit_check(contest_look(&t) == NGX_AGAIN);
    unit_check(contest_expire(&t, BENCH_TIMEOUT)
               == NGX_PRINT_DUE_PING_TIMEOUT);
}


/* the client pings */

static void
contest_eio3(void)
{
    recovery_t                  t;
    ngx_print_store_session_t  *s;

    contest_begin(&t, "protocol 3");

    s = contest_session(&t, 0);

    bench_eio3(&t.a, t.ref[0]);
    s->flags |= NGX_PRINT_SESSION_PING_WAIT;
    s->ping_timeout = BENCH_INTERVAL + BENCH_TIMEOUT;
    (void) ngx_print_session_touch(&t.a, t.ref[0], 0);

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    bench_clock(ngx_current_msec + 1000);
    unit_check(contest_ask(&t, 1) == NGX_OK);
    unit_check(!contest_ping(&t));
    unit_check(contest_look(&t) == NGX_AGAIN);
    (void) ngx_print_session_touch(&t.a, t.ref[0], 0);
    unit_check(contest_look(&t) == NGX_OK);

    unit_check(contest_ask(&t, 1) == NGX_OK);
    unit_check(contest_expire(&t, BENCH_INTERVAL + BENCH_TIMEOUT)
               == NGX_PRINT_DUE_PING_TIMEOUT);
}


/* another one gets the name while the holder is asked */

static void
contest_other(void)
{
    recovery_t  t;

    contest_begin(&t, "another one");

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    unit_check(contest_ask(&t, 1) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[2], 0, "a", 0) == NGX_OK);
    unit_check(contest_look(&t) == NGX_DECLINED);
    unit_check(contest_refuse(&t, 1) == NGX_AGAIN);
    unit_check(contest_ask(&t, 1) == NGX_DECLINED);

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    unit_check(contest_holder.ref.index == t.ref[2].index);
    unit_check(contest_ask(&t, 1) == NGX_OK);
    unit_check(contest_look(&t) == NGX_AGAIN);
}


/* another socket of the same session: it has just been heard of */

static void
contest_own(void)
{
    ngx_str_t                 name;
    recovery_t                t;
    ngx_print_client_init_t   init;

    contest_begin(&t, "its own");

    ngx_str_set(&name, "/x");
    ngx_memzero(&init, sizeof(init));

    init.id = contest_id;
    init.loser = &contest_holder;
    init.deny = 1;

    unit_check(ngx_print_store_nsp(&t.a, &name) == 1);
    unit_check(ngx_print_session_connect(&t.a, t.ref[0], 1, NULL) == NGX_OK);
    unit_check(ngx_print_client_register(&t.a, t.ref[0], 1, &init)
               == NGX_PRINT_HELD);
    unit_check(contest_ask(&t, 0) == NGX_DONE);
    unit_check(!contest_ping(&t));
}


/* the holder has ended, and the next one has a claim */

static void
contest_claimed(void)
{
    recovery_t  t;

    contest_begin(&t, "claimed");

    unit_check(bench_register(&t.a, t.ref[1], 0, "a", 0) == NGX_OK);
    unit_check(contest_session(&t, 0)->nclaims == 1);
    unit_check(ngx_print_session_close(&t.a, t.ref[1], 1) == NGX_OK);

    unit_check(contest_register(&t, 2, 0) == NGX_PRINT_HELD);
    unit_check(contest_holder.ref.index == t.ref[0].index);
    unit_check(contest_ask(&t, 2) == NGX_DECLINED);
    unit_check(contest_refuse(&t, 2) == NGX_AGAIN);

    /* it may have it back before that */

    unit_check(contest_register(&t, 0, 0) == NGX_OK);
    ngx_print_session_free(&t.a, t.ref[1]);
    unit_check(recovery_connected(&t, "a", 0));
    unit_check(contest_register(&t, 2, 0) == NGX_PRINT_HELD);
    unit_check(contest_ask(&t, 2) == NGX_OK);
}


/* the holder comes back in another session, and is another one then */

static void
contest_recovered(void)
{
    recovery_t  t;

    contest_begin(&t, "its session changes");

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    unit_check(contest_ask(&t, 1) == NGX_OK);

    contest_session(&t, 0)->gen++;
    unit_check(contest_look(&t) == NGX_DECLINED);
    contest_session(&t, 0)->gen--;

    t.a.clients[contest.client].owner++;
    unit_check(contest_look(&t) == NGX_DECLINED);
    t.a.clients[contest.client].owner--;

    unit_check(contest_look(&t) == NGX_AGAIN);
}


/* more time, because the zone could not be used, is no answer */

static void
contest_excused(void)
{
    recovery_t  t;

    contest_begin(&t, "excused");

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    unit_check(contest_ask(&t, 1) == NGX_OK);

    bench_clock(ngx_current_msec + BENCH_TIMEOUT - 100);
    t.a.sh->stalled = (uint32_t) ngx_current_msec;

    unit_check(contest_expire(&t, 100) == NGX_PRINT_DUE_NOTHING);
    unit_check(contest_session(&t, 0)->ping_at
               == (uint32_t) ngx_current_msec + BENCH_TIMEOUT - 100);
    unit_check(contest_look(&t) == NGX_AGAIN);
    unit_check(contest_look(&t) == NGX_AGAIN);
    bench_clock(ngx_current_msec + 1);
    (void) ngx_print_session_touch(&t.a, t.ref[0], 0);
    unit_check(contest_look(&t) == NGX_OK);

    /* twice, and then the zone stood still once more, between two looks */

    contest_begin(&t, "excused twice");

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    unit_check(contest_ask(&t, 1) == NGX_OK);

    bench_clock(ngx_current_msec + BENCH_TIMEOUT - 100);
    t.a.sh->stalled = (uint32_t) ngx_current_msec;

    unit_check(contest_expire(&t, 100) == NGX_PRINT_DUE_NOTHING);
    t.a.sh->stalled = (uint32_t) ngx_current_msec;
    unit_check(contest_look(&t) == NGX_AGAIN);
}


/* its client cannot answer, because a worker lets its POST wait */

static void
contest_waits(void)
{
    uint32_t    seen;
    recovery_t  t;

    contest_begin(&t, "waits");

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    unit_check(contest_ask(&t, 1) == NGX_OK);

    seen = contest_session(&t, 0)->seen;

    bench_clock(ngx_current_msec + BENCH_TIMEOUT / 2);
    ngx_print_session_wait(&t.a, t.ref[0]);

    unit_check(contest_session(&t, 0)->ping_at
               == (uint32_t) ngx_current_msec + BENCH_TIMEOUT);
    unit_check(contest_session(&t, 0)->seen == seen);
    unit_check(contest_look(&t) == NGX_AGAIN);
    unit_check(contest_expire(&t, BENCH_TIMEOUT - 1) == NGX_PRINT_DUE_NOTHING);
    unit_check(contest_look(&t) == NGX_AGAIN);

    /* a packet is a sign, also before the next look */

    ngx_print_session_wait(&t.a, t.ref[0]);
    bench_clock(ngx_current_msec + 1);
    (void) ngx_print_session_touch(&t.a, t.ref[0], 0);
    unit_check(contest_look(&t) == NGX_OK);

    /* it does not have to answer: nothing is moved */

    (void) ngx_print_session_touch(&t.a, t.ref[0], 1);
    seen = contest_session(&t, 0)->ping_at;
    ngx_print_session_wait(&t.a, t.ref[0]);
    unit_check(contest_session(&t, 0)->ping_at == seen);
}


static void
contest_refused(void)
{
    recovery_t         t;
    uint64_t           last;
    ngx_print_event_t  events[NGX_PRINT_EVENT_READ];

    contest_begin(&t, "refused");

    ngx_print_event_watch(&t.a, 1);
    last = ngx_print_event_last(&t.a);

    unit_check(contest_register(&t, 1, 0) == NGX_PRINT_HELD);
    unit_check(contest_refuse(&t, 1) == NGX_OK);

    unit_check(ngx_print_event_read(&t.a, last, events) == 1);
    unit_check(events[0].kind == NGX_PRINT_EVENT_TAKEOVER
               && events[0].refused && events[0].len == 1);
    unit_check(memcmp(events[0].from, contest_session(&t, 0)->addr,
                      NGX_PRINT_SESSION_ADDR) == 0);
    unit_check(memcmp(events[0].by, contest_session(&t, 1)->addr,
                      NGX_PRINT_SESSION_ADDR) == 0);
    unit_check(t.a.sh->applied == last + 1);

    /* who is gone is told nothing */

    unit_check(ngx_print_session_close(&t.a, t.ref[1], 1) == NGX_OK);
    unit_check(contest_refuse(&t, 1) == NGX_DECLINED);
    ngx_print_session_free(&t.a, t.ref[1]);
    unit_check(contest_refuse(&t, 1) == NGX_DECLINED);
    unit_check(ngx_print_event_last(&t.a) == last + 1);
}


/* session 0 has "a" */

static void
contest_begin(recovery_t *t, const char *about)
{
    ngx_uint_t  n;

    unit_about("%s", about);

    bench_create(1024 * 1024, 8, 16, 0);
    bench_fake(&t->a, &t->wake, 1);

    for (n = 0; n < 3; n++) {
        recovery_joined(t, n);
    }

    unit_check(contest_register(t, 0, 0) == NGX_OK);
    unit_check(!contest_holder.set);
}


static ngx_int_t
contest_register(recovery_t *t, ngx_uint_t session, ngx_uint_t near)
{
    ngx_int_t                rc;
    ngx_print_client_init_t  init;

    ngx_memzero(&init, sizeof(init));
    ngx_memzero(&contest_holder, sizeof(contest_holder));

    init.id = contest_id;
    init.info.data = bench_bytes(1, 100);
    init.info.len = 100;
    init.loser = &contest_holder;
    init.deny = 1;
    init.near = near;

    rc = ngx_print_client_register(&t->a, t->ref[session], 0, &init);

    unit_check(recovery_whole(t));

    return rc;
}


static ngx_int_t
contest_ask(recovery_t *t, ngx_uint_t session)
{
    ngx_int_t  rc;

    rc = ngx_print_contest_ask(&t->a, t->ref[session], &contest_id,
                               &contest_holder, &contest);

    unit_check(recovery_whole(t));

    return rc;
}


static ngx_int_t
contest_look(recovery_t *t)
{
    return ngx_print_contest_look(&t->a, &contest);
}


static ngx_int_t
contest_refuse(recovery_t *t, ngx_uint_t session)
{
    ngx_int_t  rc;

    rc = ngx_print_contest_refuse(&t->a, t->ref[session], 0, &contest_id,
                                  &contest_holder);

    unit_check(recovery_whole(t));

    return rc;
}


/* whether its connection is to send a ping */

static ngx_uint_t
contest_ping(recovery_t *t)
{
    ngx_print_batch_t  batch;

    return ngx_print_queue_take(&t->a, t->ref[0],
                                contest_session(t, 0)->att_token, 10, 0, &batch)
           == NGX_OK
           && batch.ping;
}


static ngx_print_session_due_e
contest_expire(recovery_t *t, ngx_msec_t ms)
{
    ngx_print_ref_t  ref;

    bench_clock(ngx_current_msec + ms);

    return ngx_print_session_expire(&t->a, (uint32_t) ngx_current_msec,
                                    t->ref[0].index, &ref);
}


static ngx_print_store_session_t *
contest_session(recovery_t *t, ngx_uint_t n)
{
    return &t->a.sessions[t->ref[n].index];
}
