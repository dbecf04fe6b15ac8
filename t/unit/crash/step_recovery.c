
/*
 * Copyright (C) the print hub contributors
 */


/* Operations on sockets that can be recovered, and on events. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "step_base.h"


static void alt_info(ngx_uint_t i);
static void alt_info_again(ngx_uint_t i);
static void step_info_full(void);
static void alt_info_full(ngx_uint_t i);
static void step_pid_open(ngx_uint_t n);
static void act_pid_open(void);
static void act_pid_again(void);
static void step_pid(void);
static void step_pid_client(void);
static void act_pid_forget(void);
static void alt_pid_forget(ngx_uint_t i);
static void step_pid_forgotten(void);
static void step_pid_sent(void);
static void step_pid_closed(void);
static void alt_pid_closed(ngx_uint_t i);
static void alt_pid_leave(ngx_uint_t i);
static void act_pid_linger(void);
static void step_pid_bare(void);
static void alt_pid_bare(ngx_uint_t i);
static void step_pid_full(void);
static void alt_pid_full(ngx_uint_t i);
static void step_pid_left(void);
static void alt_pid_linger(ngx_uint_t i);
static void step_pid_lost(void);
static void step_pid_back(void);
static void act_pid_resume(void);
static void alt_pid_resume(ngx_uint_t i);
static void step_pid_deaf(void);
static void alt_pid_takeover(ngx_uint_t i);
static void step_resumed(void);
static void alt_pid_take(ngx_uint_t i);
static void step_pid_gone(void);
static void alt_pid_refuse(ngx_uint_t i);
static void act_pid_spoil(void);
static void act_pid_expire(void);
static void alt_pid_expire(ngx_uint_t i);
static void step_stale(void);
static void act_watch(void);
static void act_lead(void);
static void step_led(void);
static void alt_lead(ngx_uint_t i);
static void step_job_trash(void);
static void act_job_lock(void);


static u_char           step_pid_bytes[2][NGX_PRINT_ID_LEN];
static ngx_str_t        step_pid_text;
static ngx_str_t        step_pid_offset;
static ngx_print_ref_t  step_pid_first;


/* what a client says of itself */

void
act_info(void)
{
    ngx_print_client_init_t  init;

    ngx_memzero(&init, sizeof(ngx_print_client_init_t));

    ngx_str_set(&init.id, "a");
    init.info.data = bench_bytes(STEP_BYTES, 1500);
    init.info.len = 1500;
    init.ack = 1;

    (void) ngx_print_client_register(A, REF, 0, &init);
}


