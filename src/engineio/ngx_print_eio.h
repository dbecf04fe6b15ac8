
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Engine.IO sessions in this process: handshake, heartbeat and close, which are
 * the same for both transports.  The folder speaks the Engine.IO protocol,
 * versions 4 and 3; headings in quotes are those of its specification.  The
 * transports and the application above are tables of functions.
 */


#ifndef _NGX_PRINT_EIO_H_INCLUDED_
#define _NGX_PRINT_EIO_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_store.h"
#include "ngx_print_reason.h"
#include "ngx_print_tally.h"
#include "ngx_print_session.h"
#include "ngx_print_session_attach.h"
#include "ngx_print_session_deadline.h"
#include "ngx_print_queue.h"
#include "ngx_print_queue_send.h"
#include "ngx_print_eio_packet.h"
#include "ngx_print_eio_hold.h"
#include "ngx_print_eio_tally.h"


#define NGX_PRINT_EIO_WRITE_SIZE  65536     /* bytes of a batch */


typedef struct ngx_print_eio_conn_s  ngx_print_eio_conn_t;
typedef struct ngx_print_eio_peer_s  ngx_print_eio_peer_t;


/* What a transport does for a session that is attached to this process. */
typedef struct {
    /*
     * The session has messages, was closed by another worker, or its GET has
     * to be answered because of an upgrade.
     */
    void       (*flush)(ngx_print_eio_conn_t *conn);

    /*
     * Sends a ping, "Heartbeat".  NULL for a transport that does not keep its
     * connection: it finds the ping in a batch.
     */
    void       (*ping)(ngx_print_eio_conn_t *conn);

    /* The session was closed: informs the client and ends the connection. */
    void       (*close)(ngx_print_eio_conn_t *conn, ngx_uint_t reason);

    /*
     * The worker is about to exit; called in each step of the shutdown.
     *
     * NGX_OK     the client was answered, and the session goes on in another
     *            worker
     * NGX_AGAIN  that is not possible: the engine closes the session in this
     *            step or a later one
     */
    ngx_int_t  (*shutdown)(ngx_print_eio_conn_t *conn);

    /*
     * Whether the connection can go to another worker: the codes of
     * ngx_print_websocket_movable().  NULL for a transport that is no
     * WebSocket.
     */
    ngx_int_t  (*movable)(ngx_print_eio_conn_t *conn);
} ngx_print_eio_transport_t;


/* A connection that a session has, or may get by an upgrade. */
struct ngx_print_eio_conn_s {
    const ngx_print_eio_transport_t  *transport;
    ngx_print_eio_t                  *eio;
    ngx_queue_t                       queue;     /* eio->conns, or
                                                    eio->handed */
    ngx_print_ref_t                   ref;
    uint32_t                          token;     /* of the attachment */
    unsigned                          eio3:1;    /* protocol 3, not 4 */
    unsigned                          text:1;    /* binary as base64 */
    unsigned                          state:2;   /* for the transport */
    unsigned                          unsaid:1;  /* the zone does not know yet
                                                    whether it is blocked */

    /* while the worker leaves, see ngx_print_eio_handover.c */
    unsigned                          stays:1;   /* it is closed here */
    unsigned                          tries:2;   /* it was refused */
    unsigned                          sent:16;   /* ms, when it was given */

    ngx_print_eio_pings_t             pings;     /* of a WebSocket */
};


/* The client of a request or connection, during a call. */
struct ngx_print_eio_peer_s {
    ngx_print_eio_t                  *eio;
    ngx_print_loc_conf_t             *conf;
    ngx_log_t                        *log;
    ngx_print_eio_hold_t             *hold;      /* of a POST, or NULL: what its
                                                    packets ask for may be
                                                    decided later */
    ngx_print_over_e                  over;      /* the limit of the address
                                                    that open() has met */
    ngx_print_session_info_t          session;
};


/* The application: one for all sessions of a process. */
typedef struct {
    /*
     * A session was opened.  Returns 0, or the reason for which the engine
     * closes it again: TRANSPORT_ERROR if the zone cannot be used.
     */
    ngx_uint_t  (*open)(ngx_print_eio_peer_t *peer);

    /*
     * A message arrived; data is writable and lives until the return.  Returns
     * 0, or the reason for which the engine closes the session.
     */
    ngx_uint_t  (*message)(ngx_print_eio_peer_t *peer, ngx_str_t *data,
        ngx_uint_t binary);

    /* The session was closed; nothing can be sent to it any more. */
    void        (*close)(ngx_print_eio_t *eio,
        ngx_print_session_info_t *session, ngx_uint_t reason, ngx_log_t *log);

    /*
     * Called at each tick of the worker; now is ngx_current_msec in 32 bits, as
     * in the store's deadlines.
     */
    void        (*tick)(ngx_print_eio_t *eio, uint32_t now);

    /*
     * A job is about to be sent: writes the text before its payload to
     * head->data, and the text behind it to tail->data, up to
     * NGX_PRINT_STORE_WRAP bytes each, and sets their lengths.  NULL in an
     * application that has no jobs.
     */
    void        (*wrap)(ngx_print_eio_t *eio, ngx_print_job_packet_t *job,
        ngx_str_t *head, ngx_str_t *tail);

    /*
     * Returns the number of bytes before the JSON with which a text message to
     * a client ends: the engine may write that JSON with escapes.  NULL in an
     * application whose messages have no JSON.
     */
    size_t      (*json)(ngx_str_t *message);
} ngx_print_eio_app_t;


