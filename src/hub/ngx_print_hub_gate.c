
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_hub_gate.h"


ngx_int_t
ngx_print_hub_gate(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init)
{
    return NGX_OK;
}
