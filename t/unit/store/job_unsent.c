
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Jobs that do not wait for a client that is offline: they end when it goes,
 * unless they were sent, or another socket gets the client.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "job_base.h"
#include "recovery_base.h"


#define UNSENT_MANY  200


static void unsent_gone(void);
static void unsent_sent(void);
static void unsent_parted(void);
static void unsent_taken_over(void);
static void unsent_given_back(void);
static void unsent_many(void);
static void unsent_many_mixed(void);
static void unsent_removed(void);
static void unsent_unfinished(void);
static void unsent_recovered(void);
static void unsent_recovery_over(void);
static void unsent_recovery_refused(void);
static void unsent_recovery_ended(void);
static void unsent_dead(void);
static ngx_uint_t unsent_reason(ngx_print_store_t *st, bench_job_t *job);
static void unsent_print(recovery_t *t, ngx_uint_t i, const char *id);


int
main(void)
{
    bench_guard();

    unsent_gone();
    unsent_sent();
    unsent_parted();
    unsent_taken_over();
    unsent_given_back();
    unsent_many();
    unsent_many_mixed();
    unsent_removed();
    unsent_unfinished();
    unsent_recovered();
    unsent_recovery_over();
    unsent_recovery_refused();
    unsent_recovery_ended();
    unsent_dead();

    return unit_end();
}


/* it ends before its client is offline; one that may wait goes on */

static void
unsent_gone(void)
{
    job_t                      t;
    ngx_str_t                  a = unit_str("a");
    bench_job_t                job, waits;
    ngx_print_client_info_t    info;
    ngx_print_client_detail_t  detail;

    job_begin(&t, "a station goes");

    unit_check(job_new(&t, &job, 1, "ab") == NGX_OK);
    unit_check(job_new_resend(&t, &waits, 2, "a") == NGX_OK);

    unit_check(ngx_print_session_close(&t.a, t.ref[0], 1) == NGX_OK);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_QUEUED));

    unit_check(ngx_print_client_offline(&t.a, t.ref[0], 0, &info) == NGX_OK);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_EXPIRED));
    unit_check(job_whole(&t));

    unit_check(unsent_reason(&t.a, &job));

    unit_check(job_is(&t, &job, 1, NGX_PRINT_JOB_QUEUED));
    unit_check(job_is(&t, &waits, 0, NGX_PRINT_JOB_QUEUED));

    unit_check(ngx_print_client_find(&t.a, &a, &detail, NULL) == NGX_OK);
    unit_check(detail.waiting == 1 && detail.undelivered == 1);

    ngx_print_session_free(&t.a, t.ref[0]);
    job_open(&t, 0);
    unit_check(bench_register(&t.a, t.ref[0], 0, "a", 0) == NGX_OK);
    job_send(&t, 0, 1);
    job_send(&t, 1, 1);
    unit_check(job_is(&t, &waits, 0, NGX_PRINT_JOB_SENT));

    /* who is offline gets none */

    job_lose(&t, 2);
    unit_check(job_new(&t, &job, 3, "c") == NGX_PRINT_OFFLINE);

    job_pong(&t, 0);
    job_pong(&t, 1);
    unit_check(job_blocks(&t) == 0);
}


/* what was sent is not known to be unprinted, whether it waits again or not */

static void
unsent_sent(void)
{
    job_t        t;
    bench_job_t  one, again;

    job_begin(&t, "a job that was sent");

    unit_check(job_new(&t, &one, 1, "a") == NGX_OK);
    bench_job(&again, 2, "a", 100);
    again.init.resend = 1;
    unit_check(bench_print(&t.b, &again) == NGX_OK);

    job_send(&t, 0, 2);
    job_lose(&t, 0);

    unit_check(job_is(&t, &one, 0, NGX_PRINT_JOB_UNCONFIRMED));
    unit_check(job_is(&t, &again, 0, NGX_PRINT_JOB_QUEUED));

    job_open(&t, 0);
    unit_check(bench_register(&t.a, t.ref[0], 0, "a", 0) == NGX_OK);

    /* once more, before it is sent */

    job_lose(&t, 0);
    unit_check(job_is(&t, &again, 0, NGX_PRINT_JOB_QUEUED));

    unit_check(job_expire(&t, BENCH_TTL) == 1);
    unit_check(job_is(&t, &again, 0, NGX_PRINT_JOB_UNCONFIRMED));
}


