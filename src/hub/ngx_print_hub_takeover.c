
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_log.h"
#include "ngx_print_hub_log.h"
#include "ngx_print_hub_takeover.h"


static void ngx_print_hub_takeover_log(ngx_print_sio_socket_t *socket,
    ngx_print_log_kind_t *kind, ngx_str_t *id,
    ngx_print_client_loser_t *loser);
static void ngx_print_hub_takeover_tell(ngx_print_sio_socket_t *socket,
    ngx_print_client_init_t *init);


/* 1: a station that has come back */

static ngx_print_log_kind_t  ngx_print_hub_takeover_kinds[2] = {
    ngx_print_log_kind("client taken over", NGX_LOG_WARN),
    ngx_print_log_kind("client taken over", NGX_LOG_NOTICE)
};


static ngx_print_log_kind_t  ngx_print_hub_takeover_kept =
    ngx_print_log_kind("takeover refused", NGX_LOG_WARN);


void
ngx_print_hub_takeover(ngx_print_sio_socket_t *socket,
    ngx_print_client_init_t *init)
{
    ngx_print_log_kind_t  *kind;

    kind = &ngx_print_hub_takeover_kinds[init->loser->same
                                         && init->loser->quiet];

    ngx_print_hub_takeover_log(socket, kind, &init->id, init->loser);
    ngx_print_hub_takeover_tell(socket, init);
}


void
ngx_print_hub_takeover_refused(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_str_t *id,
    ngx_print_client_loser_t *holder)
{
    ngx_print_tally(&socket->peer->eio->store,
                    NGX_PRINT_TALLY_REFUSALS + NGX_PRINT_CAUSE_TAKEOVER);

    ngx_print_hub_takeover_log(socket, &ngx_print_hub_takeover_kept, id,
                               holder);

    ngx_print_hub_refuse_register(socket, event, NGX_LOG_DEBUG,
                                  "client_in_use", id, "register: clientId "
                                  "\"%V\" is in use", id);
}


static void
ngx_print_hub_takeover_log(ngx_print_sio_socket_t *socket,
    ngx_print_log_kind_t *kind, ngx_str_t *id, ngx_print_client_loser_t *loser)
{
    u_char      by_buf[NGX_PRINT_HUB_WHO_LEN];
    u_char      from_buf[NGX_PRINT_HUB_WHO_LEN];
    u_char      quoted[NGX_PRINT_HUB_QUOTED_LEN];
    ngx_str_t   by, from, name;
    ngx_log_t  *log;

    log = socket->peer->eio->log;

    if (!ngx_print_log_turn(kind, log)) {
        return;
    }

    by = ngx_print_hub_who(socket->peer->eio, &socket->peer->session,
                           socket->nsp, by_buf);
    from = ngx_print_hub_who_lost(loser, from_buf);
    name = ngx_print_quote(quoted, id->data, id->len);

    ngx_log_error(kind->level, log, 0,
                  "print hub: %s, clientId: %V, from: %V, by: %V",
                  kind->name, &name, &from, &by);
}


/* The loser may be at any worker: what it is sent goes by its queue. */

static void
ngx_print_hub_takeover_tell(ngx_print_sio_socket_t *socket,
    ngx_print_client_init_t *init)
{
    ngx_print_eio_peer_t    peer;
    ngx_print_sio_socket_t  loser;

    peer = *socket->peer;

    if (ngx_print_session_get(&peer.eio->store, init->loser->ref,
                              &peer.session)
        != NGX_OK)
    {
        return;
    }

    loser.peer = &peer;
    loser.nsp = init->loser->nsp;

    ngx_print_hub_refuse_id(&loser, NGX_LOG_DEBUG, "taken_over", &init->id,
                            "register: clientId \"%V\" was taken over",
                            &init->id);
}
