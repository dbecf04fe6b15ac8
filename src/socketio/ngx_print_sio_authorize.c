
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_inet.h"
#include "ngx_print_json.h"
#include "ngx_print_log.h"
#include "ngx_print_quote.h"
#include "ngx_print_address.h"
#include "ngx_print_session_answer.h"
#include "ngx_print_eio_limit.h"
#include "ngx_print_eio_trust.h"
#include "ngx_print_sio.h"
#include "ngx_print_sio_ask.h"
#include "ngx_print_sio_gate.h"
#include "ngx_print_sio_join.h"
#include "ngx_print_sio_recovery.h"
#include "ngx_print_sio_authorize.h"


static ngx_uint_t ngx_print_sio_authorize_is_asked(
    ngx_print_eio_peer_t *peer, ngx_uint_t nsp);
static ngx_uint_t ngx_print_sio_authorize_charge(ngx_print_eio_peer_t *peer);
static void ngx_print_sio_authorize_limited(ngx_print_eio_peer_t *peer,
    ngx_uint_t dry_run);
static ngx_uint_t ngx_print_sio_authorized(ngx_print_sio_socket_t *socket,
    ngx_print_sio_ask_t *ask, ngx_print_sio_verdict_t *verdict);
static ngx_int_t ngx_print_sio_authorize_limit(ngx_print_eio_peer_t *peer,
    ngx_print_sio_verdict_t *verdict);
static ngx_uint_t ngx_print_sio_authorize_refuse(
    ngx_print_eio_peer_t *peer, ngx_print_sio_packet_t *packet,
    ngx_print_sio_ask_t *ask, ngx_print_sio_verdict_t *verdict);


static ngx_print_log_kind_t  ngx_print_sio_authorize_over =
    ngx_print_log_kind("connects limited", NGX_LOG_WARN);


ngx_uint_t
ngx_print_sio_authorize(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_uint_t nsp, ngx_str_t *auth)
{
    u_char                  buf[NGX_PRINT_SIO_AUTH_MAX];
    u_char                  sock[NGX_PRINT_SESSION_SOCK];
    ngx_uint_t              reason;
    ngx_print_sio_ask_t     ask;
    ngx_print_sio_socket_t  socket;

    if (ngx_print_sio_join_sock(peer, sock) != NGX_OK) {
        return NGX_PRINT_REASON_FORCED_SERVER_CLOSE;
    }

    if (peer->conf->authorize == NULL || !peer->conf->authorize->connects) {
        return ngx_print_sio_join(peer, packet, nsp, auth, sock);
    }

    if ((peer->session.connected >> nsp & 1)
        || ngx_print_sio_authorize_is_asked(peer, nsp))
    {
        return ngx_print_sio_join_twice(peer);
    }

    reason = ngx_print_sio_authorize_charge(peer);

    if (reason) {
        return reason;
    }

    ngx_memzero(&ask, sizeof(ngx_print_sio_ask_t));

    ask.decided = ngx_print_sio_authorized;
    ngx_memcpy(ask.sock, sock, NGX_PRINT_SESSION_SOCK);

    if (ngx_print_sio_question_strip(auth, buf, &ask.auth)) {
        ask.data = *auth;
        ask.recovered = (nsp == 0 && ngx_print_sio_recovers(peer));
    }

    socket.peer = peer;
    socket.nsp = nsp;

    return ngx_print_sio_ask(&socket, &ask);
}


/* Whether the session waits for the answer to another CONNECT. */

static ngx_uint_t
ngx_print_sio_authorize_is_asked(ngx_print_eio_peer_t *peer, ngx_uint_t nsp)
{
    ngx_print_sio_ask_t  *ask;

    ask = NULL;

    for ( ;; ) {
        ask = ngx_print_sio_ask_next(peer->eio, peer->session.ref, ask);

        if (ask == NULL) {
            return 0;
        }

        if (!ask->registers && ask->nsp == nsp) {
            return 1;
        }
    }
}


/*
 * A session that connects again and again is as many handshakes for the
 * authorizer.  Returns 0, or the reason for closing the session.
 */

