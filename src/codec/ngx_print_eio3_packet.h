
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Packets and payloads of Engine.IO protocol 3, as far as they differ from
 * protocol 4: each packet of a payload follows its length, written as text, or
 * as bytes if the payload has binary messages and the client takes them. Bytes
 * in, bytes out.
 *
 *   text     <length in UTF-16 code units>:<packet>...
 *   binary   0 or 1 (text or binary), the digits of the length in bytes as
 *            bytes 0 to 9, 255, <packet>...
 *
 * A binary packet begins with its type as a byte, which is 4 for a message; as
 * text it is "b4" and base64.
 */


#ifndef _NGX_PRINT_EIO3_PACKET_H_INCLUDED_
#define _NGX_PRINT_EIO3_PACKET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_eio_packet.h"


#define NGX_PRINT_EIO3_BINARY_MESSAGE  4


/*
 * Reads one packet that fills [p, p + len), as in a WebSocket message, binary
 * or text. base64 in a text is decoded in place. packet->data points into
 * these bytes.
 *
 * NGX_OK     packet is set
 * NGX_ERROR  the packet is empty, its type is unknown, or its base64 is
 *            malformed
 */
ngx_int_t ngx_print_eio3_packet_read(ngx_print_eio_packet_t *packet, u_char *p,
    size_t len, ngx_uint_t binary);

/*
 * Reads the next packet of a payload, which is a text or a binary one, and
 * moves *pos behind it. At first *pos is the first byte of the payload, and
 * last its end.
 *
 * NGX_OK     packet is set
 * NGX_DONE   no packet is left; the caller rejects an empty payload
 * NGX_ERROR  the length is malformed, or points beyond the end or into a
 *            character, or the packet is malformed
 */
ngx_int_t ngx_print_eio3_payload_next(ngx_print_eio_packet_t *packet,
    u_char **pos, u_char *last, ngx_uint_t binary);

/*
 * Appends a packet to a payload. Works in two passes: with p == NULL returns
 * the number of bytes that are needed, else writes them and returns the byte
 * after the last.
 *
 * data:     a whole text packet, its type included, or the content of a binary
 *           message
 * message:  1: data is the content of a binary message
 * binary:   1: the payload is in the binary form
 */
uintptr_t ngx_print_eio3_payload_add(u_char *p, ngx_str_t *data,
    ngx_uint_t message, ngx_uint_t binary);


#endif /* _NGX_PRINT_EIO3_PACKET_H_INCLUDED_ */
