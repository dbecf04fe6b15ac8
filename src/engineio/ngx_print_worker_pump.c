
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A worker that is to exit stays while it passes on the bytes of WebSockets
 * with TLS: while there are any, a timer is set that is not cancelable.
 *
 * It ends that when the time is over, and when no worker of its own master
 * stays: that master is to exit then, and must not be kept.  The sessions are
 * closed, and the workers which have them tell their clients so.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_print.h"
#include "ngx_print_eio.h"
#include "ngx_print_eio_pump.h"
#include "ngx_print_worker_pump.h"


#define NGX_PRINT_WORKER_PUMP_LOOK   250      /* ms */

/* the new workers of a reload may start late */
#define NGX_PRINT_WORKER_PUMP_ALONE  1000     /* ms at least */

#define NGX_PRINT_WORKER_PUMP_STEPS  20       /* of the end, at least */
#define NGX_PRINT_WORKER_PUMP_STEP   100      /* ms at most */

/* the end of a worker that does not close its WebSockets */
#define NGX_PRINT_WORKER_PUMP_LATE   (NGX_PRINT_CLOSE_TIMEOUT + 1000)


typedef struct {
    ngx_print_eio_t    *engines;      /* linked by eio->next */
    ngx_event_t         event;
    ngx_msec_t          time;
    ngx_msec_t          window;       /* of the end */

    ngx_msec_t          began;        /* the worker was told to exit */
    ngx_msec_t          seen;         /* a worker of its master that stays */
    ngx_msec_t          ended;        /* the end began */
    ngx_uint_t          total;        /* connections at that moment */
    ngx_uint_t          closed;       /* of them */
    unsigned            ending:1;
    unsigned            told:1;       /* the log has a line */
} ngx_print_worker_pump_t;


static void ngx_print_worker_pump_handler(ngx_event_t *ev);
static ngx_uint_t ngx_print_worker_pump_count(void);
static ngx_uint_t ngx_print_worker_pump_is_over(ngx_print_worker_pump_t *p);
static void ngx_print_worker_pump_end_some(ngx_print_worker_pump_t *p);


static ngx_print_worker_pump_t  ngx_print_worker_pump;


void
ngx_print_worker_pump_for(ngx_print_eio_t *eio, ngx_msec_t ms)
{
    ngx_print_worker_pump_t  *p;

    p = &ngx_print_worker_pump;

    p->engines = eio;
    p->time = ms;

    p->event.handler = ngx_print_worker_pump_handler;
    p->event.data = p;
    p->event.log = eio->log;

    eio->pump = &p->event;
}


void
ngx_print_worker_pump_start(ngx_msec_t window)
{
    ngx_print_worker_pump_t  *p;

    p = &ngx_print_worker_pump;

    p->window = window;
    p->began = ngx_current_msec;
    p->seen = ngx_current_msec;
}


/* Called by the timer, and when the last connection has ended. */

static void
ngx_print_worker_pump_handler(ngx_event_t *ev)
{
    ngx_uint_t                n;
    ngx_msec_t                step;
    ngx_print_eio_t          *eio;
    ngx_print_worker_pump_t  *p;

    p = ev->data;

    n = ngx_print_worker_pump_count();

    if (n && !p->ending && ngx_print_worker_pump_is_over(p)) {
        p->ending = 1;
        p->ended = ngx_current_msec;
        p->total = n;

        ngx_log_error(NGX_LOG_INFO, ev->log, 0,
                      "print hub: worker: closing %ui websockets with TLS "
                      "within %M ms", n, p->window);
    }

    if (n && p->ending) {

        ngx_print_worker_pump_end_some(p);

        if (ngx_current_msec - p->ended
            >= p->window + NGX_PRINT_WORKER_PUMP_LATE)
        {
            for (eio = p->engines; eio; eio = eio->next) {
                ngx_print_eio_pump_cut(eio);
            }
        }

        n = ngx_print_worker_pump_count();
    }

    if (n == 0) {

        if (ev->timer_set) {
            ngx_del_timer(ev);
        }

        if (p->told) {
            p->told = 0;
            ngx_log_error(NGX_LOG_NOTICE, ev->log, 0,
                          "print hub: worker: the last websocket with TLS has "
                          "left after %M ms, %ui were closed",
                          ngx_current_msec - p->began, p->closed);
        }

        return;
    }

    step = ngx_min(p->window / NGX_PRINT_WORKER_PUMP_STEPS,
                   NGX_PRINT_WORKER_PUMP_STEP);

    if (p->closed >= p->total) {
        /* they wait for their clients to close */
        step = NGX_PRINT_WORKER_PUMP_STEP;
    }

    if (!p->ending) {
        step = p->began + p->time - ngx_current_msec;
        step = ngx_min(step, NGX_PRINT_WORKER_PUMP_LOOK);
    }

    ngx_add_timer(ev, ngx_max(step, 1));
}


static ngx_uint_t
ngx_print_worker_pump_count(void)
{
    ngx_uint_t        n;
    ngx_print_eio_t  *eio;

    n = 0;

    for (eio = ngx_print_worker_pump.engines; eio; eio = eio->next) {
        n += eio->npumps;
    }

    return n;
}


/*
 * While an old master waits for its last workers, nginx ignores the next
 * request to start a new binary.
 */

static ngx_uint_t
ngx_print_worker_pump_is_over(ngx_print_worker_pump_t *p)
{
    ngx_print_eio_t  *eio;

    if (ngx_current_msec - p->began >= p->time) {
        return 1;
    }

    for (eio = p->engines; eio; eio = eio->next) {
        if (ngx_print_store_stays(&eio->store, ngx_parent)) {
            p->seen = ngx_current_msec;
            return 0;
        }
    }

    return ngx_current_msec - p->seen
           >= ngx_max(p->window / 2, NGX_PRINT_WORKER_PUMP_ALONE);
}


/* Closes as many as are due by now. */

static void
ngx_print_worker_pump_end_some(ngx_print_worker_pump_t *p)
{
    ngx_uint_t        due;
    ngx_msec_t        elapsed;
    ngx_print_eio_t  *eio;

    elapsed = ngx_current_msec - p->ended;

    due = (elapsed < p->window) ? p->total * elapsed / p->window
                                : NGX_MAX_INT32_VALUE;

    for (eio = p->engines; eio && p->closed < due; eio = eio->next) {
        p->closed += ngx_print_eio_pump_end(eio, due - p->closed);
    }
}


void
ngx_print_worker_pump_tell(void)
{
    ngx_uint_t                n;
    ngx_print_worker_pump_t  *p;

    p = &ngx_print_worker_pump;

    n = ngx_print_worker_pump_count();

    if (n && !p->told) {
        p->told = 1;
        ngx_log_error(NGX_LOG_NOTICE, p->event.log, 0,
                      "print hub: worker: %ui websockets with TLS pass through "
                      "this worker, for %M ms at most", n, p->time);
    }
}
