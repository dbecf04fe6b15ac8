
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_log.h"
#include "ngx_print_quote.h"
#include "ngx_print_session_answer.h"
#include "ngx_print_sio_ask.h"
#include "ngx_print_hub_gate.h"
#include "ngx_print_hub_log.h"
#include "ngx_print_hub_authorize.h"


/* what is kept of a register while it is asked; its info follows */
typedef struct {
    ngx_print_hub_authorize_pt   handler;
    uint64_t                     ack;
    unsigned                     has_ack:1;
    unsigned                     acks:1;       /* init->ack */
} ngx_print_hub_asked_t;


static ngx_uint_t ngx_print_hub_authorize_is_new(
    ngx_print_sio_socket_t *socket, ngx_print_sio_ask_t *ask);
static ngx_uint_t ngx_print_hub_authorize_is(ngx_str_t *a, ngx_str_t *b);
static ngx_uint_t ngx_print_hub_authorize_ask(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init,
    ngx_print_hub_authorize_pt handler);
static ngx_uint_t ngx_print_hub_authorized(ngx_print_sio_socket_t *socket,
    ngx_print_sio_ask_t *ask, ngx_print_sio_verdict_t *verdict);
static void ngx_print_hub_forbidden(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_sio_ask_t *ask,
    ngx_print_sio_verdict_t *verdict);
static void ngx_print_hub_authorize_close(ngx_print_sio_socket_t *socket,
    ngx_uint_t reason);


ngx_int_t
ngx_print_hub_authorize_room(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init)
{
    ngx_uint_t                   n, asked, max;
    ngx_print_eio_peer_t        *peer;
    ngx_print_sio_ask_t         *ask;
    ngx_print_authorize_conf_t  *acf;

    peer = socket->peer;
    acf = peer->conf->authorize;
    max = peer->conf->max_client_ids;

    if (acf == NULL || !acf->registers) {
        return NGX_OK;
    }

    n = 0;
    asked = 0;

    for (ask = ngx_print_sio_ask_next(peer->eio, peer->session.ref, NULL);
         ask;
         ask = ngx_print_sio_ask_next(peer->eio, peer->session.ref, ask))
    {
        if (ask->registers) {
            asked++;

            n += (!ngx_print_hub_authorize_is(&ask->client_id, &init->id)
                  && ngx_print_hub_authorize_is_new(socket, ask));
        }
    }

    if (ngx_print_client_room(&peer->eio->store, peer->session.ref,
                              socket->nsp, &init->id, max, n)
        == NGX_BUSY)
    {
        ngx_print_tally(&peer->eio->store,
                        NGX_PRINT_TALLY_REFUSALS + NGX_PRINT_CAUSE_CLIENT_IDS);

        ngx_print_hub_refuse_register(socket, event, NGX_LOG_INFO,
                                      "too_many_client_ids", &init->id,
                                      "register: a connection may have %ui "
                                      "clientIds", max);
        return NGX_BUSY;
    }

    if (asked >= max) {
        ngx_print_hub_authorize_close(socket, NGX_PRINT_REASON_TRY_LATER);
        return NGX_BUSY;
    }

    return NGX_OK;
}


ngx_int_t
ngx_print_hub_authorize(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init,
    ngx_print_hub_authorize_pt handler)
{
    ngx_uint_t                   reason;
    ngx_print_authorize_conf_t  *acf;

    acf = socket->peer->conf->authorize;

    if (acf == NULL || !acf->registers) {
        return NGX_OK;
    }

    reason = ngx_print_hub_authorize_ask(socket, event, init, handler);

    if (reason) {
        ngx_print_hub_authorize_close(socket, reason);
        return NGX_BUSY;
    }

    return NGX_AGAIN;
}


/*
 * Whether an ask is for a clientId that the session does not have, and the
 * first one of those for it.
 */

static ngx_uint_t
ngx_print_hub_authorize_is_new(ngx_print_sio_socket_t *socket,
    ngx_print_sio_ask_t *ask)
{
    ngx_print_sio_ask_t   *other;
    ngx_print_eio_peer_t  *peer;

    peer = socket->peer;

    for (other = ngx_print_sio_ask_next(peer->eio, peer->session.ref, NULL);
         other && other != ask;
         other = ngx_print_sio_ask_next(peer->eio, peer->session.ref, other))
    {
        if (other->registers
            && ngx_print_hub_authorize_is(&other->client_id, &ask->client_id))
        {
            return 0;
        }
    }

    return ngx_print_client_room(&peer->eio->store, peer->session.ref, ask->nsp,
                                 &ask->client_id, NGX_MAX_INT32_VALUE, 0)
           == NGX_OK;
}


