
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_print.h"
#include "ngx_print_budget.h"
#include "ngx_print_contest.h"
#include "ngx_print_hub_gate.h"
#include "ngx_print_hub_log.h"
#include "ngx_print_hub_takeover.h"
#include "ngx_print_hub_contest.h"


#define NGX_PRINT_HUB_CONTESTS     1024    /* that wait in a process */
#define NGX_PRINT_HUB_LOOK         100     /* ms, between two looks at them */


/* A clientId that waits for the holder's answer. */
typedef struct {
    ngx_queue_t                 queue;
    ngx_print_eio_wait_t        wait;
    ngx_print_budget_holder_t   budget;
    ngx_print_hub_contest_pt    handler;

    ngx_print_eio_t            *eio;
    ngx_print_loc_conf_t       *conf;
    ngx_print_ref_t             ref;        /* the newcomer */
    ngx_uint_t                  nsp;

    ngx_print_contest_t         contest;
    ngx_print_client_loser_t    holder;
    ngx_msec_t                  start;      /* when the holder was asked */

    ngx_str_t                   id;
    ngx_str_t                   info;
    uint64_t                    event;      /* acknowledgement id */
    unsigned                    has_event:1;
    unsigned                    ack:1;      /* as in init */
    unsigned                    again:1;    /* a second holder is asked */
    unsigned                    left:1;     /* the socket is gone */
    unsigned                    over:1;     /* there is no room any more */
} ngx_print_hub_waiter_t;


static ngx_uint_t ngx_print_hub_contest_count(ngx_print_eio_t *eio,
    ngx_print_ref_t ref);
static ngx_print_hub_waiter_t *ngx_print_hub_contest_create(
    ngx_print_sio_socket_t *socket, ngx_print_sio_event_t *event,
    ngx_print_client_init_t *init);
static ngx_int_t ngx_print_hub_contest_ask(ngx_print_hub_waiter_t *w);
static void ngx_print_hub_contest_wait(ngx_print_hub_waiter_t *w,
    ngx_print_eio_hold_t *hold);
static void ngx_print_hub_contest_over(ngx_print_budget_holder_t *holder);
static void ngx_print_hub_contest_handler(ngx_event_t *ev);
static ngx_int_t ngx_print_hub_contest_decide(ngx_print_hub_waiter_t *w);
static ngx_int_t ngx_print_hub_contest_answer(ngx_print_hub_waiter_t *w,
    ngx_print_sio_socket_t *socket, ngx_int_t rc);
static ngx_int_t ngx_print_hub_contest_retry(ngx_print_hub_waiter_t *w,
    ngx_print_sio_socket_t *socket);
static ngx_int_t ngx_print_hub_contest_refuse(ngx_print_hub_waiter_t *w,
    ngx_print_sio_socket_t *socket);
static void ngx_print_hub_contest_event(ngx_print_hub_waiter_t *w,
    ngx_print_sio_event_t *event);


/* of this process; only the handler of the event takes one off the queue */

static ngx_queue_t  ngx_print_hub_contests;
static ngx_uint_t   ngx_print_hub_ncontests;
static ngx_event_t  ngx_print_hub_contest_timer;


void
ngx_print_hub_contest(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init,
    ngx_print_hub_contest_pt handler)
{
    ngx_int_t                rc;
    ngx_print_eio_peer_t    *peer;
    ngx_print_hub_waiter_t  *w;

    peer = socket->peer;

    if (ngx_print_hub_contest_count(peer->eio, peer->session.ref)
        >= peer->conf->max_client_ids)
    {
        ngx_print_tally(&peer->eio->store,
                        NGX_PRINT_TALLY_REFUSALS + NGX_PRINT_CAUSE_CLIENT_IDS);

        ngx_print_hub_refuse_register(socket, event, NGX_LOG_INFO,
                                      "too_many_client_ids", &init->id,
                                      "register: a connection may have %ui "
                                      "clientIds", peer->conf->max_client_ids);
        return;
    }

    w = ngx_print_hub_contest_create(socket, event, init);

    if (w == NULL) {
        (void) ngx_print_eio_close(peer->eio, peer->session.ref,
                                   NGX_PRINT_REASON_TRY_LATER,
                                   peer->log);
        return;
    }

    w->handler = handler;

    rc = ngx_print_hub_contest_ask(w);

    if (rc == NGX_DONE) {
        rc = ngx_print_hub_contest_refuse(w, socket);

        if (rc == NGX_OK || rc == NGX_DECLINED) {
            ngx_free(w);
            return;
        }
    }

    if (rc == NGX_PRINT_STALLED) {
        /* the layer below closes the session */
        ngx_free(w);
        return;
    }

    ngx_print_hub_contest_wait(w, peer->hold);
}


/* Returns the number of questions that a session has open. */

