
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
void ngx_print_session_heard(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t pong);

/*
 * Deadlines.  due() is one pass over the column, without the lock: up to max
 * sessions from *cursor on (0 at first) whose time has come; *cursor is 0 when
 * the pass is over.  expire() looks again, under the lock, and says what is to
 * be done by this process; nothing, if another one has the session.
 */
ngx_uint_t ngx_print_session_due(ngx_print_store_t *st, uint32_t now,
    uint32_t *cursor, uint32_t *indices, ngx_uint_t max);
ngx_print_session_due_e ngx_print_session_expire(ngx_print_store_t *st,
    uint32_t now, uint32_t index, ngx_print_ref_t *ref);


#endif /* _NGX_PRINT_SESSION_DEADLINE_H_INCLUDED_ */
