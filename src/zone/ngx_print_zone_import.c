
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_layout.h"
#include "ngx_print_zone_tally.h"
#include "ngx_print_zone_repair.h"
#include "ngx_print_zone_import.h"


/* a column whose records have places: where shctx has its top and its end */
typedef struct {
    const char  *what;
    size_t       top;
    size_t       n;
} ngx_print_import_column_t;


#define ngx_print_import_number(sh, offset)                                   \
    (*(uint32_t *) ((u_char *) (sh) + (offset)))

#define ngx_print_import_records(to, from, column, top)                       \
    ngx_memcpy((void *) (to)->column, (void *) (from)->column,                \
               (top) * sizeof((from)->column[0]))


static void ngx_print_import_tops(ngx_print_store_t *st);
static ngx_uint_t ngx_print_import_idle(ngx_print_store_address_t *a);
static void ngx_print_import_references(ngx_print_store_t *st);
static void ngx_print_import_head(ngx_print_store_shctx_t *to,
    ngx_print_store_shctx_t *from, size_t size);
static void ngx_print_import_events(ngx_print_store_t *to,
    ngx_print_store_t *from);


/* the first one that is too short is named */

static ngx_print_import_column_t  ngx_print_import_columns[] = {
    { "jobs", offsetof(ngx_print_store_shctx_t, job_top),
      offsetof(ngx_print_store_shctx_t, njobs) },
    { "stations", offsetof(ngx_print_store_shctx_t, client_top),
      offsetof(ngx_print_store_shctx_t, nclients) },
    { "blocks of messages", offsetof(ngx_print_store_shctx_t, block_top),
      offsetof(ngx_print_store_shctx_t, nblocks) },
    { "sessions", offsetof(ngx_print_store_shctx_t, session_top),
      offsetof(ngx_print_store_shctx_t, nsessions) },
    { "sockets to recover", offsetof(ngx_print_store_shctx_t, pid_top),
      offsetof(ngx_print_store_shctx_t, npids) },
    { "claims of stations", offsetof(ngx_print_store_shctx_t, claim_top),
      offsetof(ngx_print_store_shctx_t, nclaims) },
    { "addresses", offsetof(ngx_print_store_shctx_t, address_top),
      offsetof(ngx_print_store_shctx_t, naddresses) },
    { NULL, 0, 0 }
};


const char *
ngx_print_zone_import_lack(ngx_print_store_t *st, size_t size, uint32_t *n)
{
    uint32_t                    top;
    ngx_print_store_shctx_t     sh;
    ngx_print_import_column_t  *column;

    ngx_memzero(&sh, sizeof(ngx_print_store_shctx_t));

    ngx_print_store_capacity(&sh, size);

    for (column = ngx_print_import_columns; column->what; column++) {

        top = ngx_print_import_number(st->sh, column->top);

        if (top > ngx_print_import_number(&sh, column->n)) {
            *n = top - 1;
            return column->what;
        }
    }

    /* a station that cannot connect takes no job, and none would ever leave */

    top = st->sh->block_count + 1;

    if (top > 1 && top + NGX_PRINT_STORE_CONNECTS > sh.nblocks) {
        *n = top - 1;
        return "blocks of messages";
    }

    /* changes that are made, and not applied yet */

    if (st->sh->event - st->sh->applied > sh.nevents) {
        *n = (uint32_t) (st->sh->event - st->sh->applied);
        return "events";
    }

    return NULL;
}


void
ngx_print_zone_import_settle(ngx_print_store_t *st)
{
    ngx_print_store_repair_locked(st);

    /* the change that it was for is applied */

    ngx_memzero(&st->sh->redo, sizeof(ngx_print_store_redo_t));

    ngx_print_import_tops(st);
    ngx_print_import_references(st);
}


/* The repair has marked blocks that are in use, and counted for addresses. */

static void
ngx_print_import_tops(ngx_print_store_t *st)
{
    ngx_print_store_shctx_t  *sh;

    sh = st->sh;

    while (sh->session_top > 1
           && st->sessions[sh->session_top - 1].state
              == NGX_PRINT_SESSION_FREE)
    {
        sh->session_top--;
    }

    while (sh->client_top > 1
           && st->clients[sh->client_top - 1].state == NGX_PRINT_CLIENT_FREE)
    {
        sh->client_top--;
    }

    while (sh->pid_top > 1
           && st->pids[sh->pid_top - 1].state == NGX_PRINT_PID_FREE)
    {
        sh->pid_top--;
    }

    while (sh->claim_top > 1
           && st->claims[sh->claim_top - 1].state == NGX_PRINT_CLAIM_FREE)
    {
        sh->claim_top--;
    }

    while (sh->job_top > 1
           && st->jobs[sh->job_top - 1].state == NGX_PRINT_JOB_FREE)
    {
        sh->job_top--;
    }

    while (sh->block_top > 1 && st->marks[sh->block_top - 1] == 0) {
        sh->block_top--;
    }

    while (sh->address_top > 1
           && ngx_print_import_idle(&st->addresses[sh->address_top - 1]))
    {
        sh->address_top--;
    }
}