static ngx_uint_t
ngx_print_hub_contest_count(ngx_print_eio_t *eio, ngx_print_ref_t ref)
{
    ngx_uint_t               n;
    ngx_queue_t             *q;
    ngx_print_hub_waiter_t  *w;

    n = 0;

    for (q = ngx_queue_head(&ngx_print_hub_contests);
         ngx_print_hub_ncontests && q != &ngx_print_hub_contests;
         q = ngx_queue_next(q))
    {
        w = ngx_queue_data(q, ngx_print_hub_waiter_t, queue);

        if (w->eio == eio
            && w->ref.index == ref.index && w->ref.gen == ref.gen)
        {
            n++;
        }
    }

    return n;
}


/* Copies what waits. Returns NULL if there is no room for it. */

static ngx_print_hub_waiter_t *
ngx_print_hub_contest_create(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_client_init_t *init)
{
    u_char                  *p;
    size_t                   len;
    ngx_print_hub_waiter_t  *w;

    if (ngx_print_hub_ncontests >= NGX_PRINT_HUB_CONTESTS) {
        return NULL;
    }

    len = init->id.len + init->info.len;

    w = ngx_alloc(sizeof(ngx_print_hub_waiter_t) + len, socket->peer->log);
    if (w == NULL) {
        return NULL;
    }

    ngx_memzero(w, sizeof(ngx_print_hub_waiter_t));

    w->budget.close = ngx_print_hub_contest_over;
    w->budget.data = w;

    w->eio = socket->peer->eio;
    w->conf = socket->peer->conf;
    w->ref = socket->peer->session.ref;
    w->nsp = socket->nsp;
    w->holder = *init->loser;

    p = (u_char *) w + sizeof(ngx_print_hub_waiter_t);

    w->id.data = p;
    w->id.len = init->id.len;
    p = ngx_cpymem(p, init->id.data, init->id.len);

    if (init->info.len) {
        w->info.data = p;
        w->info.len = init->info.len;
        ngx_memcpy(p, init->info.data, init->info.len);
    }

    w->event = event->ack;
    w->has_event = event->has_ack;
    w->ack = init->ack;

    return w;
}


static ngx_int_t
ngx_print_hub_contest_ask(ngx_print_hub_waiter_t *w)
{
    w->start = ngx_current_msec;

    return ngx_print_contest_ask(&w->eio->store, w->ref, &w->id, &w->holder,
                                 &w->contest);
}


static void
ngx_print_hub_contest_wait(ngx_print_hub_waiter_t *w,
    ngx_print_eio_hold_t *hold)
{
    ngx_event_t  *ev;

    ev = &ngx_print_hub_contest_timer;

    if (ev->handler == NULL) {
        ngx_queue_init(&ngx_print_hub_contests);

        ev->handler = ngx_print_hub_contest_handler;
        ev->data = ev;
        ev->log = ngx_cycle->log;
        ev->cancelable = 1;
    }

    ngx_queue_insert_tail(&ngx_print_hub_contests, &w->queue);
    ngx_print_hub_ncontests++;

    ngx_print_eio_wait(hold, &w->wait);
    ngx_print_budget_hold(&w->budget, sizeof(ngx_print_hub_waiter_t)
                                      + w->id.len + w->info.len);

    if (!ev->timer_set) {
        ngx_add_timer(ev, NGX_PRINT_HUB_LOOK);
    }
}


/* It is freed by the next look: the caller may stand anywhere in the list. */

static void
ngx_print_hub_contest_over(ngx_print_budget_holder_t *holder)
{
    ngx_print_hub_waiter_t *w = holder->data;

    w->over = 1;
}


void
ngx_print_hub_contest_leave(ngx_print_eio_t *eio, ngx_print_ref_t ref,
    ngx_uint_t nsp)
{
    ngx_queue_t             *q;
    ngx_print_hub_waiter_t  *w;

    if (ngx_print_hub_ncontests == 0) {
        return;
    }

    for (q = ngx_queue_head(&ngx_print_hub_contests);
         q != ngx_queue_sentinel(&ngx_print_hub_contests);
         q = ngx_queue_next(q))
    {
        w = ngx_queue_data(q, ngx_print_hub_waiter_t, queue);

        if (w->eio == eio && w->nsp == nsp
            && w->ref.index == ref.index && w->ref.gen == ref.gen)
        {
            w->left = 1;
        }
    }
}


static void
ngx_print_hub_contest_handler(ngx_event_t *ev)
{
    ngx_queue_t             *q, *next;
    ngx_print_hub_waiter_t  *w;

    for (q = ngx_queue_head(&ngx_print_hub_contests);
         q != ngx_queue_sentinel(&ngx_print_hub_contests);
         q = next)
    {
        w = ngx_queue_data(q, ngx_print_hub_waiter_t, queue);

        if (ngx_print_hub_contest_decide(w) == NGX_AGAIN) {
            next = ngx_queue_next(q);
            continue;
        }

        /* a POST that is answered now may bring one more at the end */

        next = ngx_queue_next(q);

        ngx_queue_remove(q);
        ngx_print_hub_ncontests--;

        ngx_print_budget_hold(&w->budget, 0);
        ngx_print_eio_decided(&w->wait);

        ngx_free(w);
    }

    if (ngx_print_hub_ncontests) {
        ngx_add_timer(ev, NGX_PRINT_HUB_LOOK);
    }
}


/*
 * NGX_OK     there is nothing to wait for any more
 * NGX_AGAIN  it waits on
 */

