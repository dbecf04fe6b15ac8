
/*
 * Copyright (C) the print hub contributors
 */


#include "unit.h"
#include "ngx_print_multipart.h"


#define CD  "Content-Disposition: form-data; "
#define LONG                                                                  \
    "0123456789012345678901234567890123456789012345678901234567890123456789"


/*
 * a body with the boundary "b", and its fields as "name=value", each with "|"
 * behind it; at last how it ended: "." for its end, "..." if it goes on, or
 * "!", the number of the error and its detail
 */

typedef struct {
    const char  *body;
    size_t       len;
    const char  *result;
} case_t;


static void boundaries(void);
static void whole(const case_t *c);
static void splits(const case_t *c);
static void prefixes(const case_t *c);
static void mutations(const case_t *c);
static const char *result(const case_t *c, size_t len, size_t first,
    size_t second);
static u_char *copy(u_char *p, ngx_str_t *text);


#define body(text, result)  { text, sizeof(text) - 1, result }

static const case_t  cases[] = {
    body("--b\r\n" CD "name=\"a\"\r\n\r\nx\r\n--b--", "a=x|."),
    body("--b\r\n" CD "name=\"a\"\r\n\r\nx\r\n--b--\r\n", "a=x|."),
    body("--b\r\n" CD "name=\"a\"\r\n\r\nx\r\n--b\r\n"
         CD "name=\"b\"\r\n\r\ny\r\n--b--\r\nafterwards\r\n--b\r\n",
         "a=x|b=y|."),
    body("\r\n--b\r\n" CD "name=\"a\"\r\n\r\nx\r\n--b--", "a=x|."),
    body("before\r\n-\r\n--\r\n--a --b\r\n--b\r\n" CD "name=\"a\"\r\n\r\nx"
         "\r\n--b--", "a=x|."),
    body("--b \t \r\n" CD "name=a\r\n\r\nx\r\n--b--", "a=x|."),
    body("--b--", "."),
    body("\r\n--b--", "."),

    /* values */
    body("--b\r\n" CD "name=a\r\n\r\n\r\n--b--", "a=|."),
    body("--b\r\n" CD "name=a\r\n\r\n--b--", "a=|."),
    body("--b\r\n" CD "name=a\r\n\r\n--b\r\n" CD "name=c\r\n\r\ny\r\n--b--",
         "a=|c=y|."),
    body("--b\r\n" CD "name=a\r\n\r\n--\r\n--b--", "a=--|."),
    body("--b\r\n" CD "name=a\r\n\r\n-\r\n--b--", "a=-|."),
    body("--b\r\n" CD "name=a\r\n\r\n\r\n\r\n--b--", "a=\r\n|."),
    body("--b\r\n" CD "name=a\r\n\r\nx\r\ny\r\n\r\nz\r\n\r\n--b--",
         "a=x\r\ny\r\n\r\nz\r\n|."),
    body("--b\r\n" CD "name=a\r\n\r\nx\r\n-\r\n--\r\n--a\r\r\n--b--",
         "a=x\r\n-\r\n--\r\n--a\r|."),
    body("--b\r\n" CD "name=a\r\n\r\nx\r\r\n\r\r\r\n\r\n--b--",
         "a=x\r\r\n\r\r\r\n|."),
    body("--b\r\n" CD "name=a\r\n\r\nx\n--b--\r\n--b--", "a=x\n--b--|."),
    body("--b\r\n" CD "name=a\r\n\r\nx--b--\r\n--b--", "a=x--b--|."),
    body("--b\r\n" CD "name=a\r\n\r\n\xe4\xb8\xad %41+&=\r\n--b--",
         "a=\xe4\xb8\xad %41+&=|."),

    /* headers */
    body("--b\r\ncontent-disposition:FORM-DATA;NAME=a\r\n\r\nx\r\n--b--",
         "a=x|."),
    body("--b\r\nX: y\r\n" CD "name=a\r\nContent-Length: 1\r\n\r\nx\r\n--b--",
         "a=x|."),
    body("--b\r\n" CD "name=\"\"\r\n\r\nx\r\n--b--", "=x|."),
    body("--b\r\n" CD "name=\"a b;c=d\"\r\n\r\nx\r\n--b--", "a b;c=d=x|."),
    body("--b\r\n" CD "name=\"a\\\"b\\\\c\\d\"\r\n\r\nx\r\n--b--",
         "a\"b\\c\\d=x|."),
    body("--b\r\n" CD "name=\"%22%0D%0a%41%2\"\r\n\r\nx\r\n--b--",
         "\"\r\n%41%2=x|."),
    body("--b\r\n" CD "x=y; name=\"p[a]\"; z\r\n\r\nx\r\n--b--", "p[a]=x|."),
    body("--b\r\nContent-Disposition: form-data;\r\n\tname=a;\r\n  x=y\r\n\r\n"
         "x\r\n--b--", "a=x|."),
    body("--b\r\n" CD "name=a\r\nContent-Type: text/plain; charset=\"UTF-8\""
         "\r\n\r\nx\r\n--b--", "a=x|."),
    body("--b\r\nContent-Type: text/plain\r\n" CD "name=a\r\n"
         "Content-Transfer-Encoding: 8bit\r\n\r\nx\r\n--b--", "a=x|."),
    body("--b\r\n" CD "name=a\r\nContent-Transfer-Encoding:Binary\r\n\r\nx"
         "\r\n--b--", "a=x|."),

    /* refused */
    body("--b\r\n" CD "name=a; filename=\"f.txt\"\r\n\r\nx\r\n--b--",
         "!3f.txt"),
    body("--b\r\n" CD "name=a; FileName=\"\"\r\n\r\nx\r\n--b--", "!3"),
    body("--b\r\n" CD "filename*=utf-8''x\r\n\r\nx\r\n--b--", "!3utf-8''x"),
    body("--b\r\n" CD "name=a\r\n\r\nx\r\n--b\r\n" CD "name=a; filename=f\r\n"
         "\r\nx\r\n--b--", "a=x|!3f"),
    body("--b\r\n" CD "name=a\r\nContent-Type: multipart/mixed; boundary=c\r\n"
         "\r\nx\r\n--b--", "!3multipart/mixed"),
    body("--b\r\n" CD "name=a\r\nContent-Type: text/plain; charset=GBK\r\n\r\nx"
         "\r\n--b--", "!5GBK"),
    body("--b\r\n" CD "name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nx"
         "\r\n--b--", "!4base64"),
    body("--b\r\n\r\nx\r\n--b--", "!2"),
    body("--b\r\nX: y\r\n\r\nx\r\n--b--", "!2"),
    body("--b\r\n" CD "x=y\r\n\r\nx\r\n--b--", "!2"),
    body("--b\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--b--",
         "!2"),
    body("--b\r\n" CD "name=a\r\n" CD "name=b\r\n\r\nx\r\n--b--", "!2"),
    body("--b\r\n" CD "name=a; name=b\r\n\r\nx\r\n--b--", "!1"),
    body("--b\r\n" CD "name=\"a\r\n\r\nx\r\n--b--", "!1"),
    body("--b\r\n" CD "name=\"a\"b\r\n\r\nx\r\n--b--", "!1"),
    body("--b\r\nno colon\r\n" CD "name=a\r\n\r\nx\r\n--b--", "!1"),
    body("--b\r\n" CD "name=a\n\r\nx\r\n--b--", "!1"),
    body("--b\r\n" CD "name=a\r\rx", "!1"),
    body("--b\r\n\n", "!1"),
    body("--b\r\n" CD "na\0me=a\r\n\r\nx\r\n--b--", "!1"),
    body("--b\r\n" CD "name=a\r\n\rx", "!1"),
    body("--b\n" CD "name=a\n\nx\n--b--", "!1"),
    body("--b\rx", "!1"),
    body("--bx\r\n", "!1"),
    body("--b-\r\n", "!1"),
    body("--b\r\n" CD "name=a\r\n\r\nx\r\n--bc\r\n\r\n--b--", "a=x|!1"),

    /* not complete */
    body("", "..."),
    body("x", "..."),
    body("--b", "..."),
    body("--b\r\n" CD "name=a\r\n\r\nx", "..."),
    body("--b\r\n" CD "name=a\r\n\r\nx\n--b--\n", "..."),
    body("--b\r\n" CD "name=a\r\n\r\nx\r\n--b", "a=x|..."),
    body("--b\r\n" CD "name=a\r\n\r\nx\r\n--b\r\n", "a=x|..."),
    body("--c\r\n" CD "name=a\r\n\r\nx\r\n--c--", "..."),

    { NULL, 0, NULL }
};


