
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_id.h"
#include "ngx_print_equal.h"
#include "ngx_print_zone.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_address.h"
#include "ngx_print_zone_recovery.h"
#include "ngx_print_zone_queue.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_waiting.h"
#include "ngx_print_zone_client.h"
#include "ngx_print_zone_claim.h"
#include "ngx_print_zone_presence.h"
#include "ngx_print_zone_delivery.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_recovery_room.h"
#include "ngx_print_recovery.h"


static ngx_int_t ngx_print_recovery_create(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_msec_t ms, ngx_print_limits_t *limits,
    u_char *key, u_char *pid, uint64_t *address);
static ngx_int_t ngx_print_recovery_free_locked(ngx_print_store_t *st,
    uint32_t index, ngx_print_ref_t ref, ngx_uint_t reason,
    ngx_print_ref_t *old);
static ngx_int_t ngx_print_recovery_resume_locked(ngx_print_store_t *st,
    uint32_t index, ngx_print_ref_t ref, uint64_t offset, uint32_t *cursor);
static ngx_int_t ngx_print_recovery_read(ngx_print_store_t *st,
    ngx_str_t *text, uint64_t *offset);
static void ngx_print_recovery_prove(ngx_print_store_t *st, u_char *bytes,
    uint64_t offset);
static ngx_int_t ngx_print_recovery_check_locked(ngx_print_store_t *st,
    uint32_t index, u_char *key);
static ngx_uint_t ngx_print_recovery_excused_locked(ngx_print_store_t *st,
    uint32_t now, uint32_t index);
static ngx_uint_t ngx_print_recovery_end_locked(ngx_print_store_t *st,
    uint32_t index, uint32_t *cursor);


ngx_int_t
ngx_print_recovery_open(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_msec_t ms, ngx_print_limits_t *limits, u_char *key, u_char *pid)
{
    uint64_t   address;
    ngx_int_t  rc;

    for ( ;; ) {
        address = 0;

        rc = ngx_print_recovery_create(st, ref, ms, limits, key, pid, &address);

        if ((rc != NGX_PRINT_FULL && rc != NGX_PRINT_LIMITED)
            || ngx_print_recovery_make_room(st, address) != NGX_OK)
        {
            return rc;
        }

        if (rc == NGX_PRINT_LIMITED) {
            /* one goes for one that comes, however many there are */
            limits = NULL;
        }
    }
}


static ngx_int_t
ngx_print_recovery_create(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_msec_t ms, ngx_print_limits_t *limits, u_char *key, u_char *pid,
    uint64_t *address)
{
    uint32_t                    index;
    ngx_int_t                   rc;
    ngx_print_store_pid_t      *p;
    ngx_print_store_session_t  *s;

    rc = NGX_DECLINED;
    index = 0;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s && ngx_print_session_connected_locked(s, 0) && s->pid == 0) {
        rc = NGX_PRINT_FULL;

        index = st->sh->pid_free;

        if (ngx_print_address_pid_over_locked(st, s, limits, address)) {
            rc = NGX_PRINT_LIMITED;
            index = 0;

        } else if (index) {
            st->sh->pid_free = st->pids[index].clients;

        } else if (st->sh->pid_top < st->sh->npids) {
            index = st->sh->pid_top;
            ngx_print_store_publish(st->sh->pid_top, index + 1);
        }
    }

    if (index) {
        p = &st->pids[index];

        p->owner = ngx_print_store_owner(&ref, 0);
        p->address = 0;
        p->window = ms;
        p->gone = 0;
        p->clients = 0;

        ngx_memcpy(p->key, key, NGX_PRINT_RECOVERY_KEY);
        ngx_memcpy(p->sock, s->sock, NGX_PRINT_SESSION_SOCK);

        st->pid_deadlines[index] = 0;

        ngx_print_store_publish(p->state, NGX_PRINT_PID_USED);

        st->sh->counts.pids++;
        ngx_print_count_peak_locked(st->sh, NGX_PRINT_COUNT_RECOVERY,
                                    st->sh->counts.pids);

        s->pid = index;

        ngx_print_address_pid_joined_locked(st, p, s);

        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    if (rc == NGX_OK) {
        (void) ngx_print_id_write(pid, index, key);
    }

    return rc;
}


