
/*
 * Copyright (C) the print hub contributors
 */


/* Sessions: opened, found, connected, closed, freed, orphaned. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "session_base.h"
#include "nsp_base.h"


static void session_open(void);
static void session_find(void);
static void session_sockets(void);
static void session_connect(void);
static void session_close(void);
static void session_close_mine(void);
static void session_close_other(void);
static void session_close_blocked(void);
static void session_free(void);
static void session_linger(void);
static void session_orphan(void);
static void session_orphan_scan(void);
static void session_gone(void);
static void nsp_joined(void);


int
main(void)
{
    bench_guard();

    session_open();
    session_find();
    session_sockets();
    session_connect();
    session_close();
    session_close_mine();
    session_close_other();
    session_close_blocked();
    session_free();
    session_linger();
    session_orphan();
    session_orphan_scan();
    session_gone();
    nsp_joined();

    return unit_end();
}


static void
session_open(void)
{
    u_char                    sock[NGX_PRINT_SESSION_SOCK];
    uint32_t                  i, token;
    session_t                 t;
    ngx_print_ref_t           ref;
    ngx_print_session_info_t  info;

    session_begin(&t, "open", 0);

    unit_check(ngx_print_session_get(&t.b, t.ref, &info) == NGX_OK);
    unit_check(info.state == NGX_PRINT_SESSION_OPEN);
    unit_check(info.ref.index == t.ref.index && info.ref.gen == t.ref.gen);
    unit_check(info.eio == 4 && !info.connected && info.awaited == 0);
    unit_check(info.addr[0] == 1 && info.addr[15] == 1);
    unit_check(info.key[0] == 0xff && info.key[3] == 1);

    bench_sock(sock, 1);
    unit_check(ngx_print_session_connect(&t.a, t.ref, 0, sock) == NGX_OK);

    for (i = 2; i <= 8; i++) {
        unit_check(bench_open(&t.a, i, i & 1, &ref, &token) == NGX_OK);
        unit_check(ngx_print_session_connect(&t.a, ref, 0, sock) == NGX_OK);
    }

    unit_check(bench_open(&t.a, 9, 0, &ref, &token) == NGX_PRINT_FULL);
    unit_check(t.a.sh->session_count == 8);

    for (i = 2; i <= 8; i++) {
        ref.index = i;
        ref.gen = 1;
        unit_check(ngx_print_session_close(&t.a, ref, 1) == NGX_OK);
        ngx_print_session_free(&t.a, ref);
        unit_check(ngx_print_session_get(&t.a, ref, &info) == NGX_DECLINED);
    }

    /* the index is used again, by another generation */

    unit_check(bench_open(&t.b, 10, 1, &ref, &token) == NGX_OK);
    unit_check(ref.index == 8 && ref.gen == 2);
    unit_check(ngx_print_session_get(&t.b, ref, &info) == NGX_OK);
    unit_check(info.state == NGX_PRINT_SESSION_WS);
    ref.gen = 1;
    unit_check(ngx_print_session_get(&t.b, ref, &info) == NGX_DECLINED);
    ref.gen = 2;

    unit_check(ngx_print_session_close(&t.b, ref, 1) == NGX_OK);
    ngx_print_session_free(&t.b, ref);

    session_end(&t);
}


static void
session_find(void)
{
    u_char                    key[NGX_PRINT_SESSION_KEY];
    uint32_t                  i;
    session_t                 t;
    ngx_print_session_info_t  info;

    session_begin(&t, "find", 0);
    bench_key(key, 1);

    unit_check(ngx_print_session_find(&t.b, t.ref.index, key, &info)
               == NGX_OK);
    unit_check(info.ref.index == t.ref.index && info.ref.gen == t.ref.gen);

    for (i = 0; i < NGX_PRINT_SESSION_KEY; i++) {
        key[i] ^= 0x80;
        unit_check(ngx_print_session_find(&t.b, t.ref.index, key, &info)
                   == NGX_DECLINED);
        key[i] ^= 0x80;
    }

    /* indices that nobody has, the key of an unused record included */

    for (i = 2; i < 20; i++) {
        unit_check(ngx_print_session_find(&t.b, i, key, &info)
                   == NGX_DECLINED);
    }

    ngx_memzero(key, sizeof(key));

    unit_check(ngx_print_session_find(&t.b, 0, key, &info) == NGX_DECLINED);
    unit_check(ngx_print_session_find(&t.b, 2, key, &info) == NGX_DECLINED);
    unit_check(ngx_print_session_find(&t.b, 0xffffff, key, &info)
               == NGX_DECLINED);

    bench_key(key, 1);

    unit_check(ngx_print_session_close(&t.a, t.ref, 1) == NGX_OK);
    unit_check(ngx_print_session_find(&t.b, t.ref.index, key, &info)
               == NGX_DECLINED);

    ngx_print_session_linger(&t.a, t.ref, 1000);
    unit_check(ngx_print_session_find(&t.b, t.ref.index, key, &info)
               == NGX_OK);
    unit_check(info.state == NGX_PRINT_SESSION_LINGER);

    ngx_print_session_free(&t.a, t.ref);
    unit_check(ngx_print_session_find(&t.b, t.ref.index, key, &info)
               == NGX_DECLINED);

    session_end(&t);
}


