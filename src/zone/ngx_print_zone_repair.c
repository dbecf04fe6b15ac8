
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_ready.h"
#include "ngx_print_zone_sort.h"
#include "ngx_print_zone_address.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_waiting.h"
#include "ngx_print_zone_client.h"
#include "ngx_print_zone_claim.h"
#include "ngx_print_zone_event.h"
#include "ngx_print_zone_job.h"
#include "ngx_print_zone_note.h"
#include "ngx_print_zone_delivery.h"
#include "ngx_print_zone_repair.h"


/*
 * All functions of this file need the lock, which the caller of
 * ngx_print_store_repair_locked() holds.
 */

static void ngx_print_repair_addresses(ngx_print_store_t *st);
static void ngx_print_repair_sessions(ngx_print_store_t *st);
static void ngx_print_repair_session(ngx_print_store_t *st,
    ngx_print_store_session_t *s);
static void ngx_print_repair_auth(ngx_print_store_t *st,
    ngx_print_store_session_t *s);
static void ngx_print_repair_pids(ngx_print_store_t *st);
static void ngx_print_repair_queue(ngx_print_store_t *st,
    ngx_print_store_queue_t *q);
static ngx_uint_t ngx_print_repair_mark(ngx_print_store_t *st,
    uint32_t block);
static void ngx_print_repair_workers(ngx_print_store_t *st);
static void ngx_print_repair_blocks(ngx_print_store_t *st);
static void ngx_print_repair_waiting(ngx_print_store_t *st);
static void ngx_print_repair_claims(ngx_print_store_t *st);
static ngx_uint_t ngx_print_repair_claim(ngx_print_store_t *st,
    ngx_print_store_claim_t *claim);
static void ngx_print_repair_clients(ngx_print_store_t *st);
static void ngx_print_repair_client(ngx_print_store_t *st, uint32_t index);
static ngx_uint_t ngx_print_repair_has_pid(ngx_print_store_t *st,
    ngx_print_store_client_t *cl);
static void ngx_print_repair_offline(ngx_print_store_t *st, uint32_t list);
static void ngx_print_repair_jobs(ngx_print_store_t *st);
static void ngx_print_repair_job(ngx_print_store_t *st, uint32_t index);
static ngx_uint_t ngx_print_repair_blob(ngx_print_store_t *st, uint32_t blob);
static void ngx_print_repair_link(ngx_print_store_t *st, uint32_t list,
    size_t key);
static void ngx_print_repair_unsent(ngx_print_store_t *st);


void
ngx_print_store_repair_locked(ngx_print_store_t *st)
{
    ngx_memzero(st->marks, st->sh->block_top);
    ngx_memzero(st->sh->block_use, sizeof(st->sh->block_use));

    st->sh->block_count = 0;

    ngx_print_count_repair_events_locked(st);
    ngx_print_event_repair_locked(st);

    ngx_print_repair_workers(st);
    ngx_print_repair_addresses(st);
    ngx_print_repair_sessions(st);
    ngx_print_repair_pids(st);
    ngx_print_repair_claims(st);
    ngx_print_repair_clients(st);
    ngx_print_repair_jobs(st);
    ngx_print_repair_blocks(st);
    ngx_print_repair_waiting(st);
    ngx_print_count_repair_records_locked(st);
    ngx_print_repair_unsent(st);

    /* a worker may have been reaped, but not counted */
    st->sh->deaths++;

    st->sh->repairs++;
}


static void
ngx_print_repair_workers(ngx_print_store_t *st)
{
    ngx_uint_t                 slot;
    ngx_print_store_worker_t  *w;

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {
        w = &st->workers[slot];

        w->ready_head = 0;
        w->ready_tail = 0;
        w->nlost = 0;
        w->pending = 0;

        /*
         * Have every worker audit its parked polls: the dead process may have
         * upgraded some of them.
         */
        w->audit = 1;
    }
}


/*
 * Sessions, clients and sockets are counted after this. The lists of addresses
 * are in no order then: it only tells whose record is used again first.
 */

