
/*
 * Copyright (C) the print hub contributors
 */


/* A socket that can be recovered (a pid), and the list of its clients. */


#ifndef _NGX_PRINT_ZONE_RECOVERY_H_INCLUDED_
#define _NGX_PRINT_ZONE_RECOVERY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Puts a client on the list of the pid with this index. The client is on no
 * other such list.
 */
void ngx_print_recovery_attach_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, uint32_t index);

/*
 * Takes a client off the list of its pid, if it is on one: its socket has lost
 * it to another one, or the client is removed. The socket cannot be recovered
 * any more, because it would believe that it still has the client.
 */
void ngx_print_recovery_detach_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl);

/*
 * Called when a socket gets a client back that it had lost, or one that it had
 * registered and never had: the pid with this index lacks one client less.
 */
void ngx_print_recovery_regain_locked(ngx_print_store_t *st, uint32_t index);

/* Called when a socket registers a client that stays with a newer one. */
void ngx_print_recovery_lack_locked(ngx_print_store_t *st, uint32_t index);

/*
 * Called when a session is lost. If its "/" socket can be recovered, the time
 * for that begins now; the session and the pid no longer know each other.
 */
void ngx_print_recovery_lost_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);


/*
 * Called in place of lost_locked() when the session ends and its client has not
 * come back yet: a socket without clients cannot be recovered, and its pid is
 * freed at once.
 */
void ngx_print_recovery_left_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/* Frees a pid that has no clients. */
void ngx_print_recovery_release_locked(ngx_print_store_t *st, uint32_t index);


#endif /* _NGX_PRINT_ZONE_RECOVERY_H_INCLUDED_ */
