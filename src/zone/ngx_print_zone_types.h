
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Types that the store and its callers share: the limits and the states of
 * records, references to them, and one process' view of a zone. Of zone/, the
 * headers of store/ include only this one and ngx_print_zone_tally.h; the
 * structs of the zone itself are in ngx_print_zone.h and stay opaque here.
 */


#ifndef _NGX_PRINT_ZONE_TYPES_H_INCLUDED_
#define _NGX_PRINT_ZONE_TYPES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_wake.h"
#include "ngx_print_siphash.h"


#define NGX_PRINT_STORE_BLOCK         1024  /* bytes */

#define NGX_PRINT_STORE_CONNECTS      8     /* blocks for answers to CONNECT in
                                               the smallest zone */

#define NGX_PRINT_STORE_LOST          4     /* sessions, see
                                               ngx_print_session_lost() */

#define NGX_PRINT_NSP_COUNT           32    /* namespaces, "/" included */
#define NGX_PRINT_NSP_MAX             63    /* bytes of a name */

#define NGX_PRINT_SESSION_MAX   0x1000000    /* an index has three bytes */
#define NGX_PRINT_SESSION_KEY   12     /* the random bytes of a sid */
#define NGX_PRINT_SESSION_SOCK  15     /* a Socket.IO sid, in bytes */
#define NGX_PRINT_SESSION_ADDR  16     /* IPv6, or IPv4 mapped into it */

#define NGX_PRINT_SESSION_REASONS  16  /* a reason to close one is less */

#define NGX_PRINT_TRUST_NAMES   3      /* by variables, */
#define NGX_PRINT_TRUST_ALL     6      /* and as many by an answer at CONNECT */

#define NGX_PRINT_TRUST_NAME    6      /* bytes of the hash of one */

/* bits of trust.flags */
#define NGX_PRINT_TRUST_TOKEN    0x01  /* the query of the handshake had one of
                                          the tokens */
#define NGX_PRINT_TRUST_REFUSED  0x06  /* how many CONNECTs were refused, times
                                          REFUSAL */
#define NGX_PRINT_TRUST_REFUSAL  0x02
#define NGX_PRINT_TRUST_NAMED    0x08  /* an answer at CONNECT limits the
                                          clientIds */
#define NGX_PRINT_TRUST_BARE     0x10  /* something that the client has sent
                                          at CONNECT is not kept */
#define NGX_PRINT_TRUST_QUERY    0x80  /* the query had a token, right or
                                          wrong */

#define NGX_PRINT_TRUST_STAR     0x80  /* in trust.lens: "*" follows */

#define NGX_PRINT_CLIENT_ID_MAX       96    /* bytes */
#define NGX_PRINT_CLIENT_PER_SESSION  64
#define NGX_PRINT_CLIENT_PAGE         256   /* records */

#define NGX_PRINT_JOB_KEY      12     /* the random bytes of an id */
#define NGX_PRINT_JOB_DIGEST   NGX_PRINT_SIPHASH_LEN
#define NGX_PRINT_JOB_REASON   64     /* bytes of a reason */
#define NGX_PRINT_JOB_GEN      0xffffff
#define NGX_PRINT_JOB_LOGS     8      /* logs of jobs */
#define NGX_PRINT_JOB_BY       64     /* bytes of who has ordered a job */

#define NGX_PRINT_QUEUE_JOBS          16    /* jobs of one batch */

#define NGX_PRINT_RECOVERY_KEY        12    /* random bytes of a pid */

/* 64-bit words of a set of slots */
#define NGX_PRINT_STORE_SETS  ((NGX_PRINT_WAKE_SLOTS + 63) / 64)

/*
 * Return codes beside those of nginx. NGX_DECLINED means that there is no such
 * session, client or job.
 */
#define NGX_PRINT_OFFLINE             -20   /* the client has no session */
#define NGX_PRINT_FULL                -21   /* the zone has no room */
#define NGX_PRINT_STALLED             -22   /* the lock is held by a process
                                               that stands still */
#define NGX_PRINT_HELD                -23   /* another socket has the client */
#define NGX_PRINT_LIMITED             -24   /* a limit of the address */