static void
alt_info(ngx_uint_t i)
{
    /* the client is registered, and its description is not stored */

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


/*
 * The clients "b" and "c" are offline and have the two descriptions for which
 * there is room; "a" needs two blocks
 */

static void
step_info_full(void)
{
    ngx_print_client_init_t  init;

    ngx_memzero(&init, sizeof(ngx_print_client_init_t));

    init.info.data = bench_bytes(STEP_BYTES, 100);
    init.info.len = 100;

    step_open_connected();
    A->share.info = 2;

    ngx_str_set(&init.id, "b");
    (void) ngx_print_client_register(A, REF, 0, &init);
    ngx_str_set(&init.id, "c");
    (void) ngx_print_client_register(A, REF, 0, &init);

    act_close();
    act_free();
    step_open_connected();
}


static void
alt_info_full(ngx_uint_t i)
{
    if (i > 1) {
        step_client(REF.index, "a");
    }

    (void) step_session();

    /* "c" is offline for longer */

    A->clients[2].info = 0;

    if (i > 0) {
        A->clients[1].info = 0;
    }

    if (i > 2) {
        A->clients[3].ack = 1;
    }
}


/* pids */

static void
step_pid_open(ngx_uint_t n)
{
    u_char  key[NGX_PRINT_JOB_KEY], pid[NGX_PRINT_ID_LEN];

    bench_job_key(key, n, 0);
    (void) ngx_print_recovery_open(A, REF, 5000, NULL, key, pid);
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
    step_open_connected();
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
    A->pids[1].gone = 1 + i / 2;

    if (i > 0) {
        A->clients[2].pid = 0;
    }

    if (i > 2) {
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
step_pid_sent(void)
{
    step_pid_client();
    step_print(1, "a", 0);
    step_print(2, "b", 1);
    step_take_done();
    step_print(3, "a", 0);
}


static void
step_pid_closed(void)
{
    step_pid_sent();
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
    ngx_uint_t  index;

    (void) step_session();

    for (index = 1; index <= i + 1; index++) {
        ngx_print_job_unlink_locked(A, index);
        A->jobs[index].owner = 0;
        ngx_print_job_link_locked(A, index);
    }
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

    if (i == 2) {
        A->deadlines[REF.index] = ngx_current_msec + 1000;
    }
}


/* it has no client: its pid is not kept */

static void
step_pid_bare(void)
{
    step_pid();
    act_close();
}


static void
alt_pid_bare(ngx_uint_t i)
{
    (void) step_session();
    A->pids[1].state = NGX_PRINT_PID_FREE;
}


/*
 * Two lost sockets have all pids, and a client without jobs each: the first one
 * gives way
 */

static void
step_pid_full(void)
{
    ngx_uint_t  n;

    for (n = 0; n < STEP_PIDS; n++) {
        step_open_connected();
        step_pid_open(n);
        step_client(REF.index, n ? "b" : "a");
        act_close();
        act_free();
        bench_clock(ngx_current_msec + 1000);
    }

    step_open_connected();
}


static void
alt_pid_full(ngx_uint_t i)
{
    (void) step_session();
    A->pids[1].gone = 1;

    if (i > 0) {
        A->clients[1].pid = 0;
    }

    if (i > 1) {
        A->pids[1].state = NGX_PRINT_PID_FREE;
        A->sh->counts.others[NGX_PRINT_OTHER_EVICTED
                             + NGX_PRINT_COUNT_RECOVERY]++;
    }
}


/* its address has a lost one, whose record the next one takes */

static void
step_pid_over(void)
{
    bench_addresses = 1;

    step_open_connected();
    step_pid_open(1);
    step_client(REF.index, "a");
    act_close();
    act_free();
    bench_clock(ngx_current_msec + 1000);

    step_open_connected();
}


static void
act_pid_over(void)
{
    u_char  key[NGX_PRINT_JOB_KEY], pid[NGX_PRINT_ID_LEN];

    static ngx_print_limits_t  limits;

    limits.sessions = 1;
    bench_job_key(key, 8, 0);
    (void) ngx_print_recovery_open(A, REF, 5000, &limits, key, pid);
}


/* what its client has: the pid, and the offset of the first job */

static void
step_pid_lost(void)
{
    step_pid_closed();
    ngx_print_session_free(A, REF);
    step_pid_back();
}


/* its client is at another session, and has those */

static void
step_pid_back(void)
{
    u_char     id[15];
    ngx_str_t  src;

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
    ngx_print_ref_t  old;

    (void) ngx_print_recovery_resume(A, REF, &step_pid_text,
                                     &step_pid_offset, 5, &old);
}


/* the session has the pid, its id and its clients, and is connected */

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
    A->sh->counts.others[NGX_PRINT_OTHER_RECOVERED]++;

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
        ngx_print_event_client_locked(A, k, A->pids[1].owner, 0);
        ngx_print_client_attach_locked(A, s, k);
    }

    if (i > 7) {
        A->clients[3 - k].resume = 2;
    }
}


/* its first session is still there, and has a message */

static void
step_pid_deaf(void)
{
    step_pid_sent();
    step_pid_first = REF;
    (void) bench_send(H, REF, 2, 100);
    step_pid_back();
}


/* the first session is closed and loses its jobs, its message and the pid */

static void
alt_pid_takeover(ngx_uint_t i)
{
    ngx_print_store_session_t  *s, *first;

    s = step_session();
    first = &A->sessions[step_pid_first.index];

    ngx_print_session_close_locked(A, first, 5);

    if (i > 0) {
        ngx_print_job_unlink_locked(A, 1);
        JOB->owner = 0;
        ngx_print_job_link_locked(A, 1);
    }

    if (i > 1) {
        ngx_print_job_unlink_locked(A, 2);
        A->jobs[2].owner = 0;
        ngx_print_job_link_locked(A, 2);
    }

    if (i > 2) {
        ngx_print_queue_clear_locked(A, &first->out);
    }

    if (i > 3) {
        ngx_print_recovery_lost_locked(A, first);
    }

    if (i > 4) {
        ngx_memcpy(s->sock, A->pids[1].sock, NGX_PRINT_SESSION_SOCK);
    }

    if (i > 5) {
        A->pids[1].owner = ngx_print_store_owner(&REF, 0);
        A->pid_deadlines[1] = 0;
        A->sh->counts.others[NGX_PRINT_OTHER_RECOVERED]++;
    }

    if (i > 6) {
        s->connected = 1;
    }

    if (i > 7) {
        s->flags |= NGX_PRINT_SESSION_JOBS;
    }

    if (i > 8) {
        A->clients[2].resume = 2;
    }

    if (i > 9) {
        ngx_print_client_detach_locked(A, first, 2);
        ngx_print_event_client_locked(A, 2, A->pids[1].owner, 0);
        ngx_print_client_attach_locked(A, s, 2);
    }

    if (i > 10) {
        A->clients[1].resume = 2;
    }
}


static void
step_resumed(void)
{
    step_pid_lost();
    act_pid_resume();
    (void) bench_send(H, REF, 2, 100);
}


/* their ping is counted; they are sent one by one; then the message is taken */

static void
alt_pid_take(ngx_uint_t i)
{
    ngx_print_store_session_t  *s;

    s = step_session();

    switch (i) {

    case 0:
        ngx_print_job_change_locked(A, 1, NGX_PRINT_JOB_RECEIVED, "");
        ngx_print_job_change_locked(A, 2, NGX_PRINT_JOB_QUEUED, "");
        break;

    case 1:
        s->pings = 1;
        break;

    default:
        s->pings = 1;
        s->flags &= ~NGX_PRINT_SESSION_JOBS;
        break;
    }
}


/* one of its clients was removed meanwhile */

static void
step_pid_gone(void)
{
    ngx_str_t  id = unit_str("b");

    step_pid_lost();
    (void) ngx_print_client_remove(A, &id);
}


/* the jobs of the other one are settled, then the pid has no client */

static void
alt_pid_refuse(ngx_uint_t i)
{
    (void) step_session();

    if (i > 0) {
        ngx_print_job_change_locked(A, 1, NGX_PRINT_JOB_UNCONFIRMED,
                                    "the connection was lost before a receipt");
    }

    if (i > 1) {
        A->pids[1].gone = 2;
    }

    if (i > 2) {
        A->clients[1].pid = 0;
    }
}


static void
act_pid_spoil(void)
{
    (void) ngx_print_recovery_spoil(A, &step_pid_text);
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

    A->jobs[2].flags |= NGX_PRINT_JOB_REPETITION;

    ngx_print_job_change_locked(A, 2, NGX_PRINT_JOB_QUEUED, "");
    A->pids[1].gone = 1;

    if (i) {
        A->clients[2].pid = 0;
    }

    if (i > 1) {
        A->pids[1].gone = 2;
        ngx_print_job_change_locked(A, 1, NGX_PRINT_JOB_UNCONFIRMED,
                                    "the connection was lost before a receipt");
    }

    if (i > 2) {
        A->clients[1].pid = 0;
    }
}


/* events */

/* a change of another job that was not made has left what it has written */

static void
step_stale(void)
{
    ngx_print_store_redo_t   *redo;
    ngx_print_store_event_t  *e;

    step_job();
    step_print(2, "a", 0);

    e = &A->events[A->sh->event + 1];

    e->kind = NGX_PRINT_EVENT_JOB;
    e->index = 2;
    e->gen = 1;
    e->state = NGX_PRINT_JOB_CANCELED;
    e->seq = A->sh->event + 1;

    redo = &A->sh->redo;

    redo->event = A->sh->event + 1;
    redo->job = 2;
    redo->attempts = 77;
    redo->client = 1;
    redo->delivered = 77;

    A->sh->dirty = 1;

    ngx_print_store_lock(A);
    ngx_print_store_unlock(A);
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


/* another worker is the leader, and is dead */

static void
step_led(void)
{
    A->sh->leader.slot = 3;
    A->sh->leader.epoch = 77;
}


static void
alt_lead(ngx_uint_t i)
{
    (void) step_session();
    A->sh->leader.epoch = 0;
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


step_operation_t  step_recovery_operations[] = {

    { "register-info", step_open_connected, act_info, alt_info, 2, 0 },
    { "register-info-full", step_info_full, act_info, alt_info_full, 4, 0 },
    { "register-again", step_registered, act_info, alt_info_again, 1, 0 },
    { "register-pid", step_pid, act_move, NULL, 0, 0 },

    { "pid", step_open_connected, act_pid_open, NULL, 0, 0 },
    { "pid-again", step_pid_forgotten, act_pid_again, NULL, 0, 0 },
    { "pid-left", step_pid_bare, act_free, alt_pid_bare, 1, 0 },
    { "pid-full", step_pid_full, act_pid_again, alt_pid_full, 3, 0 },
    { "pid-over", step_pid_over, act_pid_over, alt_pid_full, 3, 0 },
    { "pid-forget", step_pid_client, act_pid_forget, alt_pid_forget, 4, 0 },
    { "pid-lost", step_pid_closed, act_lost_free, alt_pid_closed, 5, 0 },
    { "pid-leave", step_pid_closed, act_lost_leave, alt_pid_leave, 2, 0 },
    { "pid-linger", step_pid_left, act_pid_linger, alt_pid_linger, 3, 0 },
    { "pid-resume", step_pid_lost, act_pid_resume, alt_pid_resume, 10,
      STEP_EACH },
    { "pid-takeover", step_pid_deaf, act_pid_resume, alt_pid_takeover, 12,
      STEP_EACH },
    { "pid-refuse", step_pid_gone, act_pid_resume, alt_pid_refuse, 4,
      STEP_EACH },
    { "pid-spoil", step_pid_lost, act_pid_spoil, NULL, 0, STEP_EACH },
    { "pid-take", step_resumed, step_take, alt_pid_take, 3,
      STEP_MIXED|STEP_EACH },
    { "pid-expire", step_pid_lost, act_pid_expire, alt_pid_expire, 4,
      STEP_MIXED|STEP_EACH },

    { "event-stale", step_stale, act_job_cancel, NULL, 0, STEP_EACH },
    { "watch", step_registered, act_watch, NULL, 0, 0 },
    { "lead", step_led, act_lead, alt_lead, 1, 0 },
    { "repair-jobs", step_job_trash, act_job_lock, NULL, 0, STEP_SILENT },

    { NULL, NULL, NULL, NULL, 0, 0 }
};
