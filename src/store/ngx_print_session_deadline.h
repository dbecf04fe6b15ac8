
/*
 * Copyright (C) the print hub contributors
 */


/* The heartbeat of a session, and its other deadlines. */


#ifndef _NGX_PRINT_SESSION_DEADLINE_H_INCLUDED_
#define _NGX_PRINT_SESSION_DEADLINE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* what the deadline of a session calls for */
typedef enum {
    NGX_PRINT_DUE_NOTHING = 0,
    NGX_PRINT_DUE_PING,          /* to be written by the WebSocket's holder;
                                    on long-polling take() says it */
    NGX_PRINT_DUE_PING_TIMEOUT,
    NGX_PRINT_DUE_CONNECT_TIMEOUT,
    NGX_PRINT_DUE_FREE           /* it has lingered long enough */
} ngx_print_session_due_e;


/* something was heard of the client; pong: the answer to our ping */
void ngx_print_session_touch(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t pong);

/*
 * Called for a session that ngx_print_store_sweep() has found.  Looks again
 * under the lock, and returns what this process has to do; nothing if another
 * worker, which lives, has the session.  Sets *ref.
 */
ngx_print_session_due_e ngx_print_session_expire(ngx_print_store_t *st,
    uint32_t now, uint32_t index, ngx_print_ref_t *ref);


#endif /* _NGX_PRINT_SESSION_DEADLINE_H_INCLUDED_ */
