
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_id.h"
#include "ngx_print_zone.h"
#include "ngx_print_zone_wake.h"
#include "ngx_print_zone_ready.h"
#include "ngx_print_zone_worker.h"
#include "ngx_print_zone_session.h"


static uint32_t ngx_print_session_patience(ngx_print_store_session_t *s);


ngx_print_store_session_t *
ngx_print_session_locked(ngx_print_store_t *st, ngx_print_ref_t ref)
{
    ngx_print_store_session_t  *s;

    if (ref.index == 0 || ref.index >= st->sh->nsessions) {
        return NULL;
    }

    s = &st->sessions[ref.index];

    if (s->state == NGX_PRINT_SESSION_FREE || s->gen != ref.gen) {
        return NULL;
    }

    return s;
}


ngx_uint_t
ngx_print_session_live_locked(ngx_print_store_session_t *s)
{
    return s->state == NGX_PRINT_SESSION_OPEN
           || s->state == NGX_PRINT_SESSION_UPGRADING
           || s->state == NGX_PRINT_SESSION_WS;
}


ngx_uint_t
ngx_print_session_connected_locked(ngx_print_store_session_t *s, ngx_uint_t nsp)
{
    return ngx_print_session_live_locked(s) && (s->connected >> nsp & 1);
}


ngx_uint_t
ngx_print_session_attached_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    return s->att_kind != NGX_PRINT_ATT_NONE
           && ngx_print_store_worker_locked(st, s->att_slot, s->att_epoch);
}


ngx_uint_t
ngx_print_session_held_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    return ngx_print_session_attached_locked(st, s)
           && (s->att_slot != st->slot || s->att_epoch != st->epoch);
}


ngx_uint_t
ngx_print_session_handed_locked(ngx_print_store_session_t *s)
{
    return s->att_kind == NGX_PRINT_ATT_WS
           && (s->flags & NGX_PRINT_SESSION_HANDED);
}


ngx_uint_t
ngx_print_session_stale_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t now)
{
    uint32_t  ms;

    ms = st->deadlines[s - st->sessions];

    if (ms == 0 || !ngx_print_session_held_locked(st, s)) {
        return 0;
    }

    if (s->state != NGX_PRINT_SESSION_CLOSING) {
        ms += ngx_print_session_patience(s);
    }

    if (ngx_print_session_live_locked(s)
        && !(s->flags & NGX_PRINT_SESSION_PING_WAIT))
    {
        ms += ngx_print_session_patience(s);
    }

    return ngx_print_store_after(now, ms);
}


/* The time in which a client has to answer, in either protocol. */

static uint32_t
ngx_print_session_patience(ngx_print_store_session_t *s)
{
    return s->eio == 3 ? s->ping_timeout - s->ping_interval : s->ping_timeout;
}


ngx_uint_t
ngx_print_session_excused_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t now)
{
    uint32_t  patience, until;

    patience = ngx_print_session_patience(s);

    if (!ngx_print_store_stalled_for(st->sh, now, patience)) {
        return 0;
    }

    until = st->sh->stalled + patience;

    if (ngx_print_session_connecting(s)
        && ngx_print_store_after(until, s->connect_by))
    {
        s->connect_by = until ? until : 1;
    }

    if (s->flags & NGX_PRINT_SESSION_PING_WAIT
        || ngx_print_session_held_locked(st, s))
    {
        if (ngx_print_store_after(until, s->ping_at)) {
            s->ping_at = until;
        }
    }

    ngx_print_session_deadline_locked(st, s);

    /* 0: it is another one of its times that has passed */

    return !ngx_print_store_after(now, st->deadlines[s - st->sessions]);
}


void
ngx_print_session_seize_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    ngx_print_store_worker_t  *w;

    w = &st->workers[s->att_slot];

    if (w->nlost < NGX_PRINT_STORE_LOST) {
        w->lost[w->nlost++] = s - st->sessions;

    } else {
        w->audit = 1;
    }

    ngx_print_store_wake_locked(st, s->att_slot + 1);

    ngx_print_session_attach_locked(st, s, NGX_PRINT_ATT_CLOSE, 0);
}


void
ngx_print_session_attach_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t kind, uint32_t token)
{
    ngx_print_store_publish(s->att_kind, NGX_PRINT_ATT_NONE);

    ngx_print_queue_unlist_locked(st, s);

    s->att_slot = st->slot;
    s->att_epoch = st->epoch;
    s->att_token = token;

    ngx_print_store_publish(s->att_kind, (u_char) kind);
}


ngx_uint_t
ngx_print_queue_mine_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t token)
{
    return (s->att_kind == NGX_PRINT_ATT_POLL
            || s->att_kind == NGX_PRINT_ATT_WS)
           && s->att_slot == st->slot
           && s->att_epoch == st->epoch
           && s->att_token == token;
}


void
ngx_print_session_sock_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp, u_char *sock)
{
    if (nsp == 0) {
        ngx_memcpy(sock, s->sock, NGX_PRINT_SESSION_SOCK);
        return;
    }

    ngx_print_session_published(st, s - st->sessions, s->key, nsp, sock);
}


void
ngx_print_session_published(ngx_print_store_t *st, uint32_t index, u_char *key,
    ngx_uint_t nsp, u_char *sock)
{
    u_char               sid[NGX_PRINT_ID_BYTES], number;
    u_char               hash[NGX_PRINT_SIPHASH_LEN];
    ngx_print_siphash_t  ctx;

    ngx_print_id_pack(sid, index, key);
    number = (u_char) nsp;

    ngx_print_siphash_init(&ctx, st->sh->secrets.hash);
    ngx_print_siphash_update(&ctx, sid, NGX_PRINT_ID_BYTES);
    ngx_print_siphash_update(&ctx, &number, 1);
    ngx_print_siphash_final(&ctx, hash);

    ngx_memcpy(sock, hash, NGX_PRINT_SESSION_SOCK);
}


void
ngx_print_session_info_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_session_info_t *info)
{
    info->ref.index = s - st->sessions;
    info->ref.gen = s->gen;
    info->state = s->state;
    info->eio = s->eio;
    info->opened = s->order >> NGX_PRINT_SESSION_ORDER;
    info->connected = s->connected;
    info->attached = ngx_print_session_attached_locked(st, s);
    info->text = (s->flags & NGX_PRINT_SESSION_TEXT) ? 1 : 0;
    info->awaited = s->in.head ? s->parts - s->in.count : 0;

    ngx_memcpy(info->key, s->key, NGX_PRINT_SESSION_KEY);
    ngx_memcpy(info->sock, s->sock, NGX_PRINT_SESSION_SOCK);
    ngx_memcpy(info->addr, s->addr, NGX_PRINT_SESSION_ADDR);

    info->trust = s->trust;
}


void
ngx_print_session_deadline_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    uint32_t  ms;

    ms = s->ping_at;

    if (ngx_print_session_connecting(s)
        && ngx_print_store_after(ms, s->connect_by))
    {
        ms = s->connect_by;
    }

    if (s->trust.expires && ngx_print_store_after(ms, s->trust.expires)) {
        ms = s->trust.expires;
    }

    ngx_print_store_deadline(st->deadlines, s - st->sessions, ms);
}


void
ngx_print_session_closing_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    ngx_print_store_deadline(st->deadlines, s - st->sessions,
                             (uint32_t) ngx_current_msec
                             + ngx_print_session_patience(s));
}
