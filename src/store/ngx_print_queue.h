
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

#include "ngx_print_store.h"
#include "ngx_print_job.h"


#define NGX_PRINT_QUEUE_JOBS  16


/* messages and jobs taken off a queue; ours alone until they are released */
typedef struct {
    uint32_t                 head;          /* 0: no messages */
    uint32_t                 next;          /* of the iteration */
    ngx_uint_t               count;
    size_t                   bytes;         /* at most */

    ngx_uint_t               njobs;
    ngx_uint_t               job;           /* of the iteration */
    uint32_t                 part;          /* of that job */
    ngx_print_job_packet_t   jobs[NGX_PRINT_QUEUE_JOBS];
    u_char                   wrap[2][NGX_PRINT_STORE_WRAP];

    unsigned                 more:1;        /* the queue has more */
    unsigned                 noop:1;        /* a poll is to be answered at
                                               once */
    unsigned                 ping:1;        /* a ping is to go behind it */
    unsigned                 jobs_first:1;
    unsigned                 closing:1;     /* the holder is to finish the
                                               session */
} ngx_print_batch_t;


/* lives until the next one is asked for */
typedef struct {
    uint32_t                 block;
    size_t                   len;           /* head and tail included */
    ngx_str_t                head;
    ngx_str_t                tail;
    unsigned                 binary:1;
} ngx_print_message_t;


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

/* the batch's next message: NGX_OK, NGX_DONE */
ngx_int_t ngx_print_queue_next(ngx_print_store_t *st,
    ngx_print_batch_t *batch, ngx_print_message_t *msg);

/* copies a message; returns the byte after the last one */
u_char *ngx_print_queue_copy(ngx_print_store_t *st,
    ngx_print_message_t *msg, u_char *dst);

/*
 * Frees a batch, delivered or not.  At most one is out at a time; messages may
 * be sent meanwhile.
 */
void ngx_print_queue_release(ngx_print_store_t *st,
    ngx_print_batch_t *batch);

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
ngx_int_t ngx_print_queue_hold(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_str_t *data, ngx_uint_t binary,
    ngx_uint_t awaited, size_t limit);
ngx_int_t ngx_print_queue_unheld(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_print_batch_t *batch);

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
