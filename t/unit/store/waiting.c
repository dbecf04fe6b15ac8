
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Sessions that wait, and sessions without a client: which of them gives way
 * to one that opens.
 */


#include "address_base.h"


#define ONE       "::ffff:10.0.0.1"
#define TWO       "::ffff:10.0.0.2"

#define WAITING_SESSIONS  100      /* a third of them may wait */
#define WAITING_MAX       NGX_PRINT_WAITING_LEAST
#define WAITING_SHARE     (WAITING_MAX / 4)
#define WAITING_REASON    7

#define LONG_ENOUGH       (1000 * (NGX_PRINT_WAITING_NAMELESS + 1))   /* ms */


typedef struct {
    address_t                  t;
    ngx_print_session_yield_t  yield;
    ngx_print_ref_t            refs[WAITING_SESSIONS + 1];
    ngx_uint_t                 n;
    unsigned                   off:1;      /* print_hub_limit off */
    unsigned                   joins:1;
    unsigned                   again:1;
} waiting_t;


static void waiting_address(void);
static void waiting_exempt(void);
static void waiting_dry_run(void);
static void waiting_pool(void);
static void waiting_joins(void);
static void waiting_left(void);
static void waiting_held(void);
static void waiting_numbers(void);
static void waiting_full(void);
static void waiting_full_held(void);
static void waiting_full_rate(void);
static void waiting_full_share(void);
static void waiting_nameless(void);
static void waiting_named(void);
static void waiting_claims(void);
static void waiting_unclaimed(void);
static void waiting_disconnected(void);
static void waiting_joined_again(void);
static void waiting_month(void);
static void waiting_many_lost(void);
static void waiting_begin(waiting_t *w, const char *about, uint32_t sessions);
static ngx_int_t waiting_open(waiting_t *w, store_worker_t *from,
    const char *addr);
static void waiting_join(waiting_t *w, ngx_uint_t i);
static void waiting_finish(waiting_t *w, store_worker_t *by);
static ngx_uint_t waiting_gave_way(waiting_t *w, ngx_uint_t i,
    ngx_print_yield_e why, uint32_t n);
static ngx_uint_t waiting_state(waiting_t *w, ngx_uint_t i);


int
main(void)
{
    bench_guard();

    waiting_address();
    waiting_exempt();
    waiting_dry_run();
    waiting_pool();
    waiting_joins();
    waiting_left();
    waiting_held();
    waiting_numbers();
    waiting_full();
    waiting_full_held();
    waiting_full_rate();
    waiting_full_share();
    waiting_nameless();
    waiting_named();
    waiting_claims();
    waiting_unclaimed();
    waiting_disconnected();
    waiting_joined_again();
    waiting_month();
    waiting_many_lost();

    return unit_end();
}


/* its own oldest goes, though another address has an older one */

static void
waiting_address(void)
{
    waiting_t   w;
    ngx_uint_t  i;

    waiting_begin(&w, "share of an address", WAITING_SESSIONS);

    unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_OK);

    for (i = 1; i <= WAITING_SHARE; i++) {
        unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
        unit_check(w.yield.why == NGX_PRINT_YIELD_NONE);
    }

    for (i = 1; i < 2 * WAITING_SHARE; i++) {
        unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
        unit_check(waiting_gave_way(&w, i, NGX_PRINT_YIELD_ADDRESS,
                                    WAITING_SHARE));
        unit_check(w.yield.mine && w.yield.addr[15] == 1);
        waiting_finish(&w, &w.t.a);
    }

    unit_check(waiting_state(&w, 0) == NGX_PRINT_SESSION_WS);
    unit_check(w.t.a.st.sh->waiting_count == WAITING_SHARE + 1);
    unit_check(w.t.a.st.sh->session_count == WAITING_SHARE + 1);

    /* one from its middle joins, and the first and the last one of the list */

    waiting_join(&w, w.n - 3);
    waiting_join(&w, w.n - 1);
    waiting_join(&w, w.n - WAITING_SHARE);

    for (i = 0; i < 3; i++) {
        unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
        unit_check(w.yield.why == NGX_PRINT_YIELD_NONE);
    }

    unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
    unit_check(waiting_gave_way(&w, w.n - 3 - WAITING_SHARE,
                                NGX_PRINT_YIELD_ADDRESS, WAITING_SHARE));
}


