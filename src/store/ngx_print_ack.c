
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_store.h"
#include "ngx_print_store_zone.h"


/* an id: the generation of a record, and its index */
#define NGX_PRINT_ACK_GEN  0xffffff

#define ngx_print_ack_id(gen, index)                                          \
    ((uint64_t) ((gen) & NGX_PRINT_ACK_GEN) << 24 | (index))


static void ngx_print_ack_free_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_ack_t *ack);


ngx_int_t
ngx_print_ack_open(ngx_print_store_t *st, ngx_print_ack_t *ack, ngx_msec_t ms,
    uint64_t *id)
{
    uint32_t                index;
    ngx_int_t               rc;
    ngx_print_store_ack_t  *a;

    rc = NGX_OK;

    ngx_print_store_lock(st);

    index = st->sh->ack_free;

    if (index) {
        st->sh->ack_free = st->acks[index].next;

    } else if (st->sh->ack_top < st->sh->nacks) {
        index = st->sh->ack_top;
        ngx_print_store_publish(st->sh->ack_top, index + 1);
    }

    if (index == 0) {
        rc = NGX_PRINT_FULL;

    } else {
        a = &st->acks[index];

        a->gen++;
        a->cookie = ack->cookie;

        ngx_print_store_deadline(st->ack_deadlines, index,
                                 (uint32_t) (ngx_current_msec + ms));

        ngx_print_store_publish(a->session,
                                ngx_print_store_word(&ack->ref, ack->nsp));
        st->sh->ack_count++;

        *id = ngx_print_ack_id(a->gen, index);
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_ack_close(ngx_print_store_t *st, ngx_print_ack_t *ack, uint64_t id)
{
    uint32_t                index;
    ngx_int_t               rc;
    ngx_print_store_ack_t  *a;

    index = id & 0xffffff;
    rc = NGX_DECLINED;

    if (index == 0 || index >= st->sh->ack_top) {
        return NGX_DECLINED;
    }

    a = &st->acks[index];

    ngx_print_store_lock(st);

    if (id == ngx_print_ack_id(a->gen, index)
        && a->session == ngx_print_store_word(&ack->ref, ack->nsp))
    {
        ngx_print_ack_free_locked(st, index, ack);
        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_uint_t
ngx_print_ack_due(ngx_print_store_t *st, uint32_t now, uint32_t *cursor,
    uint32_t *indices, ngx_uint_t max)
{
    return ngx_print_store_due(st->ack_deadlines, st->sh->ack_top, now, cursor,
                               indices, max);
}


ngx_int_t
ngx_print_ack_expire(ngx_print_store_t *st, uint32_t now, uint32_t index,
    ngx_print_ack_t *ack)
{
    ngx_int_t  rc;

    rc = NGX_DECLINED;

    ngx_print_store_lock(st);

    if (st->acks[index].session
        && ngx_print_store_after(now, st->ack_deadlines[index]))
    {
        ngx_print_ack_free_locked(st, index, ack);
        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}


static void
ngx_print_ack_free_locked(ngx_print_store_t *st, uint32_t index,
    ngx_print_ack_t *ack)
{
    ngx_print_store_ack_t  *a;

    a = &st->acks[index];

    ack->ref.index = ngx_print_store_word_index(a->session);
    ack->ref.gen = ngx_print_store_word_gen(a->session);
    ack->nsp = ngx_print_store_word_nsp(a->session);
    ack->cookie = a->cookie;

    ngx_print_store_publish(a->session, 0);

    st->ack_deadlines[index] = 0;
    st->sh->ack_count--;

    a->next = st->sh->ack_free;
    st->sh->ack_free = index;
}
