
/*
 * Copyright (C) the print hub contributors
 */


/* All families of metrics in their order, and where their values come from. */


#ifndef _NGX_PRINT_METRICS_TABLE_H_INCLUDED_
#define _NGX_PRINT_METRICS_TABLE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_count_family.h"


typedef enum {
    NGX_PRINT_METRICS_SELF = 0,         /* of this nginx; without a zone */
    NGX_PRINT_METRICS_COUNT,            /* ngx_print_count_read() */
    NGX_PRINT_METRICS_TALLY,            /* ngx_print_tally_read() */
    NGX_PRINT_METRICS_HOOK,             /* the same; of a zone's webhook */
    NGX_PRINT_METRICS_CLIENT            /* ngx_print_client_figures() */
} ngx_print_metrics_source_e;


/* the families of SELF, by their place */
typedef enum {
    NGX_PRINT_METRICS_BUILD = 0,
    NGX_PRINT_METRICS_STARTED,
    NGX_PRINT_METRICS_LOADED
} ngx_print_metrics_self_e;


/* the families of CLIENT, by their place */
typedef enum {
    NGX_PRINT_METRICS_ONLINE = 0,
    NGX_PRINT_METRICS_QUEUE,
    NGX_PRINT_METRICS_SEEN,
    NGX_PRINT_METRICS_JOBS              /* the place of the first series */
} ngx_print_metrics_client_e;


/*
 * Returns the family at this place of the order, and sets *source; NULL: there
 * are no more.
 */
ngx_print_count_family_t *ngx_print_metrics_family(ngx_uint_t i,
    ngx_print_metrics_source_e *source);


#endif /* _NGX_PRINT_METRICS_TABLE_H_INCLUDED_ */
