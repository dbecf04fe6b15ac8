
/*
 * Copyright (C) the print hub contributors
 */


/* jobs, their payloads, sockets that can be recovered, events */


#include <ngx_config.h>
#include <ngx_core.h>

#include "check_base.h"


#define CHECK_EVENTS  6         /* in the text */

/* values of check_t.job */
#define CHECK_JOB_FREE    1
#define CHECK_JOB_LISTED  2


static const char *check_job_free(check_t *ck);
static const char *check_job(check_t *ck, uint32_t index);
static const char *check_job_open(check_t *ck, ngx_print_store_job_t *job);
static const char *check_job_lists(check_t *ck);
static const char *check_job_client(check_t *ck,
    ngx_print_store_client_t *cl);
static const char *check_job_sent(check_t *ck, ngx_print_store_session_t *s);
static const char *check_job_history(check_t *ck);
static const char *check_job_take(check_t *ck, uint32_t index, uint32_t prev);
static const char *check_job_buckets(check_t *ck);
static const char *check_notes(check_t *ck);
static const char *check_blobs(check_t *ck);
static const char *check_blob(check_t *ck, uint32_t blob);
static const char *check_pid(check_t *ck, uint32_t index);
static const char *check_event(check_t *ck, uint64_t seq);

static char *text_job(ngx_print_store_t *st, char *p, char *last,
    ngx_print_store_job_t *job);
static char *text_note(ngx_print_store_t *st, char *p, char *last,
    ngx_print_store_job_t *job);
static int text_job_cmp(const void *one, const void *two);


static const char  *text_job_states[] = {
    "FREE", "QUEUED", "SENT", "RECEIVED", "PRINTED", "FAILED", "EXPIRED",
    "CANCELED", "UNCONFIRMED"
};


const char *
check_jobs(check_t *ck)
{
    uint32_t            i, n;
    const char         *err;
    ngx_print_store_t  *st;

    st = ck->st;
    n = 0;

    check_sub(check_job_free(ck));
    check_sub(check_job_lists(ck));

    for (i = 1; i < st->sh->njobs; i++) {

        if (st->jobs[i].state == NGX_PRINT_JOB_FREE) {
            check(i >= st->sh->job_top || ck->job[i] == CHECK_JOB_FREE,
                  "free job on no list");
            check(st->job_deadlines[i] == 0, "free job with a deadline");
            continue;
        }

        check(i < st->sh->job_top, "job in use above the top");
        check(ck->job[i] == CHECK_JOB_LISTED, "job on no list");
        check_sub(check_job(ck, i));
        n++;
    }

    check(n == st->sh->job_count, "job_count");

    check_sub(check_job_buckets(ck));
    check_sub(check_notes(ck));
    check_sub(check_blobs(ck));

    return NULL;
}


static const char *
check_job_free(check_t *ck)
{
    uint32_t            i;
    ngx_print_store_t  *st;

    st = ck->st;

    for (i = st->sh->job_free; i; i = st->jobs[i].next) {
        check(i < st->sh->job_top, "free job out of range");
        check(ck->job[i] == 0, "job twice on the free list");
        check(st->jobs[i].state == NGX_PRINT_JOB_FREE,
              "job in use on the free list");

        ck->job[i] = CHECK_JOB_FREE;
    }

    return NULL;
}


static const char *
check_job(check_t *ck, uint32_t index)
{
    const char             *err;
    ngx_print_store_t      *st;
    ngx_print_store_job_t  *job;

    st = ck->st;
    job = &st->jobs[index];

    check(job->state < NGX_PRINT_JOB_STATES, "job's state");
    check(job->len <= NGX_PRINT_CLIENT_ID_MAX, "job's clientId");
    check(job->reason_len <= NGX_PRINT_JOB_REASON, "job's reason");
    check(job->seq && job->seq <= st->sh->job_seq, "job's seq");
    check(job->offset <= st->sh->offset, "job's offset");
    check(job->change && job->change <= st->sh->event, "job's change");
    check(job->times.queued, "job's time");

    check((job->state == NGX_PRINT_JOB_QUEUED) == (st->job_deadlines[index]
                                                   != 0),
          "job's deadline");

    if (ngx_print_job_open_locked(job)) {
        check_sub(check_job_open(ck, job));

    } else {
        check(job->client == 0 && job->blob == 0, "finished job has more");
    }

    return NULL;
}


