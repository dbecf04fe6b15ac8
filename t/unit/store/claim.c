
/*
 * Copyright (C) the print hub contributors
 */


/* Several sockets register one clientId: which of them has it, and when. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "recovery_base.h"


static void claim_falls_back(void);
static void claim_late(void);
static void claim_again(void);
static void claim_info(void);
static void claim_jobs(void);
static void claim_nsps(void);
static void claim_recovery(void);
static void claim_heir(void);
static void claim_removed(void);
static void claim_full(void);
static void claim_died(void);
static void claim_died_pid(void);

static void claim_begin(recovery_t *t, const char *about);
static ngx_int_t claim_register(recovery_t *t, ngx_uint_t session,
    const char *id);
static ngx_uint_t claim_count(recovery_t *t);


int
main(int argc, char **argv)
{
    bench_guard();

    claim_falls_back();
    claim_late();
    claim_again();
    claim_info();
    claim_jobs();
    claim_nsps();
    claim_recovery();
    claim_heir();
    claim_removed();
    claim_full();
    claim_died();
    claim_died_pid();

    return unit_end();
}


/* the newest of those that are left has it */

static void
claim_falls_back(void)
{
    recovery_t               t;
    ngx_print_client_info_t  info;

    claim_begin(&t, "falls back");

    unit_check(claim_register(&t, 0, "a") == NGX_OK);
    unit_check(claim_register(&t, 1, "a") == NGX_OK);
    unit_check(claim_register(&t, 2, "a") == NGX_OK);
    unit_check(claim_register(&t, 3, "a") == NGX_OK);
    unit_check(claim_count(&t) == 3);

    recovery_lose(&t, 1);
    unit_check(claim_count(&t) == 2);
    unit_check(recovery_connected(&t, "a", 3));

    unit_check(ngx_print_session_close(&t.a, t.ref[3], 1) == NGX_OK);
    unit_check(ngx_print_client_offline(&t.a, t.ref[3], 0, &info) == NGX_OK);
    unit_check(info.connected && info.sock[2] == 2);
    unit_check(recovery_connected(&t, "a", 2));
    ngx_print_session_free(&t.a, t.ref[3]);
    unit_check(recovery_connected(&t, "a", 2));

    /* nobody has told that it left */

    unit_check(ngx_print_session_close(&t.a, t.ref[2], 1) == NGX_OK);
    ngx_print_session_free(&t.a, t.ref[2]);
    unit_check(recovery_whole(&t));
    unit_check(recovery_connected(&t, "a", 0));
    unit_check(claim_count(&t) == 0);

    recovery_lose(&t, 0);
    unit_check(!recovery_connected(&t, "a", 0));
}


/* the first registration of an older connection takes it from no newer one */

static void
claim_late(void)
{
    recovery_t  t;

    claim_begin(&t, "late");

    unit_check(claim_register(&t, 2, "a") == NGX_OK);
    unit_check(claim_register(&t, 1, "a") == NGX_DONE);
    unit_check(claim_register(&t, 1, "a") == NGX_DONE);
    unit_check(claim_register(&t, 0, "a") == NGX_DONE);
    unit_check(claim_count(&t) == 2);
    unit_check(recovery_connected(&t, "a", 2));

    recovery_lose(&t, 1);
    unit_check(recovery_connected(&t, "a", 2));

    /* the owner is gone, and has not left yet: the newest one is next */

    unit_check(ngx_print_session_close(&t.a, t.ref[2], 1) == NGX_OK);
    unit_check(claim_register(&t, 3, "a") == NGX_OK);
    ngx_print_session_free(&t.a, t.ref[2]);
    unit_check(recovery_connected(&t, "a", 3));

    /* one that is newer than those that are left, or older */

    unit_check(ngx_print_session_close(&t.a, t.ref[3], 1) == NGX_OK);
    recovery_joined(&t, 4);
    t.a.sessions[t.ref[4].index].order = 1;
    t.a.sessions[t.ref[0].index].order = 2;
    unit_check(claim_register(&t, 4, "a") == NGX_DONE);
    unit_check(!recovery_connected(&t, "a", 3));
    ngx_print_session_free(&t.a, t.ref[3]);
    unit_check(recovery_connected(&t, "a", 0));
    recovery_lose(&t, 0);
    unit_check(recovery_connected(&t, "a", 4));
}


