
/*
 * Copyright (C) the print hub contributors
 */


/* jobs: created, taken, received, reported on, lost, forgotten */


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"


#define JOB_MAX  65536
#define JOB_BIT(state)  (1 << NGX_PRINT_JOB_##state)


/* two workers, without processes; a holds four sessions that have joined */
typedef struct {
    ngx_print_store_t    a;
    ngx_print_store_t    b;
    ngx_print_wake_t     wake[2];
    ngx_print_ref_t      ref[4];
    uint32_t             token[4];
    ngx_print_batch_t    batch;
    ngx_uint_t           expired;
} job_t;


static void job_begin(job_t *t, const char *about);
static void job_fill(job_t *t);
static void job_open(job_t *t, ngx_uint_t session);
static ngx_int_t job_new(job_t *t, bench_job_t *job, ngx_uint_t n,
    const char *ids);
static ngx_int_t job_new_resend(job_t *t, bench_job_t *job, ngx_uint_t n,
    const char *ids);
static ngx_uint_t job_take(job_t *t, ngx_uint_t session);
static void job_send(job_t *t, ngx_uint_t session, ngx_uint_t n);
static void job_pong(job_t *t, ngx_uint_t session);
static void job_lose(job_t *t, ngx_uint_t session);
static ngx_int_t job_is(job_t *t, bench_job_t *job, ngx_uint_t i,
    ngx_print_job_state_e state);
static ngx_int_t job_result(job_t *t, ngx_uint_t session, bench_job_t *job,
    ngx_print_job_state_e state, const char *reason);
static ngx_int_t job_answer(job_t *t, ngx_uint_t session, bench_job_t *job,
    ngx_print_job_state_e state);
static ngx_int_t job_cancel(job_t *t, bench_job_t *job, ngx_uint_t i);
static ngx_uint_t job_expire(job_t *t, ngx_msec_t ms);
static void job_expired(void *data, uint32_t now, uint32_t index);
static void job_make(job_t *t, bench_job_t *job, ngx_print_job_state_e state);
static void job_packet(job_t *t, const char *head, const char *tail,
    ngx_uint_t n, size_t len);
static ngx_uint_t job_blocks(job_t *t);
static ngx_uint_t job_whole(job_t *t);

static void job_life(void);
static void job_find(void);
static void job_names(void);
static void job_rules(void);
static void job_reports(void);
static void job_fence(void);
static void job_fence_shared(void);
static void job_fence_poll(void);
static void job_blind(void);
static void job_digest(void);
static void job_digest_half(void);
static void job_evict(void);
static void job_evict_none(void);
static void job_blob(void);
static void job_blob_large(void);
static void job_blob_pinned(void);
static void job_ttl(void);
static void job_settle(void);
static void job_settle_many(void);
static void job_moved(void);
static void job_guards(void);
static void job_limits(void);
static void job_full(void);
static void job_answers(void);
static void job_results(void);
static void job_list(void);
static void job_batch(void);
static void job_batch_max(void);
static void job_order(void);
static void job_parted(void);
static void job_away(void);
static void job_remove(void);
static void job_again(void);


int
main(void)
{
    bench_guard();

    job_life();
    job_find();
    job_names();
    job_rules();
    job_reports();
    job_fence();
    job_fence_shared();
    job_fence_poll();
    job_blind();
    job_digest();
    job_digest_half();
    job_evict();
    job_evict_none();
    job_blob();
    job_blob_large();
    job_blob_pinned();
    job_ttl();
    job_settle();
    job_settle_many();
    job_moved();
    job_guards();
    job_limits();
    job_full();
    job_answers();
    job_results();
    job_list();
    job_batch();
    job_batch_max();
    job_order();
    job_parted();
    job_away();
    job_remove();
    job_again();

    return unit_end();
}


/* clients a, b, c of sessions 0, 1, 2 */

static void
job_begin(job_t *t, const char *about)
{
    unit_about("%s", about);

    bench_create(1024 * 1024, 8, 16, 0);
    job_fill(t);
}


static void
job_fill(job_t *t)
{
    ngx_uint_t  i;

    bench_fake(&t->a, &t->wake[0], 1);
    bench_fake(&t->b, &t->wake[1], 2);

    for (i = 0; i < 4; i++) {
        job_open(t, i);
    }

    unit_check(bench_register(&t->a, t->ref[0], 0, "a", 0) == NGX_OK);
    unit_check(bench_register(&t->a, t->ref[1], 0, "b", 0) == NGX_OK);
    unit_check(bench_register(&t->a, t->ref[2], 0, "c", 0) == NGX_OK);
}


static void
job_open(job_t *t, ngx_uint_t session)
{
    u_char  sock[NGX_PRINT_SESSION_SOCK];

    bench_sock(sock, session);

    unit_check(bench_open(&t->a, session, 1, &t->ref[session],
                          &t->token[session]) == NGX_OK);
    unit_check(ngx_print_session_connect(&t->a, t->ref[session], 0, sock)
               == NGX_OK);
}


static ngx_int_t
job_new(job_t *t, bench_job_t *job, ngx_uint_t n, const char *ids)
{
    ngx_int_t  rc;

    bench_job(job, n, ids, 100);
    rc = bench_print(&t->b, job);

    unit_check(job_whole(t));

    return rc;
}


