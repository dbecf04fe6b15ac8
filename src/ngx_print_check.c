
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_store.h"
#include "ngx_print_address.h"
#include "ngx_print_location.h"
#include "ngx_print_zones.h"
#include "ngx_print_conf.h"
#include "ngx_print_check.h"


#define NGX_PRINT_CHECK_MESSAGES  ((size_t) 16 * 1024 * 1024)


/* Returns why a directive has no effect in this hub, or NULL. */
typedef const char *(*ngx_print_check_pt)(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note);


/* Logs what is wrong with a directive, if anything. */
typedef void (*ngx_print_check_note_pt)(ngx_cycle_t *cycle,
    ngx_print_conf_note_t *note);


/* a directive that other settings can make void */
typedef struct {
    const char              *name;
    ngx_print_check_pt       idle;
} ngx_print_check_void_t;


/* a directive whose number the zone limits */
typedef struct {
    const char              *name;
    size_t                   offset;       /* in ngx_print_loc_conf_t */
    const char              *unit;
    uint64_t                 max;
} ngx_print_check_limit_t;


static const char *ngx_print_check_any(ngx_print_loc_conf_t *plcf);
static const char *ngx_print_check_queue(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note);
static const char *ngx_print_check_recovery(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note);
static const char *ngx_print_check_deflate(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note);
static const char *ngx_print_check_takeover(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note);
static const char *ngx_print_check_deflated(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note);
static const char *ngx_print_check_upgrade(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note);
static const char *ngx_print_check_cookie(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note);
static const char *ngx_print_check_cors(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note);
static const char *ngx_print_check_classic(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note);
static const char *ngx_print_check_api(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note);
static ngx_uint_t ngx_print_check_cors_off(ngx_print_loc_conf_t *plcf);
static const char *ngx_print_check_credentials(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note);
static const char *ngx_print_check_private(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note);

static ngx_print_conf_note_t *ngx_print_check_find(ngx_array_t *notes,
    const char *name);
static void ngx_print_check_notes(ngx_cycle_t *cycle,
    ngx_print_main_conf_t *pmcf, ngx_print_check_note_pt check);
static void ngx_print_check_unused(ngx_cycle_t *cycle,
    ngx_print_conf_note_t *note);
static void ngx_print_check_idle(ngx_cycle_t *cycle,
    ngx_print_conf_note_t *note);
static void ngx_print_check_limits(ngx_cycle_t *cycle,
    ngx_print_conf_note_t *note);
static void ngx_print_check_addresses(ngx_cycle_t *cycle,
    ngx_print_main_conf_t *pmcf);
static void ngx_print_check_workers(ngx_cycle_t *cycle,
    ngx_print_main_conf_t *pmcf);
static void ngx_print_check_webhooks(ngx_cycle_t *cycle,
    ngx_print_main_conf_t *pmcf);
static void ngx_print_check_webhook(ngx_cycle_t *cycle,
    ngx_print_target_t *target);
static void ngx_print_check_authorizers(ngx_cycle_t *cycle,
    ngx_print_main_conf_t *pmcf);
static void ngx_print_check_authorizer(ngx_cycle_t *cycle,
    ngx_print_authorize_conf_t *acf);


static ngx_print_check_void_t  ngx_print_check_voids[] = {
    { "print_hub_queue", ngx_print_check_queue },
    { "print_hub_recovery", ngx_print_check_recovery },
    { "print_hub_deflate", ngx_print_check_deflate },
    { "print_hub_deflate_takeover", ngx_print_check_takeover },
    { "print_hub_deflate_window", ngx_print_check_deflated },
    { "print_hub_deflate_threshold", ngx_print_check_deflated },
    { "print_hub_upgrade_timeout", ngx_print_check_upgrade },
    { "print_hub_cookie", ngx_print_check_cookie },
    { "print_hub_cors_origins", ngx_print_check_cors },
    { "print_hub_origins", ngx_print_check_classic },
    { "print_hub_start_print", ngx_print_check_classic },
    { "print_hub_token", ngx_print_check_classic },
    { "print_hub_client_id", ngx_print_check_classic },
    { "print_hub_authorize", ngx_print_check_classic },
    { "print_hub_takeover", ngx_print_check_classic },
    { "print_hub_namespace", ngx_print_check_classic },
    { "print_hub_api_cors_origins", ngx_print_check_api },
    { "print_hub_cors_credentials", ngx_print_check_credentials },
    { "print_hub_cors_private_network", ngx_print_check_private },
    { NULL, NULL }
};


