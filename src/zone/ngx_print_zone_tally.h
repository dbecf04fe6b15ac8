
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What a worker counts by itself, without the lock: each worker adds to a
 * column of its own, and who asks sums them. A column belongs to a slot, and
 * the next worker of the slot goes on with it, so nothing is lost when a worker
 * exits, dies or is replaced: at most what it had in hand when it was killed.
 *
 * A zone has a column for each of the lowest slots, as many as it has room for.
 * The last column is for all other slots, and for processes without a slot;
 * they add to it by atomic operations.
 */


#ifndef _NGX_PRINT_ZONE_TALLY_H_INCLUDED_
#define _NGX_PRINT_ZONE_TALLY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* why a station, or a request, was refused */
typedef enum {
    NGX_PRINT_CAUSE_RATE = 0,                /* of the address, as all down to
                                                STREAMS */
    NGX_PRINT_CAUSE_SESSIONS,
    NGX_PRINT_CAUSE_CLIENTS,
    NGX_PRINT_CAUSE_NETWORK,
    NGX_PRINT_CAUSE_SOCKETS,                 /* that can be recovered */
    NGX_PRINT_CAUSE_STREAMS,
    NGX_PRINT_CAUSE_WORKER_STREAMS,
    NGX_PRINT_CAUSE_TOKEN,
    NGX_PRINT_CAUSE_AUTHORIZE,
    NGX_PRINT_CAUSE_UNDECIDED,               /* the authorizer did not answer */
    NGX_PRINT_CAUSE_CLIENT_ID,
    NGX_PRINT_CAUSE_CLIENT_IDS,              /* of one connection */
    NGX_PRINT_CAUSE_TAKEOVER,
    NGX_PRINT_CAUSE_ORIGIN
} ngx_print_cause_e;

#define NGX_PRINT_CAUSES  14


/* why a print was refused: the codes of the API */
typedef enum {
    NGX_PRINT_DENIED_INVALID_REQUEST = 0,
    NGX_PRINT_DENIED_UNAUTHORIZED,
    NGX_PRINT_DENIED_FORBIDDEN,
    NGX_PRINT_DENIED_ORIGIN_NOT_ALLOWED,
    NGX_PRINT_DENIED_METHOD_NOT_ALLOWED,
    NGX_PRINT_DENIED_CLIENT_UNKNOWN,
    NGX_PRINT_DENIED_CLIENT_OFFLINE,
    NGX_PRINT_DENIED_TOO_LARGE,
    NGX_PRINT_DENIED_UNSUPPORTED_TYPE,
    NGX_PRINT_DENIED_IDEMPOTENCY_MISMATCH,
    NGX_PRINT_DENIED_CLIENT_BUSY,
    NGX_PRINT_DENIED_RATE_LIMITED,
    NGX_PRINT_DENIED_ZONE_FULL,
    NGX_PRINT_DENIED_ZONE_BUSY,
    NGX_PRINT_DENIED_NO_SLOT,
    NGX_PRINT_DENIED_INTERNAL
} ngx_print_denied_e;

#define NGX_PRINT_DENIALS  16


/* the paths of the hub, and the classes of their answers */
typedef enum {
    NGX_PRINT_PATH_STATUS = 0,
    NGX_PRINT_PATH_PRINT,
    NGX_PRINT_PATH_JOBS,
    NGX_PRINT_PATH_CLIENTS,
    NGX_PRINT_PATH_EVENTS,
    NGX_PRINT_PATH_ZONE,
    NGX_PRINT_PATH_HEALTH,
    NGX_PRINT_PATH_EIO
} ngx_print_path_e;

#define NGX_PRINT_PATHS  8
#define NGX_PRINT_CODES  5                   /* 2xx, 3xx, 4xx, 5xx, 101; of a
                                                webhook the last one is that
                                                there was no answer */


/* who reads events */
typedef enum {
    NGX_PRINT_READER_STREAM = 0,
    NGX_PRINT_READER_WEBHOOK,
    NGX_PRINT_READER_LOG
} ngx_print_reader_e;

#define NGX_PRINT_READERS  3


/* of the round trip of a ping; the last one has no upper bound */
#define NGX_PRINT_RTT_BUCKETS  12

#define NGX_PRINT_RTT_BOUNDS                                                  \
    { 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000 }    /* ms */


