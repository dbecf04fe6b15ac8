
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_print.h"
#include "ngx_print_wake.h"
#include "ngx_print_worker.h"


#define NGX_PRINT_WORKER_BELLS         64      /* at least, and */
#define NGX_PRINT_WORKER_BELLS_FACTOR  4       /* times worker_processes */

#define NGX_PRINT_WORKER_TICK_MIN      20      /* ms */
#define NGX_PRINT_WORKER_TICK_MAX      250
#define NGX_PRINT_WORKER_TICK_BELL     30      /* without a bell */

#define NGX_PRINT_WORKER_DRAIN_STEPS   20


typedef struct {
    ngx_print_eio_t    eio;

    ngx_connection_t  *bell;
    ngx_event_t        tick;
    ngx_msec_t         period;           /* of the tick */

    ngx_event_t        drain;
    ngx_msec_t         window;           /* of the drain */
    ngx_uint_t         share;            /* connections a step */
    unsigned           draining:1;
} ngx_print_worker_t;


static void ngx_print_worker_cleanup(void *data);
static ngx_int_t ngx_print_worker_bell(ngx_print_worker_t *w,
    ngx_cycle_t *cycle);
static void ngx_print_worker_bell_handler(ngx_event_t *rev);
static void ngx_print_worker_tick_handler(ngx_event_t *ev);
static void ngx_print_worker_start_drain(ngx_print_worker_t *w);
static void ngx_print_worker_drain_handler(ngx_event_t *ev);


/*
 * The doorbells outlive a cycle: old and new workers ring each other during a
 * reload.  They are counted by the cycles that use them, and closed with the
 * last one before the module may be unloaded.
 */

static ngx_print_wake_t  ngx_print_worker_wake;
static ngx_uint_t        ngx_print_worker_cycles;


ngx_int_t
ngx_print_worker_init_module(ngx_cycle_t *cycle)
{
    ngx_uint_t           n;
    ngx_core_conf_t     *ccf;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(cycle->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    if (ngx_print_worker_cycles == 0) {

        ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx,
                                               ngx_core_module);

        n = ngx_max(NGX_PRINT_WORKER_BELLS_FACTOR * ccf->worker_processes,
                    NGX_PRINT_WORKER_BELLS);

        if (ngx_print_wake_create(&ngx_print_worker_wake, n) != NGX_OK) {
            ngx_log_error(NGX_LOG_EMERG, cycle->log, ngx_errno,
                          "print worker: making %ui doorbells failed", n);
            return NGX_ERROR;
        }
    }

    ngx_print_worker_cycles++;

    cln->handler = ngx_print_worker_cleanup;

    return NGX_OK;
}


static void
ngx_print_worker_cleanup(void *data)
{
    if (--ngx_print_worker_cycles == 0) {
        ngx_print_wake_destroy(&ngx_print_worker_wake);
    }
}


ngx_print_eio_t *
ngx_print_worker_init(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf,
    void *mem, const ngx_print_eio_app_t *app, const void *app_data)
{
    ngx_int_t            rc;
    ngx_print_worker_t  *w;

    w = ngx_pcalloc(cycle->pool, sizeof(ngx_print_worker_t));
    if (w == NULL) {
        return NULL;
    }

    rc = ngx_print_wake_claim(&ngx_print_worker_wake);

    if (rc != NGX_OK) {
        ngx_log_error(NGX_LOG_ALERT, cycle->log,
                      rc == NGX_ERROR ? ngx_errno : 0,
                      "print worker: no slot of %d is free, this worker "
                      "answers 503", NGX_PRINT_WAKE_SLOTS);
        return NULL;
    }

    w->eio.app = app;
    w->eio.app_data = app_data;

    if (ngx_print_store_open(&w->eio.store, mem, &ngx_print_worker_wake)
        != NGX_OK
        || ngx_print_eio_init(&w->eio, cycle->log) != NGX_OK
        || ngx_print_worker_bell(w, cycle) != NGX_OK)
    {
        return NULL;
    }

    w->period = ngx_min(pmcf->shortest / 8, NGX_PRINT_WORKER_TICK_MAX);
    w->period = ngx_max(w->period, NGX_PRINT_WORKER_TICK_MIN);

    if (w->bell == NULL) {
        w->period = ngx_min(w->period, NGX_PRINT_WORKER_TICK_BELL);
    }

    w->window = pmcf->drain;

    w->tick.handler = ngx_print_worker_tick_handler;
    w->tick.data = w;
    w->tick.log = cycle->log;
    w->tick.cancelable = 1;

    w->drain.handler = ngx_print_worker_drain_handler;
    w->drain.data = w;
    w->drain.log = cycle->log;

    /* at once: this worker may be here because another one died */

    ngx_add_timer(&w->tick, 1);

    ngx_log_debug1(NGX_LOG_DEBUG_CORE, cycle->log, 0,
                   "print worker: slot %i", ngx_print_worker_wake.slot);

    return &w->eio;
}


