
/*
 * Copyright (C) the print hub contributors
 */


/* GET getStatus: lists all clients in the legacy form */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_client.h"
#include "ngx_print_hub.h"
#include "ngx_print_api.h"
#include "ngx_print_api_out.h"
#include "ngx_print_api_status_page.h"


/* the pages that an answer uses until it is sent */
typedef struct {
    ngx_uint_t                     n;
    ngx_print_api_status_page_t  **page;
} ngx_print_api_answer_t;


static ngx_print_api_answer_t *ngx_print_api_answer_create(
    ngx_http_request_t *r, ngx_uint_t n);
static void ngx_print_api_answer_cleanup(void *data);
static ngx_int_t ngx_print_api_ordered(ngx_http_request_t *r);
static ngx_int_t ngx_print_api_send_pages(ngx_http_request_t *r,
    ngx_print_api_answer_t *answer);
static ngx_int_t ngx_print_api_render(ngx_http_request_t *r,
    ngx_array_t *clients);


ngx_int_t
ngx_print_api_status(ngx_http_request_t *r, ngx_str_t *rest)
{
    ngx_int_t              rc;
    ngx_array_t           *clients;
    ngx_print_loc_conf_t  *plcf;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

        return ngx_print_api_legacy_method(r, &plcf->cors, "GET, HEAD",
                                           "GET,POST");
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_print_api_ordered(r);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    clients = ngx_print_api_list(r);

    if (clients == NULL) {
        return ngx_print_api_failure(r);
    }

    return ngx_print_api_render(r, clients);
}


/*
 * Answers with the cached texts of all pages.  Returns the value for
 * ngx_http_finalize_request(), or NGX_DECLINED, without an answer, if the
 * records are not in the order of registration, because a client got the record
 * of an evicted one.
 */

static ngx_int_t
ngx_print_api_ordered(ngx_http_request_t *r)
{
    uint64_t                      seq;
    ngx_uint_t                    i, n;
    ngx_print_store_t            *st;
    ngx_print_api_answer_t       *answer;
    ngx_print_api_status_page_t  *page;

    st = &ngx_print_request_eio(r)->store;

    n = ngx_print_client_pages(st);
    seq = 0;

    answer = ngx_print_api_answer_create(r, n);
    if (answer == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (i = 0; i < n; i++) {

        page = ngx_print_api_status_page(st, i, r->connection->log);
        if (page == NULL) {
            return ngx_print_api_failure(r);
        }

        answer->page[answer->n++] = page;

        if (page->len == 0) {
            continue;
        }

        if (!page->ordered || page->first <= seq) {
            return NGX_DECLINED;
        }

        seq = page->last;
    }

    return ngx_print_api_send_pages(r, answer);
}


static ngx_print_api_answer_t *
ngx_print_api_answer_create(ngx_http_request_t *r, ngx_uint_t n)
{
    ngx_http_cleanup_t      *cln;
    ngx_print_api_answer_t  *answer;

    cln = ngx_http_cleanup_add(r, sizeof(ngx_print_api_answer_t));
    if (cln == NULL) {
        return NULL;
    }

    answer = cln->data;

    answer->n = 0;
    answer->page = ngx_palloc(r->pool,
                              n * sizeof(ngx_print_api_status_page_t *));
    if (answer->page == NULL) {
        return NULL;
    }

    cln->handler = ngx_print_api_answer_cleanup;

    return answer;
}


static void
ngx_print_api_answer_cleanup(void *data)
{
    ngx_print_api_answer_t  *answer = data;

    ngx_uint_t  i;

    for (i = 0; i < answer->n; i++) {
        ngx_print_api_status_page_release(answer->page[i]);
    }
}


static ngx_int_t
ngx_print_api_send_pages(ngx_http_request_t *r, ngx_print_api_answer_t *answer)
{
    ngx_uint_t                    i, comma;
    ngx_print_api_out_t           out;
    ngx_print_api_status_page_t  *page;

    if (ngx_print_api_out(&out, r, "{\"data\":[") != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    comma = 0;

    for (i = 0; i < answer->n; i++) {
        page = answer->page[i];

        if (page->len == 0) {
            continue;
        }

        if (ngx_print_api_attach(&out, page->text + !comma,
                                 page->len - !comma)
            != NGX_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        comma = 1;
    }

    return ngx_print_api_finish(&out, NGX_HTTP_OK, "]}");
}


static ngx_int_t
ngx_print_api_render(ngx_http_request_t *r, ngx_array_t *clients)
{
    u_char                   *p;
    ngx_uint_t                i;
    ngx_print_api_out_t       out;
    ngx_print_client_info_t  *list;

    list = clients->elts;

    if (ngx_print_api_out(&out, r, "{\"data\":[") != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (i = 0; i < clients->nelts; i++) {

        p = ngx_print_api_room(&out,
                               1 + ngx_print_api_status_entry_len(&list[i]));
        if (p == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (i) {
            *p++ = ',';
        }

        ngx_print_api_wrote(&out, ngx_print_api_status_entry(p, &list[i]));
    }

    return ngx_print_api_finish(&out, NGX_HTTP_OK, "]}");
}
