
/*
 * Copyright (C) the print hub contributors
 */


/* Jobs: created, found, listed, evicted, and their payloads. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "job_base.h"


static void job_life(void);
static void job_find(void);
static void job_source(void);
static void job_digest(void);
static void job_digest_away(void);
static void job_digest_part(void);
static void job_evict(void);
static void job_evict_kept(void);
static void job_evict_none(void);
static void job_blob(void);
static void job_blob_large(void);
static void job_blob_pinned(void);
static void job_limits(void);
static void job_full(void);
static void job_list(void);
static void job_remove(void);
static void job_again(void);


int
main(void)
{
    bench_guard();

    job_life();
    job_find();
    job_source();
    job_digest();
    job_digest_away();
    job_digest_part();
    job_evict();
    job_evict_kept();
    job_evict_none();
    job_blob();
    job_blob_large();
    job_blob_pinned();
    job_limits();
    job_full();
    job_list();
    job_remove();
    job_again();

    return unit_end();
}


static void
job_life(void)
{
    job_t                      t;
    ngx_str_t                  id = unit_str("a");
    bench_job_t                job;
    ngx_print_job_info_t      *info;
    ngx_print_store_stat_t     stat;
    ngx_print_client_detail_t  detail;

    job_begin(&t, "a job's life");

    bench_clock(ngx_current_msec + 500);

    unit_check(job_new(&t, &job, 1, "a") == NGX_OK);

    info = &job.jobs[0];

    unit_check(info->state == NGX_PRINT_JOB_QUEUED && info->attempts == 0);
    unit_check(info->times.queued == ngx_current_msec && !info->times.sent);
    unit_check(info->index == 1 && info->gen == 1 && info->seq == 1);
    unit_check(info->change == ngx_print_event_last(&t.a));
    unit_check(info->len == 1 && info->id[0] == 'a' && !info->finished);
    unit_check(memcmp(info->key, job.keys, NGX_PRINT_JOB_KEY) == 0);
    unit_check(!info->away && info->reason_len == 0 && job_blocks(&t) == 1);

    unit_check(ngx_print_client_find(&t.a, &id, &detail, NULL) == NGX_OK);
    unit_check(detail.waiting == 1 && detail.accepted == 1);
    unit_check(detail.delivered == 0 && detail.undelivered == 0);

    bench_clock(ngx_current_msec + 1000);

    unit_check(job_take(&t, 0) == 1);
    unit_check(t.batch.ping && !t.batch.more && t.batch.count == 1);
    job_packet(&t, "<1.1.1,", "0>", 1, 100);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_SENT));
    ngx_print_queue_release(&t.a, &t.batch);
    unit_check(job_whole(&t) && job_blocks(&t) == 1);

    bench_clock(ngx_current_msec + 1000);
    job_pong(&t, 0);
    unit_check(job_blocks(&t) == 0);

    bench_clock(ngx_current_msec + 1000);
    unit_check(job_result(&t, 0, &job, NGX_PRINT_JOB_PRINTED, "done")
               == NGX_OK);

    unit_check(ngx_print_job_find(&t.b, 1, job.keys, info) == NGX_OK);
    unit_check(info->state == NGX_PRINT_JOB_PRINTED && info->finished);
    unit_check(info->times.sent == info->times.queued + 1000);
    unit_check(info->times.received == info->times.queued + 2000);
    unit_check(info->times.finished == info->times.queued + 3000);
    unit_check(info->attempts == 1 && info->reason_len == 4);
    unit_check(memcmp(info->reason, "done", 4) == 0);

    unit_check(ngx_print_client_find(&t.a, &id, &detail, NULL) == NGX_OK);
    unit_check(detail.waiting == 0 && detail.accepted == 1);
    unit_check(detail.delivered == 1 && detail.undelivered == 0);

    ngx_print_store_stat(&t.a, &stat);
    unit_check(stat.jobs == 1 && stat.max_jobs == t.a.sh->njobs - 1);
}


static void
job_find(void)
{
    job_t                 t;
    u_char                key[NGX_PRINT_JOB_KEY];
    uint32_t              i;
    bench_job_t           job;
    ngx_print_job_info_t  info;

    static uint32_t       indices[] = { 0, 2, 3, 0xffffff, 0xffffffff };

    job_begin(&t, "to find a job");

    unit_check(job_new(&t, &job, 1, "a") == NGX_OK);
    unit_check(ngx_print_job_find(&t.a, 1, job.keys, &info) == NGX_OK);

    for (i = 0; i < 5; i++) {
        unit_check(ngx_print_job_find(&t.a, indices[i], job.keys, &info)
                   == NGX_DECLINED);
        unit_check(ngx_print_job_cancel(&t.a, indices[i], job.keys, &info)
                   == NGX_DECLINED);
    }

    for (i = 0; i < NGX_PRINT_JOB_KEY; i++) {
        ngx_memcpy(key, job.keys, NGX_PRINT_JOB_KEY);
        key[i] ^= 0x40;
        unit_check(ngx_print_job_find(&t.a, 1, key, &info) == NGX_DECLINED);
    }
}


static void
job_source(void)
{
    job_t                 t;
    bench_job_t           job;
    ngx_uint_t            source, i;
    ngx_print_job_info_t  info;

    job_begin(&t, "what has created a job");

    for (source = 0; source < NGX_PRINT_JOB_SOURCES; source++) {
        bench_job(&job, 1 + source, "ab", 10);
        job.init.source = source;

        unit_check(bench_print(&t.a, &job) == NGX_OK);

        for (i = 0; i < 2; i++) {
            unit_check(job.jobs[i].source == source);
            unit_check(ngx_print_job_find(&t.b, job.jobs[i].index,
                                          job.keys + i * NGX_PRINT_JOB_KEY,
                                          &info) == NGX_OK);
            unit_check(info.source == source);
        }
    }
}


static void
job_digest(void)
{
    job_t                 t;
    bench_job_t           job, same;
    ngx_uint_t            i;
    ngx_print_job_info_t  info;

    job_begin(&t, "a digest");

    bench_job(&job, 1, "ab", 100);
    job.init.digest = job.digest;
    unit_check(bench_print(&t.a, &job) == NGX_OK);

    /* what they have come to by now, in the order of the clients asked for */

    job_send(&t, 1, 1);

    bench_job(&same, 1, "ba", 100);
    ngx_memset(same.keys, 'x', sizeof(same.keys));
    same.init.digest = same.digest;
    unit_check(bench_print(&t.b, &same) == NGX_DONE);
    unit_check(same.jobs[0].index == job.jobs[1].index);
    unit_check(same.jobs[0].state == NGX_PRINT_JOB_SENT);
    unit_check(same.jobs[1].index == job.jobs[0].index);
    unit_check(memcmp(same.jobs[1].key, job.keys, NGX_PRINT_JOB_KEY) == 0);
    unit_check(t.a.sh->job_count == 2 && job_blocks(&t) == 1);

    /* each byte of the request's digest counts */

    for (i = 0; i < NGX_PRINT_JOB_DIGEST; i++) {
        same.request[i] ^= 1;
        unit_check(bench_print(&t.b, &same) == NGX_ABORT);
        same.request[i] ^= 1;
    }

    unit_check(t.a.sh->job_count == 2 && job_blocks(&t) == 1);

    /* a reserved payload is given back */

    bench_job(&same, 1, "ab", 9000);
    same.init.digest = same.digest;
    unit_check(bench_print(&t.b, &same) == NGX_DONE);
    same.request[0] ^= 1;
    unit_check(bench_print(&t.b, &same) == NGX_ABORT);
    unit_check(job_blocks(&t) == 1);

    /* others, in the same bucket or not */

    same.init.limit = JOB_MAX * 8;

    for (same.digest[15] = 0; same.digest[15] < 20; same.digest[15]++) {
        unit_check(bench_print(&t.b, &same) == NGX_OK);
        unit_check(job_whole(&t));
    }

    /* none has none */

    unit_check(job_new(&t, &same, 1, "c") == NGX_OK);
    unit_check(job_new(&t, &same, 1, "c") == NGX_OK);

    /* one that is finished is known too */

    unit_check(job_cancel(&t, &job, 0) == NGX_OK);
    unit_check(bench_print(&t.a, &job) == NGX_DONE);
    unit_check(ngx_print_job_find(&t.a, job.jobs[0].index, job.keys, &info)
               == NGX_OK);
    unit_check(info.state == NGX_PRINT_JOB_CANCELED);
    unit_check(job_whole(&t));
}


