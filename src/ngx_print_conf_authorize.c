
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_conf.h"
#include "ngx_print_conf_authorize.h"


#define NGX_PRINT_CONF_AUTHORIZE_TIMEOUT  5000     /* ms, the default */


static char *ngx_print_conf_authorize_off(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_print_loc_conf_t *plcf);
static char *ngx_print_conf_authorize_params(ngx_conf_t *cf,
    ngx_print_authorize_conf_t *acf);
static ngx_int_t ngx_print_conf_authorize_at(ngx_str_t *value,
    ngx_print_authorize_conf_t *acf);


char *
ngx_print_conf_authorize(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_loc_conf_t *plcf = conf;

    char                        *rv;
    ngx_str_t                   *value;
    ngx_print_authorize_conf_t  *acf;

    value = cf->args->elts;

    if (plcf->authorize != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    if (ngx_strcmp(value[1].data, "off") == 0) {
        return ngx_print_conf_authorize_off(cf, cmd, plcf);
    }

    acf = ngx_pcalloc(cf->pool, sizeof(ngx_print_authorize_conf_t));
    if (acf == NULL) {
        return NGX_CONF_ERROR;
    }

    acf->file = cf->conf_file->file.name;
    acf->at = cf->conf_file->line;

    rv = ngx_print_conf_target(cf, &value[1], &acf->target);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    rv = ngx_print_conf_authorize_params(cf, acf);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    plcf->authorize = acf;

    return ngx_print_conf_note(cf, cmd, conf);
}


static char *
ngx_print_conf_authorize_off(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_print_loc_conf_t *plcf)
{
    ngx_str_t  *value;

    if (cf->args->nelts > 2) {
        value = cf->args->elts;

        return ngx_print_conf_invalid(cf, "parameter", &value[2],
                                      "none behind \"off\"");
    }

    plcf->authorize = NULL;

    return ngx_print_conf_note(cf, cmd, plcf);
}


static char *
ngx_print_conf_authorize_params(ngx_conf_t *cf,
    ngx_print_authorize_conf_t *acf)
{
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    acf->timeout = NGX_PRINT_CONF_AUTHORIZE_TIMEOUT;
    acf->connects = 1;
    acf->registers = 1;

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "timeout=", 8) == 0
            && ngx_print_conf_time(&value[i], 8, &acf->timeout) == NGX_OK)
        {
            continue;
        }

        if (ngx_strncmp(value[i].data, "at=", 3) == 0
            && ngx_print_conf_authorize_at(&value[i], acf) == NGX_OK)
        {
            continue;
        }

        return ngx_print_conf_invalid(cf, "parameter", &value[i],
                                      "\"timeout=<time>\" with "
                                      NGX_PRINT_CONF_TIME ", or \"at=connect\""
                                      ", \"at=register\" or "
                                      "\"at=connect,register\"");
    }

    return NGX_CONF_OK;
}


/* Reads the words of "at=", with commas between them. */

static ngx_int_t
ngx_print_conf_authorize_at(ngx_str_t *value, ngx_print_authorize_conf_t *acf)
{
    u_char  *p, *last, *comma;
    size_t   len;

    acf->connects = 0;
    acf->registers = 0;

    p = value->data + 3;
    last = value->data + value->len;

    for ( ;; ) {
        comma = ngx_strlchr(p, last, ',');
        len = (comma ? comma : last) - p;

        if (len == 7 && ngx_strncmp(p, "connect", 7) == 0) {
            acf->connects = 1;

        } else if (len == 8 && ngx_strncmp(p, "register", 8) == 0) {
            acf->registers = 1;

        } else {
            return NGX_ERROR;
        }

        if (comma == NULL) {
            return NGX_OK;
        }

        p = comma + 1;
    }
}


ngx_int_t
ngx_print_conf_authorize_merge(ngx_conf_t *cf, ngx_print_loc_conf_t *prev,
    ngx_print_loc_conf_t *conf)
{
    ngx_http_core_srv_conf_t    *cscf;
    ngx_print_authorize_conf_t  *acf;

    ngx_conf_merge_ptr_value(conf->authorize, prev->authorize, NULL);

    if (conf->authorize == NULL) {
        return NGX_OK;
    }

    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);

    if (conf->authorize->target.ctx == cscf->ctx) {
        return NGX_OK;
    }

    acf = ngx_palloc(cf->pool, sizeof(ngx_print_authorize_conf_t));
    if (acf == NULL) {
        return NGX_ERROR;
    }

    *acf = *conf->authorize;
    acf->target.ctx = cscf->ctx;

    conf->authorize = acf;

    return NGX_OK;
}


ngx_int_t
ngx_print_conf_authorize_use(ngx_conf_t *cf, ngx_print_loc_conf_t *conf)
{
    ngx_uint_t                    i;
    ngx_print_main_conf_t        *pmcf;
    ngx_print_authorize_conf_t  **acf;

    if (!conf->enable || conf->authorize == NULL) {
        return NGX_OK;
    }

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_print_module);

    acf = pmcf->authorizers.elts;

    for (i = 0; i < pmcf->authorizers.nelts; i++) {
        if (acf[i] == conf->authorize) {
            return NGX_OK;
        }
    }

    acf = ngx_array_push(&pmcf->authorizers);
    if (acf == NULL) {
        return NGX_ERROR;
    }

    *acf = conf->authorize;

    return NGX_OK;
}
