
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The end of a WebSocket connection: the closing handshake (RFC 6455, section
 * 7), violations of the protocol, and connections that break.  To "end the
 * connection for the handlers" means ngx_print_websocket_end().
 */


#ifndef _NGX_PRINT_WEBSOCKET_CLOSE_H_INCLUDED_
#define _NGX_PRINT_WEBSOCKET_CLOSE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_ws_frame.h"
#include "ngx_print_websocket.h"


/*
 * Handles a Close frame of the peer (section 5.5.1), whose payload is the len
 * bytes at p: echoes it and ends the connection for the handlers.
 */
void ngx_print_websocket_peer_close(ngx_print_websocket_t *ws, u_char *p,
    size_t len);

/*
 * Fails the connection after a violation of the protocol by the peer (section
 * 7.1.7): logs the error, ends the connection for the handlers, and sends a
 * Close frame with the error's code.  Sets ws->failed, so that the rest of the
 * input is ignored.
 */
void ngx_print_websocket_invalid(ngx_print_websocket_t *ws,
    const ngx_print_ws_error_t *error);

/*
 * The handler of a budget's holder whose data is ws: frees the message of which
 * only a part has arrived, and fails the connection in the same way, with the
 * code 1013 ("try again later").  No message of it is being handled.
 */
void ngx_print_websocket_evict(ngx_print_budget_holder_t *holder);

/* Frees the state of a message of which only a part has arrived, if any. */
void ngx_print_websocket_forget(ngx_print_websocket_t *ws);

/*
 * Notes that the peer is gone; broken is 1 if an error was the cause.  A later
 * event calls the connection's read handler, which finds ws->lost set and
 * closes the connection.
 */
void ngx_print_websocket_lose(ngx_print_websocket_t *ws, ngx_uint_t broken);

/*
 * Ends the connection for the handlers: calls handlers->close(), unless
 * ws->closing is set already.  It sends nothing and does not close the socket.
 */
void ngx_print_websocket_end(ngx_print_websocket_t *ws, ngx_uint_t failed);

/*
 * Starts the closing handshake (section 7.1.2): sends a Close frame with this
 * code, or an empty one for NGX_PRINT_WS_CODE_NONE.  It does not call
 * handlers->close(), and does nothing if the connection is closing already.  ws
 * stays valid until the peer has answered, or two seconds have passed.
 */
void ngx_print_websocket_close(ngx_print_websocket_t *ws, ngx_uint_t code);

/*
 * Gives the peer two seconds to close its side.  Called when the connection was
 * taken over from HTTP, if ws->closing is set already.
 */
void ngx_print_websocket_limit(ngx_print_websocket_t *ws);

/*
 * The cleanup handler of the connection's pool; data is ws.  Ends the
 * connection for the handlers, as failed, and frees the memory outside of the
 * pool.
 */
void ngx_print_websocket_cleanup(void *data);


#endif /* _NGX_PRINT_WEBSOCKET_CLOSE_H_INCLUDED_ */
