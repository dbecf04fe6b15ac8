
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Operations on workers and sessions that every_instruction.c kills.  An alt()
 * changes truths only, with the lock taken and never given back: the repair
 * does the rest.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "step_base.h"


static void step_left(ngx_print_store_session_t *s,
    ngx_print_store_client_t *cl);
static void step_find(ngx_uint_t number);
static void step_open_poll_h(void);
static void step_probed(void);
static void step_probed_idle(void);
static void act_join(void);
static void alt_join(ngx_uint_t i);
static void act_leave(void);
static void act_reap(void);
static void step_reap(void);
static void act_orphans(void);
static void alt_orphans(ngx_uint_t i);
static void step_trash(void);
static void act_lock(void);
static void step_used_session(void);
static void act_poll(void);
static void step_find_poll(void);
static void act_detach(void);
static void act_post(void);
static void step_find_post(void);
static void alt_unposted(ngx_uint_t i);
static void step_posting(void);
static void act_post_done(void);
static void act_probe(void);
static void alt_noop(ngx_uint_t i);
static void step_find_probe(void);
static void alt_reprobe(ngx_uint_t i);
static void act_upgrade(void);
static void act_unprobe(void);
static void alt_unprobed(ngx_uint_t i);
static void act_connect(void);
static void alt_connect(ngx_uint_t i);
static void act_refused(void);
static void step_pinged(void);
static void act_pong(void);
static void alt_pong(ngx_uint_t i);
static void act_touch(void);
static void step_due_poll(void);
static void step_due_ws(void);
static void step_stale(void);
static void step_stale_poll(void);
static void step_stale_closed(void);
static void act_expire(void);
static void alt_expire(ngx_uint_t i);
static void alt_close(ngx_uint_t i);
static void alt_seize(ngx_uint_t i);
static void alt_finish(ngx_uint_t i);
static void step_open_blocked_h(void);
static void step_closed(void);
static void alt_free(ngx_uint_t i);
static void step_closed_poll(void);
static void act_linger(void);
static void step_handed(void);
static void step_handed_closing(void);
static void step_handed_a(void);
static void step_handed_stale(void);
static void step_own_full(void);
static void act_hand(void);
static void act_adopt(void);
static void act_refuse(void);
static void alt_adopted(ngx_uint_t i);
static void alt_linger(ngx_uint_t i);


static void
step_left(ngx_print_store_session_t *s, ngx_print_store_client_t *cl)
{
    ngx_memcpy(cl->sock, s->sock, NGX_PRINT_SESSION_SOCK);
    ngx_print_event_client_locked(A, cl - A->clients, 0, 0);
}


static void
step_find(ngx_uint_t number)
{
    u_char    key[NGX_PRINT_SESSION_KEY];
    uint32_t  i;

    bench_key(key, number);

    for (i = 1; i < A->sh->session_top; i++) {
        if (memcmp(A->sessions[i].key, key, sizeof(key)) == 0) {
            REF.index = i;
            REF.gen = A->sessions[i].gen;
        }
    }
}


static void
step_open_poll_h(void)
{
    (void) bench_open(A, 1, 0, &REF, &step_env.token);
    (void) ngx_print_session_poll(H, REF, &step_env.token);
}


static void
step_probed(void)
{
    step_open_poll_h();
    (void) ngx_print_session_probe(A, REF, &step_env.token);
    (void) bench_send(H, REF, 1, 100);
}


static void
step_probed_idle(void)
{
    step_open();
    (void) ngx_print_session_probe(A, REF, &step_env.token);
}


/* workers */

static void
act_join(void)
{
    ngx_print_store_join(A);
}


static void
alt_join(ngx_uint_t i)
{
    ngx_print_store_worker_t  *w;

    A->slot = A->wake->slot;
    A->id = ngx_print_store_id(1000, A->slot);

    w = &A->workers[A->slot];

    /* the old one is reaped, the new one not yet there */

    ngx_print_store_lock(A);
    w->epoch = 0;
    A->sh->counts.others[NGX_PRINT_OTHER_DEATH]++;
}


static void
act_leave(void)
{
    ngx_print_store_leave(A);
}


static void
act_reap(void)
{
    (void) ngx_print_store_reap(A);
}


static void
step_reap(void)
{
    (void) ngx_print_store_reap(A);
}


static void
act_orphans(void)
{
    uint32_t         cursor;
    ngx_print_ref_t  ref;

    cursor = 0;

    while (ngx_print_session_orphan(A, &cursor, 6, &ref) != NGX_DONE) {
        /* void */
    }
}


