
/*
 * Copyright (C) the print hub contributors
 */


/*
 * WebSockets with TLS whose sessions other workers have: their bytes pass
 * through this worker.
 *
 * There is no more of a connection here than its TLS.  Bytes are read from a
 * side only while the other one takes them, so that at most one read waits in
 * each direction: who does not read slows the other side down.  If the other
 * worker ends its connection, what it has sent goes to the client first, and
 * then the client's connection ends; and the other way around.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_websocket.h"
#include "ngx_print_websocket_out.h"
#include "ngx_print_websocket_move.h"
#include "ngx_print_eio.h"
#include "ngx_print_eio_websocket.h"
#include "ngx_print_eio_pump.h"


#define NGX_PRINT_EIO_PUMP_READ  16384    /* a record of TLS */
#define NGX_PRINT_EIO_PUMP_TURN  8        /* reads of one event */


typedef struct {
    u_char             *data;             /* NULL: nothing waits */
    size_t              len;
    size_t              sent;
} ngx_print_eio_pump_rest_t;


/* It lives in the pool of the client's connection. */
typedef struct {
    ngx_queue_t                 queue;    /* eio->pumps */
    ngx_print_eio_t            *eio;
    ngx_print_ref_t             ref;

    ngx_connection_t           *client;
    ngx_connection_t           *worker;   /* this end; NULL: there is no pair */

    ngx_print_eio_pump_rest_t   up;       /* to the worker */
    ngx_print_eio_pump_rest_t   down;     /* to the client */

    unsigned                    told:1;   /* the session was closed */
    unsigned                    left:1;   /* the client has */
    unsigned                    deaf:1;   /* the worker takes no more */
    unsigned                    ended:1;  /* the worker has */
} ngx_print_eio_pump_t;


static ngx_print_eio_pump_t *ngx_print_eio_pump_of(ngx_connection_t *c);
static ngx_print_eio_pump_t *ngx_print_eio_pump_create(ngx_connection_t *c);
static ngx_connection_t *ngx_print_eio_pump_connection(
    ngx_print_eio_pump_t *pump, ngx_socket_t fd);
static void ngx_print_eio_pump_failed(ngx_log_t *log, ngx_err_t err,
    const char *why);
static void ngx_print_eio_pump_wait_handler(ngx_event_t *ev);
static void ngx_print_eio_pump_handler(ngx_event_t *ev);
static void ngx_print_eio_pump_run(ngx_print_eio_pump_t *pump);
static ngx_int_t ngx_print_eio_pump_up(ngx_print_eio_pump_t *pump);
static ngx_int_t ngx_print_eio_pump_up_some(ngx_print_eio_pump_t *pump,
    u_char *p, size_t len);
static ngx_int_t ngx_print_eio_pump_down(ngx_print_eio_pump_t *pump);
static ngx_int_t ngx_print_eio_pump_down_some(ngx_print_eio_pump_t *pump,
    u_char *p, size_t len);
static ngx_int_t ngx_print_eio_pump_keep(ngx_print_eio_pump_t *pump,
    ngx_print_eio_pump_rest_t *rest, u_char *p, size_t len);
static void ngx_print_eio_pump_forget(ngx_print_eio_pump_rest_t *rest);
static ngx_int_t ngx_print_eio_pump_wait(ngx_print_eio_pump_t *pump);
static void ngx_print_eio_pump_close(ngx_print_eio_pump_t *pump);
static void ngx_print_eio_pump_close_worker(ngx_print_eio_pump_t *pump);
static void ngx_print_eio_pump_cleanup(void *data);


/* All pumps share it: what the other side does not take is copied. */

static u_char  ngx_print_eio_pump_buf[NGX_PRINT_EIO_PUMP_READ];


