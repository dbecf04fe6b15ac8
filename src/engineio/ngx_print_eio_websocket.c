
/*
 * Copyright (C) the print hub contributors
 */


/* The transport "websocket": one packet for each message, and the upgrade. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_eio3_packet.h"
#include "ngx_print_ws_frame.h"
#include "ngx_print_websocket.h"
#include "ngx_print_websocket_out.h"
#include "ngx_print_websocket_close.h"
#include "ngx_print_websocket_handshake.h"
#include "ngx_print_websocket_move.h"
#include "ngx_print_eio.h"
#include "ngx_print_eio_limit.h"
#include "ngx_print_eio_tally.h"
#include "ngx_print_eio_websocket_out.h"
#include "ngx_print_eio_websocket.h"


static void ngx_print_eio_websocket_open(ngx_print_websocket_t *ws);
static ngx_uint_t ngx_print_eio_websocket_ready(ngx_print_websocket_t *ws);
static void ngx_print_eio_websocket_message(ngx_print_websocket_t *ws,
    ngx_str_t *data, ngx_uint_t binary);
static void ngx_print_eio_websocket_probe(ngx_print_eio_websocket_t *ew,
    ngx_str_t *data, ngx_uint_t binary);
static void ngx_print_eio_websocket_packet(ngx_print_eio_websocket_t *ew,
    ngx_str_t *data, ngx_uint_t binary);
static void ngx_print_eio_websocket_start(ngx_print_eio_websocket_t *ew);
static void ngx_print_eio_websocket_blocked(ngx_print_websocket_t *ws);
static void ngx_print_eio_websocket_timeout(ngx_print_websocket_t *ws);
static void ngx_print_eio_websocket_exit(ngx_print_websocket_t *ws);
static void ngx_print_eio_websocket_closed(ngx_print_websocket_t *ws,
    ngx_uint_t failed);
static void ngx_print_eio_websocket_end(ngx_print_eio_websocket_t *ew,
    ngx_uint_t reason);
static void ngx_print_eio_websocket_stale(ngx_print_eio_websocket_t *ew);
static void ngx_print_eio_websocket_flush(ngx_print_eio_conn_t *conn);
static void ngx_print_eio_websocket_close(ngx_print_eio_conn_t *conn,
    ngx_uint_t reason);
static ngx_int_t ngx_print_eio_websocket_shutdown(ngx_print_eio_conn_t *conn);
static ngx_int_t ngx_print_eio_websocket_movable(ngx_print_eio_conn_t *conn);
static void ngx_print_eio_websocket_cut(ngx_print_websocket_t *ws);
static void ngx_print_eio_websocket_deflated(ngx_print_websocket_t *ws,
    ngx_uint_t out, size_t plain, size_t compressed);


static const ngx_print_websocket_handlers_t  ngx_print_eio_websocket_on = {
    ngx_print_eio_websocket_open,
    ngx_print_eio_websocket_ready,
    ngx_print_eio_websocket_message,
    ngx_print_eio_websocket_blocked,
    ngx_print_eio_websocket_timeout,
    ngx_print_eio_websocket_exit,
    ngx_print_eio_websocket_closed,
    ngx_print_eio_websocket_cut,
    ngx_print_eio_websocket_deflated
};


static const ngx_print_eio_transport_t  ngx_print_eio_websocket_transport = {
    ngx_print_eio_websocket_flush,
    ngx_print_eio_websocket_ping,
    ngx_print_eio_websocket_close,
    ngx_print_eio_websocket_shutdown,
    ngx_print_eio_websocket_movable
};


ngx_int_t
ngx_print_eio_websocket_handler(ngx_http_request_t *r,
    ngx_print_eio_peer_t *peer)
{
    u_char                      buf[NGX_PRINT_EIO_OPEN_LEN];
    ngx_int_t                   rc;
    ngx_str_t                  *text, first;
    ngx_print_eio_websocket_t  *ew;

    text = ngx_print_websocket_check(r);

    if (text) {
        return ngx_print_websocket_refuse(r, NGX_HTTP_BAD_REQUEST, text);
    }

    ew = (ngx_print_eio_websocket_t *)
         ngx_print_websocket_create(r, sizeof(ngx_print_eio_websocket_t),
                                    &ngx_print_eio_websocket_on,
                                    peer->conf->max_payload);
    if (ew == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ew->conf = peer->conf;

    ngx_print_eio_conn_init(&ew->conn, peer,
                            &ngx_print_eio_websocket_transport);

    ngx_str_null(&first);

    if (peer->session.ref.index) {
        ew->conn.state = (peer->session.state == NGX_PRINT_SESSION_OPEN)
                    ? NGX_PRINT_EIO_WEBSOCKET_PROBING
                    : NGX_PRINT_EIO_WEBSOCKET_REFUSED;

        return ngx_print_websocket_start(r, &ew->ws, &first);
    }

    /*
     * If anything fails from here on, the connection is closed, and its
     * cleanup closes the session.
     */

    r->keepalive = 0;

    rc = ngx_print_eio_open(peer, r, 1, &ew->conn.token);

    if (rc == NGX_PRINT_FULL) {
        ew->conn.state = NGX_PRINT_EIO_WEBSOCKET_REFUSED;

        return ngx_print_http_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                    "the zone is full");
    }

    if (rc == NGX_PRINT_LIMITED) {
        ew->conn.state = NGX_PRINT_EIO_WEBSOCKET_REFUSED;

        return ngx_print_eio_limit_refuse(r, peer->over, 1);
    }

    if (rc != NGX_OK) {
        ew->conn.state = NGX_PRINT_EIO_WEBSOCKET_REFUSED;

        return rc == NGX_PRINT_STALLED ? rc : NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ew->conn.ref = peer->session.ref;
    ew->conn.state = NGX_PRINT_EIO_WEBSOCKET_OPEN;

    ngx_print_eio_attach(&ew->conn);

    first.data = buf;
    first.len = ngx_print_eio_handshake(peer, 1, buf) - buf;

    return ngx_print_websocket_start(r, &ew->ws, &first);
}


