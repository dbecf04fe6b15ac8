
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Sends every event to the application by HTTP POST to a URI of this nginx: in
 * order, one request at a time, from one worker, the leader.
 */


#ifndef _NGX_PRINT_WEBHOOK_H_INCLUDED_
#define _NGX_PRINT_WEBHOOK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/*
 * Starts the webhook of a zone in this worker if the directive is set: the
 * worker looks every 250 ms whether a live worker is the leader, and becomes it
 * if none is.  drain is "print_hub_drain".
 *
 *   NGX_OK     the webhook has started, or the directive is not set
 *   NGX_ERROR  there is no memory
 */
ngx_int_t ngx_print_webhook_start(ngx_cycle_t *cycle,
    ngx_print_zone_conf_t *zone, ngx_msec_t drain);


#endif /* _NGX_PRINT_WEBHOOK_H_INCLUDED_ */
