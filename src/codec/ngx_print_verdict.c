
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_json.h"
#include "ngx_print_verdict.h"


#define NGX_PRINT_VERDICT_MEMBERS  32       /* of a body, that are searched */

/* with the rest of a character that begins within the message */
#define NGX_PRINT_VERDICT_LINE     (NGX_PRINT_VERDICT_MESSAGE + 3)


static size_t ngx_print_verdict_string(ngx_str_t *raw, u_char *buf);
static size_t ngx_print_verdict_line(ngx_str_t *body, u_char *buf);
static void ngx_print_verdict_trim(ngx_str_t *text);


ngx_str_t
ngx_print_verdict_message(ngx_str_t *body, u_char *buf, ngx_str_t *data)
{
    ngx_str_t                message;
    ngx_uint_t               n;
    ngx_print_json_value_t   value, elts[NGX_PRINT_VERDICT_MEMBERS], *member;

    static ngx_str_t         message_name = ngx_string("message");
    static ngx_str_t         data_name = ngx_string("data");

    ngx_str_null(data);

    message.data = buf;
    message.len = 0;

    if (body->len
        && ngx_print_json_read(body, &value, elts, NGX_PRINT_VERDICT_MEMBERS,
                               &n)
           == NGX_OK
        && value.type == NGX_PRINT_JSON_OBJECT)
    {
        n = ngx_min(n, NGX_PRINT_VERDICT_MEMBERS);

        member = ngx_print_json_member(elts, n, &message_name);

        if (member && member->type == NGX_PRINT_JSON_STRING) {
            message.len = ngx_print_verdict_string(&member->raw, buf);
        }

        member = ngx_print_json_member(elts, n, &data_name);

        if (member && member->type == NGX_PRINT_JSON_OBJECT) {
            *data = member->raw;
        }

    } else {
        message.len = ngx_print_verdict_line(body, buf);
    }

    if (message.len == 0) {
        ngx_str_set(&message, "Not authorized");
    }

    return message;
}


/* Decodes a string of JSON, as far as its characters fit into the message. */

static size_t
ngx_print_verdict_string(ngx_str_t *raw, u_char *buf)
{
    u_char  *p, *src, *last, *end, ch[4];
    size_t   len;

    p = buf;
    end = buf + NGX_PRINT_VERDICT_MESSAGE;

    src = raw->data + 1;
    last = raw->data + raw->len - 1;

    while (src < last) {
        len = ngx_print_json_unescape_char(ch, &src, last) - ch;

        if (len > (size_t) (end - p)) {
            break;
        }

        p = ngx_cpymem(p, ch, len);
    }

    return p - buf;
}


static size_t
ngx_print_verdict_line(ngx_str_t *body, u_char *buf)
{
    u_char     text[3 * NGX_PRINT_VERDICT_LINE];
    size_t     len;
    ngx_str_t  line;

    line = *body;

    ngx_print_verdict_trim(&line);

    if (line.len == 0 || line.data[0] == '<') {
        return 0;
    }

    for (len = 0; len < line.len; len++) {
        if (line.data[len] == CR || line.data[len] == LF) {
            break;
        }
    }

    line.len = len;

    ngx_print_verdict_trim(&line);

    len = ngx_min(line.len, NGX_PRINT_VERDICT_LINE);
    len = ngx_print_json_utf8(text, line.data, len) - text;

    if (len > NGX_PRINT_VERDICT_MESSAGE) {
        len = NGX_PRINT_VERDICT_MESSAGE;

        while (len && (text[len] & 0xc0) == 0x80) {
            len--;
        }
    }

    ngx_memcpy(buf, text, len);

    return len;
}


static void
ngx_print_verdict_trim(ngx_str_t *text)
{
    u_char  ch;

    while (text->len) {
        ch = text->data[0];

        if (ch != ' ' && ch != '\t' && ch != CR && ch != LF) {
            break;
        }

        text->data++;
        text->len--;
    }

    while (text->len) {
        ch = text->data[text->len - 1];

        if (ch != ' ' && ch != '\t' && ch != CR && ch != LF) {
            break;
        }

        text->len--;
    }
}


ngx_int_t
ngx_print_verdict_names(ngx_str_t *value, ngx_print_verdict_name_t *names,
    ngx_uint_t *n)
{
    u_char                    *p, *last, *comma;
    ngx_str_t                  text;
    ngx_print_verdict_name_t  *name;

    last = value->data + value->len;

    for (p = value->data; p < last; p = comma + 1) {

        for (comma = p; comma < last && *comma != ','; comma++) {
            /* void */
        }

        text.data = p;
        text.len = comma - p;

        ngx_print_verdict_trim(&text);

        if (text.len == 0) {
            continue;
        }

        if (*n == NGX_PRINT_VERDICT_NAMES) {
            return NGX_DECLINED;
        }

        name = &names[(*n)++];

        name->text = text;
        name->prefix = (text.data[text.len - 1] == '*');

        if (name->prefix) {
            name->text.len--;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_print_verdict_expires(ngx_str_t *value, ngx_uint_t *seconds)
{
    size_t      i;
    ngx_uint_t  n;

    n = 0;

    for (i = 0; i < value->len; i++) {

        if (value->data[i] < '0' || value->data[i] > '9') {
            return NGX_DECLINED;
        }

        n = n * 10 + (value->data[i] - '0');
        n = ngx_min(n, NGX_PRINT_VERDICT_EXPIRES);
    }

    *seconds = n;

    return n ? NGX_OK : NGX_DECLINED;
}
