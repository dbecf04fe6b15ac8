
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The layout of the zone, shared by all files of zone/ and store/ and by their
 * tests; nothing above them includes it.
 *
 * The columns, each aligned to a cache line. Index 0 of each is unused,
 * because 0 means "none":
 *
 *   shctx | worker[] | deadline[] | session[] | client[] | bucket[] |
 *   version[] | pid deadline[] | pid[] | job deadline[] | job[] |
 *   job bucket[] | event[] | fat[] | mark[] | block[]
 *
 * A process may be killed at any instruction. Members marked "truth" are
 * written so that they are right after each single store: they are what
 * repair() believes. All other members are derived, and repair() rebuilds
 * them.
 */


#ifndef _NGX_PRINT_ZONE_H_INCLUDED_
#define _NGX_PRINT_ZONE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


#define NGX_PRINT_STORE_MAGIC       0x7072696e74687562ull
#define NGX_PRINT_STORE_LAYOUT      4

#define NGX_PRINT_STORE_BLOCK       1024
#define NGX_PRINT_STORE_SLICE       64      /* records that one lock hold may
                                               change */
#define NGX_PRINT_STORE_SMALL       4       /* blocks written under the lock */

/* the lock's word: epoch and slot, so that it names a process for ever */
#define ngx_print_store_id(epoch, slot)                                       \
    ((ngx_atomic_uint_t) (epoch) << 8 | ((slot) + 1))
#define ngx_print_store_id_slot(id)  ((ngx_uint_t) ((id) & 0xff) - 1)


/*
 * A process that dies leaves its stores in program order; only the compiler
 * must be kept from changing that order.
 */
#define ngx_print_store_order()    __asm__ volatile ("" ::: "memory")

#define ngx_print_store_release()  __atomic_thread_fence(__ATOMIC_RELEASE)

/* the one store that makes a change of truth complete */
#define ngx_print_store_publish(lvalue, value)                                \
    do {                                                                      \
        ngx_print_store_order();                                              \
        *(volatile __typeof__(lvalue) *) &(lvalue) = (value);                 \
        ngx_print_store_order();                                              \
    } while (0)


/*
 * Deadlines are columns of milliseconds in 32 bits, that wrap; 0 means none,
 * for which one millisecond does not matter
 */
#define ngx_print_store_after(a, b)  ((int32_t) ((a) - (b)) >= 0)

#define ngx_print_store_deadline(column, index, ms)                           \
    (column)[index] = (ms) ? (ms) : 1


/* how a session is attached to a worker; truth */
#define NGX_PRINT_ATT_NONE   0
#define NGX_PRINT_ATT_POLL   1
#define NGX_PRINT_ATT_WS     2
#define NGX_PRINT_ATT_CLOSE  3      /* no connection, but a finisher */

/* bits of session.flags; truth */
#define NGX_PRINT_SESSION_TEXT       0x01    /* binary as base64, for good */
#define NGX_PRINT_SESSION_PING_WAIT  0x02
#define NGX_PRINT_SESSION_NOOP       0x04
#define NGX_PRINT_SESSION_BLOCKED    0x08
#define NGX_PRINT_SESSION_PING       0x10    /* is to be sent by a poll */
#define NGX_PRINT_SESSION_JOBS       0x20    /* they go before messages */
#define NGX_PRINT_SESSION_ORPHAN     0x40    /* its poll died with a worker */

#define NGX_PRINT_CLIENT_FREE        0
#define NGX_PRINT_CLIENT_USED        1

#define NGX_PRINT_PID_FREE           0
#define NGX_PRINT_PID_USED           1

/* bits of job.flags; truth */
#define NGX_PRINT_JOB_RESEND         0x01    /* if its fate is unknown */
#define NGX_PRINT_JOB_REPETITION     0x02    /* it may have been received */
#define NGX_PRINT_JOB_BLIND          0x04    /* no receipt is to be had */
#define NGX_PRINT_JOB_ASKED          0x08    /* for an answer, no offset then */

/* bits of mark[] */
#define NGX_PRINT_MARK_USED          0x01
#define NGX_PRINT_MARK_BLOB          0x02    /* the first block of one */


/*
 * A session and one of its namespaces as one word, which a record names its
 * owner by: gen, nsp, index; 0 is no session
 */
#define ngx_print_store_owner(ref, nsp)                                        \
    ((uint64_t) (ref)->gen << 32 | (uint32_t) (nsp) << 24 | (ref)->index)

#define ngx_print_store_owner_gen(word)    ((uint32_t) ((word) >> 32))
#define ngx_print_store_owner_nsp(word)    ((uint32_t) (word) >> 24)
#define ngx_print_store_owner_index(word)  ((uint32_t) (word) & 0xffffff)


/* the name of a namespace; the first one is "/", with index 0 */
typedef struct {
    u_char                     len;              /* truth, as the name */
    u_char                     name[NGX_PRINT_NSP_MAX];
} ngx_print_store_nsp_t;


