
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
 * Takes jobs that wait for clients of the session into batch; batch->more is
 * set if it has to be called again.
 */
void ngx_print_job_take_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, size_t max, ngx_print_batch_t *batch);

/*
 * Requeues jobs that were sent to the session and not confirmed, and that may
 * be sent again, because their client registers in another session. Returns 1
 * if there are more.
 */
ngx_uint_t ngx_print_job_requeue_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_store_client_t *cl);

/*
 * Settles the jobs of a client that wait for the recovery of its socket,
 * because there will be no recovery. Returns 1 if there are more.
 */
ngx_uint_t ngx_print_job_release_held_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl);

/*
 * Confirms the jobs of a session whose fence, a ping, was answered. Returns 1
 * if there are more.
 */
ngx_uint_t ngx_print_job_received_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/*
 * Settles the jobs that were sent to a session which is lost: of one client,
 * or with of == NULL of all. Returns 1 if there are more.
 */
ngx_uint_t ngx_print_job_session_lost_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_store_client_t *of);


#endif /* _NGX_PRINT_ZONE_DELIVERY_H_INCLUDED_ */
