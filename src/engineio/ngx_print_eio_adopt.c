
/*
 * Copyright (C) the print hub contributors
 */


/* WebSockets that come from workers which leave. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_websocket.h"
#include "ngx_print_websocket_move.h"
#include "ngx_print_eio_message.h"
#include "ngx_print_eio.h"
#include "ngx_print_eio_trust.h"
#include "ngx_print_eio_websocket.h"
#include "ngx_print_eio_adopt.h"


#define NGX_PRINT_EIO_ADOPT_POOL  512    /* as nginx's connection_pool_size */


static ngx_uint_t ngx_print_eio_adopt_allowed(ngx_print_eio_t *eio,
    ngx_print_eio_message_t *msg, ngx_print_place_t *place);
static ngx_connection_t *ngx_print_eio_adopt_connection(
    ngx_print_eio_message_t *msg, ngx_print_place_t *place, ngx_socket_t fd);
static ngx_int_t ngx_print_eio_adopt_names(ngx_connection_t *c,
    ngx_print_eio_message_t *msg);
static socklen_t ngx_print_eio_adopt_sockaddr(ngx_sockaddr_t *sa,
    ngx_str_t *bytes);
static ngx_listening_t *ngx_print_eio_adopt_listening(ngx_connection_t *c);
static u_char *ngx_print_eio_adopt_log_error(ngx_log_t *log, u_char *buf,
    size_t len);


/* All that can fail comes before adopt(). */

ngx_int_t
ngx_print_eio_adopt(ngx_print_eio_t *eio, ngx_print_eio_message_t *msg,
    ngx_print_place_t *place, u_char *state, ngx_socket_t fd)
{
    ngx_int_t                   rc;
    ngx_connection_t           *c;
    ngx_print_eio_websocket_t  *ew;

    c = NULL;
    ew = NULL;

    if (place && ngx_print_eio_adopt_allowed(eio, msg, place)) {
        c = ngx_print_eio_adopt_connection(msg, place, fd);
    }

    if (c) {
        ew = ngx_print_eio_websocket_restore(c, eio, place->plcf, msg, state);
    }

    if (ew == NULL) {
        (void) ngx_print_session_refuse(&eio->store, msg->ref, &msg->from);

        if (c) {
            ngx_http_close_connection(c);

        } else {
            (void) ngx_close_socket(fd);
        }

        return NGX_DECLINED;
    }

    ew->ws.passed = msg->passed;

    rc = ngx_print_session_adopt(&eio->store, msg->ref, &msg->from,
                                 &ew->conn.token);

    ngx_log_debug6(NGX_LOG_DEBUG_HTTP, c->log, 0,
                   "print hub: engineio: session %uD:%uD adopted from "
                   "%uD:%uD with token %uD: %i",
                   msg->ref.index, msg->ref.gen, msg->from.slot,
                   msg->from.epoch, msg->from.token, rc);

    if (rc != NGX_OK) {
        /* its worker has taken it back, or others have closed it */
        ngx_print_websocket_drop(&ew->ws);
        return NGX_OK;
    }

    ngx_print_eio_websocket_go_on(ew);

    return NGX_OK;
}


/*
 * Whether a location serves the session.  A session that was opened under other
 * rules for stations is not served: its client has to connect again under the
 * new ones, as that of a session on long-polling.
 */

static ngx_uint_t
ngx_print_eio_adopt_allowed(ngx_print_eio_t *eio, ngx_print_eio_message_t *msg,
    ngx_print_place_t *place)
{
    ngx_int_t                 rc;
    ngx_print_loc_conf_t     *plcf;
    ngx_print_session_info_t  session;

    plcf = place->plcf;

    if (plcf->zone->eio != eio
        || !(plcf->transports & NGX_PRINT_TRANSPORT_WEBSOCKET))
    {
        return 0;
    }

    rc = ngx_print_session_get(&eio->store, msg->ref, &session);

    if (rc == NGX_DECLINED) {
        /* adopt() finds that out */
        return 1;
    }

    return rc == NGX_OK
           && session.trust.policy
              == ngx_print_eio_trust_policy(&eio->store, plcf);
}


/* The connection as nginx makes it when it has accepted one; or NULL. */

static ngx_connection_t *
ngx_print_eio_adopt_connection(ngx_print_eio_message_t *msg,
    ngx_print_place_t *place, ngx_socket_t fd)
{
    ngx_log_t         *log;
    ngx_connection_t  *c;

    c = ngx_get_connection(fd, ngx_cycle->log);
    if (c == NULL) {
        return NULL;
    }

    c->pool = ngx_create_pool(NGX_PRINT_EIO_ADOPT_POOL, ngx_cycle->log);
    log = c->pool ? ngx_palloc(c->pool, sizeof(ngx_log_t)) : NULL;

    if (log == NULL) {
        goto failed;
    }

    *log = *ngx_cycle->log;

    c->type = SOCK_STREAM;
    c->log = log;
    c->pool->log = log;
    c->read->log = log;
    c->write->log = log;

    if (ngx_print_eio_adopt_names(c, msg) != NGX_OK) {
        goto failed;
    }

    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);
    c->start_time = ngx_current_msec;

    log->connection = c->number;
    log->handler = ngx_print_eio_adopt_log_error;
    log->data = c;

    ngx_set_connection_log(c, place->clcf->error_log);

    c->recv = ngx_recv;
    c->send = ngx_send;
    c->recv_chain = ngx_recv_chain;
    c->send_chain = ngx_send_chain;
    c->log_error = NGX_ERROR_INFO;
    c->write->ready = 1;

    c->tcp_nodelay = (msg->passed || c->sockaddr->sa_family == AF_UNIX)
                     ? NGX_TCP_NODELAY_DISABLED : NGX_TCP_NODELAY_SET;

    ngx_print_websocket_count(1);

    return c;

