
/*
 * Copyright (C) the print hub contributors
 */


/* Strings: how they are written and read, and their UTF-8. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_json.h"


/* a word of 8 equal bytes */
#define NGX_PRINT_JSON_ALL(c)  (0x0101010101010101ull * (c))


static uint32_t ngx_print_json_unescape_u(u_char **src, u_char *last);
static u_char *ngx_print_json_encode(u_char *dst, uint32_t c);
static uint32_t ngx_print_json_hex4(u_char *p);
static u_char *ngx_print_json_plain(u_char *p, u_char *last);
static u_char *ngx_print_json_escape(u_char *dst, u_char **src, u_char *last);
static u_char *ngx_print_json_copy(u_char *dst, u_char **src, u_char *last);
static size_t ngx_print_json_sequence(u_char *p, u_char *last,
    ngx_uint_t *valid);
static u_char *ngx_print_json_escape_u(u_char *dst, u_char **src,
    u_char *last);
static u_char *ngx_print_json_write_u(u_char *dst, uint32_t c);


/* pairs: a character, and the one that stands for it after a backslash */
static const u_char  ngx_print_json_escapes[] = "\"\"\\\\\bb\ff\nn\rr\tt";


u_char *
ngx_print_json_unescape(u_char *dst, ngx_str_t *raw)
{
    u_char  *p, *last;

    p = raw->data + 1;
    last = raw->data + raw->len - 1;

    while (p < last) {
        dst = ngx_print_json_unescape_char(dst, &p, last);
    }

    return dst;
}


u_char *
ngx_print_json_unescape_char(u_char *dst, u_char **src, u_char *last)
{
    u_char        *p;
    const u_char  *e;
    uint32_t       c;

    p = *src;

    if (*p != '\\') {
        *dst++ = *p++;
        *src = p;
        return dst;
    }

    p++;

    c = *p++;

    if (c == 'u') {
        c = ngx_print_json_unescape_u(&p, last);

    } else {

        for (e = ngx_print_json_escapes; e[0]; e += 2) {
            if (e[1] == c) {
                c = e[0];
                break;
            }
        }
    }

    *src = p;

    return ngx_print_json_encode(dst, c);
}


/* Decodes the "\u" whose digits are at *src, or a pair of surrogates. */

static uint32_t
ngx_print_json_unescape_u(u_char **src, u_char *last)
{
    u_char    *p;
    uint32_t   c, low;

    p = *src;
    c = ngx_print_json_hex4(p);
    p += 4;
    *src = p;

    if (c < 0xd800 || c > 0xdfff) {
        return c;
    }

    if (c < 0xdc00 && last - p >= 6 && p[0] == '\\' && p[1] == 'u') {
        low = ngx_print_json_hex4(p + 2);

        if (low >= 0xdc00 && low <= 0xdfff) {
            *src = p + 6;
            return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        }
    }

    return 0xfffd;
}


static u_char *
ngx_print_json_encode(u_char *dst, uint32_t c)
{
    if (c < 0x80) {
        *dst++ = (u_char) c;
        return dst;
    }

    if (c < 0x800) {
        *dst++ = (u_char) (0xc0 | c >> 6);

    } else if (c < 0x10000) {
        *dst++ = (u_char) (0xe0 | c >> 12);
        *dst++ = (u_char) (0x80 | (c >> 6 & 0x3f));

    } else {
        *dst++ = (u_char) (0xf0 | c >> 18);
        *dst++ = (u_char) (0x80 | (c >> 12 & 0x3f));
        *dst++ = (u_char) (0x80 | (c >> 6 & 0x3f));
    }

    *dst++ = (u_char) (0x80 | (c & 0x3f));

    return dst;
}


static uint32_t
ngx_print_json_hex4(u_char *p)
{
    u_char    *last;
    uint32_t   c;

    for (c = 0, last = p + 4; p < last; p++) {
        c = c << 4 | (*p <= '9' ? *p - '0' : (*p | 0x20) - 'a' + 10);
    }

    return c;
}


