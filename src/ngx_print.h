
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Configuration, and the types that the layers above the store pass around.
 */


#ifndef _NGX_PRINT_H_INCLUDED_
#define _NGX_PRINT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


#define NGX_PRINT_VERSION              "0.1.0"
#define NGX_PRINT_VERSION_NUMBER       1000

#define NGX_PRINT_TRANSPORT_POLLING    0x0002
#define NGX_PRINT_TRANSPORT_WEBSOCKET  0x0004

#define NGX_PRINT_CORS_OFF             0
#define NGX_PRINT_CORS_ANY             1
#define NGX_PRINT_CORS_LIST            2


#define NGX_PRINT_MAX_MSEC             (7 * 24 * 3600 * 1000)
#define NGX_PRINT_MAX_QUEUE            100000


typedef struct ngx_print_eio_s         ngx_print_eio_t;


/* where the webhook sends events */
typedef struct {
    ngx_http_conf_ctx_t  *ctx;            /* of the server, NULL: no webhook */
    ngx_str_t             line;           /* URI and arguments */
    ngx_str_t             uri;
    ngx_str_t             args;
    ngx_msec_t            retry;
    ngx_msec_t            max_retry;
} ngx_print_webhook_conf_t;


typedef struct {
    ngx_shm_zone_t           *shm_zone;
    ngx_msec_t                drain;

    /* the shortest heartbeat of all locations: how often a worker looks */
    ngx_msec_t                shortest;
    unsigned                  used:1;     /* by a location */

    ngx_print_webhook_conf_t  webhook;

    /* in worker processes */
    ngx_print_eio_t          *eio;
} ngx_print_main_conf_t;


typedef struct {
    ngx_flag_t          enable;
    size_t              base;             /* of the URI: what is served is
                                             relative to it */

    ngx_msec_t          ping_interval;
    ngx_msec_t          ping_timeout;
    ngx_msec_t          connect_timeout;
    ngx_msec_t          upgrade_timeout;
    ngx_msec_t          recovery;         /* 0: off */

    ngx_uint_t          queue;            /* jobs of a client that is away */
    ngx_msec_t          ttl;              /* of a job that waits */
    ngx_uint_t          resend;           /* jobs whose fate is unknown */

    size_t              max_payload;
    size_t              session_buffer;
    ngx_uint_t          transports;
    ngx_flag_t          eio3;
    ngx_array_t        *namespaces;       /* of ngx_str_t, beside "/" */

    ngx_flag_t          deflate;          /* WebSocket messages */
    ngx_flag_t          deflate_takeover;
    ngx_uint_t          deflate_window;   /* bits */
    size_t              deflate_threshold;

    ngx_uint_t          cors;             /* NGX_PRINT_CORS_* */
    ngx_array_t        *origins;          /* of ngx_str_t, CORS_LIST */
    ngx_flag_t          credentials;

    ngx_str_t           cookie;           /* its name, empty: none */

    unsigned            anywhere:1;       /* in the URI, behind any "/" */
} ngx_print_loc_conf_t;


extern ngx_module_t  ngx_print_module;


#endif /* _NGX_PRINT_H_INCLUDED_ */
