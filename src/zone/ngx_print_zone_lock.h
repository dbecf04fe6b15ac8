
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The lock of the zone. Only store/ takes it. While it is held there is no
 * other lock, no system call, no log and no allocation.
 */


#ifndef _NGX_PRINT_ZONE_LOCK_H_INCLUDED_
#define _NGX_PRINT_ZONE_LOCK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Takes the lock; if its owner has died, takes it over. If a process died
 * while it held the lock, repairs the zone first. If st->bounded is set, it
 * gives up as ngx_print_store_try_lock() does, and after that at once until
 * try_lock() has taken the lock: an event that was refused gets nothing more
 * done, so that no part of what it does is missing in the midst. Otherwise it
 * waits for a living owner as long as it takes, and returns NGX_OK.
 */
ngx_int_t ngx_print_store_lock(ngx_print_store_t *st)
    __attribute__((warn_unused_result));

/*
 * The same, but gives up if the owner lives and has not released the lock for
 * 100 ms. Until it does so, further calls try only once; a process that
 * releases the lock and takes it again is waited for anew.
 *
 * NGX_OK             this process has the lock
 * NGX_PRINT_STALLED  it has not, and nothing was changed
 */
ngx_int_t ngx_print_store_try_lock(ngx_print_store_t *st)
    __attribute__((warn_unused_result));

/* Returns 1 if lock() is refused at once. Lock-free. */
ngx_uint_t ngx_print_store_refused(ngx_print_store_t *st);

/*
 * Returns 1 if the lock is free, or was released within some microseconds.
 * Lock-free.
 */
ngx_uint_t ngx_print_store_moves(ngx_print_store_t *st);

/*
 * Returns 1 if the last try_lock() of this process has given up; *pid is the
 * process that had the lock, *ms how long this one has waited for that hold of
 * it, without the time in which it did not run itself. Lock-free.
 */
ngx_uint_t ngx_print_store_stalled(ngx_print_store_t *st, uint32_t *pid,
    uint64_t *ms);

/*
 * Releases the lock, then wakes the workers that were noted in this section:
 * by wake_locked(), those that watch events if there are new ones, and all
 * workers after a repair.
 */
void ngx_print_store_unlock(ngx_print_store_t *st);


#endif /* _NGX_PRINT_ZONE_LOCK_H_INCLUDED_ */
