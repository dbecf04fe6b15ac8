
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A socket comes back while its old session is still there: the new one has
 * it at once, and nothing that happens to the old one changes that.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "recovery_base.h"


#define TAKEOVER_JOBS  150


static void takeover_websocket(void);
static void takeover_held(void);
static void takeover_late(recovery_t *t, ngx_print_store_t *st);
static void takeover_poll(void);
static void takeover_waits(void);
static void takeover_upgrade(void);
static void takeover_closing(void);
static void takeover_dead(void);
static void takeover_twice(void);
static void takeover_many(void);
static void takeover_refused(void);
static void takeover_none(void);
static void takeover_nsps(void);

static void takeover_begin(recovery_t *t, const char *about,
    ngx_print_store_t *st, ngx_uint_t ws);
static ngx_uint_t takeover_ended(recovery_t *t, ngx_print_store_t *st,
    ngx_uint_t session);


static ngx_print_wake_t   takeover_wake;
static ngx_print_store_t  takeover_b;


int
main(int argc, char **argv)
{
    bench_guard();

    takeover_websocket();
    takeover_held();
    takeover_poll();
    takeover_waits();
    takeover_upgrade();
    takeover_closing();
    takeover_dead();
    takeover_twice();
    takeover_many();
    takeover_refused();
    takeover_none();
    takeover_nsps();

    return unit_end();
}


/* both connections are this worker's, which finishes the old one */

static void
takeover_websocket(void)
{
    recovery_t  t;

    takeover_begin(&t, "a WebSocket of the same worker", NULL, 1);

    unit_check(recovery_resume(&t, 1, 1) == NGX_OK);
    unit_check(t.old.index == t.ref[0].index && t.old.gen == t.ref[0].gen);
    unit_check(ngx_print_session_reason(&t.a, t.old) == RECOVERY_TAKEN);
    unit_check(recovery_connected(&t, "a", 0));
    unit_check(recovery_connected(&t, "b", 0));
    unit_check(t.a.sessions[t.ref[0].index].clients == 0);

    /* job 0 had arrived, 1 and 2 had not, 3 was never sent */

    recovery_take(&t, 1, 3);
    unit_check(t.batch.jobs_first);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_RECEIVED);

    takeover_late(&t, &t.a);
}


/* another worker has the old connection, and stands still meanwhile */

static void
takeover_held(void)
{
    recovery_t         t;
    ngx_print_ref_t    refs[2];
    ngx_print_batch_t  batch;

    takeover_begin(&t, "a WebSocket of another worker", &takeover_b, 1);
    ngx_print_store_rearm(&takeover_b);
    unit_check(ngx_print_queue_ready(&takeover_b, refs, 2) == 1);

    unit_check(recovery_resume(&t, 1, 1) == NGX_OK);
    unit_check(ngx_print_session_reason(&t.a, t.old) == 0);
    unit_check(takeover_b.workers[takeover_b.slot].pending);
    unit_check(recovery_connected(&t, "a", 0));
    recovery_take(&t, 1, 3);

    /* it goes on */

    unit_check(ngx_print_queue_ready(&takeover_b, refs, 2) == 1);
    unit_check(refs[0].index == t.old.index && refs[0].gen == t.old.gen);
    unit_check(ngx_print_queue_take(&takeover_b, t.old, t.token[0],
                                    RECOVERY_MAX, 0, &batch) == NGX_OK);
    unit_check(batch.closing && batch.njobs == 0);
    unit_check(ngx_print_session_reason(&takeover_b, t.old)
               == RECOVERY_TAKEN);

    takeover_late(&t, &takeover_b);
}


/* all that the old connection may still bring, then its end */

