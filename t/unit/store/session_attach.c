
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Connections of a session: GET, POST, the probe and the upgrade, and a
 * WebSocket that goes to another worker.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "session_base.h"


static void session_poll(void);
static void session_detach(void);
static void session_post(void);
static void session_probe(void);
static void session_upgrade(void);
static void session_upgrade_parked(void);
static void session_unprobe(void);
static void session_prober_dies(void);
static void session_adopt(void);
static void session_adopt_closing(void);
static void session_refuse(void);
static void session_take_back(void);
static void session_handed_expire(void);
static void session_handed_dies(void);
static void session_takers(void);
static void session_taker(void *data);


int
main(void)
{
    bench_guard();

    session_poll();
    session_detach();
    session_post();
    session_probe();
    session_upgrade();
    session_upgrade_parked();
    session_unprobe();
    session_prober_dies();
    session_adopt();
    session_adopt_closing();
    session_refuse();
    session_take_back();
    session_handed_expire();
    session_handed_dies();
    session_takers();

    return unit_end();
}


static void
session_poll(void)
{
    uint32_t           token, later;
    session_t          t;
    ngx_print_batch_t  batch;

    session_begin(&t, "poll", 0);

    unit_check(ngx_print_session_poll(&t.a, t.ref, &token) == NGX_OK);
    unit_check(ngx_print_session_poll(&t.a, t.ref, &later) == NGX_BUSY);
    unit_check(ngx_print_session_poll(&t.b, t.ref, &later) == NGX_BUSY);
    unit_check(ngx_print_queue_take(&t.a, t.ref, token, 1, 1, &batch)
               == NGX_AGAIN);

    /* answered: the next GET is another attachment */

    unit_check(bench_send(&t.b, t.ref, 1, 10) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.b, t.ref, token, 1, 1, &batch)
               == NGX_DECLINED);
    unit_check(ngx_print_queue_take(&t.a, t.ref, token, 1, 1, &batch)
               == NGX_OK);
    ngx_print_queue_release(&t.a, &batch);

    unit_check(ngx_print_session_poll(&t.b, t.ref, &later) == NGX_OK);
    unit_check(later != token);
    unit_check(ngx_print_queue_take(&t.a, t.ref, token, 1, 1, &batch)
               == NGX_DECLINED);

    /* of a worker that died */

    unit_check(ngx_print_session_poll(&t.a, t.ref, &token) == NGX_BUSY);
    session_b_dies(&t);
    unit_check(ngx_print_session_poll(&t.a, t.ref, &token) == NGX_OK);
    unit_check(check_zone(&t.a, CHECK_SETTLED) == NULL);

    /* one that is closed, and of which the next GET is told that */

    unit_check(!batch.linger);
    unit_check(ngx_print_session_detach(&t.a, t.ref, token) == NGX_OK);
    unit_check(ngx_print_session_close(&t.a, t.ref, 7) == NGX_OK);
    ngx_print_session_linger(&t.a, t.ref, 1000);
    unit_check(ngx_print_session_poll(&t.a, t.ref, &token) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, t.ref, token, 1, 1, &batch)
               == NGX_AGAIN);
    unit_check(batch.linger);

    session_end(&t);
    unit_check(ngx_print_session_poll(&t.a, t.ref, &token) == NGX_DECLINED);

    session_begin(&t, "poll of a WebSocket", 1);
    unit_check(ngx_print_session_poll(&t.a, t.ref, &token) == NGX_ABORT);
    session_end(&t);
}


static void
session_detach(void)
{
    uint32_t   token, later;
    session_t  t;

    session_begin(&t, "detach", 0);

    unit_check(ngx_print_session_detach(&t.a, t.ref, 0) == NGX_DECLINED);

    unit_check(ngx_print_session_poll(&t.a, t.ref, &token) == NGX_OK);
    unit_check(bench_send(&t.b, t.ref, 1, 10) == NGX_OK);

    unit_check(ngx_print_session_detach(&t.b, t.ref, token) == NGX_DECLINED);
    unit_check(ngx_print_session_detach(&t.a, t.ref, token + 1)
               == NGX_DECLINED);
    unit_check(ngx_print_session_detach(&t.a, t.ref, token) == NGX_OK);
    unit_check(ngx_print_session_detach(&t.a, t.ref, token) == NGX_DECLINED);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    /* a late event of the first GET */

    unit_check(ngx_print_session_poll(&t.a, t.ref, &later) == NGX_OK);
    unit_check(ngx_print_session_detach(&t.a, t.ref, token) == NGX_DECLINED);

    /* this worker finishes a closed session instead */

    unit_check(ngx_print_session_close(&t.b, t.ref, 1) == NGX_AGAIN);
    unit_check(ngx_print_session_detach(&t.a, t.ref, later) == NGX_DECLINED);

    session_end(&t);

    session_begin(&t, "detach of a WebSocket", 1);
    unit_check(ngx_print_session_detach(&t.a, t.ref, t.token)
               == NGX_DECLINED);
    session_end(&t);
}


