
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Engine.IO packets, and the payloads of several packets that long-polling
 * carries (Engine.IO protocol 4).  Bytes in, bytes out.
 */


#ifndef _NGX_PRINT_EIO_PACKET_H_INCLUDED_
#define _NGX_PRINT_EIO_PACKET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_EIO_OPEN       '0'
#define NGX_PRINT_EIO_CLOSE      '1'
#define NGX_PRINT_EIO_PING       '2'
#define NGX_PRINT_EIO_PONG       '3'
#define NGX_PRINT_EIO_MESSAGE    '4'
#define NGX_PRINT_EIO_UPGRADE    '5'
#define NGX_PRINT_EIO_NOOP       '6'

#define NGX_PRINT_EIO_SEPARATOR  0x1e


typedef struct {
    ngx_str_t    data;        /* without the type; binary: the bytes */
    u_char       type;        /* NGX_PRINT_EIO_OPEN .. NGX_PRINT_EIO_NOOP */
    unsigned     binary:1;    /* a binary message, type is MESSAGE */
} ngx_print_eio_packet_t;


/*
 * Reads one packet that fills [p, p + len), as in a WebSocket message, binary
 * or text; a text of "b" and base64, as in a payload, is decoded in place.
 * packet->data points into it.
 *
 * NGX_OK, or NGX_ERROR: an empty text, an unknown type, base64 that is none.
 */
ngx_int_t ngx_print_eio_packet_read(ngx_print_eio_packet_t *packet, u_char *p,
    size_t len, ngx_uint_t binary);

/*
 * Reads the next packet of a payload and moves *pos behind it and behind its
 * separator.  A binary packet ("b" and base64) is decoded in place, so the
 * payload is read once only.
 *
 * NGX_OK, NGX_DONE (no packet is left), or NGX_ERROR: an empty packet (and so
 * an empty payload), an unknown type, base64 that is none.
 *
 * Start with *pos at the payload's first byte, last at its end; an iteration
 * that has ended has *pos == last + 1.
 */
ngx_int_t ngx_print_eio_payload_next(ngx_print_eio_packet_t *packet,
    u_char **pos, u_char *last);

/*
 * Appends a packet to a payload.  In two passes, as ngx_escape_json(): with
 * p == NULL returns the number of bytes that it takes, else writes them and
 * returns the byte after the last.
 *
 * data: for a text packet the whole packet, its type included; for a binary
 *       message the bytes alone
 * first: no separator is written before the first packet of a payload
 */
uintptr_t ngx_print_eio_payload_add(u_char *p, ngx_str_t *data,
    ngx_uint_t binary, ngx_uint_t first);


#endif /* _NGX_PRINT_EIO_PACKET_H_INCLUDED_ */
