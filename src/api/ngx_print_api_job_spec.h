
/*
 * Copyright (C) the print hub contributors
 */


/* Reads a request that creates jobs, or says why it is invalid. */


#ifndef _NGX_PRINT_API_JOB_SPEC_H_INCLUDED_
#define _NGX_PRINT_API_JOB_SPEC_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_job.h"
#include "ngx_print_api_idempotency.h"
#include "ngx_print_api_job_reply.h"


/* a request that creates jobs; from the request's pool */
typedef struct {
    ngx_http_request_t           *request;
    ngx_str_t                    *clients;  /* NGX_PRINT_JOB_CLIENTS of them */
    ngx_uint_t                    n;
    ngx_str_t                     event;    /* JSON */
    ngx_str_t                     data;     /* JSON */
    ngx_str_t                     binary;   /* attachment; empty: none */
    ngx_msec_t                    ttl;      /* 0: that of the location */
    ngx_print_api_job_reply_t    *reply;
    ngx_str_t                     error;    /* why it is invalid */
    ngx_print_api_idempotency_t   key;
} ngx_print_api_job_spec_t;


/* Returns a spec with the default values, or NULL if there is no memory. */
ngx_print_api_job_spec_t *ngx_print_api_job_spec(ngx_http_request_t *r);

/*
 * Fill in a spec: args() reads the headers and the query string, then either
 * binary() takes the body as the event's only argument, or json() reads all
 * from the members of the body.
 *
 *   NGX_OK        the spec is complete
 *   NGX_DECLINED  the request is invalid, spec->error says why
 *   NGX_ERROR     there is no memory
 */
ngx_int_t ngx_print_api_job_spec_args(ngx_print_api_job_spec_t *spec);
ngx_int_t ngx_print_api_job_spec_binary(ngx_print_api_job_spec_t *spec,
    ngx_str_t *body);
ngx_int_t ngx_print_api_job_spec_json(ngx_print_api_job_spec_t *spec,
    ngx_str_t *body);


#endif /* _NGX_PRINT_API_JOB_SPEC_H_INCLUDED_ */
