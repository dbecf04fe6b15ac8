
/*
 * Copyright (C) the print hub contributors
 */


/* messages: sizes, limits, order, taking, parts, the ready list */


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"


#define QUEUE_ROOM  (NGX_PRINT_STORE_BLOCK - sizeof(ngx_print_store_head_t))


/* workers a and b, without processes, and a WebSocket of a */
typedef struct {
    ngx_print_store_t    a;
    ngx_print_store_t    b;
    ngx_print_wake_t     wake[2];
    ngx_print_ref_t      ref;
    uint32_t             token;
} queue_t;


static void queue_begin(queue_t *t, const char *about, uint32_t blocks);
static void queue_end(queue_t *t);
static void queue_one(queue_t *t, ngx_print_batch_t *batch, ngx_uint_t n,
    size_t len);
static ngx_uint_t queue_blocks(queue_t *t);

static void queue_sizes(void);
static void queue_parts(void);
static void queue_order(void);
static void queue_limit(void);
static void queue_full(void);
static void queue_full_large(void);
static void queue_take_max(void);
static void queue_take_count(void);
static void queue_take_guards(void);
static void queue_in_flight(void);
static void queue_ready(void);
static void queue_blocked(void);
static void queue_attach_add(void);
static void queue_hold_limit(void);


int
main(void)
{
    bench_guard();

    queue_sizes();
    queue_parts();
    queue_order();
    queue_limit();
    queue_full();
    queue_full_large();
    queue_take_max();
    queue_take_count();
    queue_take_guards();
    queue_in_flight();
    queue_ready();
    queue_blocked();
    queue_attach_add();
    queue_hold_limit();

    return unit_end();
}


static void
queue_begin(queue_t *t, const char *about, uint32_t blocks)
{
    unit_about("%s", about);

    bench_create(8 * 1024 * 1024, 8, 8, blocks);
    bench_fake(&t->a, &t->wake[0], 1);
    bench_fake(&t->b, &t->wake[1], 2);

    unit_check(bench_open(&t->a, 1, 1, &t->ref, &t->token) == NGX_OK);
}


static void
queue_end(queue_t *t)
{
    unit_check(check_zone(&t->a, 0) == NULL);
    unit_check(ngx_print_session_close(&t->a, t->ref, 1) == NGX_OK);

    ngx_print_session_free(&t->a, t->ref);

    unit_check(queue_blocks(t) == 0);
    unit_check(check_zone(&t->a, CHECK_READY|CHECK_SETTLED) == NULL);
}


static ngx_uint_t
queue_blocks(queue_t *t)
{
    ngx_print_store_stat_t  stat;

    ngx_print_store_stat(&t->a, &stat);

    return stat.blocks;
}


/* the next message of a batch is the one that bench_send() made of n */

static void
queue_one(queue_t *t, ngx_print_batch_t *batch, ngx_uint_t n, size_t len)
{
    u_char               *p;
    ngx_print_message_t   msg;

    static u_char         buf[2 * 1024 * 1024];

    unit_check(ngx_print_queue_next(&t->a, batch, &msg) == NGX_OK);
    unit_check(msg.len == len && msg.binary == (n & 1));

    buf[len] = 0xa5;
    p = ngx_print_queue_copy(&t->a, &msg, buf);

    unit_check(p == buf + len && *p == 0xa5);
    unit_check(memcmp(buf, bench_bytes(n, len), len) == 0);
}


static void
queue_sizes(void)
{
    queue_t             t;
    ngx_uint_t          i, n;
    ngx_print_batch_t   batch;

    static size_t       sizes[] = {
        0, 1, 2, QUEUE_ROOM - 1, QUEUE_ROOM, QUEUE_ROOM + 1,
        QUEUE_ROOM + NGX_PRINT_STORE_BLOCK - 1,
        QUEUE_ROOM + NGX_PRINT_STORE_BLOCK,
        QUEUE_ROOM + NGX_PRINT_STORE_BLOCK + 1,
        QUEUE_ROOM + 3 * NGX_PRINT_STORE_BLOCK,
        QUEUE_ROOM + 3 * NGX_PRINT_STORE_BLOCK + 1,
        QUEUE_ROOM + 63 * NGX_PRINT_STORE_BLOCK,
        QUEUE_ROOM + 63 * NGX_PRINT_STORE_BLOCK + 1,
        QUEUE_ROOM + 128 * NGX_PRINT_STORE_BLOCK, 1000000
    };

    queue_begin(&t, "sizes", 0);

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        unit_about("size %lu", (unsigned long) sizes[i]);

        unit_check(bench_send(&t.b, t.ref, i, sizes[i]) == NGX_OK);

        n = (sizes[i] + sizeof(ngx_print_store_head_t)
             + NGX_PRINT_STORE_BLOCK - 1) / NGX_PRINT_STORE_BLOCK;

        unit_check(queue_blocks(&t) == n);
        unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

        unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 1, 0, &batch)
                   == NGX_OK);
        unit_check(batch.count == 1 && batch.bytes == sizes[i]);
        unit_check(!batch.more && !batch.noop && !batch.closing);
        unit_check(queue_blocks(&t) == n);
        unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

        queue_one(&t, &batch, i, sizes[i]);
        unit_check(ngx_print_queue_next(&t.a, &batch,
                                        &(ngx_print_message_t) { 0 })
                   == NGX_DONE);

        ngx_print_queue_release(&t.a, &batch);
        ngx_print_queue_release(&t.a, &batch);

        unit_check(queue_blocks(&t) == 0);
        unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);
    }

    queue_end(&t);
}


