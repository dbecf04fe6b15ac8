
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <zlib.h>

#include "ngx_print_token.h"
#include "ngx_print_ws_deflate.h"


#define NGX_PRINT_WS_DEFLATE_LEVEL   1       /* messages are short-lived */
#define NGX_PRINT_WS_DEFLATE_MEMORY  8
#define NGX_PRINT_WS_DEFLATE_TAIL    4       /* 00 00 ff ff */

#define ngx_print_ws_deflate_is(s, name)                                      \
    ((s)->len == sizeof(name) - 1                                             \
     && ngx_strncasecmp((s)->data, (u_char *) name, sizeof(name) - 1) == 0)


/* an offer while it is read */
typedef struct {
    ngx_print_ws_deflate_params_t   params;
    unsigned                        server_bits:1;     /* it has them */
    unsigned                        client_bits:1;
    unsigned                        invalid:1;
} ngx_print_ws_deflate_offer_t;


static u_char *ngx_print_ws_deflate_read(u_char *p, u_char *last,
    ngx_print_ws_deflate_offer_t *offer);
static u_char *ngx_print_ws_deflate_value(u_char *p, u_char *last,
    ngx_str_t *value);
static void ngx_print_ws_deflate_param(ngx_print_ws_deflate_offer_t *offer,
    ngx_str_t *name, ngx_str_t *value);
static ngx_uint_t ngx_print_ws_deflate_bits(ngx_str_t *value);
static ngx_int_t ngx_print_ws_deflate_agree(
    ngx_print_ws_deflate_offer_t *offer,
    const ngx_print_ws_deflate_params_t *limits,
    ngx_print_ws_deflate_params_t *params);
static u_char *ngx_print_ws_deflate_number(u_char *p, ngx_uint_t bits);
static ngx_int_t ngx_print_ws_inflate_init(ngx_print_ws_deflate_t *d);
static ngx_int_t ngx_print_ws_inflate_run(z_stream *z);
static ngx_int_t ngx_print_ws_inflate_reset(z_stream *z);
static ngx_int_t ngx_print_ws_deflate_init(ngx_print_ws_deflate_t *d);
static z_stream *ngx_print_ws_deflate_stream(void);
static void *ngx_print_ws_deflate_alloc(void *opaque, u_int items,
    u_int size);
static void ngx_print_ws_deflate_release(void *opaque, void *p);


/*
 * RFC 6455, section 9.1: a list of offers and their parameters, with white
 * space anywhere. The list ends where it breaks the grammar.
 */