typedef struct ngx_print_store_s          ngx_print_store_t;
typedef struct ngx_print_store_shctx_s    ngx_print_store_shctx_t;
typedef struct ngx_print_store_worker_s   ngx_print_store_worker_t;
typedef struct ngx_print_store_session_s  ngx_print_store_session_t;
typedef struct ngx_print_store_client_s   ngx_print_store_client_t;
typedef struct ngx_print_store_pid_s      ngx_print_store_pid_t;
typedef struct ngx_print_store_claim_s    ngx_print_store_claim_t;
typedef struct ngx_print_store_job_s      ngx_print_store_job_t;
typedef struct ngx_print_store_event_s    ngx_print_store_event_t;
typedef struct ngx_print_store_redo_s     ngx_print_store_redo_t;
typedef struct ngx_print_store_block_s    ngx_print_store_block_t;
typedef struct ngx_print_store_address_s  ngx_print_store_address_t;
typedef struct ngx_print_store_tally_s    ngx_print_store_tally_t;
typedef struct ngx_print_store_gauges_s   ngx_print_store_gauges_t;


/* random bytes, which nobody outside may know */
typedef struct {
    u_char                       hash[NGX_PRINT_SIPHASH_KEY];
    uint64_t                     proof;
} ngx_print_store_secrets_t;


/* what the memory of a zone is */
typedef enum {
    NGX_PRINT_MEMORY_SHARED = 0,     /* ends with the processes that have it */
    NGX_PRINT_MEMORY_MEMFD,          /* a new binary inherits it */
    NGX_PRINT_MEMORY_FILE            /* it outlives nginx */
} ngx_print_store_memory_e;


/*
 * A reference to a session. It is no pointer: the session may be gone by now,
 * and then no record has its index and its gen.
 */
typedef struct {
    uint32_t                     index;
    uint32_t                     gen;
} ngx_print_ref_t;


/*
 * What one address may have: of IPv4 all of it, of IPv6 the first 64 bits. If
 * there are limits at all, an IPv6 network of 48 bits may have half of the
 * sessions and half of the clients of the zone. A member that is 0 is no
 * limit. A UNIX socket has no limits.
 */
typedef struct {
    uint32_t                     sessions;
    uint32_t                     clients;      /* online or not */
    uint32_t                     rate;         /* of handshakes and of clients
                                                  that register, thousandths of
                                                  one in a second */
    uint32_t                     burst;        /* that may come at once */
    unsigned                     dry_run:1;    /* only says what it would
                                                  refuse */
} ngx_print_limits_t;

#define NGX_PRINT_LIMITS_BURST  4000000         /* at most */


/* the limit that was reached */
typedef enum {
    NGX_PRINT_OVER_NONE = 0,
    NGX_PRINT_OVER_RATE,
    NGX_PRINT_OVER_SESSIONS,
    NGX_PRINT_OVER_CLIENTS,
    NGX_PRINT_OVER_SITE                        /* of the network of 48 bits */
} ngx_print_over_e;


typedef enum {
    NGX_PRINT_SESSION_FREE = 0,
    NGX_PRINT_SESSION_OPEN,
    NGX_PRINT_SESSION_UPGRADING,
    NGX_PRINT_SESSION_WS,
    NGX_PRINT_SESSION_CLOSING,
    NGX_PRINT_SESSION_LINGER
} ngx_print_session_state_e;


/*
 * What a session may do, by the rules of the location of its handshake. Texts
 * that variables gave are kept as hashes, see ngx_print_store_digest().
 */
typedef struct {
    uint64_t                   policy;       /* a hash of those rules; 0: there
                                                are none */
    uint64_t                   token;        /* of the token with variables; 0:
                                                there is none */
    uint32_t                   expires;      /* a deadline, ms; 0: never */
    u_char                     names[NGX_PRINT_TRUST_ALL]
                                    [NGX_PRINT_TRUST_NAME];  /* of the begin of
                                                the clientId, without "*"; the
                                                second half by an answer */
    u_char                     lens[NGX_PRINT_TRUST_ALL];  /* bytes of that; 0:
                                                there is no such name */
    u_char                     flags;
} ngx_print_session_trust_t;


