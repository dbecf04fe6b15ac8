
/*
 * Copyright (C) the print hub contributors
 */


/* GET jobs: lists the known jobs, the newest first */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_job_state.h"
#include "ngx_print_http.h"
#include "ngx_print_hub.h"
#include "ngx_print_api.h"
#include "ngx_print_api_out.h"
#include "ngx_print_api_json.h"


#define NGX_PRINT_API_LIST_LIMIT  100
#define NGX_PRINT_API_LIST_MAX    1000


/*
 * A request for a list, and its jobs.  While they are collected, the jobs are a
 * heap whose root is the oldest.
 */
typedef struct {
    ngx_str_t                client;
    ngx_uint_t               states;
    ngx_uint_t               limit;
    uint64_t                 before;     /* jobs with a smaller seq */
    ngx_print_job_info_t    *jobs;
    ngx_uint_t               n;
    unsigned                 by_client:1;
    unsigned                 more:1;     /* there are older jobs */
} ngx_print_api_list_t;


/* an argument of the query string, and what its value may be */
typedef struct {
    const char              *name;
    const char              *expected;
} ngx_print_api_list_arg_t;


/* an argument that is invalid */
typedef struct {
    const ngx_print_api_list_arg_t  *arg;
    ngx_str_t                        value;
} ngx_print_api_bad_t;


static ngx_int_t ngx_print_api_job_list(ngx_http_request_t *r);
static ngx_int_t ngx_print_api_list_args(ngx_http_request_t *r,
    ngx_print_api_list_t *list, ngx_print_api_bad_t *bad);
static ngx_int_t ngx_print_api_list_states(ngx_str_t *text,
    ngx_uint_t *states);
static ngx_int_t ngx_print_api_list_number(ngx_str_t *text, uint64_t *number);
static void ngx_print_api_list_gather(ngx_print_store_t *st,
    ngx_print_api_list_t *list);
static void ngx_print_api_list_add(ngx_print_api_list_t *list,
    ngx_print_job_info_t *job);
static void ngx_print_api_list_sink(ngx_print_api_list_t *list);
static int ngx_libc_cdecl ngx_print_api_list_newer(const void *one,
    const void *two);
static ngx_int_t ngx_print_api_list_send(ngx_http_request_t *r,
    ngx_print_api_list_t *list);


static const ngx_print_api_list_arg_t  ngx_print_api_list_arg[] = {
    { "clientId", "a clientId" },
    { "state", "names of states, separated by commas" },
    { "limit", "a number from 1 to " ngx_value(NGX_PRINT_API_LIST_MAX) },
    { "after", "the \"next\" of another page" },
    { NULL, NULL }
};


ngx_int_t
ngx_print_api_jobs(ngx_http_request_t *r, ngx_str_t *rest)
{
    ngx_int_t                 rc;

    static const char *const  names[] = { "clientId", "state", "limit",
                                          "after", NULL };

    if (r->method == NGX_HTTP_POST) {
        return ngx_print_api_job_create(r);
    }

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return ngx_print_api_method(r, "GET, HEAD, POST", "GET,POST");
    }

    rc = ngx_print_api_bodyless(r, names);

    return rc == NGX_DECLINED ? ngx_print_api_job_list(r) : rc;
}


