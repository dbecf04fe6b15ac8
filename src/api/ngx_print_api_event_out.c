
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_api_json.h"
#include "ngx_print_api_event_page.h"
#include "ngx_print_api_event_out.h"


/* set while the socket or TLS has not taken all bytes that were flushed */
#define NGX_PRINT_API_BUFFERED                                                \
    (NGX_LOWLEVEL_BUFFERED|NGX_HTTP_WRITE_BUFFERED)

/* bytes of a buffer with memory of its own */
#define NGX_PRINT_API_OWN                                                     \
    (3 * NGX_PRINT_API_FRAME + NGX_PRINT_API_EVENT)


static ngx_uint_t ngx_print_api_event_copied(ngx_print_api_event_out_t *out);
static void ngx_print_api_event_update(ngx_print_api_event_out_t *out,
    ngx_chain_t *in);


ngx_chain_t *
ngx_print_api_event_buf(ngx_print_api_event_out_t *out)
{
    u_char       *p;
    ngx_buf_t    *b;
    ngx_pool_t   *pool;
    ngx_chain_t  *cl;

    pool = out->request->pool;

    cl = ngx_chain_get_free_buf(pool, &out->free);
    if (cl == NULL) {
        return NULL;
    }

    b = cl->buf;

    if (b->start == NULL) {

        p = ngx_palloc(pool, NGX_PRINT_API_OWN);
        if (p == NULL) {
            return NULL;
        }

        b->start = p;
        b->end = p + NGX_PRINT_API_OWN;
    }

    b->pos = b->start;
    b->last = b->start;
    b->tag = (ngx_buf_tag_t) &ngx_print_module;
    b->temporary = 1;
    b->flush = 1;

    return cl;
}


size_t
ngx_print_api_event_room(ngx_print_api_event_out_t *out)
{
    return ngx_print_api_event_copied(out) ? NGX_PRINT_API_OWN
                                           : NGX_MAX_SIZE_T_VALUE;
}


/* Whether nginx may send the buffers after the cleanups of the request. */

static ngx_uint_t
ngx_print_api_event_copied(ngx_print_api_event_out_t *out)
{
    return out->request->http_version > NGX_HTTP_VERSION_11;
}


ngx_chain_t *
ngx_print_api_event_share(ngx_print_api_event_out_t *out, ngx_str_t *text)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    if (ngx_print_api_event_copied(out)) {

        cl = ngx_print_api_event_buf(out);

        if (cl) {
            cl->buf->last = ngx_cpymem(cl->buf->last, text->data, text->len);
        }

        return cl;
    }

    cl = ngx_chain_get_free_buf(out->request->pool, &out->free_shared);
    if (cl == NULL) {
        return NULL;
    }

    b = cl->buf;

    b->pos = text->data;
    b->last = text->data + text->len;
    b->tag = (ngx_buf_tag_t) &ngx_print_module;
    b->memory = 1;
    b->flush = 1;

    return cl;
}


ngx_int_t
ngx_print_api_event_send(ngx_print_api_event_out_t *out, ngx_chain_t *in)
{
    ngx_int_t                  rc;
    ngx_event_t               *wev;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    r = out->request;
    wev = r->connection->write;

    if (in || ngx_print_api_event_blocked(out)) {

        rc = ngx_http_output_filter(r, in);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        ngx_print_api_event_update(out, in);

        /* a filter without data, such as gzip, does not call the next one */

        if (out->busy == NULL && ngx_print_api_event_blocked(out)
            && ngx_http_write_filter(r, NULL) == NGX_ERROR)
        {
            return NGX_ERROR;
        }
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (ngx_print_api_event_blocked(out)) {

        /* send_timeout starts again when the client has taken some bytes */

        if (!wev->delayed
            && (!wev->timer_set || out->sent != r->connection->sent))
        {
            out->sent = r->connection->sent;
            ngx_add_timer(wev, clcf->send_timeout);
        }

    } else if (wev->timer_set && !wev->delayed) {
        ngx_del_timer(wev);
    }

    return ngx_handle_write_event(wev, clcf->send_lowat);
}


/* Keeps the buffers that were sent for the next events. */

static void
ngx_print_api_event_update(ngx_print_api_event_out_t *out, ngx_chain_t *in)
{
    ngx_chain_t  *cl, **ll;

    for (ll = &out->busy; *ll; ll = &(*ll)->next) { /* void */ }

    *ll = in;

    while (out->busy && ngx_buf_size(out->busy->buf) == 0) {

        cl = out->busy;
        out->busy = cl->next;

        ll = cl->buf->start ? &out->free : &out->free_shared;

        cl->next = *ll;
        *ll = cl;
    }
}


ngx_uint_t
ngx_print_api_event_blocked(ngx_print_api_event_out_t *out)
{
    return out->busy
           || (out->request->connection->buffered & NGX_PRINT_API_BUFFERED);
}


size_t
ngx_print_api_event_unsent(ngx_print_api_event_out_t *out)
{
    size_t        size;
    ngx_chain_t  *cl;

    size = 0;

    for (cl = out->busy; cl; cl = cl->next) {
        size += ngx_buf_size(cl->buf);
    }

    return size;
}
