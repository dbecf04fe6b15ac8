
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_inet.h"
#include "ngx_print_id.h"
#include "ngx_print_json.h"
#include "ngx_print_quote.h"
#include "ngx_print_hub_log.h"


#define NGX_PRINT_HUB_ERROR_LEN     272
#define NGX_PRINT_HUB_ERROR_QUOTED  NGX_PRINT_QUOTE_LEN(NGX_PRINT_HUB_ERROR_LEN)

/* the event's JSON: its names and code, the message, the clientId */
#define NGX_PRINT_HUB_EVENT_LEN                                               \
    (128 + NGX_PRINT_HUB_ERROR_QUOTED + NGX_PRINT_HUB_QUOTED_LEN)


static void ngx_print_hub_refused(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *asked, ngx_uint_t level, const char *code,
    ngx_str_t *id, const char *fmt, va_list args);
static void ngx_print_hub_refused_ack(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *asked, const char *code, u_char *text, size_t len);
static ngx_str_t ngx_print_hub_socket(u_char *buf, u_char *sock,
    u_char *addr);


void
ngx_print_hub_refuse(ngx_print_sio_socket_t *socket, ngx_uint_t level,
    const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    ngx_print_hub_refused(socket, NULL, level, NULL, NULL, fmt, args);
    va_end(args);
}


void
ngx_print_hub_refuse_id(ngx_print_sio_socket_t *socket, ngx_uint_t level,
    const char *code, ngx_str_t *id, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    ngx_print_hub_refused(socket, NULL, level, code, id, fmt, args);
    va_end(args);
}


void
ngx_print_hub_refuse_register(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_uint_t level, const char *code,
    ngx_str_t *id, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    ngx_print_hub_refused(socket, event, level, code, id, fmt, args);
    va_end(args);
}


/*
 * The log line is escaped in the same way as the event, because the text may
 * quote what the client sent.
 */

static void
ngx_print_hub_refused(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *asked, ngx_uint_t level, const char *code,
    ngx_str_t *id, const char *fmt, va_list args)
{
    u_char                 *p, text[NGX_PRINT_HUB_ERROR_LEN];
    u_char                  buf[NGX_PRINT_HUB_EVENT_LEN];
    u_char                  quoted[NGX_PRINT_HUB_ERROR_QUOTED];
    u_char                  who_buf[NGX_PRINT_HUB_WHO_LEN];
    size_t                  len;
    ngx_str_t               who, message;
    ngx_print_sio_event_t   event;

    static ngx_str_t        error = ngx_string("error");

    len = ngx_vslprintf(text, text + sizeof(text), fmt, args) - text;

    p = ngx_cpymem(buf, "{\"message\":", sizeof("{\"message\":") - 1);
    p = (u_char *) ngx_print_json_string(p, text, len);

    if (id) {
        p = ngx_sprintf(p, ",\"code\":\"%s\",\"clientId\":", code);
        p = (u_char *) ngx_print_json_string(p, id->data, id->len);
    }

    *p++ = '}';

    ngx_memzero(&event, sizeof(ngx_print_sio_event_t));

    event.json.data = buf;
    event.json.len = p - buf;

    who = ngx_print_hub_who(socket->peer->eio, &socket->peer->session,
                            socket->nsp, who_buf);

    (void) ngx_print_sio_emit(socket, &error, &event);

    if (asked && asked->has_ack) {
        ngx_print_hub_refused_ack(socket, asked, code, text, len);
    }

    /* the message itself, without the quotes around it */

    message = ngx_print_quote(quoted, text, len);
    message.data++;
    message.len -= 2;

    ngx_log_error(level, socket->peer->eio->log, 0,
                  "print hub: %V, socketId: %V", &message, &who);
}


static void
ngx_print_hub_refused_ack(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *asked, const char *code, u_char *text, size_t len)
{
    u_char                 *p, buf[NGX_PRINT_HUB_EVENT_LEN];
    ngx_print_sio_event_t   answer;

    p = ngx_sprintf(buf, "{\"error\":{\"code\":\"%s\",\"message\":", code);
    p = (u_char *) ngx_print_json_string(p, text, len);
    *p++ = '}';
    *p++ = '}';

    ngx_memzero(&answer, sizeof(ngx_print_sio_event_t));

    answer.json.data = buf;
    answer.json.len = p - buf;

    (void) ngx_print_sio_ack(socket, asked, &answer);
}


ngx_str_t
ngx_print_hub_who(ngx_print_eio_t *eio, ngx_print_session_info_t *session,
    ngx_uint_t nsp, u_char *buf)
{
    u_char  sock[NGX_PRINT_SESSION_SOCK];

    ngx_print_session_sock(&eio->store, session, nsp, sock);

    return ngx_print_hub_socket(buf, sock, session->addr);
}


ngx_str_t
ngx_print_hub_sid(ngx_print_eio_t *eio, ngx_print_session_info_t *session,
    ngx_uint_t nsp, u_char *buf)
{
    u_char     sock[NGX_PRINT_SESSION_SOCK];
    ngx_str_t  sid;

    ngx_print_session_sock(&eio->store, session, nsp, sock);

    sid.data = buf;
    sid.len = ngx_print_sio_sid(buf, sock) - buf;

    return sid;
}


ngx_str_t
ngx_print_hub_who_lost(ngx_print_client_loser_t *loser, u_char *buf)
{
    return ngx_print_hub_socket(buf, loser->sock, loser->addr);
}


static ngx_str_t
ngx_print_hub_socket(u_char *buf, u_char *sock, u_char *addr)
{
    u_char     *p;
    ngx_str_t   who;

    p = ngx_print_sio_sid(buf, sock);
    p = ngx_cpymem(p, ", client: ", sizeof(", client: ") - 1);
    p = ngx_print_inet(p, buf + NGX_PRINT_HUB_WHO_LEN, addr);

    who.data = buf;
    who.len = p - buf;

    return who;
}
