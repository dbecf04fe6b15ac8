
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_address.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_waiting.h"
#include "ngx_print_zone_client.h"


uint32_t
ngx_print_client_hash(ngx_print_store_t *st, ngx_str_t *id)
{
    return (uint32_t) ngx_print_siphash(st->sh->secrets.hash, id->data,
                                        id->len);
}


ngx_print_store_client_t *
ngx_print_client_find_locked(ngx_print_store_t *st, ngx_str_t *id,
    uint32_t hash)
{
    uint32_t                   i;
    ngx_print_store_client_t  *cl;

    i = st->buckets[hash & (st->sh->nbuckets - 1)];

    for ( /* void */ ; i; i = cl->next) {
        cl = &st->clients[i];

        if (cl->hash == hash && cl->len == id->len
            && ngx_memcmp(cl->id, id->data, id->len) == 0)
        {
            return cl;
        }
    }

    return NULL;
}


void
ngx_print_client_touch_locked(ngx_print_store_t *st, uint32_t index)
{
    st->versions[index / NGX_PRINT_CLIENT_PAGE]++;
}


void
ngx_print_client_touch_all_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    uint32_t  index;

    for (index = s->clients; index; index = st->clients[index].link_next) {
        ngx_print_client_touch_locked(st, index);
    }
}


ngx_print_store_session_t *
ngx_print_client_session_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl)
{
    ngx_print_store_session_t  *s;

    s = ngx_print_client_owner_locked(st, cl);

    return (s && ngx_print_session_connected_locked(s,
                                      ngx_print_store_owner_nsp(cl->owner)))
           ? s : NULL;
}


ngx_print_store_session_t *
ngx_print_client_owner_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl)
{
    ngx_print_ref_t  ref;

    ref.index = ngx_print_store_owner_index(cl->owner);
    ref.gen = ngx_print_store_owner_gen(cl->owner);

    return ngx_print_session_locked(st, ref);
}


uint32_t
ngx_print_client_of_nsp_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp)
{
    uint32_t  index;

    for (index = s->clients; index; index = st->clients[index].link_next) {

        if (ngx_print_store_owner_nsp(st->clients[index].owner) == nsp) {
            return index;
        }
    }

    return 0;
}


void
ngx_print_client_attach_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index)
{
    ngx_print_store_client_t  *cl;

    cl = &st->clients[index];

    if (s) {
        ngx_print_waiting_leave_locked(st, s);

        cl->link_prev = 0;
        cl->link_next = s->clients;

        if (s->clients) {
            st->clients[s->clients].link_prev = index;
        }

        s->clients = index;
        s->nclients++;

        st->sh->counts.online++;
        ngx_print_count_peak_locked(st->sh, NGX_PRINT_COUNT_CLIENT,
                                    st->sh->counts.online);

        ngx_print_address_joined_locked(st, cl, s);

        return;
    }

    st->sh->counts.away += cl->njobs;

    ngx_print_address_away_locked(st, index);

    if (cl->info && st->sh->offline_info == 0) {
        st->sh->offline_info = index;
    }

    cl->link_next = 0;
    cl->link_prev = st->sh->offline_tail;

    if (st->sh->offline_tail) {
        st->clients[st->sh->offline_tail].link_next = index;

    } else {
        st->sh->offline_head = index;
    }

    st->sh->offline_tail = index;
}


void
ngx_print_client_detach_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index)
{
    uint32_t                  *head;
    ngx_print_store_client_t  *cl;

    cl = &st->clients[index];
    head = s ? &s->clients : &st->sh->offline_head;

    if (cl->link_prev) {
        st->clients[cl->link_prev].link_next = cl->link_next;

    } else {
        *head = cl->link_next;
    }

    if (cl->link_next) {
        st->clients[cl->link_next].link_prev = cl->link_prev;

    } else if (s == NULL) {
        st->sh->offline_tail = cl->link_prev;
    }

    if (s) {
        s->nclients--;
        st->sh->counts.online--;
        ngx_print_waiting_lost_locked(st, s);
        return;
    }

    st->sh->counts.away -= cl->njobs;

    ngx_print_address_back_locked(st, index);

    if (st->sh->offline_info == index) {
        st->sh->offline_info = cl->link_next;
    }
}