ngx_socket_t
ngx_print_eio_pump_open(ngx_print_eio_websocket_t *ew)
{
    ngx_uint_t             i;
    ngx_socket_t           s[2];
    ngx_connection_t      *c;
    ngx_print_eio_pump_t  *pump;

    c = ew->ws.connection;

    pump = ngx_print_eio_pump_of(c);

    if (pump == NULL) {
        pump = ngx_print_eio_pump_create(c);
    }

    if (pump == NULL) {
        return (ngx_socket_t) -1;
    }

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) == -1) {
        ngx_print_eio_pump_failed(c->log, ngx_socket_errno,
                                  "socketpair() failed");
        return (ngx_socket_t) -1;
    }

    for (i = 0; i < 2; i++) {
        if (ngx_nonblocking(s[i]) == -1
            || fcntl(s[i], F_SETFD, FD_CLOEXEC) == -1)
        {
            ngx_print_eio_pump_failed(c->log, ngx_socket_errno,
                                      "its flags could not be set");
            goto failed;
        }
    }

    pump->eio = ew->conn.eio;
    pump->ref = ew->conn.ref;
    pump->worker = ngx_print_eio_pump_connection(pump, s[0]);

    if (pump->worker == NULL) {
        goto failed;
    }

    return s[1];

failed:

    (void) ngx_close_socket(s[0]);
    (void) ngx_close_socket(s[1]);

    return (ngx_socket_t) -1;
}


/*
 * A WebSocket has no room for a pointer that only few need: its pump is found
 * by the handler that cleans it up.
 */

static ngx_print_eio_pump_t *
ngx_print_eio_pump_of(ngx_connection_t *c)
{
    ngx_pool_cleanup_t  *cln;

    for (cln = c->pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_print_eio_pump_cleanup) {
            return cln->data;
        }
    }

    return NULL;
}


static ngx_print_eio_pump_t *
ngx_print_eio_pump_create(ngx_connection_t *c)
{
    ngx_pool_cleanup_t    *cln;
    ngx_print_eio_pump_t  *pump;

    cln = ngx_pool_cleanup_add(c->pool, sizeof(ngx_print_eio_pump_t));
    if (cln == NULL) {
        return NULL;
    }

    pump = cln->data;
    ngx_memzero(pump, sizeof(ngx_print_eio_pump_t));

    pump->client = c;

    cln->handler = ngx_print_eio_pump_cleanup;

    return pump;
}


/*
 * Without room nginx would log an alert.  No event is handled before begin():
 * the other end may go to several workers until one of them keeps it.
 */

static ngx_connection_t *
ngx_print_eio_pump_connection(ngx_print_eio_pump_t *pump, ngx_socket_t fd)
{
    ngx_connection_t  *c;

    if (ngx_cycle->free_connection_n == 0) {
        ngx_print_eio_pump_failed(pump->client->log, 0,
                                  "it takes two of the worker_connections");
        return NULL;
    }

    c = ngx_get_connection(fd, pump->client->log);
    if (c == NULL) {
        return NULL;
    }

    c->type = SOCK_STREAM;
    c->data = pump;
    c->log = pump->client->log;
    c->read->log = c->log;
    c->write->log = c->log;
    c->read->handler = ngx_print_eio_pump_wait_handler;
    c->write->handler = ngx_print_eio_pump_wait_handler;

    c->recv = ngx_recv;
    c->send = ngx_send;
    c->log_error = NGX_ERROR_IGNORE_ECONNRESET;
    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);

    return c;
}


/* Thousands may fail for the same reason: the log has one of them. */

static void
ngx_print_eio_pump_failed(ngx_log_t *log, ngx_err_t err, const char *why)
{
    static ngx_uint_t  told;

    if (!told) {
        told = 1;
        ngx_log_error(NGX_LOG_WARN, log, err,
                      "print hub: engineio: a websocket with TLS could not be "
                      "handed over: %s", why);
    }
}


/* nginx calls it when the time of worker_shutdown_timeout is over. */

static void
ngx_print_eio_pump_wait_handler(ngx_event_t *ev)
{
    /* the client's connection is ended in the same way, and this one with it */
}


