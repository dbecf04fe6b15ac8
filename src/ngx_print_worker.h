
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What a worker process does besides its requests: answers its doorbell, looks
 * around at each tick, and lets its connections go when it is to exit.
 */


#ifndef _NGX_PRINT_WORKER_H_INCLUDED_
#define _NGX_PRINT_WORKER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_eio.h"


/*
 * Makes the doorbells of all workers, in the master, the first time; they are
 * kept over reloads.  NGX_OK, NGX_ERROR (logged).
 */
ngx_int_t ngx_print_worker_init_module(ngx_cycle_t *cycle);

/*
 * Starts and ends this process as a worker.  mem: of the zone; app: served by
 * the Engine.IO layer.  Returns the engine, NULL if this worker cannot serve
 * (logged): that is no reason not to start.
 */
ngx_print_eio_t *ngx_print_worker_init(ngx_cycle_t *cycle,
    ngx_print_main_conf_t *pmcf, void *mem, const ngx_print_eio_app_t *app,
    const void *app_data);
void ngx_print_worker_exit(ngx_print_eio_t *eio);


#endif /* _NGX_PRINT_WORKER_H_INCLUDED_ */
