
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Acknowledgements that clients still owe: each is awaited from the socket of
 * one session and namespace until a deadline, and is then for any process to
 * tell of, also when the socket is gone; how many a session may owe is up to
 * the caller.  What it is about is a cookie, whose meaning only the caller
 * knows.
 */


#ifndef _NGX_PRINT_ACK_H_INCLUDED_
#define _NGX_PRINT_ACK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_store.h"


typedef struct {
    ngx_print_ref_t    ref;         /* of a session that may be gone */
    ngx_uint_t         nsp;
    uint64_t           cookie;
} ngx_print_ack_t;


/*
 * Awaits one for ms milliseconds; *id, less than 2^48, is to be sent with the
 * event.  NGX_OK, NGX_PRINT_FULL.
 */
ngx_int_t ngx_print_ack_open(ngx_print_store_t *st, ngx_print_ack_t *ack,
    ngx_msec_t ms, uint64_t *id);

/*
 * It has come, from this session and namespace, or is not awaited any more:
 * sets ack->cookie.  NGX_OK, NGX_DECLINED: no such one is awaited from there.
 */
ngx_int_t ngx_print_ack_close(ngx_print_store_t *st, ngx_print_ack_t *ack,
    uint64_t id);

/*
 * Deadlines, as those of sessions: due() is one pass over the column without
 * the lock, expire() looks again: NGX_OK, it is not awaited any more and *ack
 * is set; NGX_DECLINED.
 */
ngx_uint_t ngx_print_ack_due(ngx_print_store_t *st, uint32_t now,
    uint32_t *cursor, uint32_t *indices, ngx_uint_t max);
ngx_int_t ngx_print_ack_expire(ngx_print_store_t *st, uint32_t now,
    uint32_t index, ngx_print_ack_t *ack);


#endif /* _NGX_PRINT_ACK_H_INCLUDED_ */
