
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_news.h"
#include "ngx_print_api_json.h"
#include "ngx_print_post.h"


#define NGX_PRINT_POST_LOOK       250      /* ms: whether nobody tells */
#define NGX_PRINT_POST_RETRY      1000
#define NGX_PRINT_POST_MAX_RETRY  30000

#define NGX_PRINT_POST_LOST                                                   \
    (sizeof("{\"type\":\"lost\",\"from\":,\"to\":},") + 2 * NGX_INT64_LEN)


typedef struct {
    ngx_print_news_sub_t        sub;
    ngx_event_t                 work;      /* posted: there may be some */
    ngx_event_t                 timer;     /* a look, the next attempt, the end
                                              of patience */
    ngx_print_eio_t            *eio;
    ngx_print_post_conf_t      *conf;
    ngx_msec_t                  patience;
    ngx_log_t                  *log;

    ngx_print_post_request_t    request;
    ngx_uint_t                  status;    /* of the one that has ended */
    uint64_t                    first;     /* that it told */
    uint64_t                    last;

    ngx_uint_t                  failures;  /* in a row */
    ngx_msec_t                  delay;     /* after the last one */

    unsigned                    leading:1;
    unsigned                    running:1; /* a request */
    unsigned                    ended:1;   /* it has, not yet looked at */
} ngx_print_post_t;


static ngx_int_t ngx_print_post_times(ngx_conf_t *cf,
    ngx_print_post_conf_t *pcf);
static void ngx_print_post_news(ngx_print_news_sub_t *sub,
    ngx_print_event_t *event);
static void ngx_print_post_timer(ngx_event_t *ev);
static void ngx_print_post_work(ngx_event_t *ev);
static void ngx_print_post_exit(ngx_print_post_t *post);
static void ngx_print_post_next(ngx_print_post_t *post);
static ngx_int_t ngx_print_post_body(ngx_print_post_t *post,
    ngx_print_event_t *events, ngx_uint_t n, ngx_pool_t *pool,
    ngx_str_t *body);
static void ngx_print_post_done(void *data, ngx_uint_t status);
static void ngx_print_post_result(ngx_print_post_t *post);
static void ngx_print_post_told(ngx_print_post_t *post);


char *
ngx_print_post_conf(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_main_conf_t *pmcf = conf;

    u_char                 *p, *last;
    ngx_str_t              *value;
    ngx_print_post_conf_t  *pcf;

    pcf = &pmcf->post;

    if (pcf->ctx) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (value[1].len == 0 || value[1].data[0] != '/') {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid URI \"%V\", it must begin with \"/\"",
                           &value[1]);
        return NGX_CONF_ERROR;
    }

    pcf->ctx = cf->ctx;
    pcf->line = value[1];
    pcf->uri = value[1];

    last = value[1].data + value[1].len;

    p = ngx_strlchr(value[1].data, last, '?');

    if (p) {
        pcf->uri.len = p - value[1].data;
        pcf->args.data = p + 1;
        pcf->args.len = last - pcf->args.data;
    }

    return ngx_print_post_times(cf, pcf) == NGX_OK ? NGX_CONF_OK
                                                   : NGX_CONF_ERROR;
}


static ngx_int_t
ngx_print_post_times(ngx_conf_t *cf, ngx_print_post_conf_t *pcf)
{
    ngx_str_t   *value, s;
    ngx_uint_t   i;
    ngx_msec_t  *time;

    value = cf->args->elts;

    pcf->retry = NGX_PRINT_POST_RETRY;
    pcf->max_retry = NGX_PRINT_POST_MAX_RETRY;

    for (i = 2; i < cf->args->nelts; i++) {
        s = value[i];

        if (ngx_strncmp(s.data, "retry=", 6) == 0) {
            time = &pcf->retry;
            s.data += 6;

        } else if (ngx_strncmp(s.data, "max_retry=", 10) == 0) {
            time = &pcf->max_retry;
            s.data += 10;

        } else {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\"", &value[i]);
            return NGX_ERROR;
        }

        s.len = value[i].data + value[i].len - s.data;
        *time = ngx_parse_time(&s, 0);

        if (*time == (ngx_msec_t) NGX_ERROR
            || *time == 0 || *time > NGX_PRINT_MAX_MSEC)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid time \"%V\", it must be from 1ms to "
                               "7d", &value[i]);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_print_post_start(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf)
{
    ngx_print_post_t  *post;

    if (pmcf->eio == NULL || pmcf->post.ctx == NULL) {
        return NGX_OK;
    }

    post = ngx_pcalloc(cycle->pool, sizeof(ngx_print_post_t));
    if (post == NULL) {
        return NGX_ERROR;
    }

    post->eio = pmcf->eio;
    post->conf = &pmcf->post;
    post->patience = pmcf->drain;
    post->log = cycle->log;

    post->sub.handler = ngx_print_post_news;
    post->sub.data = post;

    post->work.handler = ngx_print_post_work;
    post->work.data = post;
    post->work.log = cycle->log;

    post->timer.handler = ngx_print_post_timer;
    post->timer.data = post;
    post->timer.log = cycle->log;
    post->timer.cancelable = 1;

    post->request.conf = &pmcf->post;
    post->request.done = ngx_print_post_done;
    post->request.data = post;

    /* events are kept from now on: before there is any, if this zone is new */

    ngx_print_post_timer(&post->timer);

    return NGX_OK;
}


static void
ngx_print_post_news(ngx_print_news_sub_t *sub, ngx_print_event_t *event)
{
    ngx_print_post_t  *post;

    post = sub->data;

    ngx_post_event(&post->work, &ngx_posted_events);
}