/* one that had it before gets it again */

static void
claim_again(void)
{
    recovery_t  t;

    claim_begin(&t, "again");

    unit_check(claim_register(&t, 0, "a") == NGX_OK);
    unit_check(claim_register(&t, 1, "a") == NGX_OK);
    unit_check(claim_register(&t, 0, "a") == NGX_OK);
    unit_check(recovery_connected(&t, "a", 0));
    unit_check(claim_count(&t) == 1);
    unit_check(claim_register(&t, 1, "a") == NGX_OK);
    unit_check(recovery_connected(&t, "a", 1));
    recovery_lose(&t, 1);
    unit_check(recovery_connected(&t, "a", 0));
}


/* each socket has its own description */

static void
claim_info(void)
{
    u_char                     buf[NGX_PRINT_CLIENT_INFO];
    ngx_str_t                  info;
    ngx_uint_t                 i;
    recovery_t                 t;
    ngx_print_client_init_t    init;
    ngx_print_client_detail_t  detail;

    static ngx_uint_t          order[] = { 0, 1, 3, 2, 2 };

    claim_begin(&t, "info");

    ngx_memzero(&init, sizeof(init));
    ngx_str_set(&init.id, "a");
    info.data = buf;

    for (i = 0; i < 5; i++) {
        init.info.len = 1500 + 1000 * order[i] + i;
        init.info.data = bench_bytes(order[i], init.info.len);
        init.ack = order[i] & 1;

        unit_check(ngx_print_client_register(&t.a, t.ref[order[i]], 0, &init)
                   == (i < 3 ? NGX_OK : NGX_DONE));
        unit_check(recovery_whole(&t));
    }

    for (i = 4; i-- > 0; /* void */ ) {
        unit_check(ngx_print_client_find(&t.a, &init.id, &detail, &info)
                   == NGX_OK);
        unit_check(detail.info.sock[2] == i && detail.ack == (i & 1));
        unit_check(info.len / 1000 == (1500 + 1000 * i) / 1000);
        unit_check(memcmp(buf, bench_bytes(i, info.len), info.len) == 0);
        recovery_lose(&t, i);
    }

    /* it keeps that of the last one */

    unit_check(ngx_print_client_remove(&t.a, &init.id) == NGX_OK);
    unit_check(t.a.sh->block_count == 0);
}


/* what waits, and what may be sent again, goes to the next one */

static void
claim_jobs(void)
{
    recovery_t         t;
    ngx_print_ref_t    refs[4];
    ngx_print_wake_t   wake;
    ngx_print_store_t  b;

    claim_begin(&t, "jobs");
    bench_fake(&b, &wake, 2);

    unit_check(claim_register(&t, 0, "a") == NGX_OK);
    unit_check(claim_register(&t, 1, "a") == NGX_OK);

    recovery_print(&t, 0, "a", 1);
    recovery_take(&t, 1, 1);
    recovery_print(&t, 1, "a", 0);
    (void) ngx_print_queue_ready(&t.a, refs, 4);

    bench_notified = 0;
    unit_check(ngx_print_session_close(&t.a, t.ref[1], 1) == NGX_OK);
    ngx_print_session_free(&t.a, t.ref[1]);
    unit_check(bench_notified == 1);
    unit_check(ngx_print_queue_ready(&t.a, refs, 4) == 1);
    unit_check(refs[0].index == t.ref[0].index);
    recovery_take(&t, 0, 2);
    unit_check(t.batch.jobs[0].repetition && !t.batch.jobs[1].repetition);
    recovery_pong(&t, 0);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_RECEIVED);
}


/* a claim belongs to the socket of one namespace */

