
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Jobs on their way: a session takes them, the client confirms them, or the
 * session is lost. Each function changes NGX_PRINT_STORE_SLICE jobs at most.
 */


#ifndef _NGX_PRINT_ZONE_DELIVERY_H_INCLUDED_
#define _NGX_PRINT_ZONE_DELIVERY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Moves jobs that wait for the clients of a session into batch, in the order
 * of their creation: one job at least, and as many behind it as make up to max
 * bytes with what batch has already. Jobs that waited for a recovery are
 * settled on the way. The jobs in batch are SENT then, and this worker has
 * pinned their payloads. Sets batch->more if there are more.
 */
void ngx_print_job_take_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, size_t max, ngx_print_batch_t *batch);

/*
 * Called when a client of this session registers in another one: requeues its
 * jobs that were sent here and not confirmed, if they may be sent again.
 * Returns 1 if there are more: call it again in another lock hold.
 */
ngx_uint_t ngx_print_job_requeue_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_store_client_t *cl);

/*
 * Called when a socket will not be recovered: settles the jobs of a client
 * that waited for its recovery. Each is requeued, or becomes RECEIVED or
 * UNCONFIRMED. Returns 1 if there are more: call it again in another lock
 * hold.
 */
ngx_uint_t ngx_print_job_release_held_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl);

/*
 * Called when a client goes offline and its socket cannot be recovered, or when
 * the time for that is over: its jobs that were never sent, and do not wait for
 * a client that is offline, become EXPIRED. Does nothing if another socket is
 * about to get the client. Returns 1 if it has looked at jobs: call it again in
 * another lock hold. *cursor is 0 in the first call, and tells the next one
 * where to go on.
 */
ngx_uint_t ngx_print_job_unsent_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, uint32_t *cursor);

/*
 * Called after a pong: the jobs whose fence, a ping, was answered become
 * RECEIVED. Returns 1 if there are more: call it again in another lock hold.
 */
ngx_uint_t ngx_print_job_received_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/*
 * Settles the jobs that were sent to a session which is lost, and not
 * confirmed: of one client, or with of == NULL of all. Each waits for the
 * recovery of its socket if there can be one; else it is requeued, or becomes
 * UNCONFIRMED. Returns 1 if there are more: call it again in another lock
 * hold.
 */
ngx_uint_t ngx_print_job_session_lost_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_store_client_t *of);


#endif /* _NGX_PRINT_ZONE_DELIVERY_H_INCLUDED_ */
