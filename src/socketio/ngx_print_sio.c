
/*
 * Copyright (C) the print hub contributors
 */


/* Packets from clients: CONNECT, events, acknowledgements, DISCONNECT. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_sio_packet.h"
#include "ngx_print_queue_attach.h"
#include "ngx_print_recovery.h"
#include "ngx_print_sio.h"
#include "ngx_print_sio_ask.h"
#include "ngx_print_sio_authorize.h"
#include "ngx_print_sio_gate.h"
#include "ngx_print_sio_join.h"


#define ngx_print_sio_handlers(eio)                                           \
    ((const ngx_print_sio_app_t *) (eio)->app_data)


static ngx_uint_t ngx_print_sio_open(ngx_print_eio_peer_t *peer);
static ngx_uint_t ngx_print_sio_message(ngx_print_eio_peer_t *peer,
    ngx_str_t *data, ngx_uint_t binary);
static ngx_uint_t ngx_print_sio_attachment(ngx_print_eio_peer_t *peer,
    ngx_str_t *data);
static ngx_uint_t ngx_print_sio_attach_add(ngx_print_eio_peer_t *peer,
    ngx_str_t *data, ngx_uint_t binary, ngx_uint_t awaited);
static u_char *ngx_print_sio_attach_take(ngx_print_eio_peer_t *peer,
    ngx_str_t *parts, ngx_uint_t *n);
static ngx_uint_t ngx_print_sio_packet(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_str_t *attachments);
static ngx_int_t ngx_print_sio_nsp(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet);
static ngx_uint_t ngx_print_sio_connect(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_int_t nsp);
static ngx_uint_t ngx_print_sio_event(ngx_print_sio_socket_t *socket,
    ngx_print_sio_packet_t *packet, ngx_str_t *attachments);
static ngx_uint_t ngx_print_sio_reply(ngx_print_sio_socket_t *socket,
    ngx_print_sio_packet_t *packet, ngx_str_t *attachments);
static ngx_int_t ngx_print_sio_args(ngx_print_sio_packet_t *packet,
    ngx_str_t *attachments, ngx_uint_t named, ngx_print_sio_event_t *event);
static ngx_uint_t ngx_print_sio_disconnect(ngx_print_sio_socket_t *socket,
    ngx_print_sio_packet_t *packet);
static ngx_uint_t ngx_print_sio_refuse(ngx_print_eio_peer_t *peer,
    const char *err);
static ngx_uint_t ngx_print_sio_exceeded(ngx_print_eio_peer_t *peer,
    const char *err, const char *fmt, ngx_uint_t limit);
static void ngx_print_sio_close(ngx_print_eio_t *eio,
    ngx_print_session_info_t *session, ngx_uint_t reason, ngx_log_t *log);
static void ngx_print_sio_tick(ngx_print_eio_t *eio, uint32_t now);
static void ngx_print_sio_expire(void *data, uint32_t now, uint32_t index);


const ngx_print_eio_app_t  ngx_print_sio_app = {
    ngx_print_sio_open,
    ngx_print_sio_message,
    ngx_print_sio_close,
    ngx_print_sio_tick,
    ngx_print_sio_wrap,
    ngx_print_sio_before_json
};


/* Socket.IO 2 connects its clients to "/" without a CONNECT packet. */

static ngx_uint_t
ngx_print_sio_open(ngx_print_eio_peer_t *peer)
{
    ngx_str_t               auth;
    ngx_uint_t              reason;
    ngx_print_sio_packet_t  packet;

    if (peer->session.eio != 3) {
        return 0;
    }

    ngx_memzero(&packet, sizeof(ngx_print_sio_packet_t));

    packet.type = NGX_PRINT_SIO_CONNECT;
    ngx_str_set(&packet.nsp, "/");
    ngx_str_set(&auth, "{}");

    if (ngx_print_sio_gate(peer, &packet, 0, &auth, &reason) != NGX_OK) {
        return reason;
    }

    return ngx_print_sio_authorize(peer, &packet, 0, &auth);
}