int
main(void)
{
    const case_t  *c;

    boundaries();

    for (c = cases; c->body; c++) {
        whole(c);
        splits(c);
        prefixes(c);
        mutations(c);
    }

    return unit_end();
}


static void
boundaries(void)
{
    u_char                  out[8];
    size_t                  i;
    ngx_str_t               boundary;
    ngx_print_multipart_t   m;

    static const struct {
        const char  *text;
        ngx_int_t    rc;
    } texts[] = {
        { "", NGX_DECLINED },
        { "b", NGX_OK },
        { "a b'()+_,-./:=?", NGX_OK },
        { LONG, NGX_OK },
        { LONG "0", NGX_DECLINED },
        { "a\rb", NGX_DECLINED },
        { "\xe4\xb8\xad", NGX_DECLINED },
        { NULL, 0 }
    };

    for (i = 0; texts[i].text; i++) {
        unit_about("boundary \"%s\"", texts[i].text);

        boundary.len = strlen(texts[i].text);
        boundary.data = unit_guard(texts[i].text, boundary.len);

        unit_check(ngx_print_multipart_init(&m, &boundary, out)
                   == texts[i].rc);
    }
}


static void
whole(const case_t *c)
{
    unit_about("body \"%s\"", c->body);
    unit_check(strcmp(result(c, c->len, c->len, c->len), c->result) == 0);
}