static const char *
check_job_open(check_t *ck, ngx_print_store_job_t *job)
{
    ngx_print_store_t         *st;
    ngx_print_store_client_t  *cl;

    st = ck->st;

    check(job->client && job->client < st->sh->client_top, "job's client");

    cl = &st->clients[job->client];

    check(cl->state == NGX_PRINT_CLIENT_USED,
          "job of a client that is not in use");
    check(cl->len == job->len && ngx_memcmp(cl->id, job->id, cl->len) == 0,
          "job of another client");

    check(job->blob && job->blob < st->sh->block_top, "job's payload");

    if (job->state == NGX_PRINT_JOB_SENT) {
        check(job->attempts && job->offset, "job was not sent");
    }

    ck->refs[job->blob]++;

    return NULL;
}


/* each job is on one list, which follows from its state */

static const char *
check_job_lists(check_t *ck)
{
    uint32_t            i;
    const char         *err;
    ngx_print_store_t  *st;

    st = ck->st;

    for (i = 1; i < st->sh->client_top; i++) {
        if (st->clients[i].state == NGX_PRINT_CLIENT_USED) {
            check_sub(check_job_client(ck, &st->clients[i]));
        }
    }

    for (i = 1; i < st->sh->session_top; i++) {
        if (st->sessions[i].state != NGX_PRINT_SESSION_FREE) {
            check_sub(check_job_sent(ck, &st->sessions[i]));
        }
    }

    return check_job_history(ck);
}


static const char *
check_job_client(check_t *ck, ngx_print_store_client_t *cl)
{
    uint32_t                i, n, prev, open, blocks;
    const char             *err;
    ngx_print_store_t      *st;
    ngx_print_store_job_t  *job;

    st = ck->st;
    n = 0;
    prev = 0;

    for (i = cl->jobs_head; i; i = job->next) {
        check_sub(check_job_take(ck, i, prev));

        job = &st->jobs[i];

        check(&st->clients[job->client] == cl, "client has another's job");
        check(job->state == NGX_PRINT_JOB_QUEUED
              || (job->state == NGX_PRINT_JOB_SENT && job->owner == 0
                  && !(job->flags & NGX_PRINT_JOB_BLIND)),
              "client has a job that does not wait");
        check(prev == 0 || st->jobs[prev].seq < job->seq,
              "order of a client's jobs");

        if (job->attempts == 0 && (job->flags & NGX_PRINT_JOB_DIRECT)) {
            check(cl->direct, "client does not know of a direct job");
            check(cl->owner || cl->pid, "direct job waits for nobody");
        }

        prev = i;
        n++;
    }

    check(cl->jobs_tail == prev, "client's last job");
    check(cl->njobs == n, "client's number of jobs");

    open = 0;
    blocks = 0;

    for (i = 1; i < st->sh->job_top; i++) {
        job = &st->jobs[i];

        if (job->state != NGX_PRINT_JOB_FREE
            && ngx_print_job_open_locked(job)
            && &st->clients[job->client] == cl)
        {
            open++;
            blocks += job->nblocks;
        }
    }

    check(cl->open == open, "client's open jobs");
    check(cl->blocks == blocks, "client's blocks");

    return NULL;
}


static const char *
check_job_sent(check_t *ck, ngx_print_store_session_t *s)
{
    uint32_t                i, prev;
    const char             *err;
    ngx_print_store_t      *st;
    ngx_print_store_job_t  *job, *before;

    st = ck->st;
    prev = 0;

    for (i = s->sent_head; i; i = job->next) {
        check_sub(check_job_take(ck, i, prev));

        job = &st->jobs[i];

        check(job->state == NGX_PRINT_JOB_SENT
              && !(job->flags & NGX_PRINT_JOB_BLIND),
              "session has a job that was not sent");
        check(&st->sessions[ngx_print_store_owner_index(job->owner)] == s
              && ngx_print_store_owner_gen(job->owner) == s->gen,
              "session has another's job");

        before = &st->jobs[prev];

        check(prev == 0 || before->offset < job->offset,
              "order of a session's jobs");
        check(prev == 0 || (int32_t) (job->fence - before->fence) >= 0,
              "order of a session's fences");

        prev = i;
    }

    check((ngx_print_waiting_listed(s) && ngx_print_session_connecting(s))
          || s->sent_tail == prev, "session's last job");
    check(prev == 0 || s->state != NGX_PRINT_SESSION_LINGER,
          "lingers with jobs");

    return NULL;
}


