
/*
 * Copyright (C) the print hub contributors
 */


/* What the processes do that dying_processes.c kills. */


#include <ngx_config.h>
#include <ngx_core.h>

#include <poll.h>

#include "unit.h"
#include "dying_worker.h"


static void kill_act(uint32_t i);
static void kill_act_session(ngx_print_ref_t ref, kill_held_t *h);
static void kill_act_rarely(ngx_print_ref_t ref, kill_held_t *h);
static void kill_open(void);
static void kill_send(ngx_print_ref_t ref);
static void kill_job(void);
static void kill_read(ngx_print_ref_t ref, ngx_print_batch_t *batch);
static void kill_upgrade(ngx_print_ref_t ref, kill_held_t *h);
static void kill_give(ngx_print_ref_t ref, kill_held_t *h);
static void kill_take(void);
static void kill_adopt(kill_moved_t *moved);
static void kill_post(ngx_print_ref_t ref);
static void kill_client(ngx_print_ref_t ref);
static void kill_linger(ngx_print_ref_t ref, kill_held_t *h);
static void kill_drain(ngx_print_ref_t ref, kill_held_t *h);
static ngx_uint_t kill_ready(void);
static void kill_tick(void);
static void kill_expire_job(void *data, uint32_t now, uint32_t index);
static void kill_expire_session(void *data, uint32_t now, uint32_t index);
static void kill_clock(void);


ngx_print_hand_t    kill_queue;
uint64_t            kill_seed;
ngx_print_store_t   kill_st;
ngx_uint_t          kill_lives;
kill_held_t         kill_held[LEDGER_SESSIONS + 1];

static uint32_t     kill_deaths;
static uint32_t     kill_ticked;


void
kill_worker(void)
{
    ngx_uint_t     n;
    struct pollfd  bell;

    kill_seed ^= kill_lives * 0x9e3779b97f4a7c15ull;

    bench_wake.slot = -1;
    bench_join(&kill_st);
    ledger_begin(kill_lives, kill_st.slot);

    kill_clock();

    bell.fd = bench_wake.bell[kill_st.slot][0];
    bell.events = POLLIN;

    for ( ;; ) {

        for (n = 1 + kill_random(20); n; n--) {
            kill_act(1 + kill_random(LEDGER_SESSIONS));
        }

        kill_clock();

        /* sometimes there is nothing to do but to wait */

        if (poll(&bell, 1, kill_random(1000) ? 0 : 1) > 0) {
            ngx_print_wake_drain(&bench_wake);
            bench_notified = 1;
        }

        if (bench_notified) {
            bench_notified = 0;
            (void) kill_ready();
        }

        kill_take();
        kill_tick();
    }
}


static void
kill_act(uint32_t i)
{
    kill_held_t      *h;
    ngx_print_ref_t   ref;

    h = &kill_held[i];

    /* as it is, without the lock: each function looks for itself */

    ref.index = i;
    ref.gen = *(volatile uint32_t *) &kill_st.sessions[i].gen;

    if (h->gen && h->gen != ref.gen) {
        h->gen = 0;
    }

    if (kill_st.sessions[i].state == NGX_PRINT_SESSION_FREE) {
        kill_open();

    } else if (kill_random(3) == 0) {
        kill_send(ref);

    } else if (kill_random(60) == 0 && !ledger_job_behind(&kill_st)) {
        kill_job();

    } else if (kill_random(10)) {
        kill_act_session(ref, h);

    } else {
        kill_act_rarely(ref, h);
    }
}


static void
kill_act_session(ngx_print_ref_t ref, kill_held_t *h)
{
    switch (kill_random(4)) {

    case 0:
        kill_post(ref);
        break;

    case 1:
        if (!ledger_job_behind(&kill_st)) {
            kill_client(ref);
        }

        break;

    default:
        if (h->gen == 0) {
            kill_poll(ref, h);
        }
    }
}


static void
kill_act_rarely(ngx_print_ref_t ref, kill_held_t *h)
{
    switch (kill_random(7)) {

    case 0:
        if (kill_random(10) == 0
            && ngx_print_session_close(&kill_st, ref, 1) == NGX_OK)
        {
            kill_linger(ref, h);
        }

        break;

    case 1:
        if (h->gen && !h->ws
            && ngx_print_session_detach(&kill_st, ref, h->token) == NGX_OK)
        {
            h->gen = 0;
        }

        break;

    case 2:
        if (h->gen && h->ws) {
            h->blocked = !h->blocked;
            ngx_print_queue_block(&kill_st, ref, h->token, h->blocked);
            kill_drain(ref, h);
        }

        break;

    case 3:
        ngx_print_session_touch(&kill_st, ref, 0);
        break;

    case 4:
        kill_give(ref, h);
        break;

    default:
        kill_upgrade(ref, h);
    }
}


