
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_wake.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_ready.h"
#include "ngx_print_zone_recovery.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_waiting.h"
#include "ngx_print_zone_client.h"
#include "ngx_print_zone_claim.h"
#include "ngx_print_zone_event.h"
#include "ngx_print_zone_presence.h"


static void ngx_print_client_hand_over_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_store_claim_t *claim);


void
ngx_print_session_close_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t reason)
{
    ngx_print_waiting_leave_locked(st, s);

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

    ngx_print_count_tally_locked(st, NGX_PRINT_OTHER_DISCONNECT
                                     + reason % NGX_PRINT_SESSION_REASONS,
                                 NGX_PRINT_OF_SESSION, s - st->sessions,
                                 NGX_PRINT_SESSION_CLOSING);
    ngx_print_count_session_locked(st, s, s->state == NGX_PRINT_SESSION_WS,
                                   -1);
    ngx_print_store_publish(s->state, NGX_PRINT_SESSION_CLOSING);
    ngx_print_count_tallied_locked(st);

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
    ngx_print_session_sock_locked(st, s, cl->nsp, cl->sock);

    ngx_print_event_client_locked(st, index, 0, 0);

    ngx_print_client_attach_locked(st, NULL, index);
}


void
ngx_print_client_leave_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index)
{
    ngx_print_store_claim_t  *claim;

    claim = ngx_print_claim_newest_locked(st, &st->clients[index]);

    if (claim) {
        ngx_print_client_hand_over_locked(st, s, claim);

    } else {
        ngx_print_client_offline_locked(st, s, index);
    }
}


/*
 * The new owner is published with its event. If we die after it, repair()
 * finds a claim of that owner, and does what is left by it.
 */

static void
ngx_print_client_hand_over_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_store_claim_t *claim)
{
    uint32_t                    old;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *next;

    cl = &st->clients[claim->client];
    next = &st->sessions[ngx_print_store_owner_index(claim->owner)];

    ngx_print_recovery_detach_locked(st, cl);
    ngx_print_client_detach_locked(st, s, claim->client);
    ngx_print_store_publish(cl->others, st->sh->offset);

    if (next->pid && ngx_print_store_owner_nsp(claim->owner) == 0) {
        ngx_print_recovery_attach_locked(st, cl, next->pid);
        ngx_print_recovery_regain_locked(st, next->pid);
    }

    ngx_print_event_client_locked(st, claim->client, claim->owner, 0);

    ngx_print_client_attach_locked(st, next, claim->client);

    old = cl->info;
    cl->ack = claim->ack;

    ngx_print_store_publish(cl->info, claim->info);

    (void) ngx_print_claim_free_locked(st, claim);

    ngx_print_queue_drop_locked(st, old);

    if (cl->jobs_head) {
        ngx_print_store_wake_locked(st, ngx_print_queue_list_locked(st, next));
    }
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
        ngx_print_event_client_locked(st, i, st->pids[index].owner, 0);
        ngx_print_client_attach_locked(st, s, i);
    }
}
