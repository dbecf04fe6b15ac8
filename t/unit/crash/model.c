
/*
 * Copyright (C) the print hub contributors
 */


/* The operations of the model, except those on jobs. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "model_base.h"
#include "check.h"


/* as sent by the operations of one kind */
#define MODEL_HELD_MAX  4000


static ngx_int_t model_stale(model_t *m, model_op_t *op);
static ngx_int_t model_apply_session(model_t *m, model_op_t *op,
    model_session_t *s);
static void model_free(model_t *m, model_op_t *op, model_session_t *s);
static void model_linger(model_t *m, model_op_t *op, model_session_t *s);
static ngx_int_t model_apply_upgrade(model_t *m, model_op_t *op,
    model_session_t *s);
static ngx_int_t model_apply_message(model_t *m, model_op_t *op,
    model_session_t *s);
static void model_pong(model_t *m, model_op_t *op, model_session_t *s);
static ngx_int_t model_open(model_t *m, model_op_t *op);
static ngx_int_t model_poll(model_t *m, model_op_t *op, model_session_t *s);
static ngx_int_t model_close(model_t *m, model_op_t *op, model_session_t *s);
static ngx_int_t model_send(model_t *m, model_op_t *op, model_session_t *s);
static ngx_int_t model_take(model_t *m, model_op_t *op, model_session_t *s);
static ngx_uint_t model_take_messages(model_t *m, model_op_t *op,
    model_session_t *s);
static ngx_uint_t model_take_jobs(model_t *m, model_op_t *op,
    model_session_t *s, ngx_uint_t *ping);
static ngx_int_t model_attach_add(model_t *m, model_op_t *op,
    model_session_t *s);
static ngx_int_t model_register(model_t *m, model_op_t *op,
    model_session_t *s);
static ngx_int_t model_evict(model_t *m);
static ngx_int_t model_leave(model_t *m, model_op_t *op, model_session_t *s);
static void model_offline(model_t *m, model_client_t *cl, ngx_msec_t now);


const char  *model_names[] = {
    "open", "poll", "detach", "post", "post-done", "probe", "upgrade",
    "unprobe", "connect", "disconnect", "touch", "expire", "close", "free",
    "linger", "send", "take", "release", "attach-add", "attach-take", "ready",
    "block", "register", "leave", "job", "cancel", "result", "job-expire"
};


ngx_int_t
model_apply(model_t *m, model_op_t *op)
{
    m->steps = (ngx_uint_t) -1;
    m->stopped = 0;

    return model_do(m, op);
}


ngx_int_t
model_do(model_t *m, model_op_t *op)
{
    model_session_t  *s;

    s = &m->sessions[op->session];

    switch (op->op) {

    case MODEL_OPEN:
        return model_open(m, op);

    case MODEL_RELEASE:
        m->workers[op->slot].batch.count = 0;
        ngx_memzero(m->workers[op->slot].pins, sizeof(m->workers[0].pins));
        return NGX_OK;

    case MODEL_READY:
        return op->rc;

    case MODEL_JOB:
        return model_job(m, op);

    case MODEL_CANCEL:
        return model_cancel(m, op);

    case MODEL_JOB_EXPIRE:
        return model_job_expire(m, op);

    default:
        break;
    }

    /* a ref that is too old */

    if (s->number == 0 || s->ref.index != op->ref.index
        || s->ref.gen != op->ref.gen)
    {
        return model_stale(m, op);
    }

    if (op->op == MODEL_RESULT) {
        return model_result(m, op, s);
    }

    return model_apply_session(m, op, s);
}


static ngx_int_t
model_stale(model_t *m, model_op_t *op)
{
    model_queue_t  one;

    switch (op->op) {

    case MODEL_POST_DONE:
    case MODEL_TOUCH:
    case MODEL_FREE:
    case MODEL_LINGER:
    case MODEL_BLOCK:
        /* they return nothing */
        return NGX_OK;

    case MODEL_EXPIRE:
        return NGX_PRINT_DUE_NOTHING;

    case MODEL_ATTACH_ADD:
        one.count = 0;
        model_push(&one, op->number, op->len);

        return model_blocks(m) + model_queue_blocks(&one) > MODEL_BLOCKS
               ? NGX_PRINT_FULL : NGX_DECLINED;

    default:
        return NGX_DECLINED;
    }
}


