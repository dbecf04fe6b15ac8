
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The layout of the zone, and what its parts share.  For the store's own
 * files (store, store_repair, session, queue, client) and its tests only.
 *
 * Columns, each aligned to a cache line, index 0 of each unused (0 is "none"):
 *
 *   shctx | worker[] | deadline[] | session[] | client[] | bucket[] |
 *   ack deadline[] | ack[] | fat[] | mark[] | block[]
 *
 * Members marked "truth" are what repair() trusts; it rebuilds the others.
 */


#ifndef _NGX_PRINT_STORE_ZONE_H_INCLUDED_
#define _NGX_PRINT_STORE_ZONE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_store.h"
#include "ngx_print_session.h"
#include "ngx_print_queue.h"
#include "ngx_print_client.h"
#include "ngx_print_ack.h"


#define NGX_PRINT_STORE_MAGIC       0x7072696e74687562ull
#define NGX_PRINT_STORE_LAYOUT      1

#define NGX_PRINT_STORE_BLOCK       1024
#define NGX_PRINT_STORE_HOLD        64      /* blocks a hold may touch */
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

#define NGX_PRINT_CLIENT_FREE        0
#define NGX_PRINT_CLIENT_USED        1


/*
 * A session and one of its namespaces as one word, which a record names its
 * owner by: gen, nsp, index; 0 is no session
 */
#define ngx_print_store_word(ref, nsp)                                        \
    ((uint64_t) (ref)->gen << 32 | (uint32_t) (nsp) << 24 | (ref)->index)

#define ngx_print_store_word_gen(word)    ((uint32_t) ((word) >> 32))
#define ngx_print_store_word_nsp(word)    ((uint32_t) (word) >> 24)
#define ngx_print_store_word_index(word)  ((uint32_t) (word) & 0xffffff)


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
    uint32_t                   nacks;
    uint32_t                   nblocks;
    uint64_t                   size;
    uint64_t                   seed;

    ngx_atomic_t               lock;
    ngx_atomic_t               dirty;
    ngx_atomic_t               epochs;
    ngx_atomic_t               logged;           /* s; lock-free */

    /* truth: records from here on were never used; only rises */
    uint32_t                   session_top;
    uint32_t                   client_top;
    uint32_t                   ack_top;
    uint32_t                   block_top;
    uint32_t                   nsp_top;

    uint32_t                   deaths;           /* truth: only rises */

    /* derived */
    uint32_t                   session_free;
    uint32_t                   session_count;
    uint32_t                   client_free;
    uint32_t                   client_count;
    uint32_t                   ack_free;
    uint32_t                   ack_count;
    uint32_t                   block_free;
    uint32_t                   block_count;
    uint32_t                   offline_head;
    uint32_t                   offline_tail;
    uint64_t                   client_seq;       /* the last one given */

    uint32_t                   repairs;
    uint32_t                   robs;

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

    u_char                     pad[128 - sizeof(ngx_atomic_t) - 6 * 4];
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

    uint32_t                   joined;           /* a bit for each nsp */

    u_char                     addr[NGX_PRINT_SESSION_ADDR];

    ngx_print_store_queue_t    out;
    ngx_print_store_queue_t    in;
    ngx_print_store_queue_t    kept;

    /* ... here; derived */
    uint32_t                   ready_next;       /* or the free list's */
    uint32_t                   ready_prev;
    uint32_t                   clients;          /* its list of clients */
    uint32_t                   nclients;
};


struct ngx_print_store_client_s {
    uint64_t                   session;          /* truth: a word, 0 is
                                                    offline */
    uint64_t                   seq;              /* truth */

    uint32_t                   state;            /* truth */
    uint32_t                   since;            /* truth: s, offline */
    uint32_t                   hash;
    uint32_t                   next;             /* derived: of the bucket,
                                                    or of the free list */
    uint32_t                   link_next;        /* derived: of its session's
                                                    list or the offline list */
    uint32_t                   link_prev;

    /* truth: of its last session, if it is offline */
    u_char                     sock[NGX_PRINT_SESSION_SOCK];
    u_char                     nsp;

    u_char                     len;
    u_char                     id[NGX_PRINT_CLIENT_ID_MAX];

    u_char                     pad[7];
};


