
/*
 * Copyright (C) the print hub contributors
 */


/* What is true of a zone whenever nobody has its lock. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "check_base.h"


static const char *check_header(check_t *ck);
static const char *check_sessions(check_t *ck);
static const char *check_session(check_t *ck, ngx_print_store_session_t *s);
static ngx_uint_t check_session_jobs(check_t *ck,
    ngx_print_store_session_t *s);
static const char *check_session_settled(check_t *ck,
    ngx_print_store_session_t *s);
static ngx_uint_t check_worker(check_t *ck, ngx_uint_t slot, uint32_t epoch);
static uint32_t check_deadline(ngx_print_store_session_t *s);
static const char *check_auth(check_t *ck, ngx_print_store_session_t *s);
static const char *check_queue(check_t *ck, ngx_print_store_queue_t *q);
static const char *check_workers(check_t *ck);
static const char *check_ready(check_t *ck, ngx_uint_t slot);
static const char *check_blocks(check_t *ck);
static const char *check_clients(check_t *ck);
static const char *check_bucket(check_t *ck, uint32_t bucket);
static const char *check_offline(check_t *ck);
static const char *check_client(check_t *ck, uint32_t index);
static void trash_records(ngx_print_store_t *st, ngx_uint_t seed);


const char *
check_zone(ngx_print_store_t *st, ngx_uint_t flags)
{
    const char      *err;

    static check_t   ck;

    ngx_memzero(&ck, sizeof(check_t));

    ck.st = st;
    ck.flags = flags;

    check_sub(check_header(&ck));
    check_sub(check_sessions(&ck));
    check_sub(check_workers(&ck));
    check_sub(check_clients(&ck));
    check_sub(check_addresses(&ck));
    check_sub(check_waiting(&ck));
    check_sub(check_jobs(&ck));
    check_sub(check_claims(&ck));
    check_sub(check_blocks(&ck));
    check_sub(check_pids(&ck));
    check_sub(check_events(&ck));
    check_sub(check_counts(&ck));
    check_sub(check_pages(st));

    return NULL;
}


static const char *
check_header(check_t *ck)
{
    ngx_print_store_shctx_t  *sh;

    sh = ck->st->sh;

    check(sh->magic == NGX_PRINT_STORE_MAGIC, "magic");
    check(sh->lock == 0, "the lock is not free");
    check(sh->dirty == 0, "a section is open");

    check(sh->nsessions <= CHECK_MAX && sh->nclients <= CHECK_MAX
          && sh->nblocks <= CHECK_MAX && sh->njobs <= CHECK_MAX
          && sh->npids <= CHECK_MAX, "too large for this check");

    check(sh->session_top >= 1 && sh->session_top <= sh->nsessions,
          "session_top");
    check(sh->client_top >= 1 && sh->client_top <= sh->nclients,
          "client_top");
    check(sh->block_top >= 1 && sh->block_top <= sh->nblocks, "block_top");
    check(sh->job_top >= 1 && sh->job_top <= sh->njobs, "job_top");
    check(sh->pid_top >= 1 && sh->pid_top <= sh->npids, "pid_top");
    check(sh->nsp_top >= 1 && sh->nsp_top <= NGX_PRINT_NSP_COUNT, "nsp_top");

    return NULL;
}


/* each record is either in use or on the free list, once */

static const char *
check_sessions(check_t *ck)
{
    uint32_t                    i, n;
    const char                 *err;
    ngx_print_store_t          *st;
    ngx_print_store_session_t  *s;

    st = ck->st;

    for (i = st->sh->session_free; i; i = st->sessions[i].ready_next) {
        check(i < st->sh->session_top, "free session out of range");
        check(ck->session[i] == 0, "session twice on the free list");
        check(st->sessions[i].state == NGX_PRINT_SESSION_FREE,
              "session in use on the free list");

        ck->session[i] = 1;
    }

    n = 0;

    for (i = 1; i < st->sh->nsessions; i++) {
        s = &st->sessions[i];

        if (s->state != NGX_PRINT_SESSION_FREE) {
            check(i < st->sh->session_top, "session in use above the top");
            check_sub(check_session(ck, s));
            n++;
            continue;
        }

        check(i >= st->sh->session_top || ck->session[i],
              "free session on no list");
        check(st->deadlines[i] == 0, "free session with a deadline");
        check(s->ready_slot == 0, "free session listed as ready");
    }

    check(n == st->sh->session_count, "session_count");

    return NULL;
}


