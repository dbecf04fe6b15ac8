
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Engine.IO sessions in this process: handshake, heartbeat, close; what is the
 * same for both transports.  A transport below is a table of functions, and so
 * is the application above.
 */


#ifndef _NGX_PRINT_EIO_H_INCLUDED_
#define _NGX_PRINT_EIO_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_store.h"
#include "ngx_print_session.h"
#include "ngx_print_session_attach.h"
#include "ngx_print_session_deadline.h"
#include "ngx_print_queue.h"
#include "ngx_print_queue_send.h"
#include "ngx_print_eio_packet.h"


#define NGX_PRINT_EIO_WRITE_SIZE  65536     /* taken off a queue at once */


typedef struct ngx_print_eio_conn_s  ngx_print_eio_conn_t;
typedef struct ngx_print_eio_peer_s  ngx_print_eio_peer_t;


/* why a session was closed; the names are those of engine.io */
typedef enum {
    NGX_PRINT_EIO_TRANSPORT_CLOSE = 1,
    NGX_PRINT_EIO_TRANSPORT_ERROR,
    NGX_PRINT_EIO_PING_TIMEOUT,
    NGX_PRINT_EIO_PARSE_ERROR,
    NGX_PRINT_EIO_FORCED_CLOSE,
    NGX_PRINT_EIO_FORCED_SERVER_CLOSE,
    NGX_PRINT_EIO_SERVER_SHUTDOWN
} ngx_print_eio_reason_e;


/* a transport's part of a session that is attached to this process */
typedef struct {
    /* the session has messages, or is to be closed, or its GET to be freed */
    void       (*flush)(ngx_print_eio_conn_t *conn);

    /* time for a ping; only for a transport that keeps its connection */
    void       (*ping)(ngx_print_eio_conn_t *conn);

    /* the session was closed: tell the client and let go of conn */
    void       (*close)(ngx_print_eio_conn_t *conn, ngx_uint_t reason);

    /*
     * The worker is about to exit.  NGX_OK: the client was answered, at no cost
     * to it, and the session goes on in another worker.  NGX_AGAIN: that is not
     * possible; the engine closes the session a little later.  Called in each
     * step of the shutdown.
     */
    ngx_int_t  (*shutdown)(ngx_print_eio_conn_t *conn);
} ngx_print_eio_transport_t;


struct ngx_print_eio_conn_s {
    const ngx_print_eio_transport_t  *transport;
    ngx_print_eio_t                  *eio;
    ngx_queue_t                       queue;     /* eio->conns */
    ngx_print_ref_t                   ref;
    uint32_t                          token;
    unsigned                          eio3:1;    /* the client's protocol */
    unsigned                          text:1;    /* it takes no binary */
    unsigned                          state:2;   /* the transport's own */
};


/* the sender of a packet, in the request or connection that brought it */
struct ngx_print_eio_peer_s {
    ngx_print_eio_t                  *eio;
    ngx_print_loc_conf_t             *conf;
    ngx_log_t                        *log;
    ngx_print_session_info_t          session;
};


/* the application: one for all sessions of a process */
typedef struct {
    /* a session was opened: 0, or the reason why it is to be closed again */
    ngx_uint_t  (*open)(ngx_print_eio_peer_t *peer);

    /*
     * A message.  0, or the reason why the session is to be closed.  data is
     * writable and lives until the return.
     */
    ngx_uint_t  (*message)(ngx_print_eio_peer_t *peer, ngx_str_t *data,
        ngx_uint_t binary);

    /* the session ends; it is closed for everybody already */
    void        (*close)(ngx_print_eio_t *eio,
        ngx_print_session_info_t *session, ngx_uint_t reason, ngx_log_t *log);

    /* time has passed; now: as the store's deadlines */
    void        (*tick)(ngx_print_eio_t *eio, uint32_t now);

    /*
     * A job is about to be sent: writes what stands before its payload to
     * head->data, and what stands behind it to tail->data, up to
     * NGX_PRINT_STORE_WRAP bytes each, and sets their lengths.  NULL in an
     * application that has no jobs.
     */
    void        (*wrap)(ngx_print_eio_t *eio, ngx_print_job_packet_t *job,
        ngx_str_t *head, ngx_str_t *tail);
} ngx_print_eio_app_t;


struct ngx_print_eio_s {
    ngx_print_store_t                 store;
    const ngx_print_eio_app_t        *app;
    const void                       *app_data;  /* the app's own table */
    void                             *app_ctx;   /* and its context */
    ngx_log_t                        *log;

    ngx_print_eio_conn_t            **attached;  /* by session index */
    ngx_queue_t                       conns;     /* all that are attached */

    ngx_event_t                       ready;     /* our ready list has work */

    /*
     * Called when there may be new events of the zone, and once when the worker
     * begins to shut down, with closing set.  NULL: nobody needs events.
     */
    struct {
        void                        (*handler)(void *data);
        void                         *data;
    } feed;

    uint32_t                          deaths;    /* orphans found up to it */
    ngx_uint_t                        full_count;
    unsigned                          closing:1;
};


/*
 * Sets up a process' engine over its zone and joins it; eio is zeroed but for
 * its store, which is open.  NGX_OK, NGX_ERROR.
 */
