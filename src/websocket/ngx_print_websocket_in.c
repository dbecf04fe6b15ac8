
/*
 * Copyright (C) the print hub contributors
 */


/* The input of a WebSocket connection: from bytes to frames to messages. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_ws_frame.h"
#include "ngx_print_websocket.h"
#include "ngx_print_websocket_deflate.h"
#include "ngx_print_websocket_out.h"
#include "ngx_print_websocket_close.h"
#include "ngx_print_websocket_in.h"


#define NGX_PRINT_WEBSOCKET_READ        65536
#define NGX_PRINT_WEBSOCKET_READ_SMALL  4096
#define NGX_PRINT_WEBSOCKET_TURN        4        /* reads of one event */
#define NGX_PRINT_WEBSOCKET_PAUSE       100      /* ms */


static void ngx_print_websocket_pause(ngx_event_t *rev);
static void ngx_print_websocket_paused_handler(ngx_event_t *ev);
static ngx_int_t ngx_print_websocket_read(ngx_print_websocket_t *ws);
static ngx_int_t ngx_print_websocket_keep_in(ngx_print_websocket_t *ws);
static void ngx_print_websocket_hold(ngx_print_websocket_t *ws);
static ngx_int_t ngx_print_websocket_frames(ngx_print_websocket_t *ws,
    u_char *p, u_char *last);
static ngx_int_t ngx_print_websocket_data(ngx_print_websocket_t *ws,
    u_char *p, size_t len, ngx_uint_t complete);
static ngx_int_t ngx_print_websocket_control(ngx_print_websocket_t *ws,
    u_char *p, size_t len, ngx_uint_t complete);


/*
 * The read buffer and the input state, which all connections share.  A
 * connection copies what it has to keep, so that both are free again after each
 * read.
 */

static u_char                    ngx_print_websocket_bytes[
                                                   NGX_PRINT_WEBSOCKET_READ];
static ngx_print_websocket_in_t  ngx_print_websocket_fresh;


/* Read events of connections that are not ready, and when they are tried. */

static ngx_queue_t               ngx_print_websocket_paused;
static ngx_event_t               ngx_print_websocket_paused_event;


void
ngx_print_websocket_read_handler(ngx_event_t *rev)
{
    ngx_connection_t       *c;
    ngx_print_websocket_t  *ws;

    c = rev->data;
    ws = c->data;

    if (c->error
        || (ws->shut && ws->echoed && ngx_print_websocket_whole(ws)))
    {
        goto close;
    }

    if (c->close) {

        /*
         * nginx sets c->close once, for all idle connections, when the worker
         * is about to exit.  The handlers decide when to close this one.
         */

        c->close = 0;

        if (!ws->closing) {
            ws->handlers->shutdown(ws);
        }

        return;
    }

    if (!ws->closing && !ws->handlers->ready(ws)) {
        ngx_print_websocket_pause(rev);
        return;
    }

    if (ws->lost) {
        c->error = 1;
        ngx_print_websocket_end(ws, ws->broken);

        goto close;
    }

    if (rev->timedout) {
        rev->timedout = 0;

        if (ws->closing) {
            goto close;
        }

        ws->handlers->timeout(ws);
    }

    if (ngx_print_websocket_read(ws) == NGX_OK
        && !c->error
        && ngx_handle_read_event(rev, 0) == NGX_OK)
    {
        return;
    }

close:

    ngx_http_close_connection(c);
}


static void
ngx_print_websocket_pause(ngx_event_t *rev)
{
    ngx_event_t  *ev;

    ev = &ngx_print_websocket_paused_event;

    if (ev->handler == NULL) {
        ngx_queue_init(&ngx_print_websocket_paused);

        ev->handler = ngx_print_websocket_paused_handler;
        ev->log = ngx_cycle->log;
        ev->cancelable = 1;
    }

    ngx_post_event(rev, &ngx_print_websocket_paused);

    if (!ev->timer_set) {
        ngx_add_timer(ev, NGX_PRINT_WEBSOCKET_PAUSE);
    }
}


static void
ngx_print_websocket_paused_handler(ngx_event_t *ev)
{
    ngx_queue_t  *q;
    ngx_event_t  *rev;

    while (!ngx_queue_empty(&ngx_print_websocket_paused)) {
        q = ngx_queue_head(&ngx_print_websocket_paused);
        rev = ngx_queue_data(q, ngx_event_t, queue);

        ngx_delete_posted_event(rev);
        ngx_post_event(rev, &ngx_posted_events);
    }
}


