
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_form.h"


static void ngx_print_form_decode(ngx_str_t *text, u_char *p, u_char *last);


ngx_int_t
ngx_print_form_next(ngx_str_t *form, ngx_str_t *name, ngx_str_t *value)
{
    u_char  *p, *end, *equals, *last;

    last = form->data + form->len;

    for (p = form->data; p < last && *p == '&'; p++) {
        /* void */
    }

    if (p == last) {
        form->len = 0;
        return NGX_DONE;
    }

    end = ngx_strlchr(p, last, '&');

    if (end == NULL) {
        end = last;
    }

    form->data = end;
    form->len = last - end;

    equals = ngx_strlchr(p, end, '=');

    ngx_print_form_decode(name, p, equals ? equals : end);
    ngx_print_form_decode(value, equals ? equals + 1 : end, end);

    return NGX_OK;
}


/* A "%" that two hexadecimal digits do not follow stands for itself. */

static void
ngx_print_form_decode(ngx_str_t *text, u_char *p, u_char *last)
{
    u_char     *d;
    ngx_int_t   ch;

    text->data = p;

    for (d = p; p < last; p++) {

        if (*p == '+') {
            *d++ = ' ';
            continue;
        }

        ch = (*p == '%' && last - p > 2) ? ngx_hextoi(p + 1, 2) : NGX_ERROR;

        if (ch == NGX_ERROR) {
            *d++ = *p;
            continue;
        }

        *d++ = (u_char) ch;
        p += 2;
    }

    text->len = d - text->data;
}
