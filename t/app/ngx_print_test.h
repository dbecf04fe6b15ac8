
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Applications for conformance suites, one for each layer of print hub.  A
 * module of its own, which is built for tests only: what it needs of the other
 * one it finds in the headers that the hub uses too.
 */


#ifndef _NGX_PRINT_TEST_H_INCLUDED_
#define _NGX_PRINT_TEST_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_eio.h"
#include "ngx_print_sio.h"


/* answers a request for a WebSocket, which sends every message back */
ngx_int_t ngx_print_test_ws(ngx_http_request_t *r);

/* sends every Engine.IO message back */
extern const ngx_print_eio_app_t  ngx_print_test_eio;

/*
 * Socket.IO.  After CONNECT the event "auth" with what the client sent.  Then
 *
 *   message           "message-back" with the same arguments
 *   message-with-ack  is acknowledged with the same arguments
 */
extern const ngx_print_sio_app_t  ngx_print_test_sio;


#endif /* _NGX_PRINT_TEST_H_INCLUDED_ */
