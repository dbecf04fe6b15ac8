
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_md5.h>

#include "ngx_print_store.h"
#include "ngx_print_store_zone.h"


/* the bytes of a pid: index and key; of an offset: the number, and a proof */
#define NGX_PRINT_RECOVERY_BYTES  15

#define ngx_print_recovery_index(id)                                          \
    ((uint32_t) (id)[0] << 16 | (uint32_t) (id)[1] << 8 | (id)[2])


static ngx_int_t ngx_print_recovery_decode(u_char *bytes, ngx_str_t *text);
static ngx_int_t ngx_print_recovery_read(ngx_print_store_t *st,
    ngx_str_t *text, uint64_t *offset);
static void ngx_print_recovery_prove(ngx_print_store_t *st, u_char *bytes,
    uint64_t offset);
static ngx_int_t ngx_print_recovery_check_locked(ngx_print_store_t *st,
    uint32_t index, u_char *key);
static void ngx_print_recovery_move_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index, uint64_t offset);
static ngx_uint_t ngx_print_recovery_end_locked(ngx_print_store_t *st,
    uint32_t index);


ngx_int_t
ngx_print_recovery_open(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_msec_t ms, u_char *key, u_char *pid)
{
    u_char                      bytes[NGX_PRINT_RECOVERY_BYTES];
    uint32_t                    index;
    ngx_int_t                   rc;
    ngx_str_t                   src, dst;
    ngx_print_store_pid_t      *p;
    ngx_print_store_session_t  *s;

    rc = NGX_DECLINED;
    index = 0;

    ngx_print_store_lock(st);

    s = ngx_print_session_locked(st, ref);

    if (s && ngx_print_session_joined_locked(s, 0) && s->pid == 0) {
        rc = NGX_PRINT_FULL;

        index = st->sh->pid_free;

        if (index) {
            st->sh->pid_free = st->pids[index].next;

        } else if (st->sh->pid_top < st->sh->npids) {
            index = st->sh->pid_top;
            ngx_print_store_publish(st->sh->pid_top, index + 1);
        }
    }

    if (index) {
        p = &st->pids[index];

        p->session = ngx_print_store_word(&ref, 0);
        p->window = ms;
        p->clients = 0;

        ngx_memcpy(p->key, key, NGX_PRINT_RECOVERY_KEY);
        ngx_memcpy(p->sock, s->sock, NGX_PRINT_SESSION_SOCK);

        st->pid_deadlines[index] = 0;

        ngx_print_store_publish(p->state, NGX_PRINT_PID_USED);

        s->pid = index;

        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    if (rc == NGX_OK) {
        bytes[0] = (u_char) (index >> 16);
        bytes[1] = (u_char) (index >> 8);
        bytes[2] = (u_char) index;

        ngx_memcpy(&bytes[3], key, NGX_PRINT_RECOVERY_KEY);

        src.data = bytes;
        src.len = NGX_PRINT_RECOVERY_BYTES;
        dst.data = pid;

        ngx_encode_base64url(&dst, &src);
    }

    return rc;
}


/*
 * The pid belongs to the new session first: whatever else was not done, if we
 * die, can be done when that one is lost in its turn.
 */

ngx_int_t
ngx_print_recovery_resume(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_str_t *pid, ngx_str_t *text)
{
    u_char                      id[NGX_PRINT_RECOVERY_BYTES];
    uint32_t                    index;
    uint64_t                    offset;
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    if (ngx_print_recovery_decode(id, pid) != NGX_OK
        || ngx_print_recovery_read(st, text, &offset) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    index = ngx_print_recovery_index(id);

    ngx_print_store_lock(st);

    rc = ngx_print_recovery_check_locked(st, index, &id[3]);

    s = ngx_print_session_locked(st, ref);

    if (s == NULL || !ngx_print_session_live_locked(s) || (s->joined & 1)) {
        rc = NGX_DECLINED;
    }

    if (rc == NGX_OK) {
        ngx_print_client_touch_all_locked(st, s);

        ngx_memcpy(s->sock, st->pids[index].sock, NGX_PRINT_SESSION_SOCK);

        st->pid_deadlines[index] = 0;

        ngx_print_store_publish(st->pids[index].session,
                                ngx_print_store_word(&ref, 0));
        s->pid = index;

        ngx_print_store_publish(s->joined, s->joined | 1);
        ngx_print_session_deadline_locked(st, s);

        s->flags |= NGX_PRINT_SESSION_JOBS;

        ngx_print_recovery_move_locked(st, s, index, offset);
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_recovery_orphan(ngx_print_store_t *st, ngx_str_t *pid,
    ngx_print_ref_t *ref)
{
    u_char                      id[NGX_PRINT_RECOVERY_BYTES];
    uint32_t                    index;
    uint64_t                    word;
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    if (ngx_print_recovery_decode(id, pid) != NGX_OK) {
        return NGX_DECLINED;
    }

    index = ngx_print_recovery_index(id);

    rc = NGX_DECLINED;

    ngx_print_store_lock(st);

    if (ngx_print_recovery_check_locked(st, index, &id[3]) == NGX_BUSY) {
        word = st->pids[index].session;

        ref->index = ngx_print_store_word_index(word);
        ref->gen = ngx_print_store_word_gen(word);

        s = ngx_print_session_locked(st, *ref);

        if (s && (s->flags & NGX_PRINT_SESSION_ORPHAN)) {
            rc = NGX_OK;
        }
    }

    ngx_print_store_unlock(st);

    return rc;
}


static ngx_int_t
ngx_print_recovery_decode(u_char *bytes, ngx_str_t *text)
{
    ngx_str_t  dst;

    if (text->len != NGX_PRINT_RECOVERY_PID) {
        return NGX_DECLINED;
    }

    dst.data = bytes;

    return (ngx_decode_base64url(&dst, text) == NGX_OK
            && dst.len == NGX_PRINT_RECOVERY_BYTES) ? NGX_OK : NGX_DECLINED;
}


/* no text: the client has got nothing yet */

static ngx_int_t
ngx_print_recovery_read(ngx_print_store_t *st, ngx_str_t *text,
    uint64_t *offset)
{
    u_char      bytes[NGX_PRINT_RECOVERY_BYTES];
    u_char      proof[NGX_PRINT_RECOVERY_BYTES];
    ngx_uint_t  i;

    *offset = 0;

    if (text->len == 0) {
        return NGX_OK;
    }

    if (ngx_print_recovery_decode(bytes, text) != NGX_OK) {
        return NGX_DECLINED;
    }

    for (i = 0; i < sizeof(uint64_t); i++) {
        *offset = *offset << 8 | bytes[i];
    }

    ngx_print_recovery_prove(st, proof, *offset);

    return ngx_memcmp(bytes, proof, NGX_PRINT_RECOVERY_BYTES) == 0
           ? NGX_OK : NGX_DECLINED;
}


/*
 * The client takes any string that comes last in an event for an offset, also
 * one of a user: what we have not made ourselves is none.
 */

static void
ngx_print_recovery_prove(ngx_print_store_t *st, u_char *bytes, uint64_t offset)
{
    u_char      digest[16];
    ngx_md5_t   md5;
    ngx_uint_t  i;

    for (i = 0; i < sizeof(uint64_t); i++) {
        bytes[i] = (u_char) (offset >> (56 - 8 * i));
    }

    ngx_md5_init(&md5);
    ngx_md5_update(&md5, &st->sh->proof, sizeof(uint64_t));
    ngx_md5_update(&md5, bytes, sizeof(uint64_t));
    ngx_md5_final(digest, &md5);

    ngx_memcpy(&bytes[8], digest, NGX_PRINT_RECOVERY_BYTES - 8);
}


u_char *
ngx_print_recovery_offset(ngx_print_store_t *st, u_char *p, uint64_t offset)
{
    u_char     bytes[NGX_PRINT_RECOVERY_BYTES];
    ngx_str_t  src, dst;

    ngx_print_recovery_prove(st, bytes, offset);

    src.data = bytes;
    src.len = NGX_PRINT_RECOVERY_BYTES;
    dst.data = p;

    ngx_encode_base64url(&dst, &src);

    return p + dst.len;
}


/* the index is somebody's word; the key in constant time, as a sid's */

static ngx_int_t
ngx_print_recovery_check_locked(ngx_print_store_t *st, uint32_t index,
    u_char *key)
{
    u_char                  differs;
    ngx_uint_t              i;
    ngx_print_store_pid_t  *p;

    if (index == 0 || index >= st->sh->pid_top) {
        return NGX_DECLINED;
    }

    p = &st->pids[index];
    differs = (p->state == NGX_PRINT_PID_FREE);

    for (i = 0; i < NGX_PRINT_RECOVERY_KEY; i++) {
        differs |= p->key[i] ^ key[i];
    }

    if (differs) {
        return NGX_DECLINED;
    }

    return p->session ? NGX_BUSY : NGX_OK;
}


/* those that have registered elsewhere meanwhile are not the pid's any more */

static void
ngx_print_recovery_move_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index, uint64_t offset)
{
    uint32_t                   i;
    ngx_print_store_client_t  *cl;

    for (i = st->pids[index].clients; i; i = cl->pid_next) {
        cl = &st->clients[i];

        ngx_print_store_publish(cl->resume, offset + 1);

        ngx_print_client_detach_locked(st,
                                       ngx_print_client_owner_locked(st, cl),
                                       i);
        ngx_print_event_client_locked(st, i, st->pids[index].session);
        ngx_print_client_attach_locked(st, s, i);
    }
}


/* what it missed, and did not get yet, waits for its clients then */

void
ngx_print_recovery_forget(ngx_print_store_t *st, ngx_print_ref_t ref)
{
    ngx_uint_t                  again;
    ngx_print_store_session_t  *s;

    do {
        again = 0;

        ngx_print_store_lock(st);

        s = ngx_print_session_locked(st, ref);

        if (s && s->pid) {
            again = ngx_print_recovery_end_locked(st, s->pid);

            if (!again) {
                s->pid = 0;
            }
        }

        ngx_print_store_unlock(st);

    } while (again);
}


void
ngx_print_recovery_lost_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    uint32_t  index;

    index = s->pid;

    if (index == 0) {
        return;
    }

    s->pid = 0;

    ngx_print_store_deadline(st->pid_deadlines, index,
                             (uint32_t) ngx_current_msec
                             + st->pids[index].window);
    ngx_print_store_publish(st->pids[index].session, 0);
}


/* a client on a pid's list, and off it */

void
ngx_print_recovery_attach_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, uint32_t index)
{
    ngx_print_store_publish(cl->pid, index);

    cl->pid_next = st->pids[index].clients;
    st->pids[index].clients = cl - st->clients;
}


void
ngx_print_recovery_detach_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl)
{
    uint32_t  index, *link;

    if (cl->pid == 0) {
        return;
    }

    index = cl - st->clients;
    link = &st->pids[cl->pid].clients;

    while (*link != index) {
        link = &st->clients[*link].pid_next;
    }

    *link = cl->pid_next;

    ngx_print_store_publish(cl->pid, 0);
}


