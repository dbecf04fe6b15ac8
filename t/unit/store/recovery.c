
/*
 * Copyright (C) the print hub contributors
 */


/* Sockets that are lost and recovered: once, in time, by their pid. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "recovery_base.h"


static void recovery_opened(void);
static void recovery_full(void);
static void recovery_again(void);
static void recovery_guards(void);
static void recovery_pids(void);
static void recovery_offsets(void);
static void recovery_nsps(void);
static void recovery_expired(void);
static void recovery_excused(void);
static void recovery_lingers(void);
static void recovery_removed(void);
static void recovery_incomplete(void);
static void recovery_refused(recovery_t *t);
static void recovery_died(void);


int
main(void)
{
    bench_guard();

    recovery_opened();
    recovery_full();
    recovery_again();
    recovery_guards();
    recovery_pids();
    recovery_offsets();
    recovery_nsps();
    recovery_expired();
    recovery_excused();
    recovery_lingers();
    recovery_removed();
    recovery_incomplete();
    recovery_died();

    return unit_end();
}


static void
recovery_opened(void)
{
    u_char           key[NGX_PRINT_RECOVERY_KEY];
    recovery_t       t;
    ngx_uint_t       i;
    ngx_print_ref_t  old;

    recovery_begin(&t, "a pid");

    for (i = 0; i < t.pid.len; i++) {
        unit_check(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                          "0123456789-_", t.pid.data[i]) != NULL);
    }

    unit_check(memcmp(t.a.pids[1].sock, t.a.sessions[t.ref[0].index].sock,
                      NGX_PRINT_SESSION_SOCK) == 0);

    unit_check(recovery_open(&t, 0, 2) == NGX_DECLINED);
    unit_check(recovery_open(&t, 1, 2) == NGX_DECLINED);
    unit_check(ngx_print_session_connect(&t.a, t.ref[1], 2, key) == NGX_OK);
    unit_check(recovery_open(&t, 1, 2) == NGX_DECLINED);

    old = t.ref[2];
    t.ref[2].gen--;
    unit_check(recovery_open(&t, 2, 2) == NGX_DECLINED);
    t.ref[2] = old;

    unit_check(ngx_print_session_close(&t.a, t.ref[2], 1) == NGX_OK);
    unit_check(recovery_open(&t, 2, 2) == NGX_DECLINED);
    unit_check(t.a.sh->pid_top == 2);
}


static void
recovery_full(void)
{
    recovery_t  t;

    unit_about("too many pids");

    bench_create(1024 * 1024, 8, 16, 0);
    bench_shrink(0, 0, 2);
    bench_fake(&t.a, &t.wake, 1);

    recovery_joined(&t, 0);
    recovery_joined(&t, 1);
    recovery_joined(&t, 2);

    unit_check(recovery_open(&t, 0, 1) == NGX_OK);
    unit_check(recovery_open(&t, 1, 2) == NGX_OK);
    unit_check(recovery_open(&t, 2, 3) == NGX_PRINT_FULL);

    ngx_print_recovery_end(&t.a, t.ref[0]);
    ngx_print_recovery_end(&t.a, t.ref[0]);
    unit_check(recovery_open(&t, 2, 3) == NGX_OK);
    unit_check(recovery_open(&t, 0, 4) == NGX_PRINT_FULL);

    /* without a client it is not kept */

    recovery_lose(&t, 1);
    unit_check(recovery_open(&t, 0, 4) == NGX_OK);
}


/* its time begins with each loss */

static void
recovery_again(void)
{
    recovery_t                t;
    ngx_print_session_info_t  info;

    recovery_begin(&t, "again");

    recovery_close(&t, 0);
    ngx_print_session_free(&t.a, t.ref[0]);

    unit_check(!recovery_connected(&t, "a", 0));
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    unit_check(t.old.index == 0);
    unit_check(recovery_connected(&t, "a", 0));
    unit_check(recovery_connected(&t, "b", 0));

    /* its id is the one it had */

    unit_check(ngx_print_session_get(&t.a, t.ref[1], &info) == NGX_OK);
    unit_check(info.connected == 1 && info.sock[2] == 0);

    recovery_session(&t, 3);
    unit_check(recovery_due(&t, 2 * RECOVERY_MS) == 0);

    recovery_lose(&t, 1);
    unit_check(recovery_due(&t, RECOVERY_MS - 1) == 0);
    unit_check(recovery_resume(&t, 3, RECOVERY_NONE) == NGX_OK);
    unit_check(recovery_connected(&t, "a", 0));
    unit_check(recovery_due(&t, 2 * RECOVERY_MS) == 0);
}


/* a session that is gone or connected already cannot recover the socket */

