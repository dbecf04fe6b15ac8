
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Sockets that can be recovered are counted for an address, with the limit of
 * its sessions: above it, the address loses one of its own that is lost.
 */


#include "address_base.h"


#define RECOVERY_LIMIT  3
#define RECOVERY_LOOK   256    /* sockets that are looked at */

#define ONE             "::ffff:10.0.0.1"
#define TWO             "::ffff:10.0.0.2"


static void recovery_own(void);
static void recovery_far(void);
static void recovery_jobs(void);
static void recovery_many(void);
static void recovery_unlimited(void);
static void recovery_moved(void);
static void recovery_taken(void);
static void recovery_reused(void);
static void recovery_begin(address_t *t, const char *about);
static ngx_int_t recovery_join(address_t *t, const char *addr,
    ngx_msec_t window, const char *id);
static ngx_int_t recovery_lose(address_t *t, const char *addr,
    ngx_msec_t window, const char *id);
static ngx_int_t recovery_resume(address_t *t, const char *addr,
    u_char *pid);
static uint32_t recovery_count(address_t *t, const char *addr);
static uint32_t recovery_used(address_t *t);


static u_char               recovery_pid[NGX_PRINT_ID_LEN];
static ngx_print_limits_t  *recovery_limits;


int
main(void)
{
    bench_guard();

    recovery_own();
    recovery_far();
    recovery_jobs();
    recovery_many();
    recovery_unlimited();
    recovery_moved();
    recovery_taken();
    recovery_reused();

    return unit_end();
}


/* its own whose time ends first goes, though another's ends before it */

static void
recovery_own(void)
{
    u_char      pid[RECOVERY_LIMIT + 3][NGX_PRINT_ID_LEN];
    u_char      other[NGX_PRINT_ID_LEN];
    address_t   t;
    ngx_uint_t  i;

    recovery_begin(&t, "its own gives way");

    unit_check(recovery_lose(&t, TWO, 1000, "other") == NGX_OK);
    ngx_memcpy(other, recovery_pid, NGX_PRINT_ID_LEN);

    for (i = 0; i < RECOVERY_LIMIT + 3; i++) {
        unit_check(recovery_lose(&t, ONE, 90000 - i * 1000, NULL) == NGX_OK);
        ngx_memcpy(pid[i], recovery_pid, NGX_PRINT_ID_LEN);

        unit_check(recovery_count(&t, ONE) == ngx_min(i + 1, RECOVERY_LIMIT));
        unit_check(recovery_count(&t, TWO) == 1);
    }

    /* each of those that came later took the place of the one before it */

    for (i = 0; i < RECOVERY_LIMIT + 3; i++) {
        unit_check(recovery_resume(&t, ONE, pid[i])
                   == (i < RECOVERY_LIMIT - 1 || i == RECOVERY_LIMIT + 2
                       ? NGX_OK : NGX_DECLINED));
        address_close(&t, t.ref);
    }

    unit_check(recovery_resume(&t, TWO, other) == NGX_OK);
}


/* those of others do not count for the bound of how many are looked at */

static void
recovery_far(void)
{
    address_t   t;
    ngx_uint_t  i;

    recovery_begin(&t, "others end before");

    t.whole = 1;
    recovery_limits = NULL;

    for (i = 0; i < RECOVERY_LOOK; i++) {
        unit_check(recovery_lose(&t, TWO, 1000, "x") == NGX_OK);
    }

    recovery_limits = &t.limits;

    for (i = 0; i < RECOVERY_LIMIT + 1; i++) {
        unit_check(recovery_lose(&t, ONE, 90000, NULL) == NGX_OK);
    }

    unit_check(recovery_count(&t, ONE) == RECOVERY_LIMIT);
    unit_check(recovery_count(&t, TWO) == RECOVERY_LOOK);
}


/* those with jobs stay, and a new one has no pid; another address has */

static void
recovery_jobs(void)
{
    char         id[2] = "a";
    address_t    t;
    ngx_uint_t   i;
    bench_job_t  job;

    recovery_begin(&t, "its own have jobs");

    for (i = 0; i < RECOVERY_LIMIT; i++) {
        id[0] = (char) ('a' + i);

        unit_check(recovery_lose(&t, ONE, 90000, id) == NGX_OK);

        bench_job(&job, 1 + i, id, 10);
        job.init.queue = 1;
        unit_check(bench_print(&t.a.st, &job) == NGX_OK);
        address_check(&t);
    }

    unit_check(recovery_lose(&t, TWO, 1000, "x") == NGX_OK);

    unit_check(recovery_join(&t, ONE, 90000, NULL) == NGX_PRINT_LIMITED);
    unit_check(recovery_count(&t, ONE) == RECOVERY_LIMIT);
    unit_check(recovery_count(&t, TWO) == 1);

    unit_check(recovery_join(&t, TWO, 90000, NULL) == NGX_OK);
    unit_check(recovery_count(&t, TWO) == 2);
}