static ngx_int_t
model_apply_session(model_t *m, model_op_t *op, model_session_t *s)
{
    switch (op->op) {

    case MODEL_POLL:
        return model_poll(m, op, s);

    case MODEL_DETACH:
        if (s->state == NGX_PRINT_SESSION_CLOSING
            || s->kind != NGX_PRINT_ATT_POLL || s->token != op->token
            || (model_attached(m, s) && !model_mine(m, s, op->slot)))
        {
            return NGX_DECLINED;
        }

        s->kind = NGX_PRINT_ATT_NONE;

        return NGX_OK;

    case MODEL_POST:
        if (!model_live(s)) {
            return NGX_DECLINED;
        }

        if (s->state == NGX_PRINT_SESSION_WS) {
            return NGX_ABORT;
        }

        if (model_alive(m, s->post_slot, s->post_epoch)) {
            return NGX_BUSY;
        }

        s->post_slot = op->slot;
        s->post_epoch = m->workers[op->slot].epoch;

        return NGX_OK;

    case MODEL_POST_DONE:
        if (s->post_slot == op->slot
            && s->post_epoch == m->workers[op->slot].epoch)
        {
            s->post_epoch = 0;
        }

        return NGX_OK;

    case MODEL_PROBE:
    case MODEL_UPGRADE:
    case MODEL_UNPROBE:
        return model_apply_upgrade(m, op, s);

    case MODEL_EXPIRE:
        return model_expire(m, op, s);

    case MODEL_CLOSE:
        return model_close(m, op, s);

    case MODEL_FREE:
        model_free(m, op, s);
        return NGX_OK;

    case MODEL_LINGER:
        model_linger(m, op, s);
        return NGX_OK;

    default:
        return model_apply_message(m, op, s);
    }
}


/* message by message */

static void
model_free(model_t *m, model_op_t *op, model_session_t *s)
{
    if (model_live(s)) {
        return;
    }

    model_job_settle(m, op, s, 0);

    while (s->out.count && model_go(m)) {
        model_pop(&s->out, 1);
    }

    while (s->in.count && model_go(m)) {
        model_pop(&s->in, 1);
    }

    if (model_go(m)) {
        model_claim_gone(m, 0, s->number);
        s->number = 0;
    }
}


static void
model_linger(model_t *m, model_op_t *op, model_session_t *s)
{
    if (!model_live(s)) {
        model_job_settle(m, op, s, 0);
    }

    if (s->state != NGX_PRINT_SESSION_CLOSING) {
        return;
    }

    if (model_go(m)) {
        model_claim_gone(m, 0, s->number);
    }

    if (model_go(m)) {
        s->kind = NGX_PRINT_ATT_NONE;
    }

    if (model_go(m)) {
        s->state = NGX_PRINT_SESSION_LINGER;
        s->until = (uint32_t) op->now + op->number;
    }
}


static ngx_int_t
model_apply_upgrade(model_t *m, model_op_t *op, model_session_t *s)
{
    ngx_uint_t  mine;

    if (op->op == MODEL_PROBE) {

        if (!model_live(s)) {
            return NGX_DECLINED;
        }

        if (s->state == NGX_PRINT_SESSION_WS
            || (s->state == NGX_PRINT_SESSION_UPGRADING
                && model_alive(m, s->probe_slot, s->probe_epoch)))
        {
            return NGX_BUSY;
        }

        s->state = NGX_PRINT_SESSION_UPGRADING;
        s->noop = 1;
        s->probe_slot = op->slot;
        s->probe_epoch = m->workers[op->slot].epoch;

        return NGX_OK;
    }

    mine = s->state == NGX_PRINT_SESSION_UPGRADING
           && s->probe_slot == op->slot
           && s->probe_epoch == m->workers[op->slot].epoch
           && s->probe_token == op->token;

    if (!mine) {
        return NGX_DECLINED;
    }

    s->noop = 0;

    if (op->op == MODEL_UNPROBE) {
        s->state = NGX_PRINT_SESSION_OPEN;
        return NGX_OK;
    }

    s->state = NGX_PRINT_SESSION_WS;
    model_attach(m, op, s, NGX_PRINT_ATT_WS);
    s->token = op->token;

    return NGX_OK;
}


