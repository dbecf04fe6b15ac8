
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
 * No function but ngx_print_store_lock() and _unlock() is to be called with
 * the lock held; each takes it for a bounded number of records.  The lock is a
 * leaf: no other lock, no system call, no log, no allocation under it.
 */


#ifndef _NGX_PRINT_STORE_H_INCLUDED_
#define _NGX_PRINT_STORE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_wake.h"


#define NGX_PRINT_STORE_MIN_SIZE   (256 * 1024)

#define NGX_PRINT_NSP_COUNT        32       /* namespaces, "/" included */
#define NGX_PRINT_NSP_MAX          63       /* bytes of a name */

/* results beside nginx's own: NGX_DECLINED is "no such session or client" */
#define NGX_PRINT_OFFLINE          -20      /* the client has no session */
#define NGX_PRINT_FULL             -21      /* the zone has no room */


typedef struct ngx_print_store_s          ngx_print_store_t;
typedef struct ngx_print_store_shctx_s    ngx_print_store_shctx_t;
typedef struct ngx_print_store_worker_s   ngx_print_store_worker_t;
typedef struct ngx_print_store_session_s  ngx_print_store_session_t;
typedef struct ngx_print_store_client_s   ngx_print_store_client_t;
typedef struct ngx_print_store_pid_s      ngx_print_store_pid_t;
typedef struct ngx_print_store_job_s      ngx_print_store_job_t;
typedef struct ngx_print_store_event_s    ngx_print_store_event_t;
typedef struct ngx_print_store_block_s    ngx_print_store_block_t;


/* a session that may be gone by now: never a pointer */
typedef struct {
    uint32_t                     index;
    uint32_t                     gen;
} ngx_print_ref_t;


/*
 * Called, with the lock free, when work was put on our own ready list, or there
 * are events that we watch for
 */
typedef void (*ngx_print_store_notify_pt)(ngx_print_store_t *st);


/*
 * Writes what stands before and behind the payload of a job (job.h), each in
 * NGX_PRINT_STORE_WRAP bytes at most, and sets their lengths
 */
#define NGX_PRINT_STORE_WRAP  192

typedef void (*ngx_print_store_wrap_pt)(ngx_print_store_t *st, void *job,
    ngx_str_t *head, ngx_str_t *tail);


/* words of a set of slots */
#define NGX_PRINT_STORE_SETS  ((NGX_PRINT_WAKE_SLOTS + 63) / 64)


/* one process' view of a zone */
struct ngx_print_store_s {
    ngx_print_store_shctx_t     *sh;

    ngx_print_store_worker_t    *workers;
    volatile uint32_t           *deadlines;     /* of sessions, ms, 0: none */
    ngx_print_store_session_t   *sessions;
    ngx_print_store_client_t    *clients;
    uint32_t                    *buckets;
    volatile uint32_t           *versions;      /* of the pages of clients */
    volatile uint32_t           *pid_deadlines;
    ngx_print_store_pid_t       *pids;
    volatile uint32_t           *job_deadlines;
    ngx_print_store_job_t       *jobs;
    uint32_t                    *job_buckets;
    ngx_print_store_event_t     *events;
    uint32_t                    *fat;           /* next block, 0: the last */
    u_char                      *marks;
    ngx_print_store_block_t     *blocks;

    ngx_print_wake_t            *wake;
    ngx_print_store_notify_pt    notify;
    ngx_print_store_wrap_pt      wrap;
    void                        *data;          /* for these */

    ngx_atomic_uint_t            id;            /* of this process in the
                                                   lock, 0: not joined */
    uint32_t                     epoch;
    uint32_t                     spare;         /* blocks for clients' messages
                                                   alone */
    ngx_uint_t                   slot;
    uint64_t                     rings[NGX_PRINT_STORE_SETS];
    unsigned                     ring_all:1;    /* after a repair */
    unsigned                     news:1;        /* events were told of */
    unsigned                     rung:1;        /* rings has some */
};


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
    uint32_t                     robs;          /* locks taken from the dead */
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

void ngx_print_store_lock(ngx_print_store_t *st);
void ngx_print_store_unlock(ngx_print_store_t *st);

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
uint32_t ngx_print_store_bury(ngx_print_store_t *st);

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
void ngx_print_store_listen(ngx_print_store_t *st);

void ngx_print_store_stat(ngx_print_store_t *st, ngx_print_store_stat_t *stat);


#endif /* _NGX_PRINT_STORE_H_INCLUDED_ */
