
/*
 * Copyright (C) the print hub contributors
 */


/* The input of a WebSocket connection: from bytes to frames to messages. */


#ifndef _NGX_PRINT_WEBSOCKET_IN_H_INCLUDED_
#define _NGX_PRINT_WEBSOCKET_IN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_websocket.h"


/*
 * The handler of the connection's read event after the takeover from HTTP.  The
 * event stands for input, a timeout, the worker's exit, or an error that
 * another function has posted.  The handler may close the connection and free
 * ws.
 */
void ngx_print_websocket_read_handler(ngx_event_t *rev);

/*
 * Handles the bytes from p to last, which the peer has sent (RFC 6455, section
 * 5).  Unmasks them in place, copies a frame or message that is not complete,
 * and calls the handlers for whole messages.  It never frees ws.
 *
 * NGX_OK     more input may come
 * NGX_DONE   both sides have sent a Close frame: the caller closes the
 *            connection
 * NGX_ERROR  out of memory, or the connection has failed: the caller closes it
 */
ngx_int_t ngx_print_websocket_input(ngx_print_websocket_t *ws, u_char *p,
    u_char *last);


#endif /* _NGX_PRINT_WEBSOCKET_IN_H_INCLUDED_ */
