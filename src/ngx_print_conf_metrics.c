
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_zones.h"
#include "ngx_print_conf.h"
#include "ngx_print_conf_metrics.h"


char *
ngx_print_conf_metrics(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_loc_conf_t *plcf = conf;

    ngx_str_t                 *value;
    ngx_print_main_conf_t     *pmcf;
    ngx_print_metrics_conf_t  *metrics;

    if (plcf->metrics) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2
        && (value[1].len != sizeof("clients") - 1
            || ngx_strncmp(value[1].data, "clients", value[1].len) != 0))
    {
        return ngx_print_conf_invalid(cf, "parameter", &value[1],
                                      "\"clients\"");
    }

    metrics = ngx_palloc(cf->pool, sizeof(ngx_print_metrics_conf_t));
    if (metrics == NULL) {
        return NGX_CONF_ERROR;
    }

    metrics->clients = (cf->args->nelts == 2);
    metrics->file = cf->conf_file->file.name;
    metrics->line = cf->conf_file->line;

    plcf->metrics = metrics;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_print_module);

    pmcf->metrics = metrics;

    return NGX_CONF_OK;
}


ngx_int_t
ngx_print_conf_metrics_merge(ngx_conf_t *cf, ngx_print_loc_conf_t *prev,
    ngx_print_loc_conf_t *conf, ngx_http_handler_pt handler)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->noname && conf->metrics == NULL) {
        conf->metrics = prev->metrics;
    }

    if (conf->metrics == NULL) {
        return NGX_OK;
    }

    if (ngx_print_serves(conf)) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "print hub: conf: location \"%V\" has \"%s\" and "
                      "\"print_hub_metrics\", it must be one of them in "
                      "%V:%ui", &clcf->name,
                      conf->enable ? "print_hub" : "print_hub_api",
                      &conf->metrics->file, conf->metrics->line);
        return NGX_ERROR;
    }

    clcf->handler = handler;

    return NGX_OK;
}


ngx_int_t
ngx_print_conf_metrics_check(ngx_conf_t *cf, ngx_print_main_conf_t *pmcf)
{
    if (pmcf->metrics == NULL || ngx_print_zones_exist(pmcf)) {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "print hub: conf: \"print_hub_metrics\" has nothing to tell "
                  "of: no location has \"print_hub on\" or \"print_hub_api\" "
                  "in %V:%ui", &pmcf->metrics->file, pmcf->metrics->line);

    return NGX_ERROR;
}
