
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The zones of a configuration: their memory, and what the log says of them
 * when nginx starts, reloads and exits.
 */


#ifndef _NGX_PRINT_ZONES_H_INCLUDED_
#define _NGX_PRINT_ZONES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_store.h"


/*
 * Adds a zone to the configuration, without memory.  Returns NULL if there is
 * no memory for its struct.  The next call may move the struct.
 */
ngx_print_zone_conf_t *ngx_print_zones_add(ngx_conf_t *cf,
    ngx_print_main_conf_t *pmcf, ngx_str_t *name, size_t size);

/* Returns the zone whose memory is that file, or NULL. */
ngx_print_zone_conf_t *ngx_print_zones_find_path(ngx_print_main_conf_t *pmcf,
    ngx_str_t *path);

/* Returns the zone of that name, or NULL. */
ngx_print_zone_conf_t *ngx_print_zones_find(ngx_print_main_conf_t *pmcf,
    ngx_str_t *name);

/*
 * Makes nginx create or keep the memory of the zone; a second call does
 * nothing.  NGX_OK, or NGX_ERROR (logged).
 */
ngx_int_t ngx_print_zones_memory(ngx_conf_t *cf, ngx_print_zone_conf_t *zone);

/*
 * Called when all directives of the configuration were read: adds the default
 * zone if the configuration has no zone, and gives each zone its webhook
 * and its logs.  The
 * default zone has no memory until ngx_print_zones_memory().
 * NGX_OK, or NGX_ERROR (logged).
 */
ngx_int_t ngx_print_zones_init(ngx_conf_t *cf, ngx_print_main_conf_t *pmcf);

/*
 * Called after ngx_print_zones_init(), with a location that serves a path of
 * the hub: sets plcf->zone, and notes that the zone is used.  NGX_OK, or
 * NGX_ERROR if it is not clear which zone that is (logged).
 */
ngx_int_t ngx_print_zones_location(ngx_conf_t *cf, ngx_str_t *name,
    ngx_print_loc_conf_t *plcf);

/* Logs a warning for each zone that no location uses. */
void ngx_print_zones_log_unused(ngx_cycle_t *cycle,
    ngx_print_main_conf_t *pmcf);

/* Returns 1 if a zone has memory. */
ngx_uint_t ngx_print_zones_exist(ngx_print_main_conf_t *pmcf);

/*
 * Sets up a view of the zone's store, for a process that is no worker.
 * NGX_OK, or NGX_ERROR.
 */
ngx_int_t ngx_print_zones_store(ngx_shm_zone_t *zone,
    ngx_print_store_t *store);

/*
 * Called in a worker: sets zone->view, to the store of zone->eio if the worker
 * serves the zone, and otherwise to one for its figures alone, by which the
 * lock cannot be taken.  NGX_OK, or NGX_ERROR if there is no memory.
 */
ngx_int_t ngx_print_zones_view(ngx_cycle_t *cycle,
    ngx_print_zone_conf_t *zone);

/*
 * Called in the master when a configuration is valid, before workers are
 * started: it uses the zones from now on.  Sets zone->generation.
 */
void ngx_print_zones_begin(ngx_print_main_conf_t *pmcf);

/*
 * Called in the master.  log_start() logs the version, and what each zone has
 * room for, when nginx starts; a reload logs nothing, not even if it creates a
 * zone.  log_old() logs what is in the zones of the last configuration that
 * this one does not keep.  log_end() closes the zones when nginx exits, and
 * logs what is lost then.
 */
void ngx_print_zones_log_start(ngx_cycle_t *cycle,
    ngx_print_main_conf_t *pmcf);
void ngx_print_zones_log_old(ngx_cycle_t *cycle);
void ngx_print_zones_log_end(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf);


#endif /* _NGX_PRINT_ZONES_H_INCLUDED_ */
