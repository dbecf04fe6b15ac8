
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_post_request.h"
#include "ngx_print_feed.h"
#include "ngx_print_api_count.h"
#include "ngx_print_api_json.h"
#include "ngx_print_webhook.h"


#define NGX_PRINT_WEBHOOK_LOOK  250      /* ms, until the next look for a
                                            leader */

#define NGX_PRINT_WEBHOOK_LOST                                                \
    (sizeof("{\"type\":\"lost\",\"from\":,\"to\":},") + 2 * NGX_INT64_LEN)


typedef struct {
    ngx_print_feed_sub_t         sub;
    ngx_event_t                  work;     /* posted if there may be events */
    ngx_event_t                  timer;    /* next look for a leader, next
                                              attempt, end of the drain */
    ngx_print_eio_t             *eio;
    ngx_print_webhook_conf_t    *conf;
    ngx_msec_t                   drain;
    ngx_log_t                   *log;

    ngx_print_post_request_t     request;
    ngx_uint_t                   status;   /* of the request that has ended */
    uint64_t                     first;    /* event that it contained */
    uint64_t                     last;

    ngx_uint_t                   failures;  /* in a row */
    ngx_msec_t                   delay;    /* after the last failure */

    unsigned                     leading:1;
    unsigned                     running:1;  /* a request */
    unsigned                     ended:1;  /* its result is not handled yet */
} ngx_print_webhook_t;


static void ngx_print_webhook_feed(ngx_print_feed_sub_t *sub,
    ngx_print_event_t *event);
static void ngx_print_webhook_timer(ngx_event_t *ev);
static void ngx_print_webhook_work(ngx_event_t *ev);
static void ngx_print_webhook_exit(ngx_print_webhook_t *webhook);
static void ngx_print_webhook_deposed(ngx_print_webhook_t *webhook);
static void ngx_print_webhook_next(ngx_print_webhook_t *webhook);
static ngx_int_t ngx_print_webhook_body(ngx_print_webhook_t *webhook,
    ngx_print_event_t *events, ngx_uint_t n, ngx_pool_t *pool,
    ngx_str_t *body);
static void ngx_print_webhook_done(void *data, ngx_print_post_answer_t *answer);
static void ngx_print_webhook_ended(ngx_print_webhook_t *webhook,
    ngx_uint_t status);
static void ngx_print_webhook_result(ngx_print_webhook_t *webhook);
static void ngx_print_webhook_failed(ngx_print_webhook_t *webhook);
static void ngx_print_webhook_succeeded(ngx_print_webhook_t *webhook);


ngx_int_t
ngx_print_webhook_start(ngx_cycle_t *cycle, ngx_print_zone_conf_t *zone,
    ngx_msec_t drain)
{
    ngx_print_webhook_t  *webhook;

    if (zone->webhook == NULL) {
        return NGX_OK;
    }

    webhook = ngx_pcalloc(cycle->pool, sizeof(ngx_print_webhook_t));
    if (webhook == NULL) {
        return NGX_ERROR;
    }

    webhook->eio = zone->eio;
    webhook->conf = zone->webhook;
    webhook->drain = drain;
    webhook->log = cycle->log;

    webhook->sub.handler = ngx_print_webhook_feed;
    webhook->sub.data = webhook;

    webhook->work.handler = ngx_print_webhook_work;
    webhook->work.data = webhook;
    webhook->work.log = cycle->log;

    webhook->timer.handler = ngx_print_webhook_timer;
    webhook->timer.data = webhook;
    webhook->timer.log = cycle->log;
    webhook->timer.cancelable = 1;

    webhook->request.target = &zone->webhook->target;
    webhook->request.purpose = "sending events";
    webhook->request.done = ngx_print_webhook_done;
    webhook->request.data = webhook;

    /* look at once: a new zone keeps events from the moment it has a leader */

    ngx_print_webhook_timer(&webhook->timer);

    return NGX_OK;
}


static void
ngx_print_webhook_feed(ngx_print_feed_sub_t *sub, ngx_print_event_t *event)
{
    ngx_print_webhook_t  *webhook;

    webhook = sub->data;

    ngx_post_event(&webhook->work, &ngx_posted_events);
}


