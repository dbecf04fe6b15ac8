
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What an authorizer has answered, and what it will be asked again: how long a
 * session was let in, with which clientIds, and what it has sent at CONNECT.
 */


#ifndef _NGX_PRINT_SESSION_ANSWER_H_INCLUDED_
#define _NGX_PRINT_SESSION_ANSWER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


#define NGX_PRINT_SESSION_AUTH  16384      /* bytes, of all namespaces together;
                                              each takes whole blocks */


/*
 * Limits the clientIds of a session to the second half of the names in trust,
 * in place of those of an earlier answer. If a process dies meanwhile, the
 * session has fewer names.
 *
 * NGX_OK             it is limited
 * NGX_DECLINED       there is no such session, or it is closed
 * NGX_PRINT_STALLED  the zone cannot be used
 */
ngx_int_t ngx_print_session_names(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_session_trust_t *trust);

/*
 * Lets a session end after so many ms, less than 24 days, unless it ends
 * before. Returns the codes of names().
 */
ngx_int_t ngx_print_session_expires(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t ms);

/*
 * keep_auth() keeps up to NGX_PRINT_SESSION_AUTH bytes that the client has sent
 * at CONNECT to a namespace, in place of those of an earlier CONNECT. All
 * sessions together have st->share.auth blocks for this, and texts of more than
 * one block may take half of them only. What has no room is not kept, and the
 * session knows it.
 *
 * auth() copies them to auth->data, which has room for them, and sets
 * auth->len. If nothing is kept, these are "{}"; unless something of this
 * session had no room: then nobody knows, and auth->len is 0.
 *
 * NGX_OK             they are kept, or copied
 * NGX_DECLINED       there is no such session, or it is closed
 * NGX_BUSY           keep_auth(): not kept, the session keeps too much already
 * NGX_PRINT_FULL     keep_auth(): not kept, the zone has no room
 * NGX_PRINT_STALLED  the zone cannot be used
 */
ngx_int_t ngx_print_session_keep_auth(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp, ngx_str_t *auth);
ngx_int_t ngx_print_session_auth(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, ngx_str_t *auth);


#endif /* _NGX_PRINT_SESSION_ANSWER_H_INCLUDED_ */