static void
session_post(void)
{
    uint32_t           cursor;
    session_t          t;
    ngx_print_ref_t    ref;
    ngx_print_store_t  next;

    session_begin(&t, "post", 0);

    unit_check(ngx_print_session_post(&t.a, t.ref) == NGX_OK);
    unit_check(ngx_print_session_post(&t.a, t.ref) == NGX_BUSY);
    unit_check(ngx_print_session_post(&t.b, t.ref) == NGX_BUSY);

    ngx_print_session_post_done(&t.b, t.ref);
    unit_check(ngx_print_session_post(&t.b, t.ref) == NGX_BUSY);

    ngx_print_session_post_done(&t.a, t.ref);
    unit_check(ngx_print_session_post(&t.b, t.ref) == NGX_OK);

    /* its worker dies: any next POST, or the look for orphans, undoes it */

    session_b_dies(&t);
    unit_check(ngx_print_session_post(&t.a, t.ref) == NGX_OK);
    ngx_print_session_post_done(&t.a, t.ref);

    bench_fake(&t.b, &t.wake[1], SESSION_B);
    unit_check(ngx_print_session_post(&t.b, t.ref) == NGX_OK);
    bench_fake(&next, &t.wake[1], SESSION_B);

    ngx_print_session_post_done(&next, t.ref);
    unit_check(check_zone(&t.a, CHECK_SETTLED) != NULL);

    cursor = 0;
    unit_check(ngx_print_session_orphan(&t.a, &cursor, 1, &ref) == NGX_DONE);
    unit_check(check_zone(&t.a, CHECK_SETTLED) == NULL);

    session_end(&t);
    unit_check(ngx_print_session_post(&t.a, t.ref) == NGX_DECLINED);

    session_begin(&t, "post to a WebSocket", 1);
    unit_check(ngx_print_session_post(&t.a, t.ref) == NGX_ABORT);
    session_end(&t);
}


static void
session_probe(void)
{
    uint32_t           poll, token, later;
    session_t          t;
    ngx_print_batch_t  batch;

    session_begin(&t, "probe", 0);

    unit_check(ngx_print_session_poll(&t.a, t.ref, &poll) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, t.ref, poll, 1, 1, &batch)
               == NGX_AGAIN);

    /* the GET that waits is answered at once, with nothing */

    bench_notified = 0;
    unit_check(ngx_print_session_probe(&t.a, t.ref, &token) == NGX_OK);
    unit_check(bench_notified == 1);
    unit_check(session_state(&t) == NGX_PRINT_SESSION_UPGRADING);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);
    unit_check(ngx_print_queue_take(&t.a, t.ref, poll, 1, 1, &batch)
               == NGX_OK);
    unit_check(batch.noop && batch.head == 0);

    /* and so is a later one */

    unit_check(ngx_print_session_poll(&t.b, t.ref, &poll) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.b, t.ref, poll, 1, 1, &batch)
               == NGX_OK);
    unit_check(batch.noop && batch.head == 0);

    unit_check(ngx_print_session_probe(&t.a, t.ref, &later) == NGX_BUSY);
    unit_check(ngx_print_session_probe(&t.b, t.ref, &later) == NGX_BUSY);

    session_end(&t);
    unit_check(ngx_print_session_probe(&t.a, t.ref, &token) == NGX_DECLINED);

    session_begin(&t, "probe of a WebSocket", 1);
    unit_check(ngx_print_session_probe(&t.a, t.ref, &token) == NGX_BUSY);
    session_end(&t);
}