static void
waiting_exempt(void)
{
    waiting_t   w;
    ngx_uint_t  i, k;

    for (k = 0; k < 2; k++) {
        waiting_begin(&w, k ? "a UNIX socket" : "no limits", WAITING_SESSIONS);

        w.off = !k;

        for (i = 0; i < WAITING_MAX; i++) {
            unit_check(waiting_open(&w, &w.t.a, k ? "::" : ONE) == NGX_OK);
            unit_check(w.yield.why == NGX_PRINT_YIELD_NONE);
        }

        unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_OK);
        unit_check(waiting_gave_way(&w, 0, NGX_PRINT_YIELD_WAITING,
                                    WAITING_MAX));
    }
}


static void
waiting_dry_run(void)
{
    waiting_t   w;
    ngx_uint_t  i;

    waiting_begin(&w, "a dry run", WAITING_SESSIONS);

    w.t.limits.dry_run = 1;

    for (i = 0; i < WAITING_MAX; i++) {
        unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);

        unit_check(w.yield.ref.index == 0 && !w.yield.mine);
        unit_check((w.yield.why == NGX_PRINT_YIELD_ADDRESS)
                   == (i >= WAITING_SHARE));
        unit_check(i < WAITING_SHARE
                   || (w.yield.n == i && w.yield.addr[15] == 1));
    }

    /* the bound of the zone holds all the same */

    unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
    unit_check(waiting_gave_way(&w, 0, NGX_PRINT_YIELD_WAITING, WAITING_MAX));
}


/* the oldest of all goes, also after a repair, which is in each check */

static void
waiting_pool(void)
{
    char        addr[32];
    waiting_t   w;
    ngx_uint_t  i;

    waiting_begin(&w, "share of the zone", WAITING_SESSIONS);

    for (i = 0; i < WAITING_MAX + 20; i++) {
        (void) sprintf(addr, "::ffff:10.0.1.%lu", (unsigned long) i % 9);

        unit_check(waiting_open(&w, (i & 1) ? &w.t.a : &w.t.b, addr)
                   == NGX_OK);

        if (i >= WAITING_MAX) {
            unit_check(waiting_gave_way(&w, i - WAITING_MAX,
                                        NGX_PRINT_YIELD_WAITING,
                                        WAITING_MAX));
            waiting_finish(&w, ((i - WAITING_MAX) & 1) ? &w.t.a : &w.t.b);
        }

        unit_check(w.t.a.st.sh->waiting_count == ngx_min(i + 1, WAITING_MAX));
    }
}


/* one that joins at once takes nobody's place, and waits for a moment */

static void
waiting_joins(void)
{
    waiting_t   w;
    ngx_uint_t  i;

    waiting_begin(&w, "joins at once", WAITING_SESSIONS);

    for (i = 0; i < WAITING_SHARE; i++) {
        unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
    }

    w.joins = 1;

    for (i = 0; i < WAITING_MAX; i++) {
        unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
        unit_check(w.yield.why == NGX_PRINT_YIELD_NONE);
        waiting_join(&w, w.n - 1);
        unit_check(w.t.a.st.sh->waiting_count == WAITING_SHARE);
    }
}


/* those that are closed, or have left what they had joined, do not wait */

static void
waiting_left(void)
{
    waiting_t  w;

    waiting_begin(&w, "not any more", WAITING_SESSIONS);

    unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
    unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
    unit_check(w.t.a.st.sh->waiting_count == 2);

    waiting_join(&w, 0);
    unit_check(w.t.a.st.sh->waiting_count == 1);

    unit_check(ngx_print_session_disconnect(&w.t.a.st, w.refs[0], 0)
               == NGX_OK);
    address_check(&w.t);
    unit_check(w.t.a.st.sh->waiting_count == 1);

    unit_check(ngx_print_session_close(&w.t.a.st, w.refs[1], 1) == NGX_OK);
    address_check(&w.t);
    unit_check(w.t.a.st.sh->waiting_count == 0);
}


/* another worker has its connection, and is woken to finish it */

static void
waiting_held(void)
{
    waiting_t        w;
    ngx_uint_t       i;
    ngx_print_ref_t  ref;

    waiting_begin(&w, "held by another worker", WAITING_SESSIONS);

    w.t.whole = 1;

    for (i = 0; i < WAITING_SHARE; i++) {
        unit_check(waiting_open(&w, &w.t.b, ONE) == NGX_OK);
    }

    w.t.a.st.workers[w.t.b.st.slot].pending = 0;

    unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
    unit_check(waiting_gave_way(&w, 0, NGX_PRINT_YIELD_ADDRESS,
                                WAITING_SHARE));
    unit_check(!w.yield.mine);
    unit_check(w.t.a.st.workers[w.t.b.st.slot].pending == 1);
    unit_check(ngx_print_queue_ready(&w.t.b.st, &ref, 1) == 1
               && ref.index == w.refs[0].index);

    waiting_finish(&w, &w.t.b);
    unit_check(w.t.a.st.sh->session_count == WAITING_SHARE);
}


