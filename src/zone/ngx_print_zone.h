
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The structs of the zone, for the files of zone/ and store/ and for their
 * tests. Nothing above them includes this header.
 *
 * A zone consists of the columns below. Each of them is aligned to a cache
 * line, and index 0 of each is unused, because 0 means "none":
 *
 *   shctx | worker[] | deadline[] | session[] | client[] | bucket[] |
 *   version[] | pid deadline[] | pid[] | job deadline[] | job[] |
 *   job bucket[] | event[] | fat[] | mark[] | block[] | claim[] |
 *   address[] | address bucket[] | site[] | gauges[] | tally[]
 *
 * A process may be killed at any instruction. Members marked "truth" are
 * written so that they are right after each single store: repair() believes
 * them. All other members are derived, and repair() rebuilds them.
 *
 * Members are written under the lock, unless their comment says "lock-free".
 * Some are also read without it, where an old value does no harm.
 */


#ifndef _NGX_PRINT_ZONE_H_INCLUDED_
#define _NGX_PRINT_ZONE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"
#include "ngx_print_zone_tally.h"
#include "ngx_print_zone_cell.h"


#define NGX_PRINT_STORE_MAGIC       0x7072696e74687562ull
#define NGX_PRINT_STORE_LAYOUT      9

#define NGX_PRINT_STORE_SLICE       64      /* records or blocks that one lock
                                               hold may change */
#define NGX_PRINT_ADDRESS_ROWS      4       /* of site[]: two of sessions, two
                                               of clients */
#define NGX_PRINT_STORE_SMALL       4       /* blocks: a longer message is
                                               written with the lock free */

/*
 * A process as one word, which is also the lock's word: its epoch and its slot
 * + 1. An epoch is given out only once, so a word never names two processes.
 */
#define ngx_print_store_id(epoch, slot)                                       \
    ((ngx_atomic_uint_t) (epoch) << 8 | ((slot) + 1))
#define ngx_print_store_id_slot(id)  ((ngx_uint_t) ((id) & 0xff) - 1)


/*
 * Keeps the compiler from moving stores across it. The processor needs no more
 * than that: the stores of a process that dies are in memory in program order.
 */
#define ngx_print_store_order()    __asm__ volatile ("" ::: "memory")

#define ngx_print_store_release()  __atomic_thread_fence(__ATOMIC_RELEASE)

/*
 * Makes a change of truth complete, by one store that follows all stores which
 * prepare it.
 */
#define ngx_print_store_publish(lvalue, value)                                \
    do {                                                                      \
        ngx_print_store_order();                                              \
        *(volatile __typeof__(lvalue) *) &(lvalue) = (value);                 \
        ngx_print_store_order();                                              \
    } while (0)


/*
 * Deadlines are columns of ngx_current_msec in 32 bits, which wrap around. 0
 * means that there is no deadline: a deadline of 0 is set as 1.
 */
#define ngx_print_store_after(a, b)  ((int32_t) ((a) - (b)) >= 0)

#define ngx_print_store_deadline(column, index, ms)                           \
    (column)[index] = (ms) ? (ms) : 1

/*
 * Whether a process could not have the lock less than ms ago, so that clients
 * were not served. now may be that of a tick which began before that, up to a
 * minute.
 */
#define ngx_print_store_stalled_for(sh, now, ms)                              \
    ((sh)->stalled != 0                                                       \
     && (now) - (sh)->stalled + NGX_PRINT_STORE_BEFORE                        \
        < (uint32_t) (ms) + NGX_PRINT_STORE_BEFORE)

#define NGX_PRINT_STORE_BEFORE  60000


/* how a session is attached to a worker; truth */
#define NGX_PRINT_ATT_NONE   0
#define NGX_PRINT_ATT_POLL   1
#define NGX_PRINT_ATT_WS     2
#define NGX_PRINT_ATT_CLOSE  3      /* no connection: the worker finishes the
                                       session */
#define NGX_PRINT_ATT_MOVE   4      /* within adopt() alone: a WebSocket whose
                                       new holder is in probe_* */

