
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Numbers that an application sends: Last-Event-ID of a stream, and the
 * arguments of a list of jobs.
 *
 * Input: a byte of flags, a line that is the header, the arguments.
 */


#include "fuzz.h"
#include "request.h"

#include "ngx_print_http.c"
#include "ngx_print_api.c"
#include "ngx_print_api_event.c"
#include "ngx_print_api_job_list.c"
#include "ngx_print_job_state.c"


#define LIST_LAST  1000         /* the newest event */


static void list_stream(ngx_http_request_t *r, ngx_str_t *header);
static void list_jobs(ngx_http_request_t *r);
static ngx_uint_t list_arg(ngx_http_request_t *r, const char *name,
    ngx_str_t *value);
static ngx_uint_t list_number(ngx_str_t *text, uint64_t *n);
static ngx_uint_t list_states(ngx_str_t *text, ngx_uint_t *states);


ngx_module_t  ngx_print_module;
ngx_module_t  ngx_http_core_module;


uint64_t
ngx_print_event_last(ngx_print_store_t *st)
{
    return LIST_LAST;
}


void
fuzz_target(u_char *p, size_t len)
{
    ngx_uint_t           flags;
    fuzz_request_t       fuzz;
    ngx_table_elt_t     *h;
    ngx_http_request_t  *r;

    r = fuzz_request(&fuzz);

    flags = fuzz_byte(&p, &len);
    h = (flags & 1) ? fuzz_header(&fuzz, "Last-Event-ID", &p, &len) : NULL;

    r->args.data = p;
    r->args.len = len;

    list_stream(r, h ? &h->value : NULL);
    list_jobs(r);
}


static void
list_stream(ngx_http_request_t *r, ngx_str_t *header)
{
    uint64_t                 n;
    ngx_int_t                rc;
    ngx_str_t                value, id;
    ngx_keyval_t             last;
    ngx_print_eio_t          eio;
    ngx_print_api_stream_t   stream;

    memset(&stream, 0, sizeof(stream));
    stream.eio = &eio;

    rc = ngx_print_api_stream_from(r, &stream, &last);

    if (header) {
        id = *header;

    } else if (!list_arg(r, "lastEventId", &id)) {
        fuzz_check(rc == NGX_OK && stream.last == LIST_LAST);
        return;
    }

    if (!list_number(&id, &n)) {
        fuzz_check(rc == NGX_DECLINED);
        fuzz_check(last.value.len <= NGX_PRINT_API_EXCERPT);
        return;
    }

    fuzz_check(rc == NGX_OK);
    fuzz_check(stream.last == (n > LIST_LAST ? 0 : n));

    fuzz_check((stream.reader.client != NULL)
               == list_arg(r, "clientId", &value));
    fuzz_check(stream.reader.client == NULL
               || fuzz_same(stream.client.data, stream.client.len, value.data,
                            value.len));
}


static void
list_jobs(ngx_http_request_t *r)
{
    uint64_t              limit, before;
    ngx_int_t             rc;
    ngx_str_t             value;
    ngx_uint_t            valid, states;
    ngx_print_api_bad_t   bad;
    ngx_print_api_list_t  list;

    memset(&list, 0, sizeof(list));

    rc = ngx_print_api_list_args(r, &list, &bad);

    limit = 100;
    before = ~(uint64_t) 0;
    states = ~(ngx_uint_t) 0;
    valid = 1;

    if (list_arg(r, "limit", &value)) {
        valid &= list_number(&value, &limit) && limit >= 1 && limit <= 1000;
    }

    if (list_arg(r, "after", &value)) {
        valid &= list_number(&value, &before);
    }

    if (list_arg(r, "state", &value)) {
        valid &= list_states(&value, &states);
    }

    fuzz_check((rc == NGX_OK) == (valid != 0));

    if (rc == NGX_OK) {
        fuzz_check(list.limit == limit && list.before == before);
        fuzz_check(list.states == states);
        fuzz_check(list.by_client == list_arg(r, "clientId", &value));

    } else {
        fuzz_check(rc == NGX_DECLINED);
        fuzz_check(bad.value.len <= NGX_PRINT_API_EXCERPT);
    }
}


/* the last one of this name, decoded */

static ngx_uint_t
list_arg(ngx_http_request_t *r, const char *name, ngx_str_t *value)
{
    char           hex[3] = { 0 };
    size_t         i, n;
    ngx_uint_t     found;
    const u_char  *p, *end, *last;

    found = 0;
    n = strlen(name);
    last = r->args.data + r->args.len;

    for (p = r->args.data; p < last; p = end + 1) {

        for (end = p; end < last && *end != '&'; end++) {
            /* void */
        }

        if ((size_t) (end - p) <= n || memcmp(p, name, n) != 0
            || p[n] != '=')
        {
            continue;
        }

        found = 1;
        value->data = fuzz_room(end - p);
        value->len = 0;

        for (i = n + 1; i < (size_t) (end - p); i++) {

            if (p[i] == '%' && (size_t) (end - p) - i > 2
                && isxdigit(p[i + 1]) && isxdigit(p[i + 2]))
            {
                memcpy(hex, p + i + 1, 2);
                value->data[value->len++] = (u_char) strtoul(hex, NULL, 16);
                i += 2;

            } else {
                value->data[value->len++] = (p[i] == '+') ? ' ' : p[i];
            }
        }
    }

    return found;
}


static ngx_uint_t
list_number(ngx_str_t *text, uint64_t *n)
{
    size_t       i;
    __uint128_t  value;

    value = 0;

    for (i = 0; i < text->len; i++) {

        if (!isdigit(text->data[i])) {
            return 0;
        }

        value = value * 10 + (text->data[i] - '0');

        if (value > INT64_MAX) {
            return 0;
        }
    }

    *n = (uint64_t) value;

    return text->len != 0;
}


static ngx_uint_t
list_states(ngx_str_t *text, ngx_uint_t *states)
{
    char        *copy, *name, *end;
    ngx_str_t    one;
    ngx_uint_t   state;

    copy = (char *) fuzz_room(text->len + 1);
    memcpy(copy, text->data, text->len);
    copy[text->len] = '\0';

    if (strlen(copy) != text->len) {
        return 0;
    }

    *states = 0;

    for (name = copy; name; name = end) {
        end = strchr(name, ',');

        if (end) {
            *end++ = '\0';
        }

        one.data = (u_char *) name;
        one.len = strlen(name);
        state = ngx_print_job_state(&one);

        if (state == NGX_PRINT_JOB_FREE) {
            return 0;
        }

        *states |= (ngx_uint_t) 1 << state;
    }

    return 1;
}
