
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Configuration, and a type that the layers above the store share. This header
 * uses none of ours, and every file may include it.
 */


#ifndef _NGX_PRINT_H_INCLUDED_
#define _NGX_PRINT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


#define NGX_PRINT_VERSION              "0.9.0"
#define NGX_PRINT_VERSION_NUMBER       9000

#define NGX_PRINT_TRANSPORT_POLLING    0x0002
#define NGX_PRINT_TRANSPORT_WEBSOCKET  0x0004

#define NGX_PRINT_API_OFF              0
#define NGX_PRINT_API_READ             1
#define NGX_PRINT_API_ON               2

#define NGX_PRINT_PRINT_ANY            0
#define NGX_PRINT_PRINT_SAME_ORIGIN    1
#define NGX_PRINT_PRINT_POST           2

#define NGX_PRINT_TAKEOVER_REPLACE       0
#define NGX_PRINT_TAKEOVER_SAME_ADDRESS  1
#define NGX_PRINT_TAKEOVER_DENY          2

#define NGX_PRINT_ORIGINS_OFF          0
#define NGX_PRINT_ORIGINS_ANY          1
#define NGX_PRINT_ORIGINS_LIST         2

#define NGX_PRINT_MAX_LOGS             8        /* of a zone, as many as
                                                   NGX_PRINT_JOB_LOGS */

#define NGX_PRINT_MAX_MSEC             (7 * 24 * 3600 * 1000)
#define NGX_PRINT_MAX_QUEUE            100000
#define NGX_PRINT_MAX_TOKEN            1024     /* bytes */
#define NGX_PRINT_MAX_LIMIT            1000000

/* what a message has besides its payload: state, control frame, slack */
#define NGX_PRINT_MESSAGE_SPARE        65536

#define NGX_PRINT_CLOSE_TIMEOUT        2000     /* ms, that the peer of a
                                                   WebSocket has to close */


typedef struct ngx_print_eio_s         ngx_print_eio_t;
typedef struct ngx_print_joblog_s      ngx_print_joblog_t;
typedef struct ngx_print_loc_conf_s    ngx_print_loc_conf_t;


/* a URI of this nginx that the hub calls itself */
typedef struct {
    ngx_http_conf_ctx_t  *ctx;            /* of the server */
    ngx_str_t             line;           /* URI and arguments */
    ngx_str_t             uri;
    ngx_str_t             args;
} ngx_print_target_t;


/* who is asked whether a station may connect and register */
typedef struct {
    ngx_print_target_t    target;
    ngx_msec_t            timeout;        /* of an answer */
    unsigned              connects:1;     /* is asked at CONNECT */
    unsigned              registers:1;    /* is asked at each register */
    ngx_str_t             file;           /* where that is said */
    ngx_uint_t            at;

    /* of this worker, see ngx_print_sio_ask.c */
    ngx_queue_t           failed;
    ngx_uint_t            nfailed;        /* since the last line */
    const char           *failure;
} ngx_print_authorize_conf_t;


/* where and how the webhook sends events */
typedef struct {
    ngx_str_t             zone;           /* whose events; empty: not named */
    ngx_print_target_t    target;
    ngx_msec_t            retry;          /* first delay before a retry */
    ngx_msec_t            max_retry;      /* each delay doubles up to this */
    ngx_str_t             file;           /* where that is said */
    ngx_uint_t            at;
} ngx_print_webhook_conf_t;


/* where the metrics are */
typedef struct {
    unsigned              clients:1;      /* those of single clients, too */
    ngx_str_t             file;           /* where that is said */
    ngx_uint_t            line;
} ngx_print_metrics_conf_t;


/* where the lines about jobs go, and which ones */
typedef struct {
    ngx_str_t                 zone;       /* whose jobs; empty: not named */
    ngx_str_t                 target;     /* a file's name, or "syslog:..." */
    uint64_t                  id;         /* a hash of that */
    ngx_open_file_t          *file;
    ngx_syslog_peer_t        *syslog;     /* NULL: it is the file */
    ngx_http_complex_value_t *condition;  /* NULL: all jobs */
    ngx_http_complex_value_t *by;         /* NULL: lines do not tell it */
    ngx_str_t                 by_text;
    ngx_uint_t                states;     /* bits of 1 << state; 0: all */
    unsigned                  logfmt:1;   /* or else JSON */
    ngx_str_t                 where;      /* the file that says so */
    ngx_uint_t                at;
} ngx_print_joblog_conf_t;


