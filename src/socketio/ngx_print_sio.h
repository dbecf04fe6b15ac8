
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Socket.IO over Engine.IO sessions: namespaces, events, attachments,
 * acknowledgements and disconnect.  The folder speaks the Socket.IO protocol,
 * version 5, and version 4 over Engine.IO protocol 3, which Socket.IO 2 uses;
 * headings in quotes are those of its specification.  The application above is
 * a table of handlers.
 */


#ifndef _NGX_PRINT_SIO_H_INCLUDED_
#define _NGX_PRINT_SIO_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_json.h"
#include "ngx_print_sio_packet.h"
#include "ngx_print_eio.h"


#define NGX_PRINT_SIO_MAX_ARGS  8       /* arguments that are parsed */
#define NGX_PRINT_SIO_JOB_ARGS  128     /* bytes, see args() */
#define NGX_PRINT_SIO_AUTH_MAX  16384   /* bytes of CONNECT's payload */
#define NGX_PRINT_SIO_MEMBERS   64      /* its members that are searched */


/* A socket: a client's connection to a namespace, during a call. */
typedef struct {
    ngx_print_eio_peer_t     *peer;
    ngx_uint_t                nsp;            /* see ngx_print_store_nsp() */
} ngx_print_sio_socket_t;


/* The content of an event or of an acknowledgement. */
typedef struct {
    ngx_print_json_value_t    name;           /* of an event */
    ngx_str_t                 json;           /* the arguments, with commas */
    ngx_uint_t                nargs;          /* number of all arguments */
    ngx_print_json_value_t    args[NGX_PRINT_SIO_MAX_ARGS];  /* the first */

    ngx_str_t                *attachments;    /* by the placeholders' num */
    ngx_uint_t                nattachments;

    uint64_t                  ack;            /* acknowledgement id */
    unsigned                  has_ack:1;      /* the client wants an answer */
} ngx_print_sio_event_t;


/* The application: one for all sockets of a process. */
typedef struct {
    /*
     * A client has connected to a namespace.  auth is the payload of CONNECT, a
     * JSON object of up to NGX_PRINT_SIO_AUTH_MAX bytes, "{}" if the client
     * sent none; it is valid during this call only.
     */
    void  (*connect)(ngx_print_sio_socket_t *socket, ngx_str_t *auth);

    /* An event arrived; it is valid during this call only. */
    void  (*event)(ngx_print_sio_socket_t *socket,
        ngx_print_sio_event_t *event);

    /*
     * The acknowledgement of a job's packet arrived.  index and gen name the
     * job as the client claims, so the handler must check them.  NULL in an
     * application that has no jobs.
     */
    void  (*answer)(ngx_print_sio_socket_t *socket, uint32_t index,
        uint32_t gen, ngx_print_sio_event_t *event);

    /*
     * Writes the arguments of a job's event that follow its payload, each with
     * a comma in front, at most NGX_PRINT_SIO_JOB_ARGS bytes.  Returns the byte
     * after the last one.  NULL in an application that has no jobs.
     */
    u_char  *(*args)(ngx_print_eio_t *eio, ngx_print_job_packet_t *job,
        u_char *p);

    /* See ngx_print_eio_app_t; or NULL. */
    void  (*tick)(ngx_print_eio_t *eio, uint32_t now);

    /*
     * A socket was disconnected; nothing can be sent to it any more.  reason is
     * the text that socket.io reports in this case.
     */
    void  (*disconnect)(ngx_print_eio_t *eio,
        ngx_print_session_info_t *session, ngx_uint_t nsp, ngx_str_t *reason,
        ngx_log_t *log);

    /*
     * The client has exceeded a limit, as text says, and its session is closed
     * after this call.  Called for each of its sockets; or NULL.
     */
    void  (*exceeded)(ngx_print_sio_socket_t *socket, ngx_str_t *text);
} ngx_print_sio_app_t;


/* The application of an Engine.IO engine that speaks Socket.IO. */
extern const ngx_print_eio_app_t  ngx_print_sio_app;


/*
 * Returns 1 if name, a JSON text, is the name of an event that is reserved for
 * the client library, so that an application must not emit it.
 */
ngx_uint_t ngx_print_sio_reserved(ngx_str_t *name);

/*
 * Sends an event ("Sending and receiving data").  event is its name, without
 * quotes; of args, json and the attachments are used.
 *
 * NGX_OK, NGX_BUSY, NGX_PRINT_FULL  see ngx_print_queue_send_attached()
 * NGX_DECLINED                      the socket is not connected any more
 * NGX_ERROR                         there is no memory
 */
ngx_int_t ngx_print_sio_emit(ngx_print_sio_socket_t *socket, ngx_str_t *event,
    ngx_print_sio_event_t *args);

/*
 * Acknowledges an event ("Acknowledgement"), if the client wants that; of args,
 * json and the attachments are used.  Returns the codes of
 * ngx_print_sio_emit().
 */
ngx_int_t ngx_print_sio_ack(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_sio_event_t *args);

/*
 * Writes the 20 characters of a socketId, which a client of protocol 4 sees as
 * socket.id; for sock see ngx_print_session_sock().  Returns the byte after the
 * last one.
 */
u_char *ngx_print_sio_sid(u_char *p, u_char *sock);

/*
 * The functions from here on are called by the files of this folder only.
 *
 * wrap() writes the packet around a job's payload, see ngx_print_eio_app_t.
 */
void ngx_print_sio_wrap(ngx_print_eio_t *eio, ngx_print_job_packet_t *job,
    ngx_str_t *head, ngx_str_t *tail);

/* See json() of ngx_print_eio_app_t. */
size_t ngx_print_sio_before_json(ngx_str_t *message);

/*
 * Decodes the acknowledgement id of a packet.
 *
 * NGX_OK        it has the form of a job's id, and names index and gen
 * NGX_DECLINED  it is not the id of a job
 */
ngx_int_t ngx_print_sio_job(uint64_t id, uint32_t *index, uint32_t *gen);

/*
 * Sends a packet whose JSON consists of n parts, at most 5, and its attachments
 * ("Packet encoding").  Returns the codes of ngx_print_eio_send(), or NGX_ERROR
 * if there is no memory.
 */
ngx_int_t ngx_print_sio_send(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_str_t *json, ngx_uint_t n,
    ngx_str_t *attachments);


#endif /* _NGX_PRINT_SIO_H_INCLUDED_ */
