
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What a worker process does besides its requests, for all its engines: answers
 * its doorbell, looks around at each tick, and lets the connections go when it
 * is to exit.
 */


#ifndef _NGX_PRINT_WORKER_H_INCLUDED_
#define _NGX_PRINT_WORKER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_eio.h"


typedef struct {
    ngx_msec_t    shortest;     /* heartbeat: how often a worker looks */
    ngx_msec_t    drain;        /* over which connections are closed */
} ngx_print_worker_conf_t;


/*
 * Makes the doorbells of all workers, in the master, the first time; they are
 * kept over reloads.  NGX_OK, NGX_ERROR (logged).
 */
ngx_int_t ngx_print_worker_init_module(ngx_cycle_t *cycle);

/* the init() of a zone that an engine is to have */
ngx_int_t ngx_print_worker_init_zone(ngx_shm_zone_t *shm_zone, void *data);

/*
 * Adds an engine to this worker process: mem: of its zone, app: served by the
 * Engine.IO layer.  The first one starts the process as a worker.  Returns
 * NULL if it cannot serve (logged): that is no reason for it not to start.
 */
ngx_print_eio_t *ngx_print_worker_engine(ngx_cycle_t *cycle, void *mem,
    const ngx_print_eio_app_t *app, const void *app_data,
    ngx_print_worker_conf_t *conf);

/* the process is to end: all engines leave their zones; may be called again */
void ngx_print_worker_exit(void);


#endif /* _NGX_PRINT_WORKER_H_INCLUDED_ */
