
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A contest: a socket wants a clientId that another connected socket has, and
 * may have it only if that one does not live any more. The question whether it
 * lives is put to its client by a ping; the heartbeat of its session tells the
 * answer. If none comes, the heartbeat closes the session as any other one, and
 * the client is free.
 *
 * Nothing of a contest is in the zone: what waits for the answer is memory of
 * the process that asked.
 */


#ifndef _NGX_PRINT_CONTEST_H_INCLUDED_
#define _NGX_PRINT_CONTEST_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"
#include "ngx_print_client.h"


/* the question, and the heartbeat of the holder when it was put */
typedef struct {
    uint64_t     owner;                      /* the holder; 0: nobody */
    uint32_t     client;
    uint16_t     packets;
    uint32_t     limit;                      /* ms: it is answered by then, or
                                                the holder has ended, unless
                                                workers died or stood still */
} ngx_print_contest_t;


/*
 * Asks the holder of a clientId, which ngx_print_client_register() has told as
 * init->loser after NGX_PRINT_HELD, whether it lives: its client is pinged at
 * once, unless a ping is under way. In protocol 3 the client pings, so that its
 * next packet is waited for. by is the session that wants the clientId.
 *
 * NGX_OK        *contest is the question, for look()
 * NGX_DONE      it lives: it is another socket of the same session
 * NGX_DECLINED  it does not have the clientId any more: register again. For
 *               look(), *contest tells that, too
 */
ngx_int_t ngx_print_contest_ask(ngx_print_store_t *st, ngx_print_ref_t by,
    ngx_str_t *id, ngx_print_client_loser_t *holder,
    ngx_print_contest_t *contest);

/*
 * Looks for the answer. Lock-free, so that it may be asked often. Any packet of
 * the client is one.
 *
 * NGX_OK        the holder lives
 * NGX_AGAIN     there is no answer yet
 * NGX_DECLINED  the holder is gone, or does not have the clientId any more:
 *               register again
 */
ngx_int_t ngx_print_contest_look(ngx_print_store_t *st,
    ngx_print_contest_t *contest);

/*
 * Publishes the event that a socket was refused the clientId which the holder
 * keeps.
 *
 * NGX_OK        the event was published
 * NGX_AGAIN     the holder does not have the clientId any more: register again
 * NGX_DECLINED  the socket of session by in this namespace is not connected any
 *               more
 */
ngx_int_t ngx_print_contest_refuse(ngx_print_store_t *st, ngx_print_ref_t by,
    ngx_uint_t nsp, ngx_str_t *id, ngx_print_client_loser_t *holder);


#endif /* _NGX_PRINT_CONTEST_H_INCLUDED_ */
