
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_job_log.h"
#include "ngx_print_feed.h"
#include "ngx_print_joblog_line.h"
#include "ngx_print_joblog_out.h"
#include "ngx_print_joblog.h"


#define NGX_PRINT_JOBLOG_LOOK   250      /* ms, until the next look for a
                                            leader */
#define NGX_PRINT_JOBLOG_RETRY  1000     /* ms, after a write that failed */
#define NGX_PRINT_JOBLOG_BUSY   10       /* ms, if syslog has no room now */

/* lines of one write(): those of a read, and one that tells what is lost */
#define NGX_PRINT_JOBLOG_TEXTS  (NGX_PRINT_EVENT_READ + 1)

/* they take as much, at most, and a line feed before them */
#define NGX_PRINT_JOBLOG_BUFFER  (1 + 8 * NGX_PRINT_JOBLOG_LINE)


typedef struct {
    ngx_print_joblog_conf_t  *conf;
    ngx_print_joblog_out_t    out;
    ngx_uint_t                failures;    /* in a row */
    unsigned                  waits:1;     /* for the timer */
} ngx_print_joblog_log_t;


/* what this worker has done for all logs of the zone */
typedef struct {
    ngx_uint_t                written;     /* lines */
    ngx_uint_t                failed;      /* writes */
    ngx_uint_t                lost;        /* events */
} ngx_print_joblog_count_t;


struct ngx_print_joblog_s {
    ngx_print_feed_sub_t      sub;
    ngx_event_t               work;        /* posted if there may be events */
    ngx_event_t               timer;       /* next look for a leader, next
                                              attempt to write */
    ngx_print_zone_conf_t    *zone;
    ngx_print_eio_t          *eio;
    ngx_log_t                *log;
    ngx_pool_t               *pool;
    u_char                   *buf;         /* of the leader */

    ngx_print_joblog_log_t    logs[NGX_PRINT_MAX_LOGS];
    uint64_t                  ids[NGX_PRINT_MAX_LOGS];

    ngx_print_joblog_count_t  count;

    unsigned                  open:1;      /* the zone knows all logs */
    unsigned                  leading:1;
};


/* the lines of one write(), and how far the log is when it has them */
typedef struct {
    ngx_print_joblog_text_t   texts[NGX_PRINT_JOBLOG_TEXTS];
    ngx_uint_t                n;
    uint64_t                  last;        /* event */
    ngx_uint_t                lost;        /* events that the first line tells
                                              of */
    unsigned                  more:1;      /* there may be more of them */
} ngx_print_joblog_batch_t;


static void ngx_print_joblog_feed(ngx_print_feed_sub_t *sub,
    ngx_print_event_t *event);
static void ngx_print_joblog_timer(ngx_event_t *ev);
static ngx_int_t ngx_print_joblog_lead(ngx_print_joblog_t *joblog);
static ngx_uint_t ngx_print_joblog_elect(ngx_print_joblog_t *joblog);
static void ngx_print_joblog_work(ngx_event_t *ev);
static void ngx_print_joblog_look(ngx_print_joblog_t *joblog, ngx_msec_t ms);
static void ngx_print_joblog_retire(ngx_print_joblog_t *joblog);
static ngx_int_t ngx_print_joblog_all(ngx_print_joblog_t *joblog);
static ngx_int_t ngx_print_joblog_write(ngx_print_joblog_t *joblog,
    ngx_print_joblog_log_t *log);
static ngx_int_t ngx_print_joblog_rest(ngx_print_joblog_t *joblog,
    ngx_print_joblog_log_t *log, ngx_print_job_log_t *at);
static ngx_int_t ngx_print_joblog_read(ngx_print_joblog_t *joblog,
    ngx_print_joblog_log_t *log, ngx_print_job_log_t *at,
    ngx_print_joblog_batch_t *batch);
static ngx_uint_t ngx_print_joblog_wants(ngx_print_joblog_log_t *log,
    ngx_print_job_log_t *at, ngx_print_event_t *event);
static void ngx_print_joblog_count(ngx_print_joblog_t *joblog,
    ngx_uint_t written, ngx_uint_t failed, ngx_uint_t lost);
static ngx_int_t ngx_print_joblog_failed(ngx_print_joblog_t *joblog,
    ngx_print_joblog_log_t *log, ngx_print_job_log_t *at, ngx_err_t err);
