
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Checks requests to the path of Engine.IO: "Handshake" and "Query parameters"
 * of the protocol, and the error codes of engine.io.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_note.h"
#include "ngx_print_roster.h"
#include "ngx_print_cors.h"
#include "ngx_print_origin.h"
#include "ngx_print_eio_trust.h"
#include "ngx_print_eio.h"
#include "ngx_print_polling.h"
#include "ngx_print_polling_post.h"
#include "ngx_print_websocket_handshake.h"
#include "ngx_print_eio_websocket.h"
#include "ngx_print_eio_http.h"


/* The codes of engine.io, which are on the wire; OK is our own. */
typedef enum {
    NGX_PRINT_EIO_HTTP_TRANSPORT = 0,
    NGX_PRINT_EIO_HTTP_SID,
    NGX_PRINT_EIO_HTTP_METHOD,
    NGX_PRINT_EIO_HTTP_BAD_REQUEST,
    NGX_PRINT_EIO_HTTP_FORBIDDEN,
    NGX_PRINT_EIO_HTTP_PROTOCOL,
    NGX_PRINT_EIO_HTTP_OK,
    NGX_PRINT_EIO_HTTP_STALLED
} ngx_print_eio_http_code_e;


static void ngx_print_eio_http_note(ngx_http_request_t *r,
    ngx_print_eio_peer_t *peer);
static ngx_uint_t ngx_print_eio_http_foreign(ngx_http_request_t *r,
    ngx_print_origins_t *origins);
static ngx_print_eio_http_code_e ngx_print_eio_http_check(
    ngx_http_request_t *r, ngx_print_eio_peer_t *peer, ngx_uint_t upgrade);
static ngx_uint_t ngx_print_eio_http_transport(ngx_http_request_t *r,
    ngx_print_loc_conf_t *conf);
static ngx_uint_t ngx_print_eio_http_origin(ngx_http_request_t *r);
static ngx_print_eio_http_code_e ngx_print_eio_http_session(
    ngx_print_eio_peer_t *peer, ngx_str_t *sid, ngx_uint_t transport,
    ngx_uint_t protocol, ngx_uint_t upgrade);
static ngx_int_t ngx_print_eio_http_refuse(ngx_http_request_t *r,
    ngx_print_eio_http_code_e code, ngx_uint_t upgrade);
static ngx_int_t ngx_print_eio_http_polling(ngx_http_request_t *r,
    ngx_print_eio_peer_t *peer);
static u_char *ngx_print_eio_http_log(ngx_http_request_t *r,
    ngx_http_request_t *sr, u_char *buf, size_t len);


/* nginx's own function, which writes the request of an error line */

static ngx_http_log_handler_pt  ngx_print_eio_http_nginx_log;


static ngx_str_t  ngx_print_eio_http_texts[] = {
    ngx_string("Transport unknown"),
    ngx_string("Session ID unknown"),
    ngx_string("Bad handshake method"),
    ngx_string("Bad request"),
    ngx_string("Forbidden"),
    ngx_string("Unsupported protocol version")
};


ngx_int_t
ngx_print_eio_http_handler(ngx_http_request_t *r, ngx_print_eio_t *eio)
{
    ngx_int_t                  rc;
    ngx_uint_t                 upgrade;
    ngx_print_eio_peer_t       peer;
    ngx_print_eio_http_code_e  code;

    if (r != r->main) {
        /*
         * A subrequest that ended a session would finalize the GET of the
         * session, which could be its own parent.
         */
        return NGX_HTTP_BAD_REQUEST;
    }

    ngx_memzero(&peer, sizeof(ngx_print_eio_peer_t));

    peer.eio = eio;
    peer.conf = ngx_http_get_module_loc_conf(r, ngx_print_module);
    peer.log = r->connection->log;

    upgrade = ngx_print_http_upgrade(r);

    if (peer.conf->origins.mode != NGX_PRINT_ORIGINS_ANY
        && ngx_print_eio_http_foreign(r, &peer.conf->origins))
    {
        ngx_print_tally(&eio->store,
                        NGX_PRINT_TALLY_REFUSALS + NGX_PRINT_CAUSE_ORIGIN);

        return ngx_print_eio_http_refuse(r, NGX_PRINT_EIO_HTTP_FORBIDDEN,
                                         upgrade);
    }

    if (r->method == NGX_HTTP_OPTIONS
        && peer.conf->cors.origins.mode != NGX_PRINT_ORIGINS_OFF)
    {
        return ngx_print_cors_preflight(r, &peer.conf->cors, "GET,POST");
    }

    code = ngx_print_eio_http_check(r, &peer, upgrade);

    if (code == NGX_PRINT_EIO_HTTP_STALLED) {
        return NGX_PRINT_STALLED;
    }

    if (code != NGX_PRINT_EIO_HTTP_OK) {
        return ngx_print_eio_http_refuse(r, code, upgrade);
    }

    ngx_print_eio_http_note(r, &peer);

    rc = upgrade ? ngx_print_eio_websocket_handler(r, &peer)
                 : ngx_print_eio_http_polling(r, &peer);

    /* the session may have been opened just now */

    ngx_print_eio_http_note(r, &peer);

    if (r->headers_out.status == NGX_HTTP_SERVICE_UNAVAILABLE) {
        ngx_print_note_result(r, "zone_full");
    }

    return rc;
}


