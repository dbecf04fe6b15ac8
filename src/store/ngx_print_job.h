
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Print jobs: what is to be printed on a client, what has become of it, and
 * how it gets to the client's session.
 *
 *   QUEUED -> SENT -> RECEIVED -> PRINTED | FAILED
 *
 * and EXPIRED, CANCELED (never sent), UNCONFIRMED (nobody knows); each legal
 * change is in one table, see ngx_print_job_state.c.
 *
 * A job is QUEUED at its client, whose session takes it with
 * ngx_print_queue_take(): it is SENT from then on, also if the worker dies
 * before it wrote a byte.  A ping right behind it is its fence: the pong proves
 * that it was received.  A job that has come to its end gives up its payload
 * and is kept as history; when the zone is full the oldest gives way.
 *
 * Jobs are found by index and key, both told in their id, or by index and gen.
 */


#ifndef _NGX_PRINT_JOB_H_INCLUDED_
#define _NGX_PRINT_JOB_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


#define NGX_PRINT_JOB_CLIENTS  64     /* of one request */
#define NGX_PRINT_JOB_LIST     64


/* a copy, true at the time it was made */
typedef struct {
    uint32_t                 index;
    uint32_t                 gen;
    uint64_t                 seq;            /* order of creation */
    uint64_t                 change;         /* its last event, see event.h */
    ngx_print_job_state_e    state;
    ngx_print_job_times_t    times;
    ngx_uint_t               attempts;       /* times that it was sent */
    u_char                   key[NGX_PRINT_JOB_KEY];
    u_char                   len;
    u_char                   id[NGX_PRINT_CLIENT_ID_MAX];
    u_char                   reason_len;
    u_char                   reason[NGX_PRINT_JOB_REASON];
    unsigned                 finished:1;     /* nothing more is awaited, but
                                                maybe a result */
    unsigned                 away:1;         /* QUEUED: so is its client */
} ngx_print_job_info_t;


/* what is wanted of a print on n clients */
typedef struct {
    ngx_str_t               *clients;        /* their ids */
    ngx_uint_t               n;              /* NGX_PRINT_JOB_CLIENTS at most */
    u_char                  *keys;           /* n * NGX_PRINT_JOB_KEY random
                                                bytes */

    /* the event: "name",argument,... as in a JSON array, and attachments */
    ngx_str_t               *parts;
    ngx_uint_t               nparts;
    ngx_str_t               *binary;
    ngx_uint_t               nbinary;

    /*
     * What the request is known by, if it comes again: NULL, or a digest of
     * NGX_PRINT_JOB_DIGEST bytes; and what it said
     */
    u_char                  *digest;
    uint64_t                 request;

    size_t                   limit;          /* bytes that may wait for each
                                                client */
    ngx_uint_t               queue;          /* jobs that may wait for one that
                                                is away */
    ngx_msec_t               ttl;            /* while QUEUED */
    unsigned                 resend:1;       /* if its fate is unknown */
} ngx_print_job_init_t;


/*
 * Creates a job for each client, all or none, and wakes the sessions.  jobs[]:
 * room for init->n.
 *
 * NGX_OK
 * NGX_DONE           they exist, by their digest
 * NGX_ABORT          jobs of this digest exist, of another request
 * NGX_DECLINED       *bad is a client that is unknown,
 * NGX_PRINT_OFFLINE  that is away, and its jobs may not wait,
 * NGX_BUSY           for which too much waits
 * NGX_PRINT_FULL
 */
ngx_int_t ngx_print_job_create(ngx_print_store_t *st,
    ngx_print_job_init_t *init, ngx_print_job_info_t *jobs, ngx_uint_t *bad);

/* NGX_OK, NGX_DECLINED: there is none (any more) */
ngx_int_t ngx_print_job_find(ngx_print_store_t *st, uint32_t index,
    u_char *key, ngx_print_job_info_t *info);

/*
 * NGX_OK: it is CANCELED; NGX_DECLINED; NGX_BUSY: it is in a state, of which
 * info tells, that does not allow it.
 */
ngx_int_t ngx_print_job_cancel(ngx_print_store_t *st, uint32_t index,
    u_char *key, ngx_print_job_info_t *info);

/*
 * Its station, which is this session's socket, says what became of it: PRINTED,
 * FAILED or, at least, RECEIVED.  A reason that is too long is cut.  NGX_OK,
 * NGX_DECLINED: there is no such job of this station, or it cannot be in this
 * state.
 */
ngx_int_t ngx_print_job_result(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, uint32_t index, u_char *key, ngx_print_job_state_e state,
    ngx_str_t *reason);

/*
 * The same of the answer to a job's packet, of which index and gen are told
 * back; from the socket alone that it was sent to.
 */
ngx_int_t ngx_print_job_answer(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, uint32_t index, uint32_t gen, ngx_print_job_state_e state,
    ngx_str_t *reason);

/*
 * Copies up to NGX_PRINT_JOB_LIST jobs of a client (NULL: of all), in a state
 * of the mask states (bits of 1 << state), from *cursor on (0 at first), in no
 * order; *cursor is 0 when all were seen.  Returns their number.
 */
ngx_uint_t ngx_print_job_list(ngx_print_store_t *st, uint32_t *cursor,
    ngx_str_t *client, ngx_uint_t states, ngx_print_job_info_t *list);

/*
 * Those that were sent to a session that is closed, and for which no receipt
 * came: UNCONFIRMED, or QUEUED again; if the socket can be recovered, they
 * wait for that.
 */
void ngx_print_job_session_lost(ngx_print_store_t *st, ngx_print_ref_t ref);

/*
 * Called for a job that ngx_print_store_sweep() has found.  Looks again under
 * the lock: a job that is still QUEUED becomes EXPIRED, or UNCONFIRMED if it
 * was sent before.
 */
void ngx_print_job_expire(ngx_print_store_t *st, uint32_t now,
    uint32_t index);


#endif /* _NGX_PRINT_JOB_H_INCLUDED_ */
