
/*
 * Copyright (C) the print hub contributors
 */


/*
 * permessage-deflate (RFC 7692): the parameters that are agreed on in the
 * handshake, and compression by zlib. Knows no connection and no frames.
 *
 * Memory of one direction, allocated by zlib at its first message:
 * 2^(bits + 2) + 2^17 bytes to deflate, which is 256 KB with 15 bits, and
 * 2^bits bytes + 10 KB to inflate. Without context takeover the memory to
 * deflate is freed after each message. The memory to inflate stays: some
 * clients refer to the messages before although they have agreed not to.
 */


#ifndef _NGX_PRINT_WS_DEFLATE_H_INCLUDED_
#define _NGX_PRINT_WS_DEFLATE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_WS_DEFLATE_MIN_BITS    9      /* zlib deflates with no
                                                   less */
#define NGX_PRINT_WS_DEFLATE_MAX_BITS    15

/* room for the value of the answer's header */
#define NGX_PRINT_WS_DEFLATE_ANSWER_LEN  160


/*
 * The agreed parameters. server_* apply to messages that we send, client_* to
 * messages that the client sends.
 */
typedef struct {
    ngx_uint_t    server_bits;
    ngx_uint_t    client_bits;
    unsigned      server_fresh:1;     /* no context takeover */
    unsigned      client_fresh:1;
} ngx_print_ws_deflate_params_t;


/*
 * The compression of one connection. If it is zeroed, except for params, it
 * owns no memory.
 */
typedef struct {
    ngx_print_ws_deflate_params_t    params;
    void                            *in;        /* z_stream */
    void                            *out;
    ngx_uint_t                       tail;      /* bytes of the tail that were
                                                   inflated already */
} ngx_print_ws_deflate_t;


/*
 * Reads the client's offers, the value of a Sec-WebSocket-Extensions header
 * (RFC 6455, section 9.1; RFC 7692, section 7.1), and accepts the first one
 * that is valid and that limits allow: windows of at most their bits, and no
 * context takeover by us where they have none. The client is asked for no
 * context takeover only if it has offered that.
 *
 * NGX_OK        *params is set
 * NGX_DECLINED  no offer is accepted: the connection does not compress
 */
ngx_int_t ngx_print_ws_deflate_accept(ngx_str_t *offers,
    const ngx_print_ws_deflate_params_t *limits,
    ngx_print_ws_deflate_params_t *params);

/*
 * Writes the value of the header of the answer,
 * NGX_PRINT_WS_DEFLATE_ANSWER_LEN bytes at most. Returns the byte after the
 * last.
 */
u_char *ngx_print_ws_deflate_answer(u_char *p,
    const ngx_print_ws_deflate_params_t *params);

/*
 * Inflates a part of a message, from [*pos, last) to [*out, end), and moves
 * *pos and *out. complete is 1 for the last part. RFC 7692, section 7.2.2.
 *
 * NGX_OK     all of this part is inflated
 * NGX_AGAIN  the output is full: call it again with the rest
 * NGX_ERROR  the data are corrupt, or there is no memory
 */
ngx_int_t ngx_print_ws_inflate(ngx_print_ws_deflate_t *d, u_char **pos,
    u_char *last, ngx_uint_t complete, u_char **out, u_char *end);

/*
 * Returns the greatest length that a message of len bytes may be deflated to.
 */
size_t ngx_print_ws_deflate_bound(size_t len);

/*
 * Deflates a whole message to dst, which has room for
 * ngx_print_ws_deflate_bound(len) bytes. Returns the byte after the last, or
 * NULL if there is no memory. RFC 7692, section 7.2.1.
 */
u_char *ngx_print_ws_deflate(ngx_print_ws_deflate_t *d, u_char *dst,
    u_char *p, size_t len);

/*
 * Another process goes on with a connection between two messages: window()
 * copies what messages may refer to, up to NGX_PRINT_WS_DEFLATE_WINDOW bytes,
 * and returns their number, 0 if there was no message; out is 1 for those that
 * we send. restore() makes a connection, which has only its params, go on
 * behind such bytes. NGX_OK, or NGX_ERROR.
 */
#define NGX_PRINT_WS_DEFLATE_WINDOW  (1 << NGX_PRINT_WS_DEFLATE_MAX_BITS)

size_t ngx_print_ws_deflate_window(ngx_print_ws_deflate_t *d, ngx_uint_t out,
    u_char *window);
ngx_int_t ngx_print_ws_deflate_restore(ngx_print_ws_deflate_t *d,
    ngx_uint_t out, u_char *window, size_t len);

/* Frees all memory that it owns. */
void ngx_print_ws_deflate_free(ngx_print_ws_deflate_t *d);


#endif /* _NGX_PRINT_WS_DEFLATE_H_INCLUDED_ */
