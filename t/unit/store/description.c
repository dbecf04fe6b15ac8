
/*
 * Copyright (C) the print hub contributors
 */


/* Descriptions of clients: their share of the zone, and which give way. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"


#define DESC_BLOCKS   64                /* 8 of them for descriptions */
#define DESC_CLIENTS  700


typedef struct {
    ngx_print_store_t   a;
    ngx_print_wake_t    wake;
    ngx_print_ref_t     ref[16];
} desc_t;


static void desc_share(void);
static void desc_offline(void);
static void desc_far(void);
static void desc_own(void);
static void desc_claims(void);
static void desc_refused(void);
static void desc_in_vain(void);
static void desc_begin(desc_t *t, const char *about);
static void desc_session(desc_t *t, ngx_uint_t i);
static void desc_close(desc_t *t, ngx_uint_t i);
static ngx_int_t desc_register(desc_t *t, ngx_uint_t session, ngx_uint_t n,
    size_t len, ngx_uint_t *bare);
static size_t desc_len(desc_t *t, ngx_uint_t n);
static void desc_check(desc_t *t);


static ngx_uint_t           desc_deny;
static ngx_print_limits_t  *desc_limits;


int
main(void)
{
    bench_guard();

    desc_share();
    desc_offline();
    desc_far();
    desc_own();
    desc_claims();
    desc_refused();
    desc_in_vain();

    return unit_end();
}


/* an eighth of the blocks, however many clients there are */

static void
desc_share(void)
{
    desc_t      t;
    ngx_uint_t  i, bare;

    desc_begin(&t, "share of descriptions");

    for (i = 0; i < 20; i++) {
        unit_check(desc_register(&t, 0, i, 100, &bare) == NGX_OK);
        unit_check(bare == (i >= 8));
        unit_check(desc_len(&t, i) == (i < 8 ? 100 : 0));
    }

    unit_check(t.a.sh->block_count == 8);
    desc_check(&t);

    /* one that can never fit */

    unit_check(desc_register(&t, 0, 30, 9000, &bare) == NGX_OK && bare);

    /* without one there is nothing to keep */

    unit_check(desc_register(&t, 0, 31, 0, &bare) == NGX_OK && !bare);
    desc_check(&t);

    /* the room of one that is gone is free again */

    unit_check(desc_register(&t, 0, 3, 0, &bare) == NGX_DONE && !bare);
    unit_check(desc_register(&t, 0, 40, 100, &bare) == NGX_OK && !bare);
    desc_check(&t);
}


/* the longest offline first, and its record stays */

static void
desc_offline(void)
{
    desc_t      t;
    ngx_uint_t  i, bare;

    desc_begin(&t, "descriptions of offline clients");

    for (i = 0; i < 4; i++) {
        unit_check(desc_register(&t, i, 2 * i, 100, &bare) == NGX_OK);
        unit_check(desc_register(&t, i, 2 * i + 1, 100, &bare) == NGX_OK);
    }

    /* sessions 2, 0 and 3 are lost, in this order */

    desc_close(&t, 2);
    desc_close(&t, 0);
    desc_close(&t, 3);

    unit_check(desc_register(&t, 4, 50, 100, &bare) == NGX_OK && !bare);
    unit_check(desc_len(&t, 4) + desc_len(&t, 5) == 100);
    unit_check(desc_register(&t, 4, 51, 100, &bare) == NGX_OK && !bare);
    unit_check(desc_len(&t, 4) + desc_len(&t, 5) == 0);
    unit_check(desc_len(&t, 0) == 100 && desc_len(&t, 1) == 100);
    desc_check(&t);

    /* one that comes back keeps what it says now, and is not taken from */

    unit_check(desc_register(&t, 5, 0, 200, &bare) == NGX_OK && !bare);
    unit_check(desc_len(&t, 0) == 200);

    /* a longer one takes from several */

    unit_check(desc_register(&t, 4, 52, 2500, &bare) == NGX_OK && !bare);
    unit_check(desc_len(&t, 1) == 0);
    unit_check(desc_len(&t, 6) == 0 && desc_len(&t, 7) == 0);
    unit_check(desc_len(&t, 0) == 200 && desc_len(&t, 2) == 100);
    desc_check(&t);

    unit_check(desc_register(&t, 4, 53, 100, &bare) == NGX_OK && bare);

    /* all records are there */

    unit_check(t.a.sh->client_count == 12);
    desc_check(&t);
}


