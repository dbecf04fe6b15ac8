
/*
 * Copyright (C) the print hub contributors
 */


/* What every HTTP answer of the module has in common. */


#ifndef _NGX_PRINT_HTTP_H_INCLUDED_
#define _NGX_PRINT_HTTP_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


#define NGX_PRINT_HTTP_UNPROCESSABLE  422


/* the type of JSON */
extern ngx_str_t  ngx_print_http_json;


/*
 * Sends a whole answer: status, type (none if its length is 0) and body, with
 * the CORS headers of the location and "Cache-Control: no-store".  The body's
 * bytes must live as long as the request.  Returns what the request is to be
 * finalized with.
 */
ngx_int_t ngx_print_http_send(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *type, ngx_str_t *body);

/* the same, of a body in several buffers; size: of them all */
ngx_int_t ngx_print_http_send_chain(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *type, ngx_chain_t *body, off_t size);

/*
 * JSON: {"message":"<text>"}, printf-like as ngx_sprintf(); the other one with
 * a code that does not change, {"error":{"code":"<code>","message":"<text>"}},
 * or the same if that is "".  Both may return NGX_OK: the request is answered.
 */
ngx_int_t ngx_print_http_error(ngx_http_request_t *r, ngx_uint_t status,
    const char *fmt, ...);
ngx_int_t ngx_print_http_problem(ngx_http_request_t *r, ngx_uint_t status,
    const char *code, const char *fmt, ...);

/* the answer to a preflight request: 204; methods: those that are allowed */
ngx_int_t ngx_print_http_preflight(ngx_http_request_t *r, const char *methods);

/* adds the CORS headers of an answer that is not sent by the above */
ngx_int_t ngx_print_http_cors(ngx_http_request_t *r);

/* adds a header to the answer; key and value are not copied */
ngx_int_t ngx_print_http_add_header(ngx_http_request_t *r, ngx_str_t *key,
    ngx_str_t *value);

/* a header of the request by its lower case name, NULL if it has none */
ngx_str_t *ngx_print_http_header(ngx_http_request_t *r, ngx_str_t *name);

/* the last value of a query argument, as it is; NGX_DECLINED if none */
ngx_int_t ngx_print_http_arg(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *value);

/* the whole body that was read, in one piece; NGX_OK or NGX_ERROR */
ngx_int_t ngx_print_http_body(ngx_http_request_t *r, ngx_str_t *body);

/* whether the request is one for WebSocket: "Upgrade: websocket" */
ngx_uint_t ngx_print_http_upgrade(ngx_http_request_t *r);


#endif /* _NGX_PRINT_HTTP_H_INCLUDED_ */
