
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_prefix.h"
#include "ngx_print_api_event_limit.h"


static uint64_t ngx_print_api_place_prefix(struct sockaddr *sa);
static ngx_uint_t ngx_print_api_place_count(uint64_t prefix);


static ngx_uint_t   ngx_print_api_nplaces;

static ngx_queue_t  ngx_print_api_places = {
    &ngx_print_api_places, &ngx_print_api_places
};


ngx_int_t
ngx_print_api_place_take(ngx_print_api_place_t *place, ngx_connection_t *c,
    ngx_uint_t limit)
{
    place->prefix = ngx_print_api_place_prefix(c->sockaddr);

    if (limit && place->prefix
        && ngx_print_api_place_count(place->prefix) >= limit)
    {
        return NGX_DECLINED;
    }

    if (ngx_print_api_nplaces >= NGX_PRINT_API_STREAMS) {
        return NGX_BUSY;
    }

    ngx_print_api_nplaces++;

    ngx_queue_insert_tail(&ngx_print_api_places, &place->queue);
    place->taken = 1;

    return NGX_OK;
}


/* Returns 0 for a UNIX socket, which has no address that could be limited. */

static uint64_t
ngx_print_api_place_prefix(struct sockaddr *sa)
{
    u_char                addr[NGX_PRINT_PREFIX_ADDR];
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;

    if (sa->sa_family == AF_INET6) {
        sin6 = (struct sockaddr_in6 *) sa;
        return ngx_print_prefix(sin6->sin6_addr.s6_addr);
    }
#endif

    if (sa->sa_family != AF_INET) {
        return 0;
    }

    sin = (struct sockaddr_in *) sa;

    ngx_memzero(addr, NGX_PRINT_PREFIX_ADDR);

    addr[10] = 0xff;
    addr[11] = 0xff;
    ngx_memcpy(&addr[12], &sin->sin_addr, 4);

    return ngx_print_prefix(addr);
}


static ngx_uint_t
ngx_print_api_place_count(uint64_t prefix)
{
    ngx_uint_t              n;
    ngx_queue_t            *q;
    ngx_print_api_place_t  *place;

    n = 0;

    for (q = ngx_queue_head(&ngx_print_api_places);
         q != ngx_queue_sentinel(&ngx_print_api_places);
         q = ngx_queue_next(q))
    {
        place = ngx_queue_data(q, ngx_print_api_place_t, queue);

        if (place->prefix == prefix) {
            n++;
        }
    }

    return n;
}


void
ngx_print_api_place_give(ngx_print_api_place_t *place)
{
    if (place->taken) {
        place->taken = 0;

        ngx_queue_remove(&place->queue);
        ngx_print_api_nplaces--;
    }
}
