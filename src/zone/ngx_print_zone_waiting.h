
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Sessions that others may take the place of: those that wait, because they
 * have joined nothing yet, and those that are nameless, because they have
 * joined but have neither a client nor a claim. Each of the two has a list, the
 * oldest first, and each address has a list of its own sessions that wait.
 *
 * The lists are derived. They go through members of the session which such a
 * session does not need, so a session must leave its list before one of these
 * changes: session.clients, session.claims, session.connected and
 * session.state. A session to which a process that died was about to move a
 * socket has that one's pid, though it has joined nothing: it is on no list.
 */


#ifndef _NGX_PRINT_ZONE_WAITING_H_INCLUDED_
#define _NGX_PRINT_ZONE_WAITING_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


#define NGX_PRINT_WAITING_LEAST     32     /* sessions of a zone may wait */
#define NGX_PRINT_WAITING_NAMELESS  10     /* s: a nameless session gives way
                                              after it */


#define ngx_print_waiting_listed(s)                                           \
    ((s)->older & NGX_PRINT_SESSION_LISTED)

/* the list of a session's claims, and how many clients and claims it has */
#define ngx_print_waiting_claims(s)                                           \
    (ngx_print_waiting_listed(s) ? 0 : (s)->claims)
#define ngx_print_waiting_names(s)                                            \
    (ngx_print_waiting_listed(s) ? 0 : (ngx_uint_t) (s)->nclients             \
                                       + (s)->nclaims)

/* the pid of its "/" socket, or 0 */
#define ngx_print_waiting_pid(s)                                              \
    (ngx_print_waiting_listed(s) && ngx_print_session_connecting(s)           \
     ? 0 : (s)->pid)


/* How many sessions of the zone may wait, and of an address. */
uint32_t ngx_print_waiting_max(ngx_print_store_t *st);
uint32_t ngx_print_waiting_share(ngx_print_store_t *st);

/*
 * Puts a session at the end of the list where it belongs, if it belongs on one
 * and is on none; or takes it off its list, if it is on one.
 */
void ngx_print_waiting_enter_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);
void ngx_print_waiting_leave_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/*
 * The same, for a session that has lost a client or a claim: if it was its last
 * one, the session is nameless from now on.
 */
void ngx_print_waiting_lost_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/* Sets the time since when a session that has joined has no client: now. */
void ngx_print_waiting_since_locked(ngx_print_store_session_t *s);

/*
 * Returns the session that waits for longest, or NULL if none does. a: the
 * address that it has, or NULL for any one.
 */
ngx_print_store_session_t *ngx_print_waiting_oldest_locked(
    ngx_print_store_t *st, ngx_print_store_address_t *a);

/*
 * Returns the session that is nameless for longest, if it is so for more than
 * NGX_PRINT_WAITING_NAMELESS; else NULL. After a repair it is the one that was
 * opened first.
 */
ngx_print_store_session_t *ngx_print_waiting_nameless_locked(
    ngx_print_store_t *st);


#endif /* _NGX_PRINT_ZONE_WAITING_H_INCLUDED_ */
