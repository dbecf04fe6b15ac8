
/*
 * Copyright (C) the print hub contributors
 */


/* the store's ground: slots and bells, the lock, workers, repair, capacity */


#include <ngx_config.h>
#include <ngx_core.h>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "unit.h"
#include "bench.h"
#include "check.h"


#define STORE_PAGE  4096


/* a worker without a process */
typedef struct {
    ngx_print_store_t   st;
    ngx_print_wake_t    wake;
} store_worker_t;


static void store_slots(void);
static void store_slots_taken(void);
static void store_bells(void);
static void store_wake_error(void);
static void store_layout(void);
static void store_capacity(size_t size);
static void store_fill(ngx_print_store_t *st);
static void store_fill_jobs(ngx_print_store_t *st, ngx_uint_t nsessions);
static void store_lock_free(void);
static void store_lock_taken_over(void);
static void store_lock_living(void);
static void store_lock_lost_slot(void);
static void store_lock_contended(void);
static void store_rings(void);
static void store_reap(void);
static void store_rejoin(void);
static void store_leave(void);
static void store_repair(void);
static void store_repair_cut(void);
static void store_repair_cut_taken(void);
static void store_repair_client(void);
static void store_repair_strange(void);
static void store_populate(ngx_print_store_t *a, ngx_print_store_t *b);
static void store_populate_jobs(ngx_print_store_t *a, ngx_print_store_t *b);
static ngx_uint_t store_rung(ngx_print_wake_t *wake, ngx_uint_t slot);

static void proc_claim(void *data);
static void proc_take_slots(void *data);
static void proc_join(void *data);
static void proc_lock(void *data);
static void proc_take(void *data);
static void proc_count(void *data);


int
main(void)
{
    bench_guard();

    store_slots();
    store_slots_taken();
    store_bells();
    store_wake_error();
    store_layout();

    store_capacity(NGX_PRINT_STORE_MIN_SIZE);
    store_capacity(NGX_PRINT_STORE_MIN_SIZE + STORE_PAGE);
    store_capacity(1024 * 1024);

    store_lock_free();
    store_lock_taken_over();
    store_lock_living();
    store_lock_lost_slot();
    store_lock_contended();
    store_rings();
    store_reap();
    store_rejoin();
    store_leave();
    store_repair();
    store_repair_cut();
    store_repair_cut_taken();
    store_repair_client();
    store_repair_strange();

    return unit_end();
}


static void
proc_claim(void *data)
{
    if (ngx_print_wake_claim(&bench_wake) != NGX_OK) {
        exit(1);
    }
}


static void
store_slots(void)
{
    pid_t             pid;
    ngx_print_wake_t  saved;

    unit_about("slots");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);

    unit_check(bench_wake.slot == -1);
    unit_check(!ngx_print_wake_alive(&bench_wake, 0, ngx_getpid()));

    saved = bench_wake;

    unit_check(ngx_print_wake_claim(&bench_wake) == NGX_OK);
    unit_check(bench_wake.slot == 0);
    unit_check(ngx_print_wake_alive(&bench_wake, 0, ngx_getpid()));
    unit_check(!ngx_print_wake_alive(&bench_wake, 0, ngx_getpid() + 1));

    pid = bench_hold(proc_claim, NULL);

    unit_check(ngx_print_wake_alive(&bench_wake, 1, pid));
    unit_check(!ngx_print_wake_alive(&bench_wake, 1, ngx_getpid()));
    unit_check(!ngx_print_wake_alive(&bench_wake, 2, pid));

    bench_kill(pid);

    unit_check(!ngx_print_wake_alive(&bench_wake, 1, pid));

    /* the lowest one again */

    pid = bench_hold(proc_claim, NULL);

    unit_check(ngx_print_wake_alive(&bench_wake, 1, pid));

    bench_kill(pid);

    bench_wake = saved;
}


static void
proc_take_slots(void *data)
{
    struct flock  fl;

    ngx_memzero(&fl, sizeof(fl));

    fl.l_type = F_WRLCK;
    fl.l_whence = SEEK_SET;

    if (fcntl(bench_wake.file, F_SETLK, &fl) == -1) {
        exit(1);
    }
}