static void
ngx_print_repair_addresses(ngx_print_store_t *st)
{
    uint32_t                    i;
    ngx_print_store_address_t  *a;

    ngx_memzero(st->address_buckets,
                st->sh->naddress_buckets * sizeof(uint32_t));
    ngx_memzero(st->sites,
                NGX_PRINT_ADDRESS_ROWS * st->sh->nsites * sizeof(uint32_t));
    ngx_memzero(&st->sh->address_idle, sizeof(ngx_print_store_list_t));
    ngx_memzero(&st->sh->address_away, sizeof(ngx_print_store_list_t));

    st->sh->address_count = 0;

    for (i = 1; i < st->sh->address_top; i++) {
        a = &st->addresses[i];

        a->sessions = 0;
        a->clients = 0;
        a->pids = 0;
        a->offline = 0;

        ngx_print_address_link_locked(st, i);
    }
}


static void
ngx_print_repair_sessions(ngx_print_store_t *st)
{
    uint32_t                    i;
    ngx_print_store_session_t  *s;

    st->sh->session_free = 0;
    st->sh->session_count = 0;

    for (i = st->sh->session_top - 1; i > 0; i--) {
        s = &st->sessions[i];

        s->ready_slot = 0;
        s->clients = 0;
        s->nclients = 0;
        s->claims = 0;
        s->nclaims = 0;
        s->pid = 0;
        s->sent_head = 0;
        s->sent_tail = 0;

        if (s->state == NGX_PRINT_SESSION_FREE) {
            st->deadlines[i] = 0;
            s->ready_next = st->sh->session_free;
            st->sh->session_free = i;
            continue;
        }

        st->sh->session_count++;

        ngx_print_address_opened_locked(st, s);

        ngx_print_repair_session(st, s);
    }
}


static void
ngx_print_repair_session(ngx_print_store_t *st, ngx_print_store_session_t *s)
{
    /* A process has died in the midst of adopt(). */

    if (s->att_kind == NGX_PRINT_ATT_MOVE) {
        s->att_slot = s->probe_slot;
        s->att_epoch = s->probe_epoch;
        s->att_token = s->probe_token;

        ngx_print_store_publish(s->att_kind, NGX_PRINT_ATT_WS);
    }

    /* An upgrade publishes the attachment before the state. */

    if (s->state == NGX_PRINT_SESSION_UPGRADING
        && s->att_kind == NGX_PRINT_ATT_WS)
    {
        ngx_print_store_publish(s->state, NGX_PRINT_SESSION_WS);
    }

    if (ngx_print_session_live_locked(s)) {
        ngx_print_session_deadline_locked(st, s);
    }

    ngx_print_repair_queue(st, &s->out);
    ngx_print_repair_queue(st, &s->in);
    ngx_print_repair_auth(st, s);

    (void) ngx_print_queue_list_locked(st, s);
}


/*
 * The first one of a namespace is the newest, and an older one is not kept. A
 * process that died leaves one of these; a chain with more is damaged, and may
 * be endless.
 */

static void
ngx_print_repair_auth(ngx_print_store_t *st, ngx_print_store_session_t *s)
{
    uint32_t                *link, bit, seen, old;
    ngx_print_store_head_t  *h;

    seen = 0;
    old = 0;

    for (link = &s->auth; *link; /* void */ ) {

        if (*link < st->sh->block_top) {
            h = ngx_print_store_head(st, *link);
            bit = 1u << (h->tag & (NGX_PRINT_NSP_COUNT - 1));

            if (st->marks[*link] == 0 && seen & bit
                && old++ < NGX_PRINT_NSP_COUNT)
            {
                ngx_print_store_publish(*link, h->next);
                continue;
            }

            seen |= bit;
        }

        if (ngx_print_repair_mark(st, *link) == 0) {
            ngx_print_store_publish(*link, 0);
            return;
        }

        link = &ngx_print_store_head(st, *link)->next;
    }
}


/*
 * A socket whose session is gone is lost. If the dead process has not set the
 * deadline of its recovery, the time for it begins now.
 */