static void
recovery_guards(void)
{
    recovery_t       t;
    ngx_print_ref_t  old;

    recovery_begin(&t, "sessions that cannot recover");
    recovery_lose(&t, 0);

    unit_check(recovery_resume(&t, 2, RECOVERY_NONE) == NGX_DECLINED);

    old = t.ref[1];
    t.ref[1].gen--;
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
    t.ref[1] = old;

    recovery_session(&t, 3);
    unit_check(ngx_print_session_close(&t.a, t.ref[3], 1) == NGX_OK);
    unit_check(recovery_resume(&t, 3, RECOVERY_NONE) == NGX_DECLINED);

    unit_check(ngx_print_session_connect(&t.a, t.ref[1], 2, NULL) == NGX_OK);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    unit_check(t.a.sessions[t.ref[1].index].connected == 5);
}


/* a pid is a secret: no other text is accepted as one */

static void
recovery_pids(void)
{
    u_char      was, buf[NGX_PRINT_ID_LEN + 1];
    ngx_str_t   none;
    recovery_t  t;
    ngx_uint_t  i;

    static const char  *made[] = {
        "AAAAAAAAAAAAAAAAAAAA", "AAACAAAAAAAAAAAAAAAA",
        "____________________", "AAAB AAAAAAAAAAAAAAA", "AAAB.AAAAAAAAAAAAAAA"
    };

    recovery_begin(&t, "made-up pids");
    recovery_lose(&t, 0);

    for (i = 0; i < NGX_PRINT_ID_LEN; i++) {
        was = t.bytes[i];

        t.bytes[i] = (was == 'B') ? 'C' : 'B';
        unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
        t.bytes[i] = '\0';
        unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);

        t.bytes[i] = was;
    }

    for (i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        t.pid.data = (u_char *) made[i];
        unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
    }

    ngx_memcpy(buf, t.bytes, NGX_PRINT_ID_LEN);
    buf[NGX_PRINT_ID_LEN] = 'A';
    t.pid.data = buf;

    for (i = 0; i <= NGX_PRINT_ID_LEN + 1; i++) {
        t.pid.len = i;

        if (i != NGX_PRINT_ID_LEN) {
            unit_check(recovery_resume(&t, 1, RECOVERY_NONE)
                       == NGX_DECLINED);
        }
    }

    t.pid.len = NGX_PRINT_ID_LEN;
    ngx_str_null(&none);
    t.pid = none;
    unit_check(recovery_resume_from(&t, 1, &none) == NGX_DECLINED);
    t.pid.data = t.bytes;
    t.pid.len = NGX_PRINT_ID_LEN;
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
}


/* a string of the user that the client takes for an offset is not one */

static void
recovery_offsets(void)
{
    u_char      buf[NGX_PRINT_RECOVERY_OFFSET], was, other[20];
    ngx_str_t   text;
    recovery_t  t;
    ngx_uint_t  i;

    recovery_begin(&t, "made-up offsets");

    recovery_print(&t, 0, "a", 0);
    recovery_print(&t, 1, "a", 0);
    recovery_take(&t, 0, 2);
    recovery_lose(&t, 0);

    text.data = buf;
    text.len = sizeof(buf);

    (void) ngx_print_recovery_offset(&t.a, buf, 1);

    for (i = 0; i < sizeof(buf); i++) {
        was = buf[i];
        buf[i] = (was == 'x') ? 'y' : 'x';
        unit_check(recovery_resume_from(&t, 1, &text) == NGX_DECLINED);
        buf[i] = was;
    }

    text.len--;
    unit_check(recovery_resume_from(&t, 1, &text) == NGX_DECLINED);
    text.data = (u_char *) "the last string of a user's own event";
    text.len = 37;
    unit_check(recovery_resume_from(&t, 1, &text) == NGX_DECLINED);

    /* another hub's */

    t.a.sh->secrets.proof ^= 1;
    (void) ngx_print_recovery_offset(&t.a, other, 1);
    t.a.sh->secrets.proof ^= 1;
    text.data = other;
    text.len = sizeof(other);
    unit_check(memcmp(buf, other, sizeof(buf)) != 0);
    unit_check(recovery_resume_from(&t, 1, &text) == NGX_DECLINED);

    text.data = buf;
    unit_check(recovery_resume_from(&t, 1, &text) == NGX_OK);
    recovery_take(&t, 1, 1);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_RECEIVED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_SENT);
}


/* only the socket of "/" is recovered */

