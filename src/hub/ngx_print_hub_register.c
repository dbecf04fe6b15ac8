
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_json.h"
#include "ngx_print_log.h"
#include "ngx_print_address.h"
#include "ngx_print_client.h"
#include "ngx_print_eio_limit.h"
#include "ngx_print_hub_authorize.h"
#include "ngx_print_hub_gate.h"
#include "ngx_print_hub_log.h"
#include "ngx_print_hub_takeover.h"
#include "ngx_print_hub_contest.h"
#include "ngx_print_hub_register.h"


#define NGX_PRINT_HUB_OPTIONS    32      /* members that are searched */

#define NGX_PRINT_HUB_LIMIT_LEN  128
#define NGX_PRINT_HUB_LIMIT_TEXT                                              \
    "register: this address has %uD clientIds, the limit"
#define NGX_PRINT_HUB_SITE_TEXT                                               \
    "register: this network of 48 bits has half of all clientIds, the limit"


static ngx_int_t ngx_print_hub_options(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init);
static ngx_int_t ngx_print_hub_info(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_json_value_t *elts, ngx_uint_t n,
    ngx_print_client_init_t *init);
static ngx_uint_t ngx_print_hub_is_twice(ngx_print_sio_socket_t *socket,
    ngx_print_json_value_t *arg);
static ngx_int_t ngx_print_hub_client_id(ngx_print_json_value_t *arg,
    u_char *buf, ngx_str_t *id);
static ngx_int_t ngx_print_hub_decode(ngx_print_json_value_t *arg,
    ngx_str_t *id);
static ngx_int_t ngx_print_hub_charge(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init);
static void ngx_print_hub_register_allowed(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init);
static void ngx_print_hub_register_client(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init);
static ngx_int_t ngx_print_hub_register_try(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init);
static void ngx_print_hub_limited(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init);
static void ngx_print_hub_limit_log(ngx_print_sio_socket_t *socket,
    ngx_print_client_init_t *init, ngx_uint_t level);
static void ngx_print_hub_registered(ngx_print_sio_socket_t *socket,
    ngx_print_client_init_t *init);
static void ngx_print_hub_bare(ngx_print_sio_socket_t *socket,
    ngx_print_client_init_t *init);


static ngx_print_log_kind_t  ngx_print_hub_register_kind =
    ngx_print_log_kind("client registered", NGX_LOG_NOTICE);

static ngx_print_log_kind_t  ngx_print_hub_limit_kind =
    ngx_print_log_kind("registrations limited", NGX_LOG_WARN);


void
ngx_print_hub_register(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event)
{
    u_char                    buf[NGX_PRINT_CLIENT_ID_MAX + 1];
    ngx_print_json_value_t   *arg;
    ngx_print_client_init_t   init;

    if (event->nargs == 0) {
        ngx_print_hub_refuse_register(socket, event, NGX_LOG_INFO,
                                      "client_id_missing", NULL,
                                      "register: clientId is missing");
        return;
    }

    ngx_memzero(&init, sizeof(ngx_print_client_init_t));

    arg = &event->args[0];

    if (ngx_print_hub_is_twice(socket, arg)) {
        ngx_print_hub_refuse_register(socket, event, NGX_LOG_INFO,
                                      "client_id_invalid", NULL,
                                      "register: clientId is in UTF-8 twice, "
                                      "as clients of Socket.IO 1 send it by "
                                      "polling");
        return;
    }

    switch (ngx_print_hub_client_id(arg, buf, &init.id)) {

    case NGX_OK:
        break;

    case NGX_BUSY:
        ngx_print_hub_refuse_register(socket, event, NGX_LOG_INFO,
                                      "client_id_too_long", NULL,
                                      "register: clientId is longer than %d "
                                      "bytes", NGX_PRINT_CLIENT_ID_MAX);
        return;

    default: /* NGX_DECLINED */
        ngx_print_hub_refuse_register(socket, event, NGX_LOG_INFO,
                                      "client_id_invalid", NULL,
                                      "register: clientId must be a string or "
                                      "a number, got %*s",
                                      ngx_min(arg->raw.len, 64),
                                      arg->raw.data);
        return;
    }

    if (ngx_print_hub_options(socket, event, &init) == NGX_OK
        && ngx_print_hub_gate(socket, event, &init) == NGX_OK
        && ngx_print_hub_authorize_room(socket, event, &init) == NGX_OK
        && ngx_print_hub_charge(socket, event, &init) == NGX_OK
        && ngx_print_hub_authorize(socket, event, &init,
                                   ngx_print_hub_register_allowed)
           == NGX_OK)
    {
        ngx_print_hub_register_client(socket, event, &init);
    }

    if (init.info.data) {
        ngx_free(init.info.data);
    }
}


