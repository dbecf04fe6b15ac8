
/*
 * Copyright (C) the print hub contributors
 */


/* Taking messages: how many, by whom, while others send and die. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "queue_base.h"


static void queue_take_max(void);
static void queue_take_count(void);
static void queue_take_guards(void);
static void queue_in_flight(void);
static void queue_blocked(void);


int
main(void)
{
    bench_guard();

    queue_take_max();
    queue_take_count();
    queue_take_guards();
    queue_in_flight();
    queue_blocked();

    return unit_end();
}


static void
queue_take_max(void)
{
    queue_t            t;
    ngx_uint_t         i;
    ngx_print_batch_t  batch;

    queue_begin(&t, "max", 0);

    for (i = 0; i < 5; i++) {
        unit_check(bench_send(&t.b, t.ref, i, 100) == NGX_OK);
    }

    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 299, 0, &batch)
               == NGX_OK);
    unit_check(batch.count == 2 && batch.bytes == 200 && batch.more);
    queue_one(&t, &batch, 0, 100);
    ngx_print_queue_release(&t.a, &batch);

    unit_check(check_zone(&t.a, 0) == NULL);

    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 300, 0, &batch)
               == NGX_OK);
    unit_check(batch.count == 3 && batch.bytes == 300 && !batch.more);
    queue_one(&t, &batch, 2, 100);
    queue_one(&t, &batch, 3, 100);
    queue_one(&t, &batch, 4, 100);
    ngx_print_queue_release(&t.a, &batch);

    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 300, 0, &batch)
               == NGX_AGAIN);
    unit_check(batch.head == 0 && !batch.more);
    ngx_print_queue_release(&t.a, &batch);

    queue_end(&t);
}


/* one hold takes, and frees, so many at most */

static void
queue_take_count(void)
{
    queue_t            t;
    ngx_uint_t         i;
    ngx_print_batch_t  batch;

    queue_begin(&t, "count", 0);

    for (i = 0; i < NGX_PRINT_STORE_SLICE + 3; i++) {
        unit_check(ngx_print_queue_send(&t.b, t.ref, NULL, 0, 0, 10000000)
                   == NGX_OK);
    }

    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 300, 0, &batch)
               == NGX_OK);
    unit_check(batch.count == NGX_PRINT_STORE_SLICE && batch.more);
    ngx_print_queue_release(&t.a, &batch);

    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 300, 0, &batch)
               == NGX_OK);
    unit_check(batch.count == 3 && !batch.more);
    ngx_print_queue_release(&t.a, &batch);

    queue_end(&t);
}


static void
queue_take_guards(void)
{
    uint32_t           token;
    queue_t            t;
    ngx_print_ref_t    poll;
    ngx_print_batch_t  batch;

    queue_begin(&t, "only the holder takes", 0);

    unit_check(bench_send(&t.b, t.ref, 1, 10) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.b, t.ref, t.token, 1, 0, &batch)
               == NGX_DECLINED);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token + 1, 1, 0, &batch)
               == NGX_DECLINED);
    unit_check(batch.head == 0);

    unit_check(bench_open(&t.a, 2, 0, &poll, &token) == NGX_OK);
    unit_check(bench_send(&t.b, poll, 1, 10) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, poll, 0, 1, 0, &batch)
               == NGX_DECLINED);
    unit_check(ngx_print_session_poll(&t.a, poll, &token) == NGX_OK);

    /* a look without an answer */

    unit_check(ngx_print_queue_take(&t.a, poll, token, 1, 0, &batch)
               == NGX_OK);
    ngx_print_queue_release(&t.a, &batch);
    unit_check(ngx_print_queue_take(&t.a, poll, token, 1, 1, &batch)
               == NGX_AGAIN);
    unit_check(bench_send(&t.b, poll, 1, 10) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, poll, token, 1, 1, &batch)
               == NGX_OK);
    ngx_print_queue_release(&t.a, &batch);
    unit_check(ngx_print_queue_take(&t.a, poll, token, 1, 1, &batch)
               == NGX_DECLINED);

    /* closed by its own worker: what is queued is not taken any more */

    unit_check(ngx_print_session_poll(&t.a, poll, &token) == NGX_OK);
    unit_check(bench_send(&t.b, poll, 1, 10) == NGX_OK);
    unit_check(ngx_print_session_close(&t.a, poll, 1) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, poll, token, 1, 1, &batch)
               == NGX_OK);
    unit_check(batch.closing && batch.head == 0);
    ngx_print_session_free(&t.a, poll);

    queue_end(&t);
}


/* a batch that is out while we send, and while another one dies and repairs */

static void
queue_in_flight(void)
{
    queue_t            t;
    ngx_print_batch_t  batch;

    queue_begin(&t, "in flight", 0);

    unit_check(bench_send(&t.b, t.ref, 1, 3000) == NGX_OK);
    unit_check(bench_send(&t.b, t.ref, 2, 9000) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 20000, 0, &batch)
               == NGX_OK);

    unit_check(bench_send(&t.a, t.ref, 3, 200000) == NGX_OK);
    unit_check(ngx_print_queue_attach_add(&t.a, t.ref,
                                    &(ngx_str_t) { 9, bench_bytes(1, 9) }, 0,
                                    3, 100) == NGX_OK);
    unit_check(ngx_print_queue_attach_add(&t.a, t.ref,
                                    &(ngx_str_t) { 99, bench_bytes(1, 99) },
                                    0, 2, 100) == NGX_BUSY);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    check_trash(&t.b, 5);
    ngx_print_store_lock(&t.b);
    ngx_print_store_unlock(&t.b);

    unit_check(bench_send(&t.b, t.ref, 4, 1) == NGX_BUSY);
    unit_check(queue_blocks(&t) == 3 + 9 + 196 + 1);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    queue_one(&t, &batch, 1, 3000);
    queue_one(&t, &batch, 2, 9000);
    ngx_print_queue_release(&t.a, &batch);

    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 20000, 0, &batch)
               == NGX_OK);
    queue_one(&t, &batch, 3, 200000);
    ngx_print_queue_release(&t.a, &batch);

    queue_end(&t);
}


static void
queue_blocked(void)
{
    queue_t            t;
    ngx_print_ref_t    refs[2];
    ngx_print_batch_t  batch;

    queue_begin(&t, "blocked", 0);

    ngx_print_queue_block(&t.b, t.ref, t.token, 1);
    ngx_print_queue_block(&t.a, t.ref, t.token + 1, 1);
    unit_check(bench_send(&t.b, t.ref, 1, 1) == NGX_OK);
    unit_check(ngx_print_queue_ready(&t.a, refs, 2) == 1);

    ngx_print_queue_block(&t.a, t.ref, t.token, 1);
    unit_check(bench_send(&t.b, t.ref, 2, 1) == NGX_OK);
    unit_check(ngx_print_queue_ready(&t.a, refs, 2) == 0);
    unit_check(check_zone(&t.a, CHECK_READY) == NULL);

    /* unblocked: the holder looks by itself, later ones are listed again */

    ngx_print_queue_block(&t.a, t.ref, t.token, 0);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 1000, 0, &batch)
               == NGX_OK);
    unit_check(batch.count == 2);
    ngx_print_queue_release(&t.a, &batch);

    unit_check(bench_send(&t.b, t.ref, 3, 1) == NGX_OK);
    unit_check(check_zone(&t.a, CHECK_READY) == NULL);
    unit_check(ngx_print_queue_ready(&t.a, refs, 2) == 1);

    queue_end(&t);
}