static void
ngx_print_webhook_timer(ngx_event_t *ev)
{
    ngx_print_webhook_t  *webhook;

    webhook = ev->data;

    if (ngx_print_eio_ready(webhook->eio) != NGX_OK) {
        ngx_add_timer(ev, NGX_PRINT_WEBHOOK_LOOK);
        return;
    }

    if (!webhook->leading) {

        if (ngx_exiting || webhook->eio->closing) {
            return;
        }

        if (!ngx_print_event_leader(&webhook->eio->store)) {
            ngx_add_timer(ev, NGX_PRINT_WEBHOOK_LOOK);
            return;
        }

        ngx_log_error(NGX_LOG_INFO, webhook->log, 0,
                      "print hub: webhook: this worker sends events to \"%V\"",
                      &webhook->conf->target.line);

        webhook->leading = 1;

        ngx_print_feed_subscribe(webhook->eio, &webhook->sub);
    }

    if (webhook->running) {
        ngx_print_post_abort(&webhook->request);
    }

    ngx_post_event(&webhook->work, &ngx_posted_events);
}


static void
ngx_print_webhook_work(ngx_event_t *ev)
{
    ngx_print_webhook_t  *webhook;

    webhook = ev->data;

    if (ngx_print_eio_ready(webhook->eio) != NGX_OK) {

        if (!webhook->timer.timer_set) {
            ngx_add_timer(&webhook->timer, NGX_PRINT_WEBHOOK_LOOK);
        }

        return;
    }

    if (webhook->ended) {
        webhook->ended = 0;
        ngx_print_webhook_result(webhook);
    }

    if (webhook->eio->closing) {
        ngx_print_webhook_exit(webhook);

    } else if (webhook->leading && !webhook->running
               && !webhook->timer.timer_set)
    {
        ngx_print_webhook_next(webhook);
    }
}


/*
 * Resigns as leader at exit, after the request that is running has ended, or
 * after the time of print_hub_drain.  The next leader starts behind the last
 * event whose answer arrived.
 */

static void
ngx_print_webhook_exit(ngx_print_webhook_t *webhook)
{
    if (webhook->running) {

        if (!webhook->timer.timer_set) {
            webhook->timer.cancelable = 0;
            ngx_add_timer(&webhook->timer, webhook->drain);
        }

        return;
    }

    if (webhook->leading) {
        webhook->leading = 0;

        ngx_print_feed_unsubscribe(&webhook->sub);
        ngx_print_event_resign(&webhook->eio->store);
    }

    if (webhook->timer.timer_set) {
        ngx_del_timer(&webhook->timer);
    }
}


/* Another worker sends the events, because this one stood still. */

static void
ngx_print_webhook_deposed(ngx_print_webhook_t *webhook)
{
    ngx_log_error(NGX_LOG_INFO, webhook->log, 0,
                  "print hub: webhook: another worker sends events to \"%V\"",
                  &webhook->conf->target.line);

    webhook->leading = 0;
    webhook->failures = 0;

    ngx_print_feed_unsubscribe(&webhook->sub);

    ngx_add_timer(&webhook->timer, NGX_PRINT_WEBHOOK_LOOK);
}


static void
ngx_print_webhook_next(ngx_print_webhook_t *webhook)
{
    ngx_int_t           rc;
    ngx_str_t           body;
    ngx_uint_t          n;
    ngx_pool_t         *pool;
    ngx_print_event_t   events[NGX_PRINT_EVENT_READ];

    if (!ngx_print_event_leader(&webhook->eio->store)) {

        if (ngx_print_store_failed(&webhook->eio->store)) {
            ngx_add_timer(&webhook->timer, NGX_PRINT_WEBHOOK_LOOK);
            return;
        }

        ngx_print_webhook_deposed(webhook);
        return;
    }

    webhook->first = ngx_print_event_delivered(&webhook->eio->store) + 1;

    n = ngx_print_event_read(&webhook->eio->store, webhook->first - 1, events);
    if (n == 0) {
        return;
    }

    webhook->running = 1;

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, webhook->log);

    if (pool == NULL) {
        ngx_print_webhook_ended(webhook, 0);
        return;
    }

    rc = ngx_print_webhook_body(webhook, events, n, pool, &body);

    if (rc != NGX_OK) {
        ngx_destroy_pool(pool);
        ngx_print_webhook_ended(webhook, 0);
        return;
    }

    ngx_print_post_request(&webhook->request, pool, &body);
}


/*
 * Writes the body of a request: a JSON array of up to NGX_PRINT_EVENT_READ
 * elements: the events, with an object in front of them that names the events
 * which were overwritten, if any.
 *
 *   NGX_OK     *body was written
 *   NGX_ERROR  there is no memory
 */

