
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Accounts of the messages that were sent to each session and received by it.
 * They outlive the processes that keep them.  There is one for each session
 * and each slot that sends to it; a message carries its number there, and the
 * last one before it that was surely accepted.
 *
 * So a receiver can tell: numbers rise, and all that was accepted is there,
 * but for what a process that was killed had taken.  What a slot's former
 * owner was sending when it was killed may be there or not.
 */


#ifndef _NGX_PRINT_LEDGER_H_INCLUDED_
#define _NGX_PRINT_LEDGER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "bench.h"


#define LEDGER_SESSIONS  48
#define LEDGER_SLOTS     8
#define LEDGER_BYTES     65536      /* of a message, at most */
#define LEDGER_JOBS      (8 * 1024 * 1024)


typedef struct {
    ngx_atomic_t    failed;
    ngx_atomic_t    received;       /* messages */
    ngx_atomic_t    lost;           /* with a process that had taken them */
    ngx_atomic_t    late;           /* found by a tick, not by a ring */
    ngx_atomic_t    jobs;           /* that were accepted */
    ngx_atomic_t    sent;           /* their packets */
    ngx_atomic_t    again;          /* those that were marked */
    ngx_atomic_t    known;          /* to be received, or more */
} ledger_totals_t;


typedef struct {
    uint32_t        at;             /* its bytes are a function of these */
    size_t          len;
    size_t          limit;
    ngx_uint_t      queue;
    ngx_msec_t      ttl;
    ngx_uint_t      resend;
} ledger_job_t;


extern ledger_totals_t  *ledger_totals;     /* of all processes */


/* for all further processes */
void ledger_create(void);

/* this process, the n-th, has this slot */
void ledger_begin(ngx_uint_t n, ngx_uint_t slot);

/* sends the next message; its bytes are a function of "at" and len */
ngx_int_t ledger_send(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t at, size_t len, size_t limit);

/* around what takes messages off a session, and accounts for them */
void ledger_taking(ngx_print_store_t *st, ngx_print_ref_t ref);
void ledger_taken(void);

/* accounts for a batch, and releases it */
void ledger_receive(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_batch_t *batch);

/* nothing more is accepted for it, and nothing is left in its queue */
void ledger_complete(ngx_print_ref_t ref);

void ledger_fail(const char *fmt, ...);

/*
 * A pong of the session's client may be sent: it has read all that it was sent,
 * for if a process has died with some of it the connection is taken for broken
 */
ngx_uint_t ledger_pongs(ngx_print_ref_t ref);


/* the bytes of a message from here on */
u_char *ledger_payload(uint32_t at);

/*
 * Jobs: a packet comes once, and again only if the job was made so and the
 * packet is marked.  Events report each change of its state, and the last one
 * is the state that is found in the zone.
 */

/* for all further processes */
void ledger_job_create(void);

/* makes one on each of the clients */
ngx_int_t ledger_job_make(ngx_print_store_t *st, const char *ids,
    ledger_job_t *job);

/* a packet has come, its text is msg */
void ledger_job_receive(ngx_print_store_t *st, ngx_print_job_packet_t *job,
    ngx_print_message_t *msg);

/* by one process alone: follows the events */
void ledger_job_follow(ngx_print_store_t *st);

/* 1 if events have to be followed before more jobs, or there are enough jobs */
ngx_uint_t ledger_job_behind(ngx_print_store_t *st);

/* with all others dead: each job has its last event's state, none is lost */
void ledger_job_check(ngx_print_store_t *st);


#endif /* _NGX_PRINT_LEDGER_H_INCLUDED_ */
