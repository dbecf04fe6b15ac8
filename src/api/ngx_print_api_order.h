
/*
 * Copyright (C) the print hub contributors
 */


/* What POST of jobs asks for. */


#ifndef _NGX_PRINT_API_ORDER_H_INCLUDED_
#define _NGX_PRINT_API_ORDER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_job.h"
#include "ngx_print_api_job_reply.h"


/* a request as it was read; lives as long as that */
typedef struct {
    ngx_http_request_t         *request;
    ngx_str_t                  *clients;  /* NGX_PRINT_JOB_CLIENTS of them */
    ngx_uint_t                  n;
    ngx_str_t                   event;    /* JSON */
    ngx_str_t                   data;     /* JSON */
    ngx_str_t                   binary;   /* an attachment, empty: none */
    ngx_msec_t                  ttl;      /* 0: that of the location */
    ngx_print_api_job_reply_t  *reply;
    u_char                      digest[NGX_PRINT_JOB_DIGEST]; /* of its key */
    ngx_str_t                   error;    /* what is wrong with it */
    unsigned                    has_key:1;
} ngx_print_api_order_t;


/* NULL: no memory */
ngx_print_api_order_t *ngx_print_api_order(ngx_http_request_t *r);

/*
 * What the header and the query string say of any order; a body that is the
 * event's only argument; a body that says it all.  NGX_OK, NGX_DECLINED: it is
 * invalid, order->error says why, NGX_ERROR.
 */
ngx_int_t ngx_print_api_order_args(ngx_print_api_order_t *order);
ngx_int_t ngx_print_api_order_binary(ngx_print_api_order_t *order,
    ngx_str_t *body);
ngx_int_t ngx_print_api_order_json(ngx_print_api_order_t *order,
    ngx_str_t *body);


#endif /* _NGX_PRINT_API_ORDER_H_INCLUDED_ */
