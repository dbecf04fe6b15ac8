
/*
 * Copyright (C) the print hub contributors
 */


/* Legal and illegal changes of a job: each one from each state. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "job_base.h"


static void job_rules(void);
static void job_reports(void);
static void job_guards(void);
static void job_notes(void);
static void job_notes_room(void);


int
main(void)
{
    bench_guard();

    job_rules();
    job_reports();
    job_guards();
    job_notes();
    job_notes_room();

    return unit_end();
}


/* what the table allows, word for word */

static void
job_rules(void)
{
    ngx_uint_t         from, to;

    static ngx_uint_t  rules[NGX_PRINT_JOB_STATES] = {
        JOB_BIT(QUEUED),
        JOB_BIT(SENT)|JOB_BIT(EXPIRED)|JOB_BIT(CANCELED)|JOB_BIT(UNCONFIRMED)
            |JOB_BIT(PRINTED)|JOB_BIT(FAILED),
        JOB_BIT(QUEUED)|JOB_BIT(RECEIVED)|JOB_BIT(PRINTED)|JOB_BIT(FAILED)
            |JOB_BIT(UNCONFIRMED),
        JOB_BIT(PRINTED)|JOB_BIT(FAILED),
        0, 0, 0, 0,
        JOB_BIT(PRINTED)|JOB_BIT(FAILED)
    };

    for (from = 0; from < NGX_PRINT_JOB_STATES; from++) {
        for (to = 0; to < NGX_PRINT_JOB_STATES; to++) {
            unit_about("from state %lu to %lu", (unsigned long) from,
                       (unsigned long) to);
            unit_check(ngx_print_job_legal(from, to)
                       == (rules[from] >> to & 1));
        }
    }
}


/* what a station says, and what a user wants, in each state */

static void
job_reports(void)
{
    job_t              t;
    ngx_int_t          rc;
    ngx_uint_t         from, to, ok, same;
    bench_job_t        job;

    static ngx_uint_t  says[NGX_PRINT_JOB_STATES] = {
        0, 0,
        JOB_BIT(RECEIVED)|JOB_BIT(PRINTED)|JOB_BIT(FAILED),
        JOB_BIT(PRINTED)|JOB_BIT(FAILED),
        0, 0, 0, 0,
        JOB_BIT(PRINTED)|JOB_BIT(FAILED)
    };

    for (from = 1; from < NGX_PRINT_JOB_STATES; from++) {
        for (to = NGX_PRINT_JOB_RECEIVED; to <= NGX_PRINT_JOB_FAILED; to++) {
            job_begin(&t, "reports");
            job_make(&t, &job, from);

            unit_about("reported from state %lu to %lu", (unsigned long) from,
                       (unsigned long) to);

            ok = says[from] >> to & 1;
            rc = job_result(&t, 0, &job, to, "so");

            same = (from == to && to != NGX_PRINT_JOB_RECEIVED);

            unit_check(rc == (ok || same ? NGX_OK : NGX_DECLINED));
            unit_check(job_is(&t, &job, 0, ok ? to : from));
        }

        job_begin(&t, "cancels");
        job_make(&t, &job, from);

        unit_about("canceled in state %lu", (unsigned long) from);

        ok = (from == NGX_PRINT_JOB_QUEUED);

        unit_check(job_cancel(&t, &job, 0) == (ok ? NGX_OK : NGX_BUSY));
        unit_check(job_is(&t, &job, 0, ok ? NGX_PRINT_JOB_CANCELED : from));

        /* and never due, then */

        unit_check(job_expire(&t, 2 * BENCH_TTL) == 0);
    }
}