/* of several clientIds and namespaces, those that are left */

static void
unsent_parted(void)
{
    job_t                    t;
    bench_job_t              job, other, rest;
    ngx_print_client_info_t  info;

    job_begin(&t, "a namespace is left");

    unit_check(ngx_print_session_connect(&t.a, t.ref[0], 2, NULL) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[0], 2, "x", 0) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[0], 0, "y", 0) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[0], 0, "z", 0) == NGX_OK);

    unit_check(job_new(&t, &job, 1, "ay") == NGX_OK);
    unit_check(job_new(&t, &other, 2, "xb") == NGX_OK);
    unit_check(job_new(&t, &rest, 3, "z") == NGX_OK);

    unit_check(ngx_print_session_disconnect(&t.a, t.ref[0], 0) == NGX_OK);

    while (ngx_print_client_offline(&t.a, t.ref[0], 0, &info) == NGX_OK) {
        unit_check(job_whole(&t));
    }

    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_EXPIRED));
    unit_check(job_is(&t, &job, 1, NGX_PRINT_JOB_EXPIRED));
    unit_check(job_is(&t, &rest, 0, NGX_PRINT_JOB_EXPIRED));
    unit_check(job_is(&t, &other, 0, NGX_PRINT_JOB_QUEUED));
    unit_check(job_is(&t, &other, 1, NGX_PRINT_JOB_QUEUED));

    job_send(&t, 0, 1);
    unit_check(job_is(&t, &other, 0, NGX_PRINT_JOB_SENT));
}


static void
unsent_taken_over(void)
{
    job_t        t;
    bench_job_t  job;

    job_begin(&t, "another socket has taken the client");

    unit_check(job_new(&t, &job, 1, "a") == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[3], 0, "a", 0) == NGX_OK);
    job_lose(&t, 0);

    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_QUEUED));
    job_lose(&t, 3);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_EXPIRED));

    /* and one that comes before the lost one has left it */

    job_open(&t, 0);
    job_open(&t, 3);
    unit_check(bench_register(&t.a, t.ref[0], 0, "a", 0) == NGX_OK);
    unit_check(job_new(&t, &job, 2, "a") == NGX_OK);
    unit_check(ngx_print_session_close(&t.a, t.ref[0], 1) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[3], 0, "a", 0) == NGX_OK);
    ngx_print_session_free(&t.a, t.ref[0]);
    job_send(&t, 3, 1);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_SENT));
}


static void
unsent_given_back(void)
{
    job_t        t;
    bench_job_t  job;

    job_begin(&t, "the socket that had the client gets it back");

    unit_check(bench_register(&t.a, t.ref[3], 0, "a", 0) == NGX_OK);
    unit_check(job_new(&t, &job, 1, "a") == NGX_OK);
    job_lose(&t, 3);

    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_QUEUED));
    job_send(&t, 0, 1);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_SENT));

    unit_check(job_new(&t, &job, 2, "a") == NGX_OK);
    job_lose(&t, 0);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_EXPIRED));
}


/* so many that they end in several lock holds */

