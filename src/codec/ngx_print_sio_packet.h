
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Socket.IO packets (protocol 5), the content of Engine.IO messages: type,
 * attachments, namespace, acknowledgement id, and where the JSON starts.  The
 * JSON itself is not looked at here.
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

/* an id is at most 2^53 - 1, the greatest integer of the reference */
#define NGX_PRINT_SIO_MAX_ID           9007199254740991


typedef struct {
    ngx_str_t    nsp;             /* namespace without its query, "/" by
                                     default; always begins with "/" */
    ngx_str_t    query;           /* right behind it, "?" included */
    ngx_str_t    json;            /* all behind it, maybe empty, not parsed */
    uint64_t     id;              /* if has_id */
    ngx_uint_t   attachments;     /* binary messages that follow */
    u_char       type;            /* NGX_PRINT_SIO_CONNECT .. */
    unsigned     has_id:1;
} ngx_print_sio_packet_t;


/*
 * Reads the packet that fills [p, p + len), an Engine.IO message's text
 * without its "4".  packet->nsp and packet->json point into it.
 *
 * NGX_OK, or NGX_ERROR with *err, a text for the log: empty, an unknown type,
 * attachments that are no number, missing or more than
 * NGX_PRINT_SIO_MAX_ATTACHMENTS.  What the reference tolerates is no error:
 * attachments "0-" are refused by it ("450-"), an ACK without an id is read.
 */
ngx_int_t ngx_print_sio_packet_read(ngx_print_sio_packet_t *packet, u_char *p,
    size_t len, const char **err);

/*
 * Whether each placeholder of an attachment in a packet's JSON, an array known
 * to be valid, names one of n: {"_placeholder":true,"num":0}.
 */
ngx_uint_t ngx_print_sio_packet_placeholders(ngx_str_t *json, ngx_uint_t n);

/*
 * Writes what stands before a packet's JSON, NGX_PRINT_SIO_MESSAGE included;
 * in two passes: with p == NULL returns the number of bytes that it
 * takes, else the byte after the last.  packet->json is not written.
 */
uintptr_t ngx_print_sio_packet_head(u_char *p, ngx_print_sio_packet_t *packet);


#endif /* _NGX_PRINT_SIO_PACKET_H_INCLUDED_ */
