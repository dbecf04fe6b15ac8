
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What a worker that leaves tells of a WebSocket to the one that will have it.
 * The other one may be of another version of the module: a message whose
 * version it does not know is refused.
 */


#ifndef _NGX_PRINT_EIO_MESSAGE_H_INCLUDED_
#define _NGX_PRINT_EIO_MESSAGE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_session_attach.h"


/* the second one is that of a WebSocket whose TLS stays where it is */
#define NGX_PRINT_EIO_MESSAGE_VERSION   1
#define NGX_PRINT_EIO_MESSAGE_PASSED    2

#define NGX_PRINT_EIO_MESSAGE_ADDR      63
#define NGX_PRINT_EIO_MESSAGE_SOCKADDR  112

/*
 * bytes of a message before the state of its WebSocket; in the second version
 * two addresses are between them
 */
#define NGX_PRINT_EIO_MESSAGE_HEAD                                            \
    (4 + 2 * 8 + 5 * 4 + 1 + 1 + NGX_PRINT_EIO_MESSAGE_ADDR + 4)

#define NGX_PRINT_EIO_MESSAGE_SOCKADDRS                                       \
    (2 * (1 + NGX_PRINT_EIO_MESSAGE_SOCKADDR))

#define ngx_print_eio_message_head(msg)                                       \
    (NGX_PRINT_EIO_MESSAGE_HEAD                                               \
     + ((msg)->passed ? NGX_PRINT_EIO_MESSAGE_SOCKADDRS : 0))


typedef struct {
    uint64_t             zone;          /* hash of its name */
    uint64_t             place;         /* the key of the location */
    ngx_print_ref_t      ref;
    ngx_print_holder_t   from;
    ngx_str_t            addr;          /* of the client, as text; up to
                                           NGX_PRINT_EIO_MESSAGE_ADDR bytes */
    ngx_str_t            client;        /* if passed: the addresses as the
                                           kernel has them */
    ngx_str_t            server;
    size_t               len;           /* of the state of the WebSocket */
    unsigned             eio3:1;
    unsigned             text:1;
    unsigned             file:1;        /* the state is in a file, whose
                                           descriptor comes second */
    unsigned             passed:1;      /* its TLS is in another worker, and the
                                           socket is one end of a pair */
} ngx_print_eio_message_t;


/*
 * Writes ngx_print_eio_message_head(msg) bytes.  Returns the byte after the
 * last.
 */
u_char *ngx_print_eio_message_write(ngx_print_eio_message_t *msg, u_char *p);

/*
 * Reads a message of len bytes; addr, client and server point into it.  The
 * state follows the head, unless it is in a file.
 *
 * NGX_OK        msg is set
 * NGX_DECLINED  it is of another version, or no message; then msg->zone is 0,
 *               or it is incomplete, but says whose it is
 */
ngx_int_t ngx_print_eio_message_read(ngx_print_eio_message_t *msg, u_char *p,
    size_t len);


#endif /* _NGX_PRINT_EIO_MESSAGE_H_INCLUDED_ */
