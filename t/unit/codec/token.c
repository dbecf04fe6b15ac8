
/*
 * Copyright (C) the print hub contributors
 */


#include "unit.h"
#include "ngx_print_token.h"


/* a list, and its first element, NULL if there is none */

static const struct {
    const char  *list;
    const char  *first;
} cases[] = {
    { "arduino", "arduino" },
    { "arduino, other", "arduino" },
    { "arduino,other", "arduino" },
    { " \tarduino\t ,other", "arduino" },
    { "arduino,", "arduino" },
    { "arduino, b@d", "arduino" },
    { ", ,\targuments", "arguments" },
    { "v1.json~x", "v1.json~x" },
    { "!#$%&'*+-.^_`|~", "!#$%&'*+-.^_`|~" },
    { "0123456789", "0123456789" },

    { "", NULL },
    { " ", NULL },
    { ",", NULL },
    { ", ,", NULL },
    { "a b", NULL },
    { "a b, c", NULL },
    { "b@d, arduino", NULL },
    { "a/b", NULL },
    { "a;b", NULL },
    { "\"a\"", NULL },
    { "a\x01", NULL },
    { "\xe4\xbd\xa0", NULL },
    { "a\xff, b", NULL },
    { NULL, NULL }
};


static void prefixes(const char *list);


int
main(void)
{
    size_t      i;
    ngx_int_t   rc;
    ngx_str_t   list, first;

    for (i = 0; cases[i].list; i++) {
        unit_about("list \"%s\"", cases[i].list);

        list.len = strlen(cases[i].list);
        list.data = unit_guard(cases[i].list, list.len);

        rc = ngx_print_token_first(&list, &first);

        if (cases[i].first == NULL) {
            unit_check(rc == NGX_DECLINED);

        } else {
            unit_check(rc == NGX_OK && first.len == strlen(cases[i].first)
                       && memcmp(first.data, cases[i].first, first.len) == 0);
        }

        prefixes(cases[i].list);
    }

    unit_about("a NUL in a list");

    list.data = unit_guard("a\0b", 3);
    list.len = 3;
    unit_check(ngx_print_token_first(&list, &first) == NGX_DECLINED);

    return unit_end();
}


/* whatever is cut off, nothing behind the rest is read */

static void
prefixes(const char *list)
{
    size_t     n;
    ngx_str_t  part, first;

    for (n = 0; list[n]; n++) {
        part.data = unit_guard(list, n);
        part.len = n;

        if (ngx_print_token_first(&part, &first) == NGX_OK) {
            unit_check(first.len && first.data >= part.data
                       && first.data + first.len <= part.data + n);
        }
    }
}
