
/*
 * Copyright (C) the print hub contributors
 */


/* The sessions of this process: what both transports have in common. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <sys/mman.h>

#include "ngx_print.h"
#include "ngx_print_id.h"
#include "ngx_print_count.h"
#include "ngx_print_eio_tally.h"
#include "ngx_print_eio.h"


#define NGX_PRINT_EIO_READY    64       /* sessions, from the list at once */
#define NGX_PRINT_EIO_TURN     256      /* sessions, in one turn of the loop */
#define NGX_PRINT_EIO_LINGER   30000    /* ms, as in engine.io */


/*
 * What the zone is to be told of a session when it is ready: it is closed,
 * loses its probe, or its POST was read.
 */
typedef struct {
    ngx_queue_t       queue;
    ngx_print_ref_t   ref;
    ngx_uint_t        reason;     /* 0: it is not closed */
    uint32_t          token;      /* of the probe; 0: a POST was read */
} ngx_print_eio_note_t;


static void ngx_print_eio_notify(ngx_print_store_t *st);
static void ngx_print_eio_ready_handler(ngx_event_t *ev);
static ngx_print_eio_conn_t *ngx_print_eio_conn(ngx_print_eio_t *eio,
    ngx_print_ref_t ref);
static void ngx_print_eio_flush_all(ngx_print_eio_t *eio);
static void ngx_print_eio_note(ngx_print_eio_t *eio, ngx_print_ref_t ref,
    ngx_uint_t reason, uint32_t token);
static void ngx_print_eio_notes(ngx_print_eio_t *eio);
static void ngx_print_eio_orphans(ngx_print_eio_t *eio);
static void ngx_print_eio_fallen(ngx_print_eio_t *eio);
static void ngx_print_eio_expire(void *data, uint32_t now, uint32_t index);
static ngx_uint_t ngx_print_eio_ping(ngx_print_eio_peer_t *peer);
static ngx_uint_t ngx_print_eio_look(ngx_print_eio_t *eio);


ngx_int_t
ngx_print_eio_init(ngx_print_eio_t *eio, ngx_log_t *log)
{
    size_t                  size;
    ngx_print_store_stat_t  stat;

    ngx_print_store_stat(&eio->store, &stat);

    /* mapped, not allocated: only the pages that are used take memory */

    size = (stat.max_sessions + 1) * sizeof(ngx_print_eio_conn_t *);

    eio->attached = mmap(NULL, size, PROT_READ|PROT_WRITE,
                         MAP_PRIVATE|MAP_ANON, -1, 0);

    if (eio->attached == MAP_FAILED) {
        ngx_log_error(NGX_LOG_ALERT, log, ngx_errno,
                      "print hub: engineio: mmap(%uz) failed, this worker "
                      "answers 503", size);
        return NGX_ERROR;
    }

    ngx_queue_init(&eio->conns);
    ngx_queue_init(&eio->handed);
    ngx_queue_init(&eio->pumps);
    ngx_queue_init(&eio->notes);

    eio->log = log;

    eio->ready.handler = ngx_print_eio_ready_handler;
    eio->ready.data = eio;
    eio->ready.log = log;

    ngx_print_store_share(&eio->store);

    eio->store.bounded = 1;
    eio->store.notify = ngx_print_eio_notify;
    eio->store.data = eio;

    (void) ngx_print_eio_ready(eio);

    return NGX_OK;
}


void
ngx_print_eio_exit(ngx_print_eio_t *eio)
{
    if (eio->joined) {
        ngx_print_store_leave(&eio->store);
    }
}


ngx_int_t
ngx_print_eio_ready(ngx_print_eio_t *eio)
{
    uint32_t   pid;
    uint64_t   ms;
    ngx_int_t  rc;

    if (eio->joined) {
        rc = ngx_print_store_ready(&eio->store);

    } else {
        rc = ngx_print_store_join(&eio->store);
        eio->joined = (rc == NGX_OK);
        ngx_print_eio_fallen(eio);
    }

    if (rc == NGX_OK) {
        return NGX_OK;
    }

    if (ngx_print_store_stall(&eio->store, ngx_time(), &pid, &ms)) {
        ngx_log_error(NGX_LOG_ALERT, eio->log, 0,
                      "print hub: worker: pid %uD has held the lock of zone "
                      "\"%V\" for %uL ms", pid, &eio->name, ms);
    }

    return NGX_BUSY;
}