static ngx_int_t
model_apply_message(model_t *m, model_op_t *op, model_session_t *s)
{
    switch (op->op) {

    case MODEL_CONNECT:
        if (!model_live(s)) {
            return NGX_DECLINED;
        }

        if (s->connected) {
            return NGX_BUSY;
        }

        if (model_left_over(m, s)) {
            return NGX_AGAIN;
        }

        s->connected = 1;
        s->sock = op->number;

        return NGX_OK;

    case MODEL_DISCONNECT:
        if (!model_live(s) || !s->connected) {
            return NGX_DECLINED;
        }

        s->connected = 0;
        s->connect_by = 0;

        return NGX_OK;

    case MODEL_TOUCH:
        if (model_live(s) && op->flag) {
            model_pong(m, op, s);

        } else if (model_live(s) && s->wait) {
            s->ping_at = (uint32_t) op->now + BENCH_TIMEOUT;
        }

        return NGX_OK;

    case MODEL_BLOCK:
        if (model_mine(m, s, op->slot) && s->kind != NGX_PRINT_ATT_CLOSE
            && s->token == op->token)
        {
            s->blocked = op->flag;
        }

        return NGX_OK;

    case MODEL_SEND:
        return model_live(s) ? model_send(m, op, s) : NGX_DECLINED;

    case MODEL_TAKE:
        return model_take(m, op, s);

    case MODEL_ATTACH_ADD:
        return model_attach_add(m, op, s);

    case MODEL_ATTACH_TAKE:
        if (!model_live(s) || s->in.count == 0) {
            return NGX_DECLINED;
        }

        m->workers[op->slot].batch = s->in;
        s->in.count = 0;

        return NGX_OK;

    case MODEL_REGISTER:
        return model_live(s) ? model_register(m, op, s) : NGX_DECLINED;

    default: /* MODEL_LEAVE */
        return model_leave(m, op, s);
    }
}


static void
model_pong(model_t *m, model_op_t *op, model_session_t *s)
{
    if (model_go(m)) {
        s->wait = 0;
    }

    if (model_go(m)) {
        s->ping_at = (uint32_t) op->now + BENCH_INTERVAL;
    }

    if (s->pongs != s->pings && model_go(m)) {
        s->pongs++;
        model_job_received(m, s);
    }
}


static ngx_int_t
model_open(model_t *m, model_op_t *op)
{
    model_session_t  *s;

    for (s = m->sessions; s->number; s++) {
        if (s == &m->sessions[MODEL_SESSIONS - 1]) {
            return NGX_PRINT_FULL;
        }
    }

    ngx_memzero(s, sizeof(model_session_t));

    s->number = op->number;
    s->order = ++m->order;
    s->state = op->flag ? NGX_PRINT_SESSION_WS : NGX_PRINT_SESSION_OPEN;
    s->ping_at = (uint32_t) op->now + BENCH_INTERVAL;
    s->connect_by = (uint32_t) op->now + BENCH_CONNECT;

    if (op->flag) {
        model_attach(m, op, s, NGX_PRINT_ATT_WS);
    }

    return NGX_OK;
}


static ngx_int_t
model_poll(model_t *m, model_op_t *op, model_session_t *s)
{
    if (s->state == NGX_PRINT_SESSION_CLOSING) {
        return NGX_DECLINED;
    }

    if (s->state == NGX_PRINT_SESSION_WS) {
        return NGX_ABORT;
    }

    if (model_attached(m, s)) {
        return NGX_BUSY;
    }

    model_attach(m, op, s, NGX_PRINT_ATT_POLL);

    return NGX_OK;
}


static ngx_int_t
model_close(model_t *m, model_op_t *op, model_session_t *s)
{
    ngx_uint_t  held;

    if (!model_live(s)) {
        return NGX_DECLINED;
    }

    held = model_held(m, op, s);

    if (!model_attached(m, s)
        || (held && model_late(s, (uint32_t) op->now)))
    {
        model_attach(m, op, s, NGX_PRINT_ATT_CLOSE);
        held = 0;
    }

    s->until = (uint32_t) op->now + BENCH_TIMEOUT;
    s->state = NGX_PRINT_SESSION_CLOSING;
    s->reason = op->number;

    return held ? NGX_AGAIN : NGX_OK;
}


static ngx_int_t
model_send(model_t *m, model_op_t *op, model_session_t *s)
{
    ngx_uint_t     n;
    model_queue_t  one;

    one.count = 0;
    model_push(&one, op->number, op->len);
    n = model_queue_blocks(&one);

    if (s->out.count
        && (model_queue_blocks(&s->out) + n) * NGX_PRINT_STORE_BLOCK
           > MODEL_LIMIT)
    {
        return NGX_BUSY;
    }

    if (model_blocks(m) + n > MODEL_BLOCKS) {
        return NGX_PRINT_FULL;
    }

    model_push(&s->out, op->number, op->len);

    return NGX_OK;
}


