
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_random.h"
#include "ngx_print_sio_packet.h"
#include "ngx_print_sio.h"


#define NGX_PRINT_SIO_HEAD_LEN   1024
#define NGX_PRINT_SIO_MAX_PARTS  6

#define NGX_PRINT_SIO_RESERVED_LEN  (sizeof("removeListener") - 1)

#define ngx_print_sio_handlers(eio)                                           \
    ((const ngx_print_sio_app_t *) (eio)->app_data)


static ngx_uint_t ngx_print_sio_message(ngx_print_eio_peer_t *peer,
    ngx_str_t *data, ngx_uint_t binary);
static ngx_uint_t ngx_print_sio_attachment(ngx_print_eio_peer_t *peer,
    ngx_str_t *data);
static ngx_uint_t ngx_print_sio_hold(ngx_print_eio_peer_t *peer,
    ngx_str_t *data, ngx_uint_t binary, ngx_uint_t awaited);
static ngx_uint_t ngx_print_sio_packet(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet);
static ngx_uint_t ngx_print_sio_connect(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet);
static ngx_uint_t ngx_print_sio_event(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet);
static ngx_uint_t ngx_print_sio_reserved(ngx_print_json_value_t *name);
static ngx_uint_t ngx_print_sio_reply(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet);
static ngx_uint_t ngx_print_sio_disconnect(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet);
static ngx_int_t ngx_print_sio_send(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_str_t *json, ngx_uint_t n);
static ngx_uint_t ngx_print_sio_refuse(ngx_print_eio_peer_t *peer,
    const char *err);
static void ngx_print_sio_close(ngx_print_eio_t *eio,
    ngx_print_session_info_t *session, ngx_uint_t reason, ngx_log_t *log);


const ngx_print_eio_app_t  ngx_print_sio_app = {
    ngx_print_sio_message,
    ngx_print_sio_close
};


/* names that the client library keeps for itself */

static ngx_str_t  ngx_print_sio_reserved_names[] = {
    ngx_string("connect"),
    ngx_string("connect_error"),
    ngx_string("disconnect"),
    ngx_string("disconnecting"),
    ngx_string("newListener"),
    ngx_string("removeListener"),
    ngx_null_string
};


static ngx_uint_t
ngx_print_sio_message(ngx_print_eio_peer_t *peer, ngx_str_t *data,
    ngx_uint_t binary)
{
    const char              *err;
    ngx_print_sio_packet_t   packet;

    if (binary) {
        return ngx_print_sio_attachment(peer, data);
    }

    if (peer->session.awaited) {
        return ngx_print_sio_refuse(peer, "text instead of an attachment");
    }

    if (ngx_print_sio_packet_read(&packet, data->data, data->len, &err)
        != NGX_OK)
    {
        return ngx_print_sio_refuse(peer, err);
    }

    if (packet.attachments) {
        return ngx_print_sio_hold(peer, data, 0, packet.attachments);
    }

    return ngx_print_sio_packet(peer, &packet);
}


/* the last attachment completes the packet that announced it */

static ngx_uint_t
ngx_print_sio_attachment(ngx_print_eio_peer_t *peer, ngx_str_t *data)
{
    u_char                  *text;
    ngx_uint_t               reason;
    const char              *err;
    ngx_print_batch_t        batch;
    ngx_print_message_t      msg;
    ngx_print_sio_packet_t   packet;

    if (peer->session.awaited == 0) {
        return ngx_print_sio_refuse(peer, "an attachment of nothing");
    }

    reason = ngx_print_sio_hold(peer, data, 1, peer->session.awaited - 1);

    if (reason || peer->session.awaited) {
        return reason;
    }

    if (ngx_print_queue_unheld(&peer->eio->store, peer->session.ref, &batch)
        != NGX_OK
        || ngx_print_queue_next(&peer->eio->store, &batch, &msg) != NGX_OK)
    {
        return 0;
    }

    text = ngx_alloc(msg.len, peer->log);

    if (text) {
        (void) ngx_print_queue_copy(&peer->eio->store, &msg, text);
    }

    ngx_print_queue_release(&peer->eio->store, &batch);

    if (text == NULL
        || ngx_print_sio_packet_read(&packet, text, msg.len, &err) != NGX_OK)
    {
        reason = NGX_PRINT_EIO_FORCED_CLOSE;

    } else {
        reason = ngx_print_sio_packet(peer, &packet);
    }

    ngx_free(text);

    return reason;
}


static ngx_uint_t
ngx_print_sio_hold(ngx_print_eio_peer_t *peer, ngx_str_t *data,
    ngx_uint_t binary, ngx_uint_t awaited)
{
    switch (ngx_print_queue_hold(&peer->eio->store, peer->session.ref, data,
                                 binary, awaited, peer->conf->max_payload))
    {
    case NGX_OK:
        peer->session.awaited = awaited;
        return 0;

    case NGX_BUSY:
        return ngx_print_sio_refuse(peer, "attachments over the max payload");

    case NGX_PRINT_FULL:
        ngx_print_eio_full(peer->eio, peer->log, "an attachment");
        return NGX_PRINT_EIO_FORCED_SERVER_CLOSE;

    default: /* NGX_DECLINED: the session was closed meanwhile */
        return 0;
    }
}