static const char *
check_session(check_t *ck, ngx_print_store_session_t *s)
{
    uint32_t            index;
    const char         *err;
    ngx_uint_t          wanted;
    ngx_print_store_t  *st;

    st = ck->st;
    index = s - st->sessions;

    check(s->state <= NGX_PRINT_SESSION_LINGER, "session's state");
    check(s->att_kind <= NGX_PRINT_ATT_CLOSE, "session's attachment");
    check(s->gen != 0, "session without a generation");

    check_sub(check_queue(ck, &s->out));
    check_sub(check_queue(ck, &s->in));
    check_sub(check_auth(ck, s));

    check(s->in.head == 0 || s->parts >= s->in.count, "parts of a packet");
    check((int32_t) (s->pings - s->pongs) >= 0, "more pongs than pings");

    if (ngx_print_session_live_locked(s)) {
        check(st->deadlines[index] == check_deadline(s), "live deadline");

    } else if (s->state == NGX_PRINT_SESSION_LINGER) {
        check(st->deadlines[index] != 0, "lingers without a deadline");
        check(s->clients == 0, "lingers with clients");
    }

    if (s->state == NGX_PRINT_SESSION_CLOSING) {
        check(st->deadlines[index] != 0, "CLOSING without a deadline");
        wanted = ck->flags & CHECK_CLOSING;

    } else {
        wanted = ck->flags & CHECK_READY
                 && ((s->att_kind == NGX_PRINT_ATT_POLL
                      && s->state == NGX_PRINT_SESSION_UPGRADING)
                     || ((s->out.head || check_session_jobs(ck, s))
                         && !(s->flags & NGX_PRINT_SESSION_BLOCKED))
                     || s->flags & NGX_PRINT_SESSION_PING);
    }

    check(s->ready_slot || !wanted
          || (s->att_kind != NGX_PRINT_ATT_POLL
              && s->att_kind != NGX_PRINT_ATT_WS),
          "session with work is not listed");

    if (ck->flags & CHECK_SETTLED) {
        check_sub(check_session_settled(ck, s));
    }

    return NULL;
}


/* whether there are jobs that it may take */

static ngx_uint_t
check_session_jobs(check_t *ck, ngx_print_store_session_t *s)
{
    uint32_t                   i;
    ngx_print_store_client_t  *cl;

    for (i = s->clients; i; i = cl->link_next) {
        cl = &ck->st->clients[i];

        if (cl->jobs_head
            && ngx_print_session_connected_locked(s,
                                      ngx_print_store_owner_nsp(cl->owner)))
        {
            return 1;
        }
    }

    return 0;
}


/* whatever a session waits for is up to a worker that lives */

static const char *
check_session_settled(check_t *ck, ngx_print_store_session_t *s)
{
    ngx_uint_t  attached;

    attached = s->att_kind != NGX_PRINT_ATT_NONE;

    check(!attached || check_worker(ck, s->att_slot, s->att_epoch),
          "attached to the dead");

    check(s->post_epoch == 0 || check_worker(ck, s->post_slot, s->post_epoch),
          "a dead worker's POST");

    switch (s->state) {

    case NGX_PRINT_SESSION_WS:
        check(s->att_kind == NGX_PRINT_ATT_WS, "WS without a WebSocket");
        break;

    case NGX_PRINT_SESSION_CLOSING:
        check(attached, "CLOSING without a finisher");
        break;

    case NGX_PRINT_SESSION_UPGRADING:
        check(check_worker(ck, s->probe_slot, s->probe_epoch),
              "UPGRADING by the dead");

        /* fall through */

    default:
        check(!attached || s->att_kind == NGX_PRINT_ATT_POLL,
              "OPEN, but no poll is attached");
    }

    return NULL;
}


static ngx_uint_t
check_worker(check_t *ck, ngx_uint_t slot, uint32_t epoch)
{
    return slot < NGX_PRINT_WAKE_SLOTS && epoch
           && ck->st->workers[slot].epoch == epoch;
}


static uint32_t
check_deadline(ngx_print_store_session_t *s)
{
    uint32_t  ms;

    ms = s->ping_at;

    if (s->connect_by && s->connected == 0
        && (int32_t) (s->connect_by - ms) < 0)
    {
        ms = s->connect_by;
    }

    if (s->trust.expires && (int32_t) (s->trust.expires - ms) < 0) {
        ms = s->trust.expires;
    }

    return ms ? ms : 1;
}