static void
ngx_print_repair_pids(ngx_print_store_t *st)
{
    uint32_t                    i;
    ngx_print_ref_t             ref;
    ngx_print_store_pid_t      *p;
    ngx_print_store_session_t  *s;

    st->sh->pid_free = 0;

    for (i = st->sh->pid_top - 1; i > 0; i--) {
        p = &st->pids[i];

        p->clients = 0;

        if (p->state == NGX_PRINT_PID_FREE) {
            st->pid_deadlines[i] = 0;
            p->clients = st->sh->pid_free;
            st->sh->pid_free = i;
            continue;
        }

        ref.index = ngx_print_store_owner_index(p->owner);
        ref.gen = ngx_print_store_owner_gen(p->owner);

        s = ngx_print_session_locked(st, ref);

        if (s) {
            st->pid_deadlines[i] = 0;
            s->pid = i;

            /* it counts for the address of that session */
            p->address = 0;
            ngx_print_address_pid_joined_locked(st, p, s);

            continue;
        }

        if (st->pid_deadlines[i] == 0) {
            ngx_print_store_deadline(st->pid_deadlines, i,
                                     (uint32_t) ngx_current_msec + p->window);
        }

        ngx_print_store_publish(p->owner, 0);

        ngx_print_address_pid_recount_locked(st, p);
    }
}


/* A link that leads to no message ends the queue. */

static void
ngx_print_repair_queue(ngx_print_store_t *st, ngx_print_store_queue_t *q)
{
    uint32_t                *link;
    ngx_print_store_head_t  *h;

    q->tail = 0;
    q->bytes = 0;
    q->blocks = 0;
    q->count = 0;

    for (link = &q->head; *link; link = &h->next) {

        if (ngx_print_repair_mark(st, *link) == 0) {
            ngx_print_store_publish(*link, 0);
            return;
        }

        h = ngx_print_store_head(st, *link);

        q->tail = *link;
        q->bytes += h->len;
        q->blocks += h->nblocks;
        q->count++;
    }
}


/*
 * Marks the blocks of a message and counts them. Returns 0 if its first block
 * is out of range, or marked already: it is no message then.
 */

static ngx_uint_t
ngx_print_repair_mark(ngx_print_store_t *st, uint32_t block)
{
    uint32_t                 b, n, last;
    ngx_print_store_head_t  *h;

    n = 0;
    last = 0;

    for (b = block; b; b = st->fat[b]) {

        if (b >= st->sh->block_top || st->marks[b]) {
            break;
        }

        st->marks[b] = NGX_PRINT_MARK_USED;
        last = b;
        n++;
    }

    if (n == 0) {
        return 0;
    }

    h = ngx_print_store_head(st, block);

    st->fat[last] = 0;
    h->last = last;
    h->nblocks = n;

    /* a damaged file may tell of more bytes than there are */

    h->len = ngx_min(h->len, n * NGX_PRINT_STORE_BLOCK
                             - sizeof(ngx_print_store_head_t));

    if (h->use >= NGX_PRINT_USES) {
        /* no message was ever written here */
        h->use = NGX_PRINT_USE_MESSAGE;
    }

    st->sh->block_count += n;
    st->sh->block_use[h->use] += n;

    return 1;
}


static void
ngx_print_repair_blocks(ngx_print_store_t *st)
{
    uint32_t                   i, *link;
    ngx_uint_t                 slot;
    ngx_print_store_worker_t  *w;

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {
        w = &st->workers[slot];

        if (w->epoch == 0) {
            ngx_print_store_publish(w->inflight, 0);
            ngx_memzero(w->pins, sizeof(w->pins));
            continue;
        }

        for (link = &w->inflight;
             *link;
             link = &ngx_print_store_head(st, *link)->next)
        {
            if (ngx_print_repair_mark(st, *link) == 0) {
                ngx_print_store_publish(*link, 0);
                break;
            }
        }

        for (i = 0; i < NGX_PRINT_QUEUE_JOBS; i++) {

            if (w->pins[i] && ngx_print_repair_blob(st, w->pins[i]) == 0) {
                ngx_print_store_publish(w->pins[i], 0);
            }
        }
    }

    st->sh->block_free = 0;

    for (i = st->sh->block_top - 1; i > 0; i--) {

        if (st->marks[i] == 0) {
            st->fat[i] = st->sh->block_free;
            st->sh->block_free = i;
        }
    }
}


