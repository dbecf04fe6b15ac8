
/*
 * Copyright (C) the print hub contributors
 */


/* The ready lists: which sessions are listed, which workers are rung. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "zone_base.h"
#include "queue_base.h"


static void ready_rings(void);
static void ready_listed(void);


int
main(void)
{
    bench_guard();

    ready_rings();
    ready_listed();

    return unit_end();
}


static void
ready_rings(void)
{
    uint32_t         token;
    store_worker_t   a, b;
    ngx_print_ref_t  ref, refs[4];

    unit_about("rings");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);
    bench_fake(&b.st, &b.wake, 2);

    (void) zone_rung(&bench_wake, 1);
    (void) zone_rung(&bench_wake, 2);

    unit_check(bench_open(&b.st, 1, 1, &ref, &token) == NGX_OK);

    /* listed and rung for once, until b looks */

    unit_check(bench_send(&a.st, ref, 1, 10) == NGX_OK);
    unit_check(zone_rung(&bench_wake, 2));
    unit_check(bench_send(&a.st, ref, 2, 10) == NGX_OK);
    unit_check(!zone_rung(&bench_wake, 2));
    unit_check(check_zone(&a.st, CHECK_READY) == NULL);

    /* its list is looked at, but the mark is still set: no ring is missed */

    unit_check(ngx_print_queue_ready(&b.st, refs, 4) == 1);
    unit_check(bench_send(&a.st, ref, 3, 10) == NGX_OK);
    unit_check(!zone_rung(&bench_wake, 2));

    ngx_print_store_rearm(&b.st);
    unit_check(ngx_print_queue_ready(&b.st, refs, 4) == 1);
    unit_check(refs[0].index == ref.index && refs[0].gen == ref.gen);
    unit_check(ngx_print_queue_ready(&b.st, refs, 4) == 0);

    unit_check(bench_send(&a.st, ref, 4, 10) == NGX_OK);
    unit_check(zone_rung(&bench_wake, 2));

    /* our own list: a call, no ring */

    ngx_print_store_rearm(&b.st);
    unit_check(ngx_print_queue_ready(&b.st, refs, 4) == 1);

    bench_notified = 0;
    unit_check(bench_send(&b.st, ref, 5, 10) == NGX_OK);
    unit_check(bench_notified == 1 && !zone_rung(&bench_wake, 2));
}


static void
ready_listed(void)
{
    queue_t            t;
    uint32_t           i, token, tokens[5];
    ngx_print_ref_t    ref[5], refs[5];

    queue_begin(&t, "ready", 0);

    unit_check(ngx_print_queue_ready(&t.a, refs, 5) == 0);

    for (i = 0; i < 5; i++) {
        unit_check(bench_open(&t.a, i + 2, 1, &ref[i], &tokens[i]) == NGX_OK);
        unit_check(bench_send(&t.b, ref[i], 1, 1) == NGX_OK);
        unit_check(bench_send(&t.b, ref[i], 1, 1) == NGX_OK);
    }

    unit_check(ngx_print_queue_ready(&t.b, refs, 5) == 0);

    /* in the order of their listing; from any place of the list */

    ngx_print_queue_block(&t.a, ref[2], tokens[2], 1);
    unit_check(check_zone(&t.a, CHECK_READY) == NULL);
    ngx_print_queue_block(&t.a, ref[4], tokens[4], 1);
    unit_check(check_zone(&t.a, CHECK_READY) == NULL);
    ngx_print_queue_block(&t.a, ref[0], tokens[0], 1);
    unit_check(check_zone(&t.a, CHECK_READY) == NULL);

    unit_check(ngx_print_queue_ready(&t.a, refs, 1) == 1);
    unit_check(refs[0].index == ref[1].index && refs[0].gen == ref[1].gen);
    unit_check(ngx_print_queue_ready(&t.a, refs, 5) == 1);
    unit_check(refs[0].index == ref[3].index);
    unit_check(check_zone(&t.a, 0) == NULL);

    /* a detached session has no place to be listed at */

    unit_check(bench_open(&t.a, 9, 0, &ref[0], &token) == NGX_OK);
    unit_check(bench_send(&t.b, ref[0], 1, 1) == NGX_OK);
    unit_check(ngx_print_queue_ready(&t.a, refs, 5) == 0);

    for (i = 0; i < 5; i++) {
        ref[0].index = i + 2;
        unit_check(ngx_print_session_close(&t.a, ref[0], 1) == NGX_OK);
        ngx_print_session_free(&t.a, ref[0]);
    }

    ref[0].index = 7;
    unit_check(ngx_print_session_close(&t.a, ref[0], 1) == NGX_OK);
    ngx_print_session_free(&t.a, ref[0]);

    queue_end(&t);
}
