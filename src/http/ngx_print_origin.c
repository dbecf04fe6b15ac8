
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_origin.h"


ngx_str_t *
ngx_print_origin(ngx_http_request_t *r)
{
    static ngx_str_t  name = ngx_string("origin");

    return ngx_print_http_header(r, &name);
}


ngx_uint_t
ngx_print_origin_is_listed(ngx_print_origins_t *origins, ngx_str_t *origin)
{
    ngx_str_t   *listed;
    ngx_uint_t   i;

    if (origins->mode != NGX_PRINT_ORIGINS_LIST) {
        return origins->mode == NGX_PRINT_ORIGINS_ANY;
    }

    listed = origins->list->elts;

    for (i = 0; i < origins->list->nelts; i++) {

        if (listed[i].len == origin->len
            && ngx_strncmp(listed[i].data, origin->data, origin->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
