
/*
 * Copyright (C) the print hub contributors
 */


/* Changes of a job: reports, deadlines, sessions that are lost. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "job_base.h"


static void job_names(void);
static void job_ttl(void);
static void job_settle(void);
static void job_settle_many(void);
static void job_settle_all(void);
static void job_settle_lingering(void);
static void job_moved(void);
static void job_answers(void);
static void job_results(void);
static void job_results_count(void);


int
main(void)
{
    bench_guard();

    job_names();
    job_ttl();
    job_settle();
    job_settle_many();
    job_settle_all();
    job_settle_lingering();
    job_moved();
    job_answers();
    job_results();
    job_results_count();

    return unit_end();
}


static void
job_names(void)
{
    ngx_str_t   name, *own;
    ngx_uint_t  state;

    unit_about("names of states");

    for (state = 1; state < NGX_PRINT_JOB_STATES; state++) {
        own = ngx_print_job_state_name(state);

        unit_check(own->len > 3 && ngx_print_job_state(own) == state);

        name = *own;
        name.len--;
        unit_check(ngx_print_job_state(&name) == NGX_PRINT_JOB_FREE);
    }

    ngx_str_set(&name, "");
    unit_check(ngx_print_job_state(&name) == NGX_PRINT_JOB_FREE);
    ngx_str_set(&name, "Printed");
    unit_check(ngx_print_job_state(&name) == NGX_PRINT_JOB_FREE);
    ngx_str_set(&name, "failed");
    unit_check(ngx_print_job_state(&name) == NGX_PRINT_JOB_FAILED);

    own = ngx_print_job_source_name(NGX_PRINT_SOURCE_JOBS);
    unit_check(own->len == 4 && memcmp(own->data, "jobs", 4) == 0);

    for (state = 0; state < NGX_PRINT_JOB_SOURCES; state++) {
        unit_check(ngx_print_job_source_name(state)->len >= 4);
    }
}


static void
job_ttl(void)
{
    job_t                 t;
    bench_job_t           job, more, sent;
    ngx_print_job_info_t  info;

    job_begin(&t, "ttl");

    unit_check(job_new(&t, &sent, 1, "b") == NGX_OK);
    job_send(&t, 1, 1);

    unit_check(job_new(&t, &job, 2, "a") == NGX_OK);
    bench_job(&more, 3, "a", 100);
    more.init.ttl = BENCH_TTL + 1;
    unit_check(bench_print(&t.a, &more) == NGX_OK);

    unit_check(job_expire(&t, BENCH_TTL - 1) == 0);

    /* a worker that looks too early expires nothing */

    ngx_print_job_expire(&t.a, (uint32_t) ngx_current_msec, 2);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_QUEUED));

    unit_check(job_expire(&t, 1) == 1);
    unit_check(ngx_print_job_find(&t.a, 2, job.keys, &info) == NGX_OK);
    unit_check(info.state == NGX_PRINT_JOB_EXPIRED && info.finished);
    unit_check(info.reason_len && info.times.finished == ngx_current_msec);
    unit_check(job_is(&t, &more, 0, NGX_PRINT_JOB_QUEUED));

    unit_check(job_expire(&t, 1) == 1);
    unit_check(job_is(&t, &more, 0, NGX_PRINT_JOB_EXPIRED));
    unit_check(job_is(&t, &sent, 0, NGX_PRINT_JOB_SENT));

    /* a worker that comes late expires nothing */

    ngx_print_job_expire(&t.a, (uint32_t) ngx_current_msec, 2);
    ngx_print_job_expire(&t.a, (uint32_t) ngx_current_msec, 1);
    unit_check(job_is(&t, &sent, 0, NGX_PRINT_JOB_SENT));

    /* a job that waits to be sent again does not count as unsent */

    unit_check(job_new_resend(&t, &job, 4, "a") == NGX_OK);
    job_send(&t, 0, 1);
    job_lose(&t, 0);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_QUEUED));
    unit_check(job_cancel(&t, &job, 0) == NGX_BUSY);
    unit_check(job_expire(&t, BENCH_TTL - 1) == 0);
    unit_check(job_expire(&t, 1) == 1);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_UNCONFIRMED));
}