/* bits of session.flags; truth */
#define NGX_PRINT_SESSION_TEXT       0x01    /* binary messages go as base64;
                                                never changes */
#define NGX_PRINT_SESSION_PING_WAIT  0x02    /* ping_at is a deadline: of the
                                                pong, in protocol 3 of any
                                                packet */
#define NGX_PRINT_SESSION_NOOP       0x04    /* answer a poll at once */
#define NGX_PRINT_SESSION_BLOCKED    0x08    /* the holder's output is full */
#define NGX_PRINT_SESSION_PING       0x10    /* the next poll sends a ping */
#define NGX_PRINT_SESSION_JOBS       0x20    /* jobs go before messages */
#define NGX_PRINT_SESSION_ASKED      0x40    /* its first CONNECT was asked */
#define NGX_PRINT_SESSION_HANDED     0x80    /* with ATT_WS: its holder has sent
                                                the connection to others */

/* in session.older: the session is on a list of zone_waiting.h */
#define NGX_PRINT_SESSION_LISTED     0x80000000

#define NGX_PRINT_CLIENT_FREE        0
#define NGX_PRINT_CLIENT_USED        1

#define NGX_PRINT_PID_FREE           0
#define NGX_PRINT_PID_USED           1

#define NGX_PRINT_CLAIM_FREE         0
#define NGX_PRINT_CLAIM_USED         1

/* bits of job.flags; truth */
#define NGX_PRINT_JOB_RESEND         0x01    /* send it again if its receipt
                                                is unknown */
#define NGX_PRINT_JOB_REPETITION     0x02    /* an earlier sending may have
                                                been received */
#define NGX_PRINT_JOB_BLIND          0x04    /* the client cannot confirm
                                                receipt (protocol 3) */
#define NGX_PRINT_JOB_ASKED          0x08    /* its packet asks for an
                                                acknowledgement, and has no
                                                offset therefore */
#define NGX_PRINT_JOB_AWAY           0x10    /* its client was offline when it
                                                was created */

#define NGX_PRINT_JOB_UNFENCED       0x20    /* no ping follows it, so only an
                                                acknowledgement can confirm it
                                                (protocol 3) */
#define NGX_PRINT_JOB_DIRECT         0x40    /* it waits for no client that is
                                                offline, unless it was sent */

/* bits of mark[] */
#define NGX_PRINT_MARK_USED          0x01
#define NGX_PRINT_MARK_BLOB          0x02    /* the first block of a payload of
                                                jobs */
#define NGX_PRINT_MARK_NOTE          0x04    /* it has notes of jobs */


/*
 * An owner: a session and one of its namespaces as one word, of gen, nsp and
 * index. Records name the socket that they belong to by it; 0 is no socket.
 */
#define ngx_print_store_owner(ref, nsp)                                        \
    ((uint64_t) (ref)->gen << 32 | (uint32_t) (nsp) << 24 | (ref)->index)

#define ngx_print_store_owner_gen(word)    ((uint32_t) ((word) >> 32))
#define ngx_print_store_owner_nsp(word)    ((uint32_t) (word) >> 24)
#define ngx_print_store_owner_index(word)  ((uint32_t) (word) & 0xffffff)


/* The name of a namespace. Index 0 is always "/". */
typedef struct {
    u_char                     len;              /* truth, as name is */
    u_char                     name[NGX_PRINT_NSP_MAX];
} ngx_print_store_nsp_t;


/*
 * What the change of a job sets besides its state: see zone_event.h. All
 * values are those after the change, so that it can be repeated.
 */
struct ngx_print_store_redo_s {
    uint64_t                   event;            /* the number of the change;
                                                    0: of none */
    uint64_t                   owner;            /* of the job, as all down to
                                                    attempts */
    uint64_t                   offset;
    uint32_t                   fence;
    uint32_t                   since;
    u_char                     flags;
    u_char                     attempts;
    uint32_t                   job;              /* 0: these do not change */
    uint32_t                   client;           /* whose counters change, or
                                                    0 */
    uint32_t                   delivered;
    uint32_t                   undelivered;
};


