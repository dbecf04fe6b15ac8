
/*
 * Copyright (C) the print hub contributors
 */


/* Requests that wait while the zone cannot be used. */


#ifndef _NGX_PRINT_EIO_GATE_H_INCLUDED_
#define _NGX_PRINT_EIO_GATE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_eio.h"


/* ms after which an application is told that the zone is busy */
#define NGX_PRINT_EIO_GATE  1000


/*
 * Handles a request, or with ready == 0 answers that the zone is busy.  Returns
 * the value for ngx_http_finalize_request().
 */
typedef ngx_int_t (*ngx_print_eio_gate_pt)(ngx_http_request_t *r,
    ngx_uint_t ready, void *data);

/*
 * Calls the handler with ready == 1, at once if the zone can be used.
 * Otherwise the request waits up to limit ms for that, or without an end if
 * limit is 0, and the handler is called then; a subrequest does not wait.
 * Returns the value for ngx_http_finalize_request().
 */
ngx_int_t ngx_print_eio_gate(ngx_print_eio_t *eio, ngx_http_request_t *r,
    ngx_msec_t limit, ngx_print_eio_gate_pt handler, void *data);


#endif /* _NGX_PRINT_EIO_GATE_H_INCLUDED_ */