/* the cells of a column; some stand for several */
typedef enum {
    NGX_PRINT_TALLY_LOCK_WAITS = 0,          /* holds that had to wait, */
    NGX_PRINT_TALLY_LOCK_NS,                 /* and for how long */

    NGX_PRINT_TALLY_REFUSALS,                /* by ngx_print_cause_e */
    NGX_PRINT_TALLY_JOBS_REFUSED             /* by ngx_print_denied_e */
        = NGX_PRINT_TALLY_REFUSALS + NGX_PRINT_CAUSES,
    NGX_PRINT_TALLY_REPLAYS
        = NGX_PRINT_TALLY_JOBS_REFUSED + NGX_PRINT_DENIALS,

    NGX_PRINT_TALLY_REQUESTS,                /* by ngx_print_path_e and class
                                                of the answer */

    NGX_PRINT_TALLY_MESSAGES                 /* in, out */
        = NGX_PRINT_TALLY_REQUESTS + NGX_PRINT_PATHS * NGX_PRINT_CODES,
    NGX_PRINT_TALLY_MESSAGE_BYTES            /* in, out */
        = NGX_PRINT_TALLY_MESSAGES + 2,

    NGX_PRINT_TALLY_DEFLATE                  /* plain and compressed bytes in,
                                                and out */
        = NGX_PRINT_TALLY_MESSAGE_BYTES + 2,

    NGX_PRINT_TALLY_RTT                      /* by bucket */
        = NGX_PRINT_TALLY_DEFLATE + 4,
    NGX_PRINT_TALLY_RTT_MS                   /* their sum */
        = NGX_PRINT_TALLY_RTT + NGX_PRINT_RTT_BUCKETS,

    NGX_PRINT_TALLY_RINGS,                   /* doorbells rung */
    NGX_PRINT_TALLY_LATE,                    /* sessions that a tick found, and
                                                of which no ring had told */

    NGX_PRINT_TALLY_EVENTS_LOST,             /* by ngx_print_reader_e */

    NGX_PRINT_TALLY_WEBHOOK                  /* by class of the answer */
        = NGX_PRINT_TALLY_EVENTS_LOST + NGX_PRINT_READERS,

    NGX_PRINT_TALLY_LOG_LINES                /* written, failed */
        = NGX_PRINT_TALLY_WEBHOOK + NGX_PRINT_CODES,

    NGX_PRINT_TALLY_END
        = NGX_PRINT_TALLY_LOG_LINES + 2
} ngx_print_tally_e;

#define NGX_PRINT_TALLY_CELLS  128


/* one column; it fills whole cache lines */
struct ngx_print_store_tally_s {
    uint64_t                   cells[NGX_PRINT_TALLY_CELLS];
};


/*
 * What a worker has at the moment. Each slot has such a record, whatever the
 * room of the zone, and it counts only while a worker has the slot.
 */
typedef enum {
    NGX_PRINT_GAUGE_POLL = 0,                /* GETs of stations that wait */
    NGX_PRINT_GAUGE_WAIT,                    /* requests that wait for jobs */
    NGX_PRINT_GAUGE_EVENTS,                  /* streams of events */
    NGX_PRINT_GAUGE_EXITING                  /* 1: the worker is to exit */
} ngx_print_gauge_e;

#define NGX_PRINT_GAUGES  4

struct ngx_print_store_gauges_s {
    uint32_t                   n[NGX_PRINT_GAUGES];
};


/* Adds n to a cell of this worker's column. Lock-free. */
#define ngx_print_tally_add(st, cell, n)                                      \
    do {                                                                      \
        if ((st)->tally_shared) {                                             \
            (void) __atomic_fetch_add(&(st)->tally->cells[cell],              \
                                      (uint64_t) (n), __ATOMIC_RELAXED);      \
        } else {                                                              \
            (st)->tally->cells[cell] += (uint64_t) (n);                       \
        }                                                                     \
    } while (0)

#define ngx_print_tally(st, cell)  ngx_print_tally_add(st, cell, 1)

/*
 * Changes what this worker has, by 1 or -1. A process without a slot has
 * nothing. Lock-free.
 */
#define ngx_print_gauge_add(st, which, by)                                    \
    do {                                                                      \
        if ((st)->gauge) {                                                    \
            (st)->gauge->n[which] += (uint32_t) (by);                         \
        }                                                                     \
    } while (0)

/*
 * Called when a worker has its slot, before others see it: it goes on with the
 * column of the slot, and has nothing yet.
 */
void ngx_print_tally_claim_locked(ngx_print_store_t *st);

/*
 * Adds all columns of a zone to those of a new one, which nobody uses yet: the
 * last one to the last one, which also gets those for which that has none. What
 * workers had at the moment is not taken over. Lock-free.
 */
void ngx_print_zone_import_tallies(ngx_print_store_t *to,
    ngx_print_store_t *from);


#endif /* _NGX_PRINT_ZONE_TALLY_H_INCLUDED_ */