failed:

    if (c->pool) {
        ngx_destroy_pool(c->pool);
    }

    ngx_free_connection(c);
    c->fd = (ngx_socket_t) -1;

    return NULL;
}


static ngx_int_t
ngx_print_eio_adopt_names(ngx_connection_t *c, ngx_print_eio_message_t *msg)
{
    ngx_sockaddr_t  sa, local;

    if (msg->passed) {
        /* the socket is one end of a pair */
        c->socklen = ngx_print_eio_adopt_sockaddr(&sa, &msg->client);
        c->local_socklen = ngx_print_eio_adopt_sockaddr(&local, &msg->server);

        if (c->socklen == 0 || c->local_socklen == 0) {
            return NGX_ERROR;
        }

    } else {
        c->socklen = sizeof(ngx_sockaddr_t);
        c->local_socklen = sizeof(ngx_sockaddr_t);

        if (getpeername(c->fd, &sa.sockaddr, &c->socklen) == -1
            || getsockname(c->fd, &local.sockaddr, &c->local_socklen) == -1)
        {
            /* the client has reset the connection: its next worker finds out */
            return NGX_ERROR;
        }
    }

    /* no more than that, so that all fits into the pool's first block */

    c->sockaddr = ngx_palloc(c->pool, c->socklen);
    c->local_sockaddr = ngx_palloc(c->pool, c->local_socklen);
    c->addr_text.data = ngx_pnalloc(c->pool, msg->addr.len);

    if (c->sockaddr == NULL || c->local_sockaddr == NULL
        || c->addr_text.data == NULL)
    {
        return NGX_ERROR;
    }

    ngx_memcpy(c->sockaddr, &sa, c->socklen);
    ngx_memcpy(c->local_sockaddr, &local, c->local_socklen);
    ngx_memcpy(c->addr_text.data, msg->addr.data, msg->addr.len);

    c->addr_text.len = msg->addr.len;
    c->listening = ngx_print_eio_adopt_listening(c);

    return c->listening ? NGX_OK : NGX_ERROR;
}


/* Returns the length of the address, or 0 if these bytes are none. */

static socklen_t
ngx_print_eio_adopt_sockaddr(ngx_sockaddr_t *sa, ngx_str_t *bytes)
{
    size_t  len;

    ngx_memzero(sa, sizeof(ngx_sockaddr_t));

    if (bytes->len < sizeof(sa_family_t)
        || bytes->len > sizeof(ngx_sockaddr_t))
    {
        return 0;
    }

    ngx_memcpy(sa, bytes->data, bytes->len);

    switch (sa->sockaddr.sa_family) {

    case AF_INET:
        len = sizeof(struct sockaddr_in);
        break;

#if (NGX_HAVE_INET6)
    case AF_INET6:
        len = sizeof(struct sockaddr_in6);
        break;
#endif

    default: /* AF_UNIX: the name may be missing */
        len = sizeof(sa_family_t);
    }

    return bytes->len < len ? 0 : bytes->len;
}


/*
 * The socket on which nginx would have accepted it: that of its address, else
 * one that listens on all addresses of its port, else any: an address that was
 * in the configuration before may be gone.
 */

static ngx_listening_t *
ngx_print_eio_adopt_listening(ngx_connection_t *c)
{
    ngx_uint_t        i;
    ngx_listening_t  *ls, *found;

    ls = ngx_cycle->listening.elts;
    found = NULL;

    for (i = 0; i < ngx_cycle->listening.nelts; i++) {

        if (ngx_cmp_sockaddr(ls[i].sockaddr, ls[i].socklen,
                             c->local_sockaddr, c->local_socklen, 1)
            == NGX_OK)
        {
            return &ls[i];
        }

        if (ls[i].wildcard
            && ls[i].sockaddr->sa_family == c->local_sockaddr->sa_family
            && ngx_inet_get_port(ls[i].sockaddr)
               == ngx_inet_get_port(c->local_sockaddr))
        {
            found = &ls[i];
        }
    }

    return found ? found : (ngx_cycle->listening.nelts ? ls : NULL);
}


static u_char *
ngx_print_eio_adopt_log_error(ngx_log_t *log, u_char *buf, size_t len)
{
    u_char            *p;
    ngx_connection_t  *c;

    c = log->data;

    if (log->action) {
        p = ngx_snprintf(buf, len, " while %s", log->action);
        len -= p - buf;
        buf = p;
    }

    return ngx_snprintf(buf, len, ", client: %V, server: %V", &c->addr_text,
                        &c->listening->addr_text);
}