static void
session_sockets(void)
{
    u_char                    sock[NGX_PRINT_SESSION_SOCK];
    session_t                 t;
    ngx_print_session_info_t  info;

    session_begin(&t, "connect", 1);
    bench_sock(sock, 77);

    unit_check(ngx_print_session_disconnect(&t.a, t.ref, 0) == NGX_DECLINED);
    unit_check(ngx_print_session_connect(&t.b, t.ref, 0, sock) == NGX_OK);
    unit_check(ngx_print_session_connect(&t.b, t.ref, 0, sock) == NGX_BUSY);
    unit_check(ngx_print_session_get(&t.a, t.ref, &info) == NGX_OK);
    unit_check(info.connected);
    unit_check(memcmp(info.sock, sock, sizeof(sock)) == 0);

    unit_check(ngx_print_session_disconnect(&t.b, t.ref, 0) == NGX_OK);
    unit_check(ngx_print_session_disconnect(&t.b, t.ref, 0) == NGX_DECLINED);

    bench_sock(sock, 78);
    unit_check(ngx_print_session_connect(&t.b, t.ref, 0, sock) == NGX_OK);
    unit_check(ngx_print_session_get(&t.a, t.ref, &info) == NGX_OK);
    unit_check(info.connected);
    unit_check(memcmp(info.sock, sock, sizeof(sock)) == 0);

    unit_check(ngx_print_session_close(&t.a, t.ref, 1) == NGX_OK);
    unit_check(ngx_print_session_disconnect(&t.a, t.ref, 0) == NGX_DECLINED);
    unit_check(ngx_print_session_connect(&t.a, t.ref, 0, sock) == NGX_DECLINED);

    session_end(&t);
}


static void
session_connect(void)
{
    u_char     sock[NGX_PRINT_SESSION_SOCK];
    session_t  t;

    session_begin(&t, "connect timeout", 1);
    bench_sock(sock, 1);

    bench_clock(ngx_current_msec + BENCH_CONNECT - 1);
    ngx_print_session_touch(&t.a, t.ref, 1);
    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.a, 1) == NGX_PRINT_DUE_CONNECT_TIMEOUT);
    unit_check(session_expire(&t, &t.b, 0) == NGX_PRINT_DUE_NOTHING);
    session_end(&t);

    session_begin(&t, "no connect timeout", 1);
    unit_check(ngx_print_session_connect(&t.a, t.ref, 0, sock) == NGX_OK);
    bench_clock(ngx_current_msec + BENCH_CONNECT);
    ngx_print_session_touch(&t.a, t.ref, 1);
    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_NOTHING);

    /* nor after it has parted */

    unit_check(ngx_print_session_disconnect(&t.a, t.ref, 0) == NGX_OK);
    unit_check(session_expire(&t, &t.a, 1) == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.a, BENCH_INTERVAL - 1)
               == NGX_PRINT_DUE_PING);
    session_end(&t);
}


/* without an attached connection the worker that closes it finishes it */

