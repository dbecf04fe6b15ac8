
/*
 * Copyright (C) the print hub contributors
 */


/* Does an operation of the model with the store. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "random_do.h"


static void crash_do_message(ngx_print_store_t *st, model_op_t *op,
    ngx_print_batch_t *batch);
static void crash_do_job(ngx_print_store_t *st, model_op_t *op);


void
crash_do(ngx_print_store_t *st, model_op_t *op, ngx_print_batch_t *batch)
{
    u_char           sock[NGX_PRINT_SESSION_SOCK];
    ngx_print_ref_t  ref;

    ref = op->ref;
    op->rc = NGX_OK;

    switch (op->op) {

    case MODEL_OPEN:
        op->rc = bench_open(st, op->number, op->flag, &op->new_ref,
                            &op->new_token);
        break;

    case MODEL_POLL:
        op->rc = ngx_print_session_poll(st, ref, &op->new_token);
        break;

    case MODEL_DETACH:
        op->rc = ngx_print_session_detach(st, ref, op->token);
        break;

    case MODEL_POST:
        op->rc = ngx_print_session_post(st, ref);
        break;

    case MODEL_POST_DONE:
        ngx_print_session_post_done(st, ref);
        break;

    case MODEL_PROBE:
        op->rc = ngx_print_session_probe(st, ref, &op->new_token);
        break;

    case MODEL_UPGRADE:
        op->rc = ngx_print_session_upgrade(st, ref, op->token);
        break;

    case MODEL_UNPROBE:
        op->rc = ngx_print_session_unprobe(st, ref, op->token);
        break;

    case MODEL_CONNECT:
        bench_sock(sock, op->number);
        op->rc = ngx_print_session_connect(st, ref, 0, sock);
        break;

    case MODEL_DISCONNECT:
        op->rc = ngx_print_session_disconnect(st, ref, 0);
        break;

    case MODEL_TOUCH:
        ngx_print_session_touch(st, ref, op->flag);
        break;

    case MODEL_EXPIRE:
        op->rc = ngx_print_session_expire(st, (uint32_t) op->now, ref.index,
                                          &ref);
        break;

    case MODEL_CLOSE:
        op->rc = ngx_print_session_close(st, ref, op->number);
        break;

    case MODEL_FREE:
        ngx_print_session_free(st, ref);
        break;

    case MODEL_LINGER:
        ngx_print_session_linger(st, ref, op->number);
        break;

    default:
        crash_do_message(st, op, batch);
        break;
    }
}


static void
crash_do_message(ngx_print_store_t *st, model_op_t *op,
    ngx_print_batch_t *batch)
{
    char                     id[2];
    ngx_str_t                data;
    ngx_print_ref_t          refs[4];
    ngx_print_client_info_t  info;

    data.len = op->len;
    data.data = op->op == MODEL_TAKE ? NULL : bench_bytes(op->number, op->len);

    id[0] = op->id;
    id[1] = '\0';

    switch (op->op) {

    case MODEL_SEND:
        op->rc = ngx_print_queue_send(st, op->ref, &data, 1, op->number & 1,
                                      MODEL_LIMIT);
        break;

    case MODEL_TAKE:
        op->rc = ngx_print_queue_take(st, op->ref, op->token, op->len,
                                      op->flag, batch);
        break;

    case MODEL_RELEASE:
        ngx_print_queue_release(st, batch);
        break;

    case MODEL_ATTACH_ADD:
        op->rc = ngx_print_queue_attach_add(st, op->ref, &data, op->number & 1,
                                      op->flag, 4000);
        break;

    case MODEL_ATTACH_TAKE:
        op->rc = ngx_print_queue_attach_take(st, op->ref, batch);
        break;

    case MODEL_READY:
        ngx_print_store_rearm(st);
        op->rc = ngx_print_queue_ready(st, refs, 4);
        break;

    case MODEL_BLOCK:
        ngx_print_queue_block(st, op->ref, op->token, op->flag);
        break;

    case MODEL_REGISTER:
        op->rc = bench_register(st, op->ref, 0, id, op->id & 1);
        break;

    case MODEL_LEAVE:
        op->rc = ngx_print_client_offline(st, op->ref, 0, &info);
        op->left = op->rc == NGX_OK ? info.id[0] : 0;
        break;

    default:
        crash_do_job(st, op);
        break;
    }
}


static void
crash_do_job(ngx_print_store_t *st, model_op_t *op)
{
    char                  ids[3];
    u_char                key[NGX_PRINT_JOB_KEY];
    ngx_str_t             reason;
    bench_job_t           job;
    ngx_print_job_info_t  info;

    ids[0] = op->id;
    ids[1] = op->id2;
    ids[2] = '\0';

    bench_job_key(key, op->job_n, op->job_i);
    ngx_str_null(&reason);

    switch (op->op) {

    case MODEL_JOB:
        bench_job(&job, op->number, ids, op->len);
        job.init.limit = MODEL_LIMIT;
        job.init.queue = model_direct(op->number) ? 0 : MODEL_QUEUE;
        job.init.resend = op->flag;
        op->rc = bench_print(st, &job);
        break;

    case MODEL_CANCEL:
        op->rc = ngx_print_job_cancel(st, op->index, key, &info);
        break;

    case MODEL_RESULT:
        op->rc = ngx_print_job_result(st, op->ref, 0, op->index, key,
                                      op->state, &reason);
        break;

    default: /* MODEL_JOB_EXPIRE */
        ngx_print_job_expire(st, (uint32_t) op->now, op->index);
        break;
    }
}
