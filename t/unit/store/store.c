
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The zone as a whole: its layout, as many records as fit, workers that leave
 * or die, the names of namespaces.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <sys/mman.h>

#include "zone_base.h"
#include "nsp_base.h"


#define STORE_PAGE  4096


static void store_layout(void);
static void store_capacity(size_t size);
static void store_fill(ngx_print_store_t *st);
static void store_fill_jobs(ngx_print_store_t *st, ngx_uint_t nsessions);
static void proc_take(void *data);
static void store_reap(void);
static void store_rejoin(void);
static void store_leave(void);
static void store_digest(void);
static void store_digest_of(ngx_print_store_t *st, const char *texts,
    u_char *digest);
static void nsp_nsps(void);


int
main(void)
{
    bench_guard();

    store_layout();
    store_capacity(NGX_PRINT_STORE_MIN_SIZE);
    store_capacity(NGX_PRINT_STORE_MIN_SIZE + STORE_PAGE);
    store_capacity(1024 * 1024);
    store_reap();
    store_rejoin();
    store_leave();
    store_digest();
    nsp_nsps();

    return unit_end();
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
    u_char                            *p, *saved, *end;
    store_worker_t                     a;
    ngx_print_store_stat_t             stat;

    static ngx_print_store_secrets_t   secrets;

    unit_about("capacity of %lu", (unsigned long) size);

    p = mmap(NULL, size + STORE_PAGE, PROT_READ|PROT_WRITE,
             MAP_SHARED|MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED
        || mprotect(p + size, STORE_PAGE, PROT_NONE) == -1)
    {
        exit(2);
    }

    ngx_print_store_create(p, size, &secrets);
    ((ngx_print_store_shctx_t *) p)->events_off = 0;

    saved = bench_zone;
    bench_zone = p;
    bench_fake(&a.st, &a.wake, 0);
    bench_zone = saved;

    ngx_print_store_stat(&a.st, &stat);

    /* nearly all of it is in use */

    end = (u_char *) (a.st.tallies + a.st.sh->ntallies);

    unit_check(end <= p + size);
    unit_check(end > p + size - size / 50);
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

        rc = ngx_print_recovery_open(st, ref, 1000, NULL, pid, pid);
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
    other = bench_hold(zone_proc_join, NULL);

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

    (void) zone_rung(&bench_wake, 0);
    (void) zone_rung(&bench_wake, 1);

    pid = bench_hold(zone_proc_join, NULL);

    unit_check(zone_rung(&bench_wake, 0));
    unit_check(zone_rung(&bench_wake, 1));
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
nsp_nsps(void)
{
    nsp_t       t;
    u_char      buf[NGX_PRINT_NSP_MAX + 1];
    ngx_str_t   name, same;
    ngx_int_t   i;

    nsp_begin(&t, "names of namespaces");

    ngx_str_set(&name, "/");
    unit_check(ngx_print_store_nsp(&t.a, &name) == 0);

    for (i = 1; i < NGX_PRINT_NSP_COUNT; i++) {
        name.len = sprintf((char *) buf, "/n%d", (int) i);
        name.data = buf;

        unit_check(ngx_print_store_nsp(&t.a, &name) == i);
        unit_check(ngx_print_store_nsp(&t.a, &name) == i);

        same = ngx_print_store_nsp_name(&t.a, i);
        unit_check(same.len == name.len
                   && memcmp(same.data, buf, name.len) == 0);
    }

    ngx_str_set(&name, "/more");
    unit_check(ngx_print_store_nsp(&t.a, &name) == NGX_ERROR);
    ngx_str_set(&name, "/n3");
    unit_check(ngx_print_store_nsp(&t.a, &name) == 3);

    name.data = buf;
    name.len = NGX_PRINT_NSP_MAX + 1;
    unit_check(ngx_print_store_nsp(&t.a, &name) == NGX_ERROR);

    nsp_end(&t);
}


/* it depends on the secret, on each text, and on where one ends */

static void
store_digest(void)
{
    u_char             digest[NGX_PRINT_JOB_DIGEST];
    u_char             other[NGX_PRINT_JOB_DIGEST];
    ngx_uint_t         i;
    ngx_print_store_t  st;

    static const char  *others[] = { "ab", "a|b|", "|a|b", "a||b", "b|a",
                                     "a|c", "ab|", "" };

    unit_about("digest");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    unit_check(ngx_print_store_open(&st, bench_zone, &bench_wake) == NGX_OK);

    store_digest_of(&st, "a|b", digest);
    store_digest_of(&st, "a|b", other);
    unit_check(memcmp(digest, other, sizeof(digest)) == 0);

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        store_digest_of(&st, others[i], other);
        unit_check(memcmp(digest, other, sizeof(digest)) != 0);
    }

    for (i = 0; i < NGX_PRINT_SIPHASH_KEY; i++) {
        st.sh->secrets.hash[i] ^= 0x80;
        store_digest_of(&st, "a|b", other);
        unit_check(memcmp(digest, other, sizeof(digest)) != 0);
        st.sh->secrets.hash[i] ^= 0x80;
    }
}


/* the digest of texts that are separated by "|" */

static void
store_digest_of(ngx_print_store_t *st, const char *texts, u_char *digest)
{
    ngx_str_t    list[8];
    ngx_uint_t   n;
    const char  *end;

    for (n = 0; n < 8; n++) {
        end = strchr(texts, '|');

        list[n].data = (u_char *) texts;
        list[n].len = end ? (size_t) (end - texts) : strlen(texts);

        if (end == NULL) {
            n++;
            break;
        }

        texts = end + 1;
    }

    ngx_print_store_digest(st, list, n, digest);
}
