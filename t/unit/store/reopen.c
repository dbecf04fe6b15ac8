
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A zone that nginx has left, and what is in it: it is used again, in this boot
 * of the system or in another one, and not if an index leads nowhere.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "zone_base.h"


#define REOPEN_NOW   1700000000000ull    /* as bench_create() sets it */
#define REOPEN_SIZE  NGX_PRINT_STORE_MIN_SIZE


static void proc_fill(void *data);
static void reopen_fill(void);
static void reopen_same_boot(void);
static void reopen_other_boot(void);
static void reopen_count(void);
static void reopen_damage(void);
static void reopen_length(void);
static void reopen_bad32(uint32_t *p, uint32_t value);
static void reopen_bad8(u_char *p, u_char value);
static void reopen_end(ngx_print_store_t *st);


int
main(void)
{
    bench_guard();

    reopen_same_boot();
    reopen_other_boot();
    reopen_count();
    reopen_damage();
    reopen_length();

    return unit_end();
}


/* a WebSocket with a job that was sent, a polling session, three jobs wait */

static void
proc_fill(void *data)
{
    uint32_t           token;
    u_char             sock[NGX_PRINT_SESSION_SOCK];
    bench_job_t        job;
    ngx_print_ref_t    ref[2];
    ngx_print_batch_t  batch;
    ngx_print_store_t  st;

    bench_join(&st);

    (void) bench_open(&st, 1, 1, &ref[0], &token);
    bench_sock(sock, 0);
    (void) ngx_print_session_connect(&st, ref[0], 0, sock);
    (void) bench_register(&st, ref[0], 0, "a", 0);

    bench_job(&job, 1, "a", 100);
    (void) bench_print(&st, &job);
    (void) ngx_print_queue_take(&st, ref[0], token, 65536, 0,
                                &batch);

    (void) bench_open(&st, 2, 0, &ref[1], &token);
    bench_sock(sock, 1);
    (void) ngx_print_session_connect(&st, ref[1], 0, sock);
    (void) bench_register(&st, ref[1], 0, "b", 0);

    bench_job(&job, 2, "b", 100);
    (void) bench_print(&st, &job);
    bench_job(&job, 3, "b", 2000);
    (void) bench_print(&st, &job);
    bench_job(&job, 4, "a", 100);
    (void) bench_print(&st, &job);
}


static void
reopen_fill(void)
{
    bench_create(REOPEN_SIZE, 0, 0, 0);
    bench_kill(bench_hold(proc_fill, NULL));
}


static void
reopen_same_boot(void)
{
    uint32_t           repairs, deadline;
    ngx_print_store_t  st;

    unit_about("the same boot");

    reopen_fill();

    bench_view(&st);
    deadline = st.job_deadlines[2];
    repairs = st.sh->repairs;

    unit_check(ngx_print_reopen_check(bench_zone, bench_size) == NGX_OK);
    ngx_print_reopen(&st);

    bench_join(&st);
    unit_check(st.sh->repairs == repairs + 1);
    unit_check(st.job_deadlines[2] == deadline);
    unit_check(check_zone(&st, 0) == NULL);

    reopen_end(&st);
}


static void
reopen_other_boot(void)
{
    uint32_t           i, now;
    ngx_uint_t         n;
    ngx_print_store_t  st;

    unit_about("another boot");

    reopen_fill();

    /* a minute later, and the clock of the system has begun anew */

    bench_clock(REOPEN_NOW + 60000 - 30000);
    ngx_current_msec = 5000;
    now = 5000;

    bench_view(&st);

    for (n = 0; n < 2; n++) {
        ngx_print_reopen_rebase(&st);

        for (i = 1; i < st.sh->job_top; i++) {
            if (st.jobs[i].state == NGX_PRINT_JOB_QUEUED) {
                unit_check(st.job_deadlines[i]
                           == now + BENCH_TTL - 30000);
            }
        }

        for (i = 1; i < st.sh->session_top; i++) {
            unit_check(st.deadlines[i] == now);
        }
    }

    /* the job has waited for too long, or the clock was set back */

    bench_clock(REOPEN_NOW + 2 * BENCH_TTL);
    ngx_current_msec = 5000;
    ngx_print_reopen_rebase(&st);
    unit_check(st.job_deadlines[2] == now);

    bench_clock(REOPEN_NOW - 1000000);
    ngx_current_msec = 5000;
    ngx_print_reopen_rebase(&st);
    unit_check(st.job_deadlines[2] == now + BENCH_TTL);

    bench_join(&st);
    unit_check(check_zone(&st, 0) == NULL);

    reopen_end(&st);
}


/* all sessions end, and the jobs stay or are told to be unconfirmed */