/* what was said of the client when the job was made is said again */

static void
job_digest_away(void)
{
    job_t        t;
    bench_job_t  here, away;

    job_begin(&t, "a digest, and whether the client was there");

    bench_job(&here, 1, "a", 100);
    here.init.digest = here.digest;
    unit_check(bench_print(&t.a, &here) == NGX_OK && !here.jobs[0].away);

    bench_job(&away, 2, "c", 100);
    away.init.digest = away.digest;

    job_lose(&t, 2);
    away.init.queue = 3;
    unit_check(bench_print(&t.a, &away) == NGX_OK && away.jobs[0].away);

    job_lose(&t, 0);
    unit_check(bench_print(&t.a, &here) == NGX_DONE && !here.jobs[0].away);

    unit_check(job_cancel(&t, &away, 0) == NGX_OK);
    unit_check(bench_print(&t.b, &away) == NGX_DONE && away.jobs[0].away);
    unit_check(job_whole(&t));
}


/* one of its jobs is known no more: then it is the key of a new request */

static void
job_digest_part(void)
{
    job_t        t;
    bench_job_t  half, job;

    job_begin(&t, "a part of a request");

    bench_job(&half, 1, "b", 100);
    half.init.digest = half.digest;
    unit_check(bench_print(&t.a, &half) == NGX_OK);

    bench_job(&job, 1, "abc", 100);
    job.init.digest = job.digest;
    unit_check(bench_print(&t.b, &job) == NGX_OK);
    unit_check(t.a.sh->job_count == 4 && job.jobs[1].index == 3);
    unit_check(job.jobs[0].id[0] == 'a' && job.jobs[2].id[0] == 'c');
    unit_check(job_whole(&t));
    unit_check(bench_print(&t.b, &job) == NGX_DONE);
    unit_check(t.a.sh->job_count == 4 && job.jobs[1].index == 3);
}


