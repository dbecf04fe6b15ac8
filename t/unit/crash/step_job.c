
/*
 * Copyright (C) the print hub contributors
 */


/* Operations on jobs. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "step_base.h"


static void step_print_large(ngx_uint_t n, const char *ids, size_t len);
static ngx_int_t step_report(ngx_print_job_state_e state);
static void step_two_clients(void);
static void act_job(void);
static void act_job_large(void);
static void act_job_two(void);
static void act_job_digest(void);
static void step_forgotten(void);
static void alt_forgotten(ngx_uint_t i);
static void act_job_attached(void);
static void step_jobs_full(void);
static void alt_job_evict(ngx_uint_t i);
static void step_logs(void);
static void step_print_log(ngx_uint_t n, ngx_uint_t nlogs);
static void act_job_log(void);
static void step_log_job(void);
static void step_logs_full(void);
static void step_log_places(void);
static void act_log_open(void);
static void alt_log_open(ngx_uint_t i);
static void step_log_lead(void);
static void act_log_done(void);
static void alt_log_done(ngx_uint_t i);
static void step_job_full_zone(void);
static void alt_job_take(ngx_uint_t i);
static void step_two_jobs(void);
static void step_job_poll(void);
static void act_take_poll(void);
static void alt_take_poll(ngx_uint_t i);
static void step_blind(void);
static void step_job_message(void);
static void alt_job_message(ngx_uint_t i);
static void step_job_taken(void);
static void act_job_release(void);
static void step_job_pinned(void);
static void step_two_sent(void);
static void act_job_pong(void);
static void alt_job_pong(ngx_uint_t i);
static void step_tick(void);
static void step_job_ponged(void);
static void step_job_sent(void);
static void act_job_printed(void);
static void act_job_answer(void);
static void act_job_expire(void);
static void step_unconfirmed(void);
static void step_lost(void);
static void alt_lost(ngx_uint_t i);
static void step_lost_one(void);
static void step_moving(void);
static void alt_move(ngx_uint_t i);
static void step_away(void);
static void act_remove(void);
static void alt_remove(ngx_uint_t i);
static void step_direct(ngx_uint_t n, const char *ids);
static void step_unsent(void);
static void alt_unsent(ngx_uint_t i);
static void alt_unsent_free(ngx_uint_t i);
static void step_unsent_lost(void);
static void act_unsent_expire(void);
static void alt_unsent_expire(ngx_uint_t i);
static void step_unsent_moving(void);
static void alt_unsent_move(ngx_uint_t i);


static uint64_t  step_logs_ids[] = { 10, 11 };


static void
step_print_large(ngx_uint_t n, const char *ids, size_t len)
{
    bench_job_t  job;

    bench_job(&job, n, ids, len);

    (void) bench_print(A, &job);
}


static ngx_int_t
step_report(ngx_print_job_state_e state)
{
    ngx_str_t  reason;

    ngx_str_set(&reason, "s");

    return ngx_print_job_result(A, REF, 0, 1, JOB->key, state, &reason);
}


static void
step_two_clients(void)
{
    step_registered();
    step_client(REF.index, "b");
}


/* making them */

static void
act_job(void)
{
    step_print(STEP_BYTES, "a", 0);
}


static void
act_job_large(void)
{
    step_print_large(STEP_BYTES, "a", 66 * 1024 - 20000);
}


static void
act_job_two(void)
{
    step_print(STEP_BYTES, "ab", 0);
}


static void
act_job_digest(void)
{
    bench_job_t  job;

    bench_job(&job, STEP_BYTES, "ab", 100);
    job.init.digest = job.digest;

    (void) bench_print(A, &job);
}


/* one of its two jobs was evicted, the other one and two more may be */

static void
step_forgotten(void)
{
    uint32_t              i;
    ngx_print_job_info_t  info;

    step_two_clients();
    act_job_digest();

    (void) ngx_print_job_cancel(A, 2, A->jobs[2].key, &info);

    for (i = 1; i < STEP_JOBS; i++) {
        step_print(i, "a", 0);
    }

    for (i = 1; i <= STEP_JOBS; i++) {
        (void) ngx_print_job_cancel(A, i, A->jobs[i].key, &info);
    }
}


static void
alt_forgotten(ngx_uint_t i)
{
    uint32_t  first;

    (void) step_session();

    first = A->sh->history_head;
    A->jobs[first].state = NGX_PRINT_JOB_FREE;

    if (i) {
        A->jobs[A->jobs[first].next].state = NGX_PRINT_JOB_FREE;
    }
}


/* with lines for logs, and a note */

static void
step_logs(void)
{
    step_registered();
    (void) ngx_print_job_log_open(A, step_logs_ids, 2);
}


