
/*
 * Copyright (C) the print hub contributors
 */


/* The opening handshake of a WebSocket, and the takeover from HTTP. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include <ngx_sha1.h>

#include "ngx_print.h"
#include "ngx_print_token.h"
#include "ngx_print_http.h"
#include "ngx_print_ws_frame.h"
#include "ngx_print_websocket.h"
#include "ngx_print_websocket_out.h"
#include "ngx_print_websocket_close.h"
#include "ngx_print_websocket_in.h"
#include "ngx_print_websocket_move.h"
#include "ngx_print_websocket_handshake.h"


#define NGX_PRINT_WEBSOCKET_RETRY       50       /* ms */
#define NGX_PRINT_WEBSOCKET_ACCEPT_LEN  28

/* the bytes that a client may send before it has received the 101 */
#define NGX_PRINT_WEBSOCKET_EARLY       16384


static ngx_int_t ngx_print_websocket_protocol(ngx_http_request_t *r);
static ngx_int_t ngx_print_websocket_negotiate(ngx_http_request_t *r,
    ngx_print_websocket_t *ws, ngx_str_t *answer);
static ngx_int_t ngx_print_websocket_accept(ngx_http_request_t *r,
    ngx_str_t *accept);
static void ngx_print_websocket_await(ngx_http_request_t *r);
static void ngx_print_websocket_takeover(ngx_event_t *rev);
static void ngx_print_websocket_resume(ngx_print_websocket_t *ws);
static void ngx_print_websocket_release(ngx_connection_t *c);


static ngx_str_t  ngx_print_websocket_key_name =
                                           ngx_string("sec-websocket-key");


/* Accepts version 13 (RFC 6455), and 8 (an older draft) as engine.io does. */

ngx_str_t *
ngx_print_websocket_check(ngx_http_request_t *r)
{
    u_char            id[16 + 2];
    ngx_str_t        *key, *version, decoded;

    static ngx_str_t  version_name = ngx_string("sec-websocket-version");
    static ngx_str_t  versions_name = ngx_string("Sec-WebSocket-Version");
    static ngx_str_t  versions = ngx_string("13, 8");

    static ngx_str_t  bad_request = ngx_string("Bad request");
    static ngx_str_t  bad_key =
                   ngx_string("Missing or invalid Sec-WebSocket-Key header");
    static ngx_str_t  bad_version =
               ngx_string("Missing or invalid Sec-WebSocket-Version header");

    if (r != r->main
        || r->method != NGX_HTTP_GET
        || r->http_version != NGX_HTTP_VERSION_11
        || r->headers_in.content_length_n > 0
        || r->headers_in.chunked)
    {
        return &bad_request;
    }

    key = ngx_print_http_header(r, &ngx_print_websocket_key_name);
    decoded.data = id;

    if (key == NULL || key->len != 24
        || ngx_decode_base64(&decoded, key) != NGX_OK
        || decoded.len != 16)
    {
        return &bad_key;
    }

    version = ngx_print_http_header(r, &version_name);

    if (version == NULL
        || !((version->len == 2 && ngx_strncmp(version->data, "13", 2) == 0)
             || (version->len == 1 && version->data[0] == '8')))
    {
        (void) ngx_print_http_add_header(r, &versions_name, &versions);

        return &bad_version;
    }

    return NULL;
}


ngx_int_t
ngx_print_websocket_refuse(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *text)
{
    static ngx_str_t  type = ngx_string("text/html");

    r->keepalive = 0;

    return ngx_print_http_send(r, status, &type, text);
}


ngx_print_websocket_t *
ngx_print_websocket_create(ngx_http_request_t *r, size_t size,
    const ngx_print_websocket_handlers_t *handlers, uint32_t max)
{
    return ngx_print_websocket_make(r->connection, size, handlers, max);
}