/* the job that changed longest ago is evicted, whenever it was made */

static void
job_evict(void)
{
    job_t        t;
    bench_job_t  jobs[6];
    ngx_uint_t   i;

    unit_about("history is evicted");
    bench_create(1024 * 1024, 8, 16, 0);
    bench_shrink(5, 0, 0);
    job_fill(&t);

    for (i = 0; i < 5; i++) {
        bench_job(&jobs[i], i, "a", 100);
        jobs[i].init.digest = jobs[i].digest;
        unit_check(bench_print(&t.a, &jobs[i]) == NGX_OK);
    }

    job_send(&t, 0, 5);

    unit_check(job_result(&t, 0, &jobs[3], NGX_PRINT_JOB_FAILED, "")
               == NGX_OK);
    unit_check(job_result(&t, 0, &jobs[1], NGX_PRINT_JOB_RECEIVED, "")
               == NGX_OK);
    unit_check(job_result(&t, 0, &jobs[0], NGX_PRINT_JOB_PRINTED, "")
               == NGX_OK);
    unit_check(job_result(&t, 0, &jobs[1], NGX_PRINT_JOB_PRINTED, "")
               == NGX_OK);

    unit_check(job_new(&t, &jobs[5], 5, "a") == NGX_OK);
    unit_check(job_is(&t, &jobs[3], 0, NGX_PRINT_JOB_FREE));
    unit_check(jobs[5].jobs[0].index == 4 && jobs[5].jobs[0].gen == 2);

    unit_check(job_new(&t, &jobs[5], 6, "b") == NGX_OK);
    unit_check(job_is(&t, &jobs[0], 0, NGX_PRINT_JOB_FREE));

    unit_check(job_new(&t, &jobs[5], 7, "b") == NGX_OK);
    unit_check(job_is(&t, &jobs[1], 0, NGX_PRINT_JOB_FREE));

    /* all are open */

    unit_check(job_new(&t, &jobs[5], 8, "b") == NGX_PRINT_FULL);
    unit_check(job_is(&t, &jobs[2], 0, NGX_PRINT_JOB_SENT));
    unit_check(job_is(&t, &jobs[4], 0, NGX_PRINT_JOB_SENT));

    /* its digest was forgotten with it */

    job_pong(&t, 0);
    unit_check(bench_print(&t.a, &jobs[3]) == NGX_OK);
    unit_check(job_whole(&t));
}


