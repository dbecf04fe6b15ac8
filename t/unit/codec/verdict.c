
/*
 * Copyright (C) the print hub contributors
 */


#include "unit.h"
#include "ngx_print_verdict.h"


#define TEN      "0123456789"
#define FIFTY    TEN TEN TEN TEN TEN
#define LONG     FIFTY FIFTY FIFTY FIFTY FIFTY
#define NOT      "Not authorized"


/* a body, its message, and its data */

static const struct {
    const char  *body;
    const char  *message;
    const char  *data;
} bodies[] = {
    { "", NOT, "" },
    { "no such shop", "no such shop", "" },
    { "one\ntwo", "one", "" },
    { "one\r\ntwo", "one", "" },
    { "\r\n  one \t\ntwo", "one", "" },
    { " \r\n\t", NOT, "" },
    { "<html>\r\n<head>", NOT, "" },
    { "\n<html>", NOT, "" },
    { "{\"message\":\"no\"}", "no", "" },
    { " {\"message\":\"no\"}\n", "no", "" },
    { "{\"message\":\"no\",\"data\":{\"a\":[1]}}", "no", "{\"a\":[1]}" },
    { "{\"data\":{}}", NOT, "{}" },
    { "{\"message\":\"no\",\"data\":[1]}", "no", "" },
    { "{\"message\":\"no\",\"data\":\"{}\"}", "no", "" },
    { "{\"message\":1}", NOT, "" },
    { "{\"message\":\"\"}", NOT, "" },
    { "{\"message\":\"a\\nb\\u00e4\\ud83d\\ude00\\ud83d\"}",
      "a\nb\xc3\xa4\xf0\x9f\x98\x80\xef\xbf\xbd", "" },
    { "{\"message\":\"a\",\"message\":\"b\"}", "b", "" },
    { "{\"m\\u0065ssage\":\"a\"}", "a", "" },
    { "{\"message\":\"no\"", "{\"message\":\"no\"", "" },
    { "[\"no\"]", "[\"no\"]", "" },
    { "\"no\"", "\"no\"", "" },
    { "403", "403", "" },
    { "a\xff" "b", "a\xef\xbf\xbd" "b", "" },
    { LONG "012345", LONG "012345", "" },
    { LONG "0123456", LONG "012345", "" },
    { LONG "01234\xc3\xa4", LONG "01234", "" },
    { LONG "0123\xc3\xa4", LONG "0123\xc3\xa4", "" },
    { LONG "01234\xff", LONG "01234", "" },
    { LONG "012\xff", LONG "012\xef\xbf\xbd", "" },
    { "{\"message\":\"" LONG "01234\\u00e4\"}", LONG "01234", "" },
    { "{\"message\":\"" LONG "0123\\u00e4x\"}", LONG "0123\xc3\xa4", "" },
    { NULL, NULL, NULL }
};


/* a header, and its names, each with ";" behind it; NULL: there are more */

static const struct {
    const char  *header;
    const char  *names;
} headers[] = {
    { "", "" },
    { " , ,", "" },
    { "a", "a;" },
    { "a,b", "a;b;" },
    { " a , b-* ,\tc*", "a;b-*;c*;" },
    { "a b,*", "a b;*;" },
    { "a*b,**", "a*b;**;" },
    { ",a,,b,", "a;b;" },
    { "a,b,c,", "a;b;c;" },
    { "a,b,c,d", NULL },
    { NULL, NULL }
};


static const struct {
    const char  *header;
    ngx_uint_t   seconds;                     /* 0: it is none */
} times[] = {
    { "", 0 },
    { "0", 0 },
    { "000", 0 },
    { "1", 1 },
    { "0090", 90 },
    { "604800", 604800 },
    { "604801", 604800 },
    { "99999999999999999999999999", 604800 },
    { "-1", 0 },
    { "1.5", 0 },
    { "60s", 0 },
    { " 60", 0 },
    { NULL, 0 }
};


static ngx_cycle_t     verdict_cycle;
volatile ngx_cycle_t  *ngx_cycle = &verdict_cycle;


void *
ngx_alloc(size_t size, ngx_log_t *log)
{
    return malloc(size);
}


static void
verdict_bodies(void)
{
    u_char      buf[NGX_PRINT_VERDICT_MESSAGE];
    size_t      i;
    ngx_str_t   body, message, data;

    for (i = 0; bodies[i].body; i++) {
        unit_about("body \"%s\"", bodies[i].body);

        body.len = strlen(bodies[i].body);
        body.data = unit_guard(bodies[i].body, body.len);

        message = ngx_print_verdict_message(&body, buf, &data);

        unit_check(message.len == strlen(bodies[i].message)
                   && memcmp(message.data, bodies[i].message, message.len)
                      == 0);
        unit_check(data.len == strlen(bodies[i].data)
                   && (data.len == 0
                       || memcmp(data.data, bodies[i].data, data.len) == 0));
    }
}


static void
verdict_names(void)
{
    u_char                    buf[256], *p;
    size_t                    i;
    ngx_str_t                 value;
    ngx_int_t                 rc;
    ngx_uint_t                n, k;
    ngx_print_verdict_name_t  names[NGX_PRINT_VERDICT_NAMES];

    for (i = 0; headers[i].header; i++) {
        unit_about("names \"%s\"", headers[i].header);

        value.len = strlen(headers[i].header);
        value.data = unit_guard(headers[i].header, value.len);

        n = 0;
        rc = ngx_print_verdict_names(&value, names, &n);

        if (headers[i].names == NULL) {
            unit_check(rc == NGX_DECLINED);
            continue;
        }

        p = buf;

        for (k = 0; k < n; k++) {
            p = ngx_cpymem(p, names[k].text.data, names[k].text.len);
            p = ngx_cpymem(p, "*", names[k].prefix);
            *p++ = ';';
        }

        unit_check(rc == NGX_OK && (size_t) (p - buf)
                                   == strlen(headers[i].names)
                   && memcmp(buf, headers[i].names, p - buf) == 0);
    }

    /* several headers are one list */

    ngx_str_set(&value, "a,b");
    n = 0;

    unit_check(ngx_print_verdict_names(&value, names, &n) == NGX_OK);
    unit_check(ngx_print_verdict_names(&value, names, &n) == NGX_DECLINED);
}


static void
verdict_times(void)
{
    size_t      i;
    ngx_str_t   value;
    ngx_int_t   rc;
    ngx_uint_t  seconds;

    for (i = 0; times[i].header; i++) {
        unit_about("expires \"%s\"", times[i].header);

        value.len = strlen(times[i].header);
        value.data = unit_guard(times[i].header, value.len);

        rc = ngx_print_verdict_expires(&value, &seconds);

        unit_check(times[i].seconds
                   ? rc == NGX_OK && seconds == times[i].seconds
                   : rc == NGX_DECLINED);
    }
}


int
main(void)
{
    verdict_bodies();
    verdict_names();
    verdict_times();

    return unit_end();
}
