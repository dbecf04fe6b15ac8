
/*
 * Copyright (C) the print hub contributors
 */


/* The lock: free, held by the dead and by the living, contended. */


#include <ngx_config.h>
#include <ngx_core.h>

#include <poll.h>
#include <sys/wait.h>

#include "zone_base.h"


static void lock_free(void);
static void proc_lock(void *data);
static void lock_taken_over(void);
static void lock_living(void);
static void lock_stalled(void);
static void proc_again(void *data);
static void lock_again(void);
static void lock_unsettled(void);
static uint64_t lock_clock(void);
static uint64_t lock_cpu(void);
static void lock_lost_slot(void);
static void proc_count(void *data);
static void lock_contended(void);


int
main(void)
{
    bench_guard();

    lock_free();
    lock_taken_over();
    lock_living();
    lock_stalled();
    lock_again();
    lock_unsettled();
    lock_lost_slot();
    lock_contended();

    return unit_end();
}


static void
lock_free(void)
{
    store_worker_t          a;
    ngx_print_store_stat_t  stat;

    unit_about("lock");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 3);

    unit_check(a.st.sh->lock == 0 && a.st.sh->dirty == 0);

    ngx_print_store_lock(&a.st);
    unit_check(a.st.sh->lock == a.st.id && a.st.sh->dirty);
    unit_check(ngx_print_store_id_slot(a.st.sh->lock) == 3);

    ngx_print_store_unlock(&a.st);
    unit_check(a.st.sh->lock == 0 && a.st.sh->dirty == 0);

    ngx_print_store_stat(&a.st, &stat);
    unit_check(stat.takeovers == 0 && stat.repairs == 0);
}


static void
proc_lock(void *data)
{
    ngx_print_store_t  st;

    bench_join(&st);
    ngx_print_store_lock(&st);
}


/* of a process that died with it; everybody is rung after the repair */

static void
lock_taken_over(void)
{
    pid_t                   pid, other;
    ngx_print_store_t       st;
    ngx_print_store_stat_t  stat;

    unit_about("lock of the dead");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_join(&st);

    other = bench_hold(zone_proc_join, NULL);
    pid = bench_hold(proc_lock, NULL);

    unit_check(st.sh->lock && ngx_print_store_id_slot(st.sh->lock) == 2);

    bench_kill(pid);

    (void) zone_rung(&bench_wake, 0);
    (void) zone_rung(&bench_wake, 1);

    ngx_print_store_lock(&st);
    unit_check(st.sh->lock == st.id);
    ngx_print_store_unlock(&st);

    unit_check(zone_rung(&bench_wake, 0));
    unit_check(zone_rung(&bench_wake, 1));

    ngx_print_store_stat(&st, &stat);
    unit_check(stat.takeovers == 1 && stat.repairs == 1);

    ngx_print_store_lock(&st);
    ngx_print_store_unlock(&st);

    unit_check(!zone_rung(&bench_wake, 0));
    unit_check(!zone_rung(&bench_wake, 1));

    /* by its successor in the same slot */

    pid = bench_hold(proc_lock, NULL);
    bench_kill(pid);

    pid = bench_hold(zone_proc_join, NULL);
    bench_kill(pid);

    ngx_print_store_stat(&st, &stat);
    unit_check(stat.takeovers == 2 && stat.repairs == 2);

    bench_kill(other);
}


/* of a process that lives: it is waited for, so long that it can be counted */

static void
lock_living(void)
{
    int                status;
    pid_t              pid, other;
    struct itimerval   cpu;
    ngx_print_store_t  st;

    unit_about("lock of the living");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_join(&st);

    pid = bench_hold(proc_lock, NULL);
    other = bench_fork();

    if (other == 0) {
        ngx_memzero(&cpu, sizeof(cpu));
        cpu.it_value.tv_usec = 100000;
        (void) setitimer(ITIMER_PROF, &cpu, NULL);

        proc_lock(NULL);
        _exit(0);
    }

    unit_check(waitpid(other, &status, 0) == other);
    unit_check(WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF);
    unit_check(st.sh->takeovers == 0);

    bench_kill(pid);
}


/* a worker gives up waiting for a process that stands still */