static ngx_int_t
ngx_print_worker_bell(ngx_print_worker_t *w, ngx_cycle_t *cycle)
{
    ngx_int_t          slot;
    ngx_connection_t  *c;

    slot = ngx_print_worker_wake.slot;

    if (slot >= (ngx_int_t) ngx_print_worker_wake.nbells) {
        ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                      "print worker: all %ui doorbells are taken, this worker "
                      "looks every %d ms instead; restart nginx to have more",
                      ngx_print_worker_wake.nbells,
                      NGX_PRINT_WORKER_TICK_BELL);
        return NGX_OK;
    }

    c = ngx_get_connection(ngx_print_worker_wake.bell[slot][0], cycle->log);
    if (c == NULL) {
        return NGX_ERROR;
    }

    c->data = w;
    c->log = cycle->log;
    c->read->log = cycle->log;
    c->write->log = cycle->log;
    c->read->handler = ngx_print_worker_bell_handler;

    /* told once that the worker is to exit, as an idle connection is */
    c->idle = 1;

    /* not a connection that was left open, when it does */
    c->read->channel = 1;

    if (ngx_add_event(c->read, NGX_READ_EVENT, NGX_CLEAR_EVENT) != NGX_OK) {
        ngx_free_connection(c);
        return NGX_ERROR;
    }

    w->bell = c;

    return NGX_OK;
}


void
ngx_print_worker_exit(ngx_print_eio_t *eio)
{
    ngx_print_eio_exit(eio);
}


static void
ngx_print_worker_bell_handler(ngx_event_t *rev)
{
    ngx_connection_t    *c;
    ngx_print_worker_t  *w;

    c = rev->data;
    w = c->data;

    if (c->close) {
        c->close = 0;
        ngx_print_worker_start_drain(w);
        return;
    }

    ngx_print_wake_quiet(&ngx_print_worker_wake);
    ngx_print_eio_wake(&w->eio);
}


static void
ngx_print_worker_tick_handler(ngx_event_t *ev)
{
    ngx_print_worker_t  *w;

    w = ev->data;

    ngx_print_eio_tick(&w->eio);

    if (ngx_exiting) {
        ngx_print_worker_start_drain(w);
    }

    ngx_add_timer(ev, w->period);
}


/* the drain's timer, unlike the tick, keeps the worker from exiting */

static void
ngx_print_worker_start_drain(ngx_print_worker_t *w)
{
    ngx_uint_t  n;

    if (w->draining) {
        return;
    }

    w->draining = 1;

    n = ngx_print_eio_drain(&w->eio, 0);

    ngx_log_error(NGX_LOG_INFO, w->drain.log, 0,
                  "print worker: closing %ui websockets within %M ms",
                  n, w->window);

    w->share = n / NGX_PRINT_WORKER_DRAIN_STEPS + 1;

    if (n) {
        ngx_add_timer(&w->drain, w->window / NGX_PRINT_WORKER_DRAIN_STEPS);
    }
}


static void
ngx_print_worker_drain_handler(ngx_event_t *ev)
{
    ngx_print_worker_t  *w;

    w = ev->data;

    if (ngx_print_eio_drain(&w->eio, w->share)) {
        ngx_add_timer(ev, w->window / NGX_PRINT_WORKER_DRAIN_STEPS);
    }
}
