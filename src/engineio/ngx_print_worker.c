
/*
 * Copyright (C) the print hub contributors
 */


/* A worker process: its slot, its doorbell, its tick, and its drain. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_print.h"
#include "ngx_print_log.h"
#include "ngx_print_wake.h"
#include "ngx_print_memory.h"
#include "ngx_print_hand.h"
#include "ngx_print_siphash.h"
#include "ngx_print_eio_handover.h"
#include "ngx_print_worker_take.h"
#include "ngx_print_worker_pump.h"
#include "ngx_print_worker.h"


#define NGX_PRINT_WORKER_TICK_MIN      20      /* ms */
#define NGX_PRINT_WORKER_TICK_MAX      250     /* ms */
#define NGX_PRINT_WORKER_TICK_BELL     30      /* ms, without a bell */

#define NGX_PRINT_WORKER_DRAIN_STEPS   20      /* at least */
#define NGX_PRINT_WORKER_DRAIN_STEP    100     /* ms at most */

#define NGX_PRINT_WORKER_HAND_FIRST    10      /* ms before the first step: all
                                                  others are told to exit */
#define NGX_PRINT_WORKER_HAND_STEP     10      /* ms */
#define NGX_PRINT_WORKER_HAND_BUSY     2       /* ms, while some are on their
                                                  way */
#define NGX_PRINT_WORKER_HAND_WINDOW   1000    /* ms at least, for it all */


typedef struct ngx_print_worker_engine_s  ngx_print_worker_engine_t;


struct ngx_print_worker_engine_s {
    ngx_print_eio_t             eio;
    ngx_print_worker_engine_t  *next;
    ngx_print_memory_t         *memory;
    ngx_uint_t                  total;      /* connections when the drain
                                               began */
    ngx_uint_t                  due;        /* of them, due by now */
    uint32_t                    generation;
};


typedef struct {
    ngx_print_worker_engine_t  *engines;

    ngx_connection_t           *bell;
    ngx_event_t                 tick;
    ngx_msec_t                  period;     /* of the tick */

    ngx_event_t                 drain;
    ngx_msec_t                  window;     /* of the whole drain */
    ngx_msec_t                  step;
    ngx_msec_t                  elapsed;

    /* the hand-over of WebSockets */
    ngx_msec_t                  began;      /* the drain */
    unsigned                    handover:1; /* it is configured */
    unsigned                    handing:1;  /* some engine hands over */
    unsigned                    draining:1;
    unsigned                    failed:1;   /* no engine can serve */
} ngx_print_worker_t;


static ngx_int_t ngx_print_worker_start(ngx_cycle_t *cycle);
static ngx_int_t ngx_print_worker_bell(ngx_cycle_t *cycle);
static void ngx_print_worker_bell_handler(ngx_event_t *rev);
static void ngx_print_worker_tick_handler(ngx_event_t *ev);
static void ngx_print_worker_start_drain(void);
static ngx_uint_t ngx_print_worker_may_hand(ngx_print_worker_engine_t *e);
static void ngx_print_worker_drain_handler(ngx_event_t *ev);
static void ngx_print_worker_hand_over(ngx_event_t *ev);
static ngx_uint_t ngx_print_worker_hand_some(ngx_print_worker_engine_t *e,
    ngx_uint_t over, ngx_uint_t *left);
static void ngx_print_worker_drain_some(ngx_event_t *ev);
static void ngx_print_worker_told(void);


static ngx_print_worker_t  ngx_print_worker;


ngx_int_t
ngx_print_worker_init_zone(ngx_shm_zone_t *shm_zone, void *data)
{
    /*
     * With "master_process off", nginx does not call init_process() after a
     * reload, so that nothing would serve the new configuration.
     */

    if (ngx_process == NGX_PROCESS_SINGLE && ngx_print_worker.engines) {
        ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                      "print hub: worker: the configuration cannot be reloaded "
                      "with \"master_process off\", restart nginx");
        return NGX_ERROR;
    }

    return ngx_print_memory_init(shm_zone, data);
}


