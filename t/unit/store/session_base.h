
/*
 * Copyright (C) the print hub contributors
 */


/* What the tests of sessions share: two workers, a session of the first. */


#ifndef _NGX_PRINT_SESSION_BASE_H_INCLUDED_
#define _NGX_PRINT_SESSION_BASE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"


#define SESSION_A    1
#define SESSION_B    2


/* workers a and b, without processes, and session s, opened by a */
typedef struct {
    ngx_print_store_t    a;
    ngx_print_store_t    b;
    ngx_print_wake_t     wake[2];
    ngx_print_ref_t      ref;
    uint32_t             token;
} session_t;


void session_begin(session_t *t, const char *about, ngx_uint_t ws);

/* the session ends as any other, and leaves nothing */
void session_end(session_t *t);
ngx_print_session_state_e session_state(session_t *t);
void session_b_dies(session_t *t);
ngx_print_session_due_e session_expire(session_t *t, ngx_print_store_t *st,
    ngx_msec_t ms);


#endif /* _NGX_PRINT_SESSION_BASE_H_INCLUDED_ */