static void
step_print_log(ngx_uint_t n, ngx_uint_t nlogs)
{
    bench_job_t  job;

    bench_job(&job, n, "a", 100);

    job.init.logs = step_logs_ids;
    job.init.nlogs = nlogs;
    job.init.bytes = 77;
    ngx_str_set(&job.init.by, "erp");

    (void) bench_print(A, &job);
}


static void
act_job_log(void)
{
    step_print_log(STEP_BYTES, 2);
}


static void
step_log_job(void)
{
    step_logs();
    step_print_log(1, 1);
}


/* the note of the one that gives way is the only one */

static void
step_logs_full(void)
{
    ngx_uint_t            i;
    ngx_print_job_info_t  info;

    step_logs();

    for (i = 1; i <= STEP_JOBS; i++) {
        step_print_log(i, i == 2);
    }

    (void) ngx_print_job_cancel(A, 2, A->jobs[2].key, &info);
}


/* all places are taken, and a job has the bits of two */

static void
step_log_places(void)
{
    uint64_t    ids[NGX_PRINT_JOB_LOGS];
    ngx_uint_t  i;

    step_log_job();

    for (i = 0; i < NGX_PRINT_JOB_LOGS; i++) {
        ids[i] = step_logs_ids[0] + i;
    }

    (void) ngx_print_job_log_open(A, ids, NGX_PRINT_JOB_LOGS);

    A->sh->logs[0].cursor = 1;
    A->sh->logs[0].torn = 1;
}


static void
act_log_open(void)
{
    uint64_t  id;

    id = 99;

    (void) ngx_print_job_log_open(A, &id, 1);
}


/* the place is free; no job has its bit any more */

static void
alt_log_open(ngx_uint_t i)
{
    A->sh->logs[0].id = 0;

    if (i) {
        A->jobs[1].logs &= ~1;
    }
}


static void
step_log_lead(void)
{
    step_log_job();
    (void) ngx_print_job_log_leader(A);
}


static void
act_log_done(void)
{
    (void) ngx_print_job_log_done(A, step_logs_ids[0], 2, 1);
}


/* it is told before the line has its end */

static void
alt_log_done(ngx_uint_t i)
{
    A->sh->logs[0].torn = 1;
}


static void
act_job_attached(void)
{
    ngx_str_t    binary[2];
    bench_job_t  job;

    bench_job(&job, STEP_BYTES, "a", 300);

    binary[0].len = 10;
    binary[0].data = job.parts[0].data;
    binary[1].len = 2000;
    binary[1].data = job.parts[0].data;

    job.init.binary = binary;
    job.init.nbinary = 2;

    (void) bench_print(A, &job);
}


/* the first one of the history is not the first that was made */

static void
step_jobs_full(void)
{
    ngx_uint_t            n;
    bench_job_t           job;
    ngx_print_job_info_t  info;

    step_registered();

    for (n = 1; n <= STEP_JOBS; n++) {
        bench_job(&job, n, "a", 100);
        job.init.digest = job.digest;
        (void) bench_print(A, &job);
    }

    (void) ngx_print_job_cancel(A, 2, A->jobs[2].key, &info);
    (void) ngx_print_job_cancel(A, 1, JOB->key, &info);
}


static void
alt_job_evict(ngx_uint_t i)
{
    (void) step_session();
    A->jobs[2].state = NGX_PRINT_JOB_FREE;
}


static void
step_job_full_zone(void)
{
    step_registered();

    while (bench_send(H, REF, 1, 8000) == NGX_OK) { /* void */ }
}


/* its ping is counted before it is sent */

static void
alt_job_take(ngx_uint_t i)
{
    step_session()->pings = 1;
}


static void
step_two_jobs(void)
{
    step_two_clients();
    step_print(1, "a", 0);
    step_print(2, "b", 1);
}


static void
step_job_poll(void)
{
    u_char  sock[NGX_PRINT_SESSION_SOCK];

    bench_sock(sock, 1);

    (void) bench_open(A, 1, 0, &REF, &step_env.token);
    (void) ngx_print_session_connect(A, REF, 0, sock);
    step_client(REF.index, "a");
    step_print(1, "a", 0);
    (void) ngx_print_session_poll(A, REF, &step_env.token);
}


static void
act_take_poll(void)
{
    (void) ngx_print_queue_take(A, REF, step_env.token, 10000, 1, BATCH);
}


static void
alt_take_poll(ngx_uint_t i)
{
    if (i == 0) {
        step_session()->pings = 1;
        return;
    }

    act_take_poll();
    step_session()->att_kind = NGX_PRINT_ATT_POLL;
}


static void
step_blind(void)
{
    step_job();
    bench_eio3(A, REF);
}


/* batch and message: one of each */

static void
step_job_message(void)
{
    step_job();
    (void) bench_send(H, REF, 2, 100);
}


/* the message is lost with the process that had taken it */

