
/*
 * Copyright (C) the print hub contributors
 */


/* The header Accept: how well a client likes "text/plain". */


#include "unit.h"
#include "ngx_print_accept.h"


static const struct {
    const char          *header;
    ngx_print_accept_e   by;
    ngx_uint_t           quality;
} cases[] = {
    { "text/plain", NGX_PRINT_ACCEPT_NAMED, 1000 },
    { "TEXT/Plain", NGX_PRINT_ACCEPT_NAMED, 1000 },
    { " text/plain\t", NGX_PRINT_ACCEPT_NAMED, 1000 },
    { "text/*", NGX_PRINT_ACCEPT_SUBTYPES, 1000 },
    { "*/*", NGX_PRINT_ACCEPT_ALL, 1000 },
    { "", NGX_PRINT_ACCEPT_NOT, 0 },
    { ",", NGX_PRINT_ACCEPT_NOT, 0 },
    { "text/html", NGX_PRINT_ACCEPT_NOT, 0 },
    { "text/plain2", NGX_PRINT_ACCEPT_NOT, 0 },
    { "text/plai", NGX_PRINT_ACCEPT_NOT, 0 },
    { "text", NGX_PRINT_ACCEPT_NOT, 0 },
    { "te*", NGX_PRINT_ACCEPT_NOT, 0 },
    { "*", NGX_PRINT_ACCEPT_NOT, 0 },
    { "/*", NGX_PRINT_ACCEPT_NOT, 0 },
    { "image/*", NGX_PRINT_ACCEPT_NOT, 0 },

    /* qualities */
    { "text/plain;q=0.5", NGX_PRINT_ACCEPT_NAMED, 500 },
    { "text/plain ; Q=0.123", NGX_PRINT_ACCEPT_NAMED, 123 },
    { "text/plain;q=1.000", NGX_PRINT_ACCEPT_NAMED, 1000 },
    { "text/plain;q=0", NGX_PRINT_ACCEPT_NAMED, 0 },
    { "text/plain;q=0.", NGX_PRINT_ACCEPT_NAMED, 0 },
    { "text/plain;q=1", NGX_PRINT_ACCEPT_NAMED, 1000 },
    { "text/plain;q=1.1", NGX_PRINT_ACCEPT_NAMED, 0 },
    { "text/plain;q=2", NGX_PRINT_ACCEPT_NAMED, 0 },
    { "text/plain;q=-1", NGX_PRINT_ACCEPT_NAMED, 0 },
    { "text/plain;q=", NGX_PRINT_ACCEPT_NAMED, 0 },
    { "text/plain;q=0.1234", NGX_PRINT_ACCEPT_NAMED, 0 },
    { "text/plain;q=x", NGX_PRINT_ACCEPT_NAMED, 0 },
    { "text/plain;version=0.0.4;q=0.5", NGX_PRINT_ACCEPT_NAMED, 500 },
    { "text/plain;version=\"a,b;q=0.1\";q=0.7", NGX_PRINT_ACCEPT_NAMED, 700 },
    { "text/plain;version=\"\\\";q=0.1\";q=0.7", NGX_PRINT_ACCEPT_NAMED, 700 },
    { "text/plain;version=\"open;q=0.7", NGX_PRINT_ACCEPT_NAMED, 1000 },

    /* the closest range counts, and the best of several of these */
    { "*/*, text/plain;q=0.5", NGX_PRINT_ACCEPT_NAMED, 500 },
    { "text/plain;q=0.5, */*", NGX_PRINT_ACCEPT_NAMED, 500 },
    { "text/*;q=0.3,*/*;q=0.8", NGX_PRINT_ACCEPT_SUBTYPES, 300 },
    { "text/plain;q=0.2,text/plain;q=0.6,text/plain;q=0.4",
      NGX_PRINT_ACCEPT_NAMED, 600 },
    { "image/png,*/*;q=0.1", NGX_PRINT_ACCEPT_ALL, 100 },

    /* what prometheus sends */
    { "application/openmetrics-text;version=1.0.0,"
      "application/openmetrics-text;version=0.0.1;q=0.75,"
      "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
      NGX_PRINT_ACCEPT_NAMED, 500 },
    { NULL, NGX_PRINT_ACCEPT_NOT, 0 }
};


static void several(void);
static void prefixes(const char *text);
static ngx_print_accept_t accept_of(const char *text, size_t len);


int
main(void)
{
    size_t              i;
    ngx_print_accept_t  accept;

    for (i = 0; cases[i].header; i++) {
        unit_about("\"%s\"", cases[i].header);

        accept = accept_of(cases[i].header, strlen(cases[i].header));

        unit_check(accept.by == cases[i].by);
        unit_check(accept.quality == cases[i].quality);

        prefixes(cases[i].header);
    }

    several();

    return unit_end();
}


/* The beginning of a header never reads behind it. */

static void
prefixes(const char *text)
{
    size_t  len;

    for (len = 0; len < strlen(text); len++) {
        unit_check(accept_of(text, len).quality <= 1000);
    }
}


static void
several(void)
{
    ngx_str_t           first, second;
    ngx_print_accept_t  accept;

    unit_about("two headers");

    accept = accept_of("", 0);

    ngx_str_set(&first, "text/*;q=0.9");
    ngx_str_set(&second, "text/plain;q=0.1, */*");

    ngx_print_accept(&accept, &first);
    ngx_print_accept(&accept, &second);

    unit_check(accept.by == NGX_PRINT_ACCEPT_NAMED);
    unit_check(accept.quality == 100);
}


static ngx_print_accept_t
accept_of(const char *text, size_t len)
{
    ngx_str_t           header;
    ngx_print_accept_t  accept;

    memset(&accept, 0, sizeof(ngx_print_accept_t));
    ngx_str_set(&accept.type, "text/plain");

    header.len = len;
    header.data = unit_guard(text, len);

    ngx_print_accept(&accept, &header);

    return accept;
}
