
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_quote.h"
#include "ngx_print_http.h"
#include "ngx_print_origin.h"


#define NGX_PRINT_ORIGIN_LOG  128      /* bytes of an origin in the log */


static ngx_uint_t ngx_print_origin_matches(ngx_str_t *listed,
    ngx_str_t *origin);
static void ngx_print_origin_log(ngx_http_request_t *r, ngx_str_t *origin,
    const char *what);
static ngx_uint_t ngx_print_origin_allowed(ngx_http_request_t *r,
    ngx_print_origins_t *origins, ngx_str_t *origin);
static ngx_uint_t ngx_print_origin_is_self(ngx_http_request_t *r,
    ngx_str_t *origin);
static void ngx_print_origin_authority(ngx_str_t *host);
static void ngx_print_origin_of_url(ngx_str_t *url);


ngx_str_t *
ngx_print_origin(ngx_http_request_t *r)
{
    static ngx_str_t  name = ngx_string("origin");

    return ngx_print_http_header(r, &name);
}


ngx_uint_t
ngx_print_origin_is_listed(ngx_print_origins_t *origins, ngx_str_t *origin)
{
    ngx_str_t   *listed;
    ngx_uint_t   i;

    if (origins->mode != NGX_PRINT_ORIGINS_LIST) {
        return origins->mode == NGX_PRINT_ORIGINS_ANY;
    }

    listed = origins->list->elts;

    for (i = 0; i < origins->list->nelts; i++) {

        if (ngx_print_origin_matches(&listed[i], origin)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_print_origin_matches(ngx_str_t *listed, ngx_str_t *origin)
{
    u_char  *p, *star, *last;
    size_t   head, tail;

    star = ngx_strlchr(listed->data, listed->data + listed->len, '*');

    if (star == NULL) {
        return listed->len == origin->len
               && ngx_strncmp(listed->data, origin->data, origin->len) == 0;
    }

    head = star - listed->data;
    tail = listed->len - head - 1;

    if (origin->len <= head + tail
        || ngx_strncmp(listed->data, origin->data, head) != 0
        || ngx_strncmp(star + 1, origin->data + origin->len - tail, tail) != 0)
    {
        return 0;
    }

    /* what stands for "*" are labels of a name, and no user or port */

    last = origin->data + origin->len - tail;

    for (p = origin->data + head; p < last; p++) {

        if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9')
              || *p == '-' || *p == '_' || *p == '.'))
        {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_print_origin_foreign(ngx_http_request_t *r, ngx_print_origins_t *origins,
    ngx_uint_t by_referer, const char *what)
{
    ngx_str_t         *header, value;

    static ngx_str_t   site = ngx_string("sec-fetch-site");
    static ngx_str_t   referer = ngx_string("referer");

    header = ngx_print_origin(r);

    if (header) {
        value = *header;

        if (ngx_print_origin_allowed(r, origins, &value)) {
            return 0;
        }

    } else if ((header = ngx_print_http_header(r, &site)) != NULL) {
        value = *header;

        if (!(value.len == sizeof("cross-site") - 1
              && ngx_strncmp(value.data, "cross-site", value.len) == 0)
            && !(value.len == sizeof("same-site") - 1
                 && ngx_strncmp(value.data, "same-site", value.len) == 0))
        {
            return 0;
        }

    } else if (by_referer
               && (header = ngx_print_http_header(r, &referer)) != NULL
               && header->len)
    {
        value = *header;

        ngx_print_origin_of_url(&value);

        if (ngx_print_origin_allowed(r, origins, &value)) {
            return 0;
        }

    } else {
        return 0;
    }

    ngx_print_origin_log(r, &value, what);

    return 1;
}


static void
ngx_print_origin_log(ngx_http_request_t *r, ngx_str_t *origin, const char *what)
{
    u_char     buf[NGX_PRINT_QUOTE_LEN(NGX_PRINT_ORIGIN_LOG)];
    ngx_str_t  quoted;

    quoted = ngx_print_quote(buf, origin->data,
                             ngx_min(origin->len, NGX_PRINT_ORIGIN_LOG));

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "print hub: cross-site request refused, origin: %V, \"%s\"",
                  &quoted, what);
}


static ngx_uint_t
ngx_print_origin_allowed(ngx_http_request_t *r, ngx_print_origins_t *origins,
    ngx_str_t *origin)
{
    return ngx_print_origin_is_self(r, origin)
           || (origins->mode == NGX_PRINT_ORIGINS_LIST
               && ngx_print_origin_is_listed(origins, origin));
}


/*
 * The scheme does not matter, because a proxy in front of nginx may have
 * removed TLS.
 */

static ngx_uint_t
ngx_print_origin_is_self(ngx_http_request_t *r, ngx_str_t *origin)
{
    u_char     *p, *last;
    ngx_str_t   own, other;

    if (r->headers_in.host) {
        own = r->headers_in.host->value;

    } else if (r->host_start) {
        /* HTTP/3 may have it in ":authority" alone */

        own.data = r->host_start;
        own.len = r->host_end - r->host_start;

    } else {
        return 0;
    }

    last = origin->data + origin->len;

    p = ngx_strlcasestrn(origin->data, last, (u_char *) "://", 3 - 1);
    if (p == NULL) {
        return 0;
    }

    other.data = p + 3;
    other.len = last - other.data;

    ngx_print_origin_authority(&own);
    ngx_print_origin_authority(&other);

    return own.len == other.len
           && ngx_strncasecmp(own.data, other.data, own.len) == 0;
}


/* Takes a default port off. */

static void
ngx_print_origin_authority(ngx_str_t *host)
{
    u_char  *last;

    last = host->data + host->len;

    if (host->len > 3 && ngx_strncmp(last - 3, ":80", 3) == 0) {
        host->len -= 3;

    } else if (host->len > 4 && ngx_strncmp(last - 4, ":443", 4) == 0) {
        host->len -= 4;
    }
}


/* Cuts a URL behind its host and port. */

static void
ngx_print_origin_of_url(ngx_str_t *url)
{
    u_char  *p, *last;

    last = url->data + url->len;

    p = ngx_strlcasestrn(url->data, last, (u_char *) "://", 3 - 1);
    if (p == NULL) {
        return;
    }

    for (p += 3; p < last && *p != '/' && *p != '?' && *p != '#'; p++) {
        /* void */
    }

    url->len = p - url->data;
}
