
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_print_eio_hold.h"


void
ngx_print_eio_hold_init(ngx_print_eio_hold_t *hold,
    ngx_event_handler_pt handler, void *data, ngx_log_t *log)
{
    ngx_queue_init(&hold->waits);

    ngx_memzero(&hold->event, sizeof(ngx_event_t));

    hold->event.handler = handler;
    hold->event.data = data;
    hold->event.log = log;
}


void
ngx_print_eio_hold_end(ngx_print_eio_hold_t *hold)
{
    ngx_queue_t           *q;
    ngx_print_eio_wait_t  *wait;

    while (ngx_print_eio_is_held(hold)) {

        q = ngx_queue_head(&hold->waits);
        wait = ngx_queue_data(q, ngx_print_eio_wait_t, queue);

        /* lint core.NullDereference: the list has no member without links */
        ngx_queue_remove(q);
        wait->hold = NULL;
    }

    if (hold->event.posted) {
        ngx_delete_posted_event(&hold->event);
    }

    if (hold->event.timer_set) {
        ngx_del_timer(&hold->event);
    }
}


void
ngx_print_eio_wait(ngx_print_eio_hold_t *hold, ngx_print_eio_wait_t *wait)
{
    wait->hold = hold;

    if (hold) {
        ngx_queue_insert_tail(&hold->waits, &wait->queue);
    }
}


void
ngx_print_eio_decided(ngx_print_eio_wait_t *wait)
{
    ngx_print_eio_hold_t  *hold;

    hold = wait->hold;

    if (hold == NULL) {
        return;
    }

    wait->hold = NULL;
    ngx_queue_remove(&wait->queue);

    if (!ngx_print_eio_is_held(hold)) {
        ngx_post_event(&hold->event, &ngx_posted_events);
    }
}
