
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_eio.h"
#include "ngx_print_eio_gate.h"


/* a request that waits */
typedef struct {
    ngx_event_t             timer;
    ngx_http_request_t     *request;
    ngx_print_eio_t        *eio;
    ngx_print_eio_gate_pt   handler;
    void                   *data;
    ngx_msec_t              start;
    ngx_msec_t              limit;       /* 0: none */
} ngx_print_eio_gate_t;


static void ngx_print_eio_gate_handler(ngx_event_t *ev);
static void ngx_print_eio_gate_cleanup(void *data);


ngx_int_t
ngx_print_eio_gate(ngx_print_eio_t *eio, ngx_http_request_t *r,
    ngx_msec_t limit, ngx_print_eio_gate_pt handler, void *data)
{
    ngx_http_cleanup_t    *cln;
    ngx_print_eio_gate_t  *gate;

    if (ngx_print_eio_ready(eio) == NGX_OK) {
        return handler(r, 1, data);
    }

    if (r != r->main) {
        return handler(r, 0, data);
    }

    cln = ngx_http_cleanup_add(r, sizeof(ngx_print_eio_gate_t));
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    gate = cln->data;
    ngx_memzero(gate, sizeof(ngx_print_eio_gate_t));

    gate->request = r;
    gate->eio = eio;
    gate->handler = handler;
    gate->data = data;
    gate->start = ngx_current_msec;
    gate->limit = limit;

    gate->timer.handler = ngx_print_eio_gate_handler;
    gate->timer.data = gate;
    gate->timer.log = r->connection->log;

    cln->handler = ngx_print_eio_gate_cleanup;

    ngx_add_timer(&gate->timer, NGX_PRINT_EIO_RETRY);

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;
    r->main->count++;

    /* the client may have closed already, which causes no new event */

    if (r->connection->read->ready) {
        ngx_post_event(r->connection->read, &ngx_posted_events);
    }

    return NGX_DONE;
}


static void
ngx_print_eio_gate_handler(ngx_event_t *ev)
{
    ngx_int_t              rc;
    ngx_uint_t             ready;
    ngx_connection_t      *c;
    ngx_http_request_t    *r;
    ngx_print_eio_gate_t  *gate;

    gate = ev->data;

    ready = (ngx_print_eio_ready(gate->eio) == NGX_OK);

    if (!ready
        && (gate->limit == 0
            || ngx_current_msec - gate->start < gate->limit))
    {
        ngx_add_timer(ev, NGX_PRINT_EIO_RETRY);
        return;
    }

    r = gate->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    rc = gate->handler(r, ready, gate->data);

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}


static void
ngx_print_eio_gate_cleanup(void *data)
{
    ngx_print_eio_gate_t *gate = data;

    if (gate->timer.timer_set) {
        ngx_del_timer(&gate->timer);
    }
}
