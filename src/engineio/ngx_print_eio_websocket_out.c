
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_eio3_packet.h"
#include "ngx_print_ws_frame.h"
#include "ngx_print_websocket_out.h"
#include "ngx_print_eio_tally.h"
#include "ngx_print_eio_websocket_out.h"


/* the bytes of one write: a batch of messages, framed */
#define NGX_PRINT_EIO_WEBSOCKET_OUT  (NGX_PRINT_EIO_WRITE_SIZE + 1024)


static void ngx_print_eio_websocket_deflate(ngx_print_eio_websocket_t *ew,
    ngx_print_batch_t *batch);
static u_char *ngx_print_eio_websocket_binary(ngx_print_eio_websocket_t *ew,
    ngx_print_message_t *msg, u_char *p);


/* A batch of small messages is framed here, and written at once. */

static u_char  ngx_print_eio_websocket_out[NGX_PRINT_EIO_WEBSOCKET_OUT];


void
ngx_print_eio_websocket_batch(ngx_print_eio_websocket_t *ew,
    ngx_print_batch_t *batch)
{
    u_char               *p, *buf, *large;
    size_t                size;
    ngx_print_store_t    *st;
    ngx_print_message_t   msg;

    st = &ew->conn.eio->store;

    if (ew->ws.deflate && !ew->conn.text) {
        ngx_print_eio_websocket_deflate(ew, batch);
        return;
    }

    buf = ngx_print_eio_websocket_out;
    large = NULL;

    size = batch->bytes
           + (batch->count + 1) * (NGX_PRINT_WS_MAX_HEADER + 1);

    if (ew->conn.text) {
        /* "b4" and base64, and the bytes that are being encoded */
        size = 3 * size + 4 * batch->count;
    }

    if (size > NGX_PRINT_EIO_WEBSOCKET_OUT) {

        large = ngx_alloc(size, ew->ws.connection->log);

        if (large == NULL) {
            ngx_print_queue_release(st, batch);
            ngx_print_websocket_fail(&ew->ws);
            return;
        }

        buf = large;
    }

    p = buf;

    while (ngx_print_eio_next(ew->conn.eio, batch, &msg) == NGX_OK) {

        if (msg.binary) {
            p = ngx_print_eio_websocket_binary(ew, &msg, p);
            continue;
        }

        p = ngx_print_ws_frame_write(p, NGX_PRINT_WS_TEXT, msg.len);
        p = ngx_print_queue_copy(st, &msg, p);
    }

    if (batch->ping) {
        ngx_print_eio_tally_ping(&ew->conn.pings);
        p = ngx_print_ws_frame_write(p, NGX_PRINT_WS_TEXT, 1);
        *p++ = NGX_PRINT_EIO_PING;
    }

    ngx_print_queue_release(st, batch);

    ngx_print_websocket_write(&ew->ws, buf, p - buf);

    if (large) {
        ngx_free(large);
    }
}


/*
 * Sends a batch one by one, because the compressor takes one message at a time;
 * releases the batch.
 */

static void
ngx_print_eio_websocket_deflate(ngx_print_eio_websocket_t *ew,
    ngx_print_batch_t *batch)
{
    u_char               *buf;
    ngx_str_t             data;
    ngx_print_store_t    *st;
    ngx_print_message_t   msg;

    st = &ew->conn.eio->store;

    while (ngx_print_eio_next(ew->conn.eio, batch, &msg) == NGX_OK) {

        buf = ngx_alloc(msg.len + 1, ew->ws.connection->log);

        if (buf == NULL) {
            ngx_print_websocket_fail(&ew->ws);
            break;
        }

        /* in protocol 3 the type stands before the bytes of a message */

        buf[0] = NGX_PRINT_EIO3_BINARY_MESSAGE;
        (void) ngx_print_queue_copy(st, &msg, buf + 1);

        data.data = buf + 1;
        data.len = msg.len;

        if (msg.binary && ew->conn.eio3) {
            data.data--;
            data.len++;
        }

        ngx_print_websocket_send(&ew->ws, msg.binary ? NGX_PRINT_WS_BINARY
                                                     : NGX_PRINT_WS_TEXT,
                                 &data);
        ngx_free(buf);
    }

    if (batch->ping) {
        ngx_print_eio_websocket_ping(&ew->conn);
    }

    ngx_print_queue_release(st, batch);
}


/*
 * Writes a binary message ("Packet encoding"): the plain bytes in protocol 4,
 * behind a byte with the type in protocol 3, or base64 for a client that takes
 * text only.  Returns the byte after the last one.
 */

static u_char *
ngx_print_eio_websocket_binary(ngx_print_eio_websocket_t *ew,
    ngx_print_message_t *msg, u_char *p)
{
    size_t      len;
    u_char     *last;
    ngx_str_t   data, base64;

    if (!ew->conn.text) {
        len = msg->len + (ew->conn.eio3 ? 1 : 0);

        p = ngx_print_ws_frame_write(p, NGX_PRINT_WS_BINARY, len);

        if (ew->conn.eio3) {
            *p++ = NGX_PRINT_EIO3_BINARY_MESSAGE;
        }

        return ngx_print_queue_copy(&ew->conn.eio->store, msg, p);
    }

    len = ngx_base64_encoded_length(msg->len) + (ew->conn.eio3 ? 2 : 1);

    p = ngx_print_ws_frame_write(p, NGX_PRINT_WS_TEXT, len);
    last = p + len;

    *p++ = 'b';

    if (ew->conn.eio3) {
        *p++ = NGX_PRINT_EIO_MESSAGE;
    }

    /* the bytes are copied behind the room for their base64, then encoded */

    data.data = last;
    data.len = ngx_print_queue_copy(&ew->conn.eio->store, msg, last) - last;

    base64.data = p;
    ngx_encode_base64(&base64, &data);

    return last;
}


void
ngx_print_eio_websocket_ping(ngx_print_eio_conn_t *conn)
{
    ngx_print_eio_tally_ping(&conn->pings);

    ngx_print_websocket_frame(&ngx_print_eio_websocket(conn)->ws,
                              NGX_PRINT_WS_TEXT, (u_char *) "2", 1);
}
