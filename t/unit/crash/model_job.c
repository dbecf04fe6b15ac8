
/*
 * Copyright (C) the print hub contributors
 */


/* jobs in the model, without sockets that can be recovered */


#include <ngx_config.h>
#include <ngx_core.h>

#include "model_base.h"
#include "check.h"


static ngx_int_t model_job_check(model_t *m, model_op_t *op, u_char id);
static ngx_int_t model_job_room(model_t *m, ngx_uint_t n);
static void model_job_make(model_t *m, model_op_t *op, ngx_uint_t i);
static void model_job_count(model_client_t *cl, model_job_t *job,
    ngx_uint_t state);
static ngx_uint_t model_job_delivered(ngx_uint_t state);
static void model_job_to(model_t *m, model_job_t *job, ngx_uint_t state,
    const char *reason);
static model_job_t *model_job_find(model_t *m, model_op_t *op);
static model_job_t *model_job_sent(model_t *m, model_session_t *s, u_char id,
    ngx_uint_t resend);
static void model_job_again(model_t *m, model_op_t *op, model_job_t *job);
static char *model_job_text_one(model_t *m, char *p, char *last,
    model_job_t *job);


static const char  *model_job_states[] = {
    "FREE", "QUEUED", "SENT", "RECEIVED", "PRINTED", "FAILED", "EXPIRED",
    "CANCELED", "UNCONFIRMED"
};