static void
ngx_print_eio_notify(ngx_print_store_t *st)
{
    ngx_print_eio_t  *eio;

    eio = st->data;

    ngx_post_event(&eio->ready, &ngx_posted_events);
}


static void
ngx_print_eio_ready_handler(ngx_event_t *ev)
{
    ngx_print_eio_wake(ev->data);
}


void
ngx_print_eio_wake(ngx_print_eio_t *eio)
{
    (void) ngx_print_eio_look(eio);
}


/* Returns how many sessions were on the ready list. */

static ngx_uint_t
ngx_print_eio_look(ngx_print_eio_t *eio)
{
    uint32_t               lost[NGX_PRINT_STORE_LOST];
    ngx_uint_t             i, n, turn;
    ngx_print_ref_t        refs[NGX_PRINT_EIO_READY];
    ngx_print_eio_conn_t  *conn;

    if (ngx_print_eio_ready(eio) != NGX_OK) {
        /* the next tick looks, too */
        return 0;
    }

    ngx_print_store_rearm(&eio->store);

    if (eio->feed.handler) {
        eio->feed.handler(eio->feed.data);
    }

    if (ngx_print_session_audit(&eio->store) || eio->recheck) {
        eio->recheck = 0;
        ngx_print_eio_flush_all(eio);
    }

    n = ngx_print_session_lost(&eio->store, lost);

    for (i = 0; i < n; i++) {
        conn = eio->attached[lost[i]];

        if (conn) {
            conn->transport->flush(conn);
        }
    }

    for (turn = 0; turn < NGX_PRINT_EIO_TURN; turn += n) {

        n = ngx_print_queue_ready(&eio->store, refs, NGX_PRINT_EIO_READY);

        for (i = 0; i < n; i++) {
            conn = ngx_print_eio_conn(eio, refs[i]);

            if (conn) {
                conn->transport->flush(conn);
            }
        }

        if (n < NGX_PRINT_EIO_READY) {
            return turn + n;
        }
    }

    /* there may be more sessions: other connections are served first */

    ngx_post_event(&eio->ready, &ngx_posted_next_events);

    return turn;
}


static void
ngx_print_eio_flush_all(ngx_print_eio_t *eio)
{
    ngx_queue_t           *q, *next;
    ngx_print_eio_conn_t  *conn;

    for (q = ngx_queue_head(&eio->conns);
         q != ngx_queue_sentinel(&eio->conns);
         q = next)
    {
        next = ngx_queue_next(q);

        conn = ngx_queue_data(q, ngx_print_eio_conn_t, queue);
        conn->transport->flush(conn);
    }
}


static ngx_print_eio_conn_t *
ngx_print_eio_conn(ngx_print_eio_t *eio, ngx_print_ref_t ref)
{
    ngx_print_eio_conn_t  *conn;

    conn = eio->attached[ref.index];

    return (conn && conn->ref.gen == ref.gen) ? conn : NULL;
}


void
ngx_print_eio_tick(ngx_print_eio_t *eio)
{
    uint32_t    now;
    ngx_uint_t  told, n;

    if (ngx_print_eio_ready(eio) != NGX_OK) {

        if (eio->joined) {
            ngx_print_store_beat(&eio->store);
        }

        return;
    }

    ngx_print_store_beat(&eio->store);

    ngx_print_count_tick(&eio->store);

    (void) ngx_print_eio_reap(eio);

    ngx_print_eio_notes(eio);

    now = (uint32_t) ngx_current_msec;

    ngx_print_store_sweep(&eio->store, NGX_PRINT_SWEEP_SESSIONS, now,
                          ngx_print_eio_expire, eio);

    eio->app->tick(eio, now);

    /* a process may have died after it listed a session, before it rang */

    told = eio->ready.posted;

    n = ngx_print_eio_look(eio);

    if (n && !told && !ngx_print_wake_rung(eio->store.wake)) {
        ngx_print_tally_add(&eio->store, NGX_PRINT_TALLY_LATE, n);
    }
}


