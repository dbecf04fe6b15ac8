
/*
 * Copyright (C) the print hub contributors
 */


/*
 * GET health: whether this worker can serve stations and prints now.  It waits
 * for nothing, not even for the lock of the zone, and tells nothing else.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_eio.h"
#include "ngx_print_api.h"


static const char *ngx_print_api_health_fault(ngx_print_eio_t *eio);


ngx_int_t
ngx_print_api_health(ngx_http_request_t *r, ngx_str_t *rest)
{
    u_char                   *p;
    ngx_int_t                 rc;
    ngx_str_t                 body;
    const char               *fault;

    static const char *const  none[] = { NULL };

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return ngx_print_api_method(r, "GET, HEAD", "GET");
    }

    rc = ngx_print_api_bodyless(r, none);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    fault = ngx_print_api_health_fault(ngx_print_request_eio(r));

    p = ngx_pnalloc(r->pool, sizeof("{\"status\":\"\"}") - 1
                             + NGX_PRINT_API_HEALTH);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.data = p;
    body.len = ngx_sprintf(p, "{\"status\":\"%s\"}", fault ? fault : "ok") - p;

    return ngx_print_http_send(r, fault ? NGX_HTTP_SERVICE_UNAVAILABLE
                                        : NGX_HTTP_OK,
                               &ngx_print_http_json, &body);
}


/* Returns why this worker cannot serve, or NULL if it can. */

static const char *
ngx_print_api_health_fault(ngx_print_eio_t *eio)
{
    if (eio == NULL) {
        return "no_slot";
    }

    if (ngx_exiting || eio->closing) {
        return "draining";
    }

    if (ngx_print_store_stuck(&eio->store)) {
        return "locked";
    }

    return ngx_print_store_has_room(&eio->store) ? NULL : "full";
}
