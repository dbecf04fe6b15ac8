
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_client.h"
#include "ngx_print_id.h"
#include "ngx_print_feed.h"
#include "ngx_print_hub.h"


/* "<sid>, client: <address>", as each line of the hub's story ends */
#define NGX_PRINT_HUB_WHO_LEN                                                 \
    (NGX_PRINT_SIO_SID_LEN + sizeof(", client: ") + NGX_SOCKADDR_STRLEN)


/* a clientId as JSON has it, quotes included: a log line stays one */
#define NGX_PRINT_HUB_QUOTED_LEN  (6 * NGX_PRINT_CLIENT_ID_MAX + 2)

#define NGX_PRINT_HUB_ERROR_LEN   256
#define NGX_PRINT_HUB_OPTIONS     32      /* members */


static void ngx_print_hub_connect(ngx_print_sio_socket_t *socket,
    ngx_str_t *auth);
static void ngx_print_hub_event(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event);
static ngx_uint_t ngx_print_hub_is(ngx_print_sio_event_t *event,
    const char *name);
static void ngx_print_hub_register_event(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event);
static ngx_int_t ngx_print_hub_options(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, u_char *buf, ngx_print_client_init_t *init);
static void ngx_print_hub_register(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init);
static ngx_int_t ngx_print_hub_client_id(ngx_print_json_value_t *arg,
    u_char *buf, ngx_str_t *id);
static ngx_int_t ngx_print_hub_decode(ngx_print_json_value_t *arg,
    ngx_str_t *id);
static void ngx_print_hub_disconnect(ngx_print_eio_t *eio,
    ngx_print_session_info_t *session, ngx_uint_t nsp, ngx_str_t *reason,
    ngx_log_t *log);
static ngx_str_t ngx_print_hub_quote(u_char *buf, u_char *id, size_t len);
static void ngx_print_hub_printable(ngx_str_t *text);
static ngx_str_t ngx_print_hub_who(ngx_print_session_info_t *session,
    ngx_uint_t nsp, u_char *buf);


const ngx_print_sio_app_t  ngx_print_hub_app = {
    ngx_print_hub_connect,
    ngx_print_hub_event,
    ngx_print_hub_answer,
    ngx_print_hub_args,
    ngx_print_feed_pump,
    ngx_print_hub_tick,
    ngx_print_hub_disconnect
};


static void
ngx_print_hub_connect(ngx_print_sio_socket_t *socket, ngx_str_t *auth)
{
    u_char     buf[NGX_PRINT_HUB_WHO_LEN];
    ngx_str_t  who;

    who = ngx_print_hub_who(&socket->peer->session, socket->nsp, buf);

    ngx_log_error(NGX_LOG_NOTICE, socket->peer->eio->log, 0,
                  "print hub: client connected, socketId: %V", &who);
}


