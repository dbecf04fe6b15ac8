
/*
 * Copyright (C) the print hub contributors
 */


/* GET and POST startPrint, with the legacy answers */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_origin.h"
#include "ngx_print_json.h"
#include "ngx_print_query.h"
#include "ngx_print_hub.h"
#include "ngx_print_api.h"
#include "ngx_print_api_body.h"
#include "ngx_print_api_count.h"
#include "ngx_print_api_note.h"
#include "ngx_print_api_idempotency.h"


#define NGX_PRINT_API_MEMBERS  64      /* of a JSON body, at most */


/* a request to print */
typedef struct {
    ngx_str_t     id;
    ngx_str_t     payload;       /* JSON */
    unsigned      has_id:1;
} ngx_print_api_job_t;


static ngx_int_t ngx_print_api_print_guard(ngx_http_request_t *r,
    ngx_print_loc_conf_t *plcf);
static ngx_int_t ngx_print_api_posted(ngx_http_request_t *r,
    ngx_print_api_body_t *body);
static ngx_int_t ngx_print_api_form(ngx_http_request_t *r, ngx_str_t *text);
static ngx_int_t ngx_print_api_json(ngx_http_request_t *r, ngx_str_t *text);
static ngx_int_t ngx_print_api_json_payload(ngx_http_request_t *r,
    ngx_print_json_value_t *elts, ngx_uint_t n, ngx_print_api_job_t *job);
static ngx_int_t ngx_print_api_answer(ngx_http_request_t *r,
    ngx_print_api_job_t *job);
static ngx_int_t ngx_print_api_outcome(ngx_http_request_t *r,
    ngx_print_api_job_t *job, ngx_int_t rc, ngx_print_job_info_t *info);


static ngx_str_t  ngx_print_api_id = ngx_string("clientId");
static ngx_str_t  ngx_print_api_print_data = ngx_string("printData");


static const ngx_print_api_takes_t  ngx_print_api_print_takes = {
    NGX_PRINT_API_JSON|NGX_PRINT_API_FORM|NGX_PRINT_API_MULTIPART,
    "the type \"%V\" is neither application/json nor "
    "application/x-www-form-urlencoded nor multipart/form-data",
    ngx_print_api_posted,
    1
};


ngx_int_t
ngx_print_api_print(ngx_http_request_t *r, ngx_str_t *rest)
{
    ngx_int_t              rc;
    ngx_print_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    if (plcf->start_print != NGX_PRINT_PRINT_ANY) {

        rc = ngx_print_api_print_guard(r, plcf);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    /* HEAD is refused: it must have no side effects, and this prints */

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_POST))) {
        return ngx_print_api_legacy_method(r, &plcf->cors_print, "GET, POST",
                                           "GET,POST");
    }

    if (r->method != NGX_HTTP_POST) {

        rc = ngx_http_discard_request_body(r);

        return rc == NGX_OK ? ngx_print_api_form(r, &r->args) : rc;
    }

    return ngx_print_api_body(r, &ngx_print_api_print_takes);
}


/*
 * Refuses what "print_hub_start_print" forbids, see ngx_print_api_guard().  An
 * image or a link in a page of another site would print with GET.
 */

static ngx_int_t
ngx_print_api_print_guard(ngx_http_request_t *r, ngx_print_loc_conf_t *plcf)
{
    ngx_int_t         rc;

    static ngx_str_t  allow = ngx_string("Allow");
    static ngx_str_t  names = ngx_string("POST, OPTIONS");

    if (r->method == NGX_HTTP_OPTIONS) {
        return plcf->start_print == NGX_PRINT_PRINT_POST
               ? ngx_print_api_legacy_method(r, &plcf->cors_print, "POST",
                                             "POST")
               : NGX_DECLINED;
    }

    if (plcf->start_print == NGX_PRINT_PRINT_POST
        && r->method != NGX_HTTP_POST)
    {
        rc = ngx_http_discard_request_body(r);

        if (rc != NGX_OK) {
            return rc;
        }

        if (ngx_print_http_add_header(r, &allow, &names) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        ngx_print_api_refused(r, NGX_PRINT_DENIED_METHOD_NOT_ALLOWED, 1);

        return ngx_print_http_error(r, NGX_HTTP_NOT_ALLOWED,
                                    "only POST may print");
    }

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_POST))
        || !ngx_print_origin_foreign(r, &plcf->cors_print.origins, 1,
                                     "startPrint"))
    {
        return NGX_DECLINED;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_print_api_foreign(r, 1);
    ngx_print_note_result(r, "origin_not_allowed");

    return ngx_print_http_error(r, NGX_HTTP_FORBIDDEN,
                                "print from another site refused");
}


