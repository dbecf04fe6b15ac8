
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

/*
 * Keeps the sid and the token of a request out of the lines that nginx writes
 * about it to error_log: from now on the request in these lines ends in front
 * of the first of them, with "sid=" or "token=".  Whoever knows a sid can read
 * what the session is sent.
 */
void ngx_print_eio_http_hide(ngx_http_request_t *r);


#endif /* _NGX_PRINT_EIO_HTTP_H_INCLUDED_ */
