
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_address.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_waiting.h"


static ngx_print_store_list_t *ngx_print_waiting_list_locked(
    ngx_print_store_t *st, ngx_print_store_session_t *s);


uint32_t
ngx_print_waiting_max(ngx_print_store_t *st)
{
    uint32_t  n;

    n = st->sh->nsessions - 1;

    return ngx_min(ngx_max(n / 8, NGX_PRINT_WAITING_LEAST), n);
}


uint32_t
ngx_print_waiting_share(ngx_print_store_t *st)
{
    uint32_t  n;

    n = ngx_print_waiting_max(st) / 4;

    return ngx_max(n, 1);
}


void
ngx_print_waiting_enter_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    uint32_t                 index;
    ngx_print_store_list_t  *list;

    if (s->clients || s->claims || !ngx_print_session_live_locked(s)
        || (ngx_print_session_connecting(s) && s->pid))
    {
        return;
    }

    index = s - st->sessions;
    list = ngx_print_waiting_list_locked(st, s);

    s->older = NGX_PRINT_SESSION_LISTED | list->tail;
    s->newer = 0;

    if (list->tail) {
        st->sessions[list->tail].newer = index;

    } else {
        list->head = index;
    }

    list->tail = index;

    if (list == &st->sh->waiting) {
        st->sh->waiting_count++;
        ngx_print_address_waiting_locked(st, s);
    }
}


void
ngx_print_waiting_leave_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    uint32_t                 older;
    ngx_print_store_list_t  *list;

    if (!ngx_print_waiting_listed(s)) {
        return;
    }

    older = s->older & ~NGX_PRINT_SESSION_LISTED;
    list = ngx_print_waiting_list_locked(st, s);

    if (older) {
        st->sessions[older].newer = s->newer;

    } else {
        list->head = s->newer;
    }

    if (s->newer) {
        st->sessions[s->newer].older = s->older;

    } else {
        list->tail = older;
    }

    s->claims = 0;
    s->newer = 0;

    if (list == &st->sh->waiting) {
        st->sh->waiting_count--;
        ngx_print_address_waited_locked(st, s);
    }
}


void
ngx_print_waiting_lost_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    if (s->clients || s->claims) {
        return;
    }

    if (s->connected) {
        ngx_print_waiting_since_locked(s);
    }

    ngx_print_waiting_enter_locked(st, s);
}


/* Seconds: ms would wrap around while a page without a client stays open. */

void
ngx_print_waiting_since_locked(ngx_print_store_session_t *s)
{
    uint32_t  now;

    now = (uint32_t) (ngx_current_msec / 1000);

    s->connect_by = now ? now : 1;
}


ngx_print_store_session_t *
ngx_print_waiting_oldest_locked(ngx_print_store_t *st,
    ngx_print_store_address_t *a)
{
    uint32_t  index;

    index = a ? ngx_print_address_waiting_head_locked(a)
              : st->sh->waiting.head;

    return index ? &st->sessions[index] : NULL;
}


ngx_print_store_session_t *
ngx_print_waiting_nameless_locked(ngx_print_store_t *st)
{
    uint32_t                    now;
    ngx_print_store_session_t  *s;

    if (st->sh->nameless.head == 0) {
        return NULL;
    }

    s = &st->sessions[st->sh->nameless.head];
    now = (uint32_t) (ngx_current_msec / 1000);

    /* the time of one that has left all namespaces is 0 */

    return now - s->connect_by > NGX_PRINT_WAITING_NAMELESS ? s : NULL;
}


/* The caller holds the lock. */

static ngx_print_store_list_t *
ngx_print_waiting_list_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    return ngx_print_session_connecting(s) ? &st->sh->waiting
                                           : &st->sh->nameless;
}
