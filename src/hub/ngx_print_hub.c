
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_log.h"
#include "ngx_print_inet.h"
#include "ngx_print_client.h"
#include "ngx_print_hub.h"
#include "ngx_print_hub_register.h"
#include "ngx_print_hub_contest.h"
#include "ngx_print_hub_log.h"


static void ngx_print_hub_connect(ngx_print_sio_socket_t *socket,
    ngx_str_t *auth);
static void ngx_print_hub_event(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event);
static ngx_uint_t ngx_print_hub_is(ngx_print_sio_event_t *event,
    const char *name);
static void ngx_print_hub_disconnect(ngx_print_eio_t *eio,
    ngx_print_session_info_t *session, ngx_uint_t nsp, ngx_str_t *reason,
    ngx_log_t *log);
static void ngx_print_hub_left(ngx_print_eio_t *eio,
    ngx_print_session_info_t *session, ngx_uint_t nsp, ngx_str_t *reason,
    ngx_print_client_info_t *client);
static void ngx_print_hub_exceeded(ngx_print_sio_socket_t *socket,
    ngx_str_t *text);


static ngx_print_log_kind_t  ngx_print_hub_connected =
    ngx_print_log_kind("client connected", NGX_LOG_NOTICE);

static ngx_print_log_kind_t  ngx_print_hub_disconnected =
    ngx_print_log_kind("client disconnected", NGX_LOG_NOTICE);


const ngx_print_sio_app_t  ngx_print_hub_app = {
    ngx_print_hub_connect,
    ngx_print_hub_event,
    ngx_print_hub_answer,
    ngx_print_hub_args,
    ngx_print_hub_tick,
    ngx_print_hub_disconnect,
    ngx_print_hub_exceeded
};


static void
ngx_print_hub_connect(ngx_print_sio_socket_t *socket, ngx_str_t *auth)
{
    u_char                     sid_buf[NGX_PRINT_ID_LEN];
    u_char                     addr_buf[NGX_SOCKADDR_STRLEN];
    ngx_str_t                  sid, addr;
    ngx_log_t                 *log;
    ngx_print_session_info_t  *session;

    log = socket->peer->eio->log;

    if (!ngx_print_log_turn(&ngx_print_hub_connected, log)) {
        return;
    }

    session = &socket->peer->session;

    sid = ngx_print_hub_sid(socket->peer->eio, session, socket->nsp, sid_buf);

    addr.data = addr_buf;
    addr.len = ngx_print_inet(addr_buf, addr_buf + NGX_SOCKADDR_STRLEN,
                              session->addr)
               - addr_buf;

    ngx_log_error(NGX_LOG_NOTICE, log, 0,
                  "print hub: client connected, socketId: %V, transport: %s, "
                  "protocol: %ui, client: %V", &sid,
                  session->state == NGX_PRINT_SESSION_WS ? "websocket"
                                                         : "polling",
                  session->eio, &addr);
}


static void
ngx_print_hub_event(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event)
{
    if (ngx_print_hub_is(event, "\"register\"")) {
        ngx_print_hub_register(socket, event);

    } else if (ngx_print_hub_is(event, "\"printResult\"")) {
        ngx_print_hub_result(socket, event);
    }
}


static ngx_uint_t
ngx_print_hub_is(ngx_print_sio_event_t *event, const char *name)
{
    return event->name.raw.len == ngx_strlen(name)
           && ngx_strncmp(event->name.raw.data, name, event->name.raw.len)
              == 0;
}


static void
ngx_print_hub_disconnect(ngx_print_eio_t *eio,
    ngx_print_session_info_t *session, ngx_uint_t nsp, ngx_str_t *reason,
    ngx_log_t *log)
{
    ngx_uint_t                registered;
    ngx_print_client_info_t   client;

    registered = 0;

    ngx_print_hub_contest_leave(eio, session->ref, nsp);

    while (ngx_print_client_offline(&eio->store, session->ref, nsp, &client)
           == NGX_OK)
    {
        registered = 1;
        ngx_print_hub_left(eio, session, nsp, reason, &client);
    }

    if (!registered) {
        ngx_print_hub_left(eio, session, nsp, reason, NULL);
    }
}


/* client: the clientId that the socket had; NULL: it had none. */

static void
ngx_print_hub_left(ngx_print_eio_t *eio, ngx_print_session_info_t *session,
    ngx_uint_t nsp, ngx_str_t *reason, ngx_print_client_info_t *client)
{
    u_char      buf[NGX_PRINT_HUB_WHO_LEN];
    u_char      quoted[NGX_PRINT_HUB_QUOTED_LEN];
    u_char      sid_buf[NGX_PRINT_ID_LEN];
    time_t      after;
    ngx_str_t   who, name, sid;

    if (!ngx_print_log_turn(&ngx_print_hub_disconnected, eio->log)) {
        return;
    }

    who = ngx_print_hub_who(eio, session, nsp, buf);

    /* the time of day may have been set back */
    after = ngx_max(ngx_time() - session->opened, 0);

    if (client == NULL) {
        ngx_log_error(NGX_LOG_NOTICE, eio->log, 0,
                      "print hub: client disconnected, %V, after %T s, "
                      "socketId: %V", reason, after, &who);
        return;
    }

    name = ngx_print_quote(quoted, client->id, client->len);

    if (client->connected) {
        sid.data = sid_buf;
        sid.len = ngx_print_sio_sid(sid_buf, client->sock) - sid_buf;

        ngx_log_error(NGX_LOG_NOTICE, eio->log, 0,
                      "print hub: client disconnected, %V, after %T s, "
                      "clientId: %V, socketId: %V, online elsewhere, "
                      "socketId: %V", reason, after, &name, &who, &sid);
        return;
    }

    ngx_log_error(NGX_LOG_NOTICE, eio->log, 0,
                  "print hub: client disconnected, %V, after %T s, "
                  "clientId: %V, socketId: %V", reason, after, &name, &who);
}


/* The layer below logs it. */

static void
ngx_print_hub_exceeded(ngx_print_sio_socket_t *socket, ngx_str_t *text)
{
    ngx_print_hub_refuse(socket, NGX_LOG_DEBUG, "%V", text);
}
