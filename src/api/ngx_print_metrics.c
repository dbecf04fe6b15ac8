
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The answer is made while it is sent: a piece is written when nginx has sent
 * the one before.  So it takes the same memory, however many clients there are,
 * and a slow reader holds up nobody but itself.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_accept.h"
#include "ngx_print_http.h"
#include "ngx_print_api_event_out.h"
#include "ngx_print_metrics_lines.h"
#include "ngx_print_metrics.h"


#define NGX_PRINT_METRICS_PIECE  65536   /* bytes */
#define NGX_PRINT_METRICS_TURN   4       /* pieces, in one turn of the loop */


typedef struct {
    ngx_http_request_t         *request;
    ngx_print_api_event_out_t   out;
    ngx_print_metrics_lines_t   lines;
} ngx_print_metrics_t;


static ngx_int_t ngx_print_metrics_refuse(ngx_http_request_t *r);
static ngx_uint_t ngx_print_metrics_open(ngx_http_request_t *r);
static void ngx_print_metrics_accept(ngx_http_request_t *r,
    ngx_print_accept_t *accept);
static ngx_int_t ngx_print_metrics_header(ngx_http_request_t *r,
    ngx_uint_t open);
static void ngx_print_metrics_write(ngx_http_request_t *r);
static ngx_int_t ngx_print_metrics_send(ngx_print_metrics_t *m);
static ngx_chain_t *ngx_print_metrics_piece(ngx_print_metrics_t *m);


ngx_int_t
ngx_print_metrics_handler(ngx_http_request_t *r)
{
    ngx_int_t             rc;
    ngx_uint_t            open;
    ngx_print_metrics_t  *m;

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return ngx_print_metrics_refuse(r);
    }

    open = ngx_print_metrics_open(r);

    rc = ngx_print_metrics_header(r, open);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    m = ngx_pcalloc(r->pool, sizeof(ngx_print_metrics_t));
    if (m == NULL) {
        return NGX_ERROR;
    }

    m->request = r;
    m->out.request = r;

    if (ngx_print_metrics_lines_start(&m->lines, r, open,
                                      NGX_PRINT_METRICS_PIECE)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_set_ctx(r, m, ngx_print_module);

    rc = ngx_print_metrics_send(m);

    if (rc != NGX_AGAIN) {
        return rc;
    }

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_print_metrics_write;
    r->main->count++;

    if (r->connection->read->ready) {
        ngx_post_event(r->connection->read, &ngx_posted_events);
    }

    return NGX_DONE;
}


static ngx_int_t
ngx_print_metrics_refuse(ngx_http_request_t *r)
{
    static ngx_str_t  allow = ngx_string("Allow");
    static ngx_str_t  names = ngx_string("GET, HEAD");

    if (ngx_print_http_add_header(r, &allow, &names) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_print_http_problem(r, NGX_HTTP_NOT_ALLOWED,
                                  "method_not_allowed",
                                  "the method %V is not allowed",
                                  &r->method_name);
}


/*
 * Whether the client prefers OpenMetrics: only if it names that, and does not
 * like plain text better.
 */

static ngx_uint_t
ngx_print_metrics_open(ngx_http_request_t *r)
{
    ngx_print_accept_t  open, text;

    ngx_memzero(&open, sizeof(ngx_print_accept_t));
    ngx_memzero(&text, sizeof(ngx_print_accept_t));

    ngx_str_set(&open.type, "application/openmetrics-text");
    ngx_str_set(&text.type, "text/plain");

    ngx_print_metrics_accept(r, &open);
    ngx_print_metrics_accept(r, &text);

    return open.by == NGX_PRINT_ACCEPT_NAMED
           && open.quality > 0
           && open.quality >= text.quality;
}


static void
ngx_print_metrics_accept(ngx_http_request_t *r, ngx_print_accept_t *accept)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len == sizeof("accept") - 1
                && ngx_strncasecmp(h[i].key.data, (u_char *) "accept",
                                   h[i].key.len)
                   == 0)
            {
                ngx_print_accept(accept, &h[i].value);
            }
        }
    }
}


