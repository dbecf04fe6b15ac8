
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_media.h"


static ngx_int_t ngx_print_media_value(u_char **p, u_char *last,
    ngx_str_t *value);
static u_char *ngx_print_media_space(u_char *p, u_char *last);
static ngx_uint_t ngx_print_media_ends(u_char *p, u_char *last);
static u_char *ngx_print_media_quoted(u_char *p, u_char *last);


ngx_str_t
ngx_print_media_word(ngx_str_t *header)
{
    u_char     *p, *last;
    ngx_str_t   word;

    last = header->data + header->len;

    word.data = ngx_print_media_space(header->data, last);

    for (p = word.data; !ngx_print_media_ends(p, last); p++) {
        /* void */
    }

    word.len = p - word.data;

    header->data = p;
    header->len = last - p;

    return word;
}


ngx_int_t
ngx_print_media_param(ngx_str_t *header, ngx_str_t *name, ngx_str_t *value)
{
    u_char     *p, *end, *last;
    ngx_int_t   rc;

    p = header->data;
    last = p + header->len;

    while (p < last && ngx_print_media_ends(p, last)) {
        p++;
    }

    if (p == last) {
        header->len = 0;
        return NGX_DONE;
    }

    name->data = p;

    while (!ngx_print_media_ends(p, last) && *p != '=') {
        p++;
    }

    name->len = p - name->data;

    end = ngx_print_media_space(p, last);

    value->data = p;
    value->len = 0;
    rc = NGX_OK;

    if (end < last && *end == '=') {
        p = ngx_print_media_space(end + 1, last);
        rc = ngx_print_media_value(&p, last, value);
    }

    header->data = p;
    header->len = last - p;

    return rc;
}


/* Reads a value at *p, and moves *p behind it. */

static ngx_int_t
ngx_print_media_value(u_char **p, u_char *last, ngx_str_t *value)
{
    u_char  *start, *end;

    start = *p;

    if (start < last && *start == '"') {
        end = ngx_print_media_quoted(start + 1, last);

        if (end && ngx_print_media_ends(end + 1, last)) {
            value->data = start + 1;
            value->len = end - value->data;
            *p = end + 1;
            return NGX_OK;
        }

        value->data = start;
        value->len = last - start;
        *p = last;
        return NGX_DECLINED;
    }

    for (end = start; !ngx_print_media_ends(end, last); end++) {
        /* void */
    }

    value->data = start;
    value->len = end - start;
    *p = end;

    return NGX_OK;
}


static u_char *
ngx_print_media_space(u_char *p, u_char *last)
{
    while (p < last && (*p == ' ' || *p == '\t')) {
        p++;
    }

    return p;
}


/* Returns 1 if a word ends at p. */

static ngx_uint_t
ngx_print_media_ends(u_char *p, u_char *last)
{
    return p == last || *p == ';' || *p == ' ' || *p == '\t';
}


/* Returns the closing quote, or NULL; a backslash quotes the next byte. */

static u_char *
ngx_print_media_quoted(u_char *p, u_char *last)
{
    for ( /* void */ ; p < last; p++) {

        if (*p == '"') {
            return p;
        }

        if (*p == '\\' && last - p > 1) {
            p++;
        }
    }

    return NULL;
}


ngx_int_t
ngx_print_media_charset(ngx_str_t header, ngx_str_t *charset)
{
    ngx_int_t  rc;
    ngx_str_t  name;

    for ( ;; ) {
        rc = ngx_print_media_param(&header, &name, charset);

        if (rc == NGX_DONE) {
            return NGX_OK;
        }

        if (!ngx_print_media_is(&name, "charset")) {

            if (rc == NGX_DECLINED) {
                return NGX_ABORT;
            }

            continue;
        }

        if (rc == NGX_DECLINED
            || (!ngx_print_media_is(charset, "utf-8")
                && !ngx_print_media_is(charset, "utf8")))
        {
            return NGX_DECLINED;
        }
    }
}


ngx_uint_t
ngx_print_media_is(ngx_str_t *text, const char *word)
{
    return text->len == ngx_strlen(word)
           && ngx_strncasecmp(text->data, (u_char *) word, text->len) == 0;
}
