
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_merge.h"


static void ngx_print_merge_origins(ngx_print_origins_t *conf,
    ngx_print_origins_t *prev, ngx_uint_t mode);
static void ngx_print_merge_cors(ngx_print_loc_conf_t *conf);
static void ngx_print_merge_limit(ngx_print_limit_conf_t *conf,
    ngx_print_limit_conf_t *prev);
static ngx_int_t ngx_print_merge_scope(ngx_conf_t *cf,
    ngx_print_loc_conf_t *conf, ngx_print_loc_conf_t *prev);


ngx_int_t
ngx_print_merge(ngx_conf_t *cf, ngx_print_loc_conf_t *prev,
    ngx_print_loc_conf_t *conf)
{
    ngx_conf_merge_msec_value(conf->ping_interval, prev->ping_interval, 10000);
    ngx_conf_merge_msec_value(conf->ping_timeout, prev->ping_timeout, 5000);
    ngx_conf_merge_msec_value(conf->connect_timeout, prev->connect_timeout,
                              45000);
    ngx_conf_merge_msec_value(conf->upgrade_timeout, prev->upgrade_timeout,
                              10000);
    ngx_conf_merge_msec_value(conf->recovery, prev->recovery, 0);
    ngx_conf_merge_uint_value(conf->queue, prev->queue, 0);
    ngx_conf_merge_msec_value(conf->ttl, prev->ttl, 60000);
    ngx_conf_merge_uint_value(conf->resend, prev->resend, 0);
    ngx_conf_merge_size_value(conf->max_payload, prev->max_payload, 1000000);
    ngx_conf_merge_size_value(conf->session_buffer, prev->session_buffer, 0);
    ngx_conf_merge_size_value(conf->info, prev->info, 2048);
    ngx_conf_merge_uint_value(conf->max_client_ids, prev->max_client_ids, 8);
    ngx_conf_merge_uint_value(conf->takeover, prev->takeover,
                              NGX_PRINT_TAKEOVER_REPLACE);
    ngx_conf_merge_bitmask_value(conf->transports, prev->transports,
                                 (NGX_CONF_BITMASK_SET
                                  |NGX_PRINT_TRANSPORT_POLLING
                                  |NGX_PRINT_TRANSPORT_WEBSOCKET));
    ngx_conf_merge_value(conf->eio3, prev->eio3, 1);
    ngx_conf_merge_value(conf->deflate, prev->deflate, 0);
    ngx_conf_merge_value(conf->deflate_takeover, prev->deflate_takeover, 0);
    ngx_conf_merge_uint_value(conf->deflate_window, prev->deflate_window, 15);
    ngx_conf_merge_size_value(conf->deflate_threshold, prev->deflate_threshold,
                              1024);
    ngx_conf_merge_ptr_value(conf->namespaces, prev->namespaces, NULL);
    ngx_print_merge_origins(&conf->cors.origins, &prev->cors.origins,
                            NGX_PRINT_ORIGINS_ANY);
    ngx_conf_merge_value(conf->cors.credentials, prev->cors.credentials, 0);
    ngx_conf_merge_value(conf->cors.private_network,
                         prev->cors.private_network, 0);
    ngx_print_merge_origins(&conf->cors_api.origins, &prev->cors_api.origins,
                            NGX_PRINT_ORIGINS_OFF);
    ngx_print_merge_origins(&conf->origins, &prev->origins,
                            NGX_PRINT_ORIGINS_ANY);
    ngx_conf_merge_uint_value(conf->start_print, prev->start_print,
                              NGX_PRINT_PRINT_ANY);
    ngx_conf_merge_ptr_value(conf->trust.tokens, prev->trust.tokens, NULL);
    ngx_conf_merge_ptr_value(conf->trust.names, prev->trust.names, NULL);
    ngx_conf_merge_str_value(conf->cookie, prev->cookie, "");

    ngx_print_merge_limit(&conf->limit, &prev->limit);

    ngx_print_merge_cors(conf);

    return ngx_print_merge_scope(cf, conf, prev);
}


static void
ngx_print_merge_origins(ngx_print_origins_t *conf, ngx_print_origins_t *prev,
    ngx_uint_t mode)
{
    if (conf->mode != NGX_CONF_UNSET_UINT) {
        return;
    }

    if (prev->mode != NGX_CONF_UNSET_UINT) {
        *conf = *prev;
        return;
    }

    conf->mode = mode;
}


/* What is said for all paths holds for the newer ones, and for startPrint. */

static void
ngx_print_merge_cors(ngx_print_loc_conf_t *conf)
{
    conf->cors_api.credentials = conf->cors.credentials;
    conf->cors_api.private_network = conf->cors.private_network;
    conf->cors_api.api = 1;

    conf->cors_print = conf->cors;

    if (conf->start_print != NGX_PRINT_PRINT_ANY
        && conf->cors.origins.mode == NGX_PRINT_ORIGINS_ANY)
    {
        conf->cors_print.origins.mode = NGX_PRINT_ORIGINS_OFF;
    }
}


/* The defaults of sessions, clients and burst depend on the zone. */

static void
ngx_print_merge_limit(ngx_print_limit_conf_t *conf,
    ngx_print_limit_conf_t *prev)
{
    if (!conf->set) {
        *conf = *prev;
    }

    if (conf->off) {
        return;
    }

    if (conf->rate == 0) {
        conf->rate = 100 * 1000;
    }

    if (conf->streams == 0) {
        conf->streams = 32;
    }
}


/* The default is the user of HTTP authentication. */

static ngx_int_t
ngx_print_merge_scope(ngx_conf_t *cf, ngx_print_loc_conf_t *conf,
    ngx_print_loc_conf_t *prev)
{
    ngx_http_compile_complex_value_t  ccv;

    static ngx_str_t                  user = ngx_string("$remote_user");

    ngx_conf_merge_ptr_value(conf->scope, prev->scope, NULL);

    if (conf->scope) {
        return NGX_OK;
    }

    conf->scope = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));
    if (conf->scope == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = &user;
    ccv.complex_value = conf->scope;

    return ngx_http_compile_complex_value(&ccv);
}
