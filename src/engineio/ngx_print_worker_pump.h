
/*
 * Copyright (C) the print hub contributors
 */


/*
 * How long a worker that is to exit passes on the bytes of WebSockets with TLS,
 * whose sessions other workers have by now.
 */


#ifndef _NGX_PRINT_WORKER_PUMP_H_INCLUDED_
#define _NGX_PRINT_WORKER_PUMP_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_eio.h"


/*
 * Called for each engine right after ngx_print_worker_take_for(): its
 * WebSockets with TLS can be handed over, and are passed on for ms milliseconds
 * at most.
 */
void ngx_print_worker_pump_for(ngx_print_eio_t *eio, ngx_msec_t ms);

/*
 * Called when the worker is told to exit: the time begins.  When it is over,
 * the sessions are closed one after the other in window milliseconds.
 */
void ngx_print_worker_pump_start(ngx_msec_t window);

/* Called when the hand-over has ended: logs how many are passed on. */
void ngx_print_worker_pump_tell(void);


#endif /* _NGX_PRINT_WORKER_PUMP_H_INCLUDED_ */