ngx_print_eio_t *
ngx_print_worker_engine(ngx_cycle_t *cycle, ngx_print_memory_t *memory,
    const ngx_print_eio_app_t *app, const void *app_data,
    ngx_print_worker_conf_t *conf)
{
    ngx_msec_t                  period;
    ngx_print_worker_t         *w;
    ngx_print_worker_engine_t  *e;

    static const u_char         nothing[NGX_PRINT_SIPHASH_KEY];

    w = &ngx_print_worker;

    e = ngx_pcalloc(cycle->pool, sizeof(ngx_print_worker_engine_t));

    if (e == NULL || w->failed) {
        return NULL;
    }

    w->handover = (conf->handover && ngx_process == NGX_PROCESS_WORKER
                   && ngx_print_memory_queue()->fd[0] != -1);

    if (w->tick.handler == NULL && ngx_print_worker_start(cycle) != NGX_OK) {
        w->failed = 1;
        return NULL;
    }

    e->eio.name = conf->name;
    e->eio.app = app;
    e->eio.app_data = app_data;

    if (ngx_print_store_open(&e->eio.store, memory->store,
                             ngx_print_memory_wake())
        != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ALERT, cycle->log, 0,
                      "print hub: worker: zone \"%V\" has another layout, this "
                      "worker answers 503 for it", &conf->name);
        return NULL;
    }

    if (ngx_print_eio_init(&e->eio, cycle->log) != NGX_OK) {
        return NULL;
    }

    ngx_print_memory_use(memory);

    e->memory = memory;
    e->generation = conf->generation;
    e->eio.drain = &w->drain;
    e->eio.key = ngx_print_siphash(nothing, conf->name.data, conf->name.len);

    e->next = w->engines;
    w->engines = e;

    if (w->handover) {
        ngx_print_worker_take_for(&e->eio, conf->places);

        if (conf->tls) {
            ngx_print_worker_pump_for(&e->eio, conf->tls);
        }
    }

    period = ngx_max(conf->shortest / 8, NGX_PRINT_WORKER_TICK_MIN);

    w->period = ngx_min(w->period, period);
    w->window = ngx_max(w->window, conf->drain);

    return &e->eio;
}


/* Claims a slot and its doorbell for this process, and starts the tick. */

static ngx_int_t
ngx_print_worker_start(ngx_cycle_t *cycle)
{
    ngx_int_t            rc;
    ngx_print_wake_t    *wake;
    ngx_print_worker_t  *w;

    w = &ngx_print_worker;
    wake = ngx_print_memory_wake();

    if (wake->slot == -1) {

        rc = ngx_print_wake_claim(wake);

        if (rc != NGX_OK) {
            ngx_log_error(NGX_LOG_ALERT, cycle->log,
                          rc == NGX_ERROR ? ngx_errno : 0,
                          "print hub: worker: no slot of %d is free, this "
                          "worker answers 503", NGX_PRINT_WAKE_SLOTS);
            return NGX_ERROR;
        }
    }

    if (ngx_print_worker_bell(cycle) != NGX_OK
        || (w->handover
            && ngx_print_worker_take_start(cycle, ngx_print_memory_queue())
               != NGX_OK))
    {
        return NGX_ERROR;
    }

    w->period = w->bell ? NGX_PRINT_WORKER_TICK_MAX
                        : NGX_PRINT_WORKER_TICK_BELL;

    w->tick.handler = ngx_print_worker_tick_handler;
    w->tick.data = w;
    w->tick.log = cycle->log;
    w->tick.cancelable = 1;

    w->drain.handler = ngx_print_worker_drain_handler;
    w->drain.data = w;
    w->drain.log = cycle->log;

    /* tick at once: nginx may have started this worker because one died */

    ngx_add_timer(&w->tick, 1);

    ngx_log_debug1(NGX_LOG_DEBUG_CORE, cycle->log, 0,
                   "print hub: worker: slot %i", wake->slot);

    return NGX_OK;
}


/* Reads the doorbell as a connection, so that nginx reports its events. */

static ngx_int_t
ngx_print_worker_bell(ngx_cycle_t *cycle)
{
    ngx_int_t          slot;
    ngx_connection_t  *c;
    ngx_print_wake_t  *wake;

    wake = ngx_print_memory_wake();
    slot = wake->slot;

    if (slot >= (ngx_int_t) wake->nbells) {
        ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                      "print hub: worker: no doorbell of %ui is free, this "
                      "worker polls every %d ms; restart nginx to create more",
                      wake->nbells, NGX_PRINT_WORKER_TICK_BELL);
        return NGX_OK;
    }

    c = ngx_get_connection(wake->bell[slot][0], cycle->log);
    if (c == NULL) {
        return NGX_ERROR;
    }

    c->data = &ngx_print_worker;
    c->log = cycle->log;
    c->read->log = cycle->log;
    c->write->log = cycle->log;
    c->read->handler = ngx_print_worker_bell_handler;

    /* nginx sets c->close of an idle connection when the worker is to exit */
    c->idle = 1;

    /* nginx does not report a channel as an open connection at exit */
    c->read->channel = 1;

    if (ngx_add_event(c->read, NGX_READ_EVENT, NGX_CLEAR_EVENT) != NGX_OK) {
        ngx_free_connection(c);
        return NGX_ERROR;
    }

    ngx_print_worker.bell = c;

    return NGX_OK;
}


