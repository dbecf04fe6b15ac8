
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A WebSocket that goes from one process to another, which has the same socket
 * then: its state as bytes, and a connection that stands still until the other
 * process has it.
 */


#ifndef _NGX_PRINT_WEBSOCKET_MOVE_H_INCLUDED_
#define _NGX_PRINT_WEBSOCKET_MOVE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_websocket.h"


/*
 * Creates a WebSocket in the pool of a connection, as
 * ngx_print_websocket_create() does.
 */
ngx_print_websocket_t *ngx_print_websocket_make(ngx_connection_t *c,
    size_t size, const ngx_print_websocket_handlers_t *handlers, uint32_t max);

/*
 * NGX_OK        the connection can go to another process, except for its TLS
 * NGX_AGAIN     not now: its 101 is being sent, or a compressed message has
 *               arrived in part
 * NGX_DECLINED  never: it has ended
 */
ngx_int_t ngx_print_websocket_movable(ngx_print_websocket_t *ws);

/*
 * export() writes the state of a movable connection: what it has received in
 * part, what waits to be sent, its compression.  It returns the byte after the
 * last; size() returns the most that this may take.
 */
size_t ngx_print_websocket_size(ngx_print_websocket_t *ws);
u_char *ngx_print_websocket_export(ngx_print_websocket_t *ws, u_char *p);

/*
 * Sets a WebSocket that was just made to the state in [p, last).  threshold is
 * that of messages to compress.  go_on() follows it.
 *
 * NGX_OK        it has that state
 * NGX_DECLINED  these bytes are no such state
 * NGX_ERROR     there is no memory (logged)
 */
ngx_int_t ngx_print_websocket_import(ngx_print_websocket_t *ws,
    const u_char *p, const u_char *last, uint32_t threshold);

/*
 * freeze() makes a connection stand still: no event of it is handled, nothing
 * is read or sent, and it is not counted as idle.  go_on() ends that, and
 * begins a connection that has come from another process; an error makes the
 * connection fail by a later event.  drop() closes the socket here without a
 * word to the peer or to the handlers: another process goes on with it.  cut()
 * does the same, and ends the connection of the peer as well.  leave() frees
 * all that a frozen WebSocket has: the connection is that of the caller, who
 * sets its handlers and its data.
 */
void ngx_print_websocket_freeze(ngx_print_websocket_t *ws);
void ngx_print_websocket_go_on(ngx_print_websocket_t *ws);
void ngx_print_websocket_leave(ngx_print_websocket_t *ws);
void ngx_print_websocket_drop(ngx_print_websocket_t *ws);
void ngx_print_websocket_cut(ngx_print_websocket_t *ws);

/*
 * Adds n to the number of open connections that nginx counts, which it counts
 * down when it closes one, and up only when it accepts one.
 */
void ngx_print_websocket_count(ngx_int_t n);


#endif /* _NGX_PRINT_WEBSOCKET_MOVE_H_INCLUDED_ */
