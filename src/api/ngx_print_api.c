
/*
 * Copyright (C) the print hub contributors
 */


/* Method, arguments and job creation: what all endpoints share. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_id.h"
#include "ngx_print_http.h"
#include "ngx_print_note.h"
#include "ngx_print_cors.h"
#include "ngx_print_origin.h"
#include "ngx_print_hub.h"
#include "ngx_print_joblog_order.h"
#include "ngx_print_api.h"
#include "ngx_print_api_count.h"


#define NGX_PRINT_API_EXCERPT  128     /* bytes */


static ngx_int_t ngx_print_api_refuse_method(ngx_http_request_t *r,
    ngx_print_cors_t *cors, const char *names, const char *methods,
    const char *code);
static ngx_uint_t ngx_print_api_is_name(ngx_str_t *name,
    const char *const *names);


ngx_int_t
ngx_print_api_guard(ngx_http_request_t *r)
{
    ngx_int_t              rc;
    ngx_print_loc_conf_t  *plcf;

    if (r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD|NGX_HTTP_OPTIONS)) {
        return NGX_DECLINED;
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    if (plcf->api == NGX_PRINT_API_READ) {

        if (r->method == NGX_HTTP_POST) {
            ngx_print_api_refused(r, NGX_PRINT_DENIED_METHOD_NOT_ALLOWED, 1);
        }

        return ngx_print_api_method(r, "GET, HEAD", "GET");
    }

    if (!(r->method & (NGX_HTTP_POST|NGX_HTTP_DELETE))
        || !ngx_print_origin_foreign(r, &plcf->cors_api.origins, 0, "api"))
    {
        return NGX_DECLINED;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_print_api_foreign(r, r->method == NGX_HTTP_POST);

    return ngx_print_http_problem(r, NGX_HTTP_FORBIDDEN, "origin_not_allowed",
                                  "a page of another site may not send this "
                                  "request");
}


ngx_int_t
ngx_print_api_method(ngx_http_request_t *r, const char *names,
    const char *methods)
{
    ngx_print_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    if (plcf->api == NGX_PRINT_API_READ) {
        names = "GET, HEAD";
    }

    if (plcf->api == NGX_PRINT_API_READ
        || plcf->cors_api.origins.mode == NGX_PRINT_ORIGINS_ANY)
    {
        /* pages of all sites may read, and only those in a list write */
        methods = "GET";
    }

    return ngx_print_api_refuse_method(r, &plcf->cors_api, names, methods,
                                       "method_not_allowed");
}


ngx_int_t
ngx_print_api_legacy_method(ngx_http_request_t *r, ngx_print_cors_t *cors,
    const char *names, const char *methods)
{
    return ngx_print_api_refuse_method(r, cors, names, methods, "");
}


static ngx_int_t
ngx_print_api_refuse_method(ngx_http_request_t *r, ngx_print_cors_t *cors,
    const char *names, const char *methods, const char *code)
{
    ngx_int_t         rc;
    ngx_str_t         value;

    static ngx_str_t  allow = ngx_string("Allow");

    if (r->method == NGX_HTTP_OPTIONS
        && (!cors->api || cors->origins.mode != NGX_PRINT_ORIGINS_OFF))
    {
        return ngx_print_cors_preflight(r, cors, methods);
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    value.data = (u_char *) names;
    value.len = ngx_strlen(names);

    if (ngx_print_http_add_header(r, &allow, &value) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_print_http_problem(r, NGX_HTTP_NOT_ALLOWED, code,
                                  "the method %V is not allowed",
                                  &r->method_name);
}


ngx_int_t
ngx_print_api_client_id(ngx_http_request_t *r, ngx_print_json_value_t *value,
    ngx_str_t *id)
{
    size_t  size;

    if (value == NULL
        || (value->type != NGX_PRINT_JSON_STRING
            && value->type != NGX_PRINT_JSON_NUMBER))
    {
        return NGX_DECLINED;
    }

    size = ngx_max(value->raw.len, NGX_PRINT_JSON_NUMBER_LEN);

    id->data = ngx_pnalloc(r->pool, size);
    if (id->data == NULL) {
        return NGX_ERROR;
    }

    id->len = (value->type == NGX_PRINT_JSON_STRING
               ? ngx_print_json_unescape(id->data, &value->raw)
               : ngx_print_json_number(id->data, &value->raw))
              - id->data;

    return NGX_OK;
}


ngx_int_t
ngx_print_api_arg(ngx_http_request_t *r, const char *name, ngx_str_t *value)
{
    u_char     *p, *src, *end;
    ngx_int_t   rc;
    ngx_str_t   key;

    key.data = (u_char *) name;
    key.len = ngx_strlen(name);

    rc = ngx_print_http_arg(r, &key, value);

    if (rc != NGX_OK) {
        return rc;
    }

    p = ngx_pnalloc(r->pool, value->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    end = ngx_cpymem(p, value->data, value->len);

    for (src = p; src < end; src++) {
        if (*src == '+') {
            *src = ' ';
        }
    }

    src = p;
    value->data = p;

    ngx_unescape_uri(&p, &src, value->len, 0);

    value->len = p - value->data;

    return NGX_OK;
}


ngx_int_t
ngx_print_api_args(ngx_http_request_t *r, const char *const *names)
{
    u_char      *p, *end, *equals, *last;
    ngx_str_t    name, excerpt;
    const char  *fault;

    last = r->args.data + r->args.len;

    for (p = r->args.data; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, '&');
        if (end == NULL) {
            end = last;
        }

        equals = ngx_strlchr(p, end, '=');

        name.data = p;
        name.len = (equals ? equals : end) - p;

        if (end == p || (name.len == 1 && *p == '_')) {
            continue;
        }

        if (!ngx_print_api_is_name(&name, names)) {
            fault = "is unknown";

        } else if (equals == NULL) {
            fault = "has no value";

        } else {
            continue;
        }

        excerpt = ngx_print_api_excerpt(name.data, name.len);

        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                      "invalid_request",
                                      "the argument \"%V\" %s",
                                      &excerpt, fault);
    }

    return NGX_DECLINED;
}


static ngx_uint_t
ngx_print_api_is_name(ngx_str_t *name, const char *const *names)
{
    for ( /* void */ ; *names; names++) {

        if (ngx_strlen(*names) == name->len
            && ngx_strncmp(*names, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_print_api_bodyless(ngx_http_request_t *r, const char *const *names)
{
    ngx_int_t  rc;

    rc = ngx_http_discard_request_body(r);

    return rc == NGX_OK ? ngx_print_api_args(r, names) : rc;
}


ngx_int_t
ngx_print_api_failure(ngx_http_request_t *r)
{
    return ngx_print_store_failed(&ngx_print_request_eio(r)->store)
           ? NGX_PRINT_STALLED : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


ngx_int_t
ngx_print_api_busy(ngx_http_request_t *r, ngx_uint_t legacy)
{
    ngx_print_note_result(r, "zone_busy");

    return ngx_print_http_problem(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                  legacy ? "" : "zone_busy",
                                  "the zone is busy");
}


ngx_str_t
ngx_print_api_excerpt(u_char *text, size_t len)
{
    ngx_str_t  excerpt;

    if (len > NGX_PRINT_API_EXCERPT) {
        len = NGX_PRINT_API_EXCERPT;

        /* a byte that continues a character of UTF-8 is 10xxxxxx */

        while (len && (text[len] & 0xc0) == 0x80) {
            len--;
        }
    }

    excerpt.data = text;
    excerpt.len = len;

    return excerpt;
}


ngx_int_t
ngx_print_api_fault(ngx_print_api_fault_t *fault, ngx_uint_t status,
    const char *text, ngx_str_t *value)
{
    fault->status = status;
    fault->text = text;

    ngx_str_null(&fault->value);

    if (value) {
        fault->value = ngx_print_api_excerpt(value->data, value->len);
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_print_api_job_make(ngx_http_request_t *r, ngx_print_job_init_t *init,
    ngx_print_job_info_t *jobs, ngx_uint_t *bad)
{
    ngx_print_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    init->limit = plcf->session_buffer;
    init->queue = plcf->queue;
    init->resend = plcf->resend;

    if (init->ttl == 0) {
        init->ttl = plcf->ttl;
    }

    if (ngx_print_joblog_order(r, plcf->zone, init) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_print_hub_job_create(plcf->zone->eio, init, jobs, bad,
                                    r->connection->log);
}


ngx_int_t
ngx_print_api_job_header(ngx_http_request_t *r, ngx_print_job_info_t *job)
{
    ngx_str_t         value;

    static ngx_str_t  name = ngx_string("X-Print-Job");

    value.data = ngx_pnalloc(r->pool, NGX_PRINT_ID_LEN);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_print_id_write(value.data, job->index, job->key)
                - value.data;

    return ngx_print_http_add_header(r, &name, &value);
}