static void
session_close(void)
{
    uint32_t   token;
    session_t  t;

    session_begin(&t, "close", 0);

    unit_check(ngx_print_session_reason(&t.b, t.ref) == 0);
    unit_check(bench_send(&t.b, t.ref, 1, 10) == NGX_OK);
    unit_check(ngx_print_session_close(&t.b, t.ref, 5) == NGX_OK);
    unit_check(session_state(&t) == NGX_PRINT_SESSION_CLOSING);

    unit_check(ngx_print_session_close(&t.a, t.ref, 6) == NGX_DECLINED);
    unit_check(ngx_print_session_close(&t.b, t.ref, 6) == NGX_DECLINED);
    unit_check(ngx_print_session_reason(&t.b, t.ref) == 5);
    unit_check(ngx_print_session_reason(&t.a, t.ref) == 0);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    unit_check(bench_send(&t.b, t.ref, 1, 10) == NGX_DECLINED);
    unit_check(ngx_print_session_poll(&t.a, t.ref, &token) == NGX_DECLINED);
    unit_check(ngx_print_session_post(&t.a, t.ref) == NGX_DECLINED);
    unit_check(ngx_print_session_probe(&t.a, t.ref, &token) == NGX_DECLINED);
    unit_check(session_expire(&t, &t.b, BENCH_TIMEOUT - 1)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.b, 1) == NGX_PRINT_DUE_FINISH);

    ngx_print_session_free(&t.b, t.ref);
    unit_check(session_state(&t) == NGX_PRINT_SESSION_FREE);
    unit_check(ngx_print_session_reason(&t.b, t.ref) == 0);
    unit_check(ngx_print_session_close(&t.b, t.ref, 5) == NGX_DECLINED);

    session_end(&t);
}


static void
session_close_mine(void)
{
    session_t          t;
    ngx_print_batch_t  batch;

    session_begin(&t, "close, attached to us", 1);

    unit_check(ngx_print_session_close(&t.a, t.ref, 5) == NGX_OK);
    unit_check(ngx_print_session_reason(&t.a, t.ref) == 5);
    unit_check(ngx_print_session_reason(&t.b, t.ref) == 0);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 1, 0, &batch)
               == NGX_OK);
    unit_check(batch.closing && batch.head == 0);

    session_end(&t);
}


static void
session_close_other(void)
{
    session_t          t;
    ngx_print_ref_t    refs[4];
    ngx_print_batch_t  batch;

    session_begin(&t, "close, attached to another one", 1);

    ngx_print_store_rearm(&t.a);

    unit_check(ngx_print_session_close(&t.b, t.ref, 5) == NGX_AGAIN);
    unit_check(t.a.workers[SESSION_A].pending == 1);
    unit_check(ngx_print_session_reason(&t.b, t.ref) == 0);
    unit_check(ngx_print_session_reason(&t.a, t.ref) == 5);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_CLOSING|CHECK_SETTLED)
               == NULL);

    unit_check(ngx_print_queue_ready(&t.a, refs, 4) == 1);
    unit_check(refs[0].index == t.ref.index && refs[0].gen == t.ref.gen);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 1, 0, &batch)
               == NGX_OK);
    unit_check(batch.closing);

    session_end(&t);
}


/* a holder whose output is full is told nevertheless */

static void
session_close_blocked(void)
{
    session_t        t;
    ngx_print_ref_t  refs[4];

    session_begin(&t, "close, blocked", 1);

    ngx_print_queue_block(&t.a, t.ref, t.token, 1);
    unit_check(bench_send(&t.b, t.ref, 1, 10) == NGX_OK);
    unit_check(ngx_print_queue_ready(&t.a, refs, 4) == 0);

    unit_check(ngx_print_session_close(&t.b, t.ref, 5) == NGX_AGAIN);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_CLOSING) == NULL);

    ngx_print_queue_block(&t.a, t.ref, t.token, 1);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_CLOSING) == NULL);
    unit_check(ngx_print_queue_ready(&t.a, refs, 4) == 1);

    session_end(&t);
}


