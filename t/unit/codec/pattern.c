
/*
 * Copyright (C) the print hub contributors
 */


/* Patterns of names, against a matcher that is simple and slow. */


#include "unit.h"

#include "ngx_print_pattern.h"


static void pattern_table(void);
static void pattern_random(void);
static ngx_uint_t pattern_slow(u_char *p, size_t n, u_char *data, size_t len);
static void pattern_time(void);


typedef struct {
    const char  *pattern;
    const char  *text;
    ngx_uint_t   is;
} pattern_row_t;


static pattern_row_t  pattern_rows[] = {
    { "", "", 1 },
    { "", "a", 0 },
    { "*", "", 1 },
    { "*", "anything", 1 },
    { "**", "a", 1 },
    { "a", "a", 1 },
    { "a", "A", 0 },
    { "a", "ab", 0 },
    { "a", "", 0 },
    { "a*", "a", 1 },
    { "a*", "abc", 1 },
    { "a*", "ba", 0 },
    { "*a", "bca", 1 },
    { "*a", "ab", 0 },
    { "*a", "aa", 1 },
    { "a*a", "a", 0 },
    { "a*a", "aa", 1 },
    { "a*b*c", "aXbYcbc", 1 },
    { "a*b*c", "acb", 0 },
    { "*ab*", "aab", 1 },
    { "*aab", "aaab", 1 },
    { "kasse-*", "kasse-", 1 },
    { "a?", "ab", 0 },
    { "[a]", "a", 0 },
    { "\\*", "*", 0 },
    { "\\*", "\\x", 1 },
    { NULL, NULL, 0 }
};


int
main(void)
{
    pattern_table();
    pattern_random();
    pattern_time();

    return unit_end();
}


static void
pattern_table(void)
{
    ngx_str_t       pattern;
    pattern_row_t  *row;

    for (row = pattern_rows; row->pattern; row++) {
        unit_about("\"%s\" and \"%s\"", row->pattern, row->text);

        pattern.len = strlen(row->pattern);
        pattern.data = unit_guard((u_char *) row->pattern, pattern.len);

        unit_check(ngx_print_pattern(&pattern, (u_char *) row->text,
                                     strlen(row->text))
                   == row->is);
    }
}


static void
pattern_random(void)
{
    u_char      p[8], text[10];
    size_t      len, i;
    uint32_t    n;
    ngx_str_t   pattern;
    ngx_uint_t  matched;

    matched = 0;

    srandom(1);

    for (n = 0; n < 300000; n++) {
        pattern.data = p;
        pattern.len = random() % (sizeof(p) + 1);
        len = random() % (sizeof(text) + 1);

        for (i = 0; i < pattern.len; i++) {
            p[i] = "ab*"[random() % 3];
        }

        for (i = 0; i < len; i++) {
            text[i] = "ab*"[random() % (random() % 8 ? 2 : 3)];
        }

        unit_about("\"%.*s\" and \"%.*s\"", (int) pattern.len, p, (int) len,
                   text);
        unit_check(ngx_print_pattern(&pattern, text, len)
                   == pattern_slow(p, pattern.len, text, len));

        matched += pattern_slow(p, pattern.len, text, len);
    }

    unit_about("random patterns");
    unit_check(matched > 10000);
}


static ngx_uint_t
pattern_slow(u_char *p, size_t n, u_char *data, size_t len)
{
    if (n == 0) {
        return len == 0;
    }

    if (*p == '*') {
        return pattern_slow(p + 1, n - 1, data, len)
               || (len && pattern_slow(p, n, data + 1, len - 1));
    }

    return len && *p == *data && pattern_slow(p + 1, n - 1, data + 1, len - 1);
}


/* what would take a matcher that tries all stars years */

static void
pattern_time(void)
{
    u_char      p[256], text[96];
    size_t      i;
    ngx_str_t   pattern;

    for (i = 0; i < sizeof(p); i++) {
        p[i] = (i & 1) ? 'a' : '*';
    }

    p[sizeof(p) - 1] = 'b';

    ngx_memset(text, 'a', sizeof(text));

    pattern.data = p;
    pattern.len = sizeof(p);

    unit_about("many stars");
    unit_check(!ngx_print_pattern(&pattern, text, sizeof(text)));

    pattern.len = 2 * sizeof(text);
    unit_check(ngx_print_pattern(&pattern, text, sizeof(text)));
    pattern.len += 2;
    unit_check(!ngx_print_pattern(&pattern, text, sizeof(text)));
}