/* there are more than the limit, which is another one here: one goes */

static void
recovery_many(void)
{
    address_t   t;
    ngx_uint_t  i;

    recovery_begin(&t, "more than the limit");

    t.limits.sessions = 7;

    for (i = 0; i < 7; i++) {
        unit_check(recovery_lose(&t, ONE, 90000, NULL) == NGX_OK);
    }

    t.limits.sessions = 2;

    unit_check(recovery_lose(&t, ONE, 90000, NULL) == NGX_OK);
    unit_check(recovery_count(&t, ONE) == 7);
}


static void
recovery_unlimited(void)
{
    address_t   t;
    ngx_uint_t  i;

    recovery_begin(&t, "no limit");

    /* a UNIX socket */

    for (i = 0; i < RECOVERY_LIMIT + 1; i++) {
        unit_check(recovery_lose(&t, "::", 90000, NULL) == NGX_OK);
    }

    unit_check(recovery_used(&t) == RECOVERY_LIMIT + 1);

    recovery_begin(&t, "a dry run");

    t.limits.dry_run = 1;

    for (i = 0; i < RECOVERY_LIMIT + 1; i++) {
        unit_check(recovery_lose(&t, ONE, 90000, NULL) == NGX_OK);
    }

    unit_check(recovery_count(&t, ONE) == RECOVERY_LIMIT + 1);

    recovery_begin(&t, "limits are off");

    recovery_limits = NULL;

    for (i = 0; i < RECOVERY_LIMIT + 1; i++) {
        unit_check(recovery_lose(&t, ONE, 90000, NULL) == NGX_OK);
    }

    unit_check(recovery_count(&t, ONE) == RECOVERY_LIMIT + 1);

    recovery_begin(&t, "no limit of sessions");

    t.limits.sessions = 0;

    for (i = 0; i < RECOVERY_LIMIT + 1; i++) {
        unit_check(recovery_lose(&t, ONE, 90000, NULL) == NGX_OK);
    }

    unit_check(recovery_count(&t, ONE) == RECOVERY_LIMIT + 1);
}


/* a socket counts for the address that it was recovered from */

static void
recovery_moved(void)
{
    u_char     pid[NGX_PRINT_ID_LEN];
    address_t  t;

    recovery_begin(&t, "recovered from elsewhere");

    unit_check(recovery_lose(&t, ONE, 90000, "a") == NGX_OK);
    ngx_memcpy(pid, recovery_pid, NGX_PRINT_ID_LEN);
    unit_check(recovery_count(&t, ONE) == 1);

    unit_check(recovery_resume(&t, TWO, pid) == NGX_OK);
    unit_check(recovery_count(&t, ONE) == 0);
    unit_check(recovery_count(&t, TWO) == 1);

    address_close(&t, t.ref);
    unit_check(recovery_count(&t, TWO) == 1);

    unit_check(recovery_resume(&t, "::", pid) == NGX_OK);
    unit_check(recovery_count(&t, ONE) == 0);
    unit_check(recovery_count(&t, TWO) == 0);

    address_close(&t, t.ref);

    unit_check(recovery_resume(&t, ONE, pid) == NGX_OK);
    unit_check(recovery_count(&t, ONE) == 1);

    /* it leaves by itself */

    ngx_print_recovery_end(&t.a.st, t.ref);
    address_check(&t);
    unit_check(recovery_count(&t, ONE) == 0);
    unit_check(recovery_used(&t) == 0);
}


/* an address that has nothing but a lost socket is no idle one */

