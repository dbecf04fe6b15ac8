
/*
 * Copyright (C) the print hub contributors
 */


/* Sends a packet to a session: the whole of it is enqueued, or nothing. */


#ifndef _NGX_PRINT_QUEUE_SEND_H_INCLUDED_
#define _NGX_PRINT_QUEUE_SEND_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Appends a message, the concatenation of n parts, to the queue of a session
 * and wakes its holder.  Nothing is queued by half.
 *
 * limit: bytes of the zone, in whole blocks of 1024, that the queue may take
 *        with this message; a message is always taken by an empty queue
 *
 * What a session's own packets have caused leaves st->spare blocks free, unless
 * its queue is empty, and so do the parts that are held: a client must not fill
 * the zone by itself.
 *
 * NGX_OK        queued; it survives the death of any worker
 * NGX_DECLINED  no such session, or it is closing
 * NGX_BUSY      over the limit
 * NGX_PRINT_FULL
 */
ngx_int_t ngx_print_queue_send(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_str_t *parts, ngx_uint_t n,
    ngx_uint_t binary, size_t limit);

/* the same, and right behind it binary messages of one part each */
ngx_int_t ngx_print_queue_send_attached(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_str_t *parts, ngx_uint_t n, ngx_str_t *binary,
    ngx_uint_t nbinary, size_t limit);


#endif /* _NGX_PRINT_QUEUE_SEND_H_INCLUDED_ */