/* a job stays as long as another one of its request is open */

static void
job_evict_kept(void)
{
    job_t        t;
    bench_job_t  both, one, two;

    unit_about("history is kept for a request");
    bench_create(1024 * 1024, 8, 16, 0);
    bench_shrink(5, 0, 0);
    job_fill(&t);

    bench_job(&both, 1, "ab", 100);
    both.init.digest = both.digest;
    unit_check(bench_print(&t.a, &both) == NGX_OK);
    unit_check(job_cancel(&t, &both, 0) == NGX_OK);

    unit_check(job_new(&t, &one, 2, "c") == NGX_OK);
    unit_check(job_cancel(&t, &one, 0) == NGX_OK);
    unit_check(job_new(&t, &two, 3, "cc") == NGX_OK);
    unit_check(t.a.sh->job_count == 5);

    /* the canceled job of the first request is older, and stays */

    unit_check(job_new(&t, &two, 4, "c") == NGX_OK);
    unit_check(job_is(&t, &one, 0, NGX_PRINT_JOB_FREE));
    unit_check(job_is(&t, &both, 0, NGX_PRINT_JOB_CANCELED));
    unit_check(bench_print(&t.b, &both) == NGX_DONE);
    unit_check(job_whole(&t));

    /* it is the only one that can be evicted: a new job needs its record */

    unit_check(job_new(&t, &two, 5, "c") == NGX_OK);
    unit_check(job_is(&t, &both, 0, NGX_PRINT_JOB_FREE));
    unit_check(job_whole(&t));
}


/* too few jobs can be evicted: no job is made */

static void
job_evict_none(void)
{
    job_t        t;
    bench_job_t  one, two;

    unit_about("too many jobs");
    bench_create(1024 * 1024, 8, 16, 0);
    bench_shrink(4, 0, 0);
    job_fill(&t);

    unit_check(job_new(&t, &one, 1, "abc") == NGX_OK);
    unit_check(job_new(&t, &two, 2, "ab") == NGX_PRINT_FULL);
    unit_check(t.a.sh->job_count == 3 && job_blocks(&t) == 1);
    bench_job(&two, 2, "ab", 9000);
    unit_check(bench_print(&t.a, &two) == NGX_PRINT_FULL);
    unit_check(t.a.sh->job_count == 3 && job_blocks(&t) == 1);
    unit_check(job_whole(&t));

    unit_check(job_cancel(&t, &one, 1) == NGX_OK);
    unit_check(job_new(&t, &two, 2, "ab") == NGX_OK);
    unit_check(job_is(&t, &one, 1, NGX_PRINT_JOB_FREE));
    unit_check(t.a.sh->job_count == 4);
}


/* one payload for all, freed with the last one */

static void
job_blob(void)
{
    job_t        t;
    uint32_t     blob;
    bench_job_t  job;

    job_begin(&t, "a payload of four");

    unit_check(bench_register(&t.a, t.ref[3], 0, "d", 0) == NGX_OK);

    bench_job(&job, 1, "abcd", 3000);
    job.init.queue = 1;
    unit_check(bench_print(&t.a, &job) == NGX_OK);

    blob = t.a.jobs[1].blob;

    unit_check(job_blocks(&t) == 3);
    unit_check(ngx_print_store_head(&t.a, blob)->refs == 4);

    unit_check(job_cancel(&t, &job, 2) == NGX_OK);
    unit_check(ngx_print_store_head(&t.a, blob)->refs == 3);

    unit_check(job_take(&t, 0) == 1);
    unit_check(ngx_print_store_head(&t.a, blob)->refs == 4);
    ngx_print_queue_release(&t.a, &t.batch);
    unit_check(ngx_print_store_head(&t.a, blob)->refs == 3);
    job_pong(&t, 0);
    unit_check(ngx_print_store_head(&t.a, blob)->refs == 2);

    job_send(&t, 3, 1);
    job_lose(&t, 3);
    unit_check(job_is(&t, &job, 3, NGX_PRINT_JOB_UNCONFIRMED));
    unit_check(ngx_print_store_head(&t.a, blob)->refs == 1);
    unit_check(job_blocks(&t) == 3);

    /* it is as it was */

    unit_check(job_take(&t, 1) == 1);
    job_packet(&t, "<2.1.3,", "0>", 1, 3000);
    ngx_print_queue_release(&t.a, &t.batch);
    unit_check(job_result(&t, 1, &job, NGX_PRINT_JOB_PRINTED, "")
               == NGX_DECLINED);
    job_pong(&t, 1);
    unit_check(job_blocks(&t) == 0);
}


