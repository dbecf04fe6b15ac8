
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_conf.h"
#include "ngx_print_conf_trust.h"


#define NGX_PRINT_CONF_VALUES  16      /* of a directive */


/* a directive that is a rule */
typedef struct {
    ngx_str_t    name;
    const char  *usual;                   /* its default; NULL: it has none */
} ngx_print_conf_rule_t;


static char *ngx_print_conf_trust_check(ngx_conf_t *cf,
    ngx_print_conf_trust_t *allowed);
static char *ngx_print_conf_trust_constant(ngx_conf_t *cf,
    ngx_print_conf_trust_t *allowed, ngx_str_t *value);
static ngx_int_t ngx_print_conf_trust_value(ngx_conf_t *cf,
    ngx_print_conf_trust_t *allowed, ngx_array_t *list, ngx_str_t *value);
static ngx_int_t ngx_print_conf_trust_variables(ngx_conf_t *cf,
    ngx_print_trust_value_t *tv, ngx_str_t *value);
static ngx_int_t ngx_print_conf_trust_compile(ngx_conf_t *cf, ngx_str_t *value,
    ngx_http_complex_value_t *cv);
static ngx_print_conf_note_t *ngx_print_conf_trust_note(ngx_array_t *notes,
    ngx_print_conf_rule_t *rule);
static u_char *ngx_print_conf_trust_text(u_char *p, size_t *len,
    ngx_str_t *text);


static ngx_print_conf_rule_t  ngx_print_conf_trust_list[] = {
    { ngx_string("print_hub_origins"), "any" },
    { ngx_string("print_hub_namespace"), NULL },
    { ngx_string("print_hub_token"), "off" },
    { ngx_string("print_hub_client_id"), "off" },
    { ngx_string("print_hub_authorize"), "off" },
    { ngx_string("print_hub_takeover"), "replace" },
    { ngx_null_string, NULL }
};


char *
ngx_print_conf_trust(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                     *rv;
    ngx_str_t                *value;
    ngx_uint_t                i;
    ngx_array_t             **list;

    list = (ngx_array_t **) ((u_char *) conf + cmd->offset);

    if (*list != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        *list = NULL;
        return ngx_print_conf_note(cf, cmd, conf);
    }

    rv = ngx_print_conf_trust_check(cf, cmd->post);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    *list = ngx_array_create(cf->pool, cf->args->nelts - 1,
                             sizeof(ngx_print_trust_value_t));
    if (*list == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_print_conf_trust_value(cf, cmd->post, *list, &value[i])
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return ngx_print_conf_note(cf, cmd, conf);
}


static char *
ngx_print_conf_trust_check(ngx_conf_t *cf, ngx_print_conf_trust_t *allowed)
{
    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   i, variables;

    value = cf->args->elts;
    variables = 0;

    if (cf->args->nelts - 1 > NGX_PRINT_CONF_VALUES) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%ui values in \"%V\" directive, it must be at most "
                           "%d", cf->args->nelts - 1, &value[0],
                           NGX_PRINT_CONF_VALUES);
        return NGX_CONF_ERROR;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strcmp(value[i].data, "off") == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid value \"off\" in \"%V\" directive, "
                               "\"off\" stands alone", &value[0]);
            return NGX_CONF_ERROR;
        }

        if (ngx_http_script_variables_count(&value[i])) {
            variables++;
            continue;
        }

        rv = ngx_print_conf_trust_constant(cf, allowed, &value[i]);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (variables > allowed->variables) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%ui values with variables in \"%V\" directive, it "
                           "must be at most %ui", variables, &value[0],
                           allowed->variables);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* A token is a secret: it is not logged. */

static char *
ngx_print_conf_trust_constant(ngx_conf_t *cf, ngx_print_conf_trust_t *allowed,
    ngx_str_t *value)
{
    ngx_str_t  *name;

    name = cf->args->elts;

    if (value->len == 0) {
        return ngx_print_conf_invalid(cf, "value", value, "not empty");
    }

    if (value->len > allowed->max) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "a value of %uz bytes in \"%V\" directive, it must "
                           "be at most %uz bytes", value->len, name,
                           allowed->max);
        return NGX_CONF_ERROR;
    }

    if (value->len < allowed->weak) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "a value of %uz bytes in \"%V\" directive is easy "
                           "to guess, it should be at least %uz bytes",
                           value->len, name, allowed->weak);
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_print_conf_trust_value(ngx_conf_t *cf, ngx_print_conf_trust_t *allowed,
    ngx_array_t *list, ngx_str_t *value)
{
    u_char                   *star;
    ngx_str_t                 text;
    ngx_print_trust_value_t  *tv;

    tv = ngx_array_push(list);
    if (tv == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(tv, sizeof(ngx_print_trust_value_t));

    tv->text = *value;

    if (ngx_http_script_variables_count(value) == 0) {
        return NGX_OK;
    }

    text = *value;

    if (allowed->stars && text.data[text.len - 1] == '*') {
        tv->star = 1;
        text.len--;
    }

    star = allowed->stars ? ngx_strlchr(text.data, text.data + text.len, '*')
                          : NULL;
    if (star) {
        (void) ngx_print_conf_invalid(cf, "value", value, "without \"*\", but "
                                      "for the last character, beside a "
                                      "variable");
        return NGX_ERROR;
    }

    tv->value = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));

    if (tv->value == NULL
        || ngx_print_conf_trust_compile(cf, &text, tv->value) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_print_conf_trust_variables(cf, tv, &text);
}


