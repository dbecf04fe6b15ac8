
/*
 * Copyright (C) the print hub contributors
 */


/* What people are shown of a zone: its workers, and whether it has room. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "ngx_print_roster.h"
#include "ngx_print_store.h"
#include "ngx_print_client.h"


#define ROSTER_SESSIONS  6


typedef struct {
    ngx_print_store_t    st;
    ngx_print_ref_t      ref[ROSTER_SESSIONS];
    uint32_t             token;
} roster_t;


static void roster_begin(roster_t *t, const char *about);
static void roster_workers(void);
static void roster_counts(void);
static void roster_client(void);
static void roster_room(void);


int
main(void)
{
    bench_guard();

    roster_workers();
    roster_counts();
    roster_client();
    roster_room();

    return unit_end();
}


static void
roster_begin(roster_t *t, const char *about)
{
    unit_about(about);

    bench_create(NGX_PRINT_STORE_MIN_SIZE, ROSTER_SESSIONS, 0, 0);
    bench_join(&t->st);
}


static void
roster_workers(void)
{
    roster_t                   t;
    ngx_uint_t                 slot;
    ngx_print_roster_t         list[NGX_PRINT_ROSTER_MAX];
    ngx_print_store_worker_t  *w;

    roster_begin(&t, "workers");

    slot = t.st.slot;
    w = &t.st.workers[slot];

    unit_check(ngx_print_roster(&t.st, list) == 1);
    unit_check(list[0].slot == slot && list[0].pid == (uint32_t) getpid());
    unit_check(list[0].state == NGX_PRINT_ROSTER_RUNNING);
    unit_check(list[0].websockets == 0 && list[0].waiting == 0);

    /* a WebSocket, a GET that waits, and a session that has neither */

    unit_check(bench_open(&t.st, 0, 1, &t.ref[0], &t.token) == NGX_OK);
    unit_check(bench_open(&t.st, 1, 0, &t.ref[1], &t.token) == NGX_OK);
    unit_check(bench_open(&t.st, 2, 0, &t.ref[2], &t.token) == NGX_OK);
    unit_check(ngx_print_session_poll(&t.st, t.ref[1], &t.token) == NGX_OK);

    unit_check(ngx_print_roster(&t.st, list) == 1);
    unit_check(list[0].websockets == 1 && list[0].waiting == 1);

    ngx_print_store_exiting(&t.st);

    unit_check(ngx_print_roster(&t.st, list) == 1);
    unit_check(list[0].state == NGX_PRINT_ROSTER_EXITING);

    /* a worker that is not there is not shown */

    w->epoch = 0;

    unit_check(ngx_print_roster(&t.st, list) == 0);
}


static void
roster_counts(void)
{
    roster_t                 t;
    bench_job_t              job;
    ngx_print_client_info_t  info;

    roster_begin(&t, "stations and jobs");

    unit_check(ngx_print_roster_online(&t.st) == 0);
    unit_check(ngx_print_roster_live(&t.st) == 0);

    unit_check(bench_open(&t.st, 0, 1, &t.ref[0], &t.token) == NGX_OK);
    unit_check(bench_register(&t.st, t.ref[0], 0, "a", 0) == NGX_OK);
    unit_check(bench_register(&t.st, t.ref[0], 0, "b", 0) == NGX_OK);

    unit_check(ngx_print_roster_online(&t.st) == 2);

    unit_check(ngx_print_client_offline(&t.st, t.ref[0], 0, &info) == NGX_OK);
    unit_check(ngx_print_roster_online(&t.st) == 1);

    bench_job(&job, 1, "ab", 10);
    job.init.queue = 10;
    job.init.limit = 1024 * 1024;
    unit_check(ngx_print_job_create(&t.st, &job.init, job.jobs, &job.bad)
               == NGX_OK);
    unit_check(ngx_print_roster_live(&t.st) == 2);

    unit_check(ngx_print_job_cancel(&t.st, job.jobs[0].index, job.keys,
                                    &job.jobs[0])
               == NGX_OK);
    unit_check(ngx_print_roster_live(&t.st) == 1);
}


static void
roster_client(void)
{
    u_char     buf[NGX_PRINT_CLIENT_ID_MAX];
    roster_t   t;
    ngx_str_t  id;

    roster_begin(&t, "the first clientId");

    id.data = buf;

    unit_check(bench_open(&t.st, 0, 0, &t.ref[0], &t.token) == NGX_OK);
    unit_check(ngx_print_roster_client(&t.st, t.ref[0], &id) == NGX_DECLINED);

    unit_check(bench_register(&t.st, t.ref[0], 0, "a", 0) == NGX_OK);
    unit_check(bench_register(&t.st, t.ref[0], 0, "b", 0) == NGX_OK);

    unit_check(ngx_print_roster_client(&t.st, t.ref[0], &id) == NGX_OK);
    unit_check(id.len == 1 && id.data[0] == 'a');

    t.ref[0].gen++;

    unit_check(ngx_print_roster_client(&t.st, t.ref[0], &id) == NGX_DECLINED);
}


/* sessions that wait for CONNECT give way, so they take no room */

static void
roster_room(void)
{
    roster_t    t;
    ngx_uint_t  i;

    roster_begin(&t, "room");

    unit_check(ngx_print_store_has_room(&t.st));

    for (i = 0; i < ROSTER_SESSIONS; i++) {
        unit_check(bench_open(&t.st, i, 0, &t.ref[i], &t.token) == NGX_OK);
        unit_check(ngx_print_store_has_room(&t.st));
    }

    for (i = 0; i < ROSTER_SESSIONS; i++) {
        unit_check(bench_register(&t.st, t.ref[i], 0, "a", 0) != NGX_ERROR);
        unit_check(ngx_print_store_has_room(&t.st)
                   == (t.st.sh->session_count - t.st.sh->waiting_count
                       < t.st.sh->nsessions - 1));
    }

    unit_check(!ngx_print_store_stuck(&t.st));
}
