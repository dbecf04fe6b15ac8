
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The lock of the zone. Only store/ takes it. It is a leaf: no other lock, no
 * system call, no log, no allocation while it is held.
 */


#ifndef _NGX_PRINT_ZONE_LOCK_H_INCLUDED_
#define _NGX_PRINT_ZONE_LOCK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Takes the lock, from its owner if that has died. Repairs the zone first if a
 * process died inside a section.
 */
void ngx_print_store_lock(ngx_print_store_t *st);

/* Releases the lock, then wakes the workers that the section has noted. */
void ngx_print_store_unlock(ngx_print_store_t *st);


#endif /* _NGX_PRINT_ZONE_LOCK_H_INCLUDED_ */