uintptr_t
ngx_print_json_string(u_char *dst, u_char *src, size_t len)
{
    u_char  *p, *last, buf[6];
    size_t   size;

    last = src + len;

    if (dst == NULL) {
        for (size = 2; src < last; /* void */ ) {
            p = ngx_print_json_plain(src, last);

            size += p - src;
            src = p;

            if (src < last) {
                size += ngx_print_json_escape(buf, &src, last) - buf;
            }
        }

        return (uintptr_t) size;
    }

    *dst++ = '"';

    while (src < last) {
        p = ngx_print_json_plain(src, last);

        dst = ngx_cpymem(dst, src, p - src);
        src = p;

        if (src < last) {
            dst = ngx_print_json_escape(dst, &src, last);
        }
    }

    *dst++ = '"';

    return (uintptr_t) dst;
}


/*
 * Returns where the bytes end that are ASCII and stand for themselves in a
 * string. Looks at eight bytes at a time: the bit 0x80 of a byte is set if it
 * is not ASCII, is less than ' ', or equals '"' or '\\'. A borrow may set that
 * bit in higher bytes, too, but never clears one.
 */

static u_char *
ngx_print_json_plain(u_char *p, u_char *last)
{
    uint64_t  w;

    for ( /* void */ ; last - p >= 8; p += 8) {

        ngx_memcpy(&w, p, 8);

        if ((w
             | (w - NGX_PRINT_JSON_ALL(' '))
             | ((w ^ NGX_PRINT_JSON_ALL('"')) - NGX_PRINT_JSON_ALL(1))
             | ((w ^ NGX_PRINT_JSON_ALL('\\')) - NGX_PRINT_JSON_ALL(1)))
            & NGX_PRINT_JSON_ALL(0x80))
        {
            break;
        }
    }

    while (p < last && *p >= ' ' && *p < 0x80 && *p != '"' && *p != '\\') {
        p++;
    }

    return p;
}


/* Writes one character of a string, six bytes of dst at most. */

static u_char *
ngx_print_json_escape(u_char *dst, u_char **src, u_char *last)
{
    u_char         c;
    const u_char  *e;

    c = **src;

    if (c >= ' ' && c != '"' && c != '\\') {

        if (c >= 0x80) {
            return ngx_print_json_copy(dst, src, last);
        }

        (*src)++;
        *dst++ = c;

        return dst;
    }

    (*src)++;
    *dst++ = '\\';

    for (e = ngx_print_json_escapes; e[0]; e += 2) {
        if (e[0] == c) {
            *dst++ = e[1];
            return dst;
        }
    }

    dst = ngx_cpymem(dst, "u00", 3);
    *dst++ = '0' + (c >> 4);
    *dst++ = "0123456789abcdef"[c & 0xf];

    return dst;
}


ngx_uint_t
ngx_print_json_is_utf8(u_char *src, size_t len)
{
    u_char      *last;
    uint64_t     w;
    ngx_uint_t   valid;

    last = src + len;
    valid = 1;

    while (src < last && valid) {

        if (last - src >= 8) {
            ngx_memcpy(&w, src, 8);

            if (!(w & NGX_PRINT_JSON_ALL(0x80))) {
                src += 8;
                continue;
            }
        }

        src += ngx_print_json_sequence(src, last, &valid);
    }

    return valid;
}


u_char *
ngx_print_json_utf8(u_char *dst, u_char *src, size_t len)
{
    u_char  *last;

    last = src + len;

    while (src < last) {
        dst = ngx_print_json_copy(dst, &src, last);
    }

    return dst;
}


/*
 * Copies one character, or writes U+FFFD for bytes that are not valid: four
 * bytes of dst at most.
 */

static u_char *
ngx_print_json_copy(u_char *dst, u_char **src, u_char *last)
{
    u_char      *p;
    size_t       n;
    ngx_uint_t   valid;

    p = *src;
    n = ngx_print_json_sequence(p, last, &valid);
    *src = p + n;

    return valid ? ngx_cpymem(dst, p, n) : ngx_cpymem(dst, "\xef\xbf\xbd", 3);
}