static ngx_int_t
job_new_resend(job_t *t, bench_job_t *job, ngx_uint_t n, const char *ids)
{
    ngx_int_t  rc;

    bench_job(job, n, ids, 100);

    job->init.resend = 1;
    job->init.queue = 200;

    rc = bench_print(&t->b, job);

    unit_check(job_whole(t));

    return rc;
}


/* returns the number of jobs; the batch is out */

static ngx_uint_t
job_take(job_t *t, ngx_uint_t session)
{
    ngx_int_t  rc;

    rc = ngx_print_queue_take(&t->a, t->ref[session], t->token[session],
                              JOB_MAX, 0, &t->batch);

    unit_check(rc == NGX_OK || rc == NGX_AGAIN);
    unit_check(t->batch.more || job_whole(t));

    return t->batch.njobs;
}


/* n jobs, and nobody looks at them */

static void
job_send(job_t *t, ngx_uint_t session, ngx_uint_t n)
{
    unit_check(job_take(t, session) == n);
    ngx_print_queue_release(&t->a, &t->batch);
    unit_check(t->batch.more || job_whole(t));
}


static void
job_pong(job_t *t, ngx_uint_t session)
{
    ngx_print_session_touch(&t->b, t->ref[session], 1);
    unit_check(job_whole(t));
}


/* as the worker that finishes it does */

static void
job_lose(job_t *t, ngx_uint_t session)
{
    ngx_print_client_info_t  info;

    unit_check(ngx_print_session_close(&t->a, t->ref[session], 1) == NGX_OK);

    while (ngx_print_client_offline(&t->a, t->ref[session], 0, &info)
           == NGX_OK)
    {
        unit_check(job_whole(t));
    }

    ngx_print_session_free(&t->a, t->ref[session]);
    unit_check(job_whole(t));
}


/* 1: the i-th job of a request is in this state */

static ngx_int_t
job_is(job_t *t, bench_job_t *job, ngx_uint_t i, ngx_print_job_state_e state)
{
    ngx_print_job_info_t  info;

    if (ngx_print_job_find(&t->b, job->jobs[i].index, job->jobs[i].key, &info)
        != NGX_OK)
    {
        return state == NGX_PRINT_JOB_FREE;
    }

    return info.state == state;
}


static ngx_int_t
job_result(job_t *t, ngx_uint_t session, bench_job_t *job,
    ngx_print_job_state_e state, const char *reason)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    text.len = strlen(reason);
    text.data = (u_char *) reason;

    rc = ngx_print_job_result(&t->b, t->ref[session], 0, job->jobs[0].index,
                              job->jobs[0].key, state, &text);

    unit_check(job_whole(t));

    return rc;
}


static ngx_int_t
job_answer(job_t *t, ngx_uint_t session, bench_job_t *job,
    ngx_print_job_state_e state)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    ngx_str_set(&text, "answered");

    rc = ngx_print_job_answer(&t->b, t->ref[session], 0, job->jobs[0].index,
                              job->jobs[0].gen, state, &text);

    unit_check(job_whole(t));

    return rc;
}


static ngx_int_t
job_cancel(job_t *t, bench_job_t *job, ngx_uint_t i)
{
    ngx_int_t             rc;
    ngx_print_job_info_t  info;

    rc = ngx_print_job_cancel(&t->b, job->jobs[i].index, job->jobs[i].key,
                              &info);

    unit_check(rc == NGX_DECLINED || job_is(t, job, i, info.state));
    unit_check(job_whole(t));

    return rc;
}


/* ms later; returns how many were due */

static ngx_uint_t
job_expire(job_t *t, ngx_msec_t ms)
{
    bench_clock(ngx_current_msec + ms);

    t->expired = 0;

    ngx_print_store_sweep(&t->b, NGX_PRINT_SWEEP_JOBS,
                          (uint32_t) ngx_current_msec, job_expired, t);

    return t->expired;
}


static void
job_expired(void *data, uint32_t now, uint32_t index)
{
    job_t *t = data;

    ngx_print_job_expire(&t->b, now, index);
    unit_check(job_whole(t));

    t->expired++;
}


static ngx_uint_t
job_blocks(job_t *t)
{
    return t->a.sh->block_count;
}


static ngx_uint_t
job_whole(job_t *t)
{
    const char  *err;

    err = check_zone(&t->a, CHECK_READY|CHECK_SETTLED);

    if (err) {
        printf("  %s\n", err);
    }

    return err == NULL;
}


/* a job of client a that has come to a state in one of its ways */

static void
job_make(job_t *t, bench_job_t *job, ngx_print_job_state_e state)
{
    unit_check(job_new(t, job, 7, "a") == NGX_OK);

    switch (state) {

    case NGX_PRINT_JOB_CANCELED:
        unit_check(job_cancel(t, job, 0) == NGX_OK);
        break;

    case NGX_PRINT_JOB_EXPIRED:
        unit_check(job_expire(t, BENCH_TTL) == 1);
        break;

    case NGX_PRINT_JOB_QUEUED:
        break;

    default:
        job_send(t, 0, 1);
        break;
    }

    switch (state) {

    case NGX_PRINT_JOB_RECEIVED:
        job_pong(t, 0);
        break;

    case NGX_PRINT_JOB_PRINTED:
    case NGX_PRINT_JOB_FAILED:
        unit_check(job_result(t, 0, job, state, "so") == NGX_OK);
        break;

    case NGX_PRINT_JOB_UNCONFIRMED:
        job_lose(t, 0);
        job_open(t, 0);
        unit_check(bench_register(&t->a, t->ref[0], 0, "a", 0) == NGX_OK);
        break;

    default:
        break;
    }

    unit_check(job_is(t, job, 0, state));
}