struct ngx_print_store_ack_s {
    uint64_t                   session;          /* truth: a word, 0 is none */
    uint64_t                   cookie;           /* truth */
    uint32_t                   gen;              /* truth */
    uint32_t                   next;             /* derived: of the free list */
};


/* in front of a message's bytes, in its first block */
typedef struct {
    uint32_t                   next;             /* truth: message behind it */
    uint32_t                   len;
    uint32_t                   nblocks;
    uint32_t                   last;             /* block */
    uint32_t                   tag;              /* binary, or a nsp */
    uint32_t                   pad;
} ngx_print_store_head_t;


struct ngx_print_store_block_s {
    union {
        ngx_print_store_head_t   head;
        u_char                   bytes[NGX_PRINT_STORE_BLOCK];
    } u;
};


#define ngx_print_store_head(st, block)  (&(st)->blocks[block].u.head)


/* all of these: the lock is held */

ngx_print_store_session_t *ngx_print_session_locked(ngx_print_store_t *st,
    ngx_print_ref_t ref);
ngx_uint_t ngx_print_session_live_locked(ngx_print_store_session_t *s);

/* whether it is live and has joined the namespace */
ngx_uint_t ngx_print_session_joined_locked(ngx_print_store_session_t *s,
    ngx_uint_t nsp);


/* whether the worker that it is attached to, in whatever way, lives */
ngx_uint_t ngx_print_session_attached_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/* whether it is attached to another worker that lives */
ngx_uint_t ngx_print_session_held_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/* attaches it to this worker */
void ngx_print_session_attach_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_uint_t kind, uint32_t token);

/* sets its time in the column, which follows from its record */
void ngx_print_session_deadline_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

ngx_print_store_session_t *ngx_print_client_session_locked(
    ngx_print_store_t *st, ngx_print_store_client_t *cl);
ngx_print_store_client_t *ngx_print_client_find_locked(ngx_print_store_t *st,
    ngx_str_t *id, uint32_t hash);

/* onto and off the list of its session, or with s == NULL of those offline */
void ngx_print_client_attach_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index);
void ngx_print_client_detach_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index);

/* a client on a session's list goes offline */
void ngx_print_client_offline_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t index);

/* hash of a clientId, to be computed before the lock is taken */
uint32_t ngx_print_client_hash(ngx_print_store_t *st, ngx_str_t *id);

/* a message of one block or a few; 0 if there is no room */
uint32_t ngx_print_queue_alloc_locked(ngx_print_store_t *st, uint32_t nblocks);

/* a chain of messages, linked by their heads, goes behind the others */
void ngx_print_queue_append_locked(ngx_print_store_t *st,
    ngx_print_store_queue_t *q, uint32_t block);

/* one message is freed, or a queue is, up to 64 messages of it */
void ngx_print_queue_free_locked(ngx_print_store_t *st, uint32_t block);
void ngx_print_queue_clear_locked(ngx_print_store_t *st,
    ngx_print_store_queue_t *q);

/* takes messages off a queue, see ngx_print_queue_take() */
void ngx_print_queue_take_locked(ngx_print_store_t *st,
    ngx_print_store_queue_t *q, size_t max, ngx_print_batch_t *batch);

/*
 * Lists a session at the worker that it is attached to, if it is and is not
 * listed yet.  Returns that worker's slot + 1 if it is to be rung for after
 * the lock is free, else 0.
 */
ngx_uint_t ngx_print_queue_list_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);
void ngx_print_queue_unlist_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/*
 * One pass over a column of deadlines, up to top, without the lock: up to max
 * indices from *cursor on (0 at first) whose time has come; *cursor is 0 when
 * the pass is over
 */
ngx_uint_t ngx_print_store_due(volatile uint32_t *column, uint32_t top,
    uint32_t now, uint32_t *cursor, uint32_t *indices, ngx_uint_t max);

/* whether the worker is registered and has not been struck off */
ngx_uint_t ngx_print_store_worker_locked(ngx_print_store_t *st,
    ngx_uint_t slot, uint32_t epoch);

void ngx_print_store_repair_locked(ngx_print_store_t *st);

/* the lock is free: what list_locked() returned, 0 included */
void ngx_print_store_ring(ngx_print_store_t *st, ngx_uint_t slot1);


#endif /* _NGX_PRINT_STORE_ZONE_H_INCLUDED_ */
