
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Finds the requests of a location that are for the hub, and calls the endpoint
 * that answers them.  The paths of the endpoints, such as "socket.io/" and
 * "startPrint", are relative to the location.
 */


#ifndef _NGX_PRINT_LOCATION_H_INCLUDED_
#define _NGX_PRINT_LOCATION_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_tally.h"


/*
 * Adds the handlers to nginx's phases, at the end of the configuration.
 *
 *   NGX_OK     the handlers were added
 *   NGX_ERROR  there is no memory
 */
ngx_int_t ngx_print_location_init(ngx_conf_t *cf);

/*
 * Sets plcf->base, to which the endpoints of this location are relative.
 *
 *   NGX_OK     the base was set
 *   NGX_ERROR  no request for an endpoint can be in a location of this name
 *              (logged)
 */
ngx_int_t ngx_print_location_name(ngx_conf_t *cf,
    ngx_http_core_loc_conf_t *clcf, ngx_print_loc_conf_t *plcf);

/*
 * Returns 1 if requests of stations can get to this location.  Of a regular
 * expression that is a guess: 0 if it ends at the name of another path of the
 * hub, as in "/(getStatus|startPrint)$".  Called after
 * ngx_print_location_name().
 */
ngx_uint_t ngx_print_location_takes_stations(ngx_http_core_loc_conf_t *clcf,
    ngx_print_loc_conf_t *plcf);

/*
 * Returns the name of a path of the hub, such as "startPrint" or "socket_io",
 * which variables and figures have, and sets *rest to what follows it; NULL if
 * the location does not serve it.
 */
ngx_str_t *ngx_print_location_label(ngx_print_loc_conf_t *plcf, ngx_str_t *uri,
    ngx_str_t *rest);

/*
 * Returns the rules of CORS for a path of the hub in a location with this
 * configuration, and sets *path to which one it is; NULL if the URI is no such
 * path.
 */
ngx_print_cors_t *ngx_print_location_cors(ngx_print_loc_conf_t *plcf,
    ngx_str_t *uri, ngx_print_path_e *path);


/* what a URI of a server leads to */
typedef enum {
    NGX_PRINT_LOCATION_OTHER = 0,
    NGX_PRINT_LOCATION_INTERNAL,          /* another one, for nginx alone */
    NGX_PRINT_LOCATION_HUB,
    NGX_PRINT_LOCATION_NONE               /* it is in no location */
} ngx_print_location_e;


/*
 * Tells it for a URI in the server of this configuration, after
 * postconfiguration.
 */
ngx_print_location_e ngx_print_location_of(ngx_http_conf_ctx_t *ctx,
    ngx_str_t *uri);


#endif /* _NGX_PRINT_LOCATION_H_INCLUDED_ */
