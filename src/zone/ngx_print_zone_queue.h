
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A queue of messages, linked by their heads. One store publishes what is
 * appended or taken.
 */


#ifndef _NGX_PRINT_ZONE_QUEUE_H_INCLUDED_
#define _NGX_PRINT_ZONE_QUEUE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Appends a chain of messages. The caller has unlinked it from anything else.
 */
void ngx_print_queue_append_locked(ngx_print_store_t *st,
    ngx_print_store_queue_t *q, uint32_t block);

/*
 * Takes messages off the front of a queue: the first one, and as many behind
 * it as make up to max bytes, NGX_PRINT_STORE_SLICE at most. They become
 * batch, and the in-flight chain of this worker, which must be empty. Sets
 * batch->more if the queue has more.
 */
void ngx_print_queue_take_locked(ngx_print_store_t *st,
    ngx_print_store_queue_t *q, size_t max, ngx_print_batch_t *batch);

/*
 * Frees up to NGX_PRINT_STORE_SLICE messages of a queue. q->head is 0 when the
 * queue is empty; until then call it again in another lock hold.
 */
void ngx_print_queue_clear_locked(ngx_print_store_t *st,
    ngx_print_store_queue_t *q);


#endif /* _NGX_PRINT_ZONE_QUEUE_H_INCLUDED_ */
