
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The ready list of a worker: sessions that are attached to it and have
 * something to deliver. The list goes through the session records, so listing
 * a session never needs memory.
 */


#ifndef _NGX_PRINT_ZONE_READY_H_INCLUDED_
#define _NGX_PRINT_ZONE_READY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Puts a session on the ready list of the worker that it is attached to. Does
 * nothing if the session is not attached to a connection, is listed already,
 * or is blocked while it is not CLOSING. Returns the slot + 1 of that worker,
 * which the caller has to wake, or 0.
 */
ngx_uint_t ngx_print_queue_list_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/* Takes a session off its ready list, if it is on one. */
void ngx_print_queue_unlist_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);


#endif /* _NGX_PRINT_ZONE_READY_H_INCLUDED_ */
