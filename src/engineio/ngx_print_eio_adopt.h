
/*
 * Copyright (C) the print hub contributors
 */


/* WebSockets that come from workers which leave. */


#ifndef _NGX_PRINT_EIO_ADOPT_H_INCLUDED_
#define _NGX_PRINT_EIO_ADOPT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_eio_message.h"
#include "ngx_print_eio.h"


/*
 * Makes the connection of a message this worker's, and its session, too, and
 * goes on with it.  place is its location, or NULL if there is none any more;
 * state is that of the WebSocket.  The socket fd belongs to the function.
 *
 * NGX_OK        it is done
 * NGX_DECLINED  the connection cannot be served here: it was refused, so that
 *               its worker knows
 */
ngx_int_t ngx_print_eio_adopt(ngx_print_eio_t *eio,
    ngx_print_eio_message_t *msg, ngx_print_place_t *place, u_char *state,
    ngx_socket_t fd);


#endif /* _NGX_PRINT_EIO_ADOPT_H_INCLUDED_ */
