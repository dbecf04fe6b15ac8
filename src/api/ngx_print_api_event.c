
/*
 * Copyright (C) the print hub contributors
 */


/*
 * GET events: the events of the zone, as Server-Sent Events.  Each reader reads
 * the zone's ring at its own speed: a slow reader costs no memory, and gets an
 * event that says which ones it missed.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_feed.h"
#include "ngx_print_api.h"
#include "ngx_print_api_json.h"
#include "ngx_print_api_event_page.h"


#define NGX_PRINT_API_BEAT   15000    /* ms between comments */
#define NGX_PRINT_API_BUFS   16       /* of a stream, at most */

/* how far a stream goes: the end of a page, or all events */
#define NGX_PRINT_API_PAGE   0
#define NGX_PRINT_API_ALL    NGX_MAX_INT_T_VALUE

/* set while the socket or TLS has not taken all bytes that were flushed */
#define NGX_PRINT_API_BUFFERED                                                \
    (NGX_LOWLEVEL_BUFFERED|NGX_HTTP_WRITE_BUFFERED)


typedef struct {
    ngx_print_feed_sub_t    sub;
    ngx_event_t             timer;
    ngx_http_request_t     *request;
    ngx_print_eio_t        *eio;

    uint64_t                last;            /* id of the last event that was
                                                sent or skipped */
    ngx_str_t               client;          /* send its events only */

    ngx_chain_t            *free;
    ngx_chain_t            *busy;
    ngx_uint_t              nbufs;
    off_t                   sent;            /* bytes of the connection */

    unsigned                has_client:1;
} ngx_print_api_stream_t;


static ngx_int_t ngx_print_api_stream_from(ngx_http_request_t *r,
    ngx_print_api_stream_t *stream, ngx_keyval_t *last);
static ngx_int_t ngx_print_api_stream_header(ngx_http_request_t *r);
static void ngx_print_api_stream_feed(ngx_print_feed_sub_t *sub,
    ngx_print_event_t *event);
static void ngx_print_api_stream_beat(ngx_event_t *ev);
static void ngx_print_api_stream_write(ngx_http_request_t *r);
static void ngx_print_api_stream_run(ngx_print_api_stream_t *stream,
    uint64_t last);
static ngx_int_t ngx_print_api_stream_push(ngx_print_api_stream_t *stream,
    uint64_t last);
static ngx_int_t ngx_print_api_stream_events(ngx_print_api_stream_t *stream,
    uint64_t *last, ngx_chain_t **ll);
static ngx_chain_t *ngx_print_api_stream_event(ngx_print_api_stream_t *stream,
    ngx_print_event_t *event, ngx_str_t *text);
static ngx_chain_t *ngx_print_api_stream_buf(ngx_print_api_stream_t *stream);
static ngx_uint_t ngx_print_api_stream_wants(ngx_print_api_stream_t *stream,
    ngx_print_event_t *event);
static ngx_chain_t *ngx_print_api_stream_mark(ngx_print_api_stream_t *stream,
    const char *text);
static ngx_int_t ngx_print_api_stream_send(ngx_print_api_stream_t *stream,
    ngx_chain_t *out);
static ngx_uint_t ngx_print_api_stream_blocked(ngx_print_api_stream_t *stream);


