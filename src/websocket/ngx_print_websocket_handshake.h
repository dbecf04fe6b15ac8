
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The opening handshake of a WebSocket (RFC 6455, section 4).  Afterwards the
 * WebSocket takes its connection over from HTTP.
 */


#ifndef _NGX_PRINT_WEBSOCKET_HANDSHAKE_H_INCLUDED_
#define _NGX_PRINT_WEBSOCKET_HANDSHAKE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_websocket.h"


/*
 * Checks a handshake request (RFC 6455, section 4.2.1).  Returns NULL if it is
 * valid, or a text that says what is wrong with it.
 */
ngx_str_t *ngx_print_websocket_check(ngx_http_request_t *r);

/*
 * Refuses a handshake: sends the status with the text as its body.  Returns the
 * value for ngx_http_finalize_request().
 */
ngx_int_t ngx_print_websocket_refuse(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *text);

/*
 * Creates a WebSocket in the connection's pool: a struct of size bytes, zeroed,
 * whose first member is the ngx_print_websocket_t.  max is the maximum length
 * of a message in bytes.  From now on handlers->close() is called when the
 * connection ends.  Returns NULL if there is no memory.
 */
ngx_print_websocket_t *ngx_print_websocket_create(ngx_http_request_t *r,
    size_t size, const ngx_print_websocket_handlers_t *handlers, uint32_t max);

/*
 * Accepts a handshake (RFC 6455, section 4.2.2): sends status 101 and, if first
 * is not empty, first as a text message in the same segment.  Returns the value
 * for ngx_http_finalize_request().  As soon as nothing uses the request any
 * more, the connection is taken over from HTTP and handlers->open() is called.
 */
ngx_int_t ngx_print_websocket_start(ngx_http_request_t *r,
    ngx_print_websocket_t *ws, ngx_str_t *first);


#endif /* _NGX_PRINT_WEBSOCKET_HANDSHAKE_H_INCLUDED_ */
