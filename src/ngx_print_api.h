
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The HTTP answers of the hub: getStatus and startPrint, jobs and clients, each
 * in a file of its own.
 */


#ifndef _NGX_PRINT_API_H_INCLUDED_
#define _NGX_PRINT_API_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_job.h"


/* each returns what the request is to be finalized with */
ngx_int_t ngx_print_api_status(ngx_http_request_t *r);
ngx_int_t ngx_print_api_print(ngx_http_request_t *r);
ngx_int_t ngx_print_api_jobs(ngx_http_request_t *r);
ngx_int_t ngx_print_api_clients(ngx_http_request_t *r);
ngx_int_t ngx_print_api_events(ngx_http_request_t *r);

/*
 * Between the files of the API.  create() makes jobs as the location has it,
 * see ngx_print_hub_print(); header() tells a job's id; method() is the answer
 * to a method that is none of those named, or a preflight; type() is whether
 * the body's type, without its parameters, is this one.
 */
ngx_int_t ngx_print_api_create(ngx_http_request_t *r,
    ngx_print_job_init_t *init, ngx_print_job_info_t *jobs, ngx_uint_t *bad);
ngx_int_t ngx_print_api_job_header(ngx_http_request_t *r,
    ngx_print_job_info_t *job);
ngx_int_t ngx_print_api_method(ngx_http_request_t *r, const char *names);
ngx_uint_t ngx_print_api_type(ngx_http_request_t *r, const char *type);


#endif /* _NGX_PRINT_API_H_INCLUDED_ */