static void
lock_stalled(void)
{
    pid_t              pid;
    uint32_t           owner;
    uint64_t           ms, start;
    ngx_print_store_t  st;

    unit_about("lock of one that stands still");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_join(&st);

    unit_check(ngx_print_store_try_lock(&st) == NGX_OK);
    unit_check(st.sh->lock == st.id && st.sh->dirty);
    ngx_print_store_unlock(&st);
    unit_check(!ngx_print_store_stalled(&st, &owner, &ms));

    pid = bench_hold(proc_lock, NULL);

    start = lock_clock();
    unit_check(ngx_print_store_try_lock(&st) == NGX_PRINT_STALLED);
    unit_check(lock_clock() - start >= 100);
    unit_check(st.sh->lock != st.id && st.sh->stalled != 0);
    unit_check(ngx_print_store_stalled(&st, &owner, &ms));
    unit_check(owner == (uint32_t) pid && ms >= 100);

    /* once it has waited, 1000 more calls take less than a second of CPU */

    start = lock_cpu();

    for (ms = 0; ms < 1000; ms++) {
        unit_check(ngx_print_store_try_lock(&st) == NGX_PRINT_STALLED);
    }

    unit_check(lock_cpu() - start < 1000);

    bench_kill(pid);

    unit_check(ngx_print_store_try_lock(&st) == NGX_OK);
    ngx_print_store_unlock(&st);
    unit_check(!ngx_print_store_stalled(&st, &owner, &ms));
    unit_check(st.sh->takeovers == 1 && st.sh->repairs == 1);

    /* a worker's lock() is bounded */

    pid = bench_hold(proc_lock, NULL);
    st.bounded = 1;
    unit_check(ngx_print_store_lock(&st) == NGX_PRINT_STALLED);
    unit_check(st.sh->lock != st.id);
    bench_kill(pid);

    /* it is refused until the next event begins, although the lock is free */

    st.sh->lock = 0;
    unit_check(ngx_print_store_lock(&st) == NGX_PRINT_STALLED);
    unit_check(ngx_print_store_refused(&st) && st.refusals == 1003);
    unit_check(ngx_print_store_ready(&st) == NGX_OK);
    unit_check(ngx_print_store_lock(&st) == NGX_OK);
    ngx_print_store_unlock(&st);
}


/* takes the lock twice, and holds it each time until *step is changed */

static void
proc_again(void *data)
{
    ngx_uint_t          i;
    ngx_print_store_t   st;
    volatile uint32_t  *step = data;

    bench_join(&st);

    for (i = 0; i < 2; i++) {
        ngx_print_store_lock(&st);
        *step = *step + 1;

        while (*step == 2 * i + 1) {
            (void) poll(NULL, 0, 1);
        }

        ngx_print_store_unlock(&st);
    }
}


/* one that releases the lock, and takes it again, does not stand still */

static void
lock_again(void)
{
    pid_t               pid;
    uint32_t            owner;
    uint64_t            ms, start;
    ngx_uint_t          i;
    ngx_print_store_t   st;
    volatile uint32_t  *step;

    unit_about("lock of one that takes it again");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_join(&st);

    step = (uint32_t *) &st.blocks[1];      /* that nobody uses */
    pid = bench_fork();

    if (pid == 0) {
        proc_again((void *) step);
        _exit(0);
    }

    for (i = 1; i <= 3; i += 2) {

        while (*step != i) {
            (void) poll(NULL, 0, 1);
        }

        start = lock_clock();
        unit_check(ngx_print_store_try_lock(&st) == NGX_PRINT_STALLED);
        unit_check(lock_clock() - start >= 100);
        unit_check(ngx_print_store_stalled(&st, &owner, &ms));
        unit_check(owner == (uint32_t) pid && ms >= 100 && ms < 200);
        unit_check(st.refusals == i / 2 + 1);
        unit_check(!ngx_print_store_stall(&st, 1000, &owner, &ms));

        *step = i + 1;
    }

    unit_check(waitpid(pid, NULL, 0) == pid);

    /*
     * reported after a second; time in which this process did not run is not
     * counted
     */

    pid = bench_hold(proc_lock, NULL);
    unit_check(ngx_print_store_try_lock(&st) == NGX_PRINT_STALLED);

    (void) poll(NULL, 0, 1100);
    unit_check(ngx_print_store_try_lock(&st) == NGX_PRINT_STALLED);
    unit_check(ngx_print_store_stalled(&st, &owner, &ms) && ms < 1000);
    unit_check(!ngx_print_store_stall(&st, 1000, &owner, &ms));

    while (ms < 1000) {
        (void) poll(NULL, 0, 10);
        unit_check(ngx_print_store_try_lock(&st) == NGX_PRINT_STALLED);
        unit_check(ngx_print_store_stalled(&st, &owner, &ms));
    }

    unit_check(ngx_print_store_stall(&st, 1000, &owner, &ms));
    unit_check(!ngx_print_store_stall(&st, 1000, &owner, &ms));
    unit_check(ngx_print_store_stall(&st, 1001, &owner, &ms));

    bench_kill(pid);
}