static void
ngx_print_eio_websocket_open(ngx_print_websocket_t *ws)
{
    ngx_print_eio_websocket_t  *ew;

    ew = (ngx_print_eio_websocket_t *) ws;

    switch (ew->conn.state) {

    case NGX_PRINT_EIO_WEBSOCKET_OPEN:
        ngx_print_eio_websocket_start(ew);
        break;

    case NGX_PRINT_EIO_WEBSOCKET_REFUSED:
        ngx_print_websocket_close(ws, NGX_PRINT_WS_CODE_NONE);
        break;

    default: /* NGX_PRINT_EIO_WEBSOCKET_PROBING */
        ngx_print_websocket_timer(ws, ew->conf->upgrade_timeout);
        break;
    }
}


static ngx_uint_t
ngx_print_eio_websocket_ready(ngx_print_websocket_t *ws)
{
    ngx_print_eio_websocket_t  *ew;

    ew = (ngx_print_eio_websocket_t *) ws;

    return ngx_print_eio_ready(ew->conn.eio) == NGX_OK;
}


static void
ngx_print_eio_websocket_message(ngx_print_websocket_t *ws, ngx_str_t *data,
    ngx_uint_t binary)
{
    ngx_print_eio_websocket_t  *ew;

    ew = (ngx_print_eio_websocket_t *) ws;

    if (ew->conn.state == NGX_PRINT_EIO_WEBSOCKET_OPEN) {
        ngx_print_eio_websocket_packet(ew, data, binary);

    } else {
        ngx_print_eio_websocket_probe(ew, data, binary);
    }
}


/*
 * Handles a packet of a probe ("Upgrade").  "2probe" is answered by "3probe".
 * With "5" the client says that its last GET was answered: the WebSocket takes
 * the session over.
 */

