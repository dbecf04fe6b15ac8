
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_store.h"
#include "ngx_print_reopen.h"
#include "ngx_print_memory.h"
#include "ngx_print_worker.h"
#include "ngx_print_zones.h"


#define NGX_PRINT_ZONES_NAME  "print_hub"
#define NGX_PRINT_ZONES_SIZE  (32 * 1024 * 1024)


static ngx_int_t ngx_print_zones_webhooks(ngx_conf_t *cf,
    ngx_print_main_conf_t *pmcf);
static ngx_int_t ngx_print_zones_logs(ngx_conf_t *cf,
    ngx_print_main_conf_t *pmcf);
static ngx_int_t ngx_print_zones_log(ngx_conf_t *cf,
    ngx_print_zone_conf_t *zone, ngx_print_joblog_conf_t *log);
static ngx_print_zone_conf_t *ngx_print_zones_named(ngx_conf_t *cf,
    ngx_str_t *name, const char *directive, ngx_str_t *location,
    ngx_str_t *file, ngx_uint_t line);
static void ngx_print_zones_log_room(ngx_log_t *log, ngx_shm_zone_t *zone,
    ngx_int_t workers);
static ngx_uint_t ngx_print_zones_kept(ngx_cycle_t *cycle,
    ngx_shm_zone_t *zone);
static ngx_uint_t ngx_print_zones_count(ngx_shm_zone_t *zone,
    ngx_print_reopen_count_t *count);


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


ngx_print_zone_conf_t *
ngx_print_zones_find_path(ngx_print_main_conf_t *pmcf, ngx_str_t *path)
{
    ngx_uint_t              i;
    ngx_print_zone_conf_t  *zone;

    zone = pmcf->zones.elts;

    for (i = 0; i < pmcf->zones.nelts; i++) {

        if (zone[i].path.len == path->len
            && ngx_memcmp(zone[i].path.data, path->data, path->len) == 0)
        {
            return &zone[i];
        }
    }

    return NULL;
}


ngx_print_zone_conf_t *
ngx_print_zones_find(ngx_print_main_conf_t *pmcf, ngx_str_t *name)
{
    ngx_uint_t              i;
    ngx_print_zone_conf_t  *zone;

    zone = pmcf->zones.elts;

    for (i = 0; i < pmcf->zones.nelts; i++) {

        if (zone[i].name.len == name->len
            && ngx_memcmp(zone[i].name.data, name->data, name->len) == 0)
        {
            return &zone[i];
        }
    }

    return NULL;
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

    zone->shm_zone->data = ngx_print_memory_create(cf->cycle, &zone->path);
    if (zone->shm_zone->data == NULL) {
        return NGX_ERROR;
    }

    zone->shm_zone->init = ngx_print_worker_init_zone;

    return NGX_OK;
}


ngx_int_t
ngx_print_zones_init(ngx_conf_t *cf, ngx_print_main_conf_t *pmcf)
{
    static ngx_str_t  name = ngx_string(NGX_PRINT_ZONES_NAME);

    if (pmcf->zones.nelts == 0
        && ngx_print_zones_add(cf, pmcf, &name, NGX_PRINT_ZONES_SIZE) == NULL)
    {
        return NGX_ERROR;
    }

    if (ngx_print_zones_webhooks(cf, pmcf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_print_zones_logs(cf, pmcf);
}


static ngx_int_t
ngx_print_zones_webhooks(ngx_conf_t *cf, ngx_print_main_conf_t *pmcf)
{
    ngx_uint_t                 i;
    ngx_print_zone_conf_t     *zone;
    ngx_print_webhook_conf_t  *webhook;

    webhook = pmcf->webhooks.elts;

    for (i = 0; i < pmcf->webhooks.nelts; i++) {

        zone = ngx_print_zones_named(cf, &webhook[i].zone, "print_hub_events",
                                     NULL, &webhook[i].file, webhook[i].at);
        if (zone == NULL) {
            return NGX_ERROR;
        }

        if (zone->webhook) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "print hub: conf: \"print_hub_events\" directive is "
                          "duplicate for zone \"%V\" in %V:%ui",
                          &zone->name, &webhook[i].file, webhook[i].at);
            return NGX_ERROR;
        }

        zone->webhook = &webhook[i];
    }

    return NGX_OK;
}