static ngx_uint_t
ngx_print_sio_message(ngx_print_eio_peer_t *peer, ngx_str_t *data,
    ngx_uint_t binary)
{
    ngx_int_t                rc;
    const char              *err;
    ngx_print_sio_packet_t   packet;

    if (binary) {
        return ngx_print_sio_attachment(peer, data);
    }

    if (peer->session.awaited) {
        return ngx_print_sio_refuse(peer, "text instead of an attachment");
    }

    rc = ngx_print_sio_packet_read(&packet, data->data, data->len, &err);

    if (rc == NGX_BUSY) {
        return ngx_print_sio_exceeded(peer, err, "a packet has more than %ui "
                                      "attachments",
                                      NGX_PRINT_SIO_MAX_ATTACHMENTS);
    }

    if (rc != NGX_OK) {
        return ngx_print_sio_refuse(peer, err);
    }

    if (packet.attachments) {
        return ngx_print_sio_attach_add(peer, data, 0, packet.attachments);
    }

    return ngx_print_sio_packet(peer, &packet, NULL);
}


/*
 * Handles an attachment.  The last one completes the packet that announced it
 * ("Packet encoding").
 */

static ngx_uint_t
ngx_print_sio_attachment(ngx_print_eio_peer_t *peer, ngx_str_t *data)
{
    u_char                  *bytes;
    ngx_str_t                parts[NGX_PRINT_SIO_MAX_ATTACHMENTS + 1];
    ngx_uint_t               n, reason;
    const char              *err;
    ngx_print_sio_packet_t   packet;

    if (peer->session.awaited == 0) {
        return ngx_print_sio_refuse(peer, "an attachment that no packet "
                                    "announced");
    }

    reason = ngx_print_sio_attach_add(peer, data, 1, peer->session.awaited - 1);

    if (reason || peer->session.awaited) {
        return reason;
    }

    bytes = ngx_print_sio_attach_take(peer, parts, &n);

    if (bytes == NULL) {
        return NGX_PRINT_REASON_FORCED_SERVER_CLOSE;
    }

    if (n == 0
        || ngx_print_sio_packet_read(&packet, parts[0].data, parts[0].len,
                                     &err)
           != NGX_OK
        || packet.attachments != n - 1)
    {
        /* the session was closed meanwhile */
        reason = 0;

    } else {
        reason = ngx_print_sio_packet(peer, &packet, &parts[1]);
    }

    ngx_free(bytes);

    return reason;
}


/*
 * Keeps a part of a packet that is not complete: other workers may get its
 * next parts.  Returns 0, or the reason for closing the session.
 */

static ngx_uint_t
ngx_print_sio_attach_add(ngx_print_eio_peer_t *peer, ngx_str_t *data,
    ngx_uint_t binary, ngx_uint_t awaited)
{
    switch (ngx_print_queue_attach_add(&peer->eio->store, peer->session.ref,
                                       data, binary, awaited,
                                       peer->conf->max_payload))
    {
    case NGX_OK:
        peer->session.awaited = awaited;
        return 0;

    case NGX_BUSY:
        return ngx_print_sio_exceeded(peer, "attachments longer than "
                                      "\"print_hub_max_payload\"",
                                      "a packet with its attachments is "
                                      "larger than %ui bytes",
                                      peer->conf->max_payload);

    case NGX_PRINT_FULL:
        ngx_print_eio_log_full(peer->eio, peer->log, "an attachment");
        return NGX_PRINT_REASON_FORCED_SERVER_CLOSE;

    case NGX_PRINT_STALLED:
        return NGX_PRINT_REASON_TRANSPORT_ERROR;

    default: /* NGX_DECLINED: the session was closed meanwhile */
        return 0;
    }
}


/*
 * Takes the text of a packet and its attachments; sets n parts.  They lie next
 * to each other in memory that is returned, and that the caller frees with
 * ngx_free().  Returns NULL if there is no memory.
 */

