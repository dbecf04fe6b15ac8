
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_location.h"
#include "ngx_print_door.h"


static ngx_uint_t ngx_print_door_guarded(ngx_print_loc_conf_t *plcf);
static void ngx_print_door_log_zone(ngx_cycle_t *cycle,
    ngx_print_zone_conf_t *zone);


void
ngx_print_door_note(ngx_http_core_loc_conf_t *clcf, ngx_print_loc_conf_t *plcf)
{
    ngx_print_zone_conf_t  *zone;

    if (!ngx_print_location_takes_stations(clcf, plcf)) {
        return;
    }

    zone = plcf->zone;

    if (ngx_print_door_guarded(plcf)) {
        zone->guarded = 1;

    } else if (zone->door == NULL) {
        zone->door = plcf;
        zone->door_name = &clcf->name;
    }
}


static ngx_uint_t
ngx_print_door_guarded(ngx_print_loc_conf_t *plcf)
{
    return plcf->trust.tokens || plcf->trust.names || plcf->authorize;
}


void
ngx_print_door_log(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf)
{
    ngx_uint_t              i;
    ngx_print_zone_conf_t  *zone;

    zone = pmcf->zones.elts;

    for (i = 0; i < pmcf->zones.nelts; i++) {
        if (zone[i].door) {
            ngx_print_door_log_zone(cycle, &zone[i]);
        }
    }
}


/* A warning goes where nginx's own about the configuration go. */

static void
ngx_print_door_log_zone(ngx_cycle_t *cycle, ngx_print_zone_conf_t *zone)
{
    ngx_log_t   *log;
    ngx_uint_t   level;

    if (zone->guarded) {
        level = NGX_LOG_WARN;
        log = cycle->old_cycle->log;

    } else if (!ngx_test_config && ngx_is_init_cycle(cycle->old_cycle)) {
        level = NGX_LOG_NOTICE;
        log = cycle->log;

    } else {
        return;
    }

    ngx_log_error(level, log, 0,
                  "print hub: zone \"%V\" takes any station: no "
                  "print_hub_token, print_hub_client_id or "
                  "print_hub_authorize in location \"%V\" of %V:%ui",
                  &zone->name, zone->door_name, &zone->door->file,
                  zone->door->line);
}
