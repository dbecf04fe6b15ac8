
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Connection state recovery: a socket that lost its session comes back in
 * another one, within a window, as what it was: its id, its clients, and the
 * jobs that it missed.  What it presents for that is a pid, a secret, and the
 * offset of the last job that it got.
 */


#ifndef _NGX_PRINT_RECOVERY_H_INCLUDED_
#define _NGX_PRINT_RECOVERY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


#define NGX_PRINT_RECOVERY_OFFSET  20    /* characters */


/*
 * Makes the socket of "/", which has just been joined, one that can be
 * recovered for ms milliseconds after its session is lost; key: random.  Writes
 * its pid.
 *
 * NGX_OK, NGX_DECLINED (no such session), NGX_PRINT_FULL: it cannot be
 * recovered.
 */
ngx_int_t ngx_print_recovery_open(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_msec_t ms, u_char *key, u_char *pid);

/*
 * Joins "/" as the socket of a pid, with its id and its clients; jobs that were
 * sent to it behind the offset (which is empty if it got none) will be sent
 * again, in front of all else.  Once for each loss.
 *
 * NGX_OK, NGX_DECLINED: it cannot be recovered, or not any more; NGX_BUSY: its
 * session is not lost yet.
 */
ngx_int_t ngx_print_recovery_resume(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_str_t *pid, ngx_str_t *offset);

/*
 * Whether the session of a pid is one on long-polling whose GET died with its
 * worker, so that it may well be lost: NGX_OK, *ref is set; NGX_DECLINED.
 */
ngx_int_t ngx_print_recovery_orphan(ngx_print_store_t *st, ngx_str_t *pid,
    ngx_print_ref_t *ref);

/* writes the text of an offset, NGX_PRINT_RECOVERY_OFFSET bytes */
u_char *ngx_print_recovery_offset(ngx_print_store_t *st, u_char *p,
    uint64_t offset);

/* the client has left for good, or for a reason that allows no recovery */
void ngx_print_recovery_end(ngx_print_store_t *st, ngx_print_ref_t ref);

/*
 * Called for a socket that ngx_print_store_sweep() has found.  Looks again
 * under the lock: if nobody has recovered the socket, its record is freed.
 */
void ngx_print_recovery_expire(ngx_print_store_t *st, uint32_t now,
    uint32_t index);


#endif /* _NGX_PRINT_RECOVERY_H_INCLUDED_ */
