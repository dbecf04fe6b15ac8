
/*
 * Copyright (C) the print hub contributors
 */


/*
 * WebSockets that a worker which is about to exit gives to others.
 *
 * A connection that was given stands still here, and the descriptor stays open,
 * until the zone says who has the session: another worker, and it is closed
 * here without a word, or still this one, because it was refused.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_hand.h"
#include "ngx_print_websocket.h"
#include "ngx_print_websocket_move.h"
#include "ngx_print_eio_message.h"
#include "ngx_print_eio.h"
#include "ngx_print_eio_websocket.h"
#include "ngx_print_eio_pump.h"
#include "ngx_print_eio_handover.h"


#define NGX_PRINT_EIO_HANDOVER_TURN     256     /* given in one step */
#define NGX_PRINT_EIO_HANDOVER_TRIES    3
#define NGX_PRINT_EIO_HANDOVER_TIMEOUT  500     /* ms */


static ngx_int_t ngx_print_eio_handover_movable(ngx_print_eio_t *eio,
    ngx_print_eio_websocket_t *ew);
static ngx_uint_t ngx_print_eio_handover_look(ngx_print_eio_t *eio,
    ngx_uint_t all);
static void ngx_print_eio_handover_gone(ngx_print_eio_t *eio,
    ngx_print_eio_websocket_t *ew);
static ngx_int_t ngx_print_eio_handover_back(ngx_print_eio_t *eio,
    ngx_print_eio_websocket_t *ew);
static ngx_int_t ngx_print_eio_handover_give(ngx_print_eio_t *eio,
    ngx_print_hand_t *hand, ngx_print_eio_websocket_t *ew);
static void ngx_print_eio_handover_tell(ngx_print_eio_message_t *msg,
    ngx_print_eio_websocket_t *ew);
static ngx_int_t ngx_print_eio_handover_send(ngx_print_hand_t *hand,
    ngx_print_eio_message_t *msg, ngx_print_eio_websocket_t *ew,
    ngx_socket_t fd);


static u_char  ngx_print_eio_handover_buf[NGX_PRINT_EIO_HANDOVER_MESSAGE];


ngx_uint_t
ngx_print_eio_handover_step(ngx_print_eio_t *eio, ngx_print_hand_t *hand)
{
    ngx_int_t                   rc;
    ngx_uint_t                  n;
    ngx_queue_t                *q, *next;
    ngx_print_eio_conn_t       *conn;
    ngx_print_eio_websocket_t  *ew;

    (void) ngx_print_eio_handover_look(eio, 0);

    if (!ngx_print_store_takers(&eio->store, 0)) {
        return !ngx_queue_empty(&eio->handed);
    }

    n = 0;

    /*
     * A worker that keeps TLS keeps its master, too.  If that is to end,
     * because a new binary has taken its place, it must not be kept.
     */

    eio->pumping = (eio->pump
                    && ngx_print_store_stays(&eio->store, ngx_parent));

    for (q = ngx_queue_head(&eio->conns);
         q != ngx_queue_sentinel(&eio->conns)
         && n < NGX_PRINT_EIO_HANDOVER_TURN;
         q = next)
    {
        next = ngx_queue_next(q);

        conn = ngx_queue_data(q, ngx_print_eio_conn_t, queue);

        if (conn->stays || conn->transport->movable == NULL) {
            continue;
        }

        ew = ngx_print_eio_websocket(conn);

        rc = ngx_print_eio_handover_movable(eio, ew);

        if (rc == NGX_OK) {
            rc = ngx_print_eio_handover_give(eio, hand, ew);

            if (rc == NGX_AGAIN) {
                break;
            }

            n++;
        }

        if (rc == NGX_DECLINED) {
            conn->stays = 1;
        }
    }

    return !ngx_queue_empty(&eio->handed);
}


static ngx_int_t
ngx_print_eio_handover_movable(ngx_print_eio_t *eio,
    ngx_print_eio_websocket_t *ew)
{
    if (ngx_print_websocket_tls(ew->ws.connection) && !eio->pumping) {
        return NGX_DECLINED;
    }

    return ew->conn.transport->movable(&ew->conn);
}


ngx_uint_t
ngx_print_eio_handover_end(ngx_print_eio_t *eio)
{
    return ngx_print_eio_handover_look(eio, 1);
}


/*
 * Looks what has become of the connections that were given; with all, takes
 * back each that still is this worker's.  Returns the number that is left.
 */

