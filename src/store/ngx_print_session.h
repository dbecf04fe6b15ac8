
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

#include "ngx_print_store.h"


#define NGX_PRINT_SESSION_MAX   0x1000000    /* an index has three bytes */
#define NGX_PRINT_SESSION_KEY   12     /* the random bytes of a sid */
#define NGX_PRINT_SESSION_SOCK  15     /* a Socket.IO sid, in bytes */
#define NGX_PRINT_SESSION_ADDR  16     /* IPv6, or IPv4 mapped into it */


typedef enum {
    NGX_PRINT_SESSION_FREE = 0,
    NGX_PRINT_SESSION_OPEN,
    NGX_PRINT_SESSION_UPGRADING,
    NGX_PRINT_SESSION_WS,
    NGX_PRINT_SESSION_CLOSING,
    NGX_PRINT_SESSION_LINGER
} ngx_print_session_state_e;


/* what the deadline of a session calls for */
typedef enum {
    NGX_PRINT_DUE_NOTHING = 0,
    NGX_PRINT_DUE_PING,          /* to be written by the WebSocket's holder;
                                    on long-polling take() says it */
    NGX_PRINT_DUE_PING_TIMEOUT,
    NGX_PRINT_DUE_CONNECT_TIMEOUT,
    NGX_PRINT_DUE_FREE           /* it has lingered long enough */
} ngx_print_session_due_e;


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


/* a copy, true at the time it was made */
typedef struct {
    ngx_print_ref_t            ref;
    ngx_print_session_state_e  state;
    ngx_uint_t                 eio;
    ngx_uint_t                 awaited;      /* attachments */
    uint32_t                   joined;       /* a bit for each namespace */
    unsigned                   text:1;
    unsigned                   attached:1;   /* to a worker that lives */
    u_char                     key[NGX_PRINT_SESSION_KEY];
    u_char                     sock[NGX_PRINT_SESSION_SOCK];
    u_char                     addr[NGX_PRINT_SESSION_ADDR];
} ngx_print_session_info_t;


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
 * Writes what the id of a socket is made of: for "/" sock, its very bytes, for
 * another namespace the key of its session, a secret.
 */
void ngx_print_session_sock(u_char *dst, ngx_uint_t nsp, u_char *sock,
    u_char *key);

/*
 * A GET wants to wait.
 *
 * NGX_OK        it is attached with *token; ngx_print_queue_take() is next
 * NGX_BUSY      another one waits
 * NGX_ABORT     the session is upgraded
 * NGX_DECLINED  no such session
 */
ngx_int_t ngx_print_session_poll(ngx_print_store_t *st,
    ngx_print_ref_t ref, uint32_t *token);

/*
 * Ends an attachment without an answer (the client is gone).
 * NGX_OK, NGX_DECLINED: it was not the session's any more.
 */
ngx_int_t ngx_print_session_detach(ngx_print_store_t *st,
    ngx_print_ref_t ref, uint32_t token);

/*
 * A POST starts and ends.  Only one may be read at a time.
 * NGX_OK, NGX_DECLINED, NGX_ABORT (upgraded), NGX_BUSY (another one is being
 * read).
 */
ngx_int_t ngx_print_session_post(ngx_print_store_t *st,
    ngx_print_ref_t ref);
void ngx_print_session_posted(ngx_print_store_t *st, ngx_print_ref_t ref);

/*
 * The upgrade: probe() at "2probe", by the WebSocket that wants to take over;
 * a waiting poll is answered at once.  upgrade() at "5": the WebSocket is
 * attached with the probe's token and takes the queue.  unprobe() if it fails:
 * the session goes on polling.
 *
 * NGX_OK, NGX_DECLINED (no such session; unprobe: not this probe any more),
 * NGX_BUSY (another probe is there, or it is upgraded).
 */
ngx_int_t ngx_print_session_probe(ngx_print_store_t *st,
    ngx_print_ref_t ref, uint32_t *token);
ngx_int_t ngx_print_session_upgrade(ngx_print_store_t *st,
    ngx_print_ref_t ref, uint32_t token);
ngx_int_t ngx_print_session_unprobe(ngx_print_store_t *st,
    ngx_print_ref_t ref, uint32_t token);

/* whether polls of this worker were overtaken by an upgrade; asks once */
ngx_uint_t ngx_print_session_audit(ngx_print_store_t *st);

/*
 * The Socket.IO sockets, one for each namespace: join() at CONNECT, part() at
 * DISCONNECT: clients are to be left with ngx_print_client_leave().  sock: the
 * id of the socket of "/", a new one each time; that of another namespace is
 * made of what it was opened with, see ngx_print_session_sock().
 *
 * NGX_OK, NGX_DECLINED (no such session, part: not joined), NGX_BUSY (joined
 * already).
 */
ngx_int_t ngx_print_session_join(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp, u_char *sock);
ngx_int_t ngx_print_session_part(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp);

/* something was heard of the client; pong: the answer to our ping */
void ngx_print_session_heard(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t pong);

/*
 * Deadlines.  due() is one pass over the column, without the lock: up to max
 * sessions from *cursor on (0 at first) whose time has come; *cursor is 0 when
 * the pass is over.  expire() looks again, under the lock, and says what is to
 * be done by this process; nothing, if another one has the session.
 */
ngx_uint_t ngx_print_session_due(ngx_print_store_t *st, uint32_t now,
    uint32_t *cursor, uint32_t *indices, ngx_uint_t max);
ngx_print_session_due_e ngx_print_session_expire(ngx_print_store_t *st,
    uint32_t now, uint32_t index, ngx_print_ref_t *ref);

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