static void
ngx_print_worker_bell_handler(ngx_event_t *rev)
{
    ngx_connection_t           *c;
    ngx_print_worker_engine_t  *e;

    c = rev->data;

    if (c->close) {
        c->close = 0;
        ngx_print_worker_start_drain();
        return;
    }

    ngx_print_wake_drain(ngx_print_memory_wake());

    for (e = ngx_print_worker.engines; e; e = e->next) {
        ngx_print_eio_wake(&e->eio);
    }
}


static void
ngx_print_worker_tick_handler(ngx_event_t *ev)
{
    ngx_print_worker_engine_t  *e;

    for (e = ngx_print_worker.engines; e; e = e->next) {
        ngx_print_eio_tick(&e->eio);
        ngx_print_memory_look(e->memory, &e->eio.name, ev->log);
    }

    ngx_print_worker_take_offer();

    ngx_print_log_tick(ev->log, 0);

    if (ngx_exiting) {
        ngx_print_worker_start_drain();
    }

    ngx_add_timer(ev, ngx_print_worker.period);
}


/*
 * Called when the worker is about to exit.  Unlike the tick, the timer of the
 * drain is not cancelable, so that the worker does not exit before its end.
 */

static void
ngx_print_worker_start_drain(void)
{
    ngx_uint_t                  n;
    ngx_print_worker_t         *w;
    ngx_print_worker_engine_t  *e;

    w = &ngx_print_worker;

    if (w->draining) {
        return;
    }

    w->draining = 1;
    w->began = ngx_current_msec;

    ngx_print_worker_take_stop();
    ngx_print_worker_pump_start(w->window);

    n = 0;

    for (e = w->engines; e; e = e->next) {

        if (e->eio.joined) {
            ngx_print_store_exiting(&e->eio.store);
        }

        if (ngx_print_worker_may_hand(e)) {
            e->eio.handing = 1;
            e->eio.handed_deaths = e->eio.deaths;
            w->handing = 1;
        }

        e->total = ngx_print_eio_shutdown_begin(&e->eio);
        n += e->total;
    }

    ngx_log_error(NGX_LOG_INFO, w->drain.log, 0,
                  "print hub: worker: closing %ui websockets within %M ms",
                  n, w->window);

    /* short steps: the worker exits soon after its last connection is gone */

    w->step = ngx_min(w->window / NGX_PRINT_WORKER_DRAIN_STEPS,
                      NGX_PRINT_WORKER_DRAIN_STEP);

    if (n) {
        ngx_add_timer(&w->drain, w->handing ? NGX_PRINT_WORKER_HAND_FIRST
                                            : w->step);
    }
}


/*
 * Whether the WebSockets of an engine can go to other workers: a newer
 * configuration uses the zone, so its workers are there or are to come; or
 * another master has workers that take them, which is so while a new binary is
 * tried (USR2).  Workers of the same master and configuration leave, too.
 */

static ngx_uint_t
ngx_print_worker_may_hand(ngx_print_worker_engine_t *e)
{
    ngx_print_worker_t  *w;

    w = &ngx_print_worker;

    if (!w->handover || !e->eio.joined) {
        return 0;
    }

    return ngx_print_store_generation(&e->eio.store) != e->generation
           || ngx_print_store_takers(&e->eio.store, ngx_parent);
}


static void
ngx_print_worker_drain_handler(ngx_event_t *ev)
{
    ngx_print_worker_t         *w;
    ngx_print_worker_engine_t  *e;

    w = ev->data;

    for (e = w->engines; e; e = e->next) {

        if (ngx_print_eio_ready(&e->eio) != NGX_OK) {
            ngx_add_timer(ev, NGX_PRINT_EIO_RETRY);
            return;
        }
    }

    if (w->handing) {
        ngx_print_worker_hand_over(ev);

    } else {
        ngx_print_worker_drain_some(ev);
    }
}


