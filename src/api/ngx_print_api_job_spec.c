
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_json.h"
#include "ngx_print_hub.h"
#include "ngx_print_api.h"
#include "ngx_print_api_job_spec.h"


#define NGX_PRINT_API_MEMBERS    16      /* of a body, at most */
#define NGX_PRINT_API_EVENT_MAX  256     /* bytes of an event's JSON */
#define NGX_PRINT_API_ERROR      512


/*
 * A member of the JSON body.  read() returns NGX_OK; NGX_DECLINED if the value
 * is invalid, after it has set spec->error; NGX_ERROR if there is no memory.
 */
typedef struct {
    ngx_str_t                 name;
    ngx_int_t               (*read)(ngx_print_api_job_spec_t *spec,
                                  ngx_print_json_value_t *value);
} ngx_print_api_member_t;


static ngx_int_t ngx_print_api_job_spec_known(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *member);
static ngx_int_t ngx_print_api_job_spec_client(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value);
static ngx_int_t ngx_print_api_job_spec_clients(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value);
static ngx_int_t ngx_print_api_job_spec_event(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value);
static ngx_int_t ngx_print_api_job_spec_data(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value);
static ngx_int_t ngx_print_api_job_spec_ttl(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value);
static ngx_int_t ngx_print_api_job_spec_wait(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value);
static ngx_int_t ngx_print_api_job_spec_wait_for(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value);
static ngx_int_t ngx_print_api_job_spec_text(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value, ngx_str_t *text);
static ngx_int_t ngx_print_api_job_spec_name(ngx_print_api_job_spec_t *spec);
static ngx_int_t ngx_print_api_job_spec_time(ngx_print_api_job_spec_t *spec,
    ngx_str_t *text);
static ngx_int_t ngx_print_api_job_spec_refuse(ngx_print_api_job_spec_t *spec,
    const char *name, ngx_str_t *raw, const char *expected);
static ngx_int_t ngx_print_api_job_spec_invalid(ngx_print_api_job_spec_t *spec,
    const char *fmt, ...);


static ngx_print_api_member_t  ngx_print_api_job_spec_members[] = {
    { ngx_string("clientId"), ngx_print_api_job_spec_client },
    { ngx_string("clientIds"), ngx_print_api_job_spec_clients },
    { ngx_string("event"), ngx_print_api_job_spec_event },
    { ngx_string("data"), ngx_print_api_job_spec_data },
    { ngx_string("ttl"), ngx_print_api_job_spec_ttl },
    { ngx_string("wait"), ngx_print_api_job_spec_wait },
    { ngx_string("wait_for"), ngx_print_api_job_spec_wait_for },
    { ngx_null_string, NULL }
};


ngx_print_api_job_spec_t *
ngx_print_api_job_spec(ngx_http_request_t *r)
{
    ngx_print_api_job_spec_t  *spec;

    spec = ngx_pcalloc(r->pool, sizeof(ngx_print_api_job_spec_t));
    if (spec == NULL) {
        return NULL;
    }

    spec->request = r;

    ngx_str_set(&spec->event, "\"print\"");

    /* without data, null is the first argument: the hub may add another one */
    ngx_str_set(&spec->data, "null");

    spec->reply = ngx_pcalloc(r->pool, sizeof(ngx_print_api_job_reply_t));
    spec->clients = ngx_palloc(r->pool,
                               NGX_PRINT_JOB_CLIENTS * sizeof(ngx_str_t));
    spec->error.data = ngx_pnalloc(r->pool, NGX_PRINT_API_ERROR);

    if (spec->reply == NULL
        || spec->clients == NULL
        || spec->error.data == NULL)
    {
        return NULL;
    }

    return spec;
}


