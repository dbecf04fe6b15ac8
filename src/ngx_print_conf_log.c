
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_job_state.h"
#include "ngx_print_siphash.h"
#include "ngx_print_conf.h"
#include "ngx_print_conf_log.h"


#define NGX_PRINT_CONF_LOG_EXPECTED                                           \
    "\"json\", \"logfmt\", \"if=<condition>\", \"by=<text>\", "               \
    "\"states=<state>,...\" with sent, received, printed, failed, expired, "  \
    "canceled and unconfirmed, or \"zone=<name>\", each once"

#define NGX_PRINT_CONF_LOG_STATES                                             \
    (1 << NGX_PRINT_JOB_SENT|1 << NGX_PRINT_JOB_RECEIVED                      \
     |1 << NGX_PRINT_JOB_PRINTED|1 << NGX_PRINT_JOB_FAILED                    \
     |1 << NGX_PRINT_JOB_EXPIRED|1 << NGX_PRINT_JOB_CANCELED                  \
     |1 << NGX_PRINT_JOB_UNCONFIRMED)


static char *ngx_print_conf_log_target(ngx_conf_t *cf,
    ngx_print_joblog_conf_t *log);
static uint64_t ngx_print_conf_log_id(ngx_str_t *target);
static char *ngx_print_conf_log_params(ngx_conf_t *cf,
    ngx_print_joblog_conf_t *log);
static ngx_int_t ngx_print_conf_log_param(ngx_conf_t *cf, ngx_str_t *value,
    ngx_print_joblog_conf_t *log, ngx_uint_t *format);
static ngx_int_t ngx_print_conf_log_value(ngx_conf_t *cf, ngx_str_t *value,
    size_t skip, ngx_http_complex_value_t **to);
static ngx_int_t ngx_print_conf_log_states(ngx_str_t *value,
    ngx_uint_t *states);


char *
ngx_print_conf_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_main_conf_t *pmcf = conf;

    char                     *rv;
    ngx_str_t                *value;
    ngx_print_joblog_conf_t  *log;

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        return cf->args->nelts == 2
               ? ngx_print_conf_note(cf, cmd, conf)
               : ngx_print_conf_invalid(cf, "parameter", &value[2],
                                        "none behind \"off\"");
    }

    if (pmcf->logs.elts == NULL
        && ngx_array_init(&pmcf->logs, cf->pool, 1,
                          sizeof(ngx_print_joblog_conf_t))
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    log = ngx_array_push(&pmcf->logs);
    if (log == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(log, sizeof(ngx_print_joblog_conf_t));

    log->where = cf->conf_file->file.name;
    log->at = cf->conf_file->line;

    rv = ngx_print_conf_log_target(cf, log);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    rv = ngx_print_conf_log_params(cf, log);

    return rv == NGX_CONF_OK ? ngx_print_conf_note(cf, cmd, conf) : rv;
}


static char *
ngx_print_conf_log_target(ngx_conf_t *cf, ngx_print_joblog_conf_t *log)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    log->target = value[1];

    if (ngx_strncmp(value[1].data, "syslog:", 7) == 0) {

        log->syslog = ngx_pcalloc(cf->pool, sizeof(ngx_syslog_peer_t));

        if (log->syslog == NULL
            || ngx_syslog_process_conf(cf, log->syslog) != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }

    } else {

        if (value[1].len == 0 || ngx_strchr(value[1].data, '$')) {
            return ngx_print_conf_invalid(cf, "value", &value[1],
                                          "a path without variables, "
                                          "\"syslog:...\" or \"off\"");
        }

        log->file = ngx_conf_open_file(cf->cycle, &value[1]);
        if (log->file == NULL) {
            return NGX_CONF_ERROR;
        }

        log->target = log->file->name;
    }

    log->id = ngx_print_conf_log_id(&log->target);

    return NGX_CONF_OK;
}


/* The zone and its jobs know the log by this number, which is not 0. */

