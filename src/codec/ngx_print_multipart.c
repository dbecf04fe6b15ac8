
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_media.h"
#include "ngx_print_multipart.h"


typedef enum {
    sw_preamble = 0,
    sw_delimiter,             /* behind the boundary */
    sw_delimiter_lf,
    sw_close,
    sw_header_start,
    sw_header,
    sw_header_lf,
    sw_headers_lf,
    sw_value,
    sw_done
} ngx_print_multipart_state_e;


static u_char *ngx_print_multipart_text(ngx_print_multipart_t *m, u_char *p,
    u_char *last);
static void ngx_print_multipart_keep(ngx_print_multipart_t *m, u_char *p,
    size_t len);
static ngx_int_t ngx_print_multipart_head(ngx_print_multipart_t *m, u_char ch);
static ngx_int_t ngx_print_multipart_line_start(ngx_print_multipart_t *m,
    u_char ch);
static ngx_int_t ngx_print_multipart_header(ngx_print_multipart_t *m,
    u_char ch);
static ngx_int_t ngx_print_multipart_value(ngx_print_multipart_t *m);
static ngx_int_t ngx_print_multipart_line(ngx_print_multipart_t *m);
static ngx_int_t ngx_print_multipart_disposition(ngx_print_multipart_t *m,
    ngx_str_t *header);
static void ngx_print_multipart_name(ngx_print_multipart_t *m,
    ngx_str_t *text);
static ngx_int_t ngx_print_multipart_type(ngx_print_multipart_t *m,
    ngx_str_t *header);
static ngx_int_t ngx_print_multipart_encoding(ngx_print_multipart_t *m,
    ngx_str_t *header);
static ngx_int_t ngx_print_multipart_refuse(ngx_print_multipart_t *m,
    ngx_print_multipart_error_e error, ngx_str_t *detail);


ngx_int_t
ngx_print_multipart_init(ngx_print_multipart_t *m, ngx_str_t *boundary,
    u_char *out)
{
    size_t  i;

    if (boundary->len == 0 || boundary->len > NGX_PRINT_MULTIPART_BOUNDARY) {
        return NGX_DECLINED;
    }

    for (i = 0; i < boundary->len; i++) {
        if (boundary->data[i] < ' ' || boundary->data[i] > '~') {
            return NGX_DECLINED;
        }
    }

    ngx_memzero(m, sizeof(ngx_print_multipart_t));

    ngx_memcpy(m->delimiter, "\r\n--", 4);
    ngx_memcpy(m->delimiter + 4, boundary->data, boundary->len);

    m->len = 4 + boundary->len;
    m->out = out;

    /* the first delimiter needs no line break in front of it */

    m->matched = 2;
    m->from = 2;

    return NGX_OK;
}


ngx_int_t
ngx_print_multipart_next(ngx_print_multipart_t *m, u_char **pos, u_char *last)
{
    u_char     *p;
    ngx_int_t   rc;

    p = *pos;
    rc = NGX_AGAIN;

    while (p < last && rc == NGX_AGAIN) {

        switch (m->state) {

        case sw_preamble:
            p = ngx_print_multipart_text(m, p, last);

            if (m->matched == m->len) {
                m->state = sw_delimiter;
            }

            break;

        case sw_value:
            p = ngx_print_multipart_text(m, p, last);

            if (m->matched == m->len) {
                m->value.len = m->out - m->value.data;
                m->state = sw_delimiter;
                rc = NGX_OK;
            }

            break;

        case sw_done:
            p = last;
            break;

        default:
            rc = ngx_print_multipart_head(m, *p++);
            break;
        }
    }

    *pos = p;

    return (rc == NGX_AGAIN && m->state == sw_done) ? NGX_DONE : rc;
}


/*
 * Reads text up to the delimiter. Its first byte, a CR, is nowhere else in it:
 * if a part of it is followed by another byte, no shorter part of it can be the
 * beginning of the delimiter, except this byte itself.
 */