typedef struct {
    uint32_t                   head;
    uint32_t                   tail;
} ngx_print_store_list_t;


/* the one worker that does something for all, see zone_worker.h; truth */
typedef struct {
    uint32_t                   slot;
    uint32_t                   epoch;            /* 0: there is none */
} ngx_print_store_leader_t;


/* a log of jobs, see store/ngx_print_job_log.h; truth */
typedef struct {
    uint64_t                   id;               /* of its target; 0: none */
    uint64_t                   cursor;           /* the last event that it has
                                                    taken in */
    uint32_t                   torn;             /* its last line has only a
                                                    beginning */
    uint32_t                   pad;
} ngx_print_store_log_t;


struct ngx_print_store_shctx_s {
    uint64_t                   magic;
    uint32_t                   layout;
    uint32_t                   nsessions;
    uint32_t                   nclients;
    uint32_t                   nbuckets;         /* a power of two */
    uint32_t                   npids;
    uint32_t                   nclaims;
    uint32_t                   njobs;
    uint32_t                   njob_buckets;     /* a power of two */
    uint32_t                   nevents;
    uint32_t                   nblocks;
    uint32_t                   naddresses;
    uint32_t                   naddress_buckets; /* a power of two */
    uint32_t                   nsites;           /* of a row; a power of two */
    uint32_t                   ntallies;
    uint64_t                   size;
    uint64_t                   created;          /* s since the epoch */
    uint32_t                   memory;           /* ngx_print_store_memory_e */
    uint32_t                   lost_jobs;        /* what an older zone of this
                                                    name had, which this one
                                                    replaces */
    uint32_t                   lost_clients;
    ngx_print_store_secrets_t  secrets;          /* hash keys the hashes of
                                                    clientIds and digests;
                                                    proof proves the offsets
                                                    that clients send back */

    ngx_atomic_t               lock;
    ngx_atomic_t               dirty;
    ngx_atomic_t               epochs;           /* the last one given out;
                                                    lock-free */
    ngx_atomic_t               logged;           /* s, see log_turn();
                                                    lock-free */
    ngx_atomic_t               told;             /* s, see
                                                    ngx_print_store_stall();
                                                    lock-free */
    uint32_t                   stalled;          /* ms: when a process last
                                                    waited in vain for the
                                                    lock; lock-free */
    uint32_t                   generation;       /* configurations that have
                                                    used the zone; masters add
                                                    to it; lock-free */

    /* truth: records from this index on were never used; only rises */
    uint32_t                   session_top;
    uint32_t                   client_top;
    uint32_t                   pid_top;
    uint32_t                   claim_top;
    uint32_t                   job_top;
    uint32_t                   block_top;
    uint32_t                   nsp_top;
    uint32_t                   address_top;

    uint32_t                   deaths;           /* truth: counts workers
                                                    reaped and repairs; only
                                                    rises */

    /* truth: the last number given out; only rises */
    uint64_t                   session_order;
    uint64_t                   job_seq;
    uint64_t                   offset;           /* order in which jobs were
                                                    sent */

    /* truth, see zone_event.h; both only rise */
    uint64_t                   event;            /* the last one: all changes
                                                    up to it are made */
    uint64_t                   applied;          /* the records show all
                                                    changes up to it */
    ngx_print_store_redo_t     redo;

    /* truth: events, see store/ngx_print_event.h */
    uint64_t                   delivered;        /* the last one that the
                                                    leader has delivered;
                                                    lock-free */
    uint64_t                   delivered_time;   /* s since the epoch: when it
                                                    did; 0: never; lock-free */
    uint32_t                   delivered_failures;  /* since then; lock-free */
    uint64_t                   lost_before;      /* events up to this one are
                                                    not in the ring */
    uint32_t                   events_off;       /* no worker has ever watched
                                                    events */
    uint64_t                   watchers[NGX_PRINT_STORE_SETS];  /* slots */
    ngx_print_store_leader_t   leader;           /* delivers events */
    ngx_print_store_leader_t   writer;           /* writes the logs of jobs */
    uint32_t                   writing;          /* epoch of a writer that
                                                    waits for a disk; 0: none;
                                                    lock-free */
    ngx_print_store_log_t      logs[NGX_PRINT_JOB_LOGS];

