
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_message.h"
#include "ngx_print_queue.h"
#include "ngx_print_session_answer.h"


static ngx_print_store_session_t *ngx_print_session_answer_locked(
    ngx_print_store_t *st, ngx_print_ref_t ref);
static ngx_int_t ngx_print_session_keep_room(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp, uint32_t nblocks);
static uint32_t ngx_print_session_others_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp);
static ngx_int_t ngx_print_session_keep(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp, uint32_t block, ngx_uint_t bare);
static void ngx_print_session_keep_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp, uint32_t block);
static uint32_t *ngx_print_session_auth_locked(ngx_print_store_t *st,
    uint32_t *link, ngx_uint_t nsp);


/*
 * The order of stores: 1. the mark that there are names at all, 2. no names,
 * 3. each name.  At no time does the session have a name that it had not before
 * and is not to get.
 */

ngx_int_t
ngx_print_session_names(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_session_trust_t *trust)
{
    ngx_uint_t                  i;
    ngx_print_store_session_t  *s;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_answer_locked(st, ref);

    if (s) {
        ngx_print_store_publish(s->trust.flags,
                                s->trust.flags | NGX_PRINT_TRUST_NAMED);

        for (i = NGX_PRINT_TRUST_NAMES; i < NGX_PRINT_TRUST_ALL; i++) {
            ngx_print_store_publish(s->trust.lens[i], 0);
            ngx_memcpy(s->trust.names[i], trust->names[i],
                       NGX_PRINT_TRUST_NAME);
        }

        for (i = NGX_PRINT_TRUST_NAMES; i < NGX_PRINT_TRUST_ALL; i++) {
            ngx_print_store_publish(s->trust.lens[i], trust->lens[i]);
        }
    }

    ngx_print_store_unlock(st);

    return s ? NGX_OK : NGX_DECLINED;
}


static ngx_print_store_session_t *
ngx_print_session_answer_locked(ngx_print_store_t *st, ngx_print_ref_t ref)
{
    ngx_print_store_session_t  *s;

    s = ngx_print_session_locked(st, ref);

    return (s && ngx_print_session_live_locked(s)) ? s : NULL;
}


ngx_int_t
ngx_print_session_expires(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t ms)
{
    uint32_t                    until;
    ngx_print_store_session_t  *s;

    until = (uint32_t) ngx_current_msec + ms;
    until = until ? until : 1;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_answer_locked(st, ref);

    if (s && (s->trust.expires == 0
              || ngx_print_store_after(s->trust.expires, until)))
    {
        ngx_print_store_publish(s->trust.expires, until);
        ngx_print_session_deadline_locked(st, s);
    }

    ngx_print_store_unlock(st);

    return s ? NGX_OK : NGX_DECLINED;
}


/* The message is in our in-flight chain until it is linked. */

ngx_int_t
ngx_print_session_keep_auth(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, ngx_str_t *auth)
{
    uint32_t    block;
    ngx_int_t   rc, kept;
    ngx_uint_t  refusals;

    if (auth->len == sizeof("{}") - 1) {
        return ngx_print_session_keep(st, ref, nsp, 0, 0);
    }

    block = 0;
    kept = ngx_print_session_keep_room(st, ref, nsp,
                                       ngx_print_queue_blocks(auth->len));

    if (kept == NGX_DECLINED || kept == NGX_PRINT_STALLED) {
        return kept;
    }

    if (kept == NGX_OK) {
        refusals = st->refusals;

        block = ngx_print_queue_reserve(st, NGX_PRINT_USE_AUTH, auth, 1, nsp,
                                        NULL, 0);
        if (block == 0) {

            if (st->refusals != refusals) {
                return NGX_PRINT_STALLED;
            }

            kept = NGX_PRINT_FULL;
        }
    }

    rc = ngx_print_session_keep(st, ref, nsp, block, kept != NGX_OK);

    return rc == NGX_OK ? kept : rc;
}


/* Whether nblocks blocks may be kept.  Returns the codes of keep_auth(). */

