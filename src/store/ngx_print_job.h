
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Print jobs: what a client shall print, what became of it, and how it gets to
 * the session of the client.
 *
 *   QUEUED -> SENT -> RECEIVED -> PRINTED | FAILED
 *
 * A job may also become EXPIRED or CANCELED, if it was never sent, or
 * UNCONFIRMED, if nobody knows whether it was received. The table of all legal
 * changes is in ngx_print_job_state.c.
 *
 * A job waits at its client as QUEUED until the client's session takes it with
 * ngx_print_queue_take(). It is SENT from then on, also if the worker dies
 * before it has written a byte. A ping follows it as its fence: the pong
 * proves that the client received the job. A job that is finished gives up its
 * payload, and is kept as history. When the zone is full, the finished job
 * that changed longest ago is evicted.
 *
 * A job is found by its index and key, which its id is made of, or by index
 * and gen.
 */


#ifndef _NGX_PRINT_JOB_H_INCLUDED_
#define _NGX_PRINT_JOB_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


#define NGX_PRINT_JOB_CLIENTS  64     /* jobs of one request */
#define NGX_PRINT_JOB_LIST     64     /* jobs that one list() copies */


/* a copy, as the job was when it was made */
typedef struct {
    uint32_t                 index;
    uint32_t                 gen;
    uint64_t                 seq;            /* order of creation */
    uint64_t                 change;         /* its last event, see event.h */
    ngx_print_job_state_e    state;
    ngx_print_job_times_t    times;
    ngx_uint_t               attempts;       /* times that it was sent, 255 at
                                                most */
    ngx_print_job_source_e   source;
    u_char                   key[NGX_PRINT_JOB_KEY];
    u_char                   len;
    u_char                   id[NGX_PRINT_CLIENT_ID_MAX];
    u_char                   reason_len;
    u_char                   reason[NGX_PRINT_JOB_REASON];
    unsigned                 finished:1;     /* nothing more will happen,
                                                except that a result may
                                                come */
    unsigned                 unfenced:1;     /* it is SENT to a station of
                                                protocol 3, which confirms
                                                receipt only if it wants to */
    unsigned                 away:1;         /* its client was offline when it
                                                was created */
} ngx_print_job_info_t;


/* a request to print on n clients */
typedef struct {
    ngx_str_t               *clients;        /* their ids */
    ngx_uint_t               n;              /* NGX_PRINT_JOB_CLIENTS at most */
    u_char                  *keys;           /* n * NGX_PRINT_JOB_KEY random
                                                bytes */

    /*
     * The event as in a JSON array without its brackets, "name",argument,...
     * in parts, and the attachments.
     */
    ngx_str_t               *parts;
    ngx_uint_t               nparts;
    ngx_str_t               *binary;
    ngx_uint_t               nbinary;

    /*
     * Idempotency: a digest of the Idempotency-Key, or NULL; and one of the
     * request, to refuse the same key for another one. Both are of
     * ngx_print_store_digest().
     */
    u_char                  *digest;
    u_char                  *request;

    size_t                   limit;          /* bytes of the zone that the jobs
                                                of each client may take */
    ngx_uint_t               queue;          /* jobs that may wait for a client
                                                that is offline; 0: these do
                                                not: if they were not sent
                                                when their client goes offline,
                                                and its socket cannot be
                                                recovered, they become
                                                EXPIRED */
    ngx_msec_t               ttl;            /* ms that it may be QUEUED */
    ngx_print_job_source_e   source;         /* what creates the jobs */
    unsigned                 resend:1;       /* send a job again if its receipt
                                                is unknown */

    /* what the logs of jobs tell; the last two only if there is one */
    uint64_t                *logs;           /* those that want lines of it; see
                                                job_log.h */
    ngx_uint_t               nlogs;
    ngx_str_t                by;             /* who has ordered it,
                                                NGX_PRINT_JOB_BY bytes at
                                                most */
    uint32_t                 bytes;          /* of the payload */
} ngx_print_job_init_t;


/*
 * Creates a job for each client, all or none of them, and wakes the workers of
 * their sessions. jobs has room for init->n elements, which are set with
 * NGX_OK and NGX_DONE.
 *
 * NGX_OK             the jobs are created
 * NGX_DONE           the jobs of this digest exist already, from the same
 *                    request
 * NGX_ABORT          the jobs of this digest were created by another request
 * NGX_DECLINED       clients[*bad] is unknown
 * NGX_PRINT_OFFLINE  clients[*bad] is offline, and init->queue is 0
 * NGX_BUSY           too many jobs, or too many bytes, wait for clients[*bad]
 * NGX_PRINT_FULL     the zone has no room
 */
ngx_int_t ngx_print_job_create(ngx_print_store_t *st,
    ngx_print_job_init_t *init, ngx_print_job_info_t *jobs, ngx_uint_t *bad);

/*
 * Copies the job with this index, which may be any number, and this key.
 *
 * NGX_OK        info is set
 * NGX_DECLINED  there is no such job, or it was evicted
 */
ngx_int_t ngx_print_job_find(ngx_print_store_t *st, uint32_t index,
    u_char *key, ngx_print_job_info_t *info);

/*
 * Cancels a job that was never sent.
 *
 * NGX_OK        the job is CANCELED; info is set
 * NGX_DECLINED  there is no such job, or it was evicted
 * NGX_BUSY      the job was sent, or is finished; info is set and has its
 *               state
 */
ngx_int_t ngx_print_job_cancel(ngx_print_store_t *st, uint32_t index,
    u_char *key, ngx_print_job_info_t *info);

/*
 * Called when the station, a client of this socket, reports what became of a
 * job: it is PRINTED or FAILED, or at least RECEIVED. A reason that is too
 * long is truncated.
 *
 * NGX_OK        the job has the new state
 * NGX_DECLINED  the station has no such job, it was never sent, or it cannot
 *               change to this state
 */
ngx_int_t ngx_print_job_result(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, uint32_t index, u_char *key, ngx_print_job_state_e state,
    ngx_str_t *reason);

/*
 * Does the same for the acknowledgement of a job's packet, whose id gives
 * index and gen. It counts only from the socket that the job was sent to.
 */
ngx_int_t ngx_print_job_answer(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, uint32_t index, uint32_t gen, ngx_print_job_state_e state,
    ngx_str_t *reason);

/*
 * Copies up to NGX_PRINT_JOB_LIST jobs, in no order: those of one client
 * (NULL: of all) whose state is in the mask states (bits of 1 << state).
 * Returns their number, which may be 0 before the end.
 *
 * *cursor is 0 in the first call, and 0 again after the call that has seen the
 * last record. A call reads a bounded number of records under the lock.
 */
ngx_uint_t ngx_print_job_list(ngx_print_store_t *st, uint32_t *cursor,
    ngx_str_t *client, ngx_uint_t states, ngx_print_job_info_t *list);

/*
 * Settles the jobs of a session which is closed. Each that was sent and not
 * confirmed becomes UNCONFIRMED or QUEUED, or waits for the recovery of its
 * socket if that is possible. Of those that were never sent, some become
 * EXPIRED, see ngx_print_job_init_t.
 */
void ngx_print_job_session_lost(ngx_print_store_t *st, ngx_print_ref_t ref);

/*
 * Called for a job that ngx_print_store_sweep() has found. Looks again under
 * the lock: a job that is still QUEUED and past its TTL becomes EXPIRED, or
 * UNCONFIRMED if it was sent before.
 */
void ngx_print_job_expire(ngx_print_store_t *st, uint32_t now,
    uint32_t index);


#endif /* _NGX_PRINT_JOB_H_INCLUDED_ */