static void
alt_job_message(ngx_uint_t i)
{
    step_session()->out.head = 0;
    step_session()->pings = i;
}


static void
step_job_taken(void)
{
    step_job();
    step_take();
}


static void
act_job_release(void)
{
    ngx_print_queue_release(A, BATCH);
}


/* one that is finished while its payload is copied */

static void
step_job_pinned(void)
{
    step_job_taken();
    (void) step_report(NGX_PRINT_JOB_PRINTED);
}


/* what becomes of them */

static void
step_two_sent(void)
{
    step_two_jobs();
    step_take_done();
}


static void
act_job_pong(void)
{
    ngx_print_session_touch(A, REF, 1);
}


/* the next pong tells of those that are not received yet */

static void
alt_job_pong(ngx_uint_t i)
{
    ngx_print_store_session_t  *s;

    s = step_session();
    s->ping_at = (uint32_t) ngx_current_msec + BENCH_INTERVAL;
    s->pongs = i;
}


static void
step_tick(void)
{
    bench_clock(ngx_current_msec + 1);
}


static void
step_job_ponged(void)
{
    step_two_sent();
    step_tick();
}


static void
step_job_sent(void)
{
    step_job();
    step_take_done();
}


static void
act_job_printed(void)
{
    (void) step_report(NGX_PRINT_JOB_PRINTED);
}


static void
act_job_answer(void)
{
    ngx_str_t  reason;

    ngx_str_set(&reason, "s");

    (void) ngx_print_job_answer(A, REF, 0, 1, 1, NGX_PRINT_JOB_FAILED,
                                &reason);
}


static void
act_job_expire(void)
{
    ngx_print_job_expire(A, A->job_deadlines[1], 1);
}


/* a late result of a job that nobody knew of */

static void
step_unconfirmed(void)
{
    step_job_sent();
    (void) ngx_print_session_close(A, REF, 1);
    ngx_print_session_free(A, REF);
    step_open_connected();
    step_client(REF.index, "a");
}


/* one is repeated, one is not */

static void
step_lost(void)
{
    step_two_sent();
    (void) ngx_print_session_close(A, REF, 1);
}


/* its jobs are settled before its clients are offline */

static void
alt_lost(ngx_uint_t i)
{
    ngx_print_job_session_lost(A, REF);
}


static void
step_lost_one(void)
{
    step_registered();
    step_print(1, "a", 1);
    step_take_done();
    (void) ngx_print_session_close(A, REF, 1);
}


/* the client comes elsewhere while its session lives */

static void
step_moving(void)
{
    ngx_print_ref_t  ref;

    step_registered();
    step_print(1, "a", 1);
    step_take_done();

    (void) bench_open(A, 2, 1, &ref, &step_env.token);
    REF = ref;
}


static void
alt_move(ngx_uint_t i)
{
    (void) step_session();

    JOB->flags |= NGX_PRINT_JOB_REPETITION;

    ngx_print_job_change_locked(A, 1, NGX_PRINT_JOB_QUEUED, "");
}


static void
step_away(void)
{
    step_two_sent();
    step_print(3, "b", 0);
    (void) ngx_print_session_close(A, REF, 1);
    ngx_print_session_free(A, REF);
}


static void
act_remove(void)
{
    ngx_str_t  id;

    ngx_str_set(&id, "b");

    (void) ngx_print_client_remove(A, &id);
}


static void
alt_remove(ngx_uint_t i)
{
    (void) step_session();

    ngx_print_job_change_locked(A, 2, NGX_PRINT_JOB_UNCONFIRMED,
                                "the client was removed");

    if (i) {
        ngx_print_job_change_locked(A, 3, NGX_PRINT_JOB_CANCELED,
                                    "the client was removed");
    }
}


/* jobs that do not wait for a client which is offline */

static void
step_direct(ngx_uint_t n, const char *ids)
{
    bench_job_t  job;

    bench_job(&job, n, ids, 100 * n);

    (void) bench_print(A, &job);
}


/* two of them, and one that waits */

static void
step_unsent(void)
{
    step_registered();
    step_direct(1, "a");
    step_print(2, "a", 0);
    step_direct(3, "a");
    (void) ngx_print_session_close(A, REF, 1);
}


/* they end one by one, before the client is offline */

static void
alt_unsent(ngx_uint_t i)
{
    (void) step_session();

    ngx_print_job_change_locked(A, 1, NGX_PRINT_JOB_EXPIRED,
                                "the station went offline");

    if (i) {
        ngx_print_job_change_locked(A, 3, NGX_PRINT_JOB_EXPIRED,
                                    "the station went offline");
    }
}


static void
alt_unsent_free(ngx_uint_t i)
{
    alt_unsent(i);

    if (i > 1) {
        ngx_print_client_offline_locked(A, step_session(), 1);
    }
}


