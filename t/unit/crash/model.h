
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The store as its headers describe it, in the simplest form: arrays, no
 * memory to share, nobody dies.  What the store does is compared with it.
 */


#ifndef _NGX_PRINT_MODEL_H_INCLUDED_
#define _NGX_PRINT_MODEL_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "bench.h"


#define MODEL_SESSIONS  12
#define MODEL_CLIENTS   8
#define MODEL_CLAIMS    128
#define MODEL_BLOCKS    60
#define MODEL_WORKERS   3
#define MODEL_MESSAGES  64
#define MODEL_JOBS      10
#define MODEL_QUEUE     3       /* jobs for a client that is away */
#define MODEL_EVENTS    6       /* in the text */

/* whether the jobs of a request do not wait for a client that is away */
#define model_direct(number)  ((number) % 3 == 0)

#define MODEL_LIMIT     (30 * NGX_PRINT_STORE_BLOCK)


typedef enum {
    MODEL_OPEN = 0,
    MODEL_POLL,
    MODEL_DETACH,
    MODEL_POST,
    MODEL_POST_DONE,
    MODEL_PROBE,
    MODEL_UPGRADE,
    MODEL_UNPROBE,
    MODEL_CONNECT,
    MODEL_DISCONNECT,
    MODEL_TOUCH,
    MODEL_EXPIRE,
    MODEL_CLOSE,
    MODEL_FREE,
    MODEL_LINGER,
    MODEL_SEND,
    MODEL_TAKE,
    MODEL_RELEASE,
    MODEL_ATTACH_ADD,
    MODEL_ATTACH_TAKE,
    MODEL_READY,
    MODEL_BLOCK,
    MODEL_REGISTER,
    MODEL_LEAVE,
    MODEL_JOB,
    MODEL_CANCEL,
    MODEL_RESULT,
    MODEL_JOB_EXPIRE,
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
    ngx_uint_t          order;      /* in which they were opened */
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

    ngx_uint_t          sock;       /* if connected */
    ngx_uint_t          reason;
    uint32_t            ping_at;
    uint32_t            connect_by;
    uint32_t            until;      /* CLOSING, LINGER */

    unsigned            connected:1;
    unsigned            wait:1;
    unsigned            noop:1;
    unsigned            ping:1;     /* is to go with the next batch */
    unsigned            blocked:1;

    uint32_t            pings;
    uint32_t            pongs;

    ngx_uint_t          parts;
    model_queue_t       out;
    model_queue_t       in;
} model_session_t;


typedef struct {
    u_char              id;         /* a letter */
    ngx_uint_t          number;     /* of its session, 0: offline */
    ngx_uint_t          sock;
    uint32_t            since;
    ngx_uint_t          first;      /* event */
    ngx_uint_t          event;      /* its last one */
    ngx_uint_t          ack;
    uint32_t            accepted;
    uint32_t            delivered;
    uint32_t            undelivered;
} model_client_t;


/* a session that registered a client, which a newer one has */
typedef struct {
    u_char              id;         /* 0: not in use */
    ngx_uint_t          number;     /* of its session */
    unsigned            had:1;
    unsigned            ack:1;
} model_claim_t;


/* a job; they are in the order of their creation */
typedef struct {
    ngx_uint_t          n;          /* of the request */
    ngx_uint_t          i;          /* in the request */
    u_char              id;         /* of the client */
    uint32_t            len;

    ngx_uint_t          state;
    ngx_uint_t          attempts;
    ngx_uint_t          session;    /* SENT: its number */
    uint32_t            fence;
    ngx_uint_t          offset;
    ngx_uint_t          first;      /* event */
    ngx_uint_t          event;      /* its last one */
    uint32_t            due;
    const char         *reason;

    unsigned            resend:1;
    unsigned            again:1;
    unsigned            asked:1;
    unsigned            direct:1;
} model_job_t;


typedef struct {
    uint32_t            epoch;
    model_queue_t       batch;
    ngx_uint_t          lost;       /* blocks, when it died */
    model_job_t         pins[NGX_PRINT_QUEUE_JOBS];     /* n: 0, none */
} model_worker_t;


