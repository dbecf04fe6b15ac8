
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_form.h"
#include "ngx_print_json.h"
#include "ngx_print_sio_gate.h"


ngx_int_t
ngx_print_sio_gate(ngx_print_eio_peer_t *peer, ngx_print_sio_packet_t *packet,
    ngx_uint_t nsp, ngx_str_t *auth, ngx_uint_t *reason)
{
    *reason = 0;

    return NGX_OK;
}


ngx_uint_t
ngx_print_sio_gate_refuse(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_str_t *message, ngx_str_t *data)
{
    ngx_int_t   rc;
    ngx_str_t   json[5], *first;
    ngx_uint_t  n;

    ngx_str_set(&json[0], "{\"message\":");
    json[1] = *message;
    ngx_str_set(&json[2], ",\"data\":");
    json[3] = *data;
    ngx_str_set(&json[4], "}");

    if (data->len == 0) {
        json[2].len = 0;
    }

    first = json;
    n = 5;

    if (peer->session.eio == 3) {
        first = &json[1];
        n = 1;
    }

    packet->type = NGX_PRINT_SIO_CONNECT_ERROR;

    rc = ngx_print_sio_send(peer, packet, first, n, NULL);

    if (rc == NGX_PRINT_STALLED) {
        return NGX_PRINT_EIO_TRANSPORT_ERROR;
    }

    if (rc != NGX_OK) {
        return NGX_PRINT_EIO_FORCED_SERVER_CLOSE;
    }

    return ngx_print_session_refused(&peer->eio->store, peer->session.ref)
           < NGX_PRINT_SIO_REFUSALS
           ? 0 : NGX_PRINT_EIO_REFUSED;
}


ngx_uint_t
ngx_print_sio_gate_error(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, const char *fmt, ngx_uint_t limit)
{
    u_char     buf[NGX_PRINT_SIO_LIMIT_LEN];
    ngx_str_t  json[3];

    ngx_str_set(&json[0], "{\"message\":\"");
    json[1].data = buf;
    json[1].len = ngx_snprintf(buf, sizeof(buf), fmt, limit) - buf;
    ngx_str_set(&json[2], "\"}");

    ngx_log_error(NGX_LOG_INFO, peer->log, 0,
                  "print hub: socketio: client was refused at CONNECT: %V",
                  &json[1]);

    packet->type = NGX_PRINT_SIO_CONNECT_ERROR;

    return ngx_print_sio_send(peer, packet, json, 3, NULL) == NGX_OK
           ? 0 : NGX_PRINT_EIO_FORCED_SERVER_CLOSE;
}


ngx_int_t
ngx_print_sio_gate_query(ngx_print_sio_packet_t *packet, u_char *buf)
{
    u_char     *p, *last, *hash;
    size_t      len;
    ngx_str_t   form, name, value;

    packet->json.len = 0;

    if (packet->query.len == 0) {
        return NGX_OK;
    }

    form.data = packet->query.data + 1;
    last = packet->query.data + packet->query.len;

    hash = ngx_strlchr(form.data, last, '#');
    form.len = (hash ? hash : last) - form.data;

    p = buf;
    last = buf + NGX_PRINT_SIO_AUTH_MAX - 1;

    *p++ = '{';

    while (ngx_print_form_next(&form, &name, &value) == NGX_OK) {

        len = ngx_print_json_string(NULL, name.data, name.len)
              + ngx_print_json_string(NULL, value.data, value.len)
              + sizeof(",:") - 1;

        if (len > (size_t) (last - p)) {
            return NGX_DECLINED;
        }

        if (p - buf > 1) {
            *p++ = ',';
        }

        p = (u_char *) ngx_print_json_string(p, name.data, name.len);
        *p++ = ':';
        p = (u_char *) ngx_print_json_string(p, value.data, value.len);
    }

    *p++ = '}';

    packet->json.data = buf;
    packet->json.len = p - buf;

    return NGX_OK;
}