/* the parts' borders may be anywhere, and parts empty */

static void
queue_parts(void)
{
    size_t               len, cut[3];
    u_char              *p, buf[3000];
    queue_t              t;
    ngx_str_t            parts[4];
    ngx_uint_t           i;
    ngx_print_batch_t    batch;
    ngx_print_message_t  msg;

    queue_begin(&t, "parts", 0);

    len = sizeof(buf);
    p = bench_bytes(3, len);

    for (i = 0; i < 300; i++) {
        cut[0] = i * 7 % len;
        cut[1] = cut[0] + i * 13 % (len - cut[0]);
        cut[2] = i & 3 ? cut[1] : QUEUE_ROOM > cut[1] ? QUEUE_ROOM : len;

        parts[0].data = p;
        parts[0].len = cut[0];
        parts[1].data = p + cut[0];
        parts[1].len = cut[1] - cut[0];
        parts[2].data = p + cut[1];
        parts[2].len = cut[2] - cut[1];
        parts[3].data = p + cut[2];
        parts[3].len = len - cut[2];

        unit_check(ngx_print_queue_send(&t.b, t.ref, parts, 4, 1, BENCH_LIMIT)
                   == NGX_OK);
        unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 1, 0, &batch)
                   == NGX_OK);
        unit_check(ngx_print_queue_next(&t.a, &batch, &msg) == NGX_OK);
        unit_check(msg.len == len && msg.binary);
        unit_check(ngx_print_queue_copy(&t.a, &msg, buf) == buf + len);
        unit_check(memcmp(buf, p, len) == 0);
        ngx_print_queue_release(&t.a, &batch);
    }

    unit_check(ngx_print_queue_send(&t.b, t.ref, NULL, 0, 0, 0) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 1, 0, &batch)
               == NGX_OK);
    unit_check(batch.count == 1 && batch.bytes == 0);
    ngx_print_queue_release(&t.a, &batch);

    queue_end(&t);
}


/* two senders and a receiver that is now and then behind */

static void
queue_order(void)
{
    queue_t            t;
    ngx_uint_t         sent, taken, i;
    ngx_print_batch_t  batch;

    queue_begin(&t, "order", 0);

    sent = 0;
    taken = 0;

    while (taken < 2000) {

        for (i = 0; i < 1 + sent * 7 % 11 && sent < 2000; i++) {
            unit_check(ngx_print_queue_send(sent & 1 ? &t.a : &t.b, t.ref,
                          &(ngx_str_t) { sent * 37 % 9000,
                                         bench_bytes(sent, 9000) },
                          1, sent & 1, 10000000) == NGX_OK);
            sent++;
        }

        unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 20000, 0,
                                        &batch)
                   == NGX_OK);

        for (i = 0; i < batch.count; i++) {
            queue_one(&t, &(ngx_print_batch_t) { .next = batch.next }, taken,
                      taken * 37 % 9000);
            unit_check(ngx_print_queue_next(&t.a, &batch,
                                            &(ngx_print_message_t) { 0 })
                       == NGX_OK);
            taken++;
        }

        unit_check(batch.more == (taken < sent));

        ngx_print_queue_release(&t.a, &batch);
    }

    unit_check(taken == sent);

    queue_end(&t);
}


