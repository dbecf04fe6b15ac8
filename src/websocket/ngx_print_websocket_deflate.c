
/*
 * Copyright (C) the print hub contributors
 */


/* permessage-deflate: compresses and decompresses messages, sends nothing. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_ws_deflate.h"
#include "ngx_print_ws_frame.h"
#include "ngx_print_websocket.h"
#include "ngx_print_websocket_deflate.h"


#define NGX_PRINT_WEBSOCKET_INFLATE  4096    /* bytes of room, at least */


/* The limit ws->max holds for the decompressed bytes. */

const ngx_print_ws_error_t *
ngx_print_websocket_inflate(ngx_print_websocket_t *ws, u_char *p, size_t len,
    ngx_uint_t complete)
{
    u_char                     *last, *out, *end;
    size_t                      room, plain;
    uint32_t                    utf8;
    ngx_int_t                   rc;
    ngx_print_websocket_buf_t  *b;

    b = &ws->in->message;
    last = p + len;
    plain = b->len;

    do {
        /* room for one byte above the limit shows that it is exceeded */

        room = (b->size > b->len) ? b->size - b->len
                                  : ngx_max(b->size,
                                            NGX_PRINT_WEBSOCKET_INFLATE);

        room = ngx_min((size_t) ws->max + 1 - b->len, room);

        if (ngx_print_websocket_reserve(ws, b, room) != NGX_OK) {
            return &ngx_print_ws_error_deflate;
        }

        out = b->data + b->len;
        end = out + room;

        rc = ngx_print_ws_inflate(&ws->deflate->codec, &p, last, complete, &out,
                                  end);

        b->len = out - b->data;

        if (rc == NGX_ERROR) {
            return &ngx_print_ws_error_deflate;
        }

        if (b->len > ws->max) {
            return &ngx_print_ws_error_too_big;
        }

    } while (rc == NGX_AGAIN);

    if (ws->handlers->deflated) {
        ws->handlers->deflated(ws, 0, b->len - plain, len);
    }

    if (complete && ws->in->frame.type == NGX_PRINT_WS_TEXT) {
        utf8 = NGX_PRINT_WS_UTF8_ACCEPT;

        if (ngx_print_ws_utf8(&utf8, b->data, b->len) != NGX_OK
            || utf8 != NGX_PRINT_WS_UTF8_ACCEPT)
        {
            return &ngx_print_ws_error_utf8;
        }
    }

    return NULL;
}


ngx_int_t
ngx_print_websocket_deflate(ngx_print_websocket_t *ws, ngx_str_t *data,
    ngx_str_t *out)
{
    u_char  *buf, *last;

    buf = ngx_alloc(ngx_print_ws_deflate_bound(data->len),
                    ws->connection->log);
    if (buf == NULL) {
        return NGX_DECLINED;
    }

    last = ngx_print_ws_deflate(&ws->deflate->codec, buf, data->data,
                                data->len);

    if (last == NULL) {
        ngx_free(buf);
        return NGX_DECLINED;
    }

    out->data = buf;
    out->len = last - buf;

    if (ws->handlers->deflated) {
        ws->handlers->deflated(ws, 1, data->len, out->len);
    }

    return NGX_OK;
}


void
ngx_print_websocket_deflate_free(ngx_print_websocket_t *ws)
{
    ngx_print_ws_deflate_free(&ws->deflate->codec);
}