static void
session_upgrade(void)
{
    uint32_t           token;
    session_t          t;
    ngx_print_batch_t  batch;

    session_begin(&t, "upgrade", 0);

    unit_check(ngx_print_session_upgrade(&t.b, t.ref, 1) == NGX_DECLINED);
    unit_check(bench_send(&t.a, t.ref, 1, 100) == NGX_OK);
    unit_check(ngx_print_session_probe(&t.b, t.ref, &token) == NGX_OK);
    unit_check(ngx_print_session_upgrade(&t.a, t.ref, token) == NGX_DECLINED);
    unit_check(ngx_print_session_upgrade(&t.b, t.ref, token + 1)
               == NGX_DECLINED);

    unit_check(ngx_print_session_upgrade(&t.b, t.ref, token) == NGX_OK);
    unit_check(session_state(&t) == NGX_PRINT_SESSION_WS);
    unit_check(ngx_print_session_upgrade(&t.b, t.ref, token) == NGX_DECLINED);
    unit_check(!ngx_print_session_audit(&t.a));

    /* what was queued is the WebSocket's, with the same token */

    unit_check(ngx_print_queue_take(&t.b, t.ref, token, 1000, 0, &batch)
               == NGX_OK);
    unit_check(batch.count == 1 && batch.bytes == 100 && !batch.noop);
    ngx_print_queue_release(&t.b, &batch);

    unit_check(bench_send(&t.a, t.ref, 2, 100) == NGX_OK);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);
    unit_check(ngx_print_queue_take(&t.b, t.ref, token, 1000, 0, &batch)
               == NGX_OK);
    ngx_print_queue_release(&t.b, &batch);
    unit_check(ngx_print_queue_take(&t.b, t.ref, token, 1000, 0, &batch)
               == NGX_AGAIN);

    unit_check(ngx_print_session_close(&t.b, t.ref, 1) == NGX_OK);
    unit_check(ngx_print_session_upgrade(&t.b, t.ref, token) == NGX_DECLINED);
    ngx_print_session_free(&t.b, t.ref);

    session_end(&t);
}


/* a GET still waits: its worker is told to look */

static void
session_upgrade_parked(void)
{
    uint32_t           poll, token;
    session_t          t;
    ngx_print_batch_t  batch;

    session_begin(&t, "upgrade, a GET is parked", 0);

    unit_check(ngx_print_session_poll(&t.a, t.ref, &poll) == NGX_OK);
    unit_check(ngx_print_session_probe(&t.b, t.ref, &token) == NGX_OK);

    ngx_print_store_rearm(&t.a);
    ngx_print_wake_drain(&t.wake[0]);

    unit_check(!ngx_print_session_audit(&t.a));
    unit_check(ngx_print_session_upgrade(&t.b, t.ref, token) == NGX_OK);
    unit_check(t.a.workers[SESSION_A].pending == 1);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    unit_check(ngx_print_session_audit(&t.a));
    unit_check(!ngx_print_session_audit(&t.a));
    unit_check(!ngx_print_session_audit(&t.b));

    unit_check(ngx_print_queue_take(&t.a, t.ref, poll, 1, 1, &batch)
               == NGX_DECLINED);
    unit_check(ngx_print_session_detach(&t.a, t.ref, poll) == NGX_DECLINED);

    unit_check(ngx_print_session_close(&t.b, t.ref, 1) == NGX_OK);
    ngx_print_session_free(&t.b, t.ref);

    session_end(&t);
}


static void
session_unprobe(void)
{
    uint32_t           poll, token, later;
    session_t          t;
    ngx_print_batch_t  batch;

    session_begin(&t, "unprobe", 0);

    unit_check(ngx_print_session_unprobe(&t.b, t.ref, 0) == NGX_DECLINED);
    unit_check(ngx_print_session_probe(&t.b, t.ref, &token) == NGX_OK);
    unit_check(ngx_print_session_unprobe(&t.a, t.ref, token) == NGX_DECLINED);
    unit_check(ngx_print_session_unprobe(&t.b, t.ref, token + 1)
               == NGX_DECLINED);
    unit_check(ngx_print_session_unprobe(&t.b, t.ref, token) == NGX_OK);
    unit_check(session_state(&t) == NGX_PRINT_SESSION_OPEN);
    unit_check(ngx_print_session_upgrade(&t.b, t.ref, token) == NGX_DECLINED);

    /* it polls as before, and may be probed again */

    unit_check(ngx_print_session_poll(&t.a, t.ref, &poll) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, t.ref, poll, 1, 1, &batch)
               == NGX_AGAIN);

    unit_check(ngx_print_session_probe(&t.b, t.ref, &later) == NGX_OK);
    unit_check(later != token);
    unit_check(ngx_print_session_unprobe(&t.b, t.ref, token) == NGX_DECLINED);

    session_end(&t);
}


