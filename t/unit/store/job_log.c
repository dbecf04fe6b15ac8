
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Logs of jobs: which jobs they want, who writes them, how far they are, and
 * what they find of a job.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "event_base.h"


#define JOB_LOG_A  0xa0a0a0a0a0a0a0a0ull
#define JOB_LOG_B  0xb0b0b0b0b0b0b0b0ull


static void job_log_open(void);
static void job_log_places(void);
static void job_log_events(void);
static void job_log_blind(void);
static void job_log_writer(void);
static void job_log_note(void);
static void job_log_groups(void);
static void job_log_full(void);
static void job_log_damaged(void);

static void job_log_begin(event_t *t, const char *about, uint32_t jobs);
static ngx_int_t job_log_order(event_t *t, ngx_uint_t n, const char *by,
    ngx_uint_t nlogs, bench_job_t *job);
static void job_log_repair(event_t *t);


static uint64_t  job_log_ids[] = { JOB_LOG_A, JOB_LOG_B };


int
main(void)
{
    bench_guard();

    job_log_open();
    job_log_places();
    job_log_events();
    job_log_blind();
    job_log_writer();
    job_log_note();
    job_log_groups();
    job_log_full();
    job_log_damaged();

    return unit_end();
}


static void
job_log_begin(event_t *t, const char *about, uint32_t jobs)
{
    unit_about("%s", about);

    bench_create(NGX_PRINT_STORE_MIN_SIZE, 8, 8, 0);
    bench_shrink(jobs, 0, 0);
    bench_fake(&t->a, &t->wake[0], 1);
    bench_fake(&t->b, &t->wake[1], 2);

    event_session(t);

    unit_check(bench_register(&t->a, t->ref, 0, "c", 0) == NGX_OK);
}


static ngx_int_t
job_log_order(event_t *t, ngx_uint_t n, const char *by, ngx_uint_t nlogs,
    bench_job_t *job)
{
    bench_job(job, n, "c", 10);

    job->init.logs = job_log_ids;
    job->init.nlogs = nlogs;
    job->init.by.data = (u_char *) by;
    job->init.by.len = ngx_strlen(by);
    job->init.bytes = 100 + n;

    return bench_print(&t->a, job);
}


/* as after the death of a process that held the lock */

static void
job_log_repair(event_t *t)
{
    ngx_uint_t  seed;

    for (seed = 0; seed < 3; seed++) {
        check_trash(&t->a, seed);
        ngx_print_store_lock(&t->a);
        ngx_print_store_unlock(&t->a);
        unit_check(event_whole(t));
    }
}


static void
job_log_open(void)
{
    event_t                    t;
    bench_job_t                job;
    ngx_print_job_log_t        log;
    ngx_print_job_log_note_t   note;

    job_log_begin(&t, "logs open", 0);
    t.a.sh->events_off = 1;

    /* one that nobody has opened gets nothing */

    unit_check(job_log_order(&t, 1, "x", 2, &job) == NGX_OK);
    unit_check(t.a.jobs[1].logs == 0 && t.a.jobs[1].note == 0);

    unit_check(ngx_print_job_log_open(&t.a, job_log_ids, 2) == NGX_OK);
    unit_check(!t.a.sh->events_off && t.a.sh->lost_before == 2);
    unit_check(ngx_print_job_log_open(&t.b, job_log_ids, 2) == NGX_OK);
    unit_check(t.a.sh->logs[0].id == JOB_LOG_A);
    unit_check(t.a.sh->logs[1].id == JOB_LOG_B);
    unit_check(t.a.sh->logs[2].id == 0);

    /* it takes in what happens from then on */

    unit_check(ngx_print_job_log_leader(&t.a));
    unit_check(ngx_print_job_log_turn(&t.a, JOB_LOG_B, &log) == NGX_OK);
    unit_check(log.bit == 2 && log.cursor == 2 && !log.torn);
    unit_check(ngx_print_job_log_turn(&t.a, 77, &log) == NGX_ABORT);
    unit_check(ngx_print_job_log_done(&t.a, 77, 1, 0) == NGX_ABORT);

    unit_check(job_log_order(&t, 2, "x", 2, &job) == NGX_OK);
    unit_check(t.a.jobs[2].logs == 3);
    unit_check(job_log_order(&t, 3, "x", 1, &job) == NGX_OK);
    unit_check(t.a.jobs[3].logs == 1);
    unit_check(job_log_order(&t, 4, "x", 0, &job) == NGX_OK);
    unit_check(t.a.jobs[4].logs == 0 && t.a.jobs[4].note == 0);

    ngx_memzero(&note, sizeof(ngx_print_job_log_note_t));
    job_log_repair(&t);
    unit_check(t.a.jobs[2].logs == 3);
}


/* nine logs for eight places */