ngx_int_t
ngx_print_websocket_start(ngx_http_request_t *r, ngx_print_websocket_t *ws,
    ngx_str_t *first)
{
    ngx_int_t     rc;
    ngx_buf_t    *b;
    ngx_str_t     accept, extension;
    ngx_chain_t   out;

    static ngx_str_t  upgrade = ngx_string("Upgrade");
    static ngx_str_t  websocket = ngx_string("websocket");
    static ngx_str_t  accept_name = ngx_string("Sec-WebSocket-Accept");
    static ngx_str_t  extensions = ngx_string("Sec-WebSocket-Extensions");

    b = ngx_create_temp_buf(r->pool, NGX_PRINT_WS_MAX_HEADER + first->len);

    if (b == NULL || ngx_print_websocket_accept(r, &accept) != NGX_OK) {
        return NGX_ERROR;
    }

    r->keepalive = 0;

    r->limit_rate = 0;
    r->limit_rate_set = 1;

    r->headers_out.status = NGX_HTTP_SWITCHING_PROTOCOLS;
    ngx_str_set(&r->headers_out.status_line, "101 Switching Protocols");

    if (ngx_print_http_add_header(r, &upgrade, &websocket) != NGX_OK
        || ngx_print_http_add_header(r, &accept_name, &accept) != NGX_OK
        || ngx_print_websocket_protocol(r) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_print_websocket_negotiate(r, ws, &extension);

    if (rc == NGX_OK) {
        rc = ngx_print_http_add_header(r, &extensions, &extension);
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK) {
        return NGX_ERROR;
    }

    if (first->len) {
        b->last = ngx_print_ws_frame_write(b->last, NGX_PRINT_WS_TEXT,
                                           first->len);
        b->last = ngx_cpymem(b->last, first->data, first->len);

    } else {
        b->temporary = 0;
    }

    b->flush = 1;

    out.buf = b;
    out.next = NULL;

    if (ngx_http_output_filter(r, &out) != NGX_OK) {
        return NGX_ERROR;
    }

    /* nginx uses the request until the handlers of this event have returned */

    r->main->count++;

    ngx_http_set_ctx(r, ws, ngx_print_module);

    r->read_event_handler = ngx_print_websocket_await;
    r->write_event_handler = ngx_http_request_empty_handler;

    ngx_print_websocket_await(r);

    return NGX_DONE;
}


/*
 * Accepts the first subprotocol that the client offers, as engine.io does
 * (RFC 6455, section 4.2.2, point 5.5): a client whose offer is not answered
 * fails the connection.  NGX_OK, or NGX_ERROR if there is no memory.
 */

static ngx_int_t
ngx_print_websocket_protocol(ngx_http_request_t *r)
{
    ngx_uint_t        i;
    ngx_str_t         protocol;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static ngx_str_t  name = ngx_string("Sec-WebSocket-Protocol");

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len == name.len
                && ngx_strncasecmp(h[i].key.data, name.data, name.len) == 0
                && ngx_print_token_first(&h[i].value, &protocol) == NGX_OK)
            {
                return ngx_print_http_add_header(r, &name, &protocol);
            }
        }
    }

    return NGX_OK;
}


/*
 * Negotiates permessage-deflate (RFC 7692, sections 5.1 and 7.1).
 *
 * NGX_OK        ws->deflate is set, and answer is the value of the header
 * NGX_DECLINED  the connection is not compressed
 * NGX_ERROR     there is no memory
 */

static ngx_int_t
ngx_print_websocket_negotiate(ngx_http_request_t *r, ngx_print_websocket_t *ws,
    ngx_str_t *answer)
{
    ngx_str_t                      *offers;
    ngx_print_loc_conf_t           *plcf;
    ngx_print_ws_deflate_params_t   limits;
    ngx_print_websocket_deflate_t  *d;

    static ngx_str_t                name =
                                      ngx_string("sec-websocket-extensions");

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);
    offers = ngx_print_http_header(r, &name);

    if (!plcf->deflate || offers == NULL) {
        return NGX_DECLINED;
    }

    limits.server_bits = plcf->deflate_window;
    limits.client_bits = plcf->deflate_window;
    limits.server_fresh = !plcf->deflate_takeover;
    limits.client_fresh = 0;

    d = ngx_pcalloc(r->connection->pool,
                    sizeof(ngx_print_websocket_deflate_t));
    answer->data = ngx_pnalloc(r->pool, NGX_PRINT_WS_DEFLATE_ANSWER_LEN);

    if (d == NULL || answer->data == NULL) {
        return NGX_ERROR;
    }

    if (ngx_print_ws_deflate_accept(offers, &limits, &d->codec.params)
        != NGX_OK)
    {
        return NGX_DECLINED;
    }

    answer->len = ngx_print_ws_deflate_answer(answer->data,
                                              &d->codec.params)
                  - answer->data;

    ws->deflate = d;
    ws->threshold = plcf->deflate_threshold;

    return NGX_OK;
}


/* The value of Sec-WebSocket-Accept: RFC 6455, section 4.2.2, point 5.4. */

static ngx_int_t
ngx_print_websocket_accept(ngx_http_request_t *r, ngx_str_t *accept)
{
    u_char            digest[20];
    ngx_str_t        *key, src;
    ngx_sha1_t        sha1;

    static ngx_str_t  guid =
                          ngx_string("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");

    key = ngx_print_http_header(r, &ngx_print_websocket_key_name);

    accept->data = ngx_pnalloc(r->pool, NGX_PRINT_WEBSOCKET_ACCEPT_LEN);

    if (accept->data == NULL || key == NULL) {
        return NGX_ERROR;
    }

    ngx_sha1_init(&sha1);
    ngx_sha1_update(&sha1, key->data, key->len);
    ngx_sha1_update(&sha1, guid.data, guid.len);
    ngx_sha1_final(digest, &sha1);

    src.data = digest;
    src.len = sizeof(digest);

    ngx_encode_base64(accept, &src);

    return NGX_OK;
}


