
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_address.h"
#include "ngx_print_api_event_limit.h"


/* of all zones */
static ngx_uint_t  ngx_print_api_places;


ngx_int_t
ngx_print_api_place_take(ngx_print_api_place_t *place, ngx_print_store_t *st,
    u_char *addr, ngx_uint_t limit)
{
    ngx_int_t  rc;

    if (ngx_print_api_places >= NGX_PRINT_API_STREAMS) {
        return NGX_BUSY;
    }

    rc = ngx_print_address_stream(st, &place->stream, addr, limit);

    if (rc != NGX_OK) {
        return rc;
    }

    place->taken = 1;
    ngx_print_api_places++;

    return NGX_OK;
}


void
ngx_print_api_place_give(ngx_print_api_place_t *place)
{
    if (place->taken) {
        place->taken = 0;
        ngx_print_api_places--;

        ngx_print_address_stream_end(&place->stream);
    }
}
