
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
#include "ngx_print_worker.h"


#define NGX_PRINT_WORKER_TICK_MIN      20      /* ms */
#define NGX_PRINT_WORKER_TICK_MAX      250     /* ms */
#define NGX_PRINT_WORKER_TICK_BELL     30      /* ms, without a bell */

#define NGX_PRINT_WORKER_DRAIN_STEPS   20      /* at least */
#define NGX_PRINT_WORKER_DRAIN_STEP    100     /* ms at most */


typedef struct ngx_print_worker_engine_s  ngx_print_worker_engine_t;


struct ngx_print_worker_engine_s {
    ngx_print_eio_t             eio;
    ngx_print_worker_engine_t  *next;
    ngx_print_memory_t         *memory;
    ngx_uint_t                  total;      /* connections when the drain
                                               began */
    ngx_uint_t                  due;        /* of them, due by now */
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
    unsigned                    draining:1;
    unsigned                    failed:1;   /* no engine can serve */
} ngx_print_worker_t;


static ngx_int_t ngx_print_worker_start(ngx_cycle_t *cycle);
static ngx_int_t ngx_print_worker_bell(ngx_cycle_t *cycle);
static void ngx_print_worker_bell_handler(ngx_event_t *rev);
static void ngx_print_worker_tick_handler(ngx_event_t *ev);
static void ngx_print_worker_start_drain(void);
static void ngx_print_worker_drain_handler(ngx_event_t *ev);


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

    w = &ngx_print_worker;

    e = ngx_pcalloc(cycle->pool, sizeof(ngx_print_worker_engine_t));

    if (e == NULL || w->failed) {
        return NULL;
    }

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
    e->next = w->engines;
    w->engines = e;

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

    if (ngx_print_worker_bell(cycle) != NGX_OK) {
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

    n = 0;

    for (e = w->engines; e; e = e->next) {
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
        ngx_add_timer(&w->drain, w->step);
    }
}


static void
ngx_print_worker_drain_handler(ngx_event_t *ev)
{
    ngx_uint_t                  due, left;
    ngx_print_worker_t         *w;
    ngx_print_worker_engine_t  *e;

    w = ev->data;

    for (e = w->engines; e; e = e->next) {

        if (ngx_print_eio_ready(&e->eio) != NGX_OK) {
            ngx_add_timer(ev, NGX_PRINT_EIO_RETRY);
            return;
        }
    }

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
    }
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
