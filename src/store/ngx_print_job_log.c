
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_event.h"
#include "ngx_print_zone_note.h"
#include "ngx_print_zone_worker.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_job_log.h"


#define NGX_PRINT_JOB_LOG_SCAN  1024     /* records of one lock hold */


static ngx_print_store_log_t *ngx_print_job_log_find_locked(
    ngx_print_store_t *st, uint64_t id);
static ngx_int_t ngx_print_job_log_add(ngx_print_store_t *st, uint64_t *ids,
    ngx_uint_t n, uint64_t id);
static ngx_print_store_log_t *ngx_print_job_log_place_locked(
    ngx_print_store_t *st, uint64_t *ids, ngx_uint_t n);
static ngx_uint_t ngx_print_job_log_forget_locked(ngx_print_store_t *st,
    ngx_print_store_log_t *log, uint32_t *cursor);
static ngx_int_t ngx_print_job_log_mine_locked(ngx_print_store_t *st,
    uint64_t id, ngx_print_store_log_t **log);


ngx_int_t
ngx_print_job_log_open(ngx_print_store_t *st, uint64_t *ids, ngx_uint_t n)
{
    ngx_uint_t              i;
    ngx_print_store_log_t  *log;

    for (i = 0; i < n; i++) {

        if (ngx_print_store_lock(st) != NGX_OK) {
            return NGX_PRINT_STALLED;
        }

        ngx_print_event_keep_locked(st);

        log = ngx_print_job_log_find_locked(st, ids[i]);

        ngx_print_store_unlock(st);

        if (log == NULL
            && ngx_print_job_log_add(st, ids, n, ids[i]) != NGX_OK)
        {
            return NGX_PRINT_STALLED;
        }
    }

    return NGX_OK;
}


static ngx_print_store_log_t *
ngx_print_job_log_find_locked(ngx_print_store_t *st, uint64_t id)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_PRINT_JOB_LOGS; i++) {
        if (st->sh->logs[i].id == id) {
            return &st->sh->logs[i];
        }
    }

    return NULL;
}


/*
 * Jobs may have the bit of the place from the log that had it before. It has no
 * log while they are told to forget it, so no new job gets the bit. Another
 * worker that does the same may be done first.
 */

static ngx_int_t
ngx_print_job_log_add(ngx_print_store_t *st, uint64_t *ids, ngx_uint_t n,
    uint64_t id)
{
    uint32_t                cursor;
    ngx_uint_t              more;
    ngx_print_store_log_t  *log;

    log = NULL;
    cursor = 1;

    do {
        if (ngx_print_store_lock(st) != NGX_OK) {
            return NGX_PRINT_STALLED;
        }

        if (log && log->id) {
            /* taken by another worker */
            log = NULL;
            cursor = 1;
        }

        more = (ngx_print_job_log_find_locked(st, id) == NULL);

        if (more) {

            if (log == NULL) {
                log = ngx_print_job_log_place_locked(st, ids, n);
            }

            if (!ngx_print_job_log_forget_locked(st, log, &cursor)) {
                log->cursor = st->sh->event;
                log->torn = 0;
                ngx_print_store_publish(log->id, id);

                more = 0;
            }
        }

        ngx_print_store_unlock(st);

    } while (more);

    return NGX_OK;
}


/* Returns a place that has no log, if need be after it has taken one away. */

static ngx_print_store_log_t *
ngx_print_job_log_place_locked(ngx_print_store_t *st, uint64_t *ids,
    ngx_uint_t n)
{
    ngx_uint_t              i, k;
    ngx_print_store_log_t  *log;

    log = ngx_print_job_log_find_locked(st, 0);

    for (i = 0; log == NULL; i++) {

        for (k = 0; k < n && ids[k] != st->sh->logs[i].id; k++) {
            /* void */
        }

        if (k == n) {
            log = &st->sh->logs[i];
            ngx_print_store_publish(log->id, 0);
        }
    }

    return log;
}


/* Returns 1 if there are more jobs than one lock hold may change. */