static void
claim_nsps(void)
{
    recovery_t               t;
    ngx_print_client_info_t  info;

    claim_begin(&t, "namespaces");

    unit_check(ngx_print_session_connect(&t.a, t.ref[0], 2, NULL) == NGX_OK);
    unit_check(claim_register(&t, 0, "a") == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[0], 2, "a", 0) == NGX_OK);
    unit_check(claim_register(&t, 1, "a") == NGX_OK);
    unit_check(claim_count(&t) == 2);

    unit_check(ngx_print_session_disconnect(&t.a, t.ref[0], 2) == NGX_OK);
    unit_check(ngx_print_client_offline(&t.a, t.ref[0], 2, &info)
               == NGX_DECLINED);
    unit_check(claim_count(&t) == 1);
    unit_check(recovery_whole(&t));
    unit_check(ngx_print_session_disconnect(&t.a, t.ref[1], 0) == NGX_OK);
    unit_check(ngx_print_client_offline(&t.a, t.ref[1], 0, &info) == NGX_OK);
    unit_check(info.nsp == 0);
    unit_check(recovery_connected(&t, "a", 0));
}


/* a socket is recovered only if it has what it had registered */

static void
claim_recovery(void)
{
    recovery_t  t;

    claim_begin(&t, "recovery");

    unit_check(recovery_open(&t, 0, 1) == NGX_OK);
    unit_check(claim_register(&t, 0, "a") == NGX_OK);
    unit_check(claim_register(&t, 1, "b") == NGX_OK);
    unit_check(claim_register(&t, 0, "b") == NGX_DONE);
    unit_check(t.a.pids[1].gone == 1);
    unit_check(claim_register(&t, 2, "a") == NGX_OK);
    unit_check(t.a.pids[1].gone == 2);

    recovery_lose(&t, 1);
    unit_check(recovery_connected(&t, "b", 0));
    unit_check(t.a.pids[1].gone == 1);
    unit_check(claim_register(&t, 0, "a") == NGX_OK);
    unit_check(t.a.pids[1].gone == 0);

    recovery_session(&t, 4);
    unit_check(recovery_resume(&t, 4, RECOVERY_NONE) == NGX_OK);
    unit_check(recovery_connected(&t, "a", 0));
    unit_check(recovery_connected(&t, "b", 0));
    ngx_print_session_free(&t.a, t.old);
    unit_check(claim_count(&t) == 1);

    /* the socket that is recoverable loses it to one that is connected */

    recovery_lose(&t, 4);
    unit_check(recovery_connected(&t, "a", 2));
    recovery_session(&t, 1);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
}


/*
 * A client is handed over with jobs that wait for the recovery of its former
 * socket: the offset of the next one does not tell whether it got them.
 */

static void
claim_heir(void)
{
    recovery_t  t;

    claim_begin(&t, "jobs of the socket that had the client before");

    unit_check(recovery_open(&t, 1, 1) == NGX_OK);
    unit_check(claim_register(&t, 1, "a") == NGX_OK);
    recovery_print(&t, 0, "a", 0);
    recovery_print(&t, 1, "a", 1);
    recovery_take(&t, 1, 2);

    unit_check(recovery_open(&t, 0, 2) == NGX_OK);
    unit_check(claim_register(&t, 0, "a") == NGX_DONE);

    recovery_lose(&t, 1);
    unit_check(recovery_connected(&t, "a", 0));
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_SENT);

    recovery_lose(&t, 0);
    recovery_session(&t, 4);
    unit_check(recovery_resume(&t, 4, RECOVERY_NONE) == NGX_OK);
    recovery_take(&t, 4, 1);
    unit_check(t.batch.jobs[0].repetition);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
}


static void
claim_removed(void)
{
    ngx_str_t   id = unit_str("a");
    recovery_t  t;

    claim_begin(&t, "removed");

    unit_check(claim_register(&t, 0, "a") == NGX_OK);
    unit_check(claim_register(&t, 1, "a") == NGX_OK);
    unit_check(ngx_print_session_close(&t.a, t.ref[0], 1) == NGX_OK);
    recovery_lose(&t, 1);
    unit_check(claim_count(&t) == 1);
    unit_check(ngx_print_client_remove(&t.a, &id) == NGX_OK);
    unit_check(claim_count(&t) == 0);
    ngx_print_session_free(&t.a, t.ref[0]);
    unit_check(recovery_whole(&t));
}


/* without a record, a registration that would only have a claim is refused */

