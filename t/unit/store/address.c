
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Addresses: what each has is counted, its limits hold, a full table gives way,
 * and a repair counts the same again.
 */


#include "address_base.h"


static void address_sessions(void);
static void address_prefixes(void);
static void address_unix(void);
static void address_rate(void);
static void address_rate_clock(void);
static void address_dry_run(void);
static void address_full(void);
static void address_reused(void);
static void address_site(void);
static void address_defaults(void);
static void address_streams(void);


int
main(void)
{
    bench_guard();

    address_sessions();
    address_prefixes();
    address_unix();
    address_rate();
    address_rate_clock();
    address_dry_run();
    address_full();
    address_reused();
    address_site();
    address_defaults();
    address_streams();

    return unit_end();
}


static void
address_sessions(void)
{
    address_t        t;
    ngx_print_ref_t  ref;

    address_begin(&t, "sessions", ADDRESS_SESSIONS, ADDRESS_CLIENTS);

    t.limits.sessions = 3;

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    ref = t.ref;
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    unit_check(address_open(&t, "::ffff:10.0.0.2") == NGX_OK);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    unit_check(t.over == NGX_PRINT_OVER_NONE);

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_PRINT_LIMITED);
    unit_check(t.over == NGX_PRINT_OVER_SESSIONS);
    unit_check(address_count(&t, "::ffff:10.0.0.1", 0) == 3);
    unit_check(address_open(&t, "::ffff:10.0.0.2") == NGX_OK);
    unit_check(t.a.st.sh->address_count == 2);

    /* one that is CLOSING, or lingers, still counts */

    unit_check(ngx_print_session_close(&t.a.st, ref, 1) == NGX_OK);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_PRINT_LIMITED);
    ngx_print_session_linger(&t.a.st, ref, 1000);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_PRINT_LIMITED);
    ngx_print_session_free(&t.a.st, ref);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_PRINT_LIMITED);

    /* without limits it counts all the same */

    t.limits.sessions = 0;
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    unit_check(address_count(&t, "::ffff:10.0.0.1", 0) == 4);
}


static void
address_prefixes(void)
{
    address_t  t;

    address_begin(&t, "prefixes", ADDRESS_SESSIONS, ADDRESS_CLIENTS);

    t.limits.sessions = 2;

    unit_check(address_open(&t, "2001:db8::1") == NGX_OK);
    unit_check(address_open(&t, "2001:db8::ffff:0:0:1") == NGX_OK);
    unit_check(address_open(&t, "2001:db8::2") == NGX_PRINT_LIMITED);
    unit_check(address_open(&t, "2001:db8:0:1::1") == NGX_OK);
    unit_check(address_open(&t, "::1") == NGX_OK);
    unit_check(address_open(&t, "::ffff:0.0.0.1") == NGX_OK);
    unit_check(t.a.st.sh->address_count == 4);
}


static void
address_unix(void)
{
    ngx_uint_t  i;
    address_t   t;

    address_begin(&t, "a UNIX socket", ADDRESS_SESSIONS, ADDRESS_CLIENTS);

    t.limits.sessions = 1;
    t.limits.clients = 1;
    t.limits.rate = 1;
    t.limits.burst = 1;

    for (i = 0; i < 4; i++) {
        unit_check(address_open(&t, "::") == NGX_OK);
        unit_check(t.over == NGX_PRINT_OVER_NONE);
        unit_check(address_register(&t, t.ref, NULL) == NGX_OK);
    }

    unit_check(t.a.st.sh->address_count == 0);
    unit_check(t.a.st.sh->address_top == 1);

    address_close(&t, t.ref);
}


static void
address_rate(void)
{
    ngx_uint_t  i;
    address_t   t;

    address_begin(&t, "the rate", 60, ADDRESS_CLIENTS);

    t.limits.rate = 2000;        /* two in a second */
    t.limits.burst = 5;

    for (i = 0; i < 6; i++) {
        unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    }

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_PRINT_LIMITED);
    unit_check(t.over == NGX_PRINT_OVER_RATE);
    unit_check(address_open(&t, "::ffff:10.0.0.2") == NGX_OK);

    /* half of a second is one of them */

    bench_clock(ngx_current_msec + 499);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_PRINT_LIMITED);
    bench_clock(ngx_current_msec + 501);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_PRINT_LIMITED);

    /* after a while it may have its burst again, and no more */

    bench_clock(ngx_current_msec + 3600 * 1000);

    for (i = 0; i < 5; i++) {
        unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    }

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_PRINT_LIMITED);

    /* what was refused is not counted */

    for (i = 0; i < 100; i++) {
        unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_PRINT_LIMITED);
    }

    bench_clock(ngx_current_msec + 500);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
}