ngx_int_t
ngx_print_check_merge(ngx_conf_t *cf, ngx_print_loc_conf_t *prev,
    ngx_print_loc_conf_t *conf)
{
    ngx_uint_t               i;
    ngx_print_conf_note_t  **inherited, **note;

    if (conf->notes == NULL || prev->notes == NULL) {
        conf->notes = conf->notes ? conf->notes : prev->notes;
        return NGX_OK;
    }

    inherited = prev->notes->elts;

    for (i = 0; i < prev->notes->nelts; i++) {

        if (ngx_print_check_find(conf->notes,
                                 (char *) inherited[i]->name.data))
        {
            continue;
        }

        note = ngx_array_push(conf->notes);
        if (note == NULL) {
            return NGX_ERROR;
        }

        *note = inherited[i];
    }

    return NGX_OK;
}


ngx_int_t
ngx_print_check_location(ngx_conf_t *cf, ngx_print_loc_conf_t *plcf)
{
    ngx_uint_t                i;
    const char               *idle, *any;
    ngx_print_conf_note_t    *note, **notes;
    ngx_print_check_void_t   *check;

    any = ngx_print_check_any(plcf);

    if (plcf->enable && !plcf->limit.off && plcf->limit.sessions.n == 0) {
        plcf->zone->limited = 1;
    }

    note = ngx_print_check_find(plcf->notes, "print_hub_cors_credentials");

    if (note && plcf->cors.credentials && any) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "print hub: conf: \"print_hub_cors_credentials\" needs a "
                      "list of origins in \"%s\", browsers refuse \"*\" in "
                      "%V:%ui", any, &note->file, note->line);
        return NGX_ERROR;
    }

    if (plcf->notes == NULL) {
        return NGX_OK;
    }

    notes = plcf->notes->elts;

    for (i = 0; i < plcf->notes->nelts; i++) {
        note = notes[i];
        idle = NULL;

        for (check = ngx_print_check_voids; check->name; check++) {
            if (ngx_strcmp(check->name, note->name.data) == 0) {
                idle = check->idle(plcf, note);
            }
        }

        /*
         * one hub where the directive has an effect is enough; of several
         * reasons that of a hub for stations is told
         */

        if (note->plcf == NULL || idle == NULL
            || (note->idle && plcf->enable))
        {
            note->idle = idle;
        }

        /* the room of the smallest zone is what counts */

        if (note->plcf == NULL || plcf->zone->size < note->plcf->zone->size) {
            note->plcf = plcf;
        }
    }

    return NGX_OK;
}


/* Returns the name of a directive that allows all origins, or NULL. */

static const char *
ngx_print_check_any(ngx_print_loc_conf_t *plcf)
{
    if (plcf->enable && plcf->cors.origins.mode == NGX_PRINT_ORIGINS_ANY) {
        return "print_hub_cors_origins";
    }

    return (plcf->api != NGX_PRINT_API_OFF
            && plcf->cors_api.origins.mode == NGX_PRINT_ORIGINS_ANY)
           ? "print_hub_api_cors_origins" : NULL;
}


static const char *
ngx_print_check_queue(ngx_print_loc_conf_t *plcf, ngx_print_conf_note_t *note)
{
    return (plcf->queue == 0 && note->nargs == 2)
           ? "for stations that are offline, because the queue is \"off\""
           : NULL;
}


/* A recovered socket has clientIds that no authorizer was asked about. */

static const char *
ngx_print_check_recovery(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note)
{
    if (!plcf->enable) {
        return ngx_print_check_classic(plcf, note);
    }

    return (plcf->recovery && plcf->authorize && plcf->authorize->registers)
           ? "where \"print_hub_authorize\" asks at register" : NULL;
}


static const char *
ngx_print_check_deflate(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note)
{
    return (plcf->deflate
            && !(plcf->transports & NGX_PRINT_TRANSPORT_WEBSOCKET))
           ? "without \"websocket\" in \"print_hub_transports\"" : NULL;
}


