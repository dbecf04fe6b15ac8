
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Strings of JSON, written and read: compared with a loop over characters of
 * UTF-8; what is written is read as what it was.
 */


#include "fuzz.h"
#include "ngx_print_json.h"
#include "ngx_print_quote.h"


static size_t string_utf8(u_char *dst, const u_char *p, size_t len);
static size_t string_quoted(u_char *dst, const u_char *p, size_t len);
static void string_ascii(const u_char *json, size_t len);
static void string_log(const u_char *p, size_t len);
static ngx_uint_t string_twice(const u_char *p, size_t len);


void
fuzz_target(u_char *p, size_t len)
{
    u_char     *text, *slow, *json;
    size_t      n, m, size;
    ngx_str_t   raw;

    fuzz_check(ngx_print_json_is_utf8(p, len) == fuzz_is_utf8(p, len));

    /* bytes that are not UTF-8 are replaced */

    text = fuzz_room(3 * len);
    n = ngx_print_json_utf8(text, p, len) - text;

    slow = fuzz_room(3 * len);
    m = string_utf8(slow, p, len);

    fuzz_check(fuzz_same(text, n, slow, m));
    fuzz_check(fuzz_is_utf8(text, n));

    /* a string of JSON */

    size = ngx_print_json_string(NULL, p, len);
    json = fuzz_room(size);

    fuzz_check((u_char *) ngx_print_json_string(json, p, len) == json + size);

    slow = fuzz_room(6 * n + 2);
    m = string_quoted(slow, text, n);

    fuzz_check(fuzz_same(json, size, slow, m));

    /* and back */

    raw.data = json;
    raw.len = size;

    slow = fuzz_room(size);
    m = ngx_print_json_unescape(slow, &raw) - slow;

    fuzz_check(fuzz_same(slow, m, text, n));

    string_ascii(json, size);
    string_log(p, len);

    if (fuzz_is_utf8(p, len)) {
        fuzz_check(ngx_print_json_is_utf8_twice(p, len)
                   == string_twice(p, len));
    }
}


static size_t
string_utf8(u_char *dst, const u_char *p, size_t len)
{
    size_t         n, size;
    uint32_t       c;
    ngx_uint_t     more;
    const u_char  *last;

    size = 0;

    for (last = p + len; p < last; p += n) {
        n = fuzz_utf8(p, last, &c, &more);

        if (n) {
            memcpy(dst + size, p, n);
            size += n;

        } else {
            n = c;
            memcpy(dst + size, "\xef\xbf\xbd", 3);
            size += 3;
        }
    }

    return size;
}


static size_t
string_quoted(u_char *dst, const u_char *p, size_t len)
{
    u_char      *d;
    size_t       i;
    const char  *escape;

    static const char  from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";

    d = dst;
    *d++ = '"';

    for (i = 0; i < len; i++) {

        escape = p[i] ? strchr(from, p[i]) : NULL;

        if (escape) {
            *d++ = '\\';
            *d++ = (u_char) to[escape - from];

        } else if (p[i] < ' ') {
            d += sprintf((char *) d, "\\u%04x", p[i]);

        } else {
            *d++ = p[i];
        }
    }

    *d++ = '"';

    return d - dst;
}


/* as ASCII it is another text of the same string */

static void
string_ascii(const u_char *json, size_t len)
{
    u_char     *ascii, *one, *two;
    size_t      i, size, n, m;
    ngx_str_t   raw;

    size = ngx_print_json_ascii(NULL, (u_char *) json, len);
    ascii = fuzz_room(size);

    fuzz_check((u_char *) ngx_print_json_ascii(ascii, (u_char *) json, len)
               == ascii + size);

    for (i = 0; i < size; i++) {
        fuzz_check(ascii[i] < 0x80);
    }

    raw.data = ascii;
    raw.len = size;
    one = fuzz_room(size);
    n = ngx_print_json_unescape(one, &raw) - one;

    raw.data = (u_char *) json;
    raw.len = len;
    two = fuzz_room(len);
    m = ngx_print_json_unescape(two, &raw) - two;

    fuzz_check(fuzz_same(one, n, two, m));
}


/* in a log line nothing acts on a terminal, or on the order of the text */

static void
string_log(const u_char *p, size_t len)
{
    u_char      *pos, *last;
    size_t       n;
    uint32_t     c;
    ngx_str_t    quoted;
    ngx_uint_t   more;

    quoted = ngx_print_quote(fuzz_room(NGX_PRINT_QUOTE_LEN(len)),
                             fuzz_copy(p, len), len);

    fuzz_check(quoted.len >= 2 && quoted.len <= NGX_PRINT_QUOTE_LEN(len));

    last = quoted.data + quoted.len;

    for (pos = quoted.data; pos < last; pos += n) {
        n = fuzz_utf8(pos, last, &c, &more);

        fuzz_check(n != 0);
        fuzz_check(c >= ' ' && !(c >= 0x7f && c <= 0x9f));
        fuzz_check(c != 0x61c && c != 0x200e && c != 0x200f);
        fuzz_check(!(c >= 0x2028 && c <= 0x202e));
        fuzz_check(!(c >= 0x2066 && c <= 0x2069));
    }
}


/* undoes one encoding */

static ngx_uint_t
string_twice(const u_char *p, size_t len)
{
    size_t         n, size;
    u_char        *once;
    uint32_t       c;
    ngx_uint_t     more, high;
    const u_char  *last;

    once = fuzz_room(len);
    size = 0;
    high = 0;

    for (last = p + len; p < last; p += n) {
        n = fuzz_utf8(p, last, &c, &more);

        if (n == 0 || c > 0xff) {
            return 0;
        }

        high |= c & 0x80;
        once[size++] = (u_char) c;
    }

    return high && fuzz_is_utf8(once, size);
}