static ngx_uint_t
ngx_print_sio_authorize_charge(ngx_print_eio_peer_t *peer)
{
    ngx_int_t           rc;
    ngx_print_over_e    over;
    ngx_print_limits_t  limits;

    if (ngx_print_eio_limits(peer->eio, peer->conf, &limits) == NULL) {
        return 0;
    }

    rc = ngx_print_address_charge(&peer->eio->store, peer->session.ref,
                                  &limits, 1, &over);

    if (over != NGX_PRINT_OVER_NONE) {
        ngx_print_sio_authorize_limited(peer, limits.dry_run);
    }

    switch (rc) {

    case NGX_PRINT_LIMITED:
        ngx_print_tally(&peer->eio->store,
                        NGX_PRINT_TALLY_REFUSALS + NGX_PRINT_CAUSE_RATE);

        return NGX_PRINT_REASON_TRY_LATER;

    case NGX_PRINT_STALLED:
        return NGX_PRINT_REASON_TRANSPORT_ERROR;

    default: /* NGX_DECLINED: whoever asks next finds that it was closed */
        return 0;
    }
}


static void
ngx_print_sio_authorize_limited(ngx_print_eio_peer_t *peer, ngx_uint_t dry_run)
{
    u_char     buf[NGX_SOCKADDR_STRLEN];
    ngx_str_t  addr;

    if (!ngx_print_log_turn(&ngx_print_sio_authorize_over, peer->eio->log)) {
        return;
    }

    addr.data = buf;
    addr.len = ngx_print_inet(buf, buf + sizeof(buf), peer->session.addr)
               - buf;

    ngx_log_error(NGX_LOG_WARN, peer->eio->log, 0,
                  "print hub: connects limited, client: %V%s", &addr,
                  dry_run ? ", dry run" : "");
}


static ngx_uint_t
ngx_print_sio_authorized(ngx_print_sio_socket_t *socket,
    ngx_print_sio_ask_t *ask, ngx_print_sio_verdict_t *verdict)
{
    ngx_print_eio_peer_t    *peer;
    ngx_print_sio_packet_t   packet;

    peer = socket->peer;

    ngx_memzero(&packet, sizeof(ngx_print_sio_packet_t));

    packet.type = NGX_PRINT_SIO_CONNECT;
    packet.nsp = ngx_print_store_nsp_name(&peer->eio->store, socket->nsp);

    if (!verdict->allowed) {
        return ngx_print_sio_authorize_refuse(peer, &packet, ask, verdict);
    }

    if (ngx_print_sio_authorize_limit(peer, verdict) != NGX_OK) {
        return NGX_PRINT_REASON_TRANSPORT_ERROR;
    }

    return ngx_print_sio_join(peer, &packet, socket->nsp,
                              ask->data.len ? &ask->data : &ask->auth,
                              ask->sock);
}


/*
 * Keeps the clientIds that the answer allows.  NGX_OK, or NGX_PRINT_STALLED if
 * the zone cannot be used.
 */

static ngx_int_t
ngx_print_sio_authorize_limit(ngx_print_eio_peer_t *peer,
    ngx_print_sio_verdict_t *verdict)
{
    ngx_uint_t                  i;
    ngx_print_session_trust_t  *trust;

    if (!verdict->named) {
        return NGX_OK;
    }

    trust = &peer->session.trust;

    trust->flags |= NGX_PRINT_TRUST_NAMED;

    ngx_memzero(&trust->lens[NGX_PRINT_TRUST_NAMES],
                NGX_PRINT_TRUST_ALL - NGX_PRINT_TRUST_NAMES);

    for (i = 0; i < verdict->nnames; i++) {
        (void) ngx_print_eio_trust_add(&peer->eio->store, trust,
                                       &verdict->names[i].text,
                                       verdict->names[i].prefix, 1);
    }

    return ngx_print_session_names(&peer->eio->store, peer->session.ref, trust)
           == NGX_PRINT_STALLED ? NGX_PRINT_STALLED : NGX_OK;
}


static ngx_uint_t
ngx_print_sio_authorize_refuse(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_print_sio_ask_t *ask,
    ngx_print_sio_verdict_t *verdict)
{
    u_char      buf[NGX_PRINT_QUOTE_LEN(NGX_PRINT_VERDICT_MESSAGE)];
    ngx_str_t   message;
    ngx_log_t  *log;

    log = peer->eio->log;

    ngx_print_tally(&peer->eio->store,
                    NGX_PRINT_TALLY_REFUSALS + NGX_PRINT_CAUSE_AUTHORIZE);

    if (ngx_print_log_turn(&ngx_print_sio_gate_kind, log)) {
        ngx_log_error(NGX_LOG_WARN, log, 0,
                      "print hub: connect refused by \"%V\" with %ui, client: "
                      "%V", &ask->conf->authorize->target.line,
                      verdict->status, &ask->address);
    }

    message.data = buf;
    message.len = (u_char *) ngx_print_json_string(buf, verdict->message.data,
                                                   verdict->message.len)
                  - buf;

    return ngx_print_sio_gate_refuse(peer, packet, &message, &verdict->data);
}
