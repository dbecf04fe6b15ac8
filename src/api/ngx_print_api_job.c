
/*
 * Copyright (C) the print hub contributors
 */


/* The endpoint jobs/<id>: shows a job, waits for it, or cancels it. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_id.h"
#include "ngx_print_job_state.h"
#include "ngx_print_http.h"
#include "ngx_print_hub.h"
#include "ngx_print_api.h"
#include "ngx_print_api_job_reply.h"


static ngx_int_t ngx_print_api_job_get(ngx_http_request_t *r,
    ngx_str_t *id);
static ngx_int_t ngx_print_api_job_cancel(ngx_http_request_t *r,
    ngx_str_t *id);
static ngx_int_t ngx_print_api_job_unknown(ngx_http_request_t *r,
    ngx_str_t *id);


ngx_int_t
ngx_print_api_job(ngx_http_request_t *r, ngx_str_t *rest)
{
    ngx_int_t                 rc;

    static const char *const  waits[] = { "wait", "wait_for", NULL };
    static const char *const  none[] = { NULL };

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD|NGX_HTTP_DELETE))) {
        return ngx_print_api_method(r, "GET, HEAD, DELETE", "GET,DELETE");
    }

    rc = ngx_print_api_bodyless(r, r->method == NGX_HTTP_DELETE ? none : waits);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    return r->method == NGX_HTTP_DELETE ? ngx_print_api_job_cancel(r, rest)
                                        : ngx_print_api_job_get(r, rest);
}


static ngx_int_t
ngx_print_api_job_get(ngx_http_request_t *r, ngx_str_t *id)
{
    u_char                      key[NGX_PRINT_JOB_KEY];
    uint32_t                    index;
    ngx_int_t                   rc;
    ngx_str_t                   bad;
    const char                 *error;
    ngx_print_store_t          *st;
    ngx_print_api_job_reply_t  *reply;

    reply = ngx_pcalloc(r->pool, sizeof(ngx_print_api_job_reply_t));
    if (reply == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    error = ngx_print_api_job_reply_args(r, reply, &bad);

    if (error) {
        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                      "invalid_request", error, &bad);
    }

    reply->jobs = ngx_palloc(r->pool, sizeof(ngx_print_job_info_t));
    if (reply->jobs == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    reply->n = 1;

    st = &ngx_print_request_eio(r)->store;

    rc = ngx_print_id_read(id, &index, key);

    if (rc == NGX_OK) {
        rc = ngx_print_job_find(st, index, key, reply->jobs);
    }

    if (rc != NGX_OK) {
        return rc == NGX_PRINT_STALLED ? rc : ngx_print_api_job_unknown(r, id);
    }

    return ngx_print_api_job_reply(r, reply);
}


static ngx_int_t
ngx_print_api_job_cancel(ngx_http_request_t *r, ngx_str_t *id)
{
    u_char                     key[NGX_PRINT_JOB_KEY];
    uint32_t                   index;
    ngx_print_store_t         *st;
    ngx_print_job_info_t       job;
    ngx_print_api_job_reply_t  reply;

    if (ngx_print_id_read(id, &index, key) != NGX_OK) {
        return ngx_print_api_job_unknown(r, id);
    }

    st = &ngx_print_request_eio(r)->store;

    switch (ngx_print_job_cancel(st, index, key, &job)) {

    case NGX_OK:
        break;

    case NGX_BUSY:

        if (job.state == NGX_PRINT_JOB_QUEUED) {
            return ngx_print_http_problem(r, NGX_HTTP_CONFLICT,
                                          "job_not_cancelable",
                                          "the job is queued, but was sent "
                                          "before");
        }

        return ngx_print_http_problem(r, NGX_HTTP_CONFLICT,
                                      "job_not_cancelable", "the job is %V",
                                      ngx_print_job_state_name(job.state));

    case NGX_PRINT_STALLED:
        return NGX_PRINT_STALLED;

    default: /* NGX_DECLINED */
        return ngx_print_api_job_unknown(r, id);
    }

    ngx_memzero(&reply, sizeof(ngx_print_api_job_reply_t));

    reply.jobs = &job;
    reply.n = 1;

    return ngx_print_api_job_reply(r, &reply);
}


static ngx_int_t
ngx_print_api_job_unknown(ngx_http_request_t *r, ngx_str_t *id)
{
    ngx_str_t  excerpt;

    excerpt = ngx_print_api_excerpt(id->data, id->len);

    return ngx_print_http_problem(r, NGX_HTTP_NOT_FOUND, "job_unknown",
                                  "job \"%V\" is unknown", &excerpt);
}