static ngx_int_t
ngx_print_api_posted(ngx_http_request_t *r, ngx_print_api_body_t *body)
{
    ngx_uint_t  i, fields;

    if (body->type == NGX_PRINT_API_JSON) {
        return ngx_print_api_json(r, &body->text);
    }

    /* unlike a query string, a form is refused if it cannot be read as meant */

    if (!ngx_print_json_is_utf8(body->text.data, body->text.len)) {
        ngx_print_api_refused(r, NGX_PRINT_DENIED_INVALID_REQUEST, 1);

        return ngx_print_http_error(r, NGX_HTTP_BAD_REQUEST,
                                    "the form is not UTF-8");
    }

    fields = 1;

    for (i = 0; i + 1 < body->text.len; i++) {
        fields += (body->text.data[i] == '&');
    }

    if (fields > NGX_PRINT_QUERY_MAX_PARAMETERS) {
        ngx_print_api_refused(r, NGX_PRINT_DENIED_INVALID_REQUEST, 1);

        return ngx_print_http_error(r, NGX_HTTP_BAD_REQUEST,
                                    "the form has %ui fields, at most %d are "
                                    "allowed", fields,
                                    NGX_PRINT_QUERY_MAX_PARAMETERS);
    }

    /* a POST without a body may have everything in its query string */

    return ngx_print_api_form(r, body->text.len ? &body->text : &r->args);
}


/* Prints what a query string, or a body of the same form, asks for. */

