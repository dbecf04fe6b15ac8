
/*
 * Copyright (C) the print hub contributors
 */


/* "register": whether the authorizer of the location allows a clientId. */


#ifndef _NGX_PRINT_HUB_AUTHORIZE_H_INCLUDED_
#define _NGX_PRINT_HUB_AUTHORIZE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_client.h"
#include "ngx_print_sio.h"


/* registers a clientId that is allowed; of event, only its ack is set */
typedef void (*ngx_print_hub_authorize_pt)(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init);


/*
 * Whether one more clientId may be asked: the limit of a connection holds for
 * those that it has and those that are asked for it.
 *
 * NGX_OK    it may, or the location asks no authorizer
 * NGX_BUSY  the client was told that it may not have one more, or its session
 *           was closed
 */
ngx_int_t ngx_print_hub_authorize_room(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init);

/*
 * Asks the authorizer, if the location has one; called after room().
 *
 * NGX_OK     the location asks no authorizer
 * NGX_AGAIN  it is asked, and the handler is called if it allows the clientId
 * NGX_BUSY   its session was closed
 */
ngx_int_t ngx_print_hub_authorize(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init,
    ngx_print_hub_authorize_pt handler);


#endif /* _NGX_PRINT_HUB_AUTHORIZE_H_INCLUDED_ */