ngx_int_t
ngx_print_recovery_resume(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_str_t *pid, ngx_str_t *text, ngx_uint_t reason, ngx_print_ref_t *old)
{
    u_char     key[NGX_PRINT_RECOVERY_KEY];
    uint32_t   index, cursor;
    uint64_t   offset;
    ngx_int_t  rc;

    cursor = 0;
    offset = 0;
    old->index = 0;

    if (ngx_print_id_read(pid, &index, key) != NGX_OK
        || ngx_print_recovery_read(st, text, &offset) != NGX_OK)
    {
        /* there is no such pid */
        index = 0;
    }

    do {
        if (ngx_print_store_lock(st) != NGX_OK) {
            return NGX_PRINT_STALLED;
        }

        rc = ngx_print_recovery_check_locked(st, index, key);

        if (rc == NGX_OK) {
            rc = ngx_print_recovery_free_locked(st, index, ref, reason, old);
        }

        if (rc == NGX_OK) {
            rc = ngx_print_recovery_resume_locked(st, index, ref, offset,
                                                  &cursor);
        }

        if (rc == NGX_DECLINED) {
            ngx_print_count_plain_locked(st, NGX_PRINT_OTHER_NOT_RECOVERED);
        }

        ngx_print_store_unlock(st);

    } while (rc == NGX_AGAIN);

    return rc;
}


/*
 * Makes sure that a pid has no session, and that this session may have it.
 * Who knows the pid is its client, and would not ask for a new session if the
 * old one was of any use: that one is closed and loses the pid, whatever state
 * it is in and whoever holds its connection. Messages for it are dropped.
 *
 * NGX_OK        the pid belongs to no session
 * NGX_AGAIN     call it again, in another lock hold
 * NGX_DECLINED  the new session is closed, or has a socket of "/", or has not
 *               left all of its last one
 */

static ngx_int_t
ngx_print_recovery_free_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_ref_t ref, ngx_uint_t reason, ngx_print_ref_t *old)
{
    uint64_t                    owner;
    ngx_print_store_session_t  *s;

    s = ngx_print_session_locked(st, ref);

    if (s == NULL || !ngx_print_session_live_locked(s)
        || (s->connected & 1) || ngx_print_waiting_pid(s)
        || ngx_print_client_of_nsp_locked(st, s, 0)
        || ngx_print_claim_of_nsp_locked(st, s, 0))
    {
        return NGX_DECLINED;
    }

    owner = st->pids[index].owner;

    if (owner == 0) {
        return NGX_OK;
    }

    old->index = ngx_print_store_owner_index(owner);
    old->gen = ngx_print_store_owner_gen(owner);

    s = &st->sessions[old->index];

    if (ngx_print_session_live_locked(s)) {
        ngx_print_session_close_locked(st, s, reason);
    }

    if (ngx_print_job_session_lost_locked(st, s, NULL)) {
        return NGX_AGAIN;
    }

    ngx_print_queue_clear_locked(st, &s->out);

    if (s->out.head) {
        return NGX_AGAIN;
    }

    ngx_print_recovery_lost_locked(st, s);

    return NGX_OK;
}


/*
 * A client that is recovered does not register again. Therefore it must have
 * all that it had registered; otherwise the pid ends.
 *
 * The first change makes the pid belong to the new session. If we die after
 * it, the rest is done when that session is lost in its turn.
 *
 * NGX_OK        the session has the socket
 * NGX_AGAIN     call it again, in another lock hold
 * NGX_DECLINED  the pid has ended
 */

