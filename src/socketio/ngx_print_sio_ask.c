
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_inet.h"
#include "ngx_print_prefix.h"
#include "ngx_print_session_answer.h"
#include "ngx_print_sio_question.h"
#include "ngx_print_sio_ask.h"


#define NGX_PRINT_SIO_ASK_BUCKETS  256
#define NGX_PRINT_SIO_ASK_TELL     1000     /* ms between two lines */

/* the variables */
#define NGX_PRINT_SIO_ASK_EVENT      0
#define NGX_PRINT_SIO_ASK_CLIENT_ID  1
#define NGX_PRINT_SIO_ASK_KEY        2


/* the asker of this worker; it exists from the first ask on */
typedef struct {
    ngx_queue_t    waiting;
    ngx_queue_t    ended;    /* the answer is not handled yet */
    ngx_queue_t    buckets[NGX_PRINT_SIO_ASK_BUCKETS];
    ngx_uint_t     nwaiting;
    ngx_uint_t     nrunning;

    ngx_event_t    work;     /* posted, or after a stall */
    ngx_event_t    patience;
    ngx_event_t    drain;
    ngx_event_t    tell;

    ngx_queue_t    failed;   /* authorizers of which a line is to tell */

    unsigned       draining:1;
    unsigned       closed:1;
} ngx_print_sio_asker_t;


static ngx_print_sio_asker_t *ngx_print_sio_asker_get(ngx_log_t *log);
static ngx_uint_t ngx_print_sio_ask_many(ngx_print_sio_asker_t *asker,
    uint64_t prefix);
static ngx_print_sio_ask_t *ngx_print_sio_ask_copy(ngx_print_sio_ask_t *ask,
    ngx_log_t *log, size_t *size);
static void ngx_print_sio_ask_bytes(ngx_str_t *dst, ngx_str_t *src);
static ngx_queue_t *ngx_print_sio_ask_bucket(ngx_print_ref_t ref);
static ngx_int_t ngx_print_sio_ask_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static void ngx_print_sio_ask_work(ngx_event_t *ev);
static void ngx_print_sio_ask_finish(ngx_print_sio_asker_t *asker);
static void ngx_print_sio_ask_apply(ngx_print_sio_asker_t *asker,
    ngx_print_sio_ask_t *ask, ngx_print_session_info_t *session);
static ngx_uint_t ngx_print_sio_ask_decide(ngx_print_sio_ask_t *ask,
    ngx_print_session_info_t *session);
static void ngx_print_sio_ask_free(ngx_print_sio_ask_t *ask);
static void ngx_print_sio_ask_begin(ngx_print_sio_asker_t *asker);
static void ngx_print_sio_ask_start(ngx_print_sio_asker_t *asker,
    ngx_print_sio_ask_t *ask, ngx_print_session_info_t *session);
static ngx_int_t ngx_print_sio_ask_session(ngx_print_sio_ask_t *ask,
    ngx_print_session_info_t *session);
static void ngx_print_sio_ask_later(ngx_print_sio_asker_t *asker);
static void ngx_print_sio_ask_timeout(ngx_event_t *ev);
static void ngx_print_sio_ask_evict(ngx_print_budget_holder_t *holder);
static void ngx_print_sio_ask_done(void *data,
    ngx_print_post_answer_t *answer);
static void ngx_print_sio_ask_fail(ngx_print_sio_ask_t *ask,
    const char *failure);
static void ngx_print_sio_ask_end(ngx_print_sio_ask_t *ask);
static void ngx_print_sio_ask_patience(ngx_event_t *ev);
static void ngx_print_sio_ask_drained(ngx_event_t *ev);
static void ngx_print_sio_ask_failed(ngx_print_sio_asker_t *asker,
    ngx_print_authorize_conf_t *acf, const char *failure);
static void ngx_print_sio_ask_tell(ngx_event_t *ev);


static ngx_print_sio_asker_t  *ngx_print_sio_asker;


static ngx_http_variable_t  ngx_print_sio_ask_vars[] = {

    { ngx_string("print_hub_event"), NULL, ngx_print_sio_ask_variable,
      NGX_PRINT_SIO_ASK_EVENT, 0, 0 },

    { ngx_string("print_hub_client_id"), NULL, ngx_print_sio_ask_variable,
      NGX_PRINT_SIO_ASK_CLIENT_ID, NGX_HTTP_VAR_CHANGEABLE, 0 },

    { ngx_string("print_hub_auth_key"), NULL, ngx_print_sio_ask_variable,
      NGX_PRINT_SIO_ASK_KEY, 0, 0 },

      ngx_http_null_variable
};


