
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_zones.h"
#include "ngx_print_conf.h"
#include "ngx_print_conf_origin.h"
#include "ngx_print_conf_limit.h"
#include "ngx_print_conf_trust.h"
#include "ngx_print_conf_authorize.h"
#include "ngx_print_conf_log.h"
#include "ngx_print_conf_metrics.h"
#include "ngx_print_merge.h"
#include "ngx_print_check.h"
#include "ngx_print_door.h"
#include "ngx_print_place.h"
#include "ngx_print_budget.h"
#include "ngx_print_memory.h"
#include "ngx_print_worker.h"
#include "ngx_print_sio.h"
#include "ngx_print_sio_ask.h"
#include "ngx_print_hub.h"
#include "ngx_print_hub_story.h"
#include "ngx_print_feed.h"
#include "ngx_print_location.h"
#include "ngx_print_location_filter.h"
#include "ngx_print_api_variable.h"
#include "ngx_print_webhook.h"
#include "ngx_print_joblog.h"
#include "ngx_print_metrics.h"


static ngx_int_t ngx_print_init_module(ngx_cycle_t *cycle);
static ngx_int_t ngx_print_init_process(ngx_cycle_t *cycle);
static void ngx_print_exit_process(ngx_cycle_t *cycle);
static void ngx_print_exit_master(ngx_cycle_t *cycle);
static ngx_int_t ngx_print_start_zone(ngx_cycle_t *cycle,
    ngx_print_main_conf_t *pmcf, ngx_print_zone_conf_t *zone);

static void *ngx_print_create_main_conf(ngx_conf_t *cf);
static char *ngx_print_init_main_conf(ngx_conf_t *cf, void *conf);
static void *ngx_print_create_loc_conf(ngx_conf_t *cf);
static char *ngx_print_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static ngx_int_t ngx_print_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_print_postconfiguration(ngx_conf_t *cf);


/* The hub compares deadlines in 32 bits, which wrap around after 49 days. */

static ngx_print_conf_range_t  ngx_print_msec = {
    1, NGX_PRINT_MAX_MSEC, "a time from 1ms to 7d"
};


static ngx_print_conf_range_t  ngx_print_msec0 = {
    0, NGX_PRINT_MAX_MSEC, "a time from 0 to 7d"
};


static ngx_print_conf_range_t  ngx_print_size = {
    1, NGX_MAX_INT32_VALUE, "a size from 1 to 2147483647 bytes"
};


static ngx_print_conf_range_t  ngx_print_size0 = {
    0, NGX_MAX_INT32_VALUE, "a size from 0 to 2147483647 bytes"
};


/* up to NGX_PRINT_CLIENT_INFO */

static ngx_print_conf_range_t  ngx_print_info = {
    1, 16384, "a size from 1 to 16384 bytes"
};


/* up to NGX_PRINT_CLIENT_PER_SESSION */

static ngx_print_conf_range_t  ngx_print_client_ids = {
    1, 64, "a number of clientIds from 1 to 64"
};


/* RFC 7692 allows 8 bits, too, but zlib cannot deflate with that window. */

static ngx_print_conf_range_t  ngx_print_window = {
    9, 15, "a number of bits from 9 to 15"
};


static ngx_print_conf_trust_t  ngx_print_tokens = {
    1, NGX_PRINT_MAX_TOKEN, 16, 0
};


/* up to NGX_PRINT_TRUST_NAMES, and up to NGX_PRINT_CLIENT_ID_MAX with stars */

static ngx_print_conf_trust_t  ngx_print_names = {
    3, 256, 0, 1
};


