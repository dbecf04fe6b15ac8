
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_print_id.h"
#include "ngx_print_json.h"
#include "ngx_print_api_status_page.h"


#define NGX_PRINT_API_STATUS_KEPT  10000    /* ms without a request */


/* the pages of one zone whose texts this process has cached */
typedef struct ngx_print_api_cache_s  ngx_print_api_cache_t;

struct ngx_print_api_cache_s {
    ngx_print_store_t             *store;
    ngx_print_api_status_page_t  **page;
    ngx_uint_t                     n;
    ngx_print_api_cache_t         *next;
};


static ngx_print_api_cache_t *ngx_print_api_cache_of(ngx_print_store_t *st,
    ngx_log_t *log);
static ngx_int_t ngx_print_api_cache_grow(ngx_print_api_cache_t *cache,
    ngx_uint_t n, ngx_log_t *log);
static void ngx_print_api_cache_keep(void);
static void ngx_print_api_cache_handler(ngx_event_t *ev);
static ngx_print_api_status_page_t *ngx_print_api_status_page_create(
    ngx_print_store_t *st, ngx_uint_t n, ngx_log_t *log);


/* of all zones, those that were asked for lately */
static ngx_print_api_cache_t  *ngx_print_api_caches;

/* frees them if there was no request for a while */
static ngx_event_t             ngx_print_api_cache_timer;

/* nginx's debug log line of a timer reads a connection from ev->data */
static ngx_connection_t        ngx_print_api_status_nobody;

/* the clients of a page while its text is written: too large for the stack */
static ngx_print_client_info_t
    ngx_print_api_status_clients[NGX_PRINT_CLIENT_PAGE];


ngx_print_api_status_page_t *
ngx_print_api_status_page(ngx_print_store_t *st, ngx_uint_t n, ngx_log_t *log)
{
    ngx_print_api_cache_t         *cache;
    ngx_print_api_status_page_t  **page;

    cache = ngx_print_api_cache_of(st, log);

    if (cache == NULL || ngx_print_api_cache_grow(cache, n, log) != NGX_OK) {
        return NULL;
    }

    ngx_print_api_cache_keep();

    page = &cache->page[n];

    if (*page && (*page)->version != ngx_print_client_version(st, n)) {
        ngx_print_api_status_page_release(*page);
        *page = NULL;
    }

    if (*page == NULL) {
        *page = ngx_print_api_status_page_create(st, n, log);
    }

    if (*page) {
        (*page)->refs++;
    }

    return *page;
}


/* Returns the cache of a zone, or NULL if there is no memory. */

static ngx_print_api_cache_t *
ngx_print_api_cache_of(ngx_print_store_t *st, ngx_log_t *log)
{
    ngx_print_api_cache_t  *cache;

    for (cache = ngx_print_api_caches; cache; cache = cache->next) {
        if (cache->store == st) {
            return cache;
        }
    }

    cache = ngx_calloc(sizeof(ngx_print_api_cache_t), log);

    if (cache) {
        cache->store = st;
        cache->next = ngx_print_api_caches;
        ngx_print_api_caches = cache;
    }

    return cache;
}


/* Makes sure that the cache has a place for page n. */

static ngx_int_t
ngx_print_api_cache_grow(ngx_print_api_cache_t *cache,
    ngx_uint_t n, ngx_log_t *log)
{
    ngx_uint_t                     max;
    ngx_print_api_status_page_t  **page;

    if (n < cache->n) {
        return NGX_OK;
    }

    max = ngx_max(2 * cache->n, n + 1);

    page = ngx_calloc(max * sizeof(ngx_print_api_status_page_t *), log);
    if (page == NULL) {
        return NGX_ERROR;
    }

    if (cache->page) {
        ngx_memcpy(page, cache->page,
                   cache->n * sizeof(ngx_print_api_status_page_t *));
        ngx_free(cache->page);
    }

    cache->page = page;
    cache->n = max;

    return NGX_OK;
}


static void
ngx_print_api_cache_keep(void)
{
    ngx_event_t  *ev;

    ev = &ngx_print_api_cache_timer;

    ev->handler = ngx_print_api_cache_handler;
    ev->data = &ngx_print_api_status_nobody;
    ev->log = ngx_cycle->log;
    ev->cancelable = 1;

    ngx_add_timer(ev, NGX_PRINT_API_STATUS_KEPT);
}


/* A page that an answer still uses is freed when the answer releases it. */

static void
ngx_print_api_cache_handler(ngx_event_t *ev)
{
    ngx_uint_t              i;
    ngx_print_api_cache_t  *cache;

    while (ngx_print_api_caches) {
        cache = ngx_print_api_caches;
        ngx_print_api_caches = cache->next;

        for (i = 0; i < cache->n; i++) {
            if (cache->page[i]) {
                ngx_print_api_status_page_release(cache->page[i]);
            }
        }

        ngx_free(cache->page);
        ngx_free(cache);
    }
}


static ngx_print_api_status_page_t *
ngx_print_api_status_page_create(ngx_print_store_t *st, ngx_uint_t n,
    ngx_log_t *log)
{
    u_char                       *p;
    size_t                        len;
    uint32_t                      version;
    ngx_uint_t                    i, nclients;
    ngx_print_client_info_t      *client;
    ngx_print_api_status_page_t  *page;

    client = ngx_print_api_status_clients;

    nclients = ngx_print_client_list(st, n, client, &version);

    if (nclients == 0 && ngx_print_store_failed(st)) {
        return NULL;
    }

    len = 0;

    for (i = 0; i < nclients; i++) {
        len += 1 + ngx_print_api_status_entry_len(&client[i]);
    }

    page = ngx_alloc(sizeof(ngx_print_api_status_page_t) + len, log);
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
        p = ngx_print_api_status_entry(p, &client[i]);
    }

    return page;
}


void
ngx_print_api_status_page_release(ngx_print_api_status_page_t *page)
{
    if (--page->refs == 0) {
        ngx_free(page);
    }
}


size_t
ngx_print_api_status_entry_len(ngx_print_client_info_t *client)
{
    return sizeof("{\"clientId\":,\"connected\":,\"socketId\":\"\"}") - 1
           + (client->connected ? sizeof("true") - 1 : sizeof("false") - 1)
           + ngx_print_json_string(NULL, client->id, client->len)
           + NGX_PRINT_ID_LEN;
}


u_char *
ngx_print_api_status_entry(u_char *p, ngx_print_client_info_t *client)
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

    p = ngx_print_sio_sid(p, client->sock);

    *p++ = '"';
    *p++ = '}';

    return p;
}
