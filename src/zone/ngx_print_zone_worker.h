
/*
 * Copyright (C) the print hub contributors
 */


/* Workers as the zone knows them. */


#ifndef _NGX_PRINT_ZONE_WORKER_H_INCLUDED_
#define _NGX_PRINT_ZONE_WORKER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Returns 1 if the worker with this slot and epoch has joined, and has not
 * been reaped. Epoch 0 is no worker.
 */
ngx_uint_t ngx_print_store_worker_locked(ngx_print_store_t *st,
    ngx_uint_t slot, uint32_t epoch);

/*
 * Reaps a worker that has died, or that leaves: frees the messages that it had
 * taken and the payloads that it had pinned, and clears its slot. Does nothing
 * if it was reaped before. Sessions that were attached to it are orphans then;
 * ngx_print_session_orphan() finds them.
 */
void ngx_print_store_worker_reap_locked(ngx_print_store_t *st,
    ngx_print_store_worker_t *w);


#endif /* _NGX_PRINT_ZONE_WORKER_H_INCLUDED_ */