ngx_int_t
model_job(model_t *m, model_op_t *op)
{
    ngx_int_t   rc;
    ngx_uint_t  n, full;

    n = model_len_blocks(op->len);
    full = model_blocks(m) + n > MODEL_BLOCKS;

    if (full && n > NGX_PRINT_STORE_SMALL) {
        return NGX_PRINT_FULL;
    }

    rc = model_job_check(m, op, op->id);

    if (rc == NGX_OK && op->id2) {
        rc = model_job_check(m, op, op->id2);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    if (model_job_room(m, op->id2 ? 2 : 1) != NGX_OK || full) {
        return NGX_PRINT_FULL;
    }

    if (model_go(m)) {
        model_job_make(m, op, 0);

        if (op->id2) {
            model_job_make(m, op, 1);
        }
    }

    return NGX_OK;
}


static ngx_int_t
model_job_check(model_t *m, model_op_t *op, u_char id)
{
    ngx_uint_t        i, waiting, blocks;
    model_client_t   *cl;
    model_session_t  *s;

    cl = model_client(m, id);

    if (cl == NULL) {
        return NGX_DECLINED;
    }

    waiting = 0;
    blocks = 0;

    for (i = 0; i < m->njobs; i++) {
        if (m->jobs[i].id == id && model_job_is_open(&m->jobs[i])) {
            waiting += (m->jobs[i].state == NGX_PRINT_JOB_QUEUED);
            blocks += model_len_blocks(m->jobs[i].len);
        }
    }

    s = model_session(m, cl->number);

    if (s == NULL || !model_live(s) || !s->connected) {

        if (model_direct(op->number)) {
            return NGX_PRINT_OFFLINE;
        }

        if (waiting >= MODEL_QUEUE) {
            return NGX_BUSY;
        }
    }

    if (blocks && (blocks + model_len_blocks(op->len)) * NGX_PRINT_STORE_BLOCK
                  > MODEL_LIMIT)
    {
        return NGX_BUSY;
    }

    return NGX_OK;
}


/* evicts jobs from the history, the one that changed longest ago first */

static ngx_int_t
model_job_room(model_t *m, ngx_uint_t n)
{
    ngx_uint_t    i;
    model_job_t  *old, *last;

    while (m->njobs + n > MODEL_JOBS && !m->stopped) {
        old = NULL;

        for (i = 0; i < m->njobs; i++) {
            if (!model_job_is_open(&m->jobs[i])
                && (old == NULL || m->jobs[i].event < old->event))
            {
                old = &m->jobs[i];
            }
        }

        if (old == NULL) {
            return NGX_DECLINED;
        }

        if (model_go(m)) {
            last = &m->jobs[--m->njobs];

            for ( /* void */ ; old < last; old++) {
                old[0] = old[1];
            }
        }
    }

    return NGX_OK;
}


static void
model_job_make(model_t *m, model_op_t *op, ngx_uint_t i)
{
    model_job_t  *job;

    job = &m->jobs[m->njobs++];

    ngx_memzero(job, sizeof(model_job_t));

    job->n = op->number;
    job->i = i;
    job->id = i ? op->id2 : op->id;
    job->len = op->len;
    job->resend = op->flag;
    job->direct = model_direct(op->number);
    job->due = (uint32_t) op->now + BENCH_TTL;

    model_job_to(m, job, NGX_PRINT_JOB_QUEUED, "");
}


/* a client that has come after the job does not count it */

static void
model_job_count(model_client_t *cl, model_job_t *job, ngx_uint_t state)
{
    ngx_uint_t  was, is;

    was = model_job_delivered(job->state);
    is = model_job_delivered(state);

    if (job->state == NGX_PRINT_JOB_FREE) {
        cl->accepted++;

    } else if (model_job_is_open(job)) {
        cl->delivered += is;
        cl->undelivered += (state != NGX_PRINT_JOB_QUEUED
                            && state != NGX_PRINT_JOB_SENT && !is);

    } else if (is && !was && cl->first < job->first) {
        cl->delivered++;
        cl->undelivered--;
    }
}


static ngx_uint_t
model_job_delivered(ngx_uint_t state)
{
    return state == NGX_PRINT_JOB_RECEIVED || state == NGX_PRINT_JOB_PRINTED
           || state == NGX_PRINT_JOB_FAILED;
}


static void
model_job_to(model_t *m, model_job_t *job, ngx_uint_t state,
    const char *reason)
{
    model_client_t  *cl;

    cl = model_client(m, job->id);

    if (cl) {
        model_job_count(cl, job, state);
    }

    job->state = state;
    job->reason = reason;

    model_event(m, "%c job %06lx.%lu %s \"%s\"", job->id,
                (unsigned long) job->n, (unsigned long) job->i,
                model_job_states[state], reason);

    job->event = m->event;

    if (job->first == 0) {
        job->first = m->event;
    }
}


ngx_int_t
model_cancel(model_t *m, model_op_t *op)
{
    model_job_t  *job;

    job = model_job_find(m, op);

    if (job == NULL) {
        return NGX_DECLINED;
    }

    if (job->state != NGX_PRINT_JOB_QUEUED || job->attempts) {
        return NGX_BUSY;
    }

    model_job_to(m, job, NGX_PRINT_JOB_CANCELED, "");

    return NGX_OK;
}


/* by the session that the client belongs to */

ngx_int_t
model_result(model_t *m, model_op_t *op, model_session_t *s)
{
    model_job_t     *job;
    model_client_t  *cl;

    job = model_job_find(m, op);
    cl = job ? model_client(m, job->id) : NULL;

    if (cl && cl->number == s->number && job->attempts
        && job->state == op->state && op->state != NGX_PRINT_JOB_RECEIVED)
    {
        return NGX_OK;
    }

    if (cl == NULL || cl->number != s->number || job->attempts == 0
        || !ngx_print_job_legal(job->state, op->state))
    {
        return NGX_DECLINED;
    }

    if (model_go(m)) {
        model_job_to(m, job, op->state, "");
    }

    return NGX_OK;
}


ngx_int_t
model_job_expire(model_t *m, model_op_t *op)
{
    model_job_t  *job;

    job = model_job_find(m, op);

    if (job && job->state == NGX_PRINT_JOB_QUEUED
        && (int32_t) ((uint32_t) op->now - job->due) >= 0)
    {
        model_job_to(m, job, job->attempts ? NGX_PRINT_JOB_UNCONFIRMED
                                           : NGX_PRINT_JOB_EXPIRED,
                     "the station was away for too long");
    }

    return NGX_OK;
}


static model_job_t *
model_job_find(model_t *m, model_op_t *op)
{
    ngx_uint_t  i;

    for (i = 0; i < m->njobs; i++) {
        if (m->jobs[i].n == op->job_n && m->jobs[i].i == op->job_i) {
            return &m->jobs[i];
        }
    }

    return NULL;
}


model_job_t *
model_job_next(model_t *m, model_session_t *s)
{
    ngx_uint_t       i;
    model_client_t  *cl;

    for (i = 0; i < m->njobs && model_live(s) && s->connected; i++) {
        cl = model_client(m, m->jobs[i].id);

        if (m->jobs[i].state == NGX_PRINT_JOB_QUEUED
            && cl->number == s->number)
        {
            return &m->jobs[i];
        }
    }

    return NULL;
}


void
model_job_send(model_t *m, model_op_t *op, model_session_t *s,
    model_job_t *job, ngx_uint_t k)
{
    if (k == 0 && model_go(m)) {
        s->pings++;
    }

    if (model_go(m)) {
        m->workers[op->slot].pins[k] = *job;
    }

    if (model_go(m)) {
        job->attempts++;
        job->session = s->number;
        job->fence = s->pings;
        job->offset = ++m->offset;
        job->asked = model_client(m, job->id)->ack;

        model_job_to(m, job, NGX_PRINT_JOB_SENT, "");
    }
}


/* the first one that was sent to a session, for a client (0: any) */

static model_job_t *
model_job_sent(model_t *m, model_session_t *s, u_char id, ngx_uint_t resend)
{
    ngx_uint_t    i;
    model_job_t  *job, *first;

    first = NULL;

    for (i = 0; i < m->njobs; i++) {
        job = &m->jobs[i];

        if (job->state == NGX_PRINT_JOB_SENT && job->session == s->number
            && (id == 0 || job->id == id)
            && (job->resend || !resend)
            && (first == NULL || job->offset < first->offset))
        {
            first = job;
        }
    }

    return first;
}


void
model_job_received(model_t *m, model_session_t *s)
{
    model_job_t  *job;

    for ( ;; ) {
        job = model_job_sent(m, s, 0, 0);

        if (job == NULL || job->fence > s->pongs || !model_go(m)) {
            return;
        }

        model_job_to(m, job, NGX_PRINT_JOB_RECEIVED, "");
    }
}


void
model_job_settle(model_t *m, model_op_t *op, model_session_t *s, u_char id)
{
    model_job_t  *job;

    while (!m->stopped) {
        job = model_job_sent(m, s, id, 0);

        if (job == NULL) {
            return;
        }

        if (job->resend) {
            model_job_again(m, op, job);

        } else if (model_go(m)) {
            model_job_to(m, job, NGX_PRINT_JOB_UNCONFIRMED,
                         "the connection was lost before a receipt");
        }
    }
}


void
model_job_recall(model_t *m, model_op_t *op, model_session_t *s, u_char id)
{
    model_job_t  *job;

    while (!m->stopped) {
        job = model_job_sent(m, s, id, 1);

        if (job == NULL) {
            return;
        }

        model_job_again(m, op, job);
    }
}


static void
model_job_again(model_t *m, model_op_t *op, model_job_t *job)
{
    if (model_go(m)) {
        job->again = 1;
        job->due = (uint32_t) op->now + BENCH_TTL;
        model_job_to(m, job, NGX_PRINT_JOB_QUEUED, "");
    }
}


void
model_job_unsent(model_t *m, u_char id)
{
    ngx_uint_t    i;
    model_job_t  *job;

    for (i = 0; i < m->njobs && model_claim_newest(m, id) == NULL; i++) {
        job = &m->jobs[i];

        if (job->id == id && job->state == NGX_PRINT_JOB_QUEUED
            && job->attempts == 0 && job->direct && model_go(m))
        {
            model_job_to(m, job, NGX_PRINT_JOB_EXPIRED,
                         "the station went offline");
        }
    }
}


ngx_uint_t
model_job_open(model_t *m, u_char id)
{
    ngx_uint_t  i;

    for (i = 0; i < m->njobs; i++) {
        if (m->jobs[i].id == id && model_job_is_open(&m->jobs[i])) {
            return 1;
        }
    }

    return 0;
}


char *
model_job_text(model_t *m, char *p, char *last)
{
    ngx_uint_t  i;

    for (i = 0; i < m->njobs; i++) {
        p = model_job_text_one(m, p, last, &m->jobs[i]);
    }

    i = m->event < MODEL_EVENTS ? 1 : m->event + 1 - MODEL_EVENTS;

    for ( /* void */ ; i <= m->event; i++) {
        p = model_add(p, last, "%s\n", m->events[i % MODEL_EVENTS]);
    }

    return p;
}


static char *
model_job_text_one(model_t *m, char *p, char *last, model_job_t *job)
{
    p = model_add(p, last, "job %06lx.%lu of %c %s", (unsigned long) job->n,
                  (unsigned long) job->i, job->id,
                  model_job_states[job->state]);

    if (job->attempts) {
        p = model_add(p, last, " attempts %lu",
                      (unsigned long) job->attempts);
    }

    if (job->reason[0] && job->state > NGX_PRINT_JOB_SENT) {
        p = model_add(p, last, " \"%s\"", job->reason);
    }

    if (!model_job_is_open(job)) {
        return model_add(p, last, "\n");
    }

    if (job->again) {
        p = model_add(p, last, " again");
    }

    if (job->state == NGX_PRINT_JOB_QUEUED) {
        p = model_add(p, last, " due %u", job->due);

    } else {
        p = model_add(p, last, " to %06lx fence %u%s",
                      (unsigned long) job->session, job->fence,
                      job->asked ? " asked" : "");
    }

    return model_add(p, last, " %u:0:%08x\n", job->len,
                     check_sum(0, bench_bytes(job->n, job->len), job->len));
}
