
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Whether a client may connect to a namespace.  A lasting refusal is answered
 * with CONNECT_ERROR, after which clients do not try again by themselves.
 */


#ifndef _NGX_PRINT_SIO_GATE_H_INCLUDED_
#define _NGX_PRINT_SIO_GATE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_log.h"
#include "ngx_print_sio.h"


/* bytes of a text about a limit */
#define NGX_PRINT_SIO_LIMIT_LEN  64

/* a session is closed after so many of its CONNECTs were refused */
#define NGX_PRINT_SIO_REFUSALS   3


/* the lines about a CONNECT that was refused, by any rule */
extern ngx_print_log_kind_t  ngx_print_sio_gate_kind;


/*
 * Called for a CONNECT to a namespace that exists, before anything is done for
 * it; auth is a JSON object of up to NGX_PRINT_SIO_AUTH_MAX bytes.
 *
 * NGX_OK        the client may connect
 * NGX_DECLINED  it was refused, and was answered with packet.  *reason is 0, or
 *               the reason for closing the session
 */
ngx_int_t ngx_print_sio_gate(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_uint_t nsp, ngx_str_t *auth,
    ngx_uint_t *reason);

/*
 * Refuses a CONNECT by a rule, and counts that: the third time, the session is
 * to be closed.  message and data are JSON; data may be empty, and a client of
 * Socket.IO 2 gets the message alone.  Returns 0, or the reason for closing the
 * session.
 */
ngx_uint_t ngx_print_sio_gate_refuse(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, ngx_str_t *message, ngx_str_t *data);

/*
 * Answers CONNECT with CONNECT_ERROR, whose message may name a limit.  The
 * session goes on.  Returns 0, or the reason for closing the session.
 */
ngx_uint_t ngx_print_sio_gate_error(ngx_print_eio_peer_t *peer,
    ngx_print_sio_packet_t *packet, const char *fmt, ngx_uint_t limit);

/*
 * Socket.IO 2 sends a query in place of a payload.  Converts it to a JSON
 * object in buf, which has room for NGX_PRINT_SIO_AUTH_MAX bytes, and makes
 * that the packet's payload.  NGX_OK, or NGX_DECLINED if it is too long.
 */
ngx_int_t ngx_print_sio_gate_query(ngx_print_sio_packet_t *packet,
    u_char *buf);


#endif /* _NGX_PRINT_SIO_GATE_H_INCLUDED_ */
