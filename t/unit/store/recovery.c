
/*
 * Copyright (C) the print hub contributors
 */


/* sockets that are lost and come back: once, in time, with what they missed */


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"


#define RECOVERY_MS    30000
#define RECOVERY_MAX   65536
#define RECOVERY_NONE  ((ngx_uint_t) -1)


/* worker a, without a process, and sessions; 0 is the one that is lost */
typedef struct {
    ngx_print_store_t    a;
    ngx_print_wake_t     wake;
    ngx_print_ref_t      ref[6];
    uint32_t             token[6];
    ngx_print_batch_t    batch;
    u_char               bytes[NGX_PRINT_ID_LEN];
    ngx_str_t            pid;
    bench_job_t          jobs[8];
    ngx_uint_t           expired;
} recovery_t;


static void recovery_begin(recovery_t *t, const char *about);
static void recovery_session(recovery_t *t, ngx_uint_t session);
static void recovery_joined(recovery_t *t, ngx_uint_t session);
static ngx_int_t recovery_open(recovery_t *t, ngx_uint_t session,
    ngx_uint_t n);
static ngx_int_t recovery_resume(recovery_t *t, ngx_uint_t session,
    ngx_uint_t offset);
static void recovery_close(recovery_t *t, ngx_uint_t session);
static void recovery_lose(recovery_t *t, ngx_uint_t session);
static ngx_uint_t recovery_due(recovery_t *t, ngx_msec_t ms);
static void recovery_expire(void *data, uint32_t now, uint32_t index);
static ngx_print_job_state_e recovery_state(recovery_t *t, ngx_uint_t i);
static void recovery_print(recovery_t *t, ngx_uint_t i, const char *id,
    ngx_uint_t resend);
static void recovery_take(recovery_t *t, ngx_uint_t session, ngx_uint_t n);
static void recovery_pong(recovery_t *t, ngx_uint_t session);
static ngx_uint_t recovery_connected(recovery_t *t, const char *id,
    ngx_uint_t session);
static ngx_uint_t recovery_whole(recovery_t *t);

static void recovery_opened(void);
static void recovery_full(void);
static void recovery_once(void);
static void recovery_guards(void);
static void recovery_pids(void);
static void recovery_offsets(void);
static void recovery_missed(void);
static void recovery_first(void);
static void recovery_nothing(void);
static void recovery_many(void);
static void recovery_asked(void);
static void recovery_nsps(void);
static void recovery_expired(void);
static void recovery_forgotten(void);
static void recovery_forgotten_later(void);
static void recovery_forgotten_soon(void);
static void recovery_elsewhere(void);
static void recovery_elsewhere_later(void);
static void recovery_stranger(void);
static void recovery_left_over(void);
static void recovery_twice(void);
static void recovery_lingers(void);
static void recovery_orphan(void);
static void recovery_removed(void);
static void recovery_died(void);


int
main(void)
{
    bench_guard();

    recovery_opened();
    recovery_full();
    recovery_once();
    recovery_guards();
    recovery_pids();
    recovery_offsets();
    recovery_missed();
    recovery_first();
    recovery_nothing();
    recovery_many();
    recovery_asked();
    recovery_nsps();
    recovery_expired();
    recovery_forgotten();
    recovery_forgotten_later();
    recovery_forgotten_soon();
    recovery_elsewhere();
    recovery_elsewhere_later();
    recovery_stranger();
    recovery_left_over();
    recovery_twice();
    recovery_lingers();
    recovery_orphan();
    recovery_removed();
    recovery_died();

    return unit_end();
}


/* clients a and b of session 0, which can be recovered; 1 has not joined */

static void
recovery_begin(recovery_t *t, const char *about)
{
    unit_about("%s", about);

    bench_create(1024 * 1024, 8, 16, 0);
    bench_fake(&t->a, &t->wake, 1);

    recovery_joined(t, 0);
    recovery_session(t, 1);
    recovery_joined(t, 2);

    unit_check(recovery_open(t, 0, 1) == NGX_OK);

    unit_check(bench_register(&t->a, t->ref[0], 0, "a", 0) == NGX_OK);
    unit_check(bench_register(&t->a, t->ref[0], 0, "b", 0) == NGX_OK);
}


static void
recovery_session(recovery_t *t, ngx_uint_t session)
{
    unit_check(bench_open(&t->a, session, 1, &t->ref[session],
                          &t->token[session]) == NGX_OK);
}


static void
recovery_joined(recovery_t *t, ngx_uint_t session)
{
    u_char  sock[NGX_PRINT_SESSION_SOCK];

    recovery_session(t, session);

    bench_sock(sock, session);
    unit_check(ngx_print_session_connect(&t->a, t->ref[session], 0, sock)
               == NGX_OK);
}


/* t->pid is the one of number n, then */

static ngx_int_t
recovery_open(recovery_t *t, ngx_uint_t session, ngx_uint_t n)
{
    u_char     key[NGX_PRINT_JOB_KEY];
    ngx_int_t  rc;

    bench_job_key(key, n, 0);

    rc = ngx_print_recovery_open(&t->a, t->ref[session], RECOVERY_MS, key,
                                 t->bytes);

    unit_check(recovery_whole(t));

    if (rc == NGX_OK) {
        t->pid.data = t->bytes;
        t->pid.len = NGX_PRINT_ID_LEN;
    }

    return rc;
}