static void
job_settle(void)
{
    job_t                 t;
    bench_job_t           once, again, next;
    ngx_print_job_info_t  info;

    job_begin(&t, "a session is lost");

    unit_check(job_new_resend(&t, &again, 1, "a") == NGX_OK);
    unit_check(job_new(&t, &once, 2, "a") == NGX_OK);
    job_send(&t, 0, 2);
    unit_check(job_new_resend(&t, &next, 3, "a") == NGX_OK);

    /* not one that lives */

    ngx_print_job_session_lost(&t.a, t.ref[0]);
    unit_check(job_is(&t, &again, 0, NGX_PRINT_JOB_SENT));

    bench_clock(ngx_current_msec + 1000);
    job_lose(&t, 0);

    unit_check(ngx_print_job_find(&t.a, 2, once.keys, &info) == NGX_OK);
    unit_check(info.state == NGX_PRINT_JOB_UNCONFIRMED && info.finished);
    unit_check(info.reason_len && info.times.finished == ngx_current_msec);

    unit_check(ngx_print_job_find(&t.a, 1, again.keys, &info) == NGX_OK);
    unit_check(info.state == NGX_PRINT_JOB_QUEUED && !info.away);
    unit_check(info.attempts == 1 && !info.finished);
    unit_check(info.times.queued == ngx_current_msec - 1000);

    ngx_print_job_session_lost(&t.a, t.ref[0]);

    /* it says so, and is in front of what came later */

    job_open(&t, 0);
    unit_check(bench_register(&t.a, t.ref[0], 0, "a", 0) == NGX_OK);
    unit_check(job_take(&t, 0) == 2);
    unit_check(t.batch.jobs[0].repetition && !t.batch.jobs[1].repetition);
    job_packet(&t, "<1.1.3,", "0R>", 1, 100);
    job_packet(&t, "<3.1.4,", "0>", 3, 100);
    ngx_print_queue_release(&t.a, &t.batch);

    unit_check(ngx_print_job_find(&t.a, 1, again.keys, &info) == NGX_OK);
    unit_check(info.state == NGX_PRINT_JOB_SENT && info.attempts == 2);

    /* a result of its first time, in its second life */

    job_lose(&t, 0);
    job_open(&t, 0);
    unit_check(bench_register(&t.a, t.ref[0], 0, "a", 0) == NGX_OK);
    unit_check(job_is(&t, &again, 0, NGX_PRINT_JOB_QUEUED));
    unit_check(job_result(&t, 0, &again, NGX_PRINT_JOB_RECEIVED, "")
               == NGX_DECLINED);
    unit_check(job_result(&t, 0, &again, NGX_PRINT_JOB_PRINTED, "")
               == NGX_OK);
    job_send(&t, 0, 1);
    job_pong(&t, 0);
    unit_check(job_blocks(&t) == 0);
}


/* more than a hold is for */

static void
job_settle_many(void)
{
    job_t        t;
    ngx_uint_t   i, n;
    bench_job_t  job;

    job_begin(&t, "a session with many jobs is lost");

    for (i = 0; i < 150; i++) {
        bench_job(&job, i, "a", 10);
        job.init.limit = 200 * NGX_PRINT_STORE_BLOCK;
        job.init.resend = (i % 3 != 0);
        unit_check(bench_print(&t.b, &job) == NGX_OK);
    }

    for (i = 0, n = 1; i < 150 && n; i += n) {
        n = job_take(&t, 0);
        unit_check(n && n <= NGX_PRINT_QUEUE_JOBS);
        unit_check(t.batch.more == (i + n < 150));
        ngx_print_queue_release(&t.a, &t.batch);
    }

    job_lose(&t, 0);
    unit_check(job_blocks(&t) == 100 && t.a.clients[1].njobs == 100);

    job_open(&t, 0);
    unit_check(bench_register(&t.a, t.ref[0], 0, "a", 0) == NGX_OK);

    for (i = 0, n = 1; i < 100 && n; i += n) {
        n = job_take(&t, 0);
        unit_check(t.batch.jobs[0].index == 1 + i / 2 * 3 + 1 + i % 2);
        ngx_print_queue_release(&t.a, &t.batch);
    }

    unit_check(i == 100);

    n = t.a.sessions[t.ref[0].index].pings;

    for (i = 0; i < n; i++) {
        job_pong(&t, 0);
    }

    unit_check(job_blocks(&t) == 0);
}


/*
 * A session that is lost: the jobs of all clients end with the first client. A
 * namespace that is left: those of its own clients.
 */