ngx_int_t
ngx_print_api_events(ngx_http_request_t *r, ngx_str_t *rest)
{
    ngx_int_t                 rc;
    ngx_keyval_t              last;
    ngx_print_api_stream_t   *stream;

    static const char *const  names[] = { "clientId", "lastEventId", NULL };

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return ngx_print_api_method(r, "GET, HEAD", "GET");
    }

    rc = ngx_print_api_bodyless(r, names);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    stream = ngx_pcalloc(r->pool, sizeof(ngx_print_api_stream_t));
    if (stream == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    stream->sub.handler = ngx_print_api_stream_feed;
    stream->sub.data = stream;
    stream->request = r;
    stream->eio = ngx_print_request_eio(r);

    rc = ngx_print_api_stream_from(r, stream, &last);

    if (rc == NGX_DECLINED) {
        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                      "invalid_request",
                                      "invalid \"%V\" value \"%V\", "
                                      "expected the number of an event",
                                      &last.key, &last.value);
    }

    if (rc != NGX_OK || ngx_print_api_stream_header(r) != NGX_OK) {
        return NGX_ERROR;
    }

    if (r->header_only || stream->eio->closing) {
        return ngx_http_send_special(r, NGX_HTTP_LAST);
    }

    if (ngx_print_feed_subscribe_request(stream->eio, r, &stream->sub,
                                         &stream->timer)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    stream->timer.handler = ngx_print_api_stream_beat;
    stream->timer.data = stream;
    stream->timer.log = r->connection->log;
    stream->timer.cancelable = 1;

    ngx_add_timer(&stream->timer, NGX_PRINT_API_BEAT);

    ngx_http_set_ctx(r, stream, ngx_print_module);

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_print_api_stream_write;
    r->main->count++;

    if (r->connection->read->ready) {
        ngx_post_event(r->connection->read, &ngx_posted_events);
    }

    if (ngx_print_api_stream_push(stream, NGX_PRINT_API_ALL) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_DONE;
}


/*
 * Sets where the stream begins: behind the event that the client names as the
 * last one it has seen, otherwise behind the newest one.
 *
 *   NGX_OK        stream->last and stream->client were set
 *   NGX_DECLINED  last->value, an excerpt, is not a number
 *   NGX_ERROR     there is no memory
 */

static ngx_int_t
ngx_print_api_stream_from(ngx_http_request_t *r,
    ngx_print_api_stream_t *stream, ngx_keyval_t *last)
{
    off_t             n;
    ngx_int_t         rc;
    ngx_str_t        *value;

    static ngx_str_t  header = ngx_string("last-event-id");

    rc = ngx_print_api_arg(r, "clientId", &stream->client);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    stream->has_client = (rc == NGX_OK);

    stream->last = ngx_print_event_last(&stream->eio->store);

    value = ngx_print_http_header(r, &header);

    if (value) {
        ngx_str_set(&last->key, "Last-Event-ID");
        last->value = *value;

    } else {
        ngx_str_set(&last->key, "lastEventId");
        rc = ngx_print_api_arg(r, "lastEventId", &last->value);

        if (rc != NGX_OK) {
            return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
        }
    }

    n = ngx_atoof(last->value.data, last->value.len);

    if (n == NGX_ERROR) {
        last->value = ngx_print_api_excerpt(last->value.data,
                                            last->value.len);
        return NGX_DECLINED;
    }

    /* an id from the future belongs to a zone that was replaced */

    stream->last = ((uint64_t) n > stream->last) ? 0 : (uint64_t) n;

    return NGX_OK;
}


static ngx_int_t
ngx_print_api_stream_header(ngx_http_request_t *r)
{
    ngx_int_t         rc;

    static ngx_str_t  cache_control = ngx_string("Cache-Control");
    static ngx_str_t  no_store = ngx_string("no-store");
    static ngx_str_t  buffering = ngx_string("X-Accel-Buffering");
    static ngx_str_t  no = ngx_string("no");

    r->disable_not_modified = 1;

    r->headers_out.status = NGX_HTTP_OK;

    ngx_str_set(&r->headers_out.content_type, "text/event-stream");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    if (ngx_print_http_add_header(r, &cache_control, &no_store) != NGX_OK
        || ngx_print_http_add_header(r, &buffering, &no) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_send_header(r);

    return (rc == NGX_ERROR || rc > NGX_OK) ? NGX_ERROR : NGX_OK;
}


static void
ngx_print_api_stream_feed(ngx_print_feed_sub_t *sub, ngx_print_event_t *event)
{
    ngx_print_api_stream_t  *stream;

    stream = sub->data;

    if (event && event->id <= stream->last) {
        return;
    }

    /*
     * The feed calls again with later events.  So no stream runs ahead, and all
     * streams are at the same number and share a page.
     */

    ngx_print_api_stream_run(stream, NGX_PRINT_API_PAGE);
}


static void
ngx_print_api_stream_beat(ngx_event_t *ev)
{
    ngx_chain_t             *cl;
    ngx_connection_t        *c;
    ngx_http_request_t      *r;
    ngx_print_api_stream_t  *stream;

    stream = ev->data;
    r = stream->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    ngx_add_timer(&stream->timer, NGX_PRINT_API_BEAT);

    if (ngx_print_api_stream_blocked(stream)) {
        return;
    }

    cl = ngx_print_api_stream_mark(stream, ":\n");

    if (cl == NULL || ngx_print_api_stream_send(stream, cl) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_ERROR);
        ngx_http_run_posted_requests(c);
        return;
    }

    /* there is something to send if the zone was busy when it happened */

    ngx_print_api_stream_run(stream, NGX_PRINT_API_ALL);
}


static void
ngx_print_api_stream_write(ngx_http_request_t *r)
{
    ngx_event_t             *wev;
    ngx_print_api_stream_t  *stream;

    wev = r->connection->write;
    stream = ngx_http_get_module_ctx(r, ngx_print_module);

    if (wev->timedout) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, NGX_ETIMEDOUT,
                      "print hub: api: client timed out, it reads no events");
        r->connection->timedout = 1;

        ngx_http_finalize_request(r, NGX_HTTP_REQUEST_TIME_OUT);
        return;
    }

    ngx_print_api_stream_run(stream, NGX_PRINT_API_ALL);
}


