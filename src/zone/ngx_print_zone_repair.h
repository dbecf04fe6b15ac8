
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Rebuilds all that is derived from the truth, after a process died while it
 * held the lock.
 */


#ifndef _NGX_PRINT_ZONE_REPAIR_H_INCLUDED_
#define _NGX_PRINT_ZONE_REPAIR_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Repairs the zone in one lock hold, by one pass over each column. If the
 * process that repairs is killed too, the next one starts anew. Only lock()
 * and tests call it.
 */
void ngx_print_store_repair_locked(ngx_print_store_t *st);


#endif /* _NGX_PRINT_ZONE_REPAIR_H_INCLUDED_ */
