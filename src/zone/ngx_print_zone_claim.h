
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Claims: a socket that has registered a clientId which a newer one has now.
 * When that one ends, the client goes to the newest claim whose socket is
 * connected.
 *
 * A claim never has the owner of its client, except while the client is handed
 * over: the store to cl->owner completes that, and then the claim says what
 * the client has to become. repair() finishes it.
 */


#ifndef _NGX_PRINT_ZONE_CLAIM_H_INCLUDED_
#define _NGX_PRINT_ZONE_CLAIM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* Returns the claim that a socket has to a client; NULL if it has none. */
ngx_print_store_claim_t *ngx_print_claim_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, uint64_t owner);

/*
 * Returns the claim of the session that was opened last, of those to a client
 * whose socket is connected; NULL if there is none.
 */
ngx_print_store_claim_t *ngx_print_claim_newest_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl);

/* Returns 1 if a session's socket in a namespace has a claim. */
ngx_uint_t ngx_print_claim_of_nsp_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp);

/*
 * Creates a claim of a socket, whose session exists. info is the description
 * that the client gets with it, a message or 0; had is 1 if the socket had the
 * client. If a client has too many claims, that of the oldest session ends.
 * Returns NULL if there is no free record.
 */
ngx_print_store_claim_t *ngx_print_claim_create_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, uint64_t owner, uint32_t info,
    ngx_uint_t ack, ngx_uint_t had);

/*
 * Frees a claim. Returns its info, which the caller drops unless the client
 * has it now.
 */
uint32_t ngx_print_claim_free_locked(ngx_print_store_t *st,
    ngx_print_store_claim_t *claim);

/*
 * Puts a claim on the lists of its client and of its session. Only repair()
 * calls it from outside.
 */
void ngx_print_claim_link_locked(ngx_print_store_t *st, uint32_t index);

/*
 * Ends claims: those of a session's socket in a namespace, or with nsp == -1
 * of all of them; those to a client.
 */
void ngx_print_claim_leave_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_int_t nsp);
void ngx_print_claim_remove_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl);


#endif /* _NGX_PRINT_ZONE_CLAIM_H_INCLUDED_ */
