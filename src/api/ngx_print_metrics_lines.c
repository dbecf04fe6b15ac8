
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_count.h"
#include "ngx_print_tally.h"
#include "ngx_print_client_list.h"
#include "ngx_print_metrics_text.h"
#include "ngx_print_metrics_lines.h"


/* zone, webhook or client, two of the family, and "le" */
#define NGX_PRINT_METRICS_LABELS  5


typedef struct {
    ngx_print_metrics_label_t  list[NGX_PRINT_METRICS_LABELS];
    ngx_uint_t                 n;
    u_char                     value[NGX_PRINT_COUNT_LABELS][64];
    u_char                     le[NGX_INT64_LEN + 16];
} ngx_print_metrics_labels_t;


static ngx_int_t ngx_print_metrics_lines_zone(ngx_http_request_t *r,
    ngx_print_metrics_zone_t *zone);
static u_char *ngx_print_metrics_lines_next(ngx_print_metrics_lines_t *m,
    u_char *p);
static ngx_uint_t ngx_print_metrics_lines_skips(ngx_print_metrics_lines_t *m);
static void ngx_print_metrics_lines_family(ngx_print_metrics_lines_t *m);
static void ngx_print_metrics_lines_leave(ngx_print_metrics_lines_t *m);
static u_char *ngx_print_metrics_lines_self(ngx_print_metrics_lines_t *m,
    u_char *p);
static u_char *ngx_print_metrics_lines_series(ngx_print_metrics_lines_t *m,
    u_char *p);
static ngx_uint_t ngx_print_metrics_lines_count(
    ngx_print_count_family_t *family);
static u_char *ngx_print_metrics_lines_histogram(ngx_print_metrics_lines_t *m,
    ngx_print_metrics_labels_t *labels, uint64_t *values, u_char *p);
static u_char *ngx_print_metrics_lines_client(ngx_print_metrics_lines_t *m,
    u_char *p);
static ngx_uint_t ngx_print_metrics_lines_page(ngx_print_metrics_lines_t *m);
static uint64_t ngx_print_metrics_lines_figure(ngx_uint_t which,
    ngx_print_client_figures_t *figures);
static void ngx_print_metrics_lines_label(ngx_print_metrics_labels_t *labels,
    const char *name, ngx_str_t *value);
static void ngx_print_metrics_lines_labels(ngx_print_metrics_lines_t *m,
    ngx_print_metrics_labels_t *labels);
static u_char *ngx_print_metrics_lines_end(ngx_print_metrics_labels_t *labels,
    u_char *p, uint64_t value, ngx_uint_t unit);


ngx_int_t
ngx_print_metrics_lines_start(ngx_print_metrics_lines_t *m,
    ngx_http_request_t *r, ngx_uint_t open, size_t room)
{
    size_t                  len;
    ngx_uint_t              i;
    ngx_print_loc_conf_t   *plcf;
    ngx_print_zone_conf_t  *conf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    m->pmcf = ngx_http_get_module_main_conf(r, ngx_print_module);
    m->open = open;
    m->clients = plcf->metrics->clients;

    conf = m->pmcf->zones.elts;
    len = 0;

    m->zones = ngx_pcalloc(r->pool, m->pmcf->zones.nelts
                                    * sizeof(ngx_print_metrics_zone_t));
    if (m->zones == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < m->pmcf->zones.nelts; i++) {

        if (conf[i].view == NULL) {
            continue;
        }

        m->zones[m->nzones].conf = &conf[i];

        if (ngx_print_metrics_lines_zone(r, &m->zones[m->nzones]) != NGX_OK) {
            return NGX_ERROR;
        }

        m->nzones++;

        len = ngx_max(len, conf[i].name.len);

        if (conf[i].webhook) {
            m->hooks = 1;
            len = ngx_max(len, conf[i].name.len
                               + conf[i].webhook->target.line.len);
        }
    }

    /* names are words of the configuration, which nginx keeps below 4 KB */

    m->line = NGX_PRINT_METRICS_LINE
              + 2 * (len + NGX_PRINT_CLIENT_ID_MAX);
    m->line = ngx_min(m->line, room);

    if (m->clients) {
        m->list = ngx_palloc(r->pool, NGX_PRINT_CLIENT_PAGE
                                      * sizeof(ngx_print_client_figures_t));
        if (m->list == NULL) {
            return NGX_ERROR;
        }
    }

    ngx_print_metrics_lines_family(m);

    return NGX_OK;
}