static void
recovery_taken(void)
{
    address_t                   t;
    ngx_print_store_address_t  *a;

    recovery_begin(&t, "lost, and its client is taken");

    unit_check(recovery_lose(&t, ONE, 90000, "a") == NGX_OK);

    unit_check(address_open(&t, TWO) == NGX_OK);
    unit_check(address_register(&t, t.ref, "a") == NGX_OK);

    a = address_of(&t, ONE);

    unit_check(a->clients == 0 && a->sessions == 0 && a->pids == 1);
    unit_check(t.a.st.sh->address_idle.head == 0);
    unit_check(t.a.st.sh->address_away.head == a - t.a.st.addresses);
    unit_check(t.a.st.sh->address_count == 1);

    bench_clock(ngx_current_msec + 90000);

    ngx_print_recovery_expire(&t.a.st, (uint32_t) ngx_current_msec, 1);
    address_check(&t);

    unit_check(recovery_used(&t) == 0);
    unit_check(t.a.st.sh->address_idle.head == a - t.a.st.addresses);
}


/* another address has its record now: its sockets count for nobody */

static void
recovery_reused(void)
{
    char        addr[32];
    u_char      pid[NGX_PRINT_ID_LEN];
    address_t   t;
    ngx_uint_t  i;

    recovery_begin(&t, "the record of an address is used again");

    t.whole = 1;

    unit_check(recovery_lose(&t, ONE, 90000, "a") == NGX_OK);
    ngx_memcpy(pid, recovery_pid, NGX_PRINT_ID_LEN);

    for (i = 0; i < ADDRESS_SESSIONS; i++) {
        (void) sprintf(addr, "::ffff:10.0.1.%lu", (unsigned long) i);
        unit_check(address_open(&t, addr) == NGX_OK);

        if (i + 1 < ADDRESS_SESSIONS) {
            unit_check(recovery_count(&t, ONE) == 1);
        }
    }

    unit_check(address_of(&t, ONE) == NULL);
    unit_check(recovery_count(&t, addr) == 0);

    /* that address may have as many as any other one */

    address_close(&t, t.ref);

    for (i = 0; i < RECOVERY_LIMIT; i++) {
        unit_check(recovery_lose(&t, addr, 1000, NULL) == NGX_OK);
    }

    unit_check(recovery_used(&t) == RECOVERY_LIMIT + 1);
    unit_check(recovery_lose(&t, addr, 1000, NULL) == NGX_OK);
    unit_check(recovery_used(&t) == RECOVERY_LIMIT + 1);

    unit_check(recovery_resume(&t, addr, pid) == NGX_OK);
    unit_check(recovery_count(&t, addr) == RECOVERY_LIMIT + 1);
}


static void
recovery_begin(address_t *t, const char *about)
{
    address_begin(t, about, ADDRESS_SESSIONS, ADDRESS_CLIENTS);

    t->limits.sessions = RECOVERY_LIMIT;
    recovery_limits = &t->limits;
}


/* a session whose socket can be recovered; id: as for address_register() */

static ngx_int_t
recovery_join(address_t *t, const char *addr, ngx_msec_t window,
    const char *id)
{
    u_char     key[NGX_PRINT_RECOVERY_KEY];
    ngx_int_t  rc;

    unit_check(address_open(t, addr) == NGX_OK);

    bench_job_key(key, t->n, 0);

    rc = ngx_print_recovery_open(&t->a.st, t->ref, window, recovery_limits,
                                 key, recovery_pid);
    address_check(t);

    if (rc == NGX_OK) {
        unit_check(address_register(t, t->ref, id) == NGX_OK);
    }

    return rc;
}


static ngx_int_t
recovery_lose(address_t *t, const char *addr, ngx_msec_t window,
    const char *id)
{
    ngx_int_t  rc;

    rc = recovery_join(t, addr, window, id);
    address_close(t, t->ref);

    return rc;
}


static ngx_int_t
recovery_resume(address_t *t, const char *addr, u_char *pid)
{
    ngx_int_t        rc;
    ngx_str_t        text, none;
    ngx_print_ref_t  old;

    unit_check(address_open(t, addr) == NGX_OK);
    unit_check(ngx_print_session_disconnect(&t->a.st, t->ref, 0) == NGX_OK);

    ngx_str_null(&none);
    text.data = pid;
    text.len = NGX_PRINT_ID_LEN;

    rc = ngx_print_recovery_resume(&t->a.st, t->ref, &text, &none, 1, &old);
    address_check(t);

    return rc;
}


static uint32_t
recovery_count(address_t *t, const char *addr)
{
    ngx_print_store_address_t  *a;

    a = address_of(t, addr);

    return a ? a->pids : 0;
}


static uint32_t
recovery_used(address_t *t)
{
    uint32_t  i, n;

    for (n = 0, i = 1; i < t->a.st.sh->pid_top; i++) {
        n += (t->a.st.pids[i].state == NGX_PRINT_PID_USED);
    }

    return n;
}
