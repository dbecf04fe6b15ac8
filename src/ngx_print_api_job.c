
/*
 * Copyright (C) the print hub contributors
 */


/* POST jobs; GET and DELETE of one */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include <ngx_md5.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_json.h"
#include "ngx_print_hub.h"
#include "ngx_print_api.h"
#include "ngx_print_api_json.h"


#define NGX_PRINT_API_MEMBERS    16         /* of a body */
#define NGX_PRINT_API_EVENT_MAX  256        /* bytes of an event's name */
#define NGX_PRINT_API_KEY_MAX    255        /* bytes of an Idempotency-Key */
#define NGX_PRINT_API_TTL_MAX    604800000  /* ms, 7d */


/* what is wanted */
typedef struct {
    ngx_str_t                clients[NGX_PRINT_JOB_CLIENTS];
    ngx_uint_t               nclients;
    ngx_str_t                event;         /* as JSON */
    ngx_str_t                data;          /* as JSON, or the bytes */
    ngx_msec_t               ttl;           /* 0: as configured */
    unsigned                 binary:1;
    unsigned                 several:1;     /* clients are an array */
} ngx_print_api_post_t;


static ngx_int_t ngx_print_api_post(ngx_http_request_t *r, ngx_str_t *text);
static ngx_int_t ngx_print_api_post_bytes(ngx_http_request_t *r,
    ngx_str_t *text, ngx_print_api_post_t *post);
static ngx_int_t ngx_print_api_post_json(ngx_http_request_t *r,
    ngx_str_t *text, ngx_print_api_post_t *post);
static ngx_int_t ngx_print_api_post_clients(ngx_http_request_t *r,
    ngx_print_json_value_t *one, ngx_print_json_value_t *many,
    ngx_print_api_post_t *post);
static ngx_int_t ngx_print_api_post_many(ngx_http_request_t *r,
    ngx_print_json_value_t *many, ngx_print_api_post_t *post);
static ngx_int_t ngx_print_api_post_ttl(ngx_http_request_t *r, ngx_str_t *text,
    ngx_print_api_post_t *post);
static ngx_int_t ngx_print_api_post_create(ngx_http_request_t *r,
    ngx_print_api_post_t *post);
static ngx_int_t ngx_print_api_post_key(ngx_http_request_t *r,
    ngx_print_api_post_t *post, ngx_print_job_init_t *init);
static ngx_int_t ngx_print_api_post_refuse(ngx_http_request_t *r, ngx_int_t rc,
    ngx_str_t *client);
static ngx_int_t ngx_print_api_created(ngx_http_request_t *r,
    ngx_print_job_info_t *jobs, ngx_uint_t n);
static ngx_int_t ngx_print_api_created_all(ngx_http_request_t *r,
    ngx_print_job_info_t *jobs, ngx_uint_t n);
static ngx_int_t ngx_print_api_send_job(ngx_http_request_t *r,
    ngx_uint_t status, ngx_print_job_info_t *job);
static ngx_int_t ngx_print_api_show(ngx_http_request_t *r,
    ngx_print_job_info_t *jobs, ngx_uint_t n);
static ngx_int_t ngx_print_api_cancel(ngx_http_request_t *r,
    ngx_print_eio_t *eio, ngx_print_job_info_t *job);


ngx_int_t
ngx_print_api_job_post(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    /* before the body is read, and jobs are made */

    rc = ngx_print_api_wait_args(r);

    return rc == NGX_OK ? ngx_print_api_body(r, ngx_print_api_post) : rc;
}


