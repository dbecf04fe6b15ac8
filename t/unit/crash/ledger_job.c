
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <sys/mman.h>

#include "unit.h"
#include "ledger.h"


/* what the maker knows */
#define LEDGER_TRIED     1
#define LEDGER_ACCEPTED  2
#define LEDGER_REFUSED   3

#define LEDGER_STATES    10
#define LEDGER_EVENTS    NGX_PRINT_EVENT_READ


typedef struct {
    u_char               status;
    u_char               resend;
    u_char               id;
    u_char               sent;      /* times that it came unmarked */
    u_char               again;     /* and marked, as far as it counts */
    u_char               state;     /* of its last event */
} ledger_fate_t;


/* in front of a job's bytes */
typedef struct {
    uint32_t             n;
    uint32_t             at;
    uint32_t             len;
} ledger_job_head_t;


typedef struct {
    ngx_atomic_t         last;      /* the number given last */
    ngx_atomic_t         seen;      /* events */
    ledger_fate_t        fates[LEDGER_JOBS];
} ledger_jobs_t;


static uint32_t ledger_job_number(u_char *key);
static ledger_fate_t *ledger_job_fate(u_char *key);
static void ledger_job_event(ngx_print_event_t *e);
static void ledger_job_is(ngx_print_store_t *st, ngx_print_store_job_t *job);


static ledger_jobs_t  *ledger_jobs;

/* of the process that follows: up to here all are finished */
static uint32_t        ledger_job_checked;


void
ledger_job_create(void)
{
    ledger_jobs = mmap(NULL, sizeof(ledger_jobs_t), PROT_READ|PROT_WRITE,
                       MAP_SHARED|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0);

    if (ledger_jobs == MAP_FAILED) {
        perror("mmap");
        exit(2);
    }
}


ngx_int_t
ledger_job_make(ngx_print_store_t *st, const char *ids, ledger_job_t *job)
{
    uint32_t            n, i;
    ngx_int_t           rc;
    bench_job_t         request;
    ledger_job_head_t   head;

    bench_job(&request, 0, ids, 0);

    n = ngx_atomic_fetch_add(&ledger_jobs->last, request.init.n) + 1;

    if (n + request.init.n > LEDGER_JOBS) {
        ledger_fail("too many jobs");
    }

    /* the payload is the same, so it tells the first one's number */

    head.n = n;
    head.at = job->at;
    head.len = job->len;

    request.parts[0].data = (u_char *) &head;
    request.parts[0].len = sizeof(head);
    request.parts[1].data = ledger_payload(job->at);
    request.parts[1].len = job->len;

    request.init.limit = job->limit;
    request.init.queue = job->queue;
    request.init.ttl = job->ttl;
    request.init.resend = job->resend;

    for (i = 0; i < request.init.n; i++) {
        bench_job_key(&request.keys[i * NGX_PRINT_JOB_KEY], n + i, i);

        ledger_jobs->fates[n + i].resend = job->resend;
        ledger_jobs->fates[n + i].id = ids[i];
        ngx_print_store_publish(ledger_jobs->fates[n + i].status,
                                LEDGER_TRIED);
    }

    rc = bench_print(st, &request);

    for (i = 0; i < request.init.n; i++) {
        ngx_print_store_publish(ledger_jobs->fates[n + i].status,
                                rc == NGX_OK ? LEDGER_ACCEPTED
                                             : LEDGER_REFUSED);
    }

    if (rc == NGX_OK) {
        (void) ngx_atomic_fetch_add(&ledger_totals->jobs, request.init.n);
    }

    return rc;
}


static uint32_t
ledger_job_number(u_char *key)
{
    return (uint32_t) key[1] << 16 | (uint32_t) key[2] << 8 | key[3];
}


static ledger_fate_t *
ledger_job_fate(u_char *key)
{
    uint32_t  n;

    n = ledger_job_number(key);

    if (n == 0 || n > ledger_jobs->last || key[4] != 'j') {
        ledger_fail("a job that nobody has made: %u", n);
    }

    return &ledger_jobs->fates[n];
}


void
ledger_job_receive(ngx_print_store_t *st, ngx_print_job_packet_t *job,
    ngx_print_message_t *msg)
{
    size_t              size;
    uint32_t            n;
    ledger_fate_t      *fate;
    ledger_job_head_t   head;

    static u_char       bytes[LEDGER_BYTES];

    n = ledger_job_number(job->key);
    fate = ledger_job_fate(job->key);

    size = msg->len - msg->head.len - msg->tail.len;

    if (msg->len > sizeof(bytes) || size < sizeof(head)) {
        ledger_fail("job %u has %lu bytes", n, (unsigned long) size);
    }

    (void) ngx_print_queue_copy(st, msg, bytes);
    ngx_memcpy(&head, bytes + msg->head.len, sizeof(head));

    if (head.n + job->key[0] != n
        || head.len != size - sizeof(head)
        || memcmp(bytes + msg->head.len + sizeof(head),
                  ledger_payload(head.at), head.len) != 0)
    {
        ledger_fail("bytes of job %u", n);
    }

    if (fate->status == LEDGER_REFUSED) {
        ledger_fail("job %u was refused, and was sent", n);
    }

    /* the process that took it first may read it last */

    if (job->repetition ? !fate->resend : fate->sent) {
        ledger_fail("job %u was sent again", n);
    }

    if (job->repetition) {
        fate->again += (fate->again < 100);
        (void) ngx_atomic_fetch_add(&ledger_totals->again, 1);

    } else {
        fate->sent = 1;
    }

    (void) ngx_atomic_fetch_add(&ledger_totals->sent, 1);
}