static ngx_uint_t
ngx_print_hub_authorize_is(ngx_str_t *a, ngx_str_t *b)
{
    return a->len == b->len && ngx_strncmp(a->data, b->data, a->len) == 0;
}


/* Returns 0, or the reason for closing the session. */

static ngx_uint_t
ngx_print_hub_authorize_ask(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init,
    ngx_print_hub_authorize_pt handler)
{
    u_char                 *p, auth[NGX_PRINT_SESSION_AUTH];
    size_t                  len;
    ngx_int_t               rc;
    ngx_uint_t              reason;
    ngx_print_eio_peer_t   *peer;
    ngx_print_sio_ask_t     ask;
    ngx_print_hub_asked_t  *asked;

    peer = socket->peer;

    ngx_memzero(&ask, sizeof(ngx_print_sio_ask_t));

    ask.auth.data = auth;

    rc = ngx_print_session_auth(&peer->eio->store, peer->session.ref,
                                socket->nsp, &ask.auth);
    if (rc != NGX_OK) {
        /* NGX_DECLINED: the session was closed meanwhile */
        return rc == NGX_PRINT_STALLED ? NGX_PRINT_REASON_TRANSPORT_ERROR : 0;
    }

    len = sizeof(ngx_print_hub_asked_t) + init->info.len;

    p = ngx_alloc(len, peer->log);
    if (p == NULL) {
        return NGX_PRINT_REASON_TRY_LATER;
    }

    asked = (ngx_print_hub_asked_t *) p;

    asked->handler = handler;
    asked->ack = event->ack;
    asked->has_ack = event->has_ack;
    asked->acks = init->ack;

    if (init->info.len) {
        ngx_memcpy(asked + 1, init->info.data, init->info.len);
    }

    ask.decided = ngx_print_hub_authorized;
    ask.client_id = init->id;
    ask.data.data = p;
    ask.data.len = len;
    ask.registers = 1;

    reason = ngx_print_sio_ask(socket, &ask);

    ngx_free(p);

    return reason;
}


static ngx_uint_t
ngx_print_hub_authorized(ngx_print_sio_socket_t *socket,
    ngx_print_sio_ask_t *ask, ngx_print_sio_verdict_t *verdict)
{
    ngx_print_hub_asked_t    *asked;
    ngx_print_sio_event_t     event;
    ngx_print_client_init_t   init;

    asked = (ngx_print_hub_asked_t *) ask->data.data;

    ngx_memzero(&event, sizeof(ngx_print_sio_event_t));
    ngx_memzero(&init, sizeof(ngx_print_client_init_t));

    event.ack = asked->ack;
    event.has_ack = asked->has_ack;

    init.id = ask->client_id;
    init.ack = asked->acks;
    init.info.len = ask->data.len - sizeof(ngx_print_hub_asked_t);
    init.info.data = init.info.len ? (u_char *) (asked + 1) : NULL;

    if (verdict->allowed) {
        asked->handler(socket, &event, &init);

    } else {
        ngx_print_hub_forbidden(socket, &event, ask, verdict);
    }

    return 0;
}


static void
ngx_print_hub_forbidden(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_sio_ask_t *ask,
    ngx_print_sio_verdict_t *verdict)
{
    u_char      buf[NGX_PRINT_HUB_WHO_LEN];
    u_char      quoted[NGX_PRINT_HUB_QUOTED_LEN];
    ngx_str_t   who, name;
    ngx_log_t  *log;

    log = socket->peer->eio->log;

    ngx_print_tally(&socket->peer->eio->store,
                    NGX_PRINT_TALLY_REFUSALS + NGX_PRINT_CAUSE_AUTHORIZE);

    if (ngx_print_log_turn(&ngx_print_hub_gate_kind, log)) {
        who = ngx_print_hub_who(socket->peer->eio, &socket->peer->session,
                                socket->nsp, buf);
        name = ngx_print_quote(quoted, ask->client_id.data,
                               ask->client_id.len);

        ngx_log_error(NGX_LOG_WARN, log, 0,
                      "print hub: register refused by \"%V\" with %ui, "
                      "clientId: %V, socketId: %V",
                      &ask->conf->authorize->target.line, verdict->status,
                      &name, &who);
    }

    ngx_print_hub_refuse_register(socket, event, NGX_LOG_DEBUG, "forbidden",
                                  &ask->client_id, "register: %V",
                                  &verdict->message);
}


static void
ngx_print_hub_authorize_close(ngx_print_sio_socket_t *socket,
    ngx_uint_t reason)
{
    ngx_print_eio_peer_t  *peer;

    peer = socket->peer;

    (void) ngx_print_eio_close(peer->eio, peer->session.ref, reason,
                               peer->log);
}