/* what is not released because of a stall is free after it */

static void
lock_unsettled(void)
{
    pid_t                   pid;
    uint32_t                token;
    ngx_print_ref_t         ref;
    ngx_print_batch_t       batch;
    ngx_print_store_t       st;
    ngx_print_store_stat_t  stat;

    unit_about("a batch that cannot be released");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_join(&st);
    st.bounded = 1;

    unit_check(bench_open(&st, 1, 1, &ref, &token) == NGX_OK);
    unit_check(bench_send(&st, ref, 1, 3000) == NGX_OK);
    unit_check(bench_send(&st, ref, 2, 3000) == NGX_OK);
    unit_check(ngx_print_queue_take(&st, ref, token, 9000, 0, &batch)
               == NGX_OK);
    unit_check(batch.count == 2 && st.taken);

    pid = bench_hold(proc_lock, NULL);

    unit_check(bench_send(&st, ref, 3, 100) == NGX_PRINT_STALLED);
    unit_check(bench_send(&st, ref, 3, 9000) == NGX_PRINT_STALLED);
    ngx_print_queue_release(&st, &batch);
    unit_check(st.unsettled && !st.taken && batch.head == 0);
    unit_check(ngx_print_queue_take(&st, ref, token, 9000, 0, &batch)
               == NGX_PRINT_STALLED);
    unit_check(ngx_print_session_close(&st, ref, 1) == NGX_PRINT_STALLED);

    bench_kill(pid);

    unit_check(ngx_print_store_ready(&st) == NGX_OK);
    unit_check(bench_send(&st, ref, 4, 100) == NGX_OK);
    unit_check(!st.unsettled && st.workers[st.slot].inflight == 0);
    ngx_print_store_stat(&st, &stat);
    unit_check(stat.blocks == 1);
    unit_check(check_zone(&st, 0) == NULL);
}


static uint64_t
lock_clock(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


/* ms that this process has run */

static uint64_t
lock_cpu(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

    return (uint64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


/* the dead one's slot was claimed by a process that is not of this zone */

static void
lock_lost_slot(void)
{
    pid_t              pid;
    ngx_print_store_t  st;

    unit_about("lock of the dead, slot of a stranger");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_join(&st);

    pid = bench_hold(proc_lock, NULL);
    bench_kill(pid);

    pid = bench_hold(zone_proc_claim, NULL);

    ngx_print_store_lock(&st);
    ngx_print_store_unlock(&st);

    unit_check(st.sh->takeovers == 1);
    unit_check(st.workers[1].epoch != 0);

    (void) ngx_print_store_reap(&st);

    unit_check(st.workers[1].epoch == 0);

    bench_kill(pid);
}


static void
proc_count(void *data)
{
    ngx_uint_t          i;
    ngx_print_store_t   st;
    volatile uint32_t  *count = data;

    bench_join(&st);

    for (i = 0; i < 100000; i++) {
        ngx_print_store_lock(&st);
        *count = *count + 1;
        ngx_print_store_unlock(&st);
    }
}


static void
lock_contended(void)
{
    pid_t              pid[3];
    ngx_uint_t         i;
    ngx_print_store_t  st;

    unit_about("lock contended");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_join(&st);

    for (i = 0; i < 3; i++) {
        pid[i] = bench_fork();

        if (pid[i] == 0) {
            /* any word of the zone that nobody uses */
            proc_count(&st.blocks[1]);
            _exit(0);
        }
    }

    for (i = 0; i < 3; i++) {
        unit_check(waitpid(pid[i], NULL, 0) == pid[i]);
    }

    unit_check(*(uint32_t *) &st.blocks[1] == 3 * 100000);
    unit_check(st.sh->takeovers == 0 && st.sh->repairs == 0);
}
