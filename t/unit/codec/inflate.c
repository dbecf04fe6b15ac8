
/*
 * Copyright (C) the print hub contributors
 */


#include <zlib.h>

#include "unit.h"
#include "ngx_print_inflate.h"


static void round_trips(void);
static void members(void);
static void damaged(void);
static void following(void);
static void bombs(void);
static ngx_int_t inflated(ngx_uint_t format, u_char *src, size_t len,
    size_t room, size_t *size);
static size_t deflated(ngx_uint_t format, u_char *dst, u_char *src,
    size_t len);
static void fill(u_char *p, size_t len, ngx_uint_t kind);


static u_char  unit_src[100000], unit_packed[200000], unit_dst[100001];


int
main(void)
{
    round_trips();
    members();
    damaged();
    following();
    bombs();

    return unit_end();
}


/* of each size, into exactly as much room as it needs, and into less */

static void
round_trips(void)
{
    size_t      len, size, packed;
    ngx_uint_t  kind, format;

    for (format = 0; format < 2; format++) {
        for (kind = 0; kind < 3; kind++) {
            for (len = 0; len < sizeof(unit_src); len = len * 3 + 1) {

                unit_about("format %lu kind %lu len %lu", (u_long) format,
                           (u_long) kind, (u_long) len);

                fill(unit_src, len, kind);
                packed = deflated(format, unit_packed, unit_src, len);

                unit_check(ngx_print_inflate_bound(packed, 1000000) >= len);
                unit_check(ngx_print_inflate_bound(packed, len) == len);

                unit_check(inflated(format, unit_packed, packed, len, &size)
                           == NGX_OK);
                unit_check(size == len
                           && memcmp(unit_dst, unit_src, len) == 0);

                unit_check(inflated(format, unit_packed, packed, len + 1,
                                    &size)
                           == NGX_OK);
                unit_check(size == len);

                if (len) {
                    unit_check(inflated(format, unit_packed, packed, len - 1,
                                        &size)
                               == NGX_BUSY);
                    unit_check(inflated(format, unit_packed, packed, 0, &size)
                               == NGX_BUSY);
                }

                unit_check(inflated(!format, unit_packed, packed, len, &size)
                           == NGX_DECLINED);
            }
        }
    }
}


/* several members of gzip are one text; of zlib there is one stream */

static void
members(void)
{
    size_t  len, size;

    fill(unit_src, 3000, 2);

    len = deflated(NGX_PRINT_INFLATE_GZIP, unit_packed, unit_src, 1000);
    len += deflated(NGX_PRINT_INFLATE_GZIP, unit_packed + len, NULL, 0);
    len += deflated(NGX_PRINT_INFLATE_GZIP, unit_packed + len, unit_src + 1000,
                    2000);

    unit_about("three members");
    unit_check(inflated(NGX_PRINT_INFLATE_GZIP, unit_packed, len, 3000, &size)
               == NGX_OK);
    unit_check(size == 3000 && memcmp(unit_dst, unit_src, 3000) == 0);
    unit_check(inflated(NGX_PRINT_INFLATE_GZIP, unit_packed, len, 2999, &size)
               == NGX_BUSY);
    unit_check(inflated(NGX_PRINT_INFLATE_GZIP, unit_packed, len - 1, 3000,
                        &size)
               == NGX_DECLINED);

    unit_about("two streams");
    len = deflated(NGX_PRINT_INFLATE_ZLIB, unit_packed, unit_src, 10);
    len += deflated(NGX_PRINT_INFLATE_ZLIB, unit_packed + len, unit_src, 10);

    unit_check(inflated(NGX_PRINT_INFLATE_ZLIB, unit_packed, len, 3000, &size)
               == NGX_DECLINED);
}


/* each prefix, and each bit inverted: no other text */

static void
damaged(void)
{
    size_t      len, size, i;
    ngx_int_t   rc;
    ngx_uint_t  format, bit;

    fill(unit_src, 300, 2);

    for (format = 0; format < 2; format++) {
        len = deflated(format, unit_packed, unit_src, 300);

        for (i = 0; i < len; i++) {
            unit_about("format %lu, %lu bytes", (u_long) format, (u_long) i);
            unit_check(inflated(format, unit_packed, i, 1000, &size)
                       == NGX_DECLINED);

            for (bit = 0; bit < 8; bit++) {
                unit_about("format %lu, bit %lu of byte %lu", (u_long) format,
                           (u_long) bit, (u_long) i);

                unit_packed[i] ^= 1 << bit;
                rc = inflated(format, unit_packed, len, 1000, &size);
                unit_packed[i] ^= 1 << bit;

                /* gzip's time, system and compressor say nothing */

                unit_check(rc == NGX_DECLINED || rc == NGX_BUSY
                           || (rc == NGX_OK && size == 300
                               && memcmp(unit_dst, unit_src, 300) == 0));
            }
        }
    }
}


