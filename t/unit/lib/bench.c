
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "bench.h"
#include "check.h"


#define BENCH_BYTES  (2 * 1024 * 1024)


static void bench_notify(ngx_print_store_t *st);
static void bench_late(int signo);
static bench_state_e bench_wait(pid_t pid);
static void bench_map(u_char *at, size_t size);
static void bench_fail(const char *what);


volatile ngx_msec_t   ngx_current_msec;
volatile ngx_time_t  *ngx_cached_time;

u_char               *bench_zone;
size_t                bench_size;
ngx_print_wake_t      bench_wake;
ngx_uint_t            bench_notified;
ngx_uint_t            bench_addresses;
ngx_uint_t            bench_unix;
ngx_print_limits_t   *bench_limits;

static ngx_time_t     bench_time;
static int            bench_file = -1;


void
bench_guard(void)
{
    char             *text;

    static unsigned   seconds;

    if (seconds == 0) {
        text = getenv("TEST_PATIENCE");
        seconds = text ? atoi(text) : 0;
        seconds = seconds ? seconds : BENCH_PATIENCE;

        (void) signal(SIGALRM, bench_late);
    }

    (void) alarm(seconds);
}


static void
bench_late(int signo)
{
    static const char  text[] = "not ok: it hangs\n";

    if (write(STDOUT_FILENO, text, sizeof(text) - 1) == -1) {
        _exit(3);
    }

    _exit(2);
}


static void
bench_fail(const char *what)
{
    perror(what);
    exit(2);
}


/* the memory is anonymous, or a file if the environment has UNIT_FILE */

static void
bench_map(u_char *at, size_t size)
{
    char  name[] = "/tmp/print_hub_unit.XXXXXX";

    if (at == NULL && getenv("UNIT_FILE")) {

        if (bench_file != -1) {
            (void) close(bench_file);
        }

        bench_file = mkstemp(name);

        if (bench_file == -1 || ftruncate(bench_file, size) == -1) {
            bench_fail("mkstemp");
        }

        (void) unlink(name);
    }

    bench_zone = mmap(at, size, PROT_READ|PROT_WRITE,
                      MAP_SHARED|(bench_file == -1 ? MAP_ANONYMOUS : 0)
                      |(at ? MAP_FIXED : 0), bench_file, 0);

    if (bench_zone == MAP_FAILED) {
        bench_fail("mmap");
    }

    bench_size = size;
}


void
bench_reopen(ngx_print_store_t *st)
{
    if (bench_file == -1) {
        return;
    }

    if (munmap(bench_zone, bench_size) == -1) {
        bench_fail("munmap");
    }

    bench_map(bench_zone, bench_size);

    ngx_print_reopen(st);
}


void
bench_create(size_t size, uint32_t sessions, uint32_t clients,
    uint32_t blocks)
{
    ngx_print_store_shctx_t           *sh;

    static ngx_print_store_secrets_t   secrets = { "a secret of hash", 42 };

    if (bench_zone == NULL
        && ngx_print_wake_create(&bench_wake, 16) != NGX_OK)
    {
        bench_fail("bench_create");
    }

    if (size != bench_size) {

        if (bench_zone) {
            (void) munmap(bench_zone, bench_size);
        }

        bench_map(NULL, size);
    }

    ngx_memzero(bench_zone, bench_size);

    check_pages_forget();

    ngx_print_store_create(bench_zone, bench_size, &secrets);

    /* as if somebody had watched: all events are kept */

    ((ngx_print_store_shctx_t *) bench_zone)->events_off = 0;

    sh = (ngx_print_store_shctx_t *) bench_zone;

    if (sessions) {
        sh->nsessions = sessions + 1;
    }

    if (clients) {
        sh->nclients = clients + 1;
        sh->nbuckets = 4;
    }

    if (blocks) {
        sh->nblocks = blocks + 1;
    }

    bench_clock(1700000000000);
}