static const char *
ngx_print_check_takeover(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note)
{
    return plcf->deflate_takeover ? ngx_print_check_deflated(plcf, note) : NULL;
}


static const char *
ngx_print_check_deflated(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note)
{
    return plcf->deflate ? NULL : "without \"print_hub_deflate on\"";
}


static const char *
ngx_print_check_upgrade(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note)
{
    ngx_uint_t  both;

    both = NGX_PRINT_TRANSPORT_POLLING|NGX_PRINT_TRANSPORT_WEBSOCKET;

    return (plcf->transports & both) == both
           ? NULL : "with one transport in \"print_hub_transports\"";
}


static const char *
ngx_print_check_cookie(ngx_print_loc_conf_t *plcf, ngx_print_conf_note_t *note)
{
    return (plcf->cookie.len
            && !(plcf->transports & NGX_PRINT_TRANSPORT_POLLING))
           ? "without \"polling\" in \"print_hub_transports\"" : NULL;
}


static const char *
ngx_print_check_cors(ngx_print_loc_conf_t *plcf, ngx_print_conf_note_t *note)
{
    if (!plcf->enable) {
        return ngx_print_check_classic(plcf, note);
    }

    return (plcf->cors.origins.mode != plcf->cors_print.origins.mode)
           ? "for \"startPrint\", because of \"print_hub_start_print\""
           : NULL;
}


static const char *
ngx_print_check_classic(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note)
{
    return plcf->enable ? NULL : "without \"print_hub on\"";
}


static const char *
ngx_print_check_api(ngx_print_loc_conf_t *plcf, ngx_print_conf_note_t *note)
{
    return (plcf->api == NGX_PRINT_API_OFF) ? "without \"print_hub_api\""
                                            : NULL;
}


/* Whether no answer of a location has headers of CORS. */

static ngx_uint_t
ngx_print_check_cors_off(ngx_print_loc_conf_t *plcf)
{
    return (!plcf->enable || plcf->cors.origins.mode == NGX_PRINT_ORIGINS_OFF)
           && (plcf->api == NGX_PRINT_API_OFF
               || plcf->cors_api.origins.mode == NGX_PRINT_ORIGINS_OFF);
}


static const char *
ngx_print_check_credentials(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note)
{
    return (plcf->cors.credentials && ngx_print_check_cors_off(plcf))
           ? "without CORS" : NULL;
}


static const char *
ngx_print_check_private(ngx_print_loc_conf_t *plcf,
    ngx_print_conf_note_t *note)
{
    return (plcf->cors.private_network && ngx_print_check_cors_off(plcf))
           ? "without CORS" : NULL;
}


ngx_int_t
ngx_print_check_message_buffer(ngx_conf_t *cf, ngx_print_main_conf_t *pmcf)
{
    size_t                  least;
    ngx_print_conf_note_t  *note;

    least = pmcf->largest + NGX_PRINT_MESSAGE_SPARE;

    note = ngx_print_check_find(pmcf->notes, "print_hub_message_buffer");

    if (note == NULL) {
        pmcf->message_buffer = ngx_max(NGX_PRINT_CHECK_MESSAGES, least);
        return NGX_OK;
    }

    if (pmcf->message_buffer >= least) {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "print hub: conf: \"print_hub_message_buffer\" must be at "
                  "least %uz bytes, the largest \"print_hub_max_payload\" and "
                  "64k, in %V:%ui", least, &note->file, note->line);

    return NGX_ERROR;
}


static ngx_print_conf_note_t *
ngx_print_check_find(ngx_array_t *notes, const char *name)
{
    ngx_uint_t               i;
    ngx_print_conf_note_t  **note;

    if (notes == NULL) {
        return NULL;
    }

    note = notes->elts;

    for (i = 0; i < notes->nelts; i++) {
        if (ngx_strcmp(note[i]->name.data, name) == 0) {
            return note[i];
        }
    }

    return NULL;
}


void
ngx_print_check_module(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf)
{
    ngx_print_zones_log_unused(cycle, pmcf);

    if (!pmcf->used) {
        ngx_print_check_notes(cycle, pmcf, ngx_print_check_unused);
        return;
    }

    ngx_print_check_notes(cycle, pmcf, ngx_print_check_idle);
    ngx_print_check_notes(cycle, pmcf, ngx_print_check_limits);
    ngx_print_check_addresses(cycle, pmcf);
    ngx_print_check_workers(cycle, pmcf);
    ngx_print_check_webhooks(cycle, pmcf);
    ngx_print_check_authorizers(cycle, pmcf);
}