static void
alt_orphans(ngx_uint_t i)
{
    switch (i) {

    case 0:
        /* it is attached to the worker that finishes it, and not closed yet */
        step_find(STEP_DEAD_WS);
        step_session()->att_kind = NGX_PRINT_ATT_NONE;
        break;

    case 1:
        step_find(STEP_DEAD_WS);
        step_session()->att_kind = NGX_PRINT_ATT_NONE;
        step_session()->att_slot = A->slot;
        step_session()->att_epoch = A->epoch;
        step_session()->att_kind = NGX_PRINT_ATT_CLOSE;
        break;

    case 2:
        step_find(STEP_DEAD_PROBE);
        step_session()->state = NGX_PRINT_SESSION_OPEN;
        A->sh->counts.others[NGX_PRINT_OTHER_NOT_UPGRADED]++;
        break;

    default:
        step_find(STEP_DEAD_CLOSING);
        step_session()->att_kind = NGX_PRINT_ATT_NONE;
        break;
    }
}


/* all that is derived is lost: repair() runs, and is killed itself */

static void
step_trash(void)
{
    step_open_poll_queue();
    step_client(REF.index, "a");
    step_client(REF.index, "b");

    A->sh->session_free = 77;
    A->sh->block_free = 77;
    A->sh->client_free = 77;
    A->sh->dirty = 1;
}


static void
act_lock(void)
{
    ngx_print_store_lock(A);
    ngx_print_store_unlock(A);
}


/* sessions */

static void
step_used_session(void)
{
    step_open();
    (void) ngx_print_session_close(A, REF, 1);
    ngx_print_session_free(A, REF);
}


static void
act_poll(void)
{
    (void) ngx_print_session_poll(A, REF, &step_env.token);
}


static void
step_find_poll(void)
{
    step_reap();
    step_find(STEP_DEAD_POLL);
}


static void
act_detach(void)
{
    (void) ngx_print_session_detach(A, REF, step_env.token);
}


static void
act_post(void)
{
    (void) ngx_print_session_post(A, REF);
}


static void
step_find_post(void)
{
    step_reap();
    step_find(STEP_DEAD_POST);
}


static void
alt_unposted(ngx_uint_t i)
{
    step_session()->post_epoch = 0;
}


static void
step_posting(void)
{
    step_open();
    act_post();
}


static void
act_post_done(void)
{
    ngx_print_session_post_done(A, REF);
}


static void
act_probe(void)
{
    (void) ngx_print_session_probe(A, REF, &step_env.token);
}


/* its GET is freed, though there is no probe: it comes again */

static void
alt_noop(ngx_uint_t i)
{
    step_session()->flags |= NGX_PRINT_SESSION_NOOP;
}


static void
step_find_probe(void)
{
    step_reap();
    step_find(STEP_DEAD_PROBE);
}


static void
alt_reprobe(ngx_uint_t i)
{
    step_session()->probe_epoch = 0;
    step_session()->probe_slot = i ? A->slot : D->slot;
}


static void
act_upgrade(void)
{
    (void) ngx_print_session_upgrade(A, REF, step_env.token);
}


static void
act_unprobe(void)
{
    (void) ngx_print_session_unprobe(A, REF, step_env.token);
}


static void
alt_unprobed(ngx_uint_t i)
{
    step_session()->state = NGX_PRINT_SESSION_OPEN;
    A->sh->counts.others[NGX_PRINT_OTHER_NOT_UPGRADED]++;
}


static void
act_connect(void)
{
    u_char  sock[NGX_PRINT_SESSION_SOCK];

    bench_sock(sock, 7);
    (void) ngx_print_session_connect(A, REF, 0, sock);
}


static void
alt_connect(ngx_uint_t i)
{
    /* it is not connected yet */
    bench_sock(step_session()->sock, 7);
}


static void
act_refused(void)
{
    (void) ngx_print_session_refused(A, REF);
}


static void
step_pinged(void)
{
    ngx_print_ref_t  ref;

    step_open_ws();

    bench_clock(ngx_current_msec + BENCH_INTERVAL);
    (void) ngx_print_session_expire(A, (uint32_t) ngx_current_msec, REF.index,
                                    &ref);
    bench_clock(ngx_current_msec + 1);
}


static void
act_pong(void)
{
    ngx_print_session_touch(A, REF, 1);
}


static void
alt_pong(ngx_uint_t i)
{
    /* pinged again at the end of what was the timeout, or later */
    step_session()->flags &= ~NGX_PRINT_SESSION_PING_WAIT;

    if (i) {
        step_session()->ping_at = ngx_current_msec + BENCH_INTERVAL;
    }
}


static void
act_touch(void)
{
    ngx_print_session_touch(A, REF, 0);
}


static void
step_due_poll(void)
{
    step_open_poll();
    bench_clock(ngx_current_msec + BENCH_INTERVAL);
}


