
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_accept.h"


static u_char *ngx_print_accept_end(u_char *p, u_char *last, u_char ch);
static void ngx_print_accept_trim(ngx_str_t *text);
static ngx_print_accept_e ngx_print_accept_by(ngx_str_t *type,
    ngx_str_t *range);
static ngx_uint_t ngx_print_accept_quality(u_char *p, u_char *last);
static ngx_uint_t ngx_print_accept_number(ngx_str_t *text);


void
ngx_print_accept(ngx_print_accept_t *accept, ngx_str_t *header)
{
    u_char              *p, *last, *end, *semicolon;
    ngx_str_t            range;
    ngx_uint_t           quality;
    ngx_print_accept_e   by;

    last = header->data + header->len;

    for (p = header->data; p < last; p = end + 1) {

        end = ngx_print_accept_end(p, last, ',');
        semicolon = ngx_print_accept_end(p, end, ';');

        range.data = p;
        range.len = semicolon - p;

        ngx_print_accept_trim(&range);

        by = ngx_print_accept_by(&accept->type, &range);

        if (by == NGX_PRINT_ACCEPT_NOT || by < accept->by) {
            continue;
        }

        quality = ngx_print_accept_quality(semicolon, end);

        if (by > accept->by || quality > accept->quality) {
            accept->by = by;
            accept->quality = quality;
        }
    }
}


/* Returns the place of ch outside of quotes, or last. */

static u_char *
ngx_print_accept_end(u_char *p, u_char *last, u_char ch)
{
    ngx_uint_t  quoted;

    quoted = 0;

    for ( /* void */ ; p < last; p++) {

        if (*p == '"') {
            quoted = !quoted;

        } else if (quoted && *p == '\\' && p + 1 < last) {
            p++;

        } else if (!quoted && *p == ch) {
            break;
        }
    }

    return p;
}


static void
ngx_print_accept_trim(ngx_str_t *text)
{
    while (text->len && (text->data[0] == ' ' || text->data[0] == '\t')) {
        text->data++;
        text->len--;
    }

    while (text->len
           && (text->data[text->len - 1] == ' '
               || text->data[text->len - 1] == '\t'))
    {
        text->len--;
    }
}


static ngx_print_accept_e
ngx_print_accept_by(ngx_str_t *type, ngx_str_t *range)
{
    size_t  len;

    if (range->len == 3 && ngx_strncmp(range->data, "*/*", 3) == 0) {
        return NGX_PRINT_ACCEPT_ALL;
    }

    if (range->len == type->len
        && ngx_strncasecmp(range->data, type->data, type->len) == 0)
    {
        return NGX_PRINT_ACCEPT_NAMED;
    }

    /* a range of subtypes is the same up to the slash, and then has a star */

    len = range->len - ngx_min(range->len, 1);

    return (len > 1 && len < type->len
            && range->data[len] == '*' && range->data[len - 1] == '/'
            && ngx_strncasecmp(range->data, type->data, len) == 0)
           ? NGX_PRINT_ACCEPT_SUBTYPES : NGX_PRINT_ACCEPT_NOT;
}


/* Returns the quality of ";name=value;q=0.5". */

static ngx_uint_t
ngx_print_accept_quality(u_char *p, u_char *last)
{
    u_char     *end;
    ngx_str_t   text;

    for ( /* void */ ; p < last; p = end) {

        end = ngx_print_accept_end(p + 1, last, ';');

        text.data = p + 1;
        text.len = end - text.data;

        ngx_print_accept_trim(&text);

        if (text.len >= 2 && (text.data[0] | 0x20) == 'q'
            && text.data[1] == '=')
        {
            text.data += 2;
            text.len -= 2;

            return ngx_print_accept_number(&text);
        }
    }

    return 1000;
}


/* Reads "0.5", with up to three digits behind the point, as thousandths. */

static ngx_uint_t
ngx_print_accept_number(ngx_str_t *text)
{
    size_t      i;
    ngx_uint_t  n, unit;

    if (text->len == 0 || text->len > sizeof("1.000") - 1
        || (text->data[0] != '0' && text->data[0] != '1')
        || (text->len > 1 && text->data[1] != '.'))
    {
        return 0;
    }

    unit = 1000;
    n = (text->data[0] - '0') * unit;

    for (i = 2; i < text->len; i++) {

        if (text->data[i] < '0' || text->data[i] > '9') {
            return 0;
        }

        unit /= 10;
        n += (text->data[i] - '0') * unit;
    }

    return n > 1000 ? 0 : n;
}
