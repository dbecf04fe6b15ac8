
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_log.h"
#include "ngx_print_eio_trust.h"
#include "ngx_print_hub_log.h"
#include "ngx_print_hub_gate.h"


static void ngx_print_hub_gate_log(ngx_print_sio_socket_t *socket,
    ngx_str_t *id);


ngx_print_log_kind_t  ngx_print_hub_gate_kind =
    ngx_print_log_kind("register refused", NGX_LOG_WARN);


ngx_int_t
ngx_print_hub_gate(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init)
{
    ngx_print_eio_peer_t  *peer;

    peer = socket->peer;

    if (ngx_print_eio_trust_name(&peer->eio->store, peer->conf,
                                 &peer->session.trust, &init->id))
    {
        return NGX_OK;
    }

    ngx_print_tally(&peer->eio->store,
                    NGX_PRINT_TALLY_REFUSALS + NGX_PRINT_CAUSE_CLIENT_ID);

    ngx_print_hub_gate_log(socket, &init->id);

    ngx_print_hub_refuse_register(socket, event, NGX_LOG_DEBUG,
                                  "client_id_not_allowed", &init->id,
                                  "register: clientId \"%V\" is not allowed",
                                  &init->id);
    return NGX_DECLINED;
}


static void
ngx_print_hub_gate_log(ngx_print_sio_socket_t *socket, ngx_str_t *id)
{
    u_char      buf[NGX_PRINT_HUB_WHO_LEN];
    u_char      quoted[NGX_PRINT_HUB_QUOTED_LEN];
    ngx_str_t   who, name;
    ngx_log_t  *log;

    log = socket->peer->eio->log;

    if (!ngx_print_log_turn(&ngx_print_hub_gate_kind, log)) {
        return;
    }

    who = ngx_print_hub_who(socket->peer->eio, &socket->peer->session,
                            socket->nsp, buf);
    name = ngx_print_quote(quoted, id->data, id->len);

    ngx_log_error(NGX_LOG_WARN, log, 0,
                  "print hub: register refused, clientId: %V is not allowed, "
                  "socketId: %V", &name, &who);
}