/*
 * Reads a bounded part of the input.  Many small frames take much more time
 * than one large frame, so reads are small unless a large frame has begun.
 *
 * NGX_OK     the connection goes on
 * NGX_ERROR  the caller closes the connection
 */

static ngx_int_t
ngx_print_websocket_read(ngx_print_websocket_t *ws)
{
    size_t             size;
    ssize_t            n;
    u_char            *in;
    ngx_int_t          rc;
    ngx_uint_t         turn;
    ngx_connection_t  *c;

    c = ws->connection;
    in = ngx_print_websocket_bytes;

    for (turn = 0; turn < NGX_PRINT_WEBSOCKET_TURN; turn++) {

        if (!c->read->ready) {
            return NGX_OK;
        }

        size = (ws->in && ws->in->payload && ws->deflate == NULL
                && ws->in->frame.opcode < NGX_PRINT_WS_CLOSE)
               ? NGX_PRINT_WEBSOCKET_READ : NGX_PRINT_WEBSOCKET_READ_SMALL;

        n = c->recv(c, in, size);

        if (n == NGX_AGAIN) {
            return NGX_OK;
        }

        if (n == NGX_ERROR || n == 0) {
            ngx_print_websocket_lose(ws, n == NGX_ERROR);
            return NGX_OK;
        }

        ws->corked = 1;

        rc = ngx_print_websocket_input(ws, in, in + n);

        ngx_print_websocket_uncork(ws);

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }

        if (ws->deflate) {
            /* decompression may have multiplied a read by a thousand */
            break;
        }
    }

    ngx_post_event(c->read, &ngx_posted_next_events);

    return NGX_OK;
}


ngx_int_t
ngx_print_websocket_input(ngx_print_websocket_t *ws, u_char *p, u_char *last)
{
    ngx_int_t  rc;

    if (ws->in == NULL) {
        ws->in = &ngx_print_websocket_fresh;
        ws->in->frame.deflate = (ws->deflate != NULL);
    }

    rc = ngx_print_websocket_frames(ws, p, last);

    if (ngx_print_websocket_keep_in(ws) != NGX_OK) {
        return NGX_ERROR;
    }

    return rc;
}


/*
 * Copies the state of a frame or message that is not complete, and counts it in
 * the budget of this worker: a few bytes can be decompressed to a whole
 * ws->max.  Between messages ws->in becomes NULL.
 */

static ngx_int_t
ngx_print_websocket_keep_in(ngx_print_websocket_t *ws)
{
    ngx_int_t                  rc;
    ngx_uint_t                 begun;
    ngx_print_websocket_in_t  *in, *kept;

    rc = NGX_OK;
    in = ws->in;
    kept = NULL;

    begun = (in->payload || in->control.data || in->message.data
             || !ngx_print_ws_frame_is_between(&in->frame));

    if (in != &ngx_print_websocket_fresh) {

        if (begun) {
            ngx_print_websocket_hold(ws);

        } else {
            ngx_print_websocket_forget(ws);
        }

        return NGX_OK;
    }

    if (begun) {
        kept = ngx_alloc(sizeof(ngx_print_websocket_in_t),
                         ws->connection->log);

        if (kept == NULL) {
            ngx_print_websocket_free(&in->message);
            ngx_print_websocket_free(&in->control);
            rc = NGX_ERROR;

        } else {
            *kept = *in;
        }
    }

    ngx_memzero(in, sizeof(ngx_print_websocket_in_t));

    ws->in = kept;

    if (kept) {
        kept->holder.close = ngx_print_websocket_evict;
        kept->holder.data = ws;
        kept->holder.connection = ws->connection;

        ngx_print_websocket_hold(ws);
    }

    return rc;
}


/* May close this connection or others, and so make ws->in NULL. */

static void
ngx_print_websocket_hold(ngx_print_websocket_t *ws)
{
    ngx_print_websocket_in_t  *in;

    in = ws->in;

    ngx_print_budget_hold(&in->holder,
                          sizeof(ngx_print_websocket_in_t) + in->message.size
                          + in->control.size);

    ngx_print_budget_keep();
}


