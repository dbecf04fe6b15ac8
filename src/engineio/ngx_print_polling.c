
/*
 * Copyright (C) the print hub contributors
 */


/* The transport "polling": GET requests, which wait. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_id.h"
#include "ngx_print_http.h"
#include "ngx_print_eio.h"
#include "ngx_print_eio_limit.h"
#include "ngx_print_polling_answer.h"
#include "ngx_print_polling.h"


/* A GET that waits. */
typedef struct {
    ngx_print_eio_conn_t   conn;
    ngx_http_request_t    *request;
    unsigned               waiting:1;
} ngx_print_polling_t;


static ngx_int_t ngx_print_polling_cookie(ngx_http_request_t *r,
    ngx_print_eio_peer_t *peer);
static void ngx_print_polling_wait(ngx_print_polling_t *poll, ngx_uint_t on);
static void ngx_print_polling_flush(ngx_print_eio_conn_t *conn);
static ngx_int_t ngx_print_polling_try(ngx_print_eio_conn_t *conn);
static void ngx_print_polling_close(ngx_print_eio_conn_t *conn,
    ngx_uint_t reason);
static ngx_int_t ngx_print_polling_shutdown(ngx_print_eio_conn_t *conn);
static void ngx_print_polling_finalize(ngx_print_polling_t *poll,
    ngx_print_batch_t *batch, const char *last);
static void ngx_print_polling_cleanup(void *data);


static const ngx_print_eio_transport_t  ngx_print_polling_transport = {
    ngx_print_polling_flush,
    NULL,                                  /* a batch has the ping */
    ngx_print_polling_close,
    ngx_print_polling_shutdown,
    NULL                                   /* it has no connection to move */
};


ngx_int_t
ngx_print_polling_open(ngx_http_request_t *r, ngx_print_eio_peer_t *peer)
{
    u_char                buf[NGX_PRINT_EIO_OPEN_LEN];
    ngx_int_t             rc;
    ngx_str_t             first;
    ngx_print_eio_conn_t  conn;

    rc = ngx_print_eio_open(peer, r, 0, NULL);

    if (rc == NGX_PRINT_FULL) {
        return ngx_print_http_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                    "the zone is full");
    }

    if (rc == NGX_PRINT_LIMITED) {
        return ngx_print_eio_limit_refuse(r, peer->over, 0);
    }

    if (rc == NGX_PRINT_STALLED) {
        return rc;
    }

    if (rc != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_print_polling_cookie(r, peer) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_print_eio_conn_init(&conn, peer, &ngx_print_polling_transport);

    first.data = buf;
    first.len = ngx_print_eio_handshake(peer, 0, buf) - buf;

    return ngx_print_polling_answer(r, &conn, &first, NULL, "");
}


/* Adds the cookie of "print_hub_cookie", which has the sid. */

