
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Applications for conformance suites, one for each protocol: WebSocket,
 * Engine.IO and Socket.IO.  They are a module of their own, which is built for
 * tests only, and use the same headers of print hub as src/hub/ does.
 */


#ifndef _NGX_PRINT_TEST_H_INCLUDED_
#define _NGX_PRINT_TEST_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_eio.h"
#include "ngx_print_sio.h"


/*
 * Serves a request for a WebSocket, which sends every message back.  Returns
 * the value for ngx_http_finalize_request().
 */
ngx_int_t ngx_print_test_ws(ngx_http_request_t *r);

/* The application of Engine.IO: sends every message back. */
extern const ngx_print_eio_app_t  ngx_print_test_eio;

/*
 * The application of Socket.IO.  After CONNECT it sends the event "auth" with
 * the payload of CONNECT.  It then answers these events:
 *
 *   message           with the event "message-back" and the same arguments
 *   message-with-ack  with an acknowledgement that has the same arguments
 */
extern const ngx_print_sio_app_t  ngx_print_test_sio;


#endif /* _NGX_PRINT_TEST_H_INCLUDED_ */