void
bench_shrink(uint32_t jobs, uint32_t events, uint32_t pids)
{
    ngx_print_store_shctx_t  *sh;

    sh = (ngx_print_store_shctx_t *) bench_zone;

    if (jobs) {
        sh->njobs = jobs + 1;
        sh->njob_buckets = 4;
    }

    if (events) {
        sh->nevents = events;
    }

    if (pids) {
        sh->npids = pids + 1;
    }
}


void
bench_shrink_addresses(uint32_t n)
{
    ngx_print_store_shctx_t  *sh;

    sh = (ngx_print_store_shctx_t *) bench_zone;

    sh->naddresses = n + 1;
    sh->naddress_buckets = 2;
}


void
bench_clock(ngx_msec_t ms)
{
    ngx_current_msec = ms;
    bench_time.sec = ms / 1000;
    bench_time.msec = ms % 1000;
    ngx_cached_time = &bench_time;
}


void
bench_view(ngx_print_store_t *st)
{
    ngx_memzero(st, sizeof(ngx_print_store_t));

    if (ngx_print_store_open(st, bench_zone, &bench_wake) != NGX_OK) {
        bench_fail("bench_view");
    }

    st->notify = bench_notify;
}


static void
bench_notify(ngx_print_store_t *st)
{
    bench_notified++;
}


void
bench_join(ngx_print_store_t *st)
{
    if (ngx_print_wake_claim(&bench_wake) != NGX_OK) {
        bench_fail("bench_join");
    }

    bench_view(st);
    ngx_print_store_join(st);
}


void
bench_fake(ngx_print_store_t *st, ngx_print_wake_t *wake, ngx_uint_t slot)
{
    bench_view(st);

    *wake = bench_wake;
    wake->slot = slot;
    st->wake = wake;

    ngx_print_store_join(st);
}


void
bench_as(ngx_print_store_t *st, ngx_uint_t slot)
{
    bench_view(st);

    st->slot = slot;
    st->epoch = st->workers[slot].epoch;
    st->id = ngx_print_store_id(st->epoch, slot);
}


ngx_int_t
bench_open(ngx_print_store_t *st, ngx_uint_t n, ngx_uint_t ws,
    ngx_print_ref_t *ref, uint32_t *token)
{
    uint32_t                  t;
    ngx_int_t                 rc;
    ngx_print_session_init_t  init;

    ngx_memzero(&init, sizeof(init));

    init.ping_interval = BENCH_INTERVAL;
    init.ping_timeout = BENCH_TIMEOUT;
    init.connect_timeout = BENCH_CONNECT;
    init.eio = 4;

    bench_key(init.key, n);
    ngx_memset(init.addr, (int) n, NGX_PRINT_SESSION_ADDR);
    ngx_memset(&init.trust, (int) n, sizeof(ngx_print_session_trust_t));

    init.trust.flags = NGX_PRINT_TRUST_TOKEN;
    init.trust.expires = 0;

    if (bench_unix) {
        ngx_memzero(init.addr, NGX_PRINT_SESSION_ADDR);
    }

    if (bench_addresses) {
        ngx_memset(init.addr, 0x20, NGX_PRINT_SESSION_ADDR / 2);
        init.addr[NGX_PRINT_SESSION_ADDR / 2 - 1] = n % bench_addresses;
    }

    init.limits = bench_limits;
    init.reason = BENCH_YIELD;

    rc = ngx_print_session_open(st, &init, ws, ref, &t);

    if (rc == NGX_OK && ws) {
        *token = t;
    }

    return rc;
}


void
bench_eio3(ngx_print_store_t *st, ngx_print_ref_t ref)
{
    ngx_uint_t                  ws;
    ngx_print_store_session_t  *s;

    s = &st->sessions[ref.index];
    ws = (s->state == NGX_PRINT_SESSION_WS);

    s->eio = 3;

    st->sh->counts.sessions[ws][1]--;
    st->sh->counts.sessions[ws][0]++;
}