static ngx_int_t
ngx_print_metrics_header(ngx_http_request_t *r, ngx_uint_t open)
{
    static ngx_str_t  cache_control = ngx_string("Cache-Control");
    static ngx_str_t  no_store = ngx_string("no-store");

    r->disable_not_modified = 1;

    r->headers_out.status = NGX_HTTP_OK;

    if (open) {
        ngx_str_set(&r->headers_out.content_type,
                    "application/openmetrics-text; version=1.0.0; "
                    "charset=utf-8");
        r->headers_out.content_type_len =
                                    sizeof("application/openmetrics-text") - 1;

    } else {
        ngx_str_set(&r->headers_out.content_type,
                    "text/plain; version=0.0.4; charset=utf-8");
        r->headers_out.content_type_len = sizeof("text/plain") - 1;
    }

    r->headers_out.content_type_lowcase = NULL;

    if (ngx_print_http_add_header(r, &cache_control, &no_store) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_send_header(r);
}


static void
ngx_print_metrics_write(ngx_http_request_t *r)
{
    ngx_int_t             rc;
    ngx_event_t          *wev;
    ngx_print_metrics_t  *m;

    wev = r->connection->write;
    m = ngx_http_get_module_ctx(r, ngx_print_module);

    if (wev->timedout) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, NGX_ETIMEDOUT,
                      "print hub: api: client timed out, it reads no metrics");
        r->connection->timedout = 1;

        ngx_http_finalize_request(r, NGX_HTTP_REQUEST_TIME_OUT);
        return;
    }

    rc = ngx_print_metrics_send(m);

    if (rc != NGX_AGAIN) {
        ngx_http_finalize_request(r, rc);
    }
}


/*
 * Sends pieces until the connection takes no more, or until it is the turn of
 * others.
 *
 *   NGX_OK     all of the answer was written, and nginx sends the rest
 *   NGX_AGAIN  the write handler goes on
 *   NGX_ERROR  there is no memory, or the connection is broken
 */

static ngx_int_t
ngx_print_metrics_send(ngx_print_metrics_t *m)
{
    ngx_uint_t    n;
    ngx_chain_t  *cl;

    cl = NULL;

    for (n = 0; n <= NGX_PRINT_METRICS_TURN; n++) {

        if (ngx_print_api_event_send(&m->out, cl) != NGX_OK) {
            return NGX_ERROR;
        }

        if (ngx_print_api_event_blocked(&m->out)) {
            return NGX_AGAIN;
        }

        if (n == NGX_PRINT_METRICS_TURN) {
            break;
        }

        cl = ngx_print_metrics_piece(m);

        if (cl == NULL) {
            return NGX_ERROR;
        }

        if (cl->buf->last_buf) {
            return ngx_http_output_filter(m->request, cl) == NGX_ERROR
                   ? NGX_ERROR : NGX_OK;
        }
    }

    /* a reader may be as fast as we are: other connections are served first */

    ngx_post_event(m->request->connection->write, &ngx_posted_next_events);

    return NGX_AGAIN;
}


/* Returns the next piece, or NULL if there is no memory. */

static ngx_chain_t *
ngx_print_metrics_piece(ngx_print_metrics_t *m)
{
    ngx_buf_t    *b;
    ngx_pool_t   *pool;
    ngx_chain_t  *cl;

    pool = m->request->pool;

    cl = ngx_chain_get_free_buf(pool, &m->out.free);
    if (cl == NULL) {
        return NULL;
    }

    b = cl->buf;

    if (b->start == NULL) {
        b->start = ngx_palloc(pool, NGX_PRINT_METRICS_PIECE);
        if (b->start == NULL) {
            return NULL;
        }

        b->end = b->start + NGX_PRINT_METRICS_PIECE;
    }

    b->pos = b->start;
    b->last = ngx_print_metrics_lines(&m->lines, b->start, b->end);
    b->tag = (ngx_buf_tag_t) &ngx_print_module;
    b->temporary = 1;
    b->flush = 1;
    b->last_buf = m->lines.done;
    b->last_in_chain = m->lines.done;

    return cl;
}
