
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "model_base.h"


ngx_uint_t
model_go(model_t *m)
{
    if (m->steps == 0) {
        m->stopped = 1;
        return 0;
    }

    m->steps--;

    return 1;
}


void
model_event(model_t *m, const char *fmt, ...)
{
    int      n;
    char    *text;
    va_list  args;

    text = m->events[++m->event % MODEL_EVENTS];

    n = snprintf(text, sizeof(m->events[0]), "event %lu ",
                 (unsigned long) m->event);

    va_start(args, fmt);
    (void) vsnprintf(text + n, sizeof(m->events[0]) - n, fmt, args);
    va_end(args);
}


model_session_t *
model_session(model_t *m, ngx_uint_t number)
{
    model_session_t  *s;

    for (s = m->sessions; s < m->sessions + MODEL_SESSIONS; s++) {
        if (number && s->number == number) {
            return s;
        }
    }

    return NULL;
}


ngx_uint_t
model_live(model_session_t *s)
{
    return s->state != NGX_PRINT_SESSION_CLOSING
           && s->state != NGX_PRINT_SESSION_LINGER;
}


ngx_uint_t
model_alive(model_t *m, ngx_uint_t slot, uint32_t epoch)
{
    return epoch && m->workers[slot].epoch == epoch;
}


ngx_uint_t
model_attached(model_t *m, model_session_t *s)
{
    return s->kind != NGX_PRINT_ATT_NONE && model_alive(m, s->slot, s->epoch);
}


ngx_uint_t
model_mine(model_t *m, model_session_t *s, ngx_uint_t slot)
{
    return s->kind != NGX_PRINT_ATT_NONE && s->slot == slot
           && s->epoch == m->workers[slot].epoch;
}


void
model_attach(model_t *m, model_op_t *op, model_session_t *s, ngx_uint_t kind)
{
    s->kind = kind;
    s->slot = op->slot;
    s->epoch = m->workers[op->slot].epoch;
    s->token = op->new_token;
}


uint32_t
model_due(model_session_t *s)
{
    if (s->connect_by && !s->connected && s->connect_by < s->ping_at) {
        return s->connect_by;
    }

    return s->ping_at;
}


model_client_t *
model_client(model_t *m, u_char id)
{
    ngx_uint_t  i;

    for (i = 0; i < m->nclients; i++) {
        if (m->clients[i].id == id) {
            return &m->clients[i];
        }
    }

    return NULL;
}


ngx_uint_t
model_blocks(model_t *m)
{
    ngx_uint_t        i, n;
    model_session_t  *s;

    n = 0;

    for (i = 0; i < MODEL_WORKERS; i++) {
        n += model_queue_blocks(&m->workers[i].batch) + m->workers[i].lost;
    }

    n += model_job_blocks(m);

    for (s = m->sessions; s < m->sessions + MODEL_SESSIONS; s++) {
        if (s->number) {
            n += model_queue_blocks(&s->out) + model_queue_blocks(&s->in);
        }
    }

    return n;
}


ngx_uint_t
model_queue_blocks(model_queue_t *q)
{
    ngx_uint_t  i, n;

    for (i = 0, n = 0; i < q->count; i++) {
        n += model_len_blocks(q->list[i].len);
    }

    return n;
}


ngx_uint_t
model_len_blocks(uint32_t len)
{
    return (sizeof(ngx_print_store_head_t) + len + NGX_PRINT_STORE_BLOCK - 1)
           / NGX_PRINT_STORE_BLOCK;
}


void
model_push(model_queue_t *q, uint32_t n, uint32_t len)
{
    q->list[q->count].n = n;
    q->list[q->count].len = len;
    q->count++;
}


void
model_pop(model_queue_t *q, ngx_uint_t n)
{
    n = ngx_min(n, q->count);

    memmove(q->list, q->list + n, (q->count - n) * sizeof(model_message_t));
    q->count -= n;
}


char *
model_add(char *p, char *last, const char *fmt, ...)
{
    int      n;
    va_list  args;

    va_start(args, fmt);
    n = vsnprintf(p, last - p, fmt, args);
    va_end(args);

    return n < last - p ? p + n : last - 1;
}


ngx_uint_t
model_job_is_open(model_job_t *job)
{
    return job->state == NGX_PRINT_JOB_QUEUED
           || job->state == NGX_PRINT_JOB_SENT;
}


/* of the payloads, one for each request: in use by jobs, or being copied */

ngx_uint_t
model_job_blocks(model_t *m)
{
    ngx_uint_t    i, k, n, blocks;
    model_job_t  *use[MODEL_JOBS + MODEL_WORKERS * NGX_PRINT_QUEUE_JOBS];

    n = 0;

    for (i = 0; i < m->njobs; i++) {
        if (model_job_is_open(&m->jobs[i])) {
            use[n++] = &m->jobs[i];
        }
    }

    for (i = 0; i < MODEL_WORKERS; i++) {
        for (k = 0; k < NGX_PRINT_QUEUE_JOBS; k++) {
            if (m->workers[i].pins[k].n) {
                use[n++] = &m->workers[i].pins[k];
            }
        }
    }

    blocks = 0;

    for (i = 0; i < n; i++) {

        for (k = 0; use[k]->n != use[i]->n; k++) { /* void */ }

        blocks += (k == i) ? model_len_blocks(use[i]->len) : 0;
    }

    return blocks;
}


void
model_worker(model_t *m, ngx_uint_t slot, uint32_t epoch)
{
    m->workers[slot].epoch = epoch;
    m->workers[slot].batch.count = 0;
    m->workers[slot].lost = 0;

    ngx_memzero(m->workers[slot].pins, sizeof(m->workers[slot].pins));
}
