
/*
 * Copyright (C) the print hub contributors
 */


/* CONNECT: whether the authorizer of the location lets a client join. */


#ifndef _NGX_PRINT_SIO_AUTHORIZE_H_INCLUDED_
#define _NGX_PRINT_SIO_AUTHORIZE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_sio.h"


/*
 * Connects a client to a namespace, as ngx_print_sio_join() does; at once, or
 * after the authorizer was asked and allows it.  Returns 0, or the reason for
 * closing the session.
 */
ngx_uint_t ngx_print_sio_authorize(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_uint_t nsp, ngx_str_t *auth);


#endif /* _NGX_PRINT_SIO_AUTHORIZE_H_INCLUDED_ */