/* each namespace has one at most */

static const char *
check_auth(check_t *ck, ngx_print_store_session_t *s)
{
    uint32_t                 block, bit, seen;
    const char              *err;
    ngx_print_store_head_t  *h;

    seen = 0;

    for (block = s->auth; block; block = h->next) {
        check_sub(check_message(ck, block, 1));

        h = ngx_print_store_head(ck->st, block);

        check(h->use == NGX_PRINT_USE_AUTH && h->tag < NGX_PRINT_NSP_COUNT,
              "a message of another kind at a session");

        bit = 1u << h->tag;

        check((seen & bit) == 0, "auth of a namespace twice");

        seen |= bit;
    }

    return NULL;
}


static const char *
check_queue(check_t *ck, ngx_print_store_queue_t *q)
{
    uint32_t                 block, tail, bytes, blocks, count;
    const char              *err;
    ngx_print_store_head_t  *h;

    tail = 0;
    bytes = 0;
    blocks = 0;
    count = 0;

    for (block = q->head; block; block = h->next) {
        check_sub(check_message(ck, block, 1));

        h = ngx_print_store_head(ck->st, block);

        tail = block;
        bytes += h->len;
        blocks += h->nblocks;
        count++;
    }

    check(q->tail == tail, "queue's tail");
    check(q->bytes == bytes, "queue's bytes");
    check(q->blocks == blocks, "queue's blocks");
    check(q->count == count, "queue's count");

    return NULL;
}


static const char *
check_workers(check_t *ck)
{
    uint32_t                   i, block;
    const char                *err;
    ngx_uint_t                 slot;
    ngx_print_store_worker_t  *w;

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {
        w = &ck->st->workers[slot];

        check(w->epoch || w->inflight == 0, "a chain in flight, no worker");

        for (block = w->inflight;
             block;
             block = ngx_print_store_head(ck->st, block)->next)
        {
            check_sub(check_message(ck, block, 0));
        }

        check_sub(check_ready(ck, slot));
    }

    for (i = 1; i < ck->st->sh->session_top; i++) {
        check(ck->st->sessions[i].ready_slot == 0 || ck->session[i] == 2,
              "session says that it is listed, but is not");
    }

    return NULL;
}


static const char *
check_ready(check_t *ck, ngx_uint_t slot)
{
    uint32_t                    i, prev;
    ngx_print_store_worker_t   *w;
    ngx_print_store_session_t  *s;

    w = &ck->st->workers[slot];
    prev = 0;

    for (i = w->ready_head; i; i = s->ready_next) {
        check(i < ck->st->sh->session_top, "listed session out of range");
        check(ck->session[i] == 0, "session listed twice, or free");

        s = &ck->st->sessions[i];

        check(s->ready_slot == slot + 1, "session listed elsewhere");
        check(s->ready_prev == prev, "ready list's back link");
        check((s->att_kind == NGX_PRINT_ATT_POLL
               || s->att_kind == NGX_PRINT_ATT_WS) && s->att_slot == slot,
              "session listed where it is not attached");

        ck->session[i] = 2;
        prev = i;
    }

    check(w->ready_tail == prev, "ready list's tail");

    return NULL;
}


/* each block is in one chain or on the free list */

static const char *
check_blocks(check_t *ck)
{
    uint32_t            i, used;
    ngx_print_store_t  *st;

    st = ck->st;
    used = 0;

    for (i = 1; i < st->sh->block_top; i++) {
        used += ck->block[i];
    }

    check(used == st->sh->block_count, "block_count");

    for (i = 0; i < NGX_PRINT_USES; i++) {
        check(ck->use[i] == st->sh->block_use[i], "block_use");
    }

    for (i = st->sh->block_free; i; i = st->fat[i]) {
        check(i < st->sh->block_top, "free block out of range");
        check(ck->block[i] == 0, "free block in use, or twice free");

        ck->block[i] = 1;
        used++;
    }

    check(used == st->sh->block_top - 1, "blocks are lost");

    return NULL;
}


