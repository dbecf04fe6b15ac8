
/*
 * Copyright (C) the print hub contributors
 */


/* The answer about jobs: at once, or when something has become of them. */


#ifndef _NGX_PRINT_API_JOB_REPLY_H_INCLUDED_
#define _NGX_PRINT_API_JOB_REPLY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_job.h"


#define NGX_PRINT_API_WAIT_MAX  60000     /* ms */

#define NGX_PRINT_API_WAIT_INVALID                                            \
    "\"%V\" is neither a time to wait of up to 60s, nor is it what to wait "   \
    "for, \"received\" or \"result\""


/* lives as long as the request */
typedef struct {
    ngx_print_job_info_t    *jobs;
    ngx_uint_t               n;
    ngx_msec_t               wait;
    unsigned                 result:1;    /* wait for more than the receipt */
    unsigned                 several:1;   /* it is to be a list of jobs */
    unsigned                 created:1;
    unsigned                 replayed:1;
} ngx_print_api_job_reply_t;


/*
 * Answers when nothing more is awaited of any job, its result included if
 * reply->result is set, or when the time is over.  Returns what the request is
 * to be finalized with.
 */
ngx_int_t ngx_print_api_job_reply(ngx_http_request_t *r,
    ngx_print_api_job_reply_t *reply);

/*
 * Sets how long an answer waits, "5s", and for what, "received" or "result".
 * NGX_OK, NGX_DECLINED: the text is invalid.
 */
ngx_int_t ngx_print_api_job_reply_wait(ngx_print_api_job_reply_t *reply,
    ngx_str_t *time);
ngx_int_t ngx_print_api_job_reply_for(ngx_print_api_job_reply_t *reply,
    ngx_str_t *what);

/* the same of the arguments "wait" and "wait_for"; *bad is an invalid value */
ngx_int_t ngx_print_api_job_reply_args(ngx_http_request_t *r,
    ngx_print_api_job_reply_t *reply, ngx_str_t *bad);


#endif /* _NGX_PRINT_API_JOB_REPLY_H_INCLUDED_ */