static void
waiting_numbers(void)
{
    waiting_t               w;
    ngx_print_store_stat_t  stat;

    waiting_begin(&w, "numbers", 8);
    ngx_print_store_stat(&w.t.a.st, &stat);
    unit_check(stat.max_waiting == 8 && stat.waiting == 0);

    waiting_begin(&w, "numbers", 400);
    unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
    ngx_print_store_stat(&w.t.a.st, &stat);
    unit_check(stat.max_waiting == 50 && stat.waiting == 1);
    unit_check(ngx_print_waiting_share(&w.t.a.st) == 12);
}


/* the oldest that waits goes, and the newcomer has its place */

static void
waiting_full(void)
{
    waiting_t   w;
    ngx_uint_t  i;

    waiting_begin(&w, "a full zone", ADDRESS_SESSIONS);

    w.off = 1;

    for (i = 0; i < ADDRESS_SESSIONS; i++) {
        unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);

        if (i % 4) {
            waiting_join(&w, i);
            unit_check(address_register(&w.t, w.refs[i], NULL) == NGX_OK);
        }
    }

    for (i = 0; i < ADDRESS_SESSIONS; i += 4) {
        unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_AGAIN);
        unit_check(waiting_gave_way(&w, i, NGX_PRINT_YIELD_FULL,
                                    ADDRESS_SESSIONS));
        unit_check(w.yield.mine);

        waiting_finish(&w, &w.t.a);

        w.again = 1;
        unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_OK);
        unit_check(w.yield.why == NGX_PRINT_YIELD_NONE);
        w.again = 0;

        waiting_join(&w, w.n - 1);
        unit_check(address_register(&w.t, w.refs[w.n - 1], NULL) == NGX_OK);
    }
}


/* the worker that has the connection is told, and not waited for */

static void
waiting_full_held(void)
{
    uint32_t    lost[NGX_PRINT_STORE_LOST];
    waiting_t   w;
    ngx_uint_t  i;

    waiting_begin(&w, "a full zone, held by another worker", ADDRESS_SESSIONS);

    w.off = 1;

    for (i = 0; i < ADDRESS_SESSIONS; i++) {
        unit_check(waiting_open(&w, &w.t.b, ONE) == NGX_OK);

        if (i) {
            waiting_join(&w, i);
        }
    }

    w.t.whole = 1;
    w.t.a.st.workers[w.t.b.st.slot].pending = 0;
    w.t.b.st.workers[w.t.b.st.slot].audit = 0;

    unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_AGAIN);
    unit_check(waiting_gave_way(&w, 0, NGX_PRINT_YIELD_FULL,
                                ADDRESS_SESSIONS));
    unit_check(w.yield.mine);
    unit_check(ngx_print_session_reason(&w.t.a.st, w.refs[0])
               == WAITING_REASON);
    unit_check(ngx_print_session_reason(&w.t.b.st, w.refs[0]) == 0);
    unit_check(w.t.a.st.workers[w.t.b.st.slot].pending == 1);

    waiting_finish(&w, &w.t.a);

    w.again = 1;
    unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_OK);
    unit_check(w.refs[w.n - 1].index == w.refs[0].index);

    unit_check(ngx_print_session_lost(&w.t.b.st, lost) == 1
               && lost[0] == w.refs[0].index);
    unit_check(ngx_print_session_lost(&w.t.b.st, lost) == 0);
    unit_check(ngx_print_session_lost(&w.t.a.st, lost) == 0);
}


/* a handshake that is tried again counts once for the rate */

static void
waiting_full_rate(void)
{
    waiting_t   w;
    ngx_uint_t  i;

    waiting_begin(&w, "a full zone, and the rate", ADDRESS_SESSIONS);

    for (i = 0; i < ADDRESS_SESSIONS; i++) {
        w.joins = 1;
        unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_OK);
    }

    w.t.limits.rate = 1;
    w.t.limits.burst = 3;

    for (i = 0; i < 3; i++) {
        w.again = 0;
        unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_AGAIN);
        waiting_finish(&w, &w.t.a);
        w.again = 1;
        unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_OK);
    }

    w.again = 0;
    unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_PRINT_LIMITED);
    unit_check(w.yield.why == NGX_PRINT_YIELD_NONE);
}


