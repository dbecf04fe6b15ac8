
/*
 * Copyright (C) the print hub contributors
 */


/* Addresses: their clients, and which of them gives way. */


#include "address_base.h"


static void address_clients(void);
static void address_moves(void);
static void address_yield(void);
static void address_yield_jobs(void);
static void address_yield_busy(void);
static void address_charged(void);
static void address_asked(void);
static void address_charged_claims(void);
static void address_site_clients(void);
static void address_site_away(void);
static void address_recovery(void);


int
main(void)
{
    bench_guard();

    address_clients();
    address_moves();
    address_yield();
    address_yield_jobs();
    address_yield_busy();
    address_charged();
    address_asked();
    address_charged_claims();
    address_site_clients();
    address_site_away();
    address_recovery();

    return unit_end();
}


static void
address_clients(void)
{
    address_t        t;
    ngx_print_ref_t  one, other;

    address_begin(&t, "clients", ADDRESS_SESSIONS, ADDRESS_CLIENTS);

    t.limits.clients = 2;

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    one = t.ref;
    unit_check(address_open(&t, "::ffff:10.0.0.2") == NGX_OK);
    other = t.ref;

    unit_check(address_register(&t, one, "a") == NGX_OK);
    unit_check(address_register(&t, one, "b") == NGX_OK);
    unit_check(address_register(&t, one, "c") == NGX_PRINT_LIMITED);
    unit_check(t.over == NGX_PRINT_OVER_CLIENTS);
    unit_check(!address_known(&t, "c"));

    /* what it has is no new one, from whatever session it comes */

    unit_check(address_register(&t, one, "a") == NGX_DONE);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    unit_check(address_register(&t, t.ref, "a") == NGX_OK);

    unit_check(address_register(&t, other, "x") == NGX_OK);
    unit_check(address_count(&t, "::ffff:10.0.0.1", 1) == 2);
    unit_check(address_count(&t, "::ffff:10.0.0.2", 1) == 1);

    /* a claim is none, either */

    unit_check(address_register(&t, one, "x") == NGX_DONE);
    unit_check(address_count(&t, "::ffff:10.0.0.1", 1) == 2);
    unit_check(address_count(&t, "::ffff:10.0.0.2", 1) == 1);
}


/* who registered it last has it */

static void
address_moves(void)
{
    address_t        t;
    ngx_print_ref_t  one, two;

    address_begin(&t, "clients that move", ADDRESS_SESSIONS, ADDRESS_CLIENTS);

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    one = t.ref;
    unit_check(address_register(&t, one, "a") == NGX_OK);
    unit_check(address_register(&t, one, "b") == NGX_OK);

    unit_check(address_open(&t, "::ffff:10.0.0.2") == NGX_OK);
    two = t.ref;
    unit_check(address_register(&t, two, "a") == NGX_OK);
    unit_check(address_count(&t, "::ffff:10.0.0.1", 1) == 1);
    unit_check(address_count(&t, "::ffff:10.0.0.2", 1) == 1);

    /* it goes back to the claim of the older one */

    address_close(&t, two);
    unit_check(address_count(&t, "::ffff:10.0.0.1", 1) == 2);
    unit_check(address_count(&t, "::ffff:10.0.0.2", 1) == 0);
    unit_check(t.a.st.sh->address_count == 1);

    /* offline it counts on, until it comes from elsewhere */

    address_close(&t, one);
    unit_check(address_count(&t, "::ffff:10.0.0.1", 0) == 0);
    unit_check(address_count(&t, "::ffff:10.0.0.1", 1) == 2);
    unit_check(t.a.st.sh->address_count == 1);

    unit_check(address_open(&t, "::") == NGX_OK);
    unit_check(address_register(&t, t.ref, "a") == NGX_OK);
    unit_check(address_count(&t, "::ffff:10.0.0.1", 1) == 1);

    unit_check(address_open(&t, "2001:db8::1") == NGX_OK);
    unit_check(address_register(&t, t.ref, "b") == NGX_OK);
    unit_check(address_count(&t, "::ffff:10.0.0.1", 1) == 0);
    unit_check(address_count(&t, "2001:db8::1", 1) == 1);
    unit_check(t.a.st.sh->address_count == 1);
}


/* the one that has been offline longest goes, of this address only */

