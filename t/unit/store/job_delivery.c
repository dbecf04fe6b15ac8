
/*
 * Copyright (C) the print hub contributors
 */


/* Delivery of jobs: which, in which order, known as received when. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "job_base.h"


static void job_fence(void);
static void job_fence_shared(void);
static void job_fence_poll(void);
static void job_blind(void);
static void job_batch(void);
static void job_batch_max(void);
static void job_order(void);
static void job_parted(void);
static void job_away(void);


int
main(void)
{
    bench_guard();

    job_fence();
    job_fence_shared();
    job_fence_poll();
    job_blind();
    job_batch();
    job_batch_max();
    job_order();
    job_parted();
    job_away();

    return unit_end();
}


/* only the pong of the ping behind it */

static void
job_fence(void)
{
    job_t            t;
    uint32_t         now;
    bench_job_t      one, two;
    ngx_print_ref_t  ref;

    job_begin(&t, "a fence");

    /* a pong that nobody has asked for does not count later */

    job_pong(&t, 0);
    job_pong(&t, 0);

    /* the heartbeat's ping is out */

    bench_clock(ngx_current_msec + BENCH_INTERVAL);
    now = (uint32_t) ngx_current_msec;
    unit_check(ngx_print_session_expire(&t.a, now, t.ref[0].index, &ref)
               == NGX_PRINT_DUE_PING);

    unit_check(job_new(&t, &one, 1, "a") == NGX_OK);
    job_send(&t, 0, 1);
    unit_check(t.batch.ping);

    unit_check(job_new(&t, &two, 2, "a") == NGX_OK);
    job_send(&t, 0, 1);

    job_pong(&t, 1);
    unit_check(job_is(&t, &one, 0, NGX_PRINT_JOB_SENT));
    job_pong(&t, 0);
    unit_check(job_is(&t, &one, 0, NGX_PRINT_JOB_SENT));
    ngx_print_session_touch(&t.b, t.ref[0], 0);
    unit_check(job_is(&t, &one, 0, NGX_PRINT_JOB_SENT));
    job_pong(&t, 0);
    unit_check(job_is(&t, &one, 0, NGX_PRINT_JOB_RECEIVED));
    unit_check(job_is(&t, &two, 0, NGX_PRINT_JOB_SENT));

    /* no other ping is sent while a fence awaits its pong */

    bench_clock(ngx_current_msec + BENCH_INTERVAL);
    now = (uint32_t) ngx_current_msec;
    unit_check(ngx_print_session_expire(&t.a, now, t.ref[0].index, &ref)
               == NGX_PRINT_DUE_NOTHING);

    job_pong(&t, 0);
    unit_check(job_is(&t, &two, 0, NGX_PRINT_JOB_RECEIVED));

    bench_clock(ngx_current_msec + BENCH_INTERVAL);
    now = (uint32_t) ngx_current_msec;
    unit_check(ngx_print_session_expire(&t.a, now, t.ref[0].index, &ref)
               == NGX_PRINT_DUE_PING);
    bench_clock(ngx_current_msec + BENCH_TIMEOUT);
    now = (uint32_t) ngx_current_msec;
    unit_check(ngx_print_session_expire(&t.a, now, t.ref[0].index, &ref)
               == NGX_PRINT_DUE_PING_TIMEOUT);
}


/* all jobs of a batch have the same one */

static void
job_fence_shared(void)
{
    job_t        t;
    ngx_uint_t   i;
    bench_job_t  jobs[5];

    job_begin(&t, "a shared fence");

    unit_check(bench_register(&t.a, t.ref[0], 0, "x", 1) == NGX_OK);

    for (i = 0; i < 3; i++) {
        unit_check(job_new(&t, &jobs[i], i, i == 1 ? "x" : "a") == NGX_OK);
    }

    job_send(&t, 0, 3);
    unit_check(job_new(&t, &jobs[3], 3, "a") == NGX_OK);
    unit_check(job_new(&t, &jobs[4], 4, "b") == NGX_OK);
    job_send(&t, 0, 1);
    job_send(&t, 1, 1);

    /* one that was reported on before is off the list */

    unit_check(job_result(&t, 0, &jobs[2], NGX_PRINT_JOB_FAILED, "paper")
               == NGX_OK);

    job_pong(&t, 0);

    unit_check(job_is(&t, &jobs[0], 0, NGX_PRINT_JOB_RECEIVED));
    unit_check(job_is(&t, &jobs[1], 0, NGX_PRINT_JOB_RECEIVED));
    unit_check(job_is(&t, &jobs[2], 0, NGX_PRINT_JOB_FAILED));
    unit_check(job_is(&t, &jobs[3], 0, NGX_PRINT_JOB_SENT));
    unit_check(job_is(&t, &jobs[4], 0, NGX_PRINT_JOB_SENT));

    job_pong(&t, 0);
    job_pong(&t, 0);
    unit_check(job_is(&t, &jobs[3], 0, NGX_PRINT_JOB_RECEIVED));
    unit_check(job_is(&t, &jobs[4], 0, NGX_PRINT_JOB_SENT));
    unit_check(job_blocks(&t) == 1);
}