struct ngx_print_store_shctx_s {
    uint64_t                   magic;
    uint32_t                   layout;
    uint32_t                   nsessions;
    uint32_t                   nclients;
    uint32_t                   nbuckets;         /* a power of two */
    uint32_t                   npids;
    uint32_t                   njobs;
    uint32_t                   njob_buckets;     /* a power of two */
    uint32_t                   nevents;
    uint32_t                   nblocks;
    uint64_t                   size;
    uint64_t                   secret;           /* of the hash of clientIds */
    uint64_t                   proof;            /* secret of the offsets that
                                                    clients send back */

    ngx_atomic_t               lock;
    ngx_atomic_t               dirty;
    ngx_atomic_t               epochs;
    ngx_atomic_t               logged;           /* s; lock-free */

    /* truth: records from here on were never used; only rises */
    uint32_t                   session_top;
    uint32_t                   client_top;
    uint32_t                   pid_top;
    uint32_t                   job_top;
    uint32_t                   block_top;
    uint32_t                   nsp_top;

    uint32_t                   deaths;           /* truth: only rises */

    /* truth: the last one given; only rises */
    uint64_t                   job_seq;
    uint64_t                   offset;           /* of a job that was sent */
    uint64_t                   event;

    /* truth: events, see event.h of store/ */
    uint64_t                   delivered;        /* the last one that the
                                                    leader has delivered */
    uint64_t                   lost_before;      /* up to this one they are
                                                    not in the ring */
    uint32_t                   events_off;       /* nobody has ever watched */
    uint64_t                   watchers[NGX_PRINT_STORE_SETS];  /* slots */
    uint32_t                   leader_slot;
    uint32_t                   leader_epoch;     /* 0: there is no leader */

    /* derived */
    uint32_t                   session_free;
    uint32_t                   session_count;
    uint32_t                   client_free;
    uint32_t                   client_count;
    uint32_t                   pid_free;
    uint32_t                   job_free;
    uint32_t                   job_count;
    uint32_t                   history_head;     /* finished jobs, the oldest */
    uint32_t                   history_tail;     /* change first */
    uint32_t                   block_free;
    uint32_t                   block_count;
    uint32_t                   offline_head;
    uint32_t                   offline_tail;
    uint64_t                   client_seq;       /* the last one given */

    uint32_t                   repairs;
    uint32_t                   takeovers;

    ngx_print_store_nsp_t      nsps[NGX_PRINT_NSP_COUNT];
};


struct ngx_print_store_worker_s {
    ngx_atomic_t               pending;          /* a ring is under way */

    uint32_t                   pid;              /* who has claimed the slot;
                                                    set without the lock */
    uint32_t                   epoch;            /* truth: 0 is no worker */
    uint32_t                   inflight;         /* truth: a chain of messages,
                                                    taken or being written */
    uint32_t                   audit;            /* lock-free: see
                                                    session_attach.c */

    uint32_t                   ready_head;       /* derived */
    uint32_t                   ready_tail;

    /* truth: payloads of jobs that are being copied */
    uint32_t                   pins[NGX_PRINT_QUEUE_JOBS];

    u_char                     pad[128 - sizeof(ngx_atomic_t) - 6 * 4
                                   - NGX_PRINT_QUEUE_JOBS * 4];
};


typedef struct {
    uint32_t                   head;             /* truth */
    uint32_t                   tail;             /* derived, as the rest */
    uint32_t                   bytes;
    uint32_t                   blocks;
    uint32_t                   count;
} ngx_print_store_queue_t;


struct ngx_print_store_session_s {
    uint32_t                   state;            /* truth, as all down to ... */
    uint32_t                   gen;

    u_char                     key[NGX_PRINT_SESSION_KEY];
    u_char                     sock[NGX_PRINT_SESSION_SOCK];
    u_char                     eio;

    u_char                     att_kind;
    u_char                     att_slot;
    u_char                     probe_slot;       /* probe: UPGRADING only */
    u_char                     post_slot;
    uint32_t                   att_epoch;
    uint32_t                   att_token;
    uint32_t                   probe_epoch;
    uint32_t                   probe_token;
    uint32_t                   post_epoch;       /* 0: no POST is read */
    uint32_t                   token;            /* the last one given */

    u_char                     flags;
    u_char                     parts;            /* of the packet in "in" */
    u_char                     reason;
    u_char                     ready_slot;       /* derived: + 1, 0 unlisted */

    uint32_t                   ping_interval;
    uint32_t                   ping_timeout;
    uint32_t                   ping_at;          /* or the pong's deadline */
    uint32_t                   connect_by;       /* 0: no deadline */

    uint32_t                   connected;           /* a bit for each nsp */
    uint32_t                   opened;           /* s */
    uint32_t                   seen;             /* s */
    uint32_t                   pings;            /* sent, fences included */
    uint32_t                   pongs;            /* of them, that came back */

    u_char                     addr[NGX_PRINT_SESSION_ADDR];

    ngx_print_store_queue_t    out;
    ngx_print_store_queue_t    in;