static ngx_int_t
ngx_print_api_post(ngx_http_request_t *r, ngx_str_t *text)
{
    ngx_int_t              rc;
    ngx_print_api_post_t  *post;

    post = ngx_pcalloc(r->pool, sizeof(ngx_print_api_post_t));
    if (post == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_str_set(&post->event, "\"print\"");

    if (ngx_print_api_type(r, "application/json")) {
        rc = ngx_print_api_post_json(r, text, post);

    } else if (ngx_print_api_type(r, "application/octet-stream")) {
        rc = ngx_print_api_post_bytes(r, text, post);

    } else {
        rc = ngx_print_http_problem(r, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                    "unsupported_type",
                                    "the body must be application/json or "
                                    "application/octet-stream");
    }

    return rc == NGX_OK ? ngx_print_api_post_create(r, post) : rc;
}


/* the body is the event's argument, all else is in the query */

static ngx_int_t
ngx_print_api_post_bytes(ngx_http_request_t *r, ngx_str_t *text,
    ngx_print_api_post_t *post)
{
    u_char     *p;
    ngx_int_t   rc;
    ngx_str_t   value;

    post->binary = 1;
    post->data = *text;
    post->nclients = 1;

    rc = ngx_print_api_arg(r, "clientId", &post->clients[0]);

    if (rc == NGX_DECLINED) {
        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                      "client_missing",
                                      "the argument clientId is missing");
    }

    if (rc == NGX_OK) {
        rc = ngx_print_api_arg(r, "event", &value);
    }

    if (rc == NGX_OK) {
        p = ngx_pnalloc(r->pool, ngx_print_json_string(NULL, value.data,
                                                       value.len));
        if (p == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        post->event.data = p;
        post->event.len = (u_char *) ngx_print_json_string(p, value.data,
                                                           value.len)
                          - p;
    }

    if (rc != NGX_ERROR) {
        rc = ngx_print_api_arg(r, "ttl", &value);
    }

    switch (rc) {

    case NGX_OK:
        return ngx_print_api_post_ttl(r, &value, post);

    case NGX_DECLINED:
        return NGX_OK;

    default:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }
}


static ngx_int_t
ngx_print_api_post_json(ngx_http_request_t *r, ngx_str_t *text,
    ngx_print_api_post_t *post)
{
    ngx_int_t                rc;
    ngx_str_t                ttl;
    ngx_uint_t               n;
    ngx_print_json_value_t   value, elts[NGX_PRINT_API_MEMBERS], *member;
    ngx_print_json_value_t  *one, *many;

    static ngx_str_t         client = ngx_string("clientId");
    static ngx_str_t         clients = ngx_string("clientIds");
    static ngx_str_t         event = ngx_string("event");
    static ngx_str_t         data = ngx_string("data");
    static ngx_str_t         time = ngx_string("ttl");

    rc = ngx_print_json_read(text, &value, elts, NGX_PRINT_API_MEMBERS, &n);

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (rc != NGX_OK || value.type != NGX_PRINT_JSON_OBJECT
        || n > NGX_PRINT_API_MEMBERS)
    {
        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST, "invalid_json",
                                      "the body is not a JSON object of up to "
                                      "%d members", NGX_PRINT_API_MEMBERS);
    }

    member = ngx_print_json_member(elts, n, &data);

    if (member) {
        post->data = member->raw;
    }

    member = ngx_print_json_member(elts, n, &event);

    if (member && member->type == NGX_PRINT_JSON_STRING) {
        post->event = member->raw;

    } else if (member) {
        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                      "invalid_event",
                                      "the event %*s is no string",
                                      ngx_min(member->raw.len, 64),
                                      member->raw.data);
    }

    member = ngx_print_json_member(elts, n, &time);

    if (member) {
        ttl = member->raw;

        if (member->type == NGX_PRINT_JSON_STRING) {
            ttl.data++;
            ttl.len -= 2;
        }

        rc = ngx_print_api_post_ttl(r, &ttl, post);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    one = ngx_print_json_member(elts, n, &client);
    many = ngx_print_json_member(elts, n, &clients);

    return ngx_print_api_post_clients(r, one, many, post);
}


static ngx_int_t
ngx_print_api_post_clients(ngx_http_request_t *r, ngx_print_json_value_t *one,
    ngx_print_json_value_t *many, ngx_print_api_post_t *post)
{
    ngx_int_t  rc;

    if ((one == NULL) == (many == NULL)) {
        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                      "client_missing",
                                      "either clientId or clientIds is needed");
    }

    if (many) {
        return ngx_print_api_post_many(r, many, post);
    }

    post->nclients = 1;

    rc = ngx_print_api_client_id(r, one, &post->clients[0]);

    if (rc == NGX_DECLINED) {
        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                      "invalid_client",
                                      "the clientId %*s is neither string nor "
                                      "number", ngx_min(one->raw.len, 64),
                                      one->raw.data);
    }

    return rc == NGX_OK ? NGX_OK : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


