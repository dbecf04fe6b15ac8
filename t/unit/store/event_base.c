
/*
 * Copyright (C) the print hub contributors
 */


#include "event_base.h"


void
event_begin(event_t *t, const char *about)
{
    unit_about("%s", about);

    bench_create(NGX_PRINT_STORE_MIN_SIZE, 8, 8, 0);
    bench_shrink(4, EVENT_RING, 0);
    bench_fake(&t->a, &t->wake[0], 1);
    bench_fake(&t->b, &t->wake[1], 2);

    event_session(t);
}


void
event_session(event_t *t)
{
    u_char  sock[NGX_PRINT_SESSION_SOCK];

    bench_sock(sock, 1);

    unit_check(bench_open(&t->a, 1, 1, &t->ref, &t->token) == NGX_OK);
    unit_check(ngx_print_session_connect(&t->a, t->ref, 0, sock) == NGX_OK);
}


void
event_make(event_t *t, ngx_uint_t n)
{
    bench_job_t           job;
    ngx_print_job_info_t  info;

    for ( /* void */ ; n; n -= ngx_min(n, 2)) {
        bench_job(&job, n, "c", 10);
        unit_check(bench_print(&t->a, &job) == NGX_OK);

        if (n > 1) {
            unit_check(ngx_print_job_cancel(&t->b, job.jobs[0].index,
                                            job.keys, &info) == NGX_OK);
        }
    }

    unit_check(event_whole(t));
}


ngx_uint_t
event_whole(event_t *t)
{
    return check_zone(&t->a, CHECK_READY|CHECK_SETTLED) == NULL;
}