static void
job_guards(void)
{
    job_t        t;
    bench_job_t  job;

    job_begin(&t, "all or none");

    unit_check(job_new(&t, &job, 1, "abx") == NGX_DECLINED);
    unit_check(job.bad == 2);
    unit_check(job_new(&t, &job, 1, "xab") == NGX_DECLINED);
    unit_check(job.bad == 0);

    job_lose(&t, 1);

    unit_check(job_new(&t, &job, 1, "abc") == NGX_PRINT_OFFLINE);
    unit_check(job.bad == 1);

    bench_job(&job, 1, "acb", 9000);
    unit_check(bench_print(&t.a, &job) == NGX_PRINT_OFFLINE);
    unit_check(job.bad == 2);

    unit_check(t.a.sh->job_count == 0 && t.a.sh->job_top == 1);
    unit_check(job_blocks(&t) == 0 && job_whole(&t));

    unit_check(job_new(&t, &job, 1, "ac") == NGX_OK);
    unit_check(job_new(&t, &job, 2, "aa") == NGX_OK);
    unit_check(job.jobs[0].index != job.jobs[1].index);
    job_send(&t, 0, 3);
}


/* what a process is told to note of the jobs that it ends */

static void
job_notes(void)
{
    job_t                  t;
    ngx_uint_t             to, wanted, told;
    bench_job_t            job;
    ngx_print_job_end_t   *end;
    ngx_print_job_ends_t   ends;

    for (told = 0; told < 2; told++) {
        for (to = 1; to < NGX_PRINT_JOB_STATES; to++) {
            job_begin(&t, "notes");
            unit_about("%s of state %lu", told ? "notes" : "no notes",
                       (unsigned long) to);

            ngx_memzero(&ends, sizeof(ngx_print_job_ends_t));

            t.a.ends = &ends;
            t.b.ends = &ends;
            t.a.told = told ? 1 << to : 0;
            t.b.told = t.a.told;

            job_make(&t, &job, to);

            wanted = (told && to != NGX_PRINT_JOB_QUEUED
                      && to != NGX_PRINT_JOB_SENT);

            unit_check(ends.n == wanted && ends.more[to] == 0);

            if (ends.n == 1) {
                end = &ends.list[0];

                unit_check(end->index == job.jobs[0].index);
                unit_check(end->state == to && end->len == 1);
                unit_check(end->id[0] == job.ids[0]);
                unit_check(memcmp(end->key, job.keys, NGX_PRINT_JOB_KEY) == 0);
            }
        }
    }
}


/* jobs that go wrong, and the others, have rooms of their own */

static void
job_notes_room(void)
{
    job_t                  t;
    ngx_uint_t             i, right, wrong;
    bench_job_t            job;
    ngx_print_job_ends_t   ends;

    job_begin(&t, "room for notes");

    ngx_memzero(&ends, sizeof(ngx_print_job_ends_t));

    t.a.ends = &ends;
    t.a.told = 1 << NGX_PRINT_JOB_CANCELED|1 << NGX_PRINT_JOB_EXPIRED;

    right = NGX_PRINT_STORE_ENDS;
    wrong = NGX_PRINT_STORE_ENDS;

    for (i = 0; i < right + 3; i++) {
        unit_check(job_new(&t, &job, 1, "a") == NGX_OK);
        unit_check(ngx_print_job_cancel(&t.a, job.jobs[0].index, job.keys,
                                        &job.jobs[0]) == NGX_OK);
    }

    unit_check(ends.n == right && ends.more[NGX_PRINT_JOB_CANCELED] == 3);

    for (i = 0; i < wrong + 2; i++) {
        unit_check(job_new(&t, &job, 1, "a") == NGX_OK);
        bench_clock(ngx_current_msec + 2 * BENCH_TTL);
        ngx_print_job_expire(&t.a, (uint32_t) ngx_current_msec,
                             job.jobs[0].index);
    }

    unit_check(ends.n == right + wrong && ends.wrong == wrong);
    unit_check(ends.more[NGX_PRINT_JOB_EXPIRED] == 2);
    unit_check(ends.list[right].waited >= BENCH_TTL
               && ends.list[right].attempts == 0);
}