/* on long-polling a ping that is due is the fence as well */

static void
job_fence_poll(void)
{
    job_t            t;
    u_char           sock[NGX_PRINT_SESSION_SOCK];
    uint32_t         token, now;
    bench_job_t      job;
    ngx_print_ref_t  ref, due;

    job_begin(&t, "a fence on long-polling");
    bench_sock(sock, 9);

    unit_check(bench_open(&t.a, 9, 0, &ref, &token) == NGX_OK);
    unit_check(ngx_print_session_connect(&t.a, ref, 0, sock) == NGX_OK);
    unit_check(bench_register(&t.a, ref, 0, "p", 0) == NGX_OK);
    unit_check(job_new(&t, &job, 1, "p") == NGX_OK);

    bench_clock(ngx_current_msec + BENCH_INTERVAL);
    now = (uint32_t) ngx_current_msec;
    unit_check(ngx_print_session_expire(&t.a, now, ref.index, &due)
               == NGX_PRINT_DUE_PING);

    unit_check(ngx_print_session_poll(&t.a, ref, &token) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, ref, token, JOB_MAX, 1, &t.batch)
               == NGX_OK);
    unit_check(t.batch.njobs == 1 && t.batch.ping);
    ngx_print_queue_release(&t.a, &t.batch);

    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_SENT));
    unit_check(t.a.sessions[ref.index].pings == 1);

    ngx_print_session_touch(&t.a, ref, 1);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_RECEIVED));

    /* nothing is owed any more */

    unit_check(ngx_print_session_poll(&t.a, ref, &token) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, ref, token, JOB_MAX, 1, &t.batch)
               == NGX_AGAIN);
    unit_check(job_whole(&t));
}


/* in protocol 3 the server cannot ping, so no pong confirms a job */

static void
job_blind(void)
{
    job_t                     t;
    u_char                    sock[NGX_PRINT_SESSION_SOCK];
    uint32_t                  token;
    bench_job_t               job, asked;
    ngx_print_ref_t           ref;
    ngx_print_job_info_t      info;
    ngx_print_session_init_t  init;

    job_begin(&t, "protocol 3");
    bench_sock(sock, 3);

    ngx_memzero(&init, sizeof(init));

    init.ping_interval = BENCH_INTERVAL;
    init.ping_timeout = BENCH_TIMEOUT;
    init.eio = 3;

    unit_check(ngx_print_session_open(&t.a, &init, 1, &ref, &token)
               == NGX_OK);
    unit_check(ngx_print_session_connect(&t.a, ref, 0, sock) == NGX_OK);
    unit_check(bench_register(&t.a, ref, 0, "x", 0) == NGX_OK);
    unit_check(bench_register(&t.a, ref, 0, "y", 1) == NGX_OK);

    t.ref[3] = ref;
    t.token[3] = token;

    unit_check(job_new(&t, &job, 1, "x") == NGX_OK);
    unit_check(job_new(&t, &asked, 2, "y") == NGX_OK);
    unit_check(job_take(&t, 3) == 2);
    unit_check(!t.batch.ping);
    unit_check(!t.batch.jobs[0].ack && t.batch.jobs[1].ack);
    job_packet(&t, "<1.1.1,", "0>", 1, 100);
    job_packet(&t, "<2.1.2,", "0a>", 2, 100);
    unit_check(job_blocks(&t) == 2);
    ngx_print_queue_release(&t.a, &t.batch);

    /* it is a matter of history, and its payload is gone */

    unit_check(job_blocks(&t) == 1 && t.a.sh->history_head == 1);
    unit_check(ngx_print_job_find(&t.a, 1, job.keys, &info) == NGX_OK);
    unit_check(info.state == NGX_PRINT_JOB_SENT && info.finished);

    ngx_print_session_touch(&t.a, ref, 1);
    unit_check(job_is(&t, &asked, 0, NGX_PRINT_JOB_SENT));

    unit_check(job_answer(&t, 3, &asked, NGX_PRINT_JOB_RECEIVED) == NGX_OK);
    unit_check(job_blocks(&t) == 0);

    job_lose(&t, 3);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_SENT));

    /* a station may tell all the same, wherever it is by now */

    job_open(&t, 3);
    unit_check(bench_register(&t.a, t.ref[3], 0, "x", 0) == NGX_OK);
    unit_check(job_result(&t, 3, &job, NGX_PRINT_JOB_PRINTED, "") == NGX_OK);
    unit_check(t.a.sh->history_tail == 1);
}