    /* derived */
    uint32_t                   session_free;
    uint32_t                   session_count;
    uint32_t                   client_free;
    uint32_t                   client_count;
    uint32_t                   pid_free;
    uint32_t                   claim_free;
    uint32_t                   job_free;
    uint32_t                   job_count;
    uint32_t                   history_head;     /* finished jobs, the one that
                                                    changed longest ago
                                                    first */
    uint32_t                   history_tail;
    uint32_t                   block_free;
    uint32_t                   block_count;
    uint32_t                   block_use[NGX_PRINT_USES];   /* blocks of each
                                                               use */
    uint32_t                   offline_head;
    uint32_t                   offline_tail;
    uint32_t                   offline_info;     /* no client before this one
                                                    has a description; 0: none
                                                    that is offline has one */
    uint64_t                   client_seq;       /* the last one given out */
    uint32_t                   address_count;    /* that have a session or a
                                                    client */
    ngx_print_store_list_t     address_idle;     /* those that have none, the
                                                    one that is so for longest
                                                    first */
    ngx_print_store_list_t     address_away;     /* those that have clients, or
                                                    sockets that can be
                                                    recovered, but no session;
                                                    likewise */

    ngx_print_store_list_t     waiting;          /* sessions that have joined
                                                    nothing yet, the oldest
                                                    first */
    uint32_t                   waiting_count;
    ngx_print_store_list_t     nameless;         /* sessions that have joined,
                                                    but have no client, the one
                                                    that is so for longest
                                                    first */

    uint32_t                   repairs;
    uint32_t                   takeovers;

    /* connections of WebSockets since the zone exists, for people */
    uint32_t                   handed;
    uint32_t                   taken;
    uint32_t                   refused;
    uint32_t                   taken_back;

    ngx_print_store_nsp_t      nsps[NGX_PRINT_NSP_COUNT];

    ngx_print_store_counts_t   counts;
};


/* of a worker that is about to exit; no epoch */
#define NGX_PRINT_STORE_EXITING  0xffffffff


struct ngx_print_store_worker_s {
    ngx_atomic_t               pending;          /* its doorbell was rung and
                                                    not answered yet;
                                                    lock-free */

    uint32_t                   pid;              /* of the process that has
                                                    claimed the slot;
                                                    lock-free */
    uint32_t                   epoch;            /* truth; 0: no worker has
                                                    joined */
    uint32_t                   inflight;         /* truth: a chain of messages
                                                    that were taken, or are
                                                    being written */
    uint32_t                   audit;            /* check all polls, see
                                                    session_audit();
                                                    lock-free */
    uint32_t                   beat;             /* ms: its last tick;
                                                    lock-free */
    uint32_t                   taking;           /* its epoch: it takes
                                                    connections of others; or
                                                    NGX_PRINT_STORE_EXITING, or
                                                    0; lock-free */
    uint32_t                   master;           /* pid: the process that has
                                                    started it; lock-free */

    uint32_t                   ready_head;       /* derived */
    uint32_t                   ready_tail;

    /* truth: payloads of jobs that are being copied with the lock free */
    uint32_t                   pins[NGX_PRINT_QUEUE_JOBS];

    uint32_t                   nlost;            /* derived, see
                                                    session_lost() */
    uint32_t                   lost[NGX_PRINT_STORE_LOST];

    u_char                     pad[128 - sizeof(ngx_atomic_t) - 10 * 4
                                   - NGX_PRINT_QUEUE_JOBS * 4
                                   - NGX_PRINT_STORE_LOST * 4];
};


typedef struct {
    uint32_t                   head;             /* truth */
    uint32_t                   tail;             /* derived, as all below */
    uint32_t                   bytes;
    uint32_t                   blocks;
    uint32_t                   count;
} ngx_print_store_queue_t;


#define NGX_PRINT_SESSION_ORDER  24     /* bits */