static void
takeover_late(recovery_t *t, ngx_print_store_t *st)
{
    ngx_str_t                 reason = unit_str("late");
    ngx_uint_t                i;
    ngx_print_batch_t         batch;
    ngx_print_client_info_t   client;
    ngx_print_store_job_t    *job;

    for (i = 1; i < 4; i++) {
        job = &st->jobs[t->jobs[i].jobs[0].index];

        unit_check(ngx_print_job_result(st, t->old, 0, job - st->jobs,
                                        job->key, NGX_PRINT_JOB_FAILED,
                                        &reason) == NGX_DECLINED);
        unit_check(ngx_print_job_answer(st, t->old, 0, job - st->jobs,
                                        job->gen, NGX_PRINT_JOB_FAILED,
                                        &reason) == NGX_DECLINED);
    }

    ngx_print_session_touch(st, t->old, 1);
    ngx_print_session_touch(st, t->old, 1);

    unit_check(bench_register(st, t->old, 0, "a", 0) == NGX_DECLINED);
    unit_check(ngx_print_session_disconnect(st, t->old, 0) == NGX_DECLINED);
    ngx_print_recovery_end(st, t->old);
    unit_check(ngx_print_session_close(st, t->old, 1) == NGX_DECLINED);
    unit_check(ngx_print_session_post(st, t->old) == NGX_DECLINED);
    unit_check(bench_send(st, t->old, 1, 100) == NGX_DECLINED);
    unit_check(ngx_print_queue_rest(st, t->old, RECOVERY_MAX, &batch)
               == NGX_DONE);

    unit_check(ngx_print_client_offline(st, t->old, 0, &client)
               == NGX_DECLINED);
    ngx_print_session_free(st, t->old);
    unit_check(recovery_whole(t));

    unit_check(recovery_connected(t, "a", 0));
    unit_check(recovery_connected(t, "b", 0));

    for (i = 1; i < 4; i++) {
        unit_check(recovery_state(t, i) == NGX_PRINT_JOB_SENT);
    }

    /* the pong of the new connection is the receipt */

    recovery_pong(t, 1);

    for (i = 0; i < 4; i++) {
        unit_check(recovery_state(t, i) == NGX_PRINT_JOB_RECEIVED);
    }

    /* the pid is its own: it can be lost as any other */

    recovery_lose(t, 1);
    recovery_session(t, 3);
    unit_check(recovery_resume(t, 3, RECOVERY_NONE) == NGX_OK);
    unit_check(t->old.index == 0);
}


/* long-polling, between two GETs */

static void
takeover_poll(void)
{
    recovery_t  t;

    takeover_begin(&t, "long-polling between two GETs", NULL, 0);

    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    unit_check(ngx_print_session_reason(&t.a, t.old) == RECOVERY_TAKEN);
    unit_check(recovery_connected(&t, "a", 0));

    ngx_print_session_linger(&t.a, t.old, 1000);
    recovery_take(&t, 1, 4);
    unit_check(takeover_ended(&t, &t.a, 0));
}


/* long-polling, with a GET that waits at another worker */

static void
takeover_waits(void)
{
    recovery_t         t;
    ngx_print_ref_t    refs[2];
    ngx_print_batch_t  batch;

    takeover_begin(&t, "long-polling with a GET", &takeover_b, 0);

    unit_check(ngx_print_session_post(&t.a, t.ref[0]) == NGX_OK);
    unit_check(ngx_print_session_poll(&takeover_b, t.ref[0], &t.token[0])
               == NGX_OK);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    unit_check(ngx_print_session_reason(&t.a, t.old) == 0);

    /* the POST that was being read, and the GET */

    ngx_print_session_post_done(&t.a, t.old);
    unit_check(ngx_print_queue_ready(&takeover_b, refs, 2) == 1);
    unit_check(ngx_print_queue_take(&takeover_b, t.old, t.token[0],
                                    RECOVERY_MAX, 1, &batch) == NGX_OK);
    unit_check(batch.closing);
    unit_check(ngx_print_session_detach(&takeover_b, t.old, t.token[0])
               == NGX_DECLINED);
    unit_check(ngx_print_session_reason(&takeover_b, t.old)
               == RECOVERY_TAKEN);
    recovery_take(&t, 1, 4);
    unit_check(takeover_ended(&t, &takeover_b, 0));
}


