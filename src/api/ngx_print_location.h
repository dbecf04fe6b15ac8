
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Which requests of a location are the hub's, and which endpoint answers them.
 * The paths of the endpoints, as "socket.io/" and "startPrint", are relative to
 * the location.
 */


#ifndef _NGX_PRINT_LOCATION_H_INCLUDED_
#define _NGX_PRINT_LOCATION_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/* adds the handlers of the phases; NGX_OK, NGX_ERROR */
ngx_int_t ngx_print_location_init(ngx_conf_t *cf);

/*
 * Sets what the endpoints of a location of this name are relative to.
 * NGX_CONF_OK, NGX_CONF_ERROR (logged)
 */
char *ngx_print_location_name(ngx_conf_t *cf, ngx_str_t *location,
    ngx_print_loc_conf_t *plcf);


#endif /* _NGX_PRINT_LOCATION_H_INCLUDED_ */
