
/*
 * Copyright (C) the print hub contributors
 */


/* GET jobs: those that are known, the newest ones first */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_hub.h"
#include "ngx_print_api.h"
#include "ngx_print_api_json.h"


#define NGX_PRINT_API_LIMIT      100        /* jobs of an answer */
#define NGX_PRINT_API_LIMIT_MAX  1000

#define NGX_PRINT_API_ALL        ((1 << NGX_PRINT_JOB_STATES) - 1)


typedef struct {
    ngx_str_t                client;
    ngx_uint_t               states;
    ngx_uint_t               limit;
    uint64_t                 before;        /* those created before this one */
    unsigned                 has_client:1;
} ngx_print_api_filter_t;


static ngx_int_t ngx_print_api_filter(ngx_http_request_t *r,
    ngx_print_api_filter_t *filter);
static ngx_uint_t ngx_print_api_states(ngx_str_t *names, ngx_str_t *bad);
static ngx_int_t ngx_print_api_collect(ngx_print_store_t *st,
    ngx_print_api_filter_t *filter, ngx_array_t *jobs);
static void ngx_print_api_newest(ngx_array_t *jobs, ngx_uint_t n);
static int ngx_libc_cdecl ngx_print_api_order(const void *one,
    const void *two);
static ngx_int_t ngx_print_api_show_list(ngx_http_request_t *r,
    ngx_array_t *jobs, ngx_uint_t limit);


ngx_int_t
ngx_print_api_jobs(ngx_http_request_t *r, ngx_str_t *rest)
{
    ngx_int_t                rc;
    ngx_array_t             *jobs;
    ngx_print_main_conf_t   *pmcf;
    ngx_print_api_filter_t   filter;

    if (r->method == NGX_HTTP_POST) {
        return ngx_print_api_job_post(r);
    }

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return ngx_print_api_method(r, "GET, HEAD, POST", "GET,POST");
    }

    rc = ngx_http_discard_request_body(r);

    if (rc == NGX_OK) {
        rc = ngx_print_api_filter(r, &filter);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    pmcf = ngx_http_get_module_main_conf(r, ngx_print_module);

    jobs = ngx_array_create(r->pool, 2 * (filter.limit + NGX_PRINT_JOB_LIST),
                            sizeof(ngx_print_job_info_t));

    if (jobs == NULL
        || ngx_print_api_collect(&pmcf->eio->store, &filter, jobs) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_print_api_show_list(r, jobs, filter.limit);
}


/* NGX_OK, or what the request is to be finalized with */

static ngx_int_t
ngx_print_api_filter(ngx_http_request_t *r, ngx_print_api_filter_t *filter)
{
    ngx_int_t         n, rc;
    ngx_str_t         value, bad;

    static ngx_str_t  limit = ngx_string("limit");
    static ngx_str_t  after = ngx_string("after");

    filter->limit = NGX_PRINT_API_LIMIT;
    filter->states = NGX_PRINT_API_ALL;
    filter->before = (uint64_t) -1;

    if (ngx_print_http_arg(r, &limit, &value) == NGX_OK) {
        n = ngx_atoi(value.data, value.len);

        if (n == NGX_ERROR || n == 0 || n > NGX_PRINT_API_LIMIT_MAX) {
            return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                          "invalid_limit",
                                          "limit=%V is no number from 1 to %d",
                                          &value, NGX_PRINT_API_LIMIT_MAX);
        }

        filter->limit = n;
    }

    if (ngx_print_http_arg(r, &after, &value) == NGX_OK) {
        n = ngx_atoi(value.data, value.len);

        if (n == NGX_ERROR) {
            return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                          "invalid_after",
                                          "after=%V is not what was told as "
                                          "\"next\"", &value);
        }

        filter->before = n;
    }

    rc = ngx_print_api_arg(r, "state", &value);

    if (rc == NGX_OK) {
        filter->states = ngx_print_api_states(&value, &bad);

        if (filter->states == 0) {
            return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                          "invalid_state",
                                          "\"%V\" is no state of a job", &bad);
        }
    }

    if (rc != NGX_ERROR) {
        rc = ngx_print_api_arg(r, "clientId", &filter->client);
        filter->has_client = (rc == NGX_OK);
    }

    return rc == NGX_ERROR ? NGX_HTTP_INTERNAL_SERVER_ERROR : NGX_OK;
}