static void
unsent_many(void)
{
    job_t                    t;
    ngx_uint_t               i, left;
    bench_job_t              jobs[UNSENT_MANY];
    ngx_atomic_uint_t        hold;
    ngx_print_client_info_t  info;

    job_begin(&t, "many jobs");

    for (i = 0; i < UNSENT_MANY; i++) {
        bench_job(&jobs[i], i, "a", 100);
        jobs[i].init.limit = 2 * UNSENT_MANY * NGX_PRINT_STORE_BLOCK;
        unit_check(bench_print(&t.b, &jobs[i]) == NGX_OK);
    }

    unit_check(ngx_print_session_close(&t.a, t.ref[0], 1) == NGX_OK);

    hold = t.a.hold;
    unit_check(ngx_print_client_offline(&t.a, t.ref[0], 0, &info) == NGX_OK);
    unit_check((t.a.hold - hold) / 2
               > UNSENT_MANY / NGX_PRINT_STORE_SLICE);

    left = 0;

    for (i = 0; i < UNSENT_MANY; i++) {
        left += !job_is(&t, &jobs[i], 0, NGX_PRINT_JOB_EXPIRED);
    }

    unit_check(left == 0 && job_whole(&t) && job_blocks(&t) == 0);

    ngx_print_session_free(&t.a, t.ref[0]);
}


/* those that may wait are passed over */

static void
unsent_many_mixed(void)
{
    job_t        t;
    ngx_uint_t   i, bad;
    bench_job_t  jobs[UNSENT_MANY];

    job_begin(&t, "many jobs of both kinds");

    for (i = 0; i < UNSENT_MANY; i++) {
        bench_job(&jobs[i], i, "a", 100);
        jobs[i].init.limit = 2 * UNSENT_MANY * NGX_PRINT_STORE_BLOCK;
        jobs[i].init.queue = (i < UNSENT_MANY - 10 && i != 70) ? 1000 : 0;
        unit_check(bench_print(&t.b, &jobs[i]) == NGX_OK);
    }

    job_lose(&t, 0);

    bad = 0;

    for (i = 0; i < UNSENT_MANY; i++) {
        bad += !job_is(&t, &jobs[i], 0, jobs[i].init.queue
                                        ? NGX_PRINT_JOB_QUEUED
                                        : NGX_PRINT_JOB_EXPIRED);
    }

    unit_check(bad == 0 && job_blocks(&t) == UNSENT_MANY - 11);
}


static void
unsent_removed(void)
{
    job_t        t;
    ngx_str_t    a = unit_str("a");
    bench_job_t  job;

    job_begin(&t, "a client is removed later");

    unit_check(job_new(&t, &job, 1, "a") == NGX_OK);
    job_lose(&t, 0);
    unit_check(ngx_print_client_remove(&t.a, &a) == NGX_OK);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_EXPIRED));
}


/* the process that closed the session has died before its clients left */

static void
unsent_unfinished(void)
{
    job_t        t;
    ngx_uint_t   i;
    bench_job_t  job;

    for (i = 0; i < 2; i++) {
        job_begin(&t, "a session is finished by another process");

        unit_check(bench_register(&t.a, t.ref[0], 0, "x", 0) == NGX_OK);
        unit_check(bench_register(&t.a, t.ref[0], 0, "y", 0) == NGX_OK);
        unit_check(job_new(&t, &job, 1, "axy") == NGX_OK);
        unit_check(ngx_print_session_close(&t.a, t.ref[0], 1) == NGX_OK);

        if (i) {
            ngx_print_session_linger(&t.a, t.ref[0], 1000);

        } else {
            ngx_print_session_free(&t.a, t.ref[0]);
        }

        unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_EXPIRED));
        unit_check(job_is(&t, &job, 1, NGX_PRINT_JOB_EXPIRED));
        unit_check(job_is(&t, &job, 2, NGX_PRINT_JOB_EXPIRED));
        unit_check(job_whole(&t) && job_blocks(&t) == 0);
    }
}


/* while its socket may be recovered it waits */

