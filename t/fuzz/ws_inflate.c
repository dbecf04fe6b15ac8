
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Messages of permessage-deflate: inflated in parts of any size, and into room
 * of any size, they are what zlib makes of the whole message.  What we deflate
 * is inflated to what it was.
 *
 * Input: bits of the window, a byte that says how to split, then messages, each
 * of which begins with its length.
 */


#include <zlib.h>

#include "fuzz.h"
#include "ngx_print_ws_deflate.h"


#define INFLATE_MAX  (16 * 1024)       /* bytes of a message */


/* zlib, and the end of what it has inflated */
typedef struct {
    z_stream     z;
    u_char       window[32768];
    u_int        len;
} slow_t;


static void inflate_back(ngx_print_ws_deflate_t *d, u_char *p, size_t len);
static ngx_int_t inflate_parts(ngx_print_ws_deflate_t *d, const u_char *p,
    size_t len, size_t in, size_t room, u_char *out, size_t *size);
static ngx_int_t inflate_slow(slow_t *slow, const u_char *p, size_t len,
    u_char *out, size_t *size);


static u_char  inflate_fast[INFLATE_MAX + 1], inflate_other[INFLATE_MAX + 1];


void
fuzz_target(u_char *p, size_t len)
{
    size_t                  n, split, size, other;
    slow_t                  slow;
    ngx_int_t               rc;
    ngx_uint_t              bits;
    ngx_print_ws_deflate_t  whole, parts, back;

    bits = 8 + fuzz_byte(&p, &len) % 8;
    split = fuzz_byte(&p, &len);

    memset(&whole, 0, sizeof(whole));
    whole.params.client_bits = bits;
    whole.params.server_bits = ngx_max(bits, NGX_PRINT_WS_DEFLATE_MIN_BITS);
    whole.params.server_fresh = split & 1;
    parts = whole;
    back = whole;
    back.params.client_bits = back.params.server_bits;

    memset(&slow, 0, sizeof(slow));
    fuzz_check(inflateInit2(&slow.z, -(int) bits) == Z_OK);

    while (len) {
        n = fuzz_byte(&p, &len);
        n = ngx_min(n, len);

        inflate_back(&back, p, n);

        rc = inflate_parts(&whole, p, n, n, INFLATE_MAX, inflate_fast, &size);

        fuzz_check(rc == inflate_slow(&slow, p, n, inflate_other, &other));
        fuzz_check(rc == NGX_ERROR
                   || fuzz_same(inflate_fast, size, inflate_other, other));

        fuzz_check(rc == inflate_parts(&parts, p, n, 1 + split % 7,
                                       1 + split / 7, inflate_other, &other));
        fuzz_check(rc == NGX_ERROR
                   || fuzz_same(inflate_fast, size, inflate_other, other));

        if (rc == NGX_ERROR) {
            break;
        }

        p += n;
        len -= n;
    }

    inflateEnd(&slow.z);
    ngx_print_ws_deflate_free(&whole);
    ngx_print_ws_deflate_free(&parts);
    ngx_print_ws_deflate_free(&back);
}


static void
inflate_back(ngx_print_ws_deflate_t *d, u_char *p, size_t len)
{
    size_t   bound, size;
    u_char  *dst, *last;

    bound = ngx_print_ws_deflate_bound(len);
    dst = fuzz_room(bound);

    last = ngx_print_ws_deflate(d, dst, fuzz_copy(p, len), len);

    fuzz_check(last != NULL && (size_t) (last - dst) <= bound);

    fuzz_check(inflate_parts(d, dst, last - dst, last - dst, len + 1,
                             inflate_fast, &size)
               == NGX_OK);
    fuzz_check(fuzz_same(inflate_fast, size, p, len));
}


/* NGX_AGAIN: the message is larger than INFLATE_MAX */

static ngx_int_t
inflate_parts(ngx_print_ws_deflate_t *d, const u_char *p, size_t len, size_t in,
    size_t room, u_char *out, size_t *size)
{
    size_t      i, n;
    u_char     *pos, *last, *dst, *to;
    ngx_int_t   rc;

    *size = 0;
    rc = NGX_OK;

    for (i = 0; i < len || i == 0; i += n) {
        n = ngx_min(in, len - i);

        pos = fuzz_copy(p + i, n);
        last = pos + n;

        do {
            dst = fuzz_room(room);
            to = dst;

            rc = ngx_print_ws_inflate(d, &pos, last, i + n == len, &to,
                                      dst + room);

            fuzz_check(pos <= last && to <= dst + room);

            if (rc == NGX_ERROR) {
                return rc;
            }

            if (*size + (to - dst) > INFLATE_MAX) {
                return NGX_ERROR;
            }

            fuzz_check(rc == NGX_OK || to == dst + room);

            memcpy(out + *size, dst, to - dst);
            *size += to - dst;

        } while (rc == NGX_AGAIN);

        fuzz_check(pos == last);

        if (len == 0) {
            break;
        }
    }

    return rc;
}


static ngx_int_t
inflate_slow(slow_t *slow, const u_char *p, size_t len, u_char *out,
    size_t *size)
{
    int        rc;
    u_char    *in;
    z_stream  *z;

    in = fuzz_room(len + 4);
    memcpy(in, p, len);
    memcpy(in + len, "\0\0\xff\xff", 4);

    z = &slow->z;
    z->next_in = in;
    z->avail_in = len + 4;
    z->next_out = out;
    z->avail_out = INFLATE_MAX + 1;

    do {
        rc = inflate(z, Z_SYNC_FLUSH);

        if (rc == Z_STREAM_END) {

            /* what follows the last block may refer to what was before it */

            slow->len = sizeof(slow->window);

            fuzz_check(inflateGetDictionary(z, slow->window, &slow->len)
                       == Z_OK);
            fuzz_check(inflateReset(z) == Z_OK);
            fuzz_check(inflateSetDictionary(z, slow->window, slow->len)
                       == Z_OK);

        } else if (rc != Z_OK && rc != Z_BUF_ERROR) {
            return NGX_ERROR;
        }

    } while (z->avail_in && z->avail_out);

    *size = INFLATE_MAX + 1 - z->avail_out;

    return *size > INFLATE_MAX ? NGX_ERROR : NGX_OK;
}
