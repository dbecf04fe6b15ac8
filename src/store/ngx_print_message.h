
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Long messages. They are written with the lock free, in blocks that were
 * reserved before, some in each hold; meanwhile they stand on the in-flight
 * chain of this worker, so that nothing is lost if it dies.
 */


#ifndef _NGX_PRINT_MESSAGE_H_INCLUDED_
#define _NGX_PRINT_MESSAGE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Reserves the blocks of a packet, its text in n parts and nbinary binary
 * messages of one part each, and writes it.  The packet is the head of our
 * in-flight chain then.  Returns its first block, 0 if there is no room.
 */
uint32_t ngx_print_queue_reserve(ngx_print_store_t *st, ngx_str_t *parts,
    ngx_uint_t n, ngx_uint_t tag, ngx_str_t *binary, ngx_uint_t nbinary);

/*
 * Takes n messages, of which block is the first, off our in-flight chain;
 * block 0 is none.  Until they are linked elsewhere in the same hold they
 * belong to nobody.  The caller holds the lock.
 */
void ngx_print_queue_unreserve_locked(ngx_print_store_t *st, uint32_t block,
    ngx_uint_t n);


#endif /* _NGX_PRINT_MESSAGE_H_INCLUDED_ */
