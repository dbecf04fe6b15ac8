
/*
 * Copyright (C) the print hub contributors
 */


/* Answers: a payload in the client's protocol, and refusals. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_json.h"
#include "ngx_print_eio3_packet.h"
#include "ngx_print_jsonp.h"
#include "ngx_print_eio.h"
#include "ngx_print_polling_answer.h"


/* A packet of the payload; the data of a text begin with its type. */
typedef struct {
    ngx_str_t            data;
    ngx_uint_t           binary;
} ngx_print_polling_packet_t;


static ngx_int_t ngx_print_polling_send(ngx_http_request_t *r,
    ngx_print_eio_conn_t *conn, ngx_array_t *packets);
static ngx_int_t ngx_print_polling_ascii(ngx_http_request_t *r,
    ngx_print_eio_t *eio, ngx_array_t *packets);
static ngx_int_t ngx_print_polling_jsonp(ngx_http_request_t *r,
    ngx_str_t *index, ngx_str_t *body);
static ngx_int_t ngx_print_polling_collect(ngx_http_request_t *r,
    ngx_print_eio_t *eio, ngx_print_batch_t *batch, ngx_array_t *packets);
static ngx_int_t ngx_print_polling_push(ngx_array_t *packets, u_char *p,
    size_t len, ngx_uint_t binary);
static uintptr_t ngx_print_polling_payload(u_char *p, ngx_array_t *packets,
    ngx_uint_t eio3, ngx_uint_t binary);


ngx_int_t
ngx_print_polling_answer(ngx_http_request_t *r, ngx_print_eio_conn_t *conn,
    ngx_str_t *first, ngx_print_batch_t *batch, const char *last)
{
    ngx_int_t    rc;
    ngx_array_t  packets;

    rc = ngx_array_init(&packets, r->pool, 4,
                        sizeof(ngx_print_polling_packet_t));

    if (rc == NGX_OK && first) {
        rc = ngx_print_polling_push(&packets, first->data, first->len, 0);
    }

    if (batch) {

        if (rc == NGX_OK) {
            rc = ngx_print_polling_collect(r, conn->eio, batch, &packets);
        }

        ngx_print_queue_release(&conn->eio->store, batch);
    }

    if (*last == '\0' && packets.nelts == 0) {
        last = "6";
    }

    for ( /* void */ ; *last && rc == NGX_OK; last++) {
        rc = ngx_print_polling_push(&packets, (u_char *) last, 1, 0);
    }

    if (rc == NGX_OK) {
        rc = ngx_print_polling_send(r, conn, &packets);
    }

    if (rc == NGX_ERROR && batch && batch->count) {
        /*
         * The messages are lost.  A client that went on polling would miss them
         * without notice.
         */
        (void) ngx_print_eio_close(conn->eio, conn->ref,
                                   NGX_PRINT_REASON_TRANSPORT_ERROR,
                                   r->connection->log);
    }

    return rc;
}