static u_char *
ngx_print_sio_attach_take(ngx_print_eio_peer_t *peer, ngx_str_t *parts,
    ngx_uint_t *n)
{
    u_char               *bytes, *p;
    ngx_print_batch_t     batch;
    ngx_print_store_t    *st;
    ngx_print_message_t   msg;

    st = &peer->eio->store;
    *n = 0;

    (void) ngx_print_queue_attach_take(st, peer->session.ref, &batch);

    bytes = ngx_alloc(batch.bytes + 1, peer->log);

    if (bytes) {
        p = bytes;

        while (*n <= NGX_PRINT_SIO_MAX_ATTACHMENTS
               && ngx_print_queue_next(st, &batch, &msg) == NGX_OK)
        {
            parts[*n].data = p;
            p = ngx_print_queue_copy(st, &msg, p);
            parts[*n].len = p - parts[*n].data;
            (*n)++;
        }
    }

    ngx_print_queue_release(st, &batch);

    return bytes;
}


static ngx_uint_t
ngx_print_sio_packet(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_str_t *attachments)
{
    ngx_int_t               nsp;
    ngx_print_sio_socket_t  socket;

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, peer->log, 0,
                   "print hub: socketio: packet '%c' nsp \"%V\" "
                   "connected:%uxD",
                   packet->type, &packet->nsp, peer->session.connected);

    nsp = ngx_print_sio_nsp(peer, packet);

    if (nsp == NGX_PRINT_STALLED) {
        return NGX_PRINT_REASON_TRANSPORT_ERROR;
    }

    if (packet->type == NGX_PRINT_SIO_CONNECT) {
        return ngx_print_sio_connect(peer, packet, nsp);
    }

    if (nsp == NGX_ERROR || !(peer->session.connected >> nsp & 1)) {
        return ngx_print_sio_refuse(peer, "a packet for a namespace that it is "
                                    "not connected to");
    }

    socket.peer = peer;
    socket.nsp = nsp;

    switch (packet->type) {

    case NGX_PRINT_SIO_EVENT:
    case NGX_PRINT_SIO_BINARY_EVENT:
        return ngx_print_sio_event(&socket, packet, attachments);

    case NGX_PRINT_SIO_ACK:
    case NGX_PRINT_SIO_BINARY_ACK:
        return ngx_print_sio_reply(&socket, packet, attachments);

    case NGX_PRINT_SIO_DISCONNECT:
        return ngx_print_sio_disconnect(&socket, packet);

    default: /* NGX_PRINT_SIO_CONNECT_ERROR */
        return ngx_print_sio_refuse(peer, "a packet that only a server may "
                                    "send");
    }
}


/*
 * Returns the index of a packet's namespace; NGX_ERROR if it is unknown, or
 * NGX_PRINT_STALLED if the zone cannot be used.
 */

static ngx_int_t
ngx_print_sio_nsp(ngx_print_eio_peer_t *peer, ngx_print_sio_packet_t *packet)
{
    ngx_str_t   *names;
    ngx_uint_t   i;

    /* only Socket.IO 2 has a query behind the namespace */

    if (packet->query.len && peer->session.eio != 3) {
        packet->nsp.len += packet->query.len;
        return NGX_ERROR;
    }

    if (packet->nsp.len == 1) {
        return 0;
    }

    names = peer->conf->namespaces ? peer->conf->namespaces->elts : NULL;

    for (i = 0; names && i < peer->conf->namespaces->nelts; i++) {

        if (names[i].len == packet->nsp.len
            && ngx_strncmp(names[i].data, packet->nsp.data, names[i].len) == 0)
        {
            return ngx_print_store_nsp(&peer->eio->store, &names[i]);
        }
    }

    return NGX_ERROR;
}


/*
 * Handles CONNECT ("Connection to a namespace").  An unknown namespace and a
 * payload that is too large are permanent faults, which CONNECT_ERROR answers:
 * a client does not try again by itself.  A full zone is a temporary fault: the
 * session is closed, and the client connects again.
 */

