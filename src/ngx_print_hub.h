
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The application: stations register a clientId, and are printed on.
 */


#ifndef _NGX_PRINT_HUB_H_INCLUDED_
#define _NGX_PRINT_HUB_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_sio.h"


extern const ngx_print_sio_app_t  ngx_print_hub_app;


/*
 * Prints on a client: it gets the event "print" with the argument payload, a
 * JSON text.
 *
 * NGX_OK, NGX_DECLINED (unknown client), NGX_PRINT_OFFLINE, NGX_BUSY (too much
 * waits for it already), NGX_PRINT_FULL (logged)
 */
ngx_int_t ngx_print_hub_print(ngx_print_eio_t *eio, ngx_str_t *id,
    ngx_str_t *payload, size_t limit, ngx_log_t *log);


#endif /* _NGX_PRINT_HUB_H_INCLUDED_ */
