
/*
 * Copyright (C) the print hub contributors
 */


/* An Engine.IO application that sends every message back. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_test.h"


static ngx_uint_t ngx_print_test_eio_open(ngx_print_eio_peer_t *peer);
static ngx_uint_t ngx_print_test_eio_message(ngx_print_eio_peer_t *peer,
    ngx_str_t *data, ngx_uint_t binary);
static void ngx_print_test_eio_close(ngx_print_eio_t *eio,
    ngx_print_session_info_t *session, ngx_uint_t reason, ngx_log_t *log);
static void ngx_print_test_eio_tick(ngx_print_eio_t *eio, uint32_t now);


const ngx_print_eio_app_t  ngx_print_test_eio = {
    ngx_print_test_eio_open,
    ngx_print_test_eio_message,
    ngx_print_test_eio_close,
    ngx_print_test_eio_tick,
    NULL,                                  /* it has no jobs */
    NULL                                   /* and no JSON */
};


static ngx_uint_t
ngx_print_test_eio_open(ngx_print_eio_peer_t *peer)
{
    return 0;
}


static ngx_uint_t
ngx_print_test_eio_message(ngx_print_eio_peer_t *peer, ngx_str_t *data,
    ngx_uint_t binary)
{
    ngx_int_t  rc;
    ngx_str_t  parts[2];

    if (binary) {
        rc = ngx_print_eio_send_binary(peer, data);

    } else {
        ngx_str_set(&parts[0], "4");
        parts[1] = *data;

        rc = ngx_print_eio_send(peer, NGX_PRINT_USE_MESSAGE, parts, 2, NULL,
                                0);
    }

    return rc == NGX_OK ? 0 : NGX_PRINT_REASON_FORCED_SERVER_CLOSE;
}


static void
ngx_print_test_eio_close(ngx_print_eio_t *eio,
    ngx_print_session_info_t *session, ngx_uint_t reason, ngx_log_t *log)
{
    /* void */
}


static void
ngx_print_test_eio_tick(ngx_print_eio_t *eio, uint32_t now)
{
    /* void */
}