static void
store_slots_taken(void)
{
    int               file;
    pid_t             pid;
    ngx_print_wake_t  wake;

    unit_about("all slots taken");

    if (ngx_print_wake_create(&wake, 1) != NGX_OK) {
        exit(2);
    }

    file = bench_wake.file;
    bench_wake.file = wake.file;
    pid = bench_hold(proc_take_slots, NULL);
    bench_wake.file = file;

    unit_check(ngx_print_wake_claim(&wake) == NGX_BUSY);
    unit_check(wake.slot == -1);

    bench_kill(pid);

    unit_check(ngx_print_wake_claim(&wake) == NGX_OK);

    ngx_print_wake_destroy(&wake);

    unit_check(wake.slot == -1);
    unit_check(ngx_print_wake_claim(&wake) == NGX_ERROR);
}


static void
store_bells(void)
{
    ngx_print_wake_t  wake;

    unit_about("bells");

    if (ngx_print_wake_create(&wake, 2) != NGX_OK) {
        exit(2);
    }

    unit_check(wake.nbells == 2);

    /* a ring for an earlier owner is swallowed, two rings are one */

    ngx_print_wake_ring(&wake, 0);
    unit_check(ngx_print_wake_claim(&wake) == NGX_OK && wake.slot == 0);
    unit_check(!store_rung(&wake, 0));

    ngx_print_wake_ring(&wake, 0);
    ngx_print_wake_ring(&wake, 0);
    ngx_print_wake_drain(&wake);
    unit_check(!store_rung(&wake, 0));

    /* without a bell */

    ngx_print_wake_ring(&wake, 2);
    wake.slot = 2;
    ngx_print_wake_drain(&wake);

    ngx_print_wake_destroy(&wake);
}


static void
store_wake_error(void)
{
    int               fd;
    struct rlimit     was, few;
    ngx_print_wake_t  wake;

    unit_about("no descriptors");

    fd = dup(0);
    (void) close(fd);

    (void) getrlimit(RLIMIT_NOFILE, &was);

    few = was;
    few.rlim_cur = fd + 3;
    (void) setrlimit(RLIMIT_NOFILE, &few);

    unit_check(ngx_print_wake_create(&wake, 3) == NGX_ERROR);
    unit_check(ngx_errno == NGX_EMFILE);
    unit_check(wake.file == -1 && wake.nbells == 0);

    unit_check(dup(0) == fd);
    (void) close(fd);

    few.rlim_cur = fd;
    (void) setrlimit(RLIMIT_NOFILE, &few);

    unit_check(ngx_print_wake_create(&wake, 3) == NGX_ERROR);

    (void) setrlimit(RLIMIT_NOFILE, &was);
}


static void
store_layout(void)
{
    ngx_print_store_t         st;
    ngx_print_store_shctx_t  *sh;

    unit_about("layout");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);

    sh = (ngx_print_store_shctx_t *) bench_zone;

    unit_check(ngx_print_store_open(&st, bench_zone, &bench_wake) == NGX_OK);

    sh->layout++;
    unit_check(ngx_print_store_open(&st, bench_zone, &bench_wake)
               == NGX_ERROR);
    sh->layout--;

    sh->magic++;
    unit_check(ngx_print_store_open(&st, bench_zone, &bench_wake)
               == NGX_ERROR);
}


/* a zone used to the last byte, behind it a page that may not be touched */