static void
recovery_nsps(void)
{
    recovery_t               t;
    ngx_print_client_info_t  info;

    recovery_begin(&t, "other namespaces");

    unit_check(ngx_print_session_connect(&t.a, t.ref[0], 2, NULL) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[0], 2, "n", 0) == NGX_OK);
    recovery_print(&t, 0, "n", 0);
    recovery_print(&t, 1, "a", 0);
    recovery_take(&t, 0, 2);
    unit_check(!t.batch.jobs[0].recovery && t.batch.jobs[1].recovery);

    unit_check(ngx_print_session_close(&t.a, t.ref[0], 1) == NGX_OK);

    while (ngx_print_client_offline(&t.a, t.ref[0], 2, &info) == NGX_OK) {
        /* void */
    }

    /* it was never left, its worker died */

    ngx_print_session_free(&t.a, t.ref[0]);

    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_SENT);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    unit_check(!recovery_connected(&t, "n", 0));
    unit_check(recovery_connected(&t, "a", 0));
    recovery_take(&t, 1, 1);
}


/* the time begins again when the zone can be used, and then it ends */

static void
recovery_excused(void)
{
    recovery_t  t;
    uint32_t    stalled;

    recovery_begin(&t, "a stall");
    recovery_print(&t, 0, "a", 0);
    recovery_take(&t, 0, 1);
    recovery_lose(&t, 0);

    unit_check(recovery_due(&t, RECOVERY_MS / 2) == 0);
    stalled = (uint32_t) ngx_current_msec;
    t.a.sh->stalled = stalled;

    unit_check(recovery_due(&t, RECOVERY_MS / 2) == 1);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_SENT);
    unit_check(t.a.pid_deadlines[1] == stalled + RECOVERY_MS);

    /* a tick that began before the stall */

    ngx_print_recovery_expire(&t.a, stalled - 100, 1);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_SENT);

    unit_check(recovery_due(&t, RECOVERY_MS / 2 - 1) == 0);
    unit_check(recovery_due(&t, 1) == 1);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);

    /* one that is long over */

    recovery_begin(&t, "a stall before");
    t.a.sh->stalled = (uint32_t) ngx_current_msec;
    bench_clock(ngx_current_msec + 1000);
    recovery_print(&t, 0, "a", 0);
    recovery_take(&t, 0, 1);
    recovery_lose(&t, 0);
    unit_check(recovery_due(&t, RECOVERY_MS) == 1);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
}


/* nobody has come */

static void
recovery_expired(void)
{
    recovery_t  t;
    ngx_uint_t  i;

    recovery_begin(&t, "too late");

    for (i = 0; i < 4; i++) {
        recovery_print(&t, i, i & 1 ? "b" : "a", i > 1);
    }

    recovery_take(&t, 0, 4);
    recovery_print(&t, 4, "a", 0);
    recovery_lose(&t, 0);

    unit_check(recovery_due(&t, RECOVERY_MS - 1) == 0);

    /* a worker that looks too early expires nothing */

    ngx_print_recovery_expire(&t.a, (uint32_t) ngx_current_msec, 1);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_SENT);

    unit_check(recovery_due(&t, 1) == 1);
    unit_check(recovery_due(&t, 0) == 0);

    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(recovery_state(&t, 2) == NGX_PRINT_JOB_QUEUED);
    unit_check(recovery_state(&t, 3) == NGX_PRINT_JOB_QUEUED);
    unit_check(recovery_state(&t, 4) == NGX_PRINT_JOB_QUEUED);
    unit_check(t.a.clients[1].pid == 0 && t.a.pids[1].state == 0);

    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
    ngx_print_recovery_expire(&t.a, (uint32_t) ngx_current_msec, 1);

    /* as any other */

    recovery_joined(&t, 3);
    unit_check(bench_register(&t.a, t.ref[3], 0, "a", 0) == NGX_OK);
    recovery_take(&t, 3, 2);
    unit_check(t.batch.jobs[0].repetition && !t.batch.jobs[1].repetition);
}


/* a session that lingers is lost */

static void
recovery_lingers(void)
{
    recovery_t  t;

    recovery_begin(&t, "lingers");

    recovery_print(&t, 0, "a", 0);
    recovery_take(&t, 0, 1);
    recovery_close(&t, 0);
    ngx_print_session_linger(&t.a, t.ref[0], 1000);
    unit_check(recovery_whole(&t));

    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    recovery_take(&t, 1, 1);

    ngx_print_session_free(&t.a, t.ref[0]);
    unit_check(recovery_whole(&t));
    unit_check(recovery_connected(&t, "a", 0));
    recovery_pong(&t, 1);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_RECEIVED);
}


/* a client that is removed while its socket may come back */

