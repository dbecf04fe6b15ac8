
/*
 * Copyright (C) the print hub contributors
 */


/* GET zone: what the zone is, how full it is, and who works in it. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_count.h"
#include "ngx_print_event.h"
#include "ngx_print_roster.h"
#include "ngx_print_hub.h"
#include "ngx_print_api.h"
#include "ngx_print_api_json.h"
#include "ngx_print_api_out.h"


#define NGX_PRINT_API_ZONE_TEXT     1024    /* bytes without the names */
#define NGX_PRINT_API_ZONE_WEBHOOK  256     /* bytes of one without its name */
#define NGX_PRINT_API_ZONE_WORKER   128     /* bytes of one */
#define NGX_PRINT_API_ZONE_FAMILY   128     /* bytes of one without labels */


/* the kinds of records, in the order of the label "kind" of the counts */
typedef enum {
    NGX_PRINT_API_ZONE_SESSION = 0,
    NGX_PRINT_API_ZONE_CLIENT,
    NGX_PRINT_API_ZONE_JOB,
    NGX_PRINT_API_ZONE_EVENT,
    NGX_PRINT_API_ZONE_BLOCK
} ngx_print_api_zone_kind_e;


static ngx_int_t ngx_print_api_zone_head(ngx_print_api_out_t *out,
    ngx_print_loc_conf_t *plcf);
static ngx_int_t ngx_print_api_zone_records(ngx_print_api_out_t *out,
    ngx_print_store_stat_t *stat, ngx_print_counts_t *counts);
static u_char *ngx_print_api_zone_kind(u_char *p, const char *name,
    uint32_t used, uint32_t max);
static u_char *ngx_print_api_zone_peak(u_char *p, ngx_print_counts_t *counts,
    ngx_uint_t kind);
static ngx_int_t ngx_print_api_zone_workers(ngx_print_api_out_t *out,
    ngx_print_store_t *st);
static ngx_int_t ngx_print_api_zone_totals(ngx_print_api_out_t *out,
    ngx_print_counts_t *counts);
static u_char *ngx_print_api_zone_total(u_char *p,
    ngx_print_count_family_t *family, ngx_print_counts_t *counts);
static size_t ngx_print_api_zone_total_len(ngx_print_count_family_t *family);
static u_char *ngx_print_api_zone_label(u_char *p, ngx_str_t *value);
static ngx_int_t ngx_print_api_zone_minutes(ngx_print_api_out_t *out,
    ngx_print_counts_t *counts);
static ngx_int_t ngx_print_api_zone_webhooks(ngx_print_api_out_t *out,
    ngx_print_zone_conf_t *zone);


