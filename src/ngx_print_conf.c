
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_store.h"
#include "ngx_print_zones.h"
#include "ngx_print_conf.h"


#define NGX_PRINT_CONF_RETRY      1000     /* ms, the defaults */
#define NGX_PRINT_CONF_MAX_RETRY  30000


static char *ngx_print_conf_number(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf, ngx_int_t n);
static ngx_conf_enum_t *ngx_print_conf_find(ngx_conf_t *cf, ngx_str_t *value,
    ngx_conf_enum_t *words);
static ngx_uint_t ngx_print_conf_is_token(ngx_str_t *value);
static char *ngx_print_conf_retries(ngx_conf_t *cf,
    ngx_print_webhook_conf_t *wcf);
static ngx_int_t ngx_print_conf_zone_path(ngx_conf_t *cf,
    ngx_print_main_conf_t *pmcf, ngx_print_zone_conf_t *zone);
static ngx_uint_t ngx_print_conf_has(ngx_str_t *value, const char *chars);
static ngx_int_t ngx_print_conf_push(ngx_conf_t *cf, ngx_array_t **notes,
    ngx_print_conf_note_t *note);


char *
ngx_print_conf_flag(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *rv;

    rv = ngx_conf_set_flag_slot(cf, cmd, conf);

    return rv == NGX_CONF_OK ? ngx_print_conf_note(cf, cmd, conf) : rv;
}


char *
ngx_print_conf_msec(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    return ngx_print_conf_number(cf, cmd, conf, ngx_parse_time(&value[1], 0));
}


char *
ngx_print_conf_size(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    return ngx_print_conf_number(cf, cmd, conf, ngx_parse_size(&value[1]));
}


char *
ngx_print_conf_num(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    return ngx_print_conf_number(cf, cmd, conf,
                                 ngx_atoi(value[1].data, value[1].len));
}


/*
 * n: the value, or NGX_ERROR.  On 64 bits, ngx_msec_t, size_t and ngx_uint_t
 * are the same type.
 */