static void
session_prober_dies(void)
{
    uint32_t         token, poll, cursor;
    session_t        t;
    ngx_print_ref_t  ref;

    session_begin(&t, "prober dies", 0);

    unit_check(ngx_print_session_poll(&t.a, t.ref, &poll) == NGX_OK);
    unit_check(ngx_print_session_probe(&t.b, t.ref, &token) == NGX_OK);
    session_b_dies(&t);

    cursor = 0;
    unit_check(ngx_print_session_orphan(&t.a, &cursor, 1, &ref) == NGX_DONE);
    unit_check(session_state(&t) == NGX_PRINT_SESSION_OPEN);
    unit_check(ngx_print_session_detach(&t.a, t.ref, poll) == NGX_OK);

    /* a new one does not have to wait for that */

    bench_fake(&t.b, &t.wake[1], SESSION_B);
    unit_check(ngx_print_session_probe(&t.b, t.ref, &token) == NGX_OK);
    session_b_dies(&t);
    unit_check(ngx_print_session_probe(&t.a, t.ref, &token) == NGX_OK);
    unit_check(ngx_print_session_upgrade(&t.a, t.ref, token) == NGX_OK);

    session_end(&t);
}


/* what is queued before and after goes to the new holder */

static void
session_adopt(void)
{
    uint32_t                token;
    session_t               t;
    ngx_print_batch_t       batch;
    ngx_print_handed_t      handed;
    ngx_print_holder_t      from;
    ngx_print_store_stat_t  stat;

    session_begin(&t, "adopt", 1);

    ngx_print_session_holder(&t.a, t.token, &from);

    unit_check(ngx_print_session_hand(&t.a, t.ref, t.token + 1)
               == NGX_DECLINED);
    unit_check(ngx_print_session_hand(&t.b, t.ref, t.token) == NGX_DECLINED);

    unit_check(bench_send(&t.b, t.ref, 1, 10) == NGX_OK);
    unit_check(ngx_print_session_hand(&t.a, t.ref, t.token) == NGX_OK);
    unit_check(ngx_print_session_hand(&t.a, t.ref, t.token) == NGX_DECLINED);
    unit_check(bench_send(&t.b, t.ref, 2, 10) == NGX_OK);
    unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

    handed.ref = t.ref;
    handed.token = t.token;

    unit_check(ngx_print_session_handed(&t.a, &handed, 1) == NGX_OK);
    unit_check(handed.state == NGX_PRINT_HANDED_WAITS);

    unit_check(ngx_print_session_adopt(&t.b, t.ref, &from, &token) == NGX_OK);
    unit_check(token != t.token);
    unit_check(check_zone(&t.a, CHECK_SETTLED) == NULL);

    unit_check(ngx_print_session_handed(&t.a, &handed, 1) == NGX_OK);
    unit_check(handed.state == NGX_PRINT_HANDED_GONE);

    /* the message is out of date, and so is the former holder */

    unit_check(ngx_print_session_adopt(&t.b, t.ref, &from, &token)
               == NGX_DECLINED);
    unit_check(ngx_print_session_refuse(&t.b, t.ref, &from) == NGX_DECLINED);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 1000, 0, &batch)
               == NGX_DECLINED);

    unit_check(ngx_print_queue_take(&t.b, t.ref, token, 1000, 0, &batch)
               == NGX_OK);
    unit_check(batch.count == 2);
    ngx_print_queue_release(&t.b, &batch);

    ngx_print_store_stat(&t.a, &stat);
    unit_check(stat.handed == 1 && stat.taken == 1 && stat.refused == 0
               && stat.taken_back == 0);

    /* it goes back the same way */

    unit_check(ngx_print_session_hand(&t.b, t.ref, token) == NGX_OK);
    ngx_print_session_holder(&t.b, token, &from);
    unit_check(ngx_print_session_adopt(&t.a, t.ref, &from, &token) == NGX_OK);

    session_end(&t);

    unit_check(ngx_print_session_hand(&t.a, t.ref, token) == NGX_DECLINED);

    session_begin(&t, "hand without a WebSocket", 0);
    unit_check(ngx_print_session_poll(&t.a, t.ref, &token) == NGX_OK);
    unit_check(ngx_print_session_hand(&t.a, t.ref, token) == NGX_DECLINED);
    session_end(&t);
}