/*
 * Makes the next event of the connection call ngx_print_websocket_takeover().
 * A subrequest that fails sets the event handlers of HTTP again, which call
 * this function.
 */

static void
ngx_print_websocket_await(ngx_http_request_t *r)
{
    r->connection->read->handler = ngx_print_websocket_takeover;
    r->connection->write->handler = ngx_http_empty_handler;

    ngx_post_event(r->connection->read, &ngx_posted_events);
}


/*
 * Waits until nothing uses the request any more (a subrequest of the mirror
 * module may use it for a while).  Then frees the request and all its memory,
 * so that an idle connection keeps only its own pool.
 */

static void
ngx_print_websocket_takeover(ngx_event_t *rev)
{
    size_t                  n;
    u_char                  early[NGX_PRINT_WEBSOCKET_EARLY];
    ngx_buf_t              *b;
    ngx_connection_t       *c;
    ngx_http_request_t     *r;
    ngx_print_websocket_t  *ws;

    c = rev->data;
    r = c->data;

    rev->timedout = 0;

    ws = ngx_http_get_module_ctx(r, ngx_print_module);

    b = r->header_in;
    n = b->last - b->pos;

    /* what TLS has buffered since the 101 is a part of a frame */

    if (c->error || c->close || r->out || (c->buffered && !ws->blocked)
        || n > NGX_PRINT_WEBSOCKET_EARLY)
    {
        ngx_http_finalize_request(r, NGX_ERROR);
        ngx_http_run_posted_requests(c);
        return;
    }

    ws = ngx_http_get_module_ctx(r, ngx_print_module);

    if (r->main->count != 1 || r->blocked || r->postponed
        || !(ws->closing || ws->handlers->ready(ws)))
    {
        ngx_add_timer(rev, NGX_PRINT_WEBSOCKET_RETRY);
        return;
    }

    ngx_memcpy(early, b->pos, n);

    ngx_print_websocket_release(c);

    c->data = ws;
    c->read->handler = ngx_print_websocket_read_handler;
    c->write->handler = ngx_print_websocket_write_handler;
    c->log->action = "serving websocket";
    c->destroyed = 0;
    c->idle = 1;

    if (c->tcp_nodelay == NGX_TCP_NODELAY_UNSET) {
        (void) ngx_tcp_nodelay(c);
    }

    ngx_print_websocket_resume(ws);

    ws->handlers->open(ws);

    if (n && ngx_print_websocket_input(ws, early, early + n) != NGX_OK) {
        ngx_http_close_connection(c);
        return;
    }

    ngx_print_websocket_read_handler(rev);
}


/*
 * The layer above may have sent frames, or closed the WebSocket, while HTTP
 * still had the connection.  A write event since then has found no handler, and
 * there was no time limit for the closing handshake.
 */

static void
ngx_print_websocket_resume(ngx_print_websocket_t *ws)
{
    ws->taken = 1;

    if (ws->blocked && ws->connection->write->ready) {
        ngx_post_event(ws->connection->write, &ngx_posted_events);
    }

    if (ws->closing) {
        ngx_print_websocket_limit(ws);
    }
}


/* Frees the same memory of HTTP as ngx_http_set_keepalive(). */

static void
ngx_print_websocket_release(ngx_connection_t *c)
{
    ngx_uint_t              i;
    ngx_chain_t            *cl;
    ngx_http_request_t     *r;
    ngx_http_connection_t  *hc;

    r = c->data;
    hc = r->http_connection;

    ngx_http_free_request(r, 0);

    if (c->read->timer_set) {
        ngx_del_timer(c->read);
    }

    if (c->write->timer_set) {
        ngx_del_timer(c->write);
    }

    if (ngx_pfree(c->pool, c->buffer->start) == NGX_OK) {
        c->buffer = NULL;
    }

    for (i = 0; i < 2; i++) {

        for (cl = i ? hc->busy : hc->free; cl; cl = cl->next) {
            (void) ngx_pfree(c->pool, cl->buf->start);
        }
    }

    hc->free = NULL;
    hc->busy = NULL;
    hc->nbusy = 0;

#if (NGX_HTTP_SSL)

    if (c->ssl && !c->buffered) {
        ngx_ssl_free_buffer(c);
    }

#endif
}
