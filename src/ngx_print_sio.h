
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Socket.IO (protocol 5) over Engine.IO sessions: namespace "/", connect,
 * events, acknowledgements, disconnect.  Serves one application through a
 * table of handlers and knows nothing of it.
 */


#ifndef _NGX_PRINT_SIO_H_INCLUDED_
#define _NGX_PRINT_SIO_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_json.h"
#include "ngx_print_eio.h"


#define NGX_PRINT_SIO_SID_LEN   20
#define NGX_PRINT_SIO_MAX_ARGS  8       /* that an application is shown */


/* a client's connection to the namespace, for the time of a call */
typedef struct {
    ngx_print_eio_peer_t      *peer;
    uint64_t                   ack;        /* if has_ack */
    unsigned                   has_ack:1;  /* the event asks for an answer */
} ngx_print_sio_socket_t;


typedef struct {
    void  (*connect)(ngx_print_sio_socket_t *socket);

    /* args: of nargs in all, at most NGX_PRINT_SIO_MAX_ARGS are there */
    void  (*event)(ngx_print_sio_socket_t *socket,
        ngx_print_json_value_t *name, ngx_print_json_value_t *args,
        ngx_uint_t nargs);

    /* reason: as the reference names it; the client is not reached any more */
    void  (*disconnect)(ngx_print_eio_t *eio,
        ngx_print_session_info_t *session, ngx_str_t *reason,
        ngx_log_t *log);
} ngx_print_sio_app_t;


extern const ngx_print_eio_app_t  ngx_print_sio_app;


/* sends an event; args: JSON, comma separated; see ngx_print_queue_send() */
ngx_int_t ngx_print_sio_emit(ngx_print_sio_socket_t *socket, ngx_str_t *event,
    ngx_str_t *args);

/* answers the event, if it asks for that; args: JSON, comma separated */
ngx_int_t ngx_print_sio_ack(ngx_print_sio_socket_t *socket, ngx_str_t *args);

/* writes the 20 characters that the client sees as socket.id */
u_char *ngx_print_sio_sid(u_char *p, u_char *sock);


#endif /* _NGX_PRINT_SIO_H_INCLUDED_ */
