
/*
 * Copyright (C) the print hub contributors
 */


/* Jobs of sockets that are lost: what was missed is sent again. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "recovery_base.h"


static void recovery_missed(void);
static void recovery_first(void);
static void recovery_nothing(void);
static void recovery_many(void);
static void recovery_asked(void);
static void recovery_forgotten(void);
static void recovery_forgotten_later(void);
static void recovery_forgotten_soon(void);
static void recovery_elsewhere(void);
static void recovery_elsewhere_later(void);
static void recovery_stranger(void);
static void recovery_heir(void);
static void recovery_left_over(void);
static void recovery_twice(void);


int
main(void)
{
    bench_guard();

    recovery_missed();
    recovery_first();
    recovery_nothing();
    recovery_many();
    recovery_asked();
    recovery_forgotten();
    recovery_forgotten_later();
    recovery_forgotten_soon();
    recovery_elsewhere();
    recovery_elsewhere_later();
    recovery_stranger();
    recovery_heir();
    recovery_left_over();
    recovery_twice();

    return unit_end();
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

        unit_check(t.batch.ping);
        unit_check(t.batch.more == (i < 50));

        /* the answer to CONNECT is behind the first ones, in their batch */

        unit_check((t.batch.head != 0) == (pings == 0));
        unit_check(t.batch.head == 0 || t.batch.jobs_first);

        pings++;

        ngx_print_queue_release(&t.a, &t.batch);

    } while (i < 50 && rc != NGX_DECLINED);

    unit_check(pings == 4 && recovery_whole(&t));

    /* each batch has its fence */

    while (pings--) {
        unit_check(t.a.sessions[t.ref[1].index].sent_head != 0);
        recovery_pong(&t, 1);
    }

    unit_check(t.a.sh->block_count == 0);
    unit_check(t.a.sessions[t.ref[1].index].sent_head == 0);
}


/*
 * A client that answers jobs has no offset: a job without an answer is
 * unconfirmed
 */

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


/* the client has left and cannot come back: no job waits for it */

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

    /* the socket cannot be recovered without it */

    unit_check(recovery_resume(&t, 1, 3) == NGX_DECLINED);
    unit_check(recovery_connected(&t, "a", 2));
    unit_check(!recovery_connected(&t, "b", 0));
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_SENT);
    unit_check(recovery_state(&t, 2) == NGX_PRINT_JOB_UNCONFIRMED);
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

    t.a.sessions[t.ref[0].index].order = (uint64_t) -1;
    unit_check(bench_register(&t.a, t.ref[0], 0, "s", 0) == NGX_OK);

    ngx_print_store_lock(&t.a);
    ngx_print_claim_leave_locked(&t.a, &t.a.sessions[t.ref[2].index], 0);
    ngx_print_store_unlock(&t.a);

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
 * A client came to a socket with jobs that still waited for the recovery of
 * another one. The offset of its new socket does not tell whether it got them.
 */

static void
recovery_heir(void)
{
    recovery_t  t;

    recovery_begin(&t, "jobs of a socket that had the client before");

    recovery_print(&t, 0, "a", 0);
    recovery_print(&t, 1, "a", 1);
    recovery_take(&t, 0, 2);
    recovery_lose(&t, 0);

    /* it is lost before anything was sent to it */

    recovery_joined(&t, 3);
    unit_check(recovery_open(&t, 3, 2) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[3], 0, "a", 0) == NGX_OK);
    recovery_lose(&t, 3);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_SENT);

    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    recovery_print(&t, 2, "a", 0);
    recovery_take(&t, 1, 2);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(t.batch.jobs[0].repetition && !t.batch.jobs[1].repetition);

    /* what was sent to it is its own */

    recovery_lose(&t, 1);
    recovery_session(&t, 4);
    unit_check(recovery_resume(&t, 4, 3) == NGX_OK);
    recovery_take(&t, 4, 1);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_RECEIVED);
    unit_check(t.batch.jobs[0].offset == 5);
}


/*
 * A worker died before it took the clients off a session's former socket: such
 * a client is online again with the socket that is recovered
 */

static void
recovery_left_over(void)
{
    u_char                   sock[NGX_PRINT_SESSION_SOCK];
    recovery_t               t;
    uint32_t                 version;
    ngx_uint_t               n;
    ngx_print_client_info_t  list[NGX_PRINT_CLIENT_PAGE];

    recovery_begin(&t, "a client that was not left");

    recovery_joined(&t, 3);
    unit_check(recovery_open(&t, 3, 2) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[3], 0, "d", 0) == NGX_OK);
    recovery_lose(&t, 3);

    unit_check(bench_register(&t.a, t.ref[2], 0, "c", 0) == NGX_OK);
    unit_check(ngx_print_session_disconnect(&t.a, t.ref[2], 0) == NGX_OK);

    n = ngx_print_client_list(&t.a, 0, list, &version);
    unit_check(n == 4 && !list[3].connected);

    unit_check(recovery_resume(&t, 2, RECOVERY_NONE) == NGX_DECLINED);

    /* a new socket does not have what its session's last one registered */

    bench_sock(sock, 4);
    unit_check(ngx_print_session_connect(&t.a, t.ref[2], 0, sock)
               == NGX_AGAIN);

    unit_check(ngx_print_client_offline(&t.a, t.ref[2], 0, &list[0])
               == NGX_OK);
    unit_check(ngx_print_client_offline(&t.a, t.ref[2], 0, &list[0])
               == NGX_DECLINED);
    unit_check(ngx_print_client_version(&t.a, 0) != version);

    unit_check(ngx_print_session_connect(&t.a, t.ref[2], 0, sock) == NGX_OK);

    n = ngx_print_client_list(&t.a, 0, list, &version);
    unit_check(n == 4 && !list[3].connected);

    /* nor what it may get back, nor the pid */

    unit_check(recovery_open(&t, 2, 3) == NGX_OK);
    t.a.sessions[t.ref[0].index].order = (uint64_t) -1;
    unit_check(bench_register(&t.a, t.ref[0], 0, "e", 0) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[2], 0, "e", 0) == NGX_DONE);
    unit_check(ngx_print_session_disconnect(&t.a, t.ref[2], 0) == NGX_OK);
    unit_check(ngx_print_session_connect(&t.a, t.ref[2], 0, sock)
               == NGX_AGAIN);
    ngx_print_recovery_end(&t.a, t.ref[2]);
    unit_check(ngx_print_session_connect(&t.a, t.ref[2], 0, sock)
               == NGX_AGAIN);
    unit_check(ngx_print_client_offline(&t.a, t.ref[2], 0, &list[0])
               == NGX_DECLINED);
    unit_check(ngx_print_session_connect(&t.a, t.ref[2], 0, sock) == NGX_OK);
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