/*
 * Reads {ack: true, info: {...}, printers: [...]}.  Copies the JSON of info and
 * printers to init->info, which the caller frees unless it is NULL.
 *
 *   NGX_OK        the options were read, or the client sent none
 *   NGX_DECLINED  info and printers are too long; the client was refused
 *   NGX_ERROR     there is no memory (logged)
 */

static ngx_int_t
ngx_print_hub_options(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init)
{
    ngx_uint_t              n;
    ngx_print_json_value_t  value, elts[NGX_PRINT_HUB_OPTIONS], *member;

    static ngx_str_t        ack = ngx_string("ack");

    if (event->nargs < 2
        || ngx_print_json_read(&event->args[1].raw, &value, elts,
                               NGX_PRINT_HUB_OPTIONS, &n)
           != NGX_OK
        || value.type != NGX_PRINT_JSON_OBJECT)
    {
        return NGX_OK;
    }

    n = ngx_min(n, NGX_PRINT_HUB_OPTIONS);

    member = ngx_print_json_member(elts, n, &ack);

    init->ack = (member && member->type == NGX_PRINT_JSON_BOOLEAN
                 && member->raw.data[0] == 't');

    return ngx_print_hub_info(socket, event, elts, n, init);
}


static ngx_int_t
ngx_print_hub_info(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_json_value_t *elts, ngx_uint_t n,
    ngx_print_client_init_t *init)
{
    u_char                  *p;
    size_t                   len;
    ngx_uint_t               i;
    ngx_print_json_value_t  *member[2];

    static ngx_str_t         kept[] = { ngx_string("info"),
                                        ngx_string("printers") };

    len = 0;

    for (i = 0; i < 2; i++) {
        member[i] = ngx_print_json_member(elts, n, &kept[i]);

        if (member[i]) {
            len += kept[i].len + member[i]->raw.len + sizeof(",\"\":") - 1;
        }
    }

    if (len == 0) {
        return NGX_OK;
    }

    if (len > socket->peer->conf->info) {
        ngx_print_hub_refuse_register(socket, event, NGX_LOG_INFO,
                                      "info_too_long", NULL,
                                      "register: info and printers are longer "
                                      "than %uz bytes",
                                      socket->peer->conf->info);
        return NGX_DECLINED;
    }

    p = ngx_alloc(len, socket->peer->log);
    if (p == NULL) {
        return NGX_ERROR;
    }

    init->info.data = p;
    init->info.len = len;

    for (i = 0; i < 2; i++) {
        if (member[i]) {
            p = ngx_sprintf(p, ",\"%V\":%V", &kept[i], &member[i]->raw);
        }
    }

    return NGX_OK;
}


/*
 * Clients of Socket.IO 1 encode text twice over polling, and those of 2, which
 * speak the same protocol, once: what is not ASCII would be another clientId.
 */

static ngx_uint_t
ngx_print_hub_is_twice(ngx_print_sio_socket_t *socket,
    ngx_print_json_value_t *arg)
{
    return socket->peer->session.eio == 3
           && socket->peer->session.state != NGX_PRINT_SESSION_WS
           && arg->type == NGX_PRINT_JSON_STRING
           && ngx_print_json_is_utf8_twice(arg->raw.data, arg->raw.len);
}


/*
 * Reads a clientId.  buf has room for NGX_PRINT_CLIENT_ID_MAX + 1 bytes.
 *
 *   NGX_OK        *id is the clientId, in buf
 *   NGX_DECLINED  the value is neither a string, a number nor a boolean
 *   NGX_BUSY      the clientId is too long
 */

static ngx_int_t
ngx_print_hub_client_id(ngx_print_json_value_t *arg, u_char *buf,
    ngx_str_t *id)
{
    id->data = buf;

    switch (arg->type) {

    case NGX_PRINT_JSON_STRING:

        /* the longest JSON text of one byte is "\u0041", six bytes */

        if (arg->raw.len > 6 * NGX_PRINT_CLIENT_ID_MAX + 2) {
            return NGX_BUSY;
        }

        return ngx_print_hub_decode(arg, id);

    case NGX_PRINT_JSON_NUMBER:
        id->len = ngx_print_json_number(buf, &arg->raw) - buf;
        return NGX_OK;

    case NGX_PRINT_JSON_BOOLEAN:
        id->len = ngx_cpymem(buf, arg->raw.data, arg->raw.len) - buf;
        return NGX_OK;

    default:
        return NGX_DECLINED;
    }
}


