
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The answer that describes jobs: at once, or when all of them are received or
 * have a result.
 */


#ifndef _NGX_PRINT_API_JOB_REPLY_H_INCLUDED_
#define _NGX_PRINT_API_JOB_REPLY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_job.h"


#define NGX_PRINT_API_WAIT_MAX  60000     /* ms */

/* the texts of errors; their argument is the excerpt of the invalid value */
#define NGX_PRINT_API_WAIT_INVALID                                            \
    "invalid \"wait\" value \"%V\", expected a time up to 60s"
#define NGX_PRINT_API_WAIT_FOR_INVALID                                        \
    "wait_for \"%V\" is neither \"received\" nor \"result\""


/* an answer about jobs, and when to send it; from the request's pool */
typedef struct {
    ngx_print_job_info_t    *jobs;
    ngx_uint_t               n;
    ngx_msec_t               wait;
    unsigned                 result:1;    /* wait for the result, not only for
                                             the receipt */
    unsigned                 several:1;   /* answer with a list, even of one */
    unsigned                 created:1;
    unsigned                 replayed:1;
} ngx_print_api_job_reply_t;


/*
 * Answers when every job is received, or has its result if reply->result is
 * set, but after reply->wait milliseconds at the latest.  Returns the value for
 * ngx_http_finalize_request().
 */
ngx_int_t ngx_print_api_job_reply(ngx_http_request_t *r,
    ngx_print_api_job_reply_t *reply);

/*
 * Set how long the answer waits ("5s"), and for what ("received" or "result").
 *
 *   NGX_OK        the value was set
 *   NGX_DECLINED  the text is invalid
 */
ngx_int_t ngx_print_api_job_reply_wait(ngx_print_api_job_reply_t *reply,
    ngx_str_t *time);
ngx_int_t ngx_print_api_job_reply_for(ngx_print_api_job_reply_t *reply,
    ngx_str_t *what);

/*
 * Sets both from the arguments "wait" and "wait_for" of the query string, as
 * far as they are there.  Returns NULL, or the text of the error if one of them
 * is invalid; *bad is then the excerpt of its value.
 */
const char *ngx_print_api_job_reply_args(ngx_http_request_t *r,
    ngx_print_api_job_reply_t *reply, ngx_str_t *bad);


#endif /* _NGX_PRINT_API_JOB_REPLY_H_INCLUDED_ */
