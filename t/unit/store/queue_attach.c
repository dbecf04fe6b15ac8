
/*
 * Copyright (C) the print hub contributors
 */


/* The parts of one packet, which several requests bring. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "queue_base.h"


static void queue_attach_add(void);
static void queue_hold_limit(void);


int
main(void)
{
    bench_guard();

    queue_attach_add();
    queue_hold_limit();

    return unit_end();
}


/* the parts of one packet, brought by two workers */

static void
queue_attach_add(void)
{
    queue_t            t;
    ngx_str_t          data;
    ngx_uint_t         i, round;
    ngx_print_batch_t  batch;

    queue_begin(&t, "attach-add", 0);

    unit_check(queue_awaited(&t) == 0);
    unit_check(ngx_print_queue_attach_take(&t.a, t.ref, &batch)
               == NGX_DECLINED);
    unit_check(batch.head == 0);

    for (round = 0; round < 2; round++) {

        for (i = 0; i <= 10; i++) {
            data.len = i * 1000;
            data.data = bench_bytes(i, data.len);

            unit_check(ngx_print_queue_attach_add(i & 1 ? &t.a : &t.b, t.ref,
                                            &data, i & 1, 10 - i, 100000)
                       == NGX_OK);
            unit_check(queue_awaited(&t) == 10 - i);
            unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);
        }

        unit_check(ngx_print_queue_attach_take(&t.a, t.ref, &batch) == NGX_OK);
        unit_check(batch.count == 11 && batch.bytes == 55000 && !batch.more);
        unit_check(queue_awaited(&t) == 0);

        for (i = 0; i <= 10; i++) {
            queue_one(&t, &batch, i, i * 1000);
        }

        ngx_print_queue_release(&t.a, &batch);
        unit_check(queue_blocks(&t) == 0);
    }

    queue_end(&t);
}


static void
queue_hold_limit(void)
{
    queue_t            t;
    ngx_str_t          data;
    ngx_print_batch_t  batch;

    queue_begin(&t, "attach-add, limits", 10);

    data.len = 600;
    data.data = bench_bytes(1, 600);

    unit_check(ngx_print_queue_attach_add(&t.b, t.ref, &data, 1, 2, 1200)
               == NGX_OK);
    unit_check(ngx_print_queue_attach_add(&t.b, t.ref, &data, 1, 1, 1199)
               == NGX_BUSY);
    unit_check(queue_awaited(&t) == 2);
    unit_check(ngx_print_queue_attach_add(&t.b, t.ref, &data, 1, 1, 1200)
               == NGX_OK);
    unit_check(queue_awaited(&t) == 1);

    data.len = 9000;
    unit_check(ngx_print_queue_attach_add(&t.b, t.ref, &data, 1, 0, 100000)
               == NGX_PRINT_FULL);
    unit_check(queue_awaited(&t) == 1);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    unit_check(ngx_print_session_close(&t.a, t.ref, 1) == NGX_OK);
    unit_check(ngx_print_queue_attach_add(&t.b, t.ref, &data, 1, 0, 100000)
               == NGX_PRINT_FULL);

    data.len = 1;
    unit_check(ngx_print_queue_attach_add(&t.b, t.ref, &data, 1, 0, 100000)
               == NGX_DECLINED);
    unit_check(ngx_print_queue_attach_take(&t.a, t.ref, &batch)
               == NGX_DECLINED);
    unit_check(queue_blocks(&t) == 2);

    ngx_print_session_free(&t.a, t.ref);
    unit_check(queue_blocks(&t) == 0);
    unit_check(ngx_print_queue_attach_take(&t.a, t.ref, &batch)
               == NGX_DECLINED);
    unit_check(bench_open(&t.a, 1, 1, &t.ref, &t.token) == NGX_OK);

    queue_end(&t);
}