static ngx_int_t
model_take(model_t *m, model_op_t *op, model_session_t *s)
{
    ngx_uint_t  n, jobs, noop, ping;

    if (!model_mine(m, s, op->slot) || s->kind == NGX_PRINT_ATT_CLOSE
        || s->token != op->token)
    {
        return NGX_DECLINED;
    }

    if (s->state == NGX_PRINT_SESSION_CLOSING) {
        return NGX_OK;
    }

    noop = op->flag && (s->noop || s->state == NGX_PRINT_SESSION_UPGRADING);

    n = model_take_messages(m, op, s);
    ping = s->ping;
    jobs = 0;

    if (s->out.count == 0 && !m->stopped) {
        jobs = model_take_jobs(m, op, s, &ping);
        n += jobs;
    }

    if (n == 0 && !noop && !ping) {
        return NGX_AGAIN;
    }

    if (op->flag && model_go(m)) {
        s->kind = NGX_PRINT_ATT_NONE;
    }

    if (model_go(m)) {
        s->noop = 0;
    }

    if (ping && model_go(m)) {
        s->ping = 0;
    }

    if (ping && jobs == 0 && model_go(m)) {
        s->pings++;
    }

    return NGX_OK;
}


static ngx_uint_t
model_take_messages(model_t *m, model_op_t *op, model_session_t *s)
{
    size_t           bytes;
    ngx_uint_t       i;
    model_queue_t   *batch;

    if (!model_go(m)) {
        return 0;
    }

    batch = &m->workers[op->slot].batch;
    bytes = 0;

    for (i = 0; i < s->out.count; i++) {
        bytes += s->out.list[i].len;

        if (i && bytes > op->len) {
            break;
        }

        model_push(batch, s->out.list[i].n, s->out.list[i].len);
    }

    model_pop(&s->out, i);

    return i;
}


/* behind all messages, if they fit */

static ngx_uint_t
model_take_jobs(model_t *m, model_op_t *op, model_session_t *s,
    ngx_uint_t *ping)
{
    size_t          bytes;
    ngx_uint_t      i, n;
    model_job_t    *job;
    model_queue_t  *batch;

    batch = &m->workers[op->slot].batch;
    bytes = 0;

    for (i = 0; i < batch->count; i++) {
        bytes += batch->list[i].len;
    }

    for (n = 0; n < NGX_PRINT_QUEUE_JOBS; n++) {
        job = model_job_next(m, s);

        if (job == NULL
            || (i + n && bytes + model_len_blocks(job->len)
                                 * NGX_PRINT_STORE_BLOCK > op->len))
        {
            break;
        }

        model_job_send(m, op, s, job, n);

        if (m->stopped) {
            break;
        }

        bytes += job->len + 2 * NGX_PRINT_STORE_WRAP;
        *ping = 1;
    }

    return n;
}


static ngx_int_t
model_attach_add(model_t *m, model_op_t *op, model_session_t *s)
{
    size_t         bytes;
    ngx_uint_t     i;
    model_queue_t  one;

    one.count = 0;
    model_push(&one, op->number, op->len);

    if (model_blocks(m) + model_queue_blocks(&one) > MODEL_BLOCKS) {
        return NGX_PRINT_FULL;
    }

    if (!model_live(s)) {
        return NGX_DECLINED;
    }

    bytes = op->len;

    for (i = 0; i < s->in.count; i++) {
        bytes += s->in.list[i].len;
    }

    if (bytes > MODEL_HELD_MAX) {
        return NGX_BUSY;
    }

    s->parts = s->in.count + 1 + op->flag;
    model_push(&s->in, op->number, op->len);

    return NGX_OK;
}