static void ngx_print_joblog_works(ngx_print_joblog_t *joblog,
    ngx_print_joblog_log_t *log);
static ngx_uint_t ngx_print_joblog_waiting(ngx_print_joblog_t *joblog,
    ngx_print_joblog_log_t *log, ngx_print_job_log_t *at);


ngx_int_t
ngx_print_joblog_start(ngx_cycle_t *cycle, ngx_print_zone_conf_t *zone)
{
    ngx_uint_t           i;
    ngx_print_joblog_t  *joblog;

    if (zone->nlogs == 0) {
        return NGX_OK;
    }

    joblog = ngx_pcalloc(cycle->pool, sizeof(ngx_print_joblog_t));
    if (joblog == NULL) {
        return NGX_ERROR;
    }

    joblog->zone = zone;
    joblog->eio = zone->eio;
    joblog->log = cycle->log;
    joblog->pool = cycle->pool;

    for (i = 0; i < zone->nlogs; i++) {
        joblog->ids[i] = zone->logs[i]->id;
        joblog->logs[i].conf = zone->logs[i];
        joblog->logs[i].out.conf = zone->logs[i];
        joblog->logs[i].out.pool = cycle->pool;
    }

    joblog->sub.handler = ngx_print_joblog_feed;
    joblog->sub.data = joblog;

    joblog->work.handler = ngx_print_joblog_work;
    joblog->work.data = joblog;
    joblog->work.log = cycle->log;

    joblog->timer.handler = ngx_print_joblog_timer;
    joblog->timer.data = joblog;
    joblog->timer.log = cycle->log;
    joblog->timer.cancelable = 1;

    zone->joblog = joblog;

    /* open them at once, so that no job of this worker comes before */

    ngx_print_joblog_timer(&joblog->timer);

    return NGX_OK;
}


static void
ngx_print_joblog_feed(ngx_print_feed_sub_t *sub, ngx_print_event_t *event)
{
    ngx_print_joblog_t  *joblog;

    joblog = sub->data;

    ngx_post_event(&joblog->work, &ngx_posted_events);
}


static void
ngx_print_joblog_timer(ngx_event_t *ev)
{
    ngx_print_joblog_t  *joblog;

    joblog = ev->data;

    if (!joblog->leading && ngx_print_joblog_lead(joblog) != NGX_OK) {
        return;
    }

    ngx_post_event(&joblog->work, &ngx_posted_events);
}


/* NGX_OK, or NGX_DECLINED if another worker leads, or nobody can now. */

static ngx_int_t
ngx_print_joblog_lead(ngx_print_joblog_t *joblog)
{
    ngx_uint_t          i;
    ngx_print_store_t  *st;

    st = &joblog->eio->store;

    if (ngx_exiting || joblog->eio->closing) {
        return NGX_DECLINED;
    }

    if (ngx_print_eio_ready(joblog->eio) != NGX_OK
        || (!joblog->open
            && ngx_print_job_log_open(st, joblog->ids, joblog->zone->nlogs)
               != NGX_OK))
    {
        ngx_print_joblog_look(joblog, NGX_PRINT_JOBLOG_LOOK);
        return NGX_DECLINED;
    }

    joblog->open = 1;

    if (!ngx_print_joblog_elect(joblog)) {
        ngx_print_joblog_look(joblog, NGX_PRINT_JOBLOG_LOOK);
        return NGX_DECLINED;
    }

    for (i = 0; i < joblog->zone->nlogs; i++) {
        joblog->logs[i].failures = 0;
        joblog->logs[i].waits = 0;
        ngx_print_joblog_out_reset(&joblog->logs[i].out);
    }

    ngx_log_error(NGX_LOG_INFO, joblog->log, 0,
                  "print hub: log: this worker writes the logs of zone \"%V\"",
                  &joblog->zone->name);

    joblog->leading = 1;

    ngx_print_feed_subscribe(joblog->eio, &joblog->sub);

    return NGX_OK;
}


/* Returns 1 in the worker that writes.  Only that one needs the buffer. */

