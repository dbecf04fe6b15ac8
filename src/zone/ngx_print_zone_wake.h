
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Which workers a change has to wake, and how. Doorbells are rung only after
 * the lock is free, since a ring is a system call.
 */


#ifndef _NGX_PRINT_ZONE_WAKE_H_INCLUDED_
#define _NGX_PRINT_ZONE_WAKE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Notes that a worker has to be woken; unlock() wakes it. slot1 is its slot +
 * 1, as ngx_print_queue_list_locked() returns it; 0 is no worker.
 */
void ngx_print_store_wake_locked(ngx_print_store_t *st, ngx_uint_t slot1);

/*
 * Wakes one worker: call after unlock(). slot1 is its slot + 1; 0 is no
 * worker. If it is this worker, st->notify() is called instead of a ring.
 */
void ngx_print_store_wake_slot(ngx_print_store_t *st, ngx_uint_t slot1);

/*
 * Wakes the workers that ngx_print_store_wake_locked() has noted: call after
 * unlock(). Only unlock() calls it.
 */
void ngx_print_store_wake_some(ngx_print_store_t *st);

/*
 * Rings for every worker, even if it was rung for and has not answered: call
 * after unlock().
 */
void ngx_print_store_wake_all(ngx_print_store_t *st);

/* Wakes the workers that watch events: call after unlock(). */
void ngx_print_store_wake_watchers(ngx_print_store_t *st);


#endif /* _NGX_PRINT_ZONE_WAKE_H_INCLUDED_ */