static const char *
check_job_history(check_t *ck)
{
    uint32_t                i, prev;
    const char             *err;
    ngx_print_store_t      *st;
    ngx_print_store_job_t  *job;

    st = ck->st;
    prev = 0;

    for (i = st->sh->history_head; i; i = job->next) {
        check_sub(check_job_take(ck, i, prev));

        job = &st->jobs[i];

        check(!ngx_print_job_open_locked(job), "open job in the history");
        check(prev == 0 || st->jobs[prev].change < job->change,
              "order of the history");

        prev = i;
    }

    check(st->sh->history_tail == prev, "end of the history");

    return NULL;
}


static const char *
check_job_take(check_t *ck, uint32_t index, uint32_t prev)
{
    check(index < ck->st->sh->job_top, "listed job out of range");
    check(ck->job[index] == 0, "job is listed twice, or free");
    check(ck->st->jobs[index].state != NGX_PRINT_JOB_FREE, "free job listed");
    check(ck->st->jobs[index].prev == prev, "job's back link");

    ck->job[index] = CHECK_JOB_LISTED;

    return NULL;
}


/* each job that has a digest is in one bucket; all of it are one request's */

static const char *
check_job_buckets(check_t *ck)
{
    uint32_t                i, k, n, hash;
    ngx_print_store_t      *st;
    ngx_print_store_job_t  *job;

    st = ck->st;
    n = 0;

    for (k = 0; k < st->sh->njob_buckets; k++) {

        for (i = st->job_buckets[k]; i; i = job->bucket_next) {
            check(i < st->sh->job_top, "job in a bucket out of range");
            check(++n < st->sh->job_top, "jobs in buckets");

            job = &st->jobs[i];

            ngx_memcpy(&hash, job->digest, sizeof(uint32_t));

            check(job->state != NGX_PRINT_JOB_FREE && job->has_digest,
                  "job in a bucket without a digest");
            check((hash & (st->sh->njob_buckets - 1)) == k,
                  "job in a wrong bucket");
        }
    }

    for (i = 1; i < st->sh->job_top; i++) {
        n -= (st->jobs[i].state != NGX_PRINT_JOB_FREE
              && st->jobs[i].has_digest);
    }

    check(n == 0, "job in no bucket, or in two");

    return NULL;
}


/* the notes of a group are in one block, which counts them */

static const char *
check_notes(check_t *ck)
{
    uint32_t                 i, k, n, first;
    const char              *err;
    ngx_print_store_t       *st;
    ngx_print_store_head_t  *h;

    st = ck->st;

    for (first = 0; first < st->sh->job_top; first += NGX_PRINT_NOTE_GROUP) {
        h = NULL;
        n = 0;

        for (k = 0; k < NGX_PRINT_NOTE_GROUP; k++) {
            i = first + k;

            if (i == 0 || i >= st->sh->job_top || st->jobs[i].note == 0) {
                continue;
            }

            check(st->jobs[i].state != NGX_PRINT_JOB_FREE,
                  "free job with a note");
            check(st->jobs[i].note < st->sh->block_top, "note out of range");

            if (h == NULL) {
                h = ngx_print_store_head(st, st->jobs[i].note);
                check_sub(check_message(ck, st->jobs[i].note, 0));
            }

            check(h == ngx_print_store_head(st, st->jobs[i].note),
                  "notes of a group in two blocks");
            check(ngx_print_note_locked(st, i)->len <= NGX_PRINT_JOB_BY,
                  "note's text");
            n++;
        }

        check(h == NULL || (h->refs == n && h->len == first
                            && h->nblocks == 1),
              "block of notes");
    }

    return NULL;
}


/* a payload has as many users as it says, and its blocks once */