static ngx_uint_t
ngx_print_joblog_elect(ngx_print_joblog_t *joblog)
{
    ngx_print_store_t  *st;

    st = &joblog->eio->store;

    if (!ngx_print_job_log_leader(st)) {
        return 0;
    }

    if (joblog->buf == NULL) {
        joblog->buf = ngx_pnalloc(joblog->pool, NGX_PRINT_JOBLOG_BUFFER);

        if (joblog->buf == NULL) {
            ngx_print_job_log_resign(st);
            return 0;
        }
    }

    return 1;
}


/* Has the timer fire after ms at the latest. */

static void
ngx_print_joblog_look(ngx_print_joblog_t *joblog, ngx_msec_t ms)
{
    if (!joblog->timer.timer_set
        || (ngx_msec_int_t) (joblog->timer.timer.key - ngx_current_msec)
           > (ngx_msec_int_t) ms)
    {
        ngx_add_timer(&joblog->timer, ms);
    }
}


static void
ngx_print_joblog_work(ngx_event_t *ev)
{
    ngx_print_joblog_t  *joblog;

    joblog = ev->data;

    if (joblog->eio->closing) {

        if (joblog->leading && ngx_print_eio_ready(joblog->eio) == NGX_OK) {
            ngx_print_job_log_resign(&joblog->eio->store);
        }

        ngx_print_joblog_retire(joblog);
        return;
    }

    if (!joblog->leading) {
        return;
    }

    if (ngx_print_eio_ready(joblog->eio) != NGX_OK) {
        ngx_print_joblog_look(joblog, NGX_PRINT_JOBLOG_LOOK);
        return;
    }

    switch (ngx_print_joblog_all(joblog)) {

    case NGX_OK:
        return;

    case NGX_AGAIN:
        ngx_post_event(ev, &ngx_posted_next_events);
        return;

    case NGX_ABORT:

        /* another configuration uses the zone, too, and took a place */

        joblog->open = 0;
        ngx_print_job_log_resign(&joblog->eio->store);

        /* fall through */

    case NGX_DECLINED:
        ngx_log_error(NGX_LOG_INFO, joblog->log, 0,
                      "print hub: log: another worker writes the logs of zone "
                      "\"%V\"", &joblog->zone->name);

        ngx_print_joblog_retire(joblog);

        /* fall through */

    default: /* NGX_PRINT_STALLED */
        ngx_print_joblog_look(joblog, NGX_PRINT_JOBLOG_LOOK);
        return;
    }
}


static void
ngx_print_joblog_retire(ngx_print_joblog_t *joblog)
{
    if (joblog->leading) {
        joblog->leading = 0;
        ngx_print_feed_unsubscribe(&joblog->sub);
    }

    if (joblog->timer.timer_set) {
        ngx_del_timer(&joblog->timer);
    }
}


/*
 * Writes some lines to each log.  A log that cannot take them waits for the
 * timer, and the others do not.
 *
 *   NGX_OK     there is nothing more to write now
 *   NGX_AGAIN  there may be
 *   others     see ngx_print_job_log_turn()
 */

static ngx_int_t
ngx_print_joblog_all(ngx_print_joblog_t *joblog)
{
    ngx_int_t                rc, all;
    ngx_uint_t               i;
    ngx_print_joblog_log_t  *log;

    all = NGX_OK;

    for (i = 0; i < joblog->zone->nlogs; i++) {
        log = &joblog->logs[i];

        if (log->waits && joblog->timer.timer_set) {
            continue;
        }

        log->waits = 0;

        rc = ngx_print_joblog_write(joblog, log);

        switch (rc) {

        case NGX_OK:
            break;

        case NGX_AGAIN:
            all = NGX_AGAIN;
            break;

        case NGX_ERROR:
            log->waits = 1;
            break;

        default:
            return rc;
        }
    }

    return all;
}


