
/*
 * Copyright (C) the print hub contributors
 */


/* The answers to requests of long-polling. */


#ifndef _NGX_PRINT_POLLING_ANSWER_H_INCLUDED_
#define _NGX_PRINT_POLLING_ANSWER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_eio.h"


/*
 * Answers a GET with a payload, in the client's protocol ("Packet encoding",
 * "HTTP long-polling"), of these packets in this order:
 *
 *   first  a text packet, or NULL
 *   batch  the messages of a batch, or NULL; the function releases it
 *   last   packets of one character each, "" for none
 *
 * If there is none of them, the payload is a noop.  If messages of the batch
 * cannot be sent, the function closes the session.  Returns the value for
 * ngx_http_finalize_request().
 */
ngx_int_t ngx_print_polling_answer(ngx_http_request_t *r,
    ngx_print_eio_conn_t *conn, ngx_str_t *first, ngx_print_batch_t *batch,
    const char *last);

/*
 * Sends an empty answer; with a reason, closes the session.  Returns the value
 * for ngx_http_finalize_request().
 */
ngx_int_t ngx_print_polling_refuse(ngx_http_request_t *r,
    ngx_print_eio_peer_t *peer, ngx_uint_t status, ngx_uint_t reason);


#endif /* _NGX_PRINT_POLLING_ANSWER_H_INCLUDED_ */