/* one that is written with the lock free, and attachments */

static void
job_blob_large(void)
{
    job_t                t;
    u_char              *p, buf[3000];
    ngx_str_t            binary[2];
    ngx_uint_t           i;
    bench_job_t          job;
    ngx_print_message_t  msg;

    static u_char        bytes[3000];

    job_begin(&t, "a large payload");

    for (i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (u_char) (i * 13);
    }

    binary[0].data = bytes;
    binary[0].len = 1;
    binary[1].data = bytes;
    binary[1].len = sizeof(bytes);

    bench_job(&job, 1, "ab", 20000);
    job.init.binary = binary;
    job.init.nbinary = 2;
    unit_check(bench_print(&t.b, &job) == NGX_OK);
    unit_check(t.b.workers[2].inflight == 0 && job_whole(&t));
    unit_check(job_blocks(&t) == 20 + 1 + 3);

    unit_check(job_take(&t, 0) == 1);
    unit_check(t.batch.count == 3 && t.batch.jobs[0].nbinary == 2);
    job_packet(&t, "<1.1.1,", "0>", 1, 20000);

    for (i = 0; i < 2; i++) {
        unit_check(bench_next(&t.a, &t.batch, &msg) == NGX_OK);
        unit_check(msg.len == binary[i].len && msg.binary);
        p = ngx_print_queue_copy(&t.a, &msg, buf);
        unit_check(p == buf + msg.len && memcmp(buf, bytes, msg.len) == 0);
    }

    unit_check(bench_next(&t.a, &t.batch, &msg) == NGX_DONE);
    ngx_print_queue_release(&t.a, &t.batch);

    unit_check(job_cancel(&t, &job, 1) == NGX_OK);
    job_pong(&t, 0);
    unit_check(job_blocks(&t) == 0);
}


/* what a process copies is not freed, and goes with it */

static void
job_blob_pinned(void)
{
    job_t        t;
    bench_job_t  job;

    job_begin(&t, "pinned");

    unit_check(job_new(&t, &job, 1, "a") == NGX_OK);
    unit_check(job_take(&t, 0) == 1);
    unit_check(job_result(&t, 0, &job, NGX_PRINT_JOB_PRINTED, "") == NGX_OK);
    unit_check(job_blocks(&t) == 1);
    job_packet(&t, "<1.1.1,", "0>", 1, 100);
    ngx_print_queue_release(&t.a, &t.batch);
    unit_check(job_blocks(&t) == 0 && job_whole(&t));

    unit_check(job_new(&t, &job, 2, "a") == NGX_OK);
    unit_check(job_take(&t, 0) == 1);
    unit_check(job_result(&t, 0, &job, NGX_PRINT_JOB_PRINTED, "") == NGX_OK);
    unit_check(job_blocks(&t) == 1);

    t.a.sh->dirty = 1;
    ngx_print_store_lock(&t.b);
    ngx_print_store_unlock(&t.b);
    unit_check(job_blocks(&t) == 1 && job_whole(&t));

    ngx_print_store_leave(&t.a);
    unit_check(job_blocks(&t) == 0);
    unit_check(check_zone(&t.b, 0) == NULL);
}


