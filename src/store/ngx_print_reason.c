
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_reason.h"


ngx_str_t  ngx_print_reason_names[NGX_PRINT_REASON_NAMES] = {
    ngx_string("transport close"),
    ngx_string("transport error"),
    ngx_string("ping timeout"),
    ngx_string("parse error"),
    ngx_string("forced close"),
    ngx_string("forced server close"),
    ngx_string("server shutting down"),
    ngx_string("closed by the API"),
    ngx_string("taken over")
};


ngx_str_t *
ngx_print_reason_name(ngx_uint_t reason)
{
    static ngx_str_t  unknown = ngx_string("unknown");

    if (reason == 0 || reason > NGX_PRINT_REASON_GIVES_WAY) {
        return &unknown;
    }

    return &ngx_print_reason_names[ngx_print_reason_group(reason)];
}


ngx_uint_t
ngx_print_reason_group(ngx_uint_t reason)
{
    if (reason == 0 || reason > NGX_PRINT_REASON_GIVES_WAY) {
        return NGX_PRINT_REASON_TRANSPORT_ERROR - 1;
    }

    if (reason > NGX_PRINT_REASON_NAMES) {
        return NGX_PRINT_REASON_FORCED_SERVER_CLOSE - 1;
    }

    return reason - 1;
}