ngx_int_t
ngx_print_api_job_spec_args(ngx_print_api_job_spec_t *spec)
{
    ngx_int_t    rc;
    ngx_str_t    value;
    const char  *error;

    error = ngx_print_api_idempotency_read(spec->request, &spec->key, &value);

    if (error == NULL) {
        error = ngx_print_api_job_reply_args(spec->request, spec->reply,
                                             &value);
    }

    if (error) {
        return ngx_print_api_job_spec_invalid(spec, error, &value);
    }

    rc = ngx_print_api_arg(spec->request, "ttl", &value);

    if (rc == NGX_OK) {
        return ngx_print_api_job_spec_time(spec, &value);
    }

    return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_print_api_job_spec_binary(ngx_print_api_job_spec_t *spec, ngx_str_t *body)
{
    ngx_int_t            rc;
    ngx_str_t            event;
    ngx_http_request_t  *r;

    r = spec->request;

    rc = ngx_print_api_arg(r, "clientId", &spec->clients[0]);

    if (rc == NGX_DECLINED || body->len == 0) {
        return ngx_print_api_job_spec_invalid(spec,
                                              body->len
                                              ? "\"clientId\" is missing"
                                              : "the body is empty");
    }

    if (rc == NGX_OK) {
        rc = ngx_print_api_arg(r, "event", &event);
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_OK) {
        spec->event.len = ngx_print_json_string(NULL, event.data, event.len);
        spec->event.data = ngx_pnalloc(r->pool, spec->event.len);

        if (spec->event.data == NULL) {
            return NGX_ERROR;
        }

        (void) ngx_print_json_string(spec->event.data, event.data, event.len);
    }

    ngx_str_set(&spec->data, "{\"_placeholder\":true,\"num\":0}");

    spec->binary = *body;
    spec->n = 1;

    return ngx_print_api_job_spec_name(spec);
}


ngx_int_t
ngx_print_api_job_spec_json(ngx_print_api_job_spec_t *spec, ngx_str_t *body)
{
    ngx_int_t                rc;
    ngx_uint_t               i, n;
    ngx_print_api_member_t  *member;
    ngx_print_json_value_t   value, elts[NGX_PRINT_API_MEMBERS], *elt;

    rc = ngx_print_json_read(body, &value, elts, NGX_PRINT_API_MEMBERS, &n);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc != NGX_OK || value.type != NGX_PRINT_JSON_OBJECT) {
        return ngx_print_api_job_spec_invalid(spec,
                                              "the body is not a JSON object");
    }

    if (n > NGX_PRINT_API_MEMBERS) {
        return ngx_print_api_job_spec_invalid(spec,
                                              "the body has %ui members, "
                                              "at most %d are allowed",
                                              n, NGX_PRINT_API_MEMBERS);
    }

    for (i = 0; i < n; i++) {
        rc = ngx_print_api_job_spec_known(spec, &elts[i]);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    for (member = ngx_print_api_job_spec_members; member->name.len; member++) {
        elt = ngx_print_json_member(elts, n, &member->name);

        rc = elt ? member->read(spec, elt) : NGX_OK;

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return spec->n ? NGX_OK
                   : ngx_print_api_job_spec_invalid(spec,
                                                    "\"clientId\" is missing");
}


static ngx_int_t
ngx_print_api_job_spec_known(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *member)
{
    ngx_str_t                excerpt;
    ngx_print_api_member_t  *known;

    for (known = ngx_print_api_job_spec_members; known->name.len; known++) {
        if (ngx_print_json_member(member, 1, &known->name)) {
            return NGX_OK;
        }
    }

    excerpt = ngx_print_api_excerpt(member->key.data, member->key.len);

    return ngx_print_api_job_spec_invalid(spec,
                                          "unknown member %V, expected "
                                          "\"clientId\", \"clientIds\", "
                                          "\"event\", \"data\", \"ttl\", "
                                          "\"wait\" or \"wait_for\"", &excerpt);
}


/* Adds a clientId, a string or a number. */

static ngx_int_t
ngx_print_api_job_spec_client(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value)
{
    ngx_int_t   rc;
    ngx_str_t  *id;

    id = &spec->clients[spec->n];

    rc = ngx_print_api_client_id(spec->request, value, id);

    if (rc == NGX_DECLINED) {
        return ngx_print_api_job_spec_refuse(spec, "clientId", &value->raw,
                                             "a string or a number");
    }

    spec->n++;

    return rc;
}


static ngx_int_t
ngx_print_api_job_spec_clients(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value)
{
    ngx_int_t               rc;
    ngx_str_t              *id, *other;
    ngx_uint_t              i, n;
    ngx_print_json_value_t  array, elts[NGX_PRINT_JOB_CLIENTS];

    if (spec->n) {
        return ngx_print_api_job_spec_invalid(spec,
                                              "\"clientId\" and \"clientIds\" "
                                              "exclude each other");
    }

    rc = ngx_print_json_read(&value->raw, &array, elts, NGX_PRINT_JOB_CLIENTS,
                             &n);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (array.type != NGX_PRINT_JSON_ARRAY
        || n == 0 || n > NGX_PRINT_JOB_CLIENTS)
    {
        return ngx_print_api_job_spec_refuse(spec, "clientIds", &value->raw,
                                             "an array of 1 to "
                                             ngx_value(NGX_PRINT_JOB_CLIENTS)
                                             " clientIds");
    }

    for (i = 0; i < n; i++) {
        rc = ngx_print_api_job_spec_client(spec, &elts[i]);

        if (rc != NGX_OK) {
            return rc;
        }

        id = &spec->clients[i];

        for (other = spec->clients; other < id; other++) {

            if (other->len == id->len
                && ngx_memcmp(other->data, id->data, id->len) == 0)
            {
                return ngx_print_api_job_spec_refuse(spec, "clientIds",
                                                     &value->raw,
                                                     "each clientId once");
            }
        }
    }

    spec->reply->several = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_print_api_job_spec_event(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value)
{
    spec->event = value->raw;

    if (value->type != NGX_PRINT_JSON_STRING) {
        return ngx_print_api_job_spec_refuse(spec, "event", &value->raw,
                                             "a string");
    }

    return ngx_print_api_job_spec_name(spec);
}


static ngx_int_t
ngx_print_api_job_spec_data(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value)
{
    spec->data = value->raw;

    return NGX_OK;
}


static ngx_int_t
ngx_print_api_job_spec_ttl(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    rc = ngx_print_api_job_spec_text(spec, value, &text);

    return rc == NGX_OK ? ngx_print_api_job_spec_time(spec, &text) : rc;
}


static ngx_int_t
ngx_print_api_job_spec_wait(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    rc = ngx_print_api_job_spec_text(spec, value, &text);

    if (rc != NGX_OK
        || ngx_print_api_job_reply_wait(spec->reply, &text) == NGX_OK)
    {
        return rc;
    }

    text = ngx_print_api_excerpt(text.data, text.len);

    return ngx_print_api_job_spec_invalid(spec, NGX_PRINT_API_WAIT_INVALID,
                                          &text);
}


static ngx_int_t
ngx_print_api_job_spec_wait_for(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    rc = ngx_print_api_job_spec_text(spec, value, &text);

    if (rc != NGX_OK
        || ngx_print_api_job_reply_for(spec->reply, &text) == NGX_OK)
    {
        return rc;
    }

    text = ngx_print_api_excerpt(text.data, text.len);

    return ngx_print_api_job_spec_invalid(spec, NGX_PRINT_API_WAIT_FOR_INVALID,
                                          &text);
}


/* Decodes a string; any other value becomes its JSON text. */

static ngx_int_t
ngx_print_api_job_spec_text(ngx_print_api_job_spec_t *spec,
    ngx_print_json_value_t *value, ngx_str_t *text)
{
    *text = value->raw;

    if (value->type != NGX_PRINT_JSON_STRING) {
        return NGX_OK;
    }

    text->data = ngx_pnalloc(spec->request->pool, value->raw.len);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    text->len = ngx_print_json_unescape(text->data, &value->raw) - text->data;

    return NGX_OK;
}


/* Checks spec->event, which is the JSON of a string. */

static ngx_int_t
ngx_print_api_job_spec_name(ngx_print_api_job_spec_t *spec)
{
    ngx_str_t  *event;

    event = &spec->event;

    if (event->len <= 2 || event->len > NGX_PRINT_API_EVENT_MAX
        || ngx_print_sio_reserved(event))
    {
        return ngx_print_api_job_spec_refuse(spec, "event", event,
                                             "a name that is not reserved, up "
                                             "to "
                                             ngx_value(NGX_PRINT_API_EVENT_MAX)
                                             " bytes as JSON");
    }

    return NGX_OK;
}


static ngx_int_t
ngx_print_api_job_spec_time(ngx_print_api_job_spec_t *spec, ngx_str_t *text)
{
    ngx_int_t  ms;
    ngx_str_t  excerpt;

    ms = ngx_parse_time(text, 0);

    if (ms < 1 || ms > NGX_PRINT_MAX_MSEC) {
        excerpt = ngx_print_api_excerpt(text->data, text->len);

        return ngx_print_api_job_spec_invalid(spec,
                                              "invalid \"ttl\" value \"%V\", "
                                              "expected a time from 1ms to 7d",
                                              &excerpt);
    }

    spec->ttl = ms;

    return NGX_OK;
}


/* Refuses the JSON value of a member, which it quotes as it was written. */

static ngx_int_t
ngx_print_api_job_spec_refuse(ngx_print_api_job_spec_t *spec, const char *name,
    ngx_str_t *raw, const char *expected)
{
    ngx_str_t  excerpt;

    excerpt = ngx_print_api_excerpt(raw->data, raw->len);

    return ngx_print_api_job_spec_invalid(spec,
                                          "invalid \"%s\" value %V, expected "
                                          "%s", name, &excerpt, expected);
}


static ngx_int_t
ngx_print_api_job_spec_invalid(ngx_print_api_job_spec_t *spec, const char *fmt,
    ...)
{
    va_list  args;

    va_start(args, fmt);
    spec->error.len = ngx_vslprintf(spec->error.data,
                                    spec->error.data
                                    + NGX_PRINT_API_ERROR,
                                    fmt, args)
                       - spec->error.data;
    va_end(args);

    return NGX_DECLINED;
}