static void
kill_open(void)
{
    uint32_t          token;
    ngx_uint_t        ws;
    kill_held_t      *h;
    ngx_print_ref_t   ref;

    ws = kill_random(2);

    if (bench_open(&kill_st, kill_random(1 << 24), ws, &ref, &token)
        != NGX_OK)
    {
        return;
    }

    h = &kill_held[ref.index];

    ngx_memzero(h, sizeof(kill_held_t));

    if (ws) {
        h->gen = ref.gen;
        h->token = token;
        h->ws = 1;
    }
}


static void
kill_send(ngx_print_ref_t ref)
{
    size_t     len;
    ngx_int_t  rc;

    len = kill_random(50) ? kill_random(400)
                          : kill_random(kill_random(20) ? 8000 : LEDGER_BYTES);

    rc = ledger_send(&kill_st, ref, kill_random(LEDGER_BYTES), len,
                     KILL_LIMIT);

    if (rc != NGX_OK && rc != NGX_DECLINED && rc != NGX_BUSY
        && rc != NGX_PRINT_FULL)
    {
        ledger_fail("send() is %d", (int) rc);
    }
}


static void
kill_job(void)
{
    char                  ids[3];
    u_char                key[NGX_PRINT_JOB_KEY];
    size_t                len;
    uint32_t              i;
    ngx_int_t             rc;
    ledger_job_t          job;
    ngx_print_job_info_t  info;

    if (kill_random(4) == 0) {

        /* any one, as it is, without the lock */

        i = 1 + kill_random(KILL_JOBS);
        ngx_memcpy(key, kill_st.jobs[i].key, NGX_PRINT_JOB_KEY);
        (void) ngx_print_job_cancel(&kill_st, i, key, &info);
        return;
    }

    ids[0] = 'A' + kill_random(KILL_CLIENTS + 8);
    ids[1] = kill_random(4) ? '\0' : 'A' + kill_random(KILL_CLIENTS + 8);
    ids[2] = '\0';

    len = kill_random(50) ? kill_random(400) : kill_random(20000);

    job.at = kill_random(LEDGER_BYTES);
    job.len = len;
    job.limit = KILL_LIMIT;
    job.queue = kill_random(3) ? KILL_QUEUE : 0;
    job.ttl = KILL_TTL;
    job.resend = kill_random(2);

    rc = ledger_job_make(&kill_st, ids, &job);

    if (rc != NGX_OK && rc != NGX_DECLINED && rc != NGX_BUSY
        && rc != NGX_PRINT_FULL && rc != NGX_PRINT_OFFLINE)
    {
        ledger_fail("job_create() is %d", (int) rc);
    }
}


/* what the client of a session does with a batch: it may tell of its jobs */

static void
kill_read(ngx_print_ref_t ref, ngx_print_batch_t *batch)
{
    ngx_uint_t              i, n;
    ngx_str_t               reason;
    ngx_print_job_state_e   state;
    ngx_print_job_packet_t  jobs[NGX_PRINT_QUEUE_JOBS];

    n = batch->njobs;
    ngx_memcpy(jobs, batch->jobs, sizeof(jobs));
    ngx_str_null(&reason);

    ledger_receive(&kill_st, ref, batch);

    for (i = 0; i < n; i++) {
        state = NGX_PRINT_JOB_RECEIVED + kill_random(3);

        if (kill_random(4) == 0) {
            (void) ngx_print_job_result(&kill_st, ref, 0, jobs[i].index,
                                        jobs[i].key, state, &reason);

        } else if (jobs[i].ack && kill_random(2)) {
            (void) ngx_print_job_answer(&kill_st, ref, 0, jobs[i].index,
                                        jobs[i].gen, state, &reason);
        }
    }

    if (batch->ping && ledger_pongs(ref) && kill_random(20)) {
        ngx_print_session_touch(&kill_st, ref, 1);
    }
}


void
kill_poll(ngx_print_ref_t ref, kill_held_t *h)
{
    uint32_t  token;

    if (ngx_print_session_poll(&kill_st, ref, &token) != NGX_OK) {
        return;
    }

    h->gen = ref.gen;
    h->token = token;
    h->ws = 0;
    h->blocked = 0;

    kill_drain(ref, h);
}