/*
 * A step while some WebSockets go to other workers.  Those that cannot are
 * closed at the rate of the drain from the first step on.  When the time is
 * over, the others are closed, too, at that rate.
 */

static void
ngx_print_worker_hand_over(ngx_event_t *ev)
{
    ngx_uint_t                  due, left, over, busy;
    ngx_msec_t                  elapsed, window;
    ngx_print_worker_t         *w;
    ngx_print_worker_engine_t  *e;

    w = ev->data;

    elapsed = ngx_current_msec - w->began;
    window = ngx_max(w->window, NGX_PRINT_WORKER_HAND_WINDOW);

    left = 0;
    busy = 0;
    w->handing = 0;

    for (e = w->engines; e; e = e->next) {

        over = (elapsed >= window
                || (elapsed >= window / 2
                    && !ngx_print_store_takers(&e->eio.store, 0)));

        if (e->eio.handing) {
            busy |= ngx_print_worker_hand_some(e, over, &left);
        }

        due = (elapsed < w->window) ? e->total * elapsed / w->window
                                    : e->total;

        left += ngx_print_eio_shutdown_some(&e->eio, due - ngx_min(due,
                                                                   e->due));

        e->due = ngx_max(due, e->due);
        w->handing |= e->eio.handing;
    }

    if (left == 0) {
        ngx_print_worker_told();
        return;
    }

    if (w->handing) {
        ngx_add_timer(ev, busy ? NGX_PRINT_WORKER_HAND_BUSY
                               : NGX_PRINT_WORKER_HAND_STEP);
        return;
    }

    /* the rate is that of a drain which begins now */

    for (e = w->engines; e; e = e->next) {
        e->total = ngx_print_eio_shutdown_some(&e->eio, 0);
        e->due = 0;
    }

    ngx_add_timer(ev, w->step);
}


/*
 * Gives some WebSockets of an engine to others; or with over takes all back and
 * ends that, if the zone can be used.  Adds those that are on their way to
 * *left.  Returns 1 if there are any.
 */

static ngx_uint_t
ngx_print_worker_hand_some(ngx_print_worker_engine_t *e, ngx_uint_t over,
    ngx_uint_t *left)
{
    ngx_uint_t  n;

    if (over) {
        /* what is in the queue would keep sockets open */
        ngx_print_worker_take_none();

        n = ngx_print_eio_handover_end(&e->eio);

        if (n == 0) {
            e->eio.handing = 0;
        }

    } else {
        n = ngx_print_eio_handover_step(&e->eio, ngx_print_memory_queue());
    }

    *left += n;

    return n != 0;
}


static void
ngx_print_worker_drain_some(ngx_event_t *ev)
{
    ngx_uint_t                  due, left;
    ngx_print_worker_t         *w;
    ngx_print_worker_engine_t  *e;

    w = ev->data;

    w->elapsed += w->step;

    left = 0;

    for (e = w->engines; e; e = e->next) {

        due = (w->elapsed < w->window) ? e->total * w->elapsed / w->window
                                       : NGX_MAX_INT32_VALUE;

        left += ngx_print_eio_shutdown_some(&e->eio, due - e->due);

        e->due = due;
    }

    if (left) {
        ngx_add_timer(ev, w->step);
        return;
    }

    ngx_print_worker_told();
}


/* Says what has become of the WebSockets, if some were handed over. */

static void
ngx_print_worker_told(void)
{
    ngx_uint_t                  moved, closed;
    ngx_print_worker_t         *w;
    ngx_print_worker_engine_t  *e;

    w = &ngx_print_worker;

    moved = 0;
    closed = 0;

    for (e = w->engines; e; e = e->next) {
        moved += e->eio.moved;
        closed += e->eio.closed;

        e->eio.moved = 0;
        e->eio.closed = 0;
    }

    if (moved) {
        ngx_log_error(NGX_LOG_NOTICE, w->drain.log, 0,
                      "print hub: worker: %ui websockets handed over in %M ms, "
                      "%ui closed",
                      moved, ngx_current_msec - w->began, closed);
    }

    ngx_print_worker_pump_tell();
}


void
ngx_print_worker_exit(void)
{
    ngx_print_worker_engine_t  *e;

    for (e = ngx_print_worker.engines; e; e = e->next) {
        ngx_print_eio_exit(&e->eio);
    }

    if (ngx_print_worker.engines) {
        ngx_print_log_tick(ngx_cycle->log, 1);
    }

    ngx_print_worker.engines = NULL;
}
