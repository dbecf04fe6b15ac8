
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A subrequest needs a request, and a request needs a connection.  Here the
 * connection is one end of a pair of sockets, so that nginx's events, timers
 * and worker shutdown handle it like any other.  Nothing is read from the
 * socket or written to it: the answer is discarded.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>

#include "ngx_print_post_request.h"


/* c->log->data; nginx knows the first member */
typedef struct {
    ngx_http_log_ctx_t   ctx;
    const char          *purpose;
} ngx_print_post_log_ctx_t;


/* nginx decrements it at the end of a connection; not every nginx has it */
extern ngx_atomic_t  *ngx_stat_active __attribute__((weak));


static ngx_int_t ngx_print_post_start(ngx_print_post_request_t *pr,
    ngx_http_request_t *r, ngx_str_t *body);
static ngx_int_t ngx_print_post_content(ngx_http_request_t *r,
    ngx_str_t *body);
static ngx_table_elt_t *ngx_print_post_header(ngx_http_request_t *r,
    const char *key, const char *lowcase, ngx_str_t *value);
static void ngx_print_post_finish(ngx_http_request_t *r);
static ngx_int_t ngx_print_post_ended(ngx_http_request_t *sr, void *data,
    ngx_int_t rc);
static void ngx_print_post_cleanup(void *data);
static void ngx_print_post_end(ngx_print_post_request_t *pr,
    ngx_http_request_t *sr);
static ngx_connection_t *ngx_print_post_connect(
    ngx_print_post_request_t *pr, ngx_pool_t *pool);
static ngx_int_t ngx_print_post_pair(ngx_pool_t *pool, int *fd);
static void ngx_print_post_close(void *data);
static ngx_int_t ngx_print_post_connection(ngx_connection_t *c,
    ngx_print_post_request_t *pr, ngx_pool_t *pool);
static void ngx_print_post_log(ngx_connection_t *c, ngx_log_t *log,
    ngx_print_post_log_ctx_t *ctx);
static u_char *ngx_print_post_log_handler(ngx_log_t *log, u_char *buf,
    size_t len);
static void ngx_print_post_event_handler(ngx_event_t *ev);
static ngx_chain_t *ngx_print_post_discard(ngx_connection_t *c,
    ngx_chain_t *in, off_t limit);


void
ngx_print_post_request(ngx_print_post_request_t *pr, ngx_pool_t *pool,
    ngx_str_t *body)
{
    ngx_connection_t    *c;
    ngx_http_cleanup_t  *cln;
    ngx_http_request_t  *r;

    pr->subrequest = NULL;
    pr->failed = pr->body;

    c = ngx_print_post_connect(pr, pool);

    if (c == NULL) {
        ngx_destroy_pool(pool);
        goto failed;
    }

    r = ngx_http_create_request(c);

    if (r == NULL) {
        ngx_http_close_connection(c);
        goto failed;
    }

    c->data = r;

    r->write_event_handler = ngx_print_post_finish;
    r->logged = 1;

    cln = ngx_http_cleanup_add(r, 0);

    if (cln == NULL) {
        ngx_http_free_request(r, 0);
        ngx_http_close_connection(c);
        goto failed;
    }

    cln->handler = ngx_print_post_cleanup;
    cln->data = pr;

    pr->connection = c;

    if (ngx_print_post_start(pr, r, body) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_ERROR);
    }

    ngx_http_run_posted_requests(c);

    return;

failed:

    ngx_print_post_end(pr, NULL);
}


void
ngx_print_post_abort(ngx_print_post_request_t *pr)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    c = pr->connection;

    if (c) {
        r = c->data;
        c->error = 1;

        ngx_http_finalize_request(r->main, NGX_ERROR);
        ngx_http_run_posted_requests(c);
    }
}


ngx_print_post_request_t *
ngx_print_post_of(ngx_http_request_t *r)
{
    ngx_http_cleanup_t  *cln;

    for (cln = r->main->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_print_post_cleanup) {
            return cln->data;
        }
    }

    return NULL;
}


