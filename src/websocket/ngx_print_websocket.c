
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_ws_frame.h"
#include "ngx_print_websocket.h"


#define NGX_PRINT_WEBSOCKET_READ           65536
#define NGX_PRINT_WEBSOCKET_READ_SMALL     4096
#define NGX_PRINT_WEBSOCKET_TURN           4        /* reads of one event */
#define NGX_PRINT_WEBSOCKET_CLOSE_TIMEOUT  2000     /* ms, for the peer's FIN */
#define NGX_PRINT_WEBSOCKET_BUF_MIN        1024
#define NGX_PRINT_WEBSOCKET_LOST           64       /* of a turn of the loop */


static ngx_int_t ngx_print_websocket_read(ngx_print_websocket_t *ws);
static ngx_int_t ngx_print_websocket_frames(ngx_print_websocket_t *ws,
    u_char *p, u_char *last);
static ngx_int_t ngx_print_websocket_keep_in(ngx_print_websocket_t *ws);
static ngx_int_t ngx_print_websocket_data(ngx_print_websocket_t *ws,
    u_char *p, size_t len, ngx_uint_t complete);
static ngx_int_t ngx_print_websocket_control(ngx_print_websocket_t *ws,
    u_char *p, size_t len, ngx_uint_t complete);
static void ngx_print_websocket_peer_close(ngx_print_websocket_t *ws,
    u_char *p, size_t len);
static void ngx_print_websocket_invalid(ngx_print_websocket_t *ws,
    const ngx_print_ws_error_t *error);
static void ngx_print_websocket_lose(ngx_print_websocket_t *ws,
    ngx_uint_t broken);
static void ngx_print_websocket_lost_handler(ngx_event_t *ev);
static void ngx_print_websocket_end(ngx_print_websocket_t *ws,
    ngx_uint_t failed);
static void ngx_print_websocket_shut(ngx_print_websocket_t *ws);


/* of one read at a time, by any connection: nothing stays in them */

static u_char                    ngx_print_websocket_bytes[
                                                   NGX_PRINT_WEBSOCKET_READ];
static ngx_print_websocket_in_t  ngx_print_websocket_fresh;

/* read events of those lost, and the event that has some of them handled */
static ngx_queue_t               ngx_print_websocket_lost;
static ngx_event_t               ngx_print_websocket_lost_event;


