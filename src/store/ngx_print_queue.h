
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Messages to a session, one queue each: whole Engine.IO packets, in blocks of
 * one size.  A wake-up cannot fail for want of memory: the ready list of the
 * worker that holds the session goes through the session records themselves.
 */


#ifndef _NGX_PRINT_QUEUE_H_INCLUDED_
#define _NGX_PRINT_QUEUE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Takes messages off a session's queue, by its holder alone: the first one and
 * as many behind it as make up to max bytes; then jobs of its clients.  What
 * was taken is delivered by this process or lost with it; it never goes back.
 *
 * token:  of the attachment that takes
 * detach: a poll is to be answered with this: the attachment ends in the same
 *         hold, unless there is nothing to answer with (NGX_AGAIN)
 *
 * NGX_OK        something to deliver, or one of noop, ping and closing
 * NGX_AGAIN     nothing there
 * NGX_DECLINED  the attachment is not (any more) the session's
 */
ngx_int_t ngx_print_queue_take(ngx_print_store_t *st,
    ngx_print_ref_t ref, uint32_t token, size_t max, ngx_uint_t detach,
    ngx_print_batch_t *batch);

/*
 * The same from a session that is closed, by the process that finishes it: what
 * was accepted before may still be delivered.  NGX_OK, NGX_DONE: nothing is
 * left.
 */
ngx_int_t ngx_print_queue_rest(ngx_print_store_t *st, ngx_print_ref_t ref,
    size_t max, ngx_print_batch_t *batch);

/*
 * Sets msg to the batch's next message.  A job is returned as it is in the
 * zone: head and tail are empty, msg->job points into the batch, and the job's
 * attachments are the next messages.  Needs no lock: the batch is ours.
 * NGX_OK, NGX_DONE: there are no more.
 */
ngx_int_t ngx_print_queue_next(ngx_print_store_t *st,
    ngx_print_batch_t *batch, ngx_print_message_t *msg);

/* copies a message, with its head and tail; returns the byte after it */
u_char *ngx_print_queue_copy(ngx_print_store_t *st,
    ngx_print_message_t *msg, u_char *dst);

/*
 * Frees a batch, delivered or not.  At most one is out at a time; messages may
 * be sent meanwhile.
 */
void ngx_print_queue_release(ngx_print_store_t *st,
    ngx_print_batch_t *batch);


/*
 * Takes up to max sessions off this worker's ready list; refs[].  Each has
 * messages, or is to be closed, or its poll is to be answered.
 */
ngx_uint_t ngx_print_queue_ready(ngx_print_store_t *st,
    ngx_print_ref_t *refs, ngx_uint_t max);

/*
 * The holder's own output is full (on) or empty again: while it is full the
 * session is not listed as ready.
 */
void ngx_print_queue_block(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t token, ngx_uint_t on);


#endif /* _NGX_PRINT_QUEUE_H_INCLUDED_ */