/* What an idle address has used of its rate is forgotten with its record. */

static ngx_uint_t
ngx_print_import_idle(ngx_print_store_address_t *a)
{
    return a->sessions == 0 && a->clients == 0 && a->pids == 0;
}


/*
 * A record that is given up loses its generation with its place. So no record
 * may go on naming one, not even a record that does not use the name any more.
 */

static void
ngx_print_import_references(ngx_print_store_t *st)
{
    uint32_t                   i;
    ngx_print_store_job_t     *job;
    ngx_print_store_client_t  *cl;

    for (i = 1; i < st->sh->client_top; i++) {
        cl = &st->clients[i];

        if (cl->state == NGX_PRINT_CLIENT_FREE) {
            cl->pid = 0;
            cl->owner = 0;
        }

        if ((uint32_t) cl->address >= st->sh->address_top) {
            cl->address = 0;
        }
    }

    for (i = 1; i < st->sh->pid_top; i++) {
        if ((uint32_t) st->pids[i].address >= st->sh->address_top) {
            st->pids[i].address = 0;
        }
    }

    for (i = 1; i < st->sh->job_top; i++) {
        job = &st->jobs[i];

        if (job->state == NGX_PRINT_JOB_FREE) {
            job->client = 0;
            job->blob = 0;
        }

        if (ngx_print_store_owner_index(job->owner) >= st->sh->session_top) {
            job->owner = 0;
        }
    }
}


void
ngx_print_zone_import_copy(void *mem, size_t size, ngx_print_store_t *st)
{
    ngx_print_store_t         to;
    ngx_print_store_shctx_t  *sh;

    sh = st->sh;

    ngx_print_import_head(mem, sh, size);

    to.sh = mem;
    (void) ngx_print_store_columns(&to, to.sh, mem);

    ngx_print_import_records(&to, st, workers, NGX_PRINT_WAKE_SLOTS);

    ngx_print_import_records(&to, st, deadlines, sh->session_top);
    ngx_print_import_records(&to, st, sessions, sh->session_top);
    ngx_print_import_records(&to, st, clients, sh->client_top);
    ngx_print_import_records(&to, st, pid_deadlines, sh->pid_top);
    ngx_print_import_records(&to, st, pids, sh->pid_top);
    ngx_print_import_records(&to, st, job_deadlines, sh->job_top);
    ngx_print_import_records(&to, st, jobs, sh->job_top);
    ngx_print_import_records(&to, st, fat, sh->block_top);
    ngx_print_import_records(&to, st, blocks, sh->block_top);
    ngx_print_import_records(&to, st, claims, sh->claim_top);
    ngx_print_import_records(&to, st, addresses, sh->address_top);

    ngx_print_zone_import_tallies(&to, st);

    ngx_print_import_events(&to, st);
}


/* All that is no matter of size is taken over. */

static void
ngx_print_import_head(ngx_print_store_shctx_t *to,
    ngx_print_store_shctx_t *from, size_t size)
{
    ngx_print_store_shctx_t  own;

    ngx_memzero(&own, sizeof(ngx_print_store_shctx_t));

    ngx_print_store_capacity(&own, size);

    *to = *from;

    to->layout = NGX_PRINT_STORE_LAYOUT;
    to->size = size;
    to->dirty = 1;

    to->nsessions = own.nsessions;
    to->nclients = own.nclients;
    to->nbuckets = own.nbuckets;
    to->npids = own.npids;
    to->nclaims = own.nclaims;
    to->njobs = own.njobs;
    to->njob_buckets = own.njob_buckets;
    to->nevents = own.nevents;
    to->nblocks = own.nblocks;
    to->naddresses = own.naddresses;
    to->naddress_buckets = own.naddress_buckets;
    to->nsites = own.nsites;
    to->ntallies = own.ntallies;
}


/*
 * An event lies where its number says, which depends on the size of the ring;
 * without a watcher only changes lie there that are not applied yet. A smaller
 * ring has the newest events; a larger one does not look for those that the old
 * one had no more.
 */

static void
ngx_print_import_events(ngx_print_store_t *to, ngx_print_store_t *from)
{
    uint64_t                  seq, first;
    ngx_print_store_event_t  *e;

    if (from->sh->events_off) {
        ngx_print_import_records(to, from, events,
                                 from->sh->event - from->sh->applied);
        return;
    }

    seq = from->sh->event;
    first = (seq > to->sh->nevents) ? seq - to->sh->nevents : 0;

    if (seq >= from->sh->nevents) {
        to->sh->lost_before = ngx_max(to->sh->lost_before,
                                      seq + 1 - from->sh->nevents);
    }

    for ( /* void */ ; seq > first; seq--) {
        e = &from->events[seq % from->sh->nevents];

        if (e->seq == seq) {
            to->events[seq % to->sh->nevents] = *e;
        }
    }
}
