
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_store.h"
#include "ngx_print_worker.h"
#include "ngx_print_zones.h"


#define NGX_PRINT_ZONES_NAME  "print_hub"
#define NGX_PRINT_ZONES_SIZE  (32 * 1024 * 1024)


static void ngx_print_zones_log_room(ngx_log_t *log, ngx_shm_zone_t *zone);
static ngx_uint_t ngx_print_zones_kept(ngx_cycle_t *cycle,
    ngx_shm_zone_t *zone);
static void ngx_print_zones_log_lost(ngx_shm_zone_t *zone, ngx_log_t *log,
    const char *why);


ngx_print_zone_conf_t *
ngx_print_zones_add(ngx_conf_t *cf, ngx_print_main_conf_t *pmcf,
    ngx_str_t *name, size_t size)
{
    ngx_print_zone_conf_t  *zone;

    zone = ngx_array_push(&pmcf->zones);
    if (zone == NULL) {
        return NULL;
    }

    ngx_memzero(zone, sizeof(ngx_print_zone_conf_t));

    zone->name = *name;
    zone->size = size;

    return zone;
}


ngx_int_t
ngx_print_zones_memory(ngx_conf_t *cf, ngx_print_zone_conf_t *zone)
{
    if (zone->shm_zone) {
        return NGX_OK;
    }

    zone->shm_zone = ngx_shared_memory_add(cf, &zone->name, zone->size,
                                           &ngx_print_module);
    if (zone->shm_zone == NULL) {
        return NGX_ERROR;
    }

    zone->shm_zone->init = ngx_print_worker_init_zone;

    return NGX_OK;
}


ngx_int_t
ngx_print_zones_init(ngx_conf_t *cf, ngx_print_main_conf_t *pmcf)
{
    ngx_print_zone_conf_t  *zone;

    static ngx_str_t        name = ngx_string(NGX_PRINT_ZONES_NAME);

    if (pmcf->zones.nelts == 0
        && ngx_print_zones_add(cf, pmcf, &name, NGX_PRINT_ZONES_SIZE) == NULL)
    {
        return NGX_ERROR;
    }

    zone = pmcf->zones.elts;

    if (pmcf->webhooks.nelts) {
        zone->webhook = pmcf->webhooks.elts;
    }

    return NGX_OK;
}


ngx_uint_t
ngx_print_zones_exist(ngx_print_main_conf_t *pmcf)
{
    ngx_print_zone_conf_t  *zone;

    /* only the default zone, which is alone, may have none */

    zone = pmcf->zones.elts;

    return zone->shm_zone != NULL;
}


void
ngx_print_zones_log_start(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf)
{
    ngx_uint_t              i;
    ngx_print_zone_conf_t  *zone;

    if (!ngx_is_init_cycle(cycle->old_cycle)) {
        return;
    }

    zone = pmcf->zones.elts;

    for (i = 0; i < pmcf->zones.nelts; i++) {
        ngx_print_zones_log_room(cycle->log, zone[i].shm_zone);
    }
}


static void
ngx_print_zones_log_room(ngx_log_t *log, ngx_shm_zone_t *zone)
{
    size_t                  size;
    ngx_uint_t              mb;
    ngx_print_store_t       store;
    ngx_print_store_stat_t  stat;

    if (ngx_print_store_open(&store, zone->data, NULL) != NGX_OK) {
        return;
    }

    ngx_print_store_stat(&store, &stat);

    size = zone->shm.size / 1024;
    mb = (size % 1024 == 0);

    ngx_log_error(NGX_LOG_NOTICE, log, 0,
                  "print hub: version %s, zone \"%V\", %uz%c: %uD sessions, "
                  "%uD clients, %uD jobs",
                  NGX_PRINT_VERSION, &zone->shm.name,
                  mb ? size / 1024 : size, mb ? 'm' : 'k',
                  stat.max_sessions, stat.max_clients, stat.max_jobs);
}


/* The old workers use such a zone until they exit. */

void
ngx_print_zones_log_old(ngx_cycle_t *cycle)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_shm_zone_t   *zone;

    for (part = &cycle->old_cycle->shared_memory.part; part;
         part = part->next)
    {
        zone = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (zone[i].tag == &ngx_print_module
                && !ngx_print_zones_kept(cycle, &zone[i]))
            {
                ngx_print_zones_log_lost(&zone[i], cycle->log,
                                         "the new configuration has another "
                                         "\"print_hub_zone\"");
            }
        }
    }
}


/* Returns 1 if a configuration uses the memory of this zone. */

static ngx_uint_t
ngx_print_zones_kept(ngx_cycle_t *cycle, ngx_shm_zone_t *zone)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_shm_zone_t   *own;

    for (part = &cycle->shared_memory.part; part; part = part->next) {
        own = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (own[i].tag == zone->tag
                && own[i].shm.addr == zone->shm.addr)
            {
                return 1;
            }
        }
    }

    return 0;
}


/* The workers have exited: nobody changes the zones any more. */

void
ngx_print_zones_log_end(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf)
{
    ngx_uint_t              i;
    ngx_print_zone_conf_t  *zone;

    zone = pmcf->zones.elts;

    for (i = 0; i < pmcf->zones.nelts; i++) {
        if (zone[i].shm_zone) {
            ngx_print_zones_log_lost(zone[i].shm_zone, cycle->log,
                                     "nginx stops");
        }
    }
}


static void
ngx_print_zones_log_lost(ngx_shm_zone_t *zone, ngx_log_t *log,
    const char *why)
{
    uint32_t           jobs, clients;
    ngx_print_store_t  store;

    if (zone->data == NULL
        || ngx_print_store_open(&store, zone->data, NULL) != NGX_OK)
    {
        return;
    }

    ngx_print_store_waiting(&store, &jobs, &clients);

    if (jobs || clients) {
        ngx_log_error(NGX_LOG_WARN, log, 0,
                      "print hub: zone: %uD jobs that waited and %uD stations "
                      "are forgotten, because %s", jobs, clients, why);
    }
}
