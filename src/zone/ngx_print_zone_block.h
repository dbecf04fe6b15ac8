
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Blocks of one size: messages and the payloads of jobs are chains of them. A
 * message begins with a head (ngx_print_store_head_t) in its first block;
 * messages are linked by their heads, the blocks of one message by the column
 * fat[]. The payload of a job is a message that jobs share: it counts its
 * users.
 */


#ifndef _NGX_PRINT_ZONE_BLOCK_H_INCLUDED_
#define _NGX_PRINT_ZONE_BLOCK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* The number of bytes of n parts. */
size_t ngx_print_queue_total(ngx_str_t *parts, ngx_uint_t n);

/*
 * The number of blocks that a message of len bytes takes, its head included.
 */
ngx_uint_t ngx_print_queue_blocks(size_t len);

/*
 * The number of blocks that a packet takes: a text message of n parts, and
 * nbinary binary messages of one part each.
 */
uint32_t ngx_print_queue_nblocks(ngx_str_t *parts, ngx_uint_t n,
    ngx_str_t *binary, ngx_uint_t nbinary);

/*
 * Whether nblocks more blocks leave st->spare blocks free, which a client may
 * not use up by itself. Lock-free: a few blocks more or less do not matter.
 */
ngx_uint_t ngx_print_queue_spared(ngx_print_store_t *st, uint32_t nblocks);

/*
 * Allocates a message of nblocks blocks, NGX_PRINT_STORE_SLICE at most.
 * Returns its first block, 0 if there is no room.
 */
uint32_t ngx_print_queue_alloc_locked(ngx_print_store_t *st, uint32_t nblocks);

/* Adds nblocks blocks to a message. NGX_OK, or NGX_PRINT_FULL. */
ngx_int_t ngx_print_queue_extend_locked(ngx_print_store_t *st, uint32_t block,
    uint32_t nblocks);

/*
 * Allocates a text message that fits into NGX_PRINT_STORE_SMALL blocks and
 * writes it. Returns its first block, 0 if there is no room.
 */
uint32_t ngx_print_queue_small_locked(ngx_print_store_t *st, ngx_str_t *parts,
    ngx_uint_t n, ngx_uint_t tag);

/*
 * Writes the parts of a message into its blocks, which nobody else uses yet;
 * lock-free.
 */
void ngx_print_queue_write(ngx_print_store_t *st, uint32_t block,
    ngx_str_t *parts, ngx_uint_t n, ngx_uint_t tag);

/* Frees one message. */
void ngx_print_queue_free_locked(ngx_print_store_t *st, uint32_t block);

/* Frees a chain of messages; 0 is an empty chain. */
void ngx_print_queue_drop_locked(ngx_print_store_t *st, uint32_t block);

/* A payload has one user more, or one less; the last one frees it. */
void ngx_print_job_ref_locked(ngx_print_store_t *st, uint32_t blob);
void ngx_print_job_unref_locked(ngx_print_store_t *st, uint32_t blob);

/*
 * Gives up the payloads that a worker has pinned, because it copied them with
 * the lock free.
 */
void ngx_print_job_unpin_locked(ngx_print_store_t *st,
    ngx_print_store_worker_t *w);


#endif /* _NGX_PRINT_ZONE_BLOCK_H_INCLUDED_ */
