
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_id.h"
#include "ngx_print_prefix.h"
#include "ngx_print_zone.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_wake.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_ready.h"
#include "ngx_print_zone_recovery.h"
#include "ngx_print_zone_address.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_waiting.h"
#include "ngx_print_zone_client.h"
#include "ngx_print_zone_client_record.h"
#include "ngx_print_zone_claim.h"
#include "ngx_print_zone_event.h"
#include "ngx_print_zone_presence.h"
#include "ngx_print_zone_job.h"
#include "ngx_print_zone_delivery.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_message.h"
#include "ngx_print_description.h"
#include "ngx_print_queue.h"
#include "ngx_print_client_list.h"
#include "ngx_print_client.h"


/* it is online, or its session has not settled its jobs yet */
#define ngx_print_client_busy(cl)                                             \
    ((cl)->owner || (cl)->open != (cl)->njobs)


#define ngx_print_client_max(init)                                            \
    ((init)->max ? (init)->max : NGX_PRINT_CLIENT_PER_SESSION)


static void ngx_print_client_refused_locked(ngx_print_store_t *st,
    ngx_print_client_init_t *init, ngx_int_t rc);
static ngx_int_t ngx_print_client_precheck(ngx_print_store_t *st,
    ngx_print_description_t *d, ngx_print_client_init_t *init);
static ngx_int_t ngx_print_client_register_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint64_t new_owner, uint32_t hash,
    ngx_print_client_init_t *init);
static ngx_int_t ngx_print_client_check_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint64_t new_owner,
    ngx_print_store_client_t *cl, ngx_print_client_init_t *init,
    ngx_uint_t yield);
static ngx_uint_t ngx_print_client_kept_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_store_session_t *by,
    uint64_t new_owner, ngx_print_client_init_t *init);
static ngx_int_t ngx_print_client_admit_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_store_client_t *cl,
    ngx_print_client_init_t *init, ngx_uint_t yield);
static ngx_int_t ngx_print_client_yield_locked(ngx_print_store_t *st,
    ngx_print_store_address_t *a);
static ngx_uint_t ngx_print_client_newer_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_store_session_t *s);
static ngx_int_t ngx_print_client_claim_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint64_t owner, ngx_print_store_client_t *cl,
    uint32_t block, ngx_uint_t ack);
static void ngx_print_client_describe_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, uint32_t block, ngx_uint_t ack);
static ngx_int_t ngx_print_client_offline_one_locked(ngx_print_store_t *st,
    ngx_print_ref_t ref, ngx_uint_t nsp, uint32_t *cursor,
    ngx_print_client_info_t *info);
static ngx_int_t ngx_print_client_remove_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, const char *reason);
static void ngx_print_client_loser_locked(ngx_print_store_t *st,
    uint64_t owner, ngx_print_store_session_t *by,
    ngx_print_client_loser_t *loser);


/*
 * The client's description is in our in-flight chain until it is linked to the
 * client.
 */

ngx_int_t
ngx_print_client_register(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, ngx_print_client_init_t *init)
{
    uint32_t                    block;
    ngx_int_t                   rc;
    ngx_uint_t                  wake;
    ngx_print_description_t     d;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    d.ref = ref;
    d.owner = ngx_print_store_owner(&ref, nsp);
    d.hash = ngx_print_client_hash(st, &init->id);
    d.id = &init->id;

    block = 0;
    init->bare = 0;
    init->over = NGX_PRINT_OVER_NONE;

    if (init->info.len) {
        rc = ngx_print_client_precheck(st, &d, init);

        if (rc != NGX_OK) {
            return rc;
        }

        block = ngx_print_description_reserve(st, &d, &init->info);
    }

    init->bare = (init->info.len && block == 0);
    wake = 0;

    for ( ;; ) {
        if (ngx_print_store_lock(st) != NGX_OK) {
            st->unsettled = (st->unsettled || block);
            return NGX_PRINT_STALLED;
        }

        s = ngx_print_session_locked(st, ref);

        rc = (s && ngx_print_session_live_locked(s))
             ? ngx_print_client_register_locked(st, s, d.owner, d.hash,
                                                init)
             : NGX_DECLINED;

        if (rc != NGX_AGAIN) {
            break;
        }

        ngx_print_store_unlock(st);
    }

    ngx_print_queue_unreserve_locked(st, block, 1);

    ngx_print_client_refused_locked(st, init, rc);

    cl = ngx_print_client_find_locked(st, &init->id, d.hash);

    if (rc == NGX_ABORT) {
        rc = ngx_print_client_claim_locked(st, s, d.owner, cl, block,
                                           init->ack);

    } else if (rc == NGX_OK || rc == NGX_DONE) {
        ngx_print_client_describe_locked(st, cl, block, init->ack);

        if (cl->jobs_head) {
            wake = ngx_print_queue_list_locked(st, s);
        }

    } else {
        ngx_print_queue_drop_locked(st, block);
    }

    ngx_print_store_unlock(st);

    ngx_print_store_wake_slot(st, wake);

    return rc;
}


