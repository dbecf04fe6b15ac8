
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_api_count.h"


static ngx_print_store_t *ngx_print_api_count_store(ngx_http_request_t *r);
static ngx_uint_t ngx_print_api_count_prints(ngx_http_request_t *r,
    ngx_print_path_e path);
static ngx_print_denied_e ngx_print_api_count_reason(ngx_uint_t status);


/* Returns NULL in a worker that cannot read the zone. */

static ngx_print_store_t *
ngx_print_api_count_store(ngx_http_request_t *r)
{
    ngx_print_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    return plcf->zone->view;
}


void
ngx_print_api_refused(ngx_http_request_t *r, ngx_print_denied_e reason,
    ngx_uint_t n)
{
    ngx_print_store_t  *st;

    st = ngx_print_api_count_store(r);

    if (st) {
        ngx_print_tally_add(st, NGX_PRINT_TALLY_JOBS_REFUSED + reason, n);
    }
}


void
ngx_print_api_foreign(ngx_http_request_t *r, ngx_uint_t print)
{
    ngx_print_store_t  *st;

    st = ngx_print_api_count_store(r);

    if (st) {
        ngx_print_tally(st, NGX_PRINT_TALLY_REFUSALS + NGX_PRINT_CAUSE_ORIGIN);
    }

    if (print) {
        ngx_print_api_refused(r, NGX_PRINT_DENIED_ORIGIN_NOT_ALLOWED, 1);
    }
}


void
ngx_print_api_replayed(ngx_http_request_t *r)
{
    ngx_print_store_t  *st;

    st = ngx_print_api_count_store(r);

    if (st) {
        ngx_print_tally(st, NGX_PRINT_TALLY_REPLAYS);
    }
}


void
ngx_print_api_answered(ngx_http_request_t *r, ngx_print_path_e path)
{
    ngx_uint_t          status;
    ngx_print_store_t  *st;

    st = ngx_print_api_count_store(r);

    if (st == NULL) {
        return;
    }

    status = r->headers_out.status;

    ngx_print_tally(st, NGX_PRINT_TALLY_REQUESTS + path * NGX_PRINT_CODES
                        + ngx_print_api_count_class(status));

    /* nginx sets err_status when it makes the answer itself */

    if (r->err_status >= NGX_HTTP_BAD_REQUEST
        && ngx_print_api_count_prints(r, path))
    {
        ngx_print_api_refused(r, ngx_print_api_count_reason(status), 1);
    }
}


static ngx_uint_t
ngx_print_api_count_prints(ngx_http_request_t *r, ngx_print_path_e path)
{
    switch (path) {

    case NGX_PRINT_PATH_PRINT:
        return (r->method & (NGX_HTTP_GET|NGX_HTTP_POST)) != 0;

    case NGX_PRINT_PATH_JOBS:
        return r->method == NGX_HTTP_POST;

    default:
        return 0;
    }
}


static ngx_print_denied_e
ngx_print_api_count_reason(ngx_uint_t status)
{
    switch (status) {

    case NGX_HTTP_UNAUTHORIZED:
        return NGX_PRINT_DENIED_UNAUTHORIZED;

    case NGX_HTTP_FORBIDDEN:
        return NGX_PRINT_DENIED_FORBIDDEN;

    case NGX_HTTP_NOT_ALLOWED:
        return NGX_PRINT_DENIED_METHOD_NOT_ALLOWED;

    case NGX_HTTP_REQUEST_ENTITY_TOO_LARGE:
        return NGX_PRINT_DENIED_TOO_LARGE;

    case NGX_HTTP_UNSUPPORTED_MEDIA_TYPE:
        return NGX_PRINT_DENIED_UNSUPPORTED_TYPE;

    case NGX_HTTP_TOO_MANY_REQUESTS:
        return NGX_PRINT_DENIED_RATE_LIMITED;

    default:
        return status < NGX_HTTP_INTERNAL_SERVER_ERROR
               ? NGX_PRINT_DENIED_INVALID_REQUEST
               : NGX_PRINT_DENIED_INTERNAL;
    }
}


ngx_uint_t
ngx_print_api_count_class(ngx_uint_t status)
{
    return (status >= NGX_HTTP_OK && status < 600) ? status / 100 - 2
                                                   : NGX_PRINT_CODES - 1;
}
