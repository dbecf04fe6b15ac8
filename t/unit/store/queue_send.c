
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Sending: sizes, parts, order, limits, packets with attachments, and the
 * blocks that are kept for clients.  Large messages test message.h, too.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "queue_base.h"
#include "nsp_base.h"


static void queue_sizes(void);
static void queue_parts(void);
static void queue_order(void);
static void queue_limit(void);
static void queue_full(void);
static void queue_full_large(void);
static void nsp_attached(void);
static void nsp_shares(void);
static void nsp_share(void);


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
    nsp_attached();
    nsp_shares();
    nsp_share();

    return unit_end();
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
nsp_attached(void)
{
    nsp_t                t;
    size_t               len[] = { 10, 2000, 0, 5000 };
    ngx_str_t            text[2], binary[3];
    ngx_uint_t           i;
    ngx_print_batch_t    batch;
    ngx_print_message_t  msg;

    nsp_begin(&t, "attached");

    text[0] = nsp_bytes(1, 4);
    text[1] = nsp_bytes(2, 6);

    for (i = 0; i < 3; i++) {
        binary[i] = nsp_bytes(3, len[1 + i]);
    }

    unit_check(ngx_print_queue_send_attached(&t.a, t.ref,
                                             NGX_PRINT_USE_MESSAGE, text, 2,
                                             binary, 3, BENCH_LIMIT)
               == NGX_OK);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    /* all of them or none */

    unit_check(ngx_print_queue_send_attached(&t.a, t.ref,
                                             NGX_PRINT_USE_MESSAGE, text, 2,
                                             binary, 3,
                                             9 * NGX_PRINT_STORE_BLOCK)
               == NGX_BUSY);

    binary[0].len = 30000;
    unit_check(ngx_print_queue_send_attached(&t.a, t.ref,
                                             NGX_PRINT_USE_MESSAGE, text, 2,
                                             binary, 3, BENCH_LIMIT)
               == NGX_PRINT_FULL);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 100000, 0, &batch)
               == NGX_OK);
    unit_check(batch.count == 4);

    for (i = 0; i < 4; i++) {
        unit_check(ngx_print_queue_next(&t.a, &batch, &msg) == NGX_OK);
        unit_check(msg.len == len[i] && msg.binary == (i != 0));
    }

    ngx_print_queue_release(&t.a, &batch);

    nsp_end(&t);
}


/*
 * Stations leave the last quarter of a zone to prints, except for the replies
 * and the answers to CONNECT that are kept for them.
 */

