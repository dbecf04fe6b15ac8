
/*
 * Copyright (C) the print hub contributors
 */


/* namespaces, what is kept, acknowledgements, packets with attachments */


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "store_bench.h"
#include "store_check.h"


typedef struct {
    ngx_print_store_t    a;
    ngx_print_wake_t     wake;
    ngx_print_ref_t      ref;
    uint32_t             token;
} ack_t;


static void ack_begin(ack_t *t, const char *about);
static void ack_end(ack_t *t);
static void ack_nsps(void);
static void ack_joined(void);
static void ack_client(void);
static void ack_kept(void);
static void ack_awaited(void);
static void ack_due(void);
static void ack_full(void);
static void ack_attached(void);
static void ack_spared(void);
static ngx_str_t ack_bytes(ngx_uint_t n, size_t len);


int
main(void)
{
    bench_limit(60);

    ack_nsps();
    ack_joined();
    ack_client();
    ack_kept();
    ack_awaited();
    ack_due();
    ack_full();
    ack_attached();
    ack_spared();

    return unit_end();
}


static void
ack_begin(ack_t *t, const char *about)
{
    unit_about("%s", about);

    bench_create(NGX_PRINT_STORE_MIN_SIZE, 8, 8, 40);
    bench_fake(&t->a, &t->wake, 1);

    unit_check(bench_open(&t->a, 1, 1, &t->ref, &t->token) == NGX_OK);
}


static void
ack_end(ack_t *t)
{
    unit_check(check_zone(&t->a, CHECK_READY|CHECK_SETTLED) == NULL);
    unit_check(ngx_print_session_close(&t->a, t->ref, 1) == NGX_OK);
    ngx_print_session_free(&t->a, t->ref);
    unit_check(t->a.sh->block_count == 0 && t->a.sh->session_count == 0);
    unit_check(check_zone(&t->a, CHECK_READY|CHECK_SETTLED) == NULL);
}


static void
ack_nsps(void)
{
    ack_t       t;
    u_char      buf[NGX_PRINT_NSP_MAX + 1];
    ngx_str_t   name, same;
    ngx_int_t   i;

    ack_begin(&t, "names of namespaces");

    ngx_str_set(&name, "/");
    unit_check(ngx_print_store_nsp(&t.a, &name) == 0);

    for (i = 1; i < NGX_PRINT_NSP_COUNT; i++) {
        name.len = sprintf((char *) buf, "/n%d", (int) i);
        name.data = buf;

        unit_check(ngx_print_store_nsp(&t.a, &name) == i);
        unit_check(ngx_print_store_nsp(&t.a, &name) == i);

        same = ngx_print_store_nsp_name(&t.a, i);
        unit_check(same.len == name.len
                   && memcmp(same.data, buf, name.len) == 0);
    }

    ngx_str_set(&name, "/more");
    unit_check(ngx_print_store_nsp(&t.a, &name) == NGX_ERROR);
    ngx_str_set(&name, "/n3");
    unit_check(ngx_print_store_nsp(&t.a, &name) == 3);

    name.data = buf;
    name.len = NGX_PRINT_NSP_MAX + 1;
    unit_check(ngx_print_store_nsp(&t.a, &name) == NGX_ERROR);

    ack_end(&t);
}


static void
ack_joined(void)
{
    ack_t                     t;
    u_char                    sock[NGX_PRINT_SESSION_SOCK];
    ngx_print_session_info_t  info;

    ack_begin(&t, "several namespaces");
    bench_sock(sock, 1);

    unit_check(ngx_print_session_join(&t.a, t.ref, 31, NULL) == NGX_OK);
    unit_check(ngx_print_session_join(&t.a, t.ref, 31, NULL) == NGX_BUSY);
    unit_check(ngx_print_session_join(&t.a, t.ref, 0, sock) == NGX_OK);
    unit_check(ngx_print_session_get(&t.a, t.ref, &info) == NGX_OK);
    unit_check(info.joined == 0x80000001);
    unit_check(ngx_print_session_part(&t.a, t.ref, 5) == NGX_DECLINED);
    unit_check(ngx_print_session_part(&t.a, t.ref, 0) == NGX_OK);
    unit_check(ngx_print_session_get(&t.a, t.ref, &info) == NGX_OK);
    unit_check(info.joined == 0x80000000);

    ack_end(&t);
}