static const char *
check_clients(check_t *ck)
{
    uint32_t                   i, n;
    const char                *err;
    ngx_print_store_t         *st;
    ngx_print_store_client_t  *cl;

    st = ck->st;

    for (i = st->sh->client_free; i; i = st->clients[i].next) {
        check(i < st->sh->client_top, "free client out of range");
        check(ck->client[i] == 0, "client twice on the free list");
        check(st->clients[i].state == NGX_PRINT_CLIENT_FREE,
              "client in use on the free list");

        ck->client[i] = 1;
    }

    for (i = 0; i < st->sh->nbuckets; i++) {
        check_sub(check_bucket(ck, i));
    }

    check_sub(check_offline(ck));

    n = 0;

    for (i = 1; i < st->sh->nclients; i++) {
        cl = &st->clients[i];

        if (cl->state == NGX_PRINT_CLIENT_FREE) {
            check(i >= st->sh->client_top || ck->client[i] == 1,
                  "free client on no list");
            continue;
        }

        check(i < st->sh->client_top, "client in use above the top");
        check_sub(check_client(ck, i));
        n++;
    }

    check(n == st->sh->client_count, "client_count");

    return NULL;
}


static const char *
check_bucket(check_t *ck, uint32_t bucket)
{
    uint32_t                   i;
    ngx_str_t                  id;
    ngx_print_store_t         *st;
    ngx_print_store_client_t  *cl;

    st = ck->st;

    for (i = st->buckets[bucket]; i; i = cl->next) {
        check(i < st->sh->client_top, "client in a bucket out of range");
        check(ck->client[i] == 0, "client twice in buckets, or free");

        cl = &st->clients[i];

        check(cl->state == NGX_PRINT_CLIENT_USED, "free client in a bucket");
        check((cl->hash & (st->sh->nbuckets - 1)) == bucket,
              "client in a wrong bucket");

        id.len = cl->len;
        id.data = cl->id;

        check(cl->len <= NGX_PRINT_CLIENT_ID_MAX
              && cl->hash == ngx_print_client_hash(st, &id), "client's hash");
        check(ngx_print_client_find_locked(st, &id, cl->hash) == cl,
              "two clients of one name");

        ck->client[i] = 2;
    }

    return NULL;
}


static const char *
check_offline(check_t *ck)
{
    uint32_t                   i, prev;
    uint64_t                   event;
    ngx_print_store_t         *st;
    ngx_print_store_client_t  *cl;

    st = ck->st;
    prev = 0;
    event = 0;

    for (i = st->sh->offline_head; i; i = cl->link_next) {
        check(i < st->sh->client_top && ck->client[i] == 2,
              "offline client twice, or not in use");

        cl = &st->clients[i];

        check(cl->owner == 0, "online client on the list of those offline");
        check(cl->link_prev == prev, "offline list's back link");
        check(cl->event > event, "offline list's order");

        event = cl->event;
        prev = i;
        ck->client[i] = 3;
    }

    check(st->sh->offline_tail == prev, "offline list's tail");

    for (i = st->sh->offline_head;
         i && i != st->sh->offline_info;
         i = st->clients[i].link_next)
    {
        check(st->clients[i].info == 0, "offline client's info is passed over");
    }

    check(i == st->sh->offline_info, "offline_info");

    return NULL;
}


static const char *
check_client(check_t *ck, uint32_t index)
{
    uint32_t                    i, n, prev, found;
    const char                 *err;
    ngx_print_store_t          *st;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    st = ck->st;
    cl = &st->clients[index];

    check(cl->seq && cl->seq <= st->sh->client_seq, "client's seq");

    if (cl->info) {
        check_sub(check_message(ck, cl->info, 1));
        check(ngx_print_store_head(st, cl->info)->next == 0,
              "a chain as a client's info");
    }

    if (cl->owner == 0) {
        check(ck->client[index] == 3, "offline client on no list");
        return NULL;
    }

    check(ck->client[index] == 2, "online client in no bucket");

    i = ngx_print_store_owner_index(cl->owner);

    check(i && i < st->sh->session_top, "client's session out of range");

    s = &st->sessions[i];

    check(s->state != NGX_PRINT_SESSION_FREE
          && s->gen == (uint32_t) (cl->owner >> 32), "client's session");

    check(cl->pid == 0 || st->pids[cl->pid].owner == cl->owner
          || ngx_print_client_session_locked(st, cl) == NULL,
          "client with a pid of another socket");

    n = 0;
    prev = 0;
    found = 0;

    for (i = s->clients; i && n <= s->nclients; i = st->clients[i].link_next) {
        check(st->clients[i].link_prev == prev, "session's list's back link");

        found += (i == index);
        prev = i;
        n++;
    }

    check(found == 1, "client is not on its session's list");
    check(n == s->nclients && n <= NGX_PRINT_CLIENT_PER_SESSION, "nclients");

    return NULL;
}