/* behind many clients without one: found in several lock holds */

static void
desc_far(void)
{
    desc_t      t;
    ngx_uint_t  i, bare;

    desc_begin(&t, "a description behind many clients");

    for (i = 0; i < 600; i++) {
        unit_check(desc_register(&t, 0, i, i < 8 ? 100 : 0, &bare) == NGX_OK);

        if (i % 60 == 59) {
            desc_close(&t, 0);
            desc_session(&t, 0);
        }
    }

    unit_check(t.a.sh->offline_info != 0);
    desc_check(&t);

    /* the eight come and go without theirs, and others with one */

    for (i = 0; i < 8; i++) {
        unit_check(desc_register(&t, 1, i, 0, &bare) == NGX_OK);
    }

    unit_check(t.a.sh->block_count == 0);
    desc_check(&t);

    for (i = 0; i < 8; i++) {
        unit_check(desc_register(&t, 2, 610 + i, 100, &bare) == NGX_OK);
        unit_check(!bare);
    }

    desc_close(&t, 2);

    /* from the first one on, as if none had been looked at yet */

    check_trash(&t.a, 3);
    ngx_print_store_lock(&t.a);
    ngx_print_store_unlock(&t.a);
    unit_check(t.a.clients[t.a.sh->offline_info].info != 0);
    t.a.sh->offline_info = t.a.sh->offline_head;

    unit_check(desc_register(&t, 3, 650, 100, &bare) == NGX_OK && !bare);
    unit_check(t.a.sh->offline_info != t.a.sh->offline_head);
    desc_check(&t);

    for (i = 1; i < 8; i++) {
        unit_check(desc_register(&t, 3, 650 + i, 100, &bare) == NGX_OK);
        unit_check(!bare);
    }

    unit_check(desc_register(&t, 3, 660, 100, &bare) == NGX_OK && bare);
    unit_check(t.a.sh->offline_info == 0);
    desc_check(&t);
}


/* one that replaces its own needs no other's room */

static void
desc_own(void)
{
    desc_t      t;
    ngx_uint_t  i, bare;

    desc_begin(&t, "a description that replaces its own");

    for (i = 0; i < 8; i++) {
        unit_check(desc_register(&t, i & 1, i, 100, &bare) == NGX_OK);
    }

    desc_close(&t, 1);

    unit_check(desc_register(&t, 0, 0, 300, &bare) == NGX_DONE && !bare);
    unit_check(desc_len(&t, 0) == 300);

    for (i = 1; i < 8; i++) {
        unit_check(desc_len(&t, i) == 100);
    }

    /* nor one that comes back */

    unit_check(desc_register(&t, 2, 5, 400, &bare) == NGX_OK && !bare);
    unit_check(desc_len(&t, 5) == 400);
    unit_check(desc_len(&t, 1) == 100 && desc_len(&t, 7) == 100);
    desc_check(&t);

    /* one that is taken from another connection does not count as its own */

    unit_check(desc_register(&t, 3, 0, 100, &bare) == NGX_OK && !bare);
    unit_check(desc_len(&t, 7) == 0 && desc_len(&t, 0) == 100);
    desc_check(&t);
}


/* those that sockets told with a claim are descriptions like others */