static void
reopen_end(ngx_print_store_t *st)
{
    uint32_t                  i;
    ngx_print_reopen_count_t  count;

    (void) ngx_print_store_reap(st);

    for (i = 1; i < st->sh->session_top; i++) {
        unit_check(!ngx_print_session_attached_locked(st, &st->sessions[i]));
    }

    ngx_print_reopen_count(st, &count);
    unit_check(count.waiting == 3 && count.sent == 1 && count.clients == 2);
    unit_check(check_zone(st, 0) == NULL);
}


static void
reopen_count(void)
{
    pid_t                     pid;
    ngx_print_store_t         st;
    ngx_print_store_stat_t    stat;
    ngx_print_reopen_count_t  count;

    unit_about("what is in it");

    bench_create(REOPEN_SIZE, 0, 0, 0);
    bench_view(&st);

    ngx_print_reopen_count(&st, &count);
    unit_check(count.waiting == 0 && count.sent == 0 && count.clients == 0);
    unit_check(ngx_print_reopen_workers(&st) == 0);

    pid = bench_hold(proc_fill, NULL);

    ngx_print_reopen_count(&st, &count);
    unit_check(count.waiting == 3 && count.sent == 1 && count.clients == 2);
    unit_check(ngx_print_reopen_workers(&st) == 1);

    bench_kill(pid);
    unit_check(ngx_print_reopen_workers(&st) == 0);

    ngx_print_reopen_memory(bench_zone, NGX_PRINT_MEMORY_FILE);
    ngx_print_reopen_lost(bench_zone, 5, 2);
    ngx_print_store_stat(&st, &stat);

    unit_check(stat.memory == NGX_PRINT_MEMORY_FILE);
    unit_check(stat.created == REOPEN_NOW / 1000);
    unit_check(stat.lost_jobs == 5 && stat.lost_clients == 2);
}


/* all of it that repair() and others use without a look */

