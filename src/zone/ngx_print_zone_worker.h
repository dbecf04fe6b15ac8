
/*
 * Copyright (C) the print hub contributors
 */


/* Workers as the zone knows them. */


#ifndef _NGX_PRINT_ZONE_WORKER_H_INCLUDED_
#define _NGX_PRINT_ZONE_WORKER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"


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

/*
 * Elects the worker that does something for all. elect_locked() returns 1 in
 * the one that does it. If no live worker does, or if it has not called
 * ngx_print_store_beat() for 5 s, the caller becomes it. leads_locked() returns
 * 1 if the caller is it; resign_locked() ends that.
 */
ngx_uint_t ngx_print_store_elect_locked(ngx_print_store_t *st,
    ngx_print_store_leader_t *leader);
ngx_uint_t ngx_print_store_leads_locked(ngx_print_store_t *st,
    ngx_print_store_leader_t *leader);
void ngx_print_store_resign_locked(ngx_print_store_t *st,
    ngx_print_store_leader_t *leader);


#endif /* _NGX_PRINT_ZONE_WORKER_H_INCLUDED_ */
