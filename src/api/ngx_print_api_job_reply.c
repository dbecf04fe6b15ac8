
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_id.h"
#include "ngx_print_http.h"
#include "ngx_print_hub.h"
#include "ngx_print_feed.h"
#include "ngx_print_api.h"
#include "ngx_print_api_out.h"
#include "ngx_print_api_note.h"
#include "ngx_print_api_json.h"
#include "ngx_print_api_idempotency.h"
#include "ngx_print_api_job_reply.h"


typedef struct {
    ngx_print_feed_sub_t        sub;
    ngx_event_t                 event;    /* timer of the wait; posted when a
                                             job of the reply has changed */
    ngx_print_eio_t            *eio;
    ngx_http_request_t         *request;
    ngx_print_api_job_reply_t  *reply;
    ngx_msec_t                  deadline;
    unsigned                    waiting:1;
} ngx_print_api_wait_t;


static void ngx_print_api_wait_cleanup(void *data);
static ngx_int_t ngx_print_api_job_reply_send(ngx_http_request_t *r,
    ngx_print_api_job_reply_t *reply);
static ngx_int_t ngx_print_api_job_reply_headers(ngx_http_request_t *r,
    ngx_print_api_job_reply_t *reply);
static ngx_uint_t ngx_print_api_wait_done(ngx_print_api_wait_t *wait);
static ngx_uint_t ngx_print_api_wait_over(ngx_print_api_job_reply_t *reply,
    ngx_print_job_info_t *job);
static void ngx_print_api_wait_feed(ngx_print_feed_sub_t *sub,
    ngx_print_event_t *event);
static void ngx_print_api_wait_handler(ngx_event_t *ev);


