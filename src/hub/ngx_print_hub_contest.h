
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A clientId that another connected socket has, in a location that protects
 * that one.  The holder is asked whether it lives, and what the newcomer has
 * asked for waits in the memory of this process.  If the holder answers, the
 * newcomer is refused; if the holder is gone, the newcomer is registered.
 */


#ifndef _NGX_PRINT_HUB_CONTEST_H_INCLUDED_
#define _NGX_PRINT_HUB_CONTEST_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_client.h"
#include "ngx_print_sio.h"


/*
 * Registers init->id for a socket, and answers the event if it has an
 * acknowledgement id; of the event, nothing else is valid.
 *
 *   NGX_OK             it was answered
 *   NGX_PRINT_HELD     see ngx_print_client_register(); nothing was answered
 *   NGX_PRINT_STALLED  the zone cannot be used; nothing was answered
 */
typedef ngx_int_t (*ngx_print_hub_contest_pt)(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init);


/*
 * Called after NGX_PRINT_HELD with the same arguments: asks init->loser, and
 * copies what it needs.  If the holder is gone, handler is called, from a
 * timer.  The answer to the POST that brought the event waits.
 *
 * The socket may have as many questions open as it may have clientIds, and the
 * process has a bound, too: beyond them the client is refused, or closed, so
 * that it comes back.
 */
void ngx_print_hub_contest(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init,
    ngx_print_hub_contest_pt handler);

/* A socket was disconnected: what it had asked for waits no more. */
void ngx_print_hub_contest_leave(ngx_print_eio_t *eio, ngx_print_ref_t ref,
    ngx_uint_t nsp);


#endif /* _NGX_PRINT_HUB_CONTEST_H_INCLUDED_ */