static void
job_settle_all(void)
{
    job_t                    t;
    ngx_uint_t               i;
    bench_job_t              one, other;
    ngx_print_client_info_t  info;

    for (i = 0; i < 2; i++) {
        job_begin(&t, i ? "a namespace is left" : "all clients are lost");

        unit_check(ngx_print_session_connect(&t.a, t.ref[0], 1, NULL)
                   == NGX_OK);
        unit_check(bench_register(&t.a, t.ref[0], 1, "d", 0) == NGX_OK);
        unit_check(job_new(&t, &one, 1, "a") == NGX_OK);
        unit_check(job_new(&t, &other, 2, "d") == NGX_OK);
        job_send(&t, 0, 2);

        unit_check((i ? ngx_print_session_disconnect(&t.a, t.ref[0], 1)
                      : ngx_print_session_close(&t.a, t.ref[0], 1)) == NGX_OK);
        unit_check(ngx_print_client_offline(&t.a, t.ref[0], 1, &info)
                   == NGX_OK);

        unit_check(info.id[0] == 'd' && job_whole(&t));
        unit_check(job_is(&t, &other, 0, NGX_PRINT_JOB_UNCONFIRMED));
        unit_check(job_is(&t, &one, 0, i ? NGX_PRINT_JOB_SENT
                                         : NGX_PRINT_JOB_UNCONFIRMED));
    }
}


/* nobody has taken off its clients and jobs before: it has none of them then */

static void
job_settle_lingering(void)
{
    job_t                     t;
    ngx_str_t                 id = ngx_string("a");
    ngx_uint_t                i;
    bench_job_t               job;
    ngx_print_client_info_t   info;

    for (i = 0; i < 2; i++) {
        job_begin(&t, i ? "a session is freed" : "a session lingers");

        unit_check(job_new(&t, &job, 1, "a") == NGX_OK);
        job_send(&t, 0, 1);
        unit_check(ngx_print_session_close(&t.a, t.ref[0], 1) == NGX_OK);

        if (i) {
            ngx_print_session_free(&t.a, t.ref[0]);

        } else {
            ngx_print_session_linger(&t.a, t.ref[0], 1000);
        }

        unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_UNCONFIRMED));
        unit_check(ngx_print_client_offline(&t.a, t.ref[0], 0, &info)
                   == NGX_DECLINED);
        unit_check(ngx_print_client_remove(&t.a, &id) == NGX_OK);
        unit_check(job_whole(&t));
    }
}


/* its client goes on in another session, while this one lives */

static void
job_moved(void)
{
    job_t        t;
    bench_job_t  again, once, other;

    job_begin(&t, "a client moves");

    unit_check(bench_register(&t.a, t.ref[0], 0, "x", 0) == NGX_OK);

    unit_check(job_new_resend(&t, &again, 1, "a") == NGX_OK);
    unit_check(job_new(&t, &once, 2, "a") == NGX_OK);
    unit_check(job_new_resend(&t, &other, 3, "x") == NGX_OK);
    job_send(&t, 0, 3);

    unit_check(bench_register(&t.a, t.ref[3], 0, "a", 0) == NGX_OK);
    unit_check(job_whole(&t));
    unit_check(job_is(&t, &again, 0, NGX_PRINT_JOB_QUEUED));
    unit_check(job_is(&t, &once, 0, NGX_PRINT_JOB_SENT));
    unit_check(job_is(&t, &other, 0, NGX_PRINT_JOB_SENT));

    unit_check(job_take(&t, 3) == 1);
    unit_check(t.batch.jobs[0].repetition);
    ngx_print_queue_release(&t.a, &t.batch);

    /* each session's pong is for its own */

    job_pong(&t, 3);
    unit_check(job_is(&t, &again, 0, NGX_PRINT_JOB_RECEIVED));
    unit_check(job_is(&t, &once, 0, NGX_PRINT_JOB_SENT));

    job_lose(&t, 0);
    unit_check(job_is(&t, &once, 0, NGX_PRINT_JOB_UNCONFIRMED));
    unit_check(job_is(&t, &other, 0, NGX_PRINT_JOB_QUEUED));
    job_send(&t, 3, 0);
}


/* of the socket alone that it was sent to */

