
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The doors of a zone: the locations in which a client can become a station.
 * One that has no rules for stations of the hub's own is open.
 */


#ifndef _NGX_PRINT_DOOR_H_INCLUDED_
#define _NGX_PRINT_DOOR_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/*
 * Notes in the zone of a location whether it is an open door, or a guarded one.
 * Called after ngx_print_location_name().
 */
void ngx_print_door_note(ngx_http_core_loc_conf_t *clcf,
    ngx_print_loc_conf_t *plcf);

/*
 * Called by init_module.  Logs the first open door of each zone: as a warning
 * if the zone has guarded ones, too, once for each configuration that nginx
 * loads or tests; else as a notice, when nginx starts.
 */
void ngx_print_door_log(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf);


#endif /* _NGX_PRINT_DOOR_H_INCLUDED_ */