/* offset: of the last job that was received, or NONE */

static ngx_int_t
recovery_resume(recovery_t *t, ngx_uint_t session, ngx_uint_t offset)
{
    u_char     buf[NGX_PRINT_RECOVERY_OFFSET + 1];
    ngx_int_t  rc;
    ngx_str_t  text;

    text.data = buf;
    text.len = 0;

    if (offset != RECOVERY_NONE) {
        text.len = ngx_print_recovery_offset(&t->a, buf, offset) - buf;
        unit_check(text.len == NGX_PRINT_RECOVERY_OFFSET);
    }

    rc = ngx_print_recovery_resume(&t->a, t->ref[session], &t->pid, &text);

    /* the new session is told of by what is sent then */

    unit_check(check_zone(&t->a, CHECK_SETTLED) == NULL);

    return rc;
}


static void
recovery_close(recovery_t *t, ngx_uint_t session)
{
    ngx_print_client_info_t  info;

    unit_check(ngx_print_session_close(&t->a, t->ref[session], 1) == NGX_OK);

    while (ngx_print_client_offline(&t->a, t->ref[session], 0, &info)
           == NGX_OK)
    {
        unit_check(recovery_whole(t));
    }
}


static void
recovery_lose(recovery_t *t, ngx_uint_t session)
{
    recovery_close(t, session);
    ngx_print_session_free(&t->a, t->ref[session]);
    unit_check(recovery_whole(t));
}


/* ms later; returns how many were due */

static ngx_uint_t
recovery_due(recovery_t *t, ngx_msec_t ms)
{
    bench_clock(ngx_current_msec + ms);

    t->expired = 0;

    ngx_print_store_sweep(&t->a, NGX_PRINT_SWEEP_RECOVERIES,
                          (uint32_t) ngx_current_msec, recovery_expire, t);

    return t->expired;
}


static void
recovery_expire(void *data, uint32_t now, uint32_t index)
{
    recovery_t *t = data;

    ngx_print_recovery_expire(&t->a, now, index);
    unit_check(recovery_whole(t));

    t->expired++;
}


static ngx_print_job_state_e
recovery_state(recovery_t *t, ngx_uint_t i)
{
    ngx_print_job_info_t  info;

    return ngx_print_job_find(&t->a, t->jobs[i].jobs[0].index,
                              t->jobs[i].jobs[0].key, &info) == NGX_OK
           ? info.state : NGX_PRINT_JOB_FREE;
}


static void
recovery_print(recovery_t *t, ngx_uint_t i, const char *id, ngx_uint_t resend)
{
    bench_job(&t->jobs[i], i, id, 100);

    t->jobs[i].init.queue = 100;
    t->jobs[i].init.resend = resend;

    unit_check(bench_print(&t->a, &t->jobs[i]) == NGX_OK);
    unit_check(check_zone(&t->a, CHECK_SETTLED) == NULL);
}


static void
recovery_take(recovery_t *t, ngx_uint_t session, ngx_uint_t n)
{
    ngx_int_t  rc;

    rc = ngx_print_queue_take(&t->a, t->ref[session], t->token[session],
                              RECOVERY_MAX, 0, &t->batch);

    unit_check(rc == NGX_OK || (n == 0 && rc == NGX_AGAIN));
    unit_check(t->batch.njobs == n);

    ngx_print_queue_release(&t->a, &t->batch);
    unit_check(t->batch.more || recovery_whole(t));
}


static void
recovery_pong(recovery_t *t, ngx_uint_t session)
{
    ngx_print_session_touch(&t->a, t->ref[session], 1);
    unit_check(recovery_whole(t));
}


static ngx_uint_t
recovery_connected(recovery_t *t, const char *id, ngx_uint_t session)
{
    ngx_str_t                  str;
    ngx_print_client_detail_t  detail;

    str.len = strlen(id);
    str.data = (u_char *) id;

    return ngx_print_client_find(&t->a, &str, &detail, NULL) == NGX_OK
           && detail.info.connected && detail.info.sock[2] == session;
}


static ngx_uint_t
recovery_whole(recovery_t *t)
{
    const char  *err;

    err = check_zone(&t->a, CHECK_READY|CHECK_SETTLED);

    if (err) {
        printf("  %s\n", err);
    }

    return err == NULL;
}


static void
recovery_opened(void)
{
    u_char           key[NGX_PRINT_RECOVERY_KEY];
    recovery_t       t;
    ngx_uint_t       i;
    ngx_print_ref_t  old;

    recovery_begin(&t, "a pid");

    for (i = 0; i < t.pid.len; i++) {
        unit_check(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                          "0123456789-_", t.pid.data[i]) != NULL);
    }

    unit_check(memcmp(t.a.pids[1].sock, t.a.sessions[t.ref[0].index].sock,
                      NGX_PRINT_SESSION_SOCK) == 0);

    unit_check(recovery_open(&t, 0, 2) == NGX_DECLINED);
    unit_check(recovery_open(&t, 1, 2) == NGX_DECLINED);
    unit_check(ngx_print_session_connect(&t.a, t.ref[1], 2, key) == NGX_OK);
    unit_check(recovery_open(&t, 1, 2) == NGX_DECLINED);

    old = t.ref[2];
    t.ref[2].gen--;
    unit_check(recovery_open(&t, 2, 2) == NGX_DECLINED);
    t.ref[2] = old;

    unit_check(ngx_print_session_close(&t.a, t.ref[2], 1) == NGX_OK);
    unit_check(recovery_open(&t, 2, 2) == NGX_DECLINED);
    unit_check(t.a.sh->pid_top == 2);
}