static void
nsp_shares(void)
{
    nsp_t                     t;
    u_char                    sock[NGX_PRINT_SESSION_SOCK];
    uint32_t                  n, token;
    ngx_str_t                 data;
    ngx_uint_t                i;
    bench_job_t               job;
    ngx_print_ref_t           other, third;
    ngx_print_client_info_t   info;

    nsp_begin(&t, "shares");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 8, 8, 64);
    bench_fake(&t.a, &t.wake, 1);
    bench_sock(sock, 1);

    unit_check(bench_open(&t.a, 1, 1, &t.ref, &t.token) == NGX_OK);
    unit_check(bench_open(&t.a, 2, 1, &other, &token) == NGX_OK);
    unit_check(bench_open(&t.a, 3, 1, &third, &token) == NGX_OK);
    unit_check(ngx_print_session_connect(&t.a, t.ref, 0, sock) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref, 0, "c", 0) == NGX_OK);

    /* 64 blocks: 8 for answers to CONNECT, 2 for replies, 6 for prints */

    ngx_print_store_share(&t.a);

    while (bench_send(&t.a, other, 1, 10) == NGX_OK) { /* void */ }

    n = t.a.sh->block_count;

    /* the first message in its queue was a reply */

    unit_check(n == 64 - 16 + 1);

    data = nsp_bytes(1, 10);
    unit_check(ngx_print_queue_attach_add(&t.a, other, &data, 0, 1, 1000)
               == NGX_PRINT_FULL);

    /* an empty queue takes one reply */

    unit_check(bench_send(&t.a, t.ref, 1, 10) == NGX_OK);
    unit_check(bench_send(&t.a, t.ref, 1, 10) == NGX_PRINT_FULL);
    unit_check(bench_send(&t.a, third, 1, 2000) == NGX_PRINT_FULL);
    unit_check(bench_send(&t.a, third, 1, 10) == NGX_PRINT_FULL);

    /* an answer to CONNECT for each namespace, and no more */

    unit_check(ngx_print_session_connect(&t.a, third, 0, sock) == NGX_OK);

    for (i = 0; i < 4; i++) {
        unit_check(ngx_print_queue_send_attached(&t.a, third,
                                                 NGX_PRINT_USE_CONNECT, &data,
                                                 1, NULL, 0, BENCH_LIMIT)
                   == (i & 1 ? NGX_PRINT_FULL : NGX_OK));

        if (i == 1) {
            unit_check(ngx_print_session_connect(&t.a, third, 5, sock)
                       == NGX_OK);
        }
    }

    unit_check(t.a.sh->block_use[NGX_PRINT_USE_CONNECT] == 2);
    data.data = bench_bytes(1, 2000);
    data.len = 2000;
    unit_check(ngx_print_queue_send_attached(&t.a, third,
                                             NGX_PRINT_USE_CONNECT, &data, 1,
                                             NULL, 0, BENCH_LIMIT)
               == NGX_PRINT_FULL);

    /* prints may take what is spared for them, and not what is kept */

    bench_job(&job, 1, "c", 10);

    for (n = 0; bench_print(&t.a, &job) == NGX_OK; n++) {
        bench_job(&job, n + 2, "c", 10);
    }

    unit_check(n == 6 && t.a.sh->block_count == 64 - 6);
    bench_job(&job, 99, "c", 5000);
    unit_check(bench_print(&t.a, &job) == NGX_PRINT_FULL);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    unit_check(ngx_print_session_close(&t.a, other, 1) == NGX_OK);
    ngx_print_session_free(&t.a, other);
    unit_check(ngx_print_session_close(&t.a, third, 1) == NGX_OK);
    ngx_print_session_free(&t.a, third);

    /* 54 for prints now, of which this one takes all */

    bench_job(&job, 100, "c", 1);
    job.init.limit = 1000000;

    while (bench_print(&t.a, &job) == NGX_OK) { /* void */ }

    unit_check(t.a.sh->block_count == 64 - 8 - 1);

    unit_check(ngx_print_session_disconnect(&t.a, t.ref, 0) == NGX_OK);
    unit_check(ngx_print_client_offline(&t.a, t.ref, 0, &info) == NGX_OK);
    unit_check(ngx_print_client_remove(&t.a, &job.clients[0]) == NGX_OK);

    nsp_end(&t);
}


/* the shares of the smallest zone and of a large one add up to a quarter */

static void
nsp_share(void)
{
    ngx_uint_t         i;
    ngx_print_store_t  st;

    static uint32_t    blocks[] = { 79, 80, 256, 12142, 0 };

    static size_t      queues[] = { 9 * 1024, 10 * 1024, 32 * 1024,
                                    1517 * 1024 };

    for (i = 0; blocks[i]; i++) {
        unit_about("shares of %u blocks", blocks[i]);

        bench_create(8 * 1024 * 1024, 8, 8, blocks[i]);
        bench_view(&st);

        unit_check(st.share.spare == 0);
        ngx_print_store_share(&st);

        unit_check(st.share.kept[NGX_PRINT_USE_CONNECT]
                   == ngx_max(blocks[i] / 32, 8));
        unit_check(st.share.kept[NGX_PRINT_USE_REPLY] == blocks[i] / 32);
        unit_check(st.share.spare + st.share.kept[NGX_PRINT_USE_CONNECT]
                   + st.share.kept[NGX_PRINT_USE_REPLY] == blocks[i] / 4);

        unit_check(ngx_print_queue_limit(&st, 0) == queues[i]);
        unit_check(ngx_print_queue_limit(&st, 1) == 1);
    }
}
