
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
 * Puts a session on the ready list of the worker that it is attached to,
 * unless it is not attached, is listed already or is blocked. Returns that
 * worker's slot + 1, to be woken after unlock(), or 0.
 */
ngx_uint_t ngx_print_queue_list_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/* Takes a session off the ready list that it is on, if it is on one. */
void ngx_print_queue_unlist_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);


#endif /* _NGX_PRINT_ZONE_READY_H_INCLUDED_ */
