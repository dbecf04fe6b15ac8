
/*
 * Copyright (C) the print hub contributors
 */


/* Prefixes of addresses: which of them are the same, and of which network. */


#include "unit.h"

#include <arpa/inet.h>

#include "ngx_print_prefix.h"


static void prefix_values(void);
static void prefix_pairs(void);
static uint64_t prefix_of(const char *text);


int
main(void)
{
    prefix_values();
    prefix_pairs();

    return unit_end();
}


static void
prefix_values(void)
{
    ngx_uint_t  i;

    static struct {
        const char  *text;
        uint64_t     prefix;
        ngx_uint_t   ipv6;
    }  list[] = {
        { "::",                      0,                     0 },
        { "::1",                     1,                     0 },
        { "::ffff:1.2.3.4",          0x0000ffff01020304ull, 0 },
        { "::ffff:255.255.255.255",  0x0000ffffffffffffull, 0 },
        { "2001:db8:1:2:3:4:5:6",    0x20010db800010002ull, 1 },
        { "2001:db8::",              0x20010db800000000ull, 1 },
        { "fe80::1",                 0xfe80000000000000ull, 1 },
        { "64:ff9b::1.2.3.4",        0x0064ff9b00000000ull, 1 }
    };

    for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        unit_about("%s", list[i].text);

        unit_check(prefix_of(list[i].text) == list[i].prefix);
        unit_check(ngx_print_prefix_is_ipv6(list[i].prefix)
                   == list[i].ipv6);
    }

    unit_check(ngx_print_prefix_site(0x20010db800010002ull)
               == 0x20010db80001ull);
}


static void
prefix_pairs(void)
{
    ngx_uint_t  i;

    static struct {
        const char  *a;
        const char  *b;
        ngx_uint_t   same;
    }  list[] = {
        { "::",               "::",                   1 },
        { "::",               "::1",                  0 },
        { "::1",              "::2",                  0 },
        { "::ffff:10.0.0.1",  "::ffff:10.0.0.1",      1 },
        { "::ffff:10.0.0.1",  "::ffff:10.0.0.2",      0 },
        { "::ffff:10.0.0.1",  "::10.0.0.1",           0 },
        { "2001:db8::1",      "2001:db8::ffff:0:0:1", 1 },
        { "2001:db8::1",      "2001:db8:0:1::1",      0 },
        { "2001:db8::1",      "::1",                  0 }
    };

    for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        unit_about("%s and %s", list[i].a, list[i].b);

        unit_check((prefix_of(list[i].a) == prefix_of(list[i].b))
                == list[i].same);
    }
}


static uint64_t
prefix_of(const char *text)
{
    u_char  addr[NGX_PRINT_PREFIX_ADDR];

    unit_check(inet_pton(AF_INET6, text, addr) == 1);

    return ngx_print_prefix(addr);
}
