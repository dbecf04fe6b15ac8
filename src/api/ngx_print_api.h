
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The HTTP endpoints of the hub: the legacy endpoints getStatus and startPrint,
 * and the endpoints of jobs, clients, events and the zone.
 */


#ifndef _NGX_PRINT_API_H_INCLUDED_
#define _NGX_PRINT_API_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_job.h"
#include "ngx_print_json.h"


/*
 * The endpoints; location calls them.  rest is the part of the URI that follows
 * the endpoint's name: the id for job() and client(), empty for the others.
 * Each returns the value for ngx_http_finalize_request(); or NGX_PRINT_STALLED,
 * after it has done and answered nothing, because the zone is busy.
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
 * The same, but is called also if this worker has no engine for the zone, and
 * does not return NGX_PRINT_STALLED.
 */
ngx_int_t ngx_print_api_health(ngx_http_request_t *r, ngx_str_t *rest);


/*
 * Refuses a request for one of the newer endpoints whose method "print_hub_api
 * read" forbids, or which a page of another site sends to change something.
 * Returns the value for ngx_http_finalize_request(), or NGX_DECLINED, without
 * an answer, if the request is allowed.
 */
ngx_int_t ngx_print_api_guard(ngx_http_request_t *r);


/*
 * What follows is for the files of this folder only.
 */

/*
 * Answers a request whose method an endpoint does not support: OPTIONS as a
 * CORS preflight for methods, any other method with 405 and the header "Allow:
 * <names>"; with "print_hub_api read" these are GET and HEAD, and without CORS
 * OPTIONS is no exception.  legacy_method() does the same for the legacy
 * endpoints, whose errors have no code.  Both return the value for
 * ngx_http_finalize_request().
 */
ngx_int_t ngx_print_api_method(ngx_http_request_t *r, const char *names,
    const char *methods);
ngx_int_t ngx_print_api_legacy_method(ngx_http_request_t *r,
    ngx_print_cors_t *cors, const char *names, const char *methods);

/*
 * Reads a clientId from a JSON value.  A number becomes the same text as it
 * does when a station registers with it.
 *
 *   NGX_OK        *id is the clientId
 *   NGX_DECLINED  value is NULL, or neither a string nor a number
 *   NGX_ERROR     there is no memory
 */
ngx_int_t ngx_print_api_client_id(ngx_http_request_t *r,
    ngx_print_json_value_t *value, ngx_str_t *id);

/*
 * Reads an argument of the query string, and decodes "+" and "%xx" in it.
 *
 *   NGX_OK        *value is the argument
 *   NGX_DECLINED  the query string does not have this argument
 *   NGX_ERROR     there is no memory
 */
ngx_int_t ngx_print_api_arg(ngx_http_request_t *r, const char *name,
    ngx_str_t *value);

/*
 * Refuses an argument of the query string that is not in names, or that has no
 * value.  "_" is always allowed: libraries add it to get past caches.  Returns
 * the value for ngx_http_finalize_request(), or NGX_DECLINED, without an
 * answer, if all arguments are known.  names ends with NULL.
 */
ngx_int_t ngx_print_api_args(ngx_http_request_t *r, const char *const *names);

/*
 * Discards the body of a request that needs none, and then does the same as
 * ngx_print_api_args().
 */
ngx_int_t ngx_print_api_bodyless(ngx_http_request_t *r,
    const char *const *names);

/*
 * Returns what an endpoint returns that could not read the zone: that the zone
 * is busy, or else that there was no memory.
 */
ngx_int_t ngx_print_api_failure(ngx_http_request_t *r);

/*
 * Answers 503 because the zone cannot be used now; the legacy endpoints have no
 * code.  Returns the value for ngx_http_finalize_request().
 */
ngx_int_t ngx_print_api_busy(ngx_http_request_t *r, ngx_uint_t legacy);

/*
 * Returns the beginning of a text, cut between two characters, at most 128
 * bytes: error messages quote values of any length, and keep room for what
 * follows the value.
 */
ngx_str_t ngx_print_api_excerpt(u_char *text, size_t len);


/* bytes of the longest status of GET health */
#define NGX_PRINT_API_HEALTH   32

/* the text of an error; its argument is the charset */
#define NGX_PRINT_API_CHARSET  "the charset \"%V\" is not utf-8"


/* why a request is refused; value is the argument of text, "%V", if any */
typedef struct {
    ngx_uint_t    status;
    const char   *text;
    ngx_str_t     value;
} ngx_print_api_fault_t;


/*
 * Sets *fault, with an excerpt of value, which may be NULL.  Returns
 * NGX_DECLINED.
 */
ngx_int_t ngx_print_api_fault(ngx_print_api_fault_t *fault, ngx_uint_t status,
    const char *text, ngx_str_t *value);


/* Answers POST jobs.  Returns the value for ngx_http_finalize_request(). */
ngx_int_t ngx_print_api_job_create(ngx_http_request_t *r);

/*
 * Completes init with the settings of the location and creates the jobs.
 * Returns the value of ngx_print_hub_job_create().
 */
ngx_int_t ngx_print_api_job_make(ngx_http_request_t *r,
    ngx_print_job_init_t *init, ngx_print_job_info_t *jobs, ngx_uint_t *bad);
/*
 * Adds the header X-Print-Job with the job's id to the answer.
 *
 *   NGX_OK     the header was added
 *   NGX_ERROR  there is no memory
 */
ngx_int_t ngx_print_api_job_header(ngx_http_request_t *r,
    ngx_print_job_info_t *job);

/*
 * Returns all clients as an array of ngx_print_client_info_t in the order of
 * their first registration, or NULL if there is no memory.
 */
ngx_array_t *ngx_print_api_list(ngx_http_request_t *r);


#endif /* _NGX_PRINT_API_H_INCLUDED_ */
