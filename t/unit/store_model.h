
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The store as its headers describe it, in the simplest form: arrays, no
 * memory to share, nobody dies.  What the store does is compared with it.
 */


#ifndef _NGX_PRINT_STORE_MODEL_H_INCLUDED_
#define _NGX_PRINT_STORE_MODEL_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "store_bench.h"


#define MODEL_SESSIONS  12
#define MODEL_CLIENTS   8
#define MODEL_BLOCKS    60
#define MODEL_WORKERS   3
#define MODEL_MESSAGES  64
#define MODEL_LIMIT     (30 * NGX_PRINT_STORE_BLOCK)


typedef enum {
    MODEL_OPEN = 0,
    MODEL_POLL,
    MODEL_DETACH,
    MODEL_POST,
    MODEL_POSTED,
    MODEL_PROBE,
    MODEL_UPGRADE,
    MODEL_UNPROBE,
    MODEL_JOIN,
    MODEL_PART,
    MODEL_HEARD,
    MODEL_EXPIRE,
    MODEL_CLOSE,
    MODEL_FREE,
    MODEL_LINGER,
    MODEL_SEND,
    MODEL_TAKE,
    MODEL_RELEASE,
    MODEL_HOLD,
    MODEL_UNHELD,
    MODEL_READY,
    MODEL_BLOCK,
    MODEL_REGISTER,
    MODEL_LEAVE,
    MODEL_LAST
} model_op_e;


typedef struct {
    uint32_t            n;          /* what its bytes are made of */
    uint32_t            len;
} model_message_t;


typedef struct {
    model_message_t     list[MODEL_MESSAGES];
    ngx_uint_t          count;
} model_queue_t;


typedef struct {
    ngx_uint_t          number;     /* 0: not in use */
    ngx_print_ref_t     ref;

    ngx_uint_t          state;
    ngx_uint_t          kind;
    ngx_uint_t          slot;
    uint32_t            epoch;
    uint32_t            token;

    ngx_uint_t          probe_slot;
    uint32_t            probe_epoch;
    uint32_t            probe_token;

    ngx_uint_t          post_slot;
    uint32_t            post_epoch;

    ngx_uint_t          sock;       /* if joined */
    ngx_uint_t          reason;
    uint32_t            ping_at;
    uint32_t            connect_by;
    uint32_t            linger;

    unsigned            joined:1;
    unsigned            wait:1;
    unsigned            noop:1;
    unsigned            ping:1;     /* is to go with the next batch */
    unsigned            blocked:1;

    ngx_uint_t          parts;
    model_queue_t       out;
    model_queue_t       in;
} model_session_t;


typedef struct {
    u_char              id;         /* a letter */
    ngx_uint_t          number;     /* of its session, 0: offline */
    ngx_uint_t          sock;
    uint32_t            since;      /* order of going offline */
    uint32_t            changed;    /* when it went, s */
} model_client_t;


typedef struct {
    uint32_t            epoch;
    model_queue_t       batch;
    ngx_uint_t          lost;       /* blocks, when it died */
} model_worker_t;


typedef struct {
    model_session_t     sessions[MODEL_SESSIONS];
    model_client_t      clients[MODEL_CLIENTS];
    ngx_uint_t          nclients;
    uint32_t            offline;    /* the last one's since */
    model_worker_t      workers[MODEL_WORKERS];
} model_t;


/* an operation, and what it said */
typedef struct {
    model_op_e          op;
    ngx_uint_t          slot;       /* of the worker */
    ngx_msec_t          now;

    ngx_uint_t          session;    /* in model_t.sessions */
    ngx_print_ref_t     ref;
    uint32_t            token;

    ngx_uint_t          number;     /* of a session, a sid, a message */
    u_char              id;         /* of a client */
    size_t              len;
    ngx_uint_t          flag;
    ngx_uint_t          fenced;     /* EXPIRE: a ping is under way, which the
                                       model does not count */

    /* results */
    ngx_int_t           rc;
    ngx_print_ref_t     new_ref;
    uint32_t            new_token;
    u_char              left;       /* a client */
} model_op_t;


extern const char  *model_names[];


/* does it; returns the code that the store is to return */
ngx_int_t model_apply(model_t *m, model_op_t *op);

/*
 * What may be left if it is killed, beside the states before and after it:
 * the i-th of them.  0: there is no such one.
 */
ngx_uint_t model_partial(model_t *m, model_op_t *op, ngx_uint_t i);

/* a worker of slot is struck off, or replaced by one of this epoch */
void model_worker(model_t *m, ngx_uint_t slot, uint32_t epoch);

/* all orphans are found and finished by slot 0 */
void model_orphans(model_t *m, ngx_msec_t now);

/* as check_text() */
void model_text(model_t *m, ngx_uint_t dead, char *text);

ngx_uint_t model_blocks(model_t *m);
ngx_uint_t model_mine(model_t *m, model_session_t *s, ngx_uint_t slot);


#endif /* _NGX_PRINT_STORE_MODEL_H_INCLUDED_ */
