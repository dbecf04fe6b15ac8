
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Finds the location that nginx would choose for a URI, without a request.  The
 * trees of locations exist from nginx's postconfiguration on.
 */


#ifndef _NGX_PRINT_LOCATION_TREE_H_INCLUDED_
#define _NGX_PRINT_LOCATION_TREE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/*
 * Returns the location for the URI in a server, or in another location, of this
 * configuration.  NULL: none matches, so it stays that configuration.
 */
ngx_http_core_loc_conf_t *ngx_print_location_tree_find(
    ngx_http_core_loc_conf_t *clcf, ngx_str_t *uri);


#endif /* _NGX_PRINT_LOCATION_TREE_H_INCLUDED_ */
