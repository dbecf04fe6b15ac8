
/*
 * Copyright (C) the print hub contributors
 */


/* A WebSocket that goes from one process to another. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_bytes.h"
#include "ngx_print_ws_frame.h"
#include "ngx_print_websocket.h"
#include "ngx_print_websocket_deflate.h"
#include "ngx_print_websocket_out.h"
#include "ngx_print_websocket_close.h"
#include "ngx_print_websocket_in.h"
#include "ngx_print_websocket_move.h"


/* bits of an exported state */
#define NGX_PRINT_WEBSOCKET_HAS_IN         0x01
#define NGX_PRINT_WEBSOCKET_HAS_PAYLOAD    0x02
#define NGX_PRINT_WEBSOCKET_HAS_DEFLATE    0x04
#define NGX_PRINT_WEBSOCKET_SERVER_FRESH   0x08
#define NGX_PRINT_WEBSOCKET_CLIENT_FRESH   0x10

/*
 * The state begins with these bytes: flags; the reader; the lengths of message,
 * control frame and output; the bits of both windows and their lengths.
 */
#define NGX_PRINT_WEBSOCKET_HEAD                                              \
    (1 + NGX_PRINT_WS_FRAME_STATE + 3 * 4 + 2 + 2 * 4)


/*
 * nginx counts its open connections if it was built with stub_status, which a
 * module does not know: then this is not NULL, and its close counts down.
 */
extern ngx_atomic_t  *ngx_stat_active __attribute__((weak));


/* the lengths of what follows the head */
typedef struct {
    size_t    message;
    size_t    control;
    size_t    out;
    size_t    windows[2];
} ngx_print_websocket_parts_t;


static ngx_uint_t ngx_print_websocket_is_inflating(ngx_print_websocket_t *ws);
static ngx_int_t ngx_print_websocket_import_in(ngx_print_websocket_t *ws,
    ngx_print_ws_frame_t *frame, ngx_uint_t payload);
static ngx_int_t ngx_print_websocket_import_parts(ngx_print_websocket_t *ws,
    ngx_print_websocket_parts_t *n, const u_char *p);
static void ngx_print_websocket_frozen_read(ngx_event_t *rev);
static void ngx_print_websocket_frozen_write(ngx_event_t *wev);


ngx_print_websocket_t *
ngx_print_websocket_make(ngx_connection_t *c, size_t size,
    const ngx_print_websocket_handlers_t *handlers, uint32_t max)
{
    ngx_pool_cleanup_t     *cln;
    ngx_print_websocket_t  *ws;

    cln = ngx_pool_cleanup_add(c->pool, size);
    if (cln == NULL) {
        return NULL;
    }

    ws = cln->data;
    ngx_memzero(ws, size);

    ws->handlers = handlers;
    ws->connection = c;
    ws->max = max;

    cln->handler = ngx_print_websocket_cleanup;

    return ws;
}


ngx_int_t
ngx_print_websocket_movable(ngx_print_websocket_t *ws)
{
    ngx_connection_t  *c;

    c = ws->connection;

    if (c->error || ws->closing || ws->failed || ws->lost) {
        return NGX_DECLINED;
    }

    /* what TLS has buffered is sent by this process, whoever has the session */

    if (!ws->taken || ws->corked || c->read->timer_set
        || (c->buffered && !ngx_print_websocket_tls(c))
        || ngx_print_websocket_is_inflating(ws))
    {
        return NGX_AGAIN;
    }

#if (NGX_HTTP_SSL)

    /* TLS that writes because it reads, or the reverse, has set handlers */

    if (c->ssl
        && (c->ssl->saved_read_handler || c->ssl->saved_write_handler))
    {
        return NGX_AGAIN;
    }

#endif

    return NGX_OK;
}


/* zlib does not tell its state within a message. */

static ngx_uint_t
ngx_print_websocket_is_inflating(ngx_print_websocket_t *ws)
{
    ngx_print_ws_frame_t  *f;

    if (ws->in == NULL) {
        return 0;
    }

    f = &ws->in->frame;

    return f->compressed && f->type && !f->ended
           && (f->message || f->received || ws->in->message.data);
}


