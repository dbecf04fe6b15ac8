
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_api_json.h"
#include "ngx_print_api_event_page.h"


static ngx_print_api_page_t *ngx_print_api_event_new_page(void);
static void ngx_print_api_event_fill(ngx_print_api_page_t *page);


/* a worker that has never had a stream has none */
static ngx_print_api_page_t  *ngx_print_api_page;


ngx_print_api_page_t *
ngx_print_api_event_page(ngx_print_store_t *st, uint64_t after, ngx_uint_t *i,
    ngx_log_t *log)
{
    uint64_t               first;
    ngx_print_api_page_t  *page;

    page = ngx_print_api_page;

    if (page == NULL) {

        page = ngx_print_api_event_new_page();
        if (page == NULL) {
            return NULL;
        }

        ngx_print_api_page = page;
    }

    if (after >= ngx_print_event_last(st)) {
        *i = page->n;
        return page;
    }

    /* events do not change, so the page is right for as long as it helps */

    if (page->store == st && page->n) {

        first = page->events[0].id;

        if (after == page->after) {
            *i = 0;
            return page;
        }

        if (after >= first && after < first + page->n - 1) {
            *i = after + 1 - first;
            return page;
        }
    }

    page->store = st;
    page->after = after;
    page->n = ngx_print_event_read(st, after, page->events);

    ngx_print_api_event_fill(page);

    if (page->n) {
        ngx_log_debug2(NGX_LOG_DEBUG_HTTP, log, 0,
                       "print hub: api: events %uL to %uL were read",
                       page->events[0].id, page->events[page->n - 1].id);
    }

    *i = 0;

    return page;
}


static ngx_print_api_page_t *
ngx_print_api_event_new_page(void)
{
    ngx_pool_t            *pool;
    ngx_print_api_page_t  *page;

    pool = ngx_cycle->pool;

    page = ngx_pcalloc(pool, sizeof(ngx_print_api_page_t));
    if (page == NULL) {
        return NULL;
    }

    page->buffer = ngx_palloc(pool, NGX_PRINT_EVENT_READ
                                    * (NGX_PRINT_API_FRAME
                                       + NGX_PRINT_API_EVENT));

    return page->buffer ? page : NULL;
}


static void
ngx_print_api_event_fill(ngx_print_api_page_t *page)
{
    u_char      *p;
    ngx_uint_t   i;

    p = page->buffer;

    for (i = 0; i < page->n; i++) {
        page->texts[i].data = p;

        p = ngx_print_api_event_text(p, &page->events[i]);

        page->texts[i].len = p - page->texts[i].data;
    }
}


u_char *
ngx_print_api_event_text(u_char *p, ngx_print_event_t *event)
{
    p = ngx_sprintf(p, "id: %uL\nevent: %s\ndata: ", event->id,
                    ngx_print_api_json_type(event));
    p = ngx_print_api_json_event(p, event);

    return ngx_cpymem(p, "\n\n", 2);
}
