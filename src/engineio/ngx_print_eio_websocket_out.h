
/*
 * Copyright (C) the print hub contributors
 */


/* The WebSocket of a session, and what it sends: batches and pings. */


#ifndef _NGX_PRINT_EIO_WEBSOCKET_OUT_H_INCLUDED_
#define _NGX_PRINT_EIO_WEBSOCKET_OUT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_websocket.h"
#include "ngx_print_eio.h"


typedef enum {
    NGX_PRINT_EIO_WEBSOCKET_PROBING = 0,    /* waits for "2probe" */
    NGX_PRINT_EIO_WEBSOCKET_PROBED,         /* waits for "5" */
    NGX_PRINT_EIO_WEBSOCKET_OPEN,           /* serves the session */
    NGX_PRINT_EIO_WEBSOCKET_REFUSED         /* serves no session */
} ngx_print_eio_websocket_state_e;


/* a WebSocket of a session, or a probe */
typedef struct {
    ngx_print_websocket_t         ws;       /* must be first */
    ngx_print_eio_conn_t          conn;
    ngx_print_loc_conf_t         *conf;
} ngx_print_eio_websocket_t;


#define ngx_print_eio_websocket(c)                                            \
    ((ngx_print_eio_websocket_t *)                                            \
     ((u_char *) (c) - offsetof(ngx_print_eio_websocket_t, conn)))


/*
 * Sends a batch, each packet as a message, in one write if they are not
 * compressed; releases the batch.
 */
void ngx_print_eio_websocket_batch(ngx_print_eio_websocket_t *ew,
    ngx_print_batch_t *batch);

/* Sends a ping ("Heartbeat"). */
void ngx_print_eio_websocket_ping(ngx_print_eio_conn_t *conn);


#endif /* _NGX_PRINT_EIO_WEBSOCKET_OUT_H_INCLUDED_ */