static ngx_uint_t
ngx_print_sio_connect(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_int_t nsp)
{
    u_char                   buf[NGX_PRINT_SIO_AUTH_MAX];
    ngx_int_t                rc;
    ngx_str_t                json;
    ngx_uint_t               reason;
    ngx_print_json_value_t   auth;
    ngx_print_sio_packet_t   answer;

    ngx_str_set(&json, "{}");

    rc = (peer->session.eio == 3) ? ngx_print_sio_gate_query(packet, buf)
                                  : NGX_OK;

    if (packet->json.len) {
        json = packet->json;

        if (ngx_print_json_read(&json, &auth, NULL, 0, NULL) != NGX_OK
            || auth.type != NGX_PRINT_JSON_OBJECT)
        {
            return ngx_print_sio_refuse(peer, "a payload that is not an "
                                        "object");
        }
    }

    answer = *packet;
    answer.has_id = 0;

    if (nsp == NGX_ERROR) {
        return ngx_print_sio_gate_error(peer, &answer, "Invalid namespace",
                                        0);
    }

    if (rc != NGX_OK) {
        return ngx_print_sio_gate_error(peer, &answer, "query is larger "
                                        "than %ui bytes",
                                        NGX_PRINT_SIO_AUTH_MAX);
    }

    if (json.len > NGX_PRINT_SIO_AUTH_MAX) {
        return ngx_print_sio_gate_error(peer, &answer, "auth is larger "
                                        "than %ui bytes",
                                        NGX_PRINT_SIO_AUTH_MAX);
    }

    if (ngx_print_sio_gate(peer, &answer, nsp, &json, &reason) != NGX_OK) {
        return reason;
    }

    return ngx_print_sio_authorize(peer, &answer, nsp, &json);
}


/* Handles EVENT and BINARY_EVENT ("Sending and receiving data"). */

static ngx_uint_t
ngx_print_sio_event(ngx_print_sio_socket_t *socket,
    ngx_print_sio_packet_t *packet, ngx_str_t *attachments)
{
    ngx_print_sio_event_t  event;

    if (packet->json.len == 0) {
        /* socket.io ignores an event without a payload */
        return 0;
    }

    if (ngx_print_sio_args(packet, attachments, 1, &event) != NGX_OK
        || (event.name.type != NGX_PRINT_JSON_STRING
            && event.name.type != NGX_PRINT_JSON_NUMBER)
        || ngx_print_sio_reserved(&event.name.raw))
    {
        return ngx_print_sio_refuse(socket->peer, "an invalid event");
    }

    ngx_print_sio_handlers(socket->peer->eio)->event(socket, &event);

    return 0;
}


/*
 * Handles ACK and BINARY_ACK ("Acknowledgement").  It ignores one whose id does
 * not name a job, because the server asks for no others.
 */

static ngx_uint_t
ngx_print_sio_reply(ngx_print_sio_socket_t *socket,
    ngx_print_sio_packet_t *packet, ngx_str_t *attachments)
{
    uint32_t                index, gen;
    ngx_print_eio_t        *eio;
    ngx_print_sio_event_t   event;

    eio = socket->peer->eio;

    if (packet->json.len
        && ngx_print_sio_args(packet, attachments, 0, &event) != NGX_OK)
    {
        return ngx_print_sio_refuse(socket->peer, "an invalid acknowledgement");
    }

    if (packet->json.len == 0 || !packet->has_id) {
        return 0;
    }

    if (ngx_print_sio_handlers(eio)->answer
        && ngx_print_sio_job(packet->id, &index, &gen) == NGX_OK)
    {
        ngx_print_sio_handlers(eio)->answer(socket, index, gen, &event);
    }

    return 0;
}


/*
 * Parses the JSON array of an event or an acknowledgement.  If named is 1, its
 * first element is an event's name and not an argument.  NGX_OK, or
 * NGX_DECLINED if it is not valid.
 */

static ngx_int_t
ngx_print_sio_args(ngx_print_sio_packet_t *packet, ngx_str_t *attachments,
    ngx_uint_t named, ngx_print_sio_event_t *event)
{
    u_char                  *p, *last;
    ngx_uint_t               n;
    ngx_print_json_value_t   value, elts[NGX_PRINT_SIO_MAX_ARGS + 1];

    ngx_memzero(event, sizeof(ngx_print_sio_event_t));

    if (ngx_print_json_read(&packet->json, &value, elts,
                            NGX_PRINT_SIO_MAX_ARGS + 1, &n)
        != NGX_OK
        || value.type != NGX_PRINT_JSON_ARRAY
        || n < named)
    {
        return NGX_DECLINED;
    }

    if (packet->attachments
        && !ngx_print_sio_packet_placeholders(&value.raw, packet->attachments))
    {
        return NGX_DECLINED;
    }

    if (named) {
        event->name = elts[0];
    }

    event->nargs = n - named;
    event->attachments = attachments;
    event->nattachments = packet->attachments;
    event->ack = packet->id;
    event->has_ack = packet->has_id;

    n = ngx_min(event->nargs, NGX_PRINT_SIO_MAX_ARGS);

    ngx_memcpy(event->args, &elts[named], n * sizeof(ngx_print_json_value_t));

    if (n) {
        p = event->args[0].raw.data;
        last = value.raw.data + value.raw.len - 1;

        event->json.data = p;
        event->json.len = last - p;
    }

    return NGX_OK;
}


