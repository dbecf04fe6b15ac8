
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Who has sent what to which session, and who has received it: accounts that
 * outlive the processes that keep them.  There is one for each session and
 * each slot that sends to it; a message carries its number there, and the
 * last one before it that was surely accepted.
 *
 * So a receiver can tell: numbers rise, and all that was accepted is there,
 * but for what a process that was killed had taken.  What a slot's former
 * owner was sending when it was killed may be there or not.
 */


#ifndef _NGX_PRINT_STORE_LEDGER_H_INCLUDED_
#define _NGX_PRINT_STORE_LEDGER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "store_bench.h"


#define LEDGER_SESSIONS  48
#define LEDGER_SLOTS     8
#define LEDGER_BYTES     65536      /* of a message, at most */


typedef struct {
    ngx_atomic_t    failed;
    ngx_atomic_t    received;       /* messages */
    ngx_atomic_t    lost;           /* with a process that had taken them */
    ngx_atomic_t    late;           /* found by a tick, not by a ring */
} ledger_totals_t;


extern ledger_totals_t  *ledger_totals;     /* of all processes */


/* for all further processes */
void ledger_create(void);

/* this process, the n-th, has this slot */
void ledger_begin(ngx_uint_t n, ngx_uint_t slot);

/* sends the next message; its bytes are a function of "at" and len */
ngx_int_t ledger_send(ngx_print_store_t *st, ngx_print_ref_t ref,
    uint32_t at, size_t len, size_t limit);

/* around what takes messages off a session, and accounts for them */
void ledger_taking(ngx_print_store_t *st, ngx_print_ref_t ref);
void ledger_taken(void);

/* accounts for a batch, and releases it */
void ledger_receive(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_batch_t *batch);

/* nothing more is accepted for it, and nothing is left in its queue */
void ledger_complete(ngx_print_ref_t ref);

void ledger_fail(const char *fmt, ...);


#endif /* _NGX_PRINT_STORE_LEDGER_H_INCLUDED_ */
