
/*
 * Copyright (C) the print hub contributors
 */


/*
 * GET events: the events of the zone, as Server-Sent Events.  A stream first
 * sends what its client has missed, from the zone's ring, and then what it
 * shares with the other streams of this worker.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_log.h"
#include "ngx_print_http.h"
#include "ngx_print_api.h"
#include "ngx_print_api_json.h"
#include "ngx_print_api_event_limit.h"
#include "ngx_print_api_event_page.h"
#include "ngx_print_api_event_share.h"
#include "ngx_print_api_event_out.h"


#define NGX_PRINT_API_BEAT    15000    /* ms between comments */
#define NGX_PRINT_API_BUFS    16       /* of a stream, at most */

/* bytes that may wait for a client; one that is slower is closed */
#define NGX_PRINT_API_UNSENT  (256 * 1024)


typedef struct {
    ngx_print_api_place_t        place;
    ngx_print_api_reader_t       reader;
    ngx_print_api_event_out_t    out;
    ngx_event_t                  timer;
    ngx_http_request_t          *request;
    ngx_print_eio_t             *eio;

    uint64_t                     last;       /* id of the last event that was
                                                sent or skipped */
    ngx_str_t                    client;     /* send its events only */

    unsigned                     begun:1;
    unsigned                     placed:1;   /* it shares the events */
    unsigned                     counted:1;  /* as a request that waits */
} ngx_print_api_stream_t;


static ngx_int_t ngx_print_api_stream_from(ngx_http_request_t *r,
    ngx_print_api_stream_t *stream, ngx_keyval_t *last);
static ngx_int_t ngx_print_api_stream_admit(ngx_http_request_t *r,
    ngx_print_api_stream_t *stream);
static void ngx_print_api_stream_limited(ngx_print_api_stream_t *stream,
    ngx_uint_t limit, ngx_uint_t dry_run);
static ngx_int_t ngx_print_api_stream_refuse(ngx_http_request_t *r,
    ngx_uint_t status, const char *who, ngx_uint_t limit);
static void ngx_print_api_stream_cleanup(void *data);
static ngx_int_t ngx_print_api_stream_header(ngx_http_request_t *r);
static ngx_int_t ngx_print_api_stream_join(ngx_http_request_t *r,
    ngx_print_api_stream_t *stream);
static void ngx_print_api_stream_feed(ngx_print_api_reader_t *reader);
static void ngx_print_api_stream_evict(ngx_print_api_reader_t *reader);
static void ngx_print_api_stream_beat(ngx_event_t *ev);
static void ngx_print_api_stream_write(ngx_http_request_t *r);
static void ngx_print_api_stream_run(ngx_print_api_stream_t *stream);
static void ngx_print_api_stream_end(ngx_print_api_stream_t *stream,
    ngx_int_t rc);
static void ngx_print_api_stream_leave(ngx_print_api_stream_t *stream);
static ngx_int_t ngx_print_api_stream_push(ngx_print_api_stream_t *stream);
static ngx_int_t ngx_print_api_stream_keep(ngx_print_api_stream_t *stream);
static ngx_int_t ngx_print_api_stream_events(ngx_print_api_stream_t *stream,
    ngx_chain_t **out);
static ngx_int_t ngx_print_api_stream_missed(ngx_print_api_stream_t *stream,
    ngx_chain_t **ll);
static ngx_int_t ngx_print_api_stream_shared(ngx_print_api_stream_t *stream,
    ngx_chain_t **ll);
static ngx_chain_t *ngx_print_api_stream_event(ngx_print_api_stream_t *stream,
    ngx_print_event_t *event, ngx_str_t *text);
static ngx_chain_t *ngx_print_api_stream_lost(ngx_print_api_stream_t *stream,
    uint64_t last);
static ngx_uint_t ngx_print_api_stream_wants(ngx_print_api_stream_t *stream,
    ngx_print_event_t *event);
