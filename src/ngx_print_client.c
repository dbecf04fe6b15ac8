
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_store.h"
#include "ngx_print_store_zone.h"


static ngx_int_t ngx_print_client_create_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint64_t word, ngx_str_t *id,
    uint32_t hash);
static uint32_t ngx_print_client_alloc_locked(ngx_print_store_t *st);
static void ngx_print_client_evict_locked(ngx_print_store_t *st);
static void ngx_print_client_move_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_store_session_t *s,
    uint64_t word);
static uint32_t ngx_print_client_left_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp);
static ngx_print_store_session_t *ngx_print_client_owner_locked(
    ngx_print_store_t *st, ngx_print_store_client_t *cl);
static void ngx_print_client_info_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_client_info_t *info);


/* a keyed hash: nobody is to choose clientIds that share a bucket */

uint32_t
ngx_print_client_hash(ngx_print_store_t *st, ngx_str_t *id)
{
    size_t    i, n;
    uint64_t  h, w;

    h = st->sh->seed ^ id->len;

    for (i = 0; i < id->len; i += n) {
        n = ngx_min(id->len - i, sizeof(uint64_t));

        w = 0;
        ngx_memcpy(&w, id->data + i, n);

        h = (h ^ w) * 0x9e3779b97f4a7c15ull;
        h = (h ^ h >> 29 ^ st->sh->seed) * 0xbf58476d1ce4e5b9ull;
        h ^= h >> 32;
    }

    return (uint32_t) h;
}


ngx_int_t
ngx_print_client_register(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, ngx_str_t *id)
{
    uint32_t                    hash;
    uint64_t                    word;
    ngx_int_t                   rc;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    hash = ngx_print_client_hash(st, id);
    rc = NGX_OK;

    ngx_print_store_lock(st);

    s = ngx_print_session_locked(st, ref);

    if (s == NULL || !ngx_print_session_live_locked(s)) {
        rc = NGX_DECLINED;
        goto done;
    }

    word = ngx_print_store_word(&ref, nsp);

    cl = ngx_print_client_find_locked(st, id, hash);

    if (cl && cl->session == word) {
        rc = NGX_DONE;
        goto done;
    }

    if (s->nclients == NGX_PRINT_CLIENT_PER_SESSION) {
        rc = NGX_BUSY;
        goto done;
    }

    if (cl) {
        ngx_print_client_move_locked(st, cl, s, word);

    } else {
        rc = ngx_print_client_create_locked(st, s, word, id, hash);
    }

done:

    ngx_print_store_unlock(st);

    return rc;
}


static ngx_int_t
ngx_print_client_create_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint64_t word, ngx_str_t *id,
    uint32_t hash)
{
    uint32_t                   index, *bucket;
    ngx_print_store_client_t  *cl;

    index = ngx_print_client_alloc_locked(st);

    if (index == 0) {
        return NGX_PRINT_FULL;
    }

    cl = &st->clients[index];

    cl->session = word;
    cl->seq = ++st->sh->client_seq;
    cl->hash = hash;
    cl->len = id->len;

    ngx_memcpy(cl->id, id->data, id->len);

    ngx_print_store_publish(cl->state, NGX_PRINT_CLIENT_USED);

    bucket = &st->buckets[hash & (st->sh->nbuckets - 1)];
    cl->next = *bucket;
    *bucket = index;

    ngx_print_client_attach_locked(st, s, index);

    st->sh->client_count++;

    return NGX_OK;
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


/* the client that has been offline longest gives way */

static void
ngx_print_client_evict_locked(ngx_print_store_t *st)
{
    uint32_t                   index, *p;
    ngx_print_store_client_t  *cl;

    index = st->sh->offline_head;

    if (index == 0) {
        return;
    }

    cl = &st->clients[index];

    ngx_print_client_detach_locked(st, NULL, index);

    p = &st->buckets[cl->hash & (st->sh->nbuckets - 1)];

    while (*p != index) {
        p = &st->clients[*p].next;
    }

    *p = cl->next;

    ngx_print_store_publish(cl->state, NGX_PRINT_CLIENT_FREE);

    cl->next = st->sh->client_free;
    st->sh->client_free = index;
    st->sh->client_count--;
}


/* from wherever it was, online or not, to this session */

static void
ngx_print_client_move_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_store_session_t *s,
    uint64_t word)
{
    uint32_t  index;

    index = cl - st->clients;

    ngx_print_client_detach_locked(st,
                                   ngx_print_client_owner_locked(st, cl),
                                   index);

    ngx_print_store_publish(cl->session, word);

    ngx_print_client_attach_locked(st, s, index);
}