static void
job_log_places(void)
{
    event_t              t;
    uint64_t             ids[NGX_PRINT_JOB_LOGS];
    ngx_uint_t           i;
    bench_job_t          job;
    ngx_print_job_log_t  log;

    job_log_begin(&t, "places of logs", 0);

    unit_check(ngx_print_job_log_open(&t.a, job_log_ids, 2) == NGX_OK);
    unit_check(job_log_order(&t, 1, "x", 2, &job) == NGX_OK);
    unit_check(t.a.jobs[1].logs == 3);

    ids[0] = JOB_LOG_B;

    for (i = 1; i < NGX_PRINT_JOB_LOGS; i++) {
        ids[i] = i;
    }

    t.a.sh->logs[0].cursor = 1;
    t.a.sh->logs[0].torn = 1;

    unit_check(ngx_print_job_log_open(&t.b, ids, NGX_PRINT_JOB_LOGS)
               == NGX_OK);

    for (i = 0; i < NGX_PRINT_JOB_LOGS; i++) {
        unit_check(t.a.sh->logs[i].id != JOB_LOG_A);
        unit_check(t.a.sh->logs[i].id != 0);
    }

    /* what had the bit of the log that is gone has none */

    unit_check(t.a.jobs[1].logs == 2);
    unit_check(ngx_print_job_log_leader(&t.a));
    unit_check(ngx_print_job_log_turn(&t.a, t.a.sh->logs[0].id, &log)
               == NGX_OK);
    unit_check(log.bit == 1 && log.cursor == 2 && !log.torn);
    unit_check(ngx_print_job_log_turn(&t.a, JOB_LOG_A, &log) == NGX_ABORT);

    unit_check(job_log_order(&t, 2, "x", 2, &job) == NGX_OK);
    unit_check(t.a.jobs[2].logs == 2);

    /* a process has died before it had one in the place */

    t.a.sh->logs[3].id = 0;
    t.a.jobs[2].logs = 0xff;
    unit_check(ngx_print_job_log_open(&t.b, job_log_ids, 1) == NGX_OK);
    unit_check(t.a.sh->logs[3].id == JOB_LOG_A);
    unit_check(t.a.jobs[2].logs == 0xf7);
}


/* only an event that tells of the end has a line */

static void
job_log_events(void)
{
    event_t             t;
    ngx_str_t           reason;
    ngx_uint_t          i, n;
    bench_job_t         job;
    ngx_print_batch_t   batch;

    static const u_char  logs[] = { 0, 0, 0, 1, 1, 0, 1 };

    job_log_begin(&t, "events of logs", 0);

    unit_check(ngx_print_job_log_open(&t.a, job_log_ids, 2) == NGX_OK);
    unit_check(job_log_order(&t, 1, "x", 1, &job) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 9999, 0, &batch)
               == NGX_OK);
    ngx_print_queue_release(&t.a, &batch);

    ngx_str_set(&reason, "no paper");
    unit_check(ngx_print_job_result(&t.a, t.ref, 0, 1, job.keys,
                                    NGX_PRINT_JOB_RECEIVED, &reason)
               == NGX_OK);
    unit_check(ngx_print_job_result(&t.a, t.ref, 0, 1, job.keys,
                                    NGX_PRINT_JOB_FAILED, &reason) == NGX_OK);

    unit_check(job_log_order(&t, 2, "x", 1, &job) == NGX_OK);
    unit_check(ngx_print_job_cancel(&t.b, 2, job.keys, job.jobs) == NGX_OK);

    n = ngx_print_event_read(&t.b, 0, t.events);
    unit_check(n == sizeof(logs));

    for (i = 0; i < n; i++) {
        unit_check(t.events[i].logs == logs[i]);
    }
}


/* what is sent to a station that confirms nothing is at its end */

static void
job_log_blind(void)
{
    event_t             t;
    u_char              sock[NGX_PRINT_SESSION_SOCK];
    bench_job_t         job;
    ngx_print_batch_t   batch;

    job_log_begin(&t, "an event of a job that nobody confirms", 0);

    t.a.sessions[t.ref.index].eio = 3;
    bench_sock(sock, 1);

    unit_check(ngx_print_job_log_open(&t.a, job_log_ids, 2) == NGX_OK);
    unit_check(job_log_order(&t, 1, "x", 2, &job) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 9999, 0, &batch)
               == NGX_OK);
    ngx_print_queue_release(&t.a, &batch);

    unit_check(ngx_print_event_read(&t.b, 2, t.events) == 1);
    unit_check(t.events[0].state == NGX_PRINT_JOB_SENT);
    unit_check(t.events[0].logs
               == (ngx_print_job_open_locked(&t.a.jobs[1]) ? 0 : 3));
    unit_check(t.events[0].logs == 3);
}


