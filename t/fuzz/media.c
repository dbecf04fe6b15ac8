
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A Content-Type and its parameters, and lists of tokens: what is found lies
 * in the header, in its order, and agrees with a scan for quotes.
 */


#include "fuzz.h"
#include "ngx_print_media.h"
#include "ngx_print_token.h"


static void media_params(u_char *p, size_t len);
static void media_list(u_char *p, size_t len);
static ngx_uint_t media_mark(u_char ch);


void
fuzz_target(u_char *p, size_t len)
{
    media_params(p, len);
    media_list(p, len);
}


static void
media_params(u_char *p, size_t len)
{
    u_char     *last;
    ngx_int_t   rc, want, charset;
    ngx_str_t   header, rest, word, name, value, bad;

    header.data = p;
    header.len = len;
    last = p + len;

    word = ngx_print_media_word(&header);

    fuzz_check(word.data >= p && header.data == word.data + word.len);
    fuzz_check(header.data + header.len == last);
    fuzz_check(!memchr(word.data, ';', word.len));
    fuzz_check(!memchr(word.data, ' ', word.len));

    want = NGX_OK;
    rest = header;

    for ( ;; ) {
        p = rest.data;
        rc = ngx_print_media_param(&rest, &name, &value);

        if (rc == NGX_DONE) {
            break;
        }

        fuzz_check(name.data >= p);
        fuzz_check(value.data >= name.data + name.len);
        fuzz_check(rest.data >= value.data + value.len);
        fuzz_check(rest.data > p && rest.data + rest.len == last);

        if (rc == NGX_OK) {
            fuzz_check(rest.len == 0 || *rest.data == ';'
                       || *rest.data == ' ' || *rest.data == '\t');

        } else {
            fuzz_check(value.len && *value.data == '"' && rest.len == 0);
        }

        if (want != NGX_OK) {
            continue;
        }

        if (name.len == 7
            && strncasecmp((char *) name.data, "charset", 7) == 0)
        {
            if (rc != NGX_OK
                || !((value.len == 5
                      && strncasecmp((char *) value.data, "utf-8", 5) == 0)
                     || (value.len == 4
                         && strncasecmp((char *) value.data, "utf8", 4) == 0)))
            {
                want = NGX_DECLINED;
            }

        } else if (rc != NGX_OK) {
            want = NGX_ABORT;
        }
    }

    charset = ngx_print_media_charset(header, &bad);
    fuzz_check(charset == want);
}


static void
media_list(u_char *p, size_t len)
{
    size_t      from, to, end;
    ngx_int_t   rc;
    ngx_str_t   list, token;
    ngx_uint_t  valid;

    list.data = p;
    list.len = len;

    rc = ngx_print_token_first(&list, &token);

    /* the first element that is not empty */

    for (from = 0; from < len && (p[from] == ' ' || p[from] == '\t'
                                  || p[from] == ','); from++)
    {
        /* void */
    }

    for (to = from; to < len && p[to] != ','; to++) {
        /* void */
    }

    for (end = to; end > from && (p[end - 1] == ' ' || p[end - 1] == '\t');
         end--)
    {
        /* void */
    }

    valid = (end > from);

    for (to = from; to < end; to++) {
        valid &= media_mark(p[to]);
    }

    fuzz_check((rc == NGX_OK) == (valid != 0));
    fuzz_check(!valid
               || fuzz_same(token.data, token.len, p + from, end - from));
}


static ngx_uint_t
media_mark(u_char ch)
{
    return ch > ' ' && ch < 0x7f
           && strchr("()<>@,;:\\\"/[]?={}", ch) == NULL;
}