/*
 * Notes the socket of the namespace "/", and the first clientId of polling, for
 * variables.
 */

static void
ngx_print_eio_http_note(ngx_http_request_t *r, ngx_print_eio_peer_t *peer)
{
    ngx_str_t                  id;
    ngx_print_note_t          *note;
    ngx_print_session_info_t   session;

    note = peer->session.ref.index ? ngx_print_note(r) : NULL;

    /* it may have joined since peer was filled */

    if (note == NULL
        || ngx_print_session_get(&peer->eio->store, peer->session.ref, &session)
           != NGX_OK)
    {
        return;
    }

    if (session.connected & 1) {
        ngx_print_session_sock(&peer->eio->store, &session, 0, note->sock);
        note->has_sock = 1;
    }

    if (note->clients.len || session.state == NGX_PRINT_SESSION_WS) {
        return;
    }

    id.data = ngx_pnalloc(r->pool, NGX_PRINT_CLIENT_ID_MAX);

    if (id.data
        && ngx_print_roster_client(&peer->eio->store, peer->session.ref, &id)
           == NGX_OK)
    {
        note->clients = id;
    }
}


/*
 * Whether a page of another site sends the request.  A page can read JSONP
 * whatever its origin is, and a browser does not tell that of a script.
 */

static ngx_uint_t
ngx_print_eio_http_foreign(ngx_http_request_t *r, ngx_print_origins_t *origins)
{
    ngx_str_t         value;

    static ngx_str_t  jsonp = ngx_string("j");

    return ngx_print_origin_foreign(r, origins, 0, "socket.io")
           || ngx_print_http_arg(r, &jsonp, &value) == NGX_OK;
}


/*
 * Checks a request in the order of engine.io, because the first fault decides
 * the code of the answer.  Sets peer->session if the request has a sid, and
 * otherwise the protocol and the encoding of the session to be opened.
 */

static ngx_print_eio_http_code_e
ngx_print_eio_http_check(ngx_http_request_t *r, ngx_print_eio_peer_t *peer,
    ngx_uint_t upgrade)
{
    ngx_str_t         sid, value;
    ngx_uint_t        transport, protocol;

    static ngx_str_t  sid_name = ngx_string("sid");
    static ngx_str_t  eio_name = ngx_string("EIO");
    static ngx_str_t  b64_name = ngx_string("b64");

    transport = ngx_print_eio_http_transport(r, peer->conf);

    if (transport == 0) {
        return NGX_PRINT_EIO_HTTP_TRANSPORT;
    }

    if (!ngx_print_eio_http_origin(r)
        || (upgrade && transport != NGX_PRINT_TRANSPORT_WEBSOCKET))
    {
        return NGX_PRINT_EIO_HTTP_BAD_REQUEST;
    }

    protocol = (ngx_print_http_arg(r, &eio_name, &value) == NGX_OK
                && value.len == 1 && value.data[0] == '4') ? 4 : 3;

    if (ngx_print_http_arg(r, &sid_name, &sid) == NGX_OK && sid.len) {
        return ngx_print_eio_http_session(peer, &sid, transport, protocol,
                                          upgrade);
    }

    if (r->method != NGX_HTTP_GET) {
        return NGX_PRINT_EIO_HTTP_METHOD;
    }

    if (transport == NGX_PRINT_TRANSPORT_WEBSOCKET && !upgrade) {
        return NGX_PRINT_EIO_HTTP_BAD_REQUEST;
    }

    if (protocol == 3 && !peer->conf->eio3) {
        return NGX_PRINT_EIO_HTTP_PROTOCOL;
    }

    peer->session.eio = protocol;
    peer->session.text = (ngx_print_http_arg(r, &b64_name, &value) == NGX_OK
                          && value.len);

    return NGX_PRINT_EIO_HTTP_OK;
}


static ngx_uint_t
ngx_print_eio_http_transport(ngx_http_request_t *r, ngx_print_loc_conf_t *conf)
{
    ngx_str_t         value;
    ngx_uint_t        transport;

    static ngx_str_t  name = ngx_string("transport");

    if (ngx_print_http_arg(r, &name, &value) != NGX_OK) {
        return 0;
    }

    if (value.len == sizeof("polling") - 1
        && ngx_strncmp(value.data, "polling", value.len) == 0)
    {
        transport = NGX_PRINT_TRANSPORT_POLLING;

    } else if (value.len == sizeof("websocket") - 1
               && ngx_strncmp(value.data, "websocket", value.len) == 0)
    {
        transport = NGX_PRINT_TRANSPORT_WEBSOCKET;

    } else {
        return 0;
    }

    return conf->transports & transport;
}


/* Returns 1 if Origin has no control characters; engine.io refuses them. */

