
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Packets and payloads of Engine.IO protocol 3, what differs from protocol 4:
 * a payload has the length before each packet, as text or, if it has binary
 * messages and the client takes them, as bytes.  Bytes in, bytes out.
 *
 *   text     <length in UTF-16 code units>:<packet>...
 *   binary   0 or 1 (text or binary), the digits of the length in bytes as
 *            bytes 0 to 9, 255, <packet>...
 *
 * A binary packet begins with its type as a byte, 4 for a message; in a text it
 * is "b4" and base64.
 */


#ifndef _NGX_PRINT_EIO3_PACKET_H_INCLUDED_
#define _NGX_PRINT_EIO3_PACKET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_eio_packet.h"


#define NGX_PRINT_EIO3_BINARY_MESSAGE  4


/*
 * Reads one packet that fills [p, p + len), as in a WebSocket message: binary
 * or text, which base64 is decoded in.  packet->data points into it.
 *
 * NGX_OK, or NGX_ERROR: empty, an unknown type, base64 that is none.
 */
ngx_int_t ngx_print_eio3_packet_read(ngx_print_eio_packet_t *packet, u_char *p,
    size_t len, ngx_uint_t binary);

/*
 * Reads the next packet of a payload, a text or binary one, and moves *pos
 * behind it.  Start with *pos at its first byte, last at its end.
 *
 * NGX_OK, NGX_DONE (no packet is left), or NGX_ERROR: an empty payload is for
 * the caller to refuse; a length that is none or leads beyond the end or into
 * a character, a packet that is none.
 */
ngx_int_t ngx_print_eio3_payload_next(ngx_print_eio_packet_t *packet,
    u_char **pos, u_char *last, ngx_uint_t binary);

/*
 * Appends a packet to a payload.  In two passes: with p == NULL returns the
 * number of bytes that it takes, else writes them and returns the byte after
 * the last.
 *
 * data:    of a text packet all, its type included; of a binary message the
 *          bytes alone
 * message: it is such a binary message
 * binary:  the form of the payload
 */
uintptr_t ngx_print_eio3_payload_add(u_char *p, ngx_str_t *data,
    ngx_uint_t message, ngx_uint_t binary);


#endif /* _NGX_PRINT_EIO3_PACKET_H_INCLUDED_ */
