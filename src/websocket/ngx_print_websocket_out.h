
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The output of a WebSocket connection: frames, and the bytes that wait until
 * the kernel takes them.
 */


#ifndef _NGX_PRINT_WEBSOCKET_OUT_H_INCLUDED_
#define _NGX_PRINT_WEBSOCKET_OUT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_websocket.h"


/*
 * The handler of the connection's write event.  It may close the connection and
 * free ws.  The functions below never do that: if sending fails, they call
 * ngx_print_websocket_fail() or return NGX_ERROR.
 */
void ngx_print_websocket_write_handler(ngx_event_t *wev);

/*
 * Sends the small frames that ngx_print_websocket_write() has gathered while
 * input was handled (ws->corked), and clears ws->corked.
 */
void ngx_print_websocket_uncork(ngx_print_websocket_t *ws);

/*
 * Sends a frame with a payload of up to 125 bytes, such as a control frame
 * (RFC 6455, section 5.5).  It drops the frame if 64 KB wait already, because
 * the peer does not read.
 */
void ngx_print_websocket_frame(ngx_print_websocket_t *ws, ngx_uint_t opcode,
    u_char *p, size_t len);

/*
 * Sends a message of any length in one frame.  It is compressed if that was
 * negotiated and the message is not shorter than ws->threshold.
 */
void ngx_print_websocket_send(ngx_print_websocket_t *ws, ngx_uint_t opcode,
    ngx_str_t *data);

/*
 * Sends len bytes, which the caller has framed.  It copies the bytes that the
 * kernel does not take, so that the caller may reuse its buffer.
 */
void ngx_print_websocket_write(ngx_print_websocket_t *ws, u_char *p,
    size_t len);

/*
 * Sends the bytes from *pos to last by a connection, after those that TLS has
 * buffered, and moves *pos behind those that were sent, or buffered by TLS.
 * NGX_OK, also if none were, or NGX_ERROR.
 */
ngx_int_t ngx_print_websocket_push(ngx_connection_t *c, u_char **pos,
    u_char *last);

/*
 * Updates ws->blocked; the callers have just sent or kept output.  It calls
 * handlers->blocked() if ws->blocked has changed, and requests a write event
 * while output waits.  If the connection is closing and all output was sent, it
 * shuts the socket down for writing.
 *
 * NGX_OK     the connection goes on
 * NGX_ERROR  the caller closes the connection, or fails it
 */
ngx_int_t ngx_print_websocket_pending(ngx_print_websocket_t *ws);

/* Returns the number of bytes that wait to be sent. */
size_t ngx_print_websocket_waiting(ngx_print_websocket_t *ws);

/*
 * Keeps a copy of len bytes, which wait to be sent.  NGX_OK, or NGX_ERROR if
 * there is no memory.
 */
ngx_int_t ngx_print_websocket_keep_out(ngx_print_websocket_t *ws, u_char *p,
    size_t len);

/* Drops the output that waits to be sent. */
void ngx_print_websocket_free_out(ngx_print_websocket_t *ws);


#endif /* _NGX_PRINT_WEBSOCKET_OUT_H_INCLUDED_ */