static u_char *
ngx_print_multipart_text(ngx_print_multipart_t *m, u_char *p, u_char *last)
{
    u_char  *cr;

    while (p < last) {

        if (m->matched == 0) {
            cr = ngx_strlchr(p, last, '\r');

            if (cr == NULL) {
                cr = last;
            }

            ngx_print_multipart_keep(m, p, cr - p);

            if (cr == last) {
                return last;
            }

            m->matched = 1;
            m->from = 0;
            p = cr + 1;
            continue;
        }

        if (*p == m->delimiter[m->matched]) {
            p++;

            if (++m->matched == m->len) {
                return p;
            }

            continue;
        }

        ngx_print_multipart_keep(m, m->delimiter + m->from,
                                 m->matched - m->from);
        m->matched = 0;
    }

    return p;
}


static void
ngx_print_multipart_keep(ngx_print_multipart_t *m, u_char *p, size_t len)
{
    if (m->state == sw_value) {
        m->out = ngx_cpymem(m->out, p, len);
    }
}


/* Reads a byte of what follows a boundary, or of the headers. */

static ngx_int_t
ngx_print_multipart_head(ngx_print_multipart_t *m, u_char ch)
{
    switch (m->state) {

    case sw_delimiter:

        if (ch == ' ' || ch == '\t') {
            return NGX_AGAIN;
        }

        if (ch == '\r' || ch == '-') {
            m->state = (ch == '-') ? sw_close : sw_delimiter_lf;
            return NGX_AGAIN;
        }

        break;

    case sw_close:

        if (ch == '-') {
            m->state = sw_done;
            return NGX_AGAIN;
        }

        break;

    case sw_delimiter_lf:

        if (ch == '\n') {
            m->state = sw_header_start;
            m->line = m->out;
            m->named = 0;
            return NGX_AGAIN;
        }

        break;

    case sw_header_start:
        return ngx_print_multipart_line_start(m, ch);

    case sw_header:
        return ngx_print_multipart_header(m, ch);

    case sw_header_lf:

        if (ch == '\n') {
            m->state = sw_header_start;
            return NGX_AGAIN;
        }

        break;

    default: /* sw_headers_lf */

        if (ch == '\n') {
            return ngx_print_multipart_value(m);
        }

        break;
    }

    return ngx_print_multipart_refuse(m, NGX_PRINT_MULTIPART_MALFORMED, NULL);
}


/* A line that begins with white space continues the one before. */

static ngx_int_t
ngx_print_multipart_line_start(ngx_print_multipart_t *m, u_char ch)
{
    if ((ch == ' ' || ch == '\t') && m->out > m->line) {
        *m->out++ = ch;
        m->state = sw_header;
        return NGX_AGAIN;
    }

    if (ngx_print_multipart_line(m) != NGX_OK) {
        return NGX_DECLINED;
    }

    if (ch == '\r') {
        m->state = sw_headers_lf;
        return NGX_AGAIN;
    }

    return ngx_print_multipart_header(m, ch);
}


static ngx_int_t
ngx_print_multipart_header(ngx_print_multipart_t *m, u_char ch)
{
    if (ch == '\n' || ch == '\0') {
        return ngx_print_multipart_refuse(m, NGX_PRINT_MULTIPART_MALFORMED,
                                          NULL);
    }

    if (ch == '\r') {
        m->state = sw_header_lf;

    } else {
        m->state = sw_header;
        *m->out++ = ch;
    }

    return NGX_AGAIN;
}


/* Begins the value of a field, behind the empty line. */

static ngx_int_t
ngx_print_multipart_value(ngx_print_multipart_t *m)
{
    if (!m->named) {
        return ngx_print_multipart_refuse(m, NGX_PRINT_MULTIPART_NAME, NULL);
    }

    m->state = sw_value;
    m->value.data = m->out;

    /* the delimiter may follow at once: its line break was just read */

    m->matched = 2;
    m->from = 2;

    return NGX_AGAIN;
}


/* Handles a complete header line, and leaves no more than the name of it. */

static ngx_int_t
ngx_print_multipart_line(ngx_print_multipart_t *m)
{
    u_char     *colon;
    ngx_int_t   rc;
    ngx_str_t   key, value;

    if (m->out == m->line) {
        return NGX_OK;
    }

    colon = ngx_strlchr(m->line, m->out, ':');

    if (colon == NULL) {
        return ngx_print_multipart_refuse(m, NGX_PRINT_MULTIPART_MALFORMED,
                                          NULL);
    }

    key.data = m->line;
    key.len = colon - m->line;

    value.data = colon + 1;
    value.len = m->out - value.data;

    m->out = m->line;
    rc = NGX_OK;

    if (ngx_print_media_is(&key, "content-disposition")) {
        rc = ngx_print_multipart_disposition(m, &value);

    } else if (ngx_print_media_is(&key, "content-type")) {
        rc = ngx_print_multipart_type(m, &value);

    } else if (ngx_print_media_is(&key, "content-transfer-encoding")) {
        rc = ngx_print_multipart_encoding(m, &value);
    }

    m->line = m->out;

    return rc;
}