static void
ngx_print_post_timer(ngx_event_t *ev)
{
    ngx_print_post_t  *post;

    post = ev->data;

    if (!post->leading) {

        if (ngx_exiting || post->eio->closing) {
            return;
        }

        if (!ngx_print_event_lead(&post->eio->store)) {
            ngx_add_timer(ev, NGX_PRINT_POST_LOOK);
            return;
        }

        ngx_log_error(NGX_LOG_INFO, post->log, 0,
                      "print post: this worker tells \"%V\" of events",
                      &post->conf->line);

        post->leading = 1;

        ngx_print_news_subscribe(post->eio, &post->sub);
    }

    if (post->running) {
        ngx_print_post_abort(&post->request);
    }

    ngx_post_event(&post->work, &ngx_posted_events);
}


static void
ngx_print_post_work(ngx_event_t *ev)
{
    ngx_print_post_t  *post;

    post = ev->data;

    if (post->ended) {
        post->ended = 0;
        ngx_print_post_result(post);
    }

    if (post->eio->closing) {
        ngx_print_post_exit(post);

    } else if (!post->running && !post->timer.timer_set) {
        ngx_print_post_next(post);
    }
}


/* another worker goes on, and does not repeat what gets its answer in time */

static void
ngx_print_post_exit(ngx_print_post_t *post)
{
    if (post->running) {

        if (!post->timer.timer_set) {
            post->timer.cancelable = 0;
            ngx_add_timer(&post->timer, post->patience);
        }

        return;
    }

    if (post->leading) {
        post->leading = 0;

        ngx_print_news_unsubscribe(post->eio, &post->sub);
        ngx_print_event_resign(&post->eio->store);
    }

    if (post->timer.timer_set) {
        ngx_del_timer(&post->timer);
    }
}


static void
ngx_print_post_next(ngx_print_post_t *post)
{
    ngx_int_t           rc;
    ngx_str_t           body;
    ngx_uint_t          n;
    ngx_pool_t         *pool;
    ngx_print_event_t   events[NGX_PRINT_EVENT_READ];

    n = ngx_print_event_read(&post->eio->store,
                             ngx_print_event_told(&post->eio->store), events);
    if (n == 0) {
        return;
    }

    post->running = 1;

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, post->log);

    if (pool == NULL) {
        ngx_print_post_done(post, 0);
        return;
    }

    rc = ngx_print_post_body(post, events, n, pool, &body);

    if (rc != NGX_OK) {
        ngx_destroy_pool(pool);
        ngx_print_post_done(post, 0);
        return;
    }

    ngx_print_post_request(&post->request, pool, &body);
}


/* an array, of what was lost before them too; NGX_OK, NGX_ERROR */

static ngx_int_t
ngx_print_post_body(ngx_print_post_t *post, ngx_print_event_t *events,
    ngx_uint_t n, ngx_pool_t *pool, ngx_str_t *body)
{
    u_char      *p;
    ngx_uint_t   i;

    post->first = ngx_print_event_told(&post->eio->store) + 1;
    post->last = events[n - 1].id;

    p = ngx_pnalloc(pool, NGX_PRINT_POST_LOST + n * (NGX_PRINT_API_EVENT + 1));
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;

    *p++ = '[';

    if (events[0].id != post->first) {
        p = ngx_sprintf(p, "{\"type\":\"lost\",\"from\":%uL,\"to\":%uL},",
                        post->first, events[0].id - 1);
        post->first = events[0].id;
    }

    for (i = 0; i < n; i++) {
        p = ngx_print_api_json_event(p, &events[i]);
        *p++ = ',';
    }

    p[-1] = ']';

    body->len = p - body->data;

    return NGX_OK;
}


static void
ngx_print_post_done(void *data, ngx_uint_t status)
{
    ngx_print_post_t *post = data;

    post->running = 0;
    post->ended = 1;
    post->status = status;

    ngx_post_event(&post->work, &ngx_posted_events);
}


static void
ngx_print_post_result(ngx_print_post_t *post)
{
    ngx_print_store_t  *st;

    if (post->timer.timer_set) {
        ngx_del_timer(&post->timer);
    }

    if (post->status >= NGX_HTTP_OK
        && post->status < NGX_HTTP_SPECIAL_RESPONSE)
    {
        ngx_print_post_told(post);
        return;
    }

    st = &post->eio->store;

    post->delay = post->failures ? ngx_min(2 * post->delay,
                                           post->conf->max_retry)
                                 : post->conf->retry;

    if (post->failures++ == 0) {
        ngx_log_error(NGX_LOG_ERR, post->log, 0,
                      "print post: telling \"%V\" of events failed with %ui, "
                      "trying again; %uL are to be told", &post->conf->line,
                      post->status,
                      ngx_print_event_last(st) - ngx_print_event_told(st));
    }

    ngx_add_timer(&post->timer, post->delay);
}


static void
ngx_print_post_told(ngx_print_post_t *post)
{
    uint64_t  next;

    next = ngx_print_event_told(&post->eio->store) + 1;

    if (post->first != next) {
        ngx_log_error(NGX_LOG_WARN, post->log, 0,
                      "print post: events %uL to %uL are lost", next,
                      post->first - 1);
    }

    if (post->failures) {
        ngx_log_error(NGX_LOG_NOTICE, post->log, 0,
                      "print post: \"%V\" is told of events again, after %ui "
                      "failures", &post->conf->line, post->failures);
        post->failures = 0;
    }

    ngx_print_event_tell(&post->eio->store, post->last);
}