ngx_int_t
ngx_print_api_job_reply(ngx_http_request_t *r, ngx_print_api_job_reply_t *reply)
{
    ngx_http_cleanup_t    *cln;
    ngx_print_api_wait_t  *wait;

    if (reply->wait == 0) {
        return ngx_print_api_job_reply_send(r, reply);
    }

    wait = ngx_pcalloc(r->pool, sizeof(ngx_print_api_wait_t));
    if (wait == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    wait->sub.handler = ngx_print_api_wait_feed;
    wait->sub.data = wait;
    wait->event.handler = ngx_print_api_wait_handler;
    wait->event.data = wait;
    wait->event.log = r->connection->log;
    wait->eio = ngx_print_request_eio(r);
    wait->request = r;
    wait->reply = reply;

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_print_api_wait_cleanup;
    cln->data = wait;

    /* subscribe before the jobs are read, so that no change is missed */

    if (ngx_print_feed_subscribe_request(wait->eio, r, &wait->sub,
                                         &wait->event)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (wait->eio->closing || ngx_print_api_wait_done(wait)) {
        ngx_print_feed_unsubscribe(&wait->sub);
        return ngx_print_api_job_reply_send(r, reply);
    }

    wait->deadline = ngx_current_msec + reply->wait;

    ngx_add_timer(&wait->event, reply->wait);

    wait->waiting = 1;
    ngx_print_gauge_add(&wait->eio->store, NGX_PRINT_GAUGE_WAIT, 1);

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;
    r->main->count++;

    /* the client may have closed already, which causes no new event */

    if (r->connection->read->ready) {
        ngx_post_event(r->connection->read, &ngx_posted_events);
    }

    return NGX_DONE;
}


/* The request waits no more, or its client has gone away. */

static void
ngx_print_api_wait_cleanup(void *data)
{
    ngx_print_api_wait_t *wait = data;

    if (wait->waiting) {
        wait->waiting = 0;
        ngx_print_gauge_add(&wait->eio->store, NGX_PRINT_GAUGE_WAIT, -1);
    }
}


static ngx_int_t
ngx_print_api_job_reply_send(ngx_http_request_t *r,
    ngx_print_api_job_reply_t *reply)
{
    u_char               *p;
    ngx_uint_t            i;
    ngx_print_api_out_t   out;

    if (ngx_print_api_job_reply_headers(r, reply) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (reply->created) {
        ngx_print_api_note_created(r, reply->jobs, reply->n, reply->replayed);

    } else {
        ngx_print_api_note_jobs(r, reply->jobs, reply->n);
    }

    if (ngx_print_api_out(&out, r, reply->several ? "{\"jobs\":[" : "")
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (i = 0; i < reply->n; i++) {

        p = ngx_print_api_room(&out, 1 + NGX_PRINT_API_JOB);
        if (p == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (i) {
            *p++ = ',';
        }

        ngx_print_api_wrote(&out, ngx_print_api_json_job(p, &reply->jobs[i]));
    }

    return ngx_print_api_finish(&out, reply->created ? NGX_HTTP_CREATED
                                                     : NGX_HTTP_OK,
                                reply->several ? "]}" : "");
}


static ngx_int_t
ngx_print_api_job_reply_headers(ngx_http_request_t *r,
    ngx_print_api_job_reply_t *reply)
{
    ngx_str_t         value;

    static ngx_str_t  location = ngx_string("Location");

    if (!reply->created) {
        return NGX_OK;
    }

    if (reply->replayed
        && ngx_print_api_idempotency_replayed(r) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (reply->several) {
        return NGX_OK;
    }

    /* relative to ".../jobs", which a proxy in front of us may have renamed */

    value.data = ngx_pnalloc(r->pool,
                             sizeof("jobs/") - 1 + NGX_PRINT_ID_LEN);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_print_id_write(ngx_cpymem(value.data, "jobs/", 5),
                                     reply->jobs->index, reply->jobs->key)
                - value.data;

    if (ngx_print_http_add_header(r, &location, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_print_api_job_header(r, reply->jobs);
}


/* A job whose record was evicted is reported in its last known state. */

static ngx_uint_t
ngx_print_api_wait_done(ngx_print_api_wait_t *wait)
{
    ngx_int_t                   rc;
    ngx_uint_t                  i, done;
    ngx_print_job_info_t       *job;
    ngx_print_api_job_reply_t  *reply;

    reply = wait->reply;
    done = 1;

    for (i = 0; i < reply->n; i++) {
        job = &reply->jobs[i];

        rc = ngx_print_job_find(&wait->eio->store, job->index, job->key, job);

        if (rc == NGX_PRINT_STALLED
            || (rc == NGX_OK && !ngx_print_api_wait_over(reply, job)))
        {
            done = 0;
        }
    }

    return done;
}


static ngx_uint_t
ngx_print_api_wait_over(ngx_print_api_job_reply_t *reply,
    ngx_print_job_info_t *job)
{
    if (!reply->result) {
        return job->finished || job->unfenced;
    }

    switch (job->state) {

    case NGX_PRINT_JOB_QUEUED:
    case NGX_PRINT_JOB_SENT:
    case NGX_PRINT_JOB_RECEIVED:
        return 0;

    default:
        return 1;
    }
}


static void
ngx_print_api_wait_feed(ngx_print_feed_sub_t *sub, ngx_print_event_t *event)
{
    ngx_uint_t              i;
    ngx_print_job_info_t   *jobs;
    ngx_print_api_wait_t   *wait;

    wait = sub->data;

    if (event && event->kind != NGX_PRINT_EVENT_JOB) {
        return;
    }

    jobs = wait->reply->jobs;

    for (i = 0; i < wait->reply->n; i++) {

        if (event == NULL
            || (event->job == jobs[i].index && event->gen == jobs[i].gen))
        {
            ngx_post_event(&wait->event, &ngx_posted_events);
            return;
        }
    }
}


static void
ngx_print_api_wait_handler(ngx_event_t *ev)
{
    ngx_int_t              rc;
    ngx_uint_t             done;
    ngx_msec_int_t         left;
    ngx_connection_t      *c;
    ngx_http_request_t    *r;
    ngx_print_api_wait_t  *wait;

    wait = ev->data;

    if (ngx_print_eio_ready(wait->eio) != NGX_OK) {
        ngx_add_timer(ev, NGX_PRINT_EIO_RETRY);
        return;
    }

    done = ngx_print_api_wait_done(wait);
    left = (ngx_msec_int_t) (wait->deadline - ngx_current_msec);

    if (!done && left > 0 && !wait->eio->closing) {
        ngx_add_timer(ev, left);
        return;
    }

    r = wait->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, c->log, 0,
                   "print hub: api: waited for %ui jobs, done: %ui, "
                   "time left: %M ms",
                   wait->reply->n, done, left);

    ngx_print_feed_unsubscribe(&wait->sub);
    ngx_print_api_wait_cleanup(wait);

    rc = ngx_print_api_job_reply_send(r, wait->reply);

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}


ngx_int_t
ngx_print_api_job_reply_wait(ngx_print_api_job_reply_t *reply, ngx_str_t *time)
{
    ngx_int_t  ms;

    ms = ngx_parse_time(time, 0);

    if (ms == NGX_ERROR || ms > NGX_PRINT_API_WAIT_MAX) {
        return NGX_DECLINED;
    }

    reply->wait = ms;

    return NGX_OK;
}


ngx_int_t
ngx_print_api_job_reply_for(ngx_print_api_job_reply_t *reply, ngx_str_t *what)
{
    if (what->len == 6 && ngx_strncmp(what->data, "result", 6) == 0) {
        reply->result = 1;
        return NGX_OK;
    }

    if (what->len == 8 && ngx_strncmp(what->data, "received", 8) == 0) {
        reply->result = 0;
        return NGX_OK;
    }

    return NGX_DECLINED;
}


const char *
ngx_print_api_job_reply_args(ngx_http_request_t *r,
    ngx_print_api_job_reply_t *reply, ngx_str_t *bad)
{
    ngx_str_t         value;
    static ngx_str_t  wait = ngx_string("wait");
    static ngx_str_t  wait_for = ngx_string("wait_for");

    if (ngx_print_http_arg(r, &wait, &value) == NGX_OK
        && ngx_print_api_job_reply_wait(reply, &value) != NGX_OK)
    {
        *bad = ngx_print_api_excerpt(value.data, value.len);
        return NGX_PRINT_API_WAIT_INVALID;
    }

    if (ngx_print_http_arg(r, &wait_for, &value) == NGX_OK
        && ngx_print_api_job_reply_for(reply, &value) != NGX_OK)
    {
        *bad = ngx_print_api_excerpt(value.data, value.len);
        return NGX_PRINT_API_WAIT_FOR_INVALID;
    }

    return NULL;
}