static ngx_int_t
ngx_print_joblog_write(ngx_print_joblog_t *joblog, ngx_print_joblog_log_t *log)
{
    uint64_t                   cursor;
    ngx_int_t                  rc;
    ngx_err_t                  err;
    ngx_uint_t                 n;
    ngx_print_store_t         *st;
    ngx_print_job_log_t        at;
    ngx_print_joblog_batch_t   batch;

    st = &joblog->eio->store;

    rc = ngx_print_job_log_turn(st, log->conf->id, &at);

    if (rc == NGX_OK) {
        rc = ngx_print_joblog_rest(joblog, log, &at);
    }

    if (rc == NGX_OK) {
        rc = ngx_print_joblog_read(joblog, log, &at, &batch);
    }

    if (rc != NGX_OK || batch.last == at.cursor) {
        return rc;
    }

    n = 0;
    err = 0;
    cursor = batch.last;

    if (batch.n) {
        ngx_print_job_log_writing(st, 1);
        n = ngx_print_joblog_out(&log->out, batch.texts, batch.n, at.torn,
                                 &err);
        ngx_print_job_log_writing(st, 0);

        at.torn = ngx_print_joblog_out_torn(&log->out)
                  || (n == 0 && at.torn);

        ngx_print_joblog_count(joblog, n, n < batch.n && err != NGX_EAGAIN,
                               n ? batch.lost : 0);
    }

    if (n < batch.n) {
        cursor = n ? batch.texts[n - 1].event : at.cursor;
    }

    at.cursor = cursor;

    rc = ngx_print_job_log_done(st, log->conf->id, cursor, at.torn);

    if (rc != NGX_OK) {
        return rc;
    }

    if (n < batch.n) {
        return ngx_print_joblog_failed(joblog, log, &at, err);
    }

    if (batch.n) {
        ngx_print_joblog_works(joblog, log);
    }

    return batch.more ? NGX_AGAIN : NGX_OK;
}


/* Writes the end of a line whose beginning is in the file. */

static ngx_int_t
ngx_print_joblog_rest(ngx_print_joblog_t *joblog, ngx_print_joblog_log_t *log,
    ngx_print_job_log_t *at)
{
    uint64_t            event;
    ngx_int_t           rc;
    ngx_err_t           err;
    ngx_print_store_t  *st;

    st = &joblog->eio->store;

    ngx_print_job_log_writing(st, 1);
    rc = ngx_print_joblog_out_rest(&log->out, &event, &err);
    ngx_print_job_log_writing(st, 0);

    switch (rc) {

    case NGX_OK:
        ngx_print_joblog_count(joblog, 1, 0, 0);

        ngx_print_joblog_works(joblog, log);

        at->cursor = event;
        at->torn = 0;

        return ngx_print_job_log_done(st, log->conf->id, event, 0);

    case NGX_DECLINED:
        return NGX_OK;

    default: /* NGX_ERROR */
        ngx_print_joblog_count(joblog, 0, 1, 0);

        return ngx_print_joblog_failed(joblog, log, at, err);
    }
}


/*
 * Reads events, and writes the lines about them to the buffer.
 *
 *   NGX_OK             the batch is set; it may have no line
 *   NGX_PRINT_STALLED
 */

