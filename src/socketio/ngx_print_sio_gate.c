
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_inet.h"
#include "ngx_print_form.h"
#include "ngx_print_json.h"
#include "ngx_print_log.h"
#include "ngx_print_eio_trust.h"
#include "ngx_print_sio_gate.h"


/* the longest JSON text of a byte is "\u0041", and of all there are quotes */
#define NGX_PRINT_SIO_TOKEN_LEN  (6 * NGX_PRINT_MAX_TOKEN + 2)


static ngx_int_t ngx_print_sio_gate_token(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_str_t *auth, ngx_uint_t *reason);
static ngx_int_t ngx_print_sio_gate_member(ngx_print_eio_peer_t *peer,
    ngx_str_t *auth, ngx_str_t *token);
static void ngx_print_sio_gate_log(ngx_print_eio_peer_t *peer,
    const char *what);


ngx_print_log_kind_t  ngx_print_sio_gate_kind =
    ngx_print_log_kind("connect refused", NGX_LOG_WARN);


ngx_int_t
ngx_print_sio_gate(ngx_print_eio_peer_t *peer, ngx_print_sio_packet_t *packet,
    ngx_uint_t nsp, ngx_str_t *auth, ngx_uint_t *reason)
{
    if (peer->conf->trust.tokens == NULL) {
        return NGX_OK;
    }

    return ngx_print_sio_gate_token(peer, packet, auth, reason);
}


/*
 * What a client sends at CONNECT comes before what it sent at the handshake.  A
 * missing token and a wrong one have the same answer.
 */

static ngx_int_t
ngx_print_sio_gate_token(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_str_t *auth, ngx_uint_t *reason)
{
    u_char       buf[NGX_PRINT_SIO_TOKEN_LEN];
    ngx_int_t    rc;
    ngx_str_t    token, message, data;
    ngx_uint_t   sent;

    token.data = buf;

    rc = ngx_print_sio_gate_member(peer, auth, &token);

    if (rc == NGX_OK) {
        sent = 1;

        if (ngx_print_eio_trust_token(&peer->eio->store, peer->conf,
                                      &peer->session.trust, &token))
        {
            return NGX_OK;
        }

    } else {
        sent = peer->session.trust.flags & NGX_PRINT_TRUST_QUERY;

        if (rc == NGX_DECLINED
            && peer->session.trust.flags & NGX_PRINT_TRUST_TOKEN)
        {
            return NGX_OK;
        }
    }

    ngx_print_tally(&peer->eio->store,
                    NGX_PRINT_TALLY_REFUSALS + NGX_PRINT_CAUSE_TOKEN);

    ngx_print_sio_gate_log(peer, sent ? "wrong token" : "no token");

    ngx_str_set(&message, "\"Authentication failed\"");
    ngx_str_set(&data, "{\"code\":\"unauthorized\"}");

    *reason = ngx_print_sio_gate_refuse(peer, packet, &message, &data);

    return NGX_DECLINED;
}


/*
 * Decodes the token in CONNECT's payload to token->data, which has room for
 * NGX_PRINT_SIO_TOKEN_LEN bytes.
 *
 *   NGX_OK        *token is what the client sent; empty if it is too long
 *   NGX_DECLINED  the payload has no token that is a string
 *   NGX_ABORT     the query of Socket.IO 2 has several
 */

static ngx_int_t
ngx_print_sio_gate_member(ngx_print_eio_peer_t *peer, ngx_str_t *auth,
    ngx_str_t *token)
{
    ngx_uint_t               n;
    ngx_print_json_value_t   value, elts[NGX_PRINT_SIO_MEMBERS], *member;

    static ngx_str_t         name = ngx_string("token");

    if (ngx_print_json_read(auth, &value, elts, NGX_PRINT_SIO_MEMBERS, &n)
        != NGX_OK)
    {
        return NGX_DECLINED;
    }

    n = ngx_min(n, NGX_PRINT_SIO_MEMBERS);

    member = ngx_print_json_member(elts, n, &name);

    if (member == NULL || member->type != NGX_PRINT_JSON_STRING) {
        return NGX_DECLINED;
    }

    if (peer->session.eio == 3
        && ngx_print_json_member(elts, member - elts, &name))
    {
        return NGX_ABORT;
    }

    token->len = member->raw.len > NGX_PRINT_SIO_TOKEN_LEN
                 ? 0
                 : ngx_print_json_unescape(token->data, &member->raw)
                   - token->data;

    return NGX_OK;
}


static void
ngx_print_sio_gate_log(ngx_print_eio_peer_t *peer, const char *what)
{
    u_char     buf[NGX_SOCKADDR_STRLEN];
    ngx_str_t  addr;

    if (!ngx_print_log_turn(&ngx_print_sio_gate_kind, peer->eio->log)) {
        return;
    }

    addr.data = buf;
    addr.len = ngx_print_inet(buf, buf + sizeof(buf), peer->session.addr)
               - buf;

    ngx_log_error(NGX_LOG_WARN, peer->eio->log, 0,
                  "print hub: connect refused, %s, client: %V", what, &addr);
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
        return NGX_PRINT_REASON_TRANSPORT_ERROR;
    }

    if (rc != NGX_OK) {
        return NGX_PRINT_REASON_FORCED_SERVER_CLOSE;
    }

    return ngx_print_session_refused(&peer->eio->store, peer->session.ref)
           < NGX_PRINT_SIO_REFUSALS
           ? 0 : NGX_PRINT_REASON_REFUSED;
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
           ? 0 : NGX_PRINT_REASON_FORCED_SERVER_CLOSE;
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