static void
ngx_print_hub_event(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event)
{
    if (ngx_print_hub_is(event, "\"register\"")) {
        ngx_print_hub_register_event(socket, event);

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
ngx_print_hub_register_event(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event)
{
    u_char                    buf[NGX_PRINT_CLIENT_ID_MAX + 1];
    u_char                   *info;
    ngx_print_json_value_t   *arg;
    ngx_print_client_init_t   init;

    if (event->nargs == 0) {
        ngx_print_hub_refuse(socket, NGX_LOG_INFO,
                             "register: clientId is missing");
        return;
    }

    ngx_memzero(&init, sizeof(ngx_print_client_init_t));

    arg = &event->args[0];

    switch (ngx_print_hub_client_id(arg, buf, &init.id)) {

    case NGX_OK:
        break;

    case NGX_BUSY:
        ngx_print_hub_refuse(socket, NGX_LOG_INFO,
                             "register: clientId is longer than %d bytes",
                             NGX_PRINT_CLIENT_ID_MAX);
        return;

    default: /* NGX_DECLINED */
        ngx_print_hub_refuse(socket, NGX_LOG_INFO,
                             "register: clientId must be a string or a "
                             "number, got %*s",
                             ngx_min(arg->raw.len, 64), arg->raw.data);
        return;
    }

    info = ngx_alloc(NGX_PRINT_CLIENT_INFO, socket->peer->log);

    if (info == NULL) {
        return;
    }

    if (ngx_print_hub_options(socket, event, info, &init) == NGX_OK) {
        ngx_print_hub_register(socket, event, &init);
    }

    ngx_free(info);
}


/* {ack: true, info: {...}, printers: [...]}; the latter two are kept as text */

static ngx_int_t
ngx_print_hub_options(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, u_char *buf, ngx_print_client_init_t *init)
{
    u_char                  *p;
    size_t                   len;
    ngx_uint_t               i, n;
    ngx_print_json_value_t   value, elts[NGX_PRINT_HUB_OPTIONS], *member;

    static ngx_str_t         ack = ngx_string("ack");
    static ngx_str_t         kept[] = { ngx_string("info"),
                                        ngx_string("printers") };

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
    p = buf;

    for (i = 0; i < 2; i++) {
        member = ngx_print_json_member(elts, n, &kept[i]);

        if (member == NULL) {
            continue;
        }

        len = kept[i].len + member->raw.len + sizeof(",\"\":") - 1;

        if (len > NGX_PRINT_CLIENT_INFO - (size_t) (p - buf)) {
            ngx_print_hub_refuse(socket, NGX_LOG_INFO,
                                 "register: info and printers are longer "
                                 "than %d bytes", NGX_PRINT_CLIENT_INFO);
            return NGX_DECLINED;
        }

        p = ngx_sprintf(p, ",\"%V\":%V", &kept[i], &member->raw);
    }

    init->info.data = buf;
    init->info.len = p - buf;

    return NGX_OK;
}


/* buf has room for NGX_PRINT_CLIENT_ID_MAX + 1 bytes */

static ngx_int_t
ngx_print_hub_client_id(ngx_print_json_value_t *arg, u_char *buf,
    ngx_str_t *id)
{
    id->data = buf;

    switch (arg->type) {

    case NGX_PRINT_JSON_STRING:

        /* the longest text of a byte is "\u0041", of six */

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


static void
ngx_print_hub_register(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init)
{
    u_char                 buf[NGX_PRINT_HUB_WHO_LEN];
    u_char                 quoted[NGX_PRINT_HUB_QUOTED_LEN];
    ngx_str_t              who, name;
    ngx_print_eio_peer_t  *peer;
    ngx_print_sio_event_t  answer;

    peer = socket->peer;

    switch (ngx_print_client_register(&peer->eio->store, peer->session.ref,
                                      socket->nsp, init))
    {
    case NGX_OK:
        who = ngx_print_hub_who(&peer->session, socket->nsp, buf);
        name = ngx_print_hub_quote(quoted, init->id.data, init->id.len);

        ngx_log_error(NGX_LOG_NOTICE, peer->eio->log, 0,
                      "print hub: client registered, clientId: %V, "
                      "socketId: %V", &name, &who);

        /* fall through */

    case NGX_DONE:
        ngx_memzero(&answer, sizeof(ngx_print_sio_event_t));
        (void) ngx_print_sio_ack(socket, event, &answer);
        break;

    case NGX_BUSY:
        ngx_print_hub_refuse(socket, NGX_LOG_INFO,
                             "register: a connection may have %d clientIds",
                             NGX_PRINT_CLIENT_PER_SESSION);
        break;

    case NGX_PRINT_FULL:
        ngx_print_eio_log_full(peer->eio, peer->log, "a client");
        ngx_print_hub_refuse(socket, NGX_LOG_DEBUG,
                             "register: the zone is full");
        break;

    default: /* NGX_DECLINED: the session was closed meanwhile */
        break;
    }
}


/*
 * The client is told by the event "error", and keeps its connection.  What is
 * logged is escaped as what is sent: it quotes the client's own text.
 */

void
ngx_print_hub_refuse(ngx_print_sio_socket_t *socket, ngx_uint_t level,
    const char *fmt, ...)
{
    u_char                 *p, text[NGX_PRINT_HUB_ERROR_LEN];
    u_char                  buf[6 * NGX_PRINT_HUB_ERROR_LEN + 16];
    u_char                  who_buf[NGX_PRINT_HUB_WHO_LEN];
    size_t                  len;
    va_list                 args;
    ngx_str_t               who, message;
    ngx_print_sio_event_t   event;

    static ngx_str_t        error = ngx_string("error");

    va_start(args, fmt);
    len = ngx_vslprintf(text, text + sizeof(text), fmt, args) - text;
    va_end(args);

    p = ngx_cpymem(buf, "{\"message\":", sizeof("{\"message\":") - 1);

    message.data = p + 1;
    p = (u_char *) ngx_print_json_string(p, text, len);
    message.len = p - 1 - message.data;

    *p++ = '}';

    ngx_memzero(&event, sizeof(ngx_print_sio_event_t));

    event.json.data = buf;
    event.json.len = p - buf;

    who = ngx_print_hub_who(&socket->peer->session, socket->nsp, who_buf);

    (void) ngx_print_sio_emit(socket, &error, &event);

    ngx_print_hub_printable(&message);

    ngx_log_error(level, socket->peer->eio->log, 0,
                  "print hub: %V, socketId: %V", &message, &who);
}


static void
ngx_print_hub_disconnect(ngx_print_eio_t *eio,
    ngx_print_session_info_t *session, ngx_uint_t nsp, ngx_str_t *reason,
    ngx_log_t *log)
{
    u_char                    buf[NGX_PRINT_HUB_WHO_LEN];
    u_char                    quoted[NGX_PRINT_HUB_QUOTED_LEN];
    ngx_str_t                 who, name;
    ngx_uint_t                registered;
    ngx_print_client_info_t   client;

    who = ngx_print_hub_who(session, nsp, buf);
    registered = 0;

    while (ngx_print_client_leave(&eio->store, session->ref, nsp, &client)
           == NGX_OK)
    {
        registered = 1;
        name = ngx_print_hub_quote(quoted, client.id, client.len);

        ngx_log_error(NGX_LOG_NOTICE, eio->log, 0,
                      "print hub: client disconnected, %V, clientId: %V, "
                      "socketId: %V", reason, &name, &who);
    }

    if (!registered) {
        ngx_log_error(NGX_LOG_NOTICE, eio->log, 0,
                      "print hub: client disconnected, %V, socketId: %V",
                      reason, &who);
    }
}


static ngx_str_t
ngx_print_hub_quote(u_char *buf, u_char *id, size_t len)
{
    ngx_str_t  quoted;

    quoted.data = buf;
    quoted.len = (u_char *) ngx_print_json_string(buf, id, len) - buf;

    ngx_print_hub_printable(&quoted);

    return quoted;
}


/* JSON allows DEL and the control characters from U+0080 on, a terminal not */

static void
ngx_print_hub_printable(ngx_str_t *text)
{
    u_char  *p, *last;

    last = text->data + text->len;

    for (p = text->data; p < last; p++) {

        if (*p == 0x7f) {
            *p = '?';

        } else if (*p == 0xc2 && p + 1 < last && p[1] < 0xa0) {
            *p++ = '?';
            *p = '?';
        }
    }
}


static ngx_str_t
ngx_print_hub_who(ngx_print_session_info_t *session, ngx_uint_t nsp,
    u_char *buf)
{
    u_char     *p, sock[NGX_PRINT_SESSION_SOCK];
    ngx_str_t   who;

    ngx_print_id_sock(sock, nsp, session->sock, session->key);

    p = ngx_print_sio_sid(buf, nsp, sock);
    p = ngx_cpymem(p, ", client: ", sizeof(", client: ") - 1);
    p = ngx_print_hub_address(p, buf + NGX_PRINT_HUB_WHO_LEN, session->addr);

    who.data = buf;
    who.len = p - buf;

    return who;
}


u_char *
ngx_print_hub_address(u_char *p, u_char *last, u_char *addr)
{
    static u_char  mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    static u_char  none[NGX_PRINT_SESSION_ADDR];

    if (ngx_memcmp(addr, none, NGX_PRINT_SESSION_ADDR) == 0) {
        return ngx_cpymem(p, "unix:", sizeof("unix:") - 1);
    }

    if (ngx_memcmp(addr, mapped, sizeof(mapped)) == 0) {
        return p + ngx_inet_ntop(AF_INET, addr + sizeof(mapped), p, last - p);
    }

#if (NGX_HAVE_INET6)
    p += ngx_inet_ntop(AF_INET6, addr, p, last - p);
#endif

    return p;
}
