
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_layout.h"


#define NGX_PRINT_STORE_CLAIMS      64    /* at least */
#define NGX_PRINT_STORE_SITES       1024  /* at most */
#define NGX_PRINT_STORE_TALLIES     64    /* columns that a zone has room for */
#define NGX_PRINT_STORE_TALLY       3     /* percent of the zone, at most, for
                                             gauges and columns */

#define ngx_print_store_aligned(n)  ngx_align(n, 64)

#define NGX_PRINT_STORE_GAUGES                                                \
    ngx_print_store_aligned(NGX_PRINT_WAKE_SLOTS                              \
                            * sizeof(ngx_print_store_gauges_t))


static void ngx_print_store_more_buckets(ngx_print_store_shctx_t *sh,
    uint32_t *n, size_t size);
static void ngx_print_store_tallies(ngx_print_store_shctx_t *sh, size_t size);


/*
 * Three eighths of the zone are for messages and the payloads of jobs, a
 * quarter is for jobs and events, the rest for other records. For every two
 * sessions there are three clients, because a client outlives its session, and
 * two sockets that can be recovered.
 */

void
ngx_print_store_capacity(ngx_print_store_shctx_t *sh, size_t size)
{
    size_t             room;
    uint32_t           n;
    ngx_print_store_t  st;

    /* what is counted takes what is left over at last */

    room = (size - ngx_print_store_columns(&st, sh, NULL)
            + NGX_PRINT_STORE_GAUGES + sizeof(ngx_print_store_counts_t)) / 8;

    sh->nblocks = 3 * room / (sizeof(ngx_print_store_block_t)
                              + sizeof(uint32_t) + 1);

    sh->njobs = 2 * room / (sizeof(ngx_print_store_job_t)
                            + 3 * sizeof(uint32_t)
                            + 2 * sizeof(ngx_print_store_event_t));
    sh->nevents = 2 * sh->njobs;

    n = 3 * room / (2 * (sizeof(ngx_print_store_session_t) + sizeof(uint32_t))
                    + 3 * (sizeof(ngx_print_store_client_t)
                           + 2 * sizeof(uint32_t))
                    + 2 * (sizeof(ngx_print_store_pid_t) + sizeof(uint32_t))
                    + 2 * (sizeof(ngx_print_store_address_t)
                           + sizeof(uint32_t))
                    + sizeof(ngx_print_store_claim_t) / 2);

    sh->nsessions = ngx_min(2 * n, NGX_PRINT_SESSION_MAX);
    sh->nclients = 3 * n;
    sh->npids = sh->nsessions;
    sh->nclaims = ngx_max(sh->nclients / 6, NGX_PRINT_STORE_CLAIMS);

    for (sh->nbuckets = 1; sh->nbuckets * 2 <= sh->nclients; /* void */ ) {
        sh->nbuckets *= 2;
    }

    for (sh->njob_buckets = 1; sh->njob_buckets * 2 <= sh->njobs; /* void */ ) {
        sh->njob_buckets *= 2;
    }

    sh->naddresses = sh->nsessions;

    for (sh->naddress_buckets = 1;
         sh->naddress_buckets * 2 <= sh->naddresses;
         sh->naddress_buckets *= 2)
    {
        /* void */
    }

    sh->nsites = ngx_min(sh->naddress_buckets, NGX_PRINT_STORE_SITES);

    /* in a small zone nothing is left over: some blocks are less */

    while (ngx_print_store_columns(&st, sh, NULL) > size) {
        sh->nblocks--;
    }

    ngx_print_store_more_buckets(sh, &sh->naddress_buckets, size);
    ngx_print_store_more_buckets(sh, &sh->nbuckets, size);
    ngx_print_store_more_buckets(sh, &sh->njob_buckets, size);

    ngx_print_store_tallies(sh, size);
}


/*
 * Each record has room for one bucket, and the number of buckets is a power of
 * two. What that leaves over makes more of them, so that chains are shorter.
 */

static void
ngx_print_store_more_buckets(ngx_print_store_shctx_t *sh, uint32_t *n,
    size_t size)
{
    ngx_print_store_t  st;

    *n *= 2;

    if (ngx_print_store_columns(&st, sh, NULL) > size) {
        *n /= 2;
    }
}


/*
 * What workers count takes what the buckets leave over, and otherwise blocks: a
 * worker without a column of its own is a little slower, but a zone of a few
 * hundred KB has no room for many.
 */

