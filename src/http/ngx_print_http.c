
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_json.h"
#include "ngx_print_note.h"
#include "ngx_print_http.h"


#define NGX_PRINT_HTTP_ERROR_LEN  512


static ngx_int_t ngx_print_http_later(ngx_http_request_t *r,
    ngx_uint_t status);
static ngx_uint_t ngx_print_http_has_header(ngx_http_request_t *r,
    ngx_str_t *name);
static ngx_int_t ngx_print_http_message(ngx_http_request_t *r,
    ngx_uint_t status, const char *code, const char *fmt, va_list args);


ngx_str_t  ngx_print_http_json = ngx_string("application/json; charset=utf-8");


ngx_int_t
ngx_print_http_send(ngx_http_request_t *r, ngx_uint_t status, ngx_str_t *type,
    ngx_str_t *body)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    cl = ngx_alloc_chain_link(r->pool);
    b = ngx_calloc_buf(r->pool);

    if (cl == NULL || b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->pos = body->data;
    b->last = body->data + body->len;
    b->memory = body->len ? 1 : 0;
    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;
    b->sync = body->len ? 0 : 1;

    cl->buf = b;
    cl->next = NULL;

    return ngx_print_http_send_chain(r, status, type, cl, body->len);
}


ngx_int_t
ngx_print_http_send_chain(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *type, ngx_chain_t *body, off_t size)
{
    u_char           *p;
    ngx_int_t         rc;

    static ngx_str_t  cache_control = ngx_string("Cache-Control");
    static ngx_str_t  no_store = ngx_string("no-store");

    /* the request has had its effect, so If-Modified-Since does not apply */
    r->disable_not_modified = 1;

    r->headers_out.status = status;
    r->headers_out.content_length_n = size;

    if (type->len) {
        p = ngx_strlchr(type->data, type->data + type->len, ';');

        r->headers_out.content_type = *type;
        r->headers_out.content_type_len = p ? (size_t) (p - type->data)
                                            : type->len;
        r->headers_out.content_type_lowcase = NULL;
    }

    if (ngx_print_http_add_header(r, &cache_control, &no_store) != NGX_OK
        || ngx_print_http_later(r, status) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_output_filter(r, body);
}


/*
 * Tells the client when to try again, if the status means that it should, and
 * the caller has not told it.
 */

static ngx_int_t
ngx_print_http_later(ngx_http_request_t *r, ngx_uint_t status)
{
    static ngx_str_t  after = ngx_string("Retry-After");
    static ngx_str_t  second = ngx_string("1");

    if ((status != NGX_HTTP_TOO_MANY_REQUESTS
         && status != NGX_HTTP_SERVICE_UNAVAILABLE)
        || ngx_print_http_has_header(r, &after))
    {
        return NGX_OK;
    }

    return ngx_print_http_add_header(r, &after, &second);
}


/*
 * Returns 1 if the answer has a header with this name, in any case.  One whose
 * hash is 0 was removed.
 */

static ngx_uint_t
ngx_print_http_has_header(ngx_http_request_t *r, ngx_str_t *name)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].hash && h[i].key.len == name->len
                && ngx_strncasecmp(h[i].key.data, name->data, name->len) == 0)
            {
                return 1;
            }
        }
    }

    return 0;
}


ngx_int_t
ngx_print_http_error(ngx_http_request_t *r, ngx_uint_t status,
    const char *fmt, ...)
{
    va_list    args;
    ngx_int_t  rc;

    va_start(args, fmt);
    rc = ngx_print_http_message(r, status, "", fmt, args);
    va_end(args);

    return rc;
}


ngx_int_t
ngx_print_http_problem(ngx_http_request_t *r, ngx_uint_t status,
    const char *code, const char *fmt, ...)
{
    va_list    args;
    ngx_int_t  rc;

    va_start(args, fmt);
    rc = ngx_print_http_message(r, status, code, fmt, args);
    va_end(args);

    return rc;
}


static ngx_int_t
ngx_print_http_message(ngx_http_request_t *r, ngx_uint_t status,
    const char *code, const char *fmt, va_list args)
{
    u_char     *p, text[NGX_PRINT_HTTP_ERROR_LEN];
    size_t      len;
    ngx_str_t   body;

    if (*code) {
        ngx_print_note_result(r, code);
    }

    len = ngx_vslprintf(text, text + NGX_PRINT_HTTP_ERROR_LEN, fmt, args)
          - text;

    p = ngx_pnalloc(r->pool,
                    sizeof("{\"error\":{\"code\":\"\",\"message\":}}") - 1
                    + ngx_strlen(code)
                    + ngx_print_json_string(NULL, text, len));
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.data = p;

    *p++ = '{';

    if (*code) {
        p = ngx_sprintf(p, "\"error\":{\"code\":\"%s\",", code);
    }

    p = ngx_cpymem(p, "\"message\":", sizeof("\"message\":") - 1);
    p = (u_char *) ngx_print_json_string(p, text, len);
    *p++ = '}';

    if (*code) {
        *p++ = '}';
    }

    body.len = p - body.data;

    return ngx_print_http_send(r, status, &ngx_print_http_json, &body);
}


