
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_form.h"
#include "ngx_print_json.h"
#include "ngx_print_jsonp.h"


/*
 * U+2028 and U+2029 end a line of a script, so they are escaped: lengths in
 * UTF-8 and as an escape.
 */
#define NGX_PRINT_JSONP_LINE       3
#define NGX_PRINT_JSONP_LINE_LEN   (sizeof("\\u2028") - 1)

#define ngx_print_jsonp_line(p, last)                                         \
    ((last) - (p) >= NGX_PRINT_JSONP_LINE                                     \
     && (p)[0] == 0xe2 && (p)[1] == 0x80 && ((p)[2] & 0xfe) == 0xa8)


static u_char *ngx_print_jsonp_lines(u_char *p, u_char *src, u_char *last);
static void ngx_print_jsonp_newlines(ngx_str_t *text);


static ngx_str_t  ngx_print_jsonp_head = ngx_string("___eio[");
static ngx_str_t  ngx_print_jsonp_call = ngx_string("](");
static ngx_str_t  ngx_print_jsonp_foot = ngx_string(");");


uintptr_t
ngx_print_jsonp_write(u_char *p, ngx_str_t *index, ngx_str_t *payload)
{
    u_char  *start, *last;
    size_t   i, more;

    more = 0;
    last = payload->data + payload->len;

    for (start = payload->data; start < last; start++) {
        if (ngx_print_jsonp_line(start, last)) {
            more += NGX_PRINT_JSONP_LINE_LEN - NGX_PRINT_JSONP_LINE;
        }
    }

    if (p == NULL) {
        return ngx_print_jsonp_head.len + index->len
               + ngx_print_jsonp_call.len
               + ngx_print_json_string(NULL, payload->data, payload->len)
               + more + ngx_print_jsonp_foot.len;
    }

    p = ngx_cpymem(p, ngx_print_jsonp_head.data, ngx_print_jsonp_head.len);

    for (i = 0; i < index->len; i++) {
        if (index->data[i] >= '0' && index->data[i] <= '9') {
            *p++ = index->data[i];
        }
    }

    p = ngx_cpymem(p, ngx_print_jsonp_call.data, ngx_print_jsonp_call.len);

    /*
     * Write the string so far behind p that its longer form, from p on, ends
     * where the string ends.
     */

    start = p + more;
    last = (u_char *) ngx_print_json_string(start, payload->data,
                                            payload->len);

    p = ngx_print_jsonp_lines(p, start, last);

    return (uintptr_t) ngx_cpymem(p, ngx_print_jsonp_foot.data,
                                  ngx_print_jsonp_foot.len);
}


static u_char *
ngx_print_jsonp_lines(u_char *p, u_char *src, u_char *last)
{
    u_char  ch;

    while (src < last) {

        if (!ngx_print_jsonp_line(src, last)) {
            *p++ = *src++;
            continue;
        }

        ch = src[2];
        src += NGX_PRINT_JSONP_LINE;

        p = ngx_cpymem(p, "\\u202", NGX_PRINT_JSONP_LINE_LEN - 1);
        *p++ = (ch == 0xa8) ? '8' : '9';
    }

    return p;
}


ngx_int_t
ngx_print_jsonp_read(ngx_str_t *body)
{
    ngx_str_t   form, name, value;
    ngx_uint_t  n;

    form = *body;
    n = 0;

    while (ngx_print_form_next(&form, &name, &value) == NGX_OK) {

        if (name.len == 1 && name.data[0] == 'd') {
            *body = value;
            n++;
        }
    }

    if (n != 1) {
        return NGX_DECLINED;
    }

    ngx_print_jsonp_newlines(body);

    return NGX_OK;
}


/*
 * Browsers turn newlines of a form into CRLF, so a client writes "\n" for a
 * newline, and "\\n" for "\n".
 */

static void
ngx_print_jsonp_newlines(ngx_str_t *text)
{
    u_char  *d, *p, *last;

    p = text->data;
    last = p + text->len;

    for (d = p; p < last; p++) {

        if (*p == '\\' && last - p > 1 && p[1] == 'n') {
            *d++ = LF;
            p++;

        } else if (*p == '\\' && last - p > 2 && p[1] == '\\' && p[2] == 'n') {
            *d++ = '\\';
            *d++ = 'n';
            p += 2;

        } else {
            *d++ = *p;
        }
    }

    text->len = d - text->data;
}