static void
address_yield(void)
{
    address_t        t;
    ngx_print_ref_t  other, one, two;

    address_begin(&t, "a client that gives way", ADDRESS_SESSIONS,
                  ADDRESS_CLIENTS);

    t.limits.clients = 3;

    unit_check(address_open(&t, "::ffff:10.0.0.9") == NGX_OK);
    other = t.ref;
    unit_check(address_register(&t, other, "z") == NGX_OK);
    address_close(&t, other);

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    one = t.ref;
    unit_check(address_register(&t, one, "a") == NGX_OK);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    two = t.ref;
    unit_check(address_register(&t, two, "b") == NGX_OK);
    unit_check(address_register(&t, two, "c") == NGX_OK);

    unit_check(address_register(&t, two, "d") == NGX_PRINT_LIMITED);
    address_close(&t, one);
    unit_check(address_register(&t, two, "d") == NGX_OK);
    unit_check(!address_known(&t, "a") && address_known(&t, "z"));
    unit_check(address_register(&t, two, "e") == NGX_PRINT_LIMITED);

    /* it comes back from there: a client that is not its own is a new one */

    unit_check(address_register(&t, two, "z") == NGX_PRINT_LIMITED);
    unit_check(address_count(&t, "::ffff:10.0.0.1", 1) == 3);
    unit_check(address_count(&t, "::ffff:10.0.0.9", 1) == 1);

    address_close(&t, two);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    unit_check(address_register(&t, t.ref, "z") == NGX_OK);
    unit_check(address_register(&t, t.ref, "f") == NGX_OK);
    unit_check(address_register(&t, t.ref, "g") == NGX_OK);
    unit_check(!address_known(&t, "b") && !address_known(&t, "c")
               && !address_known(&t, "d") && address_known(&t, "z"));
    unit_check(address_register(&t, t.ref, "h") == NGX_PRINT_LIMITED);
    unit_check(address_count(&t, "::ffff:10.0.0.9", 1) == 0);
}


/* one without jobs goes first, and the last one with all its jobs */

static void
address_yield_jobs(void)
{
    ngx_uint_t            i;
    address_t             t;
    bench_job_t           job;
    ngx_print_ref_t       ref;
    ngx_print_job_info_t  info;

    address_begin(&t, "a client with jobs gives way", ADDRESS_SESSIONS,
                  ADDRESS_CLIENTS);

    t.limits.clients = 3;

    /* each counts once in the rate, the first handshake does not */

    t.limits.rate = 1;
    t.limits.burst = 10;

    for (i = 0; i < 3; i++) {
        unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
        unit_check(address_register(&t, t.ref, i == 0 ? "a" : i == 1 ? "b"
                                                            : "c")
                   == NGX_OK);
        address_close(&t, t.ref);
    }

    for (i = 0; i < NGX_PRINT_STORE_SLICE + 10; i++) {
        bench_job(&job, i, i ? "a" : "ab", 10);
        job.init.queue = 1000;
        job.init.limit = 1024 * 1024;
        unit_check(bench_print(&t.a.st, &job) == NGX_OK);
    }

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    ref = t.ref;

    unit_check(address_register(&t, ref, "d") == NGX_OK);
    unit_check(address_known(&t, "a") && address_known(&t, "b")
               && !address_known(&t, "c"));

    unit_check(address_register(&t, ref, "e") == NGX_OK);
    unit_check(!address_known(&t, "a") && address_known(&t, "b"));

    unit_check(ngx_print_job_find(&t.a.st, job.jobs[0].index, job.keys, &info)
               == NGX_OK
               && info.state == NGX_PRINT_JOB_CANCELED);

    unit_check(address_register(&t, ref, "f") == NGX_OK);
    unit_check(!address_known(&t, "b"));
    unit_check(address_register(&t, ref, "g") == NGX_PRINT_LIMITED);
    unit_check(t.over == NGX_PRINT_OVER_CLIENTS);
    unit_check(address_count(&t, "::ffff:10.0.0.1", 1) == 3);
}


/* one whose session has not settled its jobs stays, and so do its jobs */

static void
address_yield_busy(void)
{
    ngx_uint_t                 i;
    address_t                  t;
    bench_job_t                job;
    ngx_print_client_init_t    init;
    ngx_print_store_client_t  *a;

    address_begin(&t, "a client that cannot give way", ADDRESS_SESSIONS,
                  ADDRESS_CLIENTS);

    t.limits.clients = 2;

    for (i = 0; i < 2; i++) {
        unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
        unit_check(address_register(&t, t.ref, i ? "b" : "a") == NGX_OK);
        address_close(&t, t.ref);

        bench_job(&job, i, i ? "b" : "a", 10);
        job.init.queue = 1000;
        job.init.limit = 1024 * 1024;
        unit_check(bench_print(&t.a.st, &job) == NGX_OK);
    }

    a = &t.a.st.clients[1];
    unit_check(a->id[0] == 'a' && a->njobs == 1);

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);

    ngx_memzero(&init, sizeof(init));

    ngx_str_set(&init.id, "c");
    init.limits = &t.limits;

    a->open++;
    unit_check(ngx_print_client_register(&t.b.st, t.ref, 0, &init) == NGX_OK);
    a->open--;

    address_check(&t);
    unit_check(address_known(&t, "a") && !address_known(&t, "b"));
    unit_check(a->njobs == 1);
}