/* a mask of names that are divided by commas; 0: one is bad */

static ngx_uint_t
ngx_print_api_states(ngx_str_t *names, ngx_str_t *bad)
{
    u_char                 *p, *last;
    ngx_uint_t              states;
    ngx_print_job_state_e   state;

    states = 0;
    p = names->data;
    last = p + names->len;

    do {
        bad->data = p;

        p = ngx_strlchr(p, last, ',');
        p = p ? p : last;

        bad->len = p++ - bad->data;

        state = ngx_print_job_state(bad);

        if (state == NGX_PRINT_JOB_FREE) {
            return 0;
        }

        states |= 1 << state;

    } while (p < last);

    return states;
}


/* the newest ones, and one more, which tells that there are more */

static ngx_int_t
ngx_print_api_collect(ngx_print_store_t *st, ngx_print_api_filter_t *filter,
    ngx_array_t *jobs)
{
    uint32_t               cursor;
    ngx_uint_t             i, n, kept;
    ngx_print_job_info_t  *list;

    cursor = 0;

    do {
        list = ngx_array_push_n(jobs, NGX_PRINT_JOB_LIST);
        if (list == NULL) {
            return NGX_ERROR;
        }

        n = ngx_print_job_list(st, &cursor,
                               filter->has_client ? &filter->client : NULL,
                               filter->states, list);

        for (i = 0, kept = 0; i < n; i++) {
            if (list[i].seq < filter->before) {
                list[kept++] = list[i];
            }
        }

        jobs->nelts -= NGX_PRINT_JOB_LIST - kept;

        /* never more of them than there is room for from the start */

        if (jobs->nelts + NGX_PRINT_JOB_LIST > jobs->nalloc) {
            ngx_print_api_newest(jobs, filter->limit + 1);
        }

    } while (cursor);

    ngx_print_api_newest(jobs, filter->limit + 1);

    return NGX_OK;
}


static void
ngx_print_api_newest(ngx_array_t *jobs, ngx_uint_t n)
{
    ngx_qsort(jobs->elts, jobs->nelts, sizeof(ngx_print_job_info_t),
              ngx_print_api_order);

    jobs->nelts = ngx_min(jobs->nelts, n);
}


static int ngx_libc_cdecl
ngx_print_api_order(const void *one, const void *two)
{
    const ngx_print_job_info_t  *a, *b;

    a = one;
    b = two;

    return (a->seq < b->seq) - (a->seq > b->seq);
}


static ngx_int_t
ngx_print_api_show_list(ngx_http_request_t *r, ngx_array_t *jobs,
    ngx_uint_t limit)
{
    u_char                *p;
    ngx_uint_t             i, n;
    ngx_print_api_out_t    out;
    ngx_print_job_info_t  *list;

    if (ngx_print_api_out(&out, r, "{\"jobs\":[") != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    list = jobs->elts;
    n = ngx_min(jobs->nelts, limit);

    for (i = 0; i < n; i++) {

        p = ngx_print_api_room(&out, 1 + NGX_PRINT_API_JOB);
        if (p == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (i) {
            *p++ = ',';
        }

        ngx_print_api_wrote(&out, ngx_print_api_json_job(p, &list[i]));
    }

    if (jobs->nelts > limit) {

        p = ngx_print_api_room(&out, sizeof("],\"next\":\"\"}")
                                     + NGX_INT64_LEN);
        if (p == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        p = ngx_sprintf(p, "],\"next\":\"%uL\"}", list[n - 1].seq);

        ngx_print_api_wrote(&out, p);

        return ngx_print_api_finish(&out, NGX_HTTP_OK, "");
    }

    return ngx_print_api_finish(&out, NGX_HTTP_OK, "],\"next\":null}");
}
