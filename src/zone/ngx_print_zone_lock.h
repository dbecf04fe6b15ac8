
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
 * while it held the lock, repairs the zone first.
 */
void ngx_print_store_lock(ngx_print_store_t *st);

/*
 * Releases the lock, then wakes the workers that were noted in this section:
 * by wake_locked(), those that watch events if there are new ones, and all
 * workers after a repair.
 */
void ngx_print_store_unlock(ngx_print_store_t *st);


#endif /* _NGX_PRINT_ZONE_LOCK_H_INCLUDED_ */
