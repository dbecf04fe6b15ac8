
/*
 * Copyright (C) the print hub contributors
 */


/*
 * How long the chains of the hash tables become: in a default zone that is
 * full, and with keys that somebody has chosen.
 *
 *   buckets [show]
 *
 * With "show" it prints the longest chains, and how long a repetition of the
 * key at the end of one takes, lock included.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"


#define BUCKETS_ZONE    (32 * 1024 * 1024)
#define BUCKETS_CHOSEN  500         /* keys in one bucket */
#define BUCKETS_KEYS    6000
#define BUCKETS_TIMES   1000

/*
 * If 16384 records are in as many buckets, the probability that one bucket has
 * more than 8 is 2 %. The secrets here are fixed, so that it never happens.
 */
#define BUCKETS_LONGEST  8


/* follows a chain */
typedef uint32_t (*buckets_next_pt)(ngx_print_store_t *st, uint32_t index);


typedef struct {
    ngx_print_store_t    st;
    ngx_print_wake_t     wake;
    ngx_print_ref_t      ref;
} buckets_t;


static void buckets_full(void);
static void buckets_chosen(void);
static void buckets_small(void);
static void buckets_begin(buckets_t *t, const char *about, u_char secret);
static ngx_int_t buckets_session(buckets_t *t, uint32_t n);
static ngx_int_t buckets_key(buckets_t *t, uint32_t n);
static void buckets_digest(ngx_print_store_t *st, uint32_t n, u_char *digest);
static ngx_uint_t buckets_longest(ngx_print_store_t *st, uint32_t *buckets,
    uint32_t n, buckets_next_pt next);
static void buckets_time(buckets_t *t, uint32_t n, ngx_uint_t chain);
static uint32_t buckets_client(ngx_print_store_t *st, uint32_t index);
static uint32_t buckets_job(ngx_print_store_t *st, uint32_t index);
static uint32_t buckets_address(ngx_print_store_t *st, uint32_t index);


static ngx_uint_t  buckets_show;
static uint32_t    buckets_list[BUCKETS_CHOSEN];


int
main(int argc, char **argv)
{
    buckets_show = (argc > 1);

    buckets_full();
    buckets_chosen();
    buckets_small();

    return unit_end();
}


/* all records of a default zone are in use */

static void
buckets_full(void)
{
    char        id[32];
    uint32_t    n, bad;
    buckets_t   t;
    ngx_uint_t  clients, jobs, addresses;

    buckets_begin(&t, "a full zone", 'b');

    bad = 0;

    for (n = 1; n < t.st.sh->nclients; n++) {

        if (n % NGX_PRINT_CLIENT_PER_SESSION == 1) {
            bad += (buckets_session(&t, n) != NGX_OK);
        }

        sprintf(id, "printer-%u", n);
        bad += (bench_register(&t.st, t.ref, 0, id, 0) != NGX_OK);
    }

    for (n = 1; n < t.st.sh->njobs; n++) {
        bad += (buckets_key(&t, n) != NGX_OK);
    }

    while (buckets_session(&t, 1000000 + n) == NGX_OK) {
        n++;
    }

    unit_check(bad == 0);
    unit_check(t.st.sh->client_count == t.st.sh->nclients - 1);
    unit_check(t.st.sh->job_count == t.st.sh->njobs - 1);
    unit_check(t.st.sh->address_count == t.st.sh->naddresses - 1);

    unit_check(t.st.sh->nbuckets >= t.st.sh->nclients);
    unit_check(t.st.sh->njob_buckets >= t.st.sh->njobs);
    unit_check(t.st.sh->naddress_buckets >= t.st.sh->naddresses);

    clients = buckets_longest(&t.st, t.st.buckets, t.st.sh->nbuckets,
                              buckets_client);
    jobs = buckets_longest(&t.st, t.st.job_buckets, t.st.sh->njob_buckets,
                           buckets_job);
    addresses = buckets_longest(&t.st, t.st.address_buckets,
                                t.st.sh->naddress_buckets, buckets_address);

    unit_check(clients <= BUCKETS_LONGEST);
    unit_check(jobs <= BUCKETS_LONGEST);
    unit_check(addresses <= BUCKETS_LONGEST);

    if (buckets_show) {
        printf("  longest chain of %u clients: %lu, of %u keys: %lu, "
               "of %u addresses: %lu\n",
               t.st.sh->client_count, (unsigned long) clients,
               t.st.sh->job_count, (unsigned long) jobs,
               t.st.sh->address_count, (unsigned long) addresses);
    }
}


