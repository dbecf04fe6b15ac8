
/*
 * Copyright (C) the print hub contributors
 */


/* POST jobs: creates jobs */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_api.h"
#include "ngx_print_api_body.h"
#include "ngx_print_api_count.h"
#include "ngx_print_api_note.h"
#include "ngx_print_api_job_spec.h"
#include "ngx_print_api_job_reply.h"


static ngx_int_t ngx_print_api_job_read(ngx_http_request_t *r,
    ngx_print_api_body_t *body);
static ngx_int_t ngx_print_api_job_place(ngx_print_api_job_spec_t *spec);
static ngx_int_t ngx_print_api_job_key(ngx_print_api_job_spec_t *spec,
    ngx_print_job_init_t *init);
static ngx_int_t ngx_print_api_job_refuse(ngx_http_request_t *r,
    ngx_int_t rc, ngx_print_api_job_spec_t *spec, ngx_uint_t bad);
static void ngx_print_api_job_refused(ngx_http_request_t *r, ngx_int_t rc,
    ngx_uint_t n);


static const ngx_print_api_takes_t  ngx_print_api_job_takes = {
    NGX_PRINT_API_JSON|NGX_PRINT_API_BYTES,
    "invalid \"Content-Type\" value \"%V\", expected \"application/json\" or "
    "\"application/octet-stream\"",
    ngx_print_api_job_read,
    0
};


ngx_int_t
ngx_print_api_job_create(ngx_http_request_t *r)
{
    return ngx_print_api_body(r, &ngx_print_api_job_takes);
}


static ngx_int_t
ngx_print_api_job_read(ngx_http_request_t *r, ngx_print_api_body_t *body)
{
    ngx_int_t                  rc;
    ngx_uint_t                 json;
    ngx_print_api_job_spec_t  *spec;

    static const char *const   common[] = { "ttl", "wait", "wait_for", NULL };
    static const char *const   binary[] = { "ttl", "wait", "wait_for",
                                            "clientId", "event", NULL };

    json = (body->type == NGX_PRINT_API_JSON);

    rc = ngx_print_api_args(r, json ? common : binary);

    if (rc != NGX_DECLINED) {
        ngx_print_api_refused(r, NGX_PRINT_DENIED_INVALID_REQUEST, 1);
        return rc;
    }

    spec = ngx_print_api_job_spec(r);

    if (spec == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_print_api_job_spec_args(spec);

    if (rc == NGX_OK) {
        rc = json ? ngx_print_api_job_spec_json(spec, &body->text)
                  : ngx_print_api_job_spec_binary(spec, &body->text);
    }

    switch (rc) {

    case NGX_OK:
        return ngx_print_api_job_place(spec);

    case NGX_DECLINED:
        ngx_print_api_refused(r, NGX_PRINT_DENIED_INVALID_REQUEST,
                              ngx_max(spec->n, 1));

        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                      "invalid_request", "%V", &spec->error);

    default: /* NGX_ERROR */
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }
}