static ngx_uint_t
ngx_print_eio_http_origin(ngx_http_request_t *r)
{
    size_t            i;
    ngx_str_t        *origin;

    static ngx_str_t  name = ngx_string("origin");

    origin = ngx_print_http_header(r, &name);

    if (origin == NULL) {
        return 1;
    }

    for (i = 0; i < origin->len; i++) {

        if ((origin->data[i] < 0x20 && origin->data[i] != '\t')
            || origin->data[i] == 0x7f)
        {
            return 0;
        }
    }

    return 1;
}


static ngx_print_eio_http_code_e
ngx_print_eio_http_session(ngx_print_eio_peer_t *peer, ngx_str_t *sid,
    ngx_uint_t transport, ngx_uint_t protocol, ngx_uint_t upgrade)
{
    ngx_uint_t  ws;

    switch (ngx_print_eio_find(peer, sid)) {

    case NGX_OK:
        break;

    case NGX_PRINT_STALLED:
        return NGX_PRINT_EIO_HTTP_STALLED;

    default: /* NGX_DECLINED */
        return NGX_PRINT_EIO_HTTP_SID;
    }

    if (peer->session.trust.policy
        != ngx_print_eio_trust_policy(&peer->eio->store, peer->conf))
    {
        /* an open location must not lend its handshake to a closed one */
        return NGX_PRINT_EIO_HTTP_SID;
    }

    ws = (transport == NGX_PRINT_TRANSPORT_WEBSOCKET);

    if (!upgrade && ws != (peer->session.state == NGX_PRINT_SESSION_WS)) {
        return NGX_PRINT_EIO_HTTP_BAD_REQUEST;
    }

    if (protocol != peer->session.eio || (ws && !upgrade)) {
        return NGX_PRINT_EIO_HTTP_BAD_REQUEST;
    }

    return NGX_PRINT_EIO_HTTP_OK;
}


static ngx_int_t
ngx_print_eio_http_refuse(ngx_http_request_t *r,
    ngx_print_eio_http_code_e code, ngx_uint_t upgrade)
{
    size_t            len;
    ngx_int_t         rc;
    ngx_str_t        *text, body;
    ngx_uint_t        status;

    static ngx_str_t  type = ngx_string("application/json");

    status = (code == NGX_PRINT_EIO_HTTP_FORBIDDEN) ? NGX_HTTP_FORBIDDEN
                                                    : NGX_HTTP_BAD_REQUEST;
    text = &ngx_print_eio_http_texts[code];

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "print hub: engineio: request refused: %V", text);

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    if (upgrade) {
        return ngx_print_websocket_refuse(r, status, text);
    }

    len = sizeof("{\"code\":0,\"message\":\"\"}") - 1 + text->len;

    body.data = ngx_pnalloc(r->pool, len);
    if (body.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.len = ngx_snprintf(body.data, len, "{\"code\":%d,\"message\":\"%V\"}",
                            (int) code, text)
               - body.data;

    return ngx_print_http_send(r, status, &type, &body);
}


static ngx_int_t
ngx_print_eio_http_polling(ngx_http_request_t *r, ngx_print_eio_peer_t *peer)
{
    ngx_int_t         rc;

    static ngx_str_t  empty = ngx_null_string;

    if (r->method == NGX_HTTP_POST) {
        return ngx_print_polling_post(r, peer);
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    if (peer->session.ref.index == 0) {
        return ngx_print_polling_open(r, peer);
    }

    if (r->method == NGX_HTTP_GET) {

        /* a GET cannot wait for messages while its body is being discarded */

        return r->discard_body
               ? ngx_print_eio_http_refuse(r, NGX_PRINT_EIO_HTTP_BAD_REQUEST, 0)
               : ngx_print_polling_get(r, peer);
    }

    return ngx_print_http_send(r, NGX_HTTP_INTERNAL_SERVER_ERROR, &empty,
                               &empty);
}


void
ngx_print_eio_http_hide(ngx_http_request_t *r)
{
    if (r->log_handler != ngx_print_eio_http_log) {
        ngx_print_eio_http_nginx_log = r->log_handler;
        r->log_handler = ngx_print_eio_http_log;
    }
}


static u_char *
ngx_print_eio_http_log(ngx_http_request_t *r, ngx_http_request_t *sr,
    u_char *buf, size_t len)
{
    u_char     *p, *last;
    ngx_str_t   line;

    line = r->request_line;
    last = line.data + line.len;

    p = ngx_strlcasestrn(line.data, last, (u_char *) "sid=",
                         sizeof("sid=") - 2);
    if (p) {
        last = p + sizeof("sid=") - 1;
    }

    p = ngx_strlcasestrn(line.data, last, (u_char *) "token=",
                         sizeof("token=") - 2);
    if (p) {
        last = p + sizeof("token=") - 1;
    }

    r->request_line.len = last - line.data;

    buf = ngx_print_eio_http_nginx_log(r, sr, buf, len);

    r->request_line = line;

    return buf;
}