    /* ... here; derived */
    uint32_t                   ready_next;       /* or the free list's */
    uint32_t                   ready_prev;
    uint32_t                   clients;          /* its list of clients */
    uint32_t                   nclients;
    uint32_t                   pid;              /* of its "/", or 0 */
    uint32_t                   sent_head;        /* jobs sent, not received */
    uint32_t                   sent_tail;
};


struct ngx_print_store_client_s {
    uint64_t                   owner;            /* truth: a word, 0 is
                                                    offline */
    uint64_t                   seq;              /* truth */
    uint64_t                   event;            /* truth: its last one */
    uint64_t                   resume;           /* truth: it was recovered
                                                    with this offset + 1 */

    uint32_t                   state;            /* truth */
    uint32_t                   hash;
    uint32_t                   next;             /* derived: of the bucket,
                                                    or of the free list */
    uint32_t                   link_next;        /* derived: of its session's
                                                    list or the offline list */
    uint32_t                   link_prev;

    uint32_t                   pid;              /* truth: its socket's, that
                                                    may be recovered; 0 */
    uint32_t                   pid_next;         /* derived: of the pid's
                                                    list */

    uint32_t                   info;             /* truth: a message, or 0 */
    uint32_t                   changed;          /* s: it came, or went */

    uint32_t                   accepted;         /* counters of its jobs */
    uint32_t                   delivered;
    uint32_t                   undelivered;

    /* derived: jobs that wait for it, QUEUED, or SENT to a lost session */
    uint32_t                   jobs_head;
    uint32_t                   jobs_tail;
    uint32_t                   njobs;
    uint32_t                   blocks;           /* of their payloads */

    /* truth: of its last session, if it is offline */
    u_char                     sock[NGX_PRINT_SESSION_SOCK];
    u_char                     nsp;

    u_char                     ack;              /* truth: it opted in */
    u_char                     len;
    u_char                     id[NGX_PRINT_CLIENT_ID_MAX];

    u_char                     pad[2];
};


/* a socket that can be recovered, or is it now */
struct ngx_print_store_pid_s {
    uint64_t                   owner;            /* truth: a word, 0: lost */
    uint32_t                   state;            /* truth */
    uint32_t                   window;           /* ms */
    u_char                     key[NGX_PRINT_RECOVERY_KEY];
    u_char                     sock[NGX_PRINT_SESSION_SOCK];

    uint32_t                   clients;          /* derived: a list */
    uint32_t                   next;             /* derived: of the free
                                                    list */
};


struct ngx_print_store_job_s {
    uint32_t                   state;            /* truth, as all down to ... */
    uint32_t                   gen;
    u_char                     key[NGX_PRINT_JOB_KEY];
    uint32_t                   client;           /* until it is finished */
    uint32_t                   blob;             /* likewise */
    uint32_t                   nblocks;          /* of it */
    uint32_t                   ttl;              /* ms */
    uint32_t                   fence;            /* which ping is behind it */
    uint64_t                   owner;            /* SENT: a word, 0: lost */
    uint64_t                   seq;
    uint64_t                   offset;           /* SENT */
    uint64_t                   change;           /* its last event */
    uint64_t                   request;
    ngx_print_job_times_t      times;

    u_char                     digest[NGX_PRINT_JOB_DIGEST];
    u_char                     has_digest;
    u_char                     flags;
    u_char                     attempts;
    u_char                     len;
    u_char                     reason_len;
    u_char                     id[NGX_PRINT_CLIENT_ID_MAX];
    u_char                     reason[NGX_PRINT_JOB_REASON];

    /* ... here; derived */
    u_char                     pad[3];
    uint32_t                   next;             /* of its client's list, its
                                                    session's, the history or
                                                    the free list */
    uint32_t                   prev;
    uint32_t                   bucket_next;      /* of those with a digest */
};


struct ngx_print_store_event_s {
    uint64_t                   seq;              /* truth, as all */
    uint64_t                   time;
    uint32_t                   kind;
    uint32_t                   index;            /* of the job or client */
    uint32_t                   gen;
    u_char                     key[NGX_PRINT_JOB_KEY];  /* or the client's
                                                           session */
    u_char                     state;            /* or connected */
    u_char                     attempts;
    u_char                     len;
    u_char                     reason_len;
    u_char                     id[NGX_PRINT_CLIENT_ID_MAX];
    u_char                     reason[NGX_PRINT_JOB_REASON];
};


/* in front of a message's bytes, in its first block */
typedef struct {
    uint32_t                   next;             /* truth: message behind it */
    uint32_t                   len;
    uint32_t                   nblocks;
    uint32_t                   last;             /* block */
    uint32_t                   tag;              /* binary, or a nsp */
    uint32_t                   refs;             /* derived: of a payload, by
                                                    jobs and pins */
} ngx_print_store_head_t;


struct ngx_print_store_block_s {
    union {
        ngx_print_store_head_t   head;
        u_char                   bytes[NGX_PRINT_STORE_BLOCK];
    } u;
};


#define ngx_print_store_head(st, block)  (&(st)->blocks[block].u.head)


#endif /* _NGX_PRINT_ZONE_H_INCLUDED_ */
