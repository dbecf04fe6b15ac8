
/*
 * Copyright (C) the print hub contributors
 */


/* The endpoints clients and clients/<id>. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_client.h"
#include "ngx_print_hub.h"
#include "ngx_print_api.h"
#include "ngx_print_api_out.h"
#include "ngx_print_api_json.h"


static int ngx_libc_cdecl ngx_print_api_client_compare(const void *one,
    const void *two);
static ngx_int_t ngx_print_api_all_clients(ngx_http_request_t *r);
static ngx_int_t ngx_print_api_show_clients(ngx_http_request_t *r,
    ngx_print_store_t *st, ngx_array_t *clients);
static ngx_int_t ngx_print_api_one_client(ngx_http_request_t *r,
    ngx_str_t *id);
static ngx_int_t ngx_print_api_show_client(ngx_http_request_t *r,
    ngx_print_store_t *st, ngx_str_t *id);
static ngx_int_t ngx_print_api_unknown(ngx_http_request_t *r, ngx_str_t *id);


ngx_array_t *
ngx_print_api_list(ngx_http_request_t *r)
{
    uint32_t                  version;
    uint64_t                  seq;
    ngx_uint_t                i, n, page, sorted;
    ngx_array_t              *clients;
    ngx_print_store_t        *st;
    ngx_print_client_info_t  *list;

    st = &ngx_print_request_eio(r)->store;

    clients = ngx_array_create(r->pool, NGX_PRINT_CLIENT_PAGE,
                               sizeof(ngx_print_client_info_t));
    if (clients == NULL) {
        return NULL;
    }

    seq = 0;
    sorted = 1;

    for (page = 0; page < ngx_print_client_pages(st); page++) {

        list = ngx_array_push_n(clients, NGX_PRINT_CLIENT_PAGE);
        if (list == NULL) {
            return NULL;
        }

        n = ngx_print_client_list(st, page, list, &version);

        if (n == 0 && ngx_print_store_failed(st)) {
            return NULL;
        }

        clients->nelts -= NGX_PRINT_CLIENT_PAGE - n;

        for (i = 0; i < n; i++) {
            sorted &= (list[i].seq > seq);
            seq = list[i].seq;
        }
    }

    /* a client may have got the record of an older one that was evicted */

    if (!sorted) {
        ngx_qsort(clients->elts, clients->nelts,
                  sizeof(ngx_print_client_info_t),
                  ngx_print_api_client_compare);
    }

    return clients;
}


static int ngx_libc_cdecl
ngx_print_api_client_compare(const void *one, const void *two)
{
    const ngx_print_client_info_t  *a, *b;

    a = one;
    b = two;

    return (a->seq > b->seq) - (a->seq < b->seq);
}


ngx_int_t
ngx_print_api_clients(ngx_http_request_t *r, ngx_str_t *rest)
{
    ngx_int_t                 rc;
    ngx_str_t                 id;

    static const char *const  names[] = { "clientId", NULL };

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD|NGX_HTTP_DELETE))) {
        return ngx_print_api_method(r, "GET, HEAD, DELETE", "GET,DELETE");
    }

    rc = ngx_print_api_bodyless(r, names);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    /* an id that cannot be part of a path, such as "..", is an argument */

    switch (ngx_print_api_arg(r, "clientId", &id)) {

    case NGX_OK:
        return ngx_print_api_one_client(r, &id);

    case NGX_DECLINED:
        return ngx_print_api_all_clients(r);

    default: /* NGX_ERROR */
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }
}


/* Shows all clients.  They cannot be forgotten all at once. */

static ngx_int_t
ngx_print_api_all_clients(ngx_http_request_t *r)
{
    ngx_array_t  *clients;

    if (r->method == NGX_HTTP_DELETE) {
        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                      "invalid_request",
                                      "\"clientId\" is missing");
    }

    clients = ngx_print_api_list(r);

    if (clients == NULL) {
        return ngx_print_api_failure(r);
    }

    return ngx_print_api_show_clients(r, &ngx_print_request_eio(r)->store,
                                      clients);
}