static ngx_int_t
ngx_print_webhook_body(ngx_print_webhook_t *webhook, ngx_print_event_t *events,
    ngx_uint_t n, ngx_pool_t *pool, ngx_str_t *body)
{
    u_char      *p;
    ngx_uint_t   i;

    p = ngx_pnalloc(pool,
                    NGX_PRINT_WEBHOOK_LOST + n * (NGX_PRINT_API_EVENT + 1));
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;

    *p++ = '[';

    if (events[0].id != webhook->first) {
        p = ngx_sprintf(p, "{\"type\":\"lost\",\"from\":%uL,\"to\":%uL},",
                        webhook->first, events[0].id - 1);
        webhook->first = events[0].id;

        /* it is one of the elements, whose number is limited */
        n = ngx_min(n, NGX_PRINT_EVENT_READ - 1);
    }

    webhook->last = events[n - 1].id;

    for (i = 0; i < n; i++) {
        p = ngx_print_api_json_event(p, &events[i]);
        *p++ = ',';
    }

    p[-1] = ']';

    body->len = p - body->data;

    return NGX_OK;
}


static void
ngx_print_webhook_done(void *data, ngx_print_post_answer_t *answer)
{
    ngx_print_webhook_ended(data, answer->status);
}


static void
ngx_print_webhook_ended(ngx_print_webhook_t *webhook, ngx_uint_t status)
{
    webhook->running = 0;
    webhook->ended = 1;
    webhook->status = status;

    ngx_post_event(&webhook->work, &ngx_posted_events);
}


static void
ngx_print_webhook_result(ngx_print_webhook_t *webhook)
{
    ngx_print_store_t  *st;

    st = &webhook->eio->store;

    if (webhook->timer.timer_set) {
        ngx_del_timer(&webhook->timer);
    }

    ngx_print_tally(st, NGX_PRINT_TALLY_WEBHOOK
                        + ngx_print_api_count_class(webhook->status));

    if (webhook->status >= NGX_HTTP_OK
        && webhook->status < NGX_HTTP_SPECIAL_RESPONSE)
    {
        ngx_print_webhook_succeeded(webhook);
        return;
    }

    webhook->delay = webhook->failures ? ngx_min(2 * webhook->delay,
                                                 webhook->conf->max_retry)
                                       : webhook->conf->retry;

    ngx_print_event_failed(st);

    if (webhook->failures++ == 0) {
        ngx_print_webhook_failed(webhook);
    }

    ngx_add_timer(&webhook->timer, webhook->delay);
}


static void
ngx_print_webhook_failed(ngx_print_webhook_t *webhook)
{
    u_char              how[sizeof(" with ") + NGX_INT_T_LEN];
    ngx_uint_t          ms;
    ngx_print_store_t  *st;

    st = &webhook->eio->store;

    if (webhook->status) {
        *ngx_sprintf(how, " with %ui", webhook->status) = '\0';

    } else {
        ngx_memcpy(how, ", no answer", sizeof(", no answer"));
    }

    ms = (webhook->delay < 1000);

    ngx_log_error(NGX_LOG_ERR, webhook->log, 0,
                  "print hub: webhook \"%V\": failed%s, trying again in %M %s, "
                  "%uL events wait", &webhook->conf->target.uri, how,
                  ms ? webhook->delay : webhook->delay / 1000, ms ? "ms" : "s",
                  ngx_print_event_last(st) - ngx_print_event_delivered(st));
}


static void
ngx_print_webhook_succeeded(ngx_print_webhook_t *webhook)
{
    uint64_t  next;

    next = ngx_print_event_delivered(&webhook->eio->store) + 1;

    if (webhook->first > next) {
        ngx_log_error(NGX_LOG_WARN, webhook->log, 0,
                      "print hub: webhook \"%V\": events %uL to %uL are lost",
                      &webhook->conf->target.uri, next, webhook->first - 1);

        ngx_print_tally_add(&webhook->eio->store,
                            NGX_PRINT_TALLY_EVENTS_LOST
                            + NGX_PRINT_READER_WEBHOOK,
                            webhook->first - next);
    }

    if (webhook->failures) {
        ngx_log_error(NGX_LOG_NOTICE, webhook->log, 0,
                      "print hub: webhook \"%V\": works again, after %ui "
                      "failures", &webhook->conf->target.uri,
                      webhook->failures);
        webhook->failures = 0;
    }

    if (ngx_print_event_set_delivered(&webhook->eio->store, webhook->last)
        != NGX_OK)
    {
        ngx_print_webhook_deposed(webhook);
    }
}
