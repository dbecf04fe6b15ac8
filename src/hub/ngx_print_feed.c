
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_feed.h"


static void ngx_print_feed_tell(ngx_print_eio_t *eio,
    ngx_print_event_t *event);


void
ngx_print_feed_subscribe(ngx_print_eio_t *eio, ngx_print_feed_sub_t *sub)
{
    if (ngx_queue_empty(&eio->news.subs)) {
        ngx_print_event_watch(&eio->store, 1);

        eio->news.last = ngx_print_event_last(&eio->store);
    }

    ngx_queue_insert_tail(&eio->news.subs, &sub->queue);
}


void
ngx_print_feed_unsubscribe(ngx_print_eio_t *eio, ngx_print_feed_sub_t *sub)
{
    ngx_queue_remove(&sub->queue);
    ngx_queue_init(&sub->queue);

    if (ngx_queue_empty(&eio->news.subs)) {
        ngx_print_event_watch(&eio->store, 0);
    }
}


void
ngx_print_feed_pump(ngx_print_eio_t *eio)
{
    ngx_uint_t         i, n;
    ngx_print_event_t  events[NGX_PRINT_EVENT_READ];

    if (eio->closing) {
        ngx_print_feed_tell(eio, NULL);
        return;
    }

    while (!ngx_queue_empty(&eio->news.subs)) {

        n = ngx_print_event_read(&eio->store, eio->news.last, events);

        for (i = 0; i < n; i++) {

            if (events[i].id != eio->news.last + 1) {
                ngx_print_feed_tell(eio, NULL);
            }

            eio->news.last = events[i].id;

            ngx_print_feed_tell(eio, &events[i]);
        }

        if (n < NGX_PRINT_EVENT_READ) {
            return;
        }
    }
}


static void
ngx_print_feed_tell(ngx_print_eio_t *eio, ngx_print_event_t *event)
{
    ngx_queue_t           *q, *next;
    ngx_print_feed_sub_t  *sub;

    for (q = ngx_queue_head(&eio->news.subs);
         q != ngx_queue_sentinel(&eio->news.subs);
         q = next)
    {
        next = ngx_queue_next(q);

        sub = ngx_queue_data(q, ngx_print_feed_sub_t, queue);
        sub->handler(sub, event);
    }
}