static ngx_int_t
ngx_print_api_show_clients(ngx_http_request_t *r, ngx_print_store_t *st,
    ngx_array_t *clients)
{
    u_char                     *p;
    ngx_int_t                   rc;
    ngx_str_t                   id;
    ngx_uint_t                  i, n;
    ngx_print_api_out_t         out;
    ngx_print_client_info_t    *list;
    ngx_print_client_detail_t   client;

    static ngx_str_t            none = ngx_string("");

    if (ngx_print_api_out(&out, r, "{\"clients\":[") != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    list = clients->elts;

    for (i = 0, n = 0; i < clients->nelts; i++) {
        id.data = list[i].id;
        id.len = list[i].len;

        rc = ngx_print_client_find(st, &id, &client, NULL);

        if (rc == NGX_PRINT_STALLED) {
            return rc;
        }

        if (rc != NGX_OK) {
            continue;
        }

        p = ngx_print_api_room(&out, 1 + NGX_PRINT_API_CLIENT
                                     - NGX_PRINT_CLIENT_INFO);
        if (p == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (n++) {
            *p++ = ',';
        }

        ngx_print_api_wrote(&out,
                            ngx_print_api_json_client(p, st, &client,
                                                      &none));
    }

    return ngx_print_api_finish(&out, NGX_HTTP_OK, "]}");
}


ngx_int_t
ngx_print_api_client(ngx_http_request_t *r, ngx_str_t *rest)
{
    ngx_int_t                 rc;

    static const char *const  none[] = { NULL };

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD|NGX_HTTP_DELETE))) {
        return ngx_print_api_method(r, "GET, HEAD, DELETE", "GET,DELETE");
    }

    rc = ngx_print_api_bodyless(r, none);

    return rc == NGX_DECLINED ? ngx_print_api_one_client(r, rest) : rc;
}


/* Shows a client, or forgets it. */

static ngx_int_t
ngx_print_api_one_client(ngx_http_request_t *r, ngx_str_t *id)
{
    ngx_str_t           excerpt;
    ngx_print_store_t  *st;

    static ngx_str_t    none = ngx_null_string;

    st = &ngx_print_request_eio(r)->store;

    if (r->method != NGX_HTTP_DELETE) {
        return ngx_print_api_show_client(r, st, id);
    }

    switch (ngx_print_client_remove(st, id)) {

    case NGX_OK:
        return ngx_print_http_send(r, NGX_HTTP_NO_CONTENT, &none, &none);

    case NGX_BUSY:
        excerpt = ngx_print_api_excerpt(id->data, id->len);

        return ngx_print_http_problem(r, NGX_HTTP_CONFLICT, "client_connected",
                                      "client \"%V\" is connected", &excerpt);

    case NGX_PRINT_STALLED:
        return NGX_PRINT_STALLED;

    default: /* NGX_DECLINED */
        return ngx_print_api_unknown(r, id);
    }
}


static ngx_int_t
ngx_print_api_show_client(ngx_http_request_t *r, ngx_print_store_t *st,
    ngx_str_t *id)
{
    u_char                     *p;
    ngx_int_t                   rc;
    ngx_str_t                   info;
    ngx_print_api_out_t         out;
    ngx_print_client_detail_t   client;

    info.data = ngx_pnalloc(r->pool, NGX_PRINT_CLIENT_INFO);
    if (info.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_print_client_find(st, id, &client, &info);

    if (rc != NGX_OK) {
        return rc == NGX_PRINT_STALLED ? rc : ngx_print_api_unknown(r, id);
    }

    if (ngx_print_api_out(&out, r, "") != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = ngx_print_api_room(&out, NGX_PRINT_API_CLIENT);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_print_api_wrote(&out,
                        ngx_print_api_json_client(p, st, &client, &info));

    return ngx_print_api_finish(&out, NGX_HTTP_OK, "");
}


static ngx_int_t
ngx_print_api_unknown(ngx_http_request_t *r, ngx_str_t *id)
{
    ngx_str_t  excerpt;

    excerpt = ngx_print_api_excerpt(id->data, id->len);

    return ngx_print_http_problem(r, NGX_HTTP_NOT_FOUND, "client_unknown",
                                  "client \"%V\" is unknown", &excerpt);
}
