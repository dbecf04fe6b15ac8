
/*
 * Copyright (C) the print hub contributors
 */


/* What the tests of jobs share: two workers, four sessions, three clients. */


#ifndef _NGX_PRINT_JOB_BASE_H_INCLUDED_
#define _NGX_PRINT_JOB_BASE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"


#define JOB_MAX  65536
#define JOB_BIT(state)  (1 << NGX_PRINT_JOB_##state)


/* two workers, without processes; a holds four sessions that are connected */
typedef struct {
    ngx_print_store_t    a;
    ngx_print_store_t    b;
    ngx_print_wake_t     wake[2];
    ngx_print_ref_t      ref[4];
    uint32_t             token[4];
    ngx_print_batch_t    batch;
    ngx_uint_t           expired;
} job_t;


/* clients a, b, c of sessions 0, 1, 2 */
void job_begin(job_t *t, const char *about);
void job_fill(job_t *t);
void job_open(job_t *t, ngx_uint_t session);
ngx_int_t job_new(job_t *t, bench_job_t *job, ngx_uint_t n, const char *ids);
ngx_int_t job_new_resend(job_t *t, bench_job_t *job, ngx_uint_t n,
    const char *ids);

/* returns the number of jobs; the batch is out */
ngx_uint_t job_take(job_t *t, ngx_uint_t session);

/* n jobs, and nobody looks at them */
void job_send(job_t *t, ngx_uint_t session, ngx_uint_t n);
void job_pong(job_t *t, ngx_uint_t session);

/* as the worker that finishes it does */
void job_lose(job_t *t, ngx_uint_t session);

/* 1: the i-th job of a request is in this state */
ngx_int_t job_is(job_t *t, bench_job_t *job, ngx_uint_t i,
    ngx_print_job_state_e state);
ngx_int_t job_result(job_t *t, ngx_uint_t session, bench_job_t *job,
    ngx_print_job_state_e state, const char *reason);
ngx_int_t job_answer(job_t *t, ngx_uint_t session, bench_job_t *job,
    ngx_print_job_state_e state);
ngx_int_t job_cancel(job_t *t, bench_job_t *job, ngx_uint_t i);

/* ms later; returns how many were due */
ngx_uint_t job_expire(job_t *t, ngx_msec_t ms);
ngx_uint_t job_blocks(job_t *t);
ngx_uint_t job_whole(job_t *t);

/* a job of client a that has come to a state in one of its ways */
void job_make(job_t *t, bench_job_t *job, ngx_print_job_state_e state);

/* the batch's next message is the packet of job n */
void job_packet(job_t *t, const char *head, const char *tail, ngx_uint_t n,
    size_t len);


#endif /* _NGX_PRINT_JOB_BASE_H_INCLUDED_ */
