
/*
 * Copyright (C) the print hub contributors
 */


/* the operations on jobs and pids that every_instruction.c kills */


#include <ngx_config.h>
#include <ngx_core.h>

#include "step.h"


#define A      (&step_env.a)
#define H      (&step_env.h)
#define REF    step_env.ref
#define BATCH  (&step_env.batch)

/* the first one of a zone */
#define JOB    (&A->jobs[1])


static void step_print(ngx_uint_t n, const char *ids, ngx_uint_t resend);
static void step_print_large(ngx_uint_t n, const char *ids, size_t len);
static void step_take(void);
static ngx_int_t step_report(ngx_print_job_state_e state);


static u_char     step_pid_bytes[2][NGX_PRINT_ID_LEN];
static ngx_str_t  step_pid_text;
static ngx_str_t  step_pid_offset;


/* one more request, number n */

static void
step_print(ngx_uint_t n, const char *ids, ngx_uint_t resend)
{
    bench_job_t  job;

    bench_job(&job, n, ids, 100 * n);

    job.init.queue = 10;
    job.init.resend = resend;

    (void) bench_print(A, &job);
}


static void
step_print_large(ngx_uint_t n, const char *ids, size_t len)
{
    bench_job_t  job;

    bench_job(&job, n, ids, len);

    (void) bench_print(A, &job);
}


static void
step_take(void)
{
    (void) ngx_print_queue_take(A, REF, step_env.token, 10000, 0, BATCH);
}


