
/*
 * Copyright (C) the print hub contributors
 */


/* What a GET of long-polling is answered with. */


#ifndef _NGX_PRINT_POLLING_ANSWER_H_INCLUDED_
#define _NGX_PRINT_POLLING_ANSWER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_eio.h"


/*
 * Answers a GET with a payload, in the client's protocol, of these packets:
 *
 *   first  a text, or NULL
 *   batch  its messages, or NULL; it is released
 *   last   packets of one character each, "" for none
 *
 * If there is no packet, the payload is a noop.  Returns the value for
 * ngx_http_finalize_request().
 */
ngx_int_t ngx_print_polling_answer(ngx_http_request_t *r,
    ngx_print_eio_conn_t *conn, ngx_str_t *first, ngx_print_batch_t *batch,
    const char *last);


#endif /* _NGX_PRINT_POLLING_ANSWER_H_INCLUDED_ */
