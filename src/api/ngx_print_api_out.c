
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_http.h"
#include "ngx_print_api_out.h"


#define NGX_PRINT_API_CHUNK  16384


static ngx_int_t ngx_print_api_link(ngx_print_api_out_t *out, ngx_buf_t *b);


ngx_int_t
ngx_print_api_out(ngx_print_api_out_t *out, ngx_http_request_t *r,
    const char *text)
{
    out->request = r;
    out->chain = NULL;
    out->last = &out->chain;
    out->buf = NULL;
    out->size = 0;

    return ngx_print_api_attach(out, (u_char *) text, ngx_strlen(text));
}


u_char *
ngx_print_api_room(ngx_print_api_out_t *out, size_t size)
{
    ngx_buf_t  *b;

    b = out->buf;

    if (b && (size_t) (b->end - b->last) >= size) {
        return b->last;
    }

    b = ngx_create_temp_buf(out->request->pool,
                            ngx_max(size, NGX_PRINT_API_CHUNK));
    if (b == NULL) {
        return NULL;
    }

    return (ngx_print_api_link(out, b) == NGX_OK) ? b->last : NULL;
}


void
ngx_print_api_wrote(ngx_print_api_out_t *out, u_char *p)
{
    out->size += p - out->buf->last;
    out->buf->last = p;
}


ngx_int_t
ngx_print_api_attach(ngx_print_api_out_t *out, u_char *text, size_t len)
{
    ngx_buf_t  *b;

    if (len == 0) {
        return NGX_OK;
    }

    b = ngx_calloc_buf(out->request->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->start = text;
    b->pos = text;
    b->last = text + len;
    b->end = b->last;
    b->memory = 1;

    out->size += len;

    return ngx_print_api_link(out, b);
}


static ngx_int_t
ngx_print_api_link(ngx_print_api_out_t *out, ngx_buf_t *b)
{
    ngx_chain_t  *cl;

    cl = ngx_alloc_chain_link(out->request->pool);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    cl->buf = b;
    cl->next = NULL;

    *out->last = cl;
    out->last = &cl->next;
    out->buf = b;

    return NGX_OK;
}


ngx_int_t
ngx_print_api_finish(ngx_print_api_out_t *out, ngx_uint_t status,
    const char *text)
{
    ngx_http_request_t  *r;

    r = out->request;

    if (ngx_print_api_attach(out, (u_char *) text, ngx_strlen(text))
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    out->buf->last_buf = (r == r->main) ? 1 : 0;
    out->buf->last_in_chain = 1;

    return ngx_print_http_send_chain(r, status, &ngx_print_http_json,
                                     out->chain, out->size);
}