ngx_uint_t
ngx_print_eio_reap(ngx_print_eio_t *eio)
{
    uint32_t  deaths;

    deaths = ngx_print_store_reap(&eio->store);

    ngx_print_eio_fallen(eio);

    if (deaths == eio->deaths) {
        return 0;
    }

    ngx_print_eio_orphans(eio);

    if (!ngx_print_store_failed(&eio->store)) {
        eio->deaths = deaths;
    }

    return 1;
}


/* Says which workers this one has found dead. */

static void
ngx_print_eio_fallen(ngx_print_eio_t *eio)
{
    ngx_uint_t           i;
    ngx_print_fallen_t  *fallen;

    fallen = eio->store.fallen;

    for (i = 0; i < eio->store.nfallen; i++) {
        ngx_log_error(NGX_LOG_WARN, eio->log, 0,
                      "print hub: worker: pid %uD died, %uD websockets were "
                      "at it", fallen[i].pid, fallen[i].websockets);
    }

    eio->store.nfallen = 0;
}


static void
ngx_print_eio_expire(void *data, uint32_t now, uint32_t index)
{
    ngx_print_eio_t       *eio = data;

    ngx_print_ref_t        ref;
    ngx_print_eio_conn_t  *conn;

    switch (ngx_print_session_expire(&eio->store, now, index, &ref)) {

    case NGX_PRINT_DUE_PING:
        conn = ngx_print_eio_conn(eio, ref);

        if (conn && conn->transport->ping) {
            conn->transport->ping(conn);
        }

        break;

    case NGX_PRINT_DUE_PING_TIMEOUT:
        (void) ngx_print_eio_close(eio, ref, NGX_PRINT_REASON_PING_TIMEOUT,
                                   eio->log);
        break;

    case NGX_PRINT_DUE_CONNECT_TIMEOUT:
        (void) ngx_print_eio_close(eio, ref,
                                   NGX_PRINT_REASON_FORCED_SERVER_CLOSE,
                                   eio->log);
        break;

    case NGX_PRINT_DUE_EXPIRED:
        (void) ngx_print_eio_close(eio, ref, NGX_PRINT_REASON_REFUSED,
                                   eio->log);
        break;

    case NGX_PRINT_DUE_FINISH:
        ngx_print_eio_finish(eio, ref, eio->log);
        break;

    case NGX_PRINT_DUE_FREE:
        ngx_print_session_free(&eio->store, ref);
        break;

    default: /* NGX_PRINT_DUE_NOTHING */
        break;
    }
}


static void
ngx_print_eio_orphans(ngx_print_eio_t *eio)
{
    uint32_t         cursor;
    ngx_int_t        rc;
    ngx_print_ref_t  ref;

    cursor = 0;

    do {
        rc = ngx_print_session_orphan(&eio->store, &cursor,
                                      NGX_PRINT_REASON_TRANSPORT_ERROR, &ref);

        if (rc == NGX_OK) {
            ngx_print_eio_finish(eio, ref, eio->log);
        }

    } while (rc != NGX_DONE);
}


ngx_int_t
ngx_print_eio_find(ngx_print_eio_peer_t *peer, ngx_str_t *sid)
{
    u_char     key[NGX_PRINT_ID_KEY];
    uint32_t   index;
    ngx_int_t  rc;

    if (ngx_print_id_read(sid, &index, key) != NGX_OK) {
        return NGX_DECLINED;
    }

    rc = ngx_print_session_find(&peer->eio->store, index, key,
                                &peer->session);

    if (rc == NGX_AGAIN) {
        /*
         * The deadline has passed, but no tick has run since: expire the
         * session now, then look again.
         */

        ngx_print_eio_expire(peer->eio, (uint32_t) ngx_current_msec, index);

        rc = ngx_print_session_find(&peer->eio->store, index, key,
                                    &peer->session);
    }

    return rc == NGX_AGAIN ? NGX_OK : rc;
}