static ngx_int_t
ngx_print_hub_contest_decide(ngx_print_hub_waiter_t *w)
{
    ngx_int_t                   rc, found;
    ngx_msec_t                  limit;
    ngx_print_eio_peer_t        peer;
    ngx_print_session_state_e   state;
    ngx_print_sio_socket_t      socket;

    if (w->left) {
        return NGX_OK;
    }

    rc = ngx_print_contest_look(&w->eio->store, &w->contest);
    limit = w->contest.limit;

    if (rc == NGX_AGAIN && !w->over && !w->eio->closing
        && ngx_current_msec - w->start < limit)
    {
        return NGX_AGAIN;
    }

    if (ngx_print_eio_ready(w->eio) != NGX_OK) {
        return NGX_AGAIN;
    }

    peer.eio = w->eio;
    peer.conf = w->conf;
    peer.log = w->eio->log;
    peer.hold = NULL;

    found = ngx_print_session_get(&w->eio->store, w->ref, &peer.session);

    if (found == NGX_PRINT_STALLED) {
        return NGX_AGAIN;
    }

    state = peer.session.state;

    if (found != NGX_OK
        || state == NGX_PRINT_SESSION_CLOSING
        || state == NGX_PRINT_SESSION_LINGER
        || !(peer.session.connected >> w->nsp & 1))
    {
        return NGX_OK;
    }

    if (rc == NGX_AGAIN || w->over) {
        /* nobody knows: the client connects again, and asks again */

        (void) ngx_print_eio_close(w->eio, w->ref,
                                   NGX_PRINT_REASON_TRY_LATER,
                                   w->eio->log);
        return NGX_OK;
    }

    socket.peer = &peer;
    socket.nsp = w->nsp;

    return ngx_print_hub_contest_answer(w, &socket, rc);
}


/*
 * The holder lives (rc == NGX_OK), or does not have the clientId any more
 * (NGX_DECLINED).  If another socket has it by now, that one is asked, but
 * there is no third question.
 */

static ngx_int_t
ngx_print_hub_contest_answer(ngx_print_hub_waiter_t *w,
    ngx_print_sio_socket_t *socket, ngx_int_t rc)
{
    if (rc == NGX_OK) {
        rc = ngx_print_hub_contest_refuse(w, socket);

    } else {
        rc = NGX_AGAIN;
    }

    if (rc == NGX_AGAIN) {
        rc = ngx_print_hub_contest_retry(w, socket);
    }

    if (rc == NGX_PRINT_HELD && !w->again) {
        rc = ngx_print_hub_contest_ask(w);

        if (rc == NGX_OK) {
            w->again = 1;
            return NGX_AGAIN;
        }

        if (rc == NGX_DECLINED) {
            /* it has left since, or gets the clientId soon: look again */
            return NGX_AGAIN;
        }

        if (rc == NGX_DONE) {
            rc = NGX_PRINT_HELD;
        }
    }

    if (rc == NGX_PRINT_HELD) {
        rc = ngx_print_hub_contest_refuse(w, socket);
    }

    if (rc == NGX_AGAIN || rc == NGX_PRINT_STALLED) {
        return NGX_AGAIN;
    }

    return NGX_OK;
}


/*
 * Returns what the handler does; NGX_OK if the names of the session have become
 * fewer in the meantime, so that it was refused.
 */

static ngx_int_t
ngx_print_hub_contest_retry(ngx_print_hub_waiter_t *w,
    ngx_print_sio_socket_t *socket)
{
    ngx_print_sio_event_t     event;
    ngx_print_client_init_t   init;

    ngx_memzero(&init, sizeof(ngx_print_client_init_t));

    init.id = w->id;
    init.info = w->info;
    init.loser = &w->holder;
    init.ack = w->ack;
    init.charged = 1;

    ngx_print_hub_contest_event(w, &event);

    if (ngx_print_hub_gate(socket, &event, &init) != NGX_OK) {
        return NGX_OK;
    }

    return w->handler(socket, &event, &init);
}


/* Returns the codes of ngx_print_contest_refuse(); after NGX_OK it was told. */

static ngx_int_t
ngx_print_hub_contest_refuse(ngx_print_hub_waiter_t *w,
    ngx_print_sio_socket_t *socket)
{
    ngx_int_t               rc;
    ngx_print_eio_peer_t   *peer;
    ngx_print_sio_event_t   event;

    peer = socket->peer;

    rc = ngx_print_contest_refuse(&peer->eio->store, peer->session.ref,
                                  socket->nsp, &w->id, &w->holder);

    if (rc == NGX_OK) {
        ngx_print_hub_contest_event(w, &event);
        ngx_print_hub_takeover_refused(socket, &event, &w->id, &w->holder);
    }

    return rc;
}


/* Sets what is known of the event that brought the registration. */

static void
ngx_print_hub_contest_event(ngx_print_hub_waiter_t *w,
    ngx_print_sio_event_t *event)
{
    ngx_memzero(event, sizeof(ngx_print_sio_event_t));

    event->ack = w->event;
    event->has_ack = w->has_event;
}