static ngx_print_sio_asker_t *
ngx_print_sio_asker_get(ngx_log_t *log)
{
    ngx_uint_t              i;
    ngx_event_t            *ev;
    ngx_print_sio_asker_t  *asker;

    if (ngx_print_sio_asker) {
        return ngx_print_sio_asker;
    }

    asker = ngx_calloc(sizeof(ngx_print_sio_asker_t), log);
    if (asker == NULL) {
        return NULL;
    }

    ngx_queue_init(&asker->waiting);
    ngx_queue_init(&asker->ended);
    ngx_queue_init(&asker->failed);

    for (i = 0; i < NGX_PRINT_SIO_ASK_BUCKETS; i++) {
        ngx_queue_init(&asker->buckets[i]);
    }

    asker->work.handler = ngx_print_sio_ask_work;
    asker->patience.handler = ngx_print_sio_ask_patience;
    asker->drain.handler = ngx_print_sio_ask_drained;
    asker->tell.handler = ngx_print_sio_ask_tell;

    /* what is asked has a timer of its own, which a worker waits for */

    asker->patience.cancelable = 1;
    asker->drain.cancelable = 1;
    asker->tell.cancelable = 1;

    for (ev = &asker->work; ev <= &asker->tell; ev++) {
        ev->data = asker;
        ev->log = ngx_cycle->log;
    }

    ngx_print_sio_asker = asker;

    return asker;
}


ngx_uint_t
ngx_print_sio_ask(ngx_print_sio_socket_t *socket, ngx_print_sio_ask_t *ask)
{
    size_t                  size;
    uint64_t                prefix;
    ngx_print_eio_peer_t   *peer;
    ngx_print_sio_asker_t  *asker;

    peer = socket->peer;

    asker = ngx_print_sio_asker_get(peer->log);
    if (asker == NULL) {
        return NGX_PRINT_REASON_TRY_LATER;
    }

    if (asker->closed || asker->nwaiting == NGX_PRINT_SIO_ASK_WAITING) {
        ngx_print_sio_ask_failed(asker, peer->conf->authorize,
                                 "no room to ask");
        return NGX_PRINT_REASON_TRY_LATER;
    }

    prefix = ngx_print_prefix(peer->session.addr);

    if (!peer->conf->limit.off && ngx_print_sio_ask_many(asker, prefix)) {
        ngx_print_sio_ask_failed(asker, peer->conf->authorize,
                                 "too many from one address");
        return NGX_PRINT_REASON_TRY_LATER;
    }

    ask = ngx_print_sio_ask_copy(ask, peer->log, &size);
    if (ask == NULL) {
        return NGX_PRINT_REASON_TRY_LATER;
    }

    ask->eio = peer->eio;
    ask->conf = peer->conf;
    ask->ref = peer->session.ref;
    ask->nsp = socket->nsp;
    ask->prefix = prefix;

    ask->address.data = ask->text;
    ask->address.len = ngx_print_inet(ask->text,
                                         ask->text + NGX_SOCKADDR_STRLEN,
                                         peer->session.addr)
                       - ask->text;

    ngx_queue_insert_tail(&asker->waiting, &ask->queue);
    ngx_queue_insert_tail(ngx_print_sio_ask_bucket(ask->ref), &ask->link);

    asker->nwaiting++;

    ask->since = ngx_current_msec;

    if (!asker->patience.timer_set) {
        ngx_add_timer(&asker->patience, NGX_PRINT_SIO_ASK_PATIENCE);
    }

    ask->holder.close = ngx_print_sio_ask_evict;
    ask->holder.data = ask;
    ask->holder.client = ask->address;

    ngx_print_budget_hold(&ask->holder, size);

    ngx_print_eio_wait(peer->hold, &ask->wait);

    ngx_post_event(&asker->work, &ngx_posted_events);

    return 0;
}


/*
 * Whether an address has its share of the places, so that others find room. A
 * UNIX socket has no address.
 */

