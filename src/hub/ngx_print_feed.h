
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The feed: events of the zone for subscribers of this process.  A subscriber
 * gets every event, in order, from the moment when it subscribed.
 */


#ifndef _NGX_PRINT_FEED_H_INCLUDED_
#define _NGX_PRINT_FEED_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_event.h"
#include "ngx_print_eio.h"


typedef struct ngx_print_feed_s      ngx_print_feed_t;
typedef struct ngx_print_feed_sub_s  ngx_print_feed_sub_t;

/*
 * The feed calls it with each event.  event is NULL if events were overwritten
 * before this process could read them, and if this worker shuts down (then
 * eio->closing is set).  The handler may end its own subscription, but no other
 * one.
 */
typedef void (*ngx_print_feed_handler_pt)(ngx_print_feed_sub_t *sub,
    ngx_print_event_t *event);


/* a subscription: its owner zeroes it and sets the first two members */
struct ngx_print_feed_sub_s {
    ngx_print_feed_handler_pt    handler;
    void                        *data;

    /* private to the feed */
    ngx_print_feed_t            *feed;
    ngx_event_t                 *event;
    ngx_queue_t                  queue;
};


/*
 * Creates the feed of an engine without subscribers, and registers it with the
 * engine, which runs it when there may be new events.  A worker calls this once
 * when it starts.
 *
 *   NGX_OK     the feed was created
 *   NGX_ERROR  there is no memory
 */
ngx_int_t ngx_print_feed_start(ngx_cycle_t *cycle, ngx_print_eio_t *eio);

/* Subscribes to all events that happen from now on. */
void ngx_print_feed_subscribe(ngx_print_eio_t *eio, ngx_print_feed_sub_t *sub);

/*
 * Subscribes for a request.  The subscription ends with the request at the
 * latest.  When it ends, ev is removed from the timers and from the posted
 * events, so that no event of a finished request fires.
 *
 *   NGX_OK     the request is subscribed
 *   NGX_ERROR  there is no memory
 */
ngx_int_t ngx_print_feed_subscribe_request(ngx_print_eio_t *eio,
    ngx_http_request_t *r, ngx_print_feed_sub_t *sub, ngx_event_t *ev);

/*
 * Ends a subscription, after ngx_print_feed_subscribe().  Does nothing if it
 * has ended before.
 */
void ngx_print_feed_unsubscribe(ngx_print_feed_sub_t *sub);


#endif /* _NGX_PRINT_FEED_H_INCLUDED_ */