static void
job_limits(void)
{
    job_t        t;
    ngx_uint_t   i;
    bench_job_t  job, first;

    job_begin(&t, "limits");

    /* of bytes: the first one is always taken, what is sent counts as well */

    bench_job(&first, 1, "a", 9000);
    first.init.limit = 100;
    unit_check(bench_print(&t.a, &first) == NGX_OK);

    bench_job(&job, 2, "ba", 100);
    job.init.limit = 9 * NGX_PRINT_STORE_BLOCK;
    unit_check(bench_print(&t.a, &job) == NGX_BUSY && job.bad == 1);
    unit_check(t.a.sh->job_count == 1 && job_blocks(&t) == 9);
    job.init.limit = 10 * NGX_PRINT_STORE_BLOCK;
    unit_check(bench_print(&t.a, &job) == NGX_OK);

    job_send(&t, 0, 2);
    unit_check(bench_print(&t.a, &job) == NGX_BUSY);
    job_pong(&t, 0);
    unit_check(bench_print(&t.a, &job) == NGX_OK);

    /* the limit of jobs for a client that is away */

    job_lose(&t, 2);

    for (i = 0; i < 3; i++) {
        bench_job(&job, 3, "c", 100);
        job.init.queue = 3;
        unit_check(bench_print(&t.a, &job) == NGX_OK);
        unit_check(job.jobs[0].away && job_whole(&t));
    }

    unit_check(bench_print(&t.a, &job) == NGX_BUSY && job.bad == 0);
    job.init.queue = 4;
    unit_check(bench_print(&t.a, &job) == NGX_OK);
    job.init.queue = 0;
    unit_check(bench_print(&t.a, &job) == NGX_PRINT_OFFLINE);

    /* a client that is online may have more */

    job_open(&t, 2);
    unit_check(bench_register(&t.a, t.ref[2], 0, "c", 0) == NGX_OK);
    job.init.queue = 1;
    unit_check(bench_print(&t.a, &job) == NGX_OK);
    job_send(&t, 2, 5);
}


/* no block is left for its payload */

static void
job_full(void)
{
    job_t        t;
    ngx_uint_t   i;
    bench_job_t  job;

    static size_t  sizes[] = { 100, 4000, 4100, 66 * 1024 };

    for (i = 0; i < 4; i++) {
        unit_about("a full zone, and %lu bytes", (unsigned long) sizes[i]);

        bench_create(1024 * 1024, 8, 16, 70);
        job_fill(&t);

        while (bench_send(&t.a, t.ref[3], 1, 10) == NGX_OK) { /* void */ }

        bench_job(&job, 1, "ab", sizes[i]);

        if (t.a.sh->block_count < 70) {
            unit_check(t.a.sh->block_count == 64);

            while (job_new(&t, &job, 9, "c") == NGX_OK) { /* void */ }

            bench_job(&job, 1, "ab", sizes[i]);
        }

        unit_check(t.a.sh->block_count == 70);
        unit_check(bench_print(&t.a, &job) == NGX_PRINT_FULL);
        unit_check(t.a.sh->block_count == 70 && job_whole(&t));
        unit_check(t.a.workers[1].inflight == 0);
        unit_check(t.a.clients[1].njobs == 0);
    }
}


static void
job_list(void)
{
    job_t                 t;
    uint32_t              cursor;
    ngx_str_t             id = unit_str("b");
    ngx_uint_t            i, n, calls, seen[600];
    bench_job_t           job;

    ngx_print_job_info_t  list[NGX_PRINT_JOB_LIST];

    unit_about("a list");
    bench_create(4 * 1024 * 1024, 8, 16, 0);
    job_fill(&t);

    cursor = 0;
    unit_check(ngx_print_job_list(&t.a, &cursor, NULL, ~0ul, list) == 0);
    unit_check(cursor == 0);

    for (i = 0; i < 500; i++) {
        bench_job(&job, i, i == 300 || i == 499 ? "b" : "a", 1);
        job.init.limit = 1024 * 1024;
        unit_check(bench_print(&t.a, &job) == NGX_OK);

        if (i % 2) {
            unit_check(ngx_print_job_cancel(&t.a, job.jobs[0].index, job.keys,
                                            &list[0]) == NGX_OK);
        }
    }

    ngx_memzero(seen, sizeof(seen));
    calls = 0;

    do {
        n = ngx_print_job_list(&t.a, &cursor, NULL, JOB_BIT(QUEUED), list);
        unit_check(n <= NGX_PRINT_JOB_LIST);
        calls++;

        for (i = 0; i < n; i++) {
            unit_check(list[i].state == NGX_PRINT_JOB_QUEUED);
            seen[list[i].index]++;
        }

    } while (cursor && calls < 100);

    unit_check(calls < 10);

    for (i = 1; i <= 500; i++) {
        unit_check(seen[i] == i % 2);
    }

    calls = 0;
    n = 0;

    do {
        n += ngx_print_job_list(&t.a, &cursor, &id, ~0ul, list);
        calls++;
    } while (cursor && calls < 100);

    unit_check(n == 2 && calls == 2);

    n = 0;

    do {
        n += ngx_print_job_list(&t.a, &cursor, &id, JOB_BIT(CANCELED)
                                                    |JOB_BIT(SENT), list);
    } while (cursor);

    unit_check(n == 1);
}


