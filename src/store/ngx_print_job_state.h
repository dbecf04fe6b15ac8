
/*
 * Copyright (C) the print hub contributors
 */


/* The states of a job: their names, and which changes are legal. */


#ifndef _NGX_PRINT_JOB_STATE_H_INCLUDED_
#define _NGX_PRINT_JOB_STATE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Returns the name of a state, as the job API has it, and the state with this
 * name; NGX_PRINT_JOB_FREE if there is none. Both are lock-free.
 */
ngx_str_t *ngx_print_job_state_name(ngx_print_job_state_e state);
ngx_print_job_state_e ngx_print_job_state(ngx_str_t *name);

/* Returns the name of what has created a job. Lock-free. */
ngx_str_t *ngx_print_job_source_name(ngx_print_job_source_e source);

/* Returns 1 if a job may change from one state to the other. */
ngx_uint_t ngx_print_job_legal(ngx_print_job_state_e from,
    ngx_print_job_state_e to);


#endif /* _NGX_PRINT_JOB_STATE_H_INCLUDED_ */