static char *
ngx_print_conf_number(ngx_conf_t *cf, ngx_command_t *cmd, void *conf,
    ngx_int_t n)
{
    ngx_str_t               *value;
    ngx_uint_t              *number;
    ngx_print_conf_range_t  *range;

    value = cf->args->elts;
    number = (ngx_uint_t *) ((u_char *) conf + cmd->offset);
    range = cmd->post;

    if (*number != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    if (n == NGX_ERROR
        || (ngx_uint_t) n < range->min || (ngx_uint_t) n > range->max)
    {
        return ngx_print_conf_invalid(cf, "value", &value[1], range->expected);
    }

    *number = n;

    return ngx_print_conf_note(cf, cmd, conf);
}


char *
ngx_print_conf_hub(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_loc_conf_t *plcf = conf;

    char                      *rv;
    ngx_str_t                 *value;
    ngx_http_core_loc_conf_t  *clcf;

    rv = cmd->post ? ngx_print_conf_word(cf, cmd, conf)
                   : ngx_conf_set_flag_slot(cf, cmd, conf);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    value = cf->args->elts;

    if (cf->args->nelts == 3
        && ngx_print_conf_zone_name(&value[2], cmd->post ? &plcf->api_zone
                                                         : &plcf->enable_zone)
           != NGX_OK)
    {
        return ngx_print_conf_invalid(cf, "parameter", &value[2],
                                      "\"zone=<name>\"");
    }

    plcf->file = cf->conf_file->file.name;
    plcf->line = cf->conf_file->line;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->named) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive is not allowed in the named "
                           "location \"%V\"", &cmd->name, &clcf->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_print_conf_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t        *value;
    ngx_uint_t       *number;
    ngx_conf_enum_t  *word;

    value = cf->args->elts;
    number = (ngx_uint_t *) ((u_char *) conf + cmd->offset);

    if (*number != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    word = ngx_print_conf_find(cf, &value[1], cmd->post);

    if (word == NULL) {
        return NGX_CONF_ERROR;
    }

    *number = word->value;

    return ngx_print_conf_note(cf, cmd, conf);
}


char *
ngx_print_conf_words(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t        *value;
    ngx_uint_t       *mask, i;
    ngx_conf_enum_t  *word;

    value = cf->args->elts;
    mask = (ngx_uint_t *) ((u_char *) conf + cmd->offset);

    if (*mask) {
        return "is duplicate";
    }

    for (i = 1; i < cf->args->nelts; i++) {

        word = ngx_print_conf_find(cf, &value[i], cmd->post);

        if (word == NULL) {
            return NGX_CONF_ERROR;
        }

        *mask |= word->value;
    }

    return ngx_print_conf_note(cf, cmd, conf);
}


/* Returns the word, or NULL after the error was logged with all words. */

static ngx_conf_enum_t *
ngx_print_conf_find(ngx_conf_t *cf, ngx_str_t *value, ngx_conf_enum_t *words)
{
    u_char           *p, *last, list[NGX_MAX_CONF_ERRSTR];
    ngx_conf_enum_t  *word;

    for (word = words; word->name.len; word++) {

        if (word->name.len == value->len
            && ngx_strcasecmp(word->name.data, value->data) == 0)
        {
            return word;
        }
    }

    p = list;
    last = list + NGX_MAX_CONF_ERRSTR - 1;

    for (word = words; word->name.len; word++) {

        if (word != words) {
            p = ngx_slprintf(p, last, word[1].name.len ? ", " : " or ");
        }

        p = ngx_slprintf(p, last, "\"%V\"", &word->name);
    }

    *p = '\0';

    (void) ngx_print_conf_invalid(cf, "value", value, (char *) list);

    return NULL;
}


char *
ngx_print_conf_value(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *rv;

    rv = ngx_http_set_complex_value_slot(cf, cmd, conf);

    return rv == NGX_CONF_OK ? ngx_print_conf_note(cf, cmd, conf) : rv;
}


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

    } else if (ngx_print_conf_time(&value[1], 0, &plcf->recovery) != NGX_OK) {
        return ngx_print_conf_invalid(cf, "value", &value[1],
                                      "\"off\" or " NGX_PRINT_CONF_TIME);
    }

    return ngx_print_conf_note(cf, cmd, conf);
}


char *
ngx_print_conf_queue(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_loc_conf_t *plcf = conf;

    ngx_int_t   n;
    ngx_str_t  *value;

    value = cf->args->elts;

    if (plcf->queue != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    if (ngx_strcmp(value[1].data, "off") == 0) {
        plcf->queue = 0;

    } else {
        n = ngx_atoi(value[1].data, value[1].len);

        if (n == NGX_ERROR || n == 0 || n > NGX_PRINT_MAX_QUEUE) {
            return ngx_print_conf_invalid(cf, "value", &value[1],
                                          "\"off\" or a number of jobs from 1 "
                                          "to " ngx_value(NGX_PRINT_MAX_QUEUE));
        }

        plcf->queue = n;
    }

    if (cf->args->nelts == 3
        && (ngx_strncmp(value[2].data, "ttl=", 4) != 0
            || ngx_print_conf_time(&value[2], 4, &plcf->ttl) != NGX_OK))
    {
        return ngx_print_conf_invalid(cf, "parameter", &value[2],
                                      "\"ttl=<time>\", as in \"ttl=60s\", with "
                                      NGX_PRINT_CONF_TIME);
    }

    return ngx_print_conf_note(cf, cmd, conf);
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
                           "%ui values in \"%V\" directive, it must be at most "
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
            || ngx_print_conf_has(&value[i], ",?$"))
        {
            return ngx_print_conf_invalid(cf, "value", &value[i],
                                          "\"/<name>\" of up to "
                                          ngx_value(NGX_PRINT_NSP_MAX)
                                          " bytes without \",\", \"?\" and "
                                          "\"$\"");
        }

        name = ngx_array_push(plcf->namespaces);
        if (name == NULL) {
            return NGX_CONF_ERROR;
        }

        *name = value[i];
    }

    return ngx_print_conf_note(cf, cmd, conf);
}