void
ngx_print_websocket_read_handler(ngx_event_t *rev)
{
    ngx_connection_t       *c;
    ngx_print_websocket_t  *ws;

    c = rev->data;
    ws = c->data;

    if (c->error
        || (ws->shut && ws->echoed && ngx_print_websocket_tls(c)))
    {
        goto close;
    }

    if (c->close) {

        /* once, to all idle connections at the same time: no reason to go */

        c->close = 0;

        if (!ws->closing) {
            ws->handlers->shutdown(ws);
        }

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


/*
 * Reads a bounded part of what is there: many small frames take much more time
 * than one large, so where none is under way the reads are small too.
 * NGX_OK, NGX_ERROR: the connection is to be closed.
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
            /* a few bytes may have become a thousand times as many */
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


/* between two messages nothing is to be kept */

static ngx_int_t
ngx_print_websocket_keep_in(ngx_print_websocket_t *ws)
{
    ngx_int_t                  rc;
    ngx_print_websocket_in_t  *in, *kept;

    rc = NGX_OK;
    in = ws->in;
    kept = NULL;

    if (in->payload || in->control.data || in->message.data
        || !ngx_print_ws_frame_is_between(&in->frame))
    {
        if (in != &ngx_print_websocket_fresh) {
            return NGX_OK;
        }

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

    if (in != &ngx_print_websocket_fresh) {
        ngx_free(in);

    } else {
        ngx_memzero(in, sizeof(ngx_print_websocket_in_t));
    }

    ws->in = kept;

    return rc;
}


/*
 * After a violation the rest of the input means nothing.
 * NGX_OK, NGX_ERROR, NGX_DONE: both sides have closed.
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


/* a message that is whole where it was read is not copied */

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


/* the frame is echoed whole, its reason included */

static void
ngx_print_websocket_peer_close(ngx_print_websocket_t *ws, u_char *p,
    size_t len)
{
    ngx_uint_t                   code;
    const ngx_print_ws_error_t  *error;

    if (ngx_print_ws_frame_close(p, len, &code, &error) != NGX_OK) {
        ngx_print_websocket_invalid(ws, error);
        return;
    }

    ngx_print_websocket_frame(ws, NGX_PRINT_WS_CLOSE, p, len);

    ws->echoed = 1;

    ngx_print_websocket_end(ws, 0);
    ngx_print_websocket_shut(ws);
}


static void
ngx_print_websocket_invalid(ngx_print_websocket_t *ws,
    const ngx_print_ws_error_t *error)
{
    u_char  code[2];

    ws->failed = 1;

    if (ws->closing) {
        return;
    }

    ngx_log_error(NGX_LOG_INFO, ws->connection->log, 0,
                  "print websocket: client sent an invalid frame: %V",
                  &error->text);

    ngx_print_websocket_end(ws, 1);

    code[0] = (u_char) (error->code >> 8);
    code[1] = (u_char) error->code;

    ngx_print_websocket_frame(ws, NGX_PRINT_WS_CLOSE, code, sizeof(code));
    ngx_print_websocket_shut(ws);
}


/*
 * To close a socket takes the kernel long.  If thousands are lost at once, what
 * others have asked for meanwhile is to be seen between them.
 */

static void
ngx_print_websocket_lose(ngx_print_websocket_t *ws, ngx_uint_t broken)
{
    ngx_event_t  *ev;

    ws->lost = 1;
    ws->broken = broken;

    ev = &ngx_print_websocket_lost_event;

    if (ev->handler == NULL) {
        ngx_queue_init(&ngx_print_websocket_lost);

        ev->handler = ngx_print_websocket_lost_handler;
        ev->log = ngx_cycle->log;
    }

    ngx_post_event(ws->connection->read, &ngx_print_websocket_lost);
    ngx_post_event(ev, &ngx_posted_next_events);
}


static void
ngx_print_websocket_lost_handler(ngx_event_t *ev)
{
    ngx_uint_t    n;
    ngx_queue_t  *q;
    ngx_event_t  *rev;

    for (n = 0; n < NGX_PRINT_WEBSOCKET_LOST; n++) {

        if (ngx_queue_empty(&ngx_print_websocket_lost)) {
            return;
        }

        q = ngx_queue_head(&ngx_print_websocket_lost);
        rev = ngx_queue_data(q, ngx_event_t, queue);

        ngx_delete_posted_event(rev);

        rev->handler(rev);
    }

    ngx_post_event(ev, &ngx_posted_next_events);
}


/* for the handlers the connection is over */

static void
ngx_print_websocket_end(ngx_print_websocket_t *ws, ngx_uint_t failed)
{
    if (!ws->closing) {
        ws->closing = 1;
        ws->handlers->close(ws, failed);
    }
}


void
ngx_print_websocket_close(ngx_print_websocket_t *ws, ngx_uint_t code)
{
    u_char  buf[2];

    if (ws->closing) {
        return;
    }

    ws->closing = 1;

    buf[0] = (u_char) (code >> 8);
    buf[1] = (u_char) code;

    ngx_print_websocket_frame(ws, NGX_PRINT_WS_CLOSE, buf,
                              code ? sizeof(buf) : 0);
    ngx_print_websocket_shut(ws);
}


/*
 * The Close frame is written, or waits to be.  The peer has some time to say
 * the same and to close: if we did so first, what it still sends could turn
 * our last bytes into a reset.
 */

static void
ngx_print_websocket_shut(ngx_print_websocket_t *ws)
{
    ngx_print_websocket_uncork(ws);

    if (ws->connection->error) {
        return;
    }

    ngx_add_timer(ws->connection->read, NGX_PRINT_WEBSOCKET_CLOSE_TIMEOUT);

    if (ngx_print_websocket_pending(ws) != NGX_OK) {
        ngx_print_websocket_fail(ws);
    }
}


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


/* grows by doubling: an announced length alone costs no memory */

ngx_int_t
ngx_print_websocket_reserve(ngx_print_websocket_t *ws,
    ngx_print_websocket_buf_t *b, size_t len)
{
    u_char  *data;
    size_t   size;

    if (b->len + len > b->size) {

        size = ngx_max(2 * b->size, b->len + len);
        size = ngx_max(size, NGX_PRINT_WEBSOCKET_BUF_MIN);

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


/* the connection's memory is freed */

void
ngx_print_websocket_cleanup(void *data)
{
    ngx_print_websocket_t *ws = data;

    ws->connection->error = 1;

    ngx_print_websocket_end(ws, 1);

    if (ws->in) {
        ngx_print_websocket_free(&ws->in->message);
        ngx_print_websocket_free(&ws->in->control);
        ngx_free(ws->in);
    }

    ngx_print_websocket_free_out(ws);

    if (ws->deflate) {
        ngx_print_ws_deflate_free(ws->deflate);
    }
}