static void
ngx_print_eio_websocket_probe(ngx_print_eio_websocket_t *ew, ngx_str_t *data,
    ngx_uint_t binary)
{
    ngx_int_t           rc;
    ngx_uint_t          upgrade;
    ngx_print_store_t  *st;

    st = &ew->conn.eio->store;

    upgrade = (data->len == 1 && data->data[0] == NGX_PRINT_EIO_UPGRADE);

    if (binary
        || !(upgrade
             || (data->len == sizeof("2probe") - 1
                 && ngx_strncmp(data->data, "2probe", data->len) == 0)))
    {
        goto failed;
    }

    if (ew->conn.state == NGX_PRINT_EIO_WEBSOCKET_PROBING) {

        rc = ngx_print_session_probe(st, ew->conn.ref, &ew->conn.token);

        if (rc == NGX_BUSY && ngx_print_eio_reap(ew->conn.eio)) {
            rc = ngx_print_session_probe(st, ew->conn.ref, &ew->conn.token);
        }

        if (rc != NGX_OK) {
            goto failed;
        }

        ew->conn.state = NGX_PRINT_EIO_WEBSOCKET_PROBED;
    }

    if (!upgrade) {
        ngx_print_websocket_frame(&ew->ws, NGX_PRINT_WS_TEXT,
                                  (u_char *) "3probe", sizeof("3probe") - 1);
        return;
    }

    rc = ngx_print_session_upgrade(st, ew->conn.ref, ew->conn.token);

    if (rc == NGX_PRINT_STALLED) {
        /* the client has stopped polling, and has no session without this */
        (void) ngx_print_eio_close(ew->conn.eio, ew->conn.ref,
                                   NGX_PRINT_REASON_TRANSPORT_ERROR,
                                   ew->ws.connection->log);
    }

    if (rc != NGX_OK) {
        goto failed;
    }

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, ew->ws.connection->log, 0,
                   "print hub: engineio: session %uD:%uD upgraded",
                   ew->conn.ref.index, ew->conn.ref.gen);

    ngx_print_websocket_timer(&ew->ws, 0);

    ew->conn.state = NGX_PRINT_EIO_WEBSOCKET_OPEN;

    ngx_print_eio_attach(&ew->conn);
    ngx_print_eio_websocket_start(ew);

    return;

failed:

    /* the session stays on long-polling, if it is not closed */

    ngx_print_eio_websocket_end(ew, 0);
    ngx_print_websocket_close(&ew->ws, NGX_PRINT_WS_CODE_NONE);
}


static void
ngx_print_eio_websocket_packet(ngx_print_eio_websocket_t *ew, ngx_str_t *data,
    ngx_uint_t binary)
{
    ngx_int_t               rc;
    ngx_uint_t              reason;
    ngx_print_eio_peer_t    peer;
    ngx_print_eio_packet_t  packet;

    peer.eio = ew->conn.eio;
    peer.conf = ew->conf;
    peer.log = ew->ws.connection->log;
    peer.hold = NULL;

    rc = ngx_print_session_get(&peer.eio->store, ew->conn.ref, &peer.session);

    if (rc == NGX_PRINT_STALLED) {
        /* the packet would be lost */
        ngx_print_eio_websocket_end(ew, NGX_PRINT_REASON_TRANSPORT_ERROR);
        return;
    }

    if (rc != NGX_OK) {
        ngx_print_eio_websocket_stale(ew);
        return;
    }

    if (peer.session.state != NGX_PRINT_SESSION_WS) {
        /*
         * Another worker has closed the session: what the client has sent
         * until then is too late.
         */
        return;
    }

    if ((ew->conn.eio3
         ? ngx_print_eio3_packet_read(&packet, data->data, data->len, binary)
         : ngx_print_eio_packet_read(&packet, data->data, data->len, binary))
        != NGX_OK)
    {
        ngx_log_error(NGX_LOG_INFO, peer.log, 0,
                      "print hub: engineio: client sent an invalid packet, "
                      "closing session");

        ngx_print_eio_websocket_end(ew, NGX_PRINT_REASON_PARSE_ERROR);
        return;
    }

    reason = ngx_print_eio_receive(&peer, &packet, 1);

    if (reason) {
        ngx_print_eio_websocket_end(ew, reason);
    }
}


