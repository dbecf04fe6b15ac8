
/*
 * Copyright (C) the print hub contributors
 */


/*
 * multipart/form-data: in parts of any size it gives the same fields, which are
 * those between the delimiters.  As a form it has the same fields again.
 *
 * Input: the length of the boundary, a byte that says where to split, the
 * boundary, the body.
 */


#include "fuzz.h"
#include "ngx_print_form.h"
#include "ngx_print_multipart.h"

#include "ngx_print_api_multipart.c"


#define MULTIPART_FIELDS  64


typedef struct {
    ngx_int_t                     rc;
    ngx_uint_t                    n;
    ngx_print_multipart_error_e   error;
    ngx_str_t                     names[MULTIPART_FIELDS];
    ngx_str_t                     values[MULTIPART_FIELDS];
} fields_t;


static void multipart_fields(fields_t *fields, ngx_str_t *boundary,
    const u_char *p, size_t len, size_t first, size_t step);
static void multipart_same(fields_t *one, fields_t *two);
static void multipart_slow(fields_t *fields, ngx_str_t *boundary,
    const u_char *p, size_t len);
static void multipart_form(fields_t *fields, ngx_str_t *boundary,
    const u_char *p, size_t len);


void
fuzz_target(u_char *p, size_t len)
{
    size_t     n, split;
    fields_t   whole, parts;
    ngx_str_t  boundary;

    n = fuzz_byte(&p, &len);
    n = ngx_min(n, len);
    split = fuzz_byte(&p, &len);
    n = ngx_min(n, len);

    boundary.data = fuzz_copy(p, n);
    boundary.len = n;

    p += n;
    len -= n;

    multipart_fields(&whole, &boundary, p, len, len, len);

    multipart_fields(&parts, &boundary, p, len, split, len);
    multipart_same(&whole, &parts);

    multipart_fields(&parts, &boundary, p, len, 1, 1);
    multipart_same(&whole, &parts);

    multipart_slow(&whole, &boundary, p, len);
    multipart_form(&whole, &boundary, p, len);
}


ngx_int_t
ngx_print_api_fault(ngx_print_api_fault_t *fault, ngx_uint_t status,
    const char *text, ngx_str_t *value)
{
    fault->status = status;
    fault->text = text;

    return NGX_DECLINED;
}


static void
multipart_fields(fields_t *fields, ngx_str_t *boundary, const u_char *p,
    size_t len, size_t first, size_t step)
{
    size_t                  i, n;
    u_char                 *pos, *last;
    ngx_print_multipart_t   m;

    memset(fields, 0, sizeof(fields_t));

    fields->rc = ngx_print_multipart_init(&m, boundary, fuzz_room(len));

    if (fields->rc != NGX_OK) {
        return;
    }

    for (i = 0, n = first; i < len; i += n, n = step) {
        n = ngx_min(ngx_max(n, 1), len - i);

        pos = fuzz_copy(p + i, n);
        last = pos + n;

        while ((fields->rc = ngx_print_multipart_next(&m, &pos, last))
               == NGX_OK)
        {
            if (fields->n < MULTIPART_FIELDS) {
                fields->names[fields->n] = m.name;
                fields->values[fields->n] = m.value;
            }

            fields->n++;
        }

        if (fields->rc == NGX_DECLINED) {
            fields->error = m.error;
            return;
        }

        fuzz_check(pos == last);
    }
}


static void
multipart_same(fields_t *one, fields_t *two)
{
    ngx_uint_t  i;

    fuzz_check(one->rc == two->rc && one->n == two->n);
    fuzz_check(one->error == two->error);

    for (i = 0; i < one->n && i < MULTIPART_FIELDS; i++) {
        fuzz_check(fuzz_same(one->names[i].data, one->names[i].len,
                             two->names[i].data, two->names[i].len));
        fuzz_check(fuzz_same(one->values[i].data, one->values[i].len,
                             two->values[i].data, two->values[i].len));
    }
}


/* what lies between the end of each head and the next delimiter */

static void
multipart_slow(fields_t *fields, ngx_str_t *boundary, const u_char *p,
    size_t len)
{
    u_char        *delimiter, *text;
    size_t         n;
    ngx_uint_t     i;
    const u_char  *start, *end, *last;

    if (fields->n == 0) {
        return;
    }

    /* with a line break in front, which the first delimiter may lack */

    text = fuzz_room(len + 2);
    memcpy(text, "\r\n", 2);
    memcpy(text + 2, p, len);
    last = text + 2 + len;

    delimiter = fuzz_room(boundary->len + 4);
    memcpy(delimiter, "\r\n--", 4);
    memcpy(delimiter + 4, boundary->data, boundary->len);
    n = boundary->len + 4;

    end = memmem(text, last - text, delimiter, n);

    for (i = 0; i < fields->n && i < MULTIPART_FIELDS; i++) {
        fuzz_check(end != NULL);

        start = memmem(end, last - end, "\r\n\r\n", 4);
        fuzz_check(start != NULL);

        /* the value may be empty, and end with the head's own line break */

        end = memmem(start + 2, last - start - 2, delimiter, n);
        fuzz_check(end != NULL);

        if (end == start + 2) {
            fuzz_check(fields->values[i].len == 0);

        } else {
            fuzz_check(fuzz_same(fields->values[i].data, fields->values[i].len,
                                 start + 4, end - start - 4));
        }
    }
}


static void
multipart_form(fields_t *fields, ngx_str_t *boundary, const u_char *p,
    size_t len)
{
    ngx_int_t              rc;
    ngx_str_t              text, name, value;
    ngx_uint_t             i;
    ngx_print_api_fault_t  fault;

    text.data = fuzz_copy(p, len);
    text.len = len;

    rc = ngx_print_api_multipart(NULL, boundary, &text, &fault);

    fuzz_check(rc != NGX_OK || fields->rc == NGX_DONE);

    if (rc != NGX_OK) {
        fuzz_check(rc == NGX_DECLINED && fault.status >= 400);
        return;
    }

    for (i = 0; i < fields->n && i < MULTIPART_FIELDS; i++) {
        fuzz_check(ngx_print_form_next(&text, &name, &value) == NGX_OK);
        fuzz_check(fuzz_same(fields->names[i].data, fields->names[i].len,
                             name.data, name.len));
        fuzz_check(fuzz_same(fields->values[i].data, fields->values[i].len,
                             value.data, value.len));
    }
}