static ngx_uint_t
ngx_print_sio_ask_many(ngx_print_sio_asker_t *asker, uint64_t prefix)
{
    ngx_uint_t            n;
    ngx_queue_t          *q;
    ngx_print_sio_ask_t  *ask;

    if (prefix == 0 || asker->nwaiting < NGX_PRINT_SIO_ASK_SHARE) {
        return 0;
    }

    n = 0;

    for (q = ngx_queue_head(&asker->waiting);
         q != ngx_queue_sentinel(&asker->waiting);
         q = ngx_queue_next(q))
    {
        ask = ngx_queue_data(q, ngx_print_sio_ask_t, queue);

        if (ask->prefix == prefix && ++n == NGX_PRINT_SIO_ASK_SHARE) {
            return 1;
        }
    }

    return 0;
}


/* Copies an ask and its texts to one piece of memory. */

static ngx_print_sio_ask_t *
ngx_print_sio_ask_copy(ngx_print_sio_ask_t *ask, ngx_log_t *log, size_t *size)
{
    u_char               *p;
    ngx_print_sio_ask_t  *copy;

    *size = sizeof(ngx_print_sio_ask_t) + ask->client_id.len + ask->auth.len
            + ask->data.len;

    p = ngx_alloc(*size, log);
    if (p == NULL) {
        return NULL;
    }

    copy = (ngx_print_sio_ask_t *) p;
    *copy = *ask;

    /* the bytes for decided() may be a struct */

    copy->data.data = p + sizeof(ngx_print_sio_ask_t);
    copy->auth.data = copy->data.data + ask->data.len;
    copy->client_id.data = copy->auth.data + ask->auth.len;

    ngx_print_sio_ask_bytes(&copy->data, &ask->data);
    ngx_print_sio_ask_bytes(&copy->auth, &ask->auth);
    ngx_print_sio_ask_bytes(&copy->client_id, &ask->client_id);

    return copy;
}


static void
ngx_print_sio_ask_bytes(ngx_str_t *dst, ngx_str_t *src)
{
    if (src->len) {
        ngx_memcpy(dst->data, src->data, src->len);
    }
}


static ngx_queue_t *
ngx_print_sio_ask_bucket(ngx_print_ref_t ref)
{
    return &ngx_print_sio_asker->buckets[ref.index % NGX_PRINT_SIO_ASK_BUCKETS];
}


ngx_print_sio_ask_t *
ngx_print_sio_ask_next(ngx_print_eio_t *eio, ngx_print_ref_t ref,
    ngx_print_sio_ask_t *ask)
{
    ngx_queue_t  *q, *bucket;

    if (ngx_print_sio_asker == NULL) {
        return NULL;
    }

    bucket = ngx_print_sio_ask_bucket(ref);

    for (q = ngx_queue_next(ask ? &ask->link : bucket);
         q != bucket;
         q = ngx_queue_next(q))
    {
        ask = ngx_queue_data(q, ngx_print_sio_ask_t, link);

        if (ask->eio == eio && ask->ref.index == ref.index
            && ask->ref.gen == ref.gen && !ask->canceled)
        {
            return ask;
        }
    }

    return NULL;
}


void
ngx_print_sio_ask_cancel(ngx_print_eio_t *eio, ngx_print_ref_t ref,
    ngx_int_t nsp)
{
    ngx_print_sio_ask_t  *ask, *next;

    for (ask = ngx_print_sio_ask_next(eio, ref, NULL); ask; ask = next) {

        next = ngx_print_sio_ask_next(eio, ref, ask);

        if (nsp == -1 || ask->nsp == (ngx_uint_t) nsp) {
            ask->canceled = 1;
            ngx_print_sio_ask_fail(ask, "nobody who waits for it");
        }
    }
}


void
ngx_print_sio_ask_tick(ngx_print_eio_t *eio)
{
    ngx_print_main_conf_t  *pmcf;
    ngx_print_sio_asker_t  *asker;

    asker = ngx_print_sio_asker;

    if (asker == NULL || asker->draining || !eio->closing) {
        return;
    }

    asker->draining = 1;

    pmcf = ngx_http_cycle_get_module_main_conf(ngx_cycle, ngx_print_module);

    ngx_add_timer(&asker->drain, pmcf->drain);
}


