
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Engine.IO sessions. A session belongs to no worker. A connection of one
 * worker is attached to it: a GET that waits (a poll), or a WebSocket. Each
 * attachment has a token, so that a late event of an old one cannot touch a
 * newer one.
 *
 *   OPEN                    long-polling
 *   UPGRADING               long-polling, and a WebSocket has sent the probe
 *   WS                      WebSocket
 *   CLOSING                 closed; one process finishes it
 *   LINGER                  closed for all but the next poll
 *
 *   OPEN -> UPGRADING -> WS, or WS from the start
 *   OPEN | UPGRADING | WS -> CLOSING -> FREE
 *                            CLOSING -> LINGER -> FREE
 *
 * The process that has the attachment of a CLOSING session finishes it. It may
 * do so in several steps; if it dies, or has not done it in the time in which a
 * client has to answer a ping, another process adopts the session. The
 * next poll of a LINGER session gets the messages that are enqueued and the
 * close.
 */


#ifndef _NGX_PRINT_SESSION_H_INCLUDED_
#define _NGX_PRINT_SESSION_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* why a session gives way to one that opens */
typedef enum {
    NGX_PRINT_YIELD_NONE = 0,
    NGX_PRINT_YIELD_ADDRESS,                   /* it waits, and its address has
                                                  as many that do as it may */
    NGX_PRINT_YIELD_WAITING,                   /* likewise the zone */
    NGX_PRINT_YIELD_FULL,                      /* it waits, and the zone has no
                                                  free session */
    NGX_PRINT_YIELD_NAMELESS                   /* likewise; it has joined, but
                                                  has no client */
} ngx_print_yield_e;


/* a session that gives way */
typedef struct {
    ngx_print_yield_e          why;
    ngx_print_ref_t            ref;            /* index 0: it need not, the
                                                  limits of its address are a
                                                  dry run */
    uint32_t                   n;              /* that wait, or all sessions */
    u_char                     addr[NGX_PRINT_SESSION_ADDR];
    unsigned                   mine:1;         /* this process finishes it */
} ngx_print_session_yield_t;


/*
 * Fixed for the life of a session: these values were sent in the open packet.
 */
typedef struct {
    u_char                     key[NGX_PRINT_SESSION_KEY];
    u_char                     addr[NGX_PRINT_SESSION_ADDR];
    ngx_print_session_trust_t  trust;
    uint32_t                   ping_interval;      /* ms */
    uint32_t                   ping_timeout;       /* ms; in protocol 3 from
                                                      the last packet of the
                                                      client */
    uint32_t                   connect_timeout;    /* ms */
    ngx_uint_t                 eio;                /* protocol, 3 or 4 */
    ngx_print_limits_t        *limits;             /* of the address, or
                                                      NULL */
    ngx_print_over_e           over;               /* set by open(): the one
                                                      that was reached */
    ngx_uint_t                 reason;             /* of one that is closed
                                                      because it gives way */
    ngx_print_session_yield_t  yield;              /* set by open() */
    unsigned                   text:1;             /* send binary messages as
                                                      base64 */
    unsigned                   joins:1;            /* it connects to a namespace
                                                      at once */
    unsigned                   again:1;            /* open() returned NGX_AGAIN
                                                      before */
} ngx_print_session_init_t;


/*
 * Opens a session, or with ws == 1 a session whose WebSocket is attached to
 * this worker; *token is set then. The session has to connect to a namespace
 * within init->connect_timeout, and waits until then.
 *
 * An eighth of the sessions of the zone may wait, and a quarter of those of one
 * address, unless init->limits is NULL or it has no address. If one more than
 * that is opened, the one of the address that waits for longest gives way, or
 * the one of all: it is closed. If all sessions of the zone are in use, the
 * same happens, or that one is closed which has joined but has had no client
 * for longest, if that is more than 10 s. In each case init->yield is set, and
 * the caller calls ngx_print_session_free() for that session if yield.mine is
 * set, after what ngx_print_session_close() would have it do.
 *
 * NGX_OK             *ref is set; with limits->dry_run, init->over may be, too
 * NGX_AGAIN          all sessions were in use: after the caller has done that,
 *                    it calls open() again, with init->again
 * NGX_PRINT_FULL     the zone has no free session, and none gives way
 * NGX_PRINT_LIMITED  the address has reached init->over
 */