static void
session_free(void)
{
    uint32_t         i;
    session_t        t;
    ngx_str_t        id, part;
    ngx_print_ref_t  refs[4];

    session_begin(&t, "free", 1);

    bench_create(2 * NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_fake(&t.a, &t.wake[0], SESSION_A);
    bench_fake(&t.b, &t.wake[1], SESSION_B);
    unit_check(bench_open(&t.a, 1, 1, &t.ref, &t.token) == NGX_OK);

    id.len = 1;
    id.data = (u_char *) "x";
    part = id;

    /* not one that is open */

    ngx_print_session_free(&t.b, t.ref);
    unit_check(session_state(&t) == NGX_PRINT_SESSION_WS);

    /* what is left: more messages than one hold frees, parts, a client */

    for (i = 0; i < 60; i++) {
        unit_check(ngx_print_queue_send(&t.b, t.ref, &part, 1, 0, 1000000)
                   == NGX_OK);
        unit_check(ngx_print_queue_attach_add(&t.b, t.ref, &part, 1, 3, 1000)
                   == NGX_OK);
    }

    for (i = 0; i < 20; i++) {
        unit_check(ngx_print_queue_send(&t.b, t.ref, &part, 1, 0, 1000000)
                   == NGX_OK);
    }

    unit_check(bench_register(&t.b, t.ref, 0, "c", 0) == NGX_OK);
    unit_check(ngx_print_session_close(&t.b, t.ref, 5) == NGX_AGAIN);

    ngx_print_session_free(&t.a, t.ref);
    ngx_print_session_free(&t.a, t.ref);

    unit_check(session_state(&t) == NGX_PRINT_SESSION_FREE);
    unit_check(ngx_print_queue_ready(&t.a, refs, 4) == 0);
    unit_check(t.a.sh->offline_head == 1);

    session_end(&t);
}


static void
session_linger(void)
{
    uint32_t                  token;
    session_t                 t;
    ngx_print_batch_t         batch;
    ngx_print_session_info_t  info;

    session_begin(&t, "linger", 0);

    unit_check(bench_send(&t.a, t.ref, 1, 10) == NGX_OK);

    ngx_print_session_linger(&t.a, t.ref, 1000);
    unit_check(session_state(&t) == NGX_PRINT_SESSION_OPEN);

    unit_check(ngx_print_session_close(&t.a, t.ref, 5) == NGX_OK);
    ngx_print_session_linger(&t.a, t.ref, 1000);
    unit_check(session_state(&t) == NGX_PRINT_SESSION_LINGER);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    /* closed for all but the next GET */

    unit_check(bench_send(&t.a, t.ref, 1, 10) == NGX_DECLINED);
    unit_check(ngx_print_session_close(&t.a, t.ref, 5) == NGX_DECLINED);
    unit_check(ngx_print_session_post(&t.a, t.ref) == NGX_DECLINED);
    unit_check(ngx_print_session_probe(&t.a, t.ref, &token) == NGX_DECLINED);

    unit_check(ngx_print_session_poll(&t.b, t.ref, &token) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.b, t.ref, token, 100, 1, &batch)
               == NGX_OK);
    unit_check(batch.count == 1 && !batch.closing);
    ngx_print_queue_release(&t.b, &batch);

    unit_check(session_expire(&t, &t.a, 999) == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.a, 1) == NGX_PRINT_DUE_FREE);

    /* its last GET's worker dies: that is no reason to stay */

    unit_check(ngx_print_session_poll(&t.b, t.ref, &token) == NGX_OK);
    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_NOTHING);
    session_b_dies(&t);
    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_FREE);

    ngx_print_session_free(&t.a, t.ref);
    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_NOTHING);
    unit_check(ngx_print_session_get(&t.a, t.ref, &info) == NGX_DECLINED);

    session_end(&t);
}


/* what a dead worker leaves, session by session */

static void
session_orphan(void)
{
    uint32_t         token, cursor, i;
    session_t        t;
    ngx_print_ref_t  ws, poll, closing, linger, ref;

    session_begin(&t, "orphan", 1);

    unit_check(bench_open(&t.b, 2, 1, &ws, &token) == NGX_OK);
    unit_check(bench_open(&t.b, 3, 0, &poll, &token) == NGX_OK);
    unit_check(bench_open(&t.b, 4, 0, &closing, &token) == NGX_OK);
    unit_check(bench_open(&t.b, 5, 0, &linger, &token) == NGX_OK);

    unit_check(ngx_print_session_poll(&t.b, poll, &token) == NGX_OK);
    unit_check(bench_send(&t.a, poll, 1, 10) == NGX_OK);

    unit_check(ngx_print_session_close(&t.b, closing, 7) == NGX_OK);

    unit_check(ngx_print_session_close(&t.b, linger, 7) == NGX_OK);
    ngx_print_session_linger(&t.b, linger, 1000);
    unit_check(ngx_print_session_poll(&t.b, linger, &token) == NGX_OK);

    cursor = 0;
    unit_check(ngx_print_session_orphan(&t.a, &cursor, 8, &ref) == NGX_DONE);

    session_b_dies(&t);
    unit_check(check_zone(&t.a, CHECK_SETTLED) != NULL);

    for (i = 0, cursor = 0; i < 2; i++) {
        unit_check(ngx_print_session_orphan(&t.a, &cursor, 8, &ref)
                   == NGX_OK);
        unit_check(ref.index == (i ? closing.index : ws.index));
        unit_check(ngx_print_session_reason(&t.a, ref) == (i ? 7 : 8));
        unit_check(ngx_print_session_reason(&t.b, ref) == 0);
    }

    unit_check(ngx_print_session_orphan(&t.a, &cursor, 8, &ref) == NGX_DONE);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    /* the poll's session goes on */

    unit_check(ngx_print_session_poll(&t.a, poll, &token) == NGX_OK);
    unit_check(ngx_print_session_close(&t.a, poll, 1) == NGX_OK);

    ngx_print_session_free(&t.a, ws);
    ngx_print_session_free(&t.a, poll);
    ngx_print_session_free(&t.a, closing);
    ngx_print_session_free(&t.a, linger);

    session_end(&t);
}