void
ngx_print_eio_pump_cancel(ngx_print_eio_websocket_t *ew)
{
    ngx_print_eio_pump_t  *pump;

    pump = ngx_print_eio_pump_of(ew->ws.connection);

    if (pump) {
        ngx_print_eio_pump_close_worker(pump);
    }
}


ngx_int_t
ngx_print_eio_pump_begin(ngx_print_eio_websocket_t *ew)
{
    ngx_connection_t      *c, *w;
    ngx_print_eio_pump_t  *pump;

    c = ew->ws.connection;

    pump = ngx_print_eio_pump_of(c);

    if (pump == NULL || pump->worker == NULL) {
        return NGX_DECLINED;
    }

    w = pump->worker;

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, c->log, 0,
                   "print hub: engineio: session %uD:%uD passes through this "
                   "worker, by descriptor %d",
                   pump->ref.index, pump->ref.gen, w->fd);

    ngx_print_websocket_leave(&ew->ws);

    ngx_queue_insert_tail(&pump->eio->pumps, &pump->queue);

    if (pump->eio->npumps++ == 0 && !pump->eio->pump->timer_set) {
        ngx_add_timer(pump->eio->pump, 1);
    }

    /* the other worker counts it, too */
    ngx_print_websocket_count(-1);

    c->data = pump;
    c->log->action = "passing on websocket";

    c->read->handler = ngx_print_eio_pump_handler;
    c->write->handler = ngx_print_eio_pump_handler;
    w->read->handler = ngx_print_eio_pump_handler;
    w->write->handler = ngx_print_eio_pump_handler;

    /* the kernel tells again of what has arrived: no event is missed */

    c->read->ready = 0;
    c->write->ready = !c->buffered;
    w->read->ready = 0;
    w->write->ready = 1;

    if (ngx_print_eio_pump_wait(pump) != NGX_OK) {
        ngx_print_eio_pump_close(pump);
        return NGX_OK;
    }

    /* but it does not know of what TLS has read */

    c->read->ready = 1;
    ngx_post_event(c->read, &ngx_posted_events);

    return NGX_OK;
}


/* The handler of all four events. */

static void
ngx_print_eio_pump_handler(ngx_event_t *ev)
{
    ngx_connection_t      *c;
    ngx_print_eio_pump_t  *pump;

    c = ev->data;
    pump = c->data;

    /* the time of worker_shutdown_timeout, or of a client's end, is over */

    if (c->error || pump->client->write->timedout) {
        pump->client->timedout = 1;
        ngx_print_eio_pump_close(pump);
        return;
    }

    ngx_print_eio_pump_run(pump);
}


static void
ngx_print_eio_pump_run(ngx_print_eio_pump_t *pump)
{
    if (ngx_print_eio_pump_down(pump) != NGX_OK
        || ngx_print_eio_pump_up(pump) != NGX_OK
        || ngx_print_eio_pump_wait(pump) != NGX_OK)
    {
        ngx_print_eio_pump_close(pump);
    }
}


/*
 * up() passes on what the client has sent, down() what the worker has.
 *
 * NGX_OK     the connection goes on
 * NGX_DONE   this side has ended, and the other one has all of it
 * NGX_ERROR  the other side takes no more, or there is no memory
 */