static ngx_chain_t *ngx_print_api_stream_mark(ngx_print_api_stream_t *stream,
    const char *text);


static ngx_print_log_kind_t  ngx_print_api_stream_over =
    ngx_print_log_kind("streams of events, the limit", NGX_LOG_WARN);

static ngx_print_log_kind_t  ngx_print_api_stream_busy =
    ngx_print_log_kind("streams of this worker", NGX_LOG_WARN);


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

    stream->request = r;
    stream->out.request = r;
    stream->eio = ngx_print_request_eio(r);

    rc = ngx_print_api_stream_from(r, stream, &last);

    if (rc == NGX_DECLINED) {
        return ngx_print_http_problem(r, NGX_HTTP_BAD_REQUEST,
                                      "invalid_request",
                                      "invalid \"%V\" value \"%V\", "
                                      "expected the number of an event",
                                      &last.key, &last.value);
    }

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    if (!(r->method & NGX_HTTP_HEAD)) {

        rc = ngx_print_api_stream_admit(r, stream);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    if (ngx_print_api_stream_header(r) != NGX_OK) {
        return NGX_ERROR;
    }

    if (r->header_only || stream->eio->closing) {
        return ngx_http_send_special(r, NGX_HTTP_LAST);
    }

    if (ngx_print_api_stream_join(r, stream) != NGX_OK) {
        return NGX_ERROR;
    }

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_print_api_stream_write;
    r->main->count++;

    if (r->connection->read->ready) {
        ngx_post_event(r->connection->read, &ngx_posted_events);
    }

    return ngx_print_api_stream_push(stream) == NGX_OK ? NGX_DONE : NGX_ERROR;
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

    if (rc == NGX_OK) {
        stream->reader.client = &stream->client;
    }

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


/*
 * Takes a place among the streams of this worker.  Returns NGX_DECLINED if it
 * is taken, otherwise the value for ngx_http_finalize_request().
 */

static ngx_int_t
ngx_print_api_stream_admit(ngx_http_request_t *r,
    ngx_print_api_stream_t *stream)
{
    u_char                   addr[NGX_PRINT_SESSION_ADDR];
    ngx_int_t                rc;
    ngx_uint_t               limit;
    ngx_http_cleanup_t      *cln;
    ngx_print_loc_conf_t    *plcf;
    ngx_print_limit_conf_t  *lcf;

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_print_api_stream_cleanup;
    cln->data = stream;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);
    lcf = &plcf->limit;
    limit = lcf->off ? 0 : lcf->streams;

    ngx_print_http_address(r, addr);

    rc = ngx_print_api_place_take(&stream->place, &stream->eio->store, addr,
                                  limit);

    if (rc == NGX_PRINT_LIMITED) {

        ngx_print_api_stream_limited(stream, limit, lcf->dry_run);

        if (!lcf->dry_run) {
            ngx_print_tally(&stream->eio->store,
                            NGX_PRINT_TALLY_REFUSALS
                            + NGX_PRINT_CAUSE_STREAMS);

            return ngx_print_api_stream_refuse(r, NGX_HTTP_TOO_MANY_REQUESTS,
                                               "this address", limit);
        }

        rc = ngx_print_api_place_take(&stream->place, &stream->eio->store,
                                      addr, 0);
    }

    if (rc == NGX_OK) {
        return NGX_DECLINED;
    }

    ngx_print_tally(&stream->eio->store,
                    NGX_PRINT_TALLY_REFUSALS
                    + NGX_PRINT_CAUSE_WORKER_STREAMS);

    if (ngx_print_log_turn(&ngx_print_api_stream_busy, stream->eio->log)) {
        ngx_log_error(NGX_LOG_WARN, stream->eio->log, 0,
                      "print hub: api: this worker has %d streams of events, "
                      "the limit, client: %V", NGX_PRINT_API_STREAMS,
                      &r->connection->addr_text);
    }

    return ngx_print_api_stream_refuse(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                       "this worker", NGX_PRINT_API_STREAMS);
}