static void
job_answers(void)
{
    job_t                 t;
    uint32_t              i;
    ngx_str_t             text;
    bench_job_t           job, more;
    ngx_print_ref_t       old;
    ngx_print_job_info_t  info;

    static uint32_t       indices[] = { 0, 2, 0xffffff, 0xffffffff };

    job_begin(&t, "answers");

    ngx_str_set(&text, "answered");

    unit_check(bench_register(&t.a, t.ref[0], 0, "y", 1) == NGX_OK);
    unit_check(job_new(&t, &job, 1, "y") == NGX_OK);
    unit_check(job_answer(&t, 0, &job, NGX_PRINT_JOB_PRINTED)
               == NGX_DECLINED);
    unit_check(job_take(&t, 0) == 1);
    unit_check(t.batch.jobs[0].ack && t.batch.jobs[0].gen == 1);
    job_packet(&t, "<1.1.1,", "0a>", 1, 100);
    ngx_print_queue_release(&t.a, &t.batch);

    for (i = 0; i < 4; i++) {
        unit_check(ngx_print_job_answer(&t.b, t.ref[0], 0, indices[i], 1,
                                        NGX_PRINT_JOB_PRINTED, &text)
                   == NGX_DECLINED);
    }

    unit_check(ngx_print_job_answer(&t.b, t.ref[0], 1, 1, 1,
                                    NGX_PRINT_JOB_PRINTED, &text)
               == NGX_DECLINED);
    unit_check(ngx_print_job_answer(&t.b, t.ref[0], 0, 1, 2,
                                    NGX_PRINT_JOB_PRINTED, &text)
               == NGX_DECLINED);
    unit_check(job_answer(&t, 1, &job, NGX_PRINT_JOB_PRINTED)
               == NGX_DECLINED);

    old = t.ref[0];
    t.ref[0].gen++;
    unit_check(job_answer(&t, 0, &job, NGX_PRINT_JOB_PRINTED)
               == NGX_DECLINED);
    t.ref[0] = old;

    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_SENT));
    unit_check(job_answer(&t, 0, &job, NGX_PRINT_JOB_RECEIVED) == NGX_OK);
    unit_check(job_answer(&t, 0, &job, NGX_PRINT_JOB_RECEIVED)
               == NGX_DECLINED);
    unit_check(job_answer(&t, 0, &job, NGX_PRINT_JOB_FAILED) == NGX_OK);
    unit_check(job_answer(&t, 0, &job, NGX_PRINT_JOB_PRINTED)
               == NGX_DECLINED);
    unit_check(ngx_print_job_find(&t.a, 1, job.keys, &info) == NGX_OK);
    unit_check(info.reason_len == 8 && memcmp(info.reason, "answered", 8)
               == 0);

    /* the client is elsewhere by now */

    unit_check(job_new(&t, &more, 2, "y") == NGX_OK);
    job_send(&t, 0, 1);
    unit_check(bench_register(&t.a, t.ref[3], 0, "y", 1) == NGX_OK);
    unit_check(job_answer(&t, 3, &more, NGX_PRINT_JOB_PRINTED)
               == NGX_DECLINED);
    unit_check(job_answer(&t, 0, &more, NGX_PRINT_JOB_PRINTED) == NGX_OK);
}


/* of the client, wherever it is */

static void
job_results(void)
{
    char                  reason[NGX_PRINT_JOB_REASON + 10];
    job_t                 t;
    bench_job_t           job, more;
    ngx_print_job_info_t  info;

    job_begin(&t, "results");

    unit_check(job_new(&t, &job, 1, "a") == NGX_OK);
    unit_check(job_result(&t, 0, &job, NGX_PRINT_JOB_PRINTED, "")
               == NGX_DECLINED);
    job_send(&t, 0, 1);
    unit_check(job_result(&t, 1, &job, NGX_PRINT_JOB_PRINTED, "")
               == NGX_DECLINED);
    unit_check(job_result(&t, 3, &job, NGX_PRINT_JOB_PRINTED, "")
               == NGX_DECLINED);

    unit_check(bench_register(&t.a, t.ref[3], 0, "a", 0) == NGX_OK);
    unit_check(job_result(&t, 0, &job, NGX_PRINT_JOB_PRINTED, "")
               == NGX_DECLINED);

    /* a reason that is too long */

    ngx_memset(reason, 'r', sizeof(reason));
    reason[sizeof(reason) - 1] = '\0';

    unit_check(job_result(&t, 3, &job, NGX_PRINT_JOB_FAILED, reason)
               == NGX_OK);
    unit_check(ngx_print_job_find(&t.a, 1, job.keys, &info) == NGX_OK);
    unit_check(info.reason_len == NGX_PRINT_JOB_REASON);
    unit_check(memcmp(info.reason, reason, NGX_PRINT_JOB_REASON) == 0);

    /* nobody knew any more, and then it is told */

    unit_check(job_new(&t, &more, 2, "a") == NGX_OK);
    job_send(&t, 3, 1);
    job_lose(&t, 3);
    unit_check(job_is(&t, &more, 0, NGX_PRINT_JOB_UNCONFIRMED));
    unit_check(job_result(&t, 3, &more, NGX_PRINT_JOB_PRINTED, "")
               == NGX_DECLINED);
    job_open(&t, 3);
    unit_check(bench_register(&t.a, t.ref[3], 0, "a", 0) == NGX_OK);
    unit_check(job_result(&t, 3, &more, NGX_PRINT_JOB_PRINTED, "") == NGX_OK);
    unit_check(ngx_print_job_find(&t.a, 2, more.keys, &info) == NGX_OK);
    unit_check(info.reason_len == 0 && info.attempts == 1);
}