static void
store_capacity(size_t size)
{
    u_char                  *p, *saved;
    store_worker_t           a;
    ngx_print_store_stat_t   stat;

    static uint64_t          secrets[2];

    unit_about("capacity of %lu", (unsigned long) size);

    p = mmap(NULL, size + STORE_PAGE, PROT_READ|PROT_WRITE,
             MAP_SHARED|MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED
        || mprotect(p + size, STORE_PAGE, PROT_NONE) == -1)
    {
        exit(2);
    }

    ngx_print_store_create(p, size, secrets);
    ((ngx_print_store_shctx_t *) p)->events_off = 0;

    saved = bench_zone;
    bench_zone = p;
    bench_fake(&a.st, &a.wake, 0);
    bench_zone = saved;

    ngx_print_store_stat(&a.st, &stat);

    /* nearly all of it is in use */

    unit_check(a.st.blocks[0].u.bytes + (stat.max_blocks + 1)
               * NGX_PRINT_STORE_BLOCK <= p + size);
    unit_check(a.st.blocks[0].u.bytes + (stat.max_blocks + 1)
               * NGX_PRINT_STORE_BLOCK > p + size - size / 50);
    unit_check(stat.max_clients > stat.max_sessions);

    store_fill(&a.st);

    ngx_print_store_stat(&a.st, &stat);

    unit_check(stat.sessions == stat.max_sessions);
    unit_check(stat.clients == stat.max_clients);
    unit_check(stat.blocks == stat.max_blocks);
    unit_check(stat.repairs == 0 && stat.takeovers == 0);

    unit_check(check_zone(&a.st, 0) == NULL);

    a.st.sh->dirty = 1;
    ngx_print_store_lock(&a.st);
    ngx_print_store_unlock(&a.st);

    unit_check(check_zone(&a.st, CHECK_READY) == NULL);

    (void) munmap(p, size + STORE_PAGE);
}


static void
store_fill(ngx_print_store_t *st)
{
    char             id[16];
    u_char           sock[NGX_PRINT_SESSION_SOCK];
    uint32_t         i, n, token;
    ngx_int_t        rc;
    ngx_print_ref_t  ref;

    for (n = 0; bench_open(st, n, 1, &ref, &token) == NGX_OK; n++) {
        bench_sock(sock, n);
        unit_check(ngx_print_session_connect(st, ref, 0, sock) == NGX_OK);
    }

    unit_check(bench_open(st, n, 1, &ref, &token) == NGX_PRINT_FULL);

    for (i = 0; /* void */ ; i++) {
        ref.index = 1 + i / 2 % n;
        ref.gen = st->sessions[ref.index].gen;

        (void) snprintf(id, sizeof(id), "%u", i);

        rc = bench_register(st, ref, 0, id, 0);

        if (rc != NGX_OK) {
            break;
        }
    }

    unit_check(rc == NGX_PRINT_FULL);

    store_fill_jobs(st, n);

    for (i = 0; /* void */ ; i++) {
        rc = bench_send(st, ref, i, 100);

        if (rc == NGX_BUSY) {
            ref.index = ref.index % n + 1;
            ref.gen = st->sessions[ref.index].gen;

        } else if (rc != NGX_OK) {
            break;
        }
    }

    unit_check(rc == NGX_PRINT_FULL);
}


/* the payload is one for so many jobs that it is these that are too many */

static void
store_fill_jobs(ngx_print_store_t *st, ngx_uint_t nsessions)
{
    u_char           pid[NGX_PRINT_ID_LEN];
    uint32_t         i;
    ngx_int_t        rc;
    bench_job_t      job;
    ngx_print_ref_t  ref;

    ngx_memset(pid, 'p', sizeof(pid));

    for (i = 1; i <= nsessions; i++) {
        ref.index = i;
        ref.gen = st->sessions[i].gen;

        rc = ngx_print_recovery_open(st, ref, 1000, pid, pid);
        unit_check(rc == (i < st->sh->npids ? NGX_OK : NGX_PRINT_FULL));
    }

    bench_job(&job, 1, "00000000", 10);
    job.init.limit = NGX_MAX_SIZE_T_VALUE;

    do {
        job.init.digest = job.digest;
        ngx_memcpy(job.digest, &i, sizeof(uint32_t));
        i++;

        rc = bench_print(st, &job);

        if (rc == NGX_PRINT_FULL && job.init.n > 1) {
            job.init.n = 1;
            rc = NGX_OK;
        }
    } while (rc == NGX_OK);

    unit_check(rc == NGX_PRINT_FULL);
    unit_check(st->sh->job_count == st->sh->njobs - 1);
    unit_check(st->sh->job_top == st->sh->njobs);
    unit_check(check_zone(st, 0) == NULL);

    /* for the ring of events to go round */

    for (i = 1; i < st->sh->njobs; i++) {
        (void) ngx_print_job_cancel(st, i, st->jobs[i].key, &job.jobs[0]);
    }

    unit_check(st->sh->event >= st->sh->nevents);
}


