
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A session is closed, a client goes offline, or it moves to the session of a
 * recovered socket.
 */


#ifndef _NGX_PRINT_ZONE_PRESENCE_H_INCLUDED_
#define _NGX_PRINT_ZONE_PRESENCE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Closes a live session: it is CLOSING, and its clients count as offline. If
 * it is attached to another worker, that one is woken after unlock() and
 * finishes it, unless that one stands still; otherwise this process has to.
 */
void ngx_print_session_close_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t reason);

/*
 * Takes a client off the list of a session and marks it offline, with an
 * event. The client keeps the id and the namespace of the socket. Does not
 * settle its jobs: the caller has called ngx_print_job_session_lost_locked().
 */
void ngx_print_client_offline_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index);

/*
 * The same, but if another socket that is connected has a claim to the client,
 * the client goes to the newest one, with the description that it registered
 * with, and its session is woken for the jobs that wait.
 */
void ngx_print_client_leave_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index);

/*
 * Moves the clients of a pid to the session that has recovered it. offset is
 * that of the last job which the client says it got; 0: none. Clients that
 * have registered in another session meanwhile are no longer on the pid's
 * list.
 */
void ngx_print_recovery_move_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index, uint64_t offset);


#endif /* _NGX_PRINT_ZONE_PRESENCE_H_INCLUDED_ */