static void
ngx_print_api_stream_run(ngx_print_api_stream_t *stream, uint64_t last)
{
    ngx_int_t            rc;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = stream->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    if (stream->eio->closing) {
        ngx_print_feed_unsubscribe(&stream->sub);
        rc = ngx_http_send_special(r, NGX_HTTP_LAST);

    } else {
        rc = ngx_print_api_stream_push(stream, last);

        if (rc == NGX_OK) {
            return;
        }
    }

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}


/*
 * Sends new events until the connection takes no more, or none are left, or
 * event number last was sent.
 *
 *   NGX_OK     the stream goes on
 *   NGX_ERROR  there is no memory, or the connection is broken
 */

static ngx_int_t
ngx_print_api_stream_push(ngx_print_api_stream_t *stream, uint64_t last)
{
    ngx_chain_t  *out;

    if (stream->nbufs == 0) {

        out = ngx_print_api_stream_mark(stream,
                                        ": print hub\nretry: 1000\n");
        if (out == NULL) {
            return NGX_ERROR;
        }

    } else {
        out = NULL;
    }

    for ( ;; ) {

        if (ngx_print_api_stream_send(stream, out) != NGX_OK) {
            return NGX_ERROR;
        }

        if (ngx_print_api_stream_blocked(stream)) {
            return NGX_OK;
        }

        if (ngx_print_api_stream_events(stream, &last, &out) != NGX_OK) {
            return NGX_ERROR;
        }

        if (out == NULL) {
            return NGX_OK;
        }
    }
}


/*
 * Sets *ll to the next events that the client wants, in up to
 * NGX_PRINT_API_BUFS buffers, or to NULL if there are none up to number *last,
 * which becomes that of the page's last event if it is NGX_PRINT_API_PAGE.
 *
 *   NGX_OK     *ll was set
 *   NGX_ERROR  there is no memory
 */

static ngx_int_t
ngx_print_api_stream_events(ngx_print_api_stream_t *stream, uint64_t *last,
    ngx_chain_t **ll)
{
    ngx_uint_t             i, used;
    ngx_print_event_t     *e;
    ngx_print_api_page_t  *page;

    *ll = NULL;
    used = 0;

    while (*last == NGX_PRINT_API_PAGE || stream->last < *last) {

        page = ngx_print_api_event_page(&stream->eio->store, stream->last, &i,
                                        stream->request->connection->log);

        if (page == NULL) {
            return NGX_ERROR;
        }

        if (i == page->n) {
            break;
        }

        if (*last == NGX_PRINT_API_PAGE) {
            *last = page->events[page->n - 1].id;
        }

        for ( /* void */ ; i < page->n; i++) {
            e = &page->events[i];

            if (used == NGX_PRINT_API_BUFS) {
                return NGX_OK;
            }

            if (e->id != stream->last + 1
                || ngx_print_api_stream_wants(stream, e))
            {
                *ll = ngx_print_api_stream_event(stream, e, &page->texts[i]);
                if (*ll == NULL) {
                    return NGX_ERROR;
                }

                ll = &(*ll)->next;
                used++;
            }

            stream->last = e->id;
        }
    }

    return NGX_OK;
}