/* its own goes, but the zone is full as well: this process finishes it */

static void
waiting_full_share(void)
{
    waiting_t   w;
    ngx_uint_t  i;

    waiting_begin(&w, "a full zone, and the share", ADDRESS_SESSIONS);

    unit_check(waiting_open(&w, &w.t.b, TWO) == NGX_OK);

    for (i = 1; i < ADDRESS_SESSIONS; i++) {
        unit_check(waiting_open(&w, &w.t.b, ONE) == NGX_OK);

        if (i > ngx_print_waiting_share(&w.t.a.st)) {
            waiting_join(&w, i);
        }

        w.joins = (i >= ngx_print_waiting_share(&w.t.a.st));
    }

    w.joins = 0;

    unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_AGAIN);
    unit_check(waiting_gave_way(&w, 1, NGX_PRINT_YIELD_ADDRESS,
                                ngx_print_waiting_share(&w.t.a.st)));
    unit_check(w.yield.mine);
    waiting_finish(&w, &w.t.a);

    w.again = 1;
    unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
    unit_check(w.yield.why == NGX_PRINT_YIELD_NONE);
    unit_check(waiting_state(&w, 0) == NGX_PRINT_SESSION_WS);
}


/* 10 s after they have joined, the oldest first */

static void
waiting_nameless(void)
{
    waiting_t   w;
    ngx_uint_t  i;

    waiting_begin(&w, "no client", ADDRESS_SESSIONS);

    w.off = 1;

    for (i = 0; i < ADDRESS_SESSIONS; i++) {
        unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
        waiting_join(&w, i);
        bench_clock(ngx_current_msec + 1000);
    }

    /* the first one is 12 s old by now, and the third one 10 s */

    for (i = 0; i < 2; i++) {
        unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_AGAIN);
        unit_check(waiting_gave_way(&w, i, NGX_PRINT_YIELD_NAMELESS,
                                    ADDRESS_SESSIONS));
        unit_check(w.yield.mine);
        waiting_finish(&w, &w.t.a);

        w.again = 1;
        unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_OK);
        w.again = 0;
        waiting_join(&w, w.n - 1);
    }

    unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_PRINT_FULL);
    unit_check(w.yield.why == NGX_PRINT_YIELD_NONE);

    bench_clock(ngx_current_msec + 1000);
    unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_AGAIN);
    unit_check(waiting_gave_way(&w, 2, NGX_PRINT_YIELD_NAMELESS,
                                ADDRESS_SESSIONS));
}


/* whoever has a client stays; the time begins anew when it has none */

static void
waiting_named(void)
{
    waiting_t                w;
    ngx_uint_t               i;
    ngx_print_client_info_t  info;

    waiting_begin(&w, "clients come and go", ADDRESS_SESSIONS);

    w.off = 1;

    for (i = 0; i < ADDRESS_SESSIONS; i++) {
        unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
        waiting_join(&w, i);
        unit_check(address_register(&w.t, w.refs[i], NULL) == NGX_OK);
    }

    bench_clock(ngx_current_msec + 20 * LONG_ENOUGH);
    unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_PRINT_FULL);

    /* another socket of the session is connected: it is not closed */

    unit_check(ngx_print_session_connect(&w.t.a.st, w.refs[5], 1, NULL)
               == NGX_OK);
    unit_check(ngx_print_session_disconnect(&w.t.a.st, w.refs[5], 0)
               == NGX_OK);
    unit_check(ngx_print_client_offline(&w.t.a.st, w.refs[5], 0, &info)
               == NGX_OK);
    address_check(&w.t);

    unit_check(w.t.a.st.sh->nameless.head == w.refs[5].index);
    unit_check(w.t.a.st.sh->nameless.tail == w.refs[5].index);

    unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_PRINT_FULL);

    bench_clock(ngx_current_msec + LONG_ENOUGH);

    unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_AGAIN);
    unit_check(waiting_gave_way(&w, 5, NGX_PRINT_YIELD_NAMELESS,
                                ADDRESS_SESSIONS));
}


/* a session whose client a newer one has registered is not without one */