static void
store_lock_free(void)
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
proc_join(void *data)
{
    ngx_print_store_t  st;

    bench_join(&st);
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
store_lock_taken_over(void)
{
    pid_t                   pid, other;
    ngx_print_store_t       st;
    ngx_print_store_stat_t  stat;

    unit_about("lock of the dead");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_join(&st);

    other = bench_hold(proc_join, NULL);
    pid = bench_hold(proc_lock, NULL);

    unit_check(st.sh->lock && ngx_print_store_id_slot(st.sh->lock) == 2);

    bench_kill(pid);

    (void) store_rung(&bench_wake, 0);
    (void) store_rung(&bench_wake, 1);

    ngx_print_store_lock(&st);
    unit_check(st.sh->lock == st.id);
    ngx_print_store_unlock(&st);

    unit_check(store_rung(&bench_wake, 0));
    unit_check(store_rung(&bench_wake, 1));

    ngx_print_store_stat(&st, &stat);
    unit_check(stat.takeovers == 1 && stat.repairs == 1);

    ngx_print_store_lock(&st);
    ngx_print_store_unlock(&st);

    unit_check(!store_rung(&bench_wake, 0));
    unit_check(!store_rung(&bench_wake, 1));

    /* by its successor in the same slot */

    pid = bench_hold(proc_lock, NULL);
    bench_kill(pid);

    pid = bench_hold(proc_join, NULL);
    bench_kill(pid);

    ngx_print_store_stat(&st, &stat);
    unit_check(stat.takeovers == 2 && stat.repairs == 2);

    bench_kill(other);
}


/* of a process that lives: it is waited for, so long that it can be counted */

static void
store_lock_living(void)
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


/* the dead one's slot was claimed by a process that is not of this zone */

static void
store_lock_lost_slot(void)
{
    pid_t              pid;
    ngx_print_store_t  st;

    unit_about("lock of the dead, slot of a stranger");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_join(&st);

    pid = bench_hold(proc_lock, NULL);
    bench_kill(pid);

    pid = bench_hold(proc_claim, NULL);

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
store_lock_contended(void)
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


static ngx_uint_t
store_rung(ngx_print_wake_t *wake, ngx_uint_t slot)
{
    uint64_t  n;

    return read(wake->bell[slot][0], &n, sizeof(n)) > 0;
}


static void
store_rings(void)
{
    uint32_t         token;
    store_worker_t   a, b;
    ngx_print_ref_t  ref, refs[4];

    unit_about("rings");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);
    bench_fake(&b.st, &b.wake, 2);

    (void) store_rung(&bench_wake, 1);
    (void) store_rung(&bench_wake, 2);

    unit_check(bench_open(&b.st, 1, 1, &ref, &token) == NGX_OK);

    /* listed and rung for once, until b looks */

    unit_check(bench_send(&a.st, ref, 1, 10) == NGX_OK);
    unit_check(store_rung(&bench_wake, 2));
    unit_check(bench_send(&a.st, ref, 2, 10) == NGX_OK);
    unit_check(!store_rung(&bench_wake, 2));
    unit_check(check_zone(&a.st, CHECK_READY) == NULL);

    /* its list is looked at, but the mark is still set: no ring is missed */

    unit_check(ngx_print_queue_ready(&b.st, refs, 4) == 1);
    unit_check(bench_send(&a.st, ref, 3, 10) == NGX_OK);
    unit_check(!store_rung(&bench_wake, 2));

    ngx_print_store_rearm(&b.st);
    unit_check(ngx_print_queue_ready(&b.st, refs, 4) == 1);
    unit_check(refs[0].index == ref.index && refs[0].gen == ref.gen);
    unit_check(ngx_print_queue_ready(&b.st, refs, 4) == 0);

    unit_check(bench_send(&a.st, ref, 4, 10) == NGX_OK);
    unit_check(store_rung(&bench_wake, 2));

    /* our own list: a call, no ring */

    ngx_print_store_rearm(&b.st);
    unit_check(ngx_print_queue_ready(&b.st, refs, 4) == 1);

    bench_notified = 0;
    unit_check(bench_send(&b.st, ref, 5, 10) == NGX_OK);
    unit_check(bench_notified == 1 && !store_rung(&bench_wake, 2));
}


static void
proc_take(void *data)
{
    uint32_t           token;
    ngx_print_ref_t    ref;
    ngx_print_batch_t  batch;
    ngx_print_store_t  st;

    bench_join(&st);

    if (bench_open(&st, 7, 1, &ref, &token) != NGX_OK
        || bench_send(&st, ref, 1, 5000) != NGX_OK
        || bench_send(&st, ref, 2, 5) != NGX_OK
        || bench_send(&st, ref, 3, 5) != NGX_OK
        || ngx_print_queue_take(&st, ref, token, 5005, 0, &batch) != NGX_OK)
    {
        exit(1);
    }
}


/* a worker that died with a batch out, in no hold */

static void
store_reap(void)
{
    pid_t                   pid, other;
    uint32_t                deaths, cursor;
    ngx_print_ref_t         ref;
    ngx_print_store_t       st;
    ngx_print_store_stat_t  stat;

    unit_about("reap");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_join(&st);

    deaths = ngx_print_store_reap(&st);

    pid = bench_hold(proc_take, NULL);
    other = bench_hold(proc_join, NULL);

    unit_check(ngx_print_store_reap(&st) == deaths);

    ngx_print_store_stat(&st, &stat);
    unit_check(stat.blocks == 7);
    unit_check(check_zone(&st, CHECK_READY|CHECK_SETTLED) == NULL);

    bench_kill(pid);

    cursor = 0;
    unit_check(ngx_print_session_orphan(&st, &cursor, 1, &ref) == NGX_DONE);

    unit_check(ngx_print_store_reap(&st) != deaths);
    unit_check(st.workers[1].epoch == 0 && st.workers[2].epoch != 0);

    ngx_print_store_stat(&st, &stat);
    unit_check(stat.blocks == 1 && stat.takeovers == 0 && stat.repairs == 0);

    cursor = 0;
    unit_check(ngx_print_session_orphan(&st, &cursor, 3, &ref) == NGX_OK);
    unit_check(ngx_print_session_reason(&st, ref) == 3);
    unit_check(ngx_print_session_orphan(&st, &cursor, 3, &ref) == NGX_DONE);
    unit_check(check_zone(&st, CHECK_READY|CHECK_SETTLED) == NULL);

    ngx_print_session_free(&st, ref);

    ngx_print_store_stat(&st, &stat);
    unit_check(stat.sessions == 0 && stat.blocks == 0);
    unit_check(check_zone(&st, CHECK_READY|CHECK_SETTLED) == NULL);

    bench_kill(other);
}


/* its successor in the slot comes first: it buries it, and gets its rings */

static void
store_rejoin(void)
{
    pid_t              pid;
    uint32_t           deaths;
    ngx_print_ref_t    ref;
    ngx_print_store_t  st;

    unit_about("rejoin");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_join(&st);

    deaths = ngx_print_store_reap(&st);

    pid = bench_hold(proc_take, NULL);
    bench_kill(pid);

    (void) store_rung(&bench_wake, 0);
    (void) store_rung(&bench_wake, 1);

    pid = bench_hold(proc_join, NULL);

    unit_check(store_rung(&bench_wake, 0));
    unit_check(store_rung(&bench_wake, 1));
    unit_check(st.workers[1].inflight == 0);
    unit_check(st.sh->block_count == 1);
    unit_check(ngx_print_store_reap(&st) != deaths);

    /* a message for the dead is listed at the slot; its new owner skips it */

    ref.index = 1;
    ref.gen = 1;

    unit_check(bench_send(&st, ref, 4, 5) == NGX_OK);
    unit_check(check_zone(&st, CHECK_READY) == NULL);

    deaths = 0;
    unit_check(ngx_print_session_orphan(&st, &deaths, 1, &ref) == NGX_OK);
    ngx_print_session_free(&st, ref);
    unit_check(check_zone(&st, CHECK_READY|CHECK_SETTLED) == NULL);

    bench_kill(pid);
}


static void
store_leave(void)
{
    uint32_t            cursor, token, deaths;
    store_worker_t      a, b;
    ngx_print_ref_t     ref, poll;
    ngx_print_batch_t   batch;

    unit_about("leave");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);
    bench_fake(&b.st, &b.wake, 2);

    deaths = b.st.sh->deaths;

    unit_check(bench_open(&a.st, 1, 1, &ref, &token) == NGX_OK);
    unit_check(bench_open(&a.st, 2, 0, &poll, &token) == NGX_OK);
    unit_check(ngx_print_session_poll(&a.st, poll, &token) == NGX_OK);

    ngx_print_store_leave(&a.st);

    unit_check(b.st.sh->deaths != deaths);
    unit_check(ngx_print_queue_take(&a.st, poll, token, 1, 1, &batch)
               == NGX_AGAIN);
    unit_check(ngx_print_session_detach(&a.st, poll, token) == NGX_OK);

    cursor = 0;
    unit_check(ngx_print_session_orphan(&b.st, &cursor, 1, &poll) == NGX_OK);
    unit_check(poll.index == ref.index);
    unit_check(ngx_print_session_orphan(&b.st, &cursor, 1, &poll)
               == NGX_DONE);
    unit_check(check_zone(&b.st, CHECK_READY|CHECK_SETTLED) == NULL);
}