/* clocks of processes differ, and wrap around */

static void
address_rate_clock(void)
{
    ngx_uint_t                 i;
    ngx_print_limits_t         limits;
    ngx_print_store_address_t  a;

    unit_about("the clock of the rate");

    ngx_memzero(&limits, sizeof(limits));
    ngx_memzero(&a, sizeof(a));

    limits.rate = 1000;
    limits.burst = 1;
    a.last = 1000;

    unit_check(ngx_print_address_rate_locked(&a, &limits, 1000) == 0);
    unit_check(ngx_print_address_rate_locked(&a, &limits, 1000) == 1);

    /* another process is late: that is no time of 49 days */

    unit_check(ngx_print_address_rate_locked(&a, &limits, 900) == 1);
    unit_check(a.last == 1000);
    unit_check(ngx_print_address_rate_locked(&a, &limits, 1998) == 0);
    unit_check(ngx_print_address_rate_locked(&a, &limits, 1999) == 1);

    /* idle for 40 days */

    unit_check(ngx_print_address_rate_locked(&a, &limits,
                                             2000 + 40u * 24 * 3600 * 1000)
               == 0);

    /* the largest values do not overflow */

    limits.rate = 1000000000;
    limits.burst = NGX_PRINT_LIMITS_BURST;
    a.excess = 0;

    for (i = 0; i < 10; i++) {
        a.excess += (uint32_t) NGX_PRINT_LIMITS_BURST * 100 - 1000;
        unit_check(ngx_print_address_rate_locked(&a, &limits, a.last) == 0);
    }

    unit_check(a.excess == (uint32_t) NGX_PRINT_LIMITS_BURST * 1000);
    unit_check(ngx_print_address_rate_locked(&a, &limits, a.last) == 1);
    unit_check(ngx_print_address_rate_locked(&a, &limits,
                                             a.last + 0x7fffffff)
               == 0);
    unit_check(a.excess == 1000);
}


static void
address_dry_run(void)
{
    address_t  t;

    address_begin(&t, "dry run", ADDRESS_SESSIONS, ADDRESS_CLIENTS);

    t.limits.sessions = 1;
    t.limits.clients = 1;
    t.limits.dry_run = 1;

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    unit_check(t.over == NGX_PRINT_OVER_NONE);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    unit_check(t.over == NGX_PRINT_OVER_SESSIONS);

    unit_check(address_register(&t, t.ref, "a") == NGX_OK);
    unit_check(t.over == NGX_PRINT_OVER_NONE);
    unit_check(address_register(&t, t.ref, "b") == NGX_OK);
    unit_check(t.over == NGX_PRINT_OVER_CLIENTS);

    /* one that is offline would give way, but does not */

    address_close(&t, t.ref);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    unit_check(address_register(&t, t.ref, "c") == NGX_OK);
    unit_check(t.over == NGX_PRINT_OVER_NONE);
    unit_check(address_known(&t, "a") && address_known(&t, "b"));

    t.limits.rate = 1;
    t.limits.burst = 1;

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    unit_check(t.over == NGX_PRINT_OVER_RATE);
    unit_check(address_register(&t, t.ref, "d") == NGX_OK);
    unit_check(t.over == NGX_PRINT_OVER_RATE);
}


/*
 * As many records as sessions: those without counts go, then those without
 * sessions, the oldest first.
 */

