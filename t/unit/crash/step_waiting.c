
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Operations that every_instruction.c kills while a session opens and another
 * one gives way to it.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "step_base.h"


/* numbers of sessions */
#define STEP_WAITING_FIRST   11
#define STEP_WAITING_NEW     40


static void step_waiting_fill(ngx_uint_t ws);
static void step_waiting_share(void);
static void step_waiting_share_h(void);
static void step_waiting_full(void);
static void step_waiting_dead(void);
static void step_waiting_nameless(void);
static void step_waiting_again(void);
static void act_waiting_open(void);
static void alt_waiting_closed(ngx_uint_t i);
static void alt_waiting_seized(ngx_uint_t i);


static ngx_print_limits_t  step_waiting_limits;


/* all records are in use; REF is that of the first one */

static void
step_waiting_fill(ngx_uint_t ws)
{
    uint32_t         token;
    ngx_uint_t       n;
    ngx_print_ref_t  ref;

    /* there are fewer addresses than sessions */

    bench_addresses = 1;

    for (n = STEP_WAITING_FIRST;
         A->sh->session_count < A->sh->nsessions - 1;
         n++)
    {
        (void) bench_open(A, n, ws, &ref, &token);

        if (n == STEP_WAITING_FIRST) {
            REF = ref;
        }
    }
}


/* REF is the oldest of the address of the one that comes */

static void
step_waiting_share(void)
{
    uint32_t         token;
    ngx_uint_t       n;
    ngx_print_ref_t  ref;

    bench_addresses = 1;
    bench_limits = &step_waiting_limits;

    step_open_ws();

    for (n = 1; n < ngx_print_waiting_share(A); n++) {
        (void) bench_open(A, STEP_WAITING_FIRST + n, 0, &ref, &token);
    }
}


static void
step_waiting_share_h(void)
{
    uint32_t         token;
    ngx_uint_t       n;
    ngx_print_ref_t  ref;

    bench_addresses = 1;
    bench_limits = &step_waiting_limits;

    step_open_ws_h();

    for (n = 1; n < ngx_print_waiting_share(A); n++) {
        (void) bench_open(A, STEP_WAITING_FIRST + n, 0, &ref, &token);
    }
}


/* those that the dead one has left have joined */

static void
step_waiting_full(void)
{
    u_char           sock[NGX_PRINT_SESSION_SOCK];
    uint32_t         i;
    ngx_print_ref_t  ref;

    bench_sock(sock, 1);

    for (i = 1; i < A->sh->session_top; i++) {
        ref.index = i;
        ref.gen = A->sessions[i].gen;

        (void) ngx_print_session_connect(A, ref, 0, sock);
    }

    step_waiting_fill(1);
}


/* the oldest one is held by a worker that stands still, or is dead */

static void
step_waiting_dead(void)
{
    step_waiting_fill(0);

    REF.index = A->sh->waiting.head;
    REF.gen = A->sessions[REF.index].gen;
}


static void
step_waiting_nameless(void)
{
    u_char           sock[NGX_PRINT_SESSION_SOCK];
    uint32_t         i;
    ngx_print_ref_t  ref;

    step_waiting_fill(1);

    bench_sock(sock, 1);

    (void) ngx_print_session_connect(A, REF, 0, sock);

    for (i = 1; i < A->sh->session_top; i++) {
        ref.index = i;
        ref.gen = A->sessions[i].gen;

        (void) ngx_print_session_connect(A, ref, 0, sock);
    }

    bench_clock(ngx_current_msec + 1000 * (NGX_PRINT_WAITING_NAMELESS + 1));
}


/* it has been finished, and its record is free */

static void
step_waiting_again(void)
{
    step_waiting_full();
    act_waiting_open();
    act_free();
}


static void
act_waiting_open(void)
{
    uint32_t         token;
    ngx_print_ref_t  ref;

    (void) bench_open(A, STEP_WAITING_NEW, 0, &ref, &token);
}


/* it is closed, and the other one is not open yet */

static void
alt_waiting_closed(ngx_uint_t i)
{
    ngx_print_store_session_t  *s;

    s = step_session();

    ngx_print_session_closing_locked(A, s);

    s->reason = BENCH_YIELD;
    s->state = NGX_PRINT_SESSION_CLOSING;
    A->sh->counts.others[NGX_PRINT_OTHER_DISCONNECT + BENCH_YIELD]++;
}


static void
alt_waiting_seized(ngx_uint_t i)
{
    alt_waiting_closed(i);

    if (i) {
        step_session()->att_kind = NGX_PRINT_ATT_NONE;
    }
}


step_operation_t  step_waiting_operations[] = {

    { "open-share", step_waiting_share, act_waiting_open, alt_waiting_closed,
      1, 0 },
    { "open-share-other", step_waiting_share_h, act_waiting_open,
      alt_waiting_closed, 1, 0 },
    { "open-full", step_waiting_full, act_waiting_open, NULL, 0, 0 },
    { "open-full-held", step_waiting_dead, act_waiting_open,
      alt_waiting_seized, 2, 0 },
    { "open-full-again", step_waiting_again, act_waiting_open, NULL, 0, 0 },
    { "open-nameless", step_waiting_nameless, act_waiting_open, NULL, 0, 0 },

    { NULL, NULL, NULL, NULL, 0, 0 }
};
