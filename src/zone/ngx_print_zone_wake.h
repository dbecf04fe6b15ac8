
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Which workers a change has to wake, and how. A doorbell is rung only after
 * the lock is free.
 */


#ifndef _NGX_PRINT_ZONE_WAKE_H_INCLUDED_
#define _NGX_PRINT_ZONE_WAKE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Notes that a worker has to be woken; unlock() does it. slot1 is the slot +
 * 1, as ngx_print_queue_list_locked() returns it; 0 is nobody.
 */
void ngx_print_store_wake_locked(ngx_print_store_t *st, ngx_uint_t slot1);

/*
 * Wakes one worker now: call after unlock(). slot1 is the slot + 1, 0 is
 * nobody. If it is this worker, st->notify() is called instead.
 */
void ngx_print_store_wake_slot(ngx_print_store_t *st, ngx_uint_t slot1);

/*
 * Wakes the workers that store_wake_locked() has noted: call after unlock().
 */
void ngx_print_store_wake_some(ngx_print_store_t *st);

/* Wakes every worker, whatever has been rung before: call after unlock(). */
void ngx_print_store_wake_all(ngx_print_store_t *st);

/* Wakes the workers that watch events: call after unlock(). */
void ngx_print_store_wake_watchers(ngx_print_store_t *st);


#endif /* _NGX_PRINT_ZONE_WAKE_H_INCLUDED_ */