/* a copy, as the session was when it was made */
typedef struct {
    ngx_print_ref_t            ref;
    ngx_print_session_state_e  state;
    ngx_uint_t                 eio;
    time_t                     opened;       /* s since the epoch */
    ngx_uint_t                 awaited;      /* attachments of a packet still
                                                to come */
    uint32_t                   connected;    /* a bit for each namespace */
    unsigned                   text:1;       /* binary goes as base64 */
    unsigned                   attached:1;   /* to a live worker */
    u_char                     key[NGX_PRINT_SESSION_KEY];
    u_char                     sock[NGX_PRINT_SESSION_SOCK];
    u_char                     addr[NGX_PRINT_SESSION_ADDR];
    ngx_print_session_trust_t  trust;
} ngx_print_session_info_t;


typedef enum {
    NGX_PRINT_JOB_FREE = 0,
    NGX_PRINT_JOB_QUEUED,
    NGX_PRINT_JOB_SENT,
    NGX_PRINT_JOB_RECEIVED,
    NGX_PRINT_JOB_PRINTED,
    NGX_PRINT_JOB_FAILED,
    NGX_PRINT_JOB_EXPIRED,
    NGX_PRINT_JOB_CANCELED,
    NGX_PRINT_JOB_UNCONFIRMED
} ngx_print_job_state_e;

#define NGX_PRINT_JOB_STATES  9

/* what has created a job; ngx_print_job_source_name() has the names */
typedef enum {
    NGX_PRINT_SOURCE_STARTPRINT = 0,
    NGX_PRINT_SOURCE_JOBS,
    NGX_PRINT_SOURCE_REPRINT,
    NGX_PRINT_SOURCE_HIPRINT,
    NGX_PRINT_SOURCE_EMITTER
} ngx_print_job_source_e;

#define NGX_PRINT_JOB_SOURCES  5

/* the kinds of records, as ngx_print_count_read() has them */
typedef enum {
    NGX_PRINT_COUNT_SESSION = 0,
    NGX_PRINT_COUNT_CLIENT,
    NGX_PRINT_COUNT_JOB,
    NGX_PRINT_COUNT_EVENT,
    NGX_PRINT_COUNT_BLOCK,
    NGX_PRINT_COUNT_RECOVERY
} ngx_print_count_kind_e;

#define NGX_PRINT_COUNT_KINDS         6


/* what has happened to jobs in a minute; a job may be in several of them */
typedef enum {
    NGX_PRINT_COUNT_CREATED = 0,
    NGX_PRINT_COUNT_OK,                    /* received or printed, once */
    NGX_PRINT_COUNT_FAILED,
    NGX_PRINT_COUNT_UNCONFIRMED,
    NGX_PRINT_COUNT_EXPIRED
} ngx_print_count_minute_e;

#define NGX_PRINT_COUNT_MINUTE_KINDS  5
#define NGX_PRINT_COUNT_MINUTES       60

/* the states of a job that went wrong, as bits */
#define NGX_PRINT_JOB_WRONG                                                   \
    (1 << NGX_PRINT_JOB_FAILED|1 << NGX_PRINT_JOB_EXPIRED                     \
     |1 << NGX_PRINT_JOB_UNCONFIRMED)


/* When a job reached a state, in ms since the epoch; 0: it did not. */
typedef struct {
    uint64_t                 queued;
    uint64_t                 sent;           /* the last time */
    uint64_t                 received;
    uint64_t                 finished;       /* any later state */
} ngx_print_job_times_t;


/* a job that a batch has taken: all that its packet is made of */
typedef struct {
    uint32_t                 index;
    uint32_t                 gen;
    u_char                   key[NGX_PRINT_JOB_KEY];
    uint64_t                 offset;         /* order in which jobs are sent */
    ngx_uint_t               nsp;
    uint32_t                 blob;           /* its payload */
    ngx_uint_t               nbinary;        /* attachments */
    unsigned                 ack:1;          /* the client acknowledges its
                                                jobs */
    unsigned                 recovery:1;     /* the socket can be recovered */
    unsigned                 repetition:1;   /* it may have been received
                                                before */
} ngx_print_job_packet_t;