/* the WebSocket of an upgrade comes too late */

static void
takeover_upgrade(void)
{
    uint32_t    token;
    recovery_t  t;

    takeover_begin(&t, "in the midst of an upgrade", NULL, 0);

    unit_check(ngx_print_session_probe(&takeover_b, t.ref[0], &token)
               == NGX_OK);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    unit_check(ngx_print_session_reason(&t.a, t.old) == RECOVERY_TAKEN);

    unit_check(ngx_print_session_upgrade(&takeover_b, t.old, token)
               == NGX_DECLINED);
    unit_check(ngx_print_session_unprobe(&takeover_b, t.old, token)
               == NGX_DECLINED);
    recovery_take(&t, 1, 4);
    unit_check(takeover_ended(&t, &t.a, 0));
}


/* the old session was closed before, for another reason */

static void
takeover_closing(void)
{
    recovery_t  t;

    takeover_begin(&t, "a session that is being closed", &takeover_b, 1);

    unit_check(ngx_print_session_close(&t.a, t.ref[0], 3) == NGX_AGAIN);
    unit_check(!recovery_connected(&t, "a", 0));
    unit_check(recovery_resume(&t, 1, 1) == NGX_OK);
    unit_check(t.old.index == t.ref[0].index);
    unit_check(ngx_print_session_reason(&takeover_b, t.old) == 3);
    unit_check(recovery_connected(&t, "a", 0));
    recovery_take(&t, 1, 3);

    takeover_late(&t, &takeover_b);
}


/* its worker has died, which nobody has noticed yet */

static void
takeover_dead(void)
{
    uint32_t         cursor;
    recovery_t       t;
    ngx_print_ref_t  found;

    takeover_begin(&t, "a session of a dead worker", &takeover_b, 1);

    unit_check(recovery_resume(&t, 1, 1) == NGX_OK);
    unit_check(ngx_print_session_reason(&t.a, t.old) == 0);
    recovery_take(&t, 1, 3);

    ngx_print_store_leave(&takeover_b);
    cursor = 0;
    unit_check(ngx_print_session_orphan(&t.a, &cursor, 1, &found) == NGX_OK);
    unit_check(found.index == t.old.index && found.gen == t.old.gen);
    unit_check(ngx_print_session_reason(&t.a, found) == RECOVERY_TAKEN);

    takeover_late(&t, &t.a);
}


/* two sessions present the pid in turn: the last one keeps the socket */

static void
takeover_twice(void)
{
    recovery_t       t;
    ngx_print_ref_t  first;

    takeover_begin(&t, "twice", &takeover_b, 1);
    recovery_session(&t, 3);

    unit_check(recovery_resume(&t, 1, 1) == NGX_OK);
    first = t.old;

    /* what the first one has not read yet is dropped */

    unit_check(bench_send(&t.a, t.ref[1], 1, 100) == NGX_OK);
    unit_check(recovery_resume(&t, 3, 1) == NGX_OK);
    unit_check(t.old.index == t.ref[1].index);
    unit_check(t.a.sessions[t.ref[1].index].out.head == 0);
    unit_check(recovery_connected(&t, "a", 0));

    recovery_take(&t, 3, 3);
    recovery_take(&t, 3, 0);
    ngx_print_session_free(&t.a, t.old);
    ngx_print_session_free(&takeover_b, first);
    unit_check(recovery_connected(&t, "a", 0));
    recovery_pong(&t, 3);
    unit_check(recovery_state(&t, 3) == NGX_PRINT_JOB_RECEIVED);
}


/* in several holds of the lock */

