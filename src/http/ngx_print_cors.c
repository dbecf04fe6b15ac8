
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_origin.h"
#include "ngx_print_cors.h"


static ngx_int_t ngx_print_cors_request_headers(ngx_http_request_t *r,
    ngx_print_cors_t *cors);
static ngx_int_t ngx_print_cors_private(ngx_http_request_t *r,
    ngx_print_cors_t *cors);
static ngx_int_t ngx_print_cors_expose(ngx_http_request_t *r,
    ngx_print_cors_t *cors);
static ngx_uint_t ngx_print_cors_is_exposed(ngx_str_t *name);
static ngx_int_t ngx_print_cors_allowed(ngx_http_request_t *r,
    ngx_print_cors_t *cors, ngx_str_t *value);


ngx_int_t
ngx_print_cors_preflight(ngx_http_request_t *r, ngx_print_cors_t *cors,
    const char *methods)
{
    ngx_int_t          rc;
    ngx_str_t          allowed;

    static ngx_str_t   empty = ngx_null_string;
    static ngx_str_t   allow = ngx_string("Access-Control-Allow-Methods");
    static ngx_str_t   age = ngx_string("Access-Control-Max-Age");
    static ngx_str_t   day = ngx_string("86400");
    static ngx_str_t   minutes = ngx_string("600");

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    allowed.data = (u_char *) methods;
    allowed.len = ngx_strlen(methods);

    if (ngx_print_http_add_header(r, &allow, &allowed) != NGX_OK
        || ngx_print_http_add_header(r, &age, cors->api ? &minutes : &day)
           != NGX_OK
        || ngx_print_cors_request_headers(r, cors) != NGX_OK
        || ngx_print_cors_private(r, cors) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_print_http_send(r, NGX_HTTP_NO_CONTENT, &empty, &empty);
}


/*
 * Names the headers that the request may have: those of the API, and for the
 * other paths whatever the preflight asks for.
 */

static ngx_int_t
ngx_print_cors_request_headers(ngx_http_request_t *r, ngx_print_cors_t *cors)
{
    ngx_str_t         *requested;

    static ngx_str_t   name = ngx_string("access-control-request-headers");
    static ngx_str_t   headers = ngx_string("Access-Control-Allow-Headers");
    static ngx_str_t   fixed = ngx_string("authorization, content-type, "
                                          "idempotency-key, last-event-id, "
                                          "x-api-key");
    static ngx_str_t   vary = ngx_string("Vary");
    static ngx_str_t   vary_value =
                                ngx_string("Access-Control-Request-Headers");

    if (cors->api) {
        return ngx_print_http_add_header(r, &headers, &fixed);
    }

    if (ngx_print_http_add_header(r, &vary, &vary_value) != NGX_OK) {
        return NGX_ERROR;
    }

    requested = ngx_print_http_header(r, &name);

    return requested ? ngx_print_http_add_header(r, &headers, requested)
                     : NGX_OK;
}


/*
 * Allows a page of a public site to send requests to a hub in a private network
 * (Private Network Access), if the preflight asks for that.
 */

static ngx_int_t
ngx_print_cors_private(ngx_http_request_t *r, ngx_print_cors_t *cors)
{
    ngx_str_t         *asked, allowed;

    static ngx_str_t   name =
                       ngx_string("access-control-request-private-network");
    static ngx_str_t   allow =
                         ngx_string("Access-Control-Allow-Private-Network");
    static ngx_str_t   yes = ngx_string("true");

    if (!cors->private_network
        || (cors->api && cors->origins.mode != NGX_PRINT_ORIGINS_LIST))
    {
        return NGX_OK;
    }

    asked = ngx_print_http_header(r, &name);

    if (asked == NULL || asked->len != yes.len
        || ngx_strncmp(asked->data, yes.data, yes.len) != 0
        || ngx_print_cors_allowed(r, cors, &allowed) != NGX_OK)
    {
        return NGX_OK;
    }

    return ngx_print_http_add_header(r, &allow, &yes);
}


ngx_int_t
ngx_print_cors_headers(ngx_http_request_t *r, ngx_print_cors_t *cors)
{
    ngx_str_t         value;

    static ngx_str_t  allow = ngx_string("Access-Control-Allow-Origin");
    static ngx_str_t  vary = ngx_string("Vary");
    static ngx_str_t  origin = ngx_string("Origin");
    static ngx_str_t  yes = ngx_string("true");
    static ngx_str_t  policy = ngx_string("Cross-Origin-Resource-Policy");
    static ngx_str_t  same = ngx_string("same-origin");
    static ngx_str_t  credentials =
                             ngx_string("Access-Control-Allow-Credentials");

    if (cors->origins.mode == NGX_PRINT_ORIGINS_LIST
        && ngx_print_http_add_header(r, &vary, &origin) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_print_cors_allowed(r, cors, &value) != NGX_OK) {

        /* a page of another origin cannot embed it, either */

        return cors->api ? ngx_print_http_add_header(r, &policy, &same)
                         : NGX_OK;
    }

    if (ngx_print_http_add_header(r, &allow, &value) != NGX_OK
        || (cors->credentials
            && ngx_print_http_add_header(r, &credentials, &yes) != NGX_OK))
    {
        return NGX_ERROR;
    }

    return ngx_print_cors_expose(r, cors);
}


/*
 * Lets a script of another origin read the headers of ours that the answer has.
 */

static ngx_int_t
ngx_print_cors_expose(ngx_http_request_t *r, ngx_print_cors_t *cors)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static ngx_str_t  expose = ngx_string("Access-Control-Expose-Headers");
    static ngx_str_t  names = ngx_string("location, retry-after, x-print-job, "
                                         "idempotency-replayed");

    if (cors->api) {
        return ngx_print_http_add_header(r, &expose, &names);
    }

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_print_cors_is_exposed(&h[i].key)) {
                return ngx_print_http_add_header(r, &expose, &names);
            }
        }
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_print_cors_is_exposed(ngx_str_t *name)
{
    ngx_uint_t         i;

    static ngx_str_t   names[] = {
        ngx_string("Location"),
        ngx_string("Retry-After"),
        ngx_string("X-Print-Job"),
        ngx_string("Idempotency-Replayed"),
        ngx_null_string
    };

    for (i = 0; names[i].len; i++) {

        if (names[i].len == name->len
            && ngx_strncasecmp(names[i].data, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Sets value to what Access-Control-Allow-Origin has: "*", or the origin of the
 * request.  Returns NGX_DECLINED if that is not allowed, or without one.
 */

static ngx_int_t
ngx_print_cors_allowed(ngx_http_request_t *r, ngx_print_cors_t *cors,
    ngx_str_t *value)
{
    ngx_str_t  *origin;

    if (cors->origins.mode == NGX_PRINT_ORIGINS_ANY) {
        ngx_str_set(value, "*");
        return NGX_OK;
    }

    origin = ngx_print_origin(r);

    if (origin == NULL || cors->origins.mode == NGX_PRINT_ORIGINS_OFF
        || !ngx_print_origin_is_listed(&cors->origins, origin))
    {
        return NGX_DECLINED;
    }

    *value = *origin;

    return NGX_OK;
}
