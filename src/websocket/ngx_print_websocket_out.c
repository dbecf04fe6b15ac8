
/*
 * Copyright (C) the print hub contributors
 */


/* The output of a WebSocket connection: what it sends, and what waits. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_ws_frame.h"
#include "ngx_print_websocket.h"
#include "ngx_print_websocket_deflate.h"
#include "ngx_print_websocket_out.h"


#define NGX_PRINT_WEBSOCKET_PENDING  65536    /* bytes that may wait */
#define NGX_PRINT_WEBSOCKET_GATHER   4096


static void ngx_print_websocket_data_frame(ngx_print_websocket_t *ws,
    ngx_uint_t opcode, ngx_str_t *payload);
static ngx_int_t ngx_print_websocket_flush(ngx_print_websocket_t *ws);


/* The frames that a connection writes while its input is handled. */

static u_char  ngx_print_websocket_gather[NGX_PRINT_WEBSOCKET_GATHER];
static size_t  ngx_print_websocket_gathered;


void
ngx_print_websocket_write_handler(ngx_event_t *wev)
{
    ngx_connection_t       *c;
    ngx_print_websocket_t  *ws;

    c = wev->data;
    ws = c->data;

    if (c->error || ngx_print_websocket_flush(ws) != NGX_OK) {
        ngx_http_close_connection(c);
    }
}


void
ngx_print_websocket_uncork(ngx_print_websocket_t *ws)
{
    size_t  len;

    if (!ws->corked) {
        return;
    }

    ws->corked = 0;

    len = ngx_print_websocket_gathered;
    ngx_print_websocket_gathered = 0;

    if (len) {
        ngx_print_websocket_write(ws, ngx_print_websocket_gather, len);
    }
}


void
ngx_print_websocket_frame(ngx_print_websocket_t *ws, ngx_uint_t opcode,
    u_char *p, size_t len)
{
    u_char  *last, buf[NGX_PRINT_WS_MAX_HEADER + NGX_PRINT_WS_MAX_CONTROL];

    if (ngx_print_websocket_waiting(ws) > NGX_PRINT_WEBSOCKET_PENDING) {
        return;
    }

    last = ngx_print_ws_frame_write(buf, opcode, len);

    if (len) {
        last = ngx_cpymem(last, p, len);
    }

    ngx_print_websocket_write(ws, buf, last - buf);
}


void
ngx_print_websocket_send(ngx_print_websocket_t *ws, ngx_uint_t opcode,
    ngx_str_t *data)
{
    ngx_str_t  deflated;

    if (ws->deflate && data->len >= ws->threshold
        && ngx_print_websocket_deflate(ws, data, &deflated) == NGX_OK)
    {
        ngx_print_websocket_data_frame(ws, opcode|NGX_PRINT_WS_COMPRESSED,
                                       &deflated);
        ngx_free(deflated.data);
        return;
    }

    ngx_print_websocket_data_frame(ws, opcode, data);
}


static void
ngx_print_websocket_data_frame(ngx_print_websocket_t *ws, ngx_uint_t opcode,
    ngx_str_t *payload)
{
    u_char  *last, header[NGX_PRINT_WS_MAX_HEADER];

    last = ngx_print_ws_frame_write(header, opcode, payload->len);

    ngx_print_websocket_write(ws, header, last - header);
    ngx_print_websocket_write(ws, payload->data, payload->len);
}


/*
 * The callers still use ws, so an error must not close the connection here: the
 * connection's own event does that.
 */

void
ngx_print_websocket_write(ngx_print_websocket_t *ws, u_char *p, size_t len)
{
    u_char            *last;
    ngx_connection_t  *c;

    c = ws->connection;
    last = p + len;

    if (c->error) {
        return;
    }

    if (ws->corked) {

        if (len <= NGX_PRINT_WEBSOCKET_GATHER - ngx_print_websocket_gathered) {
            ngx_memcpy(ngx_print_websocket_gather
                       + ngx_print_websocket_gathered, p, len);
            ngx_print_websocket_gathered += len;
            return;
        }

        ngx_print_websocket_uncork(ws);
        ws->corked = 1;
    }

    if (!ws->blocked && c->write->ready
        && ngx_print_websocket_push(c, &p, last) != NGX_OK)
    {
        ngx_print_websocket_fail(ws);
        return;
    }

    if ((p < last && ngx_print_websocket_keep_out(ws, p, last - p) != NGX_OK)
        || ngx_print_websocket_pending(ws) != NGX_OK)
    {
        ngx_print_websocket_fail(ws);
    }
}


