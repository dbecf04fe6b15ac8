
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Events of the store, told to those in this process who wait for some: each
 * subscriber gets all of them, in order, from the moment it subscribed.
 */


#ifndef _NGX_PRINT_FEED_H_INCLUDED_
#define _NGX_PRINT_FEED_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_event.h"
#include "ngx_print_eio.h"


typedef struct ngx_print_feed_sub_s  ngx_print_feed_sub_t;

/*
 * event: NULL if some were lost, because too many came at once, or if this
 * worker is about to exit (eio->closing).  The handler may unsubscribe itself,
 * and no other one.
 */
typedef void (*ngx_print_feed_handler_pt)(ngx_print_feed_sub_t *sub,
    ngx_print_event_t *event);


struct ngx_print_feed_sub_s {
    ngx_print_feed_handler_pt    handler;
    void                        *data;
    ngx_queue_t                  queue;
};


/* from now on, and not any more; the latter may be said again */
void ngx_print_feed_subscribe(ngx_print_eio_t *eio, ngx_print_feed_sub_t *sub);
void ngx_print_feed_unsubscribe(ngx_print_eio_t *eio,
    ngx_print_feed_sub_t *sub);

/* there may be new ones */
void ngx_print_feed_pump(ngx_print_eio_t *eio);


#endif /* _NGX_PRINT_FEED_H_INCLUDED_ */