/* a zone: one hub, with its own stations and jobs */
typedef struct {
    ngx_str_t                 name;
    size_t                    size;
    ngx_str_t                 file;       /* where that is said; empty: it is
                                             the default */
    ngx_uint_t                line;
    unsigned                  used:1;     /* 1: a location uses it */
    unsigned                  limited:1;  /* 1: by default, in a location */

    unsigned                  guarded:1;  /* 1: a location has rules for
                                             stations */
    ngx_print_loc_conf_t     *door;       /* the first location that takes any
                                             station; NULL: none */
    ngx_str_t                *door_name;

    ngx_str_t                 path;       /* of the file that is its memory;
                                             empty: it has none */
    ngx_shm_zone_t           *shm_zone;   /* NULL: no location uses the zone
                                             that is the default */
    ngx_print_webhook_conf_t *webhook;    /* NULL: there is none */

    ngx_print_joblog_conf_t  *logs[NGX_PRINT_MAX_LOGS];
    ngx_uint_t                nlogs;
    ngx_http_complex_value_t *by;         /* who orders a job, for the logs;
                                             NULL: none asks for it */

    uint32_t                  generation; /* of this configuration, see
                                             ngx_print_store_next() */

    /* set in worker processes only; NULL: this one cannot serve the zone */
    ngx_print_eio_t          *eio;
    ngx_print_joblog_t       *joblog;     /* writes the logs; NULL: there are
                                             none */

    /* likewise: its figures; NULL: this one cannot read the zone */
    struct ngx_print_store_s *view;
} ngx_print_zone_conf_t;


/* a location that takes stations, as the WebSockets of a session know it */
typedef struct {
    uint64_t                  key;        /* a hash of what does not change with
                                             the configuration: the names of
                                             its zone, the server and itself */
    ngx_print_loc_conf_t     *plcf;
    ngx_http_core_loc_conf_t *clcf;
} ngx_print_place_t;


typedef struct {
    ngx_array_t               zones;      /* of ngx_print_zone_conf_t: complete
                                             after ngx_print_zones_init() */
    ngx_array_t               webhooks;   /* of ngx_print_webhook_conf_t */
    ngx_array_t               logs;       /* of ngx_print_joblog_conf_t; no
                                             memory before the first */
    ngx_array_t               authorizers;    /* of ngx_print_authorize_conf_t
                                                 *: those of all locations */
    ngx_array_t               places;     /* of ngx_print_place_t */
    ngx_msec_t                drain;
    ngx_flag_t                handover;   /* WebSockets go to new workers */
    ngx_msec_t                handover_tls;      /* those with TLS, too, for so
                                                    long; 0: no */
    size_t                    message_buffer;    /* bytes of a worker */
    size_t                    largest;    /* max_payload of all locations */

    /*
     * the shortest heartbeat of all locations: the worker's tick depends on it
     */
    ngx_msec_t                shortest;
    unsigned                  used:1;     /* 1: a location uses the hub */
    unsigned                  noted:1;    /* 1: a variable of a request is
                                             configured */

    ngx_print_metrics_conf_t *metrics;    /* one of them; NULL: none */
    time_t                    started;    /* nginx, see
                                             ngx_print_init_module() */
    time_t                    loaded;     /* this configuration */

    /* of ngx_print_conf_note_t *: all directives; NULL: none */
    ngx_array_t              *notes;
} ngx_print_main_conf_t;


/* the origins that a directive allows */
typedef struct {
    ngx_uint_t          mode;             /* NGX_PRINT_ORIGINS_* */
    ngx_array_t        *list;             /* of ngx_str_t, for LIST */
} ngx_print_origins_t;


/* a token, or clientIds, that a rule allows */
typedef struct {
    ngx_str_t                 text;       /* without variables; a name may have
                                             "*" */
    ngx_http_complex_value_t *value;      /* with variables; NULL: text */
    ngx_array_t              *variables;  /* of ngx_http_complex_value_t: each
                                             of them */
    uint64_t                  hash;       /* of a token, in workers only; 0: not
                                             known yet */
    unsigned                  star:1;     /* "*" follows the value */
} ngx_print_trust_value_t;


/* the rules for stations */
typedef struct {
    ngx_array_t        *tokens;           /* of ngx_print_trust_value_t; NULL:
                                             no token is asked for */
    ngx_array_t        *names;            /* of the same; NULL: all clientIds
                                             are allowed */
    ngx_str_t           rules;            /* the directives as text; empty:
                                             there are none */
    uint64_t            policy;           /* a hash of that, in workers only; 0:
                                             nobody has asked for it yet */
} ngx_print_trust_conf_t;