/*
 * Sessions without clients and claims go back to their lists in the order in
 * which they were opened.
 */

static void
ngx_print_repair_waiting(ngx_print_store_t *st)
{
    uint32_t                    i, list, next;
    ngx_print_store_col_t       col;
    ngx_print_store_session_t  *s;

    ngx_memzero(&st->sh->waiting, sizeof(ngx_print_store_list_t));
    ngx_memzero(&st->sh->nameless, sizeof(ngx_print_store_list_t));

    st->sh->waiting_count = 0;

    list = 0;

    for (i = st->sh->session_top - 1; i > 0; i--) {
        s = &st->sessions[i];

        if (s->clients == 0 && s->claims == 0
            && ngx_print_session_live_locked(s))
        {
            s->newer = list;
            list = i;
        }
    }

    col.base = (u_char *) st->sessions;
    col.size = sizeof(ngx_print_store_session_t);
    col.next = offsetof(ngx_print_store_session_t, newer);
    col.key = offsetof(ngx_print_store_session_t, order);

    for (list = ngx_print_store_sort(&col, list); list; list = next) {
        next = st->sessions[list].newer;
        st->sessions[list].newer = 0;

        ngx_print_waiting_enter_locked(st, &st->sessions[list]);
    }
}


/* The blocks of claims are marked before those of clients, see below. */

static void
ngx_print_repair_claims(ngx_print_store_t *st)
{
    uint32_t                  i;
    ngx_print_store_claim_t  *claim;

    for (i = 1; i < st->sh->client_top; i++) {
        st->clients[i].claims = 0;
    }

    st->sh->claim_free = 0;

    for (i = st->sh->claim_top - 1; i > 0; i--) {
        claim = &st->claims[i];

        if (claim->state == NGX_PRINT_CLAIM_USED
            && ngx_print_repair_claim(st, claim))
        {
            ngx_print_claim_link_locked(st, i);
            continue;
        }

        ngx_print_store_publish(claim->state, NGX_PRINT_CLAIM_FREE);

        claim->next = st->sh->claim_free;
        st->sh->claim_free = i;
    }
}


/*
 * Returns 0 if the claim is over. If its socket has the client, the dead
 * process was handing that over, or was about to take it away: it has what the
 * claim says. If a client and a claim have the same info, the client was just
 * taken away, and its new owner has not said anything: it is the claim's.
 */

static ngx_uint_t
ngx_print_repair_claim(ngx_print_store_t *st, ngx_print_store_claim_t *claim)
{
    ngx_print_ref_t            ref;
    ngx_print_store_client_t  *cl;

    if (claim->client == 0 || claim->client >= st->sh->client_top) {
        return 0;
    }

    cl = &st->clients[claim->client];

    ref.index = ngx_print_store_owner_index(claim->owner);
    ref.gen = ngx_print_store_owner_gen(claim->owner);

    if (cl->state == NGX_PRINT_CLIENT_FREE
        || ngx_print_session_locked(st, ref) == NULL)
    {
        return 0;
    }

    if (cl->owner == claim->owner) {
        cl->ack = claim->ack;
        ngx_print_store_publish(cl->info, claim->info);
        return 0;
    }

    if (claim->info && ngx_print_repair_mark(st, claim->info) == 0) {
        ngx_print_store_publish(claim->info, 0);
    }

    return 1;
}


static void
ngx_print_repair_clients(ngx_print_store_t *st)
{
    uint32_t                   i, offline;
    ngx_print_store_client_t  *cl;

    ngx_memzero(st->buckets, st->sh->nbuckets * sizeof(uint32_t));

    st->sh->client_free = 0;
    st->sh->client_count = 0;
    st->sh->offline_head = 0;
    st->sh->offline_tail = 0;
    st->sh->offline_info = 0;

    offline = 0;

    for (i = st->sh->client_top - 1; i > 0; i--) {
        cl = &st->clients[i];

        ngx_print_client_touch_locked(st, i);

        if (cl->state == NGX_PRINT_CLIENT_FREE) {
            cl->next = st->sh->client_free;
            st->sh->client_free = i;
            continue;
        }

        ngx_print_repair_client(st, i);

        if (cl->owner == 0) {
            cl->link_next = offline;
            offline = i;
        }
    }

    ngx_print_repair_offline(st, offline);
}