static void
ngx_print_check_notes(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf,
    ngx_print_check_note_pt check)
{
    ngx_uint_t               i;
    ngx_print_conf_note_t  **note;

    if (pmcf->notes == NULL) {
        return;
    }

    note = pmcf->notes->elts;

    for (i = 0; i < pmcf->notes->nelts; i++) {
        check(cycle, note[i]);
    }
}


/*
 * The warnings go where nginx's own about the configuration go, which is the
 * log of the old cycle: standard error for "nginx -t".
 */

static void
ngx_print_check_unused(ngx_cycle_t *cycle, ngx_print_conf_note_t *note)
{
    ngx_log_error(NGX_LOG_WARN, cycle->old_cycle->log, 0,
                  "print hub: conf: \"%V\" has no effect, no location has "
                  "\"print_hub on\" in %V:%ui",
                  &note->name, &note->file, note->line);
}


static void
ngx_print_check_idle(ngx_cycle_t *cycle, ngx_print_conf_note_t *note)
{
    if (note->idle == NULL) {
        return;
    }

    ngx_log_error(NGX_LOG_WARN, cycle->old_cycle->log, 0,
                  "print hub: conf: %s\"%V\" has no effect %s in %V:%ui",
                  note->nargs == 2 ? "\"ttl\" of " : "", &note->name,
                  note->idle, &note->file, note->line);
}


static void
ngx_print_check_limits(ngx_cycle_t *cycle, ngx_print_conf_note_t *note)
{
    size_t                    value;
    ngx_uint_t                i;
    ngx_print_store_t         store;
    ngx_print_loc_conf_t     *plcf;
    ngx_print_store_stat_t    stat;

    ngx_print_check_limit_t   limits[] = {
        { "print_hub_max_payload",
          offsetof(ngx_print_loc_conf_t, max_payload), "bytes", 0 },
        { "print_hub_session_buffer",
          offsetof(ngx_print_loc_conf_t, session_buffer), "bytes", 0 },
        { "print_hub_queue",
          offsetof(ngx_print_loc_conf_t, queue), "jobs", 0 }
    };

    plcf = note->plcf;

    if (plcf == NULL
        || ngx_print_zones_store(plcf->zone->shm_zone, &store)
           != NGX_OK)
    {
        return;
    }

    ngx_print_store_stat(&store, &stat);

    limits[0].max = (uint64_t) stat.max_blocks * NGX_PRINT_STORE_BLOCK;
    limits[1].max = limits[0].max;
    limits[2].max = stat.max_jobs;

    for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {

        if (ngx_strcmp(limits[i].name, note->name.data) != 0) {
            continue;
        }

        value = *(size_t *) ((u_char *) plcf + limits[i].offset);

        if (value > limits[i].max) {
            ngx_log_error(NGX_LOG_WARN, cycle->old_cycle->log, 0,
                          "print hub: conf: \"%V\" of %uz %s is more than "
                          "the %uL %s that zone \"%V\" has room for in "
                          "%V:%ui", &note->name, value, limits[i].unit,
                          limits[i].max, limits[i].unit, &plcf->zone->name,
                          &note->file, note->line);
        }
    }
}


/* An office behind one address may need more than a small zone gives it. */

static void
ngx_print_check_addresses(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf)
{
    ngx_uint_t              i;
    ngx_print_store_t       store;
    ngx_print_limits_t      limits;
    ngx_print_zone_conf_t  *zone;

    zone = pmcf->zones.elts;

    for (i = 0; i < pmcf->zones.nelts; i++) {

        if (!zone[i].limited
            || ngx_print_zones_store(zone[i].shm_zone, &store)
               != NGX_OK)
        {
            continue;
        }

        ngx_memzero(&limits, sizeof(ngx_print_limits_t));
        ngx_print_address_limits(&store, NGX_MAX_UINT32_VALUE, &limits);

        if (limits.sessions < NGX_PRINT_ADDRESS_LEAST) {
            ngx_log_error(NGX_LOG_WARN, cycle->old_cycle->log, 0,
                          "print hub: conf: zone \"%V\" lets one address have "
                          "%uD sessions by default, fewer than %d, see "
                          "\"print_hub_limit\" in %V:%ui",
                          &zone[i].name, limits.sessions,
                          NGX_PRINT_ADDRESS_LEAST, &zone[i].file,
                          zone[i].line);
        }
    }
}


