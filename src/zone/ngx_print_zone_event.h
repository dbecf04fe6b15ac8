
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Makes a change together with its event. Whenever the process dies, there is
 * no change without an event and no event without its change.
 *
 * The ring of events is the log of all changes. The order of stores is:
 *
 *   1. the event, and for a job sh->redo; what it counts as
 *   2. sh->event: now the change is made
 *   3. its count, see zone_count.h
 *   4. the record
 *   5. sh->applied
 *
 * Several changes are made at once if their events are written one behind the
 * other before 2. After a death repair() does 4 and 5 for all events behind
 * sh->applied. What 4 stores are values, and no increments, so it may be done
 * twice.
 */


#ifndef _NGX_PRINT_ZONE_EVENT_H_INCLUDED_
#define _NGX_PRINT_ZONE_EVENT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Makes a change of a job: the new state, its time, the reason, which is
 * truncated if it is too long, and what sh->redo has, which the caller has
 * filled except for its event. logs are those that get a line of it. Only
 * ngx_print_job_commit_locked() calls it.
 */
void ngx_print_event_job_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_job_state_e state, ngx_str_t *reason, ngx_uint_t logs);

/*
 * Makes n jobs QUEUED at once, which are FREE, with all other members set.
 * Only ngx_print_job_enqueue_locked() calls it.
 */
void ngx_print_event_jobs_locked(ngx_print_store_t *st, uint32_t *indices,
    ngx_uint_t n);

/*
 * Makes a client belong to a new owner (0: offline), which registers it or gets
 * it otherwise. The caller moves the client to the list that this calls for.
 */
void ngx_print_event_client_locked(ngx_print_store_t *st, uint32_t index,
    uint64_t owner, ngx_uint_t registers);

/*
 * The same for a client that another connected socket has: tells the takeover
 * before it, in one step with it.
 */
void ngx_print_event_takeover_locked(ngx_print_store_t *st, uint32_t index,
    uint64_t owner);

/*
 * Tells that a client stayed with the connected socket which has it, and that
 * owner was refused. Nothing else changes.
 */
void ngx_print_event_refused_locked(ngx_print_store_t *st, uint32_t index,
    uint64_t owner);

/*
 * From now on events stay in the ring until newer ones overwrite them. Those
 * before it are not kept.
 */
void ngx_print_event_keep_locked(ngx_print_store_t *st);

/*
 * Completes the changes that a dead process has made, but not applied to the
 * records. Only repair() calls it.
 */
void ngx_print_event_repair_locked(ngx_print_store_t *st);


#endif /* _NGX_PRINT_ZONE_EVENT_H_INCLUDED_ */