char *
ngx_print_conf_cookie(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_loc_conf_t *plcf = conf;

    ngx_str_t  *value;

    if (plcf->cookie.data) {
        return "is duplicate";
    }

    value = cf->args->elts;
    plcf->cookie = value[1];

    if (ngx_strcmp(value[1].data, "off") == 0) {
        plcf->cookie.len = 0;

    } else if (!ngx_print_conf_is_token(&value[1])) {
        return ngx_print_conf_invalid(cf, "value", &value[1],
                                      "\"off\" or a token (RFC 6265, section "
                                      "4.1.1) without \"$\"");
    }

    return ngx_print_conf_note(cf, cmd, conf);
}


/* "$" is part of a token, but here it would be meant for a variable. */

static ngx_uint_t
ngx_print_conf_is_token(ngx_str_t *value)
{
    u_char  *p;

    for (p = value->data; p < value->data + value->len; p++) {

        if (*p <= ' ' || *p >= 0x7f) {
            return 0;
        }
    }

    return value->len != 0
           && !ngx_print_conf_has(value, "$()<>@,;:\\\"/[]?={}");
}


char *
ngx_print_conf_events(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_main_conf_t *pmcf = conf;

    char                      *rv;
    ngx_str_t                 *value;
    ngx_print_webhook_conf_t  *wcf;

    wcf = ngx_array_push(&pmcf->webhooks);
    if (wcf == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(wcf, sizeof(ngx_print_webhook_conf_t));

    wcf->file = cf->conf_file->file.name;
    wcf->at = cf->conf_file->line;

    value = cf->args->elts;

    rv = ngx_print_conf_target(cf, &value[1], &wcf->target);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    rv = ngx_print_conf_retries(cf, wcf);

    return rv == NGX_CONF_OK ? ngx_print_conf_note(cf, cmd, conf) : rv;
}


static char *
ngx_print_conf_retries(ngx_conf_t *cf, ngx_print_webhook_conf_t *wcf)
{
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    wcf->retry = NGX_PRINT_CONF_RETRY;
    wcf->max_retry = NGX_CONF_UNSET_MSEC;

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "retry=", 6) == 0
            && ngx_print_conf_time(&value[i], 6, &wcf->retry) == NGX_OK)
        {
            continue;
        }

        if (ngx_strncmp(value[i].data, "max_retry=", 10) == 0
            && ngx_print_conf_time(&value[i], 10, &wcf->max_retry) == NGX_OK)
        {
            continue;
        }

        if (ngx_print_conf_zone_name(&value[i], &wcf->zone) == NGX_OK) {
            continue;
        }

        return ngx_print_conf_invalid(cf, "parameter", &value[i],
                                      "\"zone=<name>\", \"retry=<time>\" or "
                                      "\"max_retry=<time>\" with "
                                      NGX_PRINT_CONF_TIME);
    }

    if (wcf->max_retry == NGX_CONF_UNSET_MSEC) {
        wcf->max_retry = ngx_max(NGX_PRINT_CONF_MAX_RETRY, wcf->retry);
    }

    if (wcf->max_retry < wcf->retry) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"max_retry\" in \"%V\" directive must not be "
                           "shorter than \"retry\"", &value[0]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_print_conf_handover(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_main_conf_t *pmcf = conf;

    ngx_str_t  *value;

    value = cf->args->elts;

    if (pmcf->handover != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    if (ngx_strcasecmp(value[1].data, (u_char *) "on") == 0) {
        pmcf->handover = 1;

    } else if (ngx_strcasecmp(value[1].data, (u_char *) "off") == 0) {
        pmcf->handover = 0;

    } else {
        return ngx_print_conf_invalid(cf, "value", &value[1],
                                      "\"on\" or \"off\"");
    }

    /* a TLS connection cannot leave the process that has its keys */

    if (cf->args->nelts == 3
        && ngx_strcmp(value[2].data, "tls=close") != 0
        && (ngx_strncmp(value[2].data, "tls=", 4) != 0
            || ngx_print_conf_time(&value[2], 4, &pmcf->handover_tls)
               != NGX_OK))
    {
        return ngx_print_conf_invalid(cf, "parameter", &value[2],
                                      "\"tls=close\" or \"tls=\" and a time "
                                      "from 1ms to 7d");
    }

    return ngx_print_conf_note(cf, cmd, conf);
}


char *
ngx_print_conf_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_main_conf_t *pmcf = conf;

    u_char                 *p, *last;
    ssize_t                 size;
    ngx_str_t              *value, name, s;
    ngx_print_zone_conf_t  *zone;

    value = cf->args->elts;

    name = value[1];
    last = name.data + name.len;

    if (ngx_strncmp(name.data, "name=", 5) == 0
        || ngx_strncmp(name.data, "zone=", 5) == 0)
    {
        name.data += 5;
    }

    size = NGX_ERROR;
    p = ngx_strlchr(name.data, last, ':');

    if (p) {
        name.len = p - name.data;

        s.data = p + 1;
        s.len = last - s.data;

        size = ngx_parse_size(&s);
    }

    if (size < NGX_PRINT_STORE_MIN_SIZE || size > NGX_PRINT_STORE_MAX_SIZE
        || name.len == 0 || ngx_print_conf_has(&name, "=$"))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\" directive, it must "
                           "be \"name=<name>:<size>\" with a size from %dk to "
                           "%dm", &value[1], &value[0],
                           (int) (NGX_PRINT_STORE_MIN_SIZE / 1024),
                           (int) (NGX_PRINT_STORE_MAX_SIZE / 1024 / 1024));
        return NGX_CONF_ERROR;
    }

    if (ngx_print_zones_find(pmcf, &name)) {
        return "is duplicate";
    }

    zone = ngx_print_zones_add(cf, pmcf, &name, size);
    if (zone == NULL) {
        return NGX_CONF_ERROR;
    }

    zone->file = cf->conf_file->file.name;
    zone->line = cf->conf_file->line;

    if (cf->args->nelts == 3
        && ngx_print_conf_zone_path(cf, pmcf, zone) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_print_zones_memory(cf, zone) == NGX_OK ? NGX_CONF_OK
                                                      : NGX_CONF_ERROR;
}


