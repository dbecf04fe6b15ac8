
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The logs of jobs of a zone ("print_hub_log"): one worker writes a line when a
 * job is settled, and another when more is learnt later.  It reads the events
 * of the zone, so that no print waits for a disk.  Each log has its own cursor
 * in the zone: it gets each line once and in order.  Only if the worker is
 * killed, the lines that it wrote last may come again, with the same numbers of
 * events.  If lines cannot be written, the cursor waits, and the worker tries
 * again each second.
 */


#ifndef _NGX_PRINT_JOBLOG_H_INCLUDED_
#define _NGX_PRINT_JOBLOG_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/*
 * Called by each worker that serves the zone, after ngx_print_feed_start().
 * Does nothing if the zone has no log.
 *
 *   NGX_OK     the logs are open, or will be as soon as the zone can be used
 *   NGX_ERROR  there is no memory
 */
ngx_int_t ngx_print_joblog_start(ngx_cycle_t *cycle,
    ngx_print_zone_conf_t *zone);

/* Called when a worker exits: writes what no other worker will write. */
void ngx_print_joblog_end(ngx_print_zone_conf_t *zone);


#endif /* _NGX_PRINT_JOBLOG_H_INCLUDED_ */
