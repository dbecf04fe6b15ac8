
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What one address may have: the limits by default, the rate of what its
 * sessions do, and the streams of events that it reads.
 * ngx_print_session_open() and ngx_print_client_register() take the limits and
 * count what the address has.
 */


#ifndef _NGX_PRINT_ADDRESS_H_INCLUDED_
#define _NGX_PRINT_ADDRESS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * The sessions and clients that an address may have by default: a quarter of
 * those of the zone, and at most half of them, but not fewer than these.
 */
#define NGX_PRINT_ADDRESS_LEAST  512


/* a stream of a client: memory of this process */
typedef struct {
    ngx_queue_t  queue;                      /* of all streams of the zone */
    uint64_t     prefix;                     /* of the client's address */
} ngx_print_address_stream_t;


/*
 * Sets those limits that are 0 to the default of this zone: sessions, clients,
 * and a burst as large as both together. connections is the number of
 * connections of all workers, a quarter of which is enough for one address.
 * Lock-free.
 */
void ngx_print_address_limits(ngx_print_store_t *st, ngx_uint_t connections,
    ngx_print_limits_t *limits);

/* Returns so many percent of the sessions, or clients; lock-free. */
uint32_t ngx_print_address_sessions(ngx_print_store_t *st, ngx_uint_t percent);
uint32_t ngx_print_address_clients(ngx_print_store_t *st, ngx_uint_t percent);

/*
 * Counts what a session asks for in the rate of its address, before the caller
 * asks somebody else whether it is allowed; with connects == 1, the first one
 * of the session is free, because its handshake was counted. Sets *over if that
 * is too often, else to NGX_PRINT_OVER_NONE.
 *
 * NGX_OK             it may go on; with limits->dry_run, *over may be set
 * NGX_DECLINED       there is no such session
 * NGX_PRINT_LIMITED  the address has come too often
 * NGX_PRINT_STALLED  the zone cannot be used
 */
ngx_int_t ngx_print_address_charge(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_limits_t *limits, ngx_uint_t connects, ngx_print_over_e *over);

/*
 * Counts a stream of an address, NGX_PRINT_SESSION_ADDR bytes, until
 * stream_end() is called. Each worker counts its own streams, so that nothing
 * is left of a worker that dies. A limit of 0 is none, and an address whose
 * bytes are all 0, that of a UNIX socket, has none. Lock-free.
 *
 * NGX_OK             it is counted
 * NGX_PRINT_LIMITED  the address has that many streams in this worker already
 */
ngx_int_t ngx_print_address_stream(ngx_print_store_t *st,
    ngx_print_address_stream_t *stream, u_char *addr, ngx_uint_t limit);
void ngx_print_address_stream_end(ngx_print_address_stream_t *stream);


#endif /* _NGX_PRINT_ADDRESS_H_INCLUDED_ */
