
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_id.h"
#include "ngx_print_zone.h"
#include "ngx_print_zone_wake.h"
#include "ngx_print_zone_ready.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_client.h"
#include "ngx_print_zone_event.h"
#include "ngx_print_zone_presence.h"


void
ngx_print_session_close_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t reason)
{
    s->reason = reason;

    if (!ngx_print_session_attached_locked(st, s)) {
        ngx_print_session_attach_locked(st, s, NGX_PRINT_ATT_CLOSE, 0);

    } else if (ngx_print_session_stale_locked(st, s,
                                              (uint32_t) ngx_current_msec))
    {
        ngx_print_session_seize_locked(st, s);
    }

    ngx_print_client_touch_all_locked(st, s);

    ngx_print_session_closing_locked(st, s);
    ngx_print_store_publish(s->state, NGX_PRINT_SESSION_CLOSING);

    if (ngx_print_session_held_locked(st, s)) {
        ngx_print_store_wake_locked(st, ngx_print_queue_list_locked(st, s));
    }
}


void
ngx_print_client_offline_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index)
{
    ngx_print_store_client_t  *cl;

    cl = &st->clients[index];

    ngx_print_client_detach_locked(st, s, index);

    cl->nsp = ngx_print_store_owner_nsp(cl->owner);
    ngx_print_id_sock(cl->sock, cl->nsp, s->sock, s->key);

    ngx_print_event_client_locked(st, index, 0);

    ngx_print_client_attach_locked(st, NULL, index);
}


void
ngx_print_recovery_move_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index, uint64_t offset)
{
    uint32_t                   i;
    ngx_print_store_client_t  *cl;

    for (i = st->pids[index].clients; i; i = cl->pid_next) {
        cl = &st->clients[i];

        ngx_print_store_publish(cl->resume, offset + 1);

        ngx_print_client_detach_locked(st,
                                       ngx_print_client_owner_locked(st, cl),
                                       i);
        ngx_print_event_client_locked(st, i, st->pids[index].owner);
        ngx_print_client_attach_locked(st, s, i);
    }
}
