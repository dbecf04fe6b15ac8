
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_token.h"


u_char *
ngx_print_token_read(u_char *p, u_char *last, ngx_str_t *token)
{
    static u_char  marks[] = "!#$%&'*+-.^_`|~";

    p = ngx_print_token_space(p, last);

    token->data = p;

    while (p < last
           && ((*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z')
               || (*p >= 'A' && *p <= 'Z')
               || ngx_strlchr(marks, marks + sizeof(marks) - 1, *p)))
    {
        p++;
    }

    token->len = p - token->data;

    return ngx_print_token_space(p, last);
}


ngx_int_t
ngx_print_token_first(ngx_str_t *list, ngx_str_t *token)
{
    u_char  *p, *last;

    p = list->data;
    last = p + list->len;

    for ( ;; ) {
        p = ngx_print_token_read(p, last, token);

        if (p == last || *p != ',') {
            break;
        }

        if (token->len) {
            return NGX_OK;
        }

        p++;
    }

    return (token->len && p == last) ? NGX_OK : NGX_DECLINED;
}


u_char *
ngx_print_token_space(u_char *p, u_char *last)
{
    while (p < last && (*p == ' ' || *p == '\t')) {
        p++;
    }

    return p;
}
