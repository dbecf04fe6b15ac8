
/*
 * Copyright (C) the print hub contributors
 */


/* What a WebSocket connection sends, and what waits to be sent. */


#ifndef _NGX_PRINT_WEBSOCKET_OUT_H_INCLUDED_
#define _NGX_PRINT_WEBSOCKET_OUT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_websocket.h"


/*
 * The handler of the connection's write event.  It may close the connection and
 * free ws; none of the functions below does.  If sending fails they call
 * ngx_print_websocket_fail(), unless they return an error.
 */
void ngx_print_websocket_write_handler(ngx_event_t *wev);

/*
 * While input is handled (ws->corked), write() gathers small frames.  This
 * ends that: it sends what was gathered.
 */
void ngx_print_websocket_uncork(ngx_print_websocket_t *ws);

/*
 * Sends a frame of up to 125 bytes.  It drops the frame if many of them wait
 * already, because the peer does not read.
 */
void ngx_print_websocket_frame(ngx_print_websocket_t *ws, ngx_uint_t opcode,
    u_char *p, size_t len);

/*
 * Sends a message of any length, compressed if that was negotiated and the
 * message is not shorter than ws->threshold.
 */
void ngx_print_websocket_send(ngx_print_websocket_t *ws, ngx_uint_t opcode,
    ngx_str_t *data);

/*
 * Sends bytes that are whole frames.  It keeps a copy of what the kernel does
 * not take: the caller keeps its buffer.
 */
void ngx_print_websocket_write(ngx_print_websocket_t *ws, u_char *p,
    size_t len);

/*
 * To be called when output was sent or kept: updates ws->blocked, calls
 * handlers->blocked() if it has changed, and asks for a write event while
 * output waits.  When the connection is closing and all was sent, it shuts the
 * socket down for writing.  NGX_OK, NGX_ERROR: the caller has the connection
 * closed.
 */
ngx_int_t ngx_print_websocket_pending(ngx_print_websocket_t *ws);

/* the number of bytes that wait to be sent */
size_t ngx_print_websocket_waiting(ngx_print_websocket_t *ws);

/* drops what waits to be sent */
void ngx_print_websocket_free_out(ngx_print_websocket_t *ws);


#endif /* _NGX_PRINT_WEBSOCKET_OUT_H_INCLUDED_ */