ngx_uint_t
ngx_print_eio_receive(ngx_print_eio_peer_t *peer,
    ngx_print_eio_packet_t *packet, ngx_uint_t ws)
{
    ngx_uint_t             reason, refusals;
    ngx_print_eio_conn_t  *conn;

    if (ngx_print_session_touch(&peer->eio->store, peer->session.ref,
                                packet->type == NGX_PRINT_EIO_PONG
                                && peer->session.eio != 3)
        != NGX_OK)
    {
        return NGX_PRINT_REASON_TRANSPORT_ERROR;
    }

    switch (packet->type) {

    case NGX_PRINT_EIO_MESSAGE:
        ngx_print_eio_tally_message(&peer->eio->store, 0, packet->data.len);

        refusals = peer->eio->store.refusals;

        reason = peer->eio->app->message(peer, &packet->data, packet->binary);

        if (reason == 0 && peer->eio->store.refusals != refusals) {
            /* a part of what the packet asks for was not done */
            return NGX_PRINT_REASON_TRANSPORT_ERROR;
        }

        return reason;

    case NGX_PRINT_EIO_PING:
        return ngx_print_eio_ping(peer);

    case NGX_PRINT_EIO_PONG:

        if (peer->session.eio == 3) {
            return NGX_PRINT_REASON_TRANSPORT_ERROR;
        }

        conn = ws ? ngx_print_eio_conn(peer->eio, peer->session.ref) : NULL;

        if (conn) {
            ngx_print_eio_tally_pong(&peer->eio->store, &conn->pings);
        }

        return 0;

    case NGX_PRINT_EIO_CLOSE:
        return ws ? 0 : NGX_PRINT_REASON_TRANSPORT_CLOSE;

    default: /* engine.io ignores the other types, too */
        return 0;
    }
}


/* Answers a ping of protocol 3; in protocol 4 only the server pings. */

static ngx_uint_t
ngx_print_eio_ping(ngx_print_eio_peer_t *peer)
{
    ngx_str_t  pong;

    if (peer->session.eio != 3) {
        return NGX_PRINT_REASON_TRANSPORT_ERROR;
    }

    ngx_str_set(&pong, "3");

    return ngx_print_eio_send(peer, NGX_PRINT_USE_MESSAGE, &pong, 1, NULL, 0)
           == NGX_OK
           ? 0 : NGX_PRINT_REASON_FORCED_SERVER_CLOSE;
}


ngx_int_t
ngx_print_eio_send(ngx_print_eio_peer_t *peer, ngx_print_use_e use,
    ngx_str_t *parts, ngx_uint_t n, ngx_str_t *binary, ngx_uint_t nbinary)
{
    ngx_int_t  rc;

    rc = ngx_print_queue_send_attached(&peer->eio->store, peer->session.ref,
                                       use, parts, n, binary, nbinary,
                                       peer->conf->session_buffer);

    if (rc == NGX_PRINT_FULL) {
        ngx_print_eio_log_full(peer->eio, peer->log, "a message");
    }

    if (rc == NGX_PRINT_STALLED) {
        /* the client would wait for it in vain */
        (void) ngx_print_eio_close(peer->eio, peer->session.ref,
                                   NGX_PRINT_REASON_TRANSPORT_ERROR, peer->log);
    }

    return rc;
}


ngx_int_t
ngx_print_eio_send_binary(ngx_print_eio_peer_t *peer, ngx_str_t *data)
{
    ngx_int_t  rc;

    rc = ngx_print_queue_send(&peer->eio->store, peer->session.ref, data, 1, 1,
                              peer->conf->session_buffer);

    if (rc == NGX_PRINT_FULL) {
        ngx_print_eio_log_full(peer->eio, peer->log, "a message");
    }

    return rc;
}


ngx_int_t
ngx_print_eio_next(ngx_print_eio_t *eio, ngx_print_batch_t *batch,
    ngx_print_message_t *msg)
{
    if (ngx_print_queue_next(&eio->store, batch, msg) != NGX_OK) {
        return NGX_DONE;
    }

    if (msg->job) {
        msg->head.data = batch->wrap[0];
        msg->tail.data = batch->wrap[1];

        eio->app->wrap(eio, msg->job, &msg->head, &msg->tail);

        msg->len += msg->head.len + msg->tail.len;
    }

    /* the type of a packet is no part of its message */

    ngx_print_eio_tally_message(&eio->store, 1, msg->len - !msg->binary);

    return NGX_OK;
}