static ngx_int_t
ngx_print_metrics_lines_zone(ngx_http_request_t *r,
    ngx_print_metrics_zone_t *zone)
{
    ngx_print_store_t   *st;
    ngx_print_counts_t   counts;

    st = zone->conf->view;

    zone->counts = ngx_palloc(r->pool, (NGX_PRINT_COUNT_VALUES
                                        + NGX_PRINT_TALLY_VALUES)
                                       * sizeof(uint64_t));
    if (zone->counts == NULL) {
        return NGX_ERROR;
    }

    zone->tallies = zone->counts + NGX_PRINT_COUNT_VALUES;

    ngx_print_tally_read(st, zone->tallies);

    /*
     * Without a slot there is no lock.  Values that cannot be read are left
     * out: a counter that fell to 0 would be taken for a new one.
     */

    if (st->id == 0 || ngx_print_count_read(st, &counts) != NGX_OK) {
        zone->counts = NULL;
        return NGX_OK;
    }

    ngx_memcpy(zone->counts, counts.values,
               NGX_PRINT_COUNT_VALUES * sizeof(uint64_t));

    return NGX_OK;
}


u_char *
ngx_print_metrics_lines(ngx_print_metrics_lines_t *m, u_char *p, u_char *last)
{
    while (!m->done && (size_t) (last - p) >= m->line) {
        p = ngx_print_metrics_lines_next(m, p);
    }

    return p;
}


/* Writes the next line, or what stands before a family, or only goes on. */

static u_char *
ngx_print_metrics_lines_next(ngx_print_metrics_lines_t *m, u_char *p)
{
    if (m->family == NULL) {
        m->done = 1;
        return m->open ? ngx_cpymem(p, "# EOF\n", 6) : p;
    }

    if (!m->headed) {
        m->headed = 1;

        return ngx_print_metrics_head(p, m->family, m->open,
                                      m->source == NGX_PRINT_METRICS_SELF
                                      && m->family->first
                                         == NGX_PRINT_METRICS_BUILD);
    }

    if (m->source == NGX_PRINT_METRICS_SELF) {
        p = ngx_print_metrics_lines_self(m, p);
        m->place++;
        ngx_print_metrics_lines_family(m);
        return p;
    }

    if (m->zone == m->nzones) {
        m->place++;
        ngx_print_metrics_lines_family(m);
        return p;
    }

    if (m->source == NGX_PRINT_METRICS_CLIENT) {
        return ngx_print_metrics_lines_client(m, p);
    }

    if ((m->source == NGX_PRINT_METRICS_HOOK
         && m->zones[m->zone].conf->webhook == NULL)
        || (m->source == NGX_PRINT_METRICS_COUNT
            && m->zones[m->zone].counts == NULL))
    {
        ngx_print_metrics_lines_leave(m);
        return p;
    }

    return ngx_print_metrics_lines_series(m, p);
}


/* Goes to the family at m->place, or to the next one that is to be written. */

static void
ngx_print_metrics_lines_family(ngx_print_metrics_lines_t *m)
{
    m->headed = 0;
    m->zone = 0;
    m->series = 0;
    m->part = 0;

    for ( ;; ) {
        m->family = ngx_print_metrics_family(m->place, &m->source);

        if (m->family == NULL || !ngx_print_metrics_lines_skips(m)) {
            break;
        }

        m->place++;
    }

    m->page = 0;
    m->seq = 0;
    m->nlist = 0;
    m->client = 0;
}


static ngx_uint_t
ngx_print_metrics_lines_skips(ngx_print_metrics_lines_t *m)
{
    return (m->source == NGX_PRINT_METRICS_CLIENT && !m->clients)
           || (m->source == NGX_PRINT_METRICS_HOOK && !m->hooks);
}


/* Goes to the next zone. */

static void
ngx_print_metrics_lines_leave(ngx_print_metrics_lines_t *m)
{
    m->zone++;
    m->series = 0;
    m->part = 0;
    m->page = 0;
    m->seq = 0;
    m->nlist = 0;
    m->client = 0;
}