static ngx_int_t
ngx_print_conf_zone_path(ngx_conf_t *cf, ngx_print_main_conf_t *pmcf,
    ngx_print_zone_conf_t *zone)
{
    ngx_str_t              *value, path;
    ngx_print_zone_conf_t  *other;

    value = cf->args->elts;

    path.data = value[2].data + 5;
    path.len = value[2].len - 5;

    if (value[2].len <= 5 || ngx_strncmp(value[2].data, "file=", 5) != 0
        || ngx_print_conf_has(&path, "$"))
    {
        (void) ngx_print_conf_invalid(cf, "parameter", &value[2],
                                      "\"file=<path>\"");
        return NGX_ERROR;
    }

    if (ngx_conf_full_name(cf->cycle, &path, 0) != NGX_OK) {
        return NGX_ERROR;
    }

    other = ngx_print_zones_find_path(pmcf, &path);

    if (other) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "file \"%V\" in \"%V\" directive is that of zone "
                           "\"%V\"", &path, &value[0], &other->name);
        return NGX_ERROR;
    }

    zone->path = path;

    return NGX_OK;
}


ngx_int_t
ngx_print_conf_time(ngx_str_t *value, size_t skip, ngx_msec_t *time)
{
    ngx_int_t  n;
    ngx_str_t  s;

    s.data = value->data + skip;
    s.len = value->len - skip;

    n = ngx_parse_time(&s, 0);

    if (n == NGX_ERROR || n == 0 || n > NGX_PRINT_MAX_MSEC) {
        return NGX_ERROR;
    }

    *time = n;

    return NGX_OK;
}