static void
kill_upgrade(ngx_print_ref_t ref, kill_held_t *h)
{
    uint32_t  token;

    if (h->probe_gen != ref.gen) {

        if (ngx_print_session_probe(&kill_st, ref, &token) == NGX_OK) {
            h->probe_gen = ref.gen;
            h->probe_token = token;
        }

        return;
    }

    h->probe_gen = 0;

    if (kill_random(4) == 0) {
        (void) ngx_print_session_unprobe(&kill_st, ref, h->probe_token);
        return;
    }

    if (ngx_print_session_upgrade(&kill_st, ref, h->probe_token) == NGX_OK) {
        h->gen = ref.gen;
        h->token = h->probe_token;
        h->ws = 1;

        kill_drain(ref, h);
    }
}


/*
 * A WebSocket goes to another process: its holder uses it no more, unless it
 * takes it back.
 */

static void
kill_give(ngx_print_ref_t ref, kill_held_t *h)
{
    int           fd;
    kill_moved_t  moved;

    if (h->gen == 0 || !h->ws
        || ngx_print_session_hand(&kill_st, ref, h->token) != NGX_OK)
    {
        return;
    }

    moved.ref = ref;
    ngx_print_session_holder(&kill_st, h->token, &moved.from);

    /* any descriptor: it stands for that of a client */

    fd = kill_queue.fd[1];

    if (ngx_print_hand_give(&kill_queue, (u_char *) &moved,
                            sizeof(kill_moved_t), &fd, 1)
        != NGX_OK)
    {
        (void) ngx_print_session_refuse(&kill_st, ref, &moved.from);
        kill_drain(ref, h);
        return;
    }

    h->gen = 0;

    if (kill_random(4) == 0) {
        kill_adopt(&moved);
    }
}


static void
kill_take(void)
{
    int           fds[NGX_PRINT_HAND_FDS];
    size_t        len;
    kill_moved_t  moved;

    len = sizeof(kill_moved_t);

    if (ngx_print_hand_take(&kill_queue, (u_char *) &moved, &len, fds)
        == NGX_OK)
    {
        (void) close(fds[0]);
        kill_adopt(&moved);
    }
}


static void
kill_adopt(kill_moved_t *moved)
{
    uint32_t      token;
    kill_held_t  *h;

    if (ngx_print_session_adopt(&kill_st, moved->ref, &moved->from, &token)
        != NGX_OK)
    {
        return;
    }

    h = &kill_held[moved->ref.index];

    h->gen = moved->ref.gen;
    h->token = token;
    h->ws = 1;
    h->blocked = 0;

    ngx_print_queue_block(&kill_st, moved->ref, token, 0);
    kill_drain(moved->ref, h);
}


/* a packet of two parts by one POST */

static void
kill_post(ngx_print_ref_t ref)
{
    ngx_str_t          part;
    ngx_print_batch_t  batch;

    if (ngx_print_session_post(&kill_st, ref) != NGX_OK) {
        return;
    }

    part.len = kill_random(6000);
    part.data = bench_bytes(1, 6000);

    if (ngx_print_queue_attach_add(&kill_st, ref, &part, 1, 1, 20000) == NGX_OK
        && ngx_print_queue_attach_add(&kill_st, ref, &part, 1, 0, 20000)
           == NGX_OK
        && ngx_print_queue_attach_take(&kill_st, ref, &batch) == NGX_OK)
    {
        ngx_print_queue_release(&kill_st, &batch);
    }

    ngx_print_session_post_done(&kill_st, ref);
}


static void
kill_client(ngx_print_ref_t ref)
{
    char                     id[2];
    u_char                   sock[NGX_PRINT_SESSION_SOCK];
    ngx_print_client_info_t  info;

    id[0] = 'A' + kill_random(KILL_CLIENTS + 8);
    id[1] = '\0';

    if (kill_random(4)) {
        bench_sock(sock, id[0]);
        (void) ngx_print_session_connect(&kill_st, ref, 0, sock);
        (void) bench_register(&kill_st, ref, 0, id, id[0] & 1);
        return;
    }

    if (ngx_print_session_disconnect(&kill_st, ref, 0) == NGX_OK) {
        while (ngx_print_client_offline(&kill_st, ref, 0, &info) == NGX_OK) {
            /* void */
        }
    }
}


/* it is closed, by us: what is queued is for the next poll, or for us */

static void
kill_linger(ngx_print_ref_t ref, kill_held_t *h)
{
    ngx_print_client_info_t  info;

    h->gen = 0;

    if (kill_random(2)) {
        kill_finish(ref);
        return;
    }

    while (ngx_print_client_offline(&kill_st, ref, 0, &info) == NGX_OK) {
        /* void */
    }

    ngx_print_session_linger(&kill_st, ref, KILL_LINGER);
}


/* takes what there is for a session that we hold */