static void
recovery_full(void)
{
    recovery_t  t;

    unit_about("too many pids");

    bench_create(1024 * 1024, 8, 16, 0);
    bench_shrink(0, 0, 2);
    bench_fake(&t.a, &t.wake, 1);

    recovery_joined(&t, 0);
    recovery_joined(&t, 1);
    recovery_joined(&t, 2);

    unit_check(recovery_open(&t, 0, 1) == NGX_OK);
    unit_check(recovery_open(&t, 1, 2) == NGX_OK);
    unit_check(recovery_open(&t, 2, 3) == NGX_PRINT_FULL);

    ngx_print_recovery_end(&t.a, t.ref[0]);
    ngx_print_recovery_end(&t.a, t.ref[0]);
    unit_check(recovery_open(&t, 2, 3) == NGX_OK);
    unit_check(recovery_open(&t, 0, 4) == NGX_PRINT_FULL);

    recovery_lose(&t, 1);
    unit_check(recovery_open(&t, 0, 4) == NGX_PRINT_FULL);
    unit_check(recovery_due(&t, RECOVERY_MS - 1) == 0);
    unit_check(recovery_due(&t, 1) == 1);
    unit_check(recovery_open(&t, 0, 4) == NGX_OK);
}


/* never while its session is there, once for each loss */

static void
recovery_once(void)
{
    recovery_t                t;
    ngx_print_session_info_t  info;

    recovery_begin(&t, "once");

    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_BUSY);
    recovery_close(&t, 0);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_BUSY);
    ngx_print_session_free(&t.a, t.ref[0]);

    unit_check(!recovery_connected(&t, "a", 0));
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    unit_check(recovery_connected(&t, "a", 0));
    unit_check(recovery_connected(&t, "b", 0));

    /* its id is the one it had */

    unit_check(ngx_print_session_get(&t.a, t.ref[1], &info) == NGX_OK);
    unit_check(info.connected == 1 && info.sock[2] == 0);

    recovery_session(&t, 3);
    unit_check(recovery_resume(&t, 3, RECOVERY_NONE) == NGX_BUSY);
    unit_check(recovery_due(&t, 2 * RECOVERY_MS) == 0);

    recovery_lose(&t, 1);
    unit_check(recovery_due(&t, RECOVERY_MS - 1) == 0);
    unit_check(recovery_resume(&t, 3, RECOVERY_NONE) == NGX_OK);
    unit_check(recovery_connected(&t, "a", 0));
    unit_check(recovery_due(&t, 2 * RECOVERY_MS) == 0);
}


/* who is not there, or has joined already, cannot be it */

static void
recovery_guards(void)
{
    recovery_t       t;
    ngx_print_ref_t  old;

    recovery_begin(&t, "who recovers");
    recovery_lose(&t, 0);

    unit_check(recovery_resume(&t, 2, RECOVERY_NONE) == NGX_DECLINED);

    old = t.ref[1];
    t.ref[1].gen--;
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
    t.ref[1] = old;

    recovery_session(&t, 3);
    unit_check(ngx_print_session_close(&t.a, t.ref[3], 1) == NGX_OK);
    unit_check(recovery_resume(&t, 3, RECOVERY_NONE) == NGX_DECLINED);

    unit_check(ngx_print_session_connect(&t.a, t.ref[1], 2, NULL) == NGX_OK);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    unit_check(t.a.sessions[t.ref[1].index].connected == 5);
}


/* a secret: any other text is none */

static void
recovery_pids(void)
{
    u_char      was, buf[NGX_PRINT_ID_LEN + 1];
    ngx_str_t   none;
    recovery_t  t;
    ngx_uint_t  i;

    static const char  *made[] = {
        "AAAAAAAAAAAAAAAAAAAA", "AAACAAAAAAAAAAAAAAAA",
        "____________________", "AAAB AAAAAAAAAAAAAAA", "AAAB.AAAAAAAAAAAAAAA"
    };

    recovery_begin(&t, "made-up pids");
    recovery_lose(&t, 0);

    for (i = 0; i < NGX_PRINT_ID_LEN; i++) {
        was = t.bytes[i];

        t.bytes[i] = (was == 'B') ? 'C' : 'B';
        unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
        t.bytes[i] = '\0';
        unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);

        t.bytes[i] = was;
    }

    for (i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        t.pid.data = (u_char *) made[i];
        unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
    }

    ngx_memcpy(buf, t.bytes, NGX_PRINT_ID_LEN);
    buf[NGX_PRINT_ID_LEN] = 'A';
    t.pid.data = buf;

    for (i = 0; i <= NGX_PRINT_ID_LEN + 1; i++) {
        t.pid.len = i;

        if (i != NGX_PRINT_ID_LEN) {
            unit_check(recovery_resume(&t, 1, RECOVERY_NONE)
                       == NGX_DECLINED);
        }
    }

    t.pid.len = NGX_PRINT_ID_LEN;
    ngx_str_null(&none);
    unit_check(ngx_print_recovery_resume(&t.a, t.ref[1], &none, &none)
               == NGX_DECLINED);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
}


/* a user's own string, which the client takes for one, is none */

