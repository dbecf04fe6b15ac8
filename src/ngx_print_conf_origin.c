
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_conf.h"
#include "ngx_print_conf_origin.h"


static ngx_int_t ngx_print_conf_origin_add(ngx_conf_t *cf,
    ngx_print_conf_origins_t *allowed, ngx_print_origins_t *origins,
    ngx_str_t *value);
static const char *ngx_print_conf_origin(ngx_str_t *value,
    const char *expected);
static ngx_uint_t ngx_print_conf_is_host(u_char *p);


char *
ngx_print_conf_origins(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t            *value;
    ngx_uint_t            i;
    ngx_print_origins_t  *origins;

    origins = (ngx_print_origins_t *) ((u_char *) conf + cmd->offset);

    if (origins->mode != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    origins->mode = NGX_PRINT_ORIGINS_LIST;

    origins->list = ngx_array_create(cf->pool, cf->args->nelts - 1,
                                     sizeof(ngx_str_t));
    if (origins->list == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_print_conf_origin_add(cf, cmd->post, origins, &value[i])
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return ngx_print_conf_note(cf, cmd, conf);
}


static ngx_int_t
ngx_print_conf_origin_add(ngx_conf_t *cf, ngx_print_conf_origins_t *allowed,
    ngx_print_origins_t *origins, ngx_str_t *value)
{
    ngx_str_t        *origin, *name;
    const char       *expected;
    ngx_conf_enum_t  *word;

    for (word = allowed->alone; word->name.len; word++) {

        if (ngx_strcmp(value->data, word->name.data) != 0) {
            continue;
        }

        if (cf->args->nelts == 2) {
            origins->mode = word->value;
            return NGX_OK;
        }

        name = cf->args->elts;

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\" directive, \"%V\" "
                           "stands alone", value, name, value);
        return NGX_ERROR;
    }

    if (allowed->self && ngx_strcmp(value->data, "self") == 0) {
        /* the pages of this host are allowed by any list */
        return NGX_OK;
    }

    expected = ngx_print_conf_origin(value, allowed->expected);

    if (expected) {
        (void) ngx_print_conf_invalid(cf, "value", value, expected);
        return NGX_ERROR;
    }

    origin = ngx_array_push(origins->list);
    if (origin == NULL) {
        return NGX_ERROR;
    }

    *origin = *value;

    return NGX_OK;
}


/*
 * Returns NULL if a browser may send this origin, or if it is a pattern of such
 * origins, and otherwise what it must be.  The hub compares origins byte by
 * byte.
 */

static const char *
ngx_print_conf_origin(ngx_str_t *value, const char *expected)
{
    u_char      *p, *last, *host;
    ngx_uint_t   http, https;

    if (ngx_strcmp(value->data, "null") == 0) {
        return NULL;
    }

    host = (u_char *) ngx_strstr(value->data, "://");
    last = value->data + value->len;

    if (host == NULL || host == value->data) {
        return expected;
    }

    host += sizeof("://") - 1;

    if (ngx_strncmp(host, "*.", 2) == 0) {
        host += 2;
    }

    if (ngx_strchr(host, '*')) {
        return "a whole origin, or \"<scheme>://*.<domain>[:<port>]\"";
    }

    if (!ngx_print_conf_is_host(host)) {
        return expected;
    }

    http = (ngx_strncasecmp(value->data, (u_char *) "http://", 7) == 0);
    https = (ngx_strncasecmp(value->data, (u_char *) "https://", 8) == 0);

    if (!http && !https) {
        return NULL;
    }

    for (p = value->data; p < last; p++) {
        if (*p >= 'A' && *p <= 'Z') {
            return "in lower case, as browsers send it";
        }
    }

    if ((http && ngx_strcmp(last - 3, ":80") == 0)
        || (https && ngx_strcmp(last - 4, ":443") == 0))
    {
        return "without the default port, as browsers send it";
    }

    return NULL;
}


/* Returns 1 for "<host>" and "<host>:<port>"; IPv6 stands in brackets. */

static ngx_uint_t
ngx_print_conf_is_host(u_char *p)
{
    u_char     *host;
    ngx_int_t   port;

    host = p;

    if (*p == '[') {

        do {
            p++;
        } while ((*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'F')
                 || (*p >= 'a' && *p <= 'f') || *p == ':' || *p == '.');

        if (*p++ != ']') {
            return 0;
        }

    } else {

        while ((*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z')
               || (*p >= 'a' && *p <= 'z') || *p == '-' || *p == '.'
               || *p == '_')
        {
            p++;
        }
    }

    if (*p == '\0') {
        return p != host;
    }

    port = ngx_atoi(p + 1, ngx_strlen(p + 1));

    return p != host && *p == ':' && port > 0 && port < 65536;
}