static ngx_int_t
ngx_print_session_keep_room(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, uint32_t nblocks)
{
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_answer_locked(st, ref);

    if (s == NULL) {
        rc = NGX_DECLINED;

    } else if (nblocks + ngx_print_session_others_locked(st, s, nsp)
               > ngx_print_queue_blocks(NGX_PRINT_SESSION_AUTH))
    {
        rc = NGX_BUSY;

    } else if (nblocks > 1
               && st->sh->block_use[NGX_PRINT_USE_AUTH] + nblocks
                  > st->share.auth / 2)
    {
        rc = NGX_PRINT_FULL;

    } else {
        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}


/* Returns the blocks that a session keeps for other namespaces. */

static uint32_t
ngx_print_session_others_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp)
{
    uint32_t                 block, n;
    ngx_print_store_head_t  *h;

    n = 0;

    for (block = s->auth; block; block = h->next) {
        h = ngx_print_store_head(st, block);

        if (h->tag != nsp) {
            n += h->nblocks;
        }
    }

    return n;
}


/*
 * The order of stores: 1. the mark that something is missing, 2. an older one
 * is not kept.  No older one is ever used in place of a newer one.
 */

static ngx_int_t
ngx_print_session_keep(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, uint32_t block, ngx_uint_t bare)
{
    ngx_print_store_session_t  *s;

    if (ngx_print_store_lock(st) != NGX_OK) {
        st->unsettled = (st->unsettled || block);
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_answer_locked(st, ref);

    ngx_print_queue_unreserve_locked(st, block, 1);

    if (s) {

        if (bare) {
            ngx_print_store_publish(s->trust.flags,
                                    s->trust.flags | NGX_PRINT_TRUST_BARE);
        }

        ngx_print_session_keep_locked(st, s, nsp, block);

    } else {
        ngx_print_queue_drop_locked(st, block);
    }

    ngx_print_store_unlock(st);

    return s ? NGX_OK : NGX_DECLINED;
}


/*
 * The newest one of a namespace counts, and an older one is not kept. With
 * block == 0 there is none.
 */

static void
ngx_print_session_keep_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp, uint32_t block)
{
    uint32_t  *link, old;

    link = &s->auth;

    if (block) {
        link = &ngx_print_store_head(st, block)->next;
        *link = s->auth;

        ngx_print_store_publish(s->auth, block);
    }

    link = ngx_print_session_auth_locked(st, link, nsp);
    old = *link;

    if (old) {
        ngx_print_store_publish(*link, ngx_print_store_head(st, old)->next);
        ngx_print_queue_free_locked(st, old);
    }
}


/* Returns the link to the first message of a namespace, or to none. */

static uint32_t *
ngx_print_session_auth_locked(ngx_print_store_t *st, uint32_t *link,
    ngx_uint_t nsp)
{
    ngx_print_store_head_t  *h;

    for ( /* void */ ; *link; link = &h->next) {
        h = ngx_print_store_head(st, *link);

        if (h->tag == nsp) {
            break;
        }
    }

    return link;
}


ngx_int_t
ngx_print_session_auth(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, ngx_str_t *auth)
{
    uint32_t                    block;
    ngx_print_message_t         msg;
    ngx_print_store_session_t  *s;

    auth->len = ngx_cpymem(auth->data, "{}", 2) - auth->data;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_answer_locked(st, ref);

    block = s ? *ngx_print_session_auth_locked(st, &s->auth, nsp) : 0;

    if (block) {
        ngx_memzero(&msg, sizeof(ngx_print_message_t));

        msg.block = block;
        msg.len = ngx_print_store_head(st, block)->len;

        auth->len = ngx_print_queue_copy(st, &msg, auth->data) - auth->data;

    } else if (s && s->trust.flags & NGX_PRINT_TRUST_BARE) {
        auth->len = 0;
    }

    ngx_print_store_unlock(st);

    return s ? NGX_OK : NGX_DECLINED;
}
