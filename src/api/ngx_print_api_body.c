
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_inflate.h"
#include "ngx_print_media.h"
#include "ngx_print_http.h"
#include "ngx_print_eio_gate.h"
#include "ngx_print_api.h"
#include "ngx_print_api_multipart.h"
#include "ngx_print_api_body.h"
#include "ngx_print_api_count.h"


/* a format of zlib */
typedef struct {
    ngx_uint_t                    format;
    const char                   *name;
} ngx_print_api_coding_t;


typedef struct {
    ngx_uint_t                    type;
    const char                   *name;
} ngx_print_api_type_t;


/* a body while it is read */
typedef struct {
    ngx_print_api_body_t          body;
    ngx_str_t                     encoding;   /* as the header has it */
    const ngx_print_api_coding_t *coding;     /* NULL: identity */
    const ngx_print_api_takes_t  *takes;
    u_char                       *inflated;   /* NULL: the body was not */
    ngx_print_api_fault_t         fault;
} ngx_print_api_ctx_t;


static ngx_int_t ngx_print_api_body_type(ngx_http_request_t *r,
    ngx_print_api_ctx_t *ctx);
static void ngx_print_api_body_boundary(ngx_print_api_body_t *body,
    ngx_str_t *params);
static ngx_int_t ngx_print_api_body_coding(ngx_http_request_t *r,
    ngx_print_api_ctx_t *ctx);
static void ngx_print_api_body_read(ngx_http_request_t *r);
static ngx_int_t ngx_print_api_body_gate(ngx_http_request_t *r,
    ngx_uint_t ready, void *data);
static ngx_int_t ngx_print_api_body_run(ngx_http_request_t *r,
    ngx_print_api_ctx_t *ctx);
static ngx_int_t ngx_print_api_body_decode(ngx_http_request_t *r,
    ngx_print_api_ctx_t *ctx);
static ngx_int_t ngx_print_api_body_inflate(ngx_http_request_t *r,
    ngx_print_api_ctx_t *ctx);
static ngx_int_t ngx_print_api_body_refuse(ngx_http_request_t *r,
    ngx_print_api_ctx_t *ctx);
static ngx_int_t ngx_print_api_body_too_large(ngx_http_request_t *r,
    ngx_print_api_ctx_t *ctx, off_t length);
static const char *ngx_print_api_body_code(ngx_print_api_ctx_t *ctx,
    const char *code);


static const ngx_print_api_type_t  ngx_print_api_types[] = {
    { NGX_PRINT_API_JSON, "application/json" },
    { NGX_PRINT_API_BYTES, "application/octet-stream" },
    { NGX_PRINT_API_FORM, "application/x-www-form-urlencoded" },
    { NGX_PRINT_API_MULTIPART, "multipart/form-data" },
    { 0, NULL }
};


static const ngx_print_api_coding_t  ngx_print_api_codings[] = {
    { NGX_PRINT_INFLATE_GZIP, "gzip" },
    { NGX_PRINT_INFLATE_GZIP, "x-gzip" },
    { NGX_PRINT_INFLATE_ZLIB, "deflate" },
    { 0, NULL }
};


ngx_int_t
ngx_print_api_body(ngx_http_request_t *r, const ngx_print_api_takes_t *takes)
{
    off_t                  length;
    ngx_int_t              rc, refused;
    ngx_print_api_ctx_t   *ctx;
    ngx_print_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_print_api_ctx_t));
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->takes = takes;

    refused = ngx_print_api_body_type(r, ctx);

    if (refused == NGX_OK) {
        refused = ngx_print_api_body_coding(r, ctx);
    }

    if (refused == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    length = r->headers_in.content_length_n;

    if (refused || length > (off_t) plcf->max_payload) {

        rc = ngx_http_discard_request_body(r);

        if (rc != NGX_OK) {
            return rc;
        }

        return refused ? ngx_print_api_body_refuse(r, ctx)
                       : ngx_print_api_body_too_large(r, ctx, length);
    }

    ngx_http_set_ctx(r, ctx, ngx_print_module);

    r->request_body_in_single_buf = 1;

    rc = ngx_http_read_client_request_body(r, ngx_print_api_body_read);

    return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
}


/*
 * Looks at Content-Type.
 *
 *   NGX_OK        ctx->body.type is the type, and the text is UTF-8 or bytes
 *   NGX_DECLINED  the body is refused: ctx->fault says why
 */

