
/*
 * Copyright (C) the print hub contributors
 */


/* Claims: what is true of them, and their text. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "check_base.h"


#define CHECK_CLAIMS  16        /* to a client */


static const char *check_claim(check_t *ck, uint32_t index);


const char *
check_claims(check_t *ck)
{
    uint32_t                  i;
    const char               *err;
    ngx_print_store_t        *st;
    ngx_print_store_claim_t  *claim;

    st = ck->st;

    check(st->sh->claim_top >= 1 && st->sh->claim_top <= st->sh->nclaims
          && st->sh->nclaims <= CHECK_MAX, "claim_top");

    for (i = st->sh->claim_free; i; i = st->claims[i].next) {
        check(i < st->sh->claim_top, "free claim out of range");
        check(ck->claim[i] == 0, "claim twice on the free list");

        ck->claim[i] = 1;
    }

    for (i = 1; i < st->sh->nclaims; i++) {
        claim = &st->claims[i];

        if (claim->state == NGX_PRINT_CLAIM_FREE) {
            check(i >= st->sh->claim_top || ck->claim[i],
                  "free claim on no list");
            continue;
        }

        check(i < st->sh->claim_top, "claim in use above the top");
        check(ck->claim[i] == 0, "claim in use on the free list");
        check_sub(check_claim(ck, i));
    }

    return NULL;
}


static const char *
check_claim(check_t *ck, uint32_t index)
{
    uint32_t                    i, n, found;
    const char                 *err;
    ngx_print_store_t          *st;
    ngx_print_store_claim_t    *claim;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    st = ck->st;
    claim = &st->claims[index];

    check(claim->client && claim->client < st->sh->client_top,
          "claim's client out of range");

    cl = &st->clients[claim->client];

    check(cl->state == NGX_PRINT_CLIENT_USED, "claim to a free client");
    check(cl->owner != claim->owner, "claim of the owner");

    i = ngx_print_store_owner_index(claim->owner);

    check(i && i < st->sh->session_top, "claim's session out of range");

    s = &st->sessions[i];

    check(s->state != NGX_PRINT_SESSION_FREE
          && s->gen == (uint32_t) (claim->owner >> 32), "claim's session");

    if (claim->info) {
        check_sub(check_message(ck, claim->info, 1));
    }

    for (n = 0, found = 0, i = cl->claims; i; i = st->claims[i].next) {
        check(i < st->sh->claim_top && n <= CHECK_CLAIMS,
              "list of a client's claims");
        check(i == index || st->claims[i].owner != claim->owner,
              "two claims of a socket");

        found += (i == index);
        n++;
    }

    check(found == 1 && n <= CHECK_CLAIMS, "claim not on its client's list");

    for (n = 0, found = 0, i = s->claims; i; i = st->claims[i].session_next) {
        check(i < st->sh->claim_top && n <= s->nclaims,
              "list of a session's claims");

        found += (i == index);
        n++;
    }

    check(found == 1 && n == s->nclaims
          && n + s->nclients <= NGX_PRINT_CLIENT_PER_SESSION, "nclaims");

    return NULL;
}


char *
check_text_claims(ngx_print_store_t *st, char *p, char *last,
    ngx_print_store_client_t *cl)
{
    uint32_t                    i;
    uint64_t                    order;
    ngx_print_store_claim_t    *claim, *next;
    ngx_print_store_session_t  *s, *least;

    for (order = 0; /* void */ ; order = least->order) {
        next = NULL;
        least = NULL;

        for (i = cl->claims; i; i = claim->next) {
            claim = &st->claims[i];
            s = &st->sessions[ngx_print_store_owner_index(claim->owner)];

            if (s->order > order
                && (least == NULL || s->order < least->order))
            {
                next = claim;
                least = s;
            }
        }

        if (next == NULL) {
            return p;
        }

        p = text_add(p, last, " claim %02x%02x%02x%s%s", least->key[1],
                     least->key[2], least->key[3], next->had ? " had" : "",
                     next->ack ? " ack" : "");

        if (next->info) {
            p = text_add(p, last, " info");
            p = text_chain(st, p, last, next->info);
        }
    }
}