static void
address_full(void)
{
    char             addr[32], id[16];
    ngx_uint_t       i;
    address_t        t;
    ngx_print_ref_t  keep;

    address_begin(&t, "a full table", 4, 100);

    t.whole = 1;

    unit_check(address_open(&t, "::ffff:10.9.9.9") == NGX_OK);
    keep = t.ref;
    unit_check(address_register(&t, keep, "keep") == NGX_OK);

    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    unit_check(address_register(&t, t.ref, "one") == NGX_OK);
    address_close(&t, t.ref);

    /* idle ones go before the address of that client */

    for (i = 2; i < 20; i++) {
        (void) sprintf(addr, "::ffff:10.0.0.%u", (unsigned) i);
        unit_check(address_open(&t, addr) == NGX_OK);
        address_close(&t, t.ref);

        (void) sprintf(addr, "::ffff:10.0.0.%u", (unsigned) i - 1);
        unit_check(address_of(&t, addr) != NULL);
    }

    unit_check(address_count(&t, "::ffff:10.0.0.1", 1) == 1);
    unit_check(t.a.st.sh->address_count == 2);

    /* each leaves a client: the oldest of those counts no more */

    for (i = 20; i < 40; i++) {
        (void) sprintf(addr, "::ffff:10.0.0.%u", (unsigned) i);
        (void) sprintf(id, "%u", (unsigned) i);

        unit_check(address_open(&t, addr) == NGX_OK);
        unit_check(address_register(&t, t.ref, id) == NGX_OK);
        address_close(&t, t.ref);

        unit_check(address_count(&t, addr, 1) == 1);
    }

    unit_check(address_of(&t, "::ffff:10.0.0.1") == NULL);
    unit_check(address_of(&t, "::ffff:10.0.0.36") == NULL);
    unit_check(address_count(&t, "::ffff:10.0.0.37", 1) == 1);
    unit_check(address_known(&t, "one") && address_known(&t, "20"));
    unit_check(t.a.st.sh->address_count == 4);
    unit_check(address_count(&t, "::ffff:10.9.9.9", 0) == 1);

    /* all have sessions: there is no session, either */

    for (i = 50; i < 53; i++) {
        (void) sprintf(addr, "::ffff:10.0.0.%u", (unsigned) i);
        unit_check(address_open(&t, addr) == NGX_OK);
    }

    unit_check(address_open(&t, "::ffff:10.0.0.60") == NGX_PRINT_FULL);
    unit_check(t.over == NGX_PRINT_OVER_NONE);
    unit_check(t.a.st.sh->address_count == 4);
}


/* a client of the address that had a record does not count for the next one */

static void
address_reused(void)
{
    address_t  t;

    address_begin(&t, "a record that is used again", 4, 100);

    t.a.st.sh->naddresses = 2;

    t.limits.clients = 1;

    unit_check(address_open(&t, "2001:db8:1::1") == NGX_OK);
    unit_check(address_register(&t, t.ref, "a") == NGX_OK);
    address_close(&t, t.ref);

    unit_check(address_open(&t, "2001:db8:2::1") == NGX_OK);
    unit_check(address_count(&t, "2001:db8:2::1", 1) == 0);
    unit_check(address_register(&t, t.ref, "b") == NGX_OK);
    unit_check(address_known(&t, "a"));
    unit_check(address_register(&t, t.ref, "c") == NGX_PRINT_LIMITED);
    address_close(&t, t.ref);

    /* it comes back, and is counted; and is removed */

    unit_check(address_open(&t, "2001:db8:1::1") == NGX_OK);
    unit_check(address_count(&t, "2001:db8:1::1", 1) == 0);
    unit_check(address_register(&t, t.ref, "a") == NGX_OK);
    unit_check(address_count(&t, "2001:db8:1::1", 1) == 1);
    address_close(&t, t.ref);
}


/* half of the sessions for a network of 48 bits, whatever its addresses are */

static void
address_site(void)
{
    char             addr[32];
    ngx_uint_t       i;
    address_t        t;
    ngx_print_ref_t  ref;

    address_begin(&t, "sessions of a network", 10, 100);

    for (i = 0; i < 5; i++) {
        (void) sprintf(addr, "2001:db8:1:%x::1", (unsigned) i / 2);
        unit_check(address_open(&t, addr) == NGX_OK);
        ref = t.ref;
    }

    unit_check(address_open(&t, "2001:db8:1:7::1") == NGX_PRINT_LIMITED);
    unit_check(t.over == NGX_PRINT_OVER_SITE);
    unit_check(address_of(&t, "2001:db8:1:7::1") == NULL);
    unit_check(address_open(&t, "2001:db8:2:7::1") == NGX_OK);
    unit_check(address_open(&t, "::ffff:10.0.0.1") == NGX_OK);
    unit_check(address_open(&t, "::1") == NGX_OK);

    address_close(&t, ref);
    unit_check(address_open(&t, "2001:db8:1:7::1") == NGX_OK);
    unit_check(address_open(&t, "2001:db8:1:8::1") == NGX_PRINT_LIMITED);
}