static void
job_log_writer(void)
{
    event_t              t;
    ngx_print_job_log_t  log;

    job_log_begin(&t, "who writes", 0);

    unit_check(ngx_print_job_log_open(&t.a, job_log_ids, 2) == NGX_OK);
    unit_check(ngx_print_job_log_turn(&t.a, JOB_LOG_A, &log) == NGX_DECLINED);

    /* who delivers events is another matter */

    unit_check(ngx_print_event_leader(&t.b));
    unit_check(ngx_print_job_log_leader(&t.a));
    unit_check(!ngx_print_job_log_leader(&t.b));
    unit_check(!ngx_print_event_leader(&t.a));

    unit_check(ngx_print_job_log_done(&t.b, JOB_LOG_A, 1, 0) == NGX_DECLINED);
    unit_check(ngx_print_job_log_done(&t.a, JOB_LOG_A, 7, 1) == NGX_OK);
    unit_check(ngx_print_job_log_turn(&t.a, JOB_LOG_A, &log) == NGX_OK);
    unit_check(log.cursor == 7 && log.torn && log.bit == 1);

    ngx_print_job_log_resign(&t.b);
    unit_check(!ngx_print_job_log_leader(&t.b));
    ngx_print_job_log_resign(&t.a);
    unit_check(ngx_print_job_log_leader(&t.b));
    unit_check(ngx_print_job_log_turn(&t.a, JOB_LOG_A, &log) == NGX_DECLINED);
    unit_check(ngx_print_job_log_turn(&t.b, JOB_LOG_A, &log) == NGX_OK);
    unit_check(log.cursor == 7 && log.torn);

    /* one that stands still, but not because it writes */

    ngx_print_job_log_writing(&t.b, 1);
    bench_clock(ngx_current_msec + 5000);
    unit_check(!ngx_print_job_log_leader(&t.a));
    ngx_print_job_log_writing(&t.b, 0);
    unit_check(ngx_print_job_log_leader(&t.a));
    unit_check(!ngx_print_job_log_leader(&t.b));
    bench_clock(ngx_current_msec + 5000);
    unit_check(ngx_print_job_log_leader(&t.b));

    /* the death of the one that writes */

    ngx_print_job_log_writing(&t.b, 1);
    ngx_print_store_leave(&t.b);
    unit_check(ngx_print_job_log_leader(&t.a));
}


/* what is left of a job, also after it has given way */

static void
job_log_note(void)
{
    event_t                    t;
    uint32_t                   blocks;
    ngx_uint_t                 i, n;
    bench_job_t                job;
    ngx_print_event_t         *e;
    ngx_print_job_log_note_t   note;

    static const char          by[] = "0123456789012345678901234567890123456789"
                                      "012345678901234567890123 and more";

    job_log_begin(&t, "notes", 3);
    blocks = t.a.sh->block_count;

    unit_check(ngx_print_job_log_open(&t.a, job_log_ids, 2) == NGX_OK);

    unit_check(job_log_order(&t, 1, by, 1, &job) == NGX_OK);
    unit_check(ngx_print_job_cancel(&t.b, 1, job.keys, job.jobs) == NGX_OK);
    unit_check(job_log_order(&t, 2, "", 2, &job) == NGX_OK);
    unit_check(ngx_print_job_cancel(&t.b, 2, job.keys, job.jobs) == NGX_OK);
    job_log_repair(&t);

    n = ngx_print_event_read(&t.a, 2, t.events);
    unit_check(n == 3);

    e = &t.events[0];
    unit_check(e->state == NGX_PRINT_JOB_CANCELED && e->logs == 1);
    unit_check(ngx_print_job_log_note(&t.a, e, &note) == NGX_OK);
    unit_check(note.known && note.bytes == 101);
    unit_check(note.len == NGX_PRINT_JOB_BY);
    unit_check(memcmp(note.by, by, NGX_PRINT_JOB_BY) == 0);
    unit_check(note.times.queued && note.times.finished == e->time);
    unit_check(note.source == NGX_PRINT_SOURCE_STARTPRINT);

    unit_check(ngx_print_job_log_note(&t.a, &t.events[2], &note) == NGX_OK);
    unit_check(note.known && note.bytes == 102 && note.len == 0);

    /* both have one block, and the finished jobs have no payload */

    unit_check(t.a.sh->block_count == blocks + 1);

    /* two more are in their places, but for other logs */

    for (i = 3; i < 6; i++) {
        unit_check(job_log_order(&t, i, "x", 0, &job) == NGX_OK);
        unit_check(ngx_print_job_cancel(&t.b, job.jobs[0].index, job.keys,
                                        job.jobs)
                   == NGX_OK);
    }

    unit_check(ngx_print_job_log_note(&t.a, e, &note) == NGX_DECLINED);
    unit_check(e->logs == 1);
    unit_check(t.a.jobs[1].note == 0 && t.a.jobs[2].note == 0);
    unit_check(t.a.sh->block_count == blocks);
    unit_check(event_whole(&t));
    job_log_repair(&t);

    /* the record of an event may be anything by now */

    e->job = t.a.sh->job_top;
    unit_check(ngx_print_job_log_note(&t.a, e, &note) == NGX_DECLINED);
}


