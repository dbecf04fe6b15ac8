
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The queue of messages to a session: whole Engine.IO packets, in blocks of
 * one size. Waking the worker that holds the session never needs memory: its
 * ready list goes through the session records.
 */


#ifndef _NGX_PRINT_QUEUE_H_INCLUDED_
#define _NGX_PRINT_QUEUE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Takes messages off the queue of a session: the first one, and as many behind
 * it as make up to max bytes; then jobs of its clients. Only the holder of the
 * session calls it. What was taken is delivered by this process or lost with
 * it; it is never put back. The caller releases the batch.
 *
 * token:   of the attachment that takes
 * detach:  the batch is the answer to a poll: the attachment ends in the same
 *          lock hold, except with NGX_AGAIN
 *
 * NGX_OK        the batch has something to deliver, or one of noop, ping and
 *               closing is set
 * NGX_AGAIN     there is nothing to deliver now; if linger is set, there will
 *               not be anything any more
 * NGX_DECLINED  the session is gone, or this attachment is no longer its
 *               attachment
 */
ngx_int_t ngx_print_queue_take(ngx_print_store_t *st,
    ngx_print_ref_t ref, uint32_t token, size_t max, ngx_uint_t detach,
    ngx_print_batch_t *batch);

/*
 * Does the same for a CLOSING session, in the process that finishes it:
 * messages that were enqueued before it was closed may still be delivered,
 * jobs are not.
 *
 * NGX_OK    the batch has messages
 * NGX_DONE  no message is left
 */
ngx_int_t ngx_print_queue_rest(ngx_print_store_t *st, ngx_print_ref_t ref,
    size_t max, ngx_print_batch_t *batch);

/*
 * Sets msg to the next message of a batch. A job comes as its payload, as it
 * is in the zone: head and tail are empty, msg->job points into the batch, and
 * the next messages are the attachments of the job. Lock-free, because the
 * batch belongs to this process.
 *
 * NGX_OK    msg is set
 * NGX_DONE  there are no more messages
 */
ngx_int_t ngx_print_queue_next(ngx_print_store_t *st,
    ngx_print_batch_t *batch, ngx_print_message_t *msg);

/*
 * Copies a message of msg->len bytes to dst, its head and tail included.
 * Returns the byte after the last. Lock-free for a message of a batch.
 */
u_char *ngx_print_queue_copy(ngx_print_store_t *st,
    ngx_print_message_t *msg, u_char *dst);

/*
 * Frees a batch, whether it was delivered or not. A process has at most one
 * batch at a time. It may send messages meanwhile.
 */
void ngx_print_queue_release(ngx_print_store_t *st,
    ngx_print_batch_t *batch);


/*
 * Takes up to max sessions off the ready list of this worker, sets refs[] and
 * returns their number. Each of them has messages or jobs, or is CLOSING, or
 * its poll must be answered.
 */
ngx_uint_t ngx_print_queue_ready(ngx_print_store_t *st,
    ngx_print_ref_t *refs, ngx_uint_t max);

/*
 * The holder of the attachment says that its own output is full (on = 1), or
 * empty again (0). While it is full the session is not put on the ready list,
 * unless it is CLOSING.
 */
ngx_int_t ngx_print_queue_block(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t token, ngx_uint_t on);


#endif /* _NGX_PRINT_QUEUE_H_INCLUDED_ */
