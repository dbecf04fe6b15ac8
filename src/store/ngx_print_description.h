
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The descriptions of clients: what they say about themselves when they
 * register. All of them share an eighth of the blocks, also those that sockets
 * have told with a claim to a client. When there is no room, the descriptions
 * of the clients that have been offline longest give way; the records of these
 * clients stay.
 */


#ifndef _NGX_PRINT_DESCRIPTION_H_INCLUDED_
#define _NGX_PRINT_DESCRIPTION_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* whose description it is: the socket that registers, and the clientId */
typedef struct {
    ngx_print_ref_t   ref;
    uint64_t          owner;
    uint32_t          hash;             /* ngx_print_client_hash() of id */
    ngx_str_t        *id;
} ngx_print_description_t;


/*
 * Writes a description, which is then at the head of our in-flight chain, as
 * ngx_print_queue_reserve() does. Others give way to it, unless the session is
 * closed; the caller has checked that nothing else refuses the client. Returns
 * its first block, or 0 if there is no room even so.
 */
uint32_t ngx_print_description_reserve(ngx_print_store_t *st,
    ngx_print_description_t *d, ngx_str_t *text);


#endif /* _NGX_PRINT_DESCRIPTION_H_INCLUDED_ */
