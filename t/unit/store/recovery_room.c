
/*
 * Copyright (C) the print hub contributors
 */


/* Lost sockets that are not kept, and those that give way to others. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"
#include "ngx_print_recovery_room.h"


#define ROOM_PIDS      40
#define ROOM_SESSIONS  48
#define ROOM_LOOK      256    /* sockets that are looked at */


typedef struct {
    ngx_print_store_t   a;
    ngx_print_wake_t    wake;
    ngx_print_ref_t     ref;
} room_t;


static void room_without_clients(void);
static void room_nearest(void);
static void room_jobs(void);
static void room_bound(void);
static void room_connected(void);
static void room_begin(room_t *t, const char *about);
static uint32_t room_join(room_t *t, ngx_uint_t n, ngx_msec_t window,
    const char *id);
static void room_leave(room_t *t);
static uint32_t room_lose(room_t *t, ngx_uint_t n, ngx_msec_t window,
    const char *id);
static ngx_uint_t room_is(room_t *t, uint32_t pid, ngx_uint_t n);
static ngx_uint_t room_used(room_t *t);
static void room_check(room_t *t);


int
main(void)
{
    bench_guard();

    room_without_clients();
    room_nearest();
    room_jobs();
    room_bound();
    room_connected();

    return unit_end();
}


/* a socket that has never registered, or has lost all to others */

static void
room_without_clients(void)
{
    room_t           t;
    uint32_t         pid;
    ngx_uint_t       i;
    ngx_print_ref_t  ref[2];

    room_begin(&t, "lost without clients");

    for (i = 0; i < 3 * ROOM_PIDS; i++) {
        unit_check(room_lose(&t, i, 1000, NULL) != 0);
        unit_check(room_used(&t) == 0);
    }

    room_check(&t);

    pid = room_join(&t, 1, 1000, "a");
    ref[0] = t.ref;
    unit_check(room_join(&t, 2, 1000, "a") != 0);
    ref[1] = t.ref;
    unit_check(room_used(&t) == 2);

    t.ref = ref[0];
    room_leave(&t);
    unit_check(room_used(&t) == 1 && !room_is(&t, pid, 1));
    t.ref = ref[1];
    room_leave(&t);
    unit_check(room_used(&t) == 1);
    room_check(&t);

    /* one that lingers, too */

    (void) room_join(&t, 3, 1000, NULL);
    unit_check(room_used(&t) == 2);
    unit_check(ngx_print_session_close(&t.a, t.ref, 1) == NGX_OK);
    ngx_print_session_linger(&t.a, t.ref, 1000);
    unit_check(room_used(&t) == 1);
    room_check(&t);
}


/* the one whose time ends next, whichever was lost first */

static void
room_nearest(void)
{
    char        id[2] = "A";
    uint32_t    pids[ROOM_PIDS];
    ngx_uint_t  i, k;
    ngx_msec_t  window;

    room_t      t;

    room_begin(&t, "the nearest deadline");

    for (i = 0; i < ROOM_PIDS; i++) {
        id[0] = (char) ('A' + i);
        window = 100000 + (i * 7 % ROOM_PIDS) * 1000;
        pids[i] = room_lose(&t, i, window, id);
        unit_check(pids[i] != 0);
    }

    unit_check(room_used(&t) == ROOM_PIDS);
    room_check(&t);

    for (k = 0; k < ROOM_PIDS; k++) {

        for (i = 0; i * 7 % ROOM_PIDS != k; i++) { /* void */ }

        unit_about("the nearest deadline: number %lu", (unsigned long) k);

        t.a.clients[t.a.pids[pids[i]].clients].resume = 5;

        id[0] = '0';
        unit_check(room_is(&t, pids[i], i));
        unit_check(room_lose(&t, 100 + k, 1000000, id) == pids[i]);
        unit_check(room_used(&t) == ROOM_PIDS);
        room_check(&t);
    }

    for (i = 1; i < t.a.sh->client_top; i++) {
        unit_check(t.a.clients[i].resume == 0);
    }
}


/* one whose client has jobs stays, though its time ends first */

static void
room_jobs(void)
{
    char         id[2] = "A";
    room_t       t;
    uint32_t     pids[ROOM_PIDS];
    ngx_uint_t   i;
    bench_job_t  job;

    room_begin(&t, "lost with jobs");

    for (i = 0; i < ROOM_PIDS; i++) {
        id[0] = (char) ('A' + i);
        pids[i] = room_lose(&t, i, 100000 + i, id);

        if (i < 33) {
            bench_job(&job, 1 + i, id, 10);
            job.init.queue = 1;
            unit_check(bench_print(&t.a, &job) == NGX_OK);
        }
    }

    for (i = 33; i < ROOM_PIDS; i++) {
        unit_check(room_join(&t, 100 + i, 100000, NULL) == pids[i]);
        room_check(&t);
    }

    for (i = 0; i < 33; i++) {
        unit_check(room_is(&t, pids[i], i));
    }

    unit_check(room_join(&t, 99, 100000, NULL) == 0);
    room_check(&t);
}