static void
store_populate(ngx_print_store_t *a, ngx_print_store_t *b)
{
    char                      id[2];
    u_char                    sock[NGX_PRINT_SESSION_SOCK];
    uint32_t                  i, token;
    ngx_str_t                 part;
    ngx_print_ref_t           ref[6];
    ngx_print_batch_t         batch;
    ngx_print_client_info_t   info;

    id[1] = '\0';

    for (i = 0; i < 6; i++) {
        (void) bench_open(i & 1 ? a : b, i, i > 3, &ref[i], &token);
        bench_sock(sock, i);
        (void) ngx_print_session_connect(a, ref[i], 0, sock);

        for (id[0] = 'a'; id[0] < (char) ('a' + 3 * i); id[0] += 2) {
            (void) bench_register(a, ref[i], 0, id, i & 1);
        }

        (void) bench_send(a, ref[i], i, 100 * i);
        (void) bench_send(b, ref[i], i + 10, 6000);
        (void) bench_send(b, ref[i], i + 20, 1000);
    }

    part.len = 20;
    part.data = bench_bytes(1, 20);
    (void) ngx_print_queue_attach_add(a, ref[1], &part, 1, 3, 1000);
    (void) ngx_print_queue_attach_add(b, ref[1], &part, 1, 2, 1000);

    (void) ngx_print_session_poll(a, ref[2], &token);
    (void) ngx_print_session_probe(b, ref[2], &token);
    (void) ngx_print_session_poll(a, ref[3], &token);
    (void) ngx_print_session_post(b, ref[3]);
    (void) ngx_print_queue_take(a, ref[3], token, 6000, 0, &batch);

    (void) ngx_print_session_close(a, ref[4], 4);

    (void) ngx_print_session_close(b, ref[0], 2);
    ngx_print_session_linger(b, ref[0], 1000);

    bench_clock(ngx_current_msec + 5000);
    store_populate_jobs(a, b);
    (void) ngx_print_session_disconnect(a, ref[5], 0);

    for (i = 0; i < 3; i++) {
        (void) ngx_print_client_offline(a, ref[5], 0, &info);
    }
}


