
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_ready.h"


ngx_uint_t
ngx_print_queue_list_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    uint32_t                   index;
    ngx_print_store_worker_t  *w;

    if ((s->att_kind != NGX_PRINT_ATT_POLL && s->att_kind != NGX_PRINT_ATT_WS)
        || s->ready_slot)
    {
        return 0;
    }

    if ((s->flags & NGX_PRINT_SESSION_BLOCKED)
        && s->state != NGX_PRINT_SESSION_CLOSING)
    {
        return 0;
    }

    index = s - st->sessions;
    w = &st->workers[s->att_slot];

    s->ready_slot = s->att_slot + 1;
    s->ready_next = 0;
    s->ready_prev = w->ready_tail;

    if (w->ready_tail) {
        st->sessions[w->ready_tail].ready_next = index;

    } else {
        w->ready_head = index;
    }

    w->ready_tail = index;

    return s->ready_slot;
}


void
ngx_print_queue_unlist_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    ngx_print_store_worker_t  *w;

    if (s->ready_slot == 0) {
        return;
    }

    w = &st->workers[s->ready_slot - 1];

    if (s->ready_prev) {
        st->sessions[s->ready_prev].ready_next = s->ready_next;

    } else {
        w->ready_head = s->ready_next;
    }

    if (s->ready_next) {
        st->sessions[s->ready_next].ready_prev = s->ready_prev;

    } else {
        w->ready_tail = s->ready_prev;
    }

    s->ready_slot = 0;
}
