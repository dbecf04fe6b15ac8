
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A form, compared with a loop that cuts at each "&".
 */


#include "fuzz.h"
#include "ngx_print_form.h"


static void form_check(ngx_str_t *text, const u_char *p, const u_char *last);


void
fuzz_target(u_char *p, size_t len)
{
    ngx_str_t      form, name, value;
    const u_char  *start, *end, *equals, *last;

    form.data = fuzz_copy(p, len);
    form.len = len;

    last = p + len;

    for (start = p; start < last; start = end + 1) {

        for (end = start; end < last && *end != '&'; end++) {
            /* void */
        }

        if (end == start) {
            continue;
        }

        for (equals = start; equals < end && *equals != '='; equals++) {
            /* void */
        }

        fuzz_check(ngx_print_form_next(&form, &name, &value) == NGX_OK);

        form_check(&name, start, equals);
        form_check(&value, equals < end ? equals + 1 : end, end);
    }

    fuzz_check(ngx_print_form_next(&form, &name, &value) == NGX_DONE);
}


static void
form_check(ngx_str_t *text, const u_char *p, const u_char *last)
{
    size_t        n;
    u_char       *slow;
    unsigned int  c;

    slow = fuzz_room(last - p);
    n = 0;

    while (p < last) {
        char  hex[3] = { 0 };

        if (last - p > 2 && isxdigit(p[1]) && isxdigit(p[2])) {
            memcpy(hex, p + 1, 2);
        }

        if (*p == '%' && sscanf(hex, "%x", &c) == 1) {
            slow[n++] = (u_char) c;
            p += 3;

        } else {
            slow[n++] = (u_char) (*p == '+' ? ' ' : *p);
            p++;
        }
    }

    fuzz_check(fuzz_same(text->data, text->len, slow, n));
}
