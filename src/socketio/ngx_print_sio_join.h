
/*
 * Copyright (C) the print hub contributors
 */


/* A client joins a namespace, after it was allowed to, and leaves it. */


#ifndef _NGX_PRINT_SIO_JOIN_H_INCLUDED_
#define _NGX_PRINT_SIO_JOIN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_sio.h"


/*
 * Connects a client to a namespace, as a recovered or as a new socket, and
 * answers with packet.  A new socket of "/" gets sock, NGX_PRINT_SESSION_SOCK
 * bytes, as its id.  Returns 0, or the reason for closing the session: if the
 * zone cannot be used, the client does the same in a new session.
 */
ngx_uint_t ngx_print_sio_join(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_uint_t nsp, ngx_str_t *auth,
    u_char *sock);

/*
 * Sets sock to the id of a new socket of "/".
 *
 *   NGX_OK     sock is set
 *   NGX_ERROR  there are no random bytes (logged)
 */
ngx_int_t ngx_print_sio_join_sock(ngx_print_eio_peer_t *peer, u_char *sock);

/* Logs that a client joins twice; returns the reason for closing. */
ngx_uint_t ngx_print_sio_join_twice(ngx_print_eio_peer_t *peer);

/* Ends all that belonged to a socket which has disconnected. */
void ngx_print_sio_join_left(ngx_print_eio_peer_t *peer, ngx_uint_t nsp);


#endif /* _NGX_PRINT_SIO_JOIN_H_INCLUDED_ */
