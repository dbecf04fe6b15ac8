
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The transport "polling" (Engine.IO protocol, "HTTP long-polling"): a GET
 * waits for packets to the client.  ngx_print_polling_post.h has the POST.
 */


#ifndef _NGX_PRINT_POLLING_H_INCLUDED_
#define _NGX_PRINT_POLLING_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_eio.h"


/*
 * open() serves a GET without a sid: opens a session and answers with the open
 * packet ("Handshake").  get() serves a GET of the session peer->session: sends
 * its messages, or waits until there are some.  Each returns the value for
 * ngx_http_finalize_request(), which is NGX_DONE while the request goes on.
 */
ngx_int_t ngx_print_polling_open(ngx_http_request_t *r,
    ngx_print_eio_peer_t *peer);
ngx_int_t ngx_print_polling_get(ngx_http_request_t *r,
    ngx_print_eio_peer_t *peer);


#endif /* _NGX_PRINT_POLLING_H_INCLUDED_ */
