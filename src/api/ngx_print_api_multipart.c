
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_json.h"
#include "ngx_print_multipart.h"
#include "ngx_print_query.h"
#include "ngx_print_api.h"
#include "ngx_print_api_multipart.h"


static ngx_int_t ngx_print_api_multipart_read(ngx_str_t *boundary,
    ngx_str_t *text, u_char *out, u_char *form, size_t *len,
    ngx_print_api_fault_t *fault);
static ngx_int_t ngx_print_api_multipart_refuse(ngx_print_multipart_t *m,
    ngx_print_api_fault_t *fault);
static u_char *ngx_print_api_multipart_write(u_char *form, size_t *len,
    ngx_str_t *text, u_char end);


ngx_int_t
ngx_print_api_multipart(ngx_pool_t *pool, ngx_str_t *boundary, ngx_str_t *text,
    ngx_print_api_fault_t *fault)
{
    u_char     *out;
    ngx_int_t   rc;
    ngx_str_t   form;

    out = ngx_pnalloc(pool, text->len);
    if (out == NULL) {
        return NGX_ERROR;
    }

    /* the first pass tells whether the body is valid, and the form's length */

    rc = ngx_print_api_multipart_read(boundary, text, out, NULL, &form.len,
                                      fault);
    if (rc != NGX_OK) {
        return rc;
    }

    form.data = ngx_pnalloc(pool, form.len);
    if (form.data == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_print_api_multipart_read(boundary, text, out, form.data,
                                      &form.len, fault);
    *text = form;

    return rc;
}


/*
 * Reads the fields, and writes them to form if that is not NULL; sets *len to
 * the form's length.
 *
 *   NGX_OK        the body is valid
 *   NGX_DECLINED  the body is refused: *fault says why
 */

static ngx_int_t
ngx_print_api_multipart_read(ngx_str_t *boundary, ngx_str_t *text, u_char *out,
    u_char *form, size_t *len, ngx_print_api_fault_t *fault)
{
    u_char                 *p, *last;
    ngx_int_t               rc;
    ngx_uint_t              n;
    ngx_print_multipart_t   m;

    *len = 0;

    if (ngx_print_multipart_init(&m, boundary, out) != NGX_OK) {
        return ngx_print_api_fault(fault, NGX_HTTP_BAD_REQUEST,
                                   "invalid boundary \"%V\" of the multipart "
                                   "body, expected 1 to 70 characters",
                                   boundary);
    }

    p = text->data;
    last = p + text->len;

    for (n = 0; /* void */ ; n++) {

        rc = ngx_print_multipart_next(&m, &p, last);

        if (rc == NGX_DONE) {
            return NGX_OK;
        }

        if (rc == NGX_AGAIN) {
            return ngx_print_api_fault(fault, NGX_HTTP_BAD_REQUEST,
                                       "the multipart body ends before its "
                                       "last boundary", NULL);
        }

        if (rc != NGX_OK) {
            return ngx_print_api_multipart_refuse(&m, fault);
        }

        if (n == NGX_PRINT_QUERY_MAX_PARAMETERS) {
            return ngx_print_api_fault(fault, NGX_HTTP_BAD_REQUEST,
                                       "the multipart body has more than "
                                       ngx_value(NGX_PRINT_QUERY_MAX_PARAMETERS)
                                       " fields", NULL);
        }

        if (!ngx_print_json_is_utf8(m.name.data, m.name.len)
            || !ngx_print_json_is_utf8(m.value.data, m.value.len))
        {
            return ngx_print_api_fault(fault, NGX_HTTP_BAD_REQUEST,
                                       "the field \"%V\" of the multipart "
                                       "body is not UTF-8", &m.name);
        }

        form = ngx_print_api_multipart_write(form, len, &m.name, '=');
        form = ngx_print_api_multipart_write(form, len, &m.value, '&');
    }
}


static ngx_int_t
ngx_print_api_multipart_refuse(ngx_print_multipart_t *m,
    ngx_print_api_fault_t *fault)
{
    const char  *text;

    switch (m->error) {

    case NGX_PRINT_MULTIPART_CHARSET:
        return ngx_print_api_fault(fault, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                   NGX_PRINT_API_CHARSET, &m->detail);

    case NGX_PRINT_MULTIPART_NAME:
        text = "a part of the multipart body has no name";
        break;

    case NGX_PRINT_MULTIPART_FILE:
        text = "a part of the multipart body is a file, \"%V\"; only fields "
               "are allowed";
        break;

    case NGX_PRINT_MULTIPART_ENCODING:
        text = "a part of the multipart body has the transfer encoding "
               "\"%V\"";
        break;

    default: /* NGX_PRINT_MULTIPART_MALFORMED */
        text = "the multipart body is malformed";
        break;
    }

    return ngx_print_api_fault(fault, NGX_HTTP_BAD_REQUEST, text, &m->detail);
}


/*
 * Writes a name or a value, and the byte that ends it, if form is not NULL.
 * Adds its length to *len, and returns the place behind it.
 */

static u_char *
ngx_print_api_multipart_write(u_char *form, size_t *len, ngx_str_t *text,
    u_char end)
{
    size_t   i;
    u_char  *p, ch;

    p = form;

    for (i = 0; i < text->len; i++) {
        ch = text->data[i];

        if (ch != '%' && ch != '&' && ch != '=' && ch != '+') {

            if (p) {
                *p++ = ch;
            }

            *len += 1;
            continue;
        }

        if (p) {
            p = ngx_sprintf(p, "%%%02Xd", ch);
        }

        *len += 3;
    }

    if (p) {
        *p++ = end;
    }

    *len += 1;

    return p;
}