/* Counts what a registration did not get. One that is held has an event. */

static void
ngx_print_client_refused_locked(ngx_print_store_t *st,
    ngx_print_client_init_t *init, ngx_int_t rc)
{
    if (rc == NGX_BUSY || rc == NGX_PRINT_FULL || rc == NGX_PRINT_LIMITED) {
        ngx_print_count_plain_locked(st, NGX_PRINT_OTHER_NOT_REGISTERED);

    } else if (init->bare && rc != NGX_DECLINED) {
        ngx_print_count_full_locked(st, NGX_PRINT_COUNT_BLOCK);
    }
}


/*
 * Whether a registration goes on, before descriptions give way to its own one:
 * NGX_OK, or what register() returns.
 */

static ngx_int_t
ngx_print_client_precheck(ngx_print_store_t *st, ngx_print_description_t *d,
    ngx_print_client_init_t *init)
{
    ngx_int_t                   rc;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, d->ref);
    cl = ngx_print_client_find_locked(st, d->id, d->hash);

    if (s == NULL || !ngx_print_session_live_locked(s)) {
        rc = NGX_DECLINED;

    } else if (cl && cl->owner == d->owner) {
        rc = NGX_OK;

    } else {
        rc = ngx_print_client_check_locked(st, s, d->owner, cl, init, 0);
    }

    ngx_print_client_refused_locked(st, init, rc);

    ngx_print_store_unlock(st);

    return rc == NGX_ABORT ? NGX_OK : rc;
}


/*
 * Returns NGX_AGAIN if jobs are left to requeue: call it again in another lock
 * hold; and NGX_ABORT if the client stays with a newer socket, and this one may
 * only have a claim to it.
 */

static ngx_int_t
ngx_print_client_register_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint64_t new_owner, uint32_t hash,
    ngx_print_client_init_t *init)
{
    ngx_int_t                   rc;
    ngx_uint_t                  held, taken;
    ngx_print_store_claim_t    *claim;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *owner;

    cl = ngx_print_client_find_locked(st, &init->id, hash);

    if (cl && cl->owner == new_owner) {
        return NGX_DONE;
    }

    rc = ngx_print_client_check_locked(st, s, new_owner, cl, init, 1);

    if (rc != NGX_OK) {
        return rc;
    }

    held = 0;
    taken = 0;

    if (cl) {
        owner = ngx_print_client_owner_locked(st, cl);

        if (owner && ngx_print_job_requeue_locked(st, owner, cl)) {
            return NGX_AGAIN;
        }

        held = (ngx_print_client_session_locked(st, cl) != NULL);

        if (held) {
            taken = ngx_print_claim_create_locked(st, cl, cl->owner, cl->info,
                                                  cl->ack, 1) != NULL;
            ngx_print_client_loser_locked(st, cl->owner, s, init->loser);
        }

        ngx_print_recovery_detach_locked(st, cl);
        ngx_print_client_detach_locked(st, owner, cl - st->clients);
        ngx_print_store_publish(cl->others, st->sh->offset);

    } else {
        cl = ngx_print_client_create_locked(st, &init->id, hash);

        if (cl == NULL) {
            ngx_print_count_full_locked(st, NGX_PRINT_COUNT_CLIENT);
            return NGX_PRINT_FULL;
        }
    }

    if (ngx_print_waiting_pid(s)
        && ngx_print_store_owner_nsp(new_owner) == 0)
    {
        ngx_print_recovery_attach_locked(st, cl, s->pid);
    }

    if (held) {
        ngx_print_event_takeover_locked(st, cl - st->clients, new_owner);

    } else {
        ngx_print_event_client_locked(st, cl - st->clients, new_owner, 1);
    }

    ngx_print_client_attach_locked(st, s, cl - st->clients);

    if (taken) {
        /* the claim of its former socket has it */
        ngx_print_store_publish(cl->info, 0);
    }

    claim = ngx_print_claim_locked(st, cl, new_owner);

    if (claim) {

        if (ngx_print_waiting_pid(s)
            && ngx_print_store_owner_nsp(new_owner) == 0)
        {
            ngx_print_recovery_regain_locked(st, s->pid);
        }

        ngx_print_queue_drop_locked(st,
                                    ngx_print_claim_free_locked(st, claim));
    }

    return NGX_OK;
}


