
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Clients: the stations that have registered, each under its clientId, and the
 * session that prints for it now. A record outlives its session. When the zone
 * is full, the client that has been offline longest and has no jobs is
 * evicted.
 */


#ifndef _NGX_PRINT_CLIENT_H_INCLUDED_
#define _NGX_PRINT_CLIENT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"
#include "ngx_print_client_list.h"


/* a socket that was connected when it lost a clientId to another one */
typedef struct {
    ngx_print_ref_t  ref;
    ngx_uint_t       nsp;
    u_char           sock[NGX_PRINT_SESSION_SOCK];
    u_char           addr[NGX_PRINT_SESSION_ADDR];
    unsigned         set:1;                  /* there was one */
    unsigned         same:1;                 /* of the same address: of IPv4
                                                all of it, of IPv6 64 bits */
    unsigned         quiet:1;                /* nothing was heard of it for a
                                                ping interval */
} ngx_print_client_loser_t;


/* what a station says about itself when it registers */
typedef struct {
    ngx_str_t                  id;           /* at most NGX_PRINT_CLIENT_ID_MAX
                                                bytes */
    ngx_str_t                  info;         /* JSON, kept with the client */
    ngx_print_client_loser_t  *loser;        /* NULL, or zeroed: is set if
                                                another socket loses the id, or
                                                keeps it */
    ngx_uint_t                 max;          /* clientIds of the session; 0:
                                                NGX_PRINT_CLIENT_PER_SESSION */
    ngx_print_limits_t        *limits;       /* of the address of the session,
                                                or NULL */
    ngx_print_over_e           over;         /* set by register(): the one that
                                                was reached */
    unsigned                   charged:1;    /* it counts in the rate of the
                                                address already, see
                                                ngx_print_address_charge() */
    unsigned                   ack:1;        /* it acknowledges its jobs */
    unsigned                   deny:1;       /* another connected socket keeps
                                                the id */
    unsigned                   near:1;       /* with deny: not one of the same
                                                address, see loser->same */
    unsigned                   bare:1;       /* set by register(): there is no
                                                room for info, which is not
                                                kept */
} ngx_print_client_init_t;


/*
 * Registers a clientId for the socket of a session in a namespace. The newest
 * registration wins: the clientId is taken off any other socket. The client
 * counts as connected while the socket is connected. Jobs that wait for it are
 * sent. If another connected socket loses it, there is an event of that. If the
 * zone has no room for the description, see ngx_print_description.h, the client
 * is registered without it, and init->bare is set.
 *
 * A socket that loses a client keeps a claim to it, see
 * ngx_print_client_offline(). If the socket that has the client is of a session
 * that was opened later, the registration may have been read late: it makes a
 * claim only, unless this socket had the client before.
 *
 * An address that has reached its limit of clients loses the one that has been
 * offline longest, one without jobs if there is one; the jobs of that client
 * end as if it was removed.
 *
 * NGX_OK             the client is registered; with limits->dry_run, init->over
 *                    may be set, too
 * NGX_DONE           the socket had that clientId already, and the client's
 *                    description is replaced; or the socket has a claim to it
 * NGX_DECLINED       there is no such session, or it is closed
 * NGX_BUSY           the session has init->max clients and claims already
 * NGX_PRINT_HELD     only with init->deny: another connected socket has the
 *                    client, or gets it as soon as the session which had it has
 *                    ended; nothing was changed, and init->loser is that socket
 * NGX_PRINT_FULL     the zone has no free record: for a client, and those that
 *                    have been offline longest all have jobs; or for a claim
 * NGX_PRINT_LIMITED  the address has reached init->over, and has no client that
 *                    is offline
 */
ngx_int_t ngx_print_client_register(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp, ngx_print_client_init_t *init);

/*
 * Whether a socket could register a clientId, when n others are about to be
 * registered by its session. The record is looked up, and not changed.
 *
 * NGX_OK        it has room for the clientId
 * NGX_DONE      the socket has it already, or a claim to it
 * NGX_BUSY      the session has max clients and claims with these n, or more
 * NGX_DECLINED  there is no such session, or it is closed
 */
ngx_int_t ngx_print_client_room(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, ngx_str_t *id, ngx_uint_t max, ngx_uint_t n);

/*
 * Takes one client off a session, settles its jobs, and copies it to info.
 * Called until it returns NGX_DECLINED, after the session was closed or its
 * socket has disconnected from the namespace; its claims have ended then. The
 * client goes to the newest other socket that is connected and has a claim to
 * it, and info->connected is 1; else it is offline.
 *
 * NGX_OK        the client of info is not the session's any more
 * NGX_DECLINED  there is no client left, or the socket is still connected
 */
ngx_int_t ngx_print_client_offline(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp, ngx_print_client_info_t *info);

/*
 * Removes the record of a client that is offline. Its jobs become CANCELED, or
 * UNCONFIRMED if they were sent before.
 *
 * NGX_OK        the client is removed
 * NGX_DECLINED  there is no such client
 * NGX_BUSY      the client is connected, or its session is just being closed
 */
ngx_int_t ngx_print_client_remove(ngx_print_store_t *st, ngx_str_t *id);


#endif /* _NGX_PRINT_CLIENT_H_INCLUDED_ */
