
/*
 * Copyright (C) the print hub contributors
 */


#include "recovery_base.h"


static void recovery_expire(void *data, uint32_t now, uint32_t index);


void
recovery_begin(recovery_t *t, const char *about)
{
    unit_about("%s", about);

    bench_create(1024 * 1024, 8, 16, 0);
    bench_fake(&t->a, &t->wake, 1);

    recovery_joined(t, 0);
    recovery_session(t, 1);
    recovery_joined(t, 2);

    unit_check(recovery_open(t, 0, 1) == NGX_OK);

    unit_check(bench_register(&t->a, t->ref[0], 0, "a", 0) == NGX_OK);
    unit_check(bench_register(&t->a, t->ref[0], 0, "b", 0) == NGX_OK);
}


void
recovery_session(recovery_t *t, ngx_uint_t session)
{
    unit_check(bench_open(&t->a, session, 1, &t->ref[session],
                          &t->token[session]) == NGX_OK);
}


void
recovery_joined(recovery_t *t, ngx_uint_t session)
{
    u_char  sock[NGX_PRINT_SESSION_SOCK];

    recovery_session(t, session);

    bench_sock(sock, session);
    unit_check(ngx_print_session_connect(&t->a, t->ref[session], 0, sock)
               == NGX_OK);
}


ngx_int_t
recovery_open(recovery_t *t, ngx_uint_t session, ngx_uint_t n)
{
    u_char     key[NGX_PRINT_JOB_KEY];
    ngx_int_t  rc;

    bench_job_key(key, n, 0);

    rc = ngx_print_recovery_open(&t->a, t->ref[session], RECOVERY_MS, NULL, key,
                                 t->bytes);

    unit_check(recovery_whole(t));

    if (rc == NGX_OK) {
        t->pid.data = t->bytes;
        t->pid.len = NGX_PRINT_ID_LEN;
    }

    return rc;
}


ngx_int_t
recovery_resume(recovery_t *t, ngx_uint_t session, ngx_uint_t offset)
{
    u_char     buf[NGX_PRINT_RECOVERY_OFFSET + 1];
    ngx_str_t  text;

    text.data = buf;
    text.len = 0;

    if (offset != RECOVERY_NONE) {
        text.len = ngx_print_recovery_offset(&t->a, buf, offset) - buf;
        unit_check(text.len == NGX_PRINT_RECOVERY_OFFSET);
    }

    return recovery_resume_from(t, session, &text);
}


ngx_int_t
recovery_resume_from(recovery_t *t, ngx_uint_t session, ngx_str_t *offset)
{
    ngx_int_t  rc;

    rc = ngx_print_recovery_resume(&t->a, t->ref[session], &t->pid, offset,
                                   RECOVERY_TAKEN, &t->old);

    /* the zone is whole and settled, whether the socket is recovered or not */

    unit_check(check_zone(&t->a, CHECK_SETTLED) == NULL);

    return rc;
}


void
recovery_close(recovery_t *t, ngx_uint_t session)
{
    ngx_print_client_info_t  info;

    unit_check(ngx_print_session_close(&t->a, t->ref[session], 1) == NGX_OK);

    while (ngx_print_client_offline(&t->a, t->ref[session], 0, &info)
           == NGX_OK)
    {
        unit_check(recovery_whole(t));
    }
}


void
recovery_lose(recovery_t *t, ngx_uint_t session)
{
    recovery_close(t, session);
    ngx_print_session_free(&t->a, t->ref[session]);
    unit_check(recovery_whole(t));
}


ngx_uint_t
recovery_due(recovery_t *t, ngx_msec_t ms)
{
    bench_clock(ngx_current_msec + ms);

    t->expired = 0;

    ngx_print_store_sweep(&t->a, NGX_PRINT_SWEEP_RECOVERIES,
                          (uint32_t) ngx_current_msec, recovery_expire, t);

    return t->expired;
}


static void
recovery_expire(void *data, uint32_t now, uint32_t index)
{
    recovery_t *t = data;

    ngx_print_recovery_expire(&t->a, now, index);
    unit_check(recovery_whole(t));

    t->expired++;
}


ngx_print_job_state_e
recovery_state(recovery_t *t, ngx_uint_t i)
{
    ngx_print_job_info_t  info;

    return ngx_print_job_find(&t->a, t->jobs[i].jobs[0].index,
                              t->jobs[i].jobs[0].key, &info) == NGX_OK
           ? info.state : NGX_PRINT_JOB_FREE;
}


void
recovery_print(recovery_t *t, ngx_uint_t i, const char *id, ngx_uint_t resend)
{
    bench_job(&t->jobs[i], i, id, 100);

    t->jobs[i].init.queue = 100;
    t->jobs[i].init.resend = resend;

    unit_check(bench_print(&t->a, &t->jobs[i]) == NGX_OK);
    unit_check(check_zone(&t->a, CHECK_SETTLED) == NULL);
}


void
recovery_take(recovery_t *t, ngx_uint_t session, ngx_uint_t n)
{
    ngx_int_t  rc;

    rc = ngx_print_queue_take(&t->a, t->ref[session], t->token[session],
                              RECOVERY_MAX, 0, &t->batch);

    unit_check(rc == NGX_OK || (n == 0 && rc == NGX_AGAIN));
    unit_check(t->batch.njobs == n);

    ngx_print_queue_release(&t->a, &t->batch);
    unit_check(t->batch.more || recovery_whole(t));
}


void
recovery_pong(recovery_t *t, ngx_uint_t session)
{
    ngx_print_session_touch(&t->a, t->ref[session], 1);
    unit_check(recovery_whole(t));
}


ngx_uint_t
recovery_connected(recovery_t *t, const char *id, ngx_uint_t session)
{
    ngx_str_t                  str;
    ngx_print_client_detail_t  detail;

    str.len = strlen(id);
    str.data = (u_char *) id;

    return ngx_print_client_find(&t->a, &str, &detail, NULL) == NGX_OK
           && detail.info.connected && detail.info.sock[2] == session;
}


ngx_uint_t
recovery_whole(recovery_t *t)
{
    const char  *err;

    err = check_zone(&t->a, CHECK_READY|CHECK_SETTLED);

    if (err) {
        printf("  %s\n", err);
    }

    return err == NULL;
}
