
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The shared memory of all workers: sessions, clients, and the messages that
 * wait for them.  Plain C over one block of memory; runs outside nginx too.
 *
 * Any process may be killed at any instruction.  What it leaves is an exact
 * prefix of its stores in program order, so every change is ordered to be
 * complete with one aligned store (ngx_print_store_publish()), and all that
 * can be derived from those truths - free lists, hash chains, ready lists,
 * tails, counters - is rebuilt by the next process that takes the lock.
 *
 * The headers of this folder are all that the layers above may call.  Each
 * function takes the lock itself, once or several times, each time for a
 * bounded number of records, and wakes other workers after it is free.
 */


#ifndef _NGX_PRINT_STORE_H_INCLUDED_
#define _NGX_PRINT_STORE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


#define NGX_PRINT_STORE_MIN_SIZE   (256 * 1024)


typedef struct {
    uint32_t                     sessions;
    uint32_t                     max_sessions;
    uint32_t                     clients;
    uint32_t                     max_clients;
    uint32_t                     jobs;
    uint32_t                     max_jobs;
    uint32_t                     blocks;
    uint32_t                     max_blocks;
    uint32_t                     repairs;
    uint32_t                     takeovers;     /* of the lock, from the
                                                   dead */
} ngx_print_store_stat_t;


/*
 * Lays out a zone in zeroed memory of size bytes, aligned to a cache line.
 * Writes only to its head.  Nobody outside may know the two secrets: the first
 * one keys the hash of clientIds, the second one proves that an offset which a
 * client sends back (ngx_print_recovery_offset()) was made by this zone.
 */
void ngx_print_store_create(void *mem, size_t size, uint64_t secrets[2]);

/*
 * Sets up this process' view of a zone that was created; only reads and
 * copies pointers, so that a reload that fails leaves no trace.
 * NGX_ERROR: the memory holds another layout.
 */
ngx_int_t ngx_print_store_open(ngx_print_store_t *st, void *mem,
    ngx_print_wake_t *wake);


/*
 * Enters this process, which has claimed wake->slot, as a worker, and cleans
 * up after the former owner of the slot.  Then wakes everybody once, in case
 * a waker died between its mark and its ring.
 */
void ngx_print_store_join(ngx_print_store_t *st);

/* the worker ends in an orderly way; what is attached to it becomes orphaned */
void ngx_print_store_leave(ngx_print_store_t *st);

/*
 * Strikes off the workers that died, frees what they had taken.  Returns a
 * number that has changed when sessions may have been orphaned since: then
 * ngx_print_session_orphan() is to be asked for them.
 */
uint32_t ngx_print_store_reap(ngx_print_store_t *st);


/* the columns of deadlines */
typedef enum {
    NGX_PRINT_SWEEP_SESSIONS = 0,
    NGX_PRINT_SWEEP_RECOVERIES,
    NGX_PRINT_SWEEP_JOBS
} ngx_print_sweep_e;


typedef void (*ngx_print_sweep_pt)(void *data, uint32_t now, uint32_t index);

/*
 * Calls handler(data, now, index) for each record of a column whose deadline
 * has passed.  The lock is free in between: the handler decides again under the
 * lock whether it is so.  now: ngx_current_msec, in 32 bits.
 */
void ngx_print_store_sweep(ngx_print_store_t *st, ngx_print_sweep_e which,
    uint32_t now, ngx_print_sweep_pt handler, void *data);

/* whether nobody has asked for this in the second now or later; lock-free */
ngx_uint_t ngx_print_store_log_turn(ngx_print_store_t *st, time_t now);

/*
 * The index of a namespace, which is the same for all processes and as long as
 * the zone lives: a new name is given one.  NGX_ERROR: it is too long, or
 * there are NGX_PRINT_NSP_COUNT others.
 */
ngx_int_t ngx_print_store_nsp(ngx_print_store_t *st, ngx_str_t *name);

/* the name of such an index; it lives as long as the zone */
ngx_str_t ngx_print_store_nsp_name(ngx_print_store_t *st, ngx_uint_t nsp);

/* before draining our ready list: rings from now on wake us again */
void ngx_print_store_rearm(ngx_print_store_t *st);

void ngx_print_store_stat(ngx_print_store_t *st, ngx_print_store_stat_t *stat);


#endif /* _NGX_PRINT_STORE_H_INCLUDED_ */
