
/*
 * Copyright (C) the print hub contributors
 */


/* What the tests of recovery share: a worker, and sessions of it. */


#ifndef _NGX_PRINT_RECOVERY_BASE_H_INCLUDED_
#define _NGX_PRINT_RECOVERY_BASE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"


#define RECOVERY_MS    30000
#define RECOVERY_MAX   65536
#define RECOVERY_NONE  ((ngx_uint_t) -1)

/* the reason for which a session is closed that loses its pid */
#define RECOVERY_TAKEN  5


/* worker a, without a process, and sessions; 0 is the one that is lost */
typedef struct {
    ngx_print_store_t    a;
    ngx_print_wake_t     wake;
    ngx_print_ref_t      ref[6];
    ngx_print_ref_t      old;           /* that lost the pid at last */
    uint32_t             token[6];
    ngx_print_batch_t    batch;
    u_char               bytes[NGX_PRINT_ID_LEN];
    ngx_str_t            pid;
    bench_job_t          jobs[8];
    ngx_uint_t           expired;
} recovery_t;


/* clients a and b of session 0, which can be recovered; 1 is not connected */
void recovery_begin(recovery_t *t, const char *about);
void recovery_session(recovery_t *t, ngx_uint_t session);
void recovery_joined(recovery_t *t, ngx_uint_t session);

/* t->pid is the one of number n, then */
ngx_int_t recovery_open(recovery_t *t, ngx_uint_t session, ngx_uint_t n);

/* offset: of the last job that was received, or NONE */
ngx_int_t recovery_resume(recovery_t *t, ngx_uint_t session,
    ngx_uint_t offset);
ngx_int_t recovery_resume_from(recovery_t *t, ngx_uint_t session,
    ngx_str_t *offset);
void recovery_close(recovery_t *t, ngx_uint_t session);
void recovery_lose(recovery_t *t, ngx_uint_t session);

/* ms later; returns how many were due */
ngx_uint_t recovery_due(recovery_t *t, ngx_msec_t ms);
ngx_print_job_state_e recovery_state(recovery_t *t, ngx_uint_t i);
void recovery_print(recovery_t *t, ngx_uint_t i, const char *id,
    ngx_uint_t resend);
void recovery_take(recovery_t *t, ngx_uint_t session, ngx_uint_t n);
void recovery_pong(recovery_t *t, ngx_uint_t session);
ngx_uint_t recovery_connected(recovery_t *t, const char *id,
    ngx_uint_t session);
ngx_uint_t recovery_whole(recovery_t *t);


#endif /* _NGX_PRINT_RECOVERY_BASE_H_INCLUDED_ */