static void
step_due_ws(void)
{
    step_open_ws();
    bench_clock(ngx_current_msec + BENCH_INTERVAL);
}


/* of a worker that stands still: the pong is awaited, or it was closed */

static void
step_stale(void)
{
    step_open_ws_h();
    bench_clock(ngx_current_msec + BENCH_INTERVAL + 2 * BENCH_TIMEOUT);
}


static void
step_stale_poll(void)
{
    step_open_poll_h();
    bench_clock(ngx_current_msec + BENCH_INTERVAL + 2 * BENCH_TIMEOUT);
}


static void
step_stale_closed(void)
{
    step_open_ws_h();
    (void) ngx_print_session_close(A, REF, 3);
    bench_clock(ngx_current_msec + BENCH_TIMEOUT);
}


static void
act_expire(void)
{
    ngx_print_ref_t  ref;

    (void) ngx_print_session_expire(A, (uint32_t) ngx_current_msec, REF.index,
                                    &ref);
}


static void
alt_expire(ngx_uint_t i)
{
    /* nothing was sent yet */
    step_session()->ping_at = ngx_current_msec + BENCH_TIMEOUT;

    if (i) {
        step_session()->flags |= NGX_PRINT_SESSION_PING_WAIT;
    }
}


static void
alt_close(ngx_uint_t i)
{
    step_session()->att_slot = A->slot;
    step_session()->att_epoch = A->epoch;
    step_session()->att_kind = NGX_PRINT_ATT_CLOSE;
}


static void
alt_seize(ngx_uint_t i)
{
    step_session()->att_kind = NGX_PRINT_ATT_NONE;

    if (i) {
        alt_close(i);
    }
}


static void
alt_finish(ngx_uint_t i)
{
    alt_seize(i);
}


static void
step_open_blocked_h(void)
{
    step_open_ws_h();
    ngx_print_queue_block(H, REF, step_env.token, 1);
}


static void
step_closed(void)
{
    ngx_str_t  part;

    step_open_connected();
    step_queue(2);

    part.len = 10;
    part.data = bench_bytes(9, 10);
    (void) ngx_print_queue_attach_add(A, REF, &part, 0, 1, 100);

    step_client(REF.index, "a");
    step_client(REF.index, "b");
    act_close();
}


static void
alt_free(ngx_uint_t i)
{
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    s = step_session();
    step_pop(&s->out);

    if (i > 0) {
        step_pop(&s->out);
    }

    if (i > 1) {
        step_pop(&s->in);
    }

    if (i > 2) {
        /* the last one that was registered is the first on the list */
        cl = &A->clients[s->clients];
        step_left(s, cl);
    }

    if (i > 3) {
        cl = &A->clients[cl->link_next];
        step_left(s, cl);
    }
}


static void
step_closed_poll(void)
{
    step_open_poll_queue();
    act_close();
}


static void
act_linger(void)
{
    ngx_print_session_linger(A, REF, 1000);
}


static void
alt_linger(ngx_uint_t i)
{
    alt_unattached(i);

    if (i) {
        A->deadlines[REF.index] = ngx_current_msec + 1000;
    }
}


/*
 * A WebSocket of another worker that lives, with clients, a job and a queue, on
 * its way; from names that worker.
 */

static ngx_print_holder_t  step_from;


static void
step_handed(void)
{
    u_char  sock[NGX_PRINT_SESSION_SOCK];

    step_open_ws_h();

    bench_sock(sock, 1);
    (void) ngx_print_session_connect(H, REF, 0, sock);

    step_client(REF.index, "a");
    step_client(REF.index, "b");
    step_queue(3);
    step_print(1, "a", 0);

    ngx_print_session_holder(H, step_env.token, &step_from);

    (void) ngx_print_session_hand(H, REF, step_env.token);
}


static void
step_handed_closing(void)
{
    step_handed();
    (void) ngx_print_session_close(H, REF, 3);
}


/* the actor's own, which it takes back */

static void
step_handed_a(void)
{
    step_open_ws();
    step_queue(3);
    ngx_print_session_holder(A, step_env.token, &step_from);
    act_hand();
}


/* its holder has taken it back meanwhile, and has sent it again */

static void
step_handed_stale(void)
{
    step_handed();

    (void) ngx_print_session_adopt(H, REF, &step_from, &step_env.token);
    (void) ngx_print_session_hand(H, REF, step_env.token);
}


/* other sessions are before and behind it on the ready list of their worker */

static void
step_own_full(void)
{
    uint32_t         token;
    ngx_print_ref_t  ref;

    (void) bench_open(H, 20, 1, &ref, &token);
    (void) bench_send(A, ref, 1, 100);

    step_handed();

    (void) bench_open(H, 21, 1, &ref, &token);
    (void) bench_send(A, ref, 2, 100);
}