static ngx_int_t
ngx_print_api_job_place(ngx_print_api_job_spec_t *spec)
{
    ngx_int_t                   rc;
    ngx_str_t                   parts[3];
    ngx_uint_t                  bad;
    ngx_http_request_t         *r;
    ngx_print_job_init_t        init;
    ngx_print_api_job_reply_t  *reply;

    r = spec->request;
    reply = spec->reply;

    reply->n = spec->n;
    reply->jobs = ngx_palloc(r->pool,
                             spec->n * sizeof(ngx_print_job_info_t));
    if (reply->jobs == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(&init, sizeof(ngx_print_job_init_t));

    parts[0] = spec->event;
    ngx_str_set(&parts[1], ",");
    parts[2] = spec->data;

    init.clients = spec->clients;
    init.n = spec->n;
    init.parts = parts;
    init.nparts = 3;
    init.binary = &spec->binary;
    init.nbinary = spec->binary.len ? 1 : 0;
    init.ttl = spec->ttl;
    init.source = NGX_PRINT_SOURCE_JOBS;
    init.bytes = spec->binary.len ? spec->binary.len : spec->data.len;

    if (ngx_print_api_job_key(spec, &init) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_print_api_note_print(r, "jobs", spec->clients, spec->n,
                             spec->data.len + spec->binary.len);

    bad = 0;

    rc = ngx_print_api_job_make(r, &init, reply->jobs, &bad);

    if (rc == NGX_PRINT_STALLED) {
        return rc;
    }

    if (rc != NGX_OK && rc != NGX_DONE) {
        return ngx_print_api_job_refuse(r, rc, spec, bad);
    }

    if (rc == NGX_DONE) {
        ngx_print_api_replayed(r);
    }

    reply->created = 1;
    reply->replayed = (rc == NGX_DONE);

    return ngx_print_api_job_reply(r, reply);
}


/*
 * A repetition is recognized by the clients, the event and what goes with it.
 * The time to wait is not part of it.
 */

static ngx_int_t
ngx_print_api_job_key(ngx_print_api_job_spec_t *spec,
    ngx_print_job_init_t *init)
{
    ngx_str_t  texts[5 + NGX_PRINT_JOB_CLIENTS];

    ngx_str_set(&texts[0], "jobs");
    texts[1] = spec->event;
    texts[2] = spec->data;
    texts[3] = spec->binary;
    texts[4].data = (u_char *) &spec->ttl;
    texts[4].len = sizeof(ngx_msec_t);

    ngx_memcpy(&texts[5], spec->clients, spec->n * sizeof(ngx_str_t));

    return ngx_print_api_idempotency_use(spec->request, &spec->key, texts,
                                         5 + spec->n, init);
}


static ngx_int_t
ngx_print_api_job_refuse(ngx_http_request_t *r, ngx_int_t rc,
    ngx_print_api_job_spec_t *spec, ngx_uint_t bad)
{
    ngx_str_t  id, *client;

    client = &spec->clients[bad];
    id = ngx_print_api_excerpt(client->data, client->len);

    ngx_print_api_job_refused(r, rc, spec->n);

    switch (rc) {

    case NGX_DECLINED:
        return ngx_print_http_problem(r, NGX_HTTP_NOT_FOUND, "client_unknown",
                                      "client \"%V\" is unknown", &id);

    case NGX_PRINT_OFFLINE:
        return ngx_print_http_problem(r, NGX_HTTP_CONFLICT, "client_offline",
                                      "client \"%V\" is not connected", &id);

    case NGX_ABORT:
        return ngx_print_http_problem(r, NGX_PRINT_HTTP_UNPROCESSABLE,
                                      "idempotency_mismatch",
                                      NGX_PRINT_API_IDEMPOTENCY_MISMATCH);

    case NGX_BUSY:
        return ngx_print_http_problem(r, NGX_HTTP_TOO_MANY_REQUESTS,
                                      "client_busy",
                                      "the queue of client \"%V\" is full",
                                      &id);

    case NGX_PRINT_FULL:
        return ngx_print_http_problem(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                      "zone_full", "the zone is full");

    default: /* NGX_ERROR */
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }
}


/* None of the jobs was created, whichever was refused. */

static void
ngx_print_api_job_refused(ngx_http_request_t *r, ngx_int_t rc, ngx_uint_t n)
{
    switch (rc) {

    case NGX_DECLINED:
        ngx_print_api_refused(r, NGX_PRINT_DENIED_CLIENT_UNKNOWN, n);
        break;

    case NGX_PRINT_OFFLINE:
        ngx_print_api_refused(r, NGX_PRINT_DENIED_CLIENT_OFFLINE, n);
        break;

    case NGX_ABORT:
        ngx_print_api_refused(r, NGX_PRINT_DENIED_IDEMPOTENCY_MISMATCH, n);
        break;

    case NGX_BUSY:
        ngx_print_api_refused(r, NGX_PRINT_DENIED_CLIENT_BUSY, n);
        break;

    case NGX_PRINT_FULL:
        ngx_print_api_refused(r, NGX_PRINT_DENIED_ZONE_FULL, n);
        break;

    default: /* NGX_ERROR: counted with nginx's answer */
        break;
    }
}
