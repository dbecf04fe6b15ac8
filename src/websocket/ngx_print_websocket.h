
/*
 * Copyright (C) the print hub contributors
 */


/*
 * WebSocket connections (RFC 6455): the handshake, taking the connection over
 * from HTTP, messages in, frames out, the closing handshake.  What the
 * messages mean is up to a table of handlers.
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


/* NULL, or a text that says what is wrong with a request for a WebSocket */
ngx_str_t *ngx_print_websocket_check(ngx_http_request_t *r);

/*
 * The answer to a handshake that failed: 400, the text as its body.  Returns
 * what the request is to be finalized with.
 */
ngx_int_t ngx_print_websocket_refuse(ngx_http_request_t *r, ngx_str_t *text);

/*
 * Allocates, zeroed, size bytes that begin with a ngx_print_websocket_t.  From
 * now on handlers->close() is called when the connection ends.
 */
ngx_print_websocket_t *ngx_print_websocket_create(ngx_http_request_t *r,
    size_t size, const ngx_print_websocket_handlers_t *handlers, uint32_t max);

/*
 * Answers 101, and sends the text message first, if it is not empty, in the
 * same segment.  Returns what the request is to be finalized with.  The
 * connection is taken over as soon as nobody uses the request any more.
 */
ngx_int_t ngx_print_websocket_start(ngx_http_request_t *r,
    ngx_print_websocket_t *ws, ngx_str_t *first);

/*
 * Between the files of this layer.  input() takes bytes of the connection:
 * NGX_OK, or else it is to be closed.
 */
void ngx_print_websocket_read_handler(ngx_event_t *rev);
void ngx_print_websocket_write_handler(ngx_event_t *wev);
ngx_int_t ngx_print_websocket_input(ngx_print_websocket_t *ws, u_char *p,
    u_char *last);

/*
 * permessage-deflate: inflate() adds a part of a message to in->message, NULL
 * or what is wrong with it; deflate() sends one, NGX_DECLINED: it is to be sent
 * as it is.
 */
const ngx_print_ws_error_t *ngx_print_websocket_inflate(
    ngx_print_websocket_t *ws, u_char *p, size_t len, ngx_uint_t complete);
ngx_int_t ngx_print_websocket_deflate(ngx_print_websocket_t *ws,
    ngx_uint_t opcode, ngx_str_t *data);

/* closes with this code, NGX_PRINT_WS_CODE_NONE for an empty Close frame */
void ngx_print_websocket_close(ngx_print_websocket_t *ws, ngx_uint_t code);

/* drops the connection as if an error had occurred */
void ngx_print_websocket_fail(ngx_print_websocket_t *ws);

/* runs handlers->timeout() once, after ms; 0: does not */
void ngx_print_websocket_timer(ngx_print_websocket_t *ws, ngx_msec_t ms);

/*
 * Sends a frame of up to 125 bytes; not, if a peer that reads nothing has let
 * many of them pile up.
 */
void ngx_print_websocket_frame(ngx_print_websocket_t *ws, ngx_uint_t opcode,
    u_char *p, size_t len);

/* sends a message, compressed if that was agreed on and it is worth it */
void ngx_print_websocket_send(ngx_print_websocket_t *ws, ngx_uint_t opcode,
    ngx_str_t *data);

/* sends bytes that are whole frames; what cannot be sent yet is kept */
void ngx_print_websocket_write(ngx_print_websocket_t *ws, u_char *p,
    size_t len);

/* bytes that wait to be sent */
size_t ngx_print_websocket_waiting(ngx_print_websocket_t *ws);

/*
 * Between the files of this layer.  reserve() makes room for len bytes more,
 * append() adds them; uncork() sends what was written while input was handled;
 * pending() does what follows from the output being empty, or not: NGX_ERROR,
 * the connection is to be closed.
 */
ngx_int_t ngx_print_websocket_append(ngx_print_websocket_t *ws,
    ngx_print_websocket_buf_t *b, u_char *p, size_t len);
ngx_int_t ngx_print_websocket_reserve(ngx_print_websocket_t *ws,
    ngx_print_websocket_buf_t *b, size_t len);
void ngx_print_websocket_free(ngx_print_websocket_buf_t *b);

void ngx_print_websocket_uncork(ngx_print_websocket_t *ws);
ngx_int_t ngx_print_websocket_pending(ngx_print_websocket_t *ws);
void ngx_print_websocket_free_out(ngx_print_websocket_t *ws);

/* the end of the connection's pool */
void ngx_print_websocket_cleanup(void *data);


#endif /* _NGX_PRINT_WEBSOCKET_H_INCLUDED_ */