static ngx_uint_t
ngx_print_sio_packet(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet)
{
    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, peer->log, 0,
                   "print sio: packet '%c' nsp \"%V\" joined:%ui",
                   packet->type, &packet->nsp, peer->session.joined);

    if (packet->type == NGX_PRINT_SIO_CONNECT) {
        return ngx_print_sio_connect(peer, packet);
    }

    if (packet->nsp.len != 1 || !peer->session.joined) {
        return ngx_print_sio_refuse(peer,
                                    "a packet for a namespace not joined");
    }

    switch (packet->type) {

    case NGX_PRINT_SIO_EVENT:
    case NGX_PRINT_SIO_BINARY_EVENT:
        return ngx_print_sio_event(peer, packet);

    case NGX_PRINT_SIO_ACK:
    case NGX_PRINT_SIO_BINARY_ACK:
        return ngx_print_sio_reply(peer, packet);

    case NGX_PRINT_SIO_DISCONNECT:
        return ngx_print_sio_disconnect(peer, packet);

    default: /* NGX_PRINT_SIO_CONNECT_ERROR */
        return ngx_print_sio_refuse(peer, "a packet only a server may send");
    }
}


/*
 * A namespace that does not exist is a lasting fault, answered by
 * CONNECT_ERROR, after which a client does not try again by itself; a full
 * zone is a passing one, so the transport is closed.
 */

static ngx_uint_t
ngx_print_sio_connect(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet)
{
    u_char                   sock[NGX_PRINT_SESSION_SOCK];
    u_char                   sid[NGX_PRINT_SIO_SID_LEN];
    ngx_str_t                json[3];
    ngx_print_json_value_t   auth;
    ngx_print_sio_socket_t   socket;
    ngx_print_sio_packet_t   answer;

    if (packet->json.len
        && (ngx_print_json_read(&packet->json, &auth, NULL, 0, NULL) != NGX_OK
            || auth.type != NGX_PRINT_JSON_OBJECT))
    {
        return ngx_print_sio_refuse(peer, "a payload that is no object");
    }

    answer = *packet;
    answer.has_id = 0;

    if (packet->nsp.len != 1) {
        answer.type = NGX_PRINT_SIO_CONNECT_ERROR;
        ngx_str_set(&json[0], "{\"message\":\"Invalid namespace\"}");

        return ngx_print_sio_send(peer, &answer, json, 1) == NGX_OK
               ? 0 : NGX_PRINT_EIO_FORCED_SERVER_CLOSE;
    }

    if (ngx_print_random(sock, NGX_PRINT_SESSION_SOCK, peer->log) != NGX_OK) {
        return NGX_PRINT_EIO_FORCED_SERVER_CLOSE;
    }

    switch (ngx_print_session_join(&peer->eio->store, peer->session.ref, sock))
    {
    case NGX_OK:
        break;

    case NGX_BUSY:
        return ngx_print_sio_refuse(peer, "a second connect");

    default: /* NGX_DECLINED: the session was closed meanwhile */
        return 0;
    }

    peer->session.joined = 1;
    ngx_memcpy(peer->session.sock, sock, NGX_PRINT_SESSION_SOCK);

    ngx_str_set(&json[0], "{\"sid\":\"");
    json[1].data = sid;
    json[1].len = ngx_print_sio_sid(sid, sock) - sid;
    ngx_str_set(&json[2], "\"}");

    if (ngx_print_sio_send(peer, &answer, json, 3) != NGX_OK) {
        return NGX_PRINT_EIO_FORCED_SERVER_CLOSE;
    }

    ngx_memzero(&socket, sizeof(ngx_print_sio_socket_t));
    socket.peer = peer;

    ngx_print_sio_handlers(peer->eio)->connect(&socket);

    return 0;
}


static ngx_uint_t
ngx_print_sio_event(ngx_print_eio_peer_t *peer, ngx_print_sio_packet_t *packet)
{
    ngx_uint_t               n;
    ngx_print_json_value_t   value, elts[NGX_PRINT_SIO_MAX_ARGS + 1];
    ngx_print_sio_socket_t   socket;

    if (packet->json.len == 0) {
        /* tolerated by the reference, and without effect */
        return 0;
    }

    if (ngx_print_json_read(&packet->json, &value, elts,
                            NGX_PRINT_SIO_MAX_ARGS + 1, &n)
        != NGX_OK
        || value.type != NGX_PRINT_JSON_ARRAY
        || n == 0
        || (elts[0].type != NGX_PRINT_JSON_STRING
            && elts[0].type != NGX_PRINT_JSON_NUMBER)
        || ngx_print_sio_reserved(&elts[0]))
    {
        return ngx_print_sio_refuse(peer, "an event that is none");
    }

    socket.peer = peer;
    socket.ack = packet->id;
    socket.has_ack = packet->has_id;

    ngx_print_sio_handlers(peer->eio)->event(&socket, &elts[0], &elts[1],
                                             n - 1);

    return 0;
}


