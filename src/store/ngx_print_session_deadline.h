
/*
 * Copyright (C) the print hub contributors
 */


/* The heartbeat of a session, and its other deadlines. */


#ifndef _NGX_PRINT_SESSION_DEADLINE_H_INCLUDED_
#define _NGX_PRINT_SESSION_DEADLINE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* what the caller must do for a session whose deadline has passed */
typedef enum {
    NGX_PRINT_DUE_NOTHING = 0,
    NGX_PRINT_DUE_PING,          /* write a ping, if it has a WebSocket; on
                                    long-polling ngx_print_queue_take() sets
                                    batch->ping */
    NGX_PRINT_DUE_PING_TIMEOUT,  /* close it */
    NGX_PRINT_DUE_CONNECT_TIMEOUT,   /* close it: it has not connected to a
                                        namespace in time */
    NGX_PRINT_DUE_EXPIRED,       /* close it: it was let in until now */
    NGX_PRINT_DUE_FINISH,        /* finish it: it was closed, and the worker
                                    that has to finish it has not done so */
    NGX_PRINT_DUE_FREE           /* free it: no poll has come for it */
} ngx_print_session_due_e;


/*
 * Called for each packet of the client; pong is 1 if it answers our ping. Sets
 * the next deadline. A pong also confirms the jobs before that ping: they are
 * RECEIVED. NGX_OK, or NGX_PRINT_STALLED if nothing was done.
 */
ngx_int_t ngx_print_session_touch(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t pong);

/*
 * Called while the client cannot answer a ping, because this process lets its
 * POST wait. It gets the whole time for its answer from now on. That is no sign
 * of its life. If the zone cannot be used, nothing is done.
 */
void ngx_print_session_wait(ngx_print_store_t *st, ngx_print_ref_t ref);

/*
 * Called for a session that ngx_print_store_sweep() has found. Looks again
 * under the lock, and returns what this process has to do. That is nothing if
 * the deadline was moved, or if another live worker has the session; unless
 * that one lets the deadline pass by more than the time in which a client has
 * to answer: it stands still then, and any worker ends the session. Sets *ref.
 */
ngx_print_session_due_e ngx_print_session_expire(ngx_print_store_t *st,
    uint32_t now, uint32_t index, ngx_print_ref_t *ref);


#endif /* _NGX_PRINT_SESSION_DEADLINE_H_INCLUDED_ */
