
/*
 * Copyright (C) the print hub contributors
 */


/* The transport "polling": the GET that waits, the POST that delivers. */


#ifndef _NGX_PRINT_POLLING_H_INCLUDED_
#define _NGX_PRINT_POLLING_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_eio.h"


/*
 * A handshake opens a session, get() waits for messages of peer's session, and
 * post() reads packets to it.  Each returns what the request is to be finalized
 * with, NGX_DONE if it goes on.
 */
ngx_int_t ngx_print_polling_open(ngx_http_request_t *r,
    ngx_print_eio_peer_t *peer);
ngx_int_t ngx_print_polling_get(ngx_http_request_t *r,
    ngx_print_eio_peer_t *peer);
ngx_int_t ngx_print_polling_post(ngx_http_request_t *r,
    ngx_print_eio_peer_t *peer);


#endif /* _NGX_PRINT_POLLING_H_INCLUDED_ */
