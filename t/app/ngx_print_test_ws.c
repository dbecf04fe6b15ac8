
/*
 * Copyright (C) the print hub contributors
 */


/* A WebSocket application that sends every message back. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_websocket.h"
#include "ngx_print_websocket_out.h"
#include "ngx_print_websocket_close.h"
#include "ngx_print_websocket_handshake.h"
#include "ngx_print_test.h"


#define NGX_PRINT_TEST_WS_MAX      (16 * 1024 * 1024)

/* bytes that may wait: a peer that does not read must not use up the memory */
#define NGX_PRINT_TEST_WS_PENDING  (4 * NGX_PRINT_TEST_WS_MAX)


static void ngx_print_test_ws_message(ngx_print_websocket_t *ws,
    ngx_str_t *data, ngx_uint_t binary);
static void ngx_print_test_ws_nothing(ngx_print_websocket_t *ws);
static ngx_uint_t ngx_print_test_ws_ready(ngx_print_websocket_t *ws);
static void ngx_print_test_ws_shutdown(ngx_print_websocket_t *ws);
static void ngx_print_test_ws_closed(ngx_print_websocket_t *ws,
    ngx_uint_t failed);


static const ngx_print_websocket_handlers_t  ngx_print_test_ws_on = {
    ngx_print_test_ws_nothing,             /* open */
    ngx_print_test_ws_ready,
    ngx_print_test_ws_message,
    ngx_print_test_ws_nothing,             /* blocked */
    ngx_print_test_ws_nothing,             /* timeout */
    ngx_print_test_ws_shutdown,
    ngx_print_test_ws_closed,
    ngx_print_test_ws_nothing,             /* cut: it never freezes one */
    NULL                                   /* deflated */
};


ngx_int_t
ngx_print_test_ws(ngx_http_request_t *r)
{
    ngx_str_t              *text, none;
    ngx_print_websocket_t  *ws;

    text = ngx_print_websocket_check(r);

    if (text) {
        return ngx_print_websocket_refuse(r, NGX_HTTP_BAD_REQUEST, text);
    }

    ws = ngx_print_websocket_create(r, sizeof(ngx_print_websocket_t),
                                    &ngx_print_test_ws_on,
                                    NGX_PRINT_TEST_WS_MAX);
    if (ws == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_str_null(&none);

    return ngx_print_websocket_start(r, ws, &none);
}


static void
ngx_print_test_ws_message(ngx_print_websocket_t *ws, ngx_str_t *data,
    ngx_uint_t binary)
{
    if (ngx_print_websocket_waiting(ws) > NGX_PRINT_TEST_WS_PENDING) {
        ngx_print_websocket_fail(ws);
        return;
    }

    ngx_print_websocket_send(ws, binary ? NGX_PRINT_WS_BINARY
                                        : NGX_PRINT_WS_TEXT, data);
}


static void
ngx_print_test_ws_nothing(ngx_print_websocket_t *ws)
{
    /* void */
}


static ngx_uint_t
ngx_print_test_ws_ready(ngx_print_websocket_t *ws)
{
    return 1;
}


static void
ngx_print_test_ws_shutdown(ngx_print_websocket_t *ws)
{
    ngx_print_websocket_close(ws, NGX_PRINT_WS_CODE_RESTART);
}


static void
ngx_print_test_ws_closed(ngx_print_websocket_t *ws, ngx_uint_t failed)
{
    /* void */
}