static ngx_int_t
ngx_print_websocket_flush(ngx_print_websocket_t *ws)
{
    u_char                     *p, *last;
    ngx_print_websocket_out_t  *out;

    out = ws->out;
    p = out ? out->frames.data + out->sent : NULL;
    last = out ? out->frames.data + out->frames.len : NULL;

    if (ngx_print_websocket_push(ws->connection, &p, last) != NGX_OK) {
        return NGX_ERROR;
    }

    if (out) {
        out->sent = p - out->frames.data;

        if (p == last) {
            ngx_print_websocket_free_out(ws);
        }
    }

    return ngx_print_websocket_pending(ws);
}


ngx_int_t
ngx_print_websocket_push(ngx_connection_t *c, u_char **pos, u_char *last)
{
    ssize_t       n;
    ngx_buf_t     b;
    ngx_chain_t   cl, *in;

    if (*pos < last && !c->buffered && !ngx_print_websocket_tls(c)) {

        n = c->send(c, *pos, last - *pos);

        if (n > 0) {
            *pos += n;
        }

        return n == NGX_ERROR ? NGX_ERROR : NGX_OK;
    }

    ngx_memzero(&b, sizeof(ngx_buf_t));

    b.pos = *pos;
    b.last = last;
    b.temporary = 1;
    b.flush = 1;

    cl.buf = &b;
    cl.next = NULL;

    in = (*pos < last) ? &cl : NULL;

    if ((in || c->buffered)
        && c->send_chain(c, in, 0) == NGX_CHAIN_ERROR)
    {
        return NGX_ERROR;
    }

    *pos = b.pos;

    return NGX_OK;
}


ngx_int_t
ngx_print_websocket_pending(ngx_print_websocket_t *ws)
{
    ngx_uint_t         blocked;
    ngx_connection_t  *c;

    c = ws->connection;

    blocked = (ws->out || c->buffered);

    if (blocked != ws->blocked) {
        ws->blocked = blocked;

        if (!ws->closing) {
            ws->handlers->blocked(ws);
        }
    }

    if (ws->blocked) {
        return ngx_handle_write_event(c->write, 0);
    }

#if (NGX_HTTP_SSL)

    if (c->ssl) {
        ngx_ssl_free_buffer(c);
    }

#endif

    if (!ws->closing || ws->shut) {
        return NGX_OK;
    }

    ws->shut = 1;

    if (ngx_print_websocket_whole(ws)) {
        /* the read handler closes the connection, and so ends TLS */
        ngx_post_event(c->read, &ngx_posted_events);
        return NGX_OK;
    }

    if (ngx_shutdown_socket(c->fd, NGX_WRITE_SHUTDOWN) == -1) {
        ngx_connection_error(c, ngx_socket_errno,
                             ngx_shutdown_socket_n " failed");
        return NGX_ERROR;
    }

    return NGX_OK;
}


size_t
ngx_print_websocket_waiting(ngx_print_websocket_t *ws)
{
    return ws->out ? ws->out->frames.len - ws->out->sent : 0;
}


ngx_int_t
ngx_print_websocket_keep_out(ngx_print_websocket_t *ws, u_char *p, size_t len)
{
    if (ws->out == NULL) {
        ws->out = ngx_calloc(sizeof(ngx_print_websocket_out_t),
                             ws->connection->log);
        if (ws->out == NULL) {
            return NGX_ERROR;
        }
    }

    return ngx_print_websocket_append(ws, &ws->out->frames, p, len);
}


void
ngx_print_websocket_free_out(ngx_print_websocket_t *ws)
{
    if (ws->out) {
        ngx_print_websocket_free(&ws->out->frames);
        ngx_free(ws->out);
        ws->out = NULL;
    }
}
