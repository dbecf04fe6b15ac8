
/*
 * Copyright (C) the print hub contributors
 */


/* A client: how to find it, and the lists that it is on. */


#ifndef _NGX_PRINT_ZONE_CLIENT_H_INCLUDED_
#define _NGX_PRINT_ZONE_CLIENT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * The keyed hash of a clientId, so that nobody can choose clientIds that share
 * a bucket. Lock-free: compute it before the lock is taken.
 */
uint32_t ngx_print_client_hash(ngx_print_store_t *st, ngx_str_t *id);

/*
 * Finds the client with this clientId; hash is ngx_print_client_hash() of it.
 * Returns NULL if there is none.
 */
ngx_print_store_client_t *ngx_print_client_find_locked(ngx_print_store_t *st,
    ngx_str_t *id, uint32_t hash);

/*
 * Raises the version of a client's page, or of the pages of all clients of a
 * session. Call it before the change. A reader that sees the new version still
 * takes the lock to read, and so reads after the change. If the writer dies in
 * between, repair() raises all versions.
 */
void ngx_print_client_touch_locked(ngx_print_store_t *st, uint32_t index);
void ngx_print_client_touch_all_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/*
 * Returns the session that prints for a client now: it is live, and connected
 * to the namespace of the client. NULL if the client is offline.
 */
ngx_print_store_session_t *ngx_print_client_session_locked(
    ngx_print_store_t *st, ngx_print_store_client_t *cl);

/*
 * Returns the session whose list the client is on, also while that session
 * closes or its socket has disconnected. NULL if the client is on the offline
 * list.
 */
ngx_print_store_session_t *ngx_print_client_owner_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl);

/*
 * Finds a client of a session whose socket is in this namespace. Returns its
 * index, or 0.
 */
uint32_t ngx_print_client_of_nsp_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp);

/*
 * Puts a client on the list of a session, in no order, or with s == NULL on
 * the list of offline clients, the newest last. The caller sets cl->owner.
 */
void ngx_print_client_attach_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index);

/*
 * Takes a client off the list of a session, or with s == NULL off the list of
 * offline clients.
 */
void ngx_print_client_detach_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index);


#endif /* _NGX_PRINT_ZONE_CLIENT_H_INCLUDED_ */
