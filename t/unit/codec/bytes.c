
/*
 * Copyright (C) the print hub contributors
 */


/* Integers as bytes. */


#include "unit.h"
#include "ngx_print_bytes.h"


int
main(void)
{
    u_char         buf[8], *p;
    uint64_t       n, expected;
    ngx_uint_t     len;
    const u_char  *pos;

    n = 0x0123456789abcdefull;

    for (len = 1; len <= 8; len++) {
        unit_about("%lu bytes", (u_long) len);

        p = unit_guard(buf, len);

        unit_check(ngx_print_bytes_put(p, n, len) == p + len);
        unit_check(p[0] == 0xef);

        expected = (len == 8) ? n : n & (((uint64_t) 1 << (8 * len)) - 1);

        pos = p;
        unit_check(ngx_print_bytes_get(&pos, len) == expected);
        unit_check(pos == p + len);
    }

    return unit_end();
}