ngx_int_t
ngx_print_ws_deflate_accept(ngx_str_t *offers,
    const ngx_print_ws_deflate_params_t *limits,
    ngx_print_ws_deflate_params_t *params)
{
    u_char                        *p, *last;
    ngx_print_ws_deflate_offer_t   offer;

    p = offers->data;
    last = p + offers->len;

    while (p && p < last) {

        ngx_memzero(&offer, sizeof(ngx_print_ws_deflate_offer_t));

        p = ngx_print_ws_deflate_read(p, last, &offer);

        if (p && !offer.invalid
            && ngx_print_ws_deflate_agree(&offer, limits, params) == NGX_OK)
        {
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


/*
 * Reads one offer. Returns the byte after it and its comma; NULL if it breaks
 * the grammar.
 */

static u_char *
ngx_print_ws_deflate_read(u_char *p, u_char *last,
    ngx_print_ws_deflate_offer_t *offer)
{
    ngx_str_t  name, value;

    p = ngx_print_token_read(p, last, &name);

    offer->invalid = !ngx_print_ws_deflate_is(&name, "permessage-deflate");

    while (name.len && p < last && *p == ';') {

        p = ngx_print_token_read(p + 1, last, &name);

        ngx_str_null(&value);

        if (name.len && p < last && *p == '=') {
            p = ngx_print_ws_deflate_value(p + 1, last, &value);

            if (value.len == 0) {
                return NULL;
            }
        }

        ngx_print_ws_deflate_param(offer, &name, &value);
    }

    if (name.len == 0 || (p < last && *p != ',')) {
        return NULL;
    }

    return p < last ? p + 1 : last;
}


/* Reads a token that may be in quotes. */

static u_char *
ngx_print_ws_deflate_value(u_char *p, u_char *last, ngx_str_t *value)
{
    p = ngx_print_token_space(p, last);

    if (p == last || *p != '"') {
        return ngx_print_token_read(p, last, value);
    }

    p = ngx_print_token_read(p + 1, last, value);

    if (p == last || *p != '"') {
        value->len = 0;
        return p;
    }

    return ngx_print_token_space(p + 1, last);
}


/* RFC 7692, section 7.1 */

static void
ngx_print_ws_deflate_param(ngx_print_ws_deflate_offer_t *offer,
    ngx_str_t *name, ngx_str_t *value)
{
    ngx_print_ws_deflate_params_t  *params;

    params = &offer->params;

    if (ngx_print_ws_deflate_is(name, "server_no_context_takeover")) {
        offer->invalid |= (params->server_fresh || value->len);
        params->server_fresh = 1;

    } else if (ngx_print_ws_deflate_is(name, "client_no_context_takeover")) {
        offer->invalid |= (params->client_fresh || value->len);
        params->client_fresh = 1;

    } else if (ngx_print_ws_deflate_is(name, "server_max_window_bits")) {
        params->server_bits = ngx_print_ws_deflate_bits(value);
        offer->invalid |= (offer->server_bits || params->server_bits == 0);
        offer->server_bits = 1;

    } else if (ngx_print_ws_deflate_is(name, "client_max_window_bits")) {
        /* without a value the client accepts any number of bits */
        params->client_bits = value->len ? ngx_print_ws_deflate_bits(value)
                                         : NGX_PRINT_WS_DEFLATE_MAX_BITS;
        offer->invalid |= (offer->client_bits || params->client_bits == 0);
        offer->client_bits = 1;

    } else {
        offer->invalid = 1;
    }
}


/*
 * Reads a number from 8 to 15 without a leading zero. Returns 0 for anything
 * else.
 */

static ngx_uint_t
ngx_print_ws_deflate_bits(ngx_str_t *value)
{
    u_char  *p;

    p = value->data;

    if (value->len == 1 && (*p == '8' || *p == '9')) {
        return *p - '0';
    }

    if (value->len == 2 && *p == '1' && p[1] >= '0' && p[1] <= '5') {
        return 10 + p[1] - '0';
    }

    return 0;
}


/*
 * zlib cannot deflate with a window of 8 bits. The answer must not have
 * client_max_window_bits if the client has not offered it.
 */

static ngx_int_t
ngx_print_ws_deflate_agree(ngx_print_ws_deflate_offer_t *offer,
    const ngx_print_ws_deflate_params_t *limits,
    ngx_print_ws_deflate_params_t *params)
{
    *params = *limits;

    if (offer->server_bits) {
        params->server_bits = ngx_min(offer->params.server_bits,
                                      limits->server_bits);
    }

    if (params->server_bits < NGX_PRINT_WS_DEFLATE_MIN_BITS) {
        return NGX_DECLINED;
    }

    if (!offer->client_bits
        && limits->client_bits < NGX_PRINT_WS_DEFLATE_MAX_BITS)
    {
        return NGX_DECLINED;
    }

    if (offer->client_bits) {
        params->client_bits = ngx_min(offer->params.client_bits,
                                      limits->client_bits);
    }

    params->server_fresh |= offer->params.server_fresh;
    params->client_fresh = offer->params.client_fresh;

    return NGX_OK;
}


u_char *
ngx_print_ws_deflate_answer(u_char *p,
    const ngx_print_ws_deflate_params_t *params)
{
    p = ngx_cpymem(p, "permessage-deflate", sizeof("permessage-deflate") - 1);

    if (params->server_fresh) {
        p = ngx_cpymem(p, "; server_no_context_takeover",
                       sizeof("; server_no_context_takeover") - 1);
    }

    if (params->client_fresh) {
        p = ngx_cpymem(p, "; client_no_context_takeover",
                       sizeof("; client_no_context_takeover") - 1);
    }

    if (params->server_bits < NGX_PRINT_WS_DEFLATE_MAX_BITS) {
        p = ngx_cpymem(p, "; server_max_window_bits=",
                       sizeof("; server_max_window_bits=") - 1);
        p = ngx_print_ws_deflate_number(p, params->server_bits);
    }

    if (params->client_bits < NGX_PRINT_WS_DEFLATE_MAX_BITS) {
        p = ngx_cpymem(p, "; client_max_window_bits=",
                       sizeof("; client_max_window_bits=") - 1);
        p = ngx_print_ws_deflate_number(p, params->client_bits);
    }

    return p;
}


static u_char *
ngx_print_ws_deflate_number(u_char *p, ngx_uint_t bits)
{
    if (bits >= 10) {
        *p++ = '1';
    }

    *p++ = (u_char) ('0' + bits % 10);

    return p;
}


/* RFC 7692, section 7.2.2 */

ngx_int_t
ngx_print_ws_inflate(ngx_print_ws_deflate_t *d, u_char **pos, u_char *last,
    ngx_uint_t complete, u_char **out, u_char *end)
{
    ngx_int_t      rc;
    z_stream      *z;

    static u_char  tail[] = { 0x00, 0x00, 0xff, 0xff };

    if (ngx_print_ws_inflate_init(d) != NGX_OK) {
        return NGX_ERROR;
    }

    z = d->in;

    z->next_out = *out;
    z->avail_out = (uInt) (end - *out);

    z->next_in = *pos;
    z->avail_in = (uInt) (last - *pos);

    rc = ngx_print_ws_inflate_run(z);

    *pos = z->next_in;

    if (rc == NGX_OK && complete) {

        /* a part of the tail may have been inflated by an earlier call */

        z->next_in = tail + d->tail;
        z->avail_in = (uInt) (sizeof(tail) - d->tail);

        rc = ngx_print_ws_inflate_run(z);

        d->tail = (rc == NGX_OK) ? 0 : z->next_in - tail;
    }

    *out = z->next_out;

    return rc;
}


/*
 * A block that is marked as the last one may be followed by others all the
 * same: RFC 7692, section 7.2.3.5.
 */

static ngx_int_t
ngx_print_ws_inflate_run(z_stream *z)
{
    int  rc;

    for ( ;; ) {
        rc = inflate(z, Z_SYNC_FLUSH);

        if (rc == Z_STREAM_END) {

            if (ngx_print_ws_inflate_reset(z) != NGX_OK) {
                return NGX_ERROR;
            }

            if (z->avail_in == 0) {
                return NGX_OK;
            }

            continue;
        }

        if (rc != Z_OK && rc != Z_BUF_ERROR) {
            return NGX_ERROR;
        }

        if (z->avail_out == 0) {
            return NGX_AGAIN;
        }

        if (z->avail_in == 0) {
            return NGX_OK;
        }

        if (rc == Z_BUF_ERROR) {
            return NGX_ERROR;
        }
    }
}


/* Blocks behind the last one may refer to what is before it, as any others. */

static ngx_int_t
ngx_print_ws_inflate_reset(z_stream *z)
{
    u_int          len;

    static u_char  window[1 << NGX_PRINT_WS_DEFLATE_MAX_BITS];

    if (inflateGetDictionary(z, window, &len) != Z_OK
        || inflateReset(z) != Z_OK
        || inflateSetDictionary(z, window, len) != Z_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


size_t
ngx_print_ws_deflate_bound(size_t len)
{
    /* the bound of deflateBound() for any settings, plus the end of a flush */

    return len + (len >> 3) + (len >> 6) + 64;
}


/* RFC 7692, section 7.2.1 */

u_char *
ngx_print_ws_deflate(ngx_print_ws_deflate_t *d, u_char *dst, u_char *p,
    size_t len)
{
    int        rc;
    z_stream  *z;

    if (len == 0) {
        *dst++ = 0x00;
        return dst;
    }

    if (ngx_print_ws_deflate_init(d) != NGX_OK) {
        return NULL;
    }

    z = d->out;

    /* zlib counts in 32 bits; no message is that long */

    z->next_in = p;
    z->avail_in = (uInt) len;
    z->next_out = dst;
    z->avail_out = (uInt) ngx_print_ws_deflate_bound(len);

    rc = deflate(z, Z_SYNC_FLUSH);

    dst = (rc == Z_OK && z->avail_in == 0 && z->avail_out)
          ? z->next_out - NGX_PRINT_WS_DEFLATE_TAIL : NULL;

    if (d->params.server_fresh) {
        (void) deflateEnd(z);
        ngx_free(z);
        d->out = NULL;
    }

    return dst;
}


size_t
ngx_print_ws_deflate_window(ngx_print_ws_deflate_t *d, ngx_uint_t out,
    u_char *window)
{
    u_int  len;

    len = 0;

    if (out ? (d->out == NULL
               || deflateGetDictionary(d->out, window, &len) != Z_OK)
            : (d->in == NULL
               || inflateGetDictionary(d->in, window, &len) != Z_OK))
    {
        return 0;
    }

    return len;
}


ngx_int_t
ngx_print_ws_deflate_restore(ngx_print_ws_deflate_t *d, ngx_uint_t out,
    u_char *window, size_t len)
{
    int  rc;

    if ((out ? ngx_print_ws_deflate_init(d) : ngx_print_ws_inflate_init(d))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = out ? deflateSetDictionary(d->out, window, (uInt) len)
             : inflateSetDictionary(d->in, window, (uInt) len);

    return rc == Z_OK ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_print_ws_inflate_init(ngx_print_ws_deflate_t *d)
{
    if (d->in) {
        return NGX_OK;
    }

    d->in = ngx_print_ws_deflate_stream();

    return (d->in
            && inflateInit2((z_stream *) d->in, -(int) d->params.client_bits)
               == Z_OK)
           ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_print_ws_deflate_init(ngx_print_ws_deflate_t *d)
{
    z_stream  *z;

    if (d->out) {
        return NGX_OK;
    }

    z = ngx_print_ws_deflate_stream();
    if (z == NULL) {
        return NGX_ERROR;
    }

    if (deflateInit2(z, NGX_PRINT_WS_DEFLATE_LEVEL, Z_DEFLATED,
                     -(int) d->params.server_bits,
                     NGX_PRINT_WS_DEFLATE_MEMORY, Z_DEFAULT_STRATEGY)
        != Z_OK)
    {
        ngx_free(z);
        return NGX_ERROR;
    }

    d->out = z;

    return NGX_OK;
}


void
ngx_print_ws_deflate_free(ngx_print_ws_deflate_t *d)
{
    if (d->in) {
        (void) inflateEnd(d->in);
        ngx_free(d->in);
    }

    if (d->out) {
        (void) deflateEnd(d->out);
        ngx_free(d->out);
    }

    d->in = NULL;
    d->out = NULL;
}


static z_stream *
ngx_print_ws_deflate_stream(void)
{
    z_stream  *z;

    z = ngx_calloc(sizeof(z_stream), ngx_cycle->log);

    if (z) {
        z->zalloc = ngx_print_ws_deflate_alloc;
        z->zfree = ngx_print_ws_deflate_release;
    }

    return z;
}


static void *
ngx_print_ws_deflate_alloc(void *opaque, u_int items, u_int size)
{
    return ngx_alloc((size_t) items * size, ngx_cycle->log);
}


static void
ngx_print_ws_deflate_release(void *opaque, void *p)
{
    ngx_free(p);
}
