
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_store.h"
#include "ngx_print_conf.h"


char *
ngx_print_conf_recovery(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_loc_conf_t *plcf = conf;

    ngx_str_t  *value;

    value = cf->args->elts;

    if (plcf->recovery != NGX_CONF_UNSET_MSEC) {
        return "is duplicate";
    }

    if (ngx_strcmp(value[1].data, "off") == 0) {
        plcf->recovery = 0;
        return NGX_CONF_OK;
    }

    plcf->recovery = ngx_parse_time(&value[1], 0);

    if (plcf->recovery == (ngx_msec_t) NGX_ERROR
        || plcf->recovery == 0 || plcf->recovery > NGX_PRINT_MAX_MSEC)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\" directive, expected "
                           "\"off\" or a time from 1ms to 7d",
                           &value[1], &value[0]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_print_conf_queue(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_loc_conf_t *plcf = conf;

    ngx_int_t   n;
    ngx_str_t  *value, ttl;

    value = cf->args->elts;

    if (plcf->queue != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    n = (ngx_strcmp(value[1].data, "off") == 0)
        ? 0 : ngx_atoi(value[1].data, value[1].len);

    if (n == NGX_ERROR || n > NGX_PRINT_MAX_QUEUE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\" directive, expected "
                           "\"off\" or a number of jobs up to %d",
                           &value[1], &value[0], NGX_PRINT_MAX_QUEUE);
        return NGX_CONF_ERROR;
    }

    plcf->queue = n;

    if (cf->args->nelts == 2) {
        return NGX_CONF_OK;
    }

    if (ngx_strncmp(value[2].data, "ttl=", 4) != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"%V\" directive, "
                           "expected \"ttl=<time>\"", &value[2], &value[0]);
        return NGX_CONF_ERROR;
    }

    ttl.data = value[2].data + 4;
    ttl.len = value[2].len - 4;

    plcf->ttl = ngx_parse_time(&ttl, 0);

    if (plcf->ttl == (ngx_msec_t) NGX_ERROR
        || plcf->ttl == 0 || plcf->ttl > NGX_PRINT_MAX_MSEC)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"%V\" directive, "
                           "expected a time from 1ms to 7d",
                           &value[2], &value[0]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_print_conf_namespace(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_loc_conf_t *plcf = conf;

    ngx_str_t   *value, *name;
    ngx_uint_t   i;

    value = cf->args->elts;

    if (plcf->namespaces != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    if (cf->args->nelts > NGX_PRINT_NSP_COUNT) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%ui values in \"%V\" directive, expected at most "
                           "%d", cf->args->nelts - 1, &value[0],
                           NGX_PRINT_NSP_COUNT - 1);
        return NGX_CONF_ERROR;
    }

    plcf->namespaces = ngx_array_create(cf->pool, cf->args->nelts - 1,
                                        sizeof(ngx_str_t));
    if (plcf->namespaces == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        /* "," and "?" end the namespace in a packet */

        if (value[i].len < 2 || value[i].len > NGX_PRINT_NSP_MAX
            || value[i].data[0] != '/'
            || ngx_strchr(value[i].data, ',') != NULL
            || ngx_strchr(value[i].data, '?') != NULL)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid namespace \"%V\", expected "
                               "\"/<name>\" of up to %d bytes without "
                               "\",\" and \"?\"",
                               &value[i], NGX_PRINT_NSP_MAX);
            return NGX_CONF_ERROR;
        }

        name = ngx_array_push(plcf->namespaces);
        if (name == NULL) {
            return NGX_CONF_ERROR;
        }

        *name = value[i];
    }

    return NGX_CONF_OK;
}


char *
ngx_print_conf_cookie(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_loc_conf_t *plcf = conf;

    size_t      i;
    ngx_str_t  *value;

    if (plcf->cookie.data) {
        return "is duplicate";
    }

    value = cf->args->elts;
    plcf->cookie = value[1];

    if (ngx_strcmp(value[1].data, "off") == 0) {
        plcf->cookie.len = 0;
        return NGX_CONF_OK;
    }

    /* RFC 6265, section 4.1.1: the name of a cookie is a token */

    for (i = 0; i < value[1].len; i++) {

        if (value[1].data[i] <= ' ' || value[1].data[i] >= 0x7f
            || ngx_strchr("()<>@,;:\\\"/[]?={}", value[1].data[i]) != NULL)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid cookie name \"%V\", expected \"off\" "
                               "or a token (RFC 6265, section 4.1.1)",
                               &value[1]);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_print_conf_cors_origins(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_loc_conf_t *plcf = conf;

    ngx_str_t   *value, *origin;
    ngx_uint_t   i;

    if (plcf->cors != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2) {

        if (ngx_strcmp(value[1].data, "*") == 0) {
            plcf->cors = NGX_PRINT_CORS_ANY;
            return NGX_CONF_OK;
        }

        if (ngx_strcmp(value[1].data, "off") == 0) {
            plcf->cors = NGX_PRINT_CORS_OFF;
            return NGX_CONF_OK;
        }
    }

    plcf->cors = NGX_PRINT_CORS_LIST;

    plcf->origins = ngx_array_create(cf->pool, cf->args->nelts - 1,
                                     sizeof(ngx_str_t));
    if (plcf->origins == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strstr(value[i].data, "://") == NULL
            || value[i].data[value[i].len - 1] == '/')
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid origin \"%V\", expected "
                               "\"*\", \"off\" or \"<scheme>://<host>\"",
                               &value[i]);
            return NGX_CONF_ERROR;
        }

        origin = ngx_array_push(plcf->origins);
        if (origin == NULL) {
            return NGX_CONF_ERROR;
        }

        *origin = value[i];
    }

    return NGX_CONF_OK;
}


/* The hub compares deadlines in 32 bits, which wrap around after 49 days. */

char *
ngx_print_conf_check_msec(ngx_conf_t *cf, void *post, void *data)
{
    ngx_msec_t *msec = data;

    ngx_str_t  *value;

    value = cf->args->elts;

    if (*msec == 0 || *msec > NGX_PRINT_MAX_MSEC) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\" directive, expected "
                           "a time from 1ms to 7d", &value[1], &value[0]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_print_conf_check_size(ngx_conf_t *cf, void *post, void *data)
{
    size_t *size = data;

    ngx_str_t  *value;

    value = cf->args->elts;

    if (*size == 0 || *size > NGX_MAX_INT32_VALUE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\" directive, expected "
                           "a size from 1 to %d bytes",
                           &value[1], &value[0], NGX_MAX_INT32_VALUE);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* RFC 7692 allows 8 bits, too, but zlib cannot deflate with that window. */

char *
ngx_print_conf_check_window(ngx_conf_t *cf, void *post, void *data)
{
    ngx_uint_t *bits = data;

    ngx_str_t  *value;

    value = cf->args->elts;

    if (*bits < 9 || *bits > 15) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\" directive, expected "
                           "a number of bits from 9 to 15",
                           &value[1], &value[0]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
