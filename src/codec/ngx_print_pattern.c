
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_pattern.h"


/*
 * What matched before the last "*" never has to be looked at again: that "*"
 * can take whatever an earlier one would.
 */

ngx_uint_t
ngx_print_pattern(ngx_str_t *pattern, u_char *data, size_t len)
{
    u_char  *p, *last, *end, *star, *again;

    p = pattern->data;
    last = pattern->data + pattern->len;
    end = data + len;

    star = NULL;
    again = NULL;

    while (data < end) {

        if (p < last && *p == '*') {
            star = p++;
            again = data;
            continue;
        }

        if (p < last && *p == *data) {
            p++;
            data++;
            continue;
        }

        if (star == NULL) {
            return 0;
        }

        /* the last star takes one byte more */

        p = star + 1;
        data = ++again;
    }

    while (p < last && *p == '*') {
        p++;
    }

    return p == last;
}