static u_char *
ngx_print_metrics_lines_self(ngx_print_metrics_lines_t *m, u_char *p)
{
    uint64_t                    value;
    ngx_print_metrics_labels_t  labels;

    static ngx_str_t            version = ngx_string(NGX_PRINT_VERSION);
    static ngx_str_t            nginx = ngx_string(NGINX_VERSION);

    labels.n = 0;
    value = 1;

    switch (m->family->first) {

    case NGX_PRINT_METRICS_BUILD:
        ngx_print_metrics_lines_label(&labels, "version", &version);
        ngx_print_metrics_lines_label(&labels, "nginx_version", &nginx);
        break;

    case NGX_PRINT_METRICS_STARTED:
        value = m->pmcf->started;
        break;

    default: /* NGX_PRINT_METRICS_LOADED */
        value = m->pmcf->loaded;
        break;
    }

    p = ngx_print_metrics_name(p, m->family, "");

    return ngx_print_metrics_lines_end(&labels, p, value, 1);
}


static u_char *
ngx_print_metrics_lines_series(ngx_print_metrics_lines_t *m, u_char *p)
{
    uint64_t                    *values;
    ngx_print_metrics_zone_t    *zone;
    ngx_print_count_family_t    *family;
    ngx_print_metrics_labels_t   labels;

    family = m->family;
    zone = &m->zones[m->zone];

    if (m->series == ngx_print_metrics_lines_count(family)) {
        ngx_print_metrics_lines_leave(m);
        return p;
    }

    labels.n = 0;

    ngx_print_metrics_lines_label(&labels, "zone", &zone->conf->name);

    if (m->source == NGX_PRINT_METRICS_HOOK) {
        ngx_print_metrics_lines_label(&labels, "webhook",
                                      &zone->conf->webhook->target.line);
    }

    ngx_print_metrics_lines_labels(m, &labels);

    values = (m->source == NGX_PRINT_METRICS_COUNT) ? zone->counts
                                                    : zone->tallies;
    values += family->first;

    if (family->type == NGX_PRINT_COUNT_HISTOGRAM) {
        values += m->series * (family->nbounds + 2);

        return ngx_print_metrics_lines_histogram(m, &labels, values, p);
    }

    p = ngx_print_metrics_name(p, family, "");
    p = ngx_print_metrics_lines_end(&labels, p, values[m->series],
                                    family->unit);
    m->series++;

    return p;
}


/* Returns the number of series of a zone. */

static ngx_uint_t
ngx_print_metrics_lines_count(ngx_print_count_family_t *family)
{
    ngx_uint_t  i, n;

    n = 1;

    for (i = 0; i < family->nlabels; i++) {
        n *= family->labels[i]->n;
    }

    return n;
}


/*
 * The parts of a histogram: a line for each bucket, which has what is in the
 * ones before it, too; the sum; the count, which is that of the last bucket.
 */

static u_char *
ngx_print_metrics_lines_histogram(ngx_print_metrics_lines_t *m,
    ngx_print_metrics_labels_t *labels, uint64_t *values, u_char *p)
{
    uint64_t                   n;
    ngx_str_t                  le;
    ngx_uint_t                 i, part;
    ngx_print_count_family_t  *family;

    family = m->family;
    part = m->part++;

    if (part == family->nbounds + 1) {
        p = ngx_print_metrics_name(p, family, "_sum");
        return ngx_print_metrics_lines_end(labels, p, values[part],
                                           family->unit);
    }

    n = 0;

    for (i = 0; i <= ngx_min(part, family->nbounds); i++) {
        n += values[i];
    }

    if (part > family->nbounds) {
        m->series++;
        m->part = 0;

        p = ngx_print_metrics_name(p, family, "_count");
        return ngx_print_metrics_lines_end(labels, p, n, 1);
    }

    ngx_str_set(&le, "+Inf");

    if (part < family->nbounds) {
        le.data = labels->le;
        le.len = ngx_print_metrics_number(labels->le, family->bounds[part],
                                          family->unit, m->open)
                 - le.data;
    }

    ngx_print_metrics_lines_label(labels, "le", &le);

    p = ngx_print_metrics_name(p, family, "_bucket");

    return ngx_print_metrics_lines_end(labels, p, n, 1);
}


