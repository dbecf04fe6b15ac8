
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Requests to the path of Engine.IO: checks a request, and passes it on to the
 * transport that it names.
 */


#ifndef _NGX_PRINT_EIO_HTTP_H_INCLUDED_
#define _NGX_PRINT_EIO_HTTP_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/*
 * Serves a request with an engine, by the settings of its location.  Returns
 * the value for ngx_http_finalize_request().
 */
ngx_int_t ngx_print_eio_http_handler(ngx_http_request_t *r,
    ngx_print_eio_t *eio);


#endif /* _NGX_PRINT_EIO_HTTP_H_INCLUDED_ */