/* the blocks of several groups, given back in any order */

static void
job_log_groups(void)
{
    event_t      t;
    uint32_t     blocks;
    ngx_uint_t   i, n;
    bench_job_t  job;

    n = 3 * NGX_PRINT_NOTE_GROUP - 1;

    job_log_begin(&t, "groups of notes", n);

    unit_check(ngx_print_job_log_open(&t.a, job_log_ids, 2) == NGX_OK);
    unit_check((n + 1) / 3 == 14);

    unit_check(t.a.sh->njobs == n + 1);
    blocks = t.a.sh->block_count;

    for (i = 1; i <= 3 * n; i++) {
        unit_check(job_log_order(&t, i, "x", (i / n + i) % 3 ? 1 : 0, &job)
                   == NGX_OK);
        unit_check(ngx_print_job_cancel(&t.b, job.jobs[0].index, job.keys,
                                        job.jobs)
                   == NGX_OK);
        unit_check(event_whole(&t));

        if (i % 7 == 0) {
            job_log_repair(&t);
        }
    }

    unit_check(t.a.sh->block_count - blocks
               == (n + NGX_PRINT_NOTE_GROUP) / NGX_PRINT_NOTE_GROUP);

    for ( /* void */ ; i <= 4 * n; i++) {
        unit_check(job_log_order(&t, i, "x", 0, &job) == NGX_OK);
        unit_check(ngx_print_job_cancel(&t.b, job.jobs[0].index, job.keys,
                                        job.jobs)
                   == NGX_OK);
    }

    unit_check(t.a.sh->block_count == blocks);
}


/* without a block for the note the print is made, and has its lines */

static void
job_log_full(void)
{
    event_t                    t;
    uint32_t                   left;
    uint64_t                   last;
    bench_job_t                job;
    ngx_print_job_log_note_t   note;

    job_log_begin(&t, "no room for a note", 0);

    unit_check(ngx_print_job_log_open(&t.a, job_log_ids, 2) == NGX_OK);

    for ( ;; ) {
        left = t.a.sh->nblocks - 1 - t.a.sh->block_count;

        if (left == 1) {
            break;
        }

        bench_job(&job, left, "c", left > 5 ? 3500 : 10);
        job.init.limit = 1024 * 1024;
        unit_check(bench_print(&t.a, &job) == NGX_OK);
    }

    bench_job(&job, 1, "c", 10);
    job.init.limit = 1024 * 1024;
    job.init.logs = job_log_ids;
    job.init.nlogs = 1;
    unit_check(bench_print(&t.a, &job) == NGX_OK);

    left = job.jobs[0].index;
    last = ngx_print_event_last(&t.a);

    unit_check(t.a.jobs[left].logs == 1 && t.a.jobs[left].note == 0);
    unit_check(ngx_print_job_cancel(&t.b, left, job.keys, job.jobs) == NGX_OK);
    unit_check(ngx_print_event_read(&t.a, last, t.events) == 1);
    unit_check(t.events[0].logs == 1);
    unit_check(ngx_print_job_log_note(&t.a, &t.events[0], &note) == NGX_OK);
    unit_check(!note.known && note.len == 0);
}


/* a note that cannot be right is none */

static void
job_log_damaged(void)
{
    event_t      t;
    uint32_t     block;
    ngx_uint_t   i;
    bench_job_t  job;

    job_log_begin(&t, "damaged notes", 0);

    unit_check(ngx_print_job_log_open(&t.a, job_log_ids, 2) == NGX_OK);

    for (i = 1; i < 18; i++) {
        unit_check(job_log_order(&t, i, "x", 1, &job) == NGX_OK);
        unit_check(ngx_print_job_cancel(&t.b, job.jobs[0].index, job.keys,
                                        job.jobs)
                   == NGX_OK);
    }

    block = t.a.jobs[1].note;
    unit_check(t.a.jobs[14].note && t.a.jobs[14].note != block);

    t.a.jobs[15].note = block;
    t.a.jobs[3].note = t.a.sh->block_top;
    t.a.jobs[4].note = 0xffffffff;
    t.a.sh->dirty = 1;
    ngx_print_store_lock(&t.a);
    ngx_print_store_unlock(&t.a);
    unit_check(event_whole(&t));
    unit_check(t.a.jobs[15].note == 0);
    unit_check(t.a.jobs[3].note == 0 && t.a.jobs[4].note == 0);
    unit_check(t.a.jobs[1].note == block && t.a.jobs[2].note == block);
}