/* a session that is closed on its way is finished by the new holder */

static void
session_adopt_closing(void)
{
    uint32_t            token;
    session_t           t;
    ngx_print_batch_t   batch;
    ngx_print_holder_t  from;

    session_begin(&t, "adopt of a closed session", 1);

    ngx_print_session_holder(&t.a, t.token, &from);
    unit_check(ngx_print_session_hand(&t.a, t.ref, t.token) == NGX_OK);

    unit_check(ngx_print_session_close(&t.a, t.ref, 7) == NGX_AGAIN);
    unit_check(ngx_print_session_reason(&t.a, t.ref) == 0);
    unit_check(session_state(&t) == NGX_PRINT_SESSION_CLOSING);

    unit_check(ngx_print_session_adopt(&t.b, t.ref, &from, &token) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.b, t.ref, token, 1000, 0, &batch)
               == NGX_OK);
    unit_check(batch.closing);
    unit_check(ngx_print_session_reason(&t.b, t.ref) == 7);
    ngx_print_session_free(&t.b, t.ref);

    session_end(&t);
}


static void
session_refuse(void)
{
    uint32_t                token;
    session_t               t;
    ngx_print_holder_t      from;
    ngx_print_handed_t      handed;
    ngx_print_store_stat_t  stat;

    session_begin(&t, "refuse", 1);

    ngx_print_session_holder(&t.a, t.token, &from);

    unit_check(ngx_print_session_refuse(&t.b, t.ref, &from) == NGX_DECLINED);
    unit_check(ngx_print_session_hand(&t.a, t.ref, t.token) == NGX_OK);
    unit_check(ngx_print_session_refuse(&t.b, t.ref, &from) == NGX_OK);
    unit_check(ngx_print_session_refuse(&t.b, t.ref, &from) == NGX_DECLINED);

    handed.ref = t.ref;
    handed.token = t.token;

    unit_check(ngx_print_session_handed(&t.a, &handed, 1) == NGX_OK);
    unit_check(handed.state == NGX_PRINT_HANDED_REFUSED);

    /* its own refusal says that nothing was sent */

    unit_check(ngx_print_session_hand(&t.a, t.ref, t.token) == NGX_OK);
    unit_check(ngx_print_session_refuse(&t.a, t.ref, &from) == NGX_OK);

    ngx_print_store_stat(&t.a, &stat);
    unit_check(stat.handed == 1 && stat.refused == 1);

    /* what is still on its way is taken though it was refused before */

    unit_check(ngx_print_session_adopt(&t.b, t.ref, &from, &token) == NGX_OK);

    session_end(&t);
}


static void
session_take_back(void)
{
    uint32_t                token, later;
    session_t               t;
    ngx_print_holder_t      from;
    ngx_print_store_stat_t  stat;

    session_begin(&t, "take back", 1);

    ngx_print_session_holder(&t.a, t.token, &from);
    unit_check(ngx_print_session_hand(&t.a, t.ref, t.token) == NGX_OK);
    unit_check(ngx_print_session_adopt(&t.a, t.ref, &from, &token) == NGX_OK);

    unit_check(ngx_print_session_adopt(&t.b, t.ref, &from, &later)
               == NGX_DECLINED);
    unit_check(ngx_print_session_hand(&t.a, t.ref, t.token) == NGX_DECLINED);

    ngx_print_store_stat(&t.a, &stat);
    unit_check(stat.taken == 0 && stat.taken_back == 1);

    unit_check(ngx_print_session_hand(&t.a, t.ref, token) == NGX_OK);
    ngx_print_session_holder(&t.a, token, &from);
    unit_check(ngx_print_session_adopt(&t.b, t.ref, &from, &later) == NGX_OK);

    session_end(&t);
}


/* nobody could send a ping: the next holder does it */

static void
session_handed_expire(void)
{
    uint32_t            token;
    session_t           t;
    ngx_print_holder_t  from;

    session_begin(&t, "handed, and due", 1);

    ngx_print_session_holder(&t.a, t.token, &from);
    unit_check(ngx_print_session_hand(&t.a, t.ref, t.token) == NGX_OK);

    unit_check(session_expire(&t, &t.a, BENCH_INTERVAL)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.b, BENCH_TIMEOUT)
               == NGX_PRINT_DUE_NOTHING);

    unit_check(ngx_print_session_adopt(&t.b, t.ref, &from, &token) == NGX_OK);
    unit_check(session_expire(&t, &t.b, 0) == NGX_PRINT_DUE_PING);

    session_end(&t);

    /* the holder stands still, and nobody adopts it */

    session_begin(&t, "handed, and stale", 1);

    unit_check(ngx_print_session_hand(&t.a, t.ref, t.token) == NGX_OK);

    unit_check(session_expire(&t, &t.a, BENCH_INTERVAL + 4 * BENCH_TIMEOUT)
               == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.b, 0) == NGX_PRINT_DUE_PING_TIMEOUT);
}