static ngx_conf_enum_t  ngx_print_api[] = {
    { ngx_string("off"), NGX_PRINT_API_OFF },
    { ngx_string("read"), NGX_PRINT_API_READ },
    { ngx_string("on"), NGX_PRINT_API_ON },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_print_cors_words[] = {
    { ngx_string("*"), NGX_PRINT_ORIGINS_ANY },
    { ngx_string("off"), NGX_PRINT_ORIGINS_OFF },
    { ngx_null_string, 0 }
};


static ngx_print_conf_origins_t  ngx_print_cors = {
    ngx_print_cors_words, 0,
    "\"*\", \"off\", \"null\" or \"<scheme>://<host>[:<port>]\""
};


static ngx_conf_enum_t  ngx_print_origins_words[] = {
    { ngx_string("any"), NGX_PRINT_ORIGINS_ANY },
    { ngx_null_string, 0 }
};


static ngx_print_conf_origins_t  ngx_print_origins = {
    ngx_print_origins_words, 1,
    "\"any\", \"self\", \"null\" or \"<scheme>://<host>[:<port>]\""
};


static ngx_conf_enum_t  ngx_print_start_print[] = {
    { ngx_string("any"), NGX_PRINT_PRINT_ANY },
    { ngx_string("same_origin"), NGX_PRINT_PRINT_SAME_ORIGIN },
    { ngx_string("post"), NGX_PRINT_PRINT_POST },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_print_takeover[] = {
    { ngx_string("replace"), NGX_PRINT_TAKEOVER_REPLACE },
    { ngx_string("same_address"), NGX_PRINT_TAKEOVER_SAME_ADDRESS },
    { ngx_string("deny"), NGX_PRINT_TAKEOVER_DENY },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_print_transports[] = {
    { ngx_string("polling"), NGX_PRINT_TRANSPORT_POLLING },
    { ngx_string("websocket"), NGX_PRINT_TRANSPORT_WEBSOCKET },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_print_unconfirmed[] = {
    { ngx_string("report"), 0 },
    { ngx_string("resend"), 1 },
    { ngx_null_string, 0 }
};


static ngx_command_t  ngx_print_commands[] = {

    { ngx_string("print_hub"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_print_conf_hub,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, enable),
      NULL },

    { ngx_string("print_hub_api"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_print_conf_hub,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, api),
      &ngx_print_api },

    { ngx_string("print_hub_metrics"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE1,
      ngx_print_conf_metrics,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("print_hub_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_print_conf_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("print_hub_drain"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_msec,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_print_main_conf_t, drain),
      &ngx_print_msec0 },

    { ngx_string("print_hub_handover"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_print_conf_handover,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("print_hub_message_buffer"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_size,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_print_main_conf_t, message_buffer),
      &ngx_print_size },

    { ngx_string("print_hub_events"),
      NGX_HTTP_SRV_CONF|NGX_CONF_TAKE1234,
      ngx_print_conf_events,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("print_hub_log"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_print_conf_log,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("print_hub_ping_interval"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_msec,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, ping_interval),
      &ngx_print_msec },

    { ngx_string("print_hub_ping_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_msec,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, ping_timeout),
      &ngx_print_msec },

    { ngx_string("print_hub_connect_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_msec,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, connect_timeout),
      &ngx_print_msec },

    { ngx_string("print_hub_upgrade_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_msec,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, upgrade_timeout),
      &ngx_print_msec },

    { ngx_string("print_hub_recovery"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_recovery,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("print_hub_queue"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_print_conf_queue,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("print_hub_unconfirmed"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_word,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, resend),
      &ngx_print_unconfirmed },

    { ngx_string("print_hub_info"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_size,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, info),
      &ngx_print_info },

    { ngx_string("print_hub_max_client_ids"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_num,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, max_client_ids),
      &ngx_print_client_ids },

    { ngx_string("print_hub_takeover"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_word,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, takeover),
      &ngx_print_takeover },

    { ngx_string("print_hub_limit"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_print_conf_limit,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("print_hub_max_payload"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_size,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, max_payload),
      &ngx_print_size },

    { ngx_string("print_hub_session_buffer"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_size,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, session_buffer),
      &ngx_print_size },

    { ngx_string("print_hub_token"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_print_conf_trust,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, trust.tokens),
      &ngx_print_tokens },

    { ngx_string("print_hub_client_id"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_print_conf_trust,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, trust.names),
      &ngx_print_names },

    { ngx_string("print_hub_idempotency_scope"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_value,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, scope),
      NULL },

    { ngx_string("print_hub_transports"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_print_conf_words,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, transports),
      &ngx_print_transports },

    { ngx_string("print_hub_eio3"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_print_conf_flag,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, eio3),
      NULL },

    { ngx_string("print_hub_deflate"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_print_conf_flag,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, deflate),
      NULL },

    { ngx_string("print_hub_deflate_takeover"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_print_conf_flag,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, deflate_takeover),
      NULL },

    { ngx_string("print_hub_deflate_window"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_num,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, deflate_window),
      &ngx_print_window },

    { ngx_string("print_hub_deflate_threshold"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_size,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, deflate_threshold),
      &ngx_print_size0 },

    { ngx_string("print_hub_namespace"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_print_conf_namespace,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("print_hub_cookie"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_cookie,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("print_hub_cors_credentials"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_print_conf_flag,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, cors.credentials),
      NULL },

    { ngx_string("print_hub_cors_private_network"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_print_conf_flag,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, cors.private_network),
      NULL },

    { ngx_string("print_hub_cors_origins"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_print_conf_origins,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, cors.origins),
      &ngx_print_cors },

    { ngx_string("print_hub_api_cors_origins"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_print_conf_origins,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, cors_api.origins),
      &ngx_print_cors },

    { ngx_string("print_hub_origins"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_print_conf_origins,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, origins),
      &ngx_print_origins },

    { ngx_string("print_hub_start_print"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_conf_word,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, start_print),
      &ngx_print_start_print },

    { ngx_string("print_hub_authorize"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE123,
      ngx_print_conf_authorize,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_print_module_ctx = {
    ngx_print_preconfiguration,            /* preconfiguration */
    ngx_print_postconfiguration,           /* postconfiguration */

    ngx_print_create_main_conf,            /* create main configuration */
    ngx_print_init_main_conf,              /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_print_create_loc_conf,             /* create location configuration */
    ngx_print_merge_loc_conf               /* merge location configuration */
};


ngx_module_t  ngx_print_module = {
    NGX_MODULE_V1,
    &ngx_print_module_ctx,                 /* module context */
    ngx_print_commands,                    /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_print_init_module,                 /* init module */
    ngx_print_init_process,                /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_print_exit_process,                /* exit process */
    ngx_print_exit_master,                 /* exit master */
    NGX_MODULE_V1_PADDING
};


/* of the master; a module that a reload has loaded does not know more */

static time_t  ngx_print_started;


static ngx_int_t
ngx_print_init_module(ngx_cycle_t *cycle)
{
    ngx_print_main_conf_t  *pmcf;

    if (!ngx_test_config) {
        ngx_print_zones_log_old(cycle);
        ngx_print_memory_rest(cycle->log);
    }

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_print_module);

    if (pmcf == NULL) {
        return NGX_OK;
    }

    if (ngx_print_started == 0 || ngx_is_init_cycle(cycle->old_cycle)) {
        ngx_print_started = ngx_time();
    }

    pmcf->started = ngx_print_started;
    pmcf->loaded = ngx_time();

    ngx_print_check_module(cycle, pmcf);
    ngx_print_door_log(cycle, pmcf);

    if (ngx_test_config || !ngx_print_zones_exist(pmcf)) {
        return NGX_OK;
    }

    ngx_print_zones_begin(pmcf);
    ngx_print_zones_log_start(cycle, pmcf);

    ngx_print_memory_queue_start(pmcf->handover, cycle->log);

    return NGX_OK;
}


static ngx_int_t
ngx_print_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t              i;
    ngx_print_zone_conf_t  *zone;
    ngx_print_main_conf_t  *pmcf;

    ngx_print_memory_keep();

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_print_module);

    /* cache manager and cache loader are not workers and serve no requests */

    if (pmcf == NULL
        || (ngx_process != NGX_PROCESS_WORKER
            && ngx_process != NGX_PROCESS_SINGLE))
    {
        return NGX_OK;
    }

    ngx_print_budget_init(pmcf->message_buffer, cycle->log);

    zone = pmcf->zones.elts;

    for (i = 0; i < pmcf->zones.nelts; i++) {

        if (zone[i].shm_zone
            && ngx_print_start_zone(cycle, pmcf, &zone[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* NGX_OK also if this worker cannot serve the zone: it then answers 503. */

static ngx_int_t
ngx_print_start_zone(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf,
    ngx_print_zone_conf_t *zone)
{
    ngx_print_worker_conf_t  conf;

    conf.shortest = pmcf->shortest;
    conf.drain = pmcf->drain;
    conf.handover = pmcf->handover;
    conf.tls = pmcf->handover_tls;
    conf.places = &pmcf->places;
    conf.generation = zone->generation;
    conf.name = zone->name;

    zone->eio = ngx_print_worker_engine(cycle, zone->shm_zone->data,
                                        &ngx_print_sio_app, &ngx_print_hub_app,
                                        &conf);

    if (ngx_print_zones_view(cycle, zone) != NGX_OK) {
        return NGX_ERROR;
    }

    if (zone->eio == NULL) {
        return NGX_OK;
    }

    if (ngx_print_feed_start(cycle, zone->eio) != NGX_OK
        || ngx_print_joblog_start(cycle, zone) != NGX_OK
        || ngx_print_hub_story_start(cycle, zone->eio) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_print_webhook_start(cycle, zone, pmcf->drain);
}


static void
ngx_print_exit_process(ngx_cycle_t *cycle)
{
    ngx_uint_t              i;
    ngx_print_zone_conf_t  *zone;
    ngx_print_main_conf_t  *pmcf;

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_print_module);

    if (pmcf) {
        zone = pmcf->zones.elts;

        for (i = 0; i < pmcf->zones.nelts; i++) {
            if (zone[i].eio) {
                ngx_print_joblog_end(&zone[i]);
                ngx_print_hub_story_end(zone[i].eio);
            }
        }
    }

    ngx_print_worker_exit();
}


static void
ngx_print_exit_master(ngx_cycle_t *cycle)
{
    ngx_print_main_conf_t  *pmcf;

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_print_module);

    if (pmcf) {
        ngx_print_zones_log_end(cycle, pmcf);
    }
}


static void *
ngx_print_create_main_conf(ngx_conf_t *cf)
{
    ngx_print_main_conf_t  *pmcf;

    pmcf = ngx_pcalloc(cf->pool, sizeof(ngx_print_main_conf_t));
    if (pmcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     pmcf->handover_tls = 0;
     *     pmcf->largest = 0;
     *     pmcf->used = 0;
     *     pmcf->noted = 0;
     *     pmcf->metrics = NULL;
     *     pmcf->notes = NULL;
     */

    if (ngx_array_init(&pmcf->zones, cf->pool, 1,
                       sizeof(ngx_print_zone_conf_t))
        != NGX_OK
        || ngx_array_init(&pmcf->webhooks, cf->pool, 1,
                          sizeof(ngx_print_webhook_conf_t))
           != NGX_OK
        || ngx_array_init(&pmcf->authorizers, cf->pool, 1,
                          sizeof(ngx_print_authorize_conf_t *))
           != NGX_OK
        || ngx_array_init(&pmcf->places, cf->pool, 4,
                          sizeof(ngx_print_place_t))
           != NGX_OK)
    {
        return NULL;
    }

    pmcf->drain = NGX_CONF_UNSET_MSEC;
    pmcf->handover = NGX_CONF_UNSET;
    pmcf->message_buffer = NGX_CONF_UNSET_SIZE;
    pmcf->shortest = NGX_MAX_INT32_VALUE;

    return pmcf;
}


static char *
ngx_print_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_print_main_conf_t *pmcf = conf;

    ngx_conf_init_msec_value(pmcf->drain, 2000);
    ngx_conf_init_value(pmcf->handover, 1);

    return ngx_print_zones_init(cf, pmcf) == NGX_OK ? NGX_CONF_OK
                                                    : NGX_CONF_ERROR;
}


static void *
ngx_print_create_loc_conf(ngx_conf_t *cf)
{
    ngx_print_loc_conf_t  *plcf;

    plcf = ngx_pcalloc(cf->pool, sizeof(ngx_print_loc_conf_t));
    if (plcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     plcf->file = { 0, NULL };
     *     plcf->line = 0;
     *     plcf->enable_zone = { 0, NULL };
     *     plcf->api_zone = { 0, NULL };
     *     plcf->zone = NULL;
     *     plcf->metrics = NULL;
     *     plcf->base = 0;
     *     plcf->anywhere = 0;
     *     plcf->transports = 0;
     *     plcf->limit = { ... };
     *     plcf->cors.origins.list = NULL;
     *     plcf->cors.api = 0;
     *     plcf->cors_print = { ... };
     *     plcf->cors_api.origins.list = NULL;
     *     plcf->origins.list = NULL;
     *     plcf->trust.rules = { 0, NULL };
     *     plcf->trust.policy = 0;
     *     plcf->cookie = { 0, NULL };
     *     plcf->notes = NULL;
     */

    plcf->enable = NGX_CONF_UNSET;
    plcf->api = NGX_CONF_UNSET_UINT;
    plcf->ping_interval = NGX_CONF_UNSET_MSEC;
    plcf->ping_timeout = NGX_CONF_UNSET_MSEC;
    plcf->connect_timeout = NGX_CONF_UNSET_MSEC;
    plcf->upgrade_timeout = NGX_CONF_UNSET_MSEC;
    plcf->recovery = NGX_CONF_UNSET_MSEC;
    plcf->queue = NGX_CONF_UNSET_UINT;
    plcf->ttl = NGX_CONF_UNSET_MSEC;
    plcf->resend = NGX_CONF_UNSET_UINT;
    plcf->max_payload = NGX_CONF_UNSET_SIZE;
    plcf->session_buffer = NGX_CONF_UNSET_SIZE;
    plcf->info = NGX_CONF_UNSET_SIZE;
    plcf->max_client_ids = NGX_CONF_UNSET_UINT;
    plcf->takeover = NGX_CONF_UNSET_UINT;
    plcf->eio3 = NGX_CONF_UNSET;
    plcf->deflate = NGX_CONF_UNSET;
    plcf->deflate_takeover = NGX_CONF_UNSET;
    plcf->deflate_window = NGX_CONF_UNSET_UINT;
    plcf->deflate_threshold = NGX_CONF_UNSET_SIZE;
    plcf->namespaces = NGX_CONF_UNSET_PTR;
    plcf->cors.origins.mode = NGX_CONF_UNSET_UINT;
    plcf->cors_api.origins.mode = NGX_CONF_UNSET_UINT;
    plcf->origins.mode = NGX_CONF_UNSET_UINT;
    plcf->start_print = NGX_CONF_UNSET_UINT;
    plcf->trust.tokens = NGX_CONF_UNSET_PTR;
    plcf->trust.names = NGX_CONF_UNSET_PTR;
    plcf->authorize = NGX_CONF_UNSET_PTR;
    plcf->scope = NGX_CONF_UNSET_PTR;
    plcf->cors.credentials = NGX_CONF_UNSET;
    plcf->cors.private_network = NGX_CONF_UNSET;

    return plcf;
}


static char *
ngx_print_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_print_loc_conf_t *prev = parent;
    ngx_print_loc_conf_t *conf = child;

    ngx_print_main_conf_t     *pmcf;
    ngx_http_core_loc_conf_t  *clcf;

    if (ngx_print_merge(cf, prev, conf) != NGX_OK
        || ngx_print_conf_authorize_merge(cf, prev, conf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (ngx_print_check_merge(cf, prev, conf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    /* the block of an "if" inherits the hub, a location inside does not */

    if (clcf->noname) {
        conf->enable = prev->enable;
        conf->api = prev->api;
        conf->zone = prev->zone;
        conf->base = prev->base;
        conf->anywhere = prev->anywhere;
    }

    ngx_conf_init_value(conf->enable, 0);
    ngx_conf_init_uint_value(conf->api, NGX_PRINT_API_OFF);

    if (ngx_print_conf_metrics_merge(cf, prev, conf, ngx_print_metrics_handler)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (!ngx_print_serves(conf)) {
        return NGX_CONF_OK;
    }

    if ((!clcf->noname
         && (ngx_print_zones_location(cf, &clcf->name, conf) != NGX_OK
             || ngx_print_location_name(cf, clcf, conf) != NGX_OK))
        || ngx_print_conf_authorize_use(cf, conf) != NGX_OK
        || ngx_print_check_location(cf, conf) != NGX_OK
        || ngx_print_conf_trust_rules(cf, conf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (!clcf->noname) {
        ngx_print_door_note(clcf, conf);
    }

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_print_module);

    pmcf->used = 1;

    if (conf->enable && ngx_print_place_note(cf, clcf, conf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (conf->enable) {
        pmcf->shortest = ngx_min(pmcf->shortest, conf->ping_interval);
        pmcf->shortest = ngx_min(pmcf->shortest, conf->ping_timeout);
        pmcf->largest = ngx_max(pmcf->largest, conf->max_payload);
    }

    /* let nginx accept a body of the allowed size, and keep it in memory */

    clcf->client_body_buffer_size = ngx_max(clcf->client_body_buffer_size,
                                            conf->max_payload);

    if (clcf->client_max_body_size) {
        clcf->client_max_body_size = ngx_max(clcf->client_max_body_size,
                                             (off_t) conf->max_payload);
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_print_preconfiguration(ngx_conf_t *cf)
{
    if (ngx_print_sio_ask_variables(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_print_api_variable_add(cf);
}


static ngx_int_t
ngx_print_postconfiguration(ngx_conf_t *cf)
{
    ngx_print_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_print_module);

    if (!pmcf->used) {
        return ngx_print_conf_metrics_check(cf, pmcf);
    }

    if (ngx_print_check_message_buffer(cf, pmcf) != NGX_OK
        || ngx_print_zones_memory(cf, pmcf->zones.elts) != NGX_OK)
    {
        return NGX_ERROR;
    }

    pmcf->noted = ngx_print_api_variable_used(cf);

    ngx_print_location_filter_init();

    return ngx_print_location_init(cf);
}
