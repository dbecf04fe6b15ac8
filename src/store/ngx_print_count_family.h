
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The families of what a zone counts: their names, types and labels, and where
 * their values are among those that ngx_print_count_read() copies.
 */


#ifndef _NGX_PRINT_COUNT_FAMILY_H_INCLUDED_
#define _NGX_PRINT_COUNT_FAMILY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_reason.h"


#define NGX_PRINT_COUNT_LABELS   2     /* of a family, at most */

/* bounds of histograms; each has one more bucket, and a sum */
#define NGX_PRINT_COUNT_QUEUE    11
#define NGX_PRINT_COUNT_RECEIPT  13
#define NGX_PRINT_COUNT_RESULT   13
#define NGX_PRINT_COUNT_PAYLOAD  9


/* the place of the first value of each family */
typedef enum {
    NGX_PRINT_COUNT_ZONE_CREATED = 0,
    NGX_PRINT_COUNT_ZONE_SIZE,
    NGX_PRINT_COUNT_SLOTS,
    NGX_PRINT_COUNT_USED = NGX_PRINT_COUNT_SLOTS + NGX_PRINT_COUNT_KINDS,
    NGX_PRINT_COUNT_RECLAIMABLE = NGX_PRINT_COUNT_USED
                                  + NGX_PRINT_COUNT_KINDS,
    NGX_PRINT_COUNT_PEAK = NGX_PRINT_COUNT_RECLAIMABLE
                           + NGX_PRINT_COUNT_KINDS,
    NGX_PRINT_COUNT_REFUSED = NGX_PRINT_COUNT_PEAK + NGX_PRINT_COUNT_KINDS,
    NGX_PRINT_COUNT_EVICTED = NGX_PRINT_COUNT_REFUSED + NGX_PRINT_COUNT_KINDS,
    NGX_PRINT_COUNT_REPAIRS = NGX_PRINT_COUNT_EVICTED + NGX_PRINT_COUNT_KINDS,
    NGX_PRINT_COUNT_ROBS,
    NGX_PRINT_COUNT_LOST,
    NGX_PRINT_COUNT_CLIENTS = NGX_PRINT_COUNT_LOST + 2,
    NGX_PRINT_COUNT_SESSIONS = NGX_PRINT_COUNT_CLIENTS + 4,
    NGX_PRINT_COUNT_CONNECTS = NGX_PRINT_COUNT_SESSIONS + 4,
    NGX_PRINT_COUNT_UPGRADES = NGX_PRINT_COUNT_CONNECTS + 4,
    NGX_PRINT_COUNT_DISCONNECTS = NGX_PRINT_COUNT_UPGRADES + 2,
    NGX_PRINT_COUNT_HANDOVERS = NGX_PRINT_COUNT_DISCONNECTS
                                + NGX_PRINT_REASON_NAMES,
    NGX_PRINT_COUNT_REGISTRATIONS = NGX_PRINT_COUNT_HANDOVERS + 2,
    NGX_PRINT_COUNT_RECOVERIES = NGX_PRINT_COUNT_REGISTRATIONS + 3,
    NGX_PRINT_COUNT_JOBS = NGX_PRINT_COUNT_RECOVERIES + 2,
    NGX_PRINT_COUNT_ACCEPTED = NGX_PRINT_COUNT_JOBS + 3,
    NGX_PRINT_COUNT_SETTLED = NGX_PRINT_COUNT_ACCEPTED
                              + NGX_PRINT_JOB_SOURCES,
    NGX_PRINT_COUNT_STATES,
    NGX_PRINT_COUNT_HISTORY = NGX_PRINT_COUNT_STATES
                              + NGX_PRINT_JOB_STATES - 1,
    NGX_PRINT_COUNT_OLDEST,
    NGX_PRINT_COUNT_QUEUE_TIME,
    NGX_PRINT_COUNT_RECEIPT_TIME = NGX_PRINT_COUNT_QUEUE_TIME
                                   + NGX_PRINT_COUNT_QUEUE + 2,
    NGX_PRINT_COUNT_RESULT_TIME = NGX_PRINT_COUNT_RECEIPT_TIME
                                  + NGX_PRINT_COUNT_RECEIPT + 2,
    NGX_PRINT_COUNT_PAYLOAD_SIZE = NGX_PRINT_COUNT_RESULT_TIME
                                   + 2 * (NGX_PRINT_COUNT_RESULT + 2),
    NGX_PRINT_COUNT_DEATHS = NGX_PRINT_COUNT_PAYLOAD_SIZE
                             + NGX_PRINT_COUNT_PAYLOAD + 2,
    NGX_PRINT_COUNT_EVENTS,
    NGX_PRINT_COUNT_VALUES                /* how many there are */
} ngx_print_count_value_e;


typedef enum {
    NGX_PRINT_COUNT_GAUGE = 0,
    NGX_PRINT_COUNT_COUNTER,
    NGX_PRINT_COUNT_HISTOGRAM
} ngx_print_count_type_e;


/* a label, and all the values that it may have */
typedef struct {
    ngx_str_t                    name;
    ngx_str_t                   *values;
    ngx_uint_t                   n;
} ngx_print_count_label_t;


/*
 * A family: the values of one name. With labels it has one series for each
 * combination of their values, and the last label changes fastest. A series is
 * one value; that of a histogram is nbounds + 1 numbers of observations, each
 * of those that are above the bound before and not above its own, the last one
 * of those above all bounds; and behind them the sum of what was observed.
 */
typedef struct {
    ngx_str_t                    name;     /* without print_hub_; with _total,
                                              if it is a counter */
    ngx_str_t                    help;
    ngx_print_count_type_e       type;
    ngx_uint_t                   first;    /* its place among the values */

    ngx_uint_t                   nlabels;
    ngx_print_count_label_t     *labels[NGX_PRINT_COUNT_LABELS];

    /* of a histogram */
    uint32_t                    *bounds;   /* they rise */
    ngx_uint_t                   nbounds;
    ngx_uint_t                   unit;     /* parts of a unit that bounds and
                                              the sum are in: 1000 for ms of a
                                              name in seconds, or 1 */
} ngx_print_count_family_t;


/* Returns the families, and sets *n to their number. Lock-free. */
ngx_print_count_family_t *ngx_print_count_families(ngx_uint_t *n);


#endif /* _NGX_PRINT_COUNT_FAMILY_H_INCLUDED_ */