static ngx_int_t
ngx_print_zones_logs(ngx_conf_t *cf, ngx_print_main_conf_t *pmcf)
{
    ngx_uint_t                i;
    ngx_print_zone_conf_t    *zone;
    ngx_print_joblog_conf_t  *log;

    log = pmcf->logs.elts;

    for (i = 0; i < pmcf->logs.nelts; i++) {

        zone = ngx_print_zones_named(cf, &log[i].zone, "print_hub_log", NULL,
                                     &log[i].where, log[i].at);

        if (zone == NULL || ngx_print_zones_log(cf, zone, &log[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* Adds a log to its zone, whose jobs keep one text of who has ordered them. */

static ngx_int_t
ngx_print_zones_log(ngx_conf_t *cf, ngx_print_zone_conf_t *zone,
    ngx_print_joblog_conf_t *log)
{
    ngx_uint_t                i;
    ngx_print_joblog_conf_t  *other;

    if (zone->nlogs == NGX_PRINT_MAX_LOGS) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "print hub: conf: more than %d \"print_hub_log\" "
                      "directives for zone \"%V\" in %V:%ui",
                      NGX_PRINT_MAX_LOGS, &zone->name, &log->where, log->at);
        return NGX_ERROR;
    }

    for (i = 0; i < zone->nlogs; i++) {
        other = zone->logs[i];

        if (other->id == log->id) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "print hub: conf: \"print_hub_log\" directive is "
                          "duplicate for \"%V\" and zone \"%V\" in %V:%ui",
                          &log->target, &zone->name, &log->where, log->at);
            return NGX_ERROR;
        }

        if (log->by && other->by
            && (log->by_text.len != other->by_text.len
                || ngx_memcmp(log->by_text.data, other->by_text.data,
                              log->by_text.len)
                   != 0))
        {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "print hub: conf: \"%V\" and \"%V\" for zone "
                          "\"%V\", all logs of a zone must have the same in "
                          "%V:%ui", &other->by_text, &log->by_text,
                          &zone->name, &log->where, log->at);
            return NGX_ERROR;
        }
    }

    zone->logs[zone->nlogs++] = log;

    if (log->by) {
        zone->by = log->by;
    }

    return NGX_OK;
}


/*
 * Returns the zone that a directive names, or the only one if the name is
 * empty.  Returns NULL after the error was logged.  location may be NULL.
 */

static ngx_print_zone_conf_t *
ngx_print_zones_named(ngx_conf_t *cf, ngx_str_t *name, const char *directive,
    ngx_str_t *location, ngx_str_t *file, ngx_uint_t line)
{
    u_char                 *p, where[NGX_MAX_CONF_ERRSTR];
    ngx_print_zone_conf_t  *zone;
    ngx_print_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_print_module);

    if (name->len == 0 && pmcf->zones.nelts == 1) {
        return pmcf->zones.elts;
    }

    zone = name->len ? ngx_print_zones_find(pmcf, name) : NULL;

    if (zone) {
        return zone;
    }

    p = where;

    if (location) {
        p = ngx_slprintf(where, where + NGX_MAX_CONF_ERRSTR,
                         " in location \"%V\"", location);
    }

    if (name->len) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "print hub: conf: unknown zone \"%V\" of \"%s\"%*s in "
                      "%V:%ui", name, directive, (size_t) (p - where), where,
                      file, line);

    } else {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "print hub: conf: %ui zones, \"%s\"%*s must name one: "
                      "zone=<name> in %V:%ui", pmcf->zones.nelts, directive,
                      (size_t) (p - where), where, file, line);
    }

    return NULL;
}


ngx_int_t
ngx_print_zones_location(ngx_conf_t *cf, ngx_str_t *name,
    ngx_print_loc_conf_t *plcf)
{
    ngx_print_zone_conf_t  *hub, *api;

    hub = NULL;
    api = NULL;

    if (plcf->enable) {
        hub = ngx_print_zones_named(cf, &plcf->enable_zone, "print_hub", name,
                                    &plcf->file, plcf->line);
        if (hub == NULL) {
            return NGX_ERROR;
        }
    }

    if (plcf->api != NGX_PRINT_API_OFF) {
        api = ngx_print_zones_named(cf, &plcf->api_zone, "print_hub_api", name,
                                    &plcf->file, plcf->line);
        if (api == NULL) {
            return NGX_ERROR;
        }
    }

    if (hub && api && hub != api) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "print hub: conf: location \"%V\" has zone \"%V\" of "
                      "\"print_hub\" and zone \"%V\" of \"print_hub_api\", "
                      "it must be one in %V:%ui",
                      name, &hub->name, &api->name, &plcf->file, plcf->line);
        return NGX_ERROR;
    }

    plcf->zone = hub ? hub : api;

    /*
     * lint core.NullDereference, lint analyzer-null-dereference: the location
     * serves one of them
     */
    plcf->zone->used = 1;

    return NGX_OK;
}


void
ngx_print_zones_log_unused(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf)
{
    ngx_uint_t              i;
    ngx_print_zone_conf_t  *zone;

    zone = pmcf->zones.elts;

    for (i = 0; i < pmcf->zones.nelts; i++) {

        if (zone[i].file.len && !zone[i].used) {
            ngx_log_error(NGX_LOG_WARN, cycle->old_cycle->log, 0,
                          "print hub: conf: zone \"%V\" is never used in "
                          "%V:%ui", &zone[i].name, &zone[i].file,
                          zone[i].line);
        }
    }
}


ngx_uint_t
ngx_print_zones_exist(ngx_print_main_conf_t *pmcf)
{
    ngx_print_zone_conf_t  *zone;

    /* only the default zone, which is alone, may have none */

    zone = pmcf->zones.elts;

    return zone->shm_zone != NULL;
}