ngx_int_t
ngx_print_api_zone(ngx_http_request_t *r, ngx_str_t *rest)
{
    ngx_int_t                 rc;
    ngx_print_store_t        *st;
    ngx_print_counts_t       *counts;
    ngx_print_api_out_t       out;
    ngx_print_loc_conf_t     *plcf;
    ngx_print_store_stat_t    stat;

    static const char *const  none[] = { NULL };

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return ngx_print_api_method(r, "GET, HEAD", "GET");
    }

    rc = ngx_print_api_bodyless(r, none);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);
    st = &plcf->zone->eio->store;

    counts = ngx_palloc(r->pool, sizeof(ngx_print_counts_t));
    if (counts == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_print_count_read(st, counts);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_print_store_stat(st, &stat);

    if (ngx_print_api_out(&out, r, "") != NGX_OK
        || ngx_print_api_zone_head(&out, plcf) != NGX_OK
        || ngx_print_api_zone_records(&out, &stat, counts) != NGX_OK
        || ngx_print_api_zone_workers(&out, st) != NGX_OK
        || ngx_print_api_zone_webhooks(&out, plcf->zone) != NGX_OK
        || ngx_print_api_zone_totals(&out, counts) != NGX_OK
        || ngx_print_api_zone_minutes(&out, counts) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_print_api_finish(&out, NGX_HTTP_OK, "}");
}


static ngx_int_t
ngx_print_api_zone_head(ngx_print_api_out_t *out, ngx_print_loc_conf_t *plcf)
{
    u_char     *p;
    ngx_str_t  *name;

    name = &plcf->zone->name;

    p = ngx_print_api_room(out, NGX_PRINT_API_ZONE_TEXT
                           + ngx_print_json_string(NULL, name->data,
                                                   name->len));
    if (p == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(p, "{\"zone\":", sizeof("{\"zone\":") - 1);
    p = (u_char *) ngx_print_json_string(p, name->data, name->len);

    p = ngx_sprintf(p, ",\"version\":\"%s\",\"nginx\":\"%s\",\"api\":\"%s\"",
                    NGX_PRINT_VERSION, NGINX_VERSION,
                    plcf->api == NGX_PRINT_API_READ ? "read" : "on");

    ngx_print_api_wrote(out, p);

    return NGX_OK;
}


static ngx_int_t
ngx_print_api_zone_records(ngx_print_api_out_t *out,
    ngx_print_store_stat_t *stat, ngx_print_counts_t *counts)
{
    u_char                   *p;

    /* by ngx_print_store_memory_e */
    static const char *const  memories[] = { "shared", "memfd", "file" };

    p = ngx_print_api_room(out, NGX_PRINT_API_ZONE_TEXT);
    if (p == NULL) {
        return NGX_ERROR;
    }

    p = ngx_print_api_zone_kind(p, "sessions", stat->sessions,
                                stat->max_sessions);
    p = ngx_print_api_zone_peak(p, counts, NGX_PRINT_API_ZONE_SESSION);

    p = ngx_print_api_zone_kind(p, "waiting", stat->waiting,
                                stat->max_waiting);
    *p++ = '}';

    p = ngx_print_api_zone_kind(p, "clients", stat->clients,
                                stat->max_clients);
    p = ngx_print_api_zone_peak(p, counts, NGX_PRINT_API_ZONE_CLIENT);

    p = ngx_print_api_zone_kind(p, "jobs",
                 stat->jobs
                 - counts->values[NGX_PRINT_COUNT_RECLAIMABLE
                                  + NGX_PRINT_API_ZONE_JOB],
                 stat->max_jobs);
    p = ngx_print_api_zone_peak(p, counts, NGX_PRINT_API_ZONE_JOB);

    p = ngx_print_api_zone_kind(p, "blocks", stat->blocks, stat->max_blocks);
    p = ngx_print_api_zone_peak(p, counts, NGX_PRINT_API_ZONE_BLOCK);

    p = ngx_print_api_zone_kind(p, "addresses", stat->addresses,
                                stat->max_addresses);

    p = ngx_sprintf(p, "},\"repairs\":%uD,\"handed\":%uD,\"taken\":%uD,"
                    "\"refused\":%uD,\"takenBack\":%uD,",
                    stat->repairs, stat->handed, stat->taken, stat->refused,
                    stat->taken_back);

    p = ngx_print_api_json_seconds(p, "\"created\":", stat->created);

    p = ngx_sprintf(p, ",\"memory\":\"%s\","
                    "\"lost\":{\"jobs\":%uD,\"clients\":%uD}",
                    memories[stat->memory],
                    stat->lost_jobs, stat->lost_clients);

    ngx_print_api_wrote(out, p);

    return NGX_OK;
}


/* Writes a kind of records; the caller or the peak ends it. */

static u_char *
ngx_print_api_zone_kind(u_char *p, const char *name, uint32_t used,
    uint32_t max)
{
    return ngx_sprintf(p, ",\"%s\":{\"used\":%uD,\"max\":%uD", name, used,
                       max);
}


static u_char *
ngx_print_api_zone_peak(u_char *p, ngx_print_counts_t *counts,
    ngx_uint_t kind)
{
    return ngx_sprintf(p, ",\"peak\":%uL,\"reclaimable\":%uL}",
                       counts->values[NGX_PRINT_COUNT_PEAK + kind],
                       counts->values[NGX_PRINT_COUNT_RECLAIMABLE + kind]);
}


static ngx_int_t
ngx_print_api_zone_workers(ngx_print_api_out_t *out, ngx_print_store_t *st)
{
    u_char                   *p;
    ngx_uint_t                i, n;
    ngx_print_roster_t        list[NGX_PRINT_ROSTER_MAX];

    /* by ngx_print_roster_state_e */
    static const char *const  states[] = { "running", "exiting", "hung" };

    n = ngx_print_roster(st, list);

    p = ngx_print_api_room(out, (n + 1) * NGX_PRINT_API_ZONE_WORKER);
    if (p == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(p, ",\"workers\":[", sizeof(",\"workers\":[") - 1);

    for (i = 0; i < n; i++) {
        p = ngx_sprintf(p, "%s{\"slot\":%ui,\"pid\":%uD,\"state\":\"%s\","
                        "\"websockets\":%uD,\"waiting\":%uD}",
                        i ? "," : "", list[i].slot, list[i].pid,
                        states[list[i].state], list[i].websockets,
                        list[i].waiting);
    }

    *p++ = ']';

    ngx_print_api_wrote(out, p);

    return NGX_OK;
}


static ngx_int_t
ngx_print_api_zone_totals(ngx_print_api_out_t *out,
    ngx_print_counts_t *counts)
{
    u_char                    *p;
    size_t                     len;
    ngx_uint_t                 i, n, comma;
    ngx_print_count_family_t  *family;

    family = ngx_print_count_families(&n);

    len = sizeof(",\"totals\":{}") - 1;

    for (i = 0; i < n; i++) {
        len += ngx_print_api_zone_total_len(&family[i]);
    }

    p = ngx_print_api_room(out, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(p, ",\"totals\":{", sizeof(",\"totals\":{") - 1);

    comma = 0;

    for (i = 0; i < n; i++) {

        if (family[i].type != NGX_PRINT_COUNT_COUNTER) {
            continue;
        }

        if (comma) {
            *p++ = ',';
        }

        p = ngx_print_api_zone_total(p, &family[i], counts);
        comma = 1;
    }

    *p++ = '}';

    ngx_print_api_wrote(out, p);

    return NGX_OK;
}


/* Writes a counter, with an object of its series for each label. */

static u_char *
ngx_print_api_zone_total(u_char *p, ngx_print_count_family_t *family,
    ngx_print_counts_t *counts)
{
    uint64_t                 *value;
    ngx_str_t                 name;
    ngx_uint_t                i, k, n;
    ngx_print_count_label_t  *inner, *outer;

    name = family->name;
    name.len -= sizeof("_total") - 1;

    p = ngx_print_api_zone_label(p, &name);

    value = &counts->values[family->first];

    if (family->nlabels == 0) {
        return ngx_sprintf(p, "%uL", *value);
    }

    inner = family->labels[family->nlabels - 1];
    outer = (family->nlabels == 2) ? family->labels[0] : NULL;

    n = outer ? outer->n : 1;

    if (outer) {
        *p++ = '{';
    }

    for (i = 0; i < n; i++) {

        if (outer) {
            if (i) {
                *p++ = ',';
            }

            p = ngx_print_api_zone_label(p, &outer->values[i]);
        }

        *p++ = '{';

        for (k = 0; k < inner->n; k++) {
            if (k) {
                *p++ = ',';
            }

            p = ngx_print_api_zone_label(p, &inner->values[k]);
            p = ngx_sprintf(p, "%uL", *value++);
        }

        *p++ = '}';
    }

    if (outer) {
        *p++ = '}';
    }

    return p;
}


/* Returns a length that is enough. */

static size_t
ngx_print_api_zone_total_len(ngx_print_count_family_t *family)
{
    size_t                    len;
    ngx_uint_t                i, k, series;
    ngx_print_count_label_t  *label;

    if (family->type != NGX_PRINT_COUNT_COUNTER) {
        return 0;
    }

    len = NGX_PRINT_API_ZONE_FAMILY + family->name.len;
    series = 1;

    for (i = 0; i < family->nlabels; i++) {
        label = family->labels[i];

        for (k = 0; k < label->n; k++) {
            len += series * (label->values[k].len + sizeof("\"\":{},")
                             + NGX_INT64_LEN);
        }

        series *= label->n;
    }

    return len;
}


/* Writes the name of a member; blanks are "_", as in the metrics. */

static u_char *
ngx_print_api_zone_label(u_char *p, ngx_str_t *value)
{
    size_t  i;

    *p++ = '"';

    for (i = 0; i < value->len; i++) {
        *p++ = (value->data[i] == ' ') ? '_' : value->data[i];
    }

    *p++ = '"';
    *p++ = ':';

    return p;
}


static ngx_int_t
ngx_print_api_zone_minutes(ngx_print_api_out_t *out,
    ngx_print_counts_t *counts)
{
    u_char      *p;
    ngx_uint_t   i, kind;

    p = ngx_print_api_room(out, NGX_PRINT_API_ZONE_TEXT
                                + NGX_PRINT_COUNT_MINUTE_KINDS
                                  * NGX_PRINT_COUNT_MINUTES
                                  * (NGX_INT32_LEN + 1));
    if (p == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(p, ",\"minutes\":{", sizeof(",\"minutes\":{") - 1);

    if (counts->from) {
        p = ngx_print_api_json_seconds(p, "\"from\":", counts->from);
        *p++ = ',';
    }

    for (kind = 0; kind < NGX_PRINT_COUNT_MINUTE_KINDS; kind++) {

        p = ngx_sprintf(p, "%s\"%V\":[", kind ? "," : "",
                        ngx_print_count_minute_name(kind));

        for (i = 0; i < NGX_PRINT_COUNT_MINUTES; i++) {
            p = ngx_sprintf(p, "%s%uD", i ? "," : "",
                            counts->minutes[kind][i]);
        }

        *p++ = ']';
    }

    *p++ = '}';

    ngx_print_api_wrote(out, p);

    return NGX_OK;
}


static ngx_int_t
ngx_print_api_zone_webhooks(ngx_print_api_out_t *out,
    ngx_print_zone_conf_t *zone)
{
    u_char                   *p;
    uint64_t                  last;
    ngx_str_t                *name;
    ngx_print_event_reader_t  reader;

    name = zone->webhook ? &zone->webhook->target.uri : NULL;

    p = ngx_print_api_room(out, NGX_PRINT_API_ZONE_WEBHOOK
                           + (name ? ngx_print_json_string(NULL, name->data,
                                                           name->len)
                                   : 0));
    if (p == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(p, ",\"webhooks\":[", sizeof(",\"webhooks\":[") - 1);

    if (name) {
        ngx_print_event_reader(&zone->eio->store, &reader);

        last = ngx_print_event_last(&zone->eio->store);

        p = ngx_cpymem(p, "{\"name\":", sizeof("{\"name\":") - 1);
        p = (u_char *) ngx_print_json_string(p, name->data, name->len);

        p = ngx_sprintf(p, ",\"pending\":%uL",
                        last - ngx_min(reader.delivered, last));

        p = ngx_print_api_json_seconds(p, ",\"lastSuccess\":",
                                       reader.success);

        p = ngx_sprintf(p, ",\"failures\":%uD,\"state\":\"%s\"}",
                        reader.failures, reader.failures ? "failing" : "ok");
    }

    *p++ = ']';

    ngx_print_api_wrote(out, p);

    return NGX_OK;
}
