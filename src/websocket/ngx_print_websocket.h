
/*
 * Copyright (C) the print hub contributors
 */


/*
 * WebSocket connections (RFC 6455): the types and functions that all files of
 * this folder share.  The layer above passes a table of handlers, which decide
 * what the messages mean.  In this line, each file may call those to the right
 * of it:
 *
 *   handshake < move < in < close < out < deflate < websocket
 */


#ifndef _NGX_PRINT_WEBSOCKET_H_INCLUDED_
#define _NGX_PRINT_WEBSOCKET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_budget.h"
#include "ngx_print_ws_deflate.h"
#include "ngx_print_ws_frame.h"


typedef struct ngx_print_websocket_s  ngx_print_websocket_t;


typedef struct {
    /*
     * The connection was taken over from HTTP; no frame was read yet.  It may
     * send and close.
     */
    void        (*open)(ngx_print_websocket_t *ws);

    /*
     * Called before the connection is handled.  Returns 1, or 0 if neither
     * messages nor the end of the connection can be handled now: it is asked
     * again later, and the input stays with the kernel meanwhile.
     */
    ngx_uint_t  (*ready)(ngx_print_websocket_t *ws);

    /* A whole message arrived; data is writable and lives until the return. */
    void        (*message)(ngx_print_websocket_t *ws, ngx_str_t *data,
        ngx_uint_t binary);

    /* ws->blocked has changed: output waits for the kernel, or no more. */
    void        (*blocked)(ngx_print_websocket_t *ws);

    /* The timer that ngx_print_websocket_timer() has set expired. */
    void        (*timeout)(ngx_print_websocket_t *ws);

    /* The worker is about to exit; called unless the connection closes. */
    void        (*shutdown)(ngx_print_websocket_t *ws);

    /*
     * The connection ended; called once, and never after the handlers' own call
     * of ngx_print_websocket_close().  failed is 1 after an error or a
     * violation of the protocol, 0 if the peer closed the connection.
     */
    void        (*close)(ngx_print_websocket_t *ws, ngx_uint_t failed);

    /*
     * The worker has to exit while the connection is frozen, see
     * ngx_print_websocket_freeze(): it must be dropped now.
     */
    void        (*cut)(ngx_print_websocket_t *ws);

    /*
     * Bytes of a message were compressed (out) or decompressed: so many are
     * plain ones, and so many compressed.  NULL: nobody counts them.
     */
    void        (*deflated)(ngx_print_websocket_t *ws, ngx_uint_t out,
        size_t plain, size_t compressed);
} ngx_print_websocket_handlers_t;


/* A buffer that grows; it is allocated only while it holds bytes. */
typedef struct {
    u_char                                *data;
    size_t                                 len;
    size_t                                 size;
} ngx_print_websocket_buf_t;


/* The state of a message of which only a part has arrived. */
typedef struct {
    ngx_print_ws_frame_t                   frame;
    ngx_print_websocket_buf_t              message;   /* fragments so far */
    ngx_print_websocket_buf_t              control;   /* control frame */
    ngx_print_budget_holder_t              holder;    /* of all of this */
    unsigned                               payload:1; /* header was read */
} ngx_print_websocket_in_t;


/* Frames that wait for the kernel to accept them. */
typedef struct {
    ngx_print_websocket_buf_t              frames;
    size_t                                 sent;      /* bytes of them */
} ngx_print_websocket_out_t;


/* The compression of a connection; it lives in the connection's pool. */
typedef struct {
    ngx_print_ws_deflate_t                 codec;
} ngx_print_websocket_deflate_t;


/*
 * A connection.  It lives in the connection's pool, as the first member of a
 * struct of the layer above.  An idle connection has no other memory.  Both
 * structs together fit into the room that HTTP leaves in the pool's first
 * block.
 */
struct ngx_print_websocket_s {
    const ngx_print_websocket_handlers_t  *handlers;
    ngx_connection_t                      *connection;
    ngx_print_websocket_in_t              *in;        /* or NULL */
    ngx_print_websocket_out_t             *out;       /* or NULL */
    ngx_print_websocket_deflate_t         *deflate;   /* or NULL */
    uint32_t                               max;       /* bytes, a message */
    uint32_t                               threshold; /* bytes, to deflate */

    unsigned                               taken:1;   /* over from HTTP */
    unsigned                               failed:1;  /* ignore input */
    unsigned                               blocked:1; /* output waits */
    unsigned                               closing:1; /* no more handlers */
    unsigned                               echoed:1;  /* peer sent Close */
    unsigned                               shut:1;    /* all was sent */
    unsigned                               corked:1;  /* gathers frames */
    unsigned                               lost:1;    /* the peer is gone */
    unsigned                               broken:1;  /* lost by an error */
    unsigned                               passed:1;  /* by another worker,
                                                         which has its TLS */
};


#if (NGX_SSL || NGX_COMPAT)
#define ngx_print_websocket_tls(c)  ((c)->ssl != NULL)
#else
#define ngx_print_websocket_tls(c)  0
#endif

/* It cannot be shut down for writing alone. */
#define ngx_print_websocket_whole(ws)                                         \
    ((ws)->passed || ngx_print_websocket_tls((ws)->connection))


/*
 * Drops the connection because of an error.  ws stays valid until the caller
 * returns to the event loop: a posted read event closes the connection, and
 * calls handlers->close() if the connection has not ended before.
 */
void ngx_print_websocket_fail(ngx_print_websocket_t *ws);

/*
 * Makes handlers->timeout() be called once, after ms milliseconds; 0 removes
 * the timer.  It does nothing while the connection is closing, because the
 * closing handshake uses the same timer.  Not before handlers->open(), because
 * the takeover from HTTP uses it too.
 */
void ngx_print_websocket_timer(ngx_print_websocket_t *ws, ngx_msec_t ms);

/*
 * Buffers of messages and frames that are not complete.  append() copies len
 * bytes to the end of b; reserve() only makes room for them; free() leaves b
 * empty.
 *
 * NGX_OK     b has the bytes, or the room
 * NGX_ERROR  there is no memory, and b is unchanged
 */
ngx_int_t ngx_print_websocket_append(ngx_print_websocket_t *ws,
    ngx_print_websocket_buf_t *b, u_char *p, size_t len);
ngx_int_t ngx_print_websocket_reserve(ngx_print_websocket_t *ws,
    ngx_print_websocket_buf_t *b, size_t len);
void ngx_print_websocket_free(ngx_print_websocket_buf_t *b);


#endif /* _NGX_PRINT_WEBSOCKET_H_INCLUDED_ */
