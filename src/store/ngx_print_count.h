
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What a zone counts: counters of all that has happened since the zone was
 * made, and gauges of what is there now. Counters are exact: each change is
 * counted once, whenever a process dies. They go on as long as the zone does.
 *
 * One call copies all values. A table of families tells which of them belong
 * together, and by which labels they differ; so a caller needs to know none of
 * them by name.
 */


#ifndef _NGX_PRINT_COUNT_H_INCLUDED_
#define _NGX_PRINT_COUNT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"
#include "ngx_print_count_family.h"


typedef struct {
    uint64_t                     values[NGX_PRINT_COUNT_VALUES];

    /* the oldest minute first; the last one is not over */
    uint32_t                     minutes[NGX_PRINT_COUNT_MINUTE_KINDS]
                                        [NGX_PRINT_COUNT_MINUTES];
    uint64_t                     from;     /* s since the epoch: when the
                                              first one has begun */
} ngx_print_counts_t;


/* Returns the name of a kind of minutes, as GET zone has it. Lock-free. */
ngx_str_t *ngx_print_count_minute_name(ngx_print_count_minute_e kind);

/*
 * Copies all values, as they are at one moment.
 *
 * NGX_OK             counts is set
 * NGX_PRINT_STALLED  the lock could not be had
 */
ngx_int_t ngx_print_count_read(ngx_print_store_t *st,
    ngx_print_counts_t *counts);

/*
 * Called at each tick of a worker: begins a new minute if it is time. Takes the
 * lock only then.
 */
void ngx_print_count_tick(ngx_print_store_t *st);


#endif /* _NGX_PRINT_COUNT_H_INCLUDED_ */
