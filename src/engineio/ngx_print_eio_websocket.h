
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The transport "websocket": the packets of a session, and the upgrade from
 * long-polling.
 */


#ifndef _NGX_PRINT_EIO_WEBSOCKET_H_INCLUDED_
#define _NGX_PRINT_EIO_WEBSOCKET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_eio_message.h"
#include "ngx_print_eio_websocket_out.h"
#include "ngx_print_eio.h"


/*
 * Serves a request for a WebSocket.  If it names a session
 * (peer->session.ref.index is not 0), the WebSocket is a probe, which may take
 * the session over from long-polling ("Upgrade"); otherwise it opens a session
 * of its own ("Handshake").  Returns the value for ngx_http_finalize_request().
 */
ngx_int_t ngx_print_eio_websocket_handler(ngx_http_request_t *r,
    ngx_print_eio_peer_t *peer);

/*
 * restore() makes the WebSocket of a session again from what another worker has
 * told of it; state is that of ngx_print_websocket_export().  Returns NULL if
 * that cannot be done; the caller closes the connection then, too.  go_on()
 * begins to serve the session, which this worker has with ew->conn.token: also
 * one that was taken back.
 */
ngx_print_eio_websocket_t *ngx_print_eio_websocket_restore(ngx_connection_t *c,
    ngx_print_eio_t *eio, ngx_print_loc_conf_t *conf,
    ngx_print_eio_message_t *msg, u_char *state);
void ngx_print_eio_websocket_go_on(ngx_print_eio_websocket_t *ew);


#endif /* _NGX_PRINT_EIO_WEBSOCKET_H_INCLUDED_ */