/* only so many are looked at; one without jobs that comes later stays */

static void
room_bound(void)
{
    char        id[] = "AA";
    room_t      t;
    uint32_t    pid;
    ngx_uint_t  i, n;

    for (n = ROOM_LOOK - 1; n <= ROOM_LOOK; n++) {

        unit_about("%lu with jobs", (unsigned long) n);
        bench_create(4 * 1024 * 1024, ROOM_SESSIONS, 2 * ROOM_LOOK, 0);
        bench_shrink(0, 0, n + 1);
        bench_fake(&t.a, &t.wake, 1);

        for (i = 0; i <= n; i++) {
            id[0] = (char) ('A' + i % 16);
            id[1] = (char) ('A' + i / 16);
            pid = room_lose(&t, i, 100000 + i, id);
            unit_check(pid != 0);

            /* as if it had a job */
            t.a.clients[t.a.pids[pid].clients].blocks = (i < n);
        }

        unit_check(ngx_print_recovery_make_room(&t.a, 0)
                   == (n < ROOM_LOOK ? NGX_OK : NGX_DECLINED));
        unit_check(room_used(&t) == (n < ROOM_LOOK ? n : n + 1));
    }
}


/* a socket that is connected is not lost, whatever its deadline says */

static void
room_connected(void)
{
    room_t      t;
    uint32_t    first;
    ngx_uint_t  i;

    room_begin(&t, "connected");

    first = room_join(&t, 1, 1000, NULL);

    for (i = 1; i < ROOM_PIDS; i++) {
        unit_check(room_join(&t, 1 + i, 1000, NULL) != 0);
    }

    t.a.pid_deadlines[first] = 1;

    unit_check(room_join(&t, 99, 1000, NULL) == 0);
    unit_check(room_is(&t, first, 1));

    t.a.pid_deadlines[first] = 0;
    room_check(&t);
}


static void
room_begin(room_t *t, const char *about)
{
    unit_about("%s", about);

    bench_create(1024 * 1024, ROOM_SESSIONS, 2 * ROOM_PIDS, 0);
    bench_shrink(0, 0, ROOM_PIDS);
    bench_fake(&t->a, &t->wake, 1);
}


/* a socket with a client, or none; returns its pid's index, 0: it has none */

static uint32_t
room_join(room_t *t, ngx_uint_t n, ngx_msec_t window, const char *id)
{
    u_char    sock[NGX_PRINT_SESSION_SOCK], key[NGX_PRINT_JOB_KEY];
    u_char    pid[NGX_PRINT_ID_LEN];
    uint32_t  token;

    bench_sock(sock, n);
    bench_job_key(key, n, 0);

    unit_check(bench_open(&t->a, n, 1, &t->ref, &token) == NGX_OK);
    unit_check(ngx_print_session_connect(&t->a, t->ref, 0, sock) == NGX_OK);

    if (ngx_print_recovery_open(&t->a, t->ref, window, NULL, key, pid)
        != NGX_OK)
    {
        return 0;
    }

    if (id) {
        unit_check(bench_register(&t->a, t->ref, 0, id, 0) == NGX_OK);
    }

    return t->a.sessions[t->ref.index].pid;
}


static void
room_leave(room_t *t)
{
    unit_check(ngx_print_session_close(&t->a, t->ref, 1) == NGX_OK);
    ngx_print_session_free(&t->a, t->ref);
}


static uint32_t
room_lose(room_t *t, ngx_uint_t n, ngx_msec_t window, const char *id)
{
    uint32_t  pid;

    pid = room_join(t, n, window, id);
    room_leave(t);

    return pid;
}


static ngx_uint_t
room_is(room_t *t, uint32_t pid, ngx_uint_t n)
{
    u_char  key[NGX_PRINT_JOB_KEY];

    bench_job_key(key, n, 0);

    return t->a.pids[pid].state == NGX_PRINT_PID_USED
           && memcmp(t->a.pids[pid].key, key, sizeof(key)) == 0;
}


static ngx_uint_t
room_used(room_t *t)
{
    uint32_t    i;
    ngx_uint_t  n;

    for (n = 0, i = 1; i < t->a.sh->pid_top; i++) {
        n += (t->a.pids[i].state == NGX_PRINT_PID_USED);
    }

    return n;
}


static void
room_check(room_t *t)
{
    const char  *err;

    err = check_zone(&t->a, CHECK_SETTLED);

    if (err) {
        printf("  %s\n", err);
    }

    unit_check(err == NULL);
}
