
/*
 * Copyright (C) the print hub contributors
 */


/* Limits the streams of events of this worker, in all and of one address. */


#ifndef _NGX_PRINT_API_EVENT_LIMIT_H_INCLUDED_
#define _NGX_PRINT_API_EVENT_LIMIT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_address.h"


/* streams of this worker, of all zones */
#define NGX_PRINT_API_STREAMS  1024


/* the place of a stream; its owner zeroes it, and the members are private */
typedef struct {
    ngx_print_address_stream_t    stream;
    unsigned                      taken:1;
} ngx_print_api_place_t;


/*
 * Takes a place for a stream of an address, NGX_PRINT_SESSION_ADDR bytes.  In
 * this worker, the address may have limit streams of this zone; 0: any number.
 *
 *   NGX_OK             the place is taken until it is given back
 *   NGX_BUSY           this worker has NGX_PRINT_API_STREAMS streams
 *   NGX_PRINT_LIMITED  the address has limit streams
 */
ngx_int_t ngx_print_api_place_take(ngx_print_api_place_t *place,
    ngx_print_store_t *st, u_char *addr, ngx_uint_t limit);

/* Gives a place back, if it is taken. */
void ngx_print_api_place_give(ngx_print_api_place_t *place);


#endif /* _NGX_PRINT_API_EVENT_LIMIT_H_INCLUDED_ */