static ngx_uint_t
ngx_print_job_log_forget_locked(ngx_print_store_t *st,
    ngx_print_store_log_t *log, uint32_t *cursor)
{
    uint32_t    end;
    ngx_uint_t  bit;

    bit = 1 << (log - st->sh->logs);
    end = ngx_min(*cursor + NGX_PRINT_JOB_LOG_SCAN, st->sh->job_top);

    for ( /* void */ ; *cursor < end; (*cursor)++) {
        st->jobs[*cursor].logs &= ~bit;
    }

    return *cursor < st->sh->job_top;
}


ngx_uint_t
ngx_print_job_log_leader(ngx_print_store_t *st)
{
    ngx_uint_t                 mine;
    ngx_print_store_leader_t  *writer;

    writer = &st->sh->writer;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return 0;
    }

    if (st->sh->writing == writer->epoch && writer->epoch != st->epoch
        && ngx_print_store_worker_locked(st, writer->slot, writer->epoch))
    {
        mine = 0;

    } else {
        mine = ngx_print_store_elect_locked(st, writer);
    }

    ngx_print_store_unlock(st);

    return mine;
}


void
ngx_print_job_log_resign(ngx_print_store_t *st)
{
    if (ngx_print_store_lock(st) != NGX_OK) {
        return;
    }

    ngx_print_store_resign_locked(st, &st->sh->writer);

    ngx_print_store_unlock(st);
}


void
ngx_print_job_log_writing(ngx_print_store_t *st, ngx_uint_t on)
{
    *(volatile uint32_t *) &st->sh->writing = on ? st->epoch : 0;
}


ngx_int_t
ngx_print_job_log_turn(ngx_print_store_t *st, uint64_t id,
    ngx_print_job_log_t *log)
{
    ngx_int_t               rc;
    ngx_print_store_log_t  *own;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    rc = ngx_print_job_log_mine_locked(st, id, &own);

    if (rc == NGX_OK) {
        log->bit = 1 << (own - st->sh->logs);
        log->cursor = own->cursor;
        log->torn = own->torn;
    }

    ngx_print_store_unlock(st);

    return rc;
}


static ngx_int_t
ngx_print_job_log_mine_locked(ngx_print_store_t *st, uint64_t id,
    ngx_print_store_log_t **log)
{
    if (!ngx_print_store_leads_locked(st, &st->sh->writer)) {
        return NGX_DECLINED;
    }

    *log = ngx_print_job_log_find_locked(st, id);

    return *log ? NGX_OK : NGX_ABORT;
}


ngx_int_t
ngx_print_job_log_done(ngx_print_store_t *st, uint64_t id, uint64_t cursor,
    ngx_uint_t torn)
{
    ngx_int_t               rc;
    ngx_print_store_log_t  *own;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    rc = ngx_print_job_log_mine_locked(st, id, &own);

    if (rc == NGX_OK) {
        own->torn = torn;
        ngx_print_store_publish(own->cursor, cursor);
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_job_log_note(ngx_print_store_t *st, ngx_print_event_t *event,
    ngx_print_job_log_note_t *note)
{
    ngx_int_t                rc;
    ngx_print_store_job_t   *job;
    ngx_print_store_note_t  *own;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    rc = NGX_DECLINED;
    job = &st->jobs[event->job];

    if (event->job < st->sh->job_top
        && job->state != NGX_PRINT_JOB_FREE
        && ngx_memcmp(job->key, event->key, NGX_PRINT_JOB_KEY) == 0)
    {
        rc = NGX_OK;

        note->times = job->times;
        note->source = job->source;
        note->len = 0;

        own = ngx_print_note_locked(st, event->job);
        note->known = (own != NULL);

        if (own) {
            note->len = ngx_min(own->len, NGX_PRINT_JOB_BY);

            ngx_memcpy(&note->bytes, own->bytes, sizeof(uint32_t));
            ngx_memcpy(note->by, own->by, note->len);
        }
    }

    ngx_print_store_unlock(st);

    return rc;
}
