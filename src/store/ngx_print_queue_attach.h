
/*
 * Copyright (C) the print hub contributors
 */


/* Attachments of a packet from a client that is not complete yet. */


#ifndef _NGX_PRINT_QUEUE_ATTACH_H_INCLUDED_
#define _NGX_PRINT_QUEUE_ATTACH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * The parts of one Socket.IO packet with attachments, while they come in: they
 * may come by requests to several workers.  hold() appends one and sets the
 * number of attachments still awaited, unheld() takes all (as take() does), 64
 * at most.
 *
 * limit: bytes of all parts
 *
 * NGX_OK, NGX_DECLINED, NGX_BUSY (limit), NGX_PRINT_FULL
 */
ngx_int_t ngx_print_queue_attach_add(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_str_t *data, ngx_uint_t binary,
    ngx_uint_t awaited, size_t limit);
ngx_int_t ngx_print_queue_attach_take(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_print_batch_t *batch);


#endif /* _NGX_PRINT_QUEUE_ATTACH_H_INCLUDED_ */