static void
session_handed_dies(void)
{
    uint32_t            token, cursor;
    session_t           t;
    ngx_print_ref_t     ref;
    ngx_print_holder_t  from;

    /* before it was adopted: it is closed as that of any dead worker */

    session_begin(&t, "handed, and dead", 1);

    ngx_print_session_holder(&t.a, t.token, &from);
    unit_check(ngx_print_session_hand(&t.a, t.ref, t.token) == NGX_OK);
    unit_check(ngx_print_session_adopt(&t.b, t.ref, &from, &token) == NGX_OK);
    unit_check(ngx_print_session_hand(&t.b, t.ref, token) == NGX_OK);
    ngx_print_session_holder(&t.b, token, &from);
    session_b_dies(&t);

    cursor = 0;
    unit_check(ngx_print_session_orphan(&t.a, &cursor, 5, &ref) == NGX_OK);
    unit_check(ngx_print_session_reason(&t.a, ref) == 5);
    unit_check(ngx_print_session_adopt(&t.a, t.ref, &from, &token)
               == NGX_DECLINED);

    session_end(&t);

    /* before its burial: it is adopted from the dead */

    session_begin(&t, "adopted from the dead", 1);

    ngx_print_session_holder(&t.a, t.token, &from);
    unit_check(ngx_print_session_adopt(&t.b, t.ref, &from, &token) == NGX_OK);
    unit_check(ngx_print_session_hand(&t.b, t.ref, token) == NGX_OK);
    ngx_print_session_holder(&t.b, token, &from);
    session_b_dies(&t);

    unit_check(ngx_print_session_adopt(&t.a, t.ref, &from, &token) == NGX_OK);

    cursor = 0;
    unit_check(ngx_print_session_orphan(&t.a, &cursor, 5, &ref) == NGX_DONE);

    session_end(&t);
}


static void
session_takers(void)
{
    pid_t              pid;
    ngx_print_store_t  st, other;

    unit_about("takers");

    bench_create(NGX_PRINT_STORE_MIN_SIZE, 8, 8, 16);

    unit_check(ngx_print_store_next(bench_zone) == 1);

    pid = bench_hold(session_taker, NULL);
    bench_join(&st);

    unit_check(ngx_print_store_generation(&st) == 1);
    unit_check(ngx_print_store_next(bench_zone) == 2);
    unit_check(ngx_print_store_generation(&st) == 2);

    unit_check(ngx_print_store_takers(&st, 0) == 1);

    /* it is not one for itself, and those that exit or are dead are none */

    ngx_print_store_taking(&st, 1, 77);

    bench_as(&other, 0);
    ngx_print_store_taking(&other, 0, 77);
    unit_check(ngx_print_store_takers(&st, 0) == 0);

    ngx_print_store_taking(&other, 1, 77);
    unit_check(ngx_print_store_takers(&st, 0) == 1);
    unit_check(ngx_print_store_takers(&st, 77) == 0);
    unit_check(ngx_print_store_takers(&st, 78) == 1);

    /* a worker without room stays with its master, one that exits does not */

    unit_check(ngx_print_store_stays(&st, 77) == 1);
    unit_check(ngx_print_store_stays(&st, 78) == 0);

    ngx_print_store_taking(&other, 0, 77);
    unit_check(ngx_print_store_stays(&st, 77) == 1);

    ngx_print_store_taking(&other, 0, 0);
    unit_check(ngx_print_store_stays(&st, 77) == 0);

    ngx_print_store_taking(&other, 1, 77);

    bench_kill(pid);
    unit_check(ngx_print_store_takers(&st, 0) == 0);
    unit_check(ngx_print_store_stays(&st, 77) == 0);
}


static void
session_taker(void *data)
{
    ngx_print_store_t  st;

    bench_join(&st);
    ngx_print_store_taking(&st, 1, 77);
}