static void
ngx_print_repair_client(ngx_print_store_t *st, uint32_t index)
{
    uint32_t                   *bucket;
    ngx_print_ref_t             ref;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    cl = &st->clients[index];

    st->sh->client_count++;

    cl->jobs_head = 0;
    cl->jobs_tail = 0;
    cl->njobs = 0;
    cl->open = 0;
    cl->blocks = 0;
    cl->direct = 0;

    if (cl->info && ngx_print_repair_mark(st, cl->info) == 0) {
        ngx_print_store_publish(cl->info, 0);
    }

    if (cl->pid && !ngx_print_repair_has_pid(st, cl)) {
        ngx_print_store_publish(cl->pid, 0);
    }

    if (cl->pid) {
        cl->pid_next = st->pids[cl->pid].clients;
        st->pids[cl->pid].clients = index;
    }

    if (cl->seq > st->sh->client_seq) {
        st->sh->client_seq = cl->seq;
    }

    bucket = &st->buckets[cl->hash & (st->sh->nbuckets - 1)];
    cl->next = *bucket;
    *bucket = index;

    ref.index = ngx_print_store_owner_index(cl->owner);
    ref.gen = ngx_print_store_owner_gen(cl->owner);

    s = ngx_print_session_locked(st, ref);

    if (s) {
        /* it counts for the address of that session */
        cl->address = 0;
        cl->site = 0;

        ngx_print_client_attach_locked(st, s, index);
        return;
    }

    ngx_print_store_publish(cl->owner, 0);

    ngx_print_address_recount_locked(st, cl);
}


/*
 * Whether the pid of a client exists, and may be that of its socket. A dead
 * process that was registering the client for another socket may have left that
 * one's pid behind, which is not to take the client from its owner.
 */

static ngx_uint_t
ngx_print_repair_has_pid(ngx_print_store_t *st, ngx_print_store_client_t *cl)
{
    ngx_print_store_pid_t  *p;

    p = &st->pids[cl->pid];

    return p->state == NGX_PRINT_PID_USED
           && (p->owner == cl->owner
               || ngx_print_client_session_locked(st, cl) == NULL);
}


/* The list of offline clients is in the order in which they went offline. */

static void
ngx_print_repair_offline(ngx_print_store_t *st, uint32_t list)
{
    uint32_t                next;
    ngx_print_store_col_t   col;

    col.base = (u_char *) st->clients;
    col.size = sizeof(ngx_print_store_client_t);
    col.next = offsetof(ngx_print_store_client_t, link_next);
    col.key = offsetof(ngx_print_store_client_t, event);

    for (list = ngx_print_store_sort(&col, list); list; list = next) {
        next = st->clients[list].link_next;
        ngx_print_client_attach_locked(st, NULL, list);
    }
}


/*
 * Three lists are sorted, each by its own key: jobs that wait, jobs that were
 * sent, and the history.
 */

static void
ngx_print_repair_jobs(ngx_print_store_t *st)
{
    uint32_t                i, waiting, sent, history, *list;
    ngx_print_store_job_t  *job;

    ngx_memzero(st->job_buckets, st->sh->njob_buckets * sizeof(uint32_t));

    st->sh->job_free = 0;
    st->sh->job_count = 0;
    st->sh->history_head = 0;
    st->sh->history_tail = 0;

    waiting = 0;
    sent = 0;
    history = 0;

    for (i = st->sh->job_top - 1; i > 0; i--) {
        job = &st->jobs[i];

        if (job->state == NGX_PRINT_JOB_FREE) {
            st->job_deadlines[i] = 0;
            job->note = 0;
            job->next = st->sh->job_free;
            st->sh->job_free = i;
            continue;
        }

        st->sh->job_count++;

        ngx_print_repair_job(st, i);

        if (job->client == 0) {
            list = &history;

        } else if (job->state == NGX_PRINT_JOB_SENT && job->owner) {
            list = &sent;

        } else {
            list = &waiting;
        }

        job->next = *list;
        *list = i;
    }

    ngx_print_repair_link(st, waiting, offsetof(ngx_print_store_job_t, seq));
    ngx_print_repair_link(st, sent, offsetof(ngx_print_store_job_t, offset));
    ngx_print_repair_link(st, history,
                          offsetof(ngx_print_store_job_t, change));
}