static void
recovery_offsets(void)
{
    u_char      buf[NGX_PRINT_RECOVERY_OFFSET], was, other[20];
    ngx_str_t   text;
    recovery_t  t;
    ngx_uint_t  i;

    recovery_begin(&t, "made-up offsets");

    recovery_print(&t, 0, "a", 0);
    recovery_print(&t, 1, "a", 0);
    recovery_take(&t, 0, 2);
    recovery_lose(&t, 0);

    text.data = buf;
    text.len = sizeof(buf);

    (void) ngx_print_recovery_offset(&t.a, buf, 1);

    for (i = 0; i < sizeof(buf); i++) {
        was = buf[i];
        buf[i] = (was == 'x') ? 'y' : 'x';
        unit_check(ngx_print_recovery_resume(&t.a, t.ref[1], &t.pid, &text)
                   == NGX_DECLINED);
        buf[i] = was;
    }

    text.len--;
    unit_check(ngx_print_recovery_resume(&t.a, t.ref[1], &t.pid, &text)
               == NGX_DECLINED);
    text.data = (u_char *) "the last string of a user's own event";
    text.len = 37;
    unit_check(ngx_print_recovery_resume(&t.a, t.ref[1], &t.pid, &text)
               == NGX_DECLINED);

    /* another hub's */

    t.a.sh->proof ^= 1;
    (void) ngx_print_recovery_offset(&t.a, other, 1);
    t.a.sh->proof ^= 1;
    text.data = other;
    text.len = sizeof(other);
    unit_check(memcmp(buf, other, sizeof(buf)) != 0);
    unit_check(ngx_print_recovery_resume(&t.a, t.ref[1], &t.pid, &text)
               == NGX_DECLINED);

    text.data = buf;
    unit_check(ngx_print_recovery_resume(&t.a, t.ref[1], &t.pid, &text)
               == NGX_OK);
    recovery_take(&t, 1, 1);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_RECEIVED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_SENT);
}


/* exactly those behind the offset, in their order, in front of newer ones */

static void
recovery_missed(void)
{
    recovery_t            t;
    ngx_uint_t            i;
    ngx_print_job_info_t  info;

    recovery_begin(&t, "missed");

    for (i = 0; i < 5; i++) {
        recovery_print(&t, i, i & 1 ? "b" : "a", i == 3);
    }

    recovery_take(&t, 0, 5);
    unit_check(t.batch.jobs[0].recovery && t.batch.jobs[0].offset == 1);
    recovery_pong(&t, 2);
    recovery_print(&t, 5, "a", 0);

    recovery_lose(&t, 0);

    for (i = 0; i < 5; i++) {
        unit_check(recovery_state(&t, i) == NGX_PRINT_JOB_SENT);
    }

    recovery_print(&t, 6, "b", 0);
    unit_check(t.jobs[6].jobs[0].away);

    unit_check(recovery_resume(&t, 1, 2) == NGX_OK);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_SENT);
    recovery_take(&t, 1, 5);

    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_RECEIVED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_RECEIVED);

    for (i = 0; i < 5; i++) {
        unit_check(t.batch.jobs[i].index == i + 3);
        unit_check(t.batch.jobs[i].offset == i + 6);
        unit_check(!t.batch.jobs[i].repetition && t.batch.jobs[i].recovery);
    }

    unit_check(ngx_print_job_find(&t.a, 3, t.jobs[2].keys, &info) == NGX_OK);
    unit_check(info.state == NGX_PRINT_JOB_SENT && info.attempts == 2);

    recovery_pong(&t, 1);

    for (i = 0; i < 7; i++) {
        unit_check(recovery_state(&t, i) == NGX_PRINT_JOB_RECEIVED);
    }

    unit_check(t.a.sh->block_count == 0);
}


/* before the answer to CONNECT; the fence is behind that */

static void
recovery_first(void)
{
    recovery_t           t;
    ngx_print_message_t  msg;

    recovery_begin(&t, "what was missed is first");

    recovery_print(&t, 0, "a", 0);
    recovery_take(&t, 0, 1);
    recovery_lose(&t, 0);

    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    unit_check(bench_send(&t.a, t.ref[1], 2, 50) == NGX_OK);
    unit_check(bench_send(&t.a, t.ref[1], 4, 60) == NGX_OK);
    recovery_print(&t, 1, "b", 0);

    unit_check(ngx_print_queue_take(&t.a, t.ref[1], t.token[1], RECOVERY_MAX,
                                    0, &t.batch) == NGX_OK);
    unit_check(t.batch.njobs == 2 && t.batch.ping);
    unit_check(bench_next(&t.a, &t.batch, &msg) == NGX_OK);
    unit_check(msg.head.len && msg.len > 100);
    unit_check(bench_next(&t.a, &t.batch, &msg) == NGX_OK);
    unit_check(msg.head.len);
    unit_check(bench_next(&t.a, &t.batch, &msg) == NGX_OK);
    unit_check(msg.head.len == 0 && msg.len == 50);
    ngx_print_queue_release(&t.a, &t.batch);
    unit_check(recovery_whole(&t));

    /* only once */

    recovery_print(&t, 2, "a", 0);
    unit_check(bench_send(&t.a, t.ref[1], 6, 70) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, t.ref[1], t.token[1], RECOVERY_MAX,
                                    0, &t.batch) == NGX_OK);
    unit_check(bench_next(&t.a, &t.batch, &msg) == NGX_OK);
    unit_check(msg.head.len == 0);
    ngx_print_queue_release(&t.a, &t.batch);
    unit_check(recovery_whole(&t));
}