/*
 * Whether the socket may have the client, which is NULL if it is new. Returns
 * NGX_OK, or what register() or register_locked() returns. With yield, a client
 * of the address gives way.
 */

static ngx_int_t
ngx_print_client_check_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint64_t new_owner,
    ngx_print_store_client_t *cl, ngx_print_client_init_t *init,
    ngx_uint_t yield)
{
    ngx_int_t                 rc;
    ngx_uint_t                kept, late;
    ngx_print_store_claim_t  *claim;

    claim = cl ? ngx_print_claim_locked(st, cl, new_owner) : NULL;

    if (claim == NULL
        && ngx_print_waiting_names(s) >= ngx_print_client_max(init))
    {
        return NGX_BUSY;
    }

    kept = (cl && init->deny
            && ngx_print_client_kept_locked(st, cl, s, new_owner, init));

    late = (cl && !kept && !(claim && claim->had)
            && ngx_print_client_newer_locked(st, cl, s));

    /* a claim that is described anew changes nothing */

    if (init->limits && !init->charged && !(late && claim)) {
        rc = ngx_print_address_charge_locked(st, s, init->limits, &init->over);

        if (rc != NGX_OK) {
            return rc;
        }

        init->charged = 1;
    }

    if (late) {
        return NGX_ABORT;
    }

    if (kept) {
        return NGX_PRINT_HELD;
    }

    return init->limits
           ? ngx_print_client_admit_locked(st, s, cl, init, yield) : NGX_OK;
}


/*
 * Whether another socket keeps the client, for init->deny. It may have a claim
 * only, to a client whose owner is gone and has not left it yet. Sets
 * init->loser.
 */

static ngx_uint_t
ngx_print_client_kept_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_store_session_t *by,
    uint64_t new_owner, ngx_print_client_init_t *init)
{
    uint64_t                    owner;
    ngx_print_store_claim_t    *claim;
    ngx_print_client_loser_t    holder;

    owner = cl->owner;

    if (ngx_print_client_session_locked(st, cl) == NULL) {
        claim = ngx_print_claim_newest_locked(st, cl);

        if (claim == NULL || claim->owner == new_owner) {
            return 0;
        }

        owner = claim->owner;
    }

    ngx_print_client_loser_locked(st, owner, by, &holder);

    /* a client over a UNIX socket has no address to compare */

    if (init->near && holder.same && ngx_print_prefix(by->addr)) {
        return 0;
    }

    if (init->loser) {
        *init->loser = holder;
    }

    return 1;
}


/*
 * Whether the address of the session may have the client, which is NULL if it
 * is new.
 *
 * NGX_OK             it may
 * NGX_AGAIN          call it again in another lock hold: a client that is
 *                    offline is about to give way
 * NGX_PRINT_LIMITED  it has reached init->over
 */

static ngx_int_t
ngx_print_client_admit_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_store_client_t *cl,
    ngx_print_client_init_t *init, ngx_uint_t yield)
{
    ngx_int_t                   rc;
    ngx_print_store_address_t  *a;

    a = ngx_print_address_find_locked(st, ngx_print_prefix(s->addr));

    if (a == NULL || init->over == NGX_PRINT_OVER_RATE) {
        return NGX_OK;
    }

    init->over = ngx_print_address_client_over_locked(st, a, cl,
                                                      init->limits);
    if (init->over == NGX_PRINT_OVER_NONE) {
        return NGX_OK;
    }

    if (init->limits->dry_run) {
        /* one that is offline would give way */

        if (a->offline) {
            init->over = NGX_PRINT_OVER_NONE;
        }

        return NGX_OK;
    }

    rc = yield ? ngx_print_client_yield_locked(st, a)
         : a->offline ? NGX_OK : NGX_DECLINED;

    if (rc == NGX_DECLINED) {
        return NGX_PRINT_LIMITED;
    }

    init->over = NGX_PRINT_OVER_NONE;

    return rc;
}