/*
 * A job that is not finished has a payload and a client. Its session may be
 * gone.
 */

static void
ngx_print_repair_job(ngx_print_store_t *st, uint32_t index)
{
    uint32_t                hash, *bucket;
    ngx_print_ref_t         ref;
    ngx_print_store_job_t  *job;

    job = &st->jobs[index];

    ngx_print_note_repair_locked(st, index);

    if (job->has_digest) {
        ngx_memcpy(&hash, job->digest, sizeof(uint32_t));

        bucket = &st->job_buckets[hash & (st->sh->njob_buckets - 1)];
        job->bucket_next = *bucket;
        *bucket = index;
    }

    if (!ngx_print_job_open_locked(job)) {
        st->job_deadlines[index] = 0;
        job->client = 0;
        job->blob = 0;
        return;
    }

    (void) ngx_print_repair_blob(st, job->blob);

    st->clients[job->client].open++;
    st->clients[job->client].blocks += job->nblocks;

    if (job->state == NGX_PRINT_JOB_QUEUED) {

        if (job->flags & NGX_PRINT_JOB_DIRECT) {
            st->clients[job->client].direct = 1;
        }

        if (st->job_deadlines[index] == 0) {
            ngx_print_store_deadline(st->job_deadlines, index,
                                     (uint32_t) ngx_current_msec + job->ttl);
        }

        return;
    }

    st->job_deadlines[index] = 0;

    ref.index = ngx_print_store_owner_index(job->owner);
    ref.gen = ngx_print_store_owner_gen(job->owner);

    if (ngx_print_session_locked(st, ref) == NULL) {
        ngx_print_store_publish(job->owner, 0);
    }
}


/*
 * Marks a payload once, and counts each of its users. Returns 0 if there is no
 * such payload.
 */

static ngx_uint_t
ngx_print_repair_blob(ngx_print_store_t *st, uint32_t blob)
{
    uint32_t                *link;
    ngx_print_store_head_t  *h;

    if (st->marks[blob] & NGX_PRINT_MARK_BLOB) {
        ngx_print_store_head(st, blob)->refs++;
        return 1;
    }

    if (ngx_print_repair_mark(st, blob) == 0) {
        return 0;
    }

    st->marks[blob] |= NGX_PRINT_MARK_BLOB;

    h = ngx_print_store_head(st, blob);
    h->refs = 1;

    for (link = &h->next;
         *link;
         link = &ngx_print_store_head(st, *link)->next)
    {
        if (ngx_print_repair_mark(st, *link) == 0) {
            ngx_print_store_publish(*link, 0);
            break;
        }
    }

    return 1;
}


static void
ngx_print_repair_link(ngx_print_store_t *st, uint32_t list, size_t key)
{
    uint32_t                next;
    ngx_print_store_col_t   col;

    col.base = (u_char *) st->jobs;
    col.size = sizeof(ngx_print_store_job_t);
    col.next = offsetof(ngx_print_store_job_t, next);
    col.key = key;

    for (list = ngx_print_store_sort(&col, list); list; list = next) {
        next = st->jobs[list].next;
        ngx_print_job_link_locked(st, list);
    }
}


/*
 * A dead process that was registering a client may have taken it off the socket
 * that was lost, so that nobody would end its jobs.
 */

static void
ngx_print_repair_unsent(ngx_print_store_t *st)
{
    uint32_t                   i, cursor;
    ngx_print_store_client_t  *cl;

    cursor = 0;

    for (i = 1; i < st->sh->client_top; i++) {
        cl = &st->clients[i];

        if (cl->direct && cl->owner == 0 && cl->pid == 0) {
            while (ngx_print_job_unsent_locked(st, cl, &cursor)) { /* void */ }
        }
    }
}