/* The log of the request would add its query, as in all lines of limits. */

static void
ngx_print_api_stream_limited(ngx_print_api_stream_t *stream, ngx_uint_t limit,
    ngx_uint_t dry_run)
{
    ngx_log_t  *log;

    log = stream->eio->log;

    if (ngx_print_log_turn(&ngx_print_api_stream_over, log)) {
        ngx_log_error(NGX_LOG_WARN, log, 0,
                      "print hub: api: address %V has %ui streams of events, "
                      "the limit; if it is a proxy, see set_real_ip_from%s",
                      &stream->request->connection->addr_text, limit,
                      dry_run ? ", dry run" : "");
    }
}


static ngx_int_t
ngx_print_api_stream_refuse(ngx_http_request_t *r, ngx_uint_t status,
    const char *who, ngx_uint_t limit)
{
    static ngx_str_t  after = ngx_string("Retry-After");
    static ngx_str_t  seconds = ngx_string("5");

    if (ngx_print_http_add_header(r, &after, &seconds) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_print_http_problem(r, status, "too_many_streams",
                                  "%s has %ui streams of events, the limit",
                                  who, limit);
}


/*
 * Nothing that is shared is sent any more: over HTTP/2, where nginx may send a
 * frame later, it was copied.
 */

static void
ngx_print_api_stream_cleanup(void *data)
{
    ngx_print_api_stream_t *stream = data;

    if (stream->reader.share) {
        ngx_print_api_stream_leave(stream);
        ngx_print_api_share_free(&stream->reader);
    }

    if (stream->counted) {
        ngx_print_gauge_add(&stream->eio->store, NGX_PRINT_GAUGE_EVENTS, -1);
    }

    ngx_print_api_place_give(&stream->place);
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


/*
 * Makes the request a reader of events.
 *
 *   NGX_OK     it is one, until it is freed
 *   NGX_ERROR  there is no memory
 */

static ngx_int_t
ngx_print_api_stream_join(ngx_http_request_t *r,
    ngx_print_api_stream_t *stream)
{
    stream->reader.handler = ngx_print_api_stream_feed;
    stream->reader.close = ngx_print_api_stream_evict;
    stream->reader.data = stream;
    stream->reader.connection = r->connection;

    if (ngx_print_api_share_join(&stream->reader, stream->eio) != NGX_OK) {
        return NGX_ERROR;
    }

    stream->counted = 1;
    ngx_print_gauge_add(&stream->eio->store, NGX_PRINT_GAUGE_EVENTS, 1);

    stream->timer.handler = ngx_print_api_stream_beat;
    stream->timer.data = stream;
    stream->timer.log = r->connection->log;
    stream->timer.cancelable = 1;

    ngx_add_timer(&stream->timer, NGX_PRINT_API_BEAT);

    ngx_http_set_ctx(r, stream, ngx_print_module);

    return NGX_OK;
}


static void
ngx_print_api_stream_feed(ngx_print_api_reader_t *reader)
{
    ngx_print_api_stream_run(reader->data);
}


static void
ngx_print_api_stream_evict(ngx_print_api_reader_t *reader)
{
    ngx_print_api_stream_t  *stream;

    stream = reader->data;

    ngx_http_set_log_request(stream->request->connection->log,
                             stream->request);

    ngx_print_api_stream_end(stream, NGX_ERROR);
}


static void
ngx_print_api_stream_beat(ngx_event_t *ev)
{
    ngx_chain_t             *cl;
    ngx_http_request_t      *r;
    ngx_print_api_stream_t  *stream;

    stream = ev->data;
    r = stream->request;

    ngx_http_set_log_request(r->connection->log, r);

    ngx_add_timer(&stream->timer, NGX_PRINT_API_BEAT);

    if (ngx_print_api_event_blocked(&stream->out)) {
        return;
    }

    cl = ngx_print_api_stream_mark(stream, ":\n");

    if (cl == NULL || ngx_print_api_event_send(&stream->out, cl) != NGX_OK) {
        ngx_print_api_stream_end(stream, NGX_ERROR);
        return;
    }

    /* there is something to send if the zone was busy when it happened */

    ngx_print_api_stream_run(stream);
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

        ngx_print_api_stream_end(stream, NGX_HTTP_REQUEST_TIME_OUT);
        return;
    }

    ngx_print_api_stream_run(stream);
}


static void
ngx_print_api_stream_run(ngx_print_api_stream_t *stream)
{
    ngx_http_request_t  *r;

    r = stream->request;

    ngx_http_set_log_request(r->connection->log, r);

    if (stream->eio->closing) {
        ngx_print_api_stream_leave(stream);
        ngx_print_api_stream_end(stream,
                                 ngx_http_send_special(r, NGX_HTTP_LAST));
        return;
    }

    if (ngx_print_api_stream_push(stream) != NGX_OK) {
        ngx_print_api_stream_end(stream, NGX_ERROR);
    }
}


/* Finalizes the request; the stream may be gone after it. */

static void
ngx_print_api_stream_end(ngx_print_api_stream_t *stream, ngx_int_t rc)
{
    ngx_connection_t  *c;

    c = stream->request->connection;

    ngx_print_api_stream_leave(stream);

    ngx_http_finalize_request(stream->request, rc);
    ngx_http_run_posted_requests(c);
}


static void
ngx_print_api_stream_leave(ngx_print_api_stream_t *stream)
{
    ngx_print_api_share_leave(&stream->reader);

    if (stream->timer.timer_set) {
        ngx_del_timer(&stream->timer);
    }
}


/*
 * Sends new events until the connection takes no more, or none are left.
 *
 *   NGX_OK     the stream goes on
 *   NGX_ERROR  there is no memory, or the connection is broken or too slow
 */

static ngx_int_t
ngx_print_api_stream_push(ngx_print_api_stream_t *stream)
{
    ngx_chain_t  *out;

    out = NULL;

    if (!stream->begun) {
        stream->begun = 1;

        out = ngx_print_api_stream_mark(stream,
                                        ": print hub\nretry: 1000\n");
        if (out == NULL) {
            return NGX_ERROR;
        }
    }

    for ( ;; ) {

        if (ngx_print_api_event_send(&stream->out, out) != NGX_OK) {
            return NGX_ERROR;
        }

        if (ngx_print_api_event_blocked(&stream->out)) {
            return ngx_print_api_stream_keep(stream);
        }

        if (ngx_print_api_stream_events(stream, &out) != NGX_OK) {
            return NGX_ERROR;
        }

        if (out == NULL) {
            return NGX_OK;
        }
    }
}


/* NGX_OK; NGX_ERROR if too much waits for a client, which was logged. */

static ngx_int_t
ngx_print_api_stream_keep(ngx_print_api_stream_t *stream)
{
    size_t  size;

    size = ngx_print_api_share_unread(&stream->reader)
           + ngx_print_api_event_unsent(&stream->out);

    if (size <= NGX_PRINT_API_UNSENT) {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_INFO, stream->request->connection->log, 0,
                  "print hub: api: client reads events too slowly, "
                  "%uz KB wait for it, closing connection", size / 1024);

    return NGX_ERROR;
}


/*
 * Sets *out to the next events that the client wants, in up to
 * NGX_PRINT_API_BUFS buffers, or to NULL if there are none.
 *
 *   NGX_OK     *out was set
 *   NGX_ERROR  there is no memory
 */

static ngx_int_t
ngx_print_api_stream_events(ngx_print_api_stream_t *stream, ngx_chain_t **out)
{
    ngx_int_t  rc;

    *out = NULL;

    while (!stream->placed) {

        rc = ngx_print_api_share_enter(&stream->reader, stream->last);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_OK) {
            stream->placed = 1;
            break;
        }

        rc = ngx_print_api_stream_missed(stream, out);

        if (rc != NGX_OK) {
            return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
        }

        if (*out) {
            return NGX_OK;
        }
    }

    return ngx_print_api_stream_shared(stream, out);
}


