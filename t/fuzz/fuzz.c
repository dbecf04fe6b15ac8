
/*
 * Copyright (C) the print hub contributors
 */


#include "fuzz.h"
#include "shim.h"


FILE  *fuzz_answers;


int
LLVMFuzzerTestOneInput(const u_char *p, size_t len)
{
    fuzz_target(fuzz_copy(p, len), len);

    shim_free();

    return 0;
}


void
fuzz_result(ngx_uint_t ok, const char *file, int line, const char *text)
{
    if (!ok) {
        fprintf(stderr, "not ok %s:%d: %s\n", file, line, text);
        abort();
    }
}


ngx_uint_t
fuzz_byte(u_char **p, size_t *len)
{
    if (*len == 0) {
        return 0;
    }

    (*len)--;

    return *(*p)++;
}


u_char *
fuzz_copy(const void *p, size_t len)
{
    u_char  *dst;

    dst = fuzz_room(len);

    if (len) {
        memcpy(dst, p, len);
    }

    return dst;
}


u_char *
fuzz_room(size_t len)
{
    u_char  *p;

    p = ngx_pnalloc(NULL, len);

    fuzz_check(p != NULL);

    return p;
}


void
fuzz_answer(const void *p, size_t len)
{
    size_t  i;

    if (fuzz_answers == NULL) {
        return;
    }

    for (i = 0; i < len; i++) {
        fprintf(fuzz_answers, "%02x", ((const u_char *) p)[i]);
    }
}


/* "UTF-8 decoder" of the standard, in its own words */

size_t
fuzz_utf8(const u_char *p, const u_char *last, uint32_t *c, ngx_uint_t *more)
{
    size_t      n, seen;
    uint32_t    point;
    ngx_uint_t  lower, upper;

    lower = 0x80;
    upper = 0xbf;
    n = 0;
    *more = 0;

    if (*p < 0x80) {
        *c = *p;
        return 1;
    }

    if (*p >= 0xc2 && *p <= 0xdf) {
        n = 1;
        point = *p & 0x1f;

    } else if (*p >= 0xe0 && *p <= 0xef) {
        lower = (*p == 0xe0) ? 0xa0 : 0x80;
        upper = (*p == 0xed) ? 0x9f : 0xbf;
        n = 2;
        point = *p & 0xf;

    } else if (*p >= 0xf0 && *p <= 0xf4) {
        lower = (*p == 0xf0) ? 0x90 : 0x80;
        upper = (*p == 0xf4) ? 0x8f : 0xbf;
        n = 3;
        point = *p & 0x7;

    } else {
        *c = 1;
        return 0;
    }

    for (seen = 1; seen <= n; seen++) {

        if (p + seen == last) {
            *more = 1;
            *c = (uint32_t) seen;
            return 0;
        }

        if (p[seen] < lower || p[seen] > upper) {
            *c = (uint32_t) seen;
            return 0;
        }

        lower = 0x80;
        upper = 0xbf;
        point = point << 6 | (p[seen] & 0x3f);
    }

    *c = point;

    return n + 1;
}


ngx_uint_t
fuzz_is_utf8(const u_char *p, size_t len)
{
    size_t         n;
    uint32_t       c;
    ngx_uint_t     more;
    const u_char  *last;

    for (last = p + len; p < last; p += n) {
        n = fuzz_utf8(p, last, &c, &more);

        if (n == 0) {
            return 0;
        }
    }

    return 1;
}
