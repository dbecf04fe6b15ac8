
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


/* Returns the number of bytes of n parts. Lock-free: it reads no zone. */
size_t ngx_print_queue_total(ngx_str_t *parts, ngx_uint_t n);

/*
 * Returns the number of blocks that a message of len bytes takes, its head
 * included. Lock-free: it reads no zone.
 */
ngx_uint_t ngx_print_queue_blocks(size_t len);

/*
 * Returns the number of blocks that a packet takes: a text message of n parts,
 * and nbinary binary messages of one part each. Lock-free: it reads no zone.
 */
uint32_t ngx_print_queue_nblocks(ngx_str_t *parts, ngx_uint_t n,
    ngx_str_t *binary, ngx_uint_t nbinary);

/*
 * Returns the limit of a queue in bytes: the one that is set, or
 * st->share.queue if it is 0. Lock-free.
 */
size_t ngx_print_queue_limit(ngx_print_store_t *st, size_t limit);

/*
 * Returns how many of the free blocks are kept for uses that have not taken
 * their st->share.kept[use] yet. Without the lock it is a figure to show.
 */
uint32_t ngx_print_queue_kept(ngx_print_store_t *st);

/*
 * Returns how many blocks would have to be freed before there is room for
 * nblocks more blocks of this use; 0: there is room.
 *
 * st->share.kept[use] blocks can be taken by this use alone; what it takes
 * beyond them competes with the others. Whatever is no print also leaves
 * st->share.spare blocks free: prints must have room, however much stations
 * send. Descriptions of clients take at most st->share.info blocks, and what
 * clients have sent at CONNECT at most st->share.auth.
 */
uint32_t ngx_print_queue_lack_locked(ngx_print_store_t *st,
    ngx_print_use_e use, uint32_t nblocks);

/*
 * Allocates a message of nblocks blocks, NGX_PRINT_STORE_SLICE at most.
 * Returns its first block, or 0 if the zone has no room for this use. The
 * message belongs to nobody until the caller links it.
 */
uint32_t ngx_print_queue_alloc_locked(ngx_print_store_t *st,
    ngx_print_use_e use, uint32_t nblocks);

/*
 * Adds nblocks blocks to a message, NGX_PRINT_STORE_SLICE at most, for the use
 * that the message has.
 *
 * NGX_OK          the message has the blocks
 * NGX_PRINT_FULL  the zone has no room, and the message is unchanged
 */
ngx_int_t ngx_print_queue_extend_locked(ngx_print_store_t *st, uint32_t block,
    uint32_t nblocks);

/*
 * Allocates a message that fits into NGX_PRINT_STORE_SMALL blocks and writes
 * it. Returns its first block, or 0 if the zone has no room.
 */
uint32_t ngx_print_queue_small_locked(ngx_print_store_t *st,
    ngx_print_use_e use, ngx_str_t *parts, ngx_uint_t n, ngx_uint_t tag);

/*
 * Writes the parts of a message into its blocks. Lock-free: nobody else uses
 * the message yet.
 */
void ngx_print_queue_write(ngx_print_store_t *st, uint32_t block,
    ngx_str_t *parts, ngx_uint_t n, ngx_uint_t tag);

/* Frees one message. The caller has unlinked it. */
void ngx_print_queue_free_locked(ngx_print_store_t *st, uint32_t block);

/*
 * Frees a chain of messages, which the caller has unlinked; 0 is an empty
 * chain.
 */
void ngx_print_queue_drop_locked(ngx_print_store_t *st, uint32_t block);

/*
 * Adds a user to the payload of a job, or removes one. The payload is freed
 * with its last user.
 */
void ngx_print_job_ref_locked(ngx_print_store_t *st, uint32_t blob);
void ngx_print_job_unref_locked(ngx_print_store_t *st, uint32_t blob);

/*
 * Removes a worker as a user of the payloads that it has pinned to copy them
 * with the lock free.
 */
void ngx_print_job_unpin_locked(ngx_print_store_t *st,
    ngx_print_store_worker_t *w);


#endif /* _NGX_PRINT_ZONE_BLOCK_H_INCLUDED_ */
