
/*
 * Copyright (C) the print hub contributors
 */


/*
 * An authorizer's answer: its message, compared with the characters of its
 * first line, and its list of names, compared with a loop over its bytes.
 */


#include "fuzz.h"
#include "ngx_print_json.h"
#include "ngx_print_verdict.h"


static void verdict_body(u_char *p, size_t len);
static void verdict_line(ngx_str_t *message, u_char *p, size_t len);
static void verdict_names(u_char *p, size_t len);
static ngx_uint_t verdict_is_space(u_char ch);


void
fuzz_target(u_char *p, size_t len)
{
    ngx_str_t   value;
    ngx_uint_t  seconds;

    verdict_body(fuzz_copy(p, len), len);
    verdict_names(fuzz_copy(p, len), len);

    value.data = fuzz_copy(p, len);
    value.len = len;

    if (ngx_print_verdict_expires(&value, &seconds) == NGX_OK) {
        fuzz_check(seconds > 0 && seconds <= NGX_PRINT_VERDICT_EXPIRES);
    }
}


static void
verdict_body(u_char *p, size_t len)
{
    u_char                  *buf;
    ngx_str_t                body, message, data, text;
    ngx_print_json_value_t   value;

    buf = fuzz_room(NGX_PRINT_VERDICT_MESSAGE);

    body.data = p;
    body.len = len;

    message = ngx_print_verdict_message(&body, buf, &data);

    fuzz_check(message.len > 0 && message.len <= NGX_PRINT_VERDICT_MESSAGE);
    fuzz_check(fuzz_is_utf8(message.data, message.len));

    if (data.len) {
        fuzz_check(data.data > p && data.data + data.len < p + len);

        text.data = fuzz_copy(data.data, data.len);
        text.len = data.len;

        fuzz_check(ngx_print_json_read(&text, &value, NULL, 0, NULL) == NGX_OK
                   && value.type == NGX_PRINT_JSON_OBJECT);
    }

    if (len == 0
        || ngx_print_json_read(&body, &value, NULL, 0, NULL) != NGX_OK
        || value.type != NGX_PRINT_JSON_OBJECT)
    {
        fuzz_check(data.len == 0);
        verdict_line(&message, p, len);
    }
}


static void
verdict_line(ngx_str_t *message, u_char *p, size_t len)
{
    u_char      *slow;
    size_t       n, size, end;
    uint32_t     c;
    ngx_uint_t   more;

    while (len && verdict_is_space(*p)) {
        p++;
        len--;
    }

    for (end = 0; end < len && p[end] != '\r' && p[end] != '\n'; end++) {
        /* void */
    }

    while (end && verdict_is_space(p[end - 1])) {
        end--;
    }

    slow = fuzz_room(3 * end + 1);
    n = 0;

    while (end) {
        size = fuzz_utf8(p, p + end, &c, &more);

        if (n + (size ? size : 3) > NGX_PRINT_VERDICT_MESSAGE) {
            break;
        }

        if (size) {
            memcpy(slow + n, p, size);
            n += size;

        } else {
            memcpy(slow + n, "\xef\xbf\xbd", 3);
            n += 3;
            size = c;
        }

        p += size;
        end -= size;
    }

    if (n == 0 || slow[0] == '<') {
        fuzz_check(fuzz_same(message->data, message->len, "Not authorized",
                             14));
        return;
    }

    fuzz_check(fuzz_same(message->data, message->len, slow, n));
}


static void
verdict_names(u_char *p, size_t len)
{
    size_t                    i, first, last;
    ngx_int_t                 rc;
    ngx_str_t                 value;
    ngx_uint_t                n, found;
    ngx_print_verdict_name_t  names[NGX_PRINT_VERDICT_NAMES];

    value.data = p;
    value.len = len;

    n = 0;
    rc = ngx_print_verdict_names(&value, names, &n);

    found = 0;

    for (first = 0; first < len + 1; first = i + 1) {

        for (i = first; i < len && p[i] != ','; i++) {
            /* void */
        }

        for (last = i; last > first && verdict_is_space(p[last - 1]); last--) {
            /* void */
        }

        while (first < last && verdict_is_space(p[first])) {
            first++;
        }

        if (first == last) {
            continue;
        }

        if (++found > NGX_PRINT_VERDICT_NAMES) {
            break;
        }

        fuzz_check(found <= n);
        fuzz_check(names[found - 1].text.data == p + first);
        fuzz_check(names[found - 1].prefix == (p[last - 1] == '*'));
        fuzz_check(names[found - 1].text.len + names[found - 1].prefix
                   == last - first);
    }

    fuzz_check(rc == (found > NGX_PRINT_VERDICT_NAMES ? NGX_DECLINED
                                                      : NGX_OK));
    fuzz_check(found == n || found == n + 1);
}


static ngx_uint_t
verdict_is_space(u_char ch)
{
    return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n';
}
