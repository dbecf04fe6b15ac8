
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Sends a POST to a URI of this nginx, without a client: the location of the
 * URI answers it, usually by "proxy_pass".
 */


#ifndef _NGX_PRINT_POST_REQUEST_H_INCLUDED_
#define _NGX_PRINT_POST_REQUEST_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/* what is known at the end of a request; valid until done() returns */
typedef struct {
    ngx_uint_t                    status;   /* 0: there was no answer */
    ngx_list_t                   *headers;  /* NULL: there was no answer */
    ngx_str_t                     body;     /* empty unless "body" was set */
} ngx_print_post_answer_t;


/*
 * Called once for each request when it ends.  The handler must not start
 * another request.
 */
typedef void (*ngx_print_post_done_pt)(void *data,
    ngx_print_post_answer_t *answer);


/* the caller sets the members before the last group */
typedef struct {
    ngx_print_target_t           *target;
    const char                   *purpose;  /* for lines in the log, such as
                                               "sending events" */
    ngx_print_post_done_pt        done;
    void                         *data;
    unsigned                      body:1;   /* the body of the answer is
                                               wanted: one that is longer than
                                               subrequest_output_buffer_size
                                               counts as no answer */

    /* while a request runs: one at a time */
    unsigned                      failed:1;  /* its body is not whole */
    ngx_connection_t             *connection;
    ngx_http_request_t           *subrequest;
} ngx_print_post_request_t;


/*
 * Sends a POST with this body, a JSON text, which the caller has allocated from
 * the pool.  The pool is destroyed with the request.  done() may be called
 * before this function returns.
 */
void ngx_print_post_request(ngx_print_post_request_t *pr, ngx_pool_t *pool,
    ngx_str_t *body);

/* Ends the running request, if any, without waiting for the answer. */
void ngx_print_post_abort(ngx_print_post_request_t *pr);

/* Returns the POST that r answers, or NULL if r is a client's request. */
ngx_print_post_request_t *ngx_print_post_of(ngx_http_request_t *r);


#endif /* _NGX_PRINT_POST_REQUEST_H_INCLUDED_ */