ngx_int_t ngx_print_eio_init(ngx_print_eio_t *eio, ngx_log_t *log);
void ngx_print_eio_exit(ngx_print_eio_t *eio);

/* the doorbell rang, or time has passed */
void ngx_print_eio_wake(ngx_print_eio_t *eio);
void ngx_print_eio_tick(ngx_print_eio_t *eio);

/*
 * Strikes off the workers that died; whether there were any.  Who is refused
 * because another worker is at it may ask this, and then try again: a client
 * can be back before anybody else has noticed.
 */
ngx_uint_t ngx_print_eio_reap(ngx_print_eio_t *eio);

/*
 * Opens a session for a request: peer->session, of which eio and text are set.
 * ws: it is attached as a WebSocket, *token.  NGX_OK, NGX_PRINT_FULL (logged),
 * NGX_ERROR.
 */
ngx_int_t ngx_print_eio_open(ngx_print_eio_peer_t *peer,
    ngx_http_request_t *r, ngx_uint_t ws, uint32_t *token);

/*
 * Writes the open packet, "0{...}", at most NGX_PRINT_EIO_OPEN_LEN bytes;
 * returns the byte after the last one.
 */
#define NGX_PRINT_EIO_OPEN_LEN  256

u_char *ngx_print_eio_handshake(ngx_print_eio_peer_t *peer, ngx_uint_t ws,
    u_char *p);

/* the session of a sid: peer->session; NGX_OK, NGX_DECLINED */
ngx_int_t ngx_print_eio_find(ngx_print_eio_peer_t *peer, ngx_str_t *sid);

/*
 * A packet from the client.  ws: what only long-polling heeds is ignored.
 * 0, or the reason for which the session is to be closed.
 */
ngx_uint_t ngx_print_eio_receive(ngx_print_eio_peer_t *peer,
    ngx_print_eio_packet_t *packet, ngx_uint_t ws);

/*
 * Enqueues a packet for the session: the concatenation of n parts, the first of
 * which begins with the packet's type, and right behind it nbinary binary
 * messages.  Nothing is enqueued by half.  Returns as
 * ngx_print_queue_send_attached(); a full zone is logged.
 */
ngx_int_t ngx_print_eio_send(ngx_print_eio_peer_t *peer, ngx_str_t *parts,
    ngx_uint_t n, ngx_str_t *binary, ngx_uint_t nbinary);

/*
 * The same for a single binary message.  Socket.IO does not need it, because
 * its attachments follow a text; the application of Engine.IO's conformance
 * suite (t/app) echoes binary messages with it.
 */
ngx_int_t ngx_print_eio_send_binary(ngx_print_eio_peer_t *peer,
    ngx_str_t *data);

/*
 * Sets msg to the next message of a batch that a transport has taken off a
 * queue.  For a job, the application adds what stands before and behind the
 * payload, which is valid until the next call.  NGX_OK, NGX_DONE: there are no
 * more.
 */
ngx_int_t ngx_print_eio_next(ngx_print_eio_t *eio, ngx_print_batch_t *batch,
    ngx_print_message_t *msg);

/*
 * Closes a session, whoever holds its connection.  NGX_DECLINED: it was closed
 * before.
 */
ngx_int_t ngx_print_eio_close(ngx_print_eio_t *eio, ngx_print_ref_t ref,
    ngx_uint_t reason, ngx_log_t *log);

/*
 * Finishes a closed session, if that is up to this process: the application
 * and the client are told, the record is freed.
 */
void ngx_print_eio_finish(ngx_print_eio_t *eio, ngx_print_ref_t ref,
    ngx_log_t *log);

/* what a transport's part of a session knows of its peer */
void ngx_print_eio_conn_init(ngx_print_eio_conn_t *conn,
    ngx_print_eio_peer_t *peer, const ngx_print_eio_transport_t *transport);

/*
 * A connection becomes, or ceases to be, the one of its session here.  The
 * latter may be said again.
 */
void ngx_print_eio_attach(ngx_print_eio_conn_t *conn);
void ngx_print_eio_detach(ngx_print_eio_conn_t *conn);

/*
 * The worker is about to exit.  Sets eio->closing, so that from now on a GET is
 * answered at once and a new WebSocket is closed again; calls the feed, so
 * that the subscribers end; and answers the GETs that wait.  Returns the number
 * of connections that are left, which shutdown_some() closes.
 */
ngx_uint_t ngx_print_eio_shutdown_begin(ngx_print_eio_t *eio);

/*
 * The next step after shutdown_begin(): closes the sessions of up to n
 * connections.  Returns the number of connections that are left.
 */
ngx_uint_t ngx_print_eio_shutdown_some(ngx_print_eio_t *eio, ngx_uint_t n);

/* logs that the zone is full, once a second at most of all workers */
void ngx_print_eio_log_full(ngx_print_eio_t *eio, ngx_log_t *log,
    const char *what);

/* a reason's name */
ngx_str_t *ngx_print_eio_reason(ngx_uint_t reason);


#endif /* _NGX_PRINT_EIO_H_INCLUDED_ */
