
/*
 * Copyright (C) the print hub contributors
 */


#include "unit.h"
#include "ngx_print_media.h"


static void params(void);
static void charsets(void);
static void prefixes(void);
static u_char *copy(u_char *p, ngx_str_t *text);


/*
 * a header, its word and its parameters as "name=value", each with "|" behind
 * it; "!" behind one whose quotes are wrong
 */

static const struct {
    const char  *header;
    const char  *parts;
} headers[] = {
    { "", "|" },
    { " ", "|" },
    { ";", "|" },
    { "text/plain", "text/plain|" },
    { " text/plain\t", "text/plain|" },
    { "text/plain;", "text/plain|" },
    { "a/b;c=d", "a/b|c=d|" },
    { "a/b; c=d ;e = f;\tg=\th", "a/b|c=d|e=f|g=h|" },
    { "a/b;;c=d; ;", "a/b|c=d|" },
    { "a/b c=d", "a/b|c=d|" },
    { "a/b; c=d e=f", "a/b|c=d|e=f|" },
    { "a/b; c", "a/b|c=|" },
    { "a/b; c d", "a/b|c=|d=|" },
    { "a/b; c=", "a/b|c=|" },
    { "a/b; c= ;d=e", "a/b|c=|d=e|" },
    { "a/b; =c", "a/b|=c|" },
    { "a/b; =", "a/b|=|" },
    { "a/b; c==d", "a/b|c==d|" },
    { "a/b; c=\"d\"", "a/b|c=d|" },
    { "a/b; c=\"\"; d=e", "a/b|c=|d=e|" },
    { "a/b; c = \"d; e=f\"; g=h", "a/b|c=d; e=f|g=h|" },
    { "a/b; c=\"d\\\"e\\\\\"; g=h", "a/b|c=d\\\"e\\\\|g=h|" },
    { "a/b; c=d\"e\"", "a/b|c=d\"e\"|" },
    { "a/b; c=\"", "a/b|c=\"!|" },
    { "a/b; c=\"d; e=f", "a/b|c=\"d; e=f!|" },
    { "a/b; c=\"d\\\"", "a/b|c=\"d\\\"!|" },
    { "a/b; c=\"d\"e; f=g", "a/b|c=\"d\"e; f=g!|" },
    { NULL, NULL }
};


/* NULL: it is UTF-8 */

static const struct {
    const char  *header;
    const char  *charset;
} named[] = {
    { "", NULL },
    { "; charset=utf-8", NULL },
    { ";charset=UTF-8;", NULL },
    { "; Charset=\"utf-8\"", NULL },
    { "; charset=\"Utf8\"; x=y", NULL },
    { "; boundary=x; CHARSET=UTF8", NULL },
    { " charset=utf-8", NULL },
    { "; charsets=gbk; xcharset=gbk", NULL },
    { "; x=\"charset=gbk\"", NULL },
    { "; charset=GBK", "GBK" },
    { "; charset = \"gb18030\"", "gb18030" },
    { " charset=GBK", "GBK" },
    { "; charset=utf-8; charset=GBK", "GBK" },
    { "; charset=utf-16", "utf-16" },
    { "; charset=utf-80", "utf-80" },
    { "; charset=utf", "utf" },
    { "; charset=", "" },
    { "; charset", "" },
    { "; charset=\"\"", "" },
    { "; charset=\"utf-8", "\"utf-8" },
    { "; charset='utf-8'", "'utf-8'" },
    { "; x=\"; charset=utf-8", "\"; charset=utf-8" },
    { NULL, NULL }
};


int
main(void)
{
    params();
    charsets();
    prefixes();

    return unit_end();
}


static void
params(void)
{
    u_char      buf[256], *p;
    size_t      i;
    ngx_int_t   rc;
    ngx_str_t   header, word, name, value;

    for (i = 0; headers[i].header; i++) {
        unit_about("header \"%s\"", headers[i].header);

        header.len = strlen(headers[i].header);
        header.data = unit_guard(headers[i].header, header.len);

        word = ngx_print_media_word(&header);

        p = copy(buf, &word);
        *p++ = '|';

        for ( ;; ) {
            rc = ngx_print_media_param(&header, &name, &value);

            if (rc == NGX_DONE) {
                break;
            }

            p = copy(p, &name);
            *p++ = '=';
            p = copy(p, &value);

            if (rc != NGX_OK) {
                *p++ = '!';
            }

            *p++ = '|';
        }

        *p = '\0';

        unit_check(strcmp((char *) buf, headers[i].parts) == 0);
        unit_check(ngx_print_media_param(&header, &name, &value) == NGX_DONE);
    }
}


static u_char *
copy(u_char *p, ngx_str_t *text)
{
    return text->len ? ngx_cpymem(p, text->data, text->len) : p;
}


static void
charsets(void)
{
    size_t      i;
    ngx_int_t   rc;
    ngx_str_t   header, charset;

    for (i = 0; named[i].header; i++) {
        unit_about("charset \"%s\"", named[i].header);

        header.len = strlen(named[i].header);
        header.data = unit_guard(named[i].header, header.len);

        rc = ngx_print_media_charset(header, &charset);

        if (named[i].charset == NULL) {
            unit_check(rc == NGX_OK);
            continue;
        }

        /* what cannot be read is a charset, or another parameter */

        unit_check(rc == (strstr(named[i].header, "x=\"") ? NGX_ABORT
                                                        : NGX_DECLINED)
                   && charset.len == strlen(named[i].charset)
                   && memcmp(charset.data, named[i].charset, charset.len)
                      == 0);
    }
}


/* whatever it is, nothing behind it is read, and it ends */

static void
prefixes(void)
{
    size_t      i, j, k, len;
    ngx_str_t   header, name, value;

    for (i = 0; headers[i].header; i++) {
        len = strlen(headers[i].header);

        for (j = 0; j < len; j++) {
            for (k = 0; k < 256; k++) {
                unit_about("byte %lu of \"%s\" is %lu", (u_long) j,
                           headers[i].header, (u_long) k);

                header.len = (k == 0) ? j : len;
                header.data = unit_guard(headers[i].header, header.len);

                if (k) {
                    header.data[j] = (u_char) k;
                }

                (void) ngx_print_media_word(&header);

                while (ngx_print_media_param(&header, &name, &value)
                       != NGX_DONE)
                {
                    /* void */
                }

                unit_check(header.len == 0);
            }
        }
    }
}