struct ngx_print_store_session_s {
    uint16_t                   state;            /* truth, as all members down
                                                    to "derived" */
    uint16_t                   packets;          /* those of the client that
                                                    touched it; wraps around */
    uint32_t                   gen;
    uint64_t                   order;            /* in which they were opened:
                                                    the time in s, and ORDER
                                                    bits of a number */

    u_char                     key[NGX_PRINT_SESSION_KEY];
    u_char                     sock[NGX_PRINT_SESSION_SOCK];
    u_char                     eio;

    u_char                     att_kind;
    u_char                     att_slot;
    u_char                     probe_slot;       /* probe_*: UPGRADING, or with
                                                    ATT_MOVE, only */
    u_char                     post_slot;
    uint32_t                   att_epoch;
    uint32_t                   att_token;
    uint32_t                   probe_epoch;
    uint32_t                   probe_token;
    uint32_t                   post_epoch;       /* 0: no POST is read */
    uint32_t                   token;            /* the last one given out */

    u_char                     flags;
    u_char                     parts;            /* messages that the packet in
                                                    "in" will have */
    u_char                     reason;
    u_char                     ready_slot;       /* derived: slot + 1 of the
                                                    ready list that it is on,
                                                    or 0 */

    uint32_t                   ping_interval;
    uint32_t                   ping_timeout;
    uint32_t                   ping_at;          /* when to send the next ping,
                                                    or with PING_WAIT a
                                                    deadline */
    uint32_t                   connect_by;       /* 0: no deadline; once it has
                                                    joined, in s: since when it
                                                    has had no client, or 0 */

    uint32_t                   connected;        /* a bit for each namespace */
    uint32_t                   seen;             /* s */
    uint32_t                   pings;            /* sent, those behind jobs
                                                    included */
    uint32_t                   pongs;            /* pings that were answered */

    u_char                     addr[NGX_PRINT_SESSION_ADDR];
    uint32_t                   auth;             /* a chain of messages, or 0:
                                                    what the client has sent at
                                                    CONNECT, one for each
                                                    namespace, as their tags
                                                    tell */
    ngx_print_session_trust_t  trust;

    ngx_print_store_queue_t    out;
    ngx_print_store_queue_t    in;

    /* derived, as all members below */
    uint32_t                   ready_next;       /* of the ready list, or of
                                                    the free list */
    uint32_t                   ready_prev;
    uint32_t                   clients;          /* its list of clients */
    uint32_t                   sent_head;        /* jobs sent, not received */

    /* a session without clients and claims is on a list, see zone_waiting.h */

    union {
        uint32_t               claims;           /* its list of claims */
        uint32_t               older;            /* LISTED, and the one before
                                                    it on the list */
    };

    union {
        struct {
            uint16_t           nclients;
            uint16_t           nclaims;
        };

        uint32_t               newer;            /* the one behind it */
    };

    /* while it has joined nothing, the same of the list of its address */

    union {
        uint32_t               pid;              /* of its "/" socket, or 0 */
        uint32_t               address_older;
    };

    union {
        uint32_t               sent_tail;
        uint32_t               address_newer;
    };
};


struct ngx_print_store_client_s {
    uint64_t                   owner;            /* truth; 0: offline */
    uint64_t                   seq;              /* truth: order of first
                                                    registration */
    uint64_t                   event;            /* truth: its last one */
    uint64_t                   resume;           /* truth: it was recovered
                                                    with this offset + 1; 0:
                                                    it was not */
    uint64_t                   others;           /* truth: jobs up to this
                                                    offset were sent before its
                                                    socket got it */
    uint64_t                   after;            /* truth: seq of the last job
                                                    that is older than this
                                                    record */
    uint64_t                   address;          /* truth while it is offline:
                                                    that of its last session;
                                                    see zone_address.h */

    uint32_t                   site;             /* likewise: the counters of
                                                    its network, or 0 */
    uint32_t                   hash;
    uint32_t                   next;             /* derived: of the bucket,
                                                    or of the free list */
    uint32_t                   link_next;        /* derived: of its session's
                                                    list or the offline list */
    uint32_t                   link_prev;

