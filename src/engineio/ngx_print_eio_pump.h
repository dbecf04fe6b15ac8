
/*
 * Copyright (C) the print hub contributors
 */


/*
 * WebSockets with TLS whose sessions other workers have.  A TLS connection
 * cannot leave the process that has its keys: this worker keeps it, and passes
 * its bytes on by a pair of sockets, whose other end the other worker has
 * instead of the client's socket.
 */


#ifndef _NGX_PRINT_EIO_PUMP_H_INCLUDED_
#define _NGX_PRINT_EIO_PUMP_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_eio.h"
#include "ngx_print_eio_websocket.h"


/*
 * open() makes the pair for a WebSocket that is about to be given, and returns
 * the end for the other worker: the caller closes it when it was sent.  It
 * returns -1 if there is no room for that (logged).  What it has made ends with
 * the connection, or by cancel(), if the WebSocket stays here after all.
 * cancel() does nothing if there is no pair.
 */
ngx_socket_t ngx_print_eio_pump_open(ngx_print_eio_websocket_t *ew);
void ngx_print_eio_pump_cancel(ngx_print_eio_websocket_t *ew);

/*
 * Called when another worker has the session of a frozen WebSocket: bytes are
 * passed on from now on, until one of both sides ends.  ew is no more then.
 *
 * NGX_OK        it is so
 * NGX_DECLINED  it has no pair, and nothing was done
 */
ngx_int_t ngx_print_eio_pump_begin(ngx_print_eio_websocket_t *ew);

/*
 * end() closes the sessions of up to n connections that are passed on, as the
 * worker exits: who has them tells the clients so.  It returns how many it has
 * closed, and does not count one twice.  cut() closes all connections at once.
 */
ngx_uint_t ngx_print_eio_pump_end(ngx_print_eio_t *eio, ngx_uint_t n);
void ngx_print_eio_pump_cut(ngx_print_eio_t *eio);


#endif /* _NGX_PRINT_EIO_PUMP_H_INCLUDED_ */
