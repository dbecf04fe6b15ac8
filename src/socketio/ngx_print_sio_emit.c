
/*
 * Copyright (C) the print hub contributors
 */


/* Packets to clients: events and acknowledgements, and the ids of sockets. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_id.h"
#include "ngx_print_json.h"
#include "ngx_print_sio_packet.h"
#include "ngx_print_sio.h"


#define NGX_PRINT_SIO_MAX_PARTS     6
#define NGX_PRINT_SIO_RESERVED_LEN  (sizeof("removeListener") - 1)


/* Event names that socket.io reserves for its own use. */

static ngx_str_t  ngx_print_sio_reserved_names[] = {
    ngx_string("connect"),
    ngx_string("connect_error"),
    ngx_string("disconnect"),
    ngx_string("disconnecting"),
    ngx_string("newListener"),
    ngx_string("removeListener"),
    ngx_null_string
};


ngx_uint_t
ngx_print_sio_reserved(ngx_str_t *name)
{
    u_char      buf[6 * NGX_PRINT_SIO_RESERVED_LEN + 2];
    size_t      len;
    ngx_str_t  *reserved;

    if (name->data[0] != '"' || name->len > sizeof(buf)) {
        return 0;
    }

    len = ngx_print_json_unescape(buf, name) - buf;

    for (reserved = ngx_print_sio_reserved_names; reserved->len; reserved++) {

        if (len == reserved->len
            && ngx_strncmp(buf, reserved->data, len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_print_sio_emit(ngx_print_sio_socket_t *socket, ngx_str_t *event,
    ngx_print_sio_event_t *args)
{
    ngx_str_t               json[5];
    ngx_print_sio_packet_t  packet;

    if (!(socket->peer->session.connected >> socket->nsp & 1)) {
        /* the client has disconnected from the namespace meanwhile */
        return NGX_DECLINED;
    }

    ngx_memzero(&packet, sizeof(ngx_print_sio_packet_t));

    packet.type = args->nattachments ? NGX_PRINT_SIO_BINARY_EVENT
                                     : NGX_PRINT_SIO_EVENT;
    packet.attachments = args->nattachments;
    packet.nsp = ngx_print_store_nsp_name(&socket->peer->eio->store,
                                          socket->nsp);

    ngx_str_set(&json[0], "[\"");
    json[1] = *event;
    ngx_str_set(&json[2], "\",");
    json[3] = args->json;
    ngx_str_set(&json[4], "]");

    if (args->json.len == 0) {
        /* leave the comma out */
        json[2].len = 1;
    }

    return ngx_print_sio_send(socket->peer, &packet, json, 5,
                              args->attachments);
}


ngx_int_t
ngx_print_sio_ack(ngx_print_sio_socket_t *socket, ngx_print_sio_event_t *event,
    ngx_print_sio_event_t *args)
{
    ngx_str_t               json[3];
    ngx_print_sio_packet_t  packet;

    if (!event->has_ack) {
        return NGX_OK;
    }

    ngx_memzero(&packet, sizeof(ngx_print_sio_packet_t));

    packet.type = args->nattachments ? NGX_PRINT_SIO_BINARY_ACK
                                     : NGX_PRINT_SIO_ACK;
    packet.attachments = args->nattachments;
    packet.id = event->ack;
    packet.has_id = 1;
    packet.nsp = ngx_print_store_nsp_name(&socket->peer->eio->store,
                                          socket->nsp);

    ngx_str_set(&json[0], "[");
    json[1] = args->json;
    ngx_str_set(&json[2], "]");

    return ngx_print_sio_send(socket->peer, &packet, json, 3,
                              args->attachments);
}


/*
 * The head is allocated because CONNECT_ERROR repeats a namespace that a client
 * chose, which may be long.
 */

ngx_int_t
ngx_print_sio_send(ngx_print_eio_peer_t *peer, ngx_print_sio_packet_t *packet,
    ngx_str_t *json, ngx_uint_t n, ngx_str_t *attachments)
{
    u_char      *p;
    size_t       len;
    ngx_int_t    rc;
    ngx_str_t    parts[NGX_PRINT_SIO_MAX_PARTS];
    ngx_uint_t   i, use;

    len = ngx_print_sio_packet_head(NULL, packet);

    p = ngx_alloc(len, peer->log);
    if (p == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_print_sio_packet_head(p, packet);

    parts[0].data = p;
    parts[0].len = len;

    for (i = 0; i < n; i++) {
        parts[1 + i] = json[i];
    }

    use = packet->type == NGX_PRINT_SIO_CONNECT ? NGX_PRINT_USE_CONNECT
                                                : NGX_PRINT_USE_MESSAGE;

    rc = ngx_print_eio_send(peer, use, parts, 1 + n, attachments,
                            packet->attachments);

    ngx_free(p);

    return rc;
}


u_char *
ngx_print_sio_sid(u_char *p, u_char *sock)
{
    return ngx_print_id_encode(p, sock);
}


size_t
ngx_print_sio_before_json(ngx_str_t *message)
{
    const char              *err;
    ngx_print_sio_packet_t   packet;

    if (ngx_print_sio_packet_read(&packet, message->data, message->len, &err)
        != NGX_OK)
    {
        return message->len;
    }

    return packet.json.data - message->data;
}
