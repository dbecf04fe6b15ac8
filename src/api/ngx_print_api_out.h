
/*
 * Copyright (C) the print hub contributors
 */


/*
 * An answer of any length: JSON text in a chain of buffers, which is sent as a
 * whole when it is complete.
 */


#ifndef _NGX_PRINT_API_OUT_H_INCLUDED_
#define _NGX_PRINT_API_OUT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* an answer that is being built; its members are private to api_out */
typedef struct {
    ngx_http_request_t       *request;
    ngx_chain_t              *chain;
    ngx_chain_t             **last;
    ngx_buf_t                *buf;
    off_t                     size;
} ngx_print_api_out_t;


/*
 * Starts an answer with a text, which may be empty.  The text must live as long
 * as the request; it is not copied.
 *
 *   NGX_OK     the answer has begun
 *   NGX_ERROR  there is no memory
 */
ngx_int_t ngx_print_api_out(ngx_print_api_out_t *out, ngx_http_request_t *r,
    const char *text);

/*
 * Returns a place where the caller may write up to size bytes, or NULL if there
 * is no memory.  After writing, the caller calls wrote() with the byte after
 * the last one that it wrote.
 */
u_char *ngx_print_api_room(ngx_print_api_out_t *out, size_t size);
void ngx_print_api_wrote(ngx_print_api_out_t *out, u_char *p);

/*
 * Appends a text without copying it: it must live as long as the request.
 *
 *   NGX_OK     the text was appended
 *   NGX_ERROR  there is no memory
 */
ngx_int_t ngx_print_api_attach(ngx_print_api_out_t *out, u_char *text,
    size_t len);

/*
 * Appends a last text as ngx_print_api_out() does, and sends the answer.
 * Returns the value for ngx_http_finalize_request().
 */
ngx_int_t ngx_print_api_finish(ngx_print_api_out_t *out, ngx_uint_t status,
    const char *text);


#endif /* _NGX_PRINT_API_OUT_H_INCLUDED_ */