static void
unsent_recovered(void)
{
    recovery_t  t;

    recovery_begin(&t, "a socket is recovered");

    unsent_print(&t, 0, "a");
    recovery_lose(&t, 0);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_QUEUED);
    unit_check(recovery_due(&t, RECOVERY_MS - 1) == 0);

    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_QUEUED);

    /* once more; now its clients have not left when the session is freed */

    unit_check(ngx_print_session_close(&t.a, t.ref[1], 1) == NGX_OK);
    ngx_print_session_free(&t.a, t.ref[1]);
    unit_check(recovery_whole(&t));
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_QUEUED);

    recovery_session(&t, 3);
    unit_check(recovery_resume(&t, 3, RECOVERY_NONE) == NGX_OK);
    recovery_take(&t, 3, 1);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_SENT);
}


static void
unsent_recovery_over(void)
{
    recovery_t  t;

    recovery_begin(&t, "the time for a recovery is over");

    unsent_print(&t, 0, "a");
    unsent_print(&t, 1, "b");
    recovery_print(&t, 2, "b", 0);
    recovery_lose(&t, 0);

    /* one of its clients has come as another socket */

    unit_check(bench_register(&t.a, t.ref[2], 0, "a", 0) == NGX_OK);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_QUEUED);

    unit_check(recovery_due(&t, RECOVERY_MS) == 1);

    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_QUEUED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_EXPIRED);
    unit_check(unsent_reason(&t.a, &t.jobs[1]));
    unit_check(recovery_state(&t, 2) == NGX_PRINT_JOB_QUEUED);
}


/* the pid ends when a client of it asks for it and has a new clientId */

static void
unsent_recovery_refused(void)
{
    recovery_t  t;

    recovery_begin(&t, "a recovery is refused");

    unsent_print(&t, 0, "a");
    unsent_print(&t, 1, "b");
    recovery_lose(&t, 0);
    unit_check(bench_register(&t.a, t.ref[2], 0, "a", 0) == NGX_OK);

    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_QUEUED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_EXPIRED);
}


/* a client that says goodbye is not recovered */

static void
unsent_recovery_ended(void)
{
    recovery_t  t;

    recovery_begin(&t, "a socket that does not want to be recovered");

    unsent_print(&t, 0, "a");
    ngx_print_recovery_end(&t.a, t.ref[0]);
    unit_check(recovery_whole(&t));
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_QUEUED);
    recovery_lose(&t, 0);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_EXPIRED);
}


/* a process has died that had taken a client off its lost socket */

static void
unsent_dead(void)
{
    recovery_t                 t;
    ngx_print_store_client_t  *cl;

    recovery_begin(&t, "a client that is on its way to another socket");

    unsent_print(&t, 0, "a");
    recovery_print(&t, 1, "a", 0);
    unsent_print(&t, 2, "b");
    recovery_lose(&t, 0);

    cl = &t.a.clients[1];
    unit_check(cl->id[0] == 'a' && cl->owner == 0 && cl->pid);

    unit_check(ngx_print_store_lock(&t.a) == NGX_OK);
    cl->pid = 0;
    ngx_print_store_repair_locked(&t.a);
    ngx_print_store_unlock(&t.a);

    unit_check(recovery_whole(&t));
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_EXPIRED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_QUEUED);
    unit_check(recovery_state(&t, 2) == NGX_PRINT_JOB_QUEUED);
}


static ngx_uint_t
unsent_reason(ngx_print_store_t *st, bench_job_t *job)
{
    ngx_print_job_info_t  info;

    return ngx_print_job_find(st, job->jobs[0].index, job->jobs[0].key, &info)
           == NGX_OK
           && info.finished && info.times.finished && info.times.sent == 0
           && info.reason_len == strlen("the station went offline")
           && memcmp(info.reason, "the station went offline",
                     info.reason_len)
              == 0;
}


static void
unsent_print(recovery_t *t, ngx_uint_t i, const char *id)
{
    bench_job(&t->jobs[i], i, id, 100);

    unit_check(bench_print(&t->a, &t->jobs[i]) == NGX_OK);
    unit_check(check_zone(&t->a, CHECK_SETTLED) == NULL);
}
