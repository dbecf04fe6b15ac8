
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The event "register": register(clientId, {ack, info, printers}).
 */


#ifndef _NGX_PRINT_HUB_REGISTER_H_INCLUDED_
#define _NGX_PRINT_HUB_REGISTER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_sio.h"


/*
 * Registers the event's clientId for the socket that sent it, and acknowledges
 * the event if it has an acknowledgement id.  A client that cannot register
 * gets the event "error".
 */
void ngx_print_hub_register(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event);


#endif /* _NGX_PRINT_HUB_REGISTER_H_INCLUDED_ */