static void
job_remove(void)
{
    job_t                 t;
    ngx_str_t             a = unit_str("a"), none = unit_str("none");
    ngx_uint_t            i;
    bench_job_t           sent, job;
    ngx_print_job_info_t  info;

    job_begin(&t, "a client is removed");

    unit_check(ngx_print_client_remove(&t.a, &none) == NGX_DECLINED);
    unit_check(ngx_print_client_remove(&t.a, &a) == NGX_BUSY);

    unit_check(job_new_resend(&t, &sent, 1, "a") == NGX_OK);
    job_send(&t, 0, 1);

    for (i = 0; i < 100; i++) {
        bench_job(&job, 2, "a", 100);
        job.init.limit = 200 * NGX_PRINT_STORE_BLOCK;
        job.init.queue = 200;
        unit_check(bench_print(&t.a, &job) == NGX_OK);
    }

    job_lose(&t, 0);
    unit_check(t.a.clients[1].njobs == 101);

    unit_check(ngx_print_client_remove(&t.a, &a) == NGX_OK);
    unit_check(job_whole(&t) && job_blocks(&t) == 0);
    unit_check(job_is(&t, &job, 0, NGX_PRINT_JOB_CANCELED));
    unit_check(ngx_print_job_find(&t.a, 1, sent.keys, &info) == NGX_OK);
    unit_check(info.state == NGX_PRINT_JOB_UNCONFIRMED && info.reason_len);

    unit_check(ngx_print_client_remove(&t.a, &a) == NGX_DECLINED);

    /* one of the same name has nothing to say of it */

    job_open(&t, 0);
    unit_check(bench_register(&t.a, t.ref[0], 0, "a", 0) == NGX_OK);
    unit_check(job_result(&t, 0, &sent, NGX_PRINT_JOB_PRINTED, "") == NGX_OK);
    job_send(&t, 0, 0);
}


/* a place is taken again: its old name is nobody's */

static void
job_again(void)
{
    job_t                 t;
    ngx_str_t             text = unit_str("late");
    bench_job_t           old, new;
    ngx_print_job_info_t  info;

    unit_about("a place that is taken again");
    bench_create(1024 * 1024, 8, 16, 0);
    bench_shrink(1, 0, 0);
    job_fill(&t);

    unit_check(job_new(&t, &old, 1, "a") == NGX_OK);
    job_send(&t, 0, 1);
    job_pong(&t, 0);

    unit_check(job_new(&t, &new, 2, "a") == NGX_OK);
    unit_check(new.jobs[0].index == 1 && new.jobs[0].gen == 2);
    unit_check(ngx_print_job_find(&t.a, 1, old.keys, &info) == NGX_DECLINED);
    unit_check(ngx_print_job_cancel(&t.a, 1, old.keys, &info)
               == NGX_DECLINED);
    unit_check(ngx_print_job_result(&t.a, t.ref[0], 0, 1, old.keys,
                                    NGX_PRINT_JOB_PRINTED, &text)
               == NGX_DECLINED);
    job_send(&t, 0, 1);
    unit_check(ngx_print_job_answer(&t.a, t.ref[0], 0, 1, 1,
                                    NGX_PRINT_JOB_PRINTED, &text)
               == NGX_DECLINED);
    unit_check(job_is(&t, &new, 0, NGX_PRINT_JOB_SENT));

    /* the number of times that it was there fits its packet's id */

    t.a.jobs[1].gen = NGX_PRINT_JOB_GEN;
    job_pong(&t, 0);
    bench_job(&new, 3, "a", 10);
    unit_check(bench_print(&t.a, &new) == NGX_OK);
    unit_check(new.jobs[0].gen == 0);
}
