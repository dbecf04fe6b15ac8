
/*
 * Copyright (C) the print hub contributors
 */


#include "unit.h"
#include "ngx_print_quote.h"


/* a text, and how a log line shows it */

static const struct {
    const char  *text;
    const char  *quoted;
} cases[] = {
    { "", "\"\"" },
    { "label-1", "\"label-1\"" },
    { "a\nb\r\t\"\\", "\"a\\nb\\r\\t\\\"\\\\\"" },
    { "\x1b[31m", "\"\\u001b[31m\"" },
    { "\x7f", "\"?\"" },

    /* U+0080, U+009B (the CSI of one character), U+009F, U+00A0 */
    { "\xc2\x80", "\"?\"" },
    { "\xc2\x9b" "2J", "\"?2J\"" },
    { "\xc2\x9f\xc2\xa0", "\"?\xc2\xa0\"" },

    /* U+061B to U+061D */
    { "\xd8\x9b\xd8\x9c\xd8\x9d", "\"\xd8\x9b?\xd8\x9d\"" },

    /* U+200D to U+2010 */
    { "\xe2\x80\x8d\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\x90",
      "\"\xe2\x80\x8d??\xe2\x80\x90\"" },

    /* U+2027 to U+202F */
    { "\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac"
      "\xe2\x80\xad\xe2\x80\xae\xe2\x80\xaf",
      "\"\xe2\x80\xa7???????\xe2\x80\xaf\"" },

    /* U+2065 to U+206A */
    { "\xe2\x81\xa5\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9"
      "\xe2\x81\xaa",
      "\"\xe2\x81\xa5????\xe2\x81\xaa\"" },

    /* what is not UTF-8, also at the end */
    { "\x9b", "\"\xef\xbf\xbd\"" },
    { "a\xc2", "\"a\xef\xbf\xbd\"" },
    { "a\xe2\x80", "\"a\xef\xbf\xbd\"" },

    { "\xe4\xbd\xa0\xf0\x9f\x96\xa8", "\"\xe4\xbd\xa0\xf0\x9f\x96\xa8\"" },
    { NULL, NULL }
};


int
main(void)
{
    u_char      buf[NGX_PRINT_QUOTE_LEN(64)], *text;
    size_t      i, len;
    ngx_str_t   quoted;

    for (i = 0; cases[i].text; i++) {
        unit_about("case %zu", i);

        len = strlen(cases[i].text);
        text = unit_guard(cases[i].text, len);

        quoted = ngx_print_quote(buf, text, len);

        unit_check(quoted.len == strlen(cases[i].quoted)
                   && memcmp(quoted.data, cases[i].quoted, quoted.len) == 0);
    }

    return unit_end();
}