static void
ack_client(void)
{
    ack_t                    t;
    u_char                   sock[NGX_PRINT_SESSION_SOCK];
    bench_job_t              job;
    ngx_print_batch_t        batch;
    ngx_print_client_info_t  info;

    ack_begin(&t, "a client in a namespace");
    bench_sock(sock, 1);
    bench_job(&job, 1, "c", 10);

    unit_check(ngx_print_session_join(&t.a, t.ref, 0, sock) == NGX_OK);
    unit_check(ngx_print_session_join(&t.a, t.ref, 2, NULL) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref, 2, "c", 0) == NGX_OK);

    unit_check(bench_print(&t.a, &job) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 9999, 0, &batch)
               == NGX_OK);
    unit_check(batch.njobs == 1 && batch.jobs[0].nsp == 2);
    ngx_print_queue_release(&t.a, &batch);

    /* it goes with its own namespace */

    unit_check(ngx_print_session_part(&t.a, t.ref, 0) == NGX_OK);
    unit_check(ngx_print_client_leave(&t.a, t.ref, 0, &info) == NGX_DECLINED);
    unit_check(ngx_print_client_leave(&t.a, t.ref, 2, &info) == NGX_DECLINED);
    unit_check(bench_print(&t.a, &job) == NGX_OK);
    unit_check(ngx_print_session_part(&t.a, t.ref, 2) == NGX_OK);
    unit_check(bench_print(&t.a, &job) == NGX_PRINT_OFFLINE);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 9999, 0, &batch)
               == NGX_AGAIN);
    unit_check(ngx_print_client_leave(&t.a, t.ref, 0, &info) == NGX_DECLINED);
    unit_check(ngx_print_client_leave(&t.a, t.ref, 2, &info) == NGX_OK);
    unit_check(info.nsp == 2 && !info.connected);
    unit_check(ngx_print_client_leave(&t.a, t.ref, 2, &info) == NGX_DECLINED);
    unit_check(ngx_print_client_remove(&t.a, &job.clients[0]) == NGX_OK);

    ack_end(&t);
}


static void
ack_kept(void)
{
    ack_t       t;
    u_char      buf[NGX_PRINT_QUEUE_KEPT];
    ngx_str_t   data, kept;
    ngx_uint_t  i;

    ack_begin(&t, "kept");

    kept.data = buf;
    unit_check(ngx_print_queue_kept(&t.a, t.ref, 0, &kept) == NGX_DECLINED);

    /* each but the last of its tag is forgotten */

    for (i = 1; i < 100; i++) {
        data = ack_bytes(i, 10 * i);
        unit_check(ngx_print_queue_keep(&t.a, t.ref, i % 3, &data) == NGX_OK);
        unit_check(t.a.sessions[t.ref.index].kept.count == ngx_min(i, 3));

        data = ack_bytes(i, 10 * i);
        unit_check(ngx_print_queue_kept(&t.a, t.ref, i % 3, &kept) == NGX_OK);
        unit_check(kept.len == data.len
                   && memcmp(buf, data.data, data.len) == 0);
    }

    /* one in the middle, the last one, the only one */

    for (i = 3; i > 0; i--) {
        ngx_print_queue_forget(&t.a, t.ref, i % 3);
        unit_check(ngx_print_queue_kept(&t.a, t.ref, i % 3, &kept)
                   == NGX_DECLINED);
        unit_check(t.a.sessions[t.ref.index].kept.count == i - 1);
        unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);
    }

    data = ack_bytes(1, 10);
    unit_check(ngx_print_queue_keep(&t.a, t.ref, 1, &data) == NGX_OK);

    ack_end(&t);

    data = ack_bytes(1, 10);
    unit_check(ngx_print_queue_keep(&t.a, t.ref, 1, &data) == NGX_DECLINED);
    unit_check(t.a.sh->block_count == 0);
}