/* it got all of it, and there is nothing else */

static void
recovery_nothing(void)
{
    recovery_t  t;

    recovery_begin(&t, "nothing was missed");

    recovery_print(&t, 0, "a", 1);
    recovery_print(&t, 1, "b", 0);
    recovery_take(&t, 0, 2);
    recovery_lose(&t, 0);

    unit_check(recovery_resume(&t, 1, 2) == NGX_OK);
    recovery_take(&t, 1, 0);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_RECEIVED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_RECEIVED);
    unit_check(t.a.sh->block_count == 0);

    /* pings are as if nothing had been */

    unit_check(t.a.sessions[t.ref[1].index].pings == 0);
}


/* more than a batch, and than a hold */

static void
recovery_many(void)
{
    recovery_t       t;
    ngx_int_t        rc;
    ngx_uint_t       i, n, pings;
    bench_job_t      job;
    ngx_print_ref_t  refs[4];

    recovery_begin(&t, "many were missed");

    for (i = 0; i < 150; i++) {
        bench_job(&job, i, "a", 10);
        job.init.limit = 200 * NGX_PRINT_STORE_BLOCK;
        unit_check(bench_print(&t.a, &job) == NGX_OK);
    }

    do {
        (void) ngx_print_queue_take(&t.a, t.ref[0], t.token[0], RECOVERY_MAX,
                                    0, &t.batch);
        ngx_print_queue_release(&t.a, &t.batch);
    } while (t.batch.more);

    recovery_lose(&t, 0);
    unit_check(t.a.clients[1].njobs == 150);

    /* 100 of them it got: these take two holds before anything can be sent */

    unit_check(recovery_resume(&t, 1, 100) == NGX_OK);
    unit_check(bench_send(&t.a, t.ref[1], 2, 50) == NGX_OK);
    unit_check(ngx_print_queue_ready(&t.a, refs, 4) == 1);

    i = 0;
    pings = 0;

    do {
        rc = ngx_print_queue_take(&t.a, t.ref[1], t.token[1], RECOVERY_MAX,
                                  0, &t.batch);

        if (rc == NGX_AGAIN) {
            /* it comes again */
            unit_check(ngx_print_queue_ready(&t.a, refs, 4) == 1);
            unit_check(i == 0);
            continue;
        }

        unit_check(rc == NGX_OK);

        for (n = 0; n < t.batch.njobs; n++) {
            unit_check(t.batch.jobs[n].index == 101 + i++);
        }

        pings += t.batch.ping;

        /* the answer to CONNECT is behind the last one */

        unit_check((t.batch.head != 0) == (i == 50));

        ngx_print_queue_release(&t.a, &t.batch);

    } while (i < 50 && rc != NGX_DECLINED);

    unit_check(pings == 1 && recovery_whole(&t));

    /* the one fence is all of theirs */

    recovery_pong(&t, 1);
    unit_check(t.a.sh->block_count == 0);
    unit_check(t.a.sessions[t.ref[1].index].sent_head == 0);
}


/* who answers has no offset: what is not answered is not known */

static void
recovery_asked(void)
{
    recovery_t  t;

    recovery_begin(&t, "jobs that are answered");

    unit_check(bench_register(&t.a, t.ref[0], 0, "y", 1) == NGX_OK);
    recovery_print(&t, 0, "y", 0);
    recovery_print(&t, 1, "y", 1);
    recovery_print(&t, 2, "a", 0);
    recovery_take(&t, 0, 3);
    unit_check(!t.batch.jobs[0].recovery && t.batch.jobs[2].recovery);
    recovery_lose(&t, 0);

    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_SENT);
    unit_check(recovery_resume(&t, 1, 3) == NGX_OK);
    recovery_take(&t, 1, 1);
    unit_check(t.batch.jobs[0].repetition && t.batch.jobs[0].ack);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_SENT);
    unit_check(recovery_state(&t, 2) == NGX_PRINT_JOB_RECEIVED);
}


/* only the socket of "/" is recovered */

static void
recovery_nsps(void)
{
    recovery_t               t;
    ngx_print_client_info_t  info;

    recovery_begin(&t, "other namespaces");

    unit_check(ngx_print_session_connect(&t.a, t.ref[0], 2, NULL) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[0], 2, "n", 0) == NGX_OK);
    recovery_print(&t, 0, "n", 0);
    recovery_print(&t, 1, "a", 0);
    recovery_take(&t, 0, 2);
    unit_check(!t.batch.jobs[0].recovery && t.batch.jobs[1].recovery);

    unit_check(ngx_print_session_close(&t.a, t.ref[0], 1) == NGX_OK);

    while (ngx_print_client_offline(&t.a, t.ref[0], 2, &info) == NGX_OK) {
        /* void */
    }

    /* it was never left, its worker died */

    ngx_print_session_free(&t.a, t.ref[0]);

    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_SENT);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    unit_check(!recovery_connected(&t, "n", 0));
    unit_check(recovery_connected(&t, "a", 0));
    recovery_take(&t, 1, 1);
}


/* nobody has come */

