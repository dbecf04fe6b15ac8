
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Engine.IO packets, and the payloads of one or more packets that long-polling
 * carries (Engine.IO protocol 4). Bytes in, bytes out.
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
    ngx_str_t    data;        /* without the type */
    u_char       type;        /* NGX_PRINT_EIO_OPEN .. NGX_PRINT_EIO_NOOP */
    unsigned     binary:1;    /* a binary message, type is MESSAGE */
} ngx_print_eio_packet_t;


/*
 * Reads one packet that fills [p, p + len), as in a WebSocket message, binary
 * or text. A text of "b" and base64, as in a payload, is decoded in place.
 * packet->data points into these bytes.
 *
 * NGX_OK     packet is set
 * NGX_ERROR  the text is empty, its type is unknown, or its base64 is
 *            malformed
 */
ngx_int_t ngx_print_eio_packet_read(ngx_print_eio_packet_t *packet, u_char *p,
    size_t len, ngx_uint_t binary);

/*
 * Reads the next packet of a payload, and moves *pos behind it and behind its
 * separator. A binary packet ("b" and base64) is decoded in place, so a
 * payload can be read only once. At first *pos is the first byte of the
 * payload, and last its end; after the last packet *pos is last + 1.
 *
 * NGX_OK     packet is set
 * NGX_DONE   no packet is left
 * NGX_ERROR  the packet is empty (as in an empty payload), its type is
 *            unknown, or its base64 is malformed
 */
ngx_int_t ngx_print_eio_payload_next(ngx_print_eio_packet_t *packet,
    u_char **pos, u_char *last);

/*
 * Appends a packet to a payload. Works in two passes: with p == NULL returns
 * the number of bytes that are needed, else writes them and returns the byte
 * after the last.
 *
 * data:    a whole text packet, its type included, or the content of a binary
 *          message
 * binary:  1: data is the content of a binary message
 * first:   1: this is the first packet of the payload, so that no separator
 *          precedes it
 */
uintptr_t ngx_print_eio_payload_add(u_char *p, ngx_str_t *data,
    ngx_uint_t binary, ngx_uint_t first);


#endif /* _NGX_PRINT_EIO_PACKET_H_INCLUDED_ */