/* If the worker is about to exit, the session is closed, or goes elsewhere. */

static void
ngx_print_eio_websocket_start(ngx_print_eio_websocket_t *ew)
{
    ngx_print_eio_t  *eio;

    eio = ew->conn.eio;

    if (eio->handing && !eio->drain->timer_set) {
        ngx_add_timer(eio->drain, 1);
    }

    if (eio->closing && !eio->handing) {
        ngx_print_eio_websocket_end(ew, NGX_PRINT_REASON_SERVER_SHUTDOWN);
        return;
    }

    ngx_print_eio_websocket_flush(&ew->conn);
}


static void
ngx_print_eio_websocket_blocked(ngx_print_websocket_t *ws)
{
    ngx_print_eio_websocket_t  *ew;

    ew = (ngx_print_eio_websocket_t *) ws;

    if (ew->conn.state != NGX_PRINT_EIO_WEBSOCKET_OPEN) {
        return;
    }

    if (ngx_print_eio_ready(ew->conn.eio) != NGX_OK) {
        ew->conn.unsaid = 1;
        ew->conn.eio->recheck = 1;
        return;
    }

    ew->conn.unsaid = (ngx_print_queue_block(&ew->conn.eio->store,
                                             ew->conn.ref, ew->conn.token,
                                             ws->blocked)
                       != NGX_OK);

    if (ew->conn.unsaid) {
        ew->conn.eio->recheck = 1;
        return;
    }

    if (!ws->blocked) {
        ngx_print_eio_websocket_flush(&ew->conn);
    }
}


static void
ngx_print_eio_websocket_timeout(ngx_print_websocket_t *ws)
{
    ngx_print_eio_websocket_t  *ew;

    ew = (ngx_print_eio_websocket_t *) ws;

    ngx_log_error(NGX_LOG_INFO, ws->connection->log, 0,
                  "print hub: engineio: client did not upgrade within %M ms, "
                  "closing websocket",
                  ew->conf->upgrade_timeout);

    ngx_print_eio_websocket_end(ew, 0);
    ngx_print_websocket_close(ws, NGX_PRINT_WS_CODE_NONE);
}


/*
 * The worker is about to exit.  A probe is closed at once, as nothing is lost
 * with it; ngx_print_eio_shutdown_some() closes the connection of a session.
 */

static void
ngx_print_eio_websocket_exit(ngx_print_websocket_t *ws)
{
    ngx_print_eio_websocket_t  *ew;

    ew = (ngx_print_eio_websocket_t *) ws;

    if (ew->conn.state != NGX_PRINT_EIO_WEBSOCKET_OPEN) {
        ngx_print_eio_websocket_end(ew, 0);
        ngx_print_websocket_close(ws, NGX_PRINT_WS_CODE_RESTART);
    }
}


static void
ngx_print_eio_websocket_closed(ngx_print_websocket_t *ws, ngx_uint_t failed)
{
    ngx_print_eio_websocket_end((ngx_print_eio_websocket_t *) ws,
                                failed ? NGX_PRINT_REASON_TRANSPORT_ERROR
                                       : NGX_PRINT_REASON_TRANSPORT_CLOSE);
}


/*
 * Closes the session with this reason if the WebSocket serves it, which also
 * closes the connection, see ngx_print_eio_websocket_close().  Otherwise gives
 * up the probe, and leaves the connection to the caller.
 */

