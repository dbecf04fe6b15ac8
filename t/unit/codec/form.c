
/*
 * Copyright (C) the print hub contributors
 */


#include "unit.h"
#include "ngx_print_form.h"


/* a form, and its fields as "name=value", each with ";" behind it */

static const struct {
    const char  *form;
    const char  *fields;
} cases[] = {
    { "", "" },
    { "&", "" },
    { "&&&", "" },
    { "a=b", "a=b;" },
    { "a=b&c=d", "a=b;c=d;" },
    { "&a=b&&c=d&", "a=b;c=d;" },
    { "a", "a=;" },
    { "=", "=;" },
    { "=b", "=b;" },
    { "a=b=c", "a=b=c;" },
    { "a=1&a=2", "a=1;a=2;" },
    { "a+b=c++d", "a b=c  d;" },
    { "%61%3d=%26%3B", "a==&;;" },
    { "a=%2b%2B", "a=++;" },
    { "a=%", "a=%;" },
    { "a=%4", "a=%4;" },
    { "a=%4&b=1", "a=%4;b=1;" },
    { "a=%zz%4g%41", "a=%zz%4gA;" },
    { "%=%%41", "%=%A;" },
    { "a=%e4%BD%a0", "a=\xe4\xbd\xa0;" },
    { "a=%ff", "a=\xff;" },
    { NULL, NULL }
};


int
main(void)
{
    u_char      buf[256], *p;
    size_t      i;
    ngx_str_t   form, name, value;

    for (i = 0; cases[i].form; i++) {
        unit_about("form \"%s\"", cases[i].form);

        form.len = strlen(cases[i].form);
        form.data = unit_guard(cases[i].form, form.len);

        p = buf;

        while (ngx_print_form_next(&form, &name, &value) == NGX_OK) {
            p = ngx_cpymem(p, name.data, name.len);
            *p++ = '=';
            p = ngx_cpymem(p, value.data, value.len);
            *p++ = ';';
        }

        *p = '\0';

        unit_check(strcmp((char *) buf, cases[i].fields) == 0);
        unit_check(ngx_print_form_next(&form, &name, &value) == NGX_DONE);
    }

    return unit_end();
}
