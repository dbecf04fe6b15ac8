
/*
 * Copyright (C) the print hub contributors
 */


/* A session: how to find it, in which condition it is, and its deadline. */


#ifndef _NGX_PRINT_ZONE_SESSION_H_INCLUDED_
#define _NGX_PRINT_ZONE_SESSION_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* whether the client has to connect to a namespace, and has not done so yet */
#define ngx_print_session_connecting(s)                                       \
    ((s)->connect_by && (s)->connected == 0)


/* The session of a reference in any state but FREE; NULL if it is gone. */
ngx_print_store_session_t *ngx_print_session_locked(ngx_print_store_t *st,
    ngx_print_ref_t ref);

/* Whether the session is neither closed nor free. */
ngx_uint_t ngx_print_session_live_locked(ngx_print_store_session_t *s);

/*
 * Whether the session is live and its client is connected to the namespace.
 */
ngx_uint_t ngx_print_session_connected_locked(ngx_print_store_session_t *s,
    ngx_uint_t nsp);

/*
 * Whether the worker that the session is attached to, in whatever way, lives.
 */
ngx_uint_t ngx_print_session_attached_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/* Whether the session is attached to another worker, which lives. */
ngx_uint_t ngx_print_session_held_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/* Attaches the session to this worker; kind is one of NGX_PRINT_ATT_*. */
void ngx_print_session_attach_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t kind, uint32_t token);

/* Whether a GET or WebSocket of this worker is attached with this token. */
ngx_uint_t ngx_print_queue_mine_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t token);

/* Copies what callers may know of a session. */
void ngx_print_session_info_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_session_info_t *info);

/*
 * Sets the deadline of the session in its column; it follows from the record.
 */
void ngx_print_session_deadline_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);


#endif /* _NGX_PRINT_ZONE_SESSION_H_INCLUDED_ */
