
/*
 * Copyright (C) the print hub contributors
 */


/* States and calls that operations of several files begin with. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "step_base.h"


void
step_nothing(void)
{
    /* void */
}


/* the session of the operation, to be changed by alt() */

ngx_print_store_session_t *
step_session(void)
{
    if (A->sh->lock == 0) {
        ngx_print_store_lock(A);
    }

    return &A->sessions[REF.index];
}


void
step_pop(ngx_print_store_queue_t *q)
{
    q->head = ngx_print_store_head(A, q->head)->next;
}


void
step_client(ngx_uint_t session, const char *id)
{
    ngx_print_ref_t  ref;

    ref.index = session;
    ref.gen = A->sessions[session].gen;

    (void) bench_register(A, ref, 0, id, 0);
}


void
step_open(void)
{
    (void) bench_open(A, 1, 0, &REF, &step_env.token);
}


void
step_open_ws(void)
{
    (void) bench_open(A, 1, 1, &REF, &step_env.token);
}


void
step_open_ws_h(void)
{
    (void) bench_open(H, 1, 1, &REF, &step_env.token);
}


void
step_open_connected(void)
{
    u_char  sock[NGX_PRINT_SESSION_SOCK];

    step_open_ws();

    bench_sock(sock, 1);
    (void) ngx_print_session_connect(A, REF, 0, sock);
}


void
step_open_poll(void)
{
    (void) bench_open(A, 1, 0, &REF, &step_env.token);
    (void) ngx_print_session_poll(A, REF, &step_env.token);
}


void
step_queue(ngx_uint_t n)
{
    while (n--) {
        (void) bench_send(H, REF, n, 100 + n);
    }
}


void
step_open_poll_queue(void)
{
    step_open_poll();
    step_queue(3);
}


void
alt_unattached(ngx_uint_t i)
{
    step_session()->att_kind = NGX_PRINT_ATT_NONE;
}


void
act_disconnect(void)
{
    (void) ngx_print_session_disconnect(A, REF, 0);
}


void
act_close(void)
{
    (void) ngx_print_session_close(A, REF, 3);
}


void
act_free(void)
{
    ngx_print_session_free(A, REF);
}


void
step_open_queue(void)
{
    step_open();
    step_queue(2);
}


void
step_registered(void)
{
    step_open_connected();
    step_client(REF.index, "a");
}


void
step_print(ngx_uint_t n, const char *ids, ngx_uint_t resend)
{
    bench_job_t  job;

    bench_job(&job, n, ids, 100 * n);

    job.init.queue = 10;
    job.init.resend = resend;

    (void) bench_print(A, &job);
}


void
step_take(void)
{
    (void) ngx_print_queue_take(A, REF, step_env.token, 10000, 0, BATCH);
}


void
step_take_done(void)
{
    step_take();
    ngx_print_queue_release(A, BATCH);
}


void
step_job(void)
{
    step_registered();
    step_print(1, "a", 0);
}


void
act_job_cancel(void)
{
    ngx_print_job_info_t  info;

    (void) ngx_print_job_cancel(A, 1, JOB->key, &info);
}


void
act_lost_free(void)
{
    ngx_print_session_free(A, REF);
}


void
act_lost_leave(void)
{
    ngx_print_client_info_t  info;

    (void) ngx_print_client_offline(A, REF, 0, &info);
}


void
act_move(void)
{
    step_client(REF.index, "a");
}
