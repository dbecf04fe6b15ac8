
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_waiting.h"
#include "ngx_print_zone_claim.h"


#define NGX_PRINT_CLAIM_PER_CLIENT  16


static uint32_t ngx_print_claim_alloc_locked(ngx_print_store_t *st);
static void ngx_print_claim_limit_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl);
static ngx_print_store_session_t *ngx_print_claim_session(
    ngx_print_store_t *st, ngx_print_store_claim_t *claim);
static void ngx_print_claim_unlink(ngx_print_store_t *st, uint32_t index);


ngx_print_store_claim_t *
ngx_print_claim_locked(ngx_print_store_t *st, ngx_print_store_client_t *cl,
    uint64_t owner)
{
    uint32_t  i;

    for (i = cl->claims; i; i = st->claims[i].next) {

        if (st->claims[i].owner == owner) {
            return &st->claims[i];
        }
    }

    return NULL;
}


ngx_print_store_claim_t *
ngx_print_claim_newest_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl)
{
    uint32_t                    i;
    ngx_print_store_claim_t    *claim, *newest;
    ngx_print_store_session_t  *s;

    newest = NULL;

    for (i = cl->claims; i; i = claim->next) {
        claim = &st->claims[i];
        s = ngx_print_claim_session(st, claim);

        if (ngx_print_session_connected_locked(s,
                                     ngx_print_store_owner_nsp(claim->owner))
            && (newest == NULL
                || s->order > ngx_print_claim_session(st, newest)->order))
        {
            newest = claim;
        }
    }

    return newest;
}


ngx_uint_t
ngx_print_claim_of_nsp_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp)
{
    uint32_t  i;

    for (i = ngx_print_waiting_claims(s);
         i;
         i = st->claims[i].session_next)
    {

        if (ngx_print_store_owner_nsp(st->claims[i].owner) == nsp) {
            return 1;
        }
    }

    return 0;
}


ngx_print_store_claim_t *
ngx_print_claim_create_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, uint64_t owner, uint32_t info,
    ngx_uint_t ack, ngx_uint_t had)
{
    uint32_t                  index;
    ngx_print_store_claim_t  *claim;

    ngx_print_claim_limit_locked(st, cl);

    index = ngx_print_claim_alloc_locked(st);

    if (index == 0) {
        return NULL;
    }

    claim = &st->claims[index];

    claim->owner = owner;
    claim->client = cl - st->clients;
    claim->info = info;
    claim->ack = ack;
    claim->had = had;

    ngx_print_store_publish(claim->state, NGX_PRINT_CLAIM_USED);

    ngx_print_claim_link_locked(st, index);

    return claim;
}


static uint32_t
ngx_print_claim_alloc_locked(ngx_print_store_t *st)
{
    uint32_t  index;

    index = st->sh->claim_free;

    if (index) {
        st->sh->claim_free = st->claims[index].next;
        return index;
    }

    index = st->sh->claim_top;

    if (index == st->sh->nclaims) {
        return 0;
    }

    ngx_print_store_publish(st->sh->claim_top, index + 1);

    return index;
}


/* Makes room for one more claim to a client. */

static void
ngx_print_claim_limit_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl)
{
    uint32_t                  i;
    ngx_uint_t                n;
    ngx_print_store_claim_t  *claim, *oldest;

    oldest = NULL;
    n = 0;

    for (i = cl->claims; i; i = claim->next) {
        claim = &st->claims[i];
        n++;

        if (oldest == NULL
            || ngx_print_claim_session(st, claim)->order
               < ngx_print_claim_session(st, oldest)->order)
        {
            oldest = claim;
        }
    }

    if (n >= NGX_PRINT_CLAIM_PER_CLIENT) {
        ngx_print_queue_drop_locked(st,
                                    ngx_print_claim_free_locked(st, oldest));
    }
}


/* Its session exists as long as the claim does. The caller holds the lock. */

static ngx_print_store_session_t *
ngx_print_claim_session(ngx_print_store_t *st, ngx_print_store_claim_t *claim)
{
    return &st->sessions[ngx_print_store_owner_index(claim->owner)];
}


uint32_t
ngx_print_claim_free_locked(ngx_print_store_t *st,
    ngx_print_store_claim_t *claim)
{
    uint32_t  index;

    index = claim - st->claims;

    ngx_print_claim_unlink(st, index);

    ngx_print_store_publish(claim->state, NGX_PRINT_CLAIM_FREE);

    claim->next = st->sh->claim_free;
    st->sh->claim_free = index;

    return claim->info;
}


void
ngx_print_claim_link_locked(ngx_print_store_t *st, uint32_t index)
{
    ngx_print_store_claim_t    *claim;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    claim = &st->claims[index];
    cl = &st->clients[claim->client];
    s = ngx_print_claim_session(st, claim);

    claim->next = cl->claims;
    cl->claims = index;

    ngx_print_waiting_leave_locked(st, s);

    claim->session_next = s->claims;
    s->claims = index;
    s->nclaims++;
}


/* The caller holds the lock. */

static void
ngx_print_claim_unlink(ngx_print_store_t *st, uint32_t index)
{
    uint32_t                   *link;
    ngx_print_store_claim_t    *claim;
    ngx_print_store_session_t  *s;

    claim = &st->claims[index];
    s = ngx_print_claim_session(st, claim);

    link = &st->clients[claim->client].claims;

    while (*link != index) {
        link = &st->claims[*link].next;
    }

    *link = claim->next;

    link = &s->claims;

    while (*link != index) {
        link = &st->claims[*link].session_next;
    }

    *link = claim->session_next;
    s->nclaims--;

    ngx_print_waiting_lost_locked(st, s);
}


void
ngx_print_claim_leave_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_int_t nsp)
{
    uint32_t                  i, next;
    ngx_print_store_claim_t  *claim;

    for (i = ngx_print_waiting_claims(s); i; i = next) {
        claim = &st->claims[i];
        next = claim->session_next;

        if (nsp == -1
            || (ngx_int_t) ngx_print_store_owner_nsp(claim->owner) == nsp)
        {
            ngx_print_queue_drop_locked(st,
                                        ngx_print_claim_free_locked(st, claim));
        }
    }
}


void
ngx_print_claim_remove_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl)
{
    while (cl->claims) {
        ngx_print_queue_drop_locked(st,
                    ngx_print_claim_free_locked(st, &st->claims[cl->claims]));
    }
}