static ngx_int_t
ngx_print_api_body_type(ngx_http_request_t *r, ngx_print_api_ctx_t *ctx)
{
    ngx_str_t                    params, word, charset;
    ngx_table_elt_t             *h;
    const ngx_print_api_type_t  *type;

    ngx_str_null(&params);

    h = r->headers_in.content_type;

    if (h) {
        params = h->value;

    } else if (ctx->takes->types & NGX_PRINT_API_FORM) {
        ctx->body.type = NGX_PRINT_API_FORM;
        return NGX_OK;
    }

    word = ngx_print_media_word(&params);

    for (type = ngx_print_api_types; type->name; type++) {
        if (ngx_print_media_is(&word, type->name)) {
            break;
        }
    }

    if (!(ctx->takes->types & type->type)) {
        return ngx_print_api_fault(&ctx->fault,
                                   NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                   ctx->takes->expected,
                                   h ? &h->value : &word);
    }

    ctx->body.type = type->type;

    if (type->type == NGX_PRINT_API_BYTES) {
        return NGX_OK;
    }

    switch (ngx_print_media_charset(params, &charset)) {

    case NGX_OK:
        ngx_print_api_body_boundary(&ctx->body, &params);
        return NGX_OK;

    case NGX_DECLINED:
        return ngx_print_api_fault(&ctx->fault,
                                   NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                   NGX_PRINT_API_CHARSET, &charset);

    default: /* NGX_ABORT */
        return ngx_print_api_fault(&ctx->fault, NGX_HTTP_BAD_REQUEST,
                                   "the type \"%V\" has a parameter that "
                                   "cannot be read", &h->value);
    }
}


static void
ngx_print_api_body_boundary(ngx_print_api_body_t *body, ngx_str_t *params)
{
    ngx_str_t  name, value;

    while (ngx_print_media_param(params, &name, &value) == NGX_OK) {
        if (ngx_print_media_is(&name, "boundary")) {
            body->boundary = value;
        }
    }
}


/*
 * Looks at Content-Encoding.
 *
 *   NGX_OK        ctx->coding is the format, NULL if the body is not encoded
 *   NGX_DECLINED  the body is refused: ctx->fault says why
 *   NGX_ERROR     there is no memory
 */

static ngx_int_t
ngx_print_api_body_coding(ngx_http_request_t *r, ngx_print_api_ctx_t *ctx)
{
    ngx_int_t                      rc;
    const ngx_print_api_coding_t  *coding;

    static ngx_str_t               accept = ngx_string("Accept-Encoding");
    static ngx_str_t               known = ngx_string("gzip, deflate");

    rc = ngx_print_http_encoding(r, &ctx->encoding);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
    }

    for (coding = ngx_print_api_codings; coding->name; coding++) {
        if (ngx_print_media_is(&ctx->encoding, coding->name)) {
            ctx->coding = coding;
            return NGX_OK;
        }
    }

    if (ngx_print_http_add_header(r, &accept, &known) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_print_api_fault(&ctx->fault, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                               "the encoding \"%V\" is neither gzip nor "
                               "deflate", &ctx->encoding);
}


static void
ngx_print_api_body_read(ngx_http_request_t *r)
{
    ngx_print_api_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_print_module);

    ngx_http_finalize_request(r, ngx_print_api_body_run(r, ctx));
}


/* The zone may have become busy while the body was read. */

static ngx_int_t
ngx_print_api_body_gate(ngx_http_request_t *r, ngx_uint_t ready, void *data)
{
    ngx_print_api_ctx_t *ctx = data;

    ngx_int_t  rc;

    rc = ready ? ctx->takes->handler(r, &ctx->body) : NGX_PRINT_STALLED;

    /* a small body may have become a large text, and the request may wait */

    if (ctx->inflated) {
        (void) ngx_pfree(r->pool, ctx->inflated);
    }

    /* the handler may have changed the text: it is not called again */

    if (rc == NGX_PRINT_STALLED) {
        ngx_print_api_refused(r, NGX_PRINT_DENIED_ZONE_BUSY, 1);
        return ngx_print_api_busy(r, ctx->takes->legacy);
    }

    return rc;
}