static ngx_uint_t
ngx_print_eio_handover_look(ngx_print_eio_t *eio, ngx_uint_t all)
{
    ngx_uint_t                  i, n, left, died, late;
    ngx_queue_t                *q;
    ngx_print_handed_t          handed[NGX_PRINT_HANDED_MAX];
    ngx_print_eio_conn_t       *conn, *conns[NGX_PRINT_HANDED_MAX];
    ngx_print_eio_websocket_t  *ew;

    died = (eio->handed_deaths != eio->deaths);
    eio->handed_deaths = eio->deaths;

    left = 0;
    q = ngx_queue_head(&eio->handed);

    while (q != ngx_queue_sentinel(&eio->handed)) {

        for (n = 0;
             n < NGX_PRINT_HANDED_MAX
             && q != ngx_queue_sentinel(&eio->handed);
             n++)
        {
            conn = ngx_queue_data(q, ngx_print_eio_conn_t, queue);
            q = ngx_queue_next(q);

            conns[n] = conn;
            handed[n].ref = conn->ref;
            handed[n].token = conn->token;
        }

        if (ngx_print_session_handed(&eio->store, handed, n) != NGX_OK) {
            return left + n;
        }

        for (i = 0; i < n; i++) {
            conn = conns[i];
            ew = ngx_print_eio_websocket(conn);

            if (handed[i].state == NGX_PRINT_HANDED_GONE) {
                ngx_print_eio_handover_gone(eio, ew);
                continue;
            }

            late = (uint16_t) ((uint16_t) ngx_current_msec - conn->sent)
                   >= NGX_PRINT_EIO_HANDOVER_TIMEOUT;

            if (handed[i].state == NGX_PRINT_HANDED_REFUSED) {

                if (conn->tries == NGX_PRINT_EIO_HANDOVER_TRIES) {
                    conn->stays = 1;

                } else {
                    conn->tries++;
                }

            } else if (!all && !late && !died) {
                left++;
                continue;
            }

            if (ngx_print_eio_handover_back(eio, ew) != NGX_OK) {
                left++;
            }
        }
    }

    return left;
}


/* Another worker has the session: its TLS, if any, stays here. */

static void
ngx_print_eio_handover_gone(ngx_print_eio_t *eio,
    ngx_print_eio_websocket_t *ew)
{
    ngx_queue_remove(&ew->conn.queue);

    eio->moved++;

    if (ngx_print_eio_pump_begin(ew) != NGX_OK) {
        ngx_print_websocket_drop(&ew->ws);
    }
}


/*
 * Takes a connection back: what may still be in the queue has an old token
 * then.  If another worker was quicker, it is that one's.  NGX_AGAIN: the zone
 * cannot be used, and the next step has to try it again.
 */

static ngx_int_t
ngx_print_eio_handover_back(ngx_print_eio_t *eio,
    ngx_print_eio_websocket_t *ew)
{
    ngx_int_t           rc;
    ngx_print_holder_t  me;

    ngx_print_session_holder(&eio->store, ew->conn.token, &me);

    rc = ngx_print_session_adopt(&eio->store, ew->conn.ref, &me,
                                 &ew->conn.token);

    ngx_log_debug4(NGX_LOG_DEBUG_HTTP, ew->ws.connection->log, 0,
                   "print hub: engineio: session %uD:%uD taken back with "
                   "token %uD: %i",
                   ew->conn.ref.index, ew->conn.ref.gen, me.token, rc);

    if (rc == NGX_PRINT_STALLED) {
        return NGX_AGAIN;
    }

    if (rc != NGX_OK) {
        ngx_print_eio_handover_gone(eio, ew);
        return NGX_OK;
    }

    ngx_queue_remove(&ew->conn.queue);

    ngx_print_eio_pump_cancel(ew);
    ngx_print_eio_websocket_go_on(ew);

    return NGX_OK;
}


/*
 * NGX_OK        it was given, or tells itself later that it was not
 * NGX_AGAIN     the queue is full, or the zone's lock cannot be had
 * NGX_DECLINED  it cannot be given
 */