static ngx_int_t
ngx_print_recovery_resume_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_ref_t ref, uint64_t offset, uint32_t *cursor)
{
    ngx_print_store_session_t  *s;

    if (st->pids[index].gone || st->pids[index].clients == 0) {
        return ngx_print_recovery_end_locked(st, index, cursor)
               ? NGX_AGAIN : NGX_DECLINED;
    }

    s = &st->sessions[ref.index];

    ngx_print_waiting_leave_locked(st, s);
    ngx_print_client_touch_all_locked(st, s);

    ngx_memcpy(s->sock, st->pids[index].sock, NGX_PRINT_SESSION_SOCK);

    st->pid_deadlines[index] = 0;

    ngx_print_count_tally_locked(st, NGX_PRINT_OTHER_RECOVERED,
                                 NGX_PRINT_OF_PID, index,
                                 ngx_print_store_owner(&ref, 0));
    ngx_print_store_publish(st->pids[index].owner,
                            ngx_print_store_owner(&ref, 0));
    ngx_print_count_tallied_locked(st);

    s->pid = index;

    ngx_print_address_pid_joined_locked(st, &st->pids[index], s);

    ngx_print_store_publish(s->connected, s->connected | 1);
    ngx_print_session_deadline_locked(st, s);

    s->flags |= NGX_PRINT_SESSION_JOBS;

    ngx_print_recovery_move_locked(st, s, index, offset);

    ngx_print_waiting_enter_locked(st, s);

    return NGX_OK;
}


/* Reads an offset. An empty text is 0: the client has got nothing yet. */

static ngx_int_t
ngx_print_recovery_read(ngx_print_store_t *st, ngx_str_t *text,
    uint64_t *offset)
{
    u_char      bytes[NGX_PRINT_ID_BYTES];
    u_char      proof[NGX_PRINT_ID_BYTES];
    ngx_uint_t  i;

    *offset = 0;

    if (text->len == 0) {
        return NGX_OK;
    }

    if (ngx_print_id_decode(bytes, text) != NGX_OK) {
        return NGX_DECLINED;
    }

    for (i = 0; i < sizeof(uint64_t); i++) {
        *offset = *offset << 8 | bytes[i];
    }

    ngx_print_recovery_prove(st, proof, *offset);

    return ngx_print_equal(bytes, proof, NGX_PRINT_ID_BYTES) ? NGX_OK
                                                             : NGX_DECLINED;
}


/*
 * The client takes the last string of any event for an offset, even one that
 * the application sent. A digest marks our own; any other string is rejected.
 */

static void
ngx_print_recovery_prove(ngx_print_store_t *st, u_char *bytes, uint64_t offset)
{
    u_char               digest[NGX_PRINT_SIPHASH_LEN];
    ngx_uint_t           i;
    ngx_print_siphash_t  ctx;

    for (i = 0; i < sizeof(uint64_t); i++) {
        bytes[i] = (u_char) (offset >> (56 - 8 * i));
    }

    ngx_print_siphash_init(&ctx, st->sh->secrets.hash);
    ngx_print_siphash_update(&ctx, &st->sh->secrets.proof, sizeof(uint64_t));
    ngx_print_siphash_update(&ctx, bytes, sizeof(uint64_t));
    ngx_print_siphash_final(&ctx, digest);

    ngx_memcpy(&bytes[8], digest, NGX_PRINT_ID_BYTES - 8);
}


u_char *
ngx_print_recovery_offset(ngx_print_store_t *st, u_char *p, uint64_t offset)
{
    u_char  bytes[NGX_PRINT_ID_BYTES];

    ngx_print_recovery_prove(st, bytes, offset);

    return ngx_print_id_encode(p, bytes);
}


/*
 * The index comes from a client, and may be any number. The key is a secret,
 * as that of a sid is: it is compared in constant time.
 */