ngx_int_t
ngx_print_client_leave(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, ngx_print_client_info_t *info)
{
    uint32_t                    index;
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    rc = NGX_DECLINED;

    ngx_print_store_lock(st);

    s = ngx_print_session_locked(st, ref);

    index = (s && !ngx_print_session_joined_locked(s, nsp))
            ? ngx_print_client_left_locked(st, s, nsp) : 0;

    if (index) {
        ngx_print_client_offline_locked(st, s, index);
        ngx_print_client_info_locked(st, &st->clients[index], info);
        rc = NGX_OK;
    }

    ngx_print_store_unlock(st);

    return rc;
}


/* a client on the session's list, of this namespace */

static uint32_t
ngx_print_client_left_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t nsp)
{
    uint32_t  index;

    for (index = s->clients; index; index = st->clients[index].link_next) {

        if (ngx_print_store_word_nsp(st->clients[index].session) == nsp) {
            return index;
        }
    }

    return 0;
}


void
ngx_print_client_offline_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index)
{
    ngx_print_store_client_t  *cl;

    cl = &st->clients[index];

    ngx_print_client_detach_locked(st, s, index);

    cl->nsp = ngx_print_store_word_nsp(cl->session);
    ngx_print_session_sock(cl->sock, cl->nsp, s->sock, s->key);
    cl->since = (uint32_t) ngx_time();

    ngx_print_store_publish(cl->session, 0);

    ngx_print_client_attach_locked(st, NULL, index);
}


ngx_uint_t
ngx_print_client_list(ngx_print_store_t *st, uint32_t *cursor,
    ngx_print_client_info_t *list)
{
    uint32_t                   i, end;
    ngx_uint_t                 n;
    ngx_print_store_client_t  *cl;

    n = 0;
    i = *cursor ? *cursor : 1;

    ngx_print_store_lock(st);

    end = ngx_min(i + NGX_PRINT_CLIENT_LIST, st->sh->client_top);

    for ( /* void */ ; i < end; i++) {
        cl = &st->clients[i];

        if (cl->state == NGX_PRINT_CLIENT_USED) {
            ngx_print_client_info_locked(st, cl, &list[n++]);
        }
    }

    *cursor = (end == st->sh->client_top) ? 0 : end;

    ngx_print_store_unlock(st);

    return n;
}


static void
ngx_print_client_info_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_client_info_t *info)
{
    ngx_print_store_session_t  *s;

    s = ngx_print_client_owner_locked(st, cl);

    info->seq = cl->seq;
    info->connected = (ngx_print_client_session_locked(st, cl) != NULL);
    info->len = cl->len;

    ngx_memcpy(info->id, cl->id, cl->len);

    if (s) {
        info->nsp = ngx_print_store_word_nsp(cl->session);
        ngx_print_session_sock(info->sock, info->nsp, s->sock, s->key);

    } else {
        info->nsp = cl->nsp;
        ngx_memcpy(info->sock, cl->sock, NGX_PRINT_SESSION_SOCK);
    }
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


/* the session that prints for a client now, NULL if it is offline */

ngx_print_store_session_t *
ngx_print_client_session_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl)
{
    ngx_print_store_session_t  *s;

    s = ngx_print_client_owner_locked(st, cl);

    return (s && ngx_print_session_joined_locked(s,
                                      ngx_print_store_word_nsp(cl->session)))
           ? s : NULL;
}


/* the session on whose list the client is, also when it closes or parted */

static ngx_print_store_session_t *
ngx_print_client_owner_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl)
{
    ngx_print_ref_t  ref;

    ref.index = ngx_print_store_word_index(cl->session);
    ref.gen = ngx_print_store_word_gen(cl->session);

    return ngx_print_session_locked(st, ref);
}


/*
 * A client is on the list of its session (in any order) or, with s == NULL, on
 * the list of those offline, the newest last.
 */

void
ngx_print_client_attach_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index)
{
    ngx_print_store_client_t  *cl;

    cl = &st->clients[index];

    if (s) {
        cl->link_prev = 0;
        cl->link_next = s->clients;

        if (s->clients) {
            st->clients[s->clients].link_prev = index;
        }

        s->clients = index;
        s->nclients++;

        return;
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
    }
}