static uint64_t
ngx_print_conf_log_id(ngx_str_t *target)
{
    u_char               hash[NGX_PRINT_SIPHASH_LEN];
    uint64_t             id;
    ngx_print_siphash_t  ctx;

    /* nobody gains anything by two targets with the same hash */

    static const u_char  nothing[NGX_PRINT_SIPHASH_KEY];

    ngx_print_siphash_init(&ctx, nothing);
    ngx_print_siphash_update(&ctx, target->data, target->len);
    ngx_print_siphash_final(&ctx, hash);

    ngx_memcpy(&id, hash, sizeof(uint64_t));

    return id ? id : 1;
}


static char *
ngx_print_conf_log_params(ngx_conf_t *cf, ngx_print_joblog_conf_t *log)
{
    ngx_int_t    rc;
    ngx_str_t   *value;
    ngx_uint_t   i, format;

    value = cf->args->elts;
    format = 0;

    for (i = 2; i < cf->args->nelts; i++) {

        rc = ngx_print_conf_log_param(cf, &value[i], log, &format);

        if (rc == NGX_ERROR) {
            return NGX_CONF_ERROR;
        }

        if (rc == NGX_DECLINED) {
            return ngx_print_conf_invalid(cf, "parameter", &value[i],
                                          NGX_PRINT_CONF_LOG_EXPECTED);
        }
    }

    return NGX_CONF_OK;
}


/* NGX_OK; NGX_DECLINED if it is invalid; or NGX_ERROR (logged). */

static ngx_int_t
ngx_print_conf_log_param(ngx_conf_t *cf, ngx_str_t *value,
    ngx_print_joblog_conf_t *log, ngx_uint_t *format)
{
    if (ngx_strcmp(value->data, "json") == 0
        || ngx_strcmp(value->data, "logfmt") == 0)
    {
        log->logfmt = (value->data[0] == 'l');

        return (*format)++ ? NGX_DECLINED : NGX_OK;
    }

    if (ngx_strncmp(value->data, "if=", 3) == 0) {
        return ngx_print_conf_log_value(cf, value, 3, &log->condition);
    }

    if (ngx_strncmp(value->data, "by=", 3) == 0) {
        log->by_text = *value;

        return ngx_print_conf_log_value(cf, value, 3, &log->by);
    }

    if (ngx_strncmp(value->data, "states=", 7) == 0) {
        return ngx_print_conf_log_states(value, &log->states);
    }

    return log->zone.len ? NGX_DECLINED
                         : ngx_print_conf_zone_name(value, &log->zone);
}


static ngx_int_t
ngx_print_conf_log_value(ngx_conf_t *cf, ngx_str_t *value, size_t skip,
    ngx_http_complex_value_t **to)
{
    ngx_str_t                          text;
    ngx_http_compile_complex_value_t   ccv;

    text.data = value->data + skip;
    text.len = value->len - skip;

    if (*to || text.len == 0) {
        return NGX_DECLINED;
    }

    *to = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));
    if (*to == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = &text;
    ccv.complex_value = *to;

    return ngx_http_compile_complex_value(&ccv);
}


/* Reads the words of "states=", with commas between them. */

static ngx_int_t
ngx_print_conf_log_states(ngx_str_t *value, ngx_uint_t *states)
{
    u_char      *p, *last, *comma;
    ngx_str_t    name;
    ngx_uint_t   bit;

    if (*states) {
        return NGX_DECLINED;
    }

    last = value->data + value->len;

    for (p = value->data + 7; p <= last; p = comma + 1) {

        comma = ngx_strlchr(p, last, ',');
        if (comma == NULL) {
            comma = last;
        }

        name.data = p;
        name.len = comma - p;

        bit = 1 << ngx_print_job_state(&name);

        if (!(bit & NGX_PRINT_CONF_LOG_STATES) || (bit & *states)) {
            return NGX_DECLINED;
        }

        *states |= bit;
    }

    return NGX_OK;
}