static ngx_uint_t
ngx_print_sio_reserved(ngx_print_json_value_t *name)
{
    u_char      buf[6 * NGX_PRINT_SIO_RESERVED_LEN + 2];
    size_t      len;
    ngx_str_t  *reserved;

    if (name->type != NGX_PRINT_JSON_STRING || name->raw.len > sizeof(buf)) {
        return 0;
    }

    len = ngx_print_json_unescape(buf, &name->raw) - buf;

    for (reserved = ngx_print_sio_reserved_names; reserved->len; reserved++) {

        if (len == reserved->len
            && ngx_strncmp(buf, reserved->data, len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* no acknowledgement is asked for yet, so each is one too many: ignored */

static ngx_uint_t
ngx_print_sio_reply(ngx_print_eio_peer_t *peer, ngx_print_sio_packet_t *packet)
{
    ngx_print_json_value_t  value;

    if (packet->json.len
        && (ngx_print_json_read(&packet->json, &value, NULL, 0, NULL)
            != NGX_OK
            || value.type != NGX_PRINT_JSON_ARRAY))
    {
        return ngx_print_sio_refuse(peer, "an acknowledgement that is none");
    }

    return 0;
}


static ngx_uint_t
ngx_print_sio_disconnect(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet)
{
    static ngx_str_t  reason = ngx_string("client namespace disconnect");

    if (packet->json.len) {
        return ngx_print_sio_refuse(peer, "a disconnect with a payload");
    }

    if (ngx_print_session_part(&peer->eio->store, peer->session.ref)
        == NGX_OK)
    {
        ngx_print_sio_handlers(peer->eio)->disconnect(peer->eio,
                                                      &peer->session, &reason,
                                                      peer->log);
        peer->session.joined = 0;
    }

    return 0;
}


ngx_int_t
ngx_print_sio_emit(ngx_print_sio_socket_t *socket, ngx_str_t *event,
    ngx_str_t *args)
{
    ngx_str_t               json[5];
    ngx_uint_t              n;
    ngx_print_sio_packet_t  packet;

    ngx_memzero(&packet, sizeof(ngx_print_sio_packet_t));

    packet.type = NGX_PRINT_SIO_EVENT;
    ngx_str_set(&packet.nsp, "/");

    n = 0;

    ngx_str_set(&json[n], "[\"");
    n++;

    json[n++] = *event;

    ngx_str_set(&json[n], "\"");
    n++;

    if (args->len) {
        ngx_str_set(&json[n - 1], "\",");
        json[n++] = *args;
    }

    ngx_str_set(&json[n], "]");
    n++;

    return ngx_print_sio_send(socket->peer, &packet, json, n);
}


ngx_int_t
ngx_print_sio_ack(ngx_print_sio_socket_t *socket, ngx_str_t *args)
{
    ngx_str_t               json[3];
    ngx_print_sio_packet_t  packet;

    if (!socket->has_ack) {
        return NGX_OK;
    }

    ngx_memzero(&packet, sizeof(ngx_print_sio_packet_t));

    packet.type = NGX_PRINT_SIO_ACK;
    packet.id = socket->ack;
    packet.has_id = 1;
    ngx_str_set(&packet.nsp, "/");

    ngx_str_set(&json[0], "[");
    json[1] = *args;
    ngx_str_set(&json[2], "]");

    return ngx_print_sio_send(socket->peer, &packet, json, 3);
}


/* a namespace that a client made up may be long, any other head is short */

static ngx_int_t
ngx_print_sio_send(ngx_print_eio_peer_t *peer, ngx_print_sio_packet_t *packet,
    ngx_str_t *json, ngx_uint_t n)
{
    u_char      buf[NGX_PRINT_SIO_HEAD_LEN];
    size_t      len;
    ngx_str_t   parts[NGX_PRINT_SIO_MAX_PARTS];
    ngx_uint_t  i;

    len = ngx_print_sio_packet_head(NULL, packet);

    if (len > NGX_PRINT_SIO_HEAD_LEN) {
        return NGX_ERROR;
    }

    (void) ngx_print_sio_packet_head(buf, packet);

    parts[0].data = buf;
    parts[0].len = len;

    for (i = 0; i < n; i++) {
        parts[1 + i] = json[i];
    }

    return ngx_print_eio_send(peer, parts, 1 + n);
}


static ngx_uint_t
ngx_print_sio_refuse(ngx_print_eio_peer_t *peer, const char *err)
{
    ngx_log_error(NGX_LOG_INFO, peer->log, 0,
                  "print sio: client sent %s, closing session", err);

    return NGX_PRINT_EIO_FORCED_CLOSE;
}


u_char *
ngx_print_sio_sid(u_char *p, u_char *sock)
{
    return ngx_print_eio_id(p, sock);
}


static void
ngx_print_sio_close(ngx_print_eio_t *eio, ngx_print_session_info_t *session,
    ngx_uint_t reason, ngx_log_t *log)
{
    if (session->joined) {
        ngx_print_sio_handlers(eio)->disconnect(eio, session,
                                                ngx_print_eio_reason(reason),
                                                log);
    }
}
