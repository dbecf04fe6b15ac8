
/*
 * Copyright (C) the print hub contributors
 */


/* A Socket.IO application that answers events with their arguments. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_test.h"


#define NGX_PRINT_TEST_SIO_DELAY  20        /* ms, of "auth" */


/* An event "auth" that a timer sends. */
typedef struct {
    ngx_event_t       event;
    ngx_print_eio_t  *eio;
    ngx_print_ref_t   ref;
    ngx_uint_t        nsp;
    ngx_str_t         auth;
} ngx_print_test_sio_greeting_t;


static void ngx_print_test_sio_connect(ngx_print_sio_socket_t *socket,
    ngx_str_t *auth);
static void ngx_print_test_sio_greet(ngx_event_t *ev);
static void ngx_print_test_sio_send_auth(ngx_print_sio_socket_t *socket,
    ngx_str_t *auth);
static void ngx_print_test_sio_event(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event);
static ngx_uint_t ngx_print_test_sio_is(ngx_print_sio_event_t *event,
    const char *name);
static void ngx_print_test_sio_disconnect(ngx_print_eio_t *eio,
    ngx_print_session_info_t *session, ngx_uint_t nsp, ngx_str_t *reason,
    ngx_log_t *log);


const ngx_print_sio_app_t  ngx_print_test_sio = {
    ngx_print_test_sio_connect,
    ngx_print_test_sio_event,
    NULL,                                  /* it has no jobs */
    NULL,
    NULL,
    ngx_print_test_sio_disconnect,
    NULL
};


/* Sending needs the settings of a location, but a timer has no request. */

static ngx_print_loc_conf_t  ngx_print_test_sio_conf;

static ngx_str_t  ngx_print_test_sio_auth = ngx_string("auth");


/*
 * The client of a conformance suite waits for one message at a time, and misses
 * the second one of a TCP segment.  So over a WebSocket, "auth" comes a little
 * later than the answer to CONNECT.
 */

static void
ngx_print_test_sio_connect(ngx_print_sio_socket_t *socket, ngx_str_t *auth)
{
    ngx_print_test_sio_greeting_t  *greeting;

    if (socket->peer->session.state != NGX_PRINT_SESSION_WS) {
        ngx_print_test_sio_send_auth(socket, auth);
        return;
    }

    greeting = ngx_calloc(sizeof(ngx_print_test_sio_greeting_t) + auth->len,
                          socket->peer->log);
    if (greeting == NULL) {
        return;
    }

    greeting->event.handler = ngx_print_test_sio_greet;
    greeting->event.data = greeting;
    greeting->event.log = socket->peer->eio->log;
    greeting->event.cancelable = 1;

    greeting->eio = socket->peer->eio;
    greeting->ref = socket->peer->session.ref;
    greeting->nsp = socket->nsp;

    greeting->auth.data = (u_char *) &greeting[1];
    greeting->auth.len = auth->len;
    ngx_memcpy(greeting->auth.data, auth->data, auth->len);

    ngx_add_timer(&greeting->event, NGX_PRINT_TEST_SIO_DELAY);
}


static void
ngx_print_test_sio_greet(ngx_event_t *ev)
{
    ngx_print_eio_peer_t            peer;
    ngx_print_sio_socket_t          socket;
    ngx_print_test_sio_greeting_t  *greeting;

    greeting = ev->data;

    ngx_print_test_sio_conf.session_buffer = 1024 * 1024;

    peer.eio = greeting->eio;
    peer.conf = &ngx_print_test_sio_conf;
    peer.log = ev->log;
    peer.hold = NULL;

    socket.peer = &peer;
    socket.nsp = greeting->nsp;

    if (ngx_print_session_get(&peer.eio->store, greeting->ref, &peer.session)
        == NGX_OK)
    {
        ngx_print_test_sio_send_auth(&socket, &greeting->auth);
    }

    ngx_free(greeting);
}


static void
ngx_print_test_sio_send_auth(ngx_print_sio_socket_t *socket, ngx_str_t *auth)
{
    ngx_print_sio_event_t  args;

    ngx_memzero(&args, sizeof(ngx_print_sio_event_t));
    args.json = *auth;

    (void) ngx_print_sio_emit(socket, &ngx_print_test_sio_auth, &args);
}


static void
ngx_print_test_sio_event(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event)
{
    static ngx_str_t  back = ngx_string("message-back");

    if (ngx_print_test_sio_is(event, "\"message\"")) {
        (void) ngx_print_sio_emit(socket, &back, event);

    } else if (ngx_print_test_sio_is(event, "\"message-with-ack\"")) {
        (void) ngx_print_sio_ack(socket, event, event);
    }
}


static ngx_uint_t
ngx_print_test_sio_is(ngx_print_sio_event_t *event, const char *name)
{
    return event->name.raw.len == ngx_strlen(name)
           && ngx_strncmp(event->name.raw.data, name, event->name.raw.len)
              == 0;
}


static void
ngx_print_test_sio_disconnect(ngx_print_eio_t *eio,
    ngx_print_session_info_t *session, ngx_uint_t nsp, ngx_str_t *reason,
    ngx_log_t *log)
{
    ngx_str_t  name;

    name = ngx_print_store_nsp_name(&eio->store, nsp);

    ngx_log_error(NGX_LOG_INFO, log, 0,
                  "print hub: socketio: test: disconnected from %V, %V", &name,
                  reason);
}