static ngx_int_t
ngx_print_api_post_many(ngx_http_request_t *r, ngx_print_json_value_t *many,
    ngx_print_api_post_t *post)
{
    ngx_int_t                rc;
    ngx_str_t               *id;
    ngx_uint_t               i, k, n;
    ngx_print_json_value_t   value, elts[NGX_PRINT_JOB_CLIENTS];

    rc = ngx_print_json_read(&many->raw, &value, elts, NGX_PRINT_JOB_CLIENTS,
                             &n);

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (value.type != NGX_PRINT_JSON_ARRAY || n == 0
        || n > NGX_PRINT_JOB_CLIENTS)
    {
        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                      "invalid_client",
                                      "clientIds is no array of 1 to %d",
                                      NGX_PRINT_JOB_CLIENTS);
    }

    post->several = 1;

    for (i = 0; i < n; i++) {
        id = &post->clients[i];

        rc = ngx_print_api_client_id(r, &elts[i], id);

        if (rc == NGX_ERROR) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        for (k = 0; rc == NGX_OK && k < i; k++) {

            if (post->clients[k].len == id->len
                && ngx_memcmp(post->clients[k].data, id->data, id->len) == 0)
            {
                rc = NGX_DECLINED;
            }
        }

        if (rc != NGX_OK) {
            return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                          "invalid_client",
                                          "the clientId %*s is neither string "
                                          "nor number, or is there twice",
                                          ngx_min(elts[i].raw.len, 64),
                                          elts[i].raw.data);
        }

        post->nclients++;
    }

    return NGX_OK;
}


/* seconds, or a time as in the configuration */

