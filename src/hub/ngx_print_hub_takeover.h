
/*
 * Copyright (C) the print hub contributors
 */


/* A clientId that a socket registers, while another connected one has it. */


#ifndef _NGX_PRINT_HUB_TAKEOVER_H_INCLUDED_
#define _NGX_PRINT_HUB_TAKEOVER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_client.h"
#include "ngx_print_sio.h"


/*
 * The socket has registered init->id, and init->loser has lost it: sends that
 * one the event "error", and writes a line to the log.  The line has the level
 * notice if the addresses are the same and the loser was quiet, which is how a
 * station comes back whose old connection has broken; otherwise warn.
 */
void ngx_print_hub_takeover(ngx_print_sio_socket_t *socket,
    ngx_print_client_init_t *init);

/*
 * The socket was refused a clientId, which the holder keeps: answers its event,
 * as ngx_print_hub_refuse_register() does, and writes a line to the log.
 */
void ngx_print_hub_takeover_refused(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_str_t *id,
    ngx_print_client_loser_t *holder);


#endif /* _NGX_PRINT_HUB_TAKEOVER_H_INCLUDED_ */
