
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Long messages. They are written with the lock free, into blocks that are
 * reserved before, some in each lock hold. Meanwhile they are in the in-flight
 * chain of this worker, so that their blocks are freed if it dies.
 */


#ifndef _NGX_PRINT_MESSAGE_H_INCLUDED_
#define _NGX_PRINT_MESSAGE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Reserves the blocks of a packet and writes it: a text message of n parts
 * with this tag, then nbinary binary messages of one part each. The packet is
 * then at the head of our in-flight chain. Returns its first block, or 0 if
 * the zone has no room for this use. Takes the lock itself.
 */
uint32_t ngx_print_queue_reserve(ngx_print_store_t *st, ngx_print_use_e use,
    ngx_str_t *parts, ngx_uint_t n, ngx_uint_t tag, ngx_str_t *binary,
    ngx_uint_t nbinary);

/*
 * Takes the first n messages, which begin with block, off our in-flight chain;
 * does nothing if block is 0. They belong to nobody until the caller links
 * them in the same lock hold. The caller holds the lock.
 */
void ngx_print_queue_unreserve_locked(ngx_print_store_t *st, uint32_t block,
    ngx_uint_t n);


#endif /* _NGX_PRINT_MESSAGE_H_INCLUDED_ */