void
check_trash(ngx_print_store_t *st, ngx_uint_t seed)
{
    uint32_t                    i;
    ngx_uint_t                  slot;
    ngx_print_store_shctx_t    *sh;
    ngx_print_store_session_t  *s;

    sh = st->sh;

    sh->session_free = sh->session_count = seed * 3;
    sh->client_free = sh->client_count = seed * 5;
    sh->block_free = sh->block_count = seed * 7;
    sh->block_use[seed % NGX_PRINT_USES] = seed * 9;
    sh->offline_head = sh->offline_tail = seed * 11;
    sh->offline_info = seed * 12;
    sh->job_free = sh->job_count = seed * 43;
    sh->history_head = sh->history_tail = seed * 47;
    sh->pid_free = seed * 53;
    sh->claim_free = seed * 89;
    sh->client_seq = 0;
    sh->waiting.head = sh->waiting.tail = sh->waiting_count = seed * 139;
    sh->nameless.head = sh->nameless.tail = seed * 149;

    ngx_memset(st->marks, (int) seed, sh->nblocks);
    ngx_memset(st->buckets, (int) seed, sh->nbuckets * sizeof(uint32_t));
    ngx_memset(st->job_buckets, (int) seed,
               sh->njob_buckets * sizeof(uint32_t));

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {
        st->workers[slot].ready_head = seed * 13;
        st->workers[slot].ready_tail = seed * 17;
        st->workers[slot].pending = seed & 1;
        st->workers[slot].audit = 0;
        st->workers[slot].nlost = seed;
    }

    for (i = 1; i < sh->session_top; i++) {
        s = &st->sessions[i];

        s->out.tail = s->out.bytes = s->out.blocks = s->out.count = seed;
        s->in.tail = s->in.bytes = s->in.blocks = s->in.count = seed * 2;
        s->ready_slot = seed;
        s->ready_next = s->ready_prev = seed * 19;
        s->clients = s->nclients = seed * 23;
        s->claims = s->nclaims = seed * 97;
        s->older |= seed & 1 ? NGX_PRINT_SESSION_LISTED : 0;
        s->sent_head = s->sent_tail = s->pid = seed * 59;

        if (ngx_print_session_live_locked(s)
            || s->state == NGX_PRINT_SESSION_FREE)
        {
            st->deadlines[i] = seed;
        }
    }

    trash_records(st, seed);
    trash_addresses(st, seed);
    trash_counts(st, seed);

    sh->dirty = 1;
}


static void
trash_records(ngx_print_store_t *st, ngx_uint_t seed)
{
    uint32_t                   i;
    ngx_print_store_job_t     *job;
    ngx_print_store_client_t  *cl;

    for (i = 1; i < st->sh->client_top; i++) {
        cl = &st->clients[i];

        cl->next = seed * 29;
        cl->link_next = cl->link_prev = seed * 31;
        cl->pid_next = seed * 61;
        cl->claims = seed * 101;
        cl->jobs_head = cl->jobs_tail = cl->njobs = cl->blocks = seed * 67;
    }

    for (i = 1; i < st->sh->job_top; i++) {
        job = &st->jobs[i];

        job->next = job->prev = job->bucket_next = seed * 71;

        if (job->note) {
            ngx_print_store_head(st, job->note)->refs = seed * 151;
        }

        if (job->state == NGX_PRINT_JOB_FREE) {
            st->job_deadlines[i] = seed;

        } else if (ngx_print_job_open_locked(job)) {
            ngx_print_store_head(st, job->blob)->refs = seed * 73;

        } else {
            job->client = job->blob = seed * 79;
        }
    }

    for (i = 1; i < st->sh->claim_top; i++) {
        st->claims[i].next = st->claims[i].session_next = seed * 103;
    }

    for (i = 1; i < st->sh->pid_top; i++) {
        st->pids[i].clients = seed * 83;

        if (st->pids[i].owner || st->pids[i].state == NGX_PRINT_PID_FREE) {
            st->pid_deadlines[i] = seed;
        }
    }
}
