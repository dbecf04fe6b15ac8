
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Engine.IO sessions.  A session belongs to no worker; a connection of one
 * worker is attached to it: a GET that waits (a poll) or a WebSocket.  Every
 * attachment has a token, so that a late event of an old one cannot touch a
 * newer.
 *
 *   OPEN -> UPGRADING -> WS       long-polling, a probe is there, upgraded
 *   OPEN | UPGRADING | WS -> CLOSING -> FREE
 *                            CLOSING -> LINGER -> FREE
 *
 * One process finishes a CLOSING session, the one whose attachment it has; it
 * may do so in several steps, and if it dies another one adopts it.  LINGER is
 * closed for all but the next poll, which gets what is queued and the close.
 */


#ifndef _NGX_PRINT_SESSION_H_INCLUDED_
#define _NGX_PRINT_SESSION_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* fixed for the life of a session: it was told the client */
typedef struct {
    u_char                     key[NGX_PRINT_SESSION_KEY];
    u_char                     addr[NGX_PRINT_SESSION_ADDR];
    uint32_t                   ping_interval;      /* ms */
    uint32_t                   ping_timeout;       /* ms; in protocol 3 it is
                                                      counted from the last
                                                      packet of the client */
    uint32_t                   connect_timeout;    /* ms */
    ngx_uint_t                 eio;                /* protocol, 3 or 4 */
    unsigned                   text:1;             /* takes no binary */
} ngx_print_session_init_t;


/*
 * Opens a session, as OPEN, or, with ws, as WS attached to this worker
 * (*token).  Sets ref.  NGX_OK, NGX_PRINT_FULL.
 */
ngx_int_t ngx_print_session_open(ngx_print_store_t *st,
    ngx_print_session_init_t *init, ngx_uint_t ws, ngx_print_ref_t *ref,
    uint32_t *token);

/*
 * Finds the session with this index and key (of a sid, so any index is
 * allowed), or with this ref.  NGX_OK, NGX_DECLINED; of the former NGX_AGAIN:
 * it is there, and its deadline has passed.
 */
ngx_int_t ngx_print_session_find(ngx_print_store_t *st, uint32_t index,
    u_char *key, ngx_print_session_info_t *info);
ngx_int_t ngx_print_session_get(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_print_session_info_t *info);


/*
 * The Socket.IO sockets of a session, one for each namespace.  connect() is
 * called at CONNECT.  disconnect() is called at DISCONNECT; the caller then
 * calls ngx_print_client_offline() until the socket has no client left.
 *
 * sock: the id of the socket of "/", a new one each time; the id of any other
 *       socket follows from the session's key, see ngx_print_id_sock()
 *
 * NGX_OK
 * NGX_DECLINED  there is no such session; disconnect(): it is not connected
 * NGX_BUSY      the session is connected to the namespace already
 */
ngx_int_t ngx_print_session_connect(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp, u_char *sock);
ngx_int_t ngx_print_session_disconnect(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp);


/*
 * Closes a session for everybody, for a reason that only the caller knows the
 * meaning of (> 0; an earlier one stays).
 *
 * NGX_OK        this process is to finish it
 * NGX_AGAIN     another worker has its connection and was woken to finish it
 * NGX_DECLINED  no such session, or it is closed already
 */
ngx_int_t ngx_print_session_close(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t reason);

/* the reason of a CLOSING session that this process is to finish, else 0 */
ngx_uint_t ngx_print_session_reason(ngx_print_store_t *st,
    ngx_print_ref_t ref);

/*
 * Ends a CLOSING session whose clients were left: frees it, or lets it linger
 * until the next poll or for ms milliseconds.
 */
void ngx_print_session_free(ngx_print_store_t *st, ngx_print_ref_t ref);
void ngx_print_session_linger(ngx_print_store_t *st,
    ngx_print_ref_t ref, uint32_t ms);

/*
 * Looks at up to 4096 sessions from *cursor on (0 at first) for one whose
 * attached worker is gone.  A poll is just detached, a probe undone; for a
 * WebSocket or a session that was being closed sets *ref: the session is
 * CLOSING now (reason, if it had none) and this process is to finish it.
 *
 * NGX_OK *ref is set, NGX_AGAIN look on, NGX_DONE the pass is over.
 */
ngx_int_t ngx_print_session_orphan(ngx_print_store_t *st, uint32_t *cursor,
    ngx_uint_t reason, ngx_print_ref_t *ref);


#endif /* _NGX_PRINT_SESSION_H_INCLUDED_ */
