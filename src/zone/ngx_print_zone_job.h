
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A job: its state, and the list that its state calls for. change_locked() is
 * the only way to another state. The lists are: the jobs that wait at a
 * client, in the order of creation; the jobs that were sent to a session; the
 * history of finished jobs.
 */


#ifndef _NGX_PRINT_ZONE_JOB_H_INCLUDED_
#define _NGX_PRINT_ZONE_JOB_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Returns 1 while the job is not finished: it still has its payload and its
 * client.
 */
ngx_uint_t ngx_print_job_open_locked(ngx_print_store_job_t *job);

/*
 * Puts a job on the list that its state calls for: at a client in the order of
 * creation, in any other list as the newest, at the end.
 */
void ngx_print_job_link_locked(ngx_print_store_t *st, uint32_t index);

/* Takes a job off the list that its state calls for. */
void ngx_print_job_unlink_locked(ngx_print_store_t *st, uint32_t index);

/*
 * Sets the reason of the next change. A reason that is too long is truncated.
 */
void ngx_print_job_reason_locked(ngx_print_store_job_t *job,
    ngx_str_t *reason);

/*
 * Changes the state of a job: sets its time, publishes the change and its
 * event, moves the job to another list, and frees its payload if the job is
 * finished. If st->told has the state, and nothing more will happen, it notes
 * the job in st->ends. Does not check that the change is legal, see
 * ngx_print_job_legal().
 *
 * reason: a text, or NULL to keep the one that reason_locked() has set
 */
void ngx_print_job_change_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_job_state_e state, const char *reason);


#endif /* _NGX_PRINT_ZONE_JOB_H_INCLUDED_ */
