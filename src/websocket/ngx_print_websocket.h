
/*
 * Copyright (C) the print hub contributors
 */


/*
 * WebSocket connections (RFC 6455): the types that all files of this folder
 * share, and what each of them needs.  What the messages mean is up to a table
 * of handlers, which the user of a connection passes.  In one line, each file
 * may call those to the right of it:
 *
 *   handshake < in < close < out < deflate < websocket
 */


#ifndef _NGX_PRINT_WEBSOCKET_H_INCLUDED_
#define _NGX_PRINT_WEBSOCKET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_ws_deflate.h"
#include "ngx_print_ws_frame.h"


typedef struct ngx_print_websocket_s  ngx_print_websocket_t;


typedef struct {
    /* HTTP has let go of the connection; nothing was read of it yet */
    void  (*open)(ngx_print_websocket_t *ws);

    /* a whole message; data is writable and lives until the return */
    void  (*message)(ngx_print_websocket_t *ws, ngx_str_t *data,
        ngx_uint_t binary);

    /* the output is full or has become empty: ws->blocked */
    void  (*blocked)(ngx_print_websocket_t *ws);

    void  (*timeout)(ngx_print_websocket_t *ws);

    /* the worker is about to exit */
    void  (*shutdown)(ngx_print_websocket_t *ws);

    /*
     * The end, unless it came from ngx_print_websocket_close(); called once.
     * failed: an error or a violation of the protocol, not the peer's wish
     */
    void  (*close)(ngx_print_websocket_t *ws, ngx_uint_t failed);
} ngx_print_websocket_handlers_t;


/* bytes that are kept for a while: allocated only as long as there are any */
typedef struct {
    u_char                                *data;
    size_t                                 len;
    size_t                                 size;
} ngx_print_websocket_buf_t;


/* a message that has begun to come */
typedef struct {
    ngx_print_ws_frame_t                   frame;
    ngx_print_websocket_buf_t              message;   /* its fragments */
    ngx_print_websocket_buf_t              control;   /* a control frame */
    unsigned                               payload:1; /* header was read */
} ngx_print_websocket_in_t;


/* frames that wait */
typedef struct {
    ngx_print_websocket_buf_t              frames;
    size_t                                 sent;      /* of them */
} ngx_print_websocket_out_t;


/*
 * Lives in the connection's pool, as the first member of what its user needs.
 * An idle one is nothing else; small enough, with that user's, for the room
 * that HTTP leaves in the pool's first block.
 */
struct ngx_print_websocket_s {
    const ngx_print_websocket_handlers_t  *handlers;
    ngx_connection_t                      *connection;
    ngx_print_websocket_in_t              *in;        /* or NULL */
    ngx_print_websocket_out_t             *out;       /* or NULL */
    ngx_print_ws_deflate_t                *deflate;   /* if agreed on */
    uint32_t                               max;       /* bytes of a message */
    uint32_t                               threshold; /* of what is deflated */

    unsigned                               failed:1;  /* no more input */
    unsigned                               blocked:1; /* output waits */
    unsigned                               closing:1; /* for both sides */
    unsigned                               echoed:1;  /* the peer's Close */
    unsigned                               shut:1;    /* all was written */
    unsigned                               corked:1;  /* input is handled */
    unsigned                               lost:1;    /* no peer any more */
    unsigned                               broken:1;  /* by an error */
};


#if (NGX_SSL || NGX_COMPAT)
#define ngx_print_websocket_tls(c)  ((c)->ssl != NULL)
#else
#define ngx_print_websocket_tls(c)  0
#endif


/*
 * Drops the connection as if an error had occurred.  ws is still valid: the
 * connection is closed by its own event, and handlers->close() is called then.
 */
void ngx_print_websocket_fail(ngx_print_websocket_t *ws);

/*
 * Has handlers->timeout() called once, in ms; 0: not any more.  There is no
 * timer for the handlers while the connection is closing.
 */
void ngx_print_websocket_timer(ngx_print_websocket_t *ws, ngx_msec_t ms);

/*
 * The memory of messages and frames that are not complete.  append() copies len
 * bytes to the end of b; reserve() makes room for them only.  NGX_OK,
 * NGX_ERROR: no memory, b is unchanged.  free() leaves b empty.
 */
ngx_int_t ngx_print_websocket_append(ngx_print_websocket_t *ws,
    ngx_print_websocket_buf_t *b, u_char *p, size_t len);
ngx_int_t ngx_print_websocket_reserve(ngx_print_websocket_t *ws,
    ngx_print_websocket_buf_t *b, size_t len);
void ngx_print_websocket_free(ngx_print_websocket_buf_t *b);


#endif /* _NGX_PRINT_WEBSOCKET_H_INCLUDED_ */
