
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_print_json.h"
#include "ngx_print_api_page.h"


#define NGX_PRINT_API_PAGES_KEPT  10000    /* ms, without being asked for */


typedef struct {
    ngx_print_api_page_t    **page;
    ngx_uint_t                n;
    ngx_event_t               timer;
} ngx_print_api_pages_t;


static ngx_int_t ngx_print_api_pages_grow(ngx_print_api_pages_t *pages,
    ngx_uint_t n, ngx_log_t *log);
static void ngx_print_api_pages_keep(ngx_print_api_pages_t *pages);
static void ngx_print_api_pages_handler(ngx_event_t *ev);
static ngx_print_api_page_t *ngx_print_api_page_create(ngx_print_store_t *st,
    ngx_uint_t n, ngx_log_t *log);


/* of this process */
static ngx_print_api_pages_t    ngx_print_api_pages;

/* for the debug log of the timer */
static ngx_connection_t         ngx_print_api_nobody;

/* of one page at a time */
static ngx_print_client_info_t  ngx_print_api_clients[NGX_PRINT_CLIENT_PAGE];


ngx_print_api_page_t *
ngx_print_api_page(ngx_print_store_t *st, ngx_uint_t n, ngx_log_t *log)
{
    ngx_print_api_page_t  **page;

    if (ngx_print_api_pages_grow(&ngx_print_api_pages, n, log) != NGX_OK) {
        return NULL;
    }

    ngx_print_api_pages_keep(&ngx_print_api_pages);

    page = &ngx_print_api_pages.page[n];

    if (*page && (*page)->version != ngx_print_client_version(st, n)) {
        ngx_print_api_page_release(*page);
        *page = NULL;
    }

    if (*page == NULL) {
        *page = ngx_print_api_page_create(st, n, log);
    }

    if (*page) {
        (*page)->refs++;
    }

    return *page;
}


/* there is a place for the one with this number */

static ngx_int_t
ngx_print_api_pages_grow(ngx_print_api_pages_t *pages, ngx_uint_t n,
    ngx_log_t *log)
{
    ngx_uint_t              max;
    ngx_print_api_page_t  **page;

    if (n < pages->n) {
        return NGX_OK;
    }

    max = ngx_max(2 * pages->n, n + 1);

    page = ngx_calloc(max * sizeof(ngx_print_api_page_t *), log);
    if (page == NULL) {
        return NGX_ERROR;
    }

    if (pages->page) {
        ngx_memcpy(page, pages->page,
                   pages->n * sizeof(ngx_print_api_page_t *));
        ngx_free(pages->page);
    }

    pages->page = page;
    pages->n = max;

    return NGX_OK;
}


static void
ngx_print_api_pages_keep(ngx_print_api_pages_t *pages)
{
    pages->timer.handler = ngx_print_api_pages_handler;
    pages->timer.data = &ngx_print_api_nobody;
    pages->timer.log = ngx_cycle->log;
    pages->timer.cancelable = 1;

    ngx_add_timer(&pages->timer, NGX_PRINT_API_PAGES_KEPT);
}


/* what an answer still has is freed after that */

static void
ngx_print_api_pages_handler(ngx_event_t *ev)
{
    ngx_uint_t              i;
    ngx_print_api_pages_t  *pages;

    pages = &ngx_print_api_pages;

    for (i = 0; i < pages->n; i++) {
        if (pages->page[i]) {
            ngx_print_api_page_release(pages->page[i]);
        }
    }

    ngx_free(pages->page);

    pages->page = NULL;
    pages->n = 0;
}


static ngx_print_api_page_t *
ngx_print_api_page_create(ngx_print_store_t *st, ngx_uint_t n, ngx_log_t *log)
{
    u_char                   *p;
    size_t                    len;
    uint32_t                  version;
    ngx_uint_t                i, nclients;
    ngx_print_api_page_t     *page;
    ngx_print_client_info_t  *client;

    client = ngx_print_api_clients;

    nclients = ngx_print_client_list(st, n, client, &version);

    len = 0;

    for (i = 0; i < nclients; i++) {
        len += 1 + ngx_print_api_entry_len(&client[i]);
    }

    page = ngx_alloc(sizeof(ngx_print_api_page_t) + len, log);
    if (page == NULL) {
        return NULL;
    }

    page->version = version;
    page->refs = 1;
    page->first = nclients ? client[0].seq : 0;
    page->last = nclients ? client[nclients - 1].seq : 0;
    page->ordered = 1;
    page->len = len;

    p = page->text;

    for (i = 0; i < nclients; i++) {

        if (i && client[i].seq < client[i - 1].seq) {
            page->ordered = 0;
        }

        *p++ = ',';
        p = ngx_print_api_entry(p, &client[i]);
    }

    return page;
}


void
ngx_print_api_page_release(ngx_print_api_page_t *page)
{
    if (--page->refs == 0) {
        ngx_free(page);
    }
}


size_t
ngx_print_api_entry_len(ngx_print_client_info_t *client)
{
    return sizeof("{\"clientId\":,\"connected\":,\"socketId\":\"\"}") - 1
           + (client->connected ? sizeof("true") - 1 : sizeof("false") - 1)
           + ngx_print_json_string(NULL, client->id, client->len)
           + NGX_PRINT_SIO_SID_LEN;
}


u_char *
ngx_print_api_entry(u_char *p, ngx_print_client_info_t *client)
{
    p = ngx_cpymem(p, "{\"clientId\":", sizeof("{\"clientId\":") - 1);

    p = (u_char *) ngx_print_json_string(p, client->id, client->len);

    if (client->connected) {
        p = ngx_cpymem(p, ",\"connected\":true,\"socketId\":\"",
                       sizeof(",\"connected\":true,\"socketId\":\"") - 1);

    } else {
        p = ngx_cpymem(p, ",\"connected\":false,\"socketId\":\"",
                       sizeof(",\"connected\":false,\"socketId\":\"") - 1);
    }

    p = ngx_print_sio_sid(p, client->nsp, client->sock);

    *p++ = '"';
    *p++ = '}';

    return p;
}