ngx_uint_t
ngx_print_recovery_due(ngx_print_store_t *st, uint32_t now, uint32_t *cursor,
    uint32_t *indices, ngx_uint_t max)
{
    return ngx_print_store_due(st->pid_deadlines, st->sh->pid_top, now, cursor,
                               indices, max);
}


void
ngx_print_recovery_expire(ngx_print_store_t *st, uint32_t now, uint32_t index)
{
    ngx_uint_t              again;
    ngx_print_store_pid_t  *p;

    p = &st->pids[index];

    do {
        again = 0;

        ngx_print_store_lock(st);

        if (p->state == NGX_PRINT_PID_USED
            && p->session == 0
            && st->pid_deadlines[index]
            && ngx_print_store_after(now, st->pid_deadlines[index]))
        {
            again = ngx_print_recovery_end_locked(st, index);
        }

        ngx_print_store_unlock(st);

    } while (again);
}


/*
 * What waited for the recovery, client by client; 1: there are more.  A socket
 * that is lost has not told what it got in its last session.
 */

static ngx_uint_t
ngx_print_recovery_end_locked(ngx_print_store_t *st, uint32_t index)
{
    ngx_print_store_pid_t     *p;
    ngx_print_store_client_t  *cl;

    p = &st->pids[index];

    if (p->clients == 0) {
        ngx_print_store_publish(p->state, NGX_PRINT_PID_FREE);

        st->pid_deadlines[index] = 0;
        p->next = st->sh->pid_free;
        st->sh->pid_free = index;

        return 0;
    }

    cl = &st->clients[p->clients];

    if (p->session == 0) {
        ngx_print_store_publish(cl->resume, 0);
    }

    if (ngx_print_job_unheld_locked(st, cl) == 0) {
        ngx_print_recovery_detach_locked(st, cl);
    }

    return 1;
}
