
/*
 * Copyright (C) the print hub contributors
 */


/* answers that wait for what becomes of jobs */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_news.h"
#include "ngx_print_hub.h"
#include "ngx_print_api.h"


#define NGX_PRINT_API_WAIT  60000    /* ms, at most */

#define NGX_PRINT_API_BIT(state)  (1 << NGX_PRINT_JOB_##state)

/* a job in one of these states is not what one waits for */
#define NGX_PRINT_API_UNSENT                                                  \
    (NGX_PRINT_API_BIT(QUEUED)|NGX_PRINT_API_BIT(SENT))
#define NGX_PRINT_API_UNPRINTED                                               \
    (NGX_PRINT_API_UNSENT|NGX_PRINT_API_BIT(RECEIVED))


typedef struct {
    ngx_print_news_sub_t       sub;
    ngx_event_t                timer;
    ngx_http_request_t        *request;
    ngx_print_eio_t           *eio;
    ngx_print_job_info_t      *jobs;
    ngx_uint_t                 n;
    ngx_uint_t                 states;       /* while one is in one of them */
    ngx_print_api_answer_pt    answer;
    unsigned                   waiting:1;
} ngx_print_api_wait_t;


static ngx_int_t ngx_print_api_wait_read(ngx_http_request_t *r,
    ngx_msec_t *ms, ngx_uint_t *states);
static void ngx_print_api_wait_news(ngx_print_news_sub_t *sub,
    ngx_print_event_t *event);
static void ngx_print_api_wait_timer(ngx_event_t *ev);
static void ngx_print_api_wait_done(ngx_print_api_wait_t *wait);
static ngx_uint_t ngx_print_api_wait_over(ngx_print_api_wait_t *wait);
static void ngx_print_api_wait_cleanup(void *data);


ngx_int_t
ngx_print_api_wait_args(ngx_http_request_t *r)
{
    ngx_msec_t  ms;
    ngx_uint_t  states;

    return ngx_print_api_wait_read(r, &ms, &states);
}


/* NGX_OK, or what the request is to be finalized with */

static ngx_int_t
ngx_print_api_wait_read(ngx_http_request_t *r, ngx_msec_t *ms,
    ngx_uint_t *states)
{
    ngx_str_t         value;

    static ngx_str_t  wait = ngx_string("wait");
    static ngx_str_t  until = ngx_string("until");

    *ms = 0;
    *states = NGX_PRINT_API_UNSENT;

    if (ngx_print_http_arg(r, &wait, &value) == NGX_OK) {

        *ms = ngx_parse_time(&value, 0);

        if (*ms == (ngx_msec_t) NGX_ERROR || *ms > NGX_PRINT_API_WAIT) {
            return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                          "invalid_wait",
                                          "wait=%V is no time of up to %d s",
                                          &value, NGX_PRINT_API_WAIT / 1000);
        }
    }

    if (ngx_print_http_arg(r, &until, &value) == NGX_OK) {

        if (value.len == sizeof("printed") - 1
            && ngx_strncmp(value.data, "printed", value.len) == 0)
        {
            *states = NGX_PRINT_API_UNPRINTED;

        } else if (value.len != sizeof("received") - 1
                   || ngx_strncmp(value.data, "received", value.len) != 0)
        {
            return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                          "invalid_until",
                                          "until=%V is neither \"received\" "
                                          "nor \"printed\"", &value);
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_print_api_wait(ngx_http_request_t *r, ngx_print_job_info_t *jobs,
    ngx_uint_t n, ngx_print_api_answer_pt answer)
{
    ngx_int_t               rc;
    ngx_msec_t              ms;
    ngx_uint_t              states;
    ngx_http_cleanup_t     *cln;
    ngx_print_api_wait_t   *wait;
    ngx_print_main_conf_t  *pmcf;

    rc = ngx_print_api_wait_read(r, &ms, &states);

    if (rc != NGX_OK) {
        return rc;
    }

    pmcf = ngx_http_get_module_main_conf(r, ngx_print_module);

    if (ms == 0 || pmcf->eio->closing) {
        return answer(r, jobs, n);
    }

    cln = ngx_http_cleanup_add(r, sizeof(ngx_print_api_wait_t));
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    wait = cln->data;

    ngx_memzero(wait, sizeof(ngx_print_api_wait_t));

    wait->sub.handler = ngx_print_api_wait_news;
    wait->sub.data = wait;
    wait->request = r;
    wait->eio = pmcf->eio;
    wait->jobs = jobs;
    wait->n = n;
    wait->states = states;
    wait->answer = answer;

    cln->handler = ngx_print_api_wait_cleanup;

    /* first of all, so that no change is missed */

    ngx_print_news_subscribe(wait->eio, &wait->sub);

    wait->waiting = 1;

    if (ngx_print_api_wait_over(wait)) {
        ngx_print_api_wait_cleanup(wait);
        return answer(r, jobs, n);
    }

    wait->timer.handler = ngx_print_api_wait_timer;
    wait->timer.data = wait;
    wait->timer.log = r->connection->log;

    ngx_add_timer(&wait->timer, ms);

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;
    r->main->count++;

    /* the client may have gone already, of which no event will tell */

    if (r->connection->read->ready) {
        ngx_post_event(r->connection->read, &ngx_posted_events);
    }

    return NGX_DONE;
}


/* one of the jobs has changed, or nobody knows, or this worker is to exit */

static void
ngx_print_api_wait_news(ngx_print_news_sub_t *sub, ngx_print_event_t *event)
{
    ngx_uint_t             i;
    ngx_print_api_wait_t  *wait;

    wait = sub->data;

    if (event) {

        if (event->kind != NGX_PRINT_EVENT_JOB) {
            return;
        }

        for (i = 0; i < wait->n; i++) {
            if (wait->jobs[i].index == event->job) {
                break;
            }
        }

        if (i == wait->n) {
            return;
        }
    }

    if (wait->eio->closing || ngx_print_api_wait_over(wait)) {
        ngx_print_api_wait_done(wait);
    }
}


static void
ngx_print_api_wait_timer(ngx_event_t *ev)
{
    ngx_print_api_wait_done(ev->data);
}


static void
ngx_print_api_wait_done(ngx_print_api_wait_t *wait)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = wait->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    (void) ngx_print_api_wait_over(wait);

    ngx_print_api_wait_cleanup(wait);

    ngx_http_finalize_request(r, wait->answer(r, wait->jobs, wait->n));
    ngx_http_run_posted_requests(c);
}


/* looks at the jobs; one that is forgotten stays as it was seen last */

static ngx_uint_t
ngx_print_api_wait_over(ngx_print_api_wait_t *wait)
{
    ngx_uint_t             i, over;
    ngx_print_job_info_t  *job;

    over = 1;

    for (i = 0; i < wait->n; i++) {
        job = &wait->jobs[i];

        if (ngx_print_job_find(&wait->eio->store, job->index, job->key, job)
            != NGX_OK)
        {
            continue;
        }

        /* SENT is all that will be known of some */

        if ((wait->states >> job->state & 1)
            && !(job->state == NGX_PRINT_JOB_SENT && job->finished))
        {
            over = 0;
        }
    }

    return over;
}


static void
ngx_print_api_wait_cleanup(void *data)
{
    ngx_print_api_wait_t *wait = data;

    if (!wait->waiting) {
        return;
    }

    wait->waiting = 0;

    ngx_print_news_unsubscribe(wait->eio, &wait->sub);

    if (wait->timer.timer_set) {
        ngx_del_timer(&wait->timer);
    }
}
