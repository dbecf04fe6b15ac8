
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Which connections a session has: a GET that waits, a POST that is being
 * read, a WebSocket that upgrades, or that goes from one worker to another.
 */


#ifndef _NGX_PRINT_SESSION_ATTACH_H_INCLUDED_
#define _NGX_PRINT_SESSION_ATTACH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* who has the WebSocket of a session: a worker, and the token it has it by */
typedef struct {
    uint32_t                   slot;
    uint32_t                   epoch;
    uint32_t                   token;
} ngx_print_holder_t;


typedef enum {
    NGX_PRINT_HANDED_WAITS = 0,              /* on its way */
    NGX_PRINT_HANDED_REFUSED,                /* it was refused, and is still
                                                this worker's */
    NGX_PRINT_HANDED_GONE                    /* it was adopted, or is closed */
} ngx_print_handed_e;


/* a session that this worker has handed to others */
typedef struct {
    ngx_print_ref_t            ref;
    uint32_t                   token;
    ngx_print_handed_e         state;        /* set by handed() */
} ngx_print_handed_t;


/*
 * Attaches a GET to a session. The caller then calls ngx_print_queue_take().
 *
 * NGX_OK        it is attached with *token
 * NGX_BUSY      another GET waits
 * NGX_ABORT     the session has a WebSocket
 * NGX_DECLINED  there is no such session, or it is CLOSING
 */
ngx_int_t ngx_print_session_poll(ngx_print_store_t *st,
    ngx_print_ref_t ref, uint32_t *token);

/*
 * Ends the attachment of a GET without an answer, because the client has
 * closed the connection.
 *
 * NGX_OK        it is no longer attached
 * NGX_DECLINED  it was not attached any more, or the session is CLOSING
 */
ngx_int_t ngx_print_session_detach(ngx_print_store_t *st,
    ngx_print_ref_t ref, uint32_t token);

/*
 * post() is called before the body of a POST is read, post_done() after it.
 * Only one POST of a session may be read at a time, over all workers.
 *
 * NGX_OK        the caller may read the POST
 * NGX_DECLINED  there is no such session, or it is closed
 * NGX_ABORT     the session has a WebSocket
 * NGX_BUSY      another POST is being read
 */
ngx_int_t ngx_print_session_post(ngx_print_store_t *st,
    ngx_print_ref_t ref);
ngx_int_t ngx_print_session_post_done(ngx_print_store_t *st,
    ngx_print_ref_t ref);

/*
 * The upgrade from long-polling (Engine.IO protocol, "Upgrade"). A WebSocket
 * calls probe() at the packet "2probe"; a poll that waits is answered at once.
 * It calls upgrade() at the packet "5": it is attached then with the token of
 * the probe, and takes the queue. It calls unprobe() if the upgrade fails: the
 * session goes on with long-polling.
 *
 * NGX_OK        it is done
 * NGX_DECLINED  probe(): there is no such session, or it is closed; upgrade()
 *               and unprobe(): the session does not have this probe any more
 * NGX_BUSY      probe() only: another WebSocket probes, or the session has one
 */
ngx_int_t ngx_print_session_probe(ngx_print_store_t *st,
    ngx_print_ref_t ref, uint32_t *token);
ngx_int_t ngx_print_session_upgrade(ngx_print_store_t *st,
    ngx_print_ref_t ref, uint32_t token);
ngx_int_t ngx_print_session_unprobe(ngx_print_store_t *st,
    ngx_print_ref_t ref, uint32_t token);

/*
 * Returns 1 once if an upgrade may have taken over a session whose GET waits
 * at this worker; the caller then looks for such GETs and answers them.
 * Lock-free.
 */
ngx_uint_t ngx_print_session_audit(ngx_print_store_t *st);

/*
 * Another worker has ended sessions that were attached to this one, and did not
 * wait for it. Sets indices to up to NGX_PRINT_STORE_LOST of them, and
 * returns how many; a connection of this worker that one of these indices was
 * for may have no session any more. If there are more, audit() returns 1.
 */
ngx_uint_t ngx_print_session_lost(ngx_print_store_t *st, uint32_t *indices);

/*
 * A WebSocket goes from a worker that is about to exit to another one, while
 * the client notices nothing. The worker that has it calls hand(), and sends
 * the connection with what holder() says of itself to the others; it still owns
 * the session, and nobody pings or expires it now. One of the others calls
 * adopt(), and owns it from then on with *token; it also has to finish the
 * session if that is CLOSING. Or it calls refuse(), and the session stays with
 * its holder. The holder takes a session back by adopting it from itself: what
 * was sent then has an old token, and is declined.
 *
 * handed() says of n sessions, up to NGX_PRINT_HANDED_MAX, what has become of
 * them. holder() is lock-free.
 *
 * NGX_OK        it is done
 * NGX_DECLINED  hand(): the session has no WebSocket with this token here, is
 *               closed, or was handed over already; adopt() and refuse(): it is
 *               not with this holder any more; refuse(): or was refused before
 */
#define NGX_PRINT_HANDED_MAX  64

ngx_int_t ngx_print_session_hand(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t token);
ngx_int_t ngx_print_session_adopt(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_holder_t *from, uint32_t *token);
ngx_int_t ngx_print_session_refuse(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_holder_t *from);
ngx_int_t ngx_print_session_handed(ngx_print_store_t *st,
    ngx_print_handed_t *handed, ngx_uint_t n);
void ngx_print_session_holder(ngx_print_store_t *st, uint32_t token,
    ngx_print_holder_t *me);


#endif /* _NGX_PRINT_SESSION_ATTACH_H_INCLUDED_ */