ngx_int_t
ngx_print_sio_ask_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *v, *var;

    for (v = ngx_print_sio_ask_vars; v->name.len; v++) {

        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


/* Only a request that asks has such values. */

static ngx_int_t
ngx_print_sio_ask_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_str_t                  value;
    ngx_print_sio_ask_t       *ask;
    ngx_print_post_request_t  *pr;

    pr = ngx_print_post_of(r);

    if (pr == NULL || pr->done != ngx_print_sio_ask_done) {
        v->not_found = 1;
        return NGX_OK;
    }

    ask = pr->data;

    switch (data) {

    case NGX_PRINT_SIO_ASK_EVENT:
        value = *ngx_print_sio_question_event(ask);
        break;

    case NGX_PRINT_SIO_ASK_CLIENT_ID:
        value = ask->client_id;
        break;

    default: /* NGX_PRINT_SIO_ASK_KEY */
        value.len = NGX_PRINT_SIO_QUESTION_KEY;
        value.data = ngx_pnalloc(r->pool, value.len);

        if (value.data == NULL) {
            return NGX_ERROR;
        }

        ngx_print_sio_question_key(ask, value.data);
    }

    v->len = value.len;
    v->data = value.data;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


static void
ngx_print_sio_ask_work(ngx_event_t *ev)
{
    ngx_print_sio_asker_t  *asker;

    asker = ev->data;

    ngx_print_sio_ask_finish(asker);
    ngx_print_sio_ask_begin(asker);
}


/* Handles the answers; those of a zone that is not ready stay. */

static void
ngx_print_sio_ask_finish(ngx_print_sio_asker_t *asker)
{
    ngx_queue_t               *q, ended, later;
    ngx_print_sio_ask_t       *ask;
    ngx_print_session_info_t   session;

    if (ngx_queue_empty(&asker->ended)) {
        return;
    }

    ngx_queue_init(&ended);
    ngx_queue_init(&later);

    ngx_queue_add(&ended, &asker->ended);
    ngx_queue_init(&asker->ended);

    while (!ngx_queue_empty(&ended)) {

        q = ngx_queue_head(&ended);
        ngx_queue_remove(q);

        ask = ngx_queue_data(q, ngx_print_sio_ask_t, queue);

        switch (ask->canceled ? NGX_DECLINED
                              : ngx_print_sio_ask_session(ask, &session))
        {
        case NGX_OK:
            ngx_print_sio_ask_apply(asker, ask, &session);
            break;

        case NGX_AGAIN:
            ngx_queue_insert_tail(&later, q);
            ngx_print_sio_ask_later(asker);
            break;

        default: /* NGX_DECLINED */
            ngx_print_sio_ask_free(ask);
        }
    }

    if (!ngx_queue_empty(&later)) {
        ngx_queue_add(&asker->ended, &later);
    }
}


static void
ngx_print_sio_ask_apply(ngx_print_sio_asker_t *asker, ngx_print_sio_ask_t *ask,
    ngx_print_session_info_t *session)
{
    ngx_uint_t  reason;

    /* it is decided: what the session asks from now on is something new */

    ngx_queue_remove(&ask->link);
    ngx_queue_init(&ask->link);

    if (ask->failure) {
        ngx_print_tally(&ask->eio->store,
                        NGX_PRINT_TALLY_REFUSALS + NGX_PRINT_CAUSE_UNDECIDED);

        ngx_print_sio_ask_failed(asker, ask->conf->authorize, ask->failure);
        reason = NGX_PRINT_REASON_TRY_LATER;

    } else {
        reason = ngx_print_sio_ask_decide(ask, session);
    }

    if (reason) {
        (void) ngx_print_eio_close(ask->eio, ask->ref, reason, ask->eio->log);
    }

    ngx_print_sio_ask_free(ask);
}


static ngx_uint_t
ngx_print_sio_ask_decide(ngx_print_sio_ask_t *ask,
    ngx_print_session_info_t *session)
{
    ngx_uint_t              reason, refusals;
    ngx_print_eio_peer_t    peer;
    ngx_print_sio_socket_t  socket;

    peer.eio = ask->eio;
    peer.conf = ask->conf;
    peer.log = ask->eio->log;
    peer.hold = ask->wait.hold;
    peer.session = *session;

    socket.peer = &peer;
    socket.nsp = ask->nsp;

    refusals = peer.eio->store.refusals;

    if (ask->verdict.expires) {
        (void) ngx_print_session_expires(&peer.eio->store, ask->ref,
                                         ask->verdict.expires * 1000);
    }

    reason = ask->decided(&socket, ask, &ask->verdict);

    if (reason == 0 && peer.eio->store.refusals != refusals) {
        /* a part of what the answer allows was not done */
        return NGX_PRINT_REASON_TRANSPORT_ERROR;
    }

    return reason;
}


static void
ngx_print_sio_ask_free(ngx_print_sio_ask_t *ask)
{
    ngx_print_eio_decided(&ask->wait);

    ngx_print_budget_hold(&ask->holder, 0);

    ngx_queue_remove(&ask->link);

    if (ask->copy) {
        ngx_free(ask->copy);
    }

    ngx_free(ask);
}


/* Asks for those that wait, as many as there is room for. */

static void
ngx_print_sio_ask_begin(ngx_print_sio_asker_t *asker)
{
    ngx_queue_t               *q, *next;
    ngx_print_sio_ask_t       *ask;
    ngx_print_session_info_t   session;

    for (q = ngx_queue_head(&asker->waiting);
         q != ngx_queue_sentinel(&asker->waiting)
         && asker->nrunning < NGX_PRINT_SIO_ASK_RUNNING;
         q = next)
    {
        next = ngx_queue_next(q);

        ask = ngx_queue_data(q, ngx_print_sio_ask_t, queue);

        switch (ngx_print_sio_ask_session(ask, &session)) {

        case NGX_OK:
            ngx_print_sio_ask_start(asker, ask, &session);
            break;

        case NGX_AGAIN:
            ngx_print_sio_ask_later(asker);
            break;

        default: /* NGX_DECLINED */
            ngx_queue_remove(q);
            asker->nwaiting--;
            ngx_print_sio_ask_free(ask);
        }
    }
}


static void
ngx_print_sio_ask_start(ngx_print_sio_asker_t *asker, ngx_print_sio_ask_t *ask,
    ngx_print_session_info_t *session)
{
    ngx_str_t    body;
    ngx_pool_t  *pool;

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, ask->eio->log);

    if (pool == NULL) {
        ngx_print_sio_ask_fail(ask, "no memory");
        return;
    }

    if (ngx_print_sio_question(ask, session, pool, &body) != NGX_OK) {
        ngx_destroy_pool(pool);
        ngx_print_sio_ask_fail(ask, "no memory");
        return;
    }

    ngx_queue_remove(&ask->queue);

    asker->nwaiting--;
    asker->nrunning++;

    ask->running = 1;

    ask->timer.handler = ngx_print_sio_ask_timeout;
    ask->timer.data = ask;
    ask->timer.log = ask->eio->log;

    ngx_add_timer(&ask->timer, ask->conf->authorize->timeout);

    ask->request.target = &ask->conf->authorize->target;
    ask->request.purpose = "asking an authorizer";
    ask->request.done = ngx_print_sio_ask_done;
    ask->request.data = ask;
    ask->request.body = 1;

    ngx_print_post_request(&ask->request, pool, &body);
}


