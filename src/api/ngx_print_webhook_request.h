
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Sends a POST to a URI of this nginx, without a client.
 */


#ifndef _NGX_PRINT_WEBHOOK_REQUEST_H_INCLUDED_
#define _NGX_PRINT_WEBHOOK_REQUEST_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/*
 * Called once for each request when it ends.  status is the HTTP status of the
 * answer, or 0 without an answer.  The handler must not start another request.
 */
typedef void (*ngx_print_webhook_done_pt)(void *data, ngx_uint_t status);


/* the caller sets the first three members; only one request runs at a time */
typedef struct {
    ngx_print_webhook_conf_t     *conf;
    ngx_print_webhook_done_pt     done;
    void                         *data;

    /* while a request runs */
    ngx_connection_t             *connection;
    ngx_http_request_t           *subrequest;
} ngx_print_webhook_request_t;


/*
 * Sends a POST with this body, which the caller has allocated from the pool.
 * The pool is destroyed with the request.  done() may be called before this
 * function returns.
 */
void ngx_print_webhook_request(ngx_print_webhook_request_t *wr,
    ngx_pool_t *pool, ngx_str_t *body);

/* Ends the running request, if any, without waiting for the answer. */
void ngx_print_webhook_abort(ngx_print_webhook_request_t *wr);


#endif /* _NGX_PRINT_WEBHOOK_REQUEST_H_INCLUDED_ */