ngx_int_t
ngx_print_zones_store(ngx_shm_zone_t *zone, ngx_print_store_t *store)
{
    ngx_print_memory_t  *memory;

    memory = zone->data;

    return memory->store ? ngx_print_store_open(store, memory->store, NULL)
                         : NGX_ERROR;
}


ngx_int_t
ngx_print_zones_view(ngx_cycle_t *cycle, ngx_print_zone_conf_t *zone)
{
    ngx_print_store_t  *st;

    if (zone->eio) {
        zone->view = &zone->eio->store;
        return NGX_OK;
    }

    st = ngx_pcalloc(cycle->pool, sizeof(ngx_print_store_t));
    if (st == NULL) {
        return NGX_ERROR;
    }

    if (ngx_print_zones_store(zone->shm_zone, st) == NGX_OK) {
        st->wake = ngx_print_memory_wake();
        zone->view = st;
    }

    return NGX_OK;
}


void
ngx_print_zones_begin(ngx_print_main_conf_t *pmcf)
{
    ngx_uint_t              i;
    ngx_print_memory_t     *memory;
    ngx_print_zone_conf_t  *zone;

    zone = pmcf->zones.elts;

    for (i = 0; i < pmcf->zones.nelts; i++) {

        if (zone[i].shm_zone == NULL) {
            continue;
        }

        memory = zone[i].shm_zone->data;

        ngx_print_memory_begin(memory);

        zone[i].generation = ngx_print_store_next(memory->store);
    }
}


void
ngx_print_zones_log_start(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf)
{
    ngx_uint_t              i;
    ngx_core_conf_t        *ccf;
    ngx_print_zone_conf_t  *zone;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    zone = pmcf->zones.elts;

    for (i = 0; i < pmcf->zones.nelts; i++) {
        ngx_print_zones_log_room(cycle->log, zone[i].shm_zone,
                                 ccf->master ? ccf->worker_processes : 1);
    }
}


static void
ngx_print_zones_log_room(ngx_log_t *log, ngx_shm_zone_t *zone,
    ngx_int_t workers)
{
    size_t                  size;
    ngx_uint_t              mb;
    ngx_print_store_t       store;
    ngx_print_store_stat_t  stat;

    if (ngx_print_zones_store(zone, &store) != NGX_OK) {
        return;
    }

    ngx_print_store_stat(&store, &stat);

    size = zone->shm.size / 1024;
    mb = (size % 1024 == 0);

    ngx_log_error(NGX_LOG_NOTICE, log, 0,
                  "print hub: %s, zone \"%V\" %uz%c, %i %s: %uD sessions, "
                  "%uD clients, %uD jobs",
                  NGX_PRINT_VERSION, &zone->shm.name,
                  mb ? size / 1024 : size, mb ? 'm' : 'k',
                  workers, workers == 1 ? "worker" : "workers",
                  stat.max_sessions, stat.max_clients, stat.max_jobs);
}


/* The old workers use such a zone until they exit. */

void
ngx_print_zones_log_old(ngx_cycle_t *cycle)
{
    ngx_uint_t                 i;
    ngx_list_part_t           *part;
    ngx_shm_zone_t            *zone;
    ngx_print_memory_t        *memory;
    ngx_print_reopen_count_t   count;

    for (part = &cycle->old_cycle->shared_memory.part; part;
         part = part->next)
    {
        zone = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (zone[i].tag != &ngx_print_module
                || ngx_print_zones_kept(cycle, &zone[i])
                || !ngx_print_zones_count(&zone[i], &count))
            {
                continue;
            }

            memory = zone[i].data;

            ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                          "print hub: zone \"%V\" is left, %uD jobs wait in "
                          "it, it has %uD stations: the new configuration has "
                          "no such zone, %s%V", &zone[i].shm.name,
                          count.waiting + count.sent, count.clients,
                          memory->path.len ? "its file is kept: "
                                           : "so they are forgotten",
                          &memory->path);
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
    ngx_uint_t                 i;
    ngx_print_zone_conf_t     *zone;
    ngx_print_reopen_count_t   count;

    zone = pmcf->zones.elts;

    for (i = 0; i < pmcf->zones.nelts; i++) {

        if (zone[i].shm_zone == NULL
            || ngx_print_memory_end(zone[i].shm_zone->data) != NGX_DECLINED
            || !ngx_print_zones_count(zone[i].shm_zone, &count))
        {
            continue;
        }

        ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                      "print hub: zone: %uD jobs that waited and %uD stations "
                      "of zone \"%V\" are forgotten, because nginx stops",
                      count.waiting + count.sent, count.clients,
                      &zone[i].name);
    }
}


/* Returns 1 if the zone has jobs that are not finished, or stations. */

static ngx_uint_t
ngx_print_zones_count(ngx_shm_zone_t *zone, ngx_print_reopen_count_t *count)
{
    ngx_print_store_t  store;

    if (ngx_print_zones_store(zone, &store) != NGX_OK) {
        return 0;
    }

    ngx_print_reopen_count(&store, count);

    return count->waiting || count->sent || count->clients;
}