static void
act_hand(void)
{
    (void) ngx_print_session_hand(A, REF, step_env.token);
}


static void
act_adopt(void)
{
    (void) ngx_print_session_adopt(A, REF, &step_from, &step_env.token);
}


static void
act_refuse(void)
{
    (void) ngx_print_session_refuse(A, REF, &step_from);
}


/* it is with the new holder, and its flag is still set */

static void
alt_adopted(ngx_uint_t i)
{
    ngx_print_store_session_t  *s;

    s = step_session();

    if (s->att_slot != A->slot || s->att_epoch != A->epoch) {
        A->sh->counts.others[NGX_PRINT_OTHER_HANDED]++;
    }

    s->att_slot = A->slot;
    s->att_epoch = A->epoch;
}


step_operation_t  step_session_operations[] = {

    { "join", step_nothing, act_join, alt_join, 1, STEP_SLOT_D },
    { "leave", step_nothing, act_leave, NULL, 0, 0 },
    { "reap", step_nothing, act_reap, NULL, 0, 0 },
    { "orphan", step_reap, act_orphans, alt_orphans, 4, STEP_MIXED },
    { "repair", step_trash, act_lock, NULL, 0, STEP_SILENT },

    { "open", step_nothing, step_open, NULL, 0, 0 },
    { "open-again", step_used_session, step_open, NULL, 0, 0 },
    { "open-ws", step_used_session, step_open_ws, NULL, 0, 0 },
    { "poll", step_open, act_poll, NULL, 0, 0 },
    { "poll-orphan", step_find_poll, act_poll, alt_unattached, 1, 0 },
    { "detach", step_open_poll_queue, act_detach, NULL, 0, 0 },
    { "post", step_open, act_post, NULL, 0, 0 },
    { "post-orphan", step_find_post, act_post, alt_unposted, 1, 0 },
    { "post-done", step_posting, act_post_done, NULL, 0, 0 },
    { "probe", step_open_poll_h, act_probe, alt_noop, 1, 0 },
    { "probe-orphan", step_find_probe, act_probe, alt_reprobe, 2, 0 },
    { "upgrade", step_probed, act_upgrade, alt_unattached, 1, 0 },
    { "upgrade-idle", step_probed_idle, act_upgrade, NULL, 0, 0 },
    { "unprobe", step_probed_idle, act_unprobe, alt_unprobed, 1, 0 },
    { "connect", step_open_ws, act_connect, alt_connect, 1, 0 },
    { "refused", step_open_ws, act_refused, NULL, 0, 0 },
    { "disconnect", step_registered, act_disconnect, NULL, 0, 0 },
    { "pong", step_pinged, act_pong, alt_pong, 2, 0 },
    { "touch", step_pinged, act_touch, NULL, 0, 0 },
    { "ping", step_due_poll, act_expire, alt_expire, 1, 0 },
    { "ping-ws", step_due_ws, act_expire, alt_expire, 2, 0 },
    { "finish", step_stale_closed, act_expire, alt_finish, 2, 0 },
    { "close-stale", step_stale, act_close, alt_seize, 2, 0 },
    { "close-stale-poll", step_stale_poll, act_close, alt_seize, 2, 0 },
    { "close", step_open_queue, act_close, alt_close, 1, 0 },
    { "close-ws", step_open_ws, act_close, NULL, 0, 0 },
    { "close-other", step_open_ws_h, act_close, NULL, 0, 0 },
    { "close-poll", step_open_poll_h, act_close, NULL, 0, 0 },
    { "close-blocked", step_open_blocked_h, act_close, NULL, 0, 0 },
    { "free", step_closed, act_free, alt_free, 5, 0 },
    { "linger", step_closed_poll, act_linger, alt_linger, 2, 0 },

    { "hand", step_open_ws, act_hand, NULL, 0, 0 },
    { "adopt", step_handed, act_adopt, alt_adopted, 1, 0 },
    { "adopt-full", step_own_full, act_adopt, alt_adopted, 1, 0 },
    { "adopt-closing", step_handed_closing, act_adopt, alt_adopted, 1, 0 },
    { "adopt-stale", step_handed_stale, act_adopt, NULL, 0, STEP_SILENT },
    { "adopt-back", step_handed_a, act_adopt, alt_adopted, 1, 0 },
    { "refuse", step_handed, act_refuse, NULL, 0, 0 },
    { "refuse-stale", step_handed_stale, act_refuse, NULL, 0, STEP_SILENT },

    { NULL, NULL, NULL, NULL, 0, 0 }
};