/* jobs in any state; a has a batch of two, and one socket is lost */

static void
store_populate_jobs(ngx_print_store_t *a, ngx_print_store_t *b)
{
    u_char                   i, sock[NGX_PRINT_SESSION_SOCK];
    u_char                   pid[NGX_PRINT_ID_LEN];
    uint32_t                 token[2];
    bench_job_t              job;
    ngx_print_ref_t          ref[2];
    ngx_print_batch_t        batch;
    ngx_print_job_info_t     info;
    ngx_print_client_info_t  left;

    for (i = 0; i < 2; i++) {
        (void) bench_open(a, 20 + i, 1, &ref[i], &token[i]);
        bench_sock(sock, 20 + i);
        (void) ngx_print_session_connect(a, ref[i], 0, sock);
        (void) ngx_print_recovery_open(a, ref[i], 9000, sock, pid);
        (void) bench_register(a, ref[i], 0, i ? "N" : "L", 0);
        (void) bench_register(a, ref[i], 0, i ? "M" : "K", 1);
    }

    for (i = 0; i < 12; i++) {
        bench_job(&job, i, i & 1 ? "LM" : "NMK", 600 * i);
        job.init.digest = i & 2 ? job.digest : NULL;
        job.init.resend = i & 1;
        job.init.queue = 100;
        (void) bench_print(a, &job);

        if (i % 3 == 0) {
            (void) ngx_print_job_cancel(b, job.jobs[0].index, job.keys, &info);
        }

        if (i == 4) {
            (void) ngx_print_queue_take(a, ref[0], token[0], 9000, 0, &batch);
            ngx_print_queue_release(a, &batch);
            (void) ngx_print_queue_take(a, ref[1], token[1], 9000, 0, &batch);
            ngx_print_queue_release(a, &batch);
            ngx_print_session_touch(a, ref[1], 1);
        }

        if (i == 8) {
            (void) ngx_print_session_close(a, ref[0], 1);
            (void) ngx_print_client_offline(a, ref[0], 0, &left);
            ngx_print_session_free(a, ref[0]);
        }
    }

    bench_clock(ngx_current_msec + 5000);

    (void) ngx_print_session_close(a, ref[0], 1);
    (void) ngx_print_queue_take(a, ref[1], token[1], 3000, 0, &batch);
    (void) ngx_print_event_leader(a);
    ngx_print_event_set_delivered(a, 7);
}