static void
kill_drain(ngx_print_ref_t ref, kill_held_t *h)
{
    ngx_int_t          rc;
    ngx_print_batch_t  batch;

    do {
        if (h->gen != ref.gen || h->blocked) {
            return;
        }

        ledger_taking(&kill_st, ref);

        rc = ngx_print_queue_take(&kill_st, ref, h->token,
                                  kill_random(20000), !h->ws, &batch);

        if (rc == NGX_OK && !batch.closing) {
            kill_read(ref, &batch);
        }

        ledger_taken();

        if (rc == NGX_DECLINED || (rc == NGX_OK && !h->ws)) {
            h->gen = 0;
        }

        if (rc == NGX_OK && batch.closing) {
            h->gen = 0;
            kill_finish(ref);
            return;
        }

    } while (rc == NGX_OK && batch.more);
}


void
kill_finish(ngx_print_ref_t ref)
{
    ngx_int_t                rc;
    ngx_print_batch_t        batch;
    ngx_print_client_info_t  info;

    do {
        ledger_taking(&kill_st, ref);

        rc = ngx_print_queue_rest(&kill_st, ref, kill_random(20000), &batch);

        if (rc == NGX_OK) {
            ledger_receive(&kill_st, ref, &batch);
        }

        ledger_taken();

    } while (rc == NGX_OK);

    ledger_complete(ref);

    while (ngx_print_client_offline(&kill_st, ref, 0, &info) == NGX_OK) {
        /* void */
    }

    ngx_print_session_free(&kill_st, ref);
}


static ngx_uint_t
kill_ready(void)
{
    ngx_uint_t       i, n, sum;
    ngx_print_ref_t  refs[16];

    sum = 0;

    ngx_print_store_rearm(&kill_st);

    do {
        n = ngx_print_queue_ready(&kill_st, refs, 16);
        sum += n;

        for (i = 0; i < n; i++) {
            kill_drain(refs[i], &kill_held[refs[i].index]);
        }
    } while (n == 16);

    return sum;
}


static void
kill_tick(void)
{
    uint32_t  now;

    now = (uint32_t) ngx_current_msec;

    if (now - kill_ticked < KILL_TICK) {
        return;
    }

    kill_ticked = now;

    (void) ngx_atomic_fetch_add(&ledger_totals->late, kill_ready());

    kill_orphans();

    ngx_print_store_sweep(&kill_st, NGX_PRINT_SWEEP_JOBS, now,
                          kill_expire_job, &kill_st);
    ngx_print_store_sweep(&kill_st, NGX_PRINT_SWEEP_SESSIONS, now,
                          kill_expire_session, &kill_st);
}


static void
kill_expire_job(void *data, uint32_t now, uint32_t index)
{
    ngx_print_job_expire(data, now, index);
}


static void
kill_expire_session(void *data, uint32_t now, uint32_t index)
{
    ngx_print_ref_t           ref;
    ngx_print_session_due_e   what;

    what = ngx_print_session_expire(data, now, index, &ref);

    if (what == NGX_PRINT_DUE_PING && kill_held[index].gen == ref.gen
        && kill_held[index].ws && ledger_pongs(ref) && kill_random(20))
    {
        ngx_print_session_touch(data, ref, 1);
    }

    if (what == NGX_PRINT_DUE_FREE) {
        ngx_print_session_free(data, ref);

    } else if (what != NGX_PRINT_DUE_NOTHING
               && what != NGX_PRINT_DUE_PING
               && ngx_print_session_close(data, ref, 2) == NGX_OK)
    {
        kill_linger(ref, &kill_held[ref.index]);
    }
}


void
kill_orphans(void)
{
    uint32_t         deaths, cursor;
    ngx_int_t        rc;
    ngx_print_ref_t  ref;

    kill_clock();

    deaths = ngx_print_store_reap(&kill_st);

    if (deaths == kill_deaths) {
        return;
    }

    kill_deaths = deaths;
    cursor = 0;

    do {
        rc = ngx_print_session_orphan(&kill_st, &cursor, 3, &ref);

        if (rc == NGX_OK) {
            kill_finish(ref);
        }
    } while (rc != NGX_DONE);
}


static void
kill_clock(void)
{
    ngx_msec_t       ms;
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    ms = (ngx_msec_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;

    bench_clock(ms);
    ngx_current_msec = ms * KILL_FAST;
}


/* xorshift */

ngx_uint_t
kill_random(ngx_uint_t n)
{
    kill_seed ^= kill_seed << 13;
    kill_seed ^= kill_seed >> 7;
    kill_seed ^= kill_seed << 17;

    return kill_seed % n;
}
