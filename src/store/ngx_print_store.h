
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The shared memory of all workers: sessions, clients, jobs, events, and the
 * messages that wait. Plain C over one block of memory, which also runs
 * outside nginx.
 *
 * A process may be killed at any instruction. What it leaves is an exact
 * prefix of its stores in program order. So the stores of each change are
 * ordered in such a way that one aligned store completes it
 * (ngx_print_store_publish()). All that can be derived from those truths -
 * free lists, hash chains, ready lists, tails, counters - is rebuilt by the
 * next process that takes the lock.
 *
 * The headers of this folder are all that the layers above may call. Unless a
 * contract says otherwise, a function takes the lock itself, once or several
 * times, each time for a bounded number of records, and wakes other workers
 * after the lock is free. The caller must not hold it.
 *
 * If st->bounded is set, and a living process keeps the lock for more than
 * 100 ms, each function gives up: one with codes returns NGX_PRINT_STALLED, any
 * other one what it returns when there is nothing. If it was refused the lock
 * at once it has changed nothing. Work of several lock holds may be half done;
 * the deadline of the session or the job has it done again.
 */


#ifndef _NGX_PRINT_STORE_H_INCLUDED_
#define _NGX_PRINT_STORE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


#define NGX_PRINT_STORE_MIN_SIZE   (256 * 1024)
#define NGX_PRINT_STORE_MAX_SIZE   (16ll * 1024 * 1024 * 1024)


typedef struct {
    uint32_t                     sessions;
    uint32_t                     max_sessions;
    uint32_t                     clients;
    uint32_t                     max_clients;
    uint32_t                     jobs;
    uint32_t                     max_jobs;
    uint32_t                     blocks;
    uint32_t                     max_blocks;
    uint32_t                     addresses;     /* that have a session or a
                                                   client */
    uint32_t                     max_addresses;
    uint32_t                     waiting;       /* sessions that have joined
                                                   nothing yet */
    uint32_t                     max_waiting;
    uint32_t                     repairs;
    uint32_t                     takeovers;     /* of the lock, from dead
                                                   processes */
    uint64_t                     created;       /* s since the epoch */
    ngx_print_store_memory_e     memory;
    uint32_t                     lost_jobs;     /* what a zone had that this one
                                                   replaces */
    uint32_t                     lost_clients;
    uint32_t                     handed;        /* connections of WebSockets
                                                   that workers sent to others,
                                                   */
    uint32_t                     taken;         /* those adopted by others, */
    uint32_t                     refused;       /* refused by others, */
    uint32_t                     taken_back;    /* and adopted by their own */
} ngx_print_store_stat_t;


/*
 * Lays out a zone in zeroed memory of size bytes, aligned to a cache line.
 * Writes only to its head. Lock-free: no other process knows the zone yet.
 *
 * Nobody outside may know the secrets: "hash" keys the hash of clientIds and
 * ngx_print_store_digest(); "proof" proves that an offset which a client sends
 * back (ngx_print_recovery_offset()) was made by this zone.
 */
void ngx_print_store_create(void *mem, size_t size,
    ngx_print_store_secrets_t *secrets);

/*
 * Sets up this process' view of a zone that was created. Only reads the zone,
 * so that a reload that fails leaves no trace in it. Lock-free.
 *
 * NGX_OK     st is set; the caller sets notify and data, also ends and told if
 *            it is to log the jobs that end, and calls ngx_print_store_share()
 * NGX_ERROR  the memory holds another layout
 */
ngx_int_t ngx_print_store_open(ngx_print_store_t *st, void *mem,
    ngx_print_wake_t *wake);

/*
 * Divides the blocks among the uses, in this process' view: the last quarter
 * is not for what stations cause. Of that quarter, 1/32 of all blocks, at least
 * 8, is kept for answers to CONNECT, another 1/32 for the first reply to a
 * station, and the rest is for prints alone. Descriptions of clients take an
 * eighth of all blocks at most, and so does the queue of one session or client
 * unless a limit is set. Lock-free.
 */
void ngx_print_store_share(ngx_print_store_t *st);


/*
 * Makes this process, which has claimed wake->slot, a worker of the zone, and
 * reaps the former owner of the slot, which it adds to st->fallen. Then rings
 * for every worker once, in case a process died between the flag "pending" and
 * the ring.
 *
 * NGX_OK             it is a worker
 * NGX_PRINT_STALLED  see ngx_print_store_ready(): the caller calls it again
 */
ngx_int_t ngx_print_store_join(ngx_print_store_t *st);

/*
 * Called at each tick of the worker, at least every 250 ms: what only one
 * worker does, another one does if that worker does not tick. Lock-free.
 */
void ngx_print_store_beat(ngx_print_store_t *st);

/*
 * Called when the worker exits: it is a worker of the zone no more. Sessions
 * that are attached to it become orphans. If the lock cannot be had, nothing is
 * done: other workers then notice the end of the process.
 */
void ngx_print_store_leave(ngx_print_store_t *st);