static void
session_orphan_scan(void)
{
    uint32_t           i, n, token, cursor;
    ngx_int_t          rc;
    ngx_uint_t         again;
    ngx_print_ref_t    ref;
    ngx_print_wake_t   wake[2];
    ngx_print_store_t  a, b;

    unit_about("orphans of a large zone");

    bench_create(20 * 1024 * 1024, 0, 0, 0);
    bench_fake(&a, &wake[0], 1);
    bench_fake(&b, &wake[1], 2);

    for (i = 0; i < 10000; i++) {
        unit_check(bench_open(i % 5000 ? &a : &b, i, 1, &ref, &token)
                   == NGX_OK);
    }

    ngx_print_store_leave(&b);

    cursor = 0;
    again = 0;
    n = 0;

    for ( ;; ) {
        rc = ngx_print_session_orphan(&a, &cursor, 1, &ref);

        if (rc == NGX_DONE) {
            break;
        }

        again += (rc == NGX_AGAIN);

        if (rc == NGX_OK) {
            unit_check(ref.index % 5000 == 1);
            ngx_print_session_free(&a, ref);
            n++;
        }
    }

    unit_check(n == 2);
    unit_check(again == 2);
    unit_check(check_zone(&a, CHECK_SETTLED) == NULL);
}


/* a ref outlives its session: nothing that it is used for does harm */

static void
session_gone(void)
{
    char                      was[CHECK_TEXT], is[CHECK_TEXT];
    u_char                    sock[NGX_PRINT_SESSION_SOCK];
    uint32_t                  i, token;
    session_t                 t;
    ngx_print_ref_t           old[3];
    ngx_print_batch_t         batch;
    ngx_print_session_info_t  info;

    session_begin(&t, "gone", 1);
    bench_sock(sock, 1);

    old[0] = t.ref;
    unit_check(ngx_print_session_close(&t.a, t.ref, 1) == NGX_OK);
    ngx_print_session_free(&t.a, t.ref);
    unit_check(bench_open(&t.a, 2, 1, &t.ref, &token) == NGX_OK);
    unit_check(t.ref.index == old[0].index && token == t.token);

    old[1].index = 0;
    old[1].gen = 0;
    old[2].index = 1000;
    old[2].gen = 0;

    check_text(&t.a, 0, was);

    for (i = 0; i < 3; i++) {
        unit_check(ngx_print_session_get(&t.a, old[i], &info)
                   == NGX_DECLINED);
        unit_check(ngx_print_session_poll(&t.a, old[i], &token)
                   == NGX_DECLINED);
        unit_check(ngx_print_session_detach(&t.a, old[i], t.token)
                   == NGX_DECLINED);
        unit_check(ngx_print_session_post(&t.a, old[i]) == NGX_DECLINED);
        unit_check(ngx_print_session_probe(&t.a, old[i], &token)
                   == NGX_DECLINED);
        unit_check(ngx_print_session_connect(&t.a, old[i], 0, sock)
                   == NGX_DECLINED);
        unit_check(ngx_print_session_disconnect(&t.a, old[i], 0)
                   == NGX_DECLINED);
        unit_check(ngx_print_session_close(&t.a, old[i], 1) == NGX_DECLINED);
        unit_check(ngx_print_session_reason(&t.a, old[i]) == 0);
        unit_check(bench_send(&t.a, old[i], 1, 10) == NGX_DECLINED);
        unit_check(ngx_print_queue_take(&t.a, old[i], t.token, 1, 0, &batch)
                   == NGX_DECLINED);

        ngx_print_session_post_done(&t.a, old[i]);
        ngx_print_session_touch(&t.a, old[i], 1);
        ngx_print_session_free(&t.a, old[i]);
        ngx_print_session_linger(&t.a, old[i], 1);
        ngx_print_queue_block(&t.a, old[i], t.token, 1);
    }

    check_text(&t.a, 0, is);
    unit_check(strcmp(was, is) == 0);

    session_end(&t);
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
