
/*
 * Copyright (C) the print hub contributors
 */


/* The locations that take stations, as another configuration knows them. */


#ifndef _NGX_PRINT_PLACE_H_INCLUDED_
#define _NGX_PRINT_PLACE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/*
 * Called for each location that takes stations, in their order, when its zone
 * is known.  Sets plcf->place: a hash of the names of the zone, the server (its
 * first one) and the location, and of how many locations before it have the
 * same three.  NGX_OK, or NGX_ERROR if there is no memory.
 */
ngx_int_t ngx_print_place_note(ngx_conf_t *cf, ngx_http_core_loc_conf_t *clcf,
    ngx_print_loc_conf_t *plcf);


#endif /* _NGX_PRINT_PLACE_H_INCLUDED_ */
