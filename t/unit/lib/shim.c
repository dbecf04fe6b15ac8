
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The few functions of nginx that the codecs call, for programs that are not
 * nginx.  An allocation is a malloc() of its own, so that a sanitizer sees the
 * end of each.  They are kept on a list, so as not to be leaks.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_md5.h>

#include "shim.h"


typedef struct shim_kept_s  shim_kept_t;

struct shim_kept_s {
    void         *p;
    shim_kept_t  *next;
};


static void *shim_keep(void *p);
static ngx_int_t shim_decode(ngx_str_t *dst, ngx_str_t *src,
    const char *last);
static uint32_t shim_value(u_char ch, const char *last);


static shim_kept_t  *shim_kept;


void *
ngx_palloc(ngx_pool_t *pool, size_t size)
{
    return shim_keep(malloc(size));
}


void *
ngx_pnalloc(ngx_pool_t *pool, size_t size)
{
    return shim_keep(malloc(size));
}


void *
ngx_pcalloc(ngx_pool_t *pool, size_t size)
{
    return shim_keep(calloc(1, size));
}


static void *
shim_keep(void *p)
{
    shim_kept_t  *kept;

    kept = malloc(sizeof(shim_kept_t));

    if (kept) {
        kept->p = p;
        kept->next = shim_kept;
        shim_kept = kept;
    }

    return p;
}


void
shim_free(void)
{
    shim_kept_t  *kept;

    while (shim_kept) {
        kept = shim_kept;
        shim_kept = kept->next;

        free(kept->p);
        free(kept);
    }
}


ngx_int_t
ngx_hextoi(u_char *line, size_t n)
{
    u_char     ch;
    ngx_int_t  value;

    for (value = 0; n--; line++) {

        if (*line >= '0' && *line <= '9') {
            value = value * 16 + (*line - '0');
            continue;
        }

        ch = (u_char) (*line | 0x20);

        if (ch < 'a' || ch > 'f') {
            return NGX_ERROR;
        }

        value = value * 16 + (ch - 'a' + 10);
    }

    return value;
}


ngx_int_t
ngx_strncasecmp(u_char *s1, u_char *s2, size_t n)
{
    return strncasecmp((char *) s1, (char *) s2, n);
}


static const char  shim_base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static const char  shim_base64url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";


void
ngx_encode_base64(ngx_str_t *dst, ngx_str_t *src)
{
    u_char    *d;
    size_t     i, k, rest;
    uint32_t   v;

    d = dst->data;

    for (i = 0; i < src->len; i += 3) {
        rest = ngx_min(src->len - i, 3);

        for (v = 0, k = 0; k < 3; k++) {
            v = v << 8 | (k < rest ? src->data[i + k] : 0);
        }

        for (k = 0; k < 4; k++) {
            *d++ = (k <= rest) ? shim_base64[v >> (18 - 6 * k) & 63] : '=';
        }
    }

    dst->len = d - dst->data;
}


/* without padding */

void
ngx_encode_base64url(ngx_str_t *dst, ngx_str_t *src)
{
    size_t    i;
    u_char   *d;
    uint32_t  v, bits;

    d = dst->data;

    for (v = 0, bits = 0, i = 0; i < src->len; i++) {
        v = v << 8 | src->data[i];

        for (bits += 8; bits >= 6; bits -= 6) {
            *d++ = shim_base64url[v >> (bits - 6) & 63];
        }
    }

    if (bits) {
        *d++ = shim_base64url[v << (6 - bits) & 63];
    }

    dst->len = d - dst->data;
}


ngx_int_t
ngx_decode_base64(ngx_str_t *dst, ngx_str_t *src)
{
    return shim_decode(dst, src, "+/");
}


ngx_int_t
ngx_decode_base64url(ngx_str_t *dst, ngx_str_t *src)
{
    return shim_decode(dst, src, "-_");
}


static ngx_int_t
shim_decode(ngx_str_t *dst, ngx_str_t *src, const char *last)
{
    size_t     i, len;
    u_char    *d;
    uint32_t   v, bits;

    for (len = 0; len < src->len && src->data[len] != '='; len++) {
        if (shim_value(src->data[len], last) > 63) {
            return NGX_ERROR;
        }
    }

    if (len % 4 == 1) {
        return NGX_ERROR;
    }

    d = dst->data;

    for (v = 0, bits = 0, i = 0; i < len; i++) {
        v = v << 6 | shim_value(src->data[i], last);
        bits += 6;

        if (bits >= 8) {
            bits -= 8;
            *d++ = (u_char) (v >> bits);
        }
    }

    dst->len = d - dst->data;

    return NGX_OK;
}


/* last: the characters of 62 and 63; without a loop, for it is stepped over */

static uint32_t
shim_value(u_char ch, const char *last)
{
    if (ch >= 'a' && ch <= 'z') {
        return ch - 'a' + 26;
    }

    if (ch >= 'A' && ch <= 'Z') {
        return ch - 'A';
    }

    if (ch >= '0' && ch <= '9') {
        return ch - '0' + 52;
    }

    return (ch == last[0]) ? 62 : (ch == last[1]) ? 63 : 64;
}


/* not MD5, but as different for different bytes: nobody attacks a test */

void
ngx_md5_init(ngx_md5_t *ctx)
{
    ctx->bytes = 0;
    ctx->a = 0x67452301;
    ctx->b = 0xefcdab89;
}


void
ngx_md5_update(ngx_md5_t *ctx, const void *data, size_t size)
{
    const u_char  *p;

    for (p = data; size--; p++) {
        ctx->a = (ctx->a ^ *p) * 16777619;
        ctx->b = (ctx->b + *p) * 2654435761u ^ ctx->b >> 15;
    }
}


void
ngx_md5_final(u_char result[16], ngx_md5_t *ctx)
{
    ngx_uint_t  i;

    for (i = 0; i < 16; i++) {
        ctx->a = (ctx->a ^ ctx->b) * 16777619;
        result[i] = (u_char) (ctx->a >> 24);
    }
}