static void
desc_claims(void)
{
    desc_t      t;
    ngx_uint_t  i, bare;

    desc_begin(&t, "descriptions of claims");

    unit_check(desc_register(&t, 3, 0, 100, &bare) == NGX_OK && !bare);

    for (i = 0; i < 3; i++) {
        unit_check(desc_register(&t, i, 0, 100, &bare) == NGX_DONE && !bare);
    }

    unit_check(t.a.sh->block_use[NGX_PRINT_USE_INFO] == 4);

    for (i = 1; i < 5; i++) {
        unit_check(desc_register(&t, 4, i, 100, &bare) == NGX_OK && !bare);
    }

    unit_check(desc_register(&t, 4, 5, 100, &bare) == NGX_OK && bare);
    desc_check(&t);

    /* it replaces its own, and needs no other's room */

    desc_close(&t, 4);
    unit_check(desc_register(&t, 0, 0, 300, &bare) == NGX_DONE && !bare);

    for (i = 1; i < 5; i++) {
        unit_check(desc_len(&t, i) == 100);
    }

    /* one that is new takes that of a client that is offline */

    unit_check(desc_register(&t, 2, 6, 100, &bare) == NGX_OK && !bare);
    unit_check(desc_len(&t, 4) == 0 && desc_len(&t, 2) == 100);
    desc_check(&t);

    /* a claim counts as a clientId of its connection */

    for (i = 0; i < NGX_PRINT_CLIENT_PER_SESSION - 1; i++) {
        unit_check(desc_register(&t, 1, 100 + i, 0, &bare) == NGX_OK);
    }

    unit_check(desc_register(&t, 1, 7, 100, &bare) == NGX_BUSY);
    unit_check(desc_len(&t, 2) == 100);
    unit_check(desc_register(&t, 1, 0, 200, &bare) == NGX_DONE && !bare);

    /* all of them come back */

    for (i = 4; i-- > 0; /* void */ ) {
        desc_close(&t, i);
        desc_check(&t);
    }

    unit_check(t.a.sh->block_use[NGX_PRINT_USE_INFO] == 5);
}


/* a client that will be refused takes nothing from others */

static void
desc_refused(void)
{
    desc_t              t;
    ngx_uint_t          i, bare;
    ngx_print_limits_t  limits;

    desc_begin(&t, "refused with a description");

    for (i = 0; i < 8; i++) {
        unit_check(desc_register(&t, 1, i, 100, &bare) == NGX_OK);
    }

    desc_close(&t, 1);

    for (i = 0; i < NGX_PRINT_CLIENT_PER_SESSION; i++) {
        unit_check(desc_register(&t, 0, 100 + i, 0, &bare) == NGX_OK);
    }

    unit_check(desc_register(&t, 0, 99, 100, &bare) == NGX_BUSY);
    unit_check(desc_register(&t, 1, 98, 100, &bare) == NGX_DECLINED);

    for (i = 0; i < 8; i++) {
        unit_check(desc_len(&t, i) == 100);
    }

    /* another socket keeps it, or the address has reached its limit */

    desc_deny = 1;
    unit_check(desc_register(&t, 2, 100, 100, &bare) == NGX_PRINT_HELD);
    desc_deny = 0;

    ngx_memzero(&limits, sizeof(ngx_print_limits_t));
    limits.rate = 1;
    limits.burst = 1;
    desc_limits = &limits;
    (void) desc_register(&t, 3, 200, 0, &bare);
    unit_check(desc_register(&t, 3, 201, 100, &bare) == NGX_PRINT_LIMITED);
    desc_limits = NULL;

    for (i = 0; i < 8; i++) {
        unit_check(desc_len(&t, i) == 100);
    }

    /* it has this clientId: it may */

    unit_check(desc_register(&t, 0, 100, 100, &bare) == NGX_DONE && !bare);
    desc_check(&t);
}


/* if all of them together would not make room, they stay */

