
/*
 * Copyright (C) the print hub contributors
 */


/*
 * permessage-deflate (RFC 7692): what is agreed on in the handshake, and zlib
 * behind it.  Knows no connection and no frames.
 *
 * Memory of one direction, by zlib: 2^(bits + 2) + 2^17 bytes to deflate, that
 * is 256 KB with 15 bits, and 2^bits + 10 KB to inflate.  A direction without
 * context takeover has it for the time of a message only.
 */


#ifndef _NGX_PRINT_WS_DEFLATE_H_INCLUDED_
#define _NGX_PRINT_WS_DEFLATE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_WS_DEFLATE_MIN_BITS    9      /* of a deflater, by zlib */
#define NGX_PRINT_WS_DEFLATE_MAX_BITS    15

/* of the answer's header */
#define NGX_PRINT_WS_DEFLATE_ANSWER_LEN  160


/* what both sides keep to; server: what we send, client: what we get */
typedef struct {
    ngx_uint_t    server_bits;
    ngx_uint_t    client_bits;
    unsigned      server_fresh:1;     /* no context takeover */
    unsigned      client_fresh:1;
} ngx_print_ws_deflate_params_t;


/* of a connection; zeroed, but for params, it owns nothing */
typedef struct {
    ngx_print_ws_deflate_params_t    params;
    void                            *in;        /* z_stream */
    void                            *out;
    ngx_uint_t                       tail;      /* bytes of a message's end
                                                   that were inflated */
} ngx_print_ws_deflate_t;


/*
 * Reads the client's offers, the value of a Sec-WebSocket-Extensions header,
 * and takes the first that can be had: with not more than limits' bits, and
 * without takeover where limits have none.
 *
 * NGX_OK with *params; NGX_DECLINED: none, the connection does without
 */
ngx_int_t ngx_print_ws_deflate_accept(ngx_str_t *offers,
    const ngx_print_ws_deflate_params_t *limits,
    ngx_print_ws_deflate_params_t *params);

/* writes the value of the answer's header; returns the byte after the last */
u_char *ngx_print_ws_deflate_answer(u_char *p,
    const ngx_print_ws_deflate_params_t *params);

/*
 * Inflates a part of a message, from [*pos, last) to [*out, end), both moved.
 * complete: it is the last part.
 *
 * NGX_OK       all of it is done
 * NGX_AGAIN    there is no more room; to be called again with what is left
 * NGX_ERROR    the data are corrupt, or there is no memory
 */
ngx_int_t ngx_print_ws_inflate(ngx_print_ws_deflate_t *d, u_char **pos,
    u_char *last, ngx_uint_t complete, u_char **out, u_char *end);

/* the greatest length of what a message of len bytes may be deflated to */
size_t ngx_print_ws_deflate_bound(size_t len);

/*
 * Deflates a whole message to dst, which has room for its bound.
 * Returns the byte after the last one, NULL if there is no memory.
 */
u_char *ngx_print_ws_deflate(ngx_print_ws_deflate_t *d, u_char *dst,
    u_char *p, size_t len);

/* frees what it owns */
void ngx_print_ws_deflate_free(ngx_print_ws_deflate_t *d);


#endif /* _NGX_PRINT_WS_DEFLATE_H_INCLUDED_ */
