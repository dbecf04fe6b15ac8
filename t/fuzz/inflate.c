
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A body in gzip's or zlib's format: the text, or the refusal, is zlib's own,
 * and no more is written than there is room for.
 *
 * Input: a byte of flags, a byte of the room, the body.
 */


#include <zlib.h>

#include "fuzz.h"
#include "ngx_print_inflate.h"


static ngx_int_t inflate_slow(const u_char *p, size_t len, ngx_uint_t format,
    u_char *out, size_t room, size_t *size);


static u_char  inflate_out[64 * 1024 + 1];


void
fuzz_target(u_char *p, size_t len)
{
    size_t      room, size;
    ngx_int_t   rc;
    ngx_str_t   src, dst;
    ngx_uint_t  format;

    format = (fuzz_byte(&p, &len) & 1) ? NGX_PRINT_INFLATE_GZIP
                                       : NGX_PRINT_INFLATE_ZLIB;
    room = fuzz_byte(&p, &len) * 257;

    src.data = fuzz_copy(p, len);
    src.len = len;

    room = ngx_print_inflate_bound(len, room);
    dst.data = fuzz_room(room);
    dst.len = room;

    rc = ngx_print_inflate(&dst, &src, format);

    fuzz_check(rc == inflate_slow(p, len, format, inflate_out, room, &size));
    fuzz_check(rc != NGX_OK
               || fuzz_same(dst.data, dst.len, inflate_out, size));
}


static ngx_int_t
inflate_slow(const u_char *p, size_t len, ngx_uint_t format, u_char *out,
    size_t room, size_t *size)
{
    int        rc;
    z_stream   z;

    memset(&z, 0, sizeof(z_stream));

    z.next_in = (u_char *) p;
    z.avail_in = len;
    z.next_out = out;
    z.avail_out = room + 1;

    do {
        rc = inflateInit2(&z, format == NGX_PRINT_INFLATE_GZIP ? 31 : 15);
        fuzz_check(rc == Z_OK);

        rc = inflate(&z, Z_FINISH);
        (void) inflateEnd(&z);

        *size = z.next_out - out;

        if (*size > room) {
            return NGX_BUSY;
        }

        if (rc != Z_STREAM_END) {
            return NGX_DECLINED;
        }

    } while (format == NGX_PRINT_INFLATE_GZIP && z.avail_in);

    return z.avail_in ? NGX_DECLINED : NGX_OK;
}
