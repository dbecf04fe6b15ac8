
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_conf.h"
#include "ngx_print_conf_limit.h"


#define NGX_PRINT_CONF_LIMIT_EXPECTED                                         \
    "\"sessions=<n>[%]\", \"clients=<n>[%]\", \"rate=<n>r/s\" or "            \
    "\"rate=<n>r/m\", \"burst=<n>\", \"streams=<n>\" or \"dry_run\", with "   \
    "numbers from 1 to " ngx_value(NGX_PRINT_MAX_LIMIT)


static ngx_int_t ngx_print_conf_limit_member(ngx_print_limit_conf_t *limit,
    ngx_str_t *value);
static ngx_int_t ngx_print_conf_limit_number(ngx_str_t *value,
    const char *name, ngx_uint_t *number);
static ngx_int_t ngx_print_conf_limit_share(ngx_str_t *value, const char *name,
    ngx_print_limit_share_t *share);
static ngx_int_t ngx_print_conf_limit_rate(ngx_str_t *value, ngx_uint_t *rate);


char *
ngx_print_conf_limit(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_loc_conf_t *plcf = conf;

    ngx_str_t               *value;
    ngx_uint_t               i;
    ngx_print_limit_conf_t  *limit;

    value = cf->args->elts;
    limit = &plcf->limit;

    if (limit->set) {
        return "is duplicate";
    }

    limit->set = 1;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        limit->off = 1;

        if (cf->args->nelts > 2) {
            return ngx_print_conf_invalid(cf, "parameter", &value[2],
                                          "alone, behind \"off\"");
        }

        return ngx_print_conf_note(cf, cmd, conf);
    }

    for (i = 1; i < cf->args->nelts; i++) {

        switch (ngx_print_conf_limit_member(limit, &value[i])) {

        case NGX_OK:
            break;

        case NGX_BUSY:
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate parameter \"%V\" in \"%V\" "
                               "directive", &value[i], &value[0]);
            return NGX_CONF_ERROR;

        default: /* NGX_DECLINED */
            return ngx_print_conf_invalid(cf, i == 1 ? "value" : "parameter",
                                          &value[i],
                                          NGX_PRINT_CONF_LIMIT_EXPECTED);
        }
    }

    if (limit->burst && limit->rate == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"burst\" in \"%V\" directive needs \"rate\"",
                           &value[0]);
        return NGX_CONF_ERROR;
    }

    return ngx_print_conf_note(cf, cmd, conf);
}


/*
 * Reads one parameter, except "off".  NGX_OK, NGX_BUSY if there was one of that
 * name before, or NGX_DECLINED if it is no parameter.
 */

static ngx_int_t
ngx_print_conf_limit_member(ngx_print_limit_conf_t *limit, ngx_str_t *value)
{
    if (ngx_strcmp(value->data, "dry_run") == 0) {

        if (limit->dry_run) {
            return NGX_BUSY;
        }

        limit->dry_run = 1;
        return NGX_OK;
    }

    if (ngx_strncmp(value->data, "sessions=", 9) == 0) {
        return ngx_print_conf_limit_share(value, "sessions=",
                                          &limit->sessions);
    }

    if (ngx_strncmp(value->data, "clients=", 8) == 0) {
        return ngx_print_conf_limit_share(value, "clients=", &limit->clients);
    }

    if (ngx_strncmp(value->data, "rate=", 5) == 0) {
        return ngx_print_conf_limit_rate(value, &limit->rate);
    }

    if (ngx_strncmp(value->data, "burst=", 6) == 0) {
        return ngx_print_conf_limit_number(value, "burst=", &limit->burst);
    }

    if (ngx_strncmp(value->data, "streams=", 8) == 0) {
        return ngx_print_conf_limit_number(value, "streams=", &limit->streams);
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_print_conf_limit_number(ngx_str_t *value, const char *name,
    ngx_uint_t *number)
{
    size_t     skip;
    ngx_int_t  n;

    if (*number) {
        return NGX_BUSY;
    }

    skip = ngx_strlen(name);
    n = ngx_atoi(value->data + skip, value->len - skip);

    if (n == NGX_ERROR || n == 0 || n > NGX_PRINT_MAX_LIMIT) {
        return NGX_DECLINED;
    }

    *number = n;

    return NGX_OK;
}


/* A number, or a share of the zone: "sessions=100", "sessions=10%". */

static ngx_int_t
ngx_print_conf_limit_share(ngx_str_t *value, const char *name,
    ngx_print_limit_share_t *share)
{
    ngx_int_t  rc;
    ngx_str_t  number;

    number = *value;

    if (value->data[value->len - 1] == '%') {
        number.len--;
    }

    rc = ngx_print_conf_limit_number(&number, name, &share->n);

    if (rc != NGX_OK) {
        return rc;
    }

    share->percent = (number.len != value->len);

    return (share->percent && share->n > 100) ? NGX_DECLINED : NGX_OK;
}


/* As the rate of "limit_req_zone". */

static ngx_int_t
ngx_print_conf_limit_rate(ngx_str_t *value, ngx_uint_t *rate)
{
    u_char      *last;
    ngx_int_t    rc;
    ngx_str_t    number;
    ngx_uint_t   scale;

    if (value->len < sizeof("rate=1r/s") - 1) {
        return NGX_DECLINED;
    }

    number = *value;
    number.len -= sizeof("r/s") - 1;

    last = number.data + number.len;

    if (ngx_strncmp(last, "r/s", 3) == 0) {
        scale = 1;

    } else if (ngx_strncmp(last, "r/m", 3) == 0) {
        scale = 60;

    } else {
        return NGX_DECLINED;
    }

    rc = ngx_print_conf_limit_number(&number, "rate=", rate);

    if (rc == NGX_OK) {
        *rate = *rate * 1000 / scale;
    }

    return rc;
}
