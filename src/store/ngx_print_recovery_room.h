
/*
 * Copyright (C) the print hub contributors
 */


/* Which lost socket gives way when there is no free record for another one. */


#ifndef _NGX_PRINT_RECOVERY_ROOM_H_INCLUDED_
#define _NGX_PRINT_RECOVERY_ROOM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Frees the pid of the lost socket whose deadline is the nearest of those whose
 * clients have no jobs. It cannot be recovered any more. Looks at the 256 with
 * the nearest deadlines at most.
 *
 * NGX_OK             a pid is free
 * NGX_DECLINED       none of them can give way
 * NGX_PRINT_STALLED  the lock could not be taken
 */
ngx_int_t ngx_print_recovery_make_room(ngx_print_store_t *st);


#endif /* _NGX_PRINT_RECOVERY_ROOM_H_INCLUDED_ */
