
/*
 * Copyright (C) the print hub contributors
 */


/* The end of a WebSocket connection: closed by a side, failed, or lost. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_ws_frame.h"
#include "ngx_print_websocket.h"
#include "ngx_print_websocket_deflate.h"
#include "ngx_print_websocket_out.h"
#include "ngx_print_websocket_close.h"


#define NGX_PRINT_WEBSOCKET_LOST  64    /* closed in one turn */


static void ngx_print_websocket_lost_handler(ngx_event_t *ev);
static void ngx_print_websocket_abort(ngx_print_websocket_t *ws,
    ngx_uint_t code);
static void ngx_print_websocket_shut(ngx_print_websocket_t *ws);


/*
 * The queue of read events of connections whose peer is gone, and the event
 * that handles some of them in each turn of the event loop.
 */

static ngx_queue_t  ngx_print_websocket_lost;
static ngx_event_t  ngx_print_websocket_lost_event;


/* Echoes the whole payload: the code and the reason. */

void
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


void
ngx_print_websocket_invalid(ngx_print_websocket_t *ws,
    const ngx_print_ws_error_t *error)
{
    ws->failed = 1;

    if (ws->closing) {
        return;
    }

    ngx_log_error(NGX_LOG_INFO, ws->connection->log, 0,
                  "print hub: websocket: client sent an invalid frame: %V, "
                  "closing connection", &error->text);

    ngx_print_websocket_abort(ws, error->code);
}


/* The rest of the input is ignored, so that nothing is held any more. */

void
ngx_print_websocket_evict(ngx_print_budget_holder_t *holder)
{
    ngx_print_websocket_t  *ws;

    ws = holder->data;

    ngx_print_websocket_forget(ws);

    ws->failed = 1;

    if (!ws->closing) {
        ngx_print_websocket_abort(ws, NGX_PRINT_WS_CODE_TRY_LATER);
    }
}


void
ngx_print_websocket_forget(ngx_print_websocket_t *ws)
{
    if (ws->in) {
        ngx_print_budget_hold(&ws->in->holder, 0);

        ngx_print_websocket_free(&ws->in->message);
        ngx_print_websocket_free(&ws->in->control);

        ngx_free(ws->in);
        ws->in = NULL;
    }
}


static void
ngx_print_websocket_abort(ngx_print_websocket_t *ws, ngx_uint_t code)
{
    u_char  buf[2];

    ngx_print_websocket_end(ws, 1);

    buf[0] = (u_char) (code >> 8);
    buf[1] = (u_char) code;

    ngx_print_websocket_frame(ws, NGX_PRINT_WS_CLOSE, buf, sizeof(buf));
    ngx_print_websocket_shut(ws);
}


/*
 * Closing a socket is slow.  When thousands are lost at once, a few of them are
 * closed in each turn of the event loop, so that other connections are served
 * in between.
 */

void
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


void
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
 * Called when the Close frame was written or waits to be written.  The peer
 * gets some time to send its own frame and to close the connection (RFC 6455,
 * section 7.1.1).  If the server closed it first, the kernel would answer later
 * bytes of the peer with a reset, and the peer could lose the last frames.
 */

static void
ngx_print_websocket_shut(ngx_print_websocket_t *ws)
{
    ngx_print_websocket_uncork(ws);

    if (ws->connection->error) {
        return;
    }

    if (ws->taken) {
        ngx_print_websocket_limit(ws);
    }

    if (ngx_print_websocket_pending(ws) != NGX_OK) {
        ngx_print_websocket_fail(ws);
    }
}


/* Until the takeover the timer of the read event is that of the takeover. */

void
ngx_print_websocket_limit(ngx_print_websocket_t *ws)
{
    ngx_add_timer(ws->connection->read, NGX_PRINT_CLOSE_TIMEOUT);
}


void
ngx_print_websocket_cleanup(void *data)
{
    ngx_print_websocket_t *ws = data;

    ws->connection->error = 1;

    ngx_print_websocket_end(ws, 1);

    ngx_print_websocket_forget(ws);
    ngx_print_websocket_free_out(ws);

    if (ws->deflate) {
        ngx_print_websocket_deflate_free(ws);
    }
}