/* Handles DISCONNECT ("Disconnection from a namespace"). */

static ngx_uint_t
ngx_print_sio_disconnect(ngx_print_sio_socket_t *socket,
    ngx_print_sio_packet_t *packet)
{
    ngx_print_eio_peer_t  *peer;

    peer = socket->peer;

    if (packet->json.len) {
        return ngx_print_sio_refuse(peer, "a DISCONNECT with a payload");
    }

    if (ngx_print_session_disconnect(&peer->eio->store, peer->session.ref,
                               socket->nsp)
        == NGX_OK)
    {
        ngx_print_sio_join_left(peer, socket->nsp);
    }

    return 0;
}


/* Logs a violation of the protocol, and returns the reason for closing. */

static ngx_uint_t
ngx_print_sio_refuse(ngx_print_eio_peer_t *peer, const char *err)
{
    ngx_log_error(NGX_LOG_INFO, peer->log, 0,
                  "print hub: socketio: client sent %s, closing session", err);

    return NGX_PRINT_REASON_FORCED_CLOSE;
}


/*
 * The same for a limit, which the client is told before: a program that keeps
 * to the protocol can exceed it without knowing it.
 */

static ngx_uint_t
ngx_print_sio_exceeded(ngx_print_eio_peer_t *peer, const char *err,
    const char *fmt, ngx_uint_t limit)
{
    u_char                  buf[NGX_PRINT_SIO_LIMIT_LEN];
    ngx_str_t               text;
    ngx_uint_t              nsp;
    ngx_print_sio_socket_t  socket;

    text.data = buf;
    text.len = ngx_snprintf(buf, sizeof(buf), fmt, limit) - buf;

    socket.peer = peer;

    for (nsp = 0; nsp < NGX_PRINT_NSP_COUNT; nsp++) {

        if (ngx_print_sio_handlers(peer->eio)->exceeded
            && (peer->session.connected >> nsp & 1))
        {
            socket.nsp = nsp;
            ngx_print_sio_handlers(peer->eio)->exceeded(&socket, &text);
        }
    }

    return ngx_print_sio_refuse(peer, err);
}


static void
ngx_print_sio_close(ngx_print_eio_t *eio, ngx_print_session_info_t *session,
    ngx_uint_t reason, ngx_log_t *log)
{
    ngx_uint_t  nsp;

    ngx_print_sio_ask_cancel(eio, session->ref, -1);

    if (reason == NGX_PRINT_REASON_PARSE_ERROR
        || reason == NGX_PRINT_REASON_REFUSED)
    {
        /*
         * socket.io does not recover a socket after a parse error, and what a
         * rule has ended shall not come back under an older permission
         */
        ngx_print_recovery_end(&eio->store, session->ref);
    }

    for (nsp = 0; nsp < NGX_PRINT_NSP_COUNT; nsp++) {

        if (session->connected >> nsp & 1) {
            ngx_print_sio_handlers(eio)->disconnect(eio, session, nsp,
                                                ngx_print_reason_name(reason),
                                                log);
        }
    }
}


static void
ngx_print_sio_tick(ngx_print_eio_t *eio, uint32_t now)
{
    ngx_print_sio_ask_tick(eio);

    ngx_print_store_sweep(&eio->store, NGX_PRINT_SWEEP_RECOVERIES, now,
                          ngx_print_sio_expire, &eio->store);

    if (ngx_print_sio_handlers(eio)->tick) {
        ngx_print_sio_handlers(eio)->tick(eio, now);
    }
}


static void
ngx_print_sio_expire(void *data, uint32_t now, uint32_t index)
{
    ngx_print_recovery_expire(data, now, index);
}
