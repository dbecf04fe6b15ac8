
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Which connection a session has: a GET that waits, a POST that is read, the
 * upgrade to a WebSocket.
 */


#ifndef _NGX_PRINT_SESSION_ATTACH_H_INCLUDED_
#define _NGX_PRINT_SESSION_ATTACH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


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
void ngx_print_session_post_done(ngx_print_store_t *st, ngx_print_ref_t ref);

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


#endif /* _NGX_PRINT_SESSION_ATTACH_H_INCLUDED_ */
