
/*
 * Copyright (C) the print hub contributors
 */


#include "unit.h"
#include "ngx_print_jsonp.h"


static void writing(void);
static void reading(void);


static const struct {
    const char  *index;
    const char  *payload;
    const char  *script;
} scripts[] = {
    { "0", "2", "___eio[0](\"2\");" },
    { "12", "42[\"a\\\"\"]", "___eio[12](\"42[\\\"a\\\\\\\"\\\"]\");" },
    { "", "", "___eio[](\"\");" },
    { "1](alert)//2x", "6", "___eio[12](\"6\");" },
    { "0", "a\xe2\x80\xa8\xe2\x80\xa9z", "___eio[0](\"a\\u2028\\u2029z\");" },
    { "0", "\xe2\x80\xa7\xe2\x80\xaa\xe2\x81\xa8",
      "___eio[0](\"\xe2\x80\xa7\xe2\x80\xaa\xe2\x81\xa8\");" },
    { "0", "\xe2\x80\xa8", "___eio[0](\"\\u2028\");" },
    { "0", "\x1e\n\x7f", "___eio[0](\"\\u001e\\n\x7f\");" },
    { "0", "x\xe2\x80", "___eio[0](\"x\xef\xbf\xbd\");" },
    { NULL, NULL, NULL }
};


/* NULL: it has no payload */

static const struct {
    const char  *form;
    const char  *payload;
} forms[] = {
    { "d=2", "2" },
    { "d=", "" },
    { "d", "" },
    { "x=1&d=40&y", "40" },
    { "d=42%5B%22a+%2B%22%5D", "42[\"a +\"]" },
    { "d=a%5Cnb", "a\nb" },
    { "d=a\\nb", "a\nb" },
    { "d=a%5C%5Cnb", "a\\nb" },
    { "d=a%5C%5C%5Cnb", "a\\\\nb" },
    { "d=a%5C%5C%5C%5Cnb", "a\\\\\\nb" },
    { "d=%5Cn%5Cn", "\n\n" },
    { "d=%5C", "\\" },
    { "d=%5C%5C", "\\\\" },
    { "d=%5Cx%5C%5Cx", "\\x\\\\x" },
    { "", NULL },
    { "2", NULL },
    { "e=2", NULL },
    { "dd=2", NULL },
    { "d=1&d=2", NULL },
    { NULL, NULL }
};


int
main(void)
{
    writing();
    reading();

    return unit_end();
}


static void
writing(void)
{
    u_char     buf[128], *p;
    size_t     i, len;
    ngx_str_t  index, payload;

    for (i = 0; scripts[i].index; i++) {
        unit_about("script \"%s\"", scripts[i].script);

        index.data = (u_char *) scripts[i].index;
        index.len = strlen(scripts[i].index);

        payload.len = strlen(scripts[i].payload);
        payload.data = unit_guard(scripts[i].payload, payload.len);

        len = ngx_print_jsonp_write(NULL, &index, &payload);
        p = (u_char *) ngx_print_jsonp_write(buf, &index, &payload);

        /* what of index is no digit is not written */

        unit_check((size_t) (p - buf) <= len);
        unit_check((size_t) (p - buf) == strlen(scripts[i].script));
        unit_check(strncmp((char *) buf, scripts[i].script, p - buf) == 0);
    }
}


static void
reading(void)
{
    size_t      i;
    ngx_int_t   rc;
    ngx_str_t   body;

    for (i = 0; forms[i].form; i++) {
        unit_about("form \"%s\"", forms[i].form);

        body.len = strlen(forms[i].form);
        body.data = unit_guard(forms[i].form, body.len);

        rc = ngx_print_jsonp_read(&body);

        if (forms[i].payload == NULL) {
            unit_check(rc == NGX_DECLINED);
            continue;
        }

        unit_check(rc == NGX_OK);
        unit_check(body.len == strlen(forms[i].payload));
        unit_check(strncmp((char *) body.data, forms[i].payload, body.len)
                   == 0);
    }
}


/* what the JSON reader wants, which is not what is tested here */

static ngx_cycle_t     jsonp_cycle;
volatile ngx_cycle_t  *ngx_cycle = &jsonp_cycle;


void *
ngx_alloc(size_t size, ngx_log_t *log)
{
    return malloc(size);
}