static void
waiting_claims(void)
{
    waiting_t   w;
    ngx_uint_t  i;

    waiting_begin(&w, "the client is taken over", ADDRESS_SESSIONS);

    w.off = 1;

    for (i = 0; i < ADDRESS_SESSIONS; i++) {
        unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
        waiting_join(&w, i);
    }

    unit_check(address_register(&w.t, w.refs[0], "a") == NGX_OK);
    unit_check(address_register(&w.t, w.refs[1], "a") == NGX_OK);

    bench_clock(ngx_current_msec + LONG_ENOUGH);

    unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_AGAIN);
    unit_check(waiting_gave_way(&w, 2, NGX_PRINT_YIELD_NAMELESS,
                                ADDRESS_SESSIONS));
    waiting_finish(&w, &w.t.a);

    /* the older one gets it back when the newer one goes */

    address_close(&w.t, w.refs[1]);

    unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
    unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);

    for (i = 3; i < ADDRESS_SESSIONS; i++) {
        address_close(&w.t, w.refs[i]);
    }

    unit_check(w.t.a.st.sh->nameless.head == 0);
    unit_check(waiting_state(&w, 0) == NGX_PRINT_SESSION_WS);
}


/* it cannot get the client back any more */

static void
waiting_unclaimed(void)
{
    waiting_t                w;
    ngx_print_client_info_t  info;

    waiting_begin(&w, "the claim ends", ADDRESS_SESSIONS);

    unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
    unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
    waiting_join(&w, 0);
    waiting_join(&w, 1);

    unit_check(address_register(&w.t, w.refs[0], "a") == NGX_OK);
    unit_check(address_register(&w.t, w.refs[1], "a") == NGX_OK);
    unit_check(w.t.a.st.sh->nameless.head == 0);

    unit_check(ngx_print_session_disconnect(&w.t.a.st, w.refs[0], 0)
               == NGX_OK);

    while (ngx_print_client_offline(&w.t.a.st, w.refs[0], 0, &info)
           == NGX_OK)
    {
        address_check(&w.t);
    }

    address_check(&w.t);
    unit_check(w.t.a.st.sh->nameless.head == w.refs[0].index);
}


/* it has joined, and left: it does not wait, and is without a client */

static void
waiting_disconnected(void)
{
    waiting_t   w;
    ngx_uint_t  i;

    waiting_begin(&w, "it has left", ADDRESS_SESSIONS);

    w.off = 1;

    for (i = 0; i < ADDRESS_SESSIONS; i++) {
        unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
        waiting_join(&w, i);
    }

    unit_check(ngx_print_session_disconnect(&w.t.a.st, w.refs[0], 0)
               == NGX_OK);
    address_check(&w.t);

    unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_AGAIN);
    unit_check(waiting_gave_way(&w, 0, NGX_PRINT_YIELD_NAMELESS,
                                ADDRESS_SESSIONS));
}


/* it comes back at once, or leaves one of two namespaces: it has its 10 s */

static void
waiting_joined_again(void)
{
    waiting_t   w;
    ngx_uint_t  i;

    waiting_begin(&w, "it joins again", ADDRESS_SESSIONS);

    w.off = 1;

    for (i = 0; i < ADDRESS_SESSIONS; i++) {
        unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
        waiting_join(&w, i);
    }

    bench_clock(ngx_current_msec + LONG_ENOUGH);

    for (i = 0; i < ADDRESS_SESSIONS; i++) {
        unit_check(ngx_print_session_disconnect(&w.t.a.st, w.refs[i], 0)
                   == NGX_OK);
        waiting_join(&w, i);
        unit_check(ngx_print_session_connect(&w.t.a.st, w.refs[i], 1, NULL)
                   == NGX_OK);
        unit_check(ngx_print_session_disconnect(&w.t.a.st, w.refs[i], 1)
                   == NGX_OK);
    }

    address_check(&w.t);
    unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_PRINT_FULL);

    bench_clock(ngx_current_msec + LONG_ENOUGH);
    unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_AGAIN);
    unit_check(waiting_gave_way(&w, 0, NGX_PRINT_YIELD_NAMELESS,
                                ADDRESS_SESSIONS));
}


/* a page that is open for a month, while 2^31 ms are less */