static ngx_int_t
model_register(model_t *m, model_op_t *op, model_session_t *s)
{
    ngx_int_t         rc;
    ngx_uint_t        live;
    model_claim_t    *claim;
    model_client_t   *cl;
    model_session_t  *owner;

    cl = model_client(m, op->id);
    rc = (cl && cl->number == s->number) ? NGX_DONE : NGX_OK;
    live = 0;
    owner = NULL;

    if (cl && rc == NGX_OK) {
        owner = model_session(m, cl->number);
        live = owner && model_live(owner) && owner->connected;
        claim = model_claim(m, cl->id, s->number);

        if (!(claim && claim->had)
            && model_claim_newer(m, cl, live ? owner : NULL, s))
        {
            if (claim == NULL) {
                claim = model_claim_make(m, cl->id, s->number, 0);
            }

            claim->ack = op->id & 1;

            return NGX_DONE;
        }

        if (owner) {
            model_job_recall(m, op, owner, cl->id);
        }
    }

    if (cl == NULL && m->nclients == MODEL_CLIENTS
        && model_evict(m) != NGX_OK)
    {
        return NGX_PRINT_FULL;
    }

    if (rc == NGX_OK && model_go(m)) {

        if (cl == NULL) {
            cl = &m->clients[m->nclients++];
            ngx_memzero(cl, sizeof(model_client_t));
            cl->id = op->id;
        }

        if (live) {
            model_event(m, "%c taken from %u by %u", cl->id,
                        (unsigned) (owner->number & 0xff),
                        (unsigned) (s->number & 0xff));
        }

        model_event(m, "%c came", cl->id);

        if (live) {
            claim = model_claim_make(m, cl->id, owner->number, cl->ack);
            claim->had = 1;
        }

        model_claim_gone(m, cl->id, s->number);

        cl->number = s->number;
        cl->event = m->event;

        if (cl->first == 0) {
            cl->first = m->event;
        }
    }

    if (cl && model_go(m)) {
        cl->ack = op->id & 1;
    }

    return rc;
}


/* the one that is away for longest, and has no jobs */

static ngx_int_t
model_evict(model_t *m)
{
    ngx_uint_t       i;
    model_client_t  *cl, *last;

    cl = NULL;

    for (i = 0; i < m->nclients; i++) {
        if (m->clients[i].number == 0
            && !model_job_open(m, m->clients[i].id)
            && (cl == NULL || m->clients[i].event < cl->event))
        {
            cl = &m->clients[i];
        }
    }

    if (cl == NULL) {
        return NGX_DECLINED;
    }

    if (model_go(m)) {
        model_claim_gone(m, cl->id, 0);
        last = &m->clients[--m->nclients];

        for ( /* void */ ; cl < last; cl++) {
            cl[0] = cl[1];
        }
    }

    return NGX_OK;
}


static ngx_int_t
model_leave(model_t *m, model_op_t *op, model_session_t *s)
{
    ngx_uint_t       i;
    model_client_t  *cl;

    if (model_live(s) && s->connected) {
        return NGX_DECLINED;
    }

    /* which one is left first is up to the store */

    for (i = 0; i < m->nclients; i++) {
        cl = &m->clients[i];

        if (cl->number == s->number && (op->left == 0 || op->left == cl->id)) {
            model_job_settle(m, op, s, 0);
            model_job_unsent(m, cl->id);

            if (model_go(m)) {
                model_offline(m, cl, op->now);
            }

            return NGX_OK;
        }
    }

    model_claim_gone(m, 0, s->number);

    return NGX_DECLINED;
}


void
model_orphans(model_t *m, ngx_uint_t reason)
{
    model_session_t  *s;

    for (s = m->sessions; s < m->sessions + MODEL_SESSIONS; s++) {

        if (s->number == 0) {
            continue;
        }

        if (!model_alive(m, s->post_slot, s->post_epoch)) {
            s->post_epoch = 0;
        }

        if (s->state == NGX_PRINT_SESSION_UPGRADING
            && !model_alive(m, s->probe_slot, s->probe_epoch))
        {
            s->state = NGX_PRINT_SESSION_OPEN;
            s->noop = 0;
        }

        if (model_attached(m, s)) {
            continue;
        }

        s->kind = NGX_PRINT_ATT_NONE;

        if (s->state == NGX_PRINT_SESSION_WS
            || s->state == NGX_PRINT_SESSION_CLOSING)
        {
            s->kind = NGX_PRINT_ATT_CLOSE;
            s->slot = 0;
            s->epoch = m->workers[0].epoch;
            s->until = (uint32_t) ngx_current_msec + BENCH_TIMEOUT;
        }

        if (s->state == NGX_PRINT_SESSION_WS) {
            s->state = NGX_PRINT_SESSION_CLOSING;
            s->reason = reason;
        }
    }
}


static void
model_offline(model_t *m, model_client_t *cl, ngx_msec_t now)
{
    model_claim_t    *claim;
    model_session_t  *s;

    claim = model_claim_newest(m, cl->id);

    if (claim) {
        model_event(m, "%c came", cl->id);

        cl->number = claim->number;
        cl->ack = claim->ack;
        cl->event = m->event;

        model_claim_gone(m, cl->id, claim->number);
        return;
    }

    for (s = m->sessions; s->number != cl->number; s++) { /* void */ }

    model_event(m, "%c left", cl->id);

    cl->number = 0;
    cl->sock = s->sock;
    cl->since = now / 1000;
    cl->event = m->event;
}