void
bench_key(u_char *key, ngx_uint_t n)
{
    ngx_memset(key, 'k', NGX_PRINT_SESSION_KEY);

    key[0] = 0xff;
    key[1] = (u_char) (n >> 16);
    key[2] = (u_char) (n >> 8);
    key[3] = (u_char) n;
}


void
bench_sock(u_char *sock, ngx_uint_t n)
{
    ngx_memset(sock, 's', NGX_PRINT_SESSION_SOCK);

    sock[0] = (u_char) (n >> 16);
    sock[1] = (u_char) (n >> 8);
    sock[2] = (u_char) n;
}


ngx_int_t
bench_register(ngx_print_store_t *st, ngx_print_ref_t ref, ngx_uint_t nsp,
    const char *id, ngx_uint_t ack)
{
    ngx_print_client_init_t  init;

    ngx_memzero(&init, sizeof(init));

    init.id.len = strlen(id);
    init.id.data = (u_char *) id;
    init.ack = ack;
    init.limits = bench_limits;

    return ngx_print_client_register(st, ref, nsp, &init);
}


void
bench_job(bench_job_t *job, ngx_uint_t n, const char *ids, size_t len)
{
    ngx_uint_t             i;
    ngx_print_job_init_t  *init;

    ngx_memzero(job, sizeof(bench_job_t));

    init = &job->init;

    for (i = 0; ids[i] && i < BENCH_JOBS; i++) {
        job->ids[i] = ids[i];
        job->clients[i].len = 1;
        job->clients[i].data = &job->ids[i];

        bench_job_key(&job->keys[i * NGX_PRINT_JOB_KEY], n, i);
    }

    /* two parts, which meet somewhere within a block */

    job->parts[0].data = bench_bytes(n, len);
    job->parts[0].len = len / 3;
    job->parts[1].data = job->parts[0].data + job->parts[0].len;
    job->parts[1].len = len - job->parts[0].len;

    ngx_memset(job->digest, 'd', NGX_PRINT_JOB_DIGEST);
    ngx_memcpy(job->digest, &n, sizeof(ngx_uint_t));

    ngx_memset(job->request, 'r', NGX_PRINT_JOB_DIGEST);
    ngx_memcpy(job->request, &n, sizeof(ngx_uint_t));

    init->clients = job->clients;
    init->n = i;
    init->keys = job->keys;
    init->parts = job->parts;
    init->nparts = 2;
    init->request = job->request;
    init->limit = BENCH_LIMIT;
    init->ttl = BENCH_TTL;
}


void
bench_job_key(u_char *key, ngx_uint_t n, ngx_uint_t i)
{
    ngx_memset(key, 'j', NGX_PRINT_JOB_KEY);

    key[0] = (u_char) i;
    key[1] = (u_char) (n >> 16);
    key[2] = (u_char) (n >> 8);
    key[3] = (u_char) n;
}


ngx_int_t
bench_print(ngx_print_store_t *st, bench_job_t *job)
{
    return ngx_print_job_create(st, &job->init, job->jobs, &job->bad);
}


ngx_int_t
bench_send(ngx_print_store_t *st, ngx_print_ref_t ref, ngx_uint_t n,
    size_t len)
{
    ngx_str_t  parts[2];

    /* two parts, which meet somewhere within a block */

    parts[0].data = bench_bytes(n, len);
    parts[0].len = len / 3;
    parts[1].data = parts[0].data + parts[0].len;
    parts[1].len = len - parts[0].len;

    return ngx_print_queue_send(st, ref, parts, 2, n & 1, BENCH_LIMIT);
}


u_char *
bench_bytes(ngx_uint_t n, size_t len)
{
    size_t             i;

    static size_t      made_len;
    static u_char      bytes[BENCH_BYTES];
    static ngx_uint_t  made_of;

    if (made_of == n && made_len >= len) {
        return bytes;
    }

    for (i = 0; i < len; i++) {
        bytes[i] = (u_char) (n * 31 + i * 7 + i / 251);
    }

    made_of = n;
    made_len = len;

    return bytes;
}