static ngx_int_t
ngx_print_eio_pump_up(ngx_print_eio_pump_t *pump)
{
    ssize_t            n;
    ngx_uint_t         turn;
    ngx_connection_t  *c;

    c = pump->client;

    for (turn = 0; turn < NGX_PRINT_EIO_PUMP_TURN; turn++) {

        if (pump->up.data
            && ngx_print_eio_pump_up_some(pump, NULL, 0) != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (pump->up.data) {
            return NGX_OK;
        }

        /* the end of a worker is seen by down() */

        if (pump->deaf || pump->ended || !c->read->ready) {
            return NGX_OK;
        }

        n = c->recv(c, ngx_print_eio_pump_buf, NGX_PRINT_EIO_PUMP_READ);

        if (n == NGX_AGAIN) {
            return NGX_OK;
        }

        if (n == NGX_ERROR || n == 0) {
            pump->left = 1;
            return NGX_DONE;
        }

        if (ngx_print_eio_pump_up_some(pump, ngx_print_eio_pump_buf, n)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    ngx_post_event(c->read, &ngx_posted_next_events);

    return NGX_OK;
}


/* Sends what waits, or len bytes while nothing waits. */

static ngx_int_t
ngx_print_eio_pump_up_some(ngx_print_eio_pump_t *pump, u_char *p, size_t len)
{
    ssize_t                     n;
    ngx_connection_t           *w;
    ngx_print_eio_pump_rest_t  *rest;

    w = pump->worker;
    rest = &pump->up;

    if (rest->data) {
        p = rest->data + rest->sent;
        len = rest->len - rest->sent;
    }

    n = w->write->ready ? w->send(w, p, len) : NGX_AGAIN;

    if (n == NGX_ERROR) {
        pump->deaf = 1;
        ngx_print_eio_pump_forget(rest);
        return NGX_OK;
    }

    if (n == NGX_AGAIN) {
        n = 0;
    }

    if (rest->data) {
        rest->sent += n;

        if (rest->sent == rest->len) {
            ngx_print_eio_pump_forget(rest);
        }

        return NGX_OK;
    }

    return ngx_print_eio_pump_keep(pump, rest, p + n, len - n);
}


static ngx_int_t
ngx_print_eio_pump_down(ngx_print_eio_pump_t *pump)
{
    ssize_t            n;
    ngx_uint_t         turn;
    ngx_connection_t  *c, *w;

    c = pump->client;
    w = pump->worker;

    for (turn = 0; turn < NGX_PRINT_EIO_PUMP_TURN; turn++) {

        if ((pump->down.data || c->buffered)
            && ngx_print_eio_pump_down_some(pump, NULL, 0) != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (pump->down.data || c->buffered) {

            if (pump->ended && !c->write->timer_set) {
                ngx_add_timer(c->write, NGX_PRINT_CLOSE_TIMEOUT);
            }

            return NGX_OK;
        }

        if (pump->ended) {
            return NGX_DONE;
        }

        if (!w->read->ready) {
            return NGX_OK;
        }

        n = w->recv(w, ngx_print_eio_pump_buf, NGX_PRINT_EIO_PUMP_READ);

        if (n == NGX_AGAIN) {
            return NGX_OK;
        }

        if (n == NGX_ERROR || n == 0) {
            /* it has ended, or was killed */
            pump->ended = 1;
            return NGX_DONE;
        }

        if (ngx_print_eio_pump_down_some(pump, ngx_print_eio_pump_buf, n)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    ngx_post_event(w->read, &ngx_posted_next_events);

    return NGX_OK;
}


/*
 * Sends what waits, or len bytes while nothing waits.  TLS has its own buffer,
 * which is sent first.
 */

static ngx_int_t
ngx_print_eio_pump_down_some(ngx_print_eio_pump_t *pump, u_char *p, size_t len)
{
    u_char                     *last;
    ngx_connection_t           *c;
    ngx_print_eio_pump_rest_t  *rest;

    c = pump->client;
    rest = &pump->down;

    if (rest->data) {
        p = rest->data + rest->sent;
        len = rest->len - rest->sent;
    }

    last = p + len;

    if (c->write->ready && ngx_print_websocket_push(c, &p, last) != NGX_OK) {
        return NGX_ERROR;
    }

#if (NGX_HTTP_SSL)

    if (!c->buffered) {
        ngx_ssl_free_buffer(c);
    }

#endif

    if (rest->data) {
        rest->sent = p - rest->data;

        if (p == last) {
            ngx_print_eio_pump_forget(rest);
        }

        return NGX_OK;
    }

    return ngx_print_eio_pump_keep(pump, rest, p, last - p);
}


static ngx_int_t
ngx_print_eio_pump_keep(ngx_print_eio_pump_t *pump,
    ngx_print_eio_pump_rest_t *rest, u_char *p, size_t len)
{
    if (len == 0) {
        return NGX_OK;
    }

    rest->data = ngx_alloc(len, pump->client->log);
    if (rest->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(rest->data, p, len);

    rest->len = len;
    rest->sent = 0;

    return NGX_OK;
}


static void
ngx_print_eio_pump_forget(ngx_print_eio_pump_rest_t *rest)
{
    if (rest->data) {
        ngx_free(rest->data);
        rest->data = NULL;
    }
}


/*
 * Asks for the events that are missing.  With an event method that reports the
 * level, a side that is not read or written now must not be reported again and
 * again.
 */

static ngx_int_t
ngx_print_eio_pump_wait(ngx_print_eio_pump_t *pump)
{
    ngx_connection_t  *c, *w;

    c = pump->client;
    w = pump->worker;

    if (ngx_handle_read_event(c->read, 0) != NGX_OK
        || ngx_handle_write_event(c->write, 0) != NGX_OK
        || ngx_handle_read_event(w->read, 0) != NGX_OK
        || ngx_handle_write_event(w->write, 0) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_uint_t
ngx_print_eio_pump_end(ngx_print_eio_t *eio, ngx_uint_t n)
{
    ngx_uint_t             told;
    ngx_queue_t           *q, *next;
    ngx_print_eio_pump_t  *pump;

    told = 0;

    for (q = ngx_queue_head(&eio->pumps);
         q != ngx_queue_sentinel(&eio->pumps) && told < n;
         q = next)
    {
        next = ngx_queue_next(q);

        pump = ngx_queue_data(q, ngx_print_eio_pump_t, queue);

        if (pump->told) {
            continue;
        }

        pump->told = 1;
        told++;

        (void) ngx_print_eio_close(eio, pump->ref,
                                   NGX_PRINT_REASON_SERVER_SHUTDOWN, eio->log);
    }

    return told;
}


void
ngx_print_eio_pump_cut(ngx_print_eio_t *eio)
{
    ngx_queue_t           *q;
    ngx_print_eio_pump_t  *pump;

    while (!ngx_queue_empty(&eio->pumps)) {
        q = ngx_queue_head(&eio->pumps);
        pump = ngx_queue_data(q, ngx_print_eio_pump_t, queue);

        pump->client->timedout = 1;
        ngx_print_eio_pump_close(pump);
    }
}


/*
 * The client's connection may live on for a moment, to end TLS: nothing of the
 * pump is used then.
 */

static void
ngx_print_eio_pump_close(ngx_print_eio_pump_t *pump)
{
    ngx_connection_t  *c;

    c = pump->client;

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, c->log, 0,
                   "print hub: engineio: session %uD:%uD passes through this "
                   "worker no more", pump->ref.index, pump->ref.gen);

    ngx_queue_remove(&pump->queue);

    if (--pump->eio->npumps == 0) {
        ngx_post_event(pump->eio->pump, &ngx_posted_events);
    }

    ngx_print_eio_pump_close_worker(pump);

    if (c->write->timer_set) {
        ngx_del_timer(c->write);
    }

    ngx_print_websocket_count(1);

    ngx_http_close_connection(c);
}


/*
 * A worker that gets bytes behind the client's end would see an error, so what
 * it has sent to a client that has left is read.
 */

static void
ngx_print_eio_pump_close_worker(ngx_print_eio_pump_t *pump)
{
    ngx_uint_t         turn;
    ngx_connection_t  *w;

    w = pump->worker;

    ngx_print_eio_pump_forget(&pump->up);
    ngx_print_eio_pump_forget(&pump->down);

    if (w == NULL) {
        return;
    }

    for (turn = 0; pump->left && turn < NGX_PRINT_EIO_PUMP_TURN; turn++) {
        if (recv(w->fd, ngx_print_eio_pump_buf, NGX_PRINT_EIO_PUMP_READ, 0)
            <= 0)
        {
            break;
        }
    }

    ngx_close_connection(w);

    pump->worker = NULL;
}


static void
ngx_print_eio_pump_cleanup(void *data)
{
    ngx_print_eio_pump_close_worker(data);
}