static void
takeover_many(void)
{
    u_char       key[NGX_PRINT_JOB_KEY], sock[NGX_PRINT_SESSION_SOCK];
    ngx_str_t    data;
    ngx_uint_t   i, n;
    recovery_t   t;
    bench_job_t  job;

    unit_about("many jobs and messages");

    bench_create(4 * 1024 * 1024, 8, 16, 0);
    bench_fake(&t.a, &t.wake, 1);

    recovery_joined(&t, 0);
    recovery_session(&t, 1);
    unit_check(recovery_open(&t, 0, 1) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[0], 0, "a", 0) == NGX_OK);

    for (i = 0; i < TAKEOVER_JOBS; i++) {
        bench_job(&job, i, "a", 100);
        job.init.limit = 1024 * 1024;
        job.init.queue = TAKEOVER_JOBS;
        unit_check(bench_print(&t.a, &job) == NGX_OK);
    }

    for (n = 0; n < TAKEOVER_JOBS; n += t.batch.njobs) {
        unit_check(ngx_print_queue_take(&t.a, t.ref[0], t.token[0],
                                        RECOVERY_MAX, 0, &t.batch) == NGX_OK);
        i = t.batch.njobs;
        ngx_print_queue_release(&t.a, &t.batch);
        t.batch.njobs = i;
    }

    for (i = 0; i < TAKEOVER_JOBS; i++) {
        data.data = bench_bytes(i, 100);
        data.len = 100;
        unit_check(ngx_print_queue_send(&t.a, t.ref[0], &data, 1, 0,
                                        1024 * 1024) == NGX_OK);
    }

    unit_check(t.a.sessions[t.ref[0].index].out.count
               > NGX_PRINT_STORE_SLICE);
    unit_check(recovery_resume(&t, 1, 20) == NGX_OK);
    unit_check(t.a.sessions[t.ref[0].index].out.head == 0);
    unit_check(t.a.sessions[t.ref[0].index].sent_head == 0);

    for (n = 0; n < TAKEOVER_JOBS - 20; n += i) {
        unit_check(ngx_print_queue_take(&t.a, t.ref[1], t.token[1],
                                        RECOVERY_MAX, 0, &t.batch) == NGX_OK);
        i = t.batch.njobs;

        if (i == 0) {
            unit_check(0);
            return;
        }

        unit_check(ngx_memcmp(t.batch.jobs[0].key,
                              (bench_job_key(key, 20 + n, 0), key),
                              NGX_PRINT_JOB_KEY) == 0);
        ngx_print_queue_release(&t.a, &t.batch);
    }

    unit_check(n == TAKEOVER_JOBS - 20);

    bench_sock(sock, 0);
    unit_check(ngx_memcmp(t.a.sessions[t.ref[1].index].sock, sock,
                          NGX_PRINT_SESSION_SOCK) == 0);
    ngx_print_session_free(&t.a, t.old);
    unit_check(recovery_whole(&t));
}


/* who has no right to the socket, or cannot have it, closes nothing */

static void
takeover_refused(void)
{
    u_char           was;
    recovery_t       t;
    ngx_print_ref_t  ref;

    takeover_begin(&t, "a wrong pid", NULL, 1);

    was = t.bytes[19];
    t.bytes[19] = (was == 'x') ? 'y' : 'x';
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
    unit_check(t.old.index == 0);
    t.bytes[19] = was;

    /* connected, gone, closed; and the session itself */

    unit_check(recovery_resume(&t, 2, RECOVERY_NONE) == NGX_DECLINED);
    unit_check(t.old.index == 0);

    ref = t.ref[1];
    t.ref[1].gen--;
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
    t.ref[1] = ref;

    recovery_session(&t, 3);
    unit_check(ngx_print_session_close(&t.a, t.ref[3], 1) == NGX_OK);
    unit_check(recovery_resume(&t, 3, RECOVERY_NONE) == NGX_DECLINED);

    unit_check(ngx_print_session_disconnect(&t.a, t.ref[0], 0) == NGX_OK);
    unit_check(recovery_resume(&t, 0, RECOVERY_NONE) == NGX_DECLINED);
    unit_check(t.old.index == 0);

    unit_check(t.a.sessions[t.ref[0].index].state == NGX_PRINT_SESSION_WS);
    unit_check(t.a.sessions[t.ref[0].index].pid == 1);
}