/* the batch's next message is the packet of job n */

static void
job_packet(job_t *t, const char *head, const char *tail, ngx_uint_t n,
    size_t len)
{
    size_t               size;
    ngx_print_message_t  msg;

    static u_char        buf[2 * JOB_MAX];

    size = strlen(head) + len + strlen(tail);

    unit_check(bench_next(&t->a, &t->batch, &msg) == NGX_OK);
    unit_check(msg.len == size && !msg.binary);

    buf[size] = 0xa5;

    unit_check(ngx_print_queue_copy(&t->a, &msg, buf) == buf + size);
    unit_check(buf[size] == 0xa5);
    unit_check(memcmp(buf, head, strlen(head)) == 0);
    unit_check(memcmp(buf + strlen(head), bench_bytes(n, len), len) == 0);
    unit_check(memcmp(buf + strlen(head) + len, tail, strlen(tail)) == 0);
}


static void
job_life(void)
{
    job_t                      t;
    ngx_str_t                  id = unit_str("a");
    bench_job_t                job;
    ngx_print_job_info_t      *info;
    ngx_print_store_stat_t     stat;
    ngx_print_client_detail_t  detail;

    job_begin(&t, "a job's life");

    bench_clock(ngx_current_msec + 500);

    unit_check(job_new(&t, &job, 1, "a") == NGX_OK);

    info = &job.jobs[0];

    unit_check(info->state == NGX_PRINT_JOB_QUEUED && info->attempts == 0);
    unit_check(info->times.queued == ngx_current_msec && !info->times.sent);
    unit_check(info->index == 1 && info->gen == 1 && info->seq == 1);
    unit_check(info->change == ngx_print_event_last(&t.a));
    unit_check(info->len == 1 && info->id[0] == 'a' && !info->finished);
    unit_check(memcmp(info->key, job.keys, NGX_PRINT_JOB_KEY) == 0);
    unit_check(!info->away && info->reason_len == 0 && job_blocks(&t) == 1);

    unit_check(ngx_print_client_find(&t.a, &id, &detail, NULL) == NGX_OK);
    unit_check(detail.waiting == 1 && detail.accepted == 1);
    unit_check(detail.delivered == 0 && detail.undelivered == 0);

    bench_clock(ngx_current_msec + 1000);

    unit_check(job_take(&t, 0) == 1);
    unit_check(t.batch.ping && !t.batch.more && t.batch.count == 1);
    job_packet(&t, "<1.1.1,", "0>", 1, 100);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_SENT));
    ngx_print_queue_release(&t.a, &t.batch);
    unit_check(job_whole(&t) && job_blocks(&t) == 1);

    bench_clock(ngx_current_msec + 1000);
    job_pong(&t, 0);
    unit_check(job_blocks(&t) == 0);

    bench_clock(ngx_current_msec + 1000);
    unit_check(job_result(&t, 0, &job, NGX_PRINT_JOB_PRINTED, "done")
               == NGX_OK);

    unit_check(ngx_print_job_find(&t.b, 1, job.keys, info) == NGX_OK);
    unit_check(info->state == NGX_PRINT_JOB_PRINTED && info->finished);
    unit_check(info->times.sent == info->times.queued + 1000);
    unit_check(info->times.received == info->times.queued + 2000);
    unit_check(info->times.finished == info->times.queued + 3000);
    unit_check(info->attempts == 1 && info->reason_len == 4);
    unit_check(memcmp(info->reason, "done", 4) == 0);

    unit_check(ngx_print_client_find(&t.a, &id, &detail, NULL) == NGX_OK);
    unit_check(detail.waiting == 0 && detail.accepted == 1);
    unit_check(detail.delivered == 1 && detail.undelivered == 0);

    ngx_print_store_stat(&t.a, &stat);
    unit_check(stat.jobs == 1 && stat.max_jobs == t.a.sh->njobs - 1);
}


static void
job_find(void)
{
    job_t                 t;
    u_char                key[NGX_PRINT_JOB_KEY];
    uint32_t              i;
    bench_job_t           job;
    ngx_print_job_info_t  info;

    static uint32_t       indices[] = { 0, 2, 3, 0xffffff, 0xffffffff };

    job_begin(&t, "to find a job");

    unit_check(job_new(&t, &job, 1, "a") == NGX_OK);
    unit_check(ngx_print_job_find(&t.a, 1, job.keys, &info) == NGX_OK);

    for (i = 0; i < 5; i++) {
        unit_check(ngx_print_job_find(&t.a, indices[i], job.keys, &info)
                   == NGX_DECLINED);
        unit_check(ngx_print_job_cancel(&t.a, indices[i], job.keys, &info)
                   == NGX_DECLINED);
    }

    for (i = 0; i < NGX_PRINT_JOB_KEY; i++) {
        ngx_memcpy(key, job.keys, NGX_PRINT_JOB_KEY);
        key[i] ^= 0x40;
        unit_check(ngx_print_job_find(&t.a, 1, key, &info) == NGX_DECLINED);
    }
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
}


