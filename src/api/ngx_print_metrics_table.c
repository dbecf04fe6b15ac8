
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_count.h"
#include "ngx_print_tally.h"
#include "ngx_print_metrics_table.h"


/* a place in the order: the family of a source that begins with this value */
typedef struct {
    ngx_print_metrics_source_e   source;
    ngx_uint_t                   first;
} ngx_print_metrics_place_t;


static ngx_print_count_family_t *ngx_print_metrics_list(
    ngx_print_metrics_source_e source, ngx_uint_t *n);


static ngx_str_t  ngx_print_metrics_states[] = {
    ngx_string("accepted"), ngx_string("received"), ngx_string("undelivered")
};


static ngx_print_count_label_t  ngx_print_metrics_state = {
    ngx_string("state"), ngx_print_metrics_states, 3
};


#define ngx_print_metrics_gauge(name, help, first)                            \
    { ngx_string(name), ngx_string(help), NGX_PRINT_COUNT_GAUGE, first,       \
      0, { NULL, NULL }, NULL, 0, 1 }


static ngx_print_count_family_t  ngx_print_metrics_self[] = {

    ngx_print_metrics_gauge("build_info",
        "The versions of print hub and of nginx; always 1.",
        NGX_PRINT_METRICS_BUILD),

    ngx_print_metrics_gauge("start_time_seconds",
        "When the master process of nginx was started.",
        NGX_PRINT_METRICS_STARTED),

    ngx_print_metrics_gauge("config_load_time_seconds",
        "When the configuration was loaded with which this worker answers.",
        NGX_PRINT_METRICS_LOADED)
};


static ngx_print_count_family_t  ngx_print_metrics_clients[] = {

    ngx_print_metrics_gauge("client_online",
        "Whether the station is connected.",
        NGX_PRINT_METRICS_ONLINE),

    ngx_print_metrics_gauge("client_queue_jobs",
        "Jobs that wait for the station.",
        NGX_PRINT_METRICS_QUEUE),

    ngx_print_metrics_gauge("client_last_seen_time_seconds",
        "When the station last sent anything, or went offline.",
        NGX_PRINT_METRICS_SEEN),

    { ngx_string("client_jobs_total"),
      ngx_string("Jobs of the station since it is known."),
      NGX_PRINT_COUNT_COUNTER, NGX_PRINT_METRICS_JOBS,
      1, { &ngx_print_metrics_state, NULL }, NULL, 0, 1 }
};


static ngx_print_metrics_place_t  ngx_print_metrics_order[] = {
    { NGX_PRINT_METRICS_SELF, NGX_PRINT_METRICS_BUILD },
    { NGX_PRINT_METRICS_SELF, NGX_PRINT_METRICS_STARTED },
    { NGX_PRINT_METRICS_SELF, NGX_PRINT_METRICS_LOADED },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_ZONE_CREATED },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_ZONE_SIZE },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_SLOTS },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_USED },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_RECLAIMABLE },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_PEAK },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_REFUSED },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_EVICTED },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_REPAIRS },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_ROBS },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_LOCK_WAITS },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_LOCK_NS },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_LOST },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_CLIENTS },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_SESSIONS },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_CONNECTS },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_UPGRADES },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_DISCONNECTS },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_HANDOVERS },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_REGISTRATIONS },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_RECOVERIES },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_REFUSALS },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_JOBS },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_ACCEPTED },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_SETTLED },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_STATES },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_HISTORY },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_OLDEST },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_JOBS_REFUSED },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_REPLAYS },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_QUEUE_TIME },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_RECEIPT_TIME },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_RESULT_TIME },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_PAYLOAD_SIZE },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_REQUESTS },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_WAITING },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_MESSAGES },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_MESSAGE_BYTES },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_DEFLATE },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_RTT },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_RINGS },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_LATE },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_RUNNING },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_DEATHS },
    { NGX_PRINT_METRICS_COUNT, NGX_PRINT_COUNT_EVENTS },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_EVENTS_LOST },
    { NGX_PRINT_METRICS_HOOK, NGX_PRINT_TALLY_WEBHOOK },
    { NGX_PRINT_METRICS_HOOK, NGX_PRINT_TALLY_PENDING },
    { NGX_PRINT_METRICS_HOOK, NGX_PRINT_TALLY_SUCCESS },
    { NGX_PRINT_METRICS_TALLY, NGX_PRINT_TALLY_LOG_LINES },
    { NGX_PRINT_METRICS_CLIENT, NGX_PRINT_METRICS_ONLINE },
    { NGX_PRINT_METRICS_CLIENT, NGX_PRINT_METRICS_QUEUE },
    { NGX_PRINT_METRICS_CLIENT, NGX_PRINT_METRICS_SEEN },
    { NGX_PRINT_METRICS_CLIENT, NGX_PRINT_METRICS_JOBS }
};


ngx_print_count_family_t *
ngx_print_metrics_family(ngx_uint_t i, ngx_print_metrics_source_e *source)
{
    ngx_uint_t                 k, n;
    ngx_print_count_family_t  *list;

    n = sizeof(ngx_print_metrics_order) / sizeof(ngx_print_metrics_place_t);

    if (i == n) {
        return NULL;
    }

    *source = ngx_print_metrics_order[i].source;

    list = ngx_print_metrics_list(*source, &n);

    for (k = 0; k < n - 1; k++) {
        if (list[k].first == ngx_print_metrics_order[i].first) {
            break;
        }
    }

    return &list[k];
}


static ngx_print_count_family_t *
ngx_print_metrics_list(ngx_print_metrics_source_e source, ngx_uint_t *n)
{
    switch (source) {

    case NGX_PRINT_METRICS_SELF:
        *n = sizeof(ngx_print_metrics_self)
             / sizeof(ngx_print_count_family_t);
        return ngx_print_metrics_self;

    case NGX_PRINT_METRICS_COUNT:
        return ngx_print_count_families(n);

    case NGX_PRINT_METRICS_CLIENT:
        *n = sizeof(ngx_print_metrics_clients)
             / sizeof(ngx_print_count_family_t);
        return ngx_print_metrics_clients;

    default: /* NGX_PRINT_METRICS_TALLY, NGX_PRINT_METRICS_HOOK */
        return ngx_print_tally_families(n);
    }
}