/* The engine: the sessions of one zone, as this process serves them. */
struct ngx_print_eio_s {
    ngx_print_store_t                 store;
    ngx_str_t                         name;      /* of the zone */
    const ngx_print_eio_app_t        *app;
    const void                       *app_data;  /* table of the app */
    void                             *app_ctx;   /* context of the app */
    ngx_log_t                        *log;

    ngx_print_eio_conn_t            **attached;  /* by session index */
    ngx_queue_t                       conns;     /* all attached ones */
    ngx_queue_t                       handed;    /* those given to others */
    ngx_queue_t                       pumps;     /* those that others have, and
                                                    whose TLS is here */
    ngx_uint_t                        npumps;

    ngx_event_t                       ready;     /* handles the ready list */

    /*
     * Called when there may be new events of the zone, and once when the worker
     * begins to shut down, with closing set.  NULL if nothing subscribes.
     */
    struct {
        void                        (*handler)(void *data);
        void                         *data;
    } feed;

    ngx_queue_t                       notes;     /* what a stall put off */

    uint32_t                          deaths;    /* at the last reap */
    ngx_uint_t                        full_count;

    /* the hand-over of WebSockets, see ngx_print_worker.c */
    uint64_t                          key;       /* a hash of the name */
    ngx_print_eio_t                  *next;      /* of those that take some */
    ngx_event_t                      *drain;     /* the event of its steps */
    uint32_t                          handed_deaths;    /* at the last step */
    ngx_uint_t                        moved;     /* given, and adopted */
    ngx_uint_t                        closed;    /* because the worker exits */
    ngx_event_t                      *pump;      /* for those that have TLS;
                                                    NULL: they are closed */
    unsigned                          handing:1; /* WebSockets wait for that */
    unsigned                          pumping:1; /* those with TLS, too */

    unsigned                          joined:1;  /* is a worker of the zone */
    unsigned                          recheck:1; /* flush all after a stall */
    unsigned                          closing:1; /* the worker exits */
};


/*
 * init() sets up the engine of a process, and joins its zone as a worker.  The
 * store of eio is open, the application is set, and all else is zeroed.  exit()
 * leaves the zone.
 *
 * NGX_OK     the engine can serve
 * NGX_ERROR  there is no memory (logged)
 */
ngx_int_t ngx_print_eio_init(ngx_print_eio_t *eio, ngx_log_t *log);
void ngx_print_eio_exit(ngx_print_eio_t *eio);

/*
 * Called at each event before the zone is used.  If another process keeps the
 * zone's lock and stands still, logs that (at most one line a second of all
 * workers together); nothing of this process must wait for it.
 *
 * NGX_OK    the zone can be used
 * NGX_BUSY  it cannot: the caller comes back by a timer, at the next tick or
 *           after NGX_PRINT_EIO_RETRY ms
 */
#define NGX_PRINT_EIO_RETRY  50

ngx_int_t ngx_print_eio_ready(ngx_print_eio_t *eio);

/*
 * Called when the doorbell rang: calls the feed, and flushes the sessions on
 * the ready list of this worker.
 */
void ngx_print_eio_wake(ngx_print_eio_t *eio);

/*
 * Called at each tick of the worker: reaps dead workers, handles the deadlines
 * of sessions ("Heartbeat"), calls the application, and does what
 * ngx_print_eio_wake() does.
 */
void ngx_print_eio_tick(ngx_print_eio_t *eio);

/*
 * Reaps the workers that died, and finishes the sessions that this has closed.
 * Returns 1 if there were dead workers.  A caller that was refused because
 * another worker is busy with the session calls it, and tries again after 1: a
 * client may come back before any worker has noticed the death.
 */
ngx_uint_t ngx_print_eio_reap(ngx_print_eio_t *eio);

/*
 * Opens a session for a request ("Handshake").  The caller has set eio and text
 * of peer->session; the function sets the rest.  If ws is 1, the session is
 * attached as a WebSocket with *token.
 *
 * NGX_OK             the session is open
 * NGX_PRINT_FULL     the zone has no room (logged), or the application refused
 * NGX_PRINT_LIMITED  the address has reached peer->over (logged)
 * NGX_ERROR          there are no random bytes, or no memory (logged)
 */
ngx_int_t ngx_print_eio_open(ngx_print_eio_peer_t *peer,
    ngx_http_request_t *r, ngx_uint_t ws, uint32_t *token);

/*
 * Writes the open packet, "0{...}", at most NGX_PRINT_EIO_OPEN_LEN bytes
 * ("Handshake").  Returns the byte after the last one.
 */
