
/*
 * Copyright (C) the print hub contributors
 */


/* The transport "polling": POST requests, which carry packets. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_eio3_packet.h"
#include "ngx_print_jsonp.h"
#include "ngx_print_eio.h"
#include "ngx_print_eio_gate.h"
#include "ngx_print_polling_answer.h"
#include "ngx_print_polling_post.h"


#define NGX_PRINT_POLLING_HOLD  50      /* ms, a POST that closes */

#define ngx_print_polling_half(plcf)  ngx_max((plcf)->ping_timeout / 2, 1)


/* A POST whose body is being read, or whose effect is held back. */
typedef struct {
    ngx_print_eio_peer_t   peer;
    ngx_print_eio_hold_t   hold;
    ngx_event_t            timer;
    unsigned               binary:1;       /* the payload is binary */
    unsigned               reading:1;      /* not complete, or held */
} ngx_print_polling_post_t;


static ngx_uint_t ngx_print_polling_is_binary(ngx_http_request_t *r);
static void ngx_print_polling_body(ngx_http_request_t *r);
static ngx_int_t ngx_print_polling_read(ngx_http_request_t *r,
    ngx_uint_t ready, void *data);
static void ngx_print_polling_hold(ngx_http_request_t *r,
    ngx_print_polling_post_t *post, ngx_event_handler_pt handler,
    ngx_msec_t ms);
static void ngx_print_polling_held(ngx_event_t *ev);
static void ngx_print_polling_undecided(ngx_event_t *ev);
static void ngx_print_polling_decided(ngx_event_t *ev);
static void ngx_print_polling_post_end(ngx_http_request_t *r,
    ngx_print_polling_post_t *post, ngx_uint_t reason);
static ngx_int_t ngx_print_polling_posted(ngx_http_request_t *r,
    ngx_print_polling_post_t *post, ngx_uint_t reason);
static ngx_int_t ngx_print_polling_done(ngx_http_request_t *r,
    ngx_uint_t ready, void *data);
static ngx_uint_t ngx_print_polling_form(ngx_http_request_t *r,
    ngx_str_t *body);
static ngx_uint_t ngx_print_polling_packets(ngx_print_eio_peer_t *peer,
    ngx_str_t *body, ngx_uint_t binary);
static void ngx_print_polling_post_cleanup(void *data);
static ngx_int_t ngx_print_polling_refuse_encoding(ngx_http_request_t *r,
    ngx_print_eio_peer_t *peer);