static ngx_int_t
ngx_print_hub_decode(ngx_print_json_value_t *arg, ngx_str_t *id)
{
    u_char  buf[6 * NGX_PRINT_CLIENT_ID_MAX + 2];
    size_t  len;

    len = ngx_print_json_unescape(buf, &arg->raw) - buf;

    if (len > NGX_PRINT_CLIENT_ID_MAX) {
        return NGX_BUSY;
    }

    ngx_memcpy(id->data, buf, len);
    id->len = len;

    return NGX_OK;
}


/*
 * An address that registers too often does not reach the authorizer.  NGX_OK,
 * or NGX_DECLINED if the client was refused or its session is gone.
 */

static ngx_int_t
ngx_print_hub_charge(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init)
{
    ngx_int_t              rc;
    ngx_print_limits_t     limits;
    ngx_print_eio_peer_t  *peer;

    peer = socket->peer;

    if (peer->conf->authorize == NULL || !peer->conf->authorize->registers) {
        return NGX_OK;
    }

    init->limits = ngx_print_eio_limits(peer->eio, peer->conf, &limits);

    if (init->limits == NULL) {
        return NGX_OK;
    }

    rc = ngx_print_address_charge(&peer->eio->store, peer->session.ref,
                                  &limits, 0, &init->over);
    init->charged = 1;

    if (init->over) {
        ngx_print_hub_limited(socket, event, init);
        init->over = NGX_PRINT_OVER_NONE;
    }

    init->limits = NULL;

    return rc == NGX_OK ? NGX_OK : NGX_DECLINED;
}


/* The names may have become fewer while the authorizer was asked. */

static void
ngx_print_hub_register_allowed(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init)
{
    init->charged = 1;

    if (ngx_print_hub_gate(socket, event, init) == NGX_OK) {
        ngx_print_hub_register_client(socket, event, init);
    }
}


static void
ngx_print_hub_register_client(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init)
{
    ngx_print_client_loser_t  loser;

    /* lint autoVariables: nobody looks at it after the return */
    init->loser = &loser;

    if (ngx_print_hub_register_try(socket, event, init) == NGX_PRINT_HELD) {
        ngx_print_hub_contest(socket, event, init, ngx_print_hub_register_try);
    }
}


/* See ngx_print_hub_contest_pt. */

static ngx_int_t
ngx_print_hub_register_try(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init)
{
    ngx_int_t               rc;
    ngx_print_eio_peer_t   *peer;
    ngx_print_limits_t      limits;
    ngx_print_sio_event_t   answer;

    peer = socket->peer;

    init->loser->set = 0;
    init->max = peer->conf->max_client_ids;
    init->deny = (peer->conf->takeover != NGX_PRINT_TAKEOVER_REPLACE);
    init->near = (peer->conf->takeover == NGX_PRINT_TAKEOVER_SAME_ADDRESS);
    init->limits = ngx_print_eio_limits(peer->eio, peer->conf, &limits);

    rc = ngx_print_client_register(&peer->eio->store, peer->session.ref,
                                   socket->nsp, init);
    if (init->over) {
        ngx_print_hub_limited(socket, event, init);
    }

    switch (rc) {

    case NGX_OK:
        ngx_print_hub_registered(socket, init);

        if (init->loser->set) {
            ngx_print_hub_takeover(socket, init);
        }

        /* fall through */

    case NGX_DONE:
        if (init->bare) {
            ngx_print_hub_bare(socket, init);
        }

        ngx_memzero(&answer, sizeof(ngx_print_sio_event_t));
        (void) ngx_print_sio_ack(socket, event, &answer);
        break;

    case NGX_BUSY:
        ngx_print_tally(&peer->eio->store,
                        NGX_PRINT_TALLY_REFUSALS + NGX_PRINT_CAUSE_CLIENT_IDS);

        ngx_print_hub_refuse_register(socket, event, NGX_LOG_INFO,
                                      "too_many_client_ids", &init->id,
                                      "register: a connection may have %ui "
                                      "clientIds", init->max);
        break;

    case NGX_PRINT_FULL:
        ngx_print_eio_log_full(peer->eio, peer->log, "a client");
        ngx_print_hub_refuse_register(socket, event, NGX_LOG_DEBUG,
                                      "zone_full", NULL,
                                      "register: the zone is full");
        break;

    case NGX_PRINT_HELD:
    case NGX_PRINT_STALLED:
        return rc;

    default: /* NGX_PRINT_LIMITED, see above; or the session was closed */
        break;
    }

    return NGX_OK;
}