static const char *
check_blobs(check_t *ck)
{
    uint32_t                   i, k;
    const char                *err;
    ngx_print_store_t         *st;
    ngx_print_store_worker_t  *w;

    st = ck->st;

    for (i = 0; i < NGX_PRINT_WAKE_SLOTS; i++) {
        w = &st->workers[i];

        for (k = 0; k < NGX_PRINT_QUEUE_JOBS; k++) {
            check(w->epoch || w->pins[k] == 0, "a pin, no worker");
            check(w->pins[k] < st->sh->block_top, "pin out of range");

            ck->refs[w->pins[k]] += (w->pins[k] != 0);
        }
    }

    for (i = 1; i < st->sh->block_top; i++) {
        if (ck->refs[i]) {
            check_sub(check_blob(ck, i));
        }
    }

    return NULL;
}


static const char *
check_blob(check_t *ck, uint32_t blob)
{
    uint32_t                i, b, nblocks;
    const char             *err;
    ngx_print_store_t      *st;
    ngx_print_store_job_t  *job;

    st = ck->st;
    nblocks = 0;

    check(ngx_print_store_head(st, blob)->refs == ck->refs[blob],
          "users of a payload");

    for (b = blob; b; b = ngx_print_store_head(st, b)->next) {
        check_sub(check_message(ck, b, 1));
        nblocks += ngx_print_store_head(st, b)->nblocks;
    }

    for (i = 1; i < st->sh->job_top; i++) {
        job = &st->jobs[i];

        check(job->state == NGX_PRINT_JOB_FREE || job->blob != blob
              || job->nblocks == nblocks, "job's number of blocks");
    }

    return NULL;
}


const char *
check_pids(check_t *ck)
{
    uint32_t            i;
    const char         *err;
    ngx_print_store_t  *st;

    st = ck->st;

    for (i = st->sh->pid_free; i; i = st->pids[i].clients) {
        check(i < st->sh->pid_top, "free pid out of range");
        check(ck->pid[i] == 0, "pid twice on the free list");
        check(st->pids[i].state == NGX_PRINT_PID_FREE,
              "pid in use on the free list");

        ck->pid[i] = 1;
    }

    /* the clients that each one has are marked as many times */

    ngx_memzero(ck->client, sizeof(ck->client));

    for (i = 1; i < st->sh->npids; i++) {

        if (st->pids[i].state == NGX_PRINT_PID_FREE) {
            check(i >= st->sh->pid_top || ck->pid[i], "free pid on no list");
            check(st->pid_deadlines[i] == 0, "free pid with a deadline");
            continue;
        }

        check(i < st->sh->pid_top, "pid in use above the top");
        check_sub(check_pid(ck, i));
    }

    for (i = 1; i < st->sh->client_top; i++) {
        check(ck->client[i]
              == (st->clients[i].state == NGX_PRINT_CLIENT_USED
                  && st->clients[i].pid),
              "client with a pid on no list, or two");
    }

    for (i = 1; i < st->sh->session_top; i++) {
        check(st->sessions[i].state == NGX_PRINT_SESSION_FREE
              || ngx_print_waiting_pid(&st->sessions[i]) == 0
              || ngx_print_store_owner_index(
                              st->pids[st->sessions[i].pid].owner) == i,
              "session has another's pid");
    }

    return NULL;
}


static const char *
check_pid(check_t *ck, uint32_t index)
{
    uint32_t                    i;
    ngx_print_ref_t             ref;
    ngx_print_store_t          *st;
    ngx_print_store_pid_t      *p;
    ngx_print_store_session_t  *s;

    st = ck->st;
    p = &st->pids[index];

    check((p->owner == 0) == (st->pid_deadlines[index] != 0),
          "pid's deadline");

    if (p->owner) {
        ref.index = ngx_print_store_owner_index(p->owner);
        ref.gen = ngx_print_store_owner_gen(p->owner);

        s = ngx_print_session_locked(st, ref);

        check(s, "pid's session");
        check(s->pid == index, "pid's session has another one");
    }

    for (i = p->clients; i; i = st->clients[i].pid_next) {
        check(i < st->sh->client_top, "pid's client out of range");
        check(ck->client[i]++ == 0, "pid's client is listed twice");
        check(st->clients[i].state == NGX_PRINT_CLIENT_USED
              && st->clients[i].pid == index, "pid has another's client");
    }

    return NULL;
}


/*
 * Without a gap, but for those that are too old; the last one of a job or of a
 * client says how it is now
 */

