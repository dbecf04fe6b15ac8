
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_tally.h"
#include "ngx_print_eio_tally.h"


static uint32_t  ngx_print_eio_tally_bounds[] = NGX_PRINT_RTT_BOUNDS;


void
ngx_print_eio_tally_ping(ngx_print_eio_pings_t *pings)
{
    if (pings->open++ == 0) {
        pings->at = (uint32_t) ngx_current_msec;
    }
}


/*
 * A pong answers the oldest ping.  Of several that are open, only the first one
 * was noted.
 */

void
ngx_print_eio_tally_pong(ngx_print_store_t *st, ngx_print_eio_pings_t *pings)
{
    uint32_t    ms;
    ngx_uint_t  i;

    if (pings->open == 0) {
        return;
    }

    pings->open--;

    if (pings->at == 0) {
        return;
    }

    ms = (uint32_t) ngx_current_msec - pings->at;
    pings->at = 0;

    for (i = 0; i < NGX_PRINT_RTT_BUCKETS - 1; i++) {
        if (ms <= ngx_print_eio_tally_bounds[i]) {
            break;
        }
    }

    ngx_print_tally(st, NGX_PRINT_TALLY_RTT + i);
    ngx_print_tally_add(st, NGX_PRINT_TALLY_RTT_MS, ms);
}


void
ngx_print_eio_tally_message(ngx_print_store_t *st, ngx_uint_t out, size_t len)
{
    ngx_print_tally(st, NGX_PRINT_TALLY_MESSAGES + out);
    ngx_print_tally_add(st, NGX_PRINT_TALLY_MESSAGE_BYTES + out, len);
}


void
ngx_print_eio_tally_deflated(ngx_print_store_t *st, ngx_uint_t out,
    size_t plain, size_t compressed)
{
    ngx_print_tally_add(st, NGX_PRINT_TALLY_DEFLATE + 2 * out, plain);
    ngx_print_tally_add(st, NGX_PRINT_TALLY_DEFLATE + 2 * out + 1, compressed);
}