/*
 * Keys that are all in one bucket if the secret is known, and in another zone
 * are as any keys
 */

static void
buckets_chosen(void)
{
    u_char      digest[NGX_PRINT_JOB_DIGEST];
    uint32_t    n, i, hash, bad;
    buckets_t   t;
    ngx_uint_t  chain;

    buckets_begin(&t, "chosen keys, and a secret that is known", 'a');

    unit_check(buckets_session(&t, 1) == NGX_OK);
    unit_check(bench_register(&t.st, t.ref, 0, "p", 0) == NGX_OK);

    bad = 0;

    for (n = 0, i = 0; i < BUCKETS_CHOSEN; n++) {
        buckets_digest(&t.st, n, digest);
        ngx_memcpy(&hash, digest, sizeof(uint32_t));

        if ((hash & (t.st.sh->njob_buckets - 1)) == 0) {
            buckets_list[i++] = n;
            bad += (buckets_key(&t, n) != NGX_OK);
        }
    }

    chain = buckets_longest(&t.st, t.st.job_buckets, t.st.sh->njob_buckets,
                            buckets_job);

    unit_check(bad == 0 && chain == BUCKETS_CHOSEN);

    buckets_time(&t, buckets_list[0], chain);

    /* another zone */

    buckets_begin(&t, "chosen keys", 'b');

    unit_check(buckets_session(&t, 1) == NGX_OK);
    unit_check(bench_register(&t.st, t.ref, 0, "p", 0) == NGX_OK);

    for (i = 0; i < BUCKETS_CHOSEN; i++) {
        bad += (buckets_key(&t, buckets_list[i]) != NGX_OK);
    }

    chain = buckets_longest(&t.st, t.st.job_buckets, t.st.sh->njob_buckets,
                            buckets_job);

    unit_check(bad == 0 && chain <= BUCKETS_LONGEST / 2);

    for ( /* void */ ; i < BUCKETS_KEYS; i++) {
        bad += (buckets_key(&t, n++) != NGX_OK);
    }

    chain = buckets_longest(&t.st, t.st.job_buckets, t.st.sh->njob_buckets,
                            buckets_job);

    unit_check(bad == 0 && chain <= BUCKETS_LONGEST);

    buckets_time(&t, buckets_list[0], chain);
}


/* whatever the size is, there is a bucket for every two records */

static void
buckets_small(void)
{
    size_t                   size;
    ngx_uint_t               bad;
    ngx_print_store_t        st;
    ngx_print_store_shctx_t  sh;

    unit_about("zones of other sizes");

    bad = 0;

    for (size = 256 * 1024; size < 64 * 1024 * 1024; size += size / 7) {
        ngx_memzero(&sh, sizeof(ngx_print_store_shctx_t));

        ngx_print_store_capacity(&sh, size);

        bad += (ngx_print_store_columns(&st, &sh, NULL) > size);
        bad += (2 * sh.nbuckets < sh.nclients);
        bad += (2 * sh.njob_buckets < sh.njobs);
        bad += (2 * sh.naddress_buckets < sh.naddresses);
    }

    unit_check(bad == 0);
}