/* each event is a legal change from the state of the event before it */

void
ledger_job_follow(ngx_print_store_t *st)
{
    ngx_uint_t         i, n;
    ngx_print_event_t  events[LEDGER_EVENTS];

    do {
        n = ngx_print_event_read(st, ledger_jobs->seen, events);

        for (i = 0; i < n; i++) {

            if (events[i].id != ++ledger_jobs->seen) {
                ledger_fail("event %lu is lost",
                            (unsigned long) ledger_jobs->seen);
            }

            if (events[i].kind == NGX_PRINT_EVENT_JOB) {
                ledger_job_event(&events[i]);
            }
        }
    } while (n == LEDGER_EVENTS);
}


ngx_uint_t
ledger_job_behind(ngx_print_store_t *st)
{
    return ngx_print_event_last(st) - ledger_jobs->seen > st->sh->nevents / 4
           || ledger_jobs->last > LEDGER_JOBS - 1000;
}


static void
ledger_job_event(ngx_print_event_t *e)
{
    ledger_fate_t  *fate;

    fate = ledger_job_fate(e->key);

    if (!ngx_print_job_legal(fate->state, e->state)) {
        ledger_fail("job %u came from state %u to %u",
                    ledger_job_number(e->key), fate->state, e->state);
    }

    if (fate->id != e->client[0]) {
        ledger_fail("job %u is another client's", ledger_job_number(e->key));
    }

    if (e->state >= NGX_PRINT_JOB_RECEIVED && e->state <= NGX_PRINT_JOB_FAILED
        && fate->state != NGX_PRINT_JOB_RECEIVED)
    {
        ledger_totals->known++;
    }

    fate->state = e->state;
}


void
ledger_job_check(ngx_print_store_t *st)
{
    uint32_t        i, n, open;
    ledger_fate_t  *fate;

    ledger_job_follow(st);

    open = 0;

    for (i = 1; i < st->sh->job_top; i++) {
        if (st->jobs[i].state != NGX_PRINT_JOB_FREE) {
            ledger_job_is(st, &st->jobs[i]);
            open += ngx_print_job_open_locked(&st->jobs[i]);
        }
    }

    /* none that waits, or was sent, has given way; those before are finished */

    for (n = ledger_job_checked + 1; n <= ledger_jobs->last; n++) {
        fate = &ledger_jobs->fates[n];

        if (fate->status == LEDGER_ACCEPTED
            && fate->state == NGX_PRINT_JOB_FREE)
        {
            ledger_fail("job %u was accepted, and has no event", n);
        }

        if (fate->state == NGX_PRINT_JOB_QUEUED
            || fate->state == NGX_PRINT_JOB_SENT)
        {
            open--;

        } else if (n == ledger_job_checked + 1) {
            ledger_job_checked++;
        }
    }

    if (open != 0) {
        ledger_fail("%d jobs are lost", -(int) open);
    }
}


static void
ledger_job_is(ngx_print_store_t *st, ngx_print_store_job_t *job)
{
    uint32_t        n, came;
    ledger_fate_t  *fate;

    n = ledger_job_number(job->key);
    fate = ledger_job_fate(job->key);
    came = fate->sent + fate->again;

    if (fate->status == LEDGER_REFUSED) {
        ledger_fail("job %u was refused, and is there", n);
    }

    if (fate->state != job->state) {
        ledger_fail("job %u is in state %u, told was %u", n, job->state,
                    fate->state);
    }

    /* a process that dies may have counted a time that it was not sent */

    if (came > job->attempts && fate->again < 100) {
        ledger_fail("job %u came %u times, sent were %u", n, came,
                    job->attempts);
    }

    switch (job->state) {

    case NGX_PRINT_JOB_RECEIVED:
    case NGX_PRINT_JOB_PRINTED:
    case NGX_PRINT_JOB_FAILED:
        if (came == 0) {
            ledger_fail("job %u was not received, and is said to be", n);
        }

        break;

    case NGX_PRINT_JOB_CANCELED:
    case NGX_PRINT_JOB_EXPIRED:
        if (came) {
            ledger_fail("job %u was received, and is said not to be", n);
        }

        break;

    default:
        break;
    }
}