static void
waiting_month(void)
{
    waiting_t   w;
    ngx_uint_t  i;

    waiting_begin(&w, "no client for a month", ADDRESS_SESSIONS);

    w.off = 1;

    unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
    waiting_join(&w, 0);

    bench_clock(ngx_current_msec + 30ull * 24 * 3600 * 1000);

    for (i = 1; i < ADDRESS_SESSIONS; i++) {
        unit_check(waiting_open(&w, &w.t.a, ONE) == NGX_OK);
        waiting_join(&w, i);
    }

    unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_AGAIN);
    unit_check(waiting_gave_way(&w, 0, NGX_PRINT_YIELD_NAMELESS,
                                ADDRESS_SESSIONS));
}


/* a worker that is told of too many looks at all of its connections */

static void
waiting_many_lost(void)
{
    uint32_t    lost[NGX_PRINT_STORE_LOST];
    waiting_t   w;
    ngx_uint_t  i;

    waiting_begin(&w, "more than a worker is told of", ADDRESS_SESSIONS);

    w.off = 1;

    for (i = 0; i < ADDRESS_SESSIONS; i++) {
        unit_check(waiting_open(&w, &w.t.b, ONE) == NGX_OK);
    }

    w.t.whole = 1;

    (void) ngx_print_session_audit(&w.t.b.st);
    (void) ngx_print_session_lost(&w.t.b.st, lost);

    for (i = 0; i < NGX_PRINT_STORE_LOST + 1; i++) {
        w.again = 0;
        unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_AGAIN);
        waiting_finish(&w, &w.t.a);
        w.again = 1;
        unit_check(waiting_open(&w, &w.t.a, TWO) == NGX_OK);
        waiting_join(&w, w.n - 1);
    }

    unit_check(ngx_print_session_lost(&w.t.b.st, lost)
               == NGX_PRINT_STORE_LOST);

    for (i = 0; i < NGX_PRINT_STORE_LOST; i++) {
        unit_check(lost[i] == w.refs[i].index);
    }

    unit_check(ngx_print_session_audit(&w.t.b.st));
}


static void
waiting_begin(waiting_t *w, const char *about, uint32_t sessions)
{
    ngx_memzero(w, sizeof(waiting_t));

    address_begin(&w->t, about, sessions, 2 * ADDRESS_CLIENTS);
}


/* a WebSocket of a worker, which has joined nothing */

static ngx_int_t
waiting_open(waiting_t *w, store_worker_t *from, const char *addr)
{
    uint32_t                  token;
    ngx_int_t                 rc;
    ngx_print_session_init_t  init;

    ngx_memzero(&init, sizeof(init));

    init.ping_interval = 100 * BENCH_INTERVAL;
    init.ping_timeout = BENCH_TIMEOUT;
    init.connect_timeout = 100 * BENCH_CONNECT;
    init.eio = 4;
    init.limits = w->off ? NULL : &w->t.limits;
    init.reason = WAITING_REASON;
    init.joins = w->joins;
    init.again = w->again;

    bench_key(init.key, ++w->t.n);

    unit_check(inet_pton(AF_INET6, addr, init.addr) == 1);

    rc = ngx_print_session_open(&from->st, &init, 1, &w->t.ref, &token);

    w->yield = init.yield;

    if (rc == NGX_OK) {
        w->refs[w->n++] = w->t.ref;
    }

    address_check(&w->t);

    return rc;
}


static void
waiting_join(waiting_t *w, ngx_uint_t i)
{
    u_char  sock[NGX_PRINT_SESSION_SOCK];

    bench_sock(sock, i);

    unit_check(ngx_print_session_connect(&w->t.a.st, w->refs[i], 0, sock)
               == NGX_OK);
    address_check(&w->t);
}


static void
waiting_finish(waiting_t *w, store_worker_t *by)
{
    unit_check(ngx_print_session_reason(&by->st, w->yield.ref)
               == WAITING_REASON);

    ngx_print_session_free(&by->st, w->yield.ref);
    address_check(&w->t);
}


/* whether it is session i that gives way, and is closed */

static ngx_uint_t
waiting_gave_way(waiting_t *w, ngx_uint_t i, ngx_print_yield_e why, uint32_t n)
{
    return w->yield.why == why && w->yield.n == n
           && w->yield.ref.index == w->refs[i].index
           && w->yield.ref.gen == w->refs[i].gen
           && waiting_state(w, i) == NGX_PRINT_SESSION_CLOSING;
}


static ngx_uint_t
waiting_state(waiting_t *w, ngx_uint_t i)
{
    ngx_print_session_info_t  info;

    return ngx_print_session_get(&w->t.a.st, w->refs[i], &info) == NGX_OK
           ? info.state : NGX_PRINT_SESSION_FREE;
}
