
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What a session keeps of its handshake: the address of the client, and what
 * the rules of the location let it do.  The request is gone when that is asked,
 * so variables are evaluated once.
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

/* Sets addr to NGX_PRINT_SESSION_ADDR bytes; to zeros for a UNIX socket. */
void ngx_print_eio_trust_addr(u_char *addr, struct sockaddr *sa);


#endif /* _NGX_PRINT_EIO_TRUST_H_INCLUDED_ */