/*
 * The limit of clients lasts: the station is told, and keeps its connection.
 * The rate passes: it shall come back.
 */

static void
ngx_print_hub_limited(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init)
{
    ngx_uint_t             level;
    ngx_print_eio_peer_t  *peer;

    peer = socket->peer;

    level = ngx_print_log_turn(&ngx_print_hub_limit_kind, peer->eio->log)
            ? NGX_LOG_WARN : NGX_LOG_DEBUG;

    if (!init->limits->dry_run) {
        ngx_print_tally(&peer->eio->store,
                        NGX_PRINT_TALLY_REFUSALS
                        + ngx_print_eio_limit_cause(init->over));
    }

    if (init->limits->dry_run) {
        ngx_print_hub_limit_log(socket, init, level);

    } else if (init->over == NGX_PRINT_OVER_RATE) {
        ngx_print_hub_limit_log(socket, init, level);

        (void) ngx_print_eio_close(peer->eio, peer->session.ref,
                                   NGX_PRINT_REASON_TRY_LATER, peer->log);

    } else if (init->over == NGX_PRINT_OVER_SITE) {
        ngx_print_hub_refuse_register(socket, event, level, "address_limit",
                                      &init->id, NGX_PRINT_HUB_SITE_TEXT);

    } else {
        ngx_print_hub_refuse_register(socket, event, level, "address_limit",
                                      &init->id, NGX_PRINT_HUB_LIMIT_TEXT,
                                      init->limits->clients);
    }
}


static void
ngx_print_hub_limit_log(ngx_print_sio_socket_t *socket,
    ngx_print_client_init_t *init, ngx_uint_t level)
{
    u_char      *p, *last, text[NGX_PRINT_HUB_LIMIT_LEN];
    u_char       buf[NGX_PRINT_HUB_WHO_LEN];
    ngx_str_t    who;

    p = text;
    last = text + NGX_PRINT_HUB_LIMIT_LEN;

    switch (init->over) {

    case NGX_PRINT_OVER_RATE:
        p = ngx_slprintf(p, last, "registrations limited");
        break;

    case NGX_PRINT_OVER_SITE:
        p = ngx_slprintf(p, last, NGX_PRINT_HUB_SITE_TEXT);
        break;

    default: /* NGX_PRINT_OVER_CLIENTS */
        p = ngx_slprintf(p, last, NGX_PRINT_HUB_LIMIT_TEXT,
                         init->limits->clients);
        break;
    }

    who = ngx_print_hub_who(socket->peer->eio, &socket->peer->session,
                            socket->nsp, buf);

    ngx_log_error(level, socket->peer->eio->log, 0,
                  "print hub: %*s, socketId: %V%s", (size_t) (p - text), text,
                  &who, init->limits->dry_run ? ", dry run" : "");
}


static void
ngx_print_hub_registered(ngx_print_sio_socket_t *socket,
    ngx_print_client_init_t *init)
{
    u_char      buf[NGX_PRINT_HUB_WHO_LEN];
    u_char      quoted[NGX_PRINT_HUB_QUOTED_LEN];
    ngx_str_t   who, name;
    ngx_log_t  *log;

    log = socket->peer->eio->log;

    if (!ngx_print_log_turn(&ngx_print_hub_register_kind, log)) {
        return;
    }

    who = ngx_print_hub_who(socket->peer->eio, &socket->peer->session,
                            socket->nsp, buf);
    name = ngx_print_quote(quoted, init->id.data, init->id.len);

    ngx_log_error(NGX_LOG_NOTICE, log, 0,
                  "print hub: client registered, clientId: %V, socketId: %V",
                  &name, &who);
}


/* Logs at most one line a second of all workers together. */

static void
ngx_print_hub_bare(ngx_print_sio_socket_t *socket,
    ngx_print_client_init_t *init)
{
    u_char                 buf[NGX_PRINT_HUB_WHO_LEN];
    u_char                 quoted[NGX_PRINT_HUB_QUOTED_LEN];
    ngx_str_t              who, name;
    ngx_print_eio_peer_t  *peer;

    peer = socket->peer;

    if (!ngx_print_store_log_turn(&peer->eio->store, ngx_time())) {
        return;
    }

    who = ngx_print_hub_who(peer->eio, &peer->session, socket->nsp, buf);
    name = ngx_print_quote(quoted, init->id.data, init->id.len);

    ngx_log_error(NGX_LOG_WARN, peer->eio->log, 0,
                  "print hub: client registered without its info, for which "
                  "the zone has no room, clientId: %V, socketId: %V, see "
                  "\"print_hub_zone\"", &name, &who);
}