/*
 * Compiles each variable for itself, because a value with an empty one is void.
 * The value was compiled: it has the form that nginx expects.
 */

static ngx_int_t
ngx_print_conf_trust_variables(ngx_conf_t *cf, ngx_print_trust_value_t *tv,
    ngx_str_t *value)
{
    u_char                    *p, *last;
    ngx_str_t                  text;
    ngx_http_complex_value_t  *cv;

    tv->variables = ngx_array_create(cf->pool, 2,
                                     sizeof(ngx_http_complex_value_t));
    if (tv->variables == NULL) {
        return NGX_ERROR;
    }

    last = value->data + value->len;

    for (p = value->data; p < last; /* void */ ) {

        if (*p != '$') {
            p++;
            continue;
        }

        text.data = p++;

        if (*p == '{') {
            p = ngx_strlchr(p, last, '}') + 1;

        } else if (*p >= '1' && *p <= '9') {
            p++;

        } else {
            while (p < last
                   && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')
                       || (*p >= '0' && *p <= '9') || *p == '_'))
            {
                p++;
            }
        }

        text.len = p - text.data;

        cv = ngx_array_push(tv->variables);

        if (cv == NULL
            || ngx_print_conf_trust_compile(cf, &text, cv) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_print_conf_trust_compile(ngx_conf_t *cf, ngx_str_t *value,
    ngx_http_complex_value_t *cv)
{
    ngx_str_t                        *text;
    ngx_http_compile_complex_value_t  ccv;

    /* variables refer to the text, and some to a byte behind it */

    text = ngx_palloc(cf->pool, sizeof(ngx_str_t));
    if (text == NULL) {
        return NGX_ERROR;
    }

    text->len = value->len;
    text->data = ngx_pnalloc(cf->pool, value->len + 1);

    if (text->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(text->data, value->data, value->len);
    text->data[value->len] = '\0';

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = text;
    ccv.complex_value = cv;

    return ngx_http_compile_complex_value(&ccv);
}


/* The length of a text stands before it, so that no two rules are the same. */

ngx_int_t
ngx_print_conf_trust_rules(ngx_conf_t *cf, ngx_print_loc_conf_t *plcf)
{
    size_t                  len;
    u_char                 *p;
    ngx_uint_t              i, pass;
    ngx_print_conf_rule_t  *rule;
    ngx_print_conf_note_t  *note;

    p = NULL;

    for (pass = 0; pass < 2; pass++) {
        len = 0;

        for (rule = ngx_print_conf_trust_list; rule->name.len; rule++) {

            note = ngx_print_conf_trust_note(plcf->notes, rule);

            if (note == NULL) {
                continue;
            }

            if (len == 0) {
                p = ngx_print_conf_trust_text(p, &len, &plcf->zone->name);
            }

            p = ngx_print_conf_trust_text(p, &len, &note->name);

            for (i = 0; i < note->nargs; i++) {
                p = ngx_print_conf_trust_text(p, &len, &note->args[i]);
            }
        }

        if (pass == 0) {
            plcf->trust.rules.len = len;

            if (len == 0) {
                return NGX_OK;
            }

            p = ngx_pnalloc(cf->pool, len);
            if (p == NULL) {
                return NGX_ERROR;
            }

            plcf->trust.rules.data = p;
        }
    }

    return NGX_OK;
}


/* Returns NULL if the directive says nothing new. */

static ngx_print_conf_note_t *
ngx_print_conf_trust_note(ngx_array_t *notes, ngx_print_conf_rule_t *rule)
{
    ngx_uint_t               i;
    ngx_print_conf_note_t  **note;

    if (notes == NULL) {
        return NULL;
    }

    note = notes->elts;

    for (i = 0; i < notes->nelts; i++) {

        if (note[i]->name.len != rule->name.len
            || ngx_strncmp(note[i]->name.data, rule->name.data, rule->name.len)
               != 0)
        {
            continue;
        }

        if (rule->usual && note[i]->nargs == 1
            && ngx_strcmp(note[i]->args[0].data, rule->usual) == 0)
        {
            return NULL;
        }

        return note[i];
    }

    return NULL;
}


/*
 * Adds the bytes of a text to *len; writes it if p is not NULL.  Returns the
 * byte after the last, or NULL.
 */

static u_char *
ngx_print_conf_trust_text(u_char *p, size_t *len, ngx_str_t *text)
{
    u_char  buf[NGX_SIZE_T_LEN + 2], *last;

    last = ngx_sprintf(buf, "%uz:", text->len);

    *len += last - buf + text->len;

    if (p) {
        p = ngx_cpymem(p, buf, last - buf);
        p = ngx_cpymem(p, text->data, text->len);
    }

    return p;
}