char *
ngx_print_conf_target(ngx_conf_t *cf, ngx_str_t *value,
    ngx_print_target_t *target)
{
    u_char  *p, *last;

    if (value->data[0] != '/' || ngx_print_conf_has(value, "$")) {
        return ngx_print_conf_invalid(cf, "value", value,
                                      "a URI of this server that begins with "
                                      "\"/\", without \"$\"");
    }

    target->ctx = cf->ctx;
    target->line = *value;
    target->uri = *value;

    last = value->data + value->len;

    p = ngx_strlchr(value->data, last, '?');

    if (p) {
        target->uri.len = p - value->data;
        target->args.data = p + 1;
        target->args.len = last - target->args.data;
    }

    return NGX_CONF_OK;
}


ngx_int_t
ngx_print_conf_zone_name(ngx_str_t *value, ngx_str_t *name)
{
    if (ngx_strncmp(value->data, "zone=", 5) != 0) {
        return NGX_DECLINED;
    }

    name->data = value->data + 5;
    name->len = value->len - 5;

    return (name->len && !ngx_print_conf_has(name, ":=$")) ? NGX_OK
                                                           : NGX_DECLINED;
}


/* Returns 1 if the value has any of these characters. */

static ngx_uint_t
ngx_print_conf_has(ngx_str_t *value, const char *chars)
{
    u_char  *p;

    for (p = value->data; p < value->data + value->len; p++) {
        if (ngx_strchr(chars, *p)) {
            return 1;
        }
    }

    return 0;
}


char *
ngx_print_conf_invalid(ngx_conf_t *cf, const char *what, ngx_str_t *value,
    const char *expected)
{
    ngx_str_t  *name;

    name = cf->args->elts;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid %s \"%V\" in \"%V\" directive, it must be %s",
                       what, value, name, expected);

    return NGX_CONF_ERROR;
}


char *
ngx_print_conf_note(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t              *value;
    ngx_print_loc_conf_t   *plcf;
    ngx_print_conf_note_t  *note;
    ngx_print_main_conf_t  *pmcf;

    note = ngx_pcalloc(cf->pool, sizeof(ngx_print_conf_note_t));
    if (note == NULL) {
        return NGX_CONF_ERROR;
    }

    note->name = cmd->name;
    note->file = cf->conf_file->file.name;
    note->line = cf->conf_file->line;
    note->nargs = cf->args->nelts - 1;

    /* nginx uses the array for the next directive, and leaves the texts */

    note->args = ngx_palloc(cf->pool, note->nargs * sizeof(ngx_str_t));
    if (note->args == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    ngx_memcpy(note->args, &value[1], note->nargs * sizeof(ngx_str_t));

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_print_module);

    if (ngx_print_conf_push(cf, &pmcf->notes, note) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (cmd->conf != NGX_HTTP_LOC_CONF_OFFSET) {
        return NGX_CONF_OK;
    }

    plcf = conf;

    return ngx_print_conf_push(cf, &plcf->notes, note) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ngx_int_t
ngx_print_conf_push(ngx_conf_t *cf, ngx_array_t **notes,
    ngx_print_conf_note_t *note)
{
    ngx_print_conf_note_t  **element;

    if (*notes == NULL) {
        *notes = ngx_array_create(cf->pool, 4,
                                  sizeof(ngx_print_conf_note_t *));
        if (*notes == NULL) {
            return NGX_ERROR;
        }
    }

    element = ngx_array_push(*notes);
    if (element == NULL) {
        return NGX_ERROR;
    }

    *element = note;

    return NGX_OK;
}