/* messages first, then jobs with their attachments */

static void
job_batch(void)
{
    job_t                t;
    ngx_str_t            binary;
    bench_job_t          job;
    ngx_print_message_t  msg;

    job_begin(&t, "a batch");

    bench_job(&job, 2, "a", 100);
    binary.len = 1;
    binary.data = (u_char *) "x";
    job.init.binary = &binary;
    job.init.nbinary = 1;
    unit_check(bench_print(&t.a, &job) == NGX_OK);
    unit_check(bench_send(&t.a, t.ref[0], 4, 100) == NGX_OK);
    unit_check(job_new(&t, &job, 6, "a") == NGX_OK);

    unit_check(job_take(&t, 0) == 2);
    unit_check(t.batch.count == 4 && !t.batch.more && t.batch.ping);
    unit_check(t.batch.bytes >= 301);

    unit_check(bench_next(&t.a, &t.batch, &msg) == NGX_OK);
    unit_check(msg.len == 100 && msg.head.len == 0);
    job_packet(&t, "<1.1.1,", "0>", 2, 100);
    unit_check(bench_next(&t.a, &t.batch, &msg) == NGX_OK);
    unit_check(msg.len == 1 && msg.binary && msg.tail.len == 0);
    job_packet(&t, "<2.1.2,", "0>", 6, 100);
    unit_check(bench_next(&t.a, &t.batch, &msg) == NGX_DONE);

    ngx_print_queue_release(&t.a, &t.batch);
    unit_check(bench_next(&t.a, &t.batch, &msg) == NGX_DONE);
    unit_check(job_whole(&t));
    job_send(&t, 0, 0);
}


/* not more than asked for, and not more than fits a batch */

static void
job_batch_max(void)
{
    job_t        t;
    ngx_int_t    rc;
    ngx_uint_t   i, n;
    bench_job_t  job;

    job_begin(&t, "the size of a batch");

    for (i = 0; i < 20; i++) {
        unit_check(job_new(&t, &job, i, "a") == NGX_OK);
    }

    /* messages that do not fit keep jobs back */

    unit_check(bench_send(&t.a, t.ref[0], 2, 100) == NGX_OK);
    unit_check(bench_send(&t.a, t.ref[0], 4, 100) == NGX_OK);
    rc = ngx_print_queue_take(&t.a, t.ref[0], t.token[0], 100, 0, &t.batch);
    unit_check(rc == NGX_OK && t.batch.count == 1 && t.batch.njobs == 0);
    unit_check(t.batch.more && !t.batch.ping);
    ngx_print_queue_release(&t.a, &t.batch);

    /* one job at least, if there is nothing else */

    rc = ngx_print_queue_take(&t.a, t.ref[0], t.token[0], 100, 0, &t.batch);
    unit_check(rc == NGX_OK && t.batch.count == 1 && t.batch.njobs == 0);
    unit_check(t.batch.more);
    ngx_print_queue_release(&t.a, &t.batch);

    rc = ngx_print_queue_take(&t.a, t.ref[0], t.token[0], 1, 0, &t.batch);
    unit_check(rc == NGX_OK && t.batch.njobs == 1 && t.batch.more);
    ngx_print_queue_release(&t.a, &t.batch);

    rc = ngx_print_queue_take(&t.a, t.ref[0], t.token[0], 3000, 0, &t.batch);
    unit_check(rc == NGX_OK && t.batch.njobs > 1 && t.batch.njobs < 10);
    unit_check(t.batch.more && t.batch.ping);
    n = 1 + t.batch.njobs;
    ngx_print_queue_release(&t.a, &t.batch);

    unit_check(job_take(&t, 0) == ngx_min(20 - n, NGX_PRINT_QUEUE_JOBS));
    n += t.batch.njobs;
    unit_check(t.batch.more == (n < 20));
    ngx_print_queue_release(&t.a, &t.batch);
    job_send(&t, 0, 20 - n);
}


