
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <zlib.h>

#include "ngx_print_inflate.h"


#define NGX_PRINT_INFLATE_RATIO   1032     /* of deflate, at most */
#define NGX_PRINT_INFLATE_BITS    15
#define NGX_PRINT_INFLATE_MEMBER  16       /* added to the bits: gzip */

/* zlib counts bytes in an u_int */
#define NGX_PRINT_INFLATE_STEP    (1024 * 1024 * 1024)


static ngx_int_t ngx_print_inflate_run(z_stream *z, ngx_str_t *dst,
    ngx_str_t *src, ngx_uint_t format);


size_t
ngx_print_inflate_bound(size_t len, size_t limit)
{
    return len < limit / NGX_PRINT_INFLATE_RATIO
           ? len * NGX_PRINT_INFLATE_RATIO : limit;
}


ngx_int_t
ngx_print_inflate(ngx_str_t *dst, ngx_str_t *src, ngx_uint_t format)
{
    z_stream   z;
    ngx_int_t  rc;

    ngx_memzero(&z, sizeof(z_stream));

    if (inflateInit2(&z, NGX_PRINT_INFLATE_BITS
                         + (format == NGX_PRINT_INFLATE_GZIP
                            ? NGX_PRINT_INFLATE_MEMBER : 0))
        != Z_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_print_inflate_run(&z, dst, src, format);

    inflateEnd(&z);

    return rc;
}


static ngx_int_t
ngx_print_inflate_run(z_stream *z, ngx_str_t *dst, ngx_str_t *src,
    ngx_uint_t format)
{
    int      rc;
    u_char  *p, *last, *end, spare;

    last = src->data + src->len;
    p = dst->data;
    end = dst->data + dst->len;

    z->next_in = src->data;
    spare = 0;

    for ( ;; ) {
        z->avail_in = (u_int) ngx_min(last - z->next_in,
                                      NGX_PRINT_INFLATE_STEP);

        /* a text that fills its room may have an end that adds no byte */

        z->next_out = (p < end) ? p : &spare;
        z->avail_out = (p < end) ? (u_int) ngx_min(end - p,
                                                   NGX_PRINT_INFLATE_STEP)
                                 : 1;

        rc = inflate(z, Z_NO_FLUSH);

        if (p < end) {
            p = z->next_out;

        } else if (z->avail_out == 0) {
            return NGX_BUSY;
        }

        if (rc == Z_STREAM_END) {

            if (z->next_in == last) {
                dst->len = p - dst->data;
                return NGX_OK;
            }

            if (format != NGX_PRINT_INFLATE_GZIP || inflateReset(z) != Z_OK) {
                return NGX_DECLINED;
            }

            continue;
        }

        if (rc == Z_MEM_ERROR) {
            return NGX_ERROR;
        }

        if (rc != Z_OK && rc != Z_BUF_ERROR) {
            return NGX_DECLINED;
        }

        if (z->avail_out && z->next_in == last) {
            /* it ends too early */
            return NGX_DECLINED;
        }
    }
}