static ngx_int_t
ngx_print_api_job_list(ngx_http_request_t *r)
{
    ngx_int_t             rc;
    ngx_print_store_t    *st;
    ngx_print_api_bad_t   bad;
    ngx_print_api_list_t  list;

    ngx_memzero(&list, sizeof(ngx_print_api_list_t));

    rc = ngx_print_api_list_args(r, &list, &bad);

    if (rc == NGX_DECLINED) {
        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                      "invalid_request",
                                      "invalid \"%s\" value \"%V\", "
                                      "expected %s",
                                      bad.arg->name, &bad.value,
                                      bad.arg->expected);
    }

    if (rc != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    list.jobs = ngx_palloc(r->pool,
                           list.limit * sizeof(ngx_print_job_info_t));
    if (list.jobs == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    st = &ngx_print_request_eio(r)->store;

    ngx_print_api_list_gather(st, &list);

    if (ngx_print_store_failed(st)) {
        return NGX_PRINT_STALLED;
    }

    return ngx_print_api_list_send(r, &list);
}


/*
 * Reads the arguments of the query string.
 *
 *   NGX_OK        list has their values, or the default values
 *   NGX_DECLINED  *bad is an argument that is invalid
 *   NGX_ERROR     there is no memory
 */

static ngx_int_t
ngx_print_api_list_args(ngx_http_request_t *r, ngx_print_api_list_t *list,
    ngx_print_api_bad_t *bad)
{
    uint64_t    limit;
    ngx_int_t   rc;
    ngx_str_t   value;
    ngx_uint_t  i;

    limit = NGX_PRINT_API_LIST_LIMIT;
    list->states = ~(ngx_uint_t) 0;
    list->before = ~(uint64_t) 0;

    for (i = 0; ngx_print_api_list_arg[i].name; i++) {

        rc = ngx_print_api_arg(r, ngx_print_api_list_arg[i].name, &value);

        if (rc == NGX_DECLINED) {
            continue;
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }

        switch (i) {

        case 0:
            list->client = value;
            list->by_client = 1;
            break;

        case 1:
            rc = ngx_print_api_list_states(&value, &list->states);
            break;

        case 2:
            rc = ngx_print_api_list_number(&value, &limit);
            break;

        default:
            rc = ngx_print_api_list_number(&value, &list->before);
            break;
        }

        if (rc != NGX_OK || limit == 0 || limit > NGX_PRINT_API_LIST_MAX) {
            bad->arg = &ngx_print_api_list_arg[i];
            bad->value = ngx_print_api_excerpt(value.data, value.len);
            return NGX_DECLINED;
        }
    }

    list->limit = (ngx_uint_t) limit;

    return NGX_OK;
}


/* Reads names of states, separated by commas, as a set of bits. */

static ngx_int_t
ngx_print_api_list_states(ngx_str_t *text, ngx_uint_t *states)
{
    u_char                 *p, *last, *end;
    ngx_str_t               name;
    ngx_print_job_state_e   state;

    *states = 0;
    last = text->data + text->len;

    for (p = text->data; /* void */ ; p = end + 1) {

        end = ngx_strlchr(p, last, ',');

        if (end == NULL) {
            end = last;
        }

        name.data = p;
        name.len = end - p;

        state = ngx_print_job_state(&name);

        if (state == NGX_PRINT_JOB_FREE) {
            return NGX_DECLINED;
        }

        *states |= (ngx_uint_t) 1 << state;

        if (end == last) {
            return NGX_OK;
        }
    }
}


static ngx_int_t
ngx_print_api_list_number(ngx_str_t *text, uint64_t *number)
{
    off_t  value;

    value = ngx_atoof(text->data, text->len);

    if (value == NGX_ERROR) {
        return NGX_DECLINED;
    }

    *number = (uint64_t) value;

    return NGX_OK;
}


static void
ngx_print_api_list_gather(ngx_print_store_t *st, ngx_print_api_list_t *list)
{
    uint32_t              cursor;
    ngx_uint_t            i, n;
    ngx_print_job_info_t  jobs[NGX_PRINT_JOB_LIST];

    cursor = 0;

    do {
        n = ngx_print_job_list(st, &cursor,
                               list->by_client ? &list->client : NULL,
                               list->states, jobs);

        for (i = 0; i < n; i++) {
            if (jobs[i].seq < list->before) {
                ngx_print_api_list_add(list, &jobs[i]);
            }
        }

    } while (cursor);

    ngx_qsort(list->jobs, list->n, sizeof(ngx_print_job_info_t),
              ngx_print_api_list_newer);
}


static void
ngx_print_api_list_add(ngx_print_api_list_t *list, ngx_print_job_info_t *job)
{
    ngx_uint_t             i, parent;
    ngx_print_job_info_t  *jobs;

    jobs = list->jobs;

    if (list->n == list->limit) {
        list->more = 1;

        if (job->seq > jobs[0].seq) {
            jobs[0] = *job;
            ngx_print_api_list_sink(list);
        }

        return;
    }

    for (i = list->n++; i; i = parent) {
        parent = (i - 1) / 2;

        if (jobs[parent].seq < job->seq) {
            break;
        }

        jobs[i] = jobs[parent];
    }

    jobs[i] = *job;
}


/* Restores the heap after a newer job has replaced the root. */

static void
ngx_print_api_list_sink(ngx_print_api_list_t *list)
{
    ngx_uint_t             i, child;
    ngx_print_job_info_t  *jobs, root;

    jobs = list->jobs;
    root = jobs[0];

    for (i = 0; /* void */ ; i = child) {
        child = 2 * i + 1;

        if (child >= list->n) {
            break;
        }

        if (child + 1 < list->n && jobs[child + 1].seq < jobs[child].seq) {
            child++;
        }

        if (jobs[child].seq > root.seq) {
            break;
        }

        jobs[i] = jobs[child];
    }

    jobs[i] = root;
}


static int ngx_libc_cdecl
ngx_print_api_list_newer(const void *one, const void *two)
{
    const ngx_print_job_info_t  *a, *b;

    a = one;
    b = two;

    return (a->seq < b->seq) - (a->seq > b->seq);
}


static ngx_int_t
ngx_print_api_list_send(ngx_http_request_t *r, ngx_print_api_list_t *list)
{
    u_char               *p;
    ngx_uint_t            i;
    ngx_print_api_out_t   out;

    if (ngx_print_api_out(&out, r, "{\"jobs\":[") != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (i = 0; i < list->n; i++) {

        p = ngx_print_api_room(&out, 1 + NGX_PRINT_API_JOB);
        if (p == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (i) {
            *p++ = ',';
        }

        ngx_print_api_wrote(&out, ngx_print_api_json_job(p, &list->jobs[i]));
    }

    if (!list->more) {
        return ngx_print_api_finish(&out, NGX_HTTP_OK, "],\"next\":null}");
    }

    p = ngx_print_api_room(&out, NGX_INT64_LEN
                                 + sizeof("],\"next\":\"\"}"));
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = ngx_sprintf(p, "],\"next\":\"%uL\"}", list->jobs[i - 1].seq);

    ngx_print_api_wrote(&out, p);

    return ngx_print_api_finish(&out, NGX_HTTP_OK, "");
}