ngx_int_t
ngx_print_eio_close(ngx_print_eio_t *eio, ngx_print_ref_t ref,
    ngx_uint_t reason, ngx_log_t *log)
{
    ngx_int_t  rc;

    rc = ngx_print_session_close(&eio->store, ref, reason);

    if (rc == NGX_PRINT_STALLED) {
        ngx_print_eio_note(eio, ref, reason, 0);
    }

    if (rc == NGX_OK) {
        ngx_print_eio_finish(eio, ref, log);
    }

    return rc == NGX_DECLINED ? NGX_DECLINED : NGX_OK;
}


void
ngx_print_eio_unprobe(ngx_print_eio_t *eio, ngx_print_ref_t ref,
    uint32_t token)
{
    if (ngx_print_session_unprobe(&eio->store, ref, token)
        == NGX_PRINT_STALLED)
    {
        ngx_print_eio_note(eio, ref, 0, token);
    }
}


void
ngx_print_eio_post_done(ngx_print_eio_t *eio, ngx_print_ref_t ref)
{
    if (ngx_print_session_post_done(&eio->store, ref) != NGX_OK) {
        ngx_print_eio_note(eio, ref, 0, 0);
    }
}


/* Without memory for a note, the session ends by its heartbeat. */

static void
ngx_print_eio_note(ngx_print_eio_t *eio, ngx_print_ref_t ref,
    ngx_uint_t reason, uint32_t token)
{
    ngx_print_eio_note_t  *note;

    note = ngx_alloc(sizeof(ngx_print_eio_note_t), eio->log);

    if (note) {
        note->ref = ref;
        note->reason = reason;
        note->token = token;

        ngx_queue_insert_tail(&eio->notes, &note->queue);
    }
}


static void
ngx_print_eio_notes(ngx_print_eio_t *eio)
{
    ngx_queue_t           *q;
    ngx_print_eio_note_t  *note;

    while (!ngx_queue_empty(&eio->notes)
           && ngx_print_eio_ready(eio) == NGX_OK)
    {
        q = ngx_queue_head(&eio->notes);
        ngx_queue_remove(q);

        note = ngx_queue_data(q, ngx_print_eio_note_t, queue);

        if (note->reason == 0 && note->token == 0) {
            (void) ngx_print_session_post_done(&eio->store, note->ref);

        } else if (note->reason == 0) {
            (void) ngx_print_session_unprobe(&eio->store, note->ref,
                                             note->token);

        } else if (ngx_print_eio_close(eio, note->ref, note->reason, eio->log)
                   == NGX_DECLINED)
        {
            /* another worker has closed it, and left it to this one */
            ngx_print_eio_finish(eio, note->ref, eio->log);
        }

        ngx_free(note);
    }
}


/*
 * If the server closes a session of long-polling while no GET waits, the
 * session lingers, so that the answer to the next GET informs the client.
 */

void
ngx_print_eio_finish(ngx_print_eio_t *eio, ngx_print_ref_t ref,
    ngx_log_t *log)
{
    ngx_uint_t                 reason;
    ngx_print_eio_conn_t      *conn;
    ngx_print_session_info_t   session;

    reason = ngx_print_session_reason(&eio->store, ref);

    if (reason == 0 /* it is not closed, or another process finishes it */
        || ngx_print_session_get(&eio->store, ref, &session) != NGX_OK)
    {
        return;
    }

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, log, 0,
                   "print hub: engineio: session %uD:%uD closed, %V", ref.index,
                   ref.gen, ngx_print_reason_name(reason));

    eio->app->close(eio, &session, reason, log);

    conn = ngx_print_eio_conn(eio, ref);

    if (conn) {
        ngx_print_eio_detach(conn);
        conn->transport->close(conn, reason);

    } else if (reason == NGX_PRINT_REASON_FORCED_CLOSE
               || reason == NGX_PRINT_REASON_FORCED_SERVER_CLOSE
               || reason == NGX_PRINT_REASON_REFUSED
               || reason == NGX_PRINT_REASON_TRY_LATER)
    {
        ngx_print_session_linger(&eio->store, ref, NGX_PRINT_EIO_LINGER);
        return;
    }

    ngx_print_session_free(&eio->store, ref);
}


