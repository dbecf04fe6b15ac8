
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What a session keeps of its handshake: what the rules of the location let it
 * do.  The request is gone when that is asked, so variables are evaluated once.
 */


#ifndef _NGX_PRINT_EIO_TRUST_H_INCLUDED_
#define _NGX_PRINT_EIO_TRUST_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_store.h"


/*
 * Returns the hash of the rules of a location: sessions of another one are
 * unknown there.  0 if it has no rules.
 */
uint64_t ngx_print_eio_trust_policy(ngx_print_store_t *st,
    ngx_print_loc_conf_t *conf);

/*
 * Sets trust by the rules of a location and the request of a handshake.
 *
 * NGX_OK     trust is set
 * NGX_ERROR  there is no memory
 */
ngx_int_t ngx_print_eio_trust(ngx_print_store_t *st,
    ngx_print_loc_conf_t *conf, ngx_http_request_t *r,
    ngx_print_session_trust_t *trust);

/*
 * Whether one of the tokens of a location is this one.  All are compared, in a
 * time that tells nothing about them.  Called only if there are tokens.
 */
ngx_uint_t ngx_print_eio_trust_token(ngx_print_store_t *st,
    ngx_print_loc_conf_t *conf, ngx_print_session_trust_t *trust,
    ngx_str_t *token);

/*
 * Whether a session that has this trust may register a clientId; limited() says
 * whether there is one that it may not.
 */
#define ngx_print_eio_trust_limited(conf, t)                                  \
    ((conf)->trust.names != NULL || ((t)->flags & NGX_PRINT_TRUST_NAMED))

ngx_uint_t ngx_print_eio_trust_name(ngx_print_store_t *st,
    ngx_print_loc_conf_t *conf, ngx_print_session_trust_t *trust,
    ngx_str_t *id);

/*
 * Adds a name to trust that a variable or an answer gave; star: any bytes may
 * follow it, and then it may be empty.  answer is 1 for a name of the answer
 * at CONNECT, the caller sets NGX_PRINT_TRUST_NAMED.
 *
 * NGX_OK    it was added, or no clientId has such a name
 * NGX_BUSY  there are NGX_PRINT_TRUST_NAMES others
 */
ngx_int_t ngx_print_eio_trust_add(ngx_print_store_t *st,
    ngx_print_session_trust_t *trust, ngx_str_t *name, ngx_uint_t star,
    ngx_uint_t answer);


#endif /* _NGX_PRINT_EIO_TRUST_H_INCLUDED_ */
