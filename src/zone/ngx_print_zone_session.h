
/*
 * Copyright (C) the print hub contributors
 */


/* A session: how to find it, which state it is in, and its deadline. */


#ifndef _NGX_PRINT_ZONE_SESSION_H_INCLUDED_
#define _NGX_PRINT_ZONE_SESSION_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Whether the client must still connect to a namespace, before s->connect_by.
 */
#define ngx_print_session_connecting(s)                                       \
    ((s)->connect_by && (s)->connected == 0)


/*
 * Returns the session of a reference, in any state but FREE; NULL if it is
 * gone.
 */
ngx_print_store_session_t *ngx_print_session_locked(ngx_print_store_t *st,
    ngx_print_ref_t ref);

/* Returns 1 if the session is OPEN, UPGRADING or WS. */
ngx_uint_t ngx_print_session_live_locked(ngx_print_store_session_t *s);

/* Returns 1 if the session is live, and connected to the namespace. */
ngx_uint_t ngx_print_session_connected_locked(ngx_print_store_session_t *s,
    ngx_uint_t nsp);

/*
 * Returns 1 if the session is attached, in whatever way, to a worker that has
 * not been reaped.
 */
ngx_uint_t ngx_print_session_attached_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/*
 * Returns 1 if the session is attached to another worker, which has not been
 * reaped.
 */
ngx_uint_t ngx_print_session_held_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/*
 * Returns 1 if the session's WebSocket is on its way from its holder to another
 * worker, see ngx_print_session_hand(): nobody has the connection now, so
 * nobody pings the session, expires it, or finishes it.
 */
ngx_uint_t ngx_print_session_handed_locked(ngx_print_store_session_t *s);

/*
 * Returns 1 if the session is held, and the worker that holds it has let its
 * deadline pass for so long that it must be standing still: for the whole time
 * in which the client has to answer a ping, and for the ping too, if it was not
 * sent. Any worker may end such a session.
 */
ngx_uint_t ngx_print_session_stale_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t now);

/*
 * Called for a live session whose deadline has passed. If nobody could take the
 * lock a short while ago, its client may have answered in time: it gets the
 * time for an answer once more. Returns 1 if nothing is due then, and 0 if the
 * deadline has passed all the same.
 */
ngx_uint_t ngx_print_session_excused_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t now);

/*
 * Takes a session that is held away from its worker, which is woken after
 * unlock() to look for the connection that has lost its session, see
 * ngx_print_session_lost(). This worker has to finish it.
 */
void ngx_print_session_seize_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/*
 * Attaches the session to this worker, and takes it off its ready list. kind
 * is one of NGX_PRINT_ATT_*.
 */
void ngx_print_session_attach_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t kind, uint32_t token);

/*
 * Returns 1 if a GET or a WebSocket of this worker is attached with this
 * token.
 */
ngx_uint_t ngx_print_queue_mine_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t token);

/*
 * Sets sock to the NGX_PRINT_SESSION_SOCK bytes of the id of a socket, which
 * everybody may see: those of its own for "/", otherwise published() ones.
 */
void ngx_print_session_sock_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp, u_char *sock);

/*
 * Sets sock to a digest of a sid and a namespace, under the secret of the zone:
 * it tells nobody the sid. Lock-free.
 */
void ngx_print_session_published(ngx_print_store_t *st, uint32_t index,
    u_char *key, ngx_uint_t nsp, u_char *sock);

/* Copies to info what callers of the store may know of a session. */
void ngx_print_session_info_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_session_info_t *info);

/*
 * Sets the deadline of the session in its column, computed from the record:
 * the next ping, the pong, the time to connect or the end of the time for
 * which it was let in (trust.expires), whichever is first.
 */
void ngx_print_session_deadline_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/*
 * Sets the time at which any worker may finish a session that is CLOSING, if
 * the one that has to do it has not done it by then.
 */
void ngx_print_session_closing_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);


#endif /* _NGX_PRINT_ZONE_SESSION_H_INCLUDED_ */
