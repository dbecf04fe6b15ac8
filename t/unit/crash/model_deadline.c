
/*
 * Copyright (C) the print hub contributors
 */


/* Deadlines of the model's sessions, and workers that let them pass. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "model_base.h"


static ngx_int_t model_expire_closed(model_t *m, model_op_t *op,
    model_session_t *s);


ngx_int_t
model_expire(model_t *m, model_op_t *op, model_session_t *s)
{
    uint32_t    now, from;
    ngx_uint_t  held, fenced;

    now = (uint32_t) op->now;
    held = model_held(m, op, s);

    if (!model_live(s)) {
        return now < s->until ? NGX_PRINT_DUE_NOTHING
                              : model_expire_closed(m, op, s);
    }

    if (now < model_due(s) || (held && !model_late(s, now))) {
        return NGX_PRINT_DUE_NOTHING;
    }

    if (s->connect_by && !s->connected && now >= s->connect_by) {
        return NGX_PRINT_DUE_CONNECT_TIMEOUT;
    }

    if (s->wait || held) {
        return NGX_PRINT_DUE_PING_TIMEOUT;
    }

    /* the ping behind a job is the heartbeat's as well */

    fenced = (s->pings != s->pongs);
    from = now - s->ping_at < BENCH_TIMEOUT / 4 ? s->ping_at : now;

    if (model_go(m)) {
        s->ping_at = from + BENCH_TIMEOUT;
    }

    if (model_go(m)) {
        s->wait = 1;
        s->ping |= (!fenced && s->state != NGX_PRINT_SESSION_WS);
    }

    if (!fenced && s->state == NGX_PRINT_SESSION_WS && model_go(m)) {
        s->pings++;
    }

    return fenced ? NGX_PRINT_DUE_NOTHING : NGX_PRINT_DUE_PING;
}


static ngx_int_t
model_expire_closed(model_t *m, model_op_t *op, model_session_t *s)
{
    if (s->state == NGX_PRINT_SESSION_LINGER) {
        return model_held(m, op, s)
               && (uint32_t) op->now < s->until + BENCH_TIMEOUT
               ? NGX_PRINT_DUE_NOTHING : NGX_PRINT_DUE_FREE;
    }

    if (!model_mine(m, s, op->slot)) {

        if (model_go(m)) {
            s->kind = NGX_PRINT_ATT_NONE;
        }

        if (model_go(m)) {
            model_attach(m, op, s, NGX_PRINT_ATT_CLOSE);
        }
    }

    if (model_go(m)) {
        s->until = (uint32_t) op->now + BENCH_TIMEOUT;
    }

    return NGX_PRINT_DUE_FINISH;
}


ngx_uint_t
model_held(model_t *m, model_op_t *op, model_session_t *s)
{
    return model_attached(m, s) && !model_mine(m, s, op->slot);
}


/* its worker stands still */

ngx_uint_t
model_late(model_session_t *s, uint32_t now)
{
    return now >= model_due(s) + (s->wait ? 1 : 2) * BENCH_TIMEOUT;
}