/* the headers of CORS that answers have */
typedef struct {
    ngx_print_origins_t origins;
    ngx_flag_t          credentials;
    ngx_flag_t          private_network;  /* preflights allow requests from
                                             public sites */
    unsigned            api:1;            /* of the newer paths */
} ngx_print_cors_t;


/* a number of records, or of percent of those of the zone */
typedef struct {
    ngx_uint_t          n;                /* 0: the default */
    ngx_uint_t          percent;          /* 1: percent */
} ngx_print_limit_share_t;


/* the limits of one address */
typedef struct {
    ngx_print_limit_share_t
                        sessions;
    ngx_print_limit_share_t
                        clients;
    ngx_uint_t          rate;             /* of handshakes and registrations,
                                             thousandths of one in a second */
    ngx_uint_t          burst;            /* 0: as many as sessions and
                                             clients together */
    ngx_uint_t          streams;          /* in each worker; 0: no limit */
    unsigned            set:1;            /* 1: the directive is here, or
                                             inherited */
    unsigned            off:1;
    unsigned            dry_run:1;        /* only log */
} ngx_print_limit_conf_t;


struct ngx_print_loc_conf_s {
    ngx_flag_t          enable;           /* serves socket.io/, getStatus and
                                             startPrint */
    ngx_uint_t          api;              /* NGX_PRINT_API_*: serves the newer
                                             paths */
    ngx_str_t           file;             /* where that is said */
    ngx_uint_t          line;
    ngx_str_t           enable_zone;      /* what zone=NAME of "print_hub" */
    ngx_str_t           api_zone;         /* and of "print_hub_api" names */

    ngx_print_zone_conf_t
                       *zone;             /* NULL: serves no path of the hub */

    ngx_print_metrics_conf_t
                       *metrics;          /* NULL: serves no metrics */

    size_t              base;             /* bytes of the URI before the paths
                                             that the hub serves */

    ngx_msec_t          ping_interval;
    ngx_msec_t          ping_timeout;
    ngx_msec_t          connect_timeout;
    ngx_msec_t          upgrade_timeout;
    ngx_msec_t          recovery;         /* how long a lost socket may be
                                             recovered; 0: off */

    ngx_uint_t          queue;            /* jobs that may wait for an offline
                                             client */
    ngx_msec_t          ttl;              /* how long a job may wait */
    ngx_uint_t          resend;           /* 1: send jobs again whose receipt
                                             is unknown */

    size_t              max_payload;
    size_t              session_buffer;   /* 0: that of
                                             ngx_print_store_share() */
    size_t              info;             /* of a clientId */
    ngx_uint_t          max_client_ids;   /* of a connection */
    ngx_uint_t          takeover;         /* NGX_PRINT_TAKEOVER_* */
    ngx_print_limit_conf_t
                        limit;            /* of an address */
    ngx_uint_t          transports;
    ngx_flag_t          eio3;
    ngx_array_t        *namespaces;       /* of ngx_str_t, in addition to
                                             "/" */

    ngx_flag_t          deflate;          /* compress WebSocket messages */
    ngx_flag_t          deflate_takeover;
    ngx_uint_t          deflate_window;   /* bits */
    size_t              deflate_threshold;

    ngx_print_cors_t    cors;             /* of socket.io/ and getStatus */
    ngx_print_cors_t    cors_print;       /* of startPrint */
    ngx_print_cors_t    cors_api;         /* of the newer paths */
    ngx_print_origins_t origins;          /* that may use Socket.IO */
    ngx_uint_t          start_print;      /* NGX_PRINT_PRINT_*: who may use
                                             startPrint */

    ngx_print_trust_conf_t
                        trust;
    ngx_print_authorize_conf_t
                       *authorize;        /* NULL: nobody is asked */
    ngx_http_complex_value_t
                       *scope;            /* of an Idempotency-Key */

    ngx_str_t           cookie;           /* name of the cookie; empty: none */

    uint64_t            place;            /* the key of this location */

    ngx_array_t        *notes;            /* of ngx_print_conf_note_t *: the
                                             directives that apply here; NULL:
                                             none */

    unsigned            anywhere:1;       /* the paths may be behind any "/" of
                                             the URI */
};


/* whether a location serves any path of the hub */
#define ngx_print_serves(plcf)                                                \
    ((plcf)->enable || (plcf)->api != NGX_PRINT_API_OFF)


/* the engine that serves a request, in a location that serves the hub */
#define ngx_print_request_eio(r)                                              \
    (((ngx_print_loc_conf_t *)                                                \
      ngx_http_get_module_loc_conf(r, ngx_print_module))->zone->eio)


extern ngx_module_t  ngx_print_module;


#endif /* _NGX_PRINT_H_INCLUDED_ */
