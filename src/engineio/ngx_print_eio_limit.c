
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_inet.h"
#include "ngx_print_log.h"
#include "ngx_print_address.h"
#include "ngx_print_http.h"
#include "ngx_print_websocket_handshake.h"
#include "ngx_print_eio.h"
#include "ngx_print_eio_limit.h"


static ngx_print_log_kind_t  ngx_print_eio_limit_rate =
    ngx_print_log_kind("handshakes limited", NGX_LOG_WARN);

static ngx_print_log_kind_t  ngx_print_eio_limit_sessions =
    ngx_print_log_kind("sessions, the limit", NGX_LOG_WARN);


ngx_print_limits_t *
ngx_print_eio_limits(ngx_print_eio_t *eio, ngx_print_loc_conf_t *conf,
    ngx_print_limits_t *limits)
{
    ngx_core_conf_t         *ccf;
    ngx_print_store_t       *st;
    ngx_print_limit_conf_t  *lcf;

    lcf = &conf->limit;
    st = &eio->store;

    if (lcf->off) {
        return NULL;
    }

    limits->sessions = lcf->sessions.percent
                       ? ngx_print_address_sessions(st, lcf->sessions.n)
                       : lcf->sessions.n;

    limits->clients = lcf->clients.percent
                      ? ngx_print_address_clients(st, lcf->clients.n)
                      : lcf->clients.n;

    limits->rate = lcf->rate;
    limits->burst = lcf->burst;
    limits->dry_run = lcf->dry_run;

    ccf = (ngx_core_conf_t *) ngx_get_conf(ngx_cycle->conf_ctx,
                                           ngx_core_module);

    ngx_print_address_limits(st,
                             ngx_cycle->connection_n * ccf->worker_processes,
                             limits);

    return limits;
}


ngx_print_cause_e
ngx_print_eio_limit_cause(ngx_print_over_e over)
{
    switch (over) {

    case NGX_PRINT_OVER_RATE:
        return NGX_PRINT_CAUSE_RATE;

    case NGX_PRINT_OVER_SESSIONS:
        return NGX_PRINT_CAUSE_SESSIONS;

    case NGX_PRINT_OVER_SITE:
        return NGX_PRINT_CAUSE_NETWORK;

    default: /* NGX_PRINT_OVER_CLIENTS */
        return NGX_PRINT_CAUSE_CLIENTS;
    }
}


/* The log of the request would add its query, which may have a token. */

void
ngx_print_eio_limit_log(ngx_print_eio_t *eio, ngx_http_request_t *r,
    ngx_print_over_e over, ngx_print_limits_t *limits)
{
    ngx_str_t             *addr;
    const char            *dry;
    ngx_print_log_kind_t  *kind;

    kind = (over == NGX_PRINT_OVER_RATE) ? &ngx_print_eio_limit_rate
                                         : &ngx_print_eio_limit_sessions;

    if (!ngx_print_log_turn(kind, eio->log)) {
        return;
    }

    addr = &r->connection->addr_text;
    dry = limits->dry_run ? ", dry run" : "";

    switch (over) {

    case NGX_PRINT_OVER_RATE:
        ngx_log_error(NGX_LOG_WARN, eio->log, 0,
                      "print hub: handshakes limited, client: %V%s", addr, dry);
        break;

    case NGX_PRINT_OVER_SITE:
        ngx_log_error(NGX_LOG_WARN, eio->log, 0,
                      "print hub: network of 48 bits has half of all sessions, "
                      "the limit, client: %V%s", addr, dry);
        break;

    default: /* NGX_PRINT_OVER_SESSIONS */
        ngx_log_error(NGX_LOG_WARN, eio->log, 0,
                      "print hub: address %V has %uD sessions, the limit; if "
                      "it is a proxy, see set_real_ip_from%s",
                      addr, limits->sessions, dry);
        break;
    }
}


/* The address is that of the session that gives way. */

void
ngx_print_eio_limit_yield(ngx_print_eio_t *eio,
    ngx_print_session_yield_t *yield)
{
    u_char     buf[NGX_SOCKADDR_STRLEN];
    ngx_str_t  addr;

    addr.data = buf;
    addr.len = ngx_print_inet(buf, buf + sizeof(buf), yield->addr) - buf;

    switch (yield->why) {

    case NGX_PRINT_YIELD_ADDRESS:
        ngx_log_error(NGX_LOG_INFO, eio->log, 0,
                      "print hub: waiting session gives way, %uD of its "
                      "address wait, client: %V%s", yield->n, &addr,
                      yield->ref.index ? "" : ", dry run");
        break;

    case NGX_PRINT_YIELD_WAITING:
        ngx_log_error(NGX_LOG_INFO, eio->log, 0,
                      "print hub: waiting session gives way, %uD wait, "
                      "client: %V", yield->n, &addr);
        break;

    case NGX_PRINT_YIELD_FULL:
        ngx_log_error(NGX_LOG_INFO, eio->log, 0,
                      "print hub: waiting session gives way, all %uD sessions "
                      "are in use, client: %V", yield->n, &addr);
        break;

    default: /* NGX_PRINT_YIELD_NAMELESS */
        ngx_log_error(NGX_LOG_INFO, eio->log, 0,
                      "print hub: session without clientId gives way, all %uD "
                      "sessions are in use, client: %V", yield->n, &addr);
        break;
    }
}


ngx_int_t
ngx_print_eio_limit_refuse(ngx_http_request_t *r, ngx_print_over_e over,
    ngx_uint_t ws)
{
    ngx_str_t         text, body;

    static ngx_str_t  after = ngx_string("Retry-After");
    static ngx_str_t  seconds = ngx_string("5");
    static ngx_str_t  type = ngx_string("application/json");

    if (over == NGX_PRINT_OVER_RATE) {
        ngx_str_set(&text, "Too many requests");
        ngx_str_set(&body, "{\"code\":3,\"message\":\"Too many requests\"}");

    } else {
        ngx_str_set(&text, "Too many sessions from this address");
        ngx_str_set(&body, "{\"code\":3,"
                    "\"message\":\"Too many sessions from this address\"}");

        if (ngx_print_http_add_header(r, &after, &seconds) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    return ws ? ngx_print_websocket_refuse(r, NGX_HTTP_TOO_MANY_REQUESTS,
                                           &text)
              : ngx_print_http_send(r, NGX_HTTP_TOO_MANY_REQUESTS, &type,
                                    &body);
}
