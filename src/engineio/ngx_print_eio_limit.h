
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The limits of one address: what they are in a location, and how a handshake
 * is refused because of them.
 */


#ifndef _NGX_PRINT_EIO_LIMIT_H_INCLUDED_
#define _NGX_PRINT_EIO_LIMIT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_eio.h"


/*
 * Sets the limits of the location of a peer, and returns them; NULL if it has
 * "print_hub_limit off".
 */
ngx_print_limits_t *ngx_print_eio_limits(ngx_print_eio_t *eio,
    ngx_print_loc_conf_t *conf, ngx_print_limits_t *limits);

/* Returns what the refusal counts as in which a limit has ended. */
ngx_print_cause_e ngx_print_eio_limit_cause(ngx_print_over_e over);

/* Logs that a handshake has reached a limit; a bounded number of lines. */
void ngx_print_eio_limit_log(ngx_print_eio_t *eio, ngx_http_request_t *r,
    ngx_print_over_e over, ngx_print_limits_t *limits);

/* Logs that a session gives way to one that opens, and why. */
void ngx_print_eio_limit_yield(ngx_print_eio_t *eio,
    ngx_print_session_yield_t *yield);

/*
 * Answers 429 to a handshake, which asks for a WebSocket if ws is 1.  Returns
 * the value for ngx_http_finalize_request().
 */
ngx_int_t ngx_print_eio_limit_refuse(ngx_http_request_t *r,
    ngx_print_over_e over, ngx_uint_t ws);


#endif /* _NGX_PRINT_EIO_LIMIT_H_INCLUDED_ */
