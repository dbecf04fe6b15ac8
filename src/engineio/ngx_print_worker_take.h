
/*
 * Copyright (C) the print hub contributors
 */


/* A worker takes WebSockets that others which leave have given. */


#ifndef _NGX_PRINT_WORKER_TAKE_H_INCLUDED_
#define _NGX_PRINT_WORKER_TAKE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_hand.h"
#include "ngx_print_eio.h"


/*
 * start() reads the queue from now on, for() takes what it has for an engine;
 * places are the locations of the configuration.  NGX_OK, or NGX_ERROR
 * (logged).
 */
ngx_int_t ngx_print_worker_take_start(ngx_cycle_t *cycle,
    ngx_print_hand_t *queue);
void ngx_print_worker_take_for(ngx_print_eio_t *eio, ngx_array_t *places);

/*
 * Says in each zone whether this worker takes WebSockets: it needs room for
 * them.  Called at each tick.
 */
void ngx_print_worker_take_offer(void);

/* Called when the worker is about to exit: it takes nothing any more. */
void ngx_print_worker_take_stop(void);

/*
 * Empties the queue, and refuses what was in it: else the sockets would stay
 * open, and nobody would serve them.  Needs start().
 */
void ngx_print_worker_take_none(void);


#endif /* _NGX_PRINT_WORKER_TAKE_H_INCLUDED_ */
