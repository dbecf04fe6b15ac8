
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A job: its state, and the list that its state calls for. The only ways to a
 * state are enqueue_locked(), and change_locked() or commit_locked(). The lists
 * are: the jobs that wait at a client, in the order of creation; the jobs that
 * were sent to a session; the history of finished jobs.
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
 * Makes n jobs QUEUED, all of them or, if the process dies, none. They are
 * FREE, and everything that is not derived is set. Links them to their
 * clients.
 */
void ngx_print_job_enqueue_locked(ngx_print_store_t *st, uint32_t *indices,
    ngx_uint_t n);

/*
 * Prepares a change of a job that changes more than its state: returns what
 * the job has now, for the caller to change before commit_locked(). The job
 * itself stays as it is until then.
 */
ngx_print_store_redo_t *ngx_print_job_redo_locked(ngx_print_store_t *st,
    uint32_t index);

/*
 * Changes the state of a job: sets its time, counts it at its client, makes
 * the change and its event, moves the job to another list, and frees its
 * payload if the job is finished. If st->told has the state, and nothing more
 * will happen, it notes the job in st->ends. Does not check that the change is
 * legal, see ngx_print_job_legal(). A reason that is too long is truncated.
 */
void ngx_print_job_change_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_job_state_e state, const char *reason);

/* The same, with what redo_locked() has prepared. */
void ngx_print_job_commit_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_job_state_e state, ngx_str_t *reason);


#endif /* _NGX_PRINT_ZONE_JOB_H_INCLUDED_ */