static void
address_defaults(void)
{
    ngx_uint_t          i;
    address_t           t;
    ngx_print_limits_t  limits;

    static struct {
        uint32_t    sessions;
        uint32_t    connections;
        uint32_t    limit;
    }  list[] = {
        { 100,   100000, 50 },
        { 1000,  100000, 500 },
        { 1024,  100000, 512 },
        { 2000,  100000, 512 },
        { 4000,  100000, 1000 },
        { 20000, 100000, 5000 },
        { 20000, 8000,   2000 },
        { 20000, 512,    512 },
        { 1000,  512,    500 }
    };

    address_begin(&t, "the defaults", 0, 0);

    for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        unit_about("the defaults of %u sessions", list[i].sessions);

        t.a.st.sh->nsessions = list[i].sessions + 1;
        t.a.st.sh->nclients = list[i].sessions * 2 + 1;

        ngx_memzero(&limits, sizeof(limits));
        ngx_print_address_limits(&t.a.st, list[i].connections, &limits);

        unit_check(limits.sessions == list[i].limit);
        unit_check(limits.clients
                   == ngx_min(ngx_max(list[i].sessions / 2, 512),
                              list[i].sessions));
        unit_check(limits.burst == limits.sessions + limits.clients);
        unit_check(limits.rate == 0 && !limits.dry_run);

        limits.sessions = 7;
        limits.clients = 8;
        limits.burst = 9;
        ngx_print_address_limits(&t.a.st, list[i].connections, &limits);
        unit_check(limits.sessions == 7 && limits.clients == 8
                   && limits.burst == 9);
    }

    t.a.st.sh->nsessions = 201;
    t.a.st.sh->nclients = 301;

    unit_check(ngx_print_address_sessions(&t.a.st, 10) == 20);
    unit_check(ngx_print_address_clients(&t.a.st, 10) == 30);
    unit_check(ngx_print_address_sessions(&t.a.st, 100) == 200);

    t.a.st.sh->nsessions = 11;
    unit_check(ngx_print_address_sessions(&t.a.st, 1) == 1);
}


static void
address_streams(void)
{
    u_char                      addr[2][NGX_PRINT_SESSION_ADDR];
    address_t                   t;
    ngx_uint_t                  i;
    ngx_print_address_stream_t  stream[8];

    address_begin(&t, "streams", ADDRESS_SESSIONS, ADDRESS_CLIENTS);

    (void) inet_pton(AF_INET6, "2001:db8::1", addr[0]);
    (void) inet_pton(AF_INET6, "::", addr[1]);

    for (i = 0; i < 3; i++) {
        unit_check(ngx_print_address_stream(&t.a.st, &stream[i], addr[0], 3)
                   == NGX_OK);
        unit_check(ngx_print_address_stream(&t.a.st, &stream[3 + i], addr[1],
                                            1)
                   == NGX_OK);
    }

    addr[0][15] = 2;

    unit_check(ngx_print_address_stream(&t.a.st, &stream[6], addr[0], 3)
               == NGX_PRINT_LIMITED);
    unit_check(ngx_print_address_stream(&t.a.st, &stream[6], addr[0], 0)
               == NGX_OK);
    ngx_print_address_stream_end(&stream[6]);

    /* of this worker */

    unit_check(ngx_print_address_stream(&t.b.st, &stream[6], addr[0], 1)
               == NGX_OK);

    ngx_print_address_stream_end(&stream[1]);
    unit_check(ngx_print_address_stream(&t.a.st, &stream[1], addr[0], 3)
               == NGX_OK);
    unit_check(ngx_print_address_stream(&t.a.st, &stream[7], addr[0], 3)
               == NGX_PRINT_LIMITED);
}
