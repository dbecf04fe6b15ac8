
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
 * Appends a message, the concatenation of n parts, to the queue of a session,
 * and wakes the worker that holds it. The whole message is enqueued, or
 * nothing. binary: it is the content of a binary message.
 *
 * limit:  bytes of the zone, in blocks of NGX_PRINT_STORE_BLOCK, that the
 *         queue may take with this message; 0: that of
 *         ngx_print_store_share(). An empty queue takes any message
 *
 * The message has the share of the use NGX_PRINT_USE_MESSAGE, or of
 * NGX_PRINT_USE_REPLY if it takes one block and the queue is empty.
 *
 * NGX_OK          the message is enqueued, and survives the death of any
 *                 worker
 * NGX_DECLINED    there is no such session, or it is closed
 * NGX_BUSY        the queue would be over the limit
 * NGX_PRINT_FULL  the zone has no room
 */
ngx_int_t ngx_print_queue_send(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_str_t *parts, ngx_uint_t n,
    ngx_uint_t binary, size_t limit);

/*
 * Does the same for a text message followed by binary messages of one part
 * each; all of them are enqueued, or none.
 *
 * With use NGX_PRINT_USE_CONNECT the message is the answer to a CONNECT that
 * was accepted. It has the share of that use if it takes one block, and if no
 * more messages wait than the answers to the other namespaces of the session:
 * a client that reads nothing gets only so many. Otherwise use is
 * NGX_PRINT_USE_MESSAGE.
 */
ngx_int_t ngx_print_queue_send_attached(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_print_use_e use, ngx_str_t *parts, ngx_uint_t n,
    ngx_str_t *binary, ngx_uint_t nbinary, size_t limit);


#endif /* _NGX_PRINT_QUEUE_SEND_H_INCLUDED_ */
