
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Connection state recovery (Socket.IO): a socket that lost its session comes
 * back in another one, within a given time, with its id and its clients, and
 * gets the jobs that it missed. The client presents a pid, which is a secret,
 * and the offset of the last job that it got. It may notice the loss of its
 * connection long before any worker does.
 */


#ifndef _NGX_PRINT_RECOVERY_H_INCLUDED_
#define _NGX_PRINT_RECOVERY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


#define NGX_PRINT_RECOVERY_OFFSET  20    /* characters */


/*
 * Called after the "/" socket of a session has connected: makes it a socket
 * that can be recovered for ms milliseconds after its session is lost. key:
 * NGX_PRINT_RECOVERY_KEY random bytes. Writes the NGX_PRINT_ID_LEN characters
 * of its pid.
 *
 * An address has as many such sockets as it may have sessions; limits may be
 * NULL. If it has them, one of its own that is lost gives way. If the zone has
 * no free record, one of all that are lost does.
 *
 * NGX_OK             pid is written
 * NGX_DECLINED       there is no such session, it is not connected to "/", or
 *                    it has a pid already
 * NGX_PRINT_LIMITED  the address has reached its limit, and none of its sockets
 *                    can give way: the socket cannot be recovered
 * NGX_PRINT_FULL     the zone has no free record, and all lost sockets have
 *                    jobs: the socket cannot be recovered
 */
ngx_int_t ngx_print_recovery_open(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_msec_t ms, ngx_print_limits_t *limits, u_char *key, u_char *pid);

/*
 * Connects a session to "/" as the socket of a pid, with its id and its
 * clients. Jobs that were sent to it after the offset are sent again, before
 * anything else; the offset is empty if the client got none.
 *
 * If the socket still has a session, that one is closed with this reason, see
 * ngx_print_session_close(), and nothing that it does later has any effect on
 * the socket. If another worker has its connection, that worker was woken to
 * finish it. *old is the session; old->index is 0 if there was none. Whatever
 * the function returns, the caller finishes *old if it has to, as after
 * ngx_print_session_close().
 *
 * The socket is recovered only if all clients that it had registered are still
 * its own, and if there is one. Otherwise its pid has ended, and the jobs that
 * waited for its recovery are settled, as if the time for it was over.
 *
 * NGX_OK        the session is connected to "/"
 * NGX_DECLINED  the pid or the offset is not valid, or clients of the socket
 *               are missing, or there is no such session, or it is connected
 *               to "/" already
 */
ngx_int_t ngx_print_recovery_resume(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_str_t *pid, ngx_str_t *offset,
    ngx_uint_t reason, ngx_print_ref_t *old);

/*
 * Writes the text of an offset, NGX_PRINT_RECOVERY_OFFSET characters, with a
 * digest that proves that this zone has made it. Returns the byte after the
 * last. Lock-free.
 */
u_char *ngx_print_recovery_offset(ngx_print_store_t *st, u_char *p,
    uint64_t offset);


/* the clients of a socket that can be recovered */
typedef struct {
    ngx_uint_t                 n;
    struct {
        u_char                 len;
        u_char                 id[NGX_PRINT_CLIENT_ID_MAX];
    } list[NGX_PRINT_CLIENT_PER_SESSION];
} ngx_print_recovery_names_t;


/*
 * names() copies the clients of the socket of a pid. spoil() makes the socket
 * one that cannot be recovered, as if it had lost a client: resume() ends it.
 *
 * NGX_OK        names is set, or the socket is spoiled
 * NGX_DECLINED  the pid is not valid
 */
ngx_int_t ngx_print_recovery_names(ngx_print_store_t *st, ngx_str_t *pid,
    ngx_print_recovery_names_t *names);
ngx_int_t ngx_print_recovery_spoil(ngx_print_store_t *st, ngx_str_t *pid);

/*
 * Called when the client leaves the socket itself, or for a reason that allows
 * no recovery: frees the pid of a session and settles the jobs that waited for
 * its recovery.
 */
void ngx_print_recovery_end(ngx_print_store_t *st, ngx_print_ref_t ref);

/*
 * Called for a socket that ngx_print_store_sweep() has found. Looks again
 * under the lock: if the socket was not recovered in time, settles the jobs
 * that waited for that and frees the pid. The time begins again if a process
 * could not have the lock in it.
 */
void ngx_print_recovery_expire(ngx_print_store_t *st, uint32_t now,
    uint32_t index);


#endif /* _NGX_PRINT_RECOVERY_H_INCLUDED_ */