static ngx_int_t
ngx_print_api_post_ttl(ngx_http_request_t *r, ngx_str_t *text,
    ngx_print_api_post_t *post)
{
    post->ttl = ngx_parse_time(text, 0);

    if (post->ttl == (ngx_msec_t) NGX_ERROR || post->ttl == 0
        || post->ttl > NGX_PRINT_API_TTL_MAX)
    {
        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST, "invalid_ttl",
                                      "the ttl \"%V\" is no time from 1ms to "
                                      "7d", text);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_print_api_post_create(ngx_http_request_t *r, ngx_print_api_post_t *post)
{
    ngx_int_t              rc;
    ngx_str_t              parts[3];
    ngx_uint_t             bad;
    ngx_print_job_info_t  *jobs;
    ngx_print_job_init_t   init;

    static ngx_str_t       replayed = ngx_string("Idempotency-Replayed");
    static ngx_str_t       yes = ngx_string("true");

    if (post->event.len > NGX_PRINT_API_EVENT_MAX
        || ngx_print_sio_reserved(&post->event))
    {
        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                      "invalid_event",
                                      "the event %*s is reserved, or longer "
                                      "than %d bytes",
                                      ngx_min(post->event.len, 64),
                                      post->event.data,
                                      NGX_PRINT_API_EVENT_MAX);
    }

    jobs = ngx_pcalloc(r->pool, post->nclients * sizeof(ngx_print_job_info_t));
    if (jobs == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(&init, sizeof(ngx_print_job_init_t));

    init.clients = post->clients;
    init.n = post->nclients;
    init.parts = parts;
    init.nparts = 1;
    init.ttl = post->ttl;

    parts[0] = post->event;

    if (post->binary) {
        ngx_str_set(&parts[1], ",{\"_placeholder\":true,\"num\":0}");

        init.nparts = 2;
        init.binary = &post->data;
        init.nbinary = 1;

    } else if (post->data.len) {
        ngx_str_set(&parts[1], ",");
        parts[2] = post->data;

        init.nparts = 3;
    }

    rc = ngx_print_api_post_key(r, post, &init);

    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_print_api_create(r, &init, jobs, &bad);

    switch (rc) {

    case NGX_DONE:

        if (ngx_print_http_add_header(r, &replayed, &yes) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        /* fall through */

    case NGX_OK:
        return ngx_print_api_wait(r, jobs, init.n,
                                  post->several ? ngx_print_api_created_all
                                                : ngx_print_api_created);

    default:
        return ngx_print_api_post_refuse(r, rc, &post->clients[bad]);
    }
}


/*
 * A digest of the key, which is what the jobs are found by, and a number made
 * of all that was asked for: the same key for something else is a mistake.
 */

static ngx_int_t
ngx_print_api_post_key(ngx_http_request_t *r, ngx_print_api_post_t *post,
    ngx_print_job_init_t *init)
{
    u_char            digest[16];
    ngx_str_t        *key;
    ngx_md5_t         md5;
    ngx_uint_t        i;

    static ngx_str_t  name = ngx_string("idempotency-key");

    key = ngx_print_http_header(r, &name);

    if (key == NULL) {
        return NGX_OK;
    }

    if (key->len == 0 || key->len > NGX_PRINT_API_KEY_MAX) {
        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                      "invalid_key",
                                      "the Idempotency-Key has %uz bytes, it "
                                      "must have 1 to %d", key->len,
                                      NGX_PRINT_API_KEY_MAX);
    }

    ngx_md5_init(&md5);

    for (i = 0; i < init->n; i++) {
        ngx_md5_update(&md5, &init->clients[i].len, sizeof(size_t));
        ngx_md5_update(&md5, init->clients[i].data, init->clients[i].len);
    }

    for (i = 0; i < init->nparts; i++) {
        ngx_md5_update(&md5, init->parts[i].data, init->parts[i].len);
    }

    if (post->binary) {
        ngx_md5_update(&md5, post->data.data, post->data.len);
    }

    ngx_md5_update(&md5, &post->ttl, sizeof(ngx_msec_t));
    ngx_md5_final(digest, &md5);

    ngx_memcpy(&init->request, digest, sizeof(uint64_t));

    init->digest = ngx_pnalloc(r->pool, NGX_PRINT_JOB_DIGEST);
    if (init->digest == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_md5_init(&md5);
    ngx_md5_update(&md5, key->data, key->len);
    ngx_md5_final(init->digest, &md5);

    return NGX_OK;
}


static ngx_int_t
ngx_print_api_post_refuse(ngx_http_request_t *r, ngx_int_t rc,
    ngx_str_t *client)
{
    ngx_str_t         value;

    static ngx_str_t  after = ngx_string("Retry-After");

    switch (rc) {

    case NGX_DECLINED:
        return ngx_print_http_problem(r, NGX_HTTP_NOT_FOUND, "client_unknown",
                                      "client \"%V\" is unknown", client);

    case NGX_PRINT_OFFLINE:
        return ngx_print_http_problem(r, NGX_HTTP_CONFLICT, "client_offline",
                                      "client \"%V\" is not connected", client);

    case NGX_ABORT:
        return ngx_print_http_problem(r, NGX_PRINT_HTTP_UNPROCESSABLE,
                                      "idempotency_mismatch",
                                      "the Idempotency-Key was used for "
                                      "another request");

    case NGX_BUSY:
    case NGX_PRINT_FULL:
        break;

    default:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_str_set(&value, "1");

    if (ngx_print_http_add_header(r, &after, &value) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (rc == NGX_BUSY) {
        return ngx_print_http_problem(r, NGX_HTTP_TOO_MANY_REQUESTS,
                                      "client_busy",
                                      "the queue of client \"%V\" is full",
                                      client);
    }

    return ngx_print_http_problem(r, NGX_HTTP_SERVICE_UNAVAILABLE, "zone_full",
                                  "the zone is full");
}


static ngx_int_t
ngx_print_api_created(ngx_http_request_t *r, ngx_print_job_info_t *jobs,
    ngx_uint_t n)
{
    u_char           *p;
    ngx_str_t         value;

    static ngx_str_t  location = ngx_string("Location");

    /* relative to the request's own URI */

    p = ngx_pnalloc(r->pool, sizeof("jobs/") - 1 + NGX_PRINT_HUB_JOB_ID);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    value.data = p;
    p = ngx_cpymem(p, "jobs/", sizeof("jobs/") - 1);
    p = ngx_print_hub_job_id(p, jobs->index, jobs->key);
    value.len = p - value.data;

    if (ngx_print_http_add_header(r, &location, &value) != NGX_OK
        || ngx_print_api_job_header(r, jobs) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_print_api_send_job(r, NGX_HTTP_CREATED, jobs);
}


static ngx_int_t
ngx_print_api_created_all(ngx_http_request_t *r, ngx_print_job_info_t *jobs,
    ngx_uint_t n)
{
    u_char               *p;
    ngx_uint_t            i;
    ngx_print_api_out_t   out;

    if (ngx_print_api_out(&out, r, "{\"jobs\":[") != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (i = 0; i < n; i++) {

        p = ngx_print_api_room(&out, 1 + NGX_PRINT_API_JOB);
        if (p == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (i) {
            *p++ = ',';
        }

        ngx_print_api_wrote(&out, ngx_print_api_json_job(p, &jobs[i]));
    }

    return ngx_print_api_finish(&out, NGX_HTTP_CREATED, "]}");
}


static ngx_int_t
ngx_print_api_send_job(ngx_http_request_t *r, ngx_uint_t status,
    ngx_print_job_info_t *job)
{
    u_char               *p;
    ngx_print_api_out_t   out;

    if (ngx_print_api_out(&out, r, "") != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = ngx_print_api_room(&out, NGX_PRINT_API_JOB);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_print_api_wrote(&out, ngx_print_api_json_job(p, job));

    return ngx_print_api_finish(&out, status, "");
}


ngx_int_t
ngx_print_api_job(ngx_http_request_t *r, ngx_str_t *rest)
{
    ngx_int_t               rc;
    ngx_print_job_info_t   *job;
    ngx_print_main_conf_t  *pmcf;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD|NGX_HTTP_DELETE))) {
        return ngx_print_api_method(r, "GET, HEAD, DELETE", "GET,DELETE");
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    pmcf = ngx_http_get_module_main_conf(r, ngx_print_module);

    job = ngx_pcalloc(r->pool, sizeof(ngx_print_job_info_t));
    if (job == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_print_hub_job_read(rest, &job->index, job->key) != NGX_OK
        || ngx_print_job_find(&pmcf->eio->store, job->index, job->key, job)
           != NGX_OK)
    {
        return ngx_print_http_problem(r, NGX_HTTP_NOT_FOUND, "job_unknown",
                                      "job \"%V\" is unknown", rest);
    }

    return r->method == NGX_HTTP_DELETE
           ? ngx_print_api_cancel(r, pmcf->eio, job)
           : ngx_print_api_wait(r, job, 1, ngx_print_api_show);
}


static ngx_int_t
ngx_print_api_show(ngx_http_request_t *r, ngx_print_job_info_t *jobs,
    ngx_uint_t n)
{
    return ngx_print_api_send_job(r, NGX_HTTP_OK, jobs);
}


static ngx_int_t
ngx_print_api_cancel(ngx_http_request_t *r, ngx_print_eio_t *eio,
    ngx_print_job_info_t *job)
{
    switch (ngx_print_job_cancel(&eio->store, job->index, job->key, job)) {

    case NGX_OK:
        return ngx_print_api_send_job(r, NGX_HTTP_OK, job);

    case NGX_BUSY:
        return ngx_print_http_problem(r, NGX_HTTP_CONFLICT,
                                      "job_not_cancelable",
                                      job->state == NGX_PRINT_JOB_QUEUED
                                      ? "the job is %V, but was sent before"
                                      : "the job is %V",
                                      ngx_print_job_state_name(job->state));

    default: /* NGX_DECLINED: it was forgotten just now */
        return ngx_print_http_problem(r, NGX_HTTP_NOT_FOUND, "job_unknown",
                                      "the job is unknown");
    }
}
