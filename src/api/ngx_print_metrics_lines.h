
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The lines of an answer with metrics, one after the other: a walk over
 * families, zones, series and clients that can stop behind any line.
 */


#ifndef _NGX_PRINT_METRICS_LINES_H_INCLUDED_
#define _NGX_PRINT_METRICS_LINES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_client_list.h"
#include "ngx_print_count_family.h"
#include "ngx_print_metrics_table.h"


/* a zone, and its values when the answer began */
typedef struct {
    ngx_print_zone_conf_t         *conf;
    uint64_t                      *counts;       /* NULL: not known */
    uint64_t                      *tallies;
} ngx_print_metrics_zone_t;


typedef struct {
    unsigned                       done:1;       /* the last line was written */

    /* private */
    unsigned                       open:1;       /* OpenMetrics */
    unsigned                       clients:1;    /* families of CLIENT, too */
    unsigned                       hooks:1;      /* a zone has a webhook */
    unsigned                       headed:1;     /* the family has its head */
    size_t                         line;         /* bytes of one, at most */
    ngx_print_main_conf_t         *pmcf;
    ngx_print_metrics_zone_t      *zones;
    ngx_uint_t                     nzones;

    /* where the walk is */
    ngx_uint_t                     place;        /* of the family */
    ngx_print_count_family_t      *family;
    ngx_print_metrics_source_e     source;
    ngx_uint_t                     zone;
    ngx_uint_t                     series;
    ngx_uint_t                     part;         /* of a histogram */

    /* in a family of CLIENT */
    ngx_uint_t                     page;
    uint64_t                       seq;
    ngx_print_client_figures_t    *list;         /* of the page */
    ngx_uint_t                     nlist;
    ngx_uint_t                     client;
} ngx_print_metrics_lines_t;


/*
 * Begins an answer, for a location with "print_hub_metrics": reads the values
 * of all zones.  room is that of the smallest piece that lines() will be given.
 * NGX_OK, or NGX_ERROR if there is no memory.
 */
ngx_int_t ngx_print_metrics_lines_start(ngx_print_metrics_lines_t *m,
    ngx_http_request_t *r, ngx_uint_t open, size_t room);

/*
 * Writes as many lines as fit between p and last.  Returns the byte after the
 * last one; m->done is 1 if there are no more.
 */
u_char *ngx_print_metrics_lines(ngx_print_metrics_lines_t *m, u_char *p,
    u_char *last);


#endif /* _NGX_PRINT_METRICS_LINES_H_INCLUDED_ */