static void
step_take_done(void)
{
    step_take();
    ngx_print_queue_release(A, BATCH);
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


/* who dies in between has made the first one only */

static void
alt_job_two(ngx_uint_t i)
{
    step_print(STEP_BYTES, "a", 0);
}


static void
act_job_digest(void)
{
    bench_job_t  job;

    bench_job(&job, STEP_BYTES, "ab", 100);
    job.init.digest = job.digest;

    (void) bench_print(A, &job);
}


static void
alt_job_digest(ngx_uint_t i)
{
    bench_job_t  job;

    bench_job(&job, STEP_BYTES, "a", 100);
    job.init.digest = job.digest;

    (void) bench_print(A, &job);
}


static void
step_job_half(void)
{
    step_two_clients();
    alt_job_digest(0);
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


/* sending them */

static void
step_job(void)
{
    step_registered();
    step_print(1, "a", 0);
}


/* it is counted before it is sent, and its ping after that */

static void
alt_job_take(ngx_uint_t i)
{
    if (i == 0) {
        (void) step_session();
        JOB->attempts++;
        return;
    }

    step_take();
    step_session()->pings = 0;
}


static void
step_two_jobs(void)
{
    step_two_clients();
    step_print(1, "a", 0);
    step_print(2, "b", 1);
}


static void
alt_two_taken(ngx_uint_t i)
{
    if (i == 0) {
        (void) step_session();
        JOB->attempts++;
        A->jobs[2].attempts++;
        return;
    }

    alt_job_take(1);
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
        (void) step_session();
        JOB->attempts++;
        return;
    }

    act_take_poll();
    step_session()->pings = 0;

    if (i == 1) {
        step_session()->att_kind = NGX_PRINT_ATT_POLL;
    }
}


static void
step_blind(void)
{
    step_job();
    A->sessions[REF.index].eio = 3;
}


static void
alt_blind(ngx_uint_t i)
{
    (void) step_session();
    JOB->attempts++;
}


/* batch and message: one of each */

static void
step_job_message(void)
{
    step_job();
    (void) bench_send(H, REF, 2, 100);
}


/* the message is lost with the one who had taken it */

static void
alt_job_message(ngx_uint_t i)
{
    if (i == 2) {
        alt_job_take(1);
        return;
    }

    step_session()->out.head = 0;
    JOB->attempts += i;
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


/* the reason is there before the state */

static void
alt_job_reason(ngx_uint_t i)
{
    (void) step_session();

    JOB->reason_len = 1;

    if (i) {
        JOB->reason[0] = 's';
    }
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
act_job_cancel(void)
{
    ngx_print_job_info_t  info;

    (void) ngx_print_job_cancel(A, 1, JOB->key, &info);
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
    step_open_joined();
    step_client(REF.index, "a");
}


/* one is repeated, one is not */

static void
step_lost(void)
{
    step_two_sent();
    (void) ngx_print_session_close(A, REF, 1);
}


static void
act_lost_free(void)
{
    ngx_print_session_free(A, REF);
}


/* one says that it is repeated before it is */

static void
alt_lost_free(ngx_uint_t i)
{
    (void) step_session();
    A->jobs[2].flags |= NGX_PRINT_JOB_REPETITION;
}


static void
act_lost_leave(void)
{
    ngx_print_client_info_t  info;

    (void) ngx_print_client_offline(A, REF, 0, &info);
}


/* both clients are the same session's: those of one of them go first */

static void
step_lost_one(void)
{
    step_registered();
    step_print(1, "a", 1);
    step_take_done();
    (void) ngx_print_session_close(A, REF, 1);
}


static void
alt_lost_one(ngx_uint_t i)
{
    (void) step_session();

    if (i == 0) {
        JOB->flags |= NGX_PRINT_JOB_REPETITION;
        return;
    }

    ngx_print_store_unlock(A);
    ngx_print_job_session_lost(A, REF);
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
act_move(void)
{
    step_client(REF.index, "a");
}


static void
alt_move(ngx_uint_t i)
{
    (void) step_session();

    JOB->flags |= NGX_PRINT_JOB_REPETITION;

    if (i) {
        ngx_print_job_change_locked(A, 1, NGX_PRINT_JOB_QUEUED, "");
    }
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


/* what a client says of itself */

static void
act_info(void)
{
    ngx_print_client_init_t  init;

    ngx_str_set(&init.id, "a");
    init.info.data = bench_bytes(STEP_BYTES, 1500);
    init.info.len = 1500;
    init.ack = 1;

    (void) ngx_print_client_register(A, REF, 0, &init);
}


static void
alt_info(ngx_uint_t i)
{
    /* it has come, and has not said it yet */

    step_client(REF.index, "a");
    (void) step_session();
    A->clients[A->sh->client_top - 1].ack = i;
}


static void
alt_info_again(ngx_uint_t i)
{
    (void) step_session();
    A->clients[1].ack = 1;
}


/* pids */

static void
step_pid_open(ngx_uint_t n)
{
    u_char  key[NGX_PRINT_JOB_KEY], pid[NGX_PRINT_ID_LEN];

    bench_job_key(key, n, 0);
    (void) ngx_print_recovery_open(A, REF, 5000, key, pid);
}


static void
act_pid_open(void)
{
    step_pid_open(7);
}


static void
act_pid_again(void)
{
    step_pid_open(8);
}


static void
step_pid(void)
{
    step_open_joined();
    act_pid_open();
}


static void
step_pid_client(void)
{
    step_pid();
    step_client(REF.index, "a");
    step_client(REF.index, "b");
}


static void
act_pid_forget(void)
{
    ngx_print_recovery_end(A, REF);
}


/* the client that came last is on its list no more, or none is */

static void
alt_pid_forget(ngx_uint_t i)
{
    (void) step_session();
    A->clients[2].pid = 0;

    if (i) {
        A->clients[1].pid = 0;
    }
}


static void
step_pid_forgotten(void)
{
    step_pid();
    act_pid_forget();
}


/* two were sent to it, one waits */

static void
step_pid_closed(void)
{
    step_pid_client();
    step_print(1, "a", 0);
    step_print(2, "b", 1);
    step_take_done();
    step_print(3, "a", 0);
    (void) ngx_print_session_close(A, REF, 1);
}


static void
alt_pid_closed(ngx_uint_t i)
{
    (void) step_session();

    ngx_print_job_unlink_locked(A, 1);
    JOB->owner = 0;
    ngx_print_job_link_locked(A, 1);

    if (i) {
        ngx_print_job_unlink_locked(A, 2);
        A->jobs[2].owner = 0;
        ngx_print_job_link_locked(A, 2);
    }

    if (i > 1) {
        ngx_print_client_offline_locked(A, step_session(), 2);
    }

    if (i > 2) {
        ngx_print_client_offline_locked(A, step_session(), 1);
    }

    if (i > 3) {
        ngx_print_recovery_lost_locked(A, step_session());
    }
}


/* the client that came last is the one that leaves */

static void
alt_pid_leave(ngx_uint_t i)
{
    (void) step_session();

    ngx_print_job_unlink_locked(A, 2);
    A->jobs[2].owner = 0;
    ngx_print_job_link_locked(A, 2);
}


static void
act_pid_linger(void)
{
    ngx_print_session_linger(A, REF, 1000);
}


static void
step_pid_left(void)
{
    ngx_print_client_info_t  info;

    step_pid_closed();

    while (ngx_print_client_offline(A, REF, 0, &info) == NGX_OK) { /* void */ }
}


static void
alt_pid_linger(ngx_uint_t i)
{
    (void) step_session();
    ngx_print_recovery_lost_locked(A, step_session());

    if (i) {
        step_session()->att_kind = NGX_PRINT_ATT_NONE;
    }
}


/* what its client has: the pid, and the offset of the first job */

static void
step_pid_lost(void)
{
    u_char     id[15];
    ngx_str_t  src;

    step_pid_closed();
    ngx_print_session_free(A, REF);
    (void) bench_open(A, 2, 1, &REF, &step_env.token);

    ngx_memzero(id, 3);
    id[2] = 1;
    bench_job_key(&id[3], 7, 0);

    src.data = id;
    src.len = sizeof(id);
    step_pid_text.data = step_pid_bytes[0];

    ngx_encode_base64url(&step_pid_text, &src);

    step_pid_offset.data = step_pid_bytes[1];
    step_pid_offset.len = NGX_PRINT_RECOVERY_OFFSET;
    (void) ngx_print_recovery_offset(A, step_pid_bytes[1], 1);
}


static void
act_pid_resume(void)
{
    (void) ngx_print_recovery_resume(A, REF, &step_pid_text,
                                     &step_pid_offset);
}


/* the pid is the session's, which has its id, has joined, has the clients */

static void
alt_pid_resume(ngx_uint_t i)
{
    uint32_t                    k;
    ngx_print_store_session_t  *s;

    s = step_session();

    ngx_memcpy(s->sock, A->pids[1].sock, NGX_PRINT_SESSION_SOCK);

    if (i == 0) {
        return;
    }

    A->pids[1].owner = ngx_print_store_owner(&REF, 0);
    A->pid_deadlines[1] = 0;

    if (i > 1) {
        s->connected = 1;
    }

    if (i > 2) {
        s->flags |= NGX_PRINT_SESSION_JOBS;
    }

    /* either of them may be the first one */

    k = 1 + i % 2;

    if (i > 3) {
        A->clients[k].resume = 2;
    }

    if (i > 5) {
        ngx_print_client_detach_locked(A, NULL, k);
        ngx_print_event_client_locked(A, k, A->pids[1].owner);
        ngx_print_client_attach_locked(A, s, k);
    }

    if (i > 7) {
        A->clients[3 - k].resume = 2;
    }
}


static void
step_resumed(void)
{
    step_pid_lost();
    act_pid_resume();
    (void) bench_send(H, REF, 2, 100);
}


/* sent one by one; then its message is taken, then its ping counted */

static void
alt_pid_take(ngx_uint_t i)
{
    if (i == 3) {
        step_take();
    }

    (void) step_session();

    switch (i) {

    case 0:
    case 1:
        ngx_print_job_change_locked(A, 1, NGX_PRINT_JOB_RECEIVED, "");
        ngx_print_job_change_locked(A, 2, NGX_PRINT_JOB_QUEUED, "");
        A->jobs[2].attempts += i;
        A->jobs[3].attempts++;
        break;

    case 2:
        step_session()->flags &= ~NGX_PRINT_SESSION_JOBS;
        break;

    default:
        step_session()->pings = 0;
        break;
    }
}


static void
act_pid_expire(void)
{
    ngx_print_recovery_expire(A, A->pid_deadlines[1], 1);
}


/* jobs of the first client, of the other; the clients have no pid, then */

static void
alt_pid_expire(ngx_uint_t i)
{
    (void) step_session();

    if (i == 0) {
        A->jobs[2].flags |= NGX_PRINT_JOB_REPETITION;
        return;
    }

    ngx_print_job_change_locked(A, 2, NGX_PRINT_JOB_QUEUED, "");

    if (i > 1) {
        A->clients[2].pid = 0;
    }

    if (i > 2) {
        ngx_print_job_change_locked(A, 1, NGX_PRINT_JOB_UNCONFIRMED,
                                    "the connection was lost before a receipt");
        A->clients[1].pid = 0;
    }
}


/* events */

/* half an event, of another job's: it would be true of this one */

static void
step_stale(void)
{
    ngx_print_job_info_t      info;
    ngx_print_store_event_t  *e;

    step_job();
    step_print(2, "a", 0);
    (void) ngx_print_job_cancel(A, 2, A->jobs[2].key, &info);

    e = &A->events[A->sh->event + 1];

    e->kind = NGX_PRINT_EVENT_JOB;
    e->index = 2;
    e->gen = 1;
    e->state = NGX_PRINT_JOB_QUEUED;
    e->seq = A->sh->event + 1;
}


static void
act_watch(void)
{
    ngx_print_event_watch(A, 1);
}


static void
act_lead(void)
{
    (void) ngx_print_event_leader(A);
}


/* another's, who is dead */

static void
step_led(void)
{
    A->sh->leader_slot = 3;
    A->sh->leader_epoch = 77;
}


static void
alt_lead(ngx_uint_t i)
{
    (void) step_session();
    A->sh->leader_epoch = 0;
}


/* all that is derived of these is lost, and the repair is killed itself */

static void
step_job_trash(void)
{
    step_pid_lost();
    step_registered();
    step_print(4, "a", 1);
    step_take();

    A->sh->job_free = 77;
    A->sh->history_head = 77;
    A->sh->pid_free = 77;
    A->clients[1].jobs_head = 77;
    A->sessions[REF.index].sent_head = 77;
    A->sh->dirty = 1;
}


static void
act_job_lock(void)
{
    ngx_print_store_lock(A);
    ngx_print_store_unlock(A);
}


step_operation_t  step_job_operations[] = {

    { "job", step_registered, act_job, NULL, 0, 0 },
    { "job-large", step_registered, act_job_large, NULL, 0, 0 },
    { "job-two", step_two_clients, act_job_two, alt_job_two, 1, 0 },
    { "job-digest", step_two_clients, act_job_digest, alt_job_digest, 1, 0 },
    { "job-half", step_job_half, act_job_digest, NULL, 0, 0 },
    { "job-attached", step_registered, act_job_attached, NULL, 0, 0 },
    { "job-evict", step_jobs_full, act_job, alt_job_evict, 1, 0 },
    { "job-full", step_job_full_zone, act_job_large, NULL, 0, STEP_SILENT },

    { "job-take", step_job, step_take, alt_job_take, 2, 0 },
    { "job-take-two", step_two_jobs, step_take, alt_two_taken, 2,
      STEP_MIXED },
    { "job-take-poll", step_job_poll, act_take_poll, alt_take_poll, 3, 0 },
    { "job-take-blind", step_blind, step_take, alt_blind, 1, 0 },
    { "job-take-message", step_job_message, step_take, alt_job_message, 3,
      0 },
    { "job-release", step_job_taken, act_job_release, NULL, 0, STEP_SILENT },
    { "job-pinned", step_job_pinned, act_job_release, NULL, 0, STEP_SILENT },

    { "job-pong", step_job_ponged, act_job_pong, alt_job_pong, 2,
      STEP_MIXED },
    { "job-result", step_job_sent, act_job_printed, NULL, 0, 0 },
    { "job-answer", step_job_sent, act_job_answer, NULL, 0, 0 },
    { "job-cancel", step_job, act_job_cancel, NULL, 0, 0 },
    { "job-expire", step_job, act_job_expire, NULL, 0, 0 },
    { "job-late", step_unconfirmed, act_job_printed, alt_job_reason, 2, 0 },
    { "job-lost", step_lost, act_lost_free, alt_lost_free, 1, STEP_MIXED },
    { "job-leave", step_lost_one, act_lost_leave, alt_lost_one, 2, 0 },
    { "job-move", step_moving, act_move, alt_move, 2, 0 },
    { "job-remove", step_away, act_remove, alt_remove, 2, 0 },

    { "register-info", step_open_joined, act_info, alt_info, 2, 0 },
    { "register-again", step_registered, act_info, alt_info_again, 1, 0 },
    { "register-pid", step_pid, act_move, NULL, 0, 0 },

    { "pid", step_open_joined, act_pid_open, NULL, 0, 0 },
    { "pid-again", step_pid_forgotten, act_pid_again, NULL, 0, 0 },
    { "pid-forget", step_pid_client, act_pid_forget, alt_pid_forget, 2, 0 },
    { "pid-lost", step_pid_closed, act_lost_free, alt_pid_closed, 5, 0 },
    { "pid-leave", step_pid_closed, act_lost_leave, alt_pid_leave, 1, 0 },
    { "pid-linger", step_pid_left, act_pid_linger, alt_pid_linger, 2, 0 },
    { "pid-resume", step_pid_lost, act_pid_resume, alt_pid_resume, 10,
      STEP_EACH },
    { "pid-take", step_resumed, step_take, alt_pid_take, 4,
      STEP_MIXED|STEP_EACH },
    { "pid-expire", step_pid_lost, act_pid_expire, alt_pid_expire, 4,
      STEP_MIXED|STEP_EACH },

    { "event-stale", step_stale, act_job_cancel, NULL, 0, 0 },
    { "watch", step_registered, act_watch, NULL, 0, 0 },
    { "lead", step_led, act_lead, alt_lead, 1, 0 },
    { "repair-jobs", step_job_trash, act_job_lock, NULL, 0, STEP_SILENT },

    { NULL, NULL, NULL, NULL, 0, 0 }
};