/* what the table allows, word for word */

static void
job_rules(void)
{
    ngx_uint_t         from, to;

    static ngx_uint_t  rules[NGX_PRINT_JOB_STATES] = {
        JOB_BIT(QUEUED),
        JOB_BIT(SENT)|JOB_BIT(EXPIRED)|JOB_BIT(CANCELED)|JOB_BIT(UNCONFIRMED)
            |JOB_BIT(PRINTED)|JOB_BIT(FAILED),
        JOB_BIT(QUEUED)|JOB_BIT(RECEIVED)|JOB_BIT(PRINTED)|JOB_BIT(FAILED)
            |JOB_BIT(UNCONFIRMED),
        JOB_BIT(PRINTED)|JOB_BIT(FAILED),
        0, 0, 0, 0,
        JOB_BIT(PRINTED)|JOB_BIT(FAILED)
    };

    for (from = 0; from < NGX_PRINT_JOB_STATES; from++) {
        for (to = 0; to < NGX_PRINT_JOB_STATES; to++) {
            unit_about("from state %lu to %lu", (unsigned long) from,
                       (unsigned long) to);
            unit_check(ngx_print_job_legal(from, to)
                       == (rules[from] >> to & 1));
        }
    }
}


/* what a station says, and what a user wants, in each state */

