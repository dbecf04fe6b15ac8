
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Publishes a change together with its event, so that there is no change
 * without an event and no event without its change, whenever the process dies.
 */


#ifndef _NGX_PRINT_ZONE_EVENT_H_INCLUDED_
#define _NGX_PRINT_ZONE_EVENT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* Publishes the new state of a job as an event. */
void ngx_print_event_job_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_job_state_e state);

/* Publishes the new owner of a client (a word; 0: offline) as an event. */
void ngx_print_event_client_locked(ngx_print_store_t *st, uint32_t index,
    uint64_t session);

/* Completes an event that a dead process has left half-done. */
void ngx_print_event_repair_locked(ngx_print_store_t *st);


#endif /* _NGX_PRINT_ZONE_EVENT_H_INCLUDED_ */