void
ngx_print_eio_conn_init(ngx_print_eio_conn_t *conn, ngx_print_eio_peer_t *peer,
    const ngx_print_eio_transport_t *transport)
{
    conn->transport = transport;
    conn->eio = peer->eio;
    conn->ref = peer->session.ref;
    conn->eio3 = (peer->session.eio == 3);
    conn->text = peer->session.text;

    ngx_memzero(&conn->pings, sizeof(ngx_print_eio_pings_t));

    ngx_queue_init(&conn->queue);
}


void
ngx_print_eio_attach(ngx_print_eio_conn_t *conn)
{
    ngx_print_eio_conn_t  *old;

    old = conn->eio->attached[conn->ref.index];

    if (old && old->ref.gen != conn->ref.gen) {
        /* its session has given way to this one, and it does not know yet */
        old->transport->flush(old);
    }

    conn->eio->attached[conn->ref.index] = conn;

    ngx_queue_insert_tail(&conn->eio->conns, &conn->queue);
}


void
ngx_print_eio_detach(ngx_print_eio_conn_t *conn)
{
    if (conn->eio->attached[conn->ref.index] == conn) {
        conn->eio->attached[conn->ref.index] = NULL;
    }

    ngx_queue_remove(&conn->queue);
    ngx_queue_init(&conn->queue);
}


ngx_uint_t
ngx_print_eio_shutdown_begin(ngx_print_eio_t *eio)
{
    eio->closing = 1;

    ngx_print_gauge_add(&eio->store, NGX_PRINT_GAUGE_EXITING, 1);

    if (eio->feed.handler) {
        eio->feed.handler(eio->feed.data);
    }

    return ngx_print_eio_shutdown_some(eio, 0);
}


/*
 * transport->shutdown() is called in each step: a poll that could not be
 * finished in the step before may be finished now.
 */

ngx_uint_t
ngx_print_eio_shutdown_some(ngx_print_eio_t *eio, ngx_uint_t n)
{
    ngx_uint_t             left, ready;
    ngx_queue_t           *q, *next;
    ngx_print_eio_conn_t  *conn;

    left = 0;
    ready = (ngx_print_eio_ready(eio) == NGX_OK);

    for (q = ngx_queue_head(&eio->conns);
         q != ngx_queue_sentinel(&eio->conns);
         q = next)
    {
        next = ngx_queue_next(q);

        if (!ready || ngx_print_store_failed(&eio->store)) {
            left++;
            continue;
        }

        conn = ngx_queue_data(q, ngx_print_eio_conn_t, queue);

        if (conn->transport->shutdown(conn) == NGX_OK) {
            continue;
        }

        if (eio->handing && conn->transport->movable && !conn->stays) {
            left++;
            continue;
        }

        if (n && !ngx_print_store_failed(&eio->store)) {
            eio->closed++;
            (void) ngx_print_eio_close(eio, conn->ref,
                                       NGX_PRINT_REASON_SERVER_SHUTDOWN,
                                       eio->log);
            n--;
            continue;
        }

        left++;
    }

    return left;
}


void
ngx_print_eio_log_full(ngx_print_eio_t *eio, ngx_log_t *log, const char *what)
{
    ngx_print_store_stat_t  stat;

    eio->full_count++;

    if (!ngx_print_store_log_turn(&eio->store, ngx_time())) {
        return;
    }

    ngx_print_store_stat(&eio->store, &stat);

    ngx_log_error(NGX_LOG_ERR, log, 0,
                  "print hub: zone \"%V\" is full: no room for %s "
                  "(sessions: %uD of %uD, clients: %uD of %uD, "
                  "blocks: %uD of %uD; %ui refused since the last message), "
                  "see \"print_hub_zone\"",
                  &eio->name, what, stat.sessions, stat.max_sessions,
                  stat.clients, stat.max_clients, stat.blocks,
                  stat.max_blocks, eio->full_count);

    eio->full_count = 0;
}