static void
ack_awaited(void)
{
    ack_t            t;
    uint64_t         id, other;
    ngx_print_ack_t  ack, from;

    ack_begin(&t, "awaited");

    ack.ref = t.ref;
    ack.nsp = 1;
    ack.cookie = 12345678901234ull;

    unit_check(ngx_print_ack_open(&t.a, &ack, 1000, &id) == NGX_OK);
    unit_check(ngx_print_ack_open(&t.a, &ack, 1000, &other) == NGX_OK);
    unit_check(id != other);

    /* of this session and namespace alone */

    from = ack;
    from.cookie = 0;
    from.nsp = 0;
    unit_check(ngx_print_ack_close(&t.a, &from, id) == NGX_DECLINED);
    from = ack;
    from.ref.gen++;
    unit_check(ngx_print_ack_close(&t.a, &from, id) == NGX_DECLINED);
    from = ack;
    from.cookie = 0;
    unit_check(ngx_print_ack_close(&t.a, &from, 0) == NGX_DECLINED);
    unit_check(ngx_print_ack_close(&t.a, &from, id + 5) == NGX_DECLINED);
    unit_check(ngx_print_ack_close(&t.a, &from, id + (1 << 24))
               == NGX_DECLINED);
    unit_check(ngx_print_ack_close(&t.a, &from, id) == NGX_OK);
    unit_check(from.cookie == ack.cookie);
    unit_check(ngx_print_ack_close(&t.a, &from, id) == NGX_DECLINED);

    /* the record is used again, the id is not */

    unit_check(ngx_print_ack_open(&t.a, &ack, 1000, &id) == NGX_OK);
    unit_check(t.a.sh->ack_count == 2 && t.a.sh->ack_top == 3);
    unit_check(ngx_print_ack_close(&t.a, &from, id) == NGX_OK);
    unit_check(ngx_print_ack_close(&t.a, &from, other) == NGX_OK);

    ack_end(&t);
}


static void
ack_due(void)
{
    ack_t            t;
    uint32_t         now, cursor, indices[4];
    uint64_t         id;
    ngx_print_ack_t  ack;

    ack_begin(&t, "due");

    ack.ref = t.ref;
    ack.nsp = 1;
    ack.cookie = 5;

    unit_check(ngx_print_ack_open(&t.a, &ack, 1000, &id) == NGX_OK);

    now = (uint32_t) ngx_current_msec;
    cursor = 0;
    indices[0] = 1;

    unit_check(ngx_print_ack_due(&t.a, now + 999, &cursor, indices, 4) == 0);
    unit_check(ngx_print_ack_due(&t.a, now + 1000, &cursor, indices, 4) == 1);
    unit_check(cursor == 0);

    unit_check(ngx_print_ack_expire(&t.a, now + 999, indices[0], &ack)
               == NGX_DECLINED);

    /* of several that look one may tell of it */

    ngx_memzero(&ack, sizeof(ngx_print_ack_t));

    unit_check(ngx_print_ack_expire(&t.a, now + 1000, indices[0], &ack)
               == NGX_OK);
    unit_check(ack.cookie == 5 && ack.nsp == 1 && ack.ref.gen == t.ref.gen
               && ack.ref.index == t.ref.index);
    unit_check(ngx_print_ack_expire(&t.a, now + 1000, indices[0], &ack)
               == NGX_DECLINED);
    unit_check(ngx_print_ack_close(&t.a, &ack, id) == NGX_DECLINED);

    ack_end(&t);
}


