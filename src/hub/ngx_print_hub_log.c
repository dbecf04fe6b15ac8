
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_id.h"
#include "ngx_print_json.h"
#include "ngx_print_hub_log.h"


#define NGX_PRINT_HUB_ERROR_LEN  256


static void ngx_print_hub_printable(ngx_str_t *text);


/*
 * The log line is escaped in the same way as the event, because the text may
 * quote what the client sent.
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


ngx_str_t
ngx_print_hub_quote(u_char *buf, u_char *id, size_t len)
{
    ngx_str_t  quoted;

    quoted.data = buf;
    quoted.len = (u_char *) ngx_print_json_string(buf, id, len) - buf;

    ngx_print_hub_printable(&quoted);

    return quoted;
}


/*
 * JSON strings may contain DEL and the control characters from U+0080 on, which
 * must not reach a terminal: they are replaced by "?".
 */

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


ngx_str_t
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
