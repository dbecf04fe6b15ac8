
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_recovery.h"
#include "ngx_print_zone_address.h"
#include "ngx_print_zone_client.h"
#include "ngx_print_zone_claim.h"
#include "ngx_print_zone_client_record.h"


static uint32_t ngx_print_client_alloc_locked(ngx_print_store_t *st);
static void ngx_print_client_evict_locked(ngx_print_store_t *st);


ngx_print_store_client_t *
ngx_print_client_create_locked(ngx_print_store_t *st, ngx_str_t *id,
    uint32_t hash)
{
    uint32_t                   index, *bucket;
    ngx_print_store_client_t  *cl;

    index = ngx_print_client_alloc_locked(st);

    if (index == 0) {
        return NULL;
    }

    cl = &st->clients[index];

    ngx_memzero(cl, sizeof(ngx_print_store_client_t));

    cl->seq = ++st->sh->client_seq;
    cl->after = st->sh->job_seq;
    cl->hash = hash;
    cl->len = id->len;

    ngx_memcpy(cl->id, id->data, id->len);

    bucket = &st->buckets[hash & (st->sh->nbuckets - 1)];
    cl->next = *bucket;
    *bucket = index;

    st->sh->client_count++;

    return cl;
}


static uint32_t
ngx_print_client_alloc_locked(ngx_print_store_t *st)
{
    uint32_t  index;

    if (st->sh->client_free == 0) {

        index = st->sh->client_top;

        if (index < st->sh->nclients) {
            ngx_print_store_publish(st->sh->client_top, index + 1);
            return index;
        }

        ngx_print_client_evict_locked(st);
    }

    index = st->sh->client_free;

    if (index) {
        st->sh->client_free = st->clients[index].next;
    }

    return index;
}


/* Evicts the client that has been offline longest of those without jobs. */

static void
ngx_print_client_evict_locked(ngx_print_store_t *st)
{
    uint32_t    index;
    ngx_uint_t  n;

    index = st->sh->offline_head;

    for (n = 0; index && n < NGX_PRINT_CLIENT_EVICT; n++) {

        if (st->clients[index].blocks == 0) {
            ngx_print_count_tally_locked(st, NGX_PRINT_OTHER_EVICTED
                                             + NGX_PRINT_COUNT_CLIENT,
                                         NGX_PRINT_OF_CLIENT, index,
                                         NGX_PRINT_CLIENT_FREE);
            ngx_print_client_free_locked(st, index);
            ngx_print_count_tallied_locked(st);
            return;
        }

        index = st->clients[index].link_next;
    }
}


void
ngx_print_client_free_locked(ngx_print_store_t *st, uint32_t index)
{
    uint32_t                  *p;
    ngx_print_store_client_t  *cl;

    cl = &st->clients[index];

    ngx_print_claim_remove_locked(st, cl);
    ngx_print_recovery_detach_locked(st, cl);
    ngx_print_client_detach_locked(st, NULL, index);
    ngx_print_client_touch_locked(st, index);

    p = &st->buckets[cl->hash & (st->sh->nbuckets - 1)];

    while (*p != index) {
        p = &st->clients[*p].next;
    }

    *p = cl->next;

    ngx_print_store_publish(cl->state, NGX_PRINT_CLIENT_FREE);

    ngx_print_address_left_locked(st, cl);

    ngx_print_queue_drop_locked(st, cl->info);

    cl->next = st->sh->client_free;
    st->sh->client_free = index;
    st->sh->client_count--;
}
