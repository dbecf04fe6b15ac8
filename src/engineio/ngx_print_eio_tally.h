
/*
 * Copyright (C) the print hub contributors
 */


/* What the engine counts of its messages, in the column of this worker. */


#ifndef _NGX_PRINT_EIO_TALLY_H_INCLUDED_
#define _NGX_PRINT_EIO_TALLY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_store.h"


/* the pings of a connection; zeroed at first */
typedef struct {
    uint32_t    at;            /* ms: when the first open one was sent; 0: it is
                                  answered */
    uint32_t    open;          /* that are not answered yet */
} ngx_print_eio_pings_t;


/*
 * ping() is called when a ping is sent, and pong() when one is answered: counts
 * the time that it took, unless another ping was open when it was sent.
 */
void ngx_print_eio_tally_ping(ngx_print_eio_pings_t *pings);
void ngx_print_eio_tally_pong(ngx_print_store_t *st,
    ngx_print_eio_pings_t *pings);

/* Counts a message from a client, or with out to it, of len bytes. */
void ngx_print_eio_tally_message(ngx_print_store_t *st, ngx_uint_t out,
    size_t len);

/* Counts bytes of messages that were decompressed, or with out compressed. */
void ngx_print_eio_tally_deflated(ngx_print_store_t *st, ngx_uint_t out,
    size_t plain, size_t compressed);


#endif /* _NGX_PRINT_EIO_TALLY_H_INCLUDED_ */