static void
buckets_begin(buckets_t *t, const char *about, u_char secret)
{
    unit_about("%s", about);

    bench_create(BUCKETS_ZONE, 0, 0, 0);
    bench_fake(&t->st, &t->wake, 1);

    ngx_memset(t->st.sh->secrets.hash, secret, NGX_PRINT_SIPHASH_KEY);
}


/* a session of an address of its own */

static ngx_int_t
buckets_session(buckets_t *t, uint32_t n)
{
    u_char                    sock[NGX_PRINT_SESSION_SOCK];
    uint32_t                  token;
    ngx_print_session_init_t  init;

    ngx_memzero(&init, sizeof(ngx_print_session_init_t));

    init.ping_interval = BENCH_INTERVAL;
    init.ping_timeout = BENCH_TIMEOUT;
    init.connect_timeout = BENCH_CONNECT;
    init.eio = 4;

    bench_key(init.key, n);

    init.addr[0] = 0x20;
    ngx_memcpy(&init.addr[4], &n, sizeof(uint32_t));

    if (ngx_print_session_open(&t->st, &init, 1, &t->ref, &token) != NGX_OK) {
        return NGX_ERROR;
    }

    bench_sock(sock, n);

    return ngx_print_session_connect(&t->st, t->ref, 0, sock);
}


/* a job with a key; it is canceled, and stays in the history */

static ngx_int_t
buckets_key(buckets_t *t, uint32_t n)
{
    ngx_str_t             id;
    bench_job_t           job;
    ngx_print_job_info_t  info;

    bench_job(&job, n, "p", 10);

    /* the client that came first */

    id.data = t->st.clients[1].id;
    id.len = t->st.clients[1].len;

    job.clients[0] = id;

    buckets_digest(&t->st, n, job.digest);
    job.init.digest = job.digest;

    if (bench_print(&t->st, &job) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_print_job_cancel(&t->st, job.jobs[0].index, job.jobs[0].key,
                                &info);
}


static void
buckets_digest(ngx_print_store_t *st, uint32_t n, u_char *digest)
{
    ngx_str_t  text;

    text.data = (u_char *) &n;
    text.len = sizeof(uint32_t);

    ngx_print_store_digest(st, &text, 1, digest);
}


static ngx_uint_t
buckets_longest(ngx_print_store_t *st, uint32_t *buckets, uint32_t n,
    buckets_next_pt next)
{
    uint32_t    i, index;
    ngx_uint_t  len, longest;

    longest = 0;

    for (i = 0; i < n; i++) {
        len = 0;

        for (index = buckets[i]; index; index = next(st, index)) {
            len++;
        }

        longest = ngx_max(longest, len);
    }

    return longest;
}


static void
buckets_time(buckets_t *t, uint32_t n, ngx_uint_t chain)
{
    ngx_uint_t       i, bad;
    bench_job_t      job;
    struct timespec  from, to;

    bench_job(&job, n, "p", 10);
    buckets_digest(&t->st, n, job.digest);
    job.init.digest = job.digest;

    bad = 0;

    clock_gettime(CLOCK_MONOTONIC, &from);

    for (i = 0; i < BUCKETS_TIMES; i++) {
        bad += (bench_print(&t->st, &job) != NGX_DONE);
    }

    clock_gettime(CLOCK_MONOTONIC, &to);

    unit_check(bad == 0);

    if (buckets_show) {
        printf("  a repetition with a longest chain of %lu: %.2f us\n",
               (unsigned long) chain,
               ((to.tv_sec - from.tv_sec) * 1e9 + to.tv_nsec - from.tv_nsec)
               / 1000 / BUCKETS_TIMES);
    }
}


static uint32_t
buckets_client(ngx_print_store_t *st, uint32_t index)
{
    return st->clients[index].next;
}


static uint32_t
buckets_job(ngx_print_store_t *st, uint32_t index)
{
    return st->jobs[index].bucket_next;
}


static uint32_t
buckets_address(ngx_print_store_t *st, uint32_t index)
{
    return st->addresses[index].next;
}
