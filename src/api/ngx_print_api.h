
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The HTTP answers of the hub: getStatus and startPrint as the seed has them;
 * jobs, clients, events, and the zone.
 */


#ifndef _NGX_PRINT_API_H_INCLUDED_
#define _NGX_PRINT_API_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_job.h"
#include "ngx_print_json.h"


/*
 * The endpoints.  rest is what follows their name in the URI, "" but for job()
 * and client(); returned is what the request is to be finalized with.
 */
ngx_int_t ngx_print_api_status(ngx_http_request_t *r, ngx_str_t *rest);
ngx_int_t ngx_print_api_print(ngx_http_request_t *r, ngx_str_t *rest);
ngx_int_t ngx_print_api_jobs(ngx_http_request_t *r, ngx_str_t *rest);
ngx_int_t ngx_print_api_job(ngx_http_request_t *r, ngx_str_t *rest);
ngx_int_t ngx_print_api_clients(ngx_http_request_t *r, ngx_str_t *rest);
ngx_int_t ngx_print_api_client(ngx_http_request_t *r, ngx_str_t *rest);
ngx_int_t ngx_print_api_events(ngx_http_request_t *r, ngx_str_t *rest);
ngx_int_t ngx_print_api_zone(ngx_http_request_t *r, ngx_str_t *rest);


/*
 * Between the files of the API.
 *
 * body() reads the request's body, of print_hub_max_payload at most, and has
 * the request finalized with what the handler returns for it.  code is that of
 * the answer to a larger one, "": as the seed's.
 */
typedef ngx_int_t (*ngx_print_api_body_pt)(ngx_http_request_t *r,
    ngx_str_t *text);

ngx_int_t ngx_print_api_body(ngx_http_request_t *r,
    ngx_print_api_body_pt handler, const char *code);

/* whether the body's type, without its parameters, is this one */
ngx_uint_t ngx_print_api_type(ngx_http_request_t *r, const char *type);

/*
 * The answer to a method that is none of those named, or a preflight for these
 * methods; and the same of the seed's endpoints
 */
ngx_int_t ngx_print_api_method(ngx_http_request_t *r, const char *names,
    const char *methods);
ngx_int_t ngx_print_api_seed_method(ngx_http_request_t *r, const char *names);

/*
 * The clientId that a JSON value is, a number is that of a client which
 * registered with it.  NGX_OK, NGX_DECLINED: neither string nor number (or
 * NULL), NGX_ERROR.
 */
ngx_int_t ngx_print_api_client_id(ngx_http_request_t *r,
    ngx_print_json_value_t *value, ngx_str_t *id);

/* a decoded argument of the query; NGX_OK, NGX_DECLINED: none, NGX_ERROR */
ngx_int_t ngx_print_api_arg(ngx_http_request_t *r, const char *name,
    ngx_str_t *value);

/* POST of jobs */
ngx_int_t ngx_print_api_job_create(ngx_http_request_t *r);

/*
 * Creates jobs as the location has it, see ngx_print_hub_job_create(); header()
 * tells a job's id.
 */
ngx_int_t ngx_print_api_job_make(ngx_http_request_t *r,
    ngx_print_job_init_t *init, ngx_print_job_info_t *jobs, ngx_uint_t *bad);
ngx_int_t ngx_print_api_job_header(ngx_http_request_t *r,
    ngx_print_job_info_t *job);

/* the headers that a script of another origin may read */
ngx_int_t ngx_print_api_expose(ngx_http_request_t *r, const char *names);

/* all clients (ngx_print_client_info_t), in the order of registration; NULL */
ngx_array_t *ngx_print_api_list(ngx_http_request_t *r);


#endif /* _NGX_PRINT_API_H_INCLUDED_ */
