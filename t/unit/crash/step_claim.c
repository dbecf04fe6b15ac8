
/*
 * Copyright (C) the print hub contributors
 */


/* Operations on a clientId that several sessions have registered. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "step_base.h"


static void step_claim(void);
static void step_claim_next(ngx_uint_t n);
static void step_claim_closed(void);
static void step_claim_three(void);
static void alt_claim_take(ngx_uint_t i);
static void step_claim_old(void);
static void alt_claim_old(ngx_uint_t i);
static void step_claim_late(void);
static void step_claim_pid(void);
static void alt_claim_pid(ngx_uint_t i);
static void act_contest_ask(void);
static void alt_contest_ask(ngx_uint_t i);
static void act_contest_refuse(void);


static ngx_print_ref_t  step_claim_first;
static ngx_str_t        step_claim_id = ngx_string("a");


/* two sessions have registered "a"; the newer one has it, and told more */

static void
step_claim(void)
{
    ngx_print_ref_t  ref;

    step_open_connected();
    step_client(REF.index, "a");
    step_claim_first = REF;

    step_claim_next(2);
    ref = REF;
    act_info();
    step_print(1, "a", 1);
    step_take_done();
    REF = ref;
}


/* one more session, number n, that is connected */

static void
step_claim_next(ngx_uint_t n)
{
    u_char  sock[NGX_PRINT_SESSION_SOCK];

    (void) bench_open(A, n, 1, &REF, &step_env.token);

    bench_sock(sock, n);
    (void) ngx_print_session_connect(A, REF, 0, sock);
}


/* it is closed, and has settled its jobs */

static void
step_claim_closed(void)
{
    step_claim();
    (void) ngx_print_session_close(A, REF, 1);
    ngx_print_job_session_lost(A, REF);
}


/* one that has just come is to take it */

static void
step_claim_three(void)
{
    step_claim();
    step_claim_next(3);
}


/*
 * It registers again after it died in between: the job is a repetition, and for
 * i > 0 it is queued again.
 */

static void
alt_claim_take(ngx_uint_t i)
{
    ngx_print_store_job_t  *job;

    (void) step_session();

    job = &A->jobs[1];
    job->flags |= NGX_PRINT_JOB_REPETITION;

    if (i > 0) {
        ngx_print_job_change_locked(A, 1, NGX_PRINT_JOB_QUEUED, "");
    }

    if (i > 1) {
        (void) ngx_print_claim_create_locked(A, &A->clients[1],
                                             A->clients[1].owner,
                                             A->clients[1].info, 1, 1);
        ngx_print_client_detach_locked(A,
                   &A->sessions[ngx_print_store_owner_index(
                                               A->clients[1].owner)], 1);
        ngx_print_event_takeover_locked(A, 1, ngx_print_store_owner(&REF, 0));
        ngx_print_client_attach_locked(A, step_session(), 1);
        A->clients[1].info = 0;
    }
}


/* the older one registers again */

static void
step_claim_old(void)
{
    step_claim();
    REF = step_claim_first;
}


static void
alt_claim_old(ngx_uint_t i)
{
    ngx_print_store_claim_t  *claim;

    alt_claim_take(i);

    if (i > 2) {
        claim = ngx_print_claim_locked(A, &A->clients[1],
                                       ngx_print_store_owner(&REF, 0));
        (void) ngx_print_claim_free_locked(A, claim);
        A->clients[1].ack = i - 3;
    }
}


/* the same as without a pid, which comes with the client */

static void
alt_claim_pid(ngx_uint_t i)
{
    if (i > 1) {
        ngx_print_recovery_attach_locked(A, &A->clients[1],
                                         A->sessions[REF.index].pid);
    }

    alt_claim_take(i);
}


/* one that is older registers for the first time */

static void
step_claim_late(void)
{
    step_claim();
    A->sessions[REF.index].order = (uint64_t) -1;
    step_claim_next(3);
}


/* the one that is to take it can be recovered */

static void
step_claim_pid(void)
{
    u_char  key[NGX_PRINT_JOB_KEY], pid[NGX_PRINT_ID_LEN];

    step_claim_three();
    bench_job_key(key, 7, 0);
    (void) ngx_print_recovery_open(A, REF, 5000, NULL, key, pid);
}


/* the older one may not take it */

static void
act_contest_ask(void)
{
    ngx_print_contest_t       contest;
    ngx_print_client_loser_t  holder;

    ngx_memzero(&holder, sizeof(holder));
    holder.ref = REF;

    (void) ngx_print_contest_ask(A, step_claim_first, &step_claim_id, &holder,
                                 &contest);
}


/* the next ping comes when the pong would have to be there */

static void
alt_contest_ask(ngx_uint_t i)
{
    step_session()->ping_at = ngx_current_msec + BENCH_TIMEOUT;
}


static void
act_contest_refuse(void)
{
    ngx_print_client_loser_t  holder;

    ngx_memzero(&holder, sizeof(holder));
    holder.ref = REF;

    (void) ngx_print_contest_refuse(A, step_claim_first, 0, &step_claim_id,
                                    &holder);
}


step_operation_t  step_claim_operations[] = {

    { "claim-take", step_claim_three, act_info, alt_claim_take, 3,
      STEP_EACH },
    { "claim-pid", step_claim_pid, act_info, alt_claim_pid, 3, STEP_EACH },
    { "claim-again", step_claim_old, act_info, alt_claim_old, 5, STEP_EACH },
    { "claim-late", step_claim_late, act_info, NULL, 0, STEP_EACH },
    { "claim-leave", step_claim_closed, act_lost_leave, NULL, 0, STEP_EACH },
    { "contest-ask", step_claim, act_contest_ask, alt_contest_ask, 1, 0 },
    { "contest-refuse", step_claim, act_contest_refuse, NULL, 0, 0 },

    { NULL, NULL, NULL, NULL, 0, 0 }
};