/* what a station reports about it has: it is delivered, in whatever order */

static void
job_results_count(void)
{
    job_t                      t;
    uint64_t                   last;
    ngx_str_t                  id;
    ngx_uint_t                 i;
    bench_job_t                job, late;
    ngx_print_job_info_t       info;
    ngx_print_client_detail_t  detail;

    for (i = 0; i < 2; i++) {
        job_begin(&t, "what is counted");

        unit_check(job_new(&t, &job, 1, "a") == NGX_OK);
        job_send(&t, 0, 1);

        if (i) {
            job_pong(&t, 0);
        }

        unit_check(job_result(&t, 0, &job, NGX_PRINT_JOB_FAILED, "r")
                   == NGX_OK);

        if (i == 0) {
            job_pong(&t, 0);
        }

        unit_check(ngx_print_job_find(&t.a, 1, job.keys, &info) == NGX_OK);
        unit_check(info.times.received == info.times.finished);

        /* the same again changes nothing; another outcome is refused */

        last = ngx_print_event_last(&t.a);
        unit_check(job_result(&t, 0, &job, NGX_PRINT_JOB_FAILED, "q")
                   == NGX_OK);
        unit_check(job_result(&t, 0, &job, NGX_PRINT_JOB_PRINTED, "")
                   == NGX_DECLINED);
        unit_check(ngx_print_event_last(&t.a) == last);

        /* one that was unconfirmed goes from one counter to the other */

        unit_check(job_new(&t, &late, 2, "a") == NGX_OK);
        job_send(&t, 0, 1);
        job_lose(&t, 0);

        ngx_str_set(&id, "a");
        unit_check(ngx_print_client_find(&t.a, &id, &detail, NULL) == NGX_OK);
        unit_check(detail.delivered == 1 && detail.undelivered == 1);

        job_open(&t, 0);
        unit_check(bench_register(&t.a, t.ref[0], 0, "a", 0) == NGX_OK);
        unit_check(job_result(&t, 0, &late, i ? NGX_PRINT_JOB_PRINTED
                                              : NGX_PRINT_JOB_FAILED, "")
                   == NGX_OK);

        unit_check(ngx_print_client_find(&t.a, &id, &detail, NULL) == NGX_OK);
        unit_check(detail.accepted == 2 && detail.delivered == 2);
        unit_check(detail.undelivered == 0);
        unit_check(ngx_print_job_find(&t.a, 2, late.keys, &info) == NGX_OK);
        unit_check(info.times.received == ngx_current_msec);
        unit_check(job_whole(&t));
    }

    /* a client that was removed since then, and is another one now */

    job_begin(&t, "a result for a client that was removed");

    unit_check(job_new(&t, &job, 1, "a") == NGX_OK);
    job_send(&t, 0, 1);
    job_lose(&t, 0);
    unit_check(ngx_print_client_remove(&t.a, &id) == NGX_OK);

    job_open(&t, 0);
    unit_check(bench_register(&t.a, t.ref[0], 0, "a", 0) == NGX_OK);
    unit_check(job_result(&t, 0, &job, NGX_PRINT_JOB_PRINTED, "") == NGX_OK);
    unit_check(ngx_print_client_find(&t.a, &id, &detail, NULL) == NGX_OK);
    unit_check(detail.accepted == 0 && detail.undelivered == 0);
    unit_check(job_whole(&t));

    /* protocol 3: it is sent, and whoever waits for a receipt need not wait */

    for (i = 0; i < 2; i++) {
        job_begin(&t, "a station of protocol 3");
        bench_eio3(&t.a, t.ref[0]);

        unit_check(bench_register(&t.a, t.ref[0], 0, "e", i) == NGX_OK);
        unit_check(job_new(&t, &job, 1, "e") == NGX_OK);
        unit_check(!job.jobs[0].unfenced);
        job_send(&t, 0, 1);
        unit_check(ngx_print_job_find(&t.a, 1, job.keys, &info) == NGX_OK);
        unit_check(info.state == NGX_PRINT_JOB_SENT && info.unfenced);
        unit_check(info.finished == (i == 0));
    }
}
