
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The cells in which the zone counts what changes under its lock; zone_count.h
 * says how.
 */


#ifndef _NGX_PRINT_ZONE_CELL_H_INCLUDED_
#define _NGX_PRINT_ZONE_CELL_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * What each event is counted as, in counts.events: one of these, and behind
 * some of them the places of what their comments name. A job is settled when it
 * is finished, once; "was" is what it was before. Most jobs are sent and
 * received soon, in less than SOON ms: these have a place for each ms, so that
 * no sum is kept of them, and what is SOON was not settled before.
 */

#define NGX_PRINT_CELL_SIZES      32      /* of payloads, by the highest bit */
#define NGX_PRINT_CELL_SOON       64
#define NGX_PRINT_CELL_WAITS      13      /* of times until a job is sent; the
                                             last one is: not known */
#define NGX_PRINT_CELL_TIMES      20      /* of times since then; likewise */


typedef enum {
    /* source, size */
    NGX_PRINT_CELL_CREATED = 0,

    /* ms; the second and the third settle the job */
    NGX_PRINT_CELL_SOON_SENT = NGX_PRINT_CELL_CREATED
                               + NGX_PRINT_JOB_SOURCES * NGX_PRINT_CELL_SIZES,
    NGX_PRINT_CELL_SOON_RECEIVED = NGX_PRINT_CELL_SOON_SENT
                                   + NGX_PRINT_CELL_SOON,
    NGX_PRINT_CELL_SOON_PRINTED = NGX_PRINT_CELL_SOON_RECEIVED
                                  + NGX_PRINT_CELL_SOON,

    /* settled, time */
    NGX_PRINT_CELL_SENT = NGX_PRINT_CELL_SOON_PRINTED + NGX_PRINT_CELL_SOON,

    /* settled; not for the first time */
    NGX_PRINT_CELL_RESENT = NGX_PRINT_CELL_SENT + 2 * NGX_PRINT_CELL_WAITS,

    NGX_PRINT_CELL_REQUEUED = NGX_PRINT_CELL_RESENT + 2,

    /* was settled, time */
    NGX_PRINT_CELL_RECEIVED,

    /* failed or printed, was settled, time; was not received */
    NGX_PRINT_CELL_RESULT = NGX_PRINT_CELL_RECEIVED + 2 * NGX_PRINT_CELL_TIMES,

    /* failed or printed, time; was received */
    NGX_PRINT_CELL_LATER = NGX_PRINT_CELL_RESULT + 4 * NGX_PRINT_CELL_TIMES,

    NGX_PRINT_CELL_EXPIRED = NGX_PRINT_CELL_LATER + 2 * NGX_PRINT_CELL_TIMES,
    NGX_PRINT_CELL_CANCELED,
    NGX_PRINT_CELL_UNCONFIRMED,

    /* a client registered, got another socket otherwise, or went offline */
    NGX_PRINT_CELL_CAME,
    NGX_PRINT_CELL_MOVED,
    NGX_PRINT_CELL_LEFT,

    NGX_PRINT_CELL_TAKEOVER,              /* two events */
    NGX_PRINT_CELL_REFUSED,
    NGX_PRINT_CELLS
} ngx_print_store_cell_e;


/* sums of what was observed, in bytes or ms, without what was SOON */
typedef enum {
    NGX_PRINT_SUM_NONE = 0,
    NGX_PRINT_SUM_SIZE,
    NGX_PRINT_SUM_WAIT,
    NGX_PRINT_SUM_RECEIVED,
    NGX_PRINT_SUM_RESULT,                 /* printed, failed */
    NGX_PRINT_SUM_LATER = NGX_PRINT_SUM_RESULT + 2,
    NGX_PRINT_SUMS = NGX_PRINT_SUM_LATER + 2
} ngx_print_store_sum_e;


/* what is counted otherwise, in counts.others */
typedef enum {
    NGX_PRINT_OTHER_NONE = 0,
    NGX_PRINT_OTHER_CONNECT,              /* WebSocket, protocol 4 */
    NGX_PRINT_OTHER_UPGRADED = NGX_PRINT_OTHER_CONNECT + 4,
    NGX_PRINT_OTHER_NOT_UPGRADED,
    NGX_PRINT_OTHER_DISCONNECT,           /* reason */
    NGX_PRINT_OTHER_HANDED = NGX_PRINT_OTHER_DISCONNECT
                             + NGX_PRINT_SESSION_REASONS,
    NGX_PRINT_OTHER_RECOVERED,
    NGX_PRINT_OTHER_NOT_RECOVERED,
    NGX_PRINT_OTHER_NOT_REGISTERED,       /* without an event */
    NGX_PRINT_OTHER_DEATH,
    NGX_PRINT_OTHER_FULL,                 /* ngx_print_count_kind_e */
    NGX_PRINT_OTHER_EVICTED = NGX_PRINT_OTHER_FULL + NGX_PRINT_COUNT_KINDS,
    NGX_PRINT_OTHERS = NGX_PRINT_OTHER_EVICTED + NGX_PRINT_COUNT_KINDS
} ngx_print_store_other_e;


/* the record that shows whether a change was made, and what it shows then */
#define NGX_PRINT_OF_SESSION         0       /* its state */
#define NGX_PRINT_OF_CLIENT          1       /* its state */
#define NGX_PRINT_OF_PID             2       /* its owner */
#define NGX_PRINT_OF_FREED           3       /* the state of a pid */
#define NGX_PRINT_OF_WORKER          4       /* its epoch */
#define NGX_PRINT_OF_HOLDER          5       /* the token of a session's
                                                holder */


/* truth, unless it is derived */

typedef struct {
    uint32_t                   cell;             /* what is being counted, */
    uint32_t                   sum;              /* what it is added to, */
    uint64_t                   total;            /* and that sum after it; both
                                                    are void of what is SOON */
} ngx_print_store_counted_t;


typedef struct {
    uint32_t                   cell;             /* what is being counted, or 0:
                                                    nothing is */
    uint32_t                   kind;             /* NGX_PRINT_OF_* */
    uint32_t                   index;            /* of its record, */
    uint64_t                   wanted;           /* which shows this then */
    uint64_t                   value;            /* of the cell, after it */
} ngx_print_store_other_t;


typedef struct {
    ngx_print_store_counted_t  note;
    ngx_print_store_other_t    tally;

    uint64_t                   sums[NGX_PRINT_SUMS];
    uint64_t                   events[NGX_PRINT_CELLS];
    uint64_t                   others[NGX_PRINT_OTHERS];

    /* minutes that are over, each at its number modulo 60 */
    uint64_t                   turn;             /* the one that runs, times 2,
                                                    and which base is its own */
    uint64_t                   base[2][NGX_PRINT_COUNT_MINUTE_KINDS];
    uint32_t                   minutes[NGX_PRINT_COUNT_MINUTES]
                                      [NGX_PRINT_COUNT_MINUTE_KINDS];

    /* derived, but never less than it was */
    uint32_t                   peaks[NGX_PRINT_COUNT_KINDS];

    /* derived, as all members below */
    uint32_t                   sessions[2][2];   /* that are live: polling or
                                                    WebSocket, of protocol 3
                                                    or 4 */
    uint32_t                   online;           /* clients of a session */
    uint32_t                   pids;
    int32_t                    below;            /* by so many, jobs that are
                                                    not finished are less than
                                                    their peak */
    uint32_t                   waiting;          /* those of them that are on
                                                    the list of a client, */
    uint32_t                   away;             /* and of one that is
                                                    offline */
} ngx_print_store_counts_t;


#endif /* _NGX_PRINT_ZONE_CELL_H_INCLUDED_ */