static void
job_reports(void)
{
    job_t              t;
    ngx_int_t          rc;
    ngx_uint_t         from, to, ok;
    bench_job_t        job;

    static ngx_uint_t  says[NGX_PRINT_JOB_STATES] = {
        0, 0,
        JOB_BIT(RECEIVED)|JOB_BIT(PRINTED)|JOB_BIT(FAILED),
        JOB_BIT(PRINTED)|JOB_BIT(FAILED),
        0, 0, 0, 0,
        JOB_BIT(PRINTED)|JOB_BIT(FAILED)
    };

    for (from = 1; from < NGX_PRINT_JOB_STATES; from++) {
        for (to = NGX_PRINT_JOB_RECEIVED; to <= NGX_PRINT_JOB_FAILED; to++) {
            job_begin(&t, "reports");
            job_make(&t, &job, from);

            unit_about("reported from state %lu to %lu", (unsigned long) from,
                       (unsigned long) to);

            ok = says[from] >> to & 1;
            rc = job_result(&t, 0, &job, to, "so");

            unit_check(rc == (ok ? NGX_OK : NGX_DECLINED));
            unit_check(job_is(&t, &job, 0, ok ? to : from));
        }

        job_begin(&t, "cancels");
        job_make(&t, &job, from);

        unit_about("canceled in state %lu", (unsigned long) from);

        ok = (from == NGX_PRINT_JOB_QUEUED);

        unit_check(job_cancel(&t, &job, 0) == (ok ? NGX_OK : NGX_BUSY));
        unit_check(job_is(&t, &job, 0, ok ? NGX_PRINT_JOB_CANCELED : from));

        /* and never due, then */

        unit_check(job_expire(&t, 2 * BENCH_TTL) == 0);
    }
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

    /* while a fence is out no other ping is to be sent */

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


/* protocol 3 has no ping of ours: who does not answer is not asked */

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


static void
job_digest(void)
{
    job_t                 t;
    bench_job_t           job, same;
    ngx_print_job_info_t  info;

    job_begin(&t, "a digest");

    bench_job(&job, 1, "ab", 100);
    job.init.digest = job.digest;
    unit_check(bench_print(&t.a, &job) == NGX_OK);

    /* what they have come to by now, in the order of the clients asked for */

    job_send(&t, 1, 1);

    bench_job(&same, 1, "ba", 100);
    ngx_memset(same.keys, 'x', sizeof(same.keys));
    same.init.digest = same.digest;
    unit_check(bench_print(&t.b, &same) == NGX_DONE);
    unit_check(same.jobs[0].index == job.jobs[1].index);
    unit_check(same.jobs[0].state == NGX_PRINT_JOB_SENT);
    unit_check(same.jobs[1].index == job.jobs[0].index);
    unit_check(memcmp(same.jobs[1].key, job.keys, NGX_PRINT_JOB_KEY) == 0);
    unit_check(t.a.sh->job_count == 2 && job_blocks(&t) == 1);

    same.init.request = 2;
    unit_check(bench_print(&t.b, &same) == NGX_ABORT);
    unit_check(t.a.sh->job_count == 2 && job_blocks(&t) == 1);

    /* a reserved payload is given back */

    bench_job(&same, 1, "ab", 9000);
    same.init.digest = same.digest;
    unit_check(bench_print(&t.b, &same) == NGX_DONE);
    same.init.request = 2;
    unit_check(bench_print(&t.b, &same) == NGX_ABORT);
    unit_check(job_blocks(&t) == 1);

    /* others, in the same bucket or not */

    same.init.limit = JOB_MAX * 8;

    for (same.digest[15] = 0; same.digest[15] < 20; same.digest[15]++) {
        unit_check(bench_print(&t.b, &same) == NGX_OK);
        unit_check(job_whole(&t));
    }

    /* none has none */

    unit_check(job_new(&t, &same, 1, "c") == NGX_OK);
    unit_check(job_new(&t, &same, 1, "c") == NGX_OK);

    /* one that is finished is known too */

    unit_check(job_cancel(&t, &job, 0) == NGX_OK);
    unit_check(bench_print(&t.a, &job) == NGX_DONE);
    unit_check(ngx_print_job_find(&t.a, job.jobs[0].index, job.keys, &info)
               == NGX_OK);
    unit_check(info.state == NGX_PRINT_JOB_CANCELED);
    unit_check(job_whole(&t));
}


/* who made them died after the first one */

static void
job_digest_half(void)
{
    job_t        t;
    bench_job_t  half, job;

    job_begin(&t, "half of a request");

    bench_job(&half, 1, "b", 100);
    half.init.digest = half.digest;
    unit_check(bench_print(&t.a, &half) == NGX_OK);

    bench_job(&job, 1, "abc", 100);
    job.init.digest = job.digest;
    unit_check(bench_print(&t.b, &job) == NGX_OK);
    unit_check(t.a.sh->job_count == 3 && job.jobs[1].index == 1);
    unit_check(job.jobs[0].id[0] == 'a' && job.jobs[2].id[0] == 'c');
    unit_check(job_whole(&t));
    unit_check(bench_print(&t.b, &job) == NGX_DONE);

    /* the missing one cannot be made: the others stay as they are */

    bench_job(&job, 1, "abcd", 100);
    job.init.digest = job.digest;
    unit_check(bench_print(&t.b, &job) == NGX_DECLINED && job.bad == 3);
    unit_check(t.a.sh->job_count == 3 && job_whole(&t));
}


/* the one that has changed longest ago gives way, whenever it was made */

static void
job_evict(void)
{
    job_t        t;
    bench_job_t  jobs[6];
    ngx_uint_t   i;

    unit_about("history gives way");
    bench_create(1024 * 1024, 8, 16, 0);
    bench_shrink(5, 0, 0);
    job_fill(&t);

    for (i = 0; i < 5; i++) {
        bench_job(&jobs[i], i, "a", 100);
        jobs[i].init.digest = jobs[i].digest;
        unit_check(bench_print(&t.a, &jobs[i]) == NGX_OK);
    }

    job_send(&t, 0, 5);

    unit_check(job_result(&t, 0, &jobs[3], NGX_PRINT_JOB_FAILED, "")
               == NGX_OK);
    unit_check(job_result(&t, 0, &jobs[1], NGX_PRINT_JOB_RECEIVED, "")
               == NGX_OK);
    unit_check(job_result(&t, 0, &jobs[0], NGX_PRINT_JOB_PRINTED, "")
               == NGX_OK);
    unit_check(job_result(&t, 0, &jobs[1], NGX_PRINT_JOB_PRINTED, "")
               == NGX_OK);

    unit_check(job_new(&t, &jobs[5], 5, "a") == NGX_OK);
    unit_check(job_is(&t, &jobs[3], 0, NGX_PRINT_JOB_FREE));
    unit_check(jobs[5].jobs[0].index == 4 && jobs[5].jobs[0].gen == 2);

    unit_check(job_new(&t, &jobs[5], 6, "b") == NGX_OK);
    unit_check(job_is(&t, &jobs[0], 0, NGX_PRINT_JOB_FREE));

    unit_check(job_new(&t, &jobs[5], 7, "b") == NGX_OK);
    unit_check(job_is(&t, &jobs[1], 0, NGX_PRINT_JOB_FREE));

    /* all are open */

    unit_check(job_new(&t, &jobs[5], 8, "b") == NGX_PRINT_FULL);
    unit_check(job_is(&t, &jobs[2], 0, NGX_PRINT_JOB_SENT));
    unit_check(job_is(&t, &jobs[4], 0, NGX_PRINT_JOB_SENT));

    /* its digest was forgotten with it */

    job_pong(&t, 0);
    unit_check(bench_print(&t.a, &jobs[3]) == NGX_OK);
    unit_check(job_whole(&t));
}


/* there is not enough that could give way: nothing is made */

static void
job_evict_none(void)
{
    job_t        t;
    bench_job_t  one, two;

    unit_about("too many jobs");
    bench_create(1024 * 1024, 8, 16, 0);
    bench_shrink(4, 0, 0);
    job_fill(&t);

    unit_check(job_new(&t, &one, 1, "abc") == NGX_OK);
    unit_check(job_new(&t, &two, 2, "ab") == NGX_PRINT_FULL);
    unit_check(t.a.sh->job_count == 3 && job_blocks(&t) == 1);
    bench_job(&two, 2, "ab", 9000);
    unit_check(bench_print(&t.a, &two) == NGX_PRINT_FULL);
    unit_check(t.a.sh->job_count == 3 && job_blocks(&t) == 1);
    unit_check(job_whole(&t));

    unit_check(job_cancel(&t, &one, 1) == NGX_OK);
    unit_check(job_new(&t, &two, 2, "ab") == NGX_OK);
    unit_check(job_is(&t, &one, 1, NGX_PRINT_JOB_FREE));
    unit_check(t.a.sh->job_count == 4);
}


/* one payload for all, freed with the last one */

static void
job_blob(void)
{
    job_t        t;
    uint32_t     blob;
    bench_job_t  job;

    job_begin(&t, "a payload of four");

    unit_check(bench_register(&t.a, t.ref[3], 0, "d", 0) == NGX_OK);

    bench_job(&job, 1, "abcd", 3000);
    job.init.queue = 1;
    unit_check(bench_print(&t.a, &job) == NGX_OK);

    blob = t.a.jobs[1].blob;

    unit_check(job_blocks(&t) == 3);
    unit_check(ngx_print_store_head(&t.a, blob)->refs == 4);

    unit_check(job_cancel(&t, &job, 2) == NGX_OK);
    unit_check(ngx_print_store_head(&t.a, blob)->refs == 3);

    unit_check(job_take(&t, 0) == 1);
    unit_check(ngx_print_store_head(&t.a, blob)->refs == 4);
    ngx_print_queue_release(&t.a, &t.batch);
    unit_check(ngx_print_store_head(&t.a, blob)->refs == 3);
    job_pong(&t, 0);
    unit_check(ngx_print_store_head(&t.a, blob)->refs == 2);

    job_send(&t, 3, 1);
    job_lose(&t, 3);
    unit_check(job_is(&t, &job, 3, NGX_PRINT_JOB_UNCONFIRMED));
    unit_check(ngx_print_store_head(&t.a, blob)->refs == 1);
    unit_check(job_blocks(&t) == 3);

    /* it is as it was */

    unit_check(job_take(&t, 1) == 1);
    job_packet(&t, "<2.1.3,", "0>", 1, 3000);
    ngx_print_queue_release(&t.a, &t.batch);
    unit_check(job_result(&t, 1, &job, NGX_PRINT_JOB_PRINTED, "")
               == NGX_DECLINED);
    job_pong(&t, 1);
    unit_check(job_blocks(&t) == 0);
}


/* one that is written with the lock free, and attachments */

static void
job_blob_large(void)
{
    job_t                t;
    u_char              *p, buf[3000];
    ngx_str_t            binary[2];
    ngx_uint_t           i;
    bench_job_t          job;
    ngx_print_message_t  msg;

    static u_char        bytes[3000];

    job_begin(&t, "a large payload");

    for (i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (u_char) (i * 13);
    }

    binary[0].data = bytes;
    binary[0].len = 1;
    binary[1].data = bytes;
    binary[1].len = sizeof(bytes);

    bench_job(&job, 1, "ab", 20000);
    job.init.binary = binary;
    job.init.nbinary = 2;
    unit_check(bench_print(&t.b, &job) == NGX_OK);
    unit_check(t.b.workers[2].inflight == 0 && job_whole(&t));
    unit_check(job_blocks(&t) == 20 + 1 + 3);

    unit_check(job_take(&t, 0) == 1);
    unit_check(t.batch.count == 3 && t.batch.jobs[0].nbinary == 2);
    job_packet(&t, "<1.1.1,", "0>", 1, 20000);

    for (i = 0; i < 2; i++) {
        unit_check(bench_next(&t.a, &t.batch, &msg) == NGX_OK);
        unit_check(msg.len == binary[i].len && msg.binary);
        p = ngx_print_queue_copy(&t.a, &msg, buf);
        unit_check(p == buf + msg.len && memcmp(buf, bytes, msg.len) == 0);
    }

    unit_check(bench_next(&t.a, &t.batch, &msg) == NGX_DONE);
    ngx_print_queue_release(&t.a, &t.batch);

    unit_check(job_cancel(&t, &job, 1) == NGX_OK);
    job_pong(&t, 0);
    unit_check(job_blocks(&t) == 0);
}


/* what a process copies is not freed, and goes with it */

static void
job_blob_pinned(void)
{
    job_t        t;
    bench_job_t  job;

    job_begin(&t, "pinned");

    unit_check(job_new(&t, &job, 1, "a") == NGX_OK);
    unit_check(job_take(&t, 0) == 1);
    unit_check(job_result(&t, 0, &job, NGX_PRINT_JOB_PRINTED, "") == NGX_OK);
    unit_check(job_blocks(&t) == 1);
    job_packet(&t, "<1.1.1,", "0>", 1, 100);
    ngx_print_queue_release(&t.a, &t.batch);
    unit_check(job_blocks(&t) == 0 && job_whole(&t));

    unit_check(job_new(&t, &job, 2, "a") == NGX_OK);
    unit_check(job_take(&t, 0) == 1);
    unit_check(job_result(&t, 0, &job, NGX_PRINT_JOB_PRINTED, "") == NGX_OK);
    unit_check(job_blocks(&t) == 1);

    t.a.sh->dirty = 1;
    ngx_print_store_lock(&t.b);
    ngx_print_store_unlock(&t.b);
    unit_check(job_blocks(&t) == 1 && job_whole(&t));

    ngx_print_store_leave(&t.a);
    unit_check(job_blocks(&t) == 0);
    unit_check(check_zone(&t.b, 0) == NULL);
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

    /* whoever looks too early */

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

    /* whoever comes late */

    ngx_print_job_expire(&t.a, (uint32_t) ngx_current_msec, 2);
    ngx_print_job_expire(&t.a, (uint32_t) ngx_current_msec, 1);
    unit_check(job_is(&t, &sent, 0, NGX_PRINT_JOB_SENT));

    /* one that was sent, and is to be again, is not unsent */

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
    unit_check(info.state == NGX_PRINT_JOB_QUEUED && info.away);
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


static void
job_guards(void)
{
    job_t        t;
    bench_job_t  job;

    job_begin(&t, "all or none");

    unit_check(job_new(&t, &job, 1, "abx") == NGX_DECLINED);
    unit_check(job.bad == 2);
    unit_check(job_new(&t, &job, 1, "xab") == NGX_DECLINED);
    unit_check(job.bad == 0);

    job_lose(&t, 1);

    unit_check(job_new(&t, &job, 1, "abc") == NGX_PRINT_OFFLINE);
    unit_check(job.bad == 1);

    bench_job(&job, 1, "acb", 9000);
    unit_check(bench_print(&t.a, &job) == NGX_PRINT_OFFLINE);
    unit_check(job.bad == 2);

    unit_check(t.a.sh->job_count == 0 && t.a.sh->job_top == 1);
    unit_check(job_blocks(&t) == 0 && job_whole(&t));

    unit_check(job_new(&t, &job, 1, "ac") == NGX_OK);
    unit_check(job_new(&t, &job, 2, "aa") == NGX_OK);
    unit_check(job.jobs[0].index != job.jobs[1].index);
    job_send(&t, 0, 3);
}


static void
job_limits(void)
{
    job_t        t;
    ngx_uint_t   i;
    bench_job_t  job, first;

    job_begin(&t, "limits");

    /* of bytes: the first one is always taken, what is sent counts as well */

    bench_job(&first, 1, "a", 9000);
    first.init.limit = 100;
    unit_check(bench_print(&t.a, &first) == NGX_OK);

    bench_job(&job, 2, "ba", 100);
    job.init.limit = 9 * NGX_PRINT_STORE_BLOCK;
    unit_check(bench_print(&t.a, &job) == NGX_BUSY && job.bad == 1);
    unit_check(t.a.sh->job_count == 1 && job_blocks(&t) == 9);
    job.init.limit = 10 * NGX_PRINT_STORE_BLOCK;
    unit_check(bench_print(&t.a, &job) == NGX_OK);

    job_send(&t, 0, 2);
    unit_check(bench_print(&t.a, &job) == NGX_BUSY);
    job_pong(&t, 0);
    unit_check(bench_print(&t.a, &job) == NGX_OK);

    /* of jobs, for who is away */

    job_lose(&t, 2);

    for (i = 0; i < 3; i++) {
        bench_job(&job, 3, "c", 100);
        job.init.queue = 3;
        unit_check(bench_print(&t.a, &job) == NGX_OK);
        unit_check(job.jobs[0].away && job_whole(&t));
    }

    unit_check(bench_print(&t.a, &job) == NGX_BUSY && job.bad == 0);
    job.init.queue = 4;
    unit_check(bench_print(&t.a, &job) == NGX_OK);
    job.init.queue = 0;
    unit_check(bench_print(&t.a, &job) == NGX_PRINT_OFFLINE);

    /* who is there may have more */

    job_open(&t, 2);
    unit_check(bench_register(&t.a, t.ref[2], 0, "c", 0) == NGX_OK);
    job.init.queue = 1;
    unit_check(bench_print(&t.a, &job) == NGX_OK);
    job_send(&t, 2, 5);
}


/* no block is left for its payload */

static void
job_full(void)
{
    job_t        t;
    ngx_uint_t   i;
    bench_job_t  job;

    static size_t  sizes[] = { 100, 4000, 4100, 66 * 1024 };

    for (i = 0; i < 4; i++) {
        unit_about("a full zone, and %lu bytes", (unsigned long) sizes[i]);

        bench_create(1024 * 1024, 8, 16, 70);
        job_fill(&t);

        while (bench_send(&t.a, t.ref[3], 1, 10) == NGX_OK) { /* void */ }

        bench_job(&job, 1, "ab", sizes[i]);

        if (t.a.sh->block_count < 70) {
            unit_check(t.a.sh->block_count == 64);

            while (job_new(&t, &job, 9, "c") == NGX_OK) { /* void */ }

            bench_job(&job, 1, "ab", sizes[i]);
        }

        unit_check(t.a.sh->block_count == 70);
        unit_check(bench_print(&t.a, &job) == NGX_PRINT_FULL);
        unit_check(t.a.sh->block_count == 70 && job_whole(&t));
        unit_check(t.a.workers[1].inflight == 0);
        unit_check(t.a.clients[1].njobs == 0);
    }
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


static void
job_list(void)
{
    job_t                 t;
    uint32_t              cursor;
    ngx_str_t             id = unit_str("b");
    ngx_uint_t            i, n, calls, seen[600];
    bench_job_t           job;

    ngx_print_job_info_t  list[NGX_PRINT_JOB_LIST];

    unit_about("a list");
    bench_create(4 * 1024 * 1024, 8, 16, 0);
    job_fill(&t);

    cursor = 0;
    unit_check(ngx_print_job_list(&t.a, &cursor, NULL, ~0ul, list) == 0);
    unit_check(cursor == 0);

    for (i = 0; i < 500; i++) {
        bench_job(&job, i, i == 300 || i == 499 ? "b" : "a", 1);
        job.init.limit = 1024 * 1024;
        unit_check(bench_print(&t.a, &job) == NGX_OK);

        if (i % 2) {
            unit_check(ngx_print_job_cancel(&t.a, job.jobs[0].index, job.keys,
                                            &list[0]) == NGX_OK);
        }
    }

    ngx_memzero(seen, sizeof(seen));
    calls = 0;

    do {
        n = ngx_print_job_list(&t.a, &cursor, NULL, JOB_BIT(QUEUED), list);
        unit_check(n <= NGX_PRINT_JOB_LIST);
        calls++;

        for (i = 0; i < n; i++) {
            unit_check(list[i].state == NGX_PRINT_JOB_QUEUED);
            seen[list[i].index]++;
        }

    } while (cursor && calls < 100);

    unit_check(calls < 10);

    for (i = 1; i <= 500; i++) {
        unit_check(seen[i] == i % 2);
    }

    calls = 0;
    n = 0;

    do {
        n += ngx_print_job_list(&t.a, &cursor, &id, ~0ul, list);
        calls++;
    } while (cursor && calls < 100);

    unit_check(n == 2 && calls == 2);

    n = 0;

    do {
        n += ngx_print_job_list(&t.a, &cursor, &id, JOB_BIT(CANCELED)
                                                    |JOB_BIT(SENT), list);
    } while (cursor);

    unit_check(n == 1);
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
    unit_check(job_new(&t, &job, 1, "a") == NGX_OK);
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


static void
job_remove(void)
{
    job_t                 t;
    ngx_str_t             a = unit_str("a"), none = unit_str("none");
    ngx_uint_t            i;
    bench_job_t           sent, job;
    ngx_print_job_info_t  info;

    job_begin(&t, "a client is removed");

    unit_check(ngx_print_client_remove(&t.a, &none) == NGX_DECLINED);
    unit_check(ngx_print_client_remove(&t.a, &a) == NGX_BUSY);

    unit_check(job_new_resend(&t, &sent, 1, "a") == NGX_OK);
    job_send(&t, 0, 1);

    for (i = 0; i < 100; i++) {
        bench_job(&job, 2, "a", 100);
        job.init.limit = 200 * NGX_PRINT_STORE_BLOCK;
        unit_check(bench_print(&t.a, &job) == NGX_OK);
    }

    job_lose(&t, 0);
    unit_check(t.a.clients[1].njobs == 101);

    unit_check(ngx_print_client_remove(&t.a, &a) == NGX_OK);
    unit_check(job_whole(&t) && job_blocks(&t) == 0);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_CANCELED));
    unit_check(ngx_print_job_find(&t.a, 1, sent.keys, &info) == NGX_OK);
    unit_check(info.state == NGX_PRINT_JOB_UNCONFIRMED && info.reason_len);

    unit_check(ngx_print_client_remove(&t.a, &a) == NGX_DECLINED);

    /* one of the same name has nothing to say of it */

    job_open(&t, 0);
    unit_check(bench_register(&t.a, t.ref[0], 0, "a", 0) == NGX_OK);
    unit_check(job_result(&t, 0, &sent, NGX_PRINT_JOB_PRINTED, "") == NGX_OK);
    job_send(&t, 0, 0);
}


/* a place is taken again: its old name is nobody's */

static void
job_again(void)
{
    job_t                 t;
    ngx_str_t             text = unit_str("late");
    bench_job_t           old, new;
    ngx_print_job_info_t  info;

    unit_about("a place that is taken again");
    bench_create(1024 * 1024, 8, 16, 0);
    bench_shrink(1, 0, 0);
    job_fill(&t);

    unit_check(job_new(&t, &old, 1, "a") == NGX_OK);
    job_send(&t, 0, 1);
    job_pong(&t, 0);

    unit_check(job_new(&t, &new, 2, "a") == NGX_OK);
    unit_check(new.jobs[0].index == 1 && new.jobs[0].gen == 2);
    unit_check(ngx_print_job_find(&t.a, 1, old.keys, &info) == NGX_DECLINED);
    unit_check(ngx_print_job_cancel(&t.a, 1, old.keys, &info)
               == NGX_DECLINED);
    unit_check(ngx_print_job_result(&t.a, t.ref[0], 0, 1, old.keys,
                                    NGX_PRINT_JOB_PRINTED, &text)
               == NGX_DECLINED);
    job_send(&t, 0, 1);
    unit_check(ngx_print_job_answer(&t.a, t.ref[0], 0, 1, 1,
                                    NGX_PRINT_JOB_PRINTED, &text)
               == NGX_DECLINED);
    unit_check(job_is(&t, &new, 0, NGX_PRINT_JOB_SENT));

    /* the number of times that it was there fits its packet's id */

    t.a.jobs[1].gen = NGX_PRINT_JOB_GEN;
    job_pong(&t, 0);
    bench_job(&new, 3, "a", 10);
    unit_check(bench_print(&t.a, &new) == NGX_OK);
    unit_check(new.jobs[0].gen == 0);
}