static void
ngx_print_eio_websocket_end(ngx_print_eio_websocket_t *ew, ngx_uint_t reason)
{
    ngx_log_t             *log;
    ngx_uint_t             state;
    ngx_print_eio_conn_t  *conn;

    conn = &ew->conn;
    log = ew->ws.connection->log;

    state = ew->conn.state;
    ew->conn.state = NGX_PRINT_EIO_WEBSOCKET_REFUSED;

    if (state == NGX_PRINT_EIO_WEBSOCKET_PROBED) {
        ngx_print_eio_unprobe(conn->eio, conn->ref, conn->token);
    }

    if (state != NGX_PRINT_EIO_WEBSOCKET_OPEN) {
        return;
    }

    if (ngx_print_eio_close(conn->eio, conn->ref, reason, log)
        == NGX_DECLINED)
    {
        /* another worker has closed it, and left it to this one to finish */
        ngx_print_eio_finish(conn->eio, conn->ref, log);
    }

    ngx_print_eio_detach(conn);
    ngx_print_websocket_close(&ew->ws, NGX_PRINT_WS_CODE_NONE);
}


/*
 * Another worker has ended the session, because this one stood still, or
 * because the zone needed its room at once: the connection is closed, so that
 * its client comes back.
 */

static void
ngx_print_eio_websocket_stale(ngx_print_eio_websocket_t *ew)
{
    if (ew->conn.state != NGX_PRINT_EIO_WEBSOCKET_OPEN) {
        return;
    }

    ew->conn.state = NGX_PRINT_EIO_WEBSOCKET_REFUSED;

    ngx_print_eio_detach(&ew->conn);
    ngx_print_websocket_close(&ew->ws, NGX_PRINT_WS_CODE_TRY_LATER);
}


/* Sends the session's messages as long as the kernel takes them. */

static void
ngx_print_eio_websocket_flush(ngx_print_eio_conn_t *conn)
{
    ngx_int_t                   rc;
    ngx_print_batch_t           batch;
    ngx_print_eio_websocket_t  *ew;

    ew = ngx_print_eio_websocket(conn);

    if (conn->unsaid) {
        conn->unsaid = (ngx_print_queue_block(&conn->eio->store, conn->ref,
                                              conn->token, ew->ws.blocked)
                        != NGX_OK);

        if (conn->unsaid) {
            conn->eio->recheck = 1;
        }

        if (conn->unsaid || ew->ws.blocked) {
            return;
        }
    }

    do {
        rc = ngx_print_queue_take(&conn->eio->store, conn->ref, conn->token,
                                  NGX_PRINT_EIO_WRITE_SIZE, 0, &batch);

        if (rc == NGX_DECLINED) {
            ngx_print_eio_websocket_stale(ew);
        }

        if (rc == NGX_PRINT_STALLED) {
            conn->eio->recheck = 1;
        }

        if (rc != NGX_OK) {
            return;
        }

        if (batch.closing) {
            ngx_print_eio_finish(conn->eio, conn->ref,
                                 ew->ws.connection->log);
            return;
        }

        ngx_print_eio_websocket_batch(ew, &batch);

    } while (batch.more && !ew->ws.blocked && !ew->ws.connection->error);
}


/* Closes the connection of a closed session, after what was enqueued before. */

static void
ngx_print_eio_websocket_close(ngx_print_eio_conn_t *conn, ngx_uint_t reason)
{
    ngx_uint_t                  code;
    ngx_print_batch_t           batch;
    ngx_print_eio_websocket_t  *ew;

    ew = ngx_print_eio_websocket(conn);

    ew->conn.state = NGX_PRINT_EIO_WEBSOCKET_REFUSED;

    while (!ew->ws.closing && !ew->ws.connection->error
           && ngx_print_queue_rest(&conn->eio->store, conn->ref,
                                   NGX_PRINT_EIO_WRITE_SIZE, &batch)
              == NGX_OK)
    {
        ngx_print_eio_websocket_batch(ew, &batch);
    }

    switch (reason) {

    case NGX_PRINT_REASON_SERVER_SHUTDOWN:
        code = NGX_PRINT_WS_CODE_RESTART;
        break;

    case NGX_PRINT_REASON_REFUSED:
        code = NGX_PRINT_WS_CODE_POLICY;
        break;

    case NGX_PRINT_REASON_TRY_LATER:
    case NGX_PRINT_REASON_GIVES_WAY:
        code = NGX_PRINT_WS_CODE_TRY_LATER;
        break;

    default:
        code = NGX_PRINT_WS_CODE_NONE;
    }

    ngx_print_websocket_close(&ew->ws, code);
}


