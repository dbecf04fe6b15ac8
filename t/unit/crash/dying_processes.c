
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Four busy processes open sessions, send to each other's, and take what was
 * sent to their own when they are rung for.  Every few milliseconds one of
 * them is killed and another one takes its slot.  Receivers check order,
 * duplicates, losses and bytes.  Now and then all are killed, and the zone is
 * looked at; in the end it is emptied, and nothing is left.
 *
 *   dying_processes [seconds [seed]]
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <sys/wait.h>

#include "unit.h"
#include "dying_worker.h"


static void kill_start(ngx_uint_t i);
static void kill_one(ngx_uint_t i);
static void kill_all(void);
static void kill_watch(void);
static void kill_end(void);


static pid_t       kill_pid[KILL_WORKERS];
static ngx_uint_t  kill_kills;
static ngx_uint_t  kill_locked;     /* with the lock in its hand */


int
main(int argc, char **argv)
{
    time_t                   end;
    ngx_uint_t               i;
    struct timespec          ts;
    ngx_print_store_stat_t   stat;

    end = argc > 1 ? atoi(argv[1]) : KILL_SECONDS;
    kill_seed = argc > 2 ? strtoull(argv[2], NULL, 10)
                         : (uint64_t) time(NULL) * 1000003 + getpid();

    printf("seed %llu: ", (unsigned long long) kill_seed);
    (void) fflush(stdout);

    end += time(NULL);

    bench_create(KILL_ZONE, LEDGER_SESSIONS, KILL_CLIENTS, KILL_BLOCKS);
    bench_shrink(KILL_JOBS, 0, 0);
    ledger_create();
    ledger_job_create();

    if (ngx_print_hand_create(&kill_queue) != NGX_OK) {
        printf("not ok: there is no queue\n");
        return 2;
    }

    bench_join(&kill_st);
    ledger_begin(kill_lives++, kill_st.slot);

    for (i = 0; i < KILL_WORKERS; i++) {
        kill_start(i);
    }

    while (time(NULL) < end && ledger_totals->failed == 0) {
        bench_guard();

        ts.tv_sec = 0;
        ts.tv_nsec = 2000000 + kill_random(3000000);
        (void) nanosleep(&ts, NULL);

        ledger_job_follow(&kill_st);

        if (kill_kills % KILL_ALL == KILL_ALL - 1) {
            kill_watch();
            continue;
        }

        i = kill_random(KILL_WORKERS);

        kill_one(i);
        kill_start(i);
    }

    if (ledger_totals->failed == 0) {
        kill_end();
    }

    unit_check(ledger_totals->failed == 0);

    ngx_print_store_stat(&kill_st, &stat);

    printf("%lu kills, %lu with the lock, %u taken over, %u repairs, "
           "%lu messages, %lu lost with their takers, %lu found by a tick, "
           "%lu jobs, %lu sent, %lu again, %lu received: ",
           (unsigned long) kill_kills, (unsigned long) kill_locked,
           stat.takeovers, stat.repairs,
           (unsigned long) ledger_totals->received,
           (unsigned long) ledger_totals->lost,
           (unsigned long) ledger_totals->late,
           (unsigned long) ledger_totals->jobs,
           (unsigned long) ledger_totals->sent,
           (unsigned long) ledger_totals->again,
           (unsigned long) ledger_totals->known);

    return unit_end();
}


static void
kill_start(ngx_uint_t i)
{
    kill_pid[i] = bench_fork();

    if (kill_pid[i] == 0) {
        kill_worker();
    }

    kill_lives++;
}


static void
kill_one(ngx_uint_t i)
{
    int                       status;
    ngx_uint_t                slot;
    ngx_atomic_uint_t         owner;

    static ngx_atomic_uint_t  last;

    (void) kill(kill_pid[i], SIGKILL);

    if (waitpid(kill_pid[i], &status, 0) != kill_pid[i]
        || !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
    {
        ledger_totals->failed++;
        printf("  a worker has ended by itself: %d\n", status);
    }

    kill_kills++;

    /* the next worker of the slot may not have taken the lock over yet */

    owner = kill_st.sh->lock;
    slot = ngx_print_store_id_slot(owner);

    if (owner != last && slot < NGX_PRINT_WAKE_SLOTS
        && kill_st.workers[slot].pid == (uint32_t) kill_pid[i])
    {
        kill_locked++;
        last = owner;
    }
}


static void
kill_all(void)
{
    ngx_uint_t  i;

    for (i = 0; i < KILL_WORKERS; i++) {
        kill_one(i);
    }
}


/* kills all at once: the next process finds a whole zone and a true ledger */

static void
kill_watch(void)
{
    ngx_uint_t   i;
    const char  *err;

    kill_all();

    ngx_print_store_lock(&kill_st);
    ngx_print_store_unlock(&kill_st);

    err = check_zone(&kill_st, 0);

    if (err == NULL) {
        ledger_job_check(&kill_st);
        kill_orphans();
        ledger_job_check(&kill_st);
        err = check_zone(&kill_st, KILL_CHECK);
    }

    unit_check(err == NULL);

    if (err) {
        ledger_totals->failed++;
        printf("  %s\n", err);
        return;
    }

    for (i = 0; i < KILL_WORKERS; i++) {
        kill_start(i);
    }
}


/* what is queued yet is delivered; then nothing is left */

static void
kill_end(void)
{
    uint32_t                 i;
    ngx_str_t                id;
    ngx_print_ref_t          ref;
    ngx_print_store_stat_t   stat;
    ngx_print_client_info_t  info[KILL_CLIENTS];

    kill_all();
    kill_orphans();

    for (i = 1; i <= LEDGER_SESSIONS; i++) {
        ref.index = i;
        ref.gen = kill_st.sessions[i].gen;

        if (ngx_print_session_close(&kill_st, ref, 4) == NGX_OK) {
            kill_finish(ref);

        } else {
            kill_poll(ref, &kill_held[i]);
            ngx_print_session_free(&kill_st, ref);
        }
    }

    ledger_job_check(&kill_st);

    ngx_print_store_stat(&kill_st, &stat);

    unit_check(ngx_print_client_list(&kill_st, 0, info, &i) == stat.clients);

    for (i = 0; i < stat.clients; i++) {
        unit_check(!info[i].connected);

        id.len = info[i].len;
        id.data = info[i].id;
        unit_check(ngx_print_client_remove(&kill_st, &id) == NGX_OK);
    }

    ledger_job_check(&kill_st);

    ngx_print_store_stat(&kill_st, &stat);

    unit_check(stat.sessions == 0);
    unit_check(stat.clients == 0);
    unit_check(stat.blocks == 0);

    unit_check(check_zone(&kill_st, KILL_CHECK) == NULL);
}