static void
reopen_damage(void)
{
    uint64_t                  size;
    ngx_uint_t                i;
    ngx_print_store_t         st;
    ngx_print_store_shctx_t  *sh;

    uint32_t  *sizes[] = {
        &((ngx_print_store_shctx_t *) 0)->layout,
        &((ngx_print_store_shctx_t *) 0)->nsessions,
        &((ngx_print_store_shctx_t *) 0)->nclients,
        &((ngx_print_store_shctx_t *) 0)->nbuckets,
        &((ngx_print_store_shctx_t *) 0)->npids,
        &((ngx_print_store_shctx_t *) 0)->nclaims,
        &((ngx_print_store_shctx_t *) 0)->njobs,
        &((ngx_print_store_shctx_t *) 0)->njob_buckets,
        &((ngx_print_store_shctx_t *) 0)->nevents,
        &((ngx_print_store_shctx_t *) 0)->nblocks,
        &((ngx_print_store_shctx_t *) 0)->naddresses,
        &((ngx_print_store_shctx_t *) 0)->naddress_buckets,
        &((ngx_print_store_shctx_t *) 0)->nsites,
        &((ngx_print_store_shctx_t *) 0)->session_top,
        &((ngx_print_store_shctx_t *) 0)->client_top,
        &((ngx_print_store_shctx_t *) 0)->pid_top,
        &((ngx_print_store_shctx_t *) 0)->claim_top,
        &((ngx_print_store_shctx_t *) 0)->job_top,
        &((ngx_print_store_shctx_t *) 0)->block_top,
        &((ngx_print_store_shctx_t *) 0)->nsp_top,
        &((ngx_print_store_shctx_t *) 0)->address_top
    };

    reopen_fill();
    bench_view(&st);
    sh = st.sh;

    for (i = 0; i < sizeof(sizes) / sizeof(uint32_t *); i++) {
        unit_about("damaged, %u", (unsigned) i);
        reopen_bad32((uint32_t *) (bench_zone + (uintptr_t) sizes[i]),
                     0x7fffffff);
        reopen_bad32((uint32_t *) (bench_zone + (uintptr_t) sizes[i]), 0);
    }

    unit_about("damaged, records");

    reopen_bad32((uint32_t *) &sh->magic, 0);
    reopen_bad32((uint32_t *) &sh->size, 4096);

    /* too small for anything but the fixed columns */

    size = sh->size;
    sh->size = 20000;
    unit_check(ngx_print_reopen_check(bench_zone, 20000) == NGX_ERROR);
    sh->size = size;

    reopen_bad32((uint32_t *) &sh->lock, 0xff);
    reopen_bad32((uint32_t *) &sh->applied, 0xffffff);
    reopen_bad32(&sh->redo.job, 1000);
    reopen_bad32(&sh->redo.client, 1000);
    reopen_bad32(&sh->leader.slot, NGX_PRINT_WAKE_SLOTS);
    reopen_bad32(&sh->writer.slot, NGX_PRINT_WAKE_SLOTS);
    reopen_bad32((uint32_t *) &sh->logs[7].cursor, 0xffffff);
    reopen_bad32((uint32_t *) &sh->watchers[NGX_PRINT_STORE_SETS - 1] + 1,
                 0x80000000);
    reopen_bad8(&sh->nsps[0].len, 64);
    reopen_bad32(&st.workers[3].pins[2], sh->block_top);
    reopen_bad8((u_char *) &st.sessions[1].state, 7);
    reopen_bad8(&st.sessions[1].att_kind, 9);
    reopen_bad8(&st.sessions[1].att_slot, NGX_PRINT_WAKE_SLOTS);
    reopen_bad8(&st.sessions[1].probe_slot, NGX_PRINT_WAKE_SLOTS);
    reopen_bad8(&st.sessions[1].post_slot, NGX_PRINT_WAKE_SLOTS);
    reopen_bad8(&st.clients[1].state, 2);
    reopen_bad32(&st.clients[1].pid, sh->pid_top);
    reopen_bad8(&st.clients[1].len, 97);
    reopen_bad8(&st.clients[1].nsp, 32);
    reopen_bad8((u_char *) &st.clients[1].owner + 3, 32);
    reopen_bad32(&st.jobs[1].state, NGX_PRINT_JOB_STATES);
    reopen_bad32(&st.jobs[1].client, sh->client_top);
    reopen_bad32(&st.jobs[1].blob, sh->block_top);
    reopen_bad8(&st.jobs[1].len, 97);
    reopen_bad8(&st.jobs[1].reason_len, 65);
    reopen_bad8(&st.jobs[1].source, 5);
    reopen_bad8((u_char *) &st.jobs[1].owner + 3, 32);

    for (i = 0; i < sh->nevents && st.events[i].seq == 0; i++) {
        /* void */
    }

    reopen_bad32(&st.events[i].kind, 0);
    reopen_bad32(&st.events[i].kind, 4);
    st.events[i].index = 1000;
    unit_check(ngx_print_reopen_check(bench_zone, bench_size) == NGX_OK);

    /* it is of a record only until it is applied */

    sh->applied = 0;
    unit_check(ngx_print_reopen_check(bench_zone, bench_size) == NGX_ERROR);
    sh->applied = sh->event;
    st.events[i].index = 1;

    reopen_bad8(&st.events[i].len, 97);
    reopen_bad8(&st.events[i].reason_len, 65);

    unit_check(ngx_print_reopen_check(bench_zone, bench_size) == NGX_OK);
    unit_check(ngx_print_reopen_check(bench_zone, 100) == NGX_ERROR);
    unit_check(ngx_print_reopen_layout() == sh->layout);
}


/* a message that tells of more bytes than its blocks have */

static void
reopen_length(void)
{
    u_char                    buf[2 * NGX_PRINT_STORE_BLOCK];
    uint32_t                  i;
    ngx_print_store_t         st;
    ngx_print_message_t       msg;
    ngx_print_store_head_t   *h;

    unit_about("a length that is too large");

    reopen_fill();
    bench_view(&st);

    for (i = 1; i < st.sh->job_top; i++) {
        ngx_print_store_head(&st, st.jobs[i].blob)->len = 0xfffffff0;
    }

    unit_check(ngx_print_reopen_check(bench_zone, bench_size) == NGX_OK);
    ngx_print_reopen(&st);
    bench_join(&st);

    for (i = 1; i < st.sh->job_top; i++) {

        h = ngx_print_store_head(&st, st.jobs[i].blob);

        unit_check(h->len == h->nblocks * NGX_PRINT_STORE_BLOCK
                             - sizeof(ngx_print_store_head_t));

        ngx_memzero(&msg, sizeof(ngx_print_message_t));
        msg.block = st.jobs[i].blob;
        msg.len = ngx_min(h->len, sizeof(buf));

        unit_check(ngx_print_queue_copy(&st, &msg, buf) == buf + msg.len);
    }

    unit_check(check_zone(&st, 0) == NULL);
}


static void
reopen_bad32(uint32_t *p, uint32_t value)
{
    uint32_t  was;

    was = *p;
    *p = value;
    unit_check(ngx_print_reopen_check(bench_zone, bench_size) == NGX_ERROR);
    *p = was;
}


static void
reopen_bad8(u_char *p, u_char value)
{
    u_char  was;

    was = *p;
    *p = value;
    unit_check(ngx_print_reopen_check(bench_zone, bench_size) == NGX_ERROR);
    *p = was;
}