/*
 * Sets *ll to events that are in the zone.
 *
 *   NGX_OK        *ll was set; it is NULL if the client wants none of them
 *   NGX_DECLINED  there are none, or the zone is busy
 *   NGX_ERROR     there is no memory
 */

static ngx_int_t
ngx_print_api_stream_missed(ngx_print_api_stream_t *stream, ngx_chain_t **ll)
{
    ngx_uint_t             i, used;
    ngx_print_event_t     *e;
    ngx_print_api_page_t  *page;

    page = ngx_print_api_event_page(&stream->eio->store, stream->last, &i,
                                    stream->request->connection->log);

    if (page == NULL) {
        return NGX_ERROR;
    }

    if (i == page->n) {
        return NGX_DECLINED;
    }

    used = 0;

    for ( /* void */ ; i < page->n && used < NGX_PRINT_API_BUFS; i++) {
        e = &page->events[i];

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

    return NGX_OK;
}


/*
 * Sets *ll to events that all streams share.  NGX_OK, or NGX_ERROR if there is
 * no memory.
 */

static ngx_int_t
ngx_print_api_stream_shared(ngx_print_api_stream_t *stream, ngx_chain_t **ll)
{
    size_t      max;
    uint64_t    last;
    ngx_int_t   rc;
    ngx_str_t   text;
    ngx_uint_t  used;

    max = ngx_print_api_event_room(&stream->out);

    for (used = 0; used < NGX_PRINT_API_BUFS; used++) {

        last = stream->last;

        rc = ngx_print_api_share_next(&stream->reader, max, &stream->last,
                                      &text);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            break;
        }

        *ll = (rc == NGX_OK) ? ngx_print_api_event_share(&stream->out, &text)
                             : ngx_print_api_stream_lost(stream, last);
        if (*ll == NULL) {
            return NGX_ERROR;
        }

        ll = &(*ll)->next;
    }

    if (used == 0) {
        /* a stream that is not blocked has sent all that it was given */
        ngx_print_api_share_sent(&stream->reader);
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
    uint64_t      last;
    ngx_chain_t  *cl;

    if (event->id != stream->last + 1) {

        last = stream->last;
        stream->last = event->id - 1;

        cl = ngx_print_api_stream_lost(stream, last);

    } else {
        cl = ngx_print_api_event_buf(&stream->out);
    }

    if (cl && ngx_print_api_stream_wants(stream, event)) {
        cl->buf->last = ngx_cpymem(cl->buf->last, text->data, text->len);
    }

    return cl;
}


/*
 * Returns a buffer that tells the client which events behind number last it
 * will not get: those up to stream->last.  NULL: no memory.
 */

static ngx_chain_t *
ngx_print_api_stream_lost(ngx_print_api_stream_t *stream, uint64_t last)
{
    ngx_chain_t  *cl;

    ngx_print_tally_add(&stream->eio->store,
                        NGX_PRINT_TALLY_EVENTS_LOST + NGX_PRINT_READER_STREAM,
                        stream->last - last);

    cl = ngx_print_api_event_buf(&stream->out);

    if (cl) {
        cl->buf->last = ngx_sprintf(cl->buf->last, "id: %uL\nevent: lost\n"
                                    "data: {\"from\":%uL,\"to\":%uL}\n\n",
                                    stream->last, last + 1, stream->last);
    }

    return cl;
}


static ngx_uint_t
ngx_print_api_stream_wants(ngx_print_api_stream_t *stream,
    ngx_print_event_t *event)
{
    return stream->reader.client == NULL
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

    cl = ngx_print_api_event_buf(&stream->out);

    if (cl) {
        cl->buf->last = ngx_sprintf(cl->buf->last, "%sid: %uL\n\n", text,
                                    stream->last);
    }

    return cl;
}
