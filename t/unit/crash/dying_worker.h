
/*
 * Copyright (C) the print hub contributors
 */


/* What dying_processes.c and its processes share. */


#ifndef _NGX_PRINT_DYING_WORKER_H_INCLUDED_
#define _NGX_PRINT_DYING_WORKER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "check.h"
#include "ledger.h"
#include "ngx_print_hand.h"


#define KILL_SECONDS  10
#define KILL_WORKERS  4
#define KILL_ALL      100       /* kills, and then all at once */
#define KILL_ZONE     (64 * 1024 * 1024)   /* for its ring of events */
#define KILL_BLOCKS   3000
#define KILL_CLIENTS  32
#define KILL_JOBS     500
#define KILL_QUEUE    5
#define KILL_TTL      8000      /* ms of the fast clock */
#define KILL_LIMIT    (48 * 1024)
#define KILL_TICK     1000      /* ms of the fast clock */
#define KILL_LINGER   500
#define KILL_FAST     20        /* that of the deadlines */
#define KILL_CHECK    (CHECK_READY|CHECK_CLOSING|CHECK_SETTLED)


/* a session as a process knows it that has a connection to it */
typedef struct {
    uint32_t             gen;
    uint32_t             token;
    ngx_uint_t           ws;
    ngx_uint_t           blocked;
    uint32_t             probe_gen;
    uint32_t             probe_token;
} kill_held_t;


/* what one process tells another of a WebSocket */
typedef struct {
    ngx_print_ref_t      ref;
    ngx_print_holder_t   from;
} kill_moved_t;


extern ngx_print_hand_t   kill_queue;
extern uint64_t           kill_seed;
extern ngx_print_store_t  kill_st;
extern ngx_uint_t         kill_lives;

/* of a worker */
extern kill_held_t        kill_held[LEDGER_SESSIONS + 1];


void kill_worker(void);
void kill_poll(ngx_print_ref_t ref, kill_held_t *h);

/* nothing is accepted for it any more: what was must be there */
void kill_finish(ngx_print_ref_t ref);
void kill_orphans(void);
ngx_uint_t kill_random(ngx_uint_t n);


#endif /* _NGX_PRINT_DYING_WORKER_H_INCLUDED_ */
