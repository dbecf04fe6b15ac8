
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_conf.h"
#include "ngx_print_conf_trust.h"


/* a directive that is a rule */
typedef struct {
    ngx_str_t    name;
    const char  *usual;                   /* its default; NULL: it has none */
} ngx_print_conf_rule_t;


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