static ngx_int_t
ngx_print_api_body_run(ngx_http_request_t *r, ngx_print_api_ctx_t *ctx)
{
    ngx_print_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    if (ngx_print_http_body(r, &ctx->body.text) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->body.text.len > plcf->max_payload) {
        return ngx_print_api_body_too_large(r, ctx, ctx->body.text.len);
    }

    switch (ngx_print_api_body_decode(r, ctx)) {

    case NGX_OK:
        return ngx_print_eio_gate(plcf->zone->eio, r, NGX_PRINT_EIO_GATE,
                                  ngx_print_api_body_gate, ctx);

    case NGX_DECLINED:
        return ngx_print_api_body_refuse(r, ctx);

    case NGX_BUSY:
        ngx_print_api_refused(r, NGX_PRINT_DENIED_TOO_LARGE, 1);

        return ngx_print_http_problem(r, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                                      ngx_print_api_body_code(ctx,
                                                              "too_large"),
                                      "the inflated body is larger than "
                                      "\"print_hub_max_payload\" of %uz",
                                      plcf->max_payload);

    default: /* NGX_ERROR */
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }
}


/*
 * Makes the text from the bytes that came.
 *
 *   NGX_OK        ctx->body.text is the text
 *   NGX_DECLINED  the body is refused: ctx->fault says why
 *   NGX_BUSY      the text is larger than print_hub_max_payload
 *   NGX_ERROR     there is no memory
 */

static ngx_int_t
ngx_print_api_body_decode(ngx_http_request_t *r, ngx_print_api_ctx_t *ctx)
{
    ngx_int_t              rc;
    ngx_print_api_body_t  *body;

    body = &ctx->body;

    rc = ctx->coding ? ngx_print_api_body_inflate(r, ctx) : NGX_OK;

    if (rc != NGX_OK || body->type == NGX_PRINT_API_BYTES) {
        return rc;
    }

    /* a byte order mark is no part of the text */

    if (body->text.len >= 3
        && ngx_memcmp(body->text.data, "\xef\xbb\xbf", 3) == 0)
    {
        body->text.data += 3;
        body->text.len -= 3;
    }

    if (body->type != NGX_PRINT_API_MULTIPART) {
        return NGX_OK;
    }

    return ngx_print_api_multipart(r->pool, &body->boundary, &body->text,
                                   &ctx->fault);
}


static ngx_int_t
ngx_print_api_body_inflate(ngx_http_request_t *r, ngx_print_api_ctx_t *ctx)
{
    ngx_int_t              rc;
    ngx_str_t              text;
    ngx_print_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    text.len = ngx_print_inflate_bound(ctx->body.text.len, plcf->max_payload);

    text.data = ngx_pnalloc(r->pool, text.len);
    if (text.data == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_print_inflate(&text, &ctx->body.text, ctx->coding->format);

    if (rc == NGX_DECLINED) {
        return ngx_print_api_fault(&ctx->fault, NGX_HTTP_BAD_REQUEST,
                                   "the body is damaged or incomplete: it "
                                   "cannot be decoded as \"%V\"",
                                   &ctx->encoding);
    }

    ctx->inflated = text.data;
    ctx->body.text = text;

    return rc;
}


static ngx_int_t
ngx_print_api_body_refuse(ngx_http_request_t *r, ngx_print_api_ctx_t *ctx)
{
    const char  *code;

    code = (ctx->fault.status == NGX_HTTP_UNSUPPORTED_MEDIA_TYPE)
           ? "unsupported_type" : "invalid_request";

    ngx_print_api_refused(r,
                          ctx->fault.status == NGX_HTTP_UNSUPPORTED_MEDIA_TYPE
                          ? NGX_PRINT_DENIED_UNSUPPORTED_TYPE
                          : NGX_PRINT_DENIED_INVALID_REQUEST, 1);

    return ngx_print_http_problem(r, ctx->fault.status,
                                  ngx_print_api_body_code(ctx, code),
                                  ctx->fault.text, &ctx->fault.value);
}


static ngx_int_t
ngx_print_api_body_too_large(ngx_http_request_t *r, ngx_print_api_ctx_t *ctx,
    off_t length)
{
    ngx_print_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    ngx_print_api_refused(r, NGX_PRINT_DENIED_TOO_LARGE, 1);

    return ngx_print_http_problem(r, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                                  ngx_print_api_body_code(ctx, "too_large"),
                                  "the body of %O bytes is larger than "
                                  "\"print_hub_max_payload\" of %uz",
                                  length, plcf->max_payload);
}


static const char *
ngx_print_api_body_code(ngx_print_api_ctx_t *ctx, const char *code)
{
    return ctx->takes->legacy ? "" : code;
}
