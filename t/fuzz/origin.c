
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The Origin of a request: whether it is another site's is compared with
 * regular expressions, and with hosts that are compared as text.
 *
 * Input: a byte of the headers that there are, a byte of the settings, then a
 * line for each header.
 */


#include <regex.h>

#include "fuzz.h"
#include "request.h"

#include "ngx_print_origin.c"


#define ORIGIN_HOST     0x01
#define ORIGIN_ORIGIN   0x02
#define ORIGIN_SITE     0x04
#define ORIGIN_REFERER  0x08


static ngx_uint_t origin_listed(ngx_print_origins_t *origins, ngx_str_t *text);
static ngx_uint_t origin_self(ngx_str_t *host, ngx_str_t *text);
static ngx_uint_t origin_slow(ngx_print_origins_t *origins,
    ngx_uint_t by_referer, ngx_str_t *headers, ngx_uint_t there);
static char *origin_lower(ngx_str_t *text);
static ngx_uint_t origin_matches(const char *regex, ngx_str_t *text);


static ngx_str_t  origin_list[] = {
    ngx_string("https://shop.example"),
    ngx_string("https://*.example.com"),
    ngx_string("http://localhost:3000"),
    ngx_string("https://*.example.org:8443"),
    ngx_string("null")
};


static const char  *origin_regex[] = {
    "^https://shop\\.example$",
    "^https://[a-z0-9._-]+\\.example\\.com$",
    "^http://localhost:3000$",
    "^https://[a-z0-9._-]+\\.example\\.org:8443$",
    "^null$"
};


ngx_str_t *
ngx_print_http_header(ngx_http_request_t *r, ngx_str_t *name)
{
    ngx_uint_t        i;
    ngx_table_elt_t  *h;

    h = r->headers_in.headers.part.elts;

    for (i = 0; i < r->headers_in.headers.part.nelts; i++) {
        if (fuzz_same(h[i].key.data, h[i].key.len, name->data, name->len)) {
            return &h[i].value;
        }
    }

    return NULL;
}


void
fuzz_target(u_char *p, size_t len)
{
    ngx_str_t             headers[4];
    ngx_uint_t            i, there, flags, foreign;
    ngx_array_t           list;
    fuzz_request_t        fuzz;
    ngx_table_elt_t      *h;
    ngx_http_request_t   *r;
    ngx_print_origins_t   origins;

    static const char  *names[] = { "host", "origin", "sec-fetch-site",
        "referer" };

    r = fuzz_request(&fuzz);
    there = fuzz_byte(&p, &len);
    flags = fuzz_byte(&p, &len);

    memset(&origins, 0, sizeof(origins));
    memset(&list, 0, sizeof(list));
    list.elts = origin_list;
    list.nelts = 5;
    origins.list = &list;
    origins.mode = (flags & 0x0c) == 0x04 ? NGX_PRINT_ORIGINS_OFF
                   : (flags & 0x0c) == 0x08 ? NGX_PRINT_ORIGINS_ANY
                   : NGX_PRINT_ORIGINS_LIST;
    flags = flags >> 1 & 1;

    for (i = 0; i < 4; i++) {

        if (!(there >> i & 1)) {
            continue;
        }

        h = fuzz_header(&fuzz, names[i], &p, &len);

        if (h == NULL) {
            there &= ~((ngx_uint_t) 1 << i);
            continue;
        }

        headers[i] = h->value;

        if (i == 0) {
            r->headers_in.host = h;
        }
    }

    foreign = ngx_print_origin_foreign(r, &origins, flags, "fuzz");

    fuzz_check(foreign == origin_slow(&origins, flags, headers, there));
}


static ngx_uint_t
origin_slow(ngx_print_origins_t *origins, ngx_uint_t by_referer,
    ngx_str_t *headers, ngx_uint_t there)
{
    size_t      n;
    char       *url, *end;
    ngx_str_t   text;

    if (there & ORIGIN_ORIGIN) {
        text = headers[1];

    } else if (there & ORIGIN_SITE) {
        return origin_matches("^(cross|same)-site$", &headers[2]);

    } else if ((there & ORIGIN_REFERER) && by_referer && headers[3].len) {
        text = headers[3];
        url = origin_lower(&text);
        end = strstr(url, "://");

        if (end) {
            n = strcspn(end + 3, "/?#");
            text.len = end + 3 + n - url;
        }

    } else {
        return 0;
    }

    if ((there & ORIGIN_HOST) && origin_self(&headers[0], &text)) {
        return 0;
    }

    return !origin_listed(origins, &text);
}


static ngx_uint_t
origin_listed(ngx_print_origins_t *origins, ngx_str_t *text)
{
    ngx_uint_t  i;

    /* "*" is no list */

    for (i = 0; i < 5 && origins->mode == NGX_PRINT_ORIGINS_LIST; i++) {
        if (origin_matches(origin_regex[i], text)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
origin_self(ngx_str_t *host, ngx_str_t *text)
{
    char        *names[2], *port;
    ngx_uint_t   i;

    names[0] = origin_lower(host);
    names[1] = strstr(origin_lower(text), "://");

    if (names[1] == NULL) {
        return 0;
    }

    names[1] += 3;

    for (i = 0; i < 2; i++) {
        port = strrchr(names[i], ':');

        if (port && port > names[i]
            && (strcmp(port, ":80") == 0 || strcmp(port, ":443") == 0))
        {
            *port = '\0';
        }
    }

    return strcmp(names[0], names[1]) == 0;
}


static char *
origin_lower(ngx_str_t *text)
{
    char    *p;
    size_t   i;

    p = (char *) fuzz_room(text->len + 1);

    for (i = 0; i < text->len; i++) {
        p[i] = (text->data[i] >= 'A' && text->data[i] <= 'Z')
               ? (char) (text->data[i] | 0x20) : (char) text->data[i];
    }

    p[i] = '\0';

    return p;
}


static ngx_uint_t
origin_matches(const char *regex, ngx_str_t *text)
{
    int       rc;
    char     *p;
    regex_t   re;

    p = (char *) fuzz_room(text->len + 1);
    memcpy(p, text->data, text->len);
    p[text->len] = '\0';

    fuzz_check(regcomp(&re, regex, REG_EXTENDED|REG_NOSUB) == 0);
    rc = regexec(&re, p, 0, NULL, 0);
    regfree(&re);

    return rc == 0;
}
