
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_metrics_text.h"


#define NGX_PRINT_METRICS_PREFIX  "print_hub_"


static ngx_str_t ngx_print_metrics_base(ngx_print_count_family_t *family,
    const char *suffix);
static const char *ngx_print_metrics_unit(ngx_str_t *name);
static ngx_uint_t ngx_print_metrics_ends(ngx_str_t *name, const char *end);


u_char *
ngx_print_metrics_head(u_char *p, ngx_print_count_family_t *family,
    ngx_uint_t open, ngx_uint_t info)
{
    ngx_str_t    name;
    const char  *type, *unit;

    static const char *const  types[] = { "gauge", "counter", "histogram" };

    name = family->name;
    type = types[family->type];

    if (open) {
        /* there, the suffix belongs to the line and not to the family */

        name = ngx_print_metrics_base(family, info ? "_info" : "_total");
        type = info ? "info" : type;
    }

    p = ngx_sprintf(p, "# HELP " NGX_PRINT_METRICS_PREFIX "%V %V\n"
                       "# TYPE " NGX_PRINT_METRICS_PREFIX "%V %s\n",
                    &name, &family->help, &name, type);

    unit = open ? ngx_print_metrics_unit(&name) : NULL;

    if (unit) {
        p = ngx_sprintf(p, "# UNIT " NGX_PRINT_METRICS_PREFIX "%V %s\n", &name,
                        unit + 1);
    }

    return p;
}


static ngx_str_t
ngx_print_metrics_base(ngx_print_count_family_t *family, const char *suffix)
{
    ngx_str_t  name;

    name = family->name;

    if (ngx_print_metrics_ends(&name, suffix)) {
        name.len -= ngx_strlen(suffix);
    }

    return name;
}


/* Returns the unit with which a name ends, with "_" before it, or NULL. */

static const char *
ngx_print_metrics_unit(ngx_str_t *name)
{
    const char *const         *unit;

    static const char *const   units[] = { "_seconds", "_bytes", NULL };

    for (unit = units; *unit; unit++) {
        if (ngx_print_metrics_ends(name, *unit)) {
            return *unit;
        }
    }

    return NULL;
}


static ngx_uint_t
ngx_print_metrics_ends(ngx_str_t *name, const char *end)
{
    size_t  len;

    len = ngx_strlen(end);

    return name->len > len
           && ngx_strncmp(name->data + name->len - len, end, len) == 0;
}


u_char *
ngx_print_metrics_name(u_char *p, ngx_print_count_family_t *family,
    const char *suffix)
{
    return ngx_sprintf(p, NGX_PRINT_METRICS_PREFIX "%V%s", &family->name,
                       suffix);
}


u_char *
ngx_print_metrics_labels(u_char *p, ngx_print_metrics_label_t *labels,
    ngx_uint_t n)
{
    size_t      i;
    u_char      ch;
    ngx_uint_t  k;

    if (n == 0) {
        return p;
    }

    for (k = 0; k < n; k++) {

        *p++ = k ? ',' : '{';
        p = ngx_cpymem(p, labels[k].name.data, labels[k].name.len);
        *p++ = '=';
        *p++ = '"';

        for (i = 0; i < labels[k].value.len; i++) {
            ch = labels[k].value.data[i];

            if (ch == '\\' || ch == '"' || ch == '\n') {
                *p++ = '\\';
                ch = (ch == '\n') ? 'n' : ch;
            }

            *p++ = ch;
        }

        *p++ = '"';
    }

    *p++ = '}';

    return p;
}


u_char *
ngx_print_metrics_number(u_char *p, uint64_t value, ngx_uint_t unit,
    ngx_uint_t point)
{
    uint64_t  rest;

    p = ngx_sprintf(p, "%uL", value / unit);

    rest = value % unit;

    if (rest == 0) {
        return point ? ngx_cpymem(p, ".0", 2) : p;
    }

    *p++ = '.';

    while (unit >= 10) {
        unit /= 10;
        *p++ = (u_char) ('0' + rest / unit);
        rest %= unit;
    }

    while (p[-1] == '0') {
        p--;
    }

    return p;
}
