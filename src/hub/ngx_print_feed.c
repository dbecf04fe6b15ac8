
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>

#include "ngx_print_feed.h"


struct ngx_print_feed_s {
    ngx_print_eio_t    *eio;
    ngx_queue_t         subs;
    uint64_t            last;       /* number of the last event that was
                                       published */
    unsigned            watching:1; /* the store knows that there are
                                       subscribers */
};


static void ngx_print_feed_cleanup(void *data);
static void ngx_print_feed_handler(void *data);
static void ngx_print_feed_publish(ngx_print_feed_t *feed,
    ngx_print_event_t *event);


ngx_int_t
ngx_print_feed_start(ngx_cycle_t *cycle, ngx_print_eio_t *eio)
{
    ngx_print_feed_t  *feed;

    feed = ngx_pcalloc(cycle->pool, sizeof(ngx_print_feed_t));
    if (feed == NULL) {
        return NGX_ERROR;
    }

    feed->eio = eio;

    ngx_queue_init(&feed->subs);

    eio->app_ctx = feed;

    eio->feed.handler = ngx_print_feed_handler;
    eio->feed.data = feed;

    return NGX_OK;
}


void
ngx_print_feed_subscribe(ngx_print_eio_t *eio, ngx_print_feed_sub_t *sub)
{
    ngx_print_feed_t  *feed;

    feed = eio->app_ctx;

    if (ngx_queue_empty(&feed->subs)) {
        feed->watching = (ngx_print_event_watch(&eio->store, 1) == NGX_OK);

        feed->last = ngx_print_event_last(&eio->store);
    }

    sub->feed = feed;

    ngx_queue_insert_tail(&feed->subs, &sub->queue);
}


ngx_int_t
ngx_print_feed_subscribe_request(ngx_print_eio_t *eio, ngx_http_request_t *r,
    ngx_print_feed_sub_t *sub, ngx_event_t *ev)
{
    ngx_http_cleanup_t  *cln;

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_print_feed_cleanup;
    cln->data = sub;

    sub->event = ev;

    ngx_print_feed_subscribe(eio, sub);

    return NGX_OK;
}


static void
ngx_print_feed_cleanup(void *data)
{
    ngx_print_feed_unsubscribe(data);
}


void
ngx_print_feed_unsubscribe(ngx_print_feed_sub_t *sub)
{
    ngx_event_t       *ev;
    ngx_print_feed_t  *feed;

    if (ngx_queue_empty(&sub->queue)) {
        /* the subscription has ended before */
        return;
    }

    feed = sub->feed;
    ev = sub->event;

    ngx_queue_remove(&sub->queue);
    ngx_queue_init(&sub->queue);

    if (ngx_queue_empty(&feed->subs)
        && ngx_print_eio_ready(feed->eio) == NGX_OK)
    {
        /* otherwise this worker is woken for nothing until the next one ends */
        (void) ngx_print_event_watch(&feed->eio->store, 0);
    }

    if (ev && ev->timer_set) {
        ngx_del_timer(ev);
    }

    if (ev && ev->posted) {
        ngx_delete_posted_event(ev);
    }
}


/*
 * Publishes all new events.  The engine calls it when there may be some, and
 * once more when it shuts down.
 */

static void
ngx_print_feed_handler(void *data)
{
    ngx_print_feed_t *feed = data;

    ngx_uint_t          i, n;
    ngx_print_store_t  *st;
    ngx_print_event_t   events[NGX_PRINT_EVENT_READ];

    if (feed->eio->closing) {
        ngx_print_feed_publish(feed, NULL);
        return;
    }

    st = &feed->eio->store;

    if (!feed->watching && !ngx_queue_empty(&feed->subs)) {
        /* the zone was busy; what has happened meanwhile may be no event */

        feed->watching = (ngx_print_event_watch(st, 1) == NGX_OK);

        if (feed->watching) {
            ngx_print_feed_publish(feed, NULL);
        }
    }

    while (!ngx_queue_empty(&feed->subs)) {

        n = ngx_print_event_read(st, feed->last, events);

        for (i = 0; i < n; i++) {

            if (events[i].id != feed->last + 1) {
                ngx_print_feed_publish(feed, NULL);
            }

            feed->last = events[i].id;

            ngx_print_feed_publish(feed, &events[i]);
        }

        if (n < NGX_PRINT_EVENT_READ) {
            return;
        }
    }
}


static void
ngx_print_feed_publish(ngx_print_feed_t *feed, ngx_print_event_t *event)
{
    ngx_queue_t           *q, *next;
    ngx_print_feed_sub_t  *sub;

    for (q = ngx_queue_head(&feed->subs);
         q != ngx_queue_sentinel(&feed->subs);
         q = next)
    {
        next = ngx_queue_next(q);

        sub = ngx_queue_data(q, ngx_print_feed_sub_t, queue);
        sub->handler(sub, event);
    }
}