static ngx_int_t
ngx_print_polling_send(ngx_http_request_t *r, ngx_print_eio_conn_t *conn,
    ngx_array_t *packets)
{
    ngx_str_t                    body, index;
    ngx_uint_t                   i, binary, jsonp;
    ngx_print_polling_packet_t  *packet;

    static ngx_str_t             name = ngx_string("j");
    static ngx_str_t             text =
                                   ngx_string("text/plain; charset=UTF-8");
    static ngx_str_t             octets =
                                   ngx_string("application/octet-stream");
    static ngx_str_t             script =
                                   ngx_string("text/javascript; charset=UTF-8");

    jsonp = (ngx_print_http_arg(r, &name, &index) == NGX_OK);

    /* protocol 3 has a binary payload if one of the packets is binary */

    binary = 0;

    if (conn->eio3 && !conn->text && !jsonp) {
        packet = packets->elts;

        for (i = 0; i < packets->nelts; i++) {
            binary |= packet[i].binary;
        }
    }

    if (conn->eio3 && !binary
        && ngx_print_polling_ascii(r, conn->eio, packets) != NGX_OK)
    {
        return NGX_ERROR;
    }

    body.len = ngx_print_polling_payload(NULL, packets, conn->eio3, binary);

    body.data = ngx_pnalloc(r->pool, body.len);
    if (body.data == NULL) {
        return NGX_ERROR;
    }

    body.len = (u_char *) ngx_print_polling_payload(body.data, packets,
                                                    conn->eio3, binary)
               - body.data;

    if (jsonp && ngx_print_polling_jsonp(r, &index, &body) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_print_http_send(r, NGX_HTTP_OK,
                               jsonp ? &script : binary ? &octets : &text,
                               &body);
}


/*
 * Writes the JSON of messages with escapes in place of characters that are not
 * ASCII.  Clients of Socket.IO 1 and 2 speak the same protocol, but those of 1
 * expect such characters in UTF-8 twice, and a length that counts its bytes.
 */

static ngx_int_t
ngx_print_polling_ascii(ngx_http_request_t *r, ngx_print_eio_t *eio,
    ngx_array_t *packets)
{
    u_char                      *p, *last;
    size_t                       len;
    ngx_str_t                    head, json;
    ngx_uint_t                   i;
    ngx_print_polling_packet_t  *packet;

    if (eio->app->json == NULL) {
        return NGX_OK;
    }

    packet = packets->elts;

    for (i = 0; i < packets->nelts; i++) {

        if (packet[i].binary || packet[i].data.data[0] != NGX_PRINT_EIO_MESSAGE)
        {
            continue;
        }

        last = packet[i].data.data + packet[i].data.len;

        head.data = packet[i].data.data + 1;
        head.len = packet[i].data.len - 1;
        head.len = eio->app->json(&head);

        json.data = head.data + head.len;
        json.len = last - json.data;

        len = ngx_print_json_ascii(NULL, json.data, json.len);

        if (len == json.len) {
            continue;
        }

        p = ngx_pnalloc(r->pool, 1 + head.len + len);
        if (p == NULL) {
            return NGX_ERROR;
        }

        packet[i].data.data = p;
        packet[i].data.len = 1 + head.len + len;

        *p++ = NGX_PRINT_EIO_MESSAGE;
        p = ngx_cpymem(p, head.data, head.len);
        (void) ngx_print_json_ascii(p, json.data, json.len);
    }

    return NGX_OK;
}


/* Replaces the body by a call of the function that a JSONP client defined. */

static ngx_int_t
ngx_print_polling_jsonp(ngx_http_request_t *r, ngx_str_t *index,
    ngx_str_t *body)
{
    u_char  *p;

    p = ngx_pnalloc(r->pool, ngx_print_jsonp_write(NULL, index, body));
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->len = (u_char *) ngx_print_jsonp_write(p, index, body) - p;
    body->data = p;

    return NGX_OK;
}


/* Copies the messages of a batch to the request's pool, and lists them. */

static ngx_int_t
ngx_print_polling_collect(ngx_http_request_t *r, ngx_print_eio_t *eio,
    ngx_print_batch_t *batch, ngx_array_t *packets)
{
    u_char               *p, *start;
    ngx_print_message_t   msg;

    if (batch->count == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, batch->bytes);
    if (p == NULL) {
        return NGX_ERROR;
    }

    while (ngx_print_eio_next(eio, batch, &msg) == NGX_OK) {
        start = p;
        p = ngx_print_queue_copy(&eio->store, &msg, p);

        if (ngx_print_polling_push(packets, start, p - start, msg.binary)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_print_polling_push(ngx_array_t *packets, u_char *p, size_t len,
    ngx_uint_t binary)
{
    ngx_print_polling_packet_t  *packet;

    packet = ngx_array_push(packets);
    if (packet == NULL) {
        return NGX_ERROR;
    }

    packet->data.data = p;
    packet->data.len = len;
    packet->binary = binary;

    return NGX_OK;
}


/*
 * Returns the length of the payload if p is NULL; otherwise writes it to p, and
 * returns the byte after the last one.
 */

static uintptr_t
ngx_print_polling_payload(u_char *p, ngx_array_t *packets, ngx_uint_t eio3,
    ngx_uint_t binary)
{
    size_t                       len;
    uintptr_t                    n;
    ngx_uint_t                   i;
    ngx_print_polling_packet_t  *packet;

    packet = packets->elts;
    len = 0;

    for (i = 0; i < packets->nelts; i++) {

        n = eio3 ? ngx_print_eio3_payload_add(p, &packet[i].data,
                                              packet[i].binary, binary)
                 : ngx_print_eio_payload_add(p, &packet[i].data,
                                             packet[i].binary, i == 0);

        if (p) {
            p = (u_char *) n;

        } else {
            len += n;
        }
    }

    return p ? (uintptr_t) p : len;
}


ngx_int_t
ngx_print_polling_refuse(ngx_http_request_t *r, ngx_print_eio_peer_t *peer,
    ngx_uint_t status, ngx_uint_t reason)
{
    ngx_int_t         rc;

    static ngx_str_t  empty = ngx_null_string;

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    if (reason) {
        ngx_log_error(NGX_LOG_INFO, peer->log, 0,
                      "print hub: polling: client sent a request that overlaps "
                      "another one, or a binary POST in protocol 4, closing "
                      "session");

        (void) ngx_print_eio_close(peer->eio, peer->session.ref, reason,
                                   peer->log);
    }

    return ngx_print_http_send(r, status, &empty, &empty);
}