/*
 * What the blocks of a message are for. Each use has a share of the zone, see
 * ngx_print_queue_room_locked().
 */
typedef enum {
    NGX_PRINT_USE_MESSAGE = 0,              /* for or from a station */
    NGX_PRINT_USE_REPLY,                    /* a message of one block for a
                                               station for which no other
                                               waits */
    NGX_PRINT_USE_CONNECT,                  /* an answer to CONNECT */
    NGX_PRINT_USE_INFO,                     /* the description of a client */
    NGX_PRINT_USE_AUTH,                     /* what a client has sent at
                                               CONNECT */
    NGX_PRINT_USE_PRINT                     /* the payload of jobs */
} ngx_print_use_e;

#define NGX_PRINT_USES  6


/* the shares of the zone, in blocks */
typedef struct {
    uint32_t                 spare;         /* for prints alone */
    uint32_t                 info;          /* at most, for all descriptions
                                               together */
    uint32_t                 auth;          /* likewise, for what clients have
                                               sent at CONNECT */
    uint32_t                 kept[NGX_PRINT_USES];  /* for this use alone */
    size_t                   queue;         /* bytes that the queue of one
                                               session or client may take,
                                               unless a limit is set */
} ngx_print_share_t;


typedef enum {
    NGX_PRINT_EVENT_JOB = 1,
    NGX_PRINT_EVENT_CLIENT,
    NGX_PRINT_EVENT_TAKEOVER
} ngx_print_event_kind_e;


/*
 * The reader of a batch may add up to this many bytes before the payload of a
 * job and as many behind it; batch->bytes counts them.
 */
#define NGX_PRINT_STORE_WRAP  192


/*
 * Messages and jobs that were taken off a queue. They belong to this process
 * alone until it releases the batch.
 */
typedef struct {
    uint32_t                 head;          /* 0: no messages */
    uint32_t                 next;          /* of the iteration */
    ngx_uint_t               count;
    size_t                   bytes;         /* at most */

    ngx_uint_t               njobs;
    ngx_uint_t               job;           /* of the iteration */
    uint32_t                 part;          /* of that job */
    ngx_print_job_packet_t   jobs[NGX_PRINT_QUEUE_JOBS];
    u_char                   wrap[2][NGX_PRINT_STORE_WRAP];

    unsigned                 more:1;        /* the queue has more */
    unsigned                 noop:1;        /* answer the poll, if only with a
                                               noop */
    unsigned                 ping:1;        /* write a ping behind the batch */
    unsigned                 counted:1;     /* the ping is counted already */
    unsigned                 jobs_first:1;  /* jobs go before messages */
    unsigned                 closing:1;     /* the session is CLOSING: the
                                               holder finishes it */
    unsigned                 linger:1;      /* the session is LINGER */
} ngx_print_batch_t;


/*
 * A message of a batch. It is valid until the next one is asked for. If it is
 * the payload of a job, job is set; the reader may then point head and tail to
 * up to NGX_PRINT_STORE_WRAP bytes each, and add their lengths to len.
 */
typedef struct {
    uint32_t                 block;
    size_t                   len;           /* head and tail included */
    ngx_str_t                head;
    ngx_str_t                tail;
    ngx_print_job_packet_t  *job;           /* or NULL */
    unsigned                 binary:1;
} ngx_print_message_t;


/*
 * Called with the lock free when a session was put on the ready list of this
 * worker, or when there are new events and this worker watches them.
 */
typedef void (*ngx_print_store_notify_pt)(ngx_print_store_t *st);


/* a job that came to an end, as a log line tells it */
typedef struct {
    uint32_t                 index;
    uint64_t                 waited;        /* ms since it was created */
    u_char                   key[NGX_PRINT_JOB_KEY];
    u_char                   state;
    u_char                   attempts;
    u_char                   closed;        /* UNCONFIRMED: the reason for which
                                               its session was closed; 0: it is
                                               not known */
    u_char                   len;
    u_char                   reason_len;
    u_char                   id[NGX_PRINT_CLIENT_ID_MAX];
    u_char                   reason[NGX_PRINT_JOB_REASON];
} ngx_print_job_end_t;


