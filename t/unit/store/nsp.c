
/*
 * Copyright (C) the print hub contributors
 */


/* namespaces, packets with attachments, blocks spared for clients */


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"


typedef struct {
    ngx_print_store_t    a;
    ngx_print_wake_t     wake;
    ngx_print_ref_t      ref;
    uint32_t             token;
} nsp_t;


static void nsp_begin(nsp_t *t, const char *about);
static void nsp_end(nsp_t *t);
static void nsp_nsps(void);
static void nsp_joined(void);
static void nsp_client(void);
static void nsp_attached(void);
static void nsp_spared(void);
static ngx_str_t nsp_bytes(ngx_uint_t n, size_t len);


int
main(void)
{
    bench_guard();

    nsp_nsps();
    nsp_joined();
    nsp_client();
    nsp_attached();
    nsp_spared();

    return unit_end();
}


static void
nsp_begin(nsp_t *t, const char *about)
{
    unit_about("%s", about);

    bench_create(NGX_PRINT_STORE_MIN_SIZE, 8, 8, 40);
    bench_fake(&t->a, &t->wake, 1);

    unit_check(bench_open(&t->a, 1, 1, &t->ref, &t->token) == NGX_OK);
}


static void
nsp_end(nsp_t *t)
{
    unit_check(check_zone(&t->a, CHECK_READY|CHECK_SETTLED) == NULL);
    unit_check(ngx_print_session_close(&t->a, t->ref, 1) == NGX_OK);
    ngx_print_session_free(&t->a, t->ref);
    unit_check(t->a.sh->block_count == 0 && t->a.sh->session_count == 0);
    unit_check(check_zone(&t->a, CHECK_READY|CHECK_SETTLED) == NULL);
}


static void
nsp_nsps(void)
{
    nsp_t       t;
    u_char      buf[NGX_PRINT_NSP_MAX + 1];
    ngx_str_t   name, same;
    ngx_int_t   i;

    nsp_begin(&t, "names of namespaces");

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

    nsp_end(&t);
}


static void
nsp_joined(void)
{
    nsp_t                     t;
    u_char                    sock[NGX_PRINT_SESSION_SOCK];
    ngx_print_session_info_t  info;

    nsp_begin(&t, "several namespaces");
    bench_sock(sock, 1);

    unit_check(ngx_print_session_connect(&t.a, t.ref, 31, NULL) == NGX_OK);
    unit_check(ngx_print_session_connect(&t.a, t.ref, 31, NULL) == NGX_BUSY);
    unit_check(ngx_print_session_connect(&t.a, t.ref, 0, sock) == NGX_OK);
    unit_check(ngx_print_session_get(&t.a, t.ref, &info) == NGX_OK);
    unit_check(info.connected == 0x80000001);
    unit_check(ngx_print_session_disconnect(&t.a, t.ref, 5) == NGX_DECLINED);
    unit_check(ngx_print_session_disconnect(&t.a, t.ref, 0) == NGX_OK);
    unit_check(ngx_print_session_get(&t.a, t.ref, &info) == NGX_OK);
    unit_check(info.connected == 0x80000000);

    nsp_end(&t);
}


static void
nsp_client(void)
{
    nsp_t                    t;
    u_char                   sock[NGX_PRINT_SESSION_SOCK];
    bench_job_t              job;
    ngx_print_batch_t        batch;
    ngx_print_client_info_t  info;

    nsp_begin(&t, "a client in a namespace");
    bench_sock(sock, 1);
    bench_job(&job, 1, "c", 10);

    unit_check(ngx_print_session_connect(&t.a, t.ref, 0, sock) == NGX_OK);
    unit_check(ngx_print_session_connect(&t.a, t.ref, 2, NULL) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref, 2, "c", 0) == NGX_OK);

    unit_check(bench_print(&t.a, &job) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 9999, 0, &batch)
               == NGX_OK);
    unit_check(batch.njobs == 1 && batch.jobs[0].nsp == 2);
    ngx_print_queue_release(&t.a, &batch);

    /* it goes with its own namespace */

    unit_check(ngx_print_session_disconnect(&t.a, t.ref, 0) == NGX_OK);
    unit_check(ngx_print_client_offline(&t.a, t.ref, 0, &info) == NGX_DECLINED);
    unit_check(ngx_print_client_offline(&t.a, t.ref, 2, &info) == NGX_DECLINED);
    unit_check(bench_print(&t.a, &job) == NGX_OK);
    unit_check(ngx_print_session_disconnect(&t.a, t.ref, 2) == NGX_OK);
    unit_check(bench_print(&t.a, &job) == NGX_PRINT_OFFLINE);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 9999, 0, &batch)
               == NGX_AGAIN);
    unit_check(ngx_print_client_offline(&t.a, t.ref, 0, &info) == NGX_DECLINED);
    unit_check(ngx_print_client_offline(&t.a, t.ref, 2, &info) == NGX_OK);
    unit_check(info.nsp == 2 && !info.connected);
    unit_check(ngx_print_client_offline(&t.a, t.ref, 2, &info) == NGX_DECLINED);
    unit_check(ngx_print_client_remove(&t.a, &job.clients[0]) == NGX_OK);

    nsp_end(&t);
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

    nsp_end(&t);
}


static void
nsp_spared(void)
{
    nsp_t            t;
    u_char           sock[NGX_PRINT_SESSION_SOCK];
    uint32_t         token;
    ngx_str_t        data;
    bench_job_t      job;
    ngx_print_ref_t  other;

    ngx_print_client_info_t  info;

    nsp_begin(&t, "spared for clients");
    bench_sock(sock, 1);

    unit_check(bench_open(&t.a, 2, 1, &other, &token) == NGX_OK);
    unit_check(ngx_print_session_connect(&t.a, t.ref, 0, sock) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref, 0, "c", 0) == NGX_OK);

    t.a.spare = 10;

    while (bench_send(&t.a, other, 1, 10) == NGX_OK) { /* void */ }

    unit_check(t.a.sh->block_count == t.a.sh->nblocks - 1 - 10);

    data = nsp_bytes(1, 10);
    unit_check(ngx_print_queue_attach_add(&t.a, other, &data, 0, 1, 1000)
               == NGX_PRINT_FULL);

    /* an empty queue takes one, a print is taken as long as there is room */

    unit_check(bench_send(&t.a, t.ref, 1, 10) == NGX_OK);
    unit_check(bench_send(&t.a, t.ref, 1, 10) == NGX_PRINT_FULL);

    bench_job(&job, 1, "c", 10);

    while (bench_print(&t.a, &job) == NGX_OK) { /* void */ }

    unit_check(t.a.sh->block_count == t.a.sh->nblocks - 1);

    unit_check(ngx_print_session_close(&t.a, other, 1) == NGX_OK);
    ngx_print_session_free(&t.a, other);

    unit_check(ngx_print_session_disconnect(&t.a, t.ref, 0) == NGX_OK);
    unit_check(ngx_print_client_offline(&t.a, t.ref, 0, &info) == NGX_OK);
    unit_check(ngx_print_client_remove(&t.a, &job.clients[0]) == NGX_OK);

    nsp_end(&t);
}


static ngx_str_t
nsp_bytes(ngx_uint_t n, size_t len)
{
    ngx_str_t  data;

    data.data = bench_bytes(n, len);
    data.len = len;

    return data;
}