static void
ngx_print_check_workers(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf)
{
    ngx_core_conf_t  *ccf;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    if (ccf->worker_processes > NGX_PRINT_WAKE_SLOTS) {
        ngx_log_error(NGX_LOG_WARN, cycle->old_cycle->log, 0,
                      "print hub: conf: \"worker_processes\" is %i, only %d "
                      "workers can serve the hub",
                      ccf->worker_processes, NGX_PRINT_WAKE_SLOTS);
    }

    if (ccf->shutdown_timeout
        && ccf->shutdown_timeout < pmcf->drain + NGX_PRINT_CLOSE_TIMEOUT)
    {
        ngx_log_error(NGX_LOG_WARN, cycle->old_cycle->log, 0,
                      "print hub: conf: \"worker_shutdown_timeout\" of %Mms is "
                      "too short for \"print_hub_drain\" of %Mms, which takes "
                      "%Mms", ccf->shutdown_timeout, pmcf->drain,
                      pmcf->drain + NGX_PRINT_CLOSE_TIMEOUT);
    }

    if (pmcf->handover && pmcf->handover_tls && ccf->shutdown_timeout
        && ccf->shutdown_timeout < pmcf->handover_tls)
    {
        ngx_log_error(NGX_LOG_WARN, cycle->old_cycle->log, 0,
                      "print hub: conf: \"worker_shutdown_timeout\" of %Mms "
                      "ends the \"tls=\" of \"print_hub_handover\", which is "
                      "%Mms", ccf->shutdown_timeout, pmcf->handover_tls);
    }
}


static void
ngx_print_check_webhooks(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf)
{
    ngx_uint_t                 i;
    ngx_print_webhook_conf_t  *webhook;

    webhook = pmcf->webhooks.elts;

    for (i = 0; i < pmcf->webhooks.nelts; i++) {
        ngx_print_check_webhook(cycle, &webhook[i].target);
    }
}


static void
ngx_print_check_webhook(ngx_cycle_t *cycle, ngx_print_target_t *target)
{
    const char  *reason;

    switch (ngx_print_location_of(target->ctx, &target->uri)) {

    case NGX_PRINT_LOCATION_HUB:
        reason = "it is a path of the hub itself";
        break;

    case NGX_PRINT_LOCATION_NONE:
        reason = "no location of this server matches it";
        break;

    default: /* NGX_PRINT_LOCATION_OTHER, NGX_PRINT_LOCATION_INTERNAL */
        return;
    }

    ngx_log_error(NGX_LOG_WARN, cycle->old_cycle->log, 0,
                  "print hub: conf: \"print_hub_events\" cannot send events to "
                  "\"%V\", %s", &target->uri, reason);
}


static void
ngx_print_check_authorizers(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf)
{
    ngx_uint_t                    i;
    ngx_print_authorize_conf_t  **acf;

    acf = pmcf->authorizers.elts;

    for (i = 0; i < pmcf->authorizers.nelts; i++) {
        ngx_print_check_authorizer(cycle, acf[i]);
    }
}


static void
ngx_print_check_authorizer(ngx_cycle_t *cycle, ngx_print_authorize_conf_t *acf)
{
    const char  *reason;

    switch (ngx_print_location_of(acf->target.ctx, &acf->target.uri)) {

    case NGX_PRINT_LOCATION_HUB:
        reason = "a path of the hub itself";
        break;

    case NGX_PRINT_LOCATION_NONE:
        reason = "which no location of this server matches";
        break;

    case NGX_PRINT_LOCATION_OTHER:
        reason = "which clients can request, too: its location is not "
                 "\"internal\"";
        break;

    default: /* NGX_PRINT_LOCATION_INTERNAL */
        return;
    }

    ngx_log_error(NGX_LOG_WARN, cycle->old_cycle->log, 0,
                  "print hub: conf: \"print_hub_authorize\" asks \"%V\", %s "
                  "in %V:%ui", &acf->target.uri, reason, &acf->file, acf->at);
}