static ngx_int_t
ngx_print_joblog_read(ngx_print_joblog_t *joblog, ngx_print_joblog_log_t *log,
    ngx_print_job_log_t *at, ngx_print_joblog_batch_t *batch)
{
    u_char                    *p, *end;
    ngx_int_t                  rc;
    ngx_uint_t                 i, n;
    ngx_print_store_t         *st;
    ngx_print_event_t          events[NGX_PRINT_EVENT_READ];
    ngx_print_joblog_text_t   *text;
    ngx_print_joblog_entry_t   entry;
    ngx_print_job_log_note_t   note;

    st = &joblog->eio->store;

    batch->n = 0;
    batch->lost = 0;
    batch->last = at->cursor;

    p = joblog->buf + 1;
    end = joblog->buf + NGX_PRINT_JOBLOG_BUFFER - NGX_PRINT_JOBLOG_LINE;

    n = ngx_print_event_read(st, at->cursor, events);

    batch->more = (n == NGX_PRINT_EVENT_READ);

    entry.zone = &joblog->zone->name;
    entry.logfmt = log->conf->logfmt;
    entry.by = (log->conf->by != NULL);

    if (n && events[0].id != at->cursor + 1) {
        text = &batch->texts[batch->n++];

        text->start = p;
        text->event = events[0].id - 1;

        p = ngx_print_joblog_line_lost(p, entry.logfmt, at->cursor + 1,
                                       text->event);
        text->last = p;

        batch->lost = text->event - at->cursor;
    }

    for (i = 0; i < n; i++) {

        if (ngx_print_joblog_wants(log, at, &events[i])) {

            if (p > end) {
                batch->more = 1;
                break;
            }

            rc = ngx_print_job_log_note(st, &events[i], &note);

            if (rc == NGX_PRINT_STALLED) {
                return rc;
            }

            entry.event = &events[i];
            entry.note = (rc == NGX_OK) ? &note : NULL;

            text = &batch->texts[batch->n++];

            text->start = p;
            text->event = events[i].id;

            p = ngx_print_joblog_line(p, &entry);
            text->last = p;
        }

        batch->last = events[i].id;
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_print_joblog_wants(ngx_print_joblog_log_t *log, ngx_print_job_log_t *at,
    ngx_print_event_t *event)
{
    return event->kind == NGX_PRINT_EVENT_JOB
           && (event->logs & at->bit)
           && (log->conf->states == 0
               || (log->conf->states >> event->state & 1));
}


/*
 * All that the worker counts is counted here.  An event that was overwritten is
 * counted for each log that has missed it.
 */

static void
ngx_print_joblog_count(ngx_print_joblog_t *joblog, ngx_uint_t written,
    ngx_uint_t failed, ngx_uint_t lost)
{
    joblog->count.written += written;
    joblog->count.failed += failed;
    joblog->count.lost += lost;

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, joblog->log, 0,
                   "print hub: log: %ui lines written, %ui writes failed, "
                   "%ui events lost", joblog->count.written,
                   joblog->count.failed, joblog->count.lost);
}


/* Tells it the first time, and sets the timer.  Returns NGX_ERROR. */

static ngx_int_t
ngx_print_joblog_failed(ngx_print_joblog_t *joblog, ngx_print_joblog_log_t *log,
    ngx_print_job_log_t *at, ngx_err_t err)
{
    u_char  *last, text[NGX_MAX_ERROR_STR];

    if (err == NGX_EAGAIN) {
        ngx_print_joblog_look(joblog, NGX_PRINT_JOBLOG_BUSY);
        return NGX_ERROR;
    }

    ngx_print_joblog_look(joblog, NGX_PRINT_JOBLOG_RETRY);

    if (log->failures++ == 0) {
        last = ngx_strerror(err, text, NGX_MAX_ERROR_STR);

        ngx_log_error(NGX_LOG_ERR, joblog->log, 0,
                      "print hub: log \"%V\": write failed (%d: %*s), %ui "
                      "lines wait", &log->conf->target, err,
                      (size_t) (last - text), text,
                      ngx_print_joblog_waiting(joblog, log, at));
    }

    return NGX_ERROR;
}


static void
ngx_print_joblog_works(ngx_print_joblog_t *joblog, ngx_print_joblog_log_t *log)
{
    if (log->failures) {
        ngx_log_error(NGX_LOG_NOTICE, joblog->log, 0,
                      "print hub: log \"%V\": works again, after %ui failures",
                      &log->conf->target, log->failures);
        log->failures = 0;
    }
}


/* Returns how many lines are not written yet. */

static ngx_uint_t
ngx_print_joblog_waiting(ngx_print_joblog_t *joblog,
    ngx_print_joblog_log_t *log, ngx_print_job_log_t *at)
{
    uint64_t           cursor;
    ngx_uint_t         i, n, lines;
    ngx_print_event_t  events[NGX_PRINT_EVENT_READ];

    lines = 0;
    cursor = at->cursor;

    do {
        n = ngx_print_event_read(&joblog->eio->store, cursor, events);

        for (i = 0; i < n; i++) {
            cursor = events[i].id;
            lines += ngx_print_joblog_wants(log, at, &events[i]);
        }

    } while (n == NGX_PRINT_EVENT_READ);

    return lines;
}


void
ngx_print_joblog_end(ngx_print_zone_conf_t *zone)
{
    ngx_print_joblog_t  *joblog;

    joblog = zone->joblog;

    if (joblog == NULL || !joblog->open
        || ngx_print_eio_ready(joblog->eio) != NGX_OK
        || !ngx_print_joblog_elect(joblog))
    {
        return;
    }

    /* a log that cannot take lines is not tried again: the timer is set */

    while (ngx_print_joblog_all(joblog) == NGX_AGAIN) { /* void */ }

    ngx_print_job_log_resign(&joblog->eio->store);
}