/*
 * A line of a client.  Its label is not among those of the family, because its
 * values are not known before.
 */

static u_char *
ngx_print_metrics_lines_client(ngx_print_metrics_lines_t *m, u_char *p)
{
    ngx_str_t                    id;
    ngx_print_metrics_labels_t   labels;
    ngx_print_client_figures_t  *figures;

    if (m->client == m->nlist) {

        if (!ngx_print_metrics_lines_page(m)) {
            ngx_print_metrics_lines_leave(m);
        }

        return p;
    }

    figures = &m->list[m->client];

    id.data = figures->id;
    id.len = figures->len;

    labels.n = 0;

    ngx_print_metrics_lines_label(&labels, "zone",
                                  &m->zones[m->zone].conf->name);
    ngx_print_metrics_lines_label(&labels, "client", &id);
    ngx_print_metrics_lines_labels(m, &labels);

    p = ngx_print_metrics_name(p, m->family, "");
    p = ngx_print_metrics_lines_end(&labels, p,
                             ngx_print_metrics_lines_figure(m->family->first
                                                            + m->series,
                                                            figures),
                             1);

    if (++m->series == ngx_print_metrics_lines_count(m->family)) {
        m->series = 0;
        m->client++;
    }

    return p;
}


/*
 * Reads the next page of clients.  Returns 0 if there are no more, or they
 * cannot be read: the process has no slot, or another one has stopped.
 */

static ngx_uint_t
ngx_print_metrics_lines_page(ngx_print_metrics_lines_t *m)
{
    m->client = 0;
    m->nlist = 0;

    return ngx_print_client_figures(m->zones[m->zone].conf->view, m->page++,
                                    &m->seq, m->list, &m->nlist)
           == NGX_OK;
}


static uint64_t
ngx_print_metrics_lines_figure(ngx_uint_t which,
    ngx_print_client_figures_t *figures)
{
    switch (which) {

    case NGX_PRINT_METRICS_ONLINE:
        return figures->online;

    case NGX_PRINT_METRICS_QUEUE:
        return figures->waiting;

    case NGX_PRINT_METRICS_SEEN:
        return figures->seen;

    case NGX_PRINT_METRICS_JOBS:
        return figures->accepted;

    case NGX_PRINT_METRICS_JOBS + 1:
        return figures->delivered;

    default:
        return figures->undelivered;
    }
}


static void
ngx_print_metrics_lines_label(ngx_print_metrics_labels_t *labels,
    const char *name, ngx_str_t *value)
{
    ngx_print_metrics_label_t  *label;

    label = &labels->list[labels->n++];

    label->name.data = (u_char *) name;
    label->name.len = ngx_strlen(name);
    label->value = *value;
}


/*
 * Adds the labels of the family, with the values of m->series: the last label
 * changes fastest.  Blanks in values become "_".
 */

static void
ngx_print_metrics_lines_labels(ngx_print_metrics_lines_t *m,
    ngx_print_metrics_labels_t *labels)
{
    size_t                      k;
    ngx_str_t                   value;
    ngx_uint_t                  i, each, at;
    ngx_print_count_label_t    *label;

    each = ngx_print_metrics_lines_count(m->family);
    at = m->series;

    for (i = 0; i < m->family->nlabels; i++) {

        label = m->family->labels[i];
        each /= label->n;

        value = label->values[at / each];
        at %= each;

        for (k = 0; k < value.len; k++) {
            labels->value[i][k] = (value.data[k] == ' ') ? '_' : value.data[k];
        }

        value.data = labels->value[i];

        ngx_print_metrics_lines_label(labels, (char *) label->name.data,
                                      &value);
    }
}


/* Writes what follows the name in a line. */

static u_char *
ngx_print_metrics_lines_end(ngx_print_metrics_labels_t *labels, u_char *p,
    uint64_t value, ngx_uint_t unit)
{
    p = ngx_print_metrics_labels(p, labels->list, labels->n);

    *p++ = ' ';

    p = ngx_print_metrics_number(p, value, unit, 0);

    *p++ = '\n';

    return p;
}
