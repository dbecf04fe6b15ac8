
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Events: each change of a job, each client that goes online or offline, and
 * each that a socket takes from another one or is refused; in one order for all
 * workers. Events are numbered from 1 on without a gap. The newest ones are
 * kept in a ring, once a worker has watched for the first time.
 */


#ifndef _NGX_PRINT_EVENT_H_INCLUDED_
#define _NGX_PRINT_EVENT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* events that one read() copies */
#define NGX_PRINT_EVENT_READ  32


typedef struct {
    uint64_t                  id;
    uint64_t                  time;          /* ms since the epoch */
    ngx_print_event_kind_e    kind;

    /* the client that the event is about */
    u_char                    len;
    u_char                    client[NGX_PRINT_CLIENT_ID_MAX];
    unsigned                  connected:1;   /* EVENT_CLIENT: it is online */

    /* EVENT_TAKEOVER, which EVENT_CLIENT follows unless it was refused */
    unsigned                  refused:1;
    u_char                    from[NGX_PRINT_SESSION_ADDR];  /* who has it */
    u_char                    by[NGX_PRINT_SESSION_ADDR];  /* who wants it */

    /* EVENT_JOB */
    uint32_t                  job;           /* its index */
    uint32_t                  gen;
    u_char                    key[NGX_PRINT_JOB_KEY];
    ngx_print_job_state_e     state;
    ngx_uint_t                attempts;
    u_char                    reason_len;
    u_char                    reason[NGX_PRINT_JOB_REASON];
    u_char                    logs;          /* that get a line, see
                                                ngx_print_job_log_t */
} ngx_print_event_t;


/* what a leader has delivered */
typedef struct {
    uint64_t                  delivered;     /* the number of the last one */
    uint64_t                  success;       /* s since the epoch: when it was;
                                                0: never */
    uint32_t                  failures;      /* in a row, since then */
} ngx_print_event_reader_t;


/* Returns the number of the last event, 0 if there was none. Lock-free. */
uint64_t ngx_print_event_last(ngx_print_store_t *st);

/*
 * Copies up to NGX_PRINT_EVENT_READ events that follow event number after.
 * Returns how many. If the first one's number is not after + 1, the events in
 * between were overwritten by newer ones, or happened before any worker
 * watched.
 */
ngx_uint_t ngx_print_event_read(ngx_print_store_t *st, uint64_t after,
    ngx_print_event_t *events);

/*
 * Sets whether this worker is woken when there are new events: st->notify() is
 * called then. Without any such worker no events are recorded. NGX_OK, or
 * NGX_PRINT_STALLED.
 */
ngx_int_t ngx_print_event_watch(ngx_print_store_t *st, ngx_uint_t on);

/*
 * Elects the worker that delivers events to the outside.
 *
 * leader() returns 1 in the worker that is the leader, of which there is at
 * most one. If no live worker is, or if the leader has not called
 * ngx_print_store_beat() for 5 s, the caller becomes it; so a leader asks again
 * before it delivers. resign() ends that, so that the next caller of leader()
 * becomes the leader. delivered() returns the number of the last event that a
 * leader has delivered, and is lock-free. set_delivered() sets it, and that
 * there is no failure.
 *
 * NGX_OK        set_delivered(): it is set
 * NGX_DECLINED  set_delivered(): this worker is not the leader any more
 */
ngx_uint_t ngx_print_event_leader(ngx_print_store_t *st);
void ngx_print_event_resign(ngx_print_store_t *st);
uint64_t ngx_print_event_delivered(ngx_print_store_t *st);
ngx_int_t ngx_print_event_set_delivered(ngx_print_store_t *st, uint64_t id);

/*
 * Says that the leader, which is the caller, could not deliver; reader() copies
 * how deliveries go, for people. Lock-free.
 */
void ngx_print_event_failed(ngx_print_store_t *st);
void ngx_print_event_reader(ngx_print_store_t *st,
    ngx_print_event_reader_t *reader);


#endif /* _NGX_PRINT_EVENT_H_INCLUDED_ */