static void
recovery_expired(void)
{
    recovery_t  t;
    ngx_uint_t  i;

    recovery_begin(&t, "too late");

    for (i = 0; i < 4; i++) {
        recovery_print(&t, i, i & 1 ? "b" : "a", i > 1);
    }

    recovery_take(&t, 0, 4);
    recovery_print(&t, 4, "a", 0);
    recovery_lose(&t, 0);

    unit_check(recovery_due(&t, RECOVERY_MS - 1) == 0);

    /* whoever looks too early */

    ngx_print_recovery_expire(&t.a, (uint32_t) ngx_current_msec, 1);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_SENT);

    unit_check(recovery_due(&t, 1) == 1);
    unit_check(recovery_due(&t, 0) == 0);

    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(recovery_state(&t, 2) == NGX_PRINT_JOB_QUEUED);
    unit_check(recovery_state(&t, 3) == NGX_PRINT_JOB_QUEUED);
    unit_check(recovery_state(&t, 4) == NGX_PRINT_JOB_QUEUED);
    unit_check(t.a.clients[1].pid == 0 && t.a.pids[1].state == 0);

    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
    ngx_print_recovery_expire(&t.a, (uint32_t) ngx_current_msec, 1);

    /* as any other */

    recovery_joined(&t, 3);
    unit_check(bench_register(&t.a, t.ref[3], 0, "a", 0) == NGX_OK);
    recovery_take(&t, 3, 2);
    unit_check(t.batch.jobs[0].repetition && !t.batch.jobs[1].repetition);
}


/* it has left for good: nothing waits for it */

static void
recovery_forgotten(void)
{
    recovery_t               t;
    ngx_print_client_info_t  info;

    recovery_begin(&t, "forgotten");

    recovery_print(&t, 0, "a", 0);
    recovery_print(&t, 1, "b", 1);
    recovery_take(&t, 0, 2);

    unit_check(ngx_print_session_disconnect(&t.a, t.ref[0], 0) == NGX_OK);
    ngx_print_recovery_end(&t.a, t.ref[0]);
    unit_check(recovery_whole(&t));

    while (ngx_print_client_offline(&t.a, t.ref[0], 0, &info) == NGX_OK) {
        unit_check(recovery_whole(&t));
    }

    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_QUEUED);

    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
    recovery_lose(&t, 0);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
    unit_check(recovery_due(&t, 2 * RECOVERY_MS) == 0);
}


/* the same after a recovery, whose offset says nothing of what came later */

static void
recovery_forgotten_later(void)
{
    recovery_t               t;
    ngx_print_client_info_t  info;

    recovery_begin(&t, "recovered, then forgotten");

    recovery_lose(&t, 0);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);

    recovery_print(&t, 0, "a", 0);
    recovery_print(&t, 1, "b", 1);
    recovery_take(&t, 1, 2);

    unit_check(ngx_print_session_disconnect(&t.a, t.ref[1], 0) == NGX_OK);
    ngx_print_recovery_end(&t.a, t.ref[1]);

    while (ngx_print_client_offline(&t.a, t.ref[1], 0, &info) == NGX_OK) {
        unit_check(recovery_whole(&t));
    }

    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_QUEUED);

    recovery_joined(&t, 3);
    unit_check(bench_register(&t.a, t.ref[3], 0, "b", 0) == NGX_OK);
    recovery_take(&t, 3, 1);
    unit_check(t.batch.jobs[0].repetition);
}


/* and before it got what it had missed: that is known, and waits for it */

static void
recovery_forgotten_soon(void)
{
    recovery_t               t;
    ngx_uint_t               i;
    bench_job_t              job;
    ngx_print_client_info_t  info;

    recovery_begin(&t, "recovered, and forgotten at once");

    unit_check(bench_register(&t.a, t.ref[0], 0, "y", 1) == NGX_OK);

    recovery_print(&t, 0, "a", 0);
    recovery_print(&t, 1, "a", 0);
    recovery_print(&t, 2, "y", 0);
    recovery_take(&t, 0, 3);

    for (i = 0; i < 100; i++) {
        bench_job(&job, 100 + i, "b", 10);
        job.init.limit = 200 * NGX_PRINT_STORE_BLOCK;
        unit_check(bench_print(&t.a, &job) == NGX_OK);
    }

    do {
        (void) ngx_print_queue_take(&t.a, t.ref[0], t.token[0], RECOVERY_MAX,
                                    0, &t.batch);
        ngx_print_queue_release(&t.a, &t.batch);
    } while (t.batch.more);

    recovery_lose(&t, 0);
    unit_check(recovery_resume(&t, 1, 1) == NGX_OK);

    unit_check(ngx_print_session_disconnect(&t.a, t.ref[1], 0) == NGX_OK);
    ngx_print_recovery_end(&t.a, t.ref[1]);
    unit_check(recovery_whole(&t) && t.a.pids[1].state == 0);

    while (ngx_print_client_offline(&t.a, t.ref[1], 0, &info) == NGX_OK) {
        unit_check(recovery_whole(&t));
    }

    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_RECEIVED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_QUEUED);
    unit_check(recovery_state(&t, 2) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(t.a.sh->block_count == 101);

    recovery_joined(&t, 3);
    unit_check(bench_register(&t.a, t.ref[3], 0, "a", 0) == NGX_OK);
    recovery_take(&t, 3, 1);
    unit_check(!t.batch.jobs[0].repetition);
}


/* a client that has registered anew meanwhile is not the socket's any more */

