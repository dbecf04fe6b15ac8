
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What the store's tests share: a zone in memory that is inherited, workers
 * with and without a process, a clock, and processes that are run one machine
 * instruction at a time.
 */


#ifndef _NGX_PRINT_BENCH_H_INCLUDED_
#define _NGX_PRINT_BENCH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "store_all.h"


#define BENCH_INTERVAL  10000   /* of the sessions that bench_open() opens */
#define BENCH_TIMEOUT   5000
#define BENCH_CONNECT   45000
#define BENCH_YIELD     8       /* the reason of one that gives way to them */

#define BENCH_LIMIT     (64 * 1024)

#define BENCH_TTL       60000   /* of the jobs that bench_job() makes */
#define BENCH_JOBS      8       /* of one request */

#define BENCH_PATIENCE  180     /* seconds, if TEST_PATIENCE is not set */


typedef enum {
    BENCH_STEPPED = 0,
    BENCH_PAUSED,
    BENCH_DEAD
} bench_state_e;


/* a request, and its results */
typedef struct {
    ngx_print_job_init_t    init;
    ngx_print_job_info_t    jobs[BENCH_JOBS];
    ngx_uint_t              bad;

    ngx_str_t               clients[BENCH_JOBS];
    u_char                  ids[BENCH_JOBS];
    u_char                  keys[BENCH_JOBS * NGX_PRINT_JOB_KEY];
    u_char                  digest[NGX_PRINT_JOB_DIGEST];
    u_char                  request[NGX_PRINT_JOB_DIGEST];
    ngx_str_t               parts[2];
} bench_job_t;


extern u_char            *bench_zone;
extern size_t             bench_size;
extern ngx_print_wake_t   bench_wake;       /* of this process */
extern ngx_uint_t         bench_notified;   /* calls of notify() */
extern ngx_uint_t         bench_unix;  /* 1: new sessions have no address */
extern ngx_uint_t         bench_addresses;  /* of all sessions; 0: each has one
                                               of its own */
extern ngx_print_limits_t  *bench_limits;   /* of those, or NULL */


/*
 * The program ends, as failed, if this is not called again for TEST_PATIENCE
 * seconds (an environment variable).  It is a guard against a program that
 * hangs, no judgement of its speed: a test calls it at its start, a long one
 * again whenever it gets on.
 */
void bench_guard(void);

/*
 * A new zone for all further processes; of so many records at most, 0 for as
 * many as fit.
 */
void bench_create(size_t size, uint32_t sessions, uint32_t clients,
    uint32_t blocks);

/*
 * With UNIT_FILE in the environment the memory of a zone is a file.  Maps it
 * anew, and prepares the zone as a start of nginx does.  Without it, does
 * nothing.
 */
void bench_reopen(ngx_print_store_t *st);

/* the same for other records of the new zone, before it is looked at */
void bench_shrink(uint32_t jobs, uint32_t events, uint32_t pids);
void bench_shrink_addresses(uint32_t n);

/* the clock of this process, ms since the epoch */
void bench_clock(ngx_msec_t ms);

/* a view of the zone that has joined nothing */
void bench_view(ngx_print_store_t *st);

/* claims a slot for this process and joins */
void bench_join(ngx_print_store_t *st);

/* joins as a worker without a process; wake: its own claim */
void bench_fake(ngx_print_store_t *st, ngx_print_wake_t *wake,
    ngx_uint_t slot);

/* a view as the worker that has this slot now */
void bench_as(ngx_print_store_t *st, ngx_uint_t slot);

/* opens session number n, its key and address are made of the number */
ngx_int_t bench_open(ngx_print_store_t *st, ngx_uint_t n, ngx_uint_t ws,
    ngx_print_ref_t *ref, uint32_t *token);

/* makes it one of protocol 3, as if it had been opened so */
void bench_eio3(ngx_print_store_t *st, ngx_print_ref_t ref);

void bench_key(u_char *key, ngx_uint_t n);
void bench_sock(u_char *sock, ngx_uint_t n);

/* a clientId of one or more letters, in a namespace */
ngx_int_t bench_register(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, const char *id, ngx_uint_t ack);

/*
 * A request, number n, for a job of len bytes on the clients of these letters;
 * it is for create(), maybe after some changes.  Its digest is not in use yet.
 */
void bench_job(bench_job_t *job, ngx_uint_t n, const char *ids, size_t len);
ngx_int_t bench_print(ngx_print_store_t *st, bench_job_t *job);

/* the key of the i-th job of a request */
void bench_job_key(u_char *key, ngx_uint_t n, ngx_uint_t i);

/* sends len bytes that are made of n */
ngx_int_t bench_send(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t n, size_t len);
u_char *bench_bytes(ngx_uint_t n, size_t len);   /* until the next call */

/*
 * The batch's next message, as ngx_print_eio_next() returns it.  The head and
 * tail of a job's are "<index.gen.offset," and "nsp flags>".
 */
ngx_int_t bench_next(ngx_print_store_t *st, ngx_print_batch_t *batch,
    ngx_print_message_t *msg);


/* a process that ends with this one */
pid_t bench_fork(void);

/* a process that has called proc() and then does nothing */
pid_t bench_hold(void (*proc)(void *data), void *data);

/* kills a process of ours, and waits until it is gone */
void bench_kill(pid_t pid);

/*
 * A process that calls proc() and is stopped before it and in each call of
 * bench_pause().  resume() lets it run, step() executes one instruction of it;
 * both tell where it is now.
 */
pid_t bench_trace(void (*proc)(void *data), void *data);
void bench_pause(void);
bench_state_e bench_resume(pid_t pid);
bench_state_e bench_step(pid_t pid);


#endif /* _NGX_PRINT_BENCH_H_INCLUDED_ */
