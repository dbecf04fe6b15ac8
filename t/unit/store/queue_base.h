
/*
 * Copyright (C) the print hub contributors
 */


/* What the tests of queues share: two workers and a WebSocket of the first. */


#ifndef _NGX_PRINT_QUEUE_BASE_H_INCLUDED_
#define _NGX_PRINT_QUEUE_BASE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"


#define QUEUE_ROOM  (NGX_PRINT_STORE_BLOCK - sizeof(ngx_print_store_head_t))


/* workers a and b, without processes, and a WebSocket of a */
typedef struct {
    ngx_print_store_t    a;
    ngx_print_store_t    b;
    ngx_print_wake_t     wake[2];
    ngx_print_ref_t      ref;
    uint32_t             token;
} queue_t;


void queue_begin(queue_t *t, const char *about, uint32_t blocks);
void queue_end(queue_t *t);
ngx_uint_t queue_blocks(queue_t *t);

/* the next message of a batch is the one that bench_send() made of n */
void queue_one(queue_t *t, ngx_print_batch_t *batch, ngx_uint_t n, size_t len);
ngx_uint_t queue_awaited(queue_t *t);


#endif /* _NGX_PRINT_QUEUE_BASE_H_INCLUDED_ */