static void
recovery_elsewhere(void)
{
    recovery_t  t;

    recovery_begin(&t, "a client went elsewhere");

    recovery_print(&t, 0, "a", 0);
    recovery_print(&t, 1, "a", 1);
    recovery_print(&t, 2, "b", 0);
    recovery_take(&t, 0, 3);
    recovery_lose(&t, 0);

    unit_check(bench_register(&t.a, t.ref[2], 0, "a", 0) == NGX_OK);
    recovery_take(&t, 2, 1);
    unit_check(t.batch.jobs[0].repetition);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(recovery_state(&t, 2) == NGX_PRINT_JOB_SENT);

    unit_check(recovery_resume(&t, 1, 3) == NGX_OK);
    unit_check(recovery_connected(&t, "a", 2));
    unit_check(recovery_connected(&t, "b", 0));
    recovery_take(&t, 1, 0);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_SENT);
    unit_check(recovery_state(&t, 2) == NGX_PRINT_JOB_RECEIVED);
}


/* the same after a recovery, whose offset is not that of what came then */

static void
recovery_elsewhere_later(void)
{
    recovery_t  t;

    recovery_begin(&t, "recovered, lost, and then elsewhere");

    recovery_lose(&t, 0);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);

    recovery_print(&t, 0, "a", 0);
    recovery_print(&t, 1, "a", 1);
    recovery_take(&t, 1, 2);
    recovery_lose(&t, 1);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_SENT);

    unit_check(bench_register(&t.a, t.ref[2], 0, "a", 0) == NGX_OK);
    recovery_take(&t, 2, 1);
    unit_check(t.batch.jobs[0].repetition);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
}


/* a socket's offset tells of its own jobs, not of those of another session */

static void
recovery_stranger(void)
{
    recovery_t  t;

    recovery_begin(&t, "jobs of another session");

    unit_check(bench_register(&t.a, t.ref[2], 0, "s", 0) == NGX_OK);
    recovery_print(&t, 0, "s", 0);
    recovery_take(&t, 2, 1);

    /* its client comes to the socket, both sessions are lost */

    unit_check(bench_register(&t.a, t.ref[0], 0, "s", 0) == NGX_OK);
    recovery_print(&t, 1, "s", 0);
    recovery_take(&t, 0, 1);
    recovery_lose(&t, 0);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_SENT);
    recovery_lose(&t, 2);

    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_SENT);

    unit_check(recovery_resume(&t, 1, 2) == NGX_OK);
    recovery_take(&t, 1, 0);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_RECEIVED);
}


/*
 * Who was to leave what the session's former socket had has died: that client
 * is back with the socket that comes
 */

static void
recovery_left_over(void)
{
    recovery_t               t;
    uint32_t                 version;
    ngx_uint_t               n;
    ngx_print_client_info_t  list[NGX_PRINT_CLIENT_PAGE];

    recovery_begin(&t, "a client that was not left");

    recovery_joined(&t, 3);
    unit_check(recovery_open(&t, 3, 2) == NGX_OK);
    recovery_lose(&t, 3);

    unit_check(bench_register(&t.a, t.ref[2], 0, "c", 0) == NGX_OK);
    unit_check(ngx_print_session_disconnect(&t.a, t.ref[2], 0) == NGX_OK);

    n = ngx_print_client_list(&t.a, 0, list, &version);
    unit_check(n == 3 && !list[2].connected);

    unit_check(recovery_resume(&t, 2, RECOVERY_NONE) == NGX_OK);
    unit_check(ngx_print_client_version(&t.a, 0) != version);

    n = ngx_print_client_list(&t.a, 0, list, &version);
    unit_check(n == 3 && list[2].connected && list[2].sock[2] == 3);
}


/* lost again before it could send anything, or with something received */

static void
recovery_twice(void)
{
    recovery_t            t;
    ngx_uint_t            i;
    ngx_print_job_info_t  info;

    recovery_begin(&t, "lost again and again");

    for (i = 0; i < 4; i++) {
        recovery_print(&t, i, "a", 0);
    }

    recovery_take(&t, 0, 4);
    recovery_lose(&t, 0);

    unit_check(recovery_resume(&t, 1, 1) == NGX_OK);
    recovery_lose(&t, 1);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_SENT);

    recovery_session(&t, 3);
    unit_check(recovery_resume(&t, 3, 1) == NGX_OK);
    recovery_take(&t, 3, 3);
    unit_check(t.batch.jobs[0].offset == 5);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_RECEIVED);
    recovery_lose(&t, 3);

    recovery_session(&t, 4);
    unit_check(recovery_resume(&t, 4, 6) == NGX_OK);
    recovery_take(&t, 4, 1);
    unit_check(t.batch.jobs[0].index == 4 && t.batch.jobs[0].offset == 8);
    unit_check(ngx_print_job_find(&t.a, 4, t.jobs[3].keys, &info) == NGX_OK);
    unit_check(info.attempts == 3);
    unit_check(recovery_state(&t, 2) == NGX_PRINT_JOB_RECEIVED);

    recovery_lose(&t, 4);
    unit_check(recovery_due(&t, RECOVERY_MS) == 1);
    unit_check(recovery_state(&t, 3) == NGX_PRINT_JOB_UNCONFIRMED);
}


/* a session that lingers is lost */