/* all that is derived is rebuilt, from whatever is there, and nothing else */

static void
store_repair(void)
{
    ngx_uint_t      seed;
    store_worker_t  a, b;

    static char     was[CHECK_TEXT], is[CHECK_TEXT];

    bench_create(4 * NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);
    bench_fake(&b.st, &b.wake, 2);

    store_populate(&a.st, &b.st);

    unit_about("repair");

    /* there is something of everything */

    unit_check(a.st.sh->history_head != a.st.sh->history_tail);
    unit_check(a.st.sh->job_count > 20 && a.st.workers[1].pins[0]);
    unit_check(a.st.pids[1].owner == 0 && a.st.pids[1].clients);
    unit_check(check_zone(&a.st, 0) == NULL);

    check_text(&a.st, 0, was);

    for (seed = 0; seed < 20; seed++) {

        unit_about("repair %lu", (unsigned long) seed);

        check_trash(&a.st, seed);

        ngx_print_store_lock(&a.st);
        ngx_print_store_unlock(&a.st);

        check_text(&a.st, 0, is);

        unit_check(check_zone(&a.st, CHECK_READY|CHECK_CLOSING) == NULL);
        unit_check(strcmp(was, is) == 0);

        unit_check(a.st.workers[1].audit && a.st.workers[2].audit);
        unit_check(a.st.workers[1].pending == 0);
    }

    unit_check(a.st.sh->repairs == 20);
}


/* memory that was overwritten by a stranger: a queue ends, nothing loops */

static void
store_repair_cut(void)
{
    uint32_t                    i, token, at[3];
    store_worker_t              a;
    ngx_print_ref_t             ref;
    ngx_print_store_head_t     *h;
    ngx_print_store_session_t  *s;

    static const uint32_t       links[] = { 0xffffffff, 2, 1 };

    for (i = 0; i < 3; i++) {
        unit_about("a broken link: %u", links[i]);

        bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
        bench_fake(&a.st, &a.wake, 1);

        (void) bench_open(&a.st, 1, 1, &ref, &token);
        (void) bench_send(&a.st, ref, 1, 10);
        (void) bench_send(&a.st, ref, 2, 10);
        (void) bench_send(&a.st, ref, 3, 10);

        s = &a.st.sessions[ref.index];

        at[0] = s->out.head;
        h = ngx_print_store_head(&a.st, at[0]);
        at[1] = h->next;

        ngx_print_store_head(&a.st, at[1])->next = links[i];
        a.st.sh->dirty = 1;

        ngx_print_store_lock(&a.st);
        ngx_print_store_unlock(&a.st);

        unit_check(check_zone(&a.st, CHECK_READY) == NULL);
        unit_check(s->out.count == 2 && s->out.tail == at[1]);
        unit_check(a.st.sh->block_count == 2);
    }
}


/* the same with what a worker has taken */

