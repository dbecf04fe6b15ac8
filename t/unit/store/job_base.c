
/*
 * Copyright (C) the print hub contributors
 */


#include "job_base.h"


static void job_expired(void *data, uint32_t now, uint32_t index);


void
job_begin(job_t *t, const char *about)
{
    unit_about("%s", about);

    bench_create(1024 * 1024, 8, 16, 0);
    job_fill(t);
}


void
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


void
job_open(job_t *t, ngx_uint_t session)
{
    u_char  sock[NGX_PRINT_SESSION_SOCK];

    bench_sock(sock, session);

    unit_check(bench_open(&t->a, session, 1, &t->ref[session],
                          &t->token[session]) == NGX_OK);
    unit_check(ngx_print_session_connect(&t->a, t->ref[session], 0, sock)
               == NGX_OK);
}


ngx_int_t
job_new(job_t *t, bench_job_t *job, ngx_uint_t n, const char *ids)
{
    ngx_int_t  rc;

    bench_job(job, n, ids, 100);
    rc = bench_print(&t->b, job);

    unit_check(job_whole(t));

    return rc;
}


ngx_int_t
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


ngx_uint_t
job_take(job_t *t, ngx_uint_t session)
{
    ngx_int_t  rc;

    rc = ngx_print_queue_take(&t->a, t->ref[session], t->token[session],
                              JOB_MAX, 0, &t->batch);

    unit_check(rc == NGX_OK || rc == NGX_AGAIN);
    unit_check(t->batch.more || job_whole(t));

    return t->batch.njobs;
}


void
job_send(job_t *t, ngx_uint_t session, ngx_uint_t n)
{
    unit_check(job_take(t, session) == n);
    ngx_print_queue_release(&t->a, &t->batch);
    unit_check(t->batch.more || job_whole(t));
}


void
job_pong(job_t *t, ngx_uint_t session)
{
    ngx_print_session_touch(&t->b, t->ref[session], 1);
    unit_check(job_whole(t));
}


void
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


ngx_int_t
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


ngx_int_t
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


ngx_int_t
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


ngx_int_t
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


ngx_uint_t
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


ngx_uint_t
job_blocks(job_t *t)
{
    return t->a.sh->block_count;
}


ngx_uint_t
job_whole(job_t *t)
{
    const char  *err;

    err = check_zone(&t->a, CHECK_READY|CHECK_SETTLED);

    if (err) {
        printf("  %s\n", err);
    }

    return err == NULL;
}


void
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


void
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
