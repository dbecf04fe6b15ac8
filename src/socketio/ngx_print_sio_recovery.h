
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Connection state recovery at CONNECT: the server gives a client a pid; after
 * a lost connection the client sends the pid and an offset.
 */


#ifndef _NGX_PRINT_SIO_RECOVERY_H_INCLUDED_
#define _NGX_PRINT_SIO_RECOVERY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_sio.h"


/*
 * Whether the location of a peer lets its socket of "/" be recovered.  It does
 * not where an authorizer is asked at "register": a recovered socket has its
 * clientIds without a register.
 */
ngx_uint_t ngx_print_sio_recovers(ngx_print_eio_peer_t *peer);

/*
 * Creates the pid of a session's socket of "/".  pid->data has room for
 * NGX_PRINT_ID_LEN bytes; pid->len becomes 0 if the socket cannot be
 * recovered, if the zone is full or the address has reached its limit (both
 * logged), or if the session was closed meanwhile.
 *
 *   NGX_OK             the pid was written, or the socket has none
 *   NGX_ERROR          there are no random bytes (logged)
 *   NGX_PRINT_STALLED  the zone cannot be used
 */
ngx_int_t ngx_print_sio_pid(ngx_print_eio_peer_t *peer, ngx_str_t *pid);

/*
 * Connects "/" as the socket that the CONNECT payload, auth, names by its pid.
 * The messages that the socket missed since the offset are enqueued again.  If
 * the socket still has a session, that one is closed.  Copies the pid to
 * pid->data and updates peer->session.
 *
 *   NGX_OK             the socket was recovered
 *   NGX_DECLINED       it was not: the client connects as a new socket
 *   NGX_PRINT_STALLED  the zone cannot be used: the caller closes the session,
 *                      and the client can still recover in another one
 */
ngx_int_t ngx_print_sio_resume(ngx_print_eio_peer_t *peer, ngx_str_t *auth,
    ngx_str_t *pid);


#endif /* _NGX_PRINT_SIO_RECOVERY_H_INCLUDED_ */