size_t
ngx_print_websocket_size(ngx_print_websocket_t *ws)
{
    size_t  size;

    size = NGX_PRINT_WEBSOCKET_HEAD + ngx_print_websocket_waiting(ws);

    if (ws->in) {
        size += ws->in->message.len + ws->in->control.len;
    }

    if (ws->deflate) {
        size += (ws->deflate->codec.in ? NGX_PRINT_WS_DEFLATE_WINDOW : 0)
                + (ws->deflate->codec.out ? NGX_PRINT_WS_DEFLATE_WINDOW : 0);
    }

    return size;
}


u_char *
ngx_print_websocket_export(ngx_print_websocket_t *ws, u_char *p)
{
    u_char                         *head;
    ngx_uint_t                      flags;
    ngx_print_ws_frame_t            none;
    ngx_print_websocket_in_t       *in;
    ngx_print_websocket_parts_t     n;
    ngx_print_ws_deflate_params_t  *params;

    ngx_memzero(&n, sizeof(ngx_print_websocket_parts_t));
    ngx_memzero(&none, sizeof(ngx_print_ws_frame_t));

    in = ws->in;
    params = ws->deflate ? &ws->deflate->codec.params : NULL;
    flags = 0;

    head = p;
    p += NGX_PRINT_WEBSOCKET_HEAD;

    if (in) {
        flags |= NGX_PRINT_WEBSOCKET_HAS_IN
                 | (in->payload ? NGX_PRINT_WEBSOCKET_HAS_PAYLOAD : 0);

        n.message = in->message.len;
        n.control = in->control.len;

        p = n.message ? ngx_cpymem(p, in->message.data, n.message) : p;
        p = n.control ? ngx_cpymem(p, in->control.data, n.control) : p;
    }

    n.out = ngx_print_websocket_waiting(ws);

    if (n.out) {
        p = ngx_cpymem(p, ws->out->frames.data + ws->out->sent, n.out);
    }

    if (params) {
        flags |= NGX_PRINT_WEBSOCKET_HAS_DEFLATE
                 | (params->server_fresh ? NGX_PRINT_WEBSOCKET_SERVER_FRESH : 0)
                 | (params->client_fresh ? NGX_PRINT_WEBSOCKET_CLIENT_FRESH
                                         : 0);

        n.windows[0] = ngx_print_ws_deflate_window(&ws->deflate->codec, 0, p);
        p += n.windows[0];
        n.windows[1] = ngx_print_ws_deflate_window(&ws->deflate->codec, 1, p);
        p += n.windows[1];
    }

    *head++ = (u_char) flags;
    head = ngx_print_ws_frame_export(in ? &in->frame : &none, head);
    head = ngx_print_bytes_put(head, n.message, 4);
    head = ngx_print_bytes_put(head, n.control, 4);
    head = ngx_print_bytes_put(head, n.out, 4);
    head = ngx_print_bytes_put(head, params ? params->server_bits : 0, 1);
    head = ngx_print_bytes_put(head, params ? params->client_bits : 0, 1);
    head = ngx_print_bytes_put(head, n.windows[0], 4);
    (void) ngx_print_bytes_put(head, n.windows[1], 4);

    return p;
}