/* nothing may follow, and a raw stream is not zlib's format */

static void
following(void)
{
    size_t      len, size;
    ngx_uint_t  format;

    for (format = 0; format < 2; format++) {
        unit_about("format %lu and a byte", (u_long) format);

        len = deflated(format, unit_packed, unit_src, 300);
        unit_packed[len] = 0;

        unit_check(inflated(format, unit_packed, len + 1, 1000, &size)
                   == NGX_DECLINED);
    }

    unit_about("raw");
    len = deflated(NGX_PRINT_INFLATE_ZLIB, unit_packed, unit_src, 300);
    unit_check(inflated(NGX_PRINT_INFLATE_ZLIB, unit_packed + 2, len - 6, 1000,
                        &size)
               == NGX_DECLINED);

    unit_about("a dictionary");
    unit_check(inflated(NGX_PRINT_INFLATE_ZLIB,
                        (u_char *) "\x78\xbb\0\0\0\1\x03\0\0\0\0\1", 12, 1000,
                        &size)
               == NGX_DECLINED);

    unit_about("text");
    unit_check(inflated(NGX_PRINT_INFLATE_GZIP, (u_char *) "{\"clientId\":1}",
                        14, 1000, &size)
               == NGX_DECLINED);
}


/* no more than the room is written, whatever the ratio */

static void
bombs(void)
{
    size_t       len, size, n;
    u_char      *src, *packed;
    ngx_uint_t   format;

    n = 5 * 1000 * 1000;
    src = calloc(1, n);
    packed = malloc(100000);

    if (src == NULL || packed == NULL) {
        unit_check(0);
        return;
    }

    for (format = 0; format < 2; format++) {
        unit_about("bomb of format %lu", (u_long) format);

        len = deflated(format, packed, src, n);

        unit_check(len < 100000);
        unit_check(ngx_print_inflate_bound(len, 100000) == 100000);
        unit_check(ngx_print_inflate_bound(len, 2 * n) >= n);
        unit_check(ngx_print_inflate_bound(20, 100000) < 100000);
        unit_check(inflated(format, packed, len, 100000, &size) == NGX_BUSY);
    }

    free(src);
    free(packed);
}


/* what is read and what is written ends right before memory that is not ours */

static ngx_int_t
inflated(ngx_uint_t format, u_char *src, size_t len, size_t room, size_t *size)
{
    u_char     *in;
    ngx_int_t   rc;
    ngx_str_t   dst, text;

    in = malloc(len ? len : 1);
    if (in == NULL) {
        return NGX_ERROR;
    }

    memcpy(in, src, len);

    dst.len = room;
    dst.data = unit_guard(unit_src, room);

    memset(dst.data, 0, room);

    text.data = in;
    text.len = len;

    rc = ngx_print_inflate(&dst, &text, format);

    if (rc == NGX_OK) {
        memcpy(unit_dst, dst.data, dst.len);
        *size = dst.len;
    }

    free(in);

    return rc;
}


static size_t
deflated(ngx_uint_t format, u_char *dst, u_char *src, size_t len)
{
    size_t    size;
    z_stream  z;

    memset(&z, 0, sizeof(z_stream));

    if (deflateInit2(&z, 9, Z_DEFLATED,
                     format == NGX_PRINT_INFLATE_GZIP ? 31 : 15, 8,
                     Z_DEFAULT_STRATEGY)
        != Z_OK)
    {
        unit_check(0);
        return 0;
    }

    z.next_in = src;
    z.avail_in = len;
    z.next_out = dst;
    z.avail_out = 100000 + len;

    unit_check(deflate(&z, Z_FINISH) == Z_STREAM_END);

    size = z.total_out;

    deflateEnd(&z);

    return size;
}


/* alike, random, and words */

static void
fill(u_char *p, size_t len, ngx_uint_t kind)
{
    size_t           i;

    static uint32_t  seed = 1;

    for (i = 0; i < len; i++) {
        seed = seed * 1103515245 + 12345;

        p[i] = kind == 0 ? 'a'
               : kind == 1 ? (u_char) (seed >> 16)
               : (u_char) ("print hub "[(seed >> 16) % 10]);
    }
}
