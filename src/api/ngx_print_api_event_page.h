
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The events that a worker has read last for a stream that is behind the
 * others, as text for Server-Sent Events.  The streams that follow from the
 * same number, as after a reload, share them.
 */


#ifndef _NGX_PRINT_API_EVENT_PAGE_H_INCLUDED_
#define _NGX_PRINT_API_EVENT_PAGE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_event.h"


/* the maximum length of an event's text: what is around its JSON, in bytes */
#define NGX_PRINT_API_FRAME  64


typedef struct {
    ngx_print_store_t   *store;
    uint64_t             after;          /* the events follow this number */
    ngx_uint_t           n;
    ngx_print_event_t    events[NGX_PRINT_EVENT_READ];
    ngx_str_t            texts[NGX_PRINT_EVENT_READ];
    u_char              *buffer;         /* of all texts */
} ngx_print_api_page_t;


/*
 * Returns the page of this worker with the events that follow number after;
 * *i is the index of the first of them, page->n if there are none.  The page is
 * valid until the next call.  NULL: there is no memory.
 */
ngx_print_api_page_t *ngx_print_api_event_page(ngx_print_store_t *st,
    uint64_t after, ngx_uint_t *i, ngx_log_t *log);

/*
 * Writes the text of an event to p and returns the byte after it.  The caller
 * provides room for NGX_PRINT_API_FRAME + NGX_PRINT_API_EVENT bytes.
 */
u_char *ngx_print_api_event_text(u_char *p, ngx_print_event_t *event);


#endif /* _NGX_PRINT_API_EVENT_PAGE_H_INCLUDED_ */