/*
 * Removes the client of an address that has been offline longest: of those
 * without jobs, else of all. NGX_OK, NGX_AGAIN if it has more jobs than one
 * lock hold may end, or NGX_DECLINED if all of its clients are busy.
 */

static ngx_int_t
ngx_print_client_yield_locked(ngx_print_store_t *st,
    ngx_print_store_address_t *a)
{
    uint32_t    index, jobs;
    ngx_int_t   rc;
    ngx_uint_t  n;

    index = a->offline;
    jobs = 0;

    for (n = 0; index && n < NGX_PRINT_CLIENT_EVICT; n++) {

        if (st->clients[index].blocks == 0) {
            break;
        }

        if (jobs == 0 && !ngx_print_client_busy(&st->clients[index])) {
            jobs = index;
        }

        index = st->clients[index].address_next;
    }

    if (index == 0 || n == NGX_PRINT_CLIENT_EVICT) {
        index = jobs;
    }

    if (index == 0) {
        return NGX_DECLINED;
    }

    ngx_print_count_tally_locked(st, NGX_PRINT_OTHER_EVICTED
                                     + NGX_PRINT_COUNT_CLIENT,
                                 NGX_PRINT_OF_CLIENT, index,
                                 NGX_PRINT_CLIENT_FREE);

    rc = ngx_print_client_remove_locked(st, &st->clients[index],
                                        "the limit of its address");

    if (rc == NGX_OK) {
        ngx_print_count_tallied_locked(st);

    } else {
        ngx_print_count_untallied_locked(st);
    }

    return rc;
}


/*
 * Whether a newer socket has the client, or will have it when its owner, which
 * is gone, has left it. Then the registration of this session has probably
 * been read late.
 */

static ngx_uint_t
ngx_print_client_newer_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_store_session_t *s)
{
    ngx_print_store_claim_t    *claim;
    ngx_print_store_session_t  *owner;

    owner = ngx_print_client_session_locked(st, cl);

    if (owner == NULL) {
        claim = ngx_print_claim_newest_locked(st, cl);

        if (claim == NULL) {
            return 0;
        }

        owner = &st->sessions[ngx_print_store_owner_index(claim->owner)];
    }

    return owner->order > s->order;
}


/*
 * Creates the claim of a socket to a client, or describes it anew. NGX_DONE, or
 * NGX_PRINT_FULL.
 */

static ngx_int_t
ngx_print_client_claim_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint64_t owner, ngx_print_store_client_t *cl,
    uint32_t block, ngx_uint_t ack)
{
    uint32_t                  old;
    ngx_print_store_claim_t  *claim;

    claim = ngx_print_claim_locked(st, cl, owner);

    if (claim) {
        old = claim->info;
        claim->ack = ack;

        ngx_print_store_publish(claim->info, block);

        ngx_print_queue_drop_locked(st, old);
        return NGX_DONE;
    }

    if (ngx_print_waiting_pid(s)
        && ngx_print_store_owner_nsp(owner) == 0)
    {
        ngx_print_recovery_lack_locked(st, s->pid);
    }

    claim = ngx_print_claim_create_locked(st, cl, owner, block, ack, 0);

    if (claim) {
        return NGX_DONE;
    }

    if (ngx_print_waiting_pid(s)
        && ngx_print_store_owner_nsp(owner) == 0)
    {
        ngx_print_recovery_regain_locked(st, s->pid);
    }

    ngx_print_queue_drop_locked(st, block);

    return NGX_PRINT_FULL;
}


static void
ngx_print_client_describe_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, uint32_t block, ngx_uint_t ack)
{
    uint32_t  old;

    old = cl->info;
    cl->ack = ack;

    ngx_print_store_publish(cl->info, block);

    ngx_print_queue_drop_locked(st, old);
}