/* its socket may be recovered for a while */

static void
step_unsent_lost(void)
{
    u_char  key[NGX_PRINT_JOB_KEY], pid[NGX_PRINT_ID_LEN];

    step_open_connected();
    bench_job_key(key, 7, 0);
    (void) ngx_print_recovery_open(A, REF, 5000, NULL, key, pid);
    step_client(REF.index, "a");
    step_direct(1, "a");
    step_print(2, "a", 0);
    step_direct(3, "a");
    (void) ngx_print_session_close(A, REF, 1);
    ngx_print_session_free(A, REF);
}


static void
act_unsent_expire(void)
{
    ngx_print_recovery_expire(A, A->pid_deadlines[1], 1);
}


static void
alt_unsent_expire(ngx_uint_t i)
{
    alt_unsent(i);

    if (i > 1) {
        A->pids[1].gone = 1;
    }

    if (i > 2) {
        A->clients[1].pid = 0;
    }
}


static void
step_unsent_moving(void)
{
    step_unsent_lost();
    step_open_connected();
}


/*
 * The client is on no pid any more, and has no new owner yet: nobody but the
 * repair ends its jobs.
 */

static void
alt_unsent_move(ngx_uint_t i)
{
    if (i == 0) {
        (void) step_session();
        A->pids[1].gone = 1;
        return;
    }

    alt_unsent_expire(3);

    if (i > 1) {
        A->clients[1].others = A->sh->offset;
    }
}


step_operation_t  step_job_operations[] = {

    { "job", step_registered, act_job, NULL, 0, 0 },
    { "job-large", step_registered, act_job_large, NULL, 0, 0 },
    { "job-two", step_two_clients, act_job_two, NULL, 0, STEP_EACH },
    { "job-digest", step_two_clients, act_job_digest, NULL, 0, 0 },
    { "job-forgotten", step_forgotten, act_job_digest, alt_forgotten, 2, 0 },
    { "job-attached", step_registered, act_job_attached, NULL, 0, 0 },
    { "job-evict", step_jobs_full, act_job, alt_job_evict, 1, 0 },
    { "job-log", step_logs, act_job_log, NULL, 0, 0 },
    { "job-log-two", step_log_job, act_job_log, NULL, 0, 0 },
    { "job-log-evict", step_logs_full, act_job_log, alt_job_evict, 1, 0 },
    { "job-log-end", step_log_job, act_job_cancel, NULL, 0, 0 },
    { "log-open", step_log_places, act_log_open, alt_log_open, 2, 0 },
    { "log-done", step_log_lead, act_log_done, alt_log_done, 1, 0 },
    { "job-full", step_job_full_zone, act_job_large, NULL, 0, STEP_SILENT },

    { "job-take", step_job, step_take, alt_job_take, 1, STEP_EACH },
    { "job-take-two", step_two_jobs, step_take, alt_job_take, 1,
      STEP_MIXED },
    { "job-take-poll", step_job_poll, act_take_poll, alt_take_poll, 2, 0 },
    { "job-take-blind", step_blind, step_take, NULL, 0, 0 },
    { "job-take-message", step_job_message, step_take, alt_job_message, 2,
      0 },
    { "job-release", step_job_taken, act_job_release, NULL, 0, STEP_SILENT },
    { "job-pinned", step_job_pinned, act_job_release, NULL, 0, STEP_SILENT },

    { "job-pong", step_job_ponged, act_job_pong, alt_job_pong, 2,
      STEP_MIXED|STEP_EACH },
    { "job-result", step_job_sent, act_job_printed, NULL, 0, 0 },
    { "job-answer", step_job_sent, act_job_answer, NULL, 0, 0 },
    { "job-cancel", step_job, act_job_cancel, NULL, 0, 0 },
    { "job-expire", step_job, act_job_expire, NULL, 0, 0 },
    { "job-late", step_unconfirmed, act_job_printed, NULL, 0, 0 },
    { "job-lost", step_lost, act_lost_free, alt_lost, 1, STEP_MIXED },
    { "job-leave", step_lost_one, act_lost_leave, alt_lost, 1, 0 },
    { "job-move", step_moving, act_move, alt_move, 1, 0 },
    { "job-remove", step_away, act_remove, alt_remove, 2, 0 },

    { "job-unsent", step_unsent, act_lost_leave, alt_unsent, 2, 0 },
    { "job-unsent-free", step_unsent, act_lost_free, alt_unsent_free, 3, 0 },
    { "job-unsent-expire", step_unsent_lost, act_unsent_expire,
      alt_unsent_expire, 4, 0 },
    { "job-unsent-move", step_unsent_moving, act_move, alt_unsent_move, 3, 0 },

    { NULL, NULL, NULL, NULL, 0, 0 }
};