    uint32_t                   pid;              /* truth: that of its socket,
                                                    if it can be recovered, or
                                                    0 */
    uint32_t                   pid_next;         /* derived: of the pid's
                                                    list */
    uint32_t                   claims;           /* derived: a list of the
                                                    claims to it */

    uint32_t                   info;             /* truth: a message, or 0 */
    uint32_t                   changed;          /* s: when it went online or
                                                    offline */

    uint32_t                   delivered;        /* truth: counters of its
                                                    finished jobs */
    uint32_t                   undelivered;

    /* derived: its jobs that are QUEUED, or SENT to a session that is lost */
    uint32_t                   jobs_head;
    uint32_t                   jobs_tail;
    uint32_t                   njobs;
    uint32_t                   open;             /* derived: its jobs that are
                                                    not finished */
    uint32_t                   blocks;           /* derived: of the payloads of
                                                    those */

    uint32_t                   address_next;     /* derived: of the list of its
                                                    address, if it is
                                                    offline */
    uint32_t                   address_prev;

    /* truth: those of its last socket, while it is offline */
    u_char                     sock[NGX_PRINT_SESSION_SOCK];
    u_char                     nsp;

    u_char                     ack;              /* truth: it acknowledges its
                                                    jobs */
    u_char                     len;
    u_char                     id[NGX_PRINT_CLIENT_ID_MAX];

    u_char                     state;            /* truth */
    u_char                     direct;           /* derived: jobs of its list
                                                    may be DIRECT */
};


/* a socket that can be recovered: connected, or lost */
struct ngx_print_store_pid_s {
    uint64_t                   owner;            /* truth; 0: the session is
                                                    lost */
    uint64_t                   address;          /* truth: that of its last
                                                    session, while that is
                                                    lost; see zone_address.h */
    uint32_t                   window;           /* ms */
    u_char                     key[NGX_PRINT_RECOVERY_KEY];
    u_char                     sock[NGX_PRINT_SESSION_SOCK];
    u_char                     state;            /* truth */
    uint32_t                   gone;             /* truth: clients that the
                                                    socket had registered and
                                                    has no more; never too
                                                    small */

    uint32_t                   clients;          /* derived: a list of the
                                                    clients of the socket; of a
                                                    free record, the next of
                                                    the free list */
};


/* a socket that registered a client, which a newer one has */
struct ngx_print_store_claim_s {
    uint64_t                   owner;            /* truth, as all members down
                                                    to "derived" */
    uint32_t                   state;
    uint32_t                   client;
    uint32_t                   info;             /* that it registered with */
    u_char                     ack;              /* likewise */
    u_char                     had;              /* the client was its own */
    u_char                     pad[2];

    /* derived, as all members below */
    uint32_t                   next;             /* of the client's list, or
                                                    of the free list */
    uint32_t                   session_next;     /* of the session's list */
};


struct ngx_print_store_job_s {
    uint32_t                   state;            /* truth, as all members down
                                                    to "derived"; see also
                                                    zone_event.h */
    uint32_t                   gen;
    u_char                     key[NGX_PRINT_JOB_KEY];
    uint32_t                   client;           /* 0: the job is finished */
    uint32_t                   blob;             /* its payload; 0: the job is
                                                    finished */
    uint32_t                   nblocks;          /* of its payload */
    uint32_t                   ttl;              /* ms, while QUEUED */
    uint32_t                   fence;            /* number of the ping that
                                                    goes behind it */
    uint64_t                   owner;            /* the socket that it was sent
                                                    to; 0: lost */
    uint64_t                   seq;              /* order of creation */
    uint64_t                   offset;           /* order of sending */
    uint64_t                   change;           /* its last event */
    ngx_print_job_times_t      times;