static void
recovery_removed(void)
{
    ngx_str_t   a = unit_str("a");
    recovery_t  t;

    recovery_begin(&t, "removed");

    recovery_print(&t, 0, "a", 1);
    recovery_print(&t, 1, "b", 0);
    recovery_take(&t, 0, 2);
    recovery_close(&t, 0);

    unit_check(ngx_print_client_remove(&t.a, &a) == NGX_OK);
    unit_check(recovery_whole(&t));
    ngx_print_session_free(&t.a, t.ref[0]);

    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_SENT);
    recovery_refused(&t);
    unit_check(recovery_state(&t, 1) == NGX_PRINT_JOB_UNCONFIRMED);

    /* it may register again, with a pid of its own */

    recovery_joined(&t, 3);
    unit_check(recovery_open(&t, 3, 2) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[3], 0, "a", 0) == NGX_OK);
    recovery_lose(&t, 3);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
    unit_check(recovery_connected(&t, "a", 3));
}


/*
 * A socket that has not all clients that it had registered, or none, is not
 * recovered: its client would not register them again
 */

static void
recovery_incomplete(void)
{
    recovery_t  t;

    unit_about("without a client");

    bench_create(1024 * 1024, 8, 2, 0);
    bench_fake(&t.a, &t.wake, 1);

    recovery_joined(&t, 0);
    recovery_session(&t, 1);
    recovery_joined(&t, 2);
    unit_check(recovery_open(&t, 0, 1) == NGX_OK);
    recovery_lose(&t, 0);
    recovery_refused(&t);

    /* the record of one gave way to that of another client */

    unit_about("a client that gave way");

    recovery_joined(&t, 3);
    unit_check(recovery_open(&t, 3, 2) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[3], 0, "a", 0) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[3], 0, "b", 0) == NGX_OK);
    recovery_lose(&t, 3);
    unit_check(bench_register(&t.a, t.ref[2], 0, "c", 0) == NGX_OK);
    unit_check(t.a.pids[1].gone == 1 && t.a.pids[1].clients);
    recovery_refused(&t);

    /* another connection took it, from one that lives */

    unit_about("a client that was taken");

    recovery_joined(&t, 4);
    unit_check(recovery_open(&t, 4, 3) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[4], 0, "a", 0) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[4], 0, "c", 0) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref[2], 0, "c", 0) == NGX_OK);
    recovery_print(&t, 0, "a", 1);
    recovery_take(&t, 4, 1);

    recovery_refused(&t);
    unit_check(t.old.index == t.ref[4].index);
    unit_check(ngx_print_session_reason(&t.a, t.old) == RECOVERY_TAKEN);
    unit_check(recovery_connected(&t, "c", 2));
    unit_check(!recovery_connected(&t, "a", 4));
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_QUEUED);
    ngx_print_session_free(&t.a, t.old);
    unit_check(recovery_whole(&t));
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_QUEUED);
}


/* the pid is as good as one that nobody ever had */

static void
recovery_refused(recovery_t *t)
{
    ngx_print_ref_t  old;

    unit_check(recovery_resume(t, 1, RECOVERY_NONE) == NGX_DECLINED);
    unit_check(t->a.pids[1].state == NGX_PRINT_PID_FREE);
    unit_check(!(t->a.sessions[t->ref[1].index].connected & 1));

    old = t->old;
    unit_check(recovery_resume(t, 1, RECOVERY_NONE) == NGX_DECLINED);
    unit_check(t->old.index == 0);
    t->old = old;
}


/* a process died after the pid had become another session's */

static void
recovery_died(void)
{
    recovery_t  t;

    recovery_begin(&t, "died while it recovered");

    recovery_print(&t, 0, "a", 0);
    recovery_take(&t, 0, 1);
    recovery_lose(&t, 0);

    t.a.pids[1].owner = ngx_print_store_owner(&t.ref[1], 0);
    t.a.sh->dirty = 1;
    ngx_print_store_lock(&t.a);
    ngx_print_store_unlock(&t.a);
    unit_check(recovery_whole(&t));

    recovery_session(&t, 3);
    unit_check(recovery_due(&t, 2 * RECOVERY_MS) == 0);

    recovery_lose(&t, 1);
    unit_check(recovery_resume(&t, 3, RECOVERY_NONE) == NGX_OK);
    unit_check(recovery_connected(&t, "a", 0));
    recovery_take(&t, 3, 1);

    /* and after its session was freed */

    t.a.sessions[t.ref[3].index].state = NGX_PRINT_SESSION_FREE;
    t.a.sh->counts.others[NGX_PRINT_OTHER_DISCONNECT]++;
    t.a.sh->dirty = 1;
    ngx_print_store_lock(&t.a);
    ngx_print_store_unlock(&t.a);
    unit_check(recovery_whole(&t));
    unit_check(t.a.pids[1].owner == 0);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_SENT);
    unit_check(recovery_due(&t, RECOVERY_MS - 1) == 0);
    unit_check(recovery_due(&t, 1) == 1);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_UNCONFIRMED);
}