/*
 * Handles the frames of the input (RFC 6455, section 5.2).  Ignores the bytes
 * that follow a violation.  Returns the codes of ngx_print_websocket_input().
 */

static ngx_int_t
ngx_print_websocket_frames(ngx_print_websocket_t *ws, u_char *p, u_char *last)
{
    u_char                    *start;
    size_t                     n;
    ngx_int_t                  rc;
    ngx_print_ws_frame_t      *f;
    ngx_print_websocket_in_t  *in;

    in = ws->in;
    f = &in->frame;

    while (!ws->failed && (p < last || in->payload)) {

        if (!in->payload) {
            rc = ngx_print_ws_frame_header(f, &p, last, ws->max);

            if (rc == NGX_AGAIN) {
                return NGX_OK;
            }

            if (rc == NGX_ERROR) {
                ngx_print_websocket_invalid(ws, f->error);
                return NGX_OK;
            }

            in->payload = 1;
        }

        start = p;

        rc = ngx_print_ws_frame_payload(f, p, last, &n);

        if (rc == NGX_ERROR) {
            ngx_print_websocket_invalid(ws, f->error);
            return NGX_OK;
        }

        p += n;
        in->payload = (rc == NGX_AGAIN);

        rc = (f->opcode >= NGX_PRINT_WS_CLOSE)
             ? ngx_print_websocket_control(ws, start, n, !in->payload)
             : ngx_print_websocket_data(ws, start, n,
                                        !in->payload && f->fin);

        if (rc != NGX_OK) {
            return rc;
        }

        if (in->payload) {
            return NGX_OK;
        }
    }

    return NGX_OK;
}


/*
 * Adds a part of a data frame to its message (RFC 6455, sections 5.4 and 5.6).
 * A message that lies in the read buffer as a whole is not copied.
 */

static ngx_int_t
ngx_print_websocket_data(ngx_print_websocket_t *ws, u_char *p, size_t len,
    ngx_uint_t complete)
{
    ngx_str_t                    data;
    ngx_print_websocket_in_t    *in;
    const ngx_print_ws_error_t  *error;

    in = ws->in;

    if (ws->closing) {
        return NGX_OK;
    }

    data.data = p;
    data.len = len;

    if (in->frame.compressed) {

        error = ngx_print_websocket_inflate(ws, p, len, complete);

        if (error) {
            ngx_print_websocket_free(&in->message);
            ngx_print_websocket_invalid(ws, error);
            return NGX_OK;
        }

        if (!complete) {
            return NGX_OK;
        }

        data.data = in->message.data;
        data.len = in->message.len;

    } else if (!complete || in->message.len) {

        if (ngx_print_websocket_append(ws, &in->message, p, len) != NGX_OK) {
            return NGX_ERROR;
        }

        if (!complete) {
            return NGX_OK;
        }

        data.data = in->message.data;
        data.len = in->message.len;
    }

    ws->handlers->message(ws, &data, in->frame.type == NGX_PRINT_WS_BINARY);

    ngx_print_websocket_free(&in->message);

    return ws->connection->error ? NGX_ERROR : NGX_OK;
}


/*
 * Handles a part of a control frame (RFC 6455, section 5.5).  A connection that
 * is closing ignores all of them but Close.
 */

static ngx_int_t
ngx_print_websocket_control(ngx_print_websocket_t *ws, u_char *p, size_t len,
    ngx_uint_t complete)
{
    ngx_print_websocket_in_t  *in;

    in = ws->in;

    if (!complete || in->control.len) {

        if (ngx_print_websocket_append(ws, &in->control, p, len) != NGX_OK) {
            return NGX_ERROR;
        }

        if (!complete) {
            return NGX_OK;
        }

        p = in->control.data;
        len = in->control.len;
    }

    if (ws->closing) {
        ngx_print_websocket_free(&in->control);
        return in->frame.opcode == NGX_PRINT_WS_CLOSE ? NGX_DONE : NGX_OK;
    }

    switch (in->frame.opcode) {

    case NGX_PRINT_WS_PING:
        ngx_print_websocket_frame(ws, NGX_PRINT_WS_PONG, p, len);
        break;

    case NGX_PRINT_WS_CLOSE:
        ngx_print_websocket_peer_close(ws, p, len);
        break;

    default: /* NGX_PRINT_WS_PONG */
        break;
    }

    ngx_print_websocket_free(&in->control);

    return NGX_OK;
}
