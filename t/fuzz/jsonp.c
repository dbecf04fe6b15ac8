
/*
 * Copyright (C) the print hub contributors
 */


/*
 * JSONP: the script is one call with the payload as a string, without bytes
 * that end a line; a form with "d" is the payload that was put there.
 *
 * Input: the length of the index, the index, the payload or form.
 */


#include "fuzz.h"
#include "ngx_print_json.h"
#include "ngx_print_jsonp.h"


static void jsonp_script(u_char *p, size_t len, ngx_str_t *index);
static void jsonp_posted(u_char *p, size_t len);
static void jsonp_read(u_char *p, size_t len);


void
fuzz_target(u_char *p, size_t len)
{
    size_t     n;
    ngx_str_t  index;

    n = fuzz_byte(&p, &len);
    n = ngx_min(n, len);

    index.data = fuzz_copy(p, n);
    index.len = n;

    jsonp_script(p + n, len - n, &index);
    jsonp_posted(p + n, len - n);
    jsonp_read(p + n, len - n);
}


static void
jsonp_script(u_char *p, size_t len, ngx_str_t *index)
{
    u_char     *script, *last, *text, *want;
    size_t      size, i;
    ngx_str_t   payload, raw;

    payload.data = p;
    payload.len = len;

    size = ngx_print_jsonp_write(NULL, index, &payload);
    script = fuzz_room(size);
    last = (u_char *) ngx_print_jsonp_write(script, index, &payload);

    fuzz_check(last <= script + size);
    fuzz_check(last - script >= 13);
    fuzz_check(memcmp(script, "___eio[", 7) == 0);

    for (p = script + 7, i = 0; i < index->len; i++) {
        if (isdigit(index->data[i])) {
            fuzz_check(*p == index->data[i]);
            p++;
        }
    }

    fuzz_check(memcmp(p, "](\"", 3) == 0);
    fuzz_check(memcmp(last - 3, "\");", 3) == 0);

    raw.data = p + 2;
    raw.len = last - 2 - raw.data;

    for (i = 0; i < raw.len; i++) {
        fuzz_check(raw.data[i] >= ' ');
        fuzz_check(raw.len - i < 3 || memcmp(&raw.data[i], "\xe2\x80\xa8", 3));
        fuzz_check(raw.len - i < 3 || memcmp(&raw.data[i], "\xe2\x80\xa9", 3));
    }

    text = fuzz_room(raw.len);
    want = fuzz_room(3 * len);

    fuzz_check(fuzz_same(text, ngx_print_json_unescape(text, &raw) - text,
                         want,
                         ngx_print_json_utf8(want, payload.data, len) - want));
}


/* the payload as a client of Engine.IO posts it */

static void
jsonp_posted(u_char *p, size_t len)
{
    u_char     *form, *d;
    size_t      i;
    ngx_str_t   body;

    form = fuzz_room(2 + 9 * len);
    d = form;
    *d++ = 'd';
    *d++ = '=';

    for (i = 0; i < len; i++) {

        if (p[i] == '\n') {
            d += sprintf((char *) d, "%%5Cn");

        } else if (p[i] == '\\' && len - i > 1 && p[i + 1] == 'n') {
            d += sprintf((char *) d, "%%5C%%5Cn");
            i++;

        } else {
            d += sprintf((char *) d, "%%%02x", p[i]);
        }
    }

    body.data = form;
    body.len = d - form;

    fuzz_check(ngx_print_jsonp_read(&body) == NGX_OK);

    /* two backslashes before an "n" are ambiguous in this protocol */

    for (i = 0; i + 2 < len; i++) {
        if (p[i] == '\\' && p[i + 1] == '\\') {
            return;
        }

        if (p[i] == '\\' && p[i + 1] == '\n') {
            return;
        }
    }

    if (len < 2 || p[len - 2] != '\\' || p[len - 1] != '\n') {
        fuzz_check(fuzz_same(body.data, body.len, p, len));
    }
}


static void
jsonp_read(u_char *p, size_t len)
{
    ngx_str_t  body;

    body.data = fuzz_copy(p, len);
    body.len = len;

    if (ngx_print_jsonp_read(&body) == NGX_OK) {
        fuzz_check(body.len <= len);
    }
}
