
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_random.h"
#include "ngx_print_id.h"
#include "ngx_print_recovery.h"
#include "ngx_print_session_answer.h"
#include "ngx_print_sio.h"
#include "ngx_print_sio_ask.h"
#include "ngx_print_sio_join.h"
#include "ngx_print_sio_recovery.h"


#define ngx_print_sio_handlers(eio)                                           \
    ((const ngx_print_sio_app_t *) (eio)->app_data)


static ngx_uint_t ngx_print_sio_join_enter(ngx_print_eio_peer_t *peer,
    ngx_uint_t nsp, u_char *sock);
static ngx_int_t ngx_print_sio_join_keep(ngx_print_eio_peer_t *peer,
    ngx_uint_t nsp, ngx_str_t *auth);
static ngx_int_t ngx_print_sio_join_welcome(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_uint_t nsp, ngx_str_t *pid);


ngx_uint_t
ngx_print_sio_join(ngx_print_eio_peer_t *peer, ngx_print_sio_packet_t *packet,
    ngx_uint_t nsp, ngx_str_t *auth, u_char *sock)
{
    u_char                  buf[NGX_PRINT_ID_LEN];
    ngx_int_t               rc;
    ngx_str_t               pid;
    ngx_uint_t              reason;
    ngx_print_sio_socket_t  socket;

    pid.data = buf;
    pid.len = 0;

    rc = nsp ? NGX_DECLINED : ngx_print_sio_resume(peer, auth, &pid);

    if (rc == NGX_DECLINED) {

        reason = ngx_print_sio_join_enter(peer, nsp, sock);

        if (reason || !(peer->session.connected >> nsp & 1)) {
            return reason;
        }

        rc = nsp ? NGX_OK : ngx_print_sio_pid(peer, &pid);
    }

    reason = NGX_PRINT_REASON_FORCED_SERVER_CLOSE;

    if (rc == NGX_OK) {
        rc = ngx_print_sio_join_keep(peer, nsp, auth);
    }

    if (rc == NGX_OK) {
        rc = ngx_print_sio_join_welcome(peer, packet, nsp, &pid);
    }

    if (rc == NGX_PRINT_STALLED) {
        return NGX_PRINT_REASON_TRANSPORT_ERROR;
    }

    if (rc != NGX_OK) {
        /* the application does not know this socket: do not call it */

        (void) ngx_print_session_disconnect(&peer->eio->store,
                                            peer->session.ref, nsp);

        return reason;
    }

    socket.peer = peer;
    socket.nsp = nsp;

    ngx_print_sio_handlers(peer->eio)->connect(&socket, auth);

    return 0;
}


ngx_int_t
ngx_print_sio_join_sock(ngx_print_eio_peer_t *peer, u_char *sock)
{
    if (peer->session.eio != 3) {
        return ngx_print_random(sock, NGX_PRINT_SESSION_SOCK, peer->log);
    }

    /*
     * A client of Socket.IO 2 uses the sid of its session as socket.id.
     * Whoever knows the sid can read what the client is sent, and everybody
     * sees the id of a socket: it is a digest of the sid.
     */

    ngx_print_session_digest(&peer->eio->store, &peer->session, 0, sock);

    return NGX_OK;
}


/*
 * Connects a new socket, which peer->session->connected shows.  Returns 0, or
 * the reason for closing the session.
 */

static ngx_uint_t
ngx_print_sio_join_enter(ngx_print_eio_peer_t *peer, ngx_uint_t nsp,
    u_char *sock)
{
    ngx_int_t  rc;

    rc = ngx_print_session_connect(&peer->eio->store, peer->session.ref, nsp,
                                   sock);

    if (rc == NGX_AGAIN) {
        /* a worker has died in the midst of a DISCONNECT */

        ngx_print_sio_join_left(peer, nsp);

        rc = ngx_print_session_connect(&peer->eio->store, peer->session.ref,
                                       nsp, sock);
    }

    switch (rc) {

    case NGX_OK:
        break;

    case NGX_BUSY:
        return ngx_print_sio_join_twice(peer);

    case NGX_PRINT_STALLED:
        return NGX_PRINT_REASON_TRANSPORT_ERROR;

    default: /* NGX_DECLINED: the session was closed meanwhile */
        return 0;
    }

    peer->session.connected |= 1u << nsp;

    if (nsp == 0) {
        ngx_memcpy(peer->session.sock, sock, NGX_PRINT_SESSION_SOCK);
    }

    return 0;
}


ngx_uint_t
ngx_print_sio_join_twice(ngx_print_eio_peer_t *peer)
{
    ngx_log_error(NGX_LOG_INFO, peer->log, 0,
                  "print hub: socketio: client sent a second CONNECT, closing "
                  "session");

    return NGX_PRINT_REASON_FORCED_CLOSE;
}


/*
 * Keeps the payload of CONNECT if the authorizer is to see it at register.  If
 * there is no room, the authorizer will not see it.
 */

static ngx_int_t
ngx_print_sio_join_keep(ngx_print_eio_peer_t *peer, ngx_uint_t nsp,
    ngx_str_t *auth)
{
    u_char      buf[NGX_PRINT_SIO_AUTH_MAX];
    ngx_int_t   rc;
    ngx_str_t   stripped;

    if (peer->conf->authorize == NULL || !peer->conf->authorize->registers) {
        return NGX_OK;
    }

    (void) ngx_print_sio_question_strip(auth, buf, &stripped);

    rc = ngx_print_session_keep_auth(&peer->eio->store, peer->session.ref, nsp,
                                     &stripped);

    if (rc == NGX_PRINT_FULL) {
        ngx_print_eio_log_full(peer->eio, peer->log, "what a client has sent "
                               "at CONNECT");
    }

    return rc == NGX_PRINT_STALLED ? rc : NGX_OK;
}


/* Answers CONNECT with the ids of the socket; Socket.IO 2 has no payload. */

static ngx_int_t
ngx_print_sio_join_welcome(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_uint_t nsp, ngx_str_t *pid)
{
    u_char     sid[NGX_PRINT_ID_LEN], sock[NGX_PRINT_SESSION_SOCK];
    ngx_str_t  json[5];

    ngx_print_session_sock(&peer->eio->store, &peer->session, nsp, sock);

    ngx_str_set(&json[0], "{\"sid\":\"");
    json[1].data = sid;
    json[1].len = ngx_print_sio_sid(sid, sock) - sid;
    ngx_str_set(&json[2], "\",\"pid\":\"");
    json[3] = *pid;
    ngx_str_set(&json[4], "\"}");

    if (pid->len == 0) {
        json[2].len = 0;
    }

    return ngx_print_sio_send(peer, packet, json,
                              peer->session.eio == 3 ? 0 : 5, NULL);
}


void
ngx_print_sio_join_left(ngx_print_eio_peer_t *peer, ngx_uint_t nsp)
{
    static ngx_str_t  reason = ngx_string("client namespace disconnect");

    ngx_print_sio_ask_cancel(peer->eio, peer->session.ref, nsp);

    if (nsp == 0) {
        ngx_print_recovery_end(&peer->eio->store, peer->session.ref);
    }

    ngx_print_sio_handlers(peer->eio)->disconnect(peer->eio, &peer->session,
                                                  nsp, &reason, peer->log);

    peer->session.connected &= ~(1u << nsp);
}