ngx_int_t
ngx_print_polling_post(ngx_http_request_t *r, ngx_print_eio_peer_t *peer)
{
    off_t                      length;
    ngx_int_t                  rc;
    ngx_str_t                  encoding;
    ngx_uint_t                 binary;
    ngx_http_cleanup_t        *cln;
    ngx_print_polling_post_t  *post;

    rc = ngx_print_http_encoding(r, &encoding);

    if (rc != NGX_DECLINED) {
        return rc == NGX_OK ? ngx_print_polling_refuse_encoding(r, peer)
                            : NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    binary = ngx_print_polling_is_binary(r);

    if (binary && peer->session.eio != 3) {
        /* in protocol 4 a payload is text, with binary as base64 */
        return ngx_print_polling_refuse(r, peer, NGX_HTTP_BAD_REQUEST,
                                        NGX_PRINT_REASON_TRANSPORT_ERROR);
    }

    length = r->headers_in.content_length_n;

    if (length > (off_t) peer->conf->max_payload) {
        return ngx_print_polling_refuse(r, peer,
                                        NGX_HTTP_REQUEST_ENTITY_TOO_LARGE, 0);
    }

    cln = ngx_http_cleanup_add(r, sizeof(ngx_print_polling_post_t));
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    post = cln->data;

    ngx_memzero(post, sizeof(ngx_print_polling_post_t));

    ngx_print_eio_hold_init(&post->hold, ngx_print_polling_decided, r,
                            r->connection->log);

    post->peer = *peer;
    post->peer.hold = &post->hold;
    post->binary = binary;
    post->reading = 1;

    rc = ngx_print_session_post(&peer->eio->store, peer->session.ref);

    if (rc == NGX_BUSY && ngx_print_eio_reap(peer->eio)) {
        rc = ngx_print_session_post(&peer->eio->store, peer->session.ref);
    }

    switch (rc) {

    case NGX_OK:
        break;

    case NGX_PRINT_STALLED:
        return NGX_PRINT_STALLED;

    case NGX_BUSY:
        return ngx_print_polling_refuse(r, peer, NGX_HTTP_BAD_REQUEST,
                                        NGX_PRINT_REASON_TRANSPORT_ERROR);

    default: /* NGX_ABORT, NGX_DECLINED */
        return ngx_print_polling_refuse(r, peer, NGX_HTTP_BAD_REQUEST, 0);
    }

    cln->handler = ngx_print_polling_post_cleanup;

    ngx_http_set_ctx(r, post, ngx_print_module);

    r->request_body_in_single_buf = 1;

    rc = ngx_http_read_client_request_body(r, ngx_print_polling_body);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    return NGX_DONE;
}


/* The reference compares the whole header: a parameter makes it another one. */

static ngx_uint_t
ngx_print_polling_is_binary(ngx_http_request_t *r)
{
    ngx_str_t         *type;

    static ngx_str_t   octets = ngx_string("application/octet-stream");

    if (r->headers_in.content_type == NULL) {
        return 0;
    }

    type = &r->headers_in.content_type->value;

    return type->len == octets.len
           && ngx_strncmp(type->data, octets.data, octets.len) == 0;
}


static void
ngx_print_polling_body(ngx_http_request_t *r)
{
    ngx_int_t                  rc;
    ngx_print_polling_post_t  *post;

    post = ngx_http_get_module_ctx(r, ngx_print_module);

    rc = ngx_print_eio_gate(post->peer.eio, r, 0, ngx_print_polling_read, post);

    ngx_http_finalize_request(r, rc);
}


static ngx_int_t
ngx_print_polling_read(ngx_http_request_t *r, ngx_uint_t ready, void *data)
{
    ngx_print_polling_post_t *post = data;

    ngx_int_t              rc;
    ngx_str_t              body;
    ngx_uint_t             reason;
    ngx_print_eio_peer_t  *peer;

    peer = &post->peer;

    post->reading = 0;

    if (ngx_print_http_body(r, &body) != NGX_OK) {
        ngx_print_eio_post_done(peer->eio, peer->session.ref);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (body.len > peer->conf->max_payload) {
        ngx_print_eio_post_done(peer->eio, peer->session.ref);
        return ngx_print_polling_refuse(r, peer,
                                        NGX_HTTP_REQUEST_ENTITY_TOO_LARGE, 0);
    }

    rc = ngx_print_session_get(&peer->eio->store, peer->session.ref,
                               &peer->session);

    if (rc == NGX_PRINT_STALLED) {
        post->reading = 1;
        return ngx_print_eio_gate(peer->eio, r, 0, ngx_print_polling_read,
                                  post);
    }

    if (rc != NGX_OK
        || peer->session.state == NGX_PRINT_SESSION_CLOSING
        || peer->session.state == NGX_PRINT_SESSION_LINGER)
    {
        /* another request, such as a second POST, has closed the session */
        return NGX_HTTP_CLOSE;
    }

    reason = ngx_print_polling_form(r, &body)
             ? ngx_print_polling_packets(peer, &body, post->binary) : 0;

    if (reason == 0 && ngx_print_eio_is_held(&post->hold)) {
        ngx_print_polling_hold(r, post, ngx_print_polling_undecided,
                               ngx_print_polling_half(peer->conf));
        return NGX_DONE;
    }

    if (reason == NGX_PRINT_REASON_TRANSPORT_CLOSE && !peer->session.attached) {
        /*
         * A client that closes its session has usually sent a GET too, which
         * may still be on its way to another worker.  The POST waits for that
         * GET, so that it is answered, as with a single worker.  A client that
         * sends its GET only after the POST was answered is too late.
         */

        ngx_print_polling_hold(r, post, ngx_print_polling_held,
                               NGX_PRINT_POLLING_HOLD);
        return NGX_DONE;
    }

    return ngx_print_polling_posted(r, post, reason);
}


/* Makes a POST wait: handler is called after so many ms. */

static void
ngx_print_polling_hold(ngx_http_request_t *r, ngx_print_polling_post_t *post,
    ngx_event_handler_pt handler, ngx_msec_t ms)
{
    /* a client that goes away meanwhile closes the session, too */

    post->reading = 1;

    post->timer.handler = handler;
    post->timer.data = r;
    post->timer.log = r->connection->log;

    ngx_add_timer(&post->timer, ms);

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;
    r->main->count++;

    if (r->connection->read->ready) {
        ngx_post_event(r->connection->read, &ngx_posted_events);
    }
}


static void
ngx_print_polling_held(ngx_event_t *ev)
{
    ngx_http_request_t        *r;
    ngx_print_polling_post_t  *post;

    r = ev->data;
    post = ngx_http_get_module_ctx(r, ngx_print_module);

    if (ngx_print_eio_ready(post->peer.eio) != NGX_OK) {
        ngx_add_timer(ev, NGX_PRINT_EIO_RETRY);
        return;
    }

    ngx_print_polling_post_end(r, post, NGX_PRINT_REASON_TRANSPORT_CLOSE);
}


/*
 * A client of protocol 4 answers pings by POST, and cannot send another one as
 * long as this one waits: so no time for its pong runs out meanwhile.
 */

static void
ngx_print_polling_undecided(ngx_event_t *ev)
{
    ngx_http_request_t        *r;
    ngx_print_polling_post_t  *post;

    r = ev->data;
    post = ngx_http_get_module_ctx(r, ngx_print_module);

    if (ngx_print_eio_ready(post->peer.eio) != NGX_OK) {
        ngx_add_timer(ev, NGX_PRINT_EIO_RETRY);
        return;
    }

    ngx_print_session_wait(&post->peer.eio->store, post->peer.session.ref);

    ngx_add_timer(ev, ngx_print_polling_half(post->peer.conf));
}


/* All that the packets of a POST have asked for is decided. */

static void
ngx_print_polling_decided(ngx_event_t *ev)
{
    ngx_http_request_t        *r;
    ngx_print_polling_post_t  *post;

    r = ev->data;
    post = ngx_http_get_module_ctx(r, ngx_print_module);

    if (!post->timer.timer_set
        || post->timer.handler != ngx_print_polling_undecided
        || ngx_print_eio_is_held(&post->hold))
    {
        /* a later packet of the POST goes on, closes, or waits too */
        return;
    }

    if (ngx_print_eio_ready(post->peer.eio) != NGX_OK) {
        ngx_add_timer(ev, NGX_PRINT_EIO_RETRY);
        return;
    }

    ngx_del_timer(&post->timer);

    ngx_print_session_wait(&post->peer.eio->store, post->peer.session.ref);

    ngx_print_polling_post_end(r, post, 0);
}


/* Answers a POST that has waited, see ngx_print_polling_posted(). */

static void
ngx_print_polling_post_end(ngx_http_request_t *r,
    ngx_print_polling_post_t *post, ngx_uint_t reason)
{
    ngx_int_t          rc;
    ngx_connection_t  *c;

    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    rc = ngx_print_polling_posted(r, post, reason);

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}


/* Answers a POST; with a reason, closes the session. */

static ngx_int_t
ngx_print_polling_posted(ngx_http_request_t *r, ngx_print_polling_post_t *post,
    ngx_uint_t reason)
{
    ngx_print_eio_peer_t  *peer;

    static ngx_str_t       type = ngx_string("text/html");
    static ngx_str_t       ok = ngx_string("ok");

    peer = &post->peer;
    post->reading = 0;

    if (reason == 0
        && ngx_print_session_post_done(&peer->eio->store, peer->session.ref)
           != NGX_OK)
    {
        /* the next POST would be taken for one that overlaps this one */

        post->reading = 1;
        return ngx_print_eio_gate(peer->eio, r, 0, ngx_print_polling_done,
                                  post);
    }

    if (reason) {
        ngx_print_eio_post_done(peer->eio, peer->session.ref);
        (void) ngx_print_eio_close(peer->eio, peer->session.ref, reason,
                                   peer->log);
    }

    return ngx_print_http_send(r, NGX_HTTP_OK, &type, &ok);
}


static ngx_int_t
ngx_print_polling_done(ngx_http_request_t *r, ngx_uint_t ready, void *data)
{
    return ngx_print_polling_posted(r, data, 0);
}


/*
 * Decodes the form of a JSONP client (argument "j").  Returns 1 if there is a
 * payload; a form without one is ignored, as in engine.io.
 */

static ngx_uint_t
ngx_print_polling_form(ngx_http_request_t *r, ngx_str_t *body)
{
    ngx_str_t         index;

    static ngx_str_t  name = ngx_string("j");

    return ngx_print_http_arg(r, &name, &index) != NGX_OK
           || ngx_print_jsonp_read(body) == NGX_OK;
}


/*
 * Handles the packets of a payload ("Packet encoding", "HTTP long-polling").
 * Returns 0, or the reason for which the caller closes the session.
 */

static ngx_uint_t
ngx_print_polling_packets(ngx_print_eio_peer_t *peer, ngx_str_t *body,
    ngx_uint_t binary)
{
    u_char                  *p, *last;
    ngx_int_t                rc;
    ngx_uint_t               reason;
    ngx_print_eio_packet_t   packet;

    p = body->data;
    last = p + body->len;

    for ( ;; ) {
        rc = (peer->session.eio == 3 && body->len)
             ? ngx_print_eio3_payload_next(&packet, &p, last, binary)
             : ngx_print_eio_payload_next(&packet, &p, last);

        if (rc == NGX_DONE) {
            return 0;
        }

        if (rc != NGX_OK) {
            ngx_log_error(NGX_LOG_INFO, peer->log, 0,
                          "print hub: polling: client sent an invalid packet, "
                          "closing session");
            return NGX_PRINT_REASON_PARSE_ERROR;
        }

        reason = ngx_print_eio_receive(peer, &packet, 0);

        if (reason) {
            return reason;
        }
    }
}


/*
 * The cleanup handler of a POST.  If it is not complete, the client has gone
 * away, and the session is closed.
 */

static void
ngx_print_polling_post_cleanup(void *data)
{
    ngx_print_polling_post_t *post = data;

    ngx_print_eio_peer_t  *peer;

    if (post->timer.timer_set) {
        ngx_del_timer(&post->timer);
    }

    ngx_print_eio_hold_end(&post->hold);

    if (!post->reading) {
        return;
    }

    peer = &post->peer;

    (void) ngx_print_eio_close(peer->eio, peer->session.ref,
                               NGX_PRINT_REASON_TRANSPORT_ERROR, peer->log);
}


/* Refuses packets that are compressed; the session goes on. */

static ngx_int_t
ngx_print_polling_refuse_encoding(ngx_http_request_t *r,
    ngx_print_eio_peer_t *peer)
{
    static ngx_str_t  accept = ngx_string("Accept-Encoding");
    static ngx_str_t  identity = ngx_string("identity");

    if (ngx_print_http_add_header(r, &accept, &identity) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_print_polling_refuse(r, peer, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                    0);
}
