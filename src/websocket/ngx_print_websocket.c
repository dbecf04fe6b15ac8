
/*
 * Copyright (C) the print hub contributors
 */


/* The functions that all files of this folder share: errors, timer, buffers. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_websocket.h"


#define NGX_PRINT_WEBSOCKET_BUF_MIN  1024


void
ngx_print_websocket_fail(ngx_print_websocket_t *ws)
{
    ws->connection->error = 1;

    ngx_post_event(ws->connection->read, &ngx_posted_events);
}


void
ngx_print_websocket_timer(ngx_print_websocket_t *ws, ngx_msec_t ms)
{
    ngx_event_t  *rev;

    rev = ws->connection->read;

    if (ws->closing) {
        return;
    }

    if (ms) {
        ngx_add_timer(rev, ms);

    } else if (rev->timer_set) {
        ngx_del_timer(rev);
    }
}


ngx_int_t
ngx_print_websocket_append(ngx_print_websocket_t *ws,
    ngx_print_websocket_buf_t *b, u_char *p, size_t len)
{
    if (ngx_print_websocket_reserve(ws, b, len) != NGX_OK) {
        return NGX_ERROR;
    }

    if (len) {
        ngx_memcpy(b->data + b->len, p, len);
        b->len += len;
    }

    return NGX_OK;
}


/*
 * Doubles the buffer as bytes arrive, but not beyond a whole message and one
 * byte more, if that is enough.  A peer that announces a long message but does
 * not send it occupies no memory.
 */

ngx_int_t
ngx_print_websocket_reserve(ngx_print_websocket_t *ws,
    ngx_print_websocket_buf_t *b, size_t len)
{
    u_char  *data;
    size_t   size;

    if (b->len + len > b->size) {

        size = ngx_max(2 * b->size, NGX_PRINT_WEBSOCKET_BUF_MIN);
        size = ngx_min(size, (size_t) ws->max + 1);
        size = ngx_max(size, b->len + len);

        data = ngx_alloc(size, ws->connection->log);
        if (data == NULL) {
            return NGX_ERROR;
        }

        if (b->data) {
            ngx_memcpy(data, b->data, b->len);
            ngx_free(b->data);
        }

        b->data = data;
        b->size = size;
    }

    return NGX_OK;
}


void
ngx_print_websocket_free(ngx_print_websocket_buf_t *b)
{
    if (b->data) {
        ngx_free(b->data);
        ngx_memzero(b, sizeof(ngx_print_websocket_buf_t));
    }
}