ngx_int_t ngx_print_session_open(ngx_print_store_t *st,
    ngx_print_session_init_t *init, ngx_uint_t ws, ngx_print_ref_t *ref,
    uint32_t *token);

/*
 * find() copies the session with this index, which may be any number, and this
 * key; both come from a sid. get() copies the session of a reference.
 *
 * NGX_OK        info is set
 * NGX_DECLINED  there is no such session; find(): or it is CLOSING
 * NGX_AGAIN     find() only: info is set, but the deadline of the session has
 *               passed, and no worker has called ngx_print_session_expire()
 *               yet
 */
ngx_int_t ngx_print_session_find(ngx_print_store_t *st, uint32_t index,
    u_char *key, ngx_print_session_info_t *info);
ngx_int_t ngx_print_session_get(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_print_session_info_t *info);


/*
 * The Socket.IO sockets of a session, one for each namespace. connect() is
 * called at CONNECT. disconnect() is called at DISCONNECT; the caller then
 * calls ngx_print_client_offline() until the socket has no client left.
 *
 * sock: NGX_PRINT_SESSION_SOCK bytes, the id of the "/" socket, a new one each
 * time; the id of any other socket follows from the sid
 *
 * NGX_OK        the socket is connected, or disconnected
 * NGX_DECLINED  there is no such session, or it is closed; disconnect(): or
 *               the session is not connected to the namespace
 * NGX_BUSY      the session is connected to the namespace already
 * NGX_AGAIN     connect(): a process that died has not finished the DISCONNECT
 *               of the last socket in the namespace; the caller does that, and
 *               calls it again
 */
ngx_int_t ngx_print_session_connect(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp, u_char *sock);
ngx_int_t ngx_print_session_disconnect(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp);


/*
 * Sets sock to the NGX_PRINT_SESSION_SOCK bytes of the id of a socket of the
 * session, which everybody may see: its own in "/", a digest of the sid in any
 * other namespace. digest() gives the latter for "/", too. Lock-free.
 */
void ngx_print_session_sock(ngx_print_store_t *st,
    ngx_print_session_info_t *session, ngx_uint_t nsp, u_char *sock);
void ngx_print_session_digest(ngx_print_store_t *st,
    ngx_print_session_info_t *session, ngx_uint_t nsp, u_char *sock);


/*
 * Counts a CONNECT that was refused. Returns how many there were, at most 3; 3
 * also if the session is gone.
 */
ngx_uint_t ngx_print_session_refused(ngx_print_store_t *st,
    ngx_print_ref_t ref);


/*
 * Closes a session: it is CLOSING. reason is a number > 0 that only the
 * callers understand; ngx_print_session_reason() returns it.
 *
 * NGX_OK        this process finishes the session; if another worker has its
 *               connection, that one stands still, and will find out
 * NGX_AGAIN     another worker has its connection, and was woken to finish it,
 *               or will have it, see ngx_print_session_hand()
 * NGX_DECLINED  there is no such session, or it is closed already
 */
ngx_int_t ngx_print_session_close(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t reason);

/* Returns the reason of a CLOSING session that this process finishes, or 0. */
ngx_uint_t ngx_print_session_reason(ngx_print_store_t *st,
    ngx_print_ref_t ref);

/*
 * Ends a CLOSING session, after its clients have gone offline. free() frees
 * it. linger() keeps it until the next poll, or for ms milliseconds. Both
 * settle the jobs that were sent to it, and begin the time in which its socket
 * may be recovered.
 */
void ngx_print_session_free(ngx_print_store_t *st, ngx_print_ref_t ref);
void ngx_print_session_linger(ngx_print_store_t *st,
    ngx_print_ref_t ref, uint32_t ms);

/*
 * Looks at up to 4096 sessions from *cursor on, which is 0 at first, for one
 * whose worker was reaped. A poll of a dead worker is only detached, and a
 * probe or a POST is undone. If the session has a WebSocket, or was CLOSING,
 * it is CLOSING now and this process finishes it; reason is set if it was not
 * CLOSING before.
 *
 * NGX_OK     *ref is a session that this process finishes; call it again
 * NGX_AGAIN  none of these sessions is one; call it again
 * NGX_DONE   all sessions were seen
 */
ngx_int_t ngx_print_session_orphan(ngx_print_store_t *st, uint32_t *cursor,
    ngx_uint_t reason, ngx_print_ref_t *ref);


#endif /* _NGX_PRINT_SESSION_H_INCLUDED_ */