/* in two pieces, in three, and byte by byte: the same */

static void
splits(const case_t *c)
{
    size_t  i, j;

    for (i = 0; i <= c->len; i++) {
        for (j = i; j <= c->len; j += (c->len > 120) ? 7 : 1) {
            unit_about("body \"%s\", split at %lu and %lu", c->body,
                       (u_long) i, (u_long) j);

            unit_check(strcmp(result(c, c->len, i, j), c->result) == 0);
        }
    }

    unit_about("body \"%s\", byte by byte", c->body);
    unit_check(strcmp(result(c, c->len, 0, 0), c->result) == 0);
}


/* a body that ends too early has no field that the whole one has not */

static void
prefixes(const case_t *c)
{
    size_t       i, n;
    const char  *text;

    for (i = 0; i < c->len; i++) {
        unit_about("body \"%s\", %lu bytes of it", c->body, (u_long) i);

        text = result(c, i, i, i);
        n = strlen(text);

        if (n >= 3 && strcmp(text + n - 3, "...") == 0) {
            unit_check(strncmp(text, c->result, n - 3) == 0);

        } else {
            unit_check(strcmp(text, c->result) == 0);
        }
    }
}


/* whatever a byte becomes, it ends, and writes no more than it has room for */

static void
mutations(const case_t *c)
{
    u_char   copied[512];
    case_t   other;
    size_t   i, j;

    static const u_char  bytes[] = "\r\n-\":;=\\ \tb\0\xff";

    memcpy(copied, c->body, c->len);

    other.body = (char *) copied;
    other.len = c->len;

    for (i = 0; i < c->len; i++) {
        for (j = 0; j < sizeof(bytes) - 1; j++) {
            unit_about("body \"%s\", byte %lu is %02x", c->body, (u_long) i,
                       bytes[j]);

            copied[i] = bytes[j];
            unit_check(result(&other, c->len, c->len, c->len) != NULL);
            copied[i] = c->body[i];
        }
    }
}


/* reads the first len bytes, in pieces: 0 and 0 mean single bytes */

static const char *
result(const case_t *c, size_t len, size_t first, size_t second)
{
    u_char                  *p, *last, *text, *out, copied[512];
    size_t                   at, next;
    ngx_int_t                rc;
    ngx_str_t                boundary = ngx_string("b");
    ngx_print_multipart_t    m;

    static u_char            buf[1024];

    memcpy(copied, c->body, len);

    /* right before a page that may not be touched: room for its size */

    out = unit_guard(copied, len);

    if (ngx_print_multipart_init(&m, &boundary, out) != NGX_OK) {
        return "no";
    }

    text = buf;
    rc = NGX_AGAIN;

    for (at = 0; rc == NGX_AGAIN && at < len; at = next) {
        next = (second == 0) ? at + 1 : (at < first) ? first
                                      : (at < second) ? second : len;
        next = ngx_min(next, len);

        p = copied + at;
        last = copied + next;

        do {
            rc = ngx_print_multipart_next(&m, &p, last);

            if (rc == NGX_OK) {
                text = copy(text, &m.name);
                *text++ = '=';
                text = copy(text, &m.value);
                *text++ = '|';
            }

        } while (rc == NGX_OK);

        unit_check(rc == NGX_DECLINED || p == last);
        unit_check(m.out <= out + len);
    }

    switch (rc) {

    case NGX_DONE:
        text = ngx_cpymem(text, ".", 1);
        break;

    case NGX_AGAIN:
        text = ngx_cpymem(text, "...", 3);
        break;

    default:
        *text++ = '!';
        *text++ = '0' + m.error;
        text = copy(text, &m.detail);
    }

    *text = '\0';

    return (char *) buf;
}


static u_char *
copy(u_char *p, ngx_str_t *text)
{
    return text->len ? ngx_cpymem(p, text->data, text->len) : p;
}