static ngx_int_t
ngx_print_eio_websocket_shutdown(ngx_print_eio_conn_t *conn)
{
    return NGX_AGAIN;
}


static ngx_int_t
ngx_print_eio_websocket_movable(ngx_print_eio_conn_t *conn)
{
    if (conn->state != NGX_PRINT_EIO_WEBSOCKET_OPEN) {
        return NGX_DECLINED;
    }

    return ngx_print_websocket_movable(&ngx_print_eio_websocket(conn)->ws);
}


/* The worker must exit while the connection waits for another one. */

static void
ngx_print_eio_websocket_cut(ngx_print_websocket_t *ws)
{
    ngx_print_eio_t            *eio;
    ngx_print_holder_t          me;
    ngx_print_eio_websocket_t  *ew;

    ew = (ngx_print_eio_websocket_t *) ws;
    eio = ew->conn.eio;

    ngx_queue_remove(&ew->conn.queue);

    ngx_print_session_holder(&eio->store, ew->conn.token, &me);

    if (ngx_print_session_adopt(&eio->store, ew->conn.ref, &me,
                                &ew->conn.token)
        == NGX_DECLINED)
    {
        eio->moved++;
        ngx_print_websocket_drop(ws);
        return;
    }

    if (ngx_print_eio_close(eio, ew->conn.ref,
                            NGX_PRINT_REASON_SERVER_SHUTDOWN, eio->log)
        == NGX_DECLINED)
    {
        ngx_print_eio_finish(eio, ew->conn.ref, eio->log);
    }

    eio->closed++;
    ngx_print_websocket_cut(ws);
}


static void
ngx_print_eio_websocket_deflated(ngx_print_websocket_t *ws, ngx_uint_t out,
    size_t plain, size_t compressed)
{
    ngx_print_eio_websocket_t  *ew;

    ew = (ngx_print_eio_websocket_t *) ws;

    ngx_print_eio_tally_deflated(&ew->conn.eio->store, out, plain,
                                 compressed);
}


ngx_print_eio_websocket_t *
ngx_print_eio_websocket_restore(ngx_connection_t *c, ngx_print_eio_t *eio,
    ngx_print_loc_conf_t *conf, ngx_print_eio_message_t *msg, u_char *state)
{
    ngx_print_eio_peer_t        peer;
    ngx_print_eio_websocket_t  *ew;

    ew = (ngx_print_eio_websocket_t *)
         ngx_print_websocket_make(c, sizeof(ngx_print_eio_websocket_t),
                                  &ngx_print_eio_websocket_on,
                                  conf->max_payload);
    if (ew == NULL) {
        return NULL;
    }

    ngx_memzero(&peer, sizeof(ngx_print_eio_peer_t));

    peer.eio = eio;
    peer.session.ref = msg->ref;
    peer.session.eio = msg->eio3 ? 3 : 4;
    peer.session.text = msg->text;

    ew->conf = conf;

    ngx_print_eio_conn_init(&ew->conn, &peer,
                            &ngx_print_eio_websocket_transport);

    /* until it has the session, its end is not that of the session */

    ew->conn.state = NGX_PRINT_EIO_WEBSOCKET_REFUSED;

    return ngx_print_websocket_import(&ew->ws, state, state + msg->len,
                                      conf->deflate_threshold)
           == NGX_OK
           ? ew : NULL;
}


/* What has happened while nobody had the connection is seen by flush(). */

void
ngx_print_eio_websocket_go_on(ngx_print_eio_websocket_t *ew)
{
    ew->conn.state = NGX_PRINT_EIO_WEBSOCKET_OPEN;
    ew->conn.unsaid = 1;

    ngx_print_eio_attach(&ew->conn);

    ngx_print_websocket_go_on(&ew->ws);

    ngx_print_eio_websocket_flush(&ew->conn);
}
