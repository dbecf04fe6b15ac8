
/*
 * Copyright (C) the print hub contributors
 */


/* The transport "websocket": a session's packets, probe and upgrade. */


#ifndef _NGX_PRINT_EIO_WEBSOCKET_H_INCLUDED_
#define _NGX_PRINT_EIO_WEBSOCKET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_eio.h"


/*
 * Answers a request for a WebSocket.  With a session (peer->session.ref.index
 * is not 0) it is a probe, that may take the session over from long-polling;
 * without one it opens its own.  Returns what the request is to be finalized
 * with.
 */
ngx_int_t ngx_print_eio_websocket_handler(ngx_http_request_t *r,
    ngx_print_eio_peer_t *peer);


#endif /* _NGX_PRINT_EIO_WEBSOCKET_H_INCLUDED_ */
