
/*
 * Copyright (C) the print hub contributors
 */


#include "session_base.h"


void
session_begin(session_t *t, const char *about, ngx_uint_t ws)
{
    unit_about("%s", about);

    bench_create(NGX_PRINT_STORE_MIN_SIZE, 8, 8, 16);
    bench_fake(&t->a, &t->wake[0], SESSION_A);
    bench_fake(&t->b, &t->wake[1], SESSION_B);

    unit_check(bench_open(&t->a, 1, ws, &t->ref, &t->token) == NGX_OK);
}


void
session_end(session_t *t)
{
    ngx_print_store_stat_t  stat;

    unit_check(check_zone(&t->a, 0) == NULL);

    (void) ngx_print_session_close(&t->a, t->ref, 9);
    ngx_print_session_free(&t->a, t->ref);

    ngx_print_store_stat(&t->a, &stat);

    unit_check(stat.sessions == 0 && stat.blocks == 0);
    unit_check(check_zone(&t->a, CHECK_READY|CHECK_SETTLED) == NULL);
}


ngx_print_session_state_e
session_state(session_t *t)
{
    ngx_print_session_info_t  info;

    if (ngx_print_session_get(&t->b, t->ref, &info) != NGX_OK) {
        return NGX_PRINT_SESSION_FREE;
    }

    return info.state;
}


void
session_b_dies(session_t *t)
{
    /* b has no process: its record is all that lives */

    (void) ngx_print_store_reap(&t->a);

    unit_check(t->a.workers[SESSION_B].epoch == 0);
}


ngx_print_session_due_e
session_expire(session_t *t, ngx_print_store_t *st, ngx_msec_t ms)
{
    ngx_print_ref_t          ref;
    ngx_print_session_due_e  due;

    bench_clock(ngx_current_msec + ms);

    due = ngx_print_session_expire(st, (uint32_t) ngx_current_msec,
                                   t->ref.index, &ref);

    unit_check(due == NGX_PRINT_DUE_NOTHING
               || (ref.index == t->ref.index && ref.gen == t->ref.gen));

    return due;
}