static ngx_int_t
ngx_print_polling_cookie(ngx_http_request_t *r, ngx_print_eio_peer_t *peer)
{
    u_char            *p;
    ngx_str_t         *cookie, value;

    static ngx_str_t   name = ngx_string("Set-Cookie");
    static ngx_str_t   rest = ngx_string("; Path=/; HttpOnly; SameSite=Lax");

    cookie = &peer->conf->cookie;

    if (cookie->len == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, cookie->len + 1 + NGX_PRINT_ID_LEN
                             + rest.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value.data = p;

    p = ngx_cpymem(p, cookie->data, cookie->len);
    *p++ = '=';
    p = ngx_print_id_write(p, peer->session.ref.index, peer->session.key);
    p = ngx_cpymem(p, rest.data, rest.len);

    value.len = p - value.data;

    return ngx_print_http_add_header(r, &name, &value);
}


ngx_int_t
ngx_print_polling_get(ngx_http_request_t *r, ngx_print_eio_peer_t *peer)
{
    ngx_int_t             rc;
    ngx_print_batch_t     batch;
    ngx_http_cleanup_t   *cln;
    ngx_print_polling_t  *poll;

    cln = ngx_http_cleanup_add(r, sizeof(ngx_print_polling_t));
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    poll = cln->data;
    ngx_memzero(poll, sizeof(ngx_print_polling_t));

    poll->request = r;

    ngx_print_eio_conn_init(&poll->conn, peer, &ngx_print_polling_transport);

    rc = ngx_print_session_poll(&peer->eio->store, poll->conn.ref,
                                &poll->conn.token);

    if (rc == NGX_BUSY && ngx_print_eio_reap(peer->eio)) {
        rc = ngx_print_session_poll(&peer->eio->store, poll->conn.ref,
                                    &poll->conn.token);
    }

    switch (rc) {

    case NGX_OK:
        break;

    case NGX_PRINT_STALLED:
        return NGX_PRINT_STALLED;

    case NGX_BUSY:
        /* a second GET: closing the session answers the first one */
        return ngx_print_polling_refuse(r, peer, NGX_HTTP_BAD_REQUEST,
                                        NGX_PRINT_REASON_TRANSPORT_ERROR);

    default: /* NGX_ABORT, NGX_DECLINED: upgraded or closed just now */
        return ngx_print_polling_refuse(r, peer, NGX_HTTP_BAD_REQUEST, 0);
    }

    rc = ngx_print_queue_take(&peer->eio->store, poll->conn.ref,
                              poll->conn.token, NGX_PRINT_EIO_WRITE_SIZE, 1,
                              &batch);

    if (rc == NGX_OK && !batch.closing) {
        return ngx_print_polling_answer(r, &poll->conn, NULL, &batch,
                                        batch.ping ? "2" : "");
    }

    if (rc == NGX_DECLINED) {
        /* it was upgraded just now, or has ended */
        return ngx_print_polling_answer(r, &poll->conn, NULL, NULL, "");
    }

    if (batch.linger || peer->session.state == NGX_PRINT_SESSION_LINGER) {
        /* it may have been closed after this request had found it */
        ngx_print_session_free(&peer->eio->store, poll->conn.ref);
        return ngx_print_polling_answer(r, &poll->conn, NULL, NULL, "61");
    }

    if (peer->eio->closing) {
        /* the worker is about to exit: the next GET reaches another one */
        (void) ngx_print_session_detach(&peer->eio->store, poll->conn.ref,
                                        poll->conn.token);
        return ngx_print_polling_answer(r, &poll->conn, NULL, NULL, "");
    }

    if (rc == NGX_PRINT_STALLED) {
        peer->eio->recheck = 1;
    }

    cln->handler = ngx_print_polling_cleanup;
    ngx_print_polling_wait(poll, 1);

    ngx_print_eio_attach(&poll->conn);

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;
    r->main->count++;

    /* if the client is gone already, no event will come any more */

    if (r->connection->read->ready) {
        ngx_post_event(r->connection->read, &ngx_posted_events);
    }

    if (rc == NGX_OK) {
        /* another worker has closed it since, and leaves it to this one */
        ngx_print_eio_finish(peer->eio, poll->conn.ref, peer->log);
    }

    return NGX_DONE;
}


static void
ngx_print_polling_wait(ngx_print_polling_t *poll, ngx_uint_t on)
{
    if (poll->waiting != on) {
        poll->waiting = on;

        ngx_print_gauge_add(&poll->conn.eio->store, NGX_PRINT_GAUGE_POLL,
                            on ? 1 : -1);
    }
}


static void
ngx_print_polling_flush(ngx_print_eio_conn_t *conn)
{
    (void) ngx_print_polling_try(conn);
}


/*
 * Answers a GET that waits, if there is a reason to.
 *
 * NGX_OK     it was answered, and conn may be freed
 * NGX_AGAIN  it goes on waiting
 */

static ngx_int_t
ngx_print_polling_try(ngx_print_eio_conn_t *conn)
{
    ngx_int_t                  rc;
    ngx_print_batch_t          batch;
    ngx_print_polling_t       *poll;
    ngx_print_session_info_t   session;

    poll = (ngx_print_polling_t *) conn;

    rc = ngx_print_queue_take(&conn->eio->store, conn->ref, conn->token,
                              NGX_PRINT_EIO_WRITE_SIZE, 1, &batch);

    if (rc == NGX_PRINT_STALLED) {
        conn->eio->recheck = 1;
        return NGX_AGAIN;
    }

    if (rc == NGX_AGAIN && batch.linger) {
        /* it was not seen at first, because the zone could not be used */

        ngx_print_eio_detach(conn);
        ngx_print_session_free(&conn->eio->store, conn->ref);
        ngx_print_polling_finalize(poll, NULL, "61");
        return NGX_OK;
    }

    if (rc == NGX_AGAIN) {
        return NGX_AGAIN;
    }

    if (rc == NGX_OK && batch.closing) {
        ngx_print_eio_finish(conn->eio, conn->ref,
                             poll->request->connection->log);
        return NGX_OK;
    }

    ngx_print_eio_detach(conn);

    if (rc == NGX_DECLINED) {
        /*
         * The session was upgraded, and no longer belongs to the GET; or
         * another worker has ended it, and did not wait for this one.
         */

        rc = ngx_print_session_get(&conn->eio->store, conn->ref, &session);

        ngx_print_polling_finalize(poll, NULL, rc == NGX_DECLINED ? "1" : "");
        return NGX_OK;
    }

    ngx_print_polling_finalize(poll, &batch, batch.ping ? "2" : "");
    return NGX_OK;
}


/*
 * Answers the GET of a closed session with the messages that were enqueued
 * before, and then a close packet, unless the client itself closed the session.
 */

static void
ngx_print_polling_close(ngx_print_eio_conn_t *conn, ngx_uint_t reason)
{
    ngx_print_batch_t     batch;
    ngx_print_polling_t  *poll;

    poll = (ngx_print_polling_t *) conn;

    if (!poll->waiting) {
        /* nginx terminates the GET, which is why the session was closed */
        return;
    }

    (void) ngx_print_queue_rest(&conn->eio->store, conn->ref,
                                NGX_MAX_SIZE_T_VALUE, &batch);

    ngx_print_polling_finalize(poll, &batch,
                               reason == NGX_PRINT_REASON_TRANSPORT_CLOSE ? ""
                                                                       : "1");
}


static ngx_int_t
ngx_print_polling_shutdown(ngx_print_eio_conn_t *conn)
{
    ngx_print_polling_t  *poll;

    poll = (ngx_print_polling_t *) conn;

    if (ngx_print_polling_try(conn) == NGX_OK) {
        return NGX_OK;
    }

    /* there were no messages: the next GET may reach another worker */

    if (ngx_print_session_detach(&conn->eio->store, conn->ref, conn->token)
        == NGX_PRINT_STALLED)
    {
        return NGX_AGAIN;
    }

    ngx_print_eio_detach(conn);
    ngx_print_polling_finalize(poll, NULL, "");

    return NGX_OK;
}


/* Answers the GET that has waited, see ngx_print_polling_answer(). */

static void
ngx_print_polling_finalize(ngx_print_polling_t *poll,
    ngx_print_batch_t *batch, const char *last)
{
    ngx_int_t            rc;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = poll->request;
    c = r->connection;

    ngx_print_polling_wait(poll, 0);

    rc = ngx_print_polling_answer(r, &poll->conn, NULL, batch, last);

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}


/*
 * The cleanup handler of a GET.  If it still waits, the client has closed the
 * connection.  That closes the session, as in engine.io.
 */

static void
ngx_print_polling_cleanup(void *data)
{
    ngx_print_polling_t *poll = data;

    ngx_log_t  *log;

    if (!poll->waiting) {
        return;
    }

    ngx_print_polling_wait(poll, 0);

    log = poll->request->connection->log;

    if (ngx_print_eio_close(poll->conn.eio, poll->conn.ref,
                            NGX_PRINT_REASON_TRANSPORT_ERROR, log)
        == NGX_DECLINED)
    {
        ngx_print_eio_finish(poll->conn.eio, poll->conn.ref, log);
    }

    ngx_print_eio_detach(&poll->conn);
}
