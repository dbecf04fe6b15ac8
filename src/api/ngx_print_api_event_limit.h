
/*
 * Copyright (C) the print hub contributors
 */


/* Limits the streams of events of this worker, in all and of one address. */


#ifndef _NGX_PRINT_API_EVENT_LIMIT_H_INCLUDED_
#define _NGX_PRINT_API_EVENT_LIMIT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* streams of this worker, of all zones */
#define NGX_PRINT_API_STREAMS  1024


/* the place of a stream; its owner zeroes it, and the members are private */
typedef struct {
    ngx_queue_t    queue;
    uint64_t       prefix;
    unsigned       taken:1;
} ngx_print_api_place_t;


/*
 * Takes a place for a connection.  limit is the number of streams that the
 * prefix of its address may have in this worker, 0 for any number.
 *
 *   NGX_OK        the place is taken until it is given back
 *   NGX_DECLINED  the address has limit streams
 *   NGX_BUSY      this worker has NGX_PRINT_API_STREAMS streams
 */
ngx_int_t ngx_print_api_place_take(ngx_print_api_place_t *place,
    ngx_connection_t *c, ngx_uint_t limit);

/* Gives a place back, if it is taken. */
void ngx_print_api_place_give(ngx_print_api_place_t *place);


#endif /* _NGX_PRINT_API_EVENT_LIMIT_H_INCLUDED_ */
