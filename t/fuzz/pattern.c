
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Patterns of names: the bytes up to the first zero are the pattern, and those
 * behind it the name.  Compared with a table that has a row for each byte of
 * the pattern and a column for each byte of the name.
 */


#include "fuzz.h"
#include "ngx_print_pattern.h"


#define PATTERN_MAX  256      /* bytes, of either */


void
fuzz_target(u_char *p, size_t len)
{
    u_char     *end, *name;
    size_t      i, k, n;
    ngx_str_t   pattern;

    static u_char  row[2][PATTERN_MAX + 1];

    end = memchr(p, '\0', len);

    if (end == NULL) {
        return;
    }

    pattern.data = fuzz_copy(p, end - p);
    pattern.len = end - p;

    n = len - pattern.len - 1;
    name = fuzz_copy(end + 1, n);

    if (pattern.len > PATTERN_MAX || n > PATTERN_MAX) {
        return;
    }

    /* row[i & 1][k]: the first i bytes match the first k ones of the name */

    memset(row[0], 0, sizeof(row[0]));
    row[0][0] = 1;

    for (i = 1; i <= pattern.len; i++) {
        row[i & 1][0] = (row[(i - 1) & 1][0] && p[i - 1] == '*');

        for (k = 1; k <= n; k++) {
            row[i & 1][k] = (p[i - 1] == '*')
                            ? (row[(i - 1) & 1][k] || row[i & 1][k - 1])
                            : (row[(i - 1) & 1][k - 1]
                               && p[i - 1] == name[k - 1]);
        }
    }

    fuzz_check(ngx_print_pattern(&pattern, name, n)
               == row[pattern.len & 1][n]);
}
