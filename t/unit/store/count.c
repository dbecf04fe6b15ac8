
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What the zone has counted, as it is read: prints, and the minutes in which
 * they came.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_count.h"
#include "job_base.h"


#define COUNT_NOW   1700000040000ull       /* a minute begins */
#define COUNT_LAST  (NGX_PRINT_COUNT_MINUTES - 1)


static void count_begin(ngx_print_store_t *st, ngx_print_wake_t *wake);
static uint32_t count_minute(ngx_print_store_t *st, ngx_uint_t kind,
    ngx_uint_t minute);
static void count_minutes(void);
static void count_clock(void);


int
main(void)
{
    bench_guard();

    count_minutes();
    count_clock();

    return unit_end();
}


/* two jobs of a client wait */

static void
count_begin(ngx_print_store_t *st, ngx_print_wake_t *wake)
{
    u_char           sock[NGX_PRINT_SESSION_SOCK];
    uint32_t         token;
    bench_job_t      job;
    ngx_print_ref_t  ref;

    bench_create(NGX_PRINT_STORE_MIN_SIZE, 8, 8, 40);
    bench_fake(st, wake, 1);
    bench_clock(COUNT_NOW);
    ngx_print_count_tick(st);

    (void) bench_open(st, 1, 1, &ref, &token);
    bench_sock(sock, 1);
    (void) ngx_print_session_connect(st, ref, 0, sock);
    (void) bench_register(st, ref, 0, "c", 0);

    bench_job(&job, 1, "c", 10);
    unit_check(bench_print(st, &job) == NGX_OK);
    bench_job(&job, 2, "c", 10);
    unit_check(bench_print(st, &job) == NGX_OK);
}


static uint32_t
count_minute(ngx_print_store_t *st, ngx_uint_t kind, ngx_uint_t minute)
{
    static ngx_print_counts_t  counts;

    unit_check(ngx_print_count_read(st, &counts) == NGX_OK);

    return counts.minutes[kind][minute];
}


static void
count_minutes(void)
{
    ngx_print_wake_t   wake;
    ngx_print_store_t  st;

    unit_about("minutes");

    count_begin(&st, &wake);

    unit_check(count_minute(&st, NGX_PRINT_COUNT_CREATED, COUNT_LAST) == 2);
    unit_check(count_minute(&st, NGX_PRINT_COUNT_OK, COUNT_LAST) == 0);

    /* the next one, and one after a minute without a job */

    bench_clock(COUNT_NOW + 60000);
    ngx_print_count_tick(&st);

    unit_check(count_minute(&st, NGX_PRINT_COUNT_CREATED, COUNT_LAST) == 0);
    unit_check(count_minute(&st, NGX_PRINT_COUNT_CREATED, COUNT_LAST - 1)
               == 2);

    bench_clock(COUNT_NOW + 3 * 60000);
    ngx_print_count_tick(&st);

    unit_check(count_minute(&st, NGX_PRINT_COUNT_CREATED, COUNT_LAST - 1)
               == 0);
    unit_check(count_minute(&st, NGX_PRINT_COUNT_CREATED, COUNT_LAST - 3)
               == 2);

    /* after an hour it is forgotten */

    bench_clock(COUNT_NOW + 61 * 60000);
    ngx_print_count_tick(&st);

    unit_check(count_minute(&st, NGX_PRINT_COUNT_CREATED, 0) == 0);
}


static void
count_clock(void)
{
    ngx_print_wake_t   wake;
    ngx_print_store_t  st;

    unit_about("a clock that is set back");

    count_begin(&st, &wake);

    bench_clock(COUNT_NOW + 60000);
    ngx_print_count_tick(&st);
    bench_clock(COUNT_NOW - 3600000);
    ngx_print_count_tick(&st);

    unit_check(count_minute(&st, NGX_PRINT_COUNT_CREATED, COUNT_LAST) == 0);
    unit_check(count_minute(&st, NGX_PRINT_COUNT_CREATED, COUNT_LAST - 1)
               == 0);
}