/*
 * Returns the length of the character at p. If it is not valid, returns the
 * length of its maximal part: the bytes up to the first one that cannot belong
 * to it.
 */

static size_t
ngx_print_json_sequence(u_char *p, u_char *last, ngx_uint_t *valid)
{
    u_char  c, low, high;
    size_t  i, n;

    /* lint core.uninitialized.Assign: p is before last */
    c = *p;
    *valid = (c < 0x80);

    if (c < 0xc2 || c > 0xf4) {
        return 1;
    }

    n = (c < 0xe0) ? 2 : (c < 0xf0) ? 3 : 4;

    /* no overlong form, no surrogate, nothing above U+10FFFF */

    low = (c == 0xe0) ? 0xa0 : (c == 0xf0) ? 0x90 : 0x80;
    high = (c == 0xed) ? 0x9f : (c == 0xf4) ? 0x8f : 0xbf;

    for (i = 1; i < n; i++) {

        if (p + i == last || p[i] < low || p[i] > high) {
            return i;
        }

        low = 0x80;
        high = 0xbf;
    }

    *valid = 1;

    return n;
}


uintptr_t
ngx_print_json_ascii(u_char *dst, u_char *src, size_t len)
{
    u_char  *last, buf[12];
    size_t   size;

    last = src + len;

    if (dst == NULL) {
        for (size = 0; src < last; /* void */ ) {
            size += ngx_print_json_escape_u(buf, &src, last) - buf;
        }

        return (uintptr_t) size;
    }

    while (src < last) {
        dst = ngx_print_json_escape_u(dst, &src, last);
    }

    return (uintptr_t) dst;
}


/* Writes one character in ASCII, twelve bytes of dst at most. */

static u_char *
ngx_print_json_escape_u(u_char *dst, u_char **src, u_char *last)
{
    u_char    *p, buf[4];
    size_t     n, i;
    uint32_t   c;

    if (**src < 0x80) {
        *dst++ = *(*src)++;
        return dst;
    }

    /* buf has a valid character, of two bytes at least */

    p = buf;
    n = ngx_print_json_copy(buf, src, last) - buf;
    c = *p & (0x7f >> n);

    for (i = 1; i < n; i++) {
        c = c << 6 | (p[i] & 0x3f);
    }

    if (c >= 0x10000) {
        c -= 0x10000;
        dst = ngx_print_json_write_u(dst, 0xd800 + (c >> 10));
        c = 0xdc00 + (c & 0x3ff);
    }

    return ngx_print_json_write_u(dst, c);
}


static u_char *
ngx_print_json_write_u(u_char *dst, uint32_t c)
{
    int  shift;

    *dst++ = '\\';
    *dst++ = 'u';

    for (shift = 12; shift >= 0; shift -= 4) {
        *dst++ = "0123456789abcdef"[c >> shift & 0xf];
    }

    return dst;
}


ngx_uint_t
ngx_print_json_is_utf8_twice(u_char *src, size_t len)
{
    u_char      *p, *last, buf[4];
    size_t       n;
    ngx_uint_t   twice, valid;

    last = src + len;
    twice = 0;

    while (src < last) {

        /* the bytes of a character as they were before */

        for (p = src, n = 0; n < 4 && p < last; n++) {

            if (*p < 0x80) {
                buf[n] = *p++;
                continue;
            }

            if ((*p != 0xc2 && *p != 0xc3) || last - p < 2) {
                return 0;
            }

            buf[n] = (u_char) (*p << 6 | (p[1] & 0x3f));
            p += 2;
        }

        n = ngx_print_json_sequence(buf, buf + n, &valid);

        if (!valid) {
            return 0;
        }

        if (n > 1) {
            twice = 1;
        }

        for ( /* void */ ; n; n--) {
            src += (*src < 0x80) ? 1 : 2;
        }
    }

    return twice;
}