const char *
check_events(check_t *ck)
{
    uint32_t                   i;
    uint64_t                   seq, oldest;
    const char                *err;
    ngx_print_store_t         *st;
    ngx_print_store_job_t     *job;
    ngx_print_store_event_t   *e;
    ngx_print_store_client_t  *cl;

    st = ck->st;

    oldest = st->sh->event < st->sh->nevents
             ? 1 : st->sh->event + 2 - st->sh->nevents;

    oldest = st->sh->events_off ? st->sh->event + 1
                           : ngx_max(oldest, st->sh->lost_before + 1);

    check(st->sh->applied == st->sh->event, "a change is not applied");

    /* one that died may have overwritten some */

    for (i = 1; i < NGX_PRINT_JOB_CLIENTS && oldest < st->sh->event; i++) {
        if (st->events[oldest % st->sh->nevents].seq == oldest) {
            break;
        }

        oldest++;
    }

    for (seq = oldest; seq <= st->sh->event; seq++) {
        check_sub(check_event(ck, seq));
    }

    for (i = 1; i < st->sh->job_top; i++) {
        job = &st->jobs[i];

        if (job->state != NGX_PRINT_JOB_FREE && job->change >= oldest) {
            e = &st->events[job->change % st->sh->nevents];

            check(e->kind == NGX_PRINT_EVENT_JOB && e->index == i
                  && e->gen == job->gen && e->state == job->state,
                  "job's last event");
        }
    }

    for (i = 1; i < st->sh->client_top; i++) {
        cl = &st->clients[i];

        if (cl->state == NGX_PRINT_CLIENT_USED && cl->event >= oldest) {
            e = &st->events[cl->event % st->sh->nevents];

            check(e->kind == NGX_PRINT_EVENT_CLIENT && e->index == i
                  && e->len == cl->len
                  && (e->state || cl->owner == 0), "client's last event");
        }
    }

    return NULL;
}


static const char *
check_event(check_t *ck, uint64_t seq)
{
    ngx_print_store_t        *st;
    ngx_print_store_event_t  *e, *next;

    st = ck->st;
    e = &st->events[seq % st->sh->nevents];

    check(e->seq == seq, "event's number");
    check(e->time, "event's time");
    check(e->len <= NGX_PRINT_CLIENT_ID_MAX, "event's clientId");
    check(e->reason_len <= NGX_PRINT_JOB_REASON, "event's reason");

    if (e->kind == NGX_PRINT_EVENT_JOB) {
        check(e->index && e->index < st->sh->job_top, "event's job");
        check(e->state && e->state < NGX_PRINT_JOB_STATES, "event's state");

        return NULL;
    }

    check(e->index && e->index < st->sh->client_top, "event's client");
    check(e->state <= 1, "event's connected");

    if (e->kind == NGX_PRINT_EVENT_CLIENT) {
        return NULL;
    }

    check(e->kind == NGX_PRINT_EVENT_TAKEOVER, "event's kind");
    check(e->reason_len == 2 * NGX_PRINT_SESSION_ADDR, "event's addresses");

    next = &st->events[(seq + 1) % st->sh->nevents];

    check(e->state
          || (seq < st->sh->event && next->seq == seq + 1
              && next->kind == NGX_PRINT_EVENT_CLIENT
              && next->index == e->index && next->state),
          "a takeover without its change");

    return NULL;
}


char *
check_text_jobs(ngx_print_store_t *st, char *p, char *last)
{
    uint32_t                    i;
    ngx_uint_t                  n;
    ngx_print_store_pid_t      *pid;
    ngx_print_store_session_t  *s;

    static void                *list[CHECK_MAX];

    for (n = 0, i = 1; i < st->sh->job_top; i++) {
        if (st->jobs[i].state != NGX_PRINT_JOB_FREE) {
            list[n++] = &st->jobs[i];
        }
    }

    qsort(list, n, sizeof(void *), text_job_cmp);

    for (i = 0; i < n; i++) {
        p = text_job(st, p, last, list[i]);
    }

    for (i = 1; i < st->sh->pid_top; i++) {
        pid = &st->pids[i];

        if (pid->state == NGX_PRINT_PID_FREE) {
            continue;
        }

        p = text_add(p, last, "pid %u sock %02x%02x%02x", pid->key[3],
                     pid->sock[0], pid->sock[1], pid->sock[2]);

        if (pid->gone) {
            p = text_add(p, last, " gone %u", pid->gone);
        }

        if (pid->owner == 0) {
            p = text_add(p, last, " lost %u\n", st->pid_deadlines[i]);
            continue;
        }

        s = &st->sessions[ngx_print_store_owner_index(pid->owner)];

        p = text_add(p, last, " of %02x%02x%02x\n", s->key[1],
                     s->key[2], s->key[3]);
    }

    return p;
}