static ngx_int_t
ngx_print_recovery_check_locked(ngx_print_store_t *st, uint32_t index,
    u_char *key)
{
    ngx_print_store_pid_t  *p;

    if (index == 0 || index >= st->sh->pid_top) {
        return NGX_DECLINED;
    }

    p = &st->pids[index];

    return (ngx_print_equal(p->key, key, NGX_PRINT_RECOVERY_KEY)
            && p->state != NGX_PRINT_PID_FREE) ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_print_recovery_names(ngx_print_store_t *st, ngx_str_t *pid,
    ngx_print_recovery_names_t *names)
{
    u_char                     key[NGX_PRINT_RECOVERY_KEY];
    uint32_t                   index, i;
    ngx_int_t                  rc;
    ngx_print_store_client_t  *cl;

    names->n = 0;

    if (ngx_print_id_read(pid, &index, key) != NGX_OK) {
        return NGX_DECLINED;
    }

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    rc = ngx_print_recovery_check_locked(st, index, key);

    if (rc == NGX_OK) {

        for (i = st->pids[index].clients;
             i && names->n < NGX_PRINT_CLIENT_PER_SESSION;
             i = cl->pid_next)
        {
            cl = &st->clients[i];

            names->list[names->n].len = cl->len;
            ngx_memcpy(names->list[names->n].id, cl->id, cl->len);
            names->n++;
        }
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_recovery_spoil(ngx_print_store_t *st, ngx_str_t *pid)
{
    u_char     key[NGX_PRINT_RECOVERY_KEY];
    uint32_t   index;
    ngx_int_t  rc;

    if (ngx_print_id_read(pid, &index, key) != NGX_OK) {
        return NGX_DECLINED;
    }

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    rc = ngx_print_recovery_check_locked(st, index, key);

    if (rc == NGX_OK) {
        ngx_print_store_publish(st->pids[index].gone,
                                st->pids[index].gone + 1);
    }

    ngx_print_store_unlock(st);

    return rc;
}


void
ngx_print_recovery_end(ngx_print_store_t *st, ngx_print_ref_t ref)
{
    uint32_t                    cursor;
    ngx_uint_t                  again;
    ngx_print_store_session_t  *s;

    cursor = 0;

    do {
        again = 0;

        if (ngx_print_store_lock(st) != NGX_OK) {
            return;
        }

        s = ngx_print_session_locked(st, ref);

        if (s && ngx_print_waiting_pid(s)) {
            again = ngx_print_recovery_end_locked(st, s->pid, &cursor);

            if (!again) {
                s->pid = 0;
                ngx_print_waiting_enter_locked(st, s);
            }
        }

        ngx_print_store_unlock(st);

    } while (again);
}


void
ngx_print_recovery_expire(ngx_print_store_t *st, uint32_t now, uint32_t index)
{
    uint32_t                cursor;
    ngx_uint_t              again;
    ngx_print_store_pid_t  *p;

    p = &st->pids[index];
    cursor = 0;

    do {
        again = 0;

        if (ngx_print_store_lock(st) != NGX_OK) {
            return;
        }

        if (p->state == NGX_PRINT_PID_USED
            && p->owner == 0
            && st->pid_deadlines[index]
            && ngx_print_store_after(now, st->pid_deadlines[index])
            && !ngx_print_recovery_excused_locked(st, now, index))
        {
            again = ngx_print_recovery_end_locked(st, index, &cursor);
        }

        ngx_print_store_unlock(st);

    } while (again);
}


/*
 * While the lock cannot be had nobody can be recovered. The time for it begins
 * again when that is over.
 */

static ngx_uint_t
ngx_print_recovery_excused_locked(ngx_print_store_t *st, uint32_t now,
    uint32_t index)
{
    uint32_t  window, until;

    window = st->pids[index].window;

    if (!ngx_print_store_stalled_for(st->sh, now, window)) {
        return 0;
    }

    until = st->sh->stalled + window;
    ngx_print_store_deadline(st->pid_deadlines, index, until);

    return 1;
}


/*
 * Settles the jobs that waited for the recovery, of one client in each call,
 * and frees the pid at last. Returns 1 if there is more to do. If the socket
 * is lost, its clients have not said which jobs they got in their last
 * session, so an older offset must not count; and a client that is offline will
 * not come back as this socket. *cursor is 0 in the first call.
 */

static ngx_uint_t
ngx_print_recovery_end_locked(ngx_print_store_t *st, uint32_t index,
    uint32_t *cursor)
{
    ngx_print_store_pid_t     *p;
    ngx_print_store_client_t  *cl;

    p = &st->pids[index];

    if (p->clients == 0) {
        ngx_print_recovery_release_locked(st, index);
        return 0;
    }

    cl = &st->clients[p->clients];

    if (p->owner == 0) {
        ngx_print_store_publish(cl->resume, 0);
    }

    if (ngx_print_job_release_held_locked(st, cl)
        || (cl->owner == 0 && ngx_print_job_unsent_locked(st, cl, cursor)))
    {
        return 1;
    }

    ngx_print_recovery_detach_locked(st, cl);

    return 1;
}