ngx_int_t
ngx_print_client_room(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, ngx_str_t *id, ngx_uint_t max, ngx_uint_t n)
{
    uint32_t                    hash;
    uint64_t                    owner;
    ngx_int_t                   rc;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    hash = ngx_print_client_hash(st, id);
    owner = ngx_print_store_owner(&ref, nsp);
    rc = NGX_OK;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);
    cl = ngx_print_client_find_locked(st, id, hash);

    if (s == NULL || !ngx_print_session_live_locked(s)) {
        rc = NGX_DECLINED;

    } else if (cl && (cl->owner == owner
                      || ngx_print_claim_locked(st, cl, owner)))
    {
        rc = NGX_DONE;

    } else if (ngx_print_waiting_names(s) + n >= max) {
        rc = NGX_BUSY;
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_client_offline(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, ngx_print_client_info_t *info)
{
    uint32_t   cursor;
    ngx_int_t  rc;

    cursor = 0;

    do {
        if (ngx_print_store_lock(st) != NGX_OK) {
            return NGX_PRINT_STALLED;
        }

        rc = ngx_print_client_offline_one_locked(st, ref, nsp, &cursor, info);

        ngx_print_store_unlock(st);

    } while (rc == NGX_AGAIN);

    return rc;
}


/*
 * Its unconfirmed jobs are settled before it goes offline: a client that
 * registers again in between would get newer jobs first. So are those that do
 * not wait for it; no job of that kind is created any more, because the socket
 * is not connected.
 */

static ngx_int_t
ngx_print_client_offline_one_locked(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, uint32_t *cursor, ngx_print_client_info_t *info)
{
    uint32_t                    index;
    ngx_print_store_client_t   *cl, *of;
    ngx_print_store_session_t  *s;

    s = ngx_print_session_locked(st, ref);

    if (s == NULL || ngx_print_session_connected_locked(s, nsp)) {
        return NGX_DECLINED;
    }

    index = ngx_print_client_of_nsp_locked(st, s, nsp);

    if (index == 0) {
        ngx_print_claim_leave_locked(st, s, nsp);
        return NGX_DECLINED;
    }

    /* without any socket, all jobs of the session are settled in one pass */

    cl = &st->clients[index];
    of = (ngx_print_session_live_locked(s) && s->connected) ? cl : NULL;

    if (ngx_print_job_session_lost_locked(st, s, of)
        || (cl->pid == 0 && ngx_print_job_unsent_locked(st, cl, cursor)))
    {
        return NGX_AGAIN;
    }

    ngx_print_client_leave_locked(st, s, index);
    ngx_print_client_info_locked(st, cl, info);

    return NGX_OK;
}


ngx_int_t
ngx_print_client_remove(ngx_print_store_t *st, ngx_str_t *id)
{
    uint32_t                   hash;
    ngx_int_t                  rc;
    ngx_print_store_client_t  *cl;

    hash = ngx_print_client_hash(st, id);

    do {
        if (ngx_print_store_lock(st) != NGX_OK) {
            return NGX_PRINT_STALLED;
        }

        cl = ngx_print_client_find_locked(st, id, hash);

        rc = cl ? ngx_print_client_remove_locked(st, cl,
                                                 "the client was removed")
                : NGX_DECLINED;

        ngx_print_store_unlock(st);

    } while (rc == NGX_AGAIN);

    return rc;
}


static ngx_int_t
ngx_print_client_remove_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, const char *reason)
{
    ngx_uint_t              n;
    ngx_print_store_job_t  *job;

    if (ngx_print_client_busy(cl)) {
        return NGX_BUSY;
    }

    for (n = 0; cl->jobs_head; n++) {

        if (n == NGX_PRINT_STORE_SLICE) {
            return NGX_AGAIN;
        }

        job = &st->jobs[cl->jobs_head];

        ngx_print_job_change_locked(st, cl->jobs_head,
                                    job->attempts ? NGX_PRINT_JOB_UNCONFIRMED
                                                  : NGX_PRINT_JOB_CANCELED,
                                    reason);
    }

    ngx_print_client_free_locked(st, cl - st->clients);

    return NGX_OK;
}


/* Describes a socket that is connected. */

static void
ngx_print_client_loser_locked(ngx_print_store_t *st,
    uint64_t owner, ngx_print_store_session_t *by,
    ngx_print_client_loser_t *loser)
{
    ngx_print_store_session_t  *s;

    if (loser == NULL) {
        return;
    }

    s = &st->sessions[ngx_print_store_owner_index(owner)];

    loser->set = 1;
    loser->ref.index = s - st->sessions;
    loser->ref.gen = s->gen;
    loser->nsp = ngx_print_store_owner_nsp(owner);
    loser->same = (ngx_print_prefix(s->addr) == ngx_print_prefix(by->addr));
    loser->quiet = ((uint64_t) (uint32_t) (ngx_time() - s->seen) * 1000
                    >= s->ping_interval);

    ngx_print_session_sock_locked(st, s, loser->nsp, loser->sock);
    ngx_memcpy(loser->addr, s->addr, NGX_PRINT_SESSION_ADDR);
}