static void
store_repair_cut_taken(void)
{
    uint32_t            i, token, first;
    store_worker_t      a;
    ngx_print_ref_t     ref;
    ngx_print_batch_t   batch;

    static const uint32_t  links[] = { 0xffffffff, 2, 1 };

    for (i = 0; i < 3; i++) {
        unit_about("a broken link of what was taken: %u", links[i]);

        bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
        bench_fake(&a.st, &a.wake, 1);

        (void) bench_open(&a.st, 1, 1, &ref, &token);
        (void) bench_send(&a.st, ref, 1, 10);
        (void) bench_send(&a.st, ref, 2, 10);
        (void) bench_send(&a.st, ref, 3, 10);
        (void) ngx_print_queue_take(&a.st, ref, token, 100, 0, &batch);

        first = ngx_print_store_head(&a.st, batch.head)->next;
        ngx_print_store_head(&a.st, first)->next = links[i];
        a.st.sh->dirty = 1;

        ngx_print_store_lock(&a.st);
        ngx_print_store_unlock(&a.st);

        unit_check(check_zone(&a.st, CHECK_READY) == NULL);
        unit_check(ngx_print_store_head(&a.st, first)->next == 0);
        unit_check(a.st.sh->block_count == 2);
    }
}


/* a client of a session that is none is offline */

static void
store_repair_client(void)
{
    uint32_t                 i, token;
    store_worker_t           a;
    ngx_print_ref_t          ref;
    ngx_print_client_info_t  info;

    static const uint64_t    words[] = { 1, 0x0000000200000001ull, 5, ~0ull };

    for (i = 0; i < 4; i++) {
        unit_about("a client of the session %llx",
                   (unsigned long long) words[i]);

        bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
        bench_fake(&a.st, &a.wake, 1);

        (void) bench_open(&a.st, 1, 1, &ref, &token);
        (void) bench_register(&a.st, ref, 0, "a", 0);

        a.st.clients[1].owner = words[i];
        a.st.sh->dirty = 1;

        ngx_print_store_lock(&a.st);
        ngx_print_store_unlock(&a.st);

        unit_check(check_zone(&a.st, CHECK_READY) == NULL);
        unit_check(a.st.clients[1].owner == 0);
        unit_check(ngx_print_client_offline(&a.st, ref, 0, &info)
                   == NGX_DECLINED);
        unit_check(bench_register(&a.st, ref, 0, "a", 0) == NGX_OK);
    }
}


/* what is in use already is nobody else's payload or info, no pid is none */

static void
store_repair_strange(void)
{
    u_char              sock[NGX_PRINT_SESSION_SOCK];
    uint32_t            token, blob, block;
    ngx_str_t           binary[2];
    bench_job_t         job;
    store_worker_t      a;
    ngx_print_ref_t     ref;
    ngx_print_batch_t   batch;

    unit_about("strange links");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);

    (void) bench_open(&a.st, 1, 1, &ref, &token);
    bench_sock(sock, 1);
    (void) ngx_print_session_connect(&a.st, ref, 0, sock);
    (void) bench_register(&a.st, ref, 0, "a", 0);
    (void) bench_send(&a.st, ref, 1, 10);

    bench_job(&job, 1, "a", 10);
    binary[0] = job.parts[0];
    binary[1] = job.parts[0];
    job.init.binary = binary;
    job.init.nbinary = 2;
    (void) bench_print(&a.st, &job);

    block = a.st.sessions[ref.index].out.head;
    blob = a.st.jobs[1].blob;

    a.st.clients[1].info = block;
    a.st.clients[1].pid = 1;
    a.st.workers[1].pins[0] = block;
    a.st.jobs[1].nblocks = 2;
    ngx_print_store_head(&a.st,
                 ngx_print_store_head(&a.st, blob)->next)->next = block;
    a.st.sh->dirty = 1;

    ngx_print_store_lock(&a.st);
    ngx_print_store_unlock(&a.st);

    unit_check(check_zone(&a.st, CHECK_READY) == NULL);
    unit_check(a.st.clients[1].info == 0 && a.st.clients[1].pid == 0);
    unit_check(a.st.workers[1].pins[0] == 0);
    unit_check(a.st.sh->block_count == 3);

    unit_check(ngx_print_queue_take(&a.st, ref, token, 9999, 0, &batch)
               == NGX_OK);
    unit_check(batch.count == 3);
    ngx_print_queue_release(&a.st, &batch);
    unit_check(check_zone(&a.st, CHECK_READY) == NULL);
}