static void
queue_limit(void)
{
    queue_t            t;
    ngx_print_batch_t  batch;

    queue_begin(&t, "limit", 0);

    /* an empty queue takes any message */

    unit_check(bench_send(&t.b, t.ref, 1, 2 * BENCH_LIMIT) == NGX_OK);
    unit_check(bench_send(&t.b, t.ref, 2, 1) == NGX_BUSY);
    unit_check(bench_send(&t.b, t.ref, 2, 10000) == NGX_BUSY);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 1, 0, &batch)
               == NGX_OK);
    ngx_print_queue_release(&t.a, &batch);

    /* what a message takes counts, not its length */

    unit_check(bench_send(&t.b, t.ref, 1, 1) == NGX_OK);
    unit_check(bench_send(&t.b, t.ref, 2, BENCH_LIMIT
                          - 2 * NGX_PRINT_STORE_BLOCK) == NGX_OK);
    unit_check(queue_blocks(&t) * NGX_PRINT_STORE_BLOCK == BENCH_LIMIT);
    unit_check(bench_send(&t.b, t.ref, 3, 1) == NGX_BUSY);

    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 1, 0, &batch)
               == NGX_OK);
    ngx_print_queue_release(&t.a, &batch);
    unit_check(bench_send(&t.b, t.ref, 4, 1) == NGX_OK);
    unit_check(bench_send(&t.b, t.ref, 5, 1) == NGX_BUSY);

    queue_end(&t);
}


static void
queue_full(void)
{
    queue_t            t;
    ngx_uint_t         i;
    ngx_print_batch_t  batch;

    queue_begin(&t, "full", 8);

    for (i = 0; i < 4; i++) {
        unit_check(bench_send(&t.b, t.ref, i, QUEUE_ROOM + 1) == NGX_OK);
    }

    unit_check(queue_blocks(&t) == 8);
    unit_check(bench_send(&t.b, t.ref, 9, 0) == NGX_PRINT_FULL);
    unit_check(bench_send(&t.b, t.ref, 9, 4000) == NGX_PRINT_FULL);

    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 1, 0, &batch)
               == NGX_OK);
    queue_one(&t, &batch, 0, QUEUE_ROOM + 1);
    unit_check(bench_send(&t.b, t.ref, 9, 0) == NGX_PRINT_FULL);
    ngx_print_queue_release(&t.a, &batch);

    unit_check(bench_send(&t.b, t.ref, 9, 3 * NGX_PRINT_STORE_BLOCK)
               == NGX_PRINT_FULL);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    unit_check(bench_send(&t.b, t.ref, 4, QUEUE_ROOM + 1) == NGX_OK);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    queue_end(&t);
}


/* a large message that does not fit leaves nothing behind */

static void
queue_full_large(void)
{
    uint32_t         token;
    queue_t          t;
    ngx_uint_t       i;
    ngx_print_ref_t  other;

    static size_t    sizes[] = { 80, 99, 100, 101, 150, 200, 1000 };

    queue_begin(&t, "full, large", 100);

    unit_check(bench_open(&t.a, 2, 0, &other, &token) == NGX_OK);

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        unit_about("full: %lu blocks", (unsigned long) sizes[i]);

        unit_check(bench_send(&t.b, t.ref, i,
                              sizes[i] * NGX_PRINT_STORE_BLOCK
                              - sizeof(ngx_print_store_head_t))
                   == (sizes[i] <= 100 ? NGX_OK : NGX_PRINT_FULL));
        unit_check(t.b.workers[2].inflight == 0);
        unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

        if (sizes[i] <= 100) {
            unit_check(queue_blocks(&t) == sizes[i]);
            unit_check(bench_send(&t.b, other, i, 30000) == NGX_PRINT_FULL);
            unit_check(queue_blocks(&t) == sizes[i]);

            (void) ngx_print_session_close(&t.a, t.ref, 1);
            ngx_print_session_free(&t.a, t.ref);
            (void) bench_open(&t.a, 1, 1, &t.ref, &t.token);
        }

        unit_check(queue_blocks(&t) == 0);
    }

    unit_check(ngx_print_session_close(&t.a, other, 1) == NGX_OK);
    ngx_print_session_free(&t.a, other);

    /* nor one whose session is gone when it is written */

    unit_check(ngx_print_session_close(&t.a, t.ref, 1) == NGX_OK);
    unit_check(bench_send(&t.b, t.ref, 1, 30000) == NGX_DECLINED);
    unit_check(queue_blocks(&t) == 0);
    ngx_print_session_free(&t.a, t.ref);
    unit_check(bench_open(&t.a, 1, 1, &t.ref, &t.token) == NGX_OK);

    queue_end(&t);
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

    queue_begin(&t, "who may take", 0);

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
queue_ready(void)
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


static ngx_uint_t
queue_awaited(queue_t *t)
{
    ngx_print_session_info_t  info;

    unit_check(ngx_print_session_get(&t->b, t->ref, &info) == NGX_OK);

    return info.awaited;
}


/* the parts of one packet, brought by two workers */

static void
queue_attach_add(void)
{
    queue_t            t;
    ngx_str_t          data;
    ngx_uint_t         i, round;
    ngx_print_batch_t  batch;

    queue_begin(&t, "hold", 0);

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

    queue_begin(&t, "hold, limits", 10);

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