/* a socket that has no clients is not recovered, and its session ends */

static void
takeover_none(void)
{
    recovery_t  t;

    recovery_begin(&t, "a socket without clients");

    unit_check(recovery_open(&t, 2, 2) == NGX_OK);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
    unit_check(t.old.index == t.ref[2].index);
    unit_check(ngx_print_session_reason(&t.a, t.old) == RECOVERY_TAKEN);
}


/* sockets of other namespaces end with their session */

static void
takeover_nsps(void)
{
    recovery_t               t;
    ngx_print_client_info_t  info;

    takeover_begin(&t, "other namespaces", NULL, 1);

    unit_check(ngx_print_session_connect(&t.a, t.ref[0], 2, NULL) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[0], 2, "n", 0) == NGX_OK);
    recovery_print(&t, 4, "n", 0);
    recovery_take(&t, 0, 2);
    unit_check(ngx_print_session_connect(&t.a, t.ref[1], 2, NULL) == NGX_OK);

    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    unit_check(recovery_connected(&t, "a", 0));
    unit_check(!recovery_connected(&t, "n", 0));
    unit_check(recovery_state(&t, 4) == NGX_PRINT_JOB_UNCONFIRMED);

    unit_check(ngx_print_client_offline(&t.a, t.old, 0, &info)
               == NGX_DECLINED);
    unit_check(ngx_print_client_offline(&t.a, t.old, 2, &info) == NGX_OK);
    unit_check(info.id[0] == 'n');
    recovery_take(&t, 1, 4);
    ngx_print_session_free(&t.a, t.old);
    unit_check(recovery_whole(&t));
}


/*
 * Session 0 is of worker st (NULL: a) and has got jobs 0 to 2, the last one
 * after its client has gone deaf; job 3 waits for it.  On long-polling it has
 * got none of them.
 */

static void
takeover_begin(recovery_t *t, const char *about, ngx_print_store_t *st,
    ngx_uint_t ws)
{
    u_char      sock[NGX_PRINT_SESSION_SOCK];
    ngx_uint_t  i;

    unit_about("%s", about);

    bench_create(1024 * 1024, 8, 16, 0);
    bench_fake(&t->a, &t->wake, 1);
    bench_fake(&takeover_b, &takeover_wake, 2);

    st = st ? st : &t->a;

    unit_check(bench_open(st, 0, ws, &t->ref[0], &t->token[0]) == NGX_OK);
    bench_sock(sock, 0);
    unit_check(ngx_print_session_connect(&t->a, t->ref[0], 0, sock)
               == NGX_OK);

    recovery_session(t, 1);
    recovery_joined(t, 2);

    unit_check(recovery_open(t, 0, 1) == NGX_OK);
    unit_check(bench_register(&t->a, t->ref[0], 0, "a", 0) == NGX_OK);
    unit_check(bench_register(&t->a, t->ref[0], 0, "b", 0) == NGX_OK);

    for (i = 0; i < 4; i++) {
        recovery_print(t, i, i & 1 ? "b" : "a", 0);

        if (ws && i == 2) {
            unit_check(ngx_print_queue_take(st, t->ref[0], t->token[0],
                                            RECOVERY_MAX, 0, &t->batch)
                       == NGX_OK);
            ngx_print_queue_release(st, &t->batch);
        }
    }

    (void) bench_send(&t->a, t->ref[0], 1, 100);
}


/* the end of the old session leaves the clients and jobs as they are */

static ngx_uint_t
takeover_ended(recovery_t *t, ngx_print_store_t *st, ngx_uint_t session)
{
    ngx_print_session_free(st, t->ref[session]);

    return recovery_whole(t)
           && recovery_connected(t, "a", 0)
           && recovery_connected(t, "b", 0)
           && recovery_state(t, 0) == NGX_PRINT_JOB_SENT
           && recovery_state(t, 3) == NGX_PRINT_JOB_SENT;
}