static ngx_int_t
ngx_print_api_form(ngx_http_request_t *r, ngx_str_t *text)
{
    u_char                  *p;
    size_t                   len;
    ngx_str_t               *except;
    ngx_print_api_job_t      job;
    ngx_print_query_node_t  *root, *node, *data;

    root = ngx_print_query_parse(r->pool, text);
    if (root == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    node = ngx_print_query_get(root, &ngx_print_api_id);

    job.has_id = (node
                  && ngx_print_query_string(node, &job.id) == NGX_OK);

    /* the payload is {"printData":<value>}, or all fields except clientId */

    data = ngx_print_query_get(root, &ngx_print_api_print_data);
    except = data ? NULL : &ngx_print_api_id;

    len = ngx_print_query_json(NULL, data ? data : root, except);

    job.payload.data = ngx_pnalloc(r->pool, len
                                            + sizeof("{\"printData\":}") - 1);
    if (job.payload.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = job.payload.data;

    if (data) {
        p = ngx_cpymem(p, "{\"printData\":", sizeof("{\"printData\":") - 1);
    }

    p = (u_char *) ngx_print_query_json(p, data ? data : root, except);

    if (data) {
        *p++ = '}';
    }

    job.payload.len = p - job.payload.data;

    return ngx_print_api_answer(r, &job);
}


static ngx_int_t
ngx_print_api_json(ngx_http_request_t *r, ngx_str_t *text)
{
    ngx_int_t               rc;
    ngx_uint_t              n;
    ngx_print_api_job_t     job;
    ngx_print_json_value_t  value, elts[NGX_PRINT_API_MEMBERS];

    rc = ngx_print_json_read(text, &value, elts, NGX_PRINT_API_MEMBERS, &n);

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (rc != NGX_OK || value.type != NGX_PRINT_JSON_OBJECT) {
        ngx_print_api_refused(r, NGX_PRINT_DENIED_INVALID_REQUEST, 1);

        return ngx_print_http_error(r, NGX_HTTP_BAD_REQUEST,
                                    "the body is not a JSON object");
    }

    if (n > NGX_PRINT_API_MEMBERS) {
        ngx_print_api_refused(r, NGX_PRINT_DENIED_INVALID_REQUEST, 1);

        return ngx_print_http_error(r, NGX_HTTP_BAD_REQUEST,
                                    "the JSON object has %ui members, "
                                    "at most %d are allowed",
                                    n, NGX_PRINT_API_MEMBERS);
    }

    rc = ngx_print_api_client_id(r, ngx_print_json_member(elts, n,
                                                     &ngx_print_api_id),
                                 &job.id);

    job.has_id = (rc == NGX_OK);

    if (rc == NGX_ERROR
        || ngx_print_api_json_payload(r, elts, n, &job) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_print_api_answer(r, &job);
}


/* Copies the members of the payload byte by byte as they were written. */

static ngx_int_t
ngx_print_api_json_payload(ngx_http_request_t *r,
    ngx_print_json_value_t *elts, ngx_uint_t n, ngx_print_api_job_t *job)
{
    u_char                  *p;
    size_t                   len;
    ngx_uint_t               i, first;
    ngx_print_json_value_t  *data, *id;

    id = ngx_print_json_member(elts, n, &ngx_print_api_id);
    data = ngx_print_json_member(elts, n, &ngx_print_api_print_data);

    len = 2;

    for (i = 0; i < n; i++) {
        len += elts[i].key.len + elts[i].raw.len + 2;
    }

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    job->payload.data = p;

    *p++ = '{';
    first = 1;

    for (i = 0; i < n; i++) {

        if (data ? &elts[i] != data : &elts[i] == id) {
            continue;
        }

        if (!first) {
            *p++ = ',';
        }

        first = 0;

        p = ngx_cpymem(p, elts[i].key.data, elts[i].key.len);
        *p++ = ':';
        p = ngx_cpymem(p, elts[i].raw.data, elts[i].raw.len);
    }

    *p++ = '}';

    job->payload.len = p - job->payload.data;

    return NGX_OK;
}


static ngx_int_t
ngx_print_api_answer(ngx_http_request_t *r, ngx_print_api_job_t *job)
{
    ngx_int_t                     rc;
    ngx_str_t                     bad_key, parts[2], texts[3];
    ngx_uint_t                    bad;
    const char                   *error;
    ngx_print_job_init_t          init;
    ngx_print_job_info_t          info;
    ngx_print_api_idempotency_t   key;

    error = ngx_print_api_idempotency_read(r, &key, &bad_key);

    if (error) {
        ngx_print_api_refused(r, NGX_PRINT_DENIED_INVALID_REQUEST, 1);

        return ngx_print_http_error(r, NGX_HTTP_BAD_REQUEST, error, &bad_key);
    }

    if (!job->has_id) {
        return ngx_print_api_outcome(r, job, NGX_DECLINED, NULL);
    }

    ngx_memzero(&init, sizeof(ngx_print_job_init_t));

    ngx_str_set(&parts[0], "\"print\",");
    parts[1] = job->payload;

    init.clients = &job->id;
    init.n = 1;
    init.parts = parts;
    init.nparts = 2;
    init.bytes = job->payload.len;

    ngx_str_set(&texts[0], "startPrint");
    texts[1] = job->id;
    texts[2] = job->payload;

    if (ngx_print_api_idempotency_use(r, &key, texts, 3, &init) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_print_api_note_print(r, "startprint", &job->id, 1, job->payload.len);

    rc = ngx_print_api_job_make(r, &init, &info, &bad);

    return ngx_print_api_outcome(r, job, rc, &info);
}


/* Answers with what ngx_print_api_job_make() has returned and set. */

static ngx_int_t
ngx_print_api_outcome(ngx_http_request_t *r, ngx_print_api_job_t *job,
    ngx_int_t rc, ngx_print_job_info_t *info)
{
    ngx_str_t        *text;

    static ngx_str_t  accepted = ngx_string("{\"message\":\"参数已接收\"}");
    static ngx_str_t  offline = ngx_string("{\"message\":\"打印机离线\"}");
    static ngx_str_t  unknown = ngx_string("{\"message\":\"打印机不存在\"}");

    static ngx_str_t  queued =
                            ngx_string("{\"message\":\"已加入打印队列\"}");

    switch (rc) {

    case NGX_OK:
    case NGX_DONE:

        if (ngx_print_api_job_header(r, info) != NGX_OK
            || (rc == NGX_DONE
                && ngx_print_api_idempotency_replayed(r) != NGX_OK))
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (rc == NGX_DONE) {
            ngx_print_api_replayed(r);
        }
        ngx_print_api_note_created(r, info, 1, rc == NGX_DONE);

        text = info->away ? &queued : &accepted;
        break;

    case NGX_ERROR:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;

    case NGX_PRINT_STALLED:
        return rc;

    case NGX_PRINT_OFFLINE:
        ngx_print_api_refused(r, NGX_PRINT_DENIED_CLIENT_OFFLINE, 1);
        ngx_print_note_result(r, "client_offline");
        text = &offline;
        break;

    case NGX_DECLINED:
        ngx_print_api_refused(r, NGX_PRINT_DENIED_CLIENT_UNKNOWN, 1);
        ngx_print_note_result(r, "client_unknown");
        text = &unknown;
        break;

    case NGX_ABORT:
        ngx_print_api_refused(r, NGX_PRINT_DENIED_IDEMPOTENCY_MISMATCH, 1);

        return ngx_print_http_error(r, NGX_PRINT_HTTP_UNPROCESSABLE,
                                    NGX_PRINT_API_IDEMPOTENCY_MISMATCH);

    case NGX_BUSY:
        ngx_print_api_refused(r, NGX_PRINT_DENIED_CLIENT_BUSY, 1);
        ngx_print_note_result(r, "client_busy");

        return ngx_print_http_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                    "the queue of client \"%V\" is full",
                                    &job->id);

    default: /* NGX_PRINT_FULL */
        ngx_print_api_refused(r, NGX_PRINT_DENIED_ZONE_FULL, 1);
        ngx_print_note_result(r, "zone_full");

        return ngx_print_http_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                    "the zone is full");
    }

    return ngx_print_http_send(r, NGX_HTTP_OK, &ngx_print_http_json,
                               text);
}