static void
ack_full(void)
{
    ack_t            t;
    uint64_t         id;
    ngx_uint_t       n;
    ngx_print_ack_t  ack;

    ack_begin(&t, "no room to await");

    ack.ref = t.ref;
    ack.nsp = 1;
    ack.cookie = 5;

    n = 0;

    while (n < t.a.sh->nacks
           && ngx_print_ack_open(&t.a, &ack, 1000, &id) == NGX_OK)
    {
        n++;
    }

    unit_check(n && n == t.a.sh->nacks - 1);
    unit_check(ngx_print_ack_open(&t.a, &ack, 1000, &id) == NGX_PRINT_FULL);

    ack_end(&t);
}


static void
ack_attached(void)
{
    ack_t                t;
    size_t               len[] = { 10, 2000, 0, 5000 };
    ngx_str_t            text[2], binary[3];
    ngx_uint_t           i;
    ngx_print_batch_t    batch;
    ngx_print_message_t  msg;

    ack_begin(&t, "attached");

    text[0] = ack_bytes(1, 4);
    text[1] = ack_bytes(2, 6);

    for (i = 0; i < 3; i++) {
        binary[i] = ack_bytes(3, len[1 + i]);
    }

    unit_check(ngx_print_queue_send_attached(&t.a, t.ref, text, 2, binary, 3,
                                             BENCH_LIMIT)
               == NGX_OK);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    /* all of them or none */

    unit_check(ngx_print_queue_send_attached(&t.a, t.ref, text, 2, binary, 3,
                                             9 * NGX_PRINT_STORE_BLOCK)
               == NGX_BUSY);

    binary[0].len = 30000;
    unit_check(ngx_print_queue_send_attached(&t.a, t.ref, text, 2, binary, 3,
                                             BENCH_LIMIT)
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

    ack_end(&t);
}


static void
ack_spared(void)
{
    ack_t            t;
    u_char           sock[NGX_PRINT_SESSION_SOCK];
    uint32_t         token;
    ngx_str_t        data;
    bench_job_t      job;
    ngx_print_ref_t  other;

    ngx_print_client_info_t  info;

    ack_begin(&t, "spared for clients");
    bench_sock(sock, 1);

    unit_check(bench_open(&t.a, 2, 1, &other, &token) == NGX_OK);
    unit_check(ngx_print_session_join(&t.a, t.ref, 0, sock) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref, 0, "c", 0) == NGX_OK);

    t.a.spare = 10;

    while (bench_send(&t.a, other, 1, 10) == NGX_OK) { /* void */ }

    unit_check(t.a.sh->block_count == t.a.sh->nblocks - 1 - 10);

    data = ack_bytes(1, 10);
    unit_check(ngx_print_queue_hold(&t.a, other, &data, 0, 1, 1000)
               == NGX_PRINT_FULL);
    unit_check(ngx_print_queue_keep(&t.a, other, 0, &data) == NGX_PRINT_FULL);

    /* an empty queue takes one, a print is taken as long as there is room */

    unit_check(bench_send(&t.a, t.ref, 1, 10) == NGX_OK);
    unit_check(bench_send(&t.a, t.ref, 1, 10) == NGX_PRINT_FULL);

    bench_job(&job, 1, "c", 10);

    while (bench_print(&t.a, &job) == NGX_OK) { /* void */ }

    unit_check(t.a.sh->block_count == t.a.sh->nblocks - 1);

    unit_check(ngx_print_session_close(&t.a, other, 1) == NGX_OK);
    ngx_print_session_free(&t.a, other);

    unit_check(ngx_print_session_part(&t.a, t.ref, 0) == NGX_OK);
    unit_check(ngx_print_client_leave(&t.a, t.ref, 0, &info) == NGX_OK);
    unit_check(ngx_print_client_remove(&t.a, &job.clients[0]) == NGX_OK);

    ack_end(&t);
}


static ngx_str_t
ack_bytes(ngx_uint_t n, size_t len)
{
    ngx_str_t  data;

    data.data = bench_bytes(n, len);
    data.len = len;

    return data;
}
