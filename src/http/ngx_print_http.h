
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What every HTTP answer of the module has in common: status, type, body and
 * headers.  Also reads headers, arguments and the body of a request.
 */


#ifndef _NGX_PRINT_HTTP_H_INCLUDED_
#define _NGX_PRINT_HTTP_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


#define NGX_PRINT_HTTP_UNPROCESSABLE  422


/* the Content-Type of JSON */
extern ngx_str_t  ngx_print_http_json;


/*
 * Sends a whole answer: status, Content-Type (none if type is empty) and body,
 * with "Cache-Control: no-store"; 429 and 503 also have "Retry-After: 1" if the
 * caller has not added that header.  The body's bytes must live as long as the
 * request.  Returns the value for ngx_http_finalize_request().
 */
ngx_int_t ngx_print_http_send(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *type, ngx_str_t *body);

/* The same for a body in several buffers, which have size bytes together. */
ngx_int_t ngx_print_http_send_chain(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *type, ngx_chain_t *body, off_t size);

/*
 * Answer with an error as JSON; fmt and what follows make the text, as in
 * ngx_sprintf().  error() sends {"message":"<text>"}.  problem() adds a code,
 * which a program can rely on: {"error":{"code":"<code>","message":"<text>"}};
 * for the code "" it sends the same as error().
 *
 * Both return the value for ngx_http_finalize_request().  That may be NGX_OK: a
 * caller must not take it for the success of what it was asked to do.
 */
ngx_int_t ngx_print_http_error(ngx_http_request_t *r, ngx_uint_t status,
    const char *fmt, ...);
ngx_int_t ngx_print_http_problem(ngx_http_request_t *r, ngx_uint_t status,
    const char *code, const char *fmt, ...);

/*
 * Adds a header to the answer; key and value are not copied.  NGX_OK, or
 * NGX_ERROR if there is no memory.
 */
ngx_int_t ngx_print_http_add_header(ngx_http_request_t *r, ngx_str_t *key,
    ngx_str_t *value);

/*
 * Returns the value of the request's first header with this name, in lower
 * case, or NULL if there is no such header.
 */
ngx_str_t *ngx_print_http_header(ngx_http_request_t *r, ngx_str_t *name);

/*
 * Sets value to the Content-Encoding of the request; the first two of several
 * headers are joined to a list.  NGX_OK, NGX_DECLINED if the body is not
 * encoded, or NGX_ERROR if there is no memory.
 */
ngx_int_t ngx_print_http_encoding(ngx_http_request_t *r, ngx_str_t *value);

/*
 * Sets value to the last value of a query argument, not decoded.  NGX_OK, or
 * NGX_DECLINED if the query has no such argument.
 */
ngx_int_t ngx_print_http_arg(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *value);

/*
 * Sets body to the whole body that nginx has read, in one piece; an absent one
 * is empty.  NGX_OK, or NGX_ERROR if there is no memory or the temporary file
 * cannot be read.
 */
ngx_int_t ngx_print_http_body(ngx_http_request_t *r, ngx_str_t *body);

/*
 * Writes the address of the client as 16 bytes: of IPv6, or of IPv4 mapped into
 * it; all of them are 0 for a UNIX socket, which has no address.
 */
void ngx_print_http_address(ngx_http_request_t *r, u_char *addr);

/*
 * Returns 1 if the request asks for a WebSocket: "Upgrade: websocket" and
 * "Connection: upgrade" (RFC 6455, section 4.2.1).
 */
ngx_uint_t ngx_print_http_upgrade(ngx_http_request_t *r);


#endif /* _NGX_PRINT_HTTP_H_INCLUDED_ */