/*
 * Sets session to the session of an ask.
 *
 *   NGX_OK        the session goes on, and still wants to know
 *   NGX_AGAIN     the zone cannot be used
 *   NGX_DECLINED  it is gone, or has left the namespace
 */

static ngx_int_t
ngx_print_sio_ask_session(ngx_print_sio_ask_t *ask,
    ngx_print_session_info_t *session)
{
    ngx_int_t  rc;

    if (ngx_print_eio_ready(ask->eio) != NGX_OK) {
        return NGX_AGAIN;
    }

    rc = ngx_print_session_get(&ask->eio->store, ask->ref, session);

    if (rc != NGX_OK) {
        return rc == NGX_PRINT_STALLED ? NGX_AGAIN : NGX_DECLINED;
    }

    if (session->state == NGX_PRINT_SESSION_CLOSING
        || session->state == NGX_PRINT_SESSION_LINGER)
    {
        return NGX_DECLINED;
    }

    return (!ask->registers || (session->connected >> ask->nsp & 1))
           ? NGX_OK : NGX_DECLINED;
}


static void
ngx_print_sio_ask_later(ngx_print_sio_asker_t *asker)
{
    if (!asker->work.timer_set) {
        ngx_add_timer(&asker->work, NGX_PRINT_EIO_RETRY);
    }
}


static void
ngx_print_sio_ask_timeout(ngx_event_t *ev)
{
    ngx_print_sio_ask_fail(ev->data, "a timeout");
}


/* The messages of this worker take too much memory. */

static void
ngx_print_sio_ask_evict(ngx_print_budget_holder_t *holder)
{
    ngx_print_sio_ask_fail(holder->data, "no room to ask");
}


/* The request has ended; see ngx_print_post_request.h. */

