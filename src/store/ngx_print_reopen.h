
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What the master does with a zone: it looks whether memory holds one, prepares
 * it for new workers, and counts what is in it. All functions are lock-free:
 * there are no workers, unless a contract says otherwise.
 */


#ifndef _NGX_PRINT_REOPEN_H_INCLUDED_
#define _NGX_PRINT_REOPEN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


typedef struct {
    uint32_t                   clients;
    uint32_t                   waiting;      /* jobs that wait */
    uint32_t                   sent;         /* jobs without a receipt, which
                                                may come */
} ngx_print_reopen_count_t;


/* The layout that this module knows. */
uint32_t ngx_print_reopen_layout(void);

/*
 * Looks whether a zone of size bytes lies at mem, of this layout, and whether
 * each number in it that is an index leads to a record. Only reads. NGX_OK, or
 * NGX_ERROR.
 */
ngx_int_t ngx_print_reopen_check(void *mem, size_t size);

/*
 * Returns 1 if each number in a zone that is an index leads to a record: so it
 * is whenever all processes that use the zone are killed.
 */
ngx_uint_t ngx_print_reopen_fit(ngx_print_store_t *st);

/*
 * Prepares a zone that an nginx has left: the first process that takes the
 * lock repairs it. Called after ngx_print_store_open().
 */
void ngx_print_reopen(ngx_print_store_t *st);

/*
 * The same for a zone that was left before the system was started anew, where
 * the times in ms have no meaning any more: all sessions are to end by a ping
 * timeout, the time of recovery begins anew, and the time that a job may wait
 * is counted from the time of day when it was queued. It can be called again.
 */
void ngx_print_reopen_rebase(ngx_print_store_t *st);

/*
 * Says of a new zone that it was created now, what its memory is, and what was
 * lost with the zone that it replaces.
 */
void ngx_print_reopen_memory(void *mem, ngx_print_store_memory_e memory);
void ngx_print_reopen_lost(void *mem, uint32_t jobs, uint32_t clients);

/*
 * Counts what a zone has. If there are workers, the counts may be of different
 * moments.
 */
void ngx_print_reopen_count(ngx_print_store_t *st,
    ngx_print_reopen_count_t *count);

/* Returns how many workers of a zone live. There may be some. */
ngx_uint_t ngx_print_reopen_workers(ngx_print_store_t *st);


#endif /* _NGX_PRINT_REOPEN_H_INCLUDED_ */