    u_char                     digest[NGX_PRINT_JOB_DIGEST];   /* of the key */
    u_char                     request[NGX_PRINT_JOB_DIGEST];  /* with digest */
    u_char                     has_digest;
    u_char                     flags;
    u_char                     attempts;
    u_char                     len;
    u_char                     reason_len;
    u_char                     id[NGX_PRINT_CLIENT_ID_MAX];
    u_char                     reason[NGX_PRINT_JOB_REASON];
    u_char                     source;           /* ngx_print_job_source_e */
    u_char                     logs;             /* a bit for each of sh->logs
                                                    that gets its lines */
    u_char                     pad;
    uint32_t                   note;             /* a block, see zone_note.h;
                                                    0: none */
    uint32_t                   since;            /* ms: when it was created, or
                                                    last sent; 0: not known,
                                                    because it has come over a
                                                    restart of the machine */

    /* derived, as all members below */
    uint32_t                   next;             /* of its client's list, of
                                                    its session's list, of the
                                                    history or of the free
                                                    list */
    uint32_t                   prev;
    uint32_t                   bucket_next;      /* of the jobs with a
                                                    digest */
};


struct ngx_print_store_event_s {
    uint64_t                   seq;              /* truth, as all below; it is
                                                    written first */
    uint64_t                   time;
    uint32_t                   kind;
    uint32_t                   index;            /* of the job or client */
    uint32_t                   gen;
    u_char                     key[NGX_PRINT_JOB_KEY];  /* or the client's
                                                           owner */
    u_char                     state;            /* or whether the client is
                                                    online, or whether the
                                                    takeover was refused */
    u_char                     attempts;
    u_char                     len;
    u_char                     reason_len;
    u_char                     id[NGX_PRINT_CLIENT_ID_MAX];
    u_char                     reason[NGX_PRINT_JOB_REASON];  /* or two
                                                    addresses, of the session
                                                    that has the client, and of
                                                    the one that wants it */
    u_char                     logs;             /* those that get a line of
                                                    it, as in the job */
};


/* an address that has, or had, a session or a client */
struct ngx_print_store_address_s {
    uint64_t                   prefix;           /* truth; 0: never used */
    uint32_t                   gen;              /* truth: clients and sockets
                                                    name it */

    uint32_t                   last;             /* ms, of its rate: any value
                                                    is valid */
    uint32_t                   excess;           /* likewise */

    /* derived, as all members below */
    uint32_t                   sessions;
    uint32_t                   clients;
    uint32_t                   pids;             /* sockets that can be
                                                    recovered */
    uint32_t                   next;             /* of the bucket */

    union {
        uint32_t               list_next;        /* of the addresses that are
                                                    idle, or away: without a
                                                    session */
        uint32_t               waiting;          /* its sessions that have
                                                    joined nothing yet, the
                                                    oldest first; address_older
                                                    of that is the newest */
    };

    union {
        uint32_t               list_prev;
        uint32_t               waiting_count;
    };

    uint32_t                   offline;          /* its clients that are
                                                    offline, the one that is so
                                                    for longest first; address_
                                                    prev of that is the last
                                                    one */
};


/* what the logs tell of a job, and nobody else needs; see zone_note.h */
typedef struct {
    u_char                     bytes[4];         /* truth, as all: of the
                                                    payload; a uint32_t */
    u_char                     len;
    u_char                     by[NGX_PRINT_JOB_BY];
} ngx_print_store_note_t;


/* stands before the bytes of a message, in its first block */
typedef struct {
    uint32_t                   next;             /* truth: the message behind
                                                    it */
    uint32_t                   len;
    uint32_t                   nblocks;
    uint32_t                   last;             /* its last block */
    uint16_t                   tag;              /* 1: a binary message; see
                                                    also session.auth */
    uint16_t                   use;              /* ngx_print_use_e; truth */
    uint32_t                   refs;             /* derived: jobs and pins that
                                                    use it as their payload, or
                                                    for their notes */
} ngx_print_store_head_t;


struct ngx_print_store_block_s {
    union {
        ngx_print_store_head_t   head;
        u_char                   bytes[NGX_PRINT_STORE_BLOCK];
    } u;
};


#define ngx_print_store_head(st, block)  (&(st)->blocks[block].u.head)


#endif /* _NGX_PRINT_ZONE_H_INCLUDED_ */