static ngx_int_t
ngx_print_post_start(ngx_print_post_request_t *pr,
    ngx_http_request_t *r, ngx_str_t *body)
{
    ngx_str_t                    uri, args;
    ngx_http_request_t          *sr;
    ngx_http_post_subrequest_t  *ps;

    uri = pr->target->uri;
    args = pr->target->args;

    ngx_str_set(&r->method_name, "POST");
    ngx_str_set(&r->http_protocol, "HTTP/1.1");

    r->method = NGX_HTTP_POST;
    r->http_version = NGX_HTTP_VERSION_11;
    r->uri = uri;
    r->args = args;
    r->unparsed_uri = pr->target->line;

    ps = ngx_palloc(r->pool, sizeof(ngx_http_post_subrequest_t));

    if (ps == NULL || ngx_print_post_content(r, body) != NGX_OK) {
        return NGX_ERROR;
    }

    ps->handler = ngx_print_post_ended;
    ps->data = pr;

    if (ngx_http_subrequest(r, &uri, &args, &sr, ps,
                            pr->body ? NGX_HTTP_SUBREQUEST_IN_MEMORY : 0)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    sr->method = NGX_HTTP_POST;
    sr->method_name = r->method_name;

    /* if the body is not wanted, nginx does not read it, as for auth_request */
    sr->header_only = !pr->body;

    pr->subrequest = sr;

    return NGX_OK;
}


static ngx_int_t
ngx_print_post_content(ngx_http_request_t *r, ngx_str_t *body)
{
    u_char                   *p;
    ngx_buf_t                *b;
    ngx_str_t                 value;
    ngx_http_headers_in_t    *in;
    ngx_http_request_body_t  *rb;

    in = &r->headers_in;

    b = ngx_calloc_buf(r->pool);
    p = ngx_pnalloc(r->pool, NGX_SIZE_T_LEN);
    rb = ngx_pcalloc(r->pool, sizeof(ngx_http_request_body_t));

    if (b == NULL || p == NULL || rb == NULL
        || ngx_list_init(&in->headers, r->pool, 2, sizeof(ngx_table_elt_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    rb->bufs = ngx_alloc_chain_link(r->pool);
    if (rb->bufs == NULL) {
        return NGX_ERROR;
    }

    rb->bufs->buf = b;
    rb->bufs->next = NULL;
    rb->buf = b;

    b->pos = body->data;
    b->last = body->data + body->len;
    b->start = b->pos;
    b->end = b->last;
    b->memory = 1;
    b->last_buf = 1;

    r->request_body = rb;

    value.data = p;
    value.len = ngx_sprintf(p, "%uz", body->len) - p;

    in->content_length_n = body->len;
    in->content_length = ngx_print_post_header(r, "Content-Length",
                                               "content-length", &value);

    ngx_str_set(&value, "application/json");

    in->content_type = ngx_print_post_header(r, "Content-Type",
                                             "content-type", &value);

    return (in->content_length && in->content_type) ? NGX_OK : NGX_ERROR;
}


static ngx_table_elt_t *
ngx_print_post_header(ngx_http_request_t *r, const char *key,
    const char *lowcase, ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_in.headers);

    if (h) {
        h->key.data = (u_char *) key;
        h->key.len = ngx_strlen(key);
        h->lowcase_key = (u_char *) lowcase;
        h->hash = ngx_hash_key(h->lowcase_key, h->key.len);
        h->value = *value;

#if (nginx_version >= 1023000)
        h->next = NULL;
#endif
    }

    return h;
}


/* The subrequest has ended.  "eof" prevents a lingering close. */

static void
ngx_print_post_finish(ngx_http_request_t *r)
{
    r->connection->read->eof = 1;

    ngx_http_finalize_request(r, NGX_OK);
}


/* The body of the answer is complete, or could not be kept. */

static ngx_int_t
ngx_print_post_ended(ngx_http_request_t *sr, void *data, ngx_int_t rc)
{
    ngx_print_post_request_t *pr = data;

    pr->failed = pr->body && rc == NGX_ERROR;

    return rc;
}


/* nginx calls it once, however the request ends. */

static void
ngx_print_post_cleanup(void *data)
{
    ngx_print_post_request_t *pr = data;

    ngx_http_request_t  *sr;

    sr = pr->failed ? NULL : pr->subrequest;

    pr->connection = NULL;
    pr->subrequest = NULL;

    ngx_print_post_end(pr, sr);
}


static void
ngx_print_post_end(ngx_print_post_request_t *pr, ngx_http_request_t *sr)
{
    ngx_buf_t                *b;
    ngx_print_post_answer_t   answer;

    ngx_memzero(&answer, sizeof(ngx_print_post_answer_t));

    if (sr && sr->headers_out.status) {
        answer.status = sr->headers_out.status;
        answer.headers = &sr->headers_out.headers;

        b = (pr->body && sr->out) ? sr->out->buf : NULL;

        if (b) {
            answer.body.data = b->pos;
            answer.body.len = b->last - b->pos;
        }
    }

    pr->done(pr->data, &answer);
}


/* Returns a connection, which owns the pool, or NULL: the caller keeps it. */

static ngx_connection_t *
ngx_print_post_connect(ngx_print_post_request_t *pr, ngx_pool_t *pool)
{
    int                fd;
    ngx_connection_t  *c;

    if (ngx_print_post_pair(pool, &fd) != NGX_OK) {
        return NULL;
    }

    c = ngx_get_connection(fd, pool->log);

    if (c == NULL) {
        (void) ngx_close_socket(fd);
        return NULL;
    }

    if (ngx_print_post_connection(c, pr, pool) != NGX_OK) {
        ngx_close_connection(c);
        return NULL;
    }

    if (&ngx_stat_active) {
        (void) ngx_atomic_fetch_add(ngx_stat_active, 1);
    }

    return c;
}


/* Opens a pair of sockets; the pool's cleanup closes the other end. */

static ngx_int_t
ngx_print_post_pair(ngx_pool_t *pool, int *fd)
{
    int                 *other, pair[2];
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(pool, sizeof(int));
    if (cln == NULL) {
        return NGX_ERROR;
    }

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1) {
        ngx_log_error(NGX_LOG_ALERT, pool->log, ngx_socket_errno,
                      "print hub: post: socketpair() failed");
        return NGX_ERROR;
    }

    other = cln->data;
    *other = pair[1];

    cln->handler = ngx_print_post_close;

    if (ngx_nonblocking(pair[0]) == -1) {
        ngx_log_error(NGX_LOG_ALERT, pool->log, ngx_socket_errno,
                      "print hub: post: " ngx_nonblocking_n " failed");
        (void) ngx_close_socket(pair[0]);
        return NGX_ERROR;
    }

    *fd = pair[0];

    return NGX_OK;
}


static void
ngx_print_post_close(void *data)
{
    int *fd = data;

    (void) ngx_close_socket(*fd);
}


/* Sets what ngx_event_accept() and ngx_http_init_connection() would set. */

static ngx_int_t
ngx_print_post_connection(ngx_connection_t *c,
    ngx_print_post_request_t *pr, ngx_pool_t *pool)
{
    ngx_log_t                 *log;
    ngx_http_connection_t     *hc;
    ngx_print_post_log_ctx_t  *ctx;

    static struct sockaddr     unknown = { .sa_family = AF_UNIX };

    log = ngx_palloc(pool, sizeof(ngx_log_t));
    ctx = ngx_pcalloc(pool, sizeof(ngx_print_post_log_ctx_t));
    hc = ngx_pcalloc(pool, sizeof(ngx_http_connection_t));

    if (log == NULL || ctx == NULL || hc == NULL) {
        return NGX_ERROR;
    }

    hc->conf_ctx = pr->target->ctx;
    hc->addr_conf = ngx_pcalloc(pool, sizeof(ngx_http_addr_conf_t));

    c->buffer = ngx_create_temp_buf(pool, 1);

    if (hc->addr_conf == NULL || c->buffer == NULL) {
        return NGX_ERROR;
    }

    hc->addr_conf->default_server =
        hc->conf_ctx->srv_conf[ngx_http_core_module.ctx_index];

    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);
    c->start_time = ngx_current_msec;
    c->pool = pool;
    c->data = hc;

    c->recv = ngx_recv;
    c->send = ngx_send;
    c->recv_chain = ngx_recv_chain;
    c->send_chain = ngx_print_post_discard;

    c->sockaddr = &unknown;
    c->socklen = offsetof(struct sockaddr, sa_data);
    c->local_sockaddr = &unknown;
    c->local_socklen = c->socklen;
    ngx_str_set(&c->addr_text, "unix:");

    c->tcp_nodelay = NGX_TCP_NODELAY_DISABLED;
    c->tcp_nopush = NGX_TCP_NOPUSH_DISABLED;

    c->write->ready = 1;
    c->read->handler = ngx_print_post_event_handler;
    c->write->handler = ngx_print_post_event_handler;

    ctx->purpose = pr->purpose;

    ngx_print_post_log(c, log, ctx);

    return NGX_OK;
}


static void
ngx_print_post_log(ngx_connection_t *c, ngx_log_t *log,
    ngx_print_post_log_ctx_t *ctx)
{
    *log = *c->pool->log;

    log->connection = c->number;
    log->handler = ngx_print_post_log_handler;
    log->data = ctx;
    log->action = NULL;

    ctx->ctx.connection = c;

    c->log = log;
    c->log_error = NGX_ERROR_INFO;
    c->pool->log = log;
    c->read->log = log;
    c->write->log = log;
}


static u_char *
ngx_print_post_log_handler(ngx_log_t *log, u_char *buf, size_t len)
{
    u_char                    *p;
    ngx_http_request_t        *r;
    ngx_print_post_log_ctx_t  *ctx;

    p = buf;
    ctx = log->data;

    if (log->action) {
        p = ngx_snprintf(p, len, " while %s", log->action);
        len -= p - buf;
        buf = p;
    }

    p = ngx_snprintf(p, len, ", %s", ctx->purpose);
    len -= p - buf;

    r = ctx->ctx.request;

    return r ? r->log_handler(r, ctx->ctx.current_request, p, len) : p;
}


/* Does what nginx's static ngx_http_request_handler() does. */

static void
ngx_print_post_event_handler(ngx_event_t *ev)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    c = ev->data;
    r = c->data;

    ngx_http_set_log_request(c->log, r);

    if (c->close) {

        /* worker_shutdown_timeout has passed: nginx closes the connection */

        c->error = 1;
        ngx_http_finalize_request(r->main, NGX_ERROR);
        ngx_http_run_posted_requests(c);
        return;
    }

    if (ev->delayed && ev->timedout) {
        ev->delayed = 0;
        ev->timedout = 0;
    }

    if (ev->write) {
        r->write_event_handler(r);

    } else {
        r->read_event_handler(r);
    }

    ngx_http_run_posted_requests(c);
}


static ngx_chain_t *
ngx_print_post_discard(ngx_connection_t *c, ngx_chain_t *in, off_t limit)
{
    return ngx_chain_update_sent(in, NGX_MAX_OFF_T_VALUE);
}
