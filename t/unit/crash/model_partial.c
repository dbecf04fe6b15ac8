
/*
 * Copyright (C) the print hub contributors
 */


/* States in which an operation that is killed may leave the model. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "model_base.h"


/* of one client that leaves */
#define MODEL_STEPS     (2 * MODEL_JOBS + 2)


static ngx_uint_t model_partial_steps(model_t *m, model_op_t *op,
    ngx_uint_t i);
static ngx_uint_t model_partial_leave(model_t *m, model_op_t *op,
    model_session_t *s, ngx_uint_t i);
static ngx_uint_t model_partial_probe(model_t *m, model_op_t *op,
    model_session_t *s, ngx_uint_t i);


ngx_uint_t
model_partial(model_t *m, model_op_t *op, ngx_uint_t i)
{
    model_session_t  *s;

    s = &m->sessions[op->session];

    switch (op->op) {

    case MODEL_POLL:
    case MODEL_UPGRADE:
        s->kind = NGX_PRINT_ATT_NONE;
        return i < 1;

    case MODEL_POST:
        s->post_epoch = 0;
        return i < 1;

    case MODEL_PROBE:
        return model_partial_probe(m, op, s, i);

    case MODEL_UNPROBE:
        s->state = NGX_PRINT_SESSION_OPEN;
        return i < 1;

    case MODEL_CONNECT:
        if (!model_live(s) || s->connected || model_left_over(m, s)) {
            return 0;
        }

        s->sock = op->number;

        return i < 1;

    case MODEL_CLOSE:
        s->kind = NGX_PRINT_ATT_NONE;

        if (i == 1) {
            model_attach(m, op, s, NGX_PRINT_ATT_CLOSE);
        }

        return i < 2;

    case MODEL_LEAVE:
        return model_partial_leave(m, op, s, i);

    default:
        return model_partial_steps(m, op, i);
    }
}


/* so many steps of it */

static ngx_uint_t
model_partial_steps(model_t *m, model_op_t *op, ngx_uint_t i)
{
    m->steps = i;
    m->stopped = 0;

    (void) model_do(m, op);

    i = m->stopped;
    m->stopped = 0;

    return i;
}


/* any of its clients may be the one */

static ngx_uint_t
model_partial_leave(model_t *m, model_op_t *op, model_session_t *s,
    ngx_uint_t i)
{
    ngx_uint_t  n;
    model_op_t  one;

    one = *op;

    for (n = 0; n < m->nclients; n++) {

        if (m->clients[n].number != s->number) {
            continue;
        }

        if (i < MODEL_STEPS) {
            one.left = m->clients[n].id;
            (void) model_partial_steps(m, &one, i + 1);
            return 1;
        }

        i -= MODEL_STEPS;
    }

    return 0;
}


static ngx_uint_t
model_partial_probe(model_t *m, model_op_t *op, model_session_t *s,
    ngx_uint_t i)
{
    switch (i) {

    case 0:
        s->probe_epoch = 0;
        return 1;

    case 1:
        s->probe_epoch = 0;
        s->probe_slot = op->slot;
        return 1;

    case 2:
        s->probe_epoch = m->workers[op->slot].epoch;
        s->probe_slot = op->slot;
        return 1;

    case 3:
        s->noop = 1;
        return 1;

    default:
        return 0;
    }
}
