
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


int
main(void)
{
    bench_guard();

    job_rules();
    job_reports();
    job_guards();

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
    ngx_uint_t         from, to, ok;
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

            unit_check(rc == (ok ? NGX_OK : NGX_DECLINED));
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