/* a registration counts as a handshake does, if it changes something */

static void
address_charged(void)
{
    ngx_uint_t       i;
    address_t        t;
    ngx_print_ref_t  one, two;

    address_begin(&t, "registrations in the rate", ADDRESS_SESSIONS,
                  ADDRESS_CLIENTS);

    t.limits.rate = 1;
    t.limits.burst = 4;

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    one = t.ref;
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    two = t.ref;

    unit_check(address_register(&t, one, "a") == NGX_OK);

    for (i = 0; i < 10; i++) {
        unit_check(address_register(&t, one, "a") == NGX_DONE);
    }

    unit_check(address_register(&t, two, "a") == NGX_OK);
    unit_check(address_register(&t, two, "b") == NGX_OK);
    unit_check(address_register(&t, two, "c") == NGX_PRINT_LIMITED);
    unit_check(t.over == NGX_PRINT_OVER_RATE);
    unit_check(address_register(&t, two, "a") == NGX_DONE);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_PRINT_LIMITED);
}


/* what a session asks others for counts as well, but for its first CONNECT */

static void
address_asked(void)
{
    ngx_uint_t               i;
    address_t                t;
    ngx_print_ref_t          one, two;
    ngx_print_over_e         over;
    ngx_print_client_init_t  init;

    address_begin(&t, "questions in the rate", ADDRESS_SESSIONS,
                  ADDRESS_CLIENTS);

    t.limits.rate = 1;
    t.limits.burst = 3;

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    one = t.ref;
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    two = t.ref;

    for (i = 0; i < 4; i++) {
        unit_check(ngx_print_address_charge(&t.a.st, one, &t.limits, 1, &over)
                   == (i < 3 ? NGX_OK : NGX_PRINT_LIMITED));
        unit_check(over == (i < 3 ? NGX_PRINT_OVER_NONE
                                  : NGX_PRINT_OVER_RATE));
        address_check(&t);
    }

    /* the first one of another session */

    unit_check(ngx_print_address_charge(&t.b.st, two, &t.limits, 1, &over)
               == NGX_OK);
    unit_check(ngx_print_address_charge(&t.b.st, two, &t.limits, 0, &over)
               == NGX_PRINT_LIMITED);

    t.limits.dry_run = 1;

    unit_check(ngx_print_address_charge(&t.b.st, two, &t.limits, 0, &over)
               == NGX_OK);
    unit_check(over == NGX_PRINT_OVER_RATE);

    t.limits.dry_run = 0;

    /* a registration that was counted is not counted again */

    ngx_memzero(&init, sizeof(init));

    ngx_str_set(&init.id, "a");
    init.limits = &t.limits;

    unit_check(ngx_print_client_register(&t.b.st, two, 0, &init)
               == NGX_PRINT_LIMITED);

    init.charged = 1;
    init.over = NGX_PRINT_OVER_NONE;

    unit_check(ngx_print_client_register(&t.b.st, two, 0, &init) == NGX_OK);
    unit_check(init.over == NGX_PRINT_OVER_NONE);

    address_close(&t, one);
    unit_check(ngx_print_address_charge(&t.a.st, one, &t.limits, 1, &over)
               == NGX_DECLINED);
}


/* a claim counts as well, when it is new */

static void
address_charged_claims(void)
{
    ngx_uint_t       i;
    address_t        t;
    ngx_print_ref_t  one;

    address_begin(&t, "claims in the rate", ADDRESS_SESSIONS, ADDRESS_CLIENTS);

    t.limits.rate = 1;
    t.limits.burst = 2;

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    one = t.ref;
    unit_check(address_open(&t, "::ffff:10.0.0.2") == NGX_OK);
    unit_check(address_register(&t, t.ref, "a") == NGX_OK);
    unit_check(address_open(&t, "::ffff:10.0.0.3") == NGX_OK);
    unit_check(address_register(&t, t.ref, "b") == NGX_OK);
    unit_check(address_register(&t, t.ref, "c") == NGX_OK);

    unit_check(address_register(&t, one, "a") == NGX_DONE);

    for (i = 0; i < 10; i++) {
        unit_check(address_register(&t, one, "a") == NGX_DONE);
    }

    unit_check(address_register(&t, one, "b") == NGX_DONE);
    unit_check(address_register(&t, one, "c") == NGX_PRINT_LIMITED);
    unit_check(t.over == NGX_PRINT_OVER_RATE);
    unit_check(address_register(&t, one, "a") == NGX_DONE);
}