static void
recovery_lingers(void)
{
    recovery_t  t;

    recovery_begin(&t, "lingers");

    recovery_print(&t, 0, "a", 0);
    recovery_take(&t, 0, 1);
    recovery_close(&t, 0);
    ngx_print_session_linger(&t.a, t.ref[0], 1000);
    unit_check(recovery_whole(&t));

    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    recovery_take(&t, 1, 1);

    ngx_print_session_free(&t.a, t.ref[0]);
    unit_check(recovery_whole(&t));
    unit_check(recovery_connected(&t, "a", 0));
    recovery_pong(&t, 1);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_RECEIVED);
}


/* a session whose GET died with its worker may be taken for lost */

static void
recovery_orphan(void)
{
    u_char             was, key[NGX_PRINT_RECOVERY_KEY];
    u_char             sock[NGX_PRINT_SESSION_SOCK];
    uint32_t           token, cursor;
    recovery_t         t;
    ngx_print_ref_t    ref, found;
    ngx_print_wake_t   wake;
    ngx_print_store_t  d;

    recovery_begin(&t, "orphans");

    unit_check(ngx_print_recovery_orphan(&t.a, &t.pid, &found)
               == NGX_DECLINED);
    recovery_lose(&t, 0);
    unit_check(ngx_print_recovery_orphan(&t.a, &t.pid, &found)
               == NGX_DECLINED);

    bench_fake(&d, &wake, 3);
    bench_job_key(key, 5, 0);
    bench_sock(sock, 5);

    unit_check(bench_open(&t.a, 5, 0, &ref, &token) == NGX_OK);
    unit_check(ngx_print_session_connect(&t.a, ref, 0, sock) == NGX_OK);
    unit_check(ngx_print_recovery_open(&t.a, ref, RECOVERY_MS, key, t.bytes)
               == NGX_OK);
    unit_check(ngx_print_session_poll(&d, ref, &token) == NGX_OK);

    unit_check(ngx_print_recovery_orphan(&t.a, &t.pid, &found)
               == NGX_DECLINED);
    ngx_print_store_leave(&d);
    cursor = 0;
    unit_check(ngx_print_session_orphan(&t.a, &cursor, 1, &found)
               == NGX_DONE);

    unit_check(ngx_print_recovery_orphan(&t.a, &t.pid, &found) == NGX_OK);
    unit_check(found.index == ref.index && found.gen == ref.gen);
    was = t.bytes[19];
    t.bytes[19] = (was == 'x') ? 'y' : 'x';
    unit_check(ngx_print_recovery_orphan(&t.a, &t.pid, &found)
               == NGX_DECLINED);
    t.pid.len = 0;
    unit_check(ngx_print_recovery_orphan(&t.a, &t.pid, &found)
               == NGX_DECLINED);

    /* it came back by itself */

    t.pid.len = NGX_PRINT_ID_LEN;
    t.bytes[19] = was;
    unit_check(ngx_print_recovery_orphan(&t.a, &t.pid, &found) == NGX_OK);
    unit_check(ngx_print_session_poll(&t.a, ref, &token) == NGX_OK);
    unit_check(ngx_print_recovery_orphan(&t.a, &t.pid, &found)
               == NGX_DECLINED);
}


/* a client that is removed while its socket may come back */

static void
recovery_removed(void)
{
    ngx_str_t   a = unit_str("a");
    recovery_t  t;

    recovery_begin(&t, "removed");

    recovery_print(&t, 0, "a", 1);
    recovery_print(&t, 1, "b", 0);
    recovery_take(&t, 0, 2);
    recovery_close(&t, 0);

    unit_check(ngx_print_client_remove(&t.a, &a) == NGX_OK);
    unit_check(recovery_whole(&t));
    ngx_print_session_free(&t.a, t.ref[0]);

    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    unit_check(recovery_connected(&t, "b", 0));
    recovery_take(&t, 1, 1);
}


/* a process died after the pid had become another session's */

static void
recovery_died(void)
{
    recovery_t  t;

    recovery_begin(&t, "died while it recovered");

    recovery_print(&t, 0, "a", 0);
    recovery_take(&t, 0, 1);
    recovery_lose(&t, 0);

    t.a.pids[1].owner = ngx_print_store_owner(&t.ref[1], 0);
    t.a.sh->dirty = 1;
    ngx_print_store_lock(&t.a);
    ngx_print_store_unlock(&t.a);
    unit_check(recovery_whole(&t));

    recovery_session(&t, 3);
    unit_check(recovery_resume(&t, 3, RECOVERY_NONE) == NGX_BUSY);
    unit_check(recovery_due(&t, 2 * RECOVERY_MS) == 0);

    recovery_lose(&t, 1);
    unit_check(recovery_resume(&t, 3, RECOVERY_NONE) == NGX_OK);
    unit_check(recovery_connected(&t, "a", 0));
    recovery_take(&t, 3, 1);

    /* and after its session was freed */

    t.a.sessions[t.ref[3].index].state = NGX_PRINT_SESSION_FREE;
    t.a.sh->dirty = 1;
    ngx_print_store_lock(&t.a);
    ngx_print_store_unlock(&t.a);
    unit_check(recovery_whole(&t));
    unit_check(t.a.pids[1].owner == 0);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_SENT);
    unit_check(recovery_due(&t, RECOVERY_MS - 1) == 0);
    unit_check(recovery_due(&t, 1) == 1);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
}
