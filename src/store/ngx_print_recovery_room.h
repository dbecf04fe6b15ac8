
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Which lost socket gives way when there is no free record for another one, or
 * when its address has too many of them.
 */


#ifndef _NGX_PRINT_RECOVERY_ROOM_H_INCLUDED_
#define _NGX_PRINT_RECOVERY_ROOM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Frees the pid of the lost socket whose deadline is the nearest of those whose
 * clients have no jobs. It cannot be recovered any more. Looks at the 256 with
 * the nearest deadlines at most. address: only those that count for the record
 * with this name, see zone_address.h; 0: all.
 *
 * NGX_OK             a pid is free
 * NGX_DECLINED       none of them can give way
 * NGX_PRINT_STALLED  the lock could not be taken
 */
ngx_int_t ngx_print_recovery_make_room(ngx_print_store_t *st,
    uint64_t address);


#endif /* _NGX_PRINT_RECOVERY_ROOM_H_INCLUDED_ */