static void
claim_full(void)
{
    recovery_t  t;

    claim_begin(&t, "too many");

    t.a.sh->nclaims = 2;

    unit_check(claim_register(&t, 0, "a") == NGX_OK);
    unit_check(claim_register(&t, 1, "a") == NGX_OK);
    unit_check(claim_register(&t, 2, "a") == NGX_OK);
    unit_check(claim_register(&t, 3, "b") == NGX_OK);
    unit_check(claim_register(&t, 2, "b") == NGX_PRINT_FULL);
    unit_check(claim_count(&t) == 1);
    recovery_lose(&t, 3);
    unit_check(!recovery_connected(&t, "b", 3));
    recovery_lose(&t, 2);
    unit_check(recovery_connected(&t, "a", 0));
}


/* a process died in between: the client and a claim never share an info */

static void
claim_died(void)
{
    recovery_t                t;
    ngx_uint_t                i;
    ngx_print_client_init_t   init;
    ngx_print_store_claim_t  *claim;

    claim_begin(&t, "died");

    ngx_memzero(&init, sizeof(init));
    ngx_str_set(&init.id, "a");
    init.info.len = 1500;
    init.info.data = bench_bytes(1, 1500);

    unit_check(ngx_print_client_register(&t.a, t.ref[0], 0, &init) == NGX_OK);
    unit_check(ngx_print_client_register(&t.a, t.ref[1], 0, &init) == NGX_OK);

    claim = &t.a.claims[1];

    for (i = 0; i < 3; i++) {

        switch (i) {

        case 0:    /* taken, and not described yet */
            t.a.clients[1].info = claim->info;
            break;

        case 1:    /* its session is gone */
            t.a.sessions[t.ref[0].index].state = NGX_PRINT_SESSION_FREE;
            t.a.sh->counts.others[NGX_PRINT_OTHER_DISCONNECT]++;
            break;

        default:   /* handed over, and not described yet */
            claim->owner = t.a.clients[1].owner;
            claim->client = 1;
            claim->info = 0;
            claim->state = NGX_PRINT_CLAIM_USED;
            break;
        }

        t.a.sh->dirty = 1;
        ngx_print_store_lock(&t.a);
        ngx_print_store_unlock(&t.a);
        unit_check(recovery_whole(&t));

        if (i == 0) {
            unit_check(claim->info && t.a.clients[1].info == 0);
        }

        if (i) {
            unit_check(claim->state == NGX_PRINT_CLAIM_FREE);
        }
    }
}


/* a process died while a client was registered for a socket with a pid */

static void
claim_died_pid(void)
{
    recovery_t  t;

    claim_begin(&t, "died before the new owner had it");

    unit_check(claim_register(&t, 0, "a") == NGX_OK);
    unit_check(recovery_open(&t, 1, 1) == NGX_OK);
    unit_check(claim_register(&t, 1, "b") == NGX_OK);

    t.a.clients[1].pid = t.a.sessions[t.ref[1].index].pid;
    t.a.sh->dirty = 1;
    ngx_print_store_lock(&t.a);
    ngx_print_store_unlock(&t.a);

    unit_check(t.a.clients[1].pid == 0 && t.a.clients[2].pid == 1);
    unit_check(recovery_whole(&t));

    recovery_lose(&t, 1);
    recovery_session(&t, 4);
    unit_check(recovery_resume(&t, 4, RECOVERY_NONE) == NGX_OK);
    unit_check(recovery_connected(&t, "a", 0));
    unit_check(recovery_connected(&t, "b", 1));
}


/* sessions 0 to 3 are connected, opened one after the other */

static void
claim_begin(recovery_t *t, const char *about)
{
    ngx_uint_t  i;

    unit_about("%s", about);

    bench_create(1024 * 1024, 8, 16, 0);
    bench_fake(&t->a, &t->wake, 1);

    for (i = 0; i < 4; i++) {
        recovery_joined(t, i);
    }
}


static ngx_int_t
claim_register(recovery_t *t, ngx_uint_t session, const char *id)
{
    ngx_int_t  rc;

    rc = bench_register(&t->a, t->ref[session], 0, id, 0);
    unit_check(recovery_whole(t));

    return rc;
}


static ngx_uint_t
claim_count(recovery_t *t)
{
    uint32_t    i;
    ngx_uint_t  n;

    for (n = 0, i = 1; i < t->a.sh->claim_top; i++) {
        n += (t->a.claims[i].state == NGX_PRINT_CLAIM_USED);
    }

    return n;
}