/*
 * Returns a buffer with the text of an event if the client wants it, after a
 * note about those that newer events have overwritten.  NULL: no memory.
 */

static ngx_chain_t *
ngx_print_api_stream_event(ngx_print_api_stream_t *stream,
    ngx_print_event_t *event, ngx_str_t *text)
{
    u_char       *p;
    ngx_chain_t  *cl;

    cl = ngx_print_api_stream_buf(stream);
    if (cl == NULL) {
        return NULL;
    }

    p = cl->buf->last;

    if (event->id != stream->last + 1) {
        p = ngx_sprintf(p, "id: %uL\nevent: lost\n"
                        "data: {\"from\":%uL,\"to\":%uL}\n\n",
                        event->id - 1, stream->last + 1, event->id - 1);
    }

    if (ngx_print_api_stream_wants(stream, event)) {
        p = ngx_cpymem(p, text->data, text->len);
    }

    cl->buf->last = p;

    return cl;
}


static ngx_chain_t *
ngx_print_api_stream_buf(ngx_print_api_stream_t *stream)
{
    u_char       *p;
    size_t        size;
    ngx_buf_t    *b;
    ngx_pool_t   *pool;
    ngx_chain_t  *cl;

    pool = stream->request->pool;

    cl = ngx_chain_get_free_buf(pool, &stream->free);
    if (cl == NULL) {
        return NULL;
    }

    b = cl->buf;

    if (b->start == NULL) {

        size = 3 * NGX_PRINT_API_FRAME + NGX_PRINT_API_EVENT;

        p = ngx_palloc(pool, size);
        if (p == NULL) {
            return NULL;
        }

        b->start = p;
        b->end = p + size;

        stream->nbufs++;
    }

    b->pos = b->start;
    b->last = b->start;
    b->tag = (ngx_buf_tag_t) &ngx_print_module;
    b->temporary = 1;
    b->flush = 1;

    return cl;
}


static ngx_uint_t
ngx_print_api_stream_wants(ngx_print_api_stream_t *stream,
    ngx_print_event_t *event)
{
    return !stream->has_client
           || (event->len == stream->client.len
               && ngx_memcmp(event->client, stream->client.data, event->len)
                  == 0);
}


/*
 * Returns a buffer with the last event's id without data, so that a client
 * whose filter matches little reconnects from a recent id.  NULL: no memory.
 */

static ngx_chain_t *
ngx_print_api_stream_mark(ngx_print_api_stream_t *stream, const char *text)
{
    ngx_chain_t  *cl;

    cl = ngx_print_api_stream_buf(stream);

    if (cl) {
        cl->buf->last = ngx_sprintf(cl->buf->last, "%sid: %uL\n\n", text,
                                    stream->last);
    }

    return cl;
}


static ngx_int_t
ngx_print_api_stream_send(ngx_print_api_stream_t *stream, ngx_chain_t *out)
{
    ngx_int_t                  rc;
    ngx_event_t               *wev;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    r = stream->request;
    wev = r->connection->write;

    if (out || ngx_print_api_stream_blocked(stream)) {

        rc = ngx_http_output_filter(r, out);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        ngx_chain_update_chains(r->pool, &stream->free, &stream->busy, &out,
                                (ngx_buf_tag_t) &ngx_print_module);

        /* a filter without data, such as gzip, does not call the next one */

        if (stream->busy == NULL && ngx_print_api_stream_blocked(stream)
            && ngx_http_write_filter(r, NULL) == NGX_ERROR)
        {
            return NGX_ERROR;
        }
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (ngx_print_api_stream_blocked(stream)) {

        /* send_timeout starts again when the client has taken some bytes */

        if (!wev->delayed
            && (!wev->timer_set || stream->sent != r->connection->sent))
        {
            stream->sent = r->connection->sent;
            ngx_add_timer(wev, clcf->send_timeout);
        }

    } else if (wev->timer_set && !wev->delayed) {
        ngx_del_timer(wev);
    }

    return ngx_handle_write_event(wev, clcf->send_lowat);
}


static ngx_uint_t
ngx_print_api_stream_blocked(ngx_print_api_stream_t *stream)
{
    return stream->busy
           || (stream->request->connection->buffered & NGX_PRINT_API_BUFFERED);
}