ngx_int_t
ngx_print_http_add_header(ngx_http_request_t *r, ngx_str_t *key,
    ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h->hash = 1;
    h->key = *key;
    h->value = *value;

#if (nginx_version >= 1023000)
    h->next = NULL;
#endif

    return NGX_OK;
}


ngx_str_t *
ngx_print_http_header(ngx_http_request_t *r, ngx_str_t *name)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len == name->len
                && ngx_strncasecmp(h[i].key.data, name->data, name->len) == 0)
            {
                return &h[i].value;
            }
        }
    }

    return NULL;
}


ngx_int_t
ngx_print_http_encoding(ngx_http_request_t *r, ngx_str_t *value)
{
    u_char           *p;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    ngx_str_null(value);

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len != sizeof("content-encoding") - 1
                || ngx_strncasecmp(h[i].key.data,
                                   (u_char *) "content-encoding",
                                   h[i].key.len)
                   != 0)
            {
                continue;
            }

            if (value->len == 0) {
                *value = h[i].value;
                continue;
            }

            p = ngx_pnalloc(r->pool, value->len + 2 + h[i].value.len);
            if (p == NULL) {
                return NGX_ERROR;
            }

            value->len = ngx_sprintf(p, "%V, %V", value, &h[i].value) - p;
            value->data = p;

            return NGX_OK;
        }
    }

    if (value->len == 0
        || (value->len == sizeof("identity") - 1
            && ngx_strncasecmp(value->data, (u_char *) "identity", value->len)
               == 0))
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


ngx_int_t
ngx_print_http_arg(ngx_http_request_t *r, ngx_str_t *name, ngx_str_t *value)
{
    u_char     *p, *last, *end;
    ngx_int_t   rc;

    rc = NGX_DECLINED;
    last = r->args.data + r->args.len;

    for (p = r->args.data; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, '&');
        if (end == NULL) {
            end = last;
        }

        if ((size_t) (end - p) > name->len
            && p[name->len] == '='
            && ngx_strncmp(p, name->data, name->len) == 0)
        {
            value->data = p + name->len + 1;
            value->len = end - value->data;
            rc = NGX_OK;
        }
    }

    return rc;
}


ngx_int_t
ngx_print_http_body(ngx_http_request_t *r, ngx_str_t *body)
{
    u_char       *p;
    size_t        len;
    ssize_t       n;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    ngx_str_null(body);

    if (r->request_body == NULL || r->request_body->bufs == NULL) {
        return NGX_OK;
    }

    cl = r->request_body->bufs;
    b = cl->buf;

    if (cl->next == NULL && !b->in_file) {
        body->data = b->pos;
        body->len = b->last - b->pos;
        return NGX_OK;
    }

    for (len = 0; cl; cl = cl->next) {
        len += ngx_buf_size(cl->buf);
    }

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;
    body->len = len;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        b = cl->buf;

        if (ngx_buf_special(b)) {
            continue;
        }

        if (!b->in_file) {
            p = ngx_cpymem(p, b->pos, b->last - b->pos);
            continue;
        }

        len = b->file_last - b->file_pos;
        n = ngx_read_file(b->file, p, len, b->file_pos);

        if (n != (ssize_t) len) {
            return NGX_ERROR;
        }

        p += n;
    }

    return NGX_OK;
}


void
ngx_print_http_address(ngx_http_request_t *r, u_char *addr)
{
    struct sockaddr      *sa;
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    sa = r->connection->sockaddr;

    ngx_memzero(addr, 16);

    switch (sa->sa_family) {

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) sa;
        ngx_memcpy(addr, &sin6->sin6_addr, 16);
        break;
#endif

    case AF_INET:
        sin = (struct sockaddr_in *) sa;
        addr[10] = 0xff;
        addr[11] = 0xff;
        ngx_memcpy(&addr[12], &sin->sin_addr, 4);
        break;

    default: /* a UNIX socket has no address */
        break;
    }
}


ngx_uint_t
ngx_print_http_upgrade(ngx_http_request_t *r)
{
    ngx_str_t         *upgrade;
    ngx_uint_t         i;
    ngx_list_part_t   *part;
    ngx_table_elt_t   *h;

    static ngx_str_t   name = ngx_string("upgrade");

    upgrade = ngx_print_http_header(r, &name);

    if (upgrade == NULL || upgrade->len != sizeof("websocket") - 1
        || ngx_strncasecmp(upgrade->data, (u_char *) "websocket", upgrade->len)
           != 0)
    {
        return 0;
    }

    /* the value is a list, which may be spread over several headers */

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len == sizeof("connection") - 1
                && ngx_strncasecmp(h[i].key.data, (u_char *) "connection",
                                   h[i].key.len)
                   == 0
                && ngx_strlcasestrn(h[i].value.data,
                                    h[i].value.data + h[i].value.len,
                                    (u_char *) "upgrade",
                                    sizeof("upgrade") - 2)
                   != NULL)
            {
                return 1;
            }
        }
    }

    return 0;
}