typedef struct {
    model_session_t     sessions[MODEL_SESSIONS];
    model_client_t      clients[MODEL_CLIENTS];
    ngx_uint_t          nclients;
    model_claim_t       claims[MODEL_CLAIMS];
    ngx_uint_t          order;
    model_worker_t      workers[MODEL_WORKERS];

    model_job_t         jobs[MODEL_JOBS];
    ngx_uint_t          njobs;
    ngx_uint_t          offset;

    char                events[MODEL_EVENTS][128];
    ngx_uint_t          event;

    ngx_uint_t          steps;      /* that may be done yet */
    ngx_uint_t          stopped;
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
    u_char              id2;        /* of another one, 0: none */
    size_t              len;
    ngx_uint_t          flag;

    ngx_uint_t          job_n;      /* of a job */
    ngx_uint_t          job_i;
    uint32_t            index;      /* where the store has put it */
    ngx_uint_t          state;      /* that it is to come to */

    /* results */
    ngx_int_t           rc;
    ngx_print_ref_t     new_ref;
    uint32_t            new_token;
    u_char              left;       /* a client */
} model_op_t;


extern const char  *model_names[];


/* does it; returns the code that the store is to return */
ngx_int_t model_apply(model_t *m, model_op_t *op);

/* The same up to the first step that model_go() refuses. */
ngx_int_t model_do(model_t *m, model_op_t *op);

/*
 * What may be left if it is killed, beside the states before and after it:
 * the i-th of them.  0: there is no such one.
 */
ngx_uint_t model_partial(model_t *m, model_op_t *op, ngx_uint_t i);

/*
 * Whether one more step may be done: each is a store, or several that nobody
 * can tell apart
 */
ngx_uint_t model_go(model_t *m);

/* jobs */
ngx_int_t model_job(model_t *m, model_op_t *op);
ngx_int_t model_cancel(model_t *m, model_op_t *op);
ngx_int_t model_result(model_t *m, model_op_t *op, model_session_t *s);
ngx_int_t model_job_expire(model_t *m, model_op_t *op);

/* the session's next job that is QUEUED */
model_job_t *model_job_next(model_t *m, model_session_t *s);

/* it is sent by this worker, as its k-th one */
void model_job_send(model_t *m, model_op_t *op, model_session_t *s,
    model_job_t *job, ngx_uint_t k);

/*
 * Jobs SENT to this session: those whose fence was passed are received, those
 * of a client (0: of any) settled, or recalled
 */
void model_job_received(model_t *m, model_session_t *s);
void model_job_settle(model_t *m, model_op_t *op, model_session_t *s,
    u_char id);
void model_job_recall(model_t *m, model_op_t *op, model_session_t *s,
    u_char id);

/* a client is about to be offline: those that do not wait for it end */
void model_job_unsent(model_t *m, u_char id);

/* whether a client has jobs that are not finished */
ngx_uint_t model_job_open(model_t *m, u_char id);

ngx_uint_t model_job_blocks(model_t *m);
char *model_job_text(model_t *m, char *p, char *last);

void model_event(model_t *m, const char *fmt, ...);

/* a worker of slot is reaped, or replaced by one of this epoch */
void model_worker(model_t *m, ngx_uint_t slot, uint32_t epoch);

/* all orphans are found by slot 0, which is to finish those that are lost */
void model_orphans(model_t *m, ngx_uint_t reason);

/*
 * Claims: that of a session to a client, the newest one to a client of those
 * that are connected; of a session (0: any) to a client (0: any) all are gone
 */
model_claim_t *model_claim(model_t *m, u_char id, ngx_uint_t number);
model_claim_t *model_claim_newest(model_t *m, u_char id);

/*
 * Whether a session that was opened after s has the client; owner is that which
 * has it, NULL: none that is connected, and the newest claim will
 */
ngx_uint_t model_claim_newer(model_t *m, model_client_t *cl,
    model_session_t *owner, model_session_t *s);
void model_claim_gone(model_t *m, u_char id, ngx_uint_t number);
model_claim_t *model_claim_make(model_t *m, u_char id, ngx_uint_t number,
    ngx_uint_t ack);

/* whether a session has clients, or claims to some */
ngx_uint_t model_left_over(model_t *m, model_session_t *s);
char *model_claim_text(model_t *m, char *p, char *last, u_char id);

/* as check_text() */
void model_text(model_t *m, ngx_uint_t dead, char *text);

ngx_uint_t model_live(model_session_t *s);
model_client_t *model_client(model_t *m, u_char id);
model_session_t *model_session(model_t *m, ngx_uint_t number);

ngx_uint_t model_blocks(model_t *m);
ngx_uint_t model_len_blocks(uint32_t len);
char *model_add(char *p, char *last, const char *fmt, ...);
ngx_uint_t model_mine(model_t *m, model_session_t *s, ngx_uint_t slot);


#endif /* _NGX_PRINT_MODEL_H_INCLUDED_ */