ngx_int_t
ngx_print_websocket_import(ngx_print_websocket_t *ws, const u_char *p,
    const u_char *last, uint32_t threshold)
{
    ngx_int_t                       rc;
    ngx_uint_t                      flags, server_bits, client_bits;
    ngx_print_ws_frame_t            frame;
    ngx_print_websocket_parts_t     n;
    ngx_print_ws_deflate_params_t  *params;

    if (last - p < NGX_PRINT_WEBSOCKET_HEAD) {
        return NGX_DECLINED;
    }

    ngx_memzero(&frame, sizeof(ngx_print_ws_frame_t));

    flags = *p++;
    rc = ngx_print_ws_frame_import(&frame, p);
    p += NGX_PRINT_WS_FRAME_STATE;

    n.message = ngx_print_bytes_get(&p, 4);
    n.control = ngx_print_bytes_get(&p, 4);
    n.out = ngx_print_bytes_get(&p, 4);
    server_bits = ngx_print_bytes_get(&p, 1);
    client_bits = ngx_print_bytes_get(&p, 1);
    n.windows[0] = ngx_print_bytes_get(&p, 4);
    n.windows[1] = ngx_print_bytes_get(&p, 4);

    if (rc != NGX_OK
        || (size_t) (last - p) != n.message + n.control + n.out
                                  + n.windows[0] + n.windows[1]
        || n.message > NGX_MAX_INT32_VALUE
        || n.control > NGX_PRINT_WS_MAX_CONTROL
        || (!(flags & NGX_PRINT_WEBSOCKET_HAS_IN)
            && (n.message || n.control))
        || (!(flags & NGX_PRINT_WEBSOCKET_HAS_DEFLATE)
            && (n.windows[0] || n.windows[1])))
    {
        return NGX_DECLINED;
    }

    if (flags & NGX_PRINT_WEBSOCKET_HAS_DEFLATE) {

        if (server_bits < NGX_PRINT_WS_DEFLATE_MIN_BITS
            || server_bits > NGX_PRINT_WS_DEFLATE_MAX_BITS
            || client_bits < 8 || client_bits > NGX_PRINT_WS_DEFLATE_MAX_BITS)
        {
            return NGX_DECLINED;
        }

        ws->deflate = ngx_pcalloc(ws->connection->pool,
                                  sizeof(ngx_print_websocket_deflate_t));
        if (ws->deflate == NULL) {
            return NGX_ERROR;
        }

        params = &ws->deflate->codec.params;

        params->server_bits = server_bits;
        params->client_bits = client_bits;
        params->server_fresh = !!(flags & NGX_PRINT_WEBSOCKET_SERVER_FRESH);
        params->client_fresh = !!(flags & NGX_PRINT_WEBSOCKET_CLIENT_FRESH);

        ws->threshold = threshold;
    }

    /* a limit that is lower now is that of the next message */

    ws->max = ngx_max(ws->max, n.message);

    if ((flags & NGX_PRINT_WEBSOCKET_HAS_IN)
        && ngx_print_websocket_import_in(ws, &frame,
                                      flags & NGX_PRINT_WEBSOCKET_HAS_PAYLOAD)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_print_websocket_import_parts(ws, &n, p);
}


static ngx_int_t
ngx_print_websocket_import_in(ngx_print_websocket_t *ws,
    ngx_print_ws_frame_t *frame, ngx_uint_t payload)
{
    ngx_print_websocket_in_t  *in;

    in = ngx_calloc(sizeof(ngx_print_websocket_in_t), ws->connection->log);
    if (in == NULL) {
        return NGX_ERROR;
    }

    in->frame = *frame;
    in->frame.deflate = (ws->deflate != NULL);
    in->payload = payload ? 1 : 0;

    in->holder.close = ngx_print_websocket_evict;
    in->holder.data = ws;
    in->holder.connection = ws->connection;

    ws->in = in;

    return NGX_OK;
}


static ngx_int_t
ngx_print_websocket_import_parts(ngx_print_websocket_t *ws,
    ngx_print_websocket_parts_t *n, const u_char *p)
{
    u_char      *bytes;
    ngx_uint_t   i;

    bytes = (u_char *) p;

    if (n->message
        && ngx_print_websocket_append(ws, &ws->in->message, bytes, n->message)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    bytes += n->message;

    if (n->control
        && ngx_print_websocket_append(ws, &ws->in->control, bytes, n->control)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    bytes += n->control;

    if (n->out) {

        if (ngx_print_websocket_keep_out(ws, bytes, n->out) != NGX_OK) {
            return NGX_ERROR;
        }

        ws->blocked = 1;
    }

    bytes += n->out;

    for (i = 0; i < 2; i++) {

        if (n->windows[i]
            && ngx_print_ws_deflate_restore(&ws->deflate->codec, i, bytes,
                                            n->windows[i])
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        bytes += n->windows[i];
    }

    return NGX_OK;
}


/*
 * The events are deleted explicitly: nginx's own close relies on close(), which
 * ends them only with the last descriptor of the socket, and another process
 * has one.
 */

void
ngx_print_websocket_freeze(ngx_print_websocket_t *ws)
{
    ngx_connection_t  *c;

    c = ws->connection;

    if (ngx_del_conn) {
        ngx_del_conn(c, 0);

    } else {

        if (c->read->active || c->read->disabled) {
            (void) ngx_del_event(c->read, NGX_READ_EVENT, 0);
        }

        if (c->write->active || c->write->disabled) {
            (void) ngx_del_event(c->write, NGX_WRITE_EVENT, 0);
        }
    }

    if (c->read->posted) {
        ngx_delete_posted_event(c->read);
    }

    if (c->write->posted) {
        ngx_delete_posted_event(c->write);
    }

    c->read->handler = ngx_print_websocket_frozen_read;
    c->write->handler = ngx_print_websocket_frozen_write;
    c->idle = 0;

    if (ws->in) {
        /* nobody may close it because of its memory now */
        ngx_print_budget_hold(&ws->in->holder, 0);
    }
}


/* nginx calls it when the time of worker_shutdown_timeout is over. */

static void
ngx_print_websocket_frozen_read(ngx_event_t *rev)
{
    ngx_connection_t       *c;
    ngx_print_websocket_t  *ws;

    c = rev->data;
    ws = c->data;

    if (c->error) {
        c->timedout = 1;
        ws->handlers->cut(ws);
    }
}


static void
ngx_print_websocket_frozen_write(ngx_event_t *wev)
{
    /* void */
}


/* The kernel tells again of what has arrived: an event is not missed. */

void
ngx_print_websocket_go_on(ngx_print_websocket_t *ws)
{
    ngx_connection_t  *c;

    c = ws->connection;

    ws->taken = 1;

    c->data = ws;
    c->idle = 1;
    c->log->action = "serving websocket";

    c->read->handler = ngx_print_websocket_read_handler;
    c->write->handler = ngx_print_websocket_write_handler;

    c->read->ready = 0;
    c->write->ready = !ws->blocked;

    if (ws->in) {
        ngx_print_budget_hold(&ws->in->holder,
                              sizeof(ngx_print_websocket_in_t)
                              + ws->in->message.size + ws->in->control.size);
    }

    if (ngx_handle_read_event(c->read, 0) != NGX_OK
        || (ws->blocked && ngx_handle_write_event(c->write, 0) != NGX_OK))
    {
        ngx_print_websocket_fail(ws);
    }

    if (ngx_print_websocket_tls(c)) {
        /* the kernel does not know of what TLS has read */
        c->read->ready = 1;
        ngx_post_event(c->read, &ngx_posted_events);
    }
}


void
ngx_print_websocket_leave(ngx_print_websocket_t *ws)
{
    ws->closing = 1;

    ngx_print_websocket_forget(ws);
    ngx_print_websocket_free_out(ws);

    if (ws->deflate) {
        ngx_print_websocket_deflate_free(ws);
        ws->deflate = NULL;
    }
}


void
ngx_print_websocket_drop(ngx_print_websocket_t *ws)
{
    ws->closing = 1;

    ngx_http_close_connection(ws->connection);
}


/* Other descriptors of the socket may wait in the queue of the workers. */

void
ngx_print_websocket_cut(ngx_print_websocket_t *ws)
{
    (void) ngx_shutdown_socket(ws->connection->fd, SHUT_RDWR);

    ngx_print_websocket_drop(ws);
}


void
ngx_print_websocket_count(ngx_int_t n)
{
    if (&ngx_stat_active) {
        (void) ngx_atomic_fetch_add(ngx_stat_active, n);
    }
}