#define NGX_PRINT_EIO_OPEN_LEN  256

u_char *ngx_print_eio_handshake(ngx_print_eio_peer_t *peer, ngx_uint_t ws,
    u_char *p);

/*
 * Sets peer->session to the session of a sid.  NGX_OK, or NGX_DECLINED if no
 * session has this sid.
 */
ngx_int_t ngx_print_eio_find(ngx_print_eio_peer_t *peer, ngx_str_t *sid);

/*
 * Handles a packet from the client ("Packet encoding").  ws is 1 if it came
 * over a WebSocket, where a close packet is ignored.  Returns 0, or the reason
 * for which the caller closes the session.
 */
ngx_uint_t ngx_print_eio_receive(ngx_print_eio_peer_t *peer,
    ngx_print_eio_packet_t *packet, ngx_uint_t ws);

/*
 * Enqueues a packet for the session: the concatenation of n parts, the first of
 * which begins with the packet's type, and right behind it nbinary binary
 * messages.  All of them are enqueued, or none.  use and the return codes are
 * those of ngx_print_queue_send_attached(); logs a full zone.
 */
ngx_int_t ngx_print_eio_send(ngx_print_eio_peer_t *peer, ngx_print_use_e use,
    ngx_str_t *parts, ngx_uint_t n, ngx_str_t *binary, ngx_uint_t nbinary);

/*
 * The same for a single binary message.  Socket.IO does not need it, because
 * its attachments follow a text; the application of Engine.IO's conformance
 * suite (t/app) echoes binary messages with it.
 */
ngx_int_t ngx_print_eio_send_binary(ngx_print_eio_peer_t *peer,
    ngx_str_t *data);

/*
 * Sets msg to the next message of a batch that a transport has taken off a
 * queue.  For a job, the application writes the text before and behind the
 * payload, which is valid until the next call.  NGX_OK, or NGX_DONE if there
 * are no more.
 */
ngx_int_t ngx_print_eio_next(ngx_print_eio_t *eio, ngx_print_batch_t *batch,
    ngx_print_message_t *msg);

/*
 * Closes a session.  If another worker has its connection, that worker is woken
 * to finish the session; otherwise ngx_print_eio_finish() does it at once.  If
 * the zone is not ready, a later tick does both: cleanup handlers cannot wait.
 * NGX_OK, or NGX_DECLINED if the session was closed before.
 */
ngx_int_t ngx_print_eio_close(ngx_print_eio_t *eio, ngx_print_ref_t ref,
    ngx_uint_t reason, ngx_log_t *log);

/*
 * Gives up the probe of an upgrade, see ngx_print_session_unprobe(); at once or
 * in a later tick.
 */
void ngx_print_eio_unprobe(ngx_print_eio_t *eio, ngx_print_ref_t ref,
    uint32_t token);

/*
 * Says that a POST was read, see ngx_print_session_post_done(); at once or in a
 * later tick.
 */
void ngx_print_eio_post_done(ngx_print_eio_t *eio, ngx_print_ref_t ref);

/*
 * Finishes a closed session: informs the application and the client, and frees
 * the record.  It does nothing if another process has to finish the session.
 */
void ngx_print_eio_finish(ngx_print_eio_t *eio, ngx_print_ref_t ref,
    ngx_log_t *log);

/* Sets the transport, the session and the protocol of conn. */
void ngx_print_eio_conn_init(ngx_print_eio_conn_t *conn,
    ngx_print_eio_peer_t *peer, const ngx_print_eio_transport_t *transport);

/*
 * attach() makes conn the connection of its session in this process, so that
 * its transport is called; detach() undoes that, and may be called again.  The
 * attachment in the zone is another matter: see ngx_print_session_poll(),
 * ngx_print_session_upgrade() and ngx_print_session_detach().
 */
void ngx_print_eio_attach(ngx_print_eio_conn_t *conn);
void ngx_print_eio_detach(ngx_print_eio_conn_t *conn);

/*
 * Called once when the worker is about to exit.  Sets eio->closing, so that
 * from now on a GET is answered at once and a new WebSocket is closed again;
 * calls the feed, so that the subscribers end; and answers the GETs that wait.
 * Returns the number of connections that are left, which
 * ngx_print_eio_shutdown_some() closes.
 */
ngx_uint_t ngx_print_eio_shutdown_begin(ngx_print_eio_t *eio);

/*
 * A further step of the shutdown: closes the sessions of up to n connections;
 * while eio->handing is set, only of those that cannot go to another worker.
 * Returns the number of connections that are left.
 */
ngx_uint_t ngx_print_eio_shutdown_some(ngx_print_eio_t *eio, ngx_uint_t n);

/*
 * Logs that the zone has no room for what, such as "a session": at most one
 * line a second of all workers together.
 */
void ngx_print_eio_log_full(ngx_print_eio_t *eio, ngx_log_t *log,
    const char *what);


#endif /* _NGX_PRINT_EIO_H_INCLUDED_ */