#define NGX_PRINT_STORE_ENDS  10      /* of those that went wrong, and of the
                                         others */

/*
 * The jobs that this process has brought to an end. It is memory of the
 * process, and not of the zone: the process notes a job here under the lock,
 * and logs it later, with the lock free.
 */
typedef struct {
    ngx_uint_t               n;             /* in list */
    ngx_uint_t               wrong;         /* of them, those that went wrong */
    ngx_uint_t               more[NGX_PRINT_JOB_STATES];  /* the list was full;
                                                             by their state */
    ngx_print_job_end_t      list[2 * NGX_PRINT_STORE_ENDS];
} ngx_print_job_ends_t;


#define NGX_PRINT_STORE_FALLEN  16

/* a worker that this process has found dead, as a log line tells it */
typedef struct {
    uint32_t                 pid;
    uint32_t                 websockets;    /* that were at it */
} ngx_print_fallen_t;


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
    ngx_print_store_claim_t     *claims;
    volatile uint32_t           *job_deadlines;
    ngx_print_store_job_t       *jobs;
    uint32_t                    *job_buckets;
    ngx_print_store_event_t     *events;
    uint32_t                    *fat;           /* next block, 0: the last */
    u_char                      *marks;
    ngx_print_store_block_t     *blocks;
    ngx_print_store_address_t   *addresses;
    uint32_t                    *address_buckets;
    uint32_t                    *sites;         /* rows of counters, see
                                                   zone_address.h */
    ngx_print_store_tally_t     *tallies;       /* see zone_tally.h */
    ngx_print_store_gauges_t    *gauges;        /* of all slots */

    ngx_print_store_tally_t     *tally;         /* the column of this
                                                   process */
    ngx_print_store_gauges_t    *gauge;         /* NULL: it has no slot */

    ngx_print_wake_t            *wake;
    ngx_print_store_notify_pt    notify;
    void                        *data;          /* for notify() */

    ngx_atomic_uint_t            id;            /* of this process in the lock;
                                                   0: it has not joined */
    uint32_t                     epoch;
    uint32_t                     told;          /* states of jobs to note in
                                                   ends; bits of 1 << state */
    ngx_print_job_ends_t        *ends;          /* only if told is not 0 */
    uint32_t                     former;        /* pid that the slot had before
                                                   this process */
    ngx_uint_t                   nfallen;       /* reap() and join() add them,
                                                   the caller takes them */
    ngx_print_fallen_t           fallen[NGX_PRINT_STORE_FALLEN];
    ngx_print_share_t            share;         /* until store_share() is
                                                   called, who comes first may
                                                   take all blocks */
    ngx_uint_t                   slot;
    ngx_uint_t                   refusals;      /* of the lock: counts them */
    ngx_atomic_uint_t            holder;        /* of the lock, as id, while it
                                                   stands still; or 0 */
    ngx_atomic_uint_t            held;          /* the hold that it stands still
                                                   in, as sh->dirty */
    ngx_atomic_uint_t            hold;          /* of the lock, by this process:
                                                   the last one; odd */
    uint64_t                     waited;        /* ms: this process has waited
                                                   for that hold */
    uint64_t                     looked;        /* ms: when it last tried */
    ngx_queue_t                  streams;       /* of this process, see
                                                   store/ngx_print_address.h */
    uint64_t                     wakes[NGX_PRINT_STORE_SETS];  /* slots */
    unsigned                     wake_all:1;    /* after a repair */
    unsigned                     has_events:1;  /* events were published in
                                                   this section */
    unsigned                     has_wakes:1;   /* wakes is not empty */
    unsigned                     bounded:1;     /* lock() may give up */
    unsigned                     unsettled:1;   /* something in the in-flight
                                                   chain is in use no more */
    unsigned                     taken:1;       /* a batch is in use */
    unsigned                     tally_shared:1;    /* others add to it, too */
};


#endif /* _NGX_PRINT_ZONE_TYPES_H_INCLUDED_ */
