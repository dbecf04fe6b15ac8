
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Socket.IO (protocol 5, and what Socket.IO 2 speaks) over Engine.IO sessions:
 * namespaces, events, attachments, acknowledgements, disconnect.
 * Serves one application through a table of handlers and knows nothing of it.
 */


#ifndef _NGX_PRINT_SIO_H_INCLUDED_
#define _NGX_PRINT_SIO_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_json.h"
#include "ngx_print_sio_packet.h"
#include "ngx_print_eio.h"


#define NGX_PRINT_SIO_MAX_ARGS  8       /* that are taken apart */
#define NGX_PRINT_SIO_JOB_ARGS  128
#define NGX_PRINT_SIO_AUTH_MAX  16384   /* bytes of CONNECT's payload */


/* a client's connection to a namespace, for the time of a call */
typedef struct {
    ngx_print_eio_peer_t     *peer;
    ngx_uint_t                nsp;            /* see ngx_print_store_nsp() */
} ngx_print_sio_socket_t;


/* what an event or an acknowledgement brings */
typedef struct {
    ngx_print_json_value_t    name;           /* of an event */
    ngx_str_t                 json;           /* the arguments, with commas */
    ngx_uint_t                nargs;          /* of them in all, and the first
                                                 NGX_PRINT_SIO_MAX_ARGS */
    ngx_print_json_value_t    args[NGX_PRINT_SIO_MAX_ARGS];

    ngx_str_t                *attachments;    /* by the placeholders' num */
    ngx_uint_t                nattachments;

    uint64_t                  ack;            /* if has_ack */
    unsigned                  has_ack:1;      /* it asks for an answer */
} ngx_print_sio_event_t;


typedef struct {
    /*
     * A client has connected to a namespace.  auth is the payload of CONNECT, a
     * JSON object of up to NGX_PRINT_SIO_AUTH_MAX bytes, "{}" if the client
     * sent none; it is valid during this call only.
     */
    void  (*connect)(ngx_print_sio_socket_t *socket, ngx_str_t *auth);

    void  (*event)(ngx_print_sio_socket_t *socket,
        ngx_print_sio_event_t *event);

    /* the acknowledgement of a job's packet, if that asked for one */
    void  (*answer)(ngx_print_sio_socket_t *socket, uint32_t index,
        uint32_t gen, ngx_print_sio_event_t *event);

    /*
     * Writes, each with a comma in front, the arguments of a job's event that
     * stand behind its payload, NGX_PRINT_SIO_JOB_ARGS bytes at most; returns
     * the byte after the last one
     */
    u_char  *(*args)(ngx_print_eio_t *eio, ngx_print_job_packet_t *job,
        u_char *p);

    /* see ngx_print_eio_app_t */
    void  (*tick)(ngx_print_eio_t *eio, uint32_t now);

    /*
     * A socket was disconnected; nothing can be sent to it any more.  reason:
     * the words that socket.io uses
     */
    void  (*disconnect)(ngx_print_eio_t *eio,
        ngx_print_session_info_t *session, ngx_uint_t nsp, ngx_str_t *reason,
        ngx_log_t *log);
} ngx_print_sio_app_t;


extern const ngx_print_eio_app_t  ngx_print_sio_app;


/*
 * Returns 1 if name, a JSON text, is the name of an event that is reserved for
 * the client library, so that an application must not emit it.
 */
ngx_uint_t ngx_print_sio_reserved(ngx_str_t *name);

/*
 * Sends an event; event: its name without quotes, args: what it brings, of
 * which json and attachments are used.  See ngx_print_queue_send().
 */
ngx_int_t ngx_print_sio_emit(ngx_print_sio_socket_t *socket, ngx_str_t *event,
    ngx_print_sio_event_t *args);

/* answers an event, if it asks for that */
ngx_int_t ngx_print_sio_ack(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_print_sio_event_t *args);

/*
 * Writes the 20 characters that the client sees as socket.id; sock: see
 * ngx_print_id_sock()
 */
u_char *ngx_print_sio_sid(u_char *p, ngx_uint_t nsp, u_char *sock);

/*
 * Between the files of this folder.
 *
 * wrap() writes the packet around a job's payload, see ngx_print_eio_app_t.
 */
void ngx_print_sio_wrap(ngx_print_eio_t *eio, ngx_print_job_packet_t *job,
    ngx_str_t *head, ngx_str_t *tail);

/*
 * Takes the acknowledgement id of a packet apart: NGX_OK if it is the id of a
 * job's packet, else NGX_DECLINED.
 */
ngx_int_t ngx_print_sio_job(uint64_t id, uint32_t *index, uint32_t *gen);

/*
 * Sends a packet whose JSON consists of n parts, and its attachments.  Returns
 * what ngx_print_eio_send() returns, or NGX_ERROR if there is no memory.
 */
ngx_int_t ngx_print_sio_send(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_str_t *json, ngx_uint_t n,
    ngx_str_t *attachments);


#endif /* _NGX_PRINT_SIO_H_INCLUDED_ */