static ngx_int_t
ngx_print_eio_handover_give(ngx_print_eio_t *eio, ngx_print_hand_t *hand,
    ngx_print_eio_websocket_t *ew)
{
    ngx_int_t                 rc;
    ngx_socket_t              fd;
    ngx_connection_t         *c;
    ngx_print_eio_message_t   msg;

    c = ew->ws.connection;

    ngx_print_eio_handover_tell(&msg, ew);

    rc = ngx_print_session_hand(&eio->store, ew->conn.ref, ew->conn.token);

    if (rc == NGX_PRINT_STALLED) {
        return NGX_AGAIN;
    }

    if (rc != NGX_OK) {
        /* it is being closed: that is found out by its next flush */
        return NGX_OK;
    }

    if (ngx_print_websocket_tls(c)) {
        fd = ngx_print_eio_pump_open(ew);

        rc = (fd == (ngx_socket_t) -1)
             ? NGX_DECLINED : ngx_print_eio_handover_send(hand, &msg, ew, fd);

        if (fd != (ngx_socket_t) -1) {
            (void) ngx_close_socket(fd);
        }

    } else {
        rc = ngx_print_eio_handover_send(hand, &msg, ew, c->fd);
    }

    ngx_log_debug4(NGX_LOG_DEBUG_HTTP, c->log, 0,
                   "print hub: engineio: session %uD:%uD handed with token "
                   "%uD: %i",
                   msg.ref.index, msg.ref.gen, msg.from.token, rc);

    /* if the zone stalls, it is taken back in a later step */

    if (rc != NGX_OK
        && ngx_print_session_refuse(&eio->store, msg.ref, &msg.from)
           != NGX_PRINT_STALLED)
    {
        ngx_print_eio_pump_cancel(ew);

        /* what has happened to the session meanwhile was put off */
        ew->conn.transport->flush(&ew->conn);
        return rc;
    }

    ngx_print_websocket_freeze(&ew->ws);

    ngx_print_eio_detach(&ew->conn);
    ngx_queue_insert_tail(&eio->handed, &ew->conn.queue);

    ew->conn.sent = (uint16_t) ngx_current_msec;

    return NGX_OK;
}


static void
ngx_print_eio_handover_tell(ngx_print_eio_message_t *msg,
    ngx_print_eio_websocket_t *ew)
{
    ngx_connection_t  *c;

    c = ew->ws.connection;

    ngx_memzero(msg, sizeof(ngx_print_eio_message_t));

    msg->zone = ew->conn.eio->key;
    msg->place = ew->conf->place;
    msg->ref = ew->conn.ref;
    msg->eio3 = ew->conn.eio3;
    msg->text = ew->conn.text;
    msg->addr = c->addr_text;

    ngx_print_session_holder(&ew->conn.eio->store, ew->conn.token, &msg->from);

    if (!ngx_print_websocket_whole(&ew->ws)) {
        return;
    }

    msg->passed = 1;
    msg->client.data = (u_char *) c->sockaddr;
    msg->client.len = c->socklen;
    msg->server.data = (u_char *) c->local_sockaddr;
    msg->server.len = c->local_socklen;
}


static ngx_int_t
ngx_print_eio_handover_send(ngx_print_hand_t *hand,
    ngx_print_eio_message_t *msg, ngx_print_eio_websocket_t *ew,
    ngx_socket_t fd)
{
    int         fds[NGX_PRINT_HAND_FDS];
    u_char     *p, *last, *buf, *state;
    size_t      head, size;
    ngx_int_t   rc;

    fds[0] = fd;
    fds[1] = -1;

    buf = ngx_print_eio_handover_buf;
    state = NULL;

    head = ngx_print_eio_message_head(msg);

    p = buf + head;
    size = ngx_print_websocket_size(&ew->ws);

    if (size > NGX_PRINT_EIO_HANDOVER_MESSAGE - head) {

        state = ngx_alloc(size, ew->ws.connection->log);
        if (state == NULL) {
            return NGX_AGAIN;
        }

        last = ngx_print_websocket_export(&ew->ws, state);

        msg->len = last - state;
        msg->file = 1;

        fds[1] = ngx_print_hand_file(state, msg->len);
        ngx_free(state);

        if (fds[1] == -1) {
            ngx_log_error(NGX_LOG_ERR, ew->ws.connection->log, ngx_errno,
                          "print hub: engineio: a file of %uz bytes to hand "
                          "over a websocket could not be made", msg->len);
            return NGX_DECLINED;
        }

        last = p;

    } else {
        last = ngx_print_websocket_export(&ew->ws, p);
        msg->len = last - p;
    }

    (void) ngx_print_eio_message_write(msg, buf);

    rc = ngx_print_hand_give(hand, buf, last - buf, fds, msg->file ? 2 : 1);

    if (rc == NGX_ERROR) {
        ngx_log_error(NGX_LOG_ERR, ew->ws.connection->log, ngx_errno,
                      "print hub: engineio: a websocket could not be handed "
                      "over");
        rc = NGX_DECLINED;
    }

    if (fds[1] != -1) {
        (void) close(fds[1]);
    }

    return rc;
}