static void
ngx_print_store_tallies(ngx_print_store_shctx_t *sh, size_t size)
{
    size_t             most, n, used;
    ngx_print_store_t  st;

    most = size / 100 * NGX_PRINT_STORE_TALLY;
    most -= ngx_min(most, NGX_PRINT_STORE_GAUGES);
    most = ngx_max(most / sizeof(ngx_print_store_tally_t), 1);
    most = ngx_min(most, NGX_PRINT_WAKE_SLOTS);

    used = ngx_print_store_columns(&st, sh, NULL);
    n = (size > used) ? (size - used) / sizeof(ngx_print_store_tally_t) : 0;
    n = ngx_max(n, NGX_PRINT_STORE_TALLIES);

    sh->ntallies = ngx_min(n, most);

    while (ngx_print_store_columns(&st, sh, NULL) > size) {
        sh->nblocks--;
    }
}


size_t
ngx_print_store_columns(ngx_print_store_t *st, ngx_print_store_shctx_t *sh,
    u_char *mem)
{
    size_t      n[21];
    uintptr_t   p[21], at;
    ngx_uint_t  i;

    n[0] = NGX_PRINT_WAKE_SLOTS * sizeof(ngx_print_store_worker_t);
    n[1] = sh->nsessions * sizeof(uint32_t);
    n[2] = sh->nsessions * sizeof(ngx_print_store_session_t);
    n[3] = sh->nclients * sizeof(ngx_print_store_client_t);
    n[4] = sh->nbuckets * sizeof(uint32_t);
    n[5] = (sh->nclients / NGX_PRINT_CLIENT_PAGE + 1) * sizeof(uint32_t);
    n[6] = sh->npids * sizeof(uint32_t);
    n[7] = sh->npids * sizeof(ngx_print_store_pid_t);
    n[8] = sh->njobs * sizeof(uint32_t);
    n[9] = sh->njobs * sizeof(ngx_print_store_job_t);
    n[10] = sh->njob_buckets * sizeof(uint32_t);
    n[11] = sh->nevents * sizeof(ngx_print_store_event_t);
    n[12] = sh->nblocks * sizeof(uint32_t);
    n[13] = sh->nblocks;
    n[14] = sh->nblocks * sizeof(ngx_print_store_block_t);
    n[15] = sh->nclaims * sizeof(ngx_print_store_claim_t);
    n[16] = sh->naddresses * sizeof(ngx_print_store_address_t);
    n[17] = sh->naddress_buckets * sizeof(uint32_t);
    n[18] = NGX_PRINT_ADDRESS_ROWS * sh->nsites * sizeof(uint32_t);
    n[19] = NGX_PRINT_STORE_GAUGES;
    n[20] = sh->ntallies * sizeof(ngx_print_store_tally_t);

    at = (uintptr_t) mem
         + ngx_print_store_aligned(sizeof(ngx_print_store_shctx_t));

    for (i = 0; i < 21; i++) {
        p[i] = at;
        at += ngx_print_store_aligned(n[i]);
    }

    st->workers = (ngx_print_store_worker_t *) p[0];
    st->deadlines = (uint32_t *) p[1];
    st->sessions = (ngx_print_store_session_t *) p[2];
    st->clients = (ngx_print_store_client_t *) p[3];
    st->buckets = (uint32_t *) p[4];
    st->versions = (uint32_t *) p[5];
    st->pid_deadlines = (uint32_t *) p[6];
    st->pids = (ngx_print_store_pid_t *) p[7];
    st->job_deadlines = (uint32_t *) p[8];
    st->jobs = (ngx_print_store_job_t *) p[9];
    st->job_buckets = (uint32_t *) p[10];
    st->events = (ngx_print_store_event_t *) p[11];
    st->fat = (uint32_t *) p[12];
    st->marks = (u_char *) p[13];
    st->blocks = (ngx_print_store_block_t *) p[14];
    st->claims = (ngx_print_store_claim_t *) p[15];
    st->addresses = (ngx_print_store_address_t *) p[16];
    st->address_buckets = (uint32_t *) p[17];
    st->sites = (uint32_t *) p[18];
    st->gauges = (ngx_print_store_gauges_t *) p[19];
    st->tallies = (ngx_print_store_tally_t *) p[20];

    return at - (uintptr_t) mem;
}


ngx_uint_t
ngx_print_store_due(volatile uint32_t *column, uint32_t top, uint32_t now,
    uint32_t *cursor, uint32_t *indices, ngx_uint_t max)
{
    uint32_t    i, ms;
    ngx_uint_t  n;

    n = 0;

    for (i = *cursor ? *cursor : 1; i < top; i++) {

        ms = column[i];

        if (ms == 0 || !ngx_print_store_after(now, ms)) {
            continue;
        }

        if (n == max) {
            *cursor = i;
            return n;
        }

        indices[n++] = i;
    }

    *cursor = 0;

    return n;
}
