
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_json.h"
#include "ngx_print_quote.h"


static size_t ngx_print_quote_acts(u_char *p, u_char *last);


/* A "?" is shorter than what it replaces: the JSON text becomes shorter. */

ngx_str_t
ngx_print_quote(u_char *buf, u_char *text, size_t len)
{
    u_char     *p, *last, *dst;
    size_t      n;
    ngx_str_t   quoted;

    last = (u_char *) ngx_print_json_string(buf, text, len);
    dst = buf;

    for (p = buf; p < last; p += n) {

        n = ngx_print_quote_acts(p, last);

        if (n) {
            *dst++ = '?';
            continue;
        }

        *dst++ = *p;
        n = 1;
    }

    quoted.data = buf;
    quoted.len = dst - buf;

    return quoted;
}


/*
 * Returns the length of the character at p if it must not reach a terminal:
 * U+007F to U+009F, U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069.
 * Returns 0 if it is another one.
 */

static size_t
ngx_print_quote_acts(u_char *p, u_char *last)
{
    uint32_t  c;

    if (*p == 0x7f) {
        return 1;
    }

    if (last - p >= 2
        && ((p[0] == 0xc2 && p[1] < 0xa0) || (p[0] == 0xd8 && p[1] == 0x9c)))
    {
        return 2;
    }

    if (last - p < 3 || p[0] != 0xe2 || (p[1] != 0x80 && p[1] != 0x81)) {
        return 0;
    }

    c = 0x2000 | (uint32_t) (p[1] & 0x3f) << 6 | (p[2] & 0x3f);

    return (c == 0x200e || c == 0x200f
            || (c >= 0x2028 && c <= 0x202e)
            || (c >= 0x2066 && c <= 0x2069)) ? 3 : 0;
}