/* jobs of several clients of a session go in the order of their creation */

static void
job_order(void)
{
    job_t        t;
    ngx_uint_t   i;
    bench_job_t  job;

    job_begin(&t, "the order of jobs");

    unit_check(bench_register(&t.a, t.ref[0], 0, "x", 0) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[0], 0, "y", 0) == NGX_OK);

    for (i = 0; i < 9; i++) {
        unit_check(job_new(&t, &job, i, i % 3 ? i % 2 ? "x" : "y" : "a")
                   == NGX_OK);
    }

    unit_check(job_take(&t, 0) == 9);

    for (i = 0; i < 9; i++) {
        unit_check(t.batch.jobs[i].index == i + 1);
        unit_check(t.batch.jobs[i].offset == i + 1);
    }

    ngx_print_queue_release(&t.a, &t.batch);
}


/* a client of a namespace that was left gets none, others do */

static void
job_parted(void)
{
    job_t                    t;
    bench_job_t              job, other;
    ngx_print_client_info_t  info;

    job_begin(&t, "a namespace is left");

    unit_check(ngx_print_session_connect(&t.a, t.ref[0], 2, NULL) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[0], 2, "x", 0) == NGX_OK);
    unit_check(job_new_resend(&t, &job, 1, "a") == NGX_OK);
    unit_check(job_new(&t, &other, 2, "x") == NGX_OK);

    unit_check(ngx_print_session_disconnect(&t.a, t.ref[0], 0) == NGX_OK);

    unit_check(ngx_print_queue_take(&t.a, t.ref[0], t.token[0], JOB_MAX, 0,
                                    &t.batch) == NGX_OK);
    unit_check(t.batch.njobs == 1 && t.batch.jobs[0].nsp == 2);
    job_packet(&t, "<2.1.1,", "2>", 2, 100);
    ngx_print_queue_release(&t.a, &t.batch);

    unit_check(ngx_print_client_offline(&t.a, t.ref[0], 0, &info) == NGX_OK);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_QUEUED) && job_whole(&t));

    unit_check(bench_register(&t.a, t.ref[3], 0, "a", 0) == NGX_OK);
    job_send(&t, 3, 1);
    job_pong(&t, 0);
    unit_check(job_is(&t, &other, 0, NGX_PRINT_JOB_RECEIVED));
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_SENT));
}


/* what waits for a client is sent when it comes, its worker is told */

static void
job_away(void)
{
    job_t            t;
    uint32_t         i;
    bench_job_t      job;
    ngx_print_ref_t  refs[4];

    job_begin(&t, "a client that is away");

    job_lose(&t, 0);

    for (i = 0; i < 3; i++) {
        bench_job(&job, i, "a", 100);
        job.init.queue = 3;
        unit_check(bench_print(&t.b, &job) == NGX_OK);
    }

    job_open(&t, 0);
    unit_check(ngx_print_queue_ready(&t.a, refs, 4) == 0);
    unit_check(bench_register(&t.b, t.ref[0], 0, "a", 0) == NGX_OK);
    unit_check(ngx_print_queue_ready(&t.a, refs, 4) == 1);
    unit_check(refs[0].index == t.ref[0].index);
    job_send(&t, 0, 3);

    /* and what comes then */

    bench_notified = 0;
    unit_check(ngx_print_queue_ready(&t.a, refs, 4) == 0);
    bench_job(&job, 7, "a", 100);
    unit_check(bench_print(&t.a, &job) == NGX_OK);
    unit_check(bench_notified == 1);
    unit_check(ngx_print_queue_ready(&t.a, refs, 4) == 1);
    job_send(&t, 0, 1);

    /* a batch that is full asks for more, one that is not does not */

    ngx_print_queue_block(&t.a, t.ref[0], t.token[0], 1);
    bench_job(&job, 8, "a", 100);
    unit_check(bench_print(&t.a, &job) == NGX_OK);
    unit_check(ngx_print_queue_ready(&t.a, refs, 4) == 0);
    ngx_print_queue_block(&t.a, t.ref[0], t.token[0], 0);
    job_send(&t, 0, 1);
}
