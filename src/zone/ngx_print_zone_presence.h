
/*
 * Copyright (C) the print hub contributors
 */


/* A client goes offline, or moves to the session of a recovered socket. */


#ifndef _NGX_PRINT_ZONE_PRESENCE_H_INCLUDED_
#define _NGX_PRINT_ZONE_PRESENCE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* A client on the list of a session goes offline. */
void ngx_print_client_offline_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index);

/*
 * Moves the clients of a pid to the session that has recovered it. offset is
 * that of the last job which the client says it has got. Clients that have
 * registered elsewhere meanwhile are no longer on the pid's list.
 */
void ngx_print_recovery_move_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index, uint64_t offset);


#endif /* _NGX_PRINT_ZONE_PRESENCE_H_INCLUDED_ */
