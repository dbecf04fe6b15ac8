
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Publishes a change together with its event. Whenever the process dies, there
 * is no change without an event and no event without its change.
 */


#ifndef _NGX_PRINT_ZONE_EVENT_H_INCLUDED_
#define _NGX_PRINT_ZONE_EVENT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Publishes a new state of a job and its event. Only
 * ngx_print_job_change_locked() calls it.
 */
void ngx_print_event_job_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_job_state_e state);

/*
 * Publishes the new owner of a client (0: offline) and its event. The caller
 * moves the client to the list that this calls for.
 */
void ngx_print_event_client_locked(ngx_print_store_t *st, uint32_t index,
    uint64_t owner);

/*
 * Completes the event that a dead process was publishing, if the record shows
 * that its change was made. Only repair() calls it.
 */
void ngx_print_event_repair_locked(ngx_print_store_t *st);


#endif /* _NGX_PRINT_ZONE_EVENT_H_INCLUDED_ */