static void
desc_in_vain(void)
{
    desc_t        t;
    ngx_uint_t    i, bare;
    bench_job_t   job;

    desc_begin(&t, "descriptions and a zone full of prints");

    for (i = 0; i < 4; i++) {
        unit_check(desc_register(&t, 1, i, 100, &bare) == NGX_OK);
    }

    desc_close(&t, 1);

    unit_check(bench_register(&t.a, t.ref[0], 0, "p", 0) == NGX_OK);

    bench_job(&job, 1, "p", 100);
    job.init.limit = 1024 * 1024;

    for (i = 0; i < 47; i++) {
        unit_check(bench_print(&t.a, &job) == NGX_OK);
    }

    unit_check(t.a.sh->block_count == 51);
    unit_check(desc_register(&t, 2, 50, 2100, &bare) == NGX_OK && bare);

    for (i = 0; i < 4; i++) {
        unit_check(desc_len(&t, i) == 100);
    }

    /* three of them do for a shorter one */

    unit_check(desc_register(&t, 2, 51, 100, &bare) == NGX_OK && !bare);
    unit_check(t.a.sh->block_use[NGX_PRINT_USE_INFO] == 1);
    desc_check(&t);
}


static void
desc_begin(desc_t *t, const char *about)
{
    ngx_uint_t  i;

    unit_about("%s", about);

    bench_create(1024 * 1024, 24, DESC_CLIENTS, DESC_BLOCKS);
    bench_fake(&t->a, &t->wake, 1);

    ngx_print_store_share(&t->a);

    for (i = 0; i < 16; i++) {
        desc_session(t, i);
    }
}


static void
desc_session(desc_t *t, ngx_uint_t i)
{
    u_char    sock[NGX_PRINT_SESSION_SOCK];
    uint32_t  token;

    bench_sock(sock, i);

    unit_check(bench_open(&t->a, i, 1, &t->ref[i], &token) == NGX_OK);
    unit_check(ngx_print_session_connect(&t->a, t->ref[i], 0, sock)
               == NGX_OK);
}


static void
desc_close(desc_t *t, ngx_uint_t i)
{
    unit_check(ngx_print_session_close(&t->a, t->ref[i], 1) == NGX_OK);
    ngx_print_session_free(&t->a, t->ref[i]);
}


static ngx_int_t
desc_register(desc_t *t, ngx_uint_t session, ngx_uint_t n, size_t len,
    ngx_uint_t *bare)
{
    u_char                   id[32];
    ngx_int_t                rc;
    ngx_print_client_init_t  init;

    ngx_memzero(&init, sizeof(init));

    init.id.data = id;
    init.id.len = sprintf((char *) id, "client %lu", (unsigned long) n);
    init.info.len = len;
    init.info.data = bench_bytes(n, len);
    init.deny = desc_deny;
    init.limits = desc_limits;

    rc = ngx_print_client_register(&t->a, t->ref[session], 0, &init);
    *bare = init.bare;

    return rc;
}


/* how long the description of a client is, which must be its own */

static size_t
desc_len(desc_t *t, ngx_uint_t n)
{
    u_char                     id[32], buf[NGX_PRINT_CLIENT_INFO];
    ngx_str_t                  name, info;
    ngx_print_client_detail_t  detail;

    name.data = id;
    name.len = sprintf((char *) id, "client %lu", (unsigned long) n);
    info.data = buf;

    unit_check(ngx_print_client_find(&t->a, &name, &detail, &info) == NGX_OK);
    unit_check(memcmp(buf, bench_bytes(n, info.len), info.len) == 0);

    return info.len;
}


static void
desc_check(desc_t *t)
{
    const char  *err;

    err = check_zone(&t->a, CHECK_SETTLED);

    if (err) {
        printf("  %s\n", err);
    }

    unit_check(err == NULL);
    unit_check(t->a.workers[1].inflight == 0);
    unit_check(t->a.sh->block_use[NGX_PRINT_USE_INFO] <= DESC_BLOCKS / 8);
}
