
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A job: its state, and the list that its state calls for. change_locked() is
 * the only way to another state.
 */


#ifndef _NGX_PRINT_ZONE_JOB_H_INCLUDED_
#define _NGX_PRINT_ZONE_JOB_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* Whether the job still holds its payload and its client. */
ngx_uint_t ngx_print_job_open_locked(ngx_print_store_job_t *job);

/*
 * Puts a job on the list that its state calls for: those that wait at a client
 * are in the order of creation, any other list has the newest last.
 */
void ngx_print_job_link_locked(ngx_print_store_t *st, uint32_t index);

/* Takes a job off the list that its state calls for. */
void ngx_print_job_unlink_locked(ngx_print_store_t *st, uint32_t index);

/*
 * Sets the reason of the change that comes next; a reason that is too long is
 * truncated.
 */
void ngx_print_job_reason_locked(ngx_print_store_job_t *job,
    ngx_str_t *reason);

/*
 * Changes the state of a job: stamps it, publishes it as an event, moves the
 * job to another list, and gives up its payload if it has come to its end.
 * reason: a text, or NULL to leave the one that is set.
 */
void ngx_print_job_change_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_job_state_e state, const char *reason);


#endif /* _NGX_PRINT_ZONE_JOB_H_INCLUDED_ */