static int
text_job_cmp(const void *one, const void *two)
{
    ngx_print_store_job_t  *a, *b;

    a = *(ngx_print_store_job_t *const *) one;
    b = *(ngx_print_store_job_t *const *) two;

    return a->seq < b->seq ? -1 : 1;
}


static char *
text_note(ngx_print_store_t *st, char *p, char *last,
    ngx_print_store_job_t *job)
{
    uint32_t                 bytes;
    ngx_print_store_note_t  *note;

    note = ngx_print_note_locked(st, job - st->jobs);

    if (note == NULL) {
        return text_add(p, last, " logs %u", job->logs);
    }

    ngx_memcpy(&bytes, note->bytes, sizeof(uint32_t));

    return text_add(p, last, " logs %u by \"%.*s\" bytes %u", job->logs,
                    (int) note->len, (char *) note->by, bytes);
}


/* of what is there in any state only that which matters in this one */

static char *
text_job(ngx_print_store_t *st, char *p, char *last,
    ngx_print_store_job_t *job)
{
    ngx_print_store_session_t  *s;

    p = text_add(p, last, "job %02x%02x%02x.%u of %.*s %s", job->key[1],
                 job->key[2], job->key[3], job->key[0], (int) job->len,
                 (char *) job->id, text_job_states[job->state]);

    if (job->attempts) {
        p = text_add(p, last, " attempts %u", job->attempts);
    }

    if (job->reason_len && job->state > NGX_PRINT_JOB_SENT) {
        p = text_add(p, last, " \"%.*s\"", (int) job->reason_len,
                     (char *) job->reason);
    }

    if (job->logs) {
        p = text_note(st, p, last, job);
    }

    if (!ngx_print_job_open_locked(job)) {
        return text_add(p, last, "\n");
    }

    if (job->flags & NGX_PRINT_JOB_REPETITION) {
        p = text_add(p, last, " again");
    }

    if (job->state == NGX_PRINT_JOB_QUEUED) {
        p = text_add(p, last, " due %u",
                     st->job_deadlines[job - st->jobs]);

    } else if (job->owner == 0) {
        p = text_add(p, last, " lost");

    } else {
        s = &st->sessions[ngx_print_store_owner_index(job->owner)];

        p = text_add(p, last, " to %02x%02x%02x fence %u%s", s->key[1],
                     s->key[2], s->key[3], job->fence,
                     job->flags & NGX_PRINT_JOB_ASKED ? " asked" : "");
    }

    p = text_chain(st, p, last, job->blob);

    return text_add(p, last, "\n");
}


char *
check_text_events(ngx_print_store_t *st, char *p, char *last)
{
    uint64_t                  seq;
    ngx_print_store_event_t  *e;

    seq = st->sh->event < CHECK_EVENTS ? 1 : st->sh->event + 1 - CHECK_EVENTS;

    for ( /* void */ ; seq <= st->sh->event; seq++) {
        e = &st->events[seq % st->sh->nevents];

        p = text_add(p, last, "event %lu %.*s", (unsigned long) e->seq,
                     (int) e->len, (char *) e->id);

        if (e->kind == NGX_PRINT_EVENT_CLIENT) {
            p = text_add(p, last, " %s\n", e->state ? "came" : "left");
            continue;
        }

        if (e->kind == NGX_PRINT_EVENT_TAKEOVER) {
            p = text_add(p, last, " %s from %u by %u\n",
                         e->state ? "refused" : "taken",
                         e->reason[NGX_PRINT_SESSION_ADDR - 1],
                         e->reason[2 * NGX_PRINT_SESSION_ADDR - 1]);
            continue;
        }

        p = text_add(p, last, " job %02x%02x%02x.%u %s \"%.*s\"\n",
                     e->key[1], e->key[2], e->key[3], e->key[0],
                     text_job_states[e->state % NGX_PRINT_JOB_STATES],
                     (int) e->reason_len, (char *) e->reason);
    }

    return p;
}
