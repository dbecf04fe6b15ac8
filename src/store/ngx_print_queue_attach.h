
/*
 * Copyright (C) the print hub contributors
 */


/* A Socket.IO packet with attachments from a client, until it is complete. */


#ifndef _NGX_PRINT_QUEUE_ATTACH_H_INCLUDED_
#define _NGX_PRINT_QUEUE_ATTACH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Keeps the parts of one Socket.IO packet while its attachments come in,
 * possibly by requests to several workers.
 *
 * attach_add() appends a part, its text or an attachment (binary), and sets
 * the number of attachments that are still awaited. attach_take() takes all
 * parts, 64 at most, into a batch, as ngx_print_queue_take() does.
 *
 * limit:  bytes that all parts may have
 *
 * NGX_OK          the part is kept; the batch has all parts
 * NGX_DECLINED    there is no such session, or it is closed; attach_take(): no
 *                 part is kept
 * NGX_BUSY        the parts are over the limit
 * NGX_PRINT_FULL  the zone has no room that clients may use
 */
ngx_int_t ngx_print_queue_attach_add(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_str_t *data, ngx_uint_t binary,
    ngx_uint_t awaited, size_t limit);
ngx_int_t ngx_print_queue_attach_take(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_print_batch_t *batch);


#endif /* _NGX_PRINT_QUEUE_ATTACH_H_INCLUDED_ */