ngx_int_t
bench_next(ngx_print_store_t *st, ngx_print_batch_t *batch,
    ngx_print_message_t *msg)
{
    ngx_int_t                rc;
    ngx_print_job_packet_t  *job;

    rc = ngx_print_queue_next(st, batch, msg);
    job = msg->job;

    if (job) {
        msg->head.data = batch->wrap[0];
        msg->tail.data = batch->wrap[1];

        msg->head.len = sprintf((char *) msg->head.data, "<%u.%u.%lu,",
                                job->index, job->gen,
                                (unsigned long) job->offset);

        msg->tail.len = sprintf((char *) msg->tail.data, "%lu%s%s%s>",
                                (unsigned long) job->nsp, job->ack ? "a" : "",
                                job->recovery ? "r" : "",
                                job->repetition ? "R" : "");

        msg->len += msg->head.len + msg->tail.len;
    }

    return rc;
}


pid_t
bench_fork(void)
{
    pid_t  pid;

    (void) fflush(stdout);

    pid = fork();

    if (pid == -1) {
        bench_fail("fork");
    }

    if (pid == 0) {
        (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    }

    return pid;
}


pid_t
bench_hold(void (*proc)(void *data), void *data)
{
    int    p[2];
    char   c;
    pid_t  pid;

    if (pipe(p) == -1) {
        bench_fail("pipe");
    }

    pid = bench_fork();

    if (pid == 0) {
        proc(data);

        if (write(p[1], "", 1) != 1) {
            bench_fail("write");
        }

        for ( ;; ) {
            (void) pause();
        }
    }

    (void) close(p[1]);

    if (read(p[0], &c, 1) != 1) {
        fprintf(stderr, "a process has ended\n");
        exit(2);
    }

    (void) close(p[0]);

    return pid;
}


pid_t
bench_trace(void (*proc)(void *data), void *data)
{
    pid_t      pid;
    cpu_set_t  cpus;

    /* to step is to switch: that is quick on one processor only */

    CPU_ZERO(&cpus);
    CPU_SET(sched_getcpu(), &cpus);
    (void) sched_setaffinity(0, sizeof(cpus), &cpus);

    pid = bench_fork();

    if (pid == 0) {

        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1) {
            bench_fail("ptrace(PTRACE_TRACEME)");
        }

        bench_pause();
        proc(data);
        _exit(0);
    }

    if (bench_wait(pid) != BENCH_PAUSED
        || ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_EXITKILL) == -1)
    {
        bench_fail("bench_trace");
    }

    return pid;
}


void
bench_pause(void)
{
    (void) raise(SIGSTOP);
}


bench_state_e
bench_resume(pid_t pid)
{
    if (ptrace(PTRACE_CONT, pid, NULL, NULL) == -1) {
        bench_fail("ptrace(PTRACE_CONT)");
    }

    return bench_wait(pid);
}


bench_state_e
bench_step(pid_t pid)
{
    if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) == -1) {
        bench_fail("ptrace(PTRACE_SINGLESTEP)");
    }

    return bench_wait(pid);
}


static bench_state_e
bench_wait(pid_t pid)
{
    int  status;

    if (waitpid(pid, &status, 0) != pid) {
        bench_fail("waitpid");
    }

    if (!WIFSTOPPED(status)) {
        return BENCH_DEAD;
    }

    switch (WSTOPSIG(status)) {

    case SIGTRAP:
        return BENCH_STEPPED;

    case SIGSTOP:
        return BENCH_PAUSED;

    default: /* a fault */
        bench_kill(pid);
        return BENCH_DEAD;
    }
}


void
bench_kill(pid_t pid)
{
    int  status;

    (void) kill(pid, SIGKILL);

    do {
        if (waitpid(pid, &status, 0) != pid) {
            bench_fail("waitpid");
        }
    } while (WIFSTOPPED(status));
}
