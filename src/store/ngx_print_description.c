
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_client.h"
#include "ngx_print_zone_claim.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_message.h"
#include "ngx_print_description.h"


#define NGX_PRINT_DESCRIPTION_SCAN  256   /* records that are looked at under
                                             the lock */


static ngx_int_t ngx_print_description_make_room(ngx_print_store_t *st,
    ngx_print_description_t *d, uint32_t nblocks);
static ngx_int_t ngx_print_description_make_room_locked(ngx_print_store_t *st,
    ngx_print_description_t *d, uint32_t nblocks);
static ngx_int_t ngx_print_description_own_locked(ngx_print_store_t *st,
    ngx_print_description_t *d);
static void ngx_print_description_drop_locked(ngx_print_store_t *st,
    uint32_t *info);


uint32_t
ngx_print_description_reserve(ngx_print_store_t *st,
    ngx_print_description_t *d, ngx_str_t *text)
{
    uint32_t  block, nblocks;

    nblocks = ngx_print_queue_blocks(text->len);

    for ( ;; ) {
        block = ngx_print_queue_reserve(st, NGX_PRINT_USE_INFO, text, 1, 0,
                                        NULL, 0);

        if (block
            || ngx_print_description_make_room(st, d, nblocks) != NGX_OK)
        {
            return block;
        }

        /* another process may have taken the room meanwhile */
    }
}


static ngx_int_t
ngx_print_description_make_room(ngx_print_store_t *st,
    ngx_print_description_t *d, uint32_t nblocks)
{
    ngx_int_t  rc;

    do {
        if (ngx_print_store_lock(st) != NGX_OK) {
            return NGX_PRINT_STALLED;
        }

        rc = ngx_print_description_make_room_locked(st, d, nblocks);

        ngx_print_store_unlock(st);

    } while (rc == NGX_AGAIN);

    return rc;
}


/*
 * The socket's own description goes first, that of its claim or of the client,
 * because it is replaced in any case.
 * Nothing gives way if all descriptions together would not make room.
 *
 * NGX_OK        there is room
 * NGX_AGAIN     call it again, in another lock hold
 * NGX_DECLINED  there is no room, or the registration will be refused
 */

static ngx_int_t
ngx_print_description_make_room_locked(ngx_print_store_t *st,
    ngx_print_description_t *d, uint32_t nblocks)
{
    uint32_t                   lack;
    ngx_uint_t                 changed, n;
    ngx_print_store_client_t  *cl;

    if (ngx_print_description_own_locked(st, d) != NGX_OK) {
        return NGX_DECLINED;
    }

    changed = 0;

    for (n = 0; n < NGX_PRINT_DESCRIPTION_SCAN; n++) {

        lack = ngx_print_queue_lack_locked(st, NGX_PRINT_USE_INFO, nblocks);

        if (lack == 0) {
            return NGX_OK;
        }

        if (lack > st->sh->block_use[NGX_PRINT_USE_INFO]
            || st->sh->offline_info == 0)
        {
            return NGX_DECLINED;
        }

        if (changed == NGX_PRINT_STORE_SLICE) {
            break;
        }

        cl = &st->clients[st->sh->offline_info];

        if (cl->info) {
            ngx_print_description_drop_locked(st, &cl->info);
            changed++;
        }

        st->sh->offline_info = cl->link_next;
    }

    return NGX_AGAIN;
}


/*
 * Frees the socket's own description.  NGX_OK, or NGX_DECLINED if the
 * registration will be refused.
 */

static ngx_int_t
ngx_print_description_own_locked(ngx_print_store_t *st,
    ngx_print_description_t *d)
{
    ngx_uint_t                  own;
    ngx_print_store_claim_t    *claim;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    s = ngx_print_session_locked(st, d->ref);
    cl = ngx_print_client_find_locked(st, d->id, d->hash);

    own = (cl && cl->owner == d->owner);
    claim = cl ? ngx_print_claim_locked(st, cl, d->owner) : NULL;

    if (s == NULL || !ngx_print_session_live_locked(s)) {
        return NGX_DECLINED;
    }

    if (claim && claim->info) {
        ngx_print_description_drop_locked(st, &claim->info);
    }

    if (cl && cl->info && (own || cl->owner == 0)) {
        ngx_print_description_drop_locked(st, &cl->info);
    }

    return NGX_OK;
}


static void
ngx_print_description_drop_locked(ngx_print_store_t *st, uint32_t *info)
{
    uint32_t  block;

    block = *info;

    ngx_print_store_publish(*info, 0);

    ngx_print_queue_drop_locked(st, block);
}