static void
ngx_print_sio_ask_done(void *data, ngx_print_post_answer_t *answer)
{
    ngx_print_sio_ask_t *ask = data;

    ask->running = 0;
    ngx_print_sio_asker->nrunning--;

    if (ask->timer.timer_set) {
        ngx_del_timer(&ask->timer);
    }

    if (ask->failure == NULL) {
        ngx_print_sio_question_answer(ask, answer);
    }

    ngx_print_sio_ask_end(ask);
}


/* Ends an ask without waiting for the answer. */

static void
ngx_print_sio_ask_fail(ngx_print_sio_ask_t *ask, const char *failure)
{
    if (ask->failure == NULL) {
        ask->failure = failure;
    }

    if (ask->running) {
        ngx_print_post_abort(&ask->request);
        return;
    }

    if (!ask->ended) {
        ngx_queue_remove(&ask->queue);
        ngx_print_sio_asker->nwaiting--;

        ngx_print_sio_ask_end(ask);
    }
}


static void
ngx_print_sio_ask_end(ngx_print_sio_ask_t *ask)
{
    ask->ended = 1;

    ngx_print_budget_hold(&ask->holder, 0);

    ngx_queue_insert_tail(&ngx_print_sio_asker->ended, &ask->queue);

    ngx_post_event(&ngx_print_sio_asker->work, &ngx_posted_events);
}


/* Refuses those for now that have waited too long. */

static void
ngx_print_sio_ask_patience(ngx_event_t *ev)
{
    ngx_msec_int_t          left;
    ngx_queue_t            *q;
    ngx_print_sio_ask_t    *ask;
    ngx_print_sio_asker_t  *asker;

    asker = ev->data;

    while (!ngx_queue_empty(&asker->waiting)) {

        q = ngx_queue_head(&asker->waiting);
        ask = ngx_queue_data(q, ngx_print_sio_ask_t, queue);

        left = (ngx_msec_int_t) (ask->since + NGX_PRINT_SIO_ASK_PATIENCE
                                 - ngx_current_msec);

        if (left > 0) {
            ngx_add_timer(ev, (ngx_msec_t) left);
            return;
        }

        ngx_print_sio_ask_fail(ask, "too many at once");
    }
}


/* The drain of this worker has ended. */

static void
ngx_print_sio_ask_drained(ngx_event_t *ev)
{
    ngx_uint_t              i;
    ngx_queue_t            *q, *next, *bucket;
    ngx_print_sio_ask_t    *ask;
    ngx_print_sio_asker_t  *asker;

    asker = ev->data;
    asker->closed = 1;

    for (i = 0; i < NGX_PRINT_SIO_ASK_BUCKETS; i++) {
        bucket = &asker->buckets[i];

        for (q = ngx_queue_head(bucket); q != bucket; q = next) {
            next = ngx_queue_next(q);

            ask = ngx_queue_data(q, ngx_print_sio_ask_t, link);

            if (!ask->ended) {
                ngx_print_sio_ask_fail(ask, "a worker that ends");
            }
        }
    }
}


/*
 * Logs a failure at once if no line was written in the last second, else in
 * one line with the next ones of that authorizer.  Several authorizers that
 * fail have their lines in turns.
 */

static void
ngx_print_sio_ask_failed(ngx_print_sio_asker_t *asker,
    ngx_print_authorize_conf_t *acf, const char *failure)
{
    if (acf->nfailed++ == 0) {
        ngx_queue_insert_tail(&asker->failed, &acf->failed);
    }

    acf->failure = failure;

    if (!asker->tell.timer_set) {
        ngx_print_sio_ask_tell(&asker->tell);
    }
}


static void
ngx_print_sio_ask_tell(ngx_event_t *ev)
{
    ngx_queue_t                 *q;
    ngx_print_sio_asker_t       *asker;
    ngx_print_authorize_conf_t  *acf;

    asker = ev->data;

    if (ngx_queue_empty(&asker->failed)) {
        return;
    }

    q = ngx_queue_head(&asker->failed);
    ngx_queue_remove(q);

    acf = ngx_queue_data(q, ngx_print_authorize_conf_t, failed);

    ngx_log_error(NGX_LOG_ERR, ev->log, 0,
                  "print hub: \"%V\" failed with %s, %ui connects and "
                  "registers refused for now",
                  &acf->target.line, acf->failure, acf->nfailed);

    acf->nfailed = 0;

    ngx_add_timer(ev, NGX_PRINT_SIO_ASK_TELL);
}
