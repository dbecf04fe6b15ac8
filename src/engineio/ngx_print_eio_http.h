
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The URL of Engine.IO: whether a request is allowed, and which
 * transport serves it.
 */


#ifndef _NGX_PRINT_EIO_HTTP_H_INCLUDED_
#define _NGX_PRINT_EIO_HTTP_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/*
 * Serves a request with an engine, by the settings of its location.  Returns
 * what the request is to be finalized with.
 */
ngx_int_t ngx_print_eio_http_handler(ngx_http_request_t *r,
    ngx_print_eio_t *eio);


#endif /* _NGX_PRINT_EIO_HTTP_H_INCLUDED_ */
