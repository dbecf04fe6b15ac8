
/*
 * Copyright (C) the print hub contributors
 */


/* Whether a station may register a clientId. */


#ifndef _NGX_PRINT_HUB_GATE_H_INCLUDED_
#define _NGX_PRINT_HUB_GATE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_log.h"
#include "ngx_print_client.h"
#include "ngx_print_sio.h"


/* the lines about a register that was refused, by any rule */
extern ngx_print_log_kind_t  ngx_print_hub_gate_kind;


/*
 * Called before a clientId is registered, by the event "register", and again
 * each time when something was waited for.
 *
 * NGX_OK        it may be registered
 * NGX_DECLINED  it may not; the client was told
 */
ngx_int_t ngx_print_hub_gate(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init);


#endif /* _NGX_PRINT_HUB_GATE_H_INCLUDED_ */
