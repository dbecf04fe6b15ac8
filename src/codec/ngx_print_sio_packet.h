
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Socket.IO packets (protocol 5), the content of Engine.IO messages: type,
 * attachments, namespace, acknowledgement id, and where the JSON starts. The
 * JSON itself is not parsed here.
 */


#ifndef _NGX_PRINT_SIO_PACKET_H_INCLUDED_
#define _NGX_PRINT_SIO_PACKET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* the type of the Engine.IO packet around each of these */
#define NGX_PRINT_SIO_MESSAGE          '4'

#define NGX_PRINT_SIO_CONNECT          '0'
#define NGX_PRINT_SIO_DISCONNECT       '1'
#define NGX_PRINT_SIO_EVENT            '2'
#define NGX_PRINT_SIO_ACK              '3'
#define NGX_PRINT_SIO_CONNECT_ERROR    '4'
#define NGX_PRINT_SIO_BINARY_EVENT     '5'
#define NGX_PRINT_SIO_BINARY_ACK       '6'

#define NGX_PRINT_SIO_MAX_ATTACHMENTS  10

/* the greatest id: 2^53 - 1, the greatest safe integer of JavaScript */
#define NGX_PRINT_SIO_MAX_ID           9007199254740991


typedef struct {
    ngx_str_t    nsp;             /* the namespace without its query; "/" if
                                     the packet has none; begins with "/" */
    ngx_str_t    query;           /* the query of the namespace, with its
                                     "?" */
    ngx_str_t    json;            /* the rest of the packet, maybe empty, not
                                     parsed */
    uint64_t     id;              /* acknowledgement id, if has_id */
    ngx_uint_t   attachments;     /* binary messages that follow */
    u_char       type;            /* NGX_PRINT_SIO_CONNECT and so on */
    unsigned     has_id:1;
} ngx_print_sio_packet_t;


/*
 * Reads the packet that fills [p, p + len), the text of an Engine.IO message
 * without its "4". packet->nsp and packet->json point into it.
 *
 * NGX_OK     packet is set
 * NGX_BUSY   the packet has more than NGX_PRINT_SIO_MAX_ATTACHMENTS; *err is a
 *            text for the log
 * NGX_ERROR  the packet is empty, its type is unknown, its id is greater than
 *            NGX_PRINT_SIO_MAX_ID, or the number of its attachments is
 *            malformed, missing or 0; *err is a text for the log
 *
 * An ACK without an id is no error, as in socket.io.
 */
ngx_int_t ngx_print_sio_packet_read(ngx_print_sio_packet_t *packet, u_char *p,
    size_t len, const char **err);

/*
 * Returns 1 if each placeholder of an attachment, such as
 * {"_placeholder":true,"num":0}, names one of n attachments. json is the JSON
 * of a packet, an array that is known to be valid.
 */
ngx_uint_t ngx_print_sio_packet_placeholders(ngx_str_t *json, ngx_uint_t n);

/*
 * Writes the part of a packet that precedes its JSON, NGX_PRINT_SIO_MESSAGE
 * included; packet->json is not written. Works in two passes: with p == NULL
 * returns the number of bytes that are needed, else writes them and returns
 * the byte after the last.
 */
uintptr_t ngx_print_sio_packet_head(u_char *p, ngx_print_sio_packet_t *packet);


#endif /* _NGX_PRINT_SIO_PACKET_H_INCLUDED_ */
