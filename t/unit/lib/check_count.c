
/*
 * Copyright (C) the print hub contributors
 */


/* what the zone counts, by counting again what there is */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_count.h"
#include "check_base.h"


static const char *check_count_sessions(check_t *ck);
static const char *check_count_clients(check_t *ck);
static const char *check_count_jobs(check_t *ck);
static const char *check_count_laws(check_t *ck);
static char *text_count(char *p, char *last, const char *name, ngx_uint_t i,
    uint64_t n);


const char *
check_counts(check_t *ck)
{
    const char                *err;
    ngx_print_store_shctx_t   *sh;
    ngx_print_store_counts_t  *counts;

    sh = ck->st->sh;
    counts = &sh->counts;

    check(counts->tally.cell == 0, "something is being counted");

    check_sub(check_count_sessions(ck));
    check_sub(check_count_clients(ck));
    check_sub(check_count_jobs(ck));
    check_sub(check_count_laws(ck));

    check(counts->peaks[NGX_PRINT_COUNT_SESSION] >= sh->session_count
          && counts->peaks[NGX_PRINT_COUNT_CLIENT] >= counts->online
          && counts->peaks[NGX_PRINT_COUNT_BLOCK] >= sh->block_count
          && counts->peaks[NGX_PRINT_COUNT_RECOVERY] >= counts->pids
          && counts->below >= 0, "more than the peak");

    return NULL;
}


static const char *
check_count_sessions(check_t *ck)
{
    uint32_t                    i, n[2][2];
    uint64_t                    opened, closed;
    ngx_print_store_t          *st;
    ngx_print_store_counts_t   *counts;
    ngx_print_store_session_t  *s;

    st = ck->st;
    counts = &st->sh->counts;

    ngx_memzero(n, sizeof(n));

    for (i = 1; i < st->sh->session_top; i++) {
        s = &st->sessions[i];

        if (ngx_print_session_live_locked(s)) {
            n[s->state == NGX_PRINT_SESSION_WS][s->eio != 3]++;
        }
    }

    check(ngx_memcmp(n, counts->sessions, sizeof(n)) == 0,
          "live sessions of each transport");

    opened = 0;
    closed = 0;

    for (i = 0; i < 4; i++) {
        opened += counts->others[NGX_PRINT_OTHER_CONNECT + i];
    }

    for (i = 0; i < NGX_PRINT_SESSION_REASONS; i++) {
        closed += counts->others[NGX_PRINT_OTHER_DISCONNECT + i];
    }

    check(opened == closed + n[0][0] + n[0][1] + n[1][0] + n[1][1],
          "sessions opened, closed and live");

    return NULL;
}


static const char *
check_count_clients(check_t *ck)
{
    uint32_t                    i, online, waiting, away, pids;
    ngx_print_store_t          *st;
    ngx_print_store_client_t   *cl;
    ngx_print_store_counts_t   *counts;

    st = ck->st;
    counts = &st->sh->counts;

    online = 0;
    waiting = 0;
    away = 0;
    pids = 0;

    for (i = 1; i < st->sh->client_top; i++) {
        cl = &st->clients[i];

        if (cl->state == NGX_PRINT_CLIENT_USED) {
            online += (cl->owner != 0);
            waiting += cl->njobs;
            away += cl->owner ? 0 : cl->njobs;
        }
    }

    for (i = 1; i < st->sh->pid_top; i++) {
        pids += (st->pids[i].state == NGX_PRINT_PID_USED);
    }

    check(counts->online == online, "clients online");
    check(counts->waiting == waiting, "jobs that wait");
    check(counts->away == away, "jobs that wait for who is away");
    check(counts->pids == pids, "sockets that can be recovered");

    return NULL;
}


static const char *
check_count_jobs(check_t *ck)
{
    uint32_t                   i, live;
    ngx_print_store_t         *st;
    ngx_print_store_counts_t  *counts;

    st = ck->st;
    counts = &st->sh->counts;
    live = 0;

    for (i = 1; i < st->sh->job_top; i++) {
        live += (st->jobs[i].state != NGX_PRINT_JOB_FREE
                 && ngx_print_job_open_locked(&st->jobs[i]));
    }

    check(ngx_print_count_live(st->sh) == live, "jobs that are live");

    check(ngx_print_count_created(counts)
          == ngx_print_count_settled(counts) + live,
          "jobs created, settled and live");

    return NULL;
}


static const char *
check_count_laws(check_t *ck)
{
    ngx_print_store_counts_t  *counts;

    counts = &ck->st->sh->counts;

    check(ngx_print_count_cells(counts, 0, NGX_PRINT_CELLS)
          + counts->events[NGX_PRINT_CELL_TAKEOVER]
          == ck->st->sh->event, "events that are counted");

    return NULL;
}


/*
 * All that is counted together with a change. The rest of counts.others, of
 * what was refused, is no more than what a process has done until it died.
 */

void
check_text_counts(ngx_print_store_t *st, char *text)
{
    char                      *p, *last;
    ngx_uint_t                 i;
    ngx_print_store_counts_t  *counts;

    p = text + strlen(text);
    last = text + CHECK_TEXT;

    counts = &st->sh->counts;

    for (i = 0; i < NGX_PRINT_CELLS; i++) {
        p = text_count(p, last, "event", i, counts->events[i]);
    }

    for (i = 1; i < NGX_PRINT_SUMS; i++) {
        p = text_count(p, last, "sum", i, counts->sums[i]);
    }

    for (i = 1; i < NGX_PRINT_OTHERS; i++) {

        if (i != NGX_PRINT_OTHER_NOT_RECOVERED
            && i != NGX_PRINT_OTHER_NOT_REGISTERED
            && (i < NGX_PRINT_OTHER_FULL || i >= NGX_PRINT_OTHER_EVICTED))
        {
            p = text_count(p, last, "other", i, counts->others[i]);
        }
    }
}


static char *
text_count(char *p, char *last, const char *name, ngx_uint_t i, uint64_t n)
{
    return n ? text_add(p, last, CHECK_COUNT "%s %lu: %lu\n", name,
                        (unsigned long) i, (unsigned long) n)
             : p;
}


void
trash_counts(ngx_print_store_t *st, ngx_uint_t seed)
{
    ngx_print_store_counts_t  *counts;

    counts = &st->sh->counts;

    counts->online = seed * 151;
    counts->pids = seed * 157;
    counts->below = seed * 163;
    counts->waiting = seed * 167;
    counts->away = seed * 173;

    ngx_memset(counts->sessions, (int) seed, sizeof(counts->sessions));
}