/*
 * taking() says whether this worker, which the process master has started,
 * takes connections of workers that leave. takers() returns 1 if another worker
 * that lives does, and was started by another process than except. A worker
 * that is about to exit says so with the master 0; stays() returns 1 if another
 * worker that lives was started by this master, and has not said so. Lock-free.
 */
void ngx_print_store_taking(ngx_print_store_t *st, ngx_uint_t on,
    uint32_t master);
ngx_uint_t ngx_print_store_takers(ngx_print_store_t *st, uint32_t except);
ngx_uint_t ngx_print_store_stays(ngx_print_store_t *st, uint32_t master);

/*
 * Called when this worker begins to leave: it takes no connections any more,
 * and is shown as exiting. Lock-free.
 */
void ngx_print_store_exiting(ngx_print_store_t *st);

/*
 * Counts the configurations that use a zone. A master calls next() with the
 * memory of the zone for each of them before it forks, and keeps the number
 * that it returns; if generation() has another one later, there are newer
 * workers, or will be. Lock-free.
 */
uint32_t ngx_print_store_next(void *mem);
uint32_t ngx_print_store_generation(ngx_print_store_t *st);

/*
 * Reaps the workers that have died: frees what they had taken, and adds those
 * that no other process has reaped to st->fallen. Returns the zone's count of
 * deaths. If it differs from the caller's last value, scan for
 * orphans with ngx_print_session_orphan().
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
 * has passed. now is ngx_current_msec in 32 bits. Does not take the lock: the
 * handler decides again under the lock, because the deadline may have changed.
 */
void ngx_print_store_sweep(ngx_print_store_t *st, ngx_print_sweep_e which,
    uint32_t now, ngx_print_sweep_pt handler, void *data);

/*
 * Returns 1 to the first caller in each second, over all processes: that one
 * may log. now is the time in seconds. Lock-free.
 */
ngx_uint_t ngx_print_store_log_turn(ngx_print_store_t *st, time_t now);

/*
 * Called before the zone is used because of an event: whether its lock can be
 * had. It waits up to 100 ms the first time, and then not at all. If the lock
 * is refused later in the same event, all functions are refused it until this
 * one returns NGX_OK again.
 *
 * NGX_OK             it can
 * NGX_PRINT_STALLED  a process that lives keeps it: come back later
 */
ngx_int_t ngx_print_store_ready(ngx_print_store_t *st);

/*
 * Returns 1 if this process was refused the lock, and ngx_print_store_ready()
 * has not returned NGX_OK since: called after functions that have no code for
 * that. Lock-free.
 */
ngx_uint_t ngx_print_store_failed(ngx_print_store_t *st);

/*
 * Called after NGX_PRINT_STALLED. Returns 1 if this process has waited for a
 * second or more, for one and the same hold of the lock, and is the first
 * caller of all processes in this second: it may log *pid, the process that has
 * the lock, and *ms, how long this one has waited, without the time in which it
 * did not run itself. now is in seconds. Lock-free.
 */
ngx_uint_t ngx_print_store_stall(ngx_print_store_t *st, time_t now,
    uint32_t *pid, uint64_t *ms);

/*
 * Returns 1 if this process has waited for a second or more for one and the
 * same hold of the lock, which lasts still.  Lock-free, and never waits.
 */
ngx_uint_t ngx_print_store_stuck(ngx_print_store_t *st);

/*
 * Returns 1 if the zone has room for one more session and for a small print,
 * without what is kept for other uses.  Lock-free, so it may be wrong in the
 * next moment.
 */
ngx_uint_t ngx_print_store_has_room(ngx_print_store_t *st);

/*
 * Returns the index of a namespace, which is the same in all processes as long
 * as the zone lives. A new name gets the next index. NGX_ERROR: the name is
 * longer than NGX_PRINT_NSP_MAX, or there are NGX_PRINT_NSP_COUNT other names.
 * NGX_PRINT_STALLED: it is not known whether the name has an index.
 */
ngx_int_t ngx_print_store_nsp(ngx_print_store_t *st, ngx_str_t *name);

/*
 * Returns the name with this index. It lives as long as the zone. Lock-free.
 */
ngx_str_t ngx_print_store_nsp_name(ngx_print_store_t *st, ngx_uint_t nsp);

/*
 * Sets digest to NGX_PRINT_JOB_DIGEST bytes, a keyed hash of n texts that also
 * tells where each of them ends. All processes get the same digest of the same
 * texts, as long as the zone lives, and nobody outside can find two lists of
 * texts with digests that are equal, or equal in part. Lock-free.
 */
void ngx_print_store_digest(ngx_print_store_t *st, ngx_str_t *texts,
    ngx_uint_t n, u_char *digest);

/*
 * Called before this worker empties its ready list: a process that puts a
 * session on it from now on rings again. Lock-free.
 */
void ngx_print_store_rearm(ngx_print_store_t *st);

/*
 * Copies the figures of the zone. Lock-free, so they may be of different
 * moments.
 */
void ngx_print_store_stat(ngx_print_store_t *st, ngx_print_store_stat_t *stat);


#endif /* _NGX_PRINT_STORE_H_INCLUDED_ */