static ngx_int_t
ngx_print_multipart_disposition(ngx_print_multipart_t *m, ngx_str_t *header)
{
    ngx_int_t  rc;
    ngx_str_t  word, param, value, name;

    word = ngx_print_media_word(header);

    ngx_str_null(&name);

    for ( ;; ) {
        rc = ngx_print_media_param(header, &param, &value);

        if (rc == NGX_DONE) {
            break;
        }

        if (rc != NGX_OK) {
            return ngx_print_multipart_refuse(m, NGX_PRINT_MULTIPART_MALFORMED,
                                              NULL);
        }

        if (ngx_print_media_is(&param, "filename")
            || ngx_print_media_is(&param, "filename*"))
        {
            return ngx_print_multipart_refuse(m, NGX_PRINT_MULTIPART_FILE,
                                              &value);
        }

        if (ngx_print_media_is(&param, "name")) {

            if (name.data) {
                return ngx_print_multipart_refuse(m,
                                                  NGX_PRINT_MULTIPART_MALFORMED,
                                                  NULL);
            }

            name = value;
        }
    }

    if (m->named || name.data == NULL
        || !ngx_print_media_is(&word, "form-data"))
    {
        return ngx_print_multipart_refuse(m, NGX_PRINT_MULTIPART_NAME, NULL);
    }

    ngx_print_multipart_name(m, &name);

    return NGX_OK;
}


/*
 * Decodes a name to the place of its header line, which lies before it. HTML
 * writes quotes and line breaks as %22, %0D and %0A and nothing else; other
 * programs put a backslash before a quote and a backslash.
 */

static void
ngx_print_multipart_name(ngx_print_multipart_t *m, ngx_str_t *text)
{
    u_char     *p, *last;
    ngx_int_t   ch;

    m->name.data = m->out;
    last = text->data + text->len;

    for (p = text->data; p < last; p++) {

        if (*p == '\\' && last - p > 1 && (p[1] == '"' || p[1] == '\\')) {
            p++;

        } else if (*p == '%' && last - p > 2) {
            ch = ngx_hextoi(p + 1, 2);

            if (ch == '"' || ch == '\r' || ch == '\n') {
                *m->out++ = (u_char) ch;
                p += 2;
                continue;
            }
        }

        *m->out++ = *p;
    }

    m->name.len = m->out - m->name.data;
    m->named = 1;
}


static ngx_int_t
ngx_print_multipart_type(ngx_print_multipart_t *m, ngx_str_t *header)
{
    ngx_str_t  word, charset;

    word = ngx_print_media_word(header);

    /* parts that have parts are files */

    if (word.len >= 10
        && ngx_strncasecmp(word.data, (u_char *) "multipart/", 10) == 0)
    {
        return ngx_print_multipart_refuse(m, NGX_PRINT_MULTIPART_FILE, &word);
    }

    if (ngx_print_media_charset(*header, &charset) != NGX_OK) {
        return ngx_print_multipart_refuse(m, NGX_PRINT_MULTIPART_CHARSET,
                                          &charset);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_print_multipart_encoding(ngx_print_multipart_t *m, ngx_str_t *header)
{
    ngx_str_t  word;

    word = ngx_print_media_word(header);

    if (ngx_print_media_is(&word, "binary")
        || ngx_print_media_is(&word, "8bit")
        || ngx_print_media_is(&word, "7bit"))
    {
        return NGX_OK;
    }

    return ngx_print_multipart_refuse(m, NGX_PRINT_MULTIPART_ENCODING, &word);
}


static ngx_int_t
ngx_print_multipart_refuse(ngx_print_multipart_t *m,
    ngx_print_multipart_error_e error, ngx_str_t *detail)
{
    m->error = error;

    if (detail) {
        m->detail = *detail;
    }

    return NGX_DECLINED;
}