static void
address_site_clients(void)
{
    char             addr[32];
    ngx_uint_t       i;
    address_t        t;

    address_begin(&t, "clients of a network", 10, 8);

    for (i = 0; i < 4; i++) {
        (void) sprintf(addr, "2001:db8:1:%x::1", (unsigned) i);
        unit_check(address_open(&t, addr) == NGX_OK);
        unit_check(address_register(&t, t.ref, NULL) == NGX_OK);

        if (i < 3) {
            address_close(&t, t.ref);
        }
    }

    /* its own ones give way, not those of another address of the network */

    unit_check(address_register(&t, t.ref, "x") == NGX_PRINT_LIMITED);
    unit_check(t.over == NGX_PRINT_OVER_SITE);
    unit_check(address_known(&t, "0"));

    unit_check(address_open(&t, "2001:db8:1::1") == NGX_OK);
    unit_check(address_register(&t, t.ref, "x") == NGX_OK);
    unit_check(!address_known(&t, "0") && address_known(&t, "1"));
    unit_check(address_register(&t, t.ref, "y") == NGX_PRINT_LIMITED);

    unit_check(address_open(&t, "2001:db8:2::1") == NGX_OK);
    unit_check(address_register(&t, t.ref, "y") == NGX_OK);
}


/* the records of its addresses are used again, and its clients count on */

static void
address_site_away(void)
{
    char        addr[32];
    ngx_uint_t  i;
    address_t   t;

    address_begin(&t, "clients of a network of many addresses", 6, 20);

    for (i = 0; i < 15; i++) {
        (void) sprintf(addr, "2001:db8:1:%x::1", (unsigned) i);
        unit_check(address_open(&t, addr) == NGX_OK);
        unit_check(address_register(&t, t.ref, NULL)
                   == (i < 10 ? NGX_OK : NGX_PRINT_LIMITED));
        unit_check(t.over == (i < 10 ? NGX_PRINT_OVER_NONE
                                     : NGX_PRINT_OVER_SITE));
        address_close(&t, t.ref);
    }

    unit_check(t.a.st.sh->client_count == 10);

    /* one that it has is no new one, and goes to another address */

    unit_check(address_open(&t, "2001:db8:1:ff::1") == NGX_OK);
    unit_check(address_register(&t, t.ref, "0") == NGX_OK);
    address_close(&t, t.ref);

    unit_check(address_open(&t, "2001:db8:2::1") == NGX_OK);
    unit_check(address_register(&t, t.ref, "1") == NGX_OK);
    unit_check(address_register(&t, t.ref, "x") == NGX_OK);
    unit_check(address_open(&t, "2001:db8:1::1") == NGX_OK);
    unit_check(address_register(&t, t.ref, "y") == NGX_OK);
    unit_check(address_register(&t, t.ref, "z") == NGX_PRINT_LIMITED);
}


/* a socket that is recovered from elsewhere takes its clients there */

static void
address_recovery(void)
{
    u_char           key[NGX_PRINT_RECOVERY_KEY], pid[NGX_PRINT_ID_LEN];
    address_t        t;
    ngx_str_t        text, none;
    ngx_print_ref_t  one, old;

    address_begin(&t, "recovery", ADDRESS_SESSIONS, ADDRESS_CLIENTS);

    t.limits.clients = 1;

    ngx_memset(key, 'k', sizeof(key));
    ngx_str_null(&none);

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    one = t.ref;
    unit_check(ngx_print_recovery_open(&t.a.st, one, 9000, NULL, key, pid)
               == NGX_OK);
    unit_check(address_register(&t, one, "a") == NGX_OK);

    unit_check(address_open(&t, "::ffff:10.0.0.2") == NGX_OK);
    unit_check(address_register(&t, t.ref, "b") == NGX_OK);
    unit_check(address_open(&t, "::ffff:10.0.0.2") == NGX_OK);
    unit_check(ngx_print_session_disconnect(&t.a.st, t.ref, 0) == NGX_OK);

    text.data = pid;
    text.len = sizeof(pid);

    unit_check(ngx_print_recovery_resume(&t.a.st, t.ref, &text, &none, 1, &old)
               == NGX_OK);
    address_check(&t);

    unit_check(address_count(&t, "::ffff:10.0.0.1", 1) == 0);
    unit_check(address_count(&t, "::ffff:10.0.0.2", 1) == 2);

    ngx_print_session_free(&t.a.st, old);
    address_check(&t);
    unit_check(t.a.st.sh->address_count == 1);
}
