
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What a worker process does besides its requests, for all its engines: it
 * answers its doorbell, runs a tick, and drains its connections when it is
 * about to exit.
 */


#ifndef _NGX_PRINT_WORKER_H_INCLUDED_
#define _NGX_PRINT_WORKER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_memory.h"
#include "ngx_print_eio.h"


typedef struct {
    ngx_str_t     name;         /* of the zone, for the log */
    ngx_msec_t    shortest;     /* heartbeat; a tick comes 8 times as often */
    ngx_msec_t    drain;        /* time in which connections are closed */
    ngx_array_t  *places;       /* of ngx_print_place_t */
    ngx_flag_t    handover;     /* WebSockets go to new workers */
    ngx_msec_t    tls;          /* how long this worker passes on those with
                                   TLS then; 0: they do not go */
    uint32_t      generation;   /* of the zone's configuration, as
                                   ngx_print_store_next() has given it */
} ngx_print_worker_conf_t;


/*
 * The init() of a shared memory zone that an engine uses, whose data is an
 * ngx_print_memory_t: see ngx_print_memory_init().  NGX_OK, or NGX_ERROR
 * (logged).
 */
ngx_int_t ngx_print_worker_init_zone(ngx_shm_zone_t *shm_zone, void *data);

/*
 * Adds an engine to this process, when nginx starts it; the first call makes
 * the process a worker of the store.  memory is that of the zone, app is the
 * application, app_data its own table.  Returns NULL if the engine cannot serve
 * (logged): the process then answers 503 for this zone.
 */
ngx_print_eio_t *ngx_print_worker_engine(ngx_cycle_t *cycle,
    ngx_print_memory_t *memory, const ngx_print_eio_app_t *app,
    const void *app_data, ngx_print_worker_conf_t *conf);

/*
 * Makes all engines leave their zones when the process exits; a second call
 * does nothing.
 */
void ngx_print_worker_exit(void);


#endif /* _NGX_PRINT_WORKER_H_INCLUDED_ */
