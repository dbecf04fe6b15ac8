
/*
 * Copyright (C) the print hub contributors
 */


/* How a WebSocket connection ends. */


#ifndef _NGX_PRINT_WEBSOCKET_CLOSE_H_INCLUDED_
#define _NGX_PRINT_WEBSOCKET_CLOSE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_ws_frame.h"
#include "ngx_print_websocket.h"


/*
 * Handles a Close frame of the peer, whose payload this is: echoes it and ends
 * the connection for the handlers.
 */
void ngx_print_websocket_peer_close(ngx_print_websocket_t *ws, u_char *p,
    size_t len);

/*
 * The peer has violated the protocol: logs the error, ends the connection for
 * the handlers, and sends a Close frame with the error's code.  The rest of
 * the input is ignored (ws->failed).
 */
void ngx_print_websocket_invalid(ngx_print_websocket_t *ws,
    const ngx_print_ws_error_t *error);

/*
 * The peer is gone; broken: because of an error.  The connection is closed
 * later, by its read handler, which finds ws->lost set.
 */
void ngx_print_websocket_lose(ngx_print_websocket_t *ws, ngx_uint_t broken);

/*
 * Calls handlers->close(), unless the connection was ended before.  It sends
 * nothing, and does not close the socket.
 */
void ngx_print_websocket_end(ngx_print_websocket_t *ws, ngx_uint_t failed);

/*
 * Starts the closing handshake: sends a Close frame with this code,
 * NGX_PRINT_WS_CODE_NONE for an empty one.  handlers->close() is not called.
 * It does nothing if the connection is closing already.  ws lives on until the
 * peer has answered or its time is over.
 */
void ngx_print_websocket_close(ngx_print_websocket_t *ws, ngx_uint_t code);

/*
 * The cleanup handler of the connection's pool; data: ws.  Ends the connection
 * for the handlers and frees what was allocated outside of the pool.
 */
void ngx_print_websocket_cleanup(void *data);


#endif /* _NGX_PRINT_WEBSOCKET_CLOSE_H_INCLUDED_ */
