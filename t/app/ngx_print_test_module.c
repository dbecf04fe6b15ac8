
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The directive of the test applications, in a location:
 *
 *   print_test websocket | engine.io | socket.io;
 *
 * All directives print_hub_* of the location apply, except "print_hub".
 *
 * Without the directive the module lets other processes trace the workers.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_worker.h"
#include "ngx_print_eio_http.h"
#include "ngx_print_test.h"


#define NGX_PRINT_TEST_WEBSOCKET  0
#define NGX_PRINT_TEST_ENGINE     1
#define NGX_PRINT_TEST_SOCKET     2

#define NGX_PRINT_TEST_APPS       3
#define NGX_PRINT_TEST_ZONE       (16 * 1024 * 1024)
#define NGX_PRINT_TEST_SHORTEST   200       /* ms, of a heartbeat */


typedef struct {
    ngx_shm_zone_t   *zone[NGX_PRINT_TEST_APPS];
    ngx_print_eio_t  *eio[NGX_PRINT_TEST_APPS];
} ngx_print_test_main_conf_t;


typedef struct {
    ngx_uint_t        app;
} ngx_print_test_loc_conf_t;


static ngx_int_t ngx_print_test_handler(ngx_http_request_t *r);
static void *ngx_print_test_create_main_conf(ngx_conf_t *cf);
static void *ngx_print_test_create_loc_conf(ngx_conf_t *cf);
static ngx_int_t ngx_print_test_init_process(ngx_cycle_t *cycle);
static void ngx_print_test_exit_process(ngx_cycle_t *cycle);
static char *ngx_print_test(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


extern ngx_module_t  ngx_print_test_module;


static ngx_conf_enum_t  ngx_print_test_apps[] = {
    { ngx_string("websocket"), NGX_PRINT_TEST_WEBSOCKET },
    { ngx_string("engine.io"), NGX_PRINT_TEST_ENGINE },
    { ngx_string("socket.io"), NGX_PRINT_TEST_SOCKET },
    { ngx_null_string, 0 }
};


static ngx_command_t  ngx_print_test_commands[] = {

    { ngx_string("print_test"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_print_test,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_test_loc_conf_t, app),
      ngx_print_test_apps },

      ngx_null_command
};


static ngx_http_module_t  ngx_print_test_module_ctx = {
    NULL,                                  /* preconfiguration */
    NULL,                                  /* postconfiguration */

    ngx_print_test_create_main_conf,       /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_print_test_create_loc_conf,        /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_print_test_module = {
    NGX_MODULE_V1,
    &ngx_print_test_module_ctx,            /* module context */
    ngx_print_test_commands,               /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_print_test_init_process,           /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_print_test_exit_process,           /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_print_test_handler(ngx_http_request_t *r)
{
    ngx_print_test_loc_conf_t   *tlcf;
    ngx_print_test_main_conf_t  *tmcf;

    tlcf = ngx_http_get_module_loc_conf(r, ngx_print_test_module);
    tmcf = ngx_http_get_module_main_conf(r, ngx_print_test_module);

    if (tlcf->app == NGX_PRINT_TEST_WEBSOCKET) {
        return ngx_print_test_ws(r);
    }

    return tmcf->eio[tlcf->app]
           ? ngx_print_eio_http_handler(r, tmcf->eio[tlcf->app])
           : NGX_HTTP_SERVICE_UNAVAILABLE;
}


static void *
ngx_print_test_create_main_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_print_test_main_conf_t));
}


static void *
ngx_print_test_create_loc_conf(ngx_conf_t *cf)
{
    ngx_print_test_loc_conf_t  *tlcf;

    tlcf = ngx_palloc(cf->pool, sizeof(ngx_print_test_loc_conf_t));

    if (tlcf) {
        tlcf->app = NGX_CONF_UNSET_UINT;
    }

    return tlcf;
}


static ngx_int_t
ngx_print_test_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                   i;
    ngx_print_worker_conf_t      conf;
    ngx_print_test_main_conf_t  *tmcf;

#ifdef PR_SET_PTRACER

    /* t/e2e/lib/stop_inside.c stops workers; without Yama this is an error */

    (void) prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);

#endif

    tmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_print_test_module);

    if (tmcf == NULL
        || (ngx_process != NGX_PROCESS_WORKER
            && ngx_process != NGX_PROCESS_SINGLE))
    {
        return NGX_OK;
    }

    conf.shortest = NGX_PRINT_TEST_SHORTEST;
    conf.drain = 0;
    conf.handover = 0;
    conf.generation = 0;
    conf.places = NULL;

    for (i = 0; i < NGX_PRINT_TEST_APPS; i++) {

        if (tmcf->zone[i] == NULL) {
            continue;
        }

        conf.name = ngx_print_test_apps[i].name;

        tmcf->eio[i] = ngx_print_worker_engine(cycle, tmcf->zone[i]->data,
                                               i == NGX_PRINT_TEST_ENGINE
                                               ? &ngx_print_test_eio
                                               : &ngx_print_sio_app,
                                               &ngx_print_test_sio, &conf);
    }

    return NGX_OK;
}


static void
ngx_print_test_exit_process(ngx_cycle_t *cycle)
{
    ngx_print_worker_exit();
}


static char *
ngx_print_test(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_test_loc_conf_t *tlcf = conf;

    char                        *rv;
    ngx_str_t                   *name;
    ngx_http_core_loc_conf_t    *clcf;
    ngx_print_test_main_conf_t  *tmcf;

    static ngx_str_t             none = ngx_null_string;

    rv = ngx_conf_set_enum_slot(cf, cmd, conf);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_print_test_handler;

    tmcf = ngx_http_conf_get_module_main_conf(cf, ngx_print_test_module);

    if (tlcf->app == NGX_PRINT_TEST_WEBSOCKET || tmcf->zone[tlcf->app]) {
        return NGX_CONF_OK;
    }

    name = &ngx_print_test_apps[tlcf->app].name;

    tmcf->zone[tlcf->app] = ngx_shared_memory_add(cf, name,
                                                  NGX_PRINT_TEST_ZONE,
                                                  &ngx_print_test_module);
    if (tmcf->zone[tlcf->app] == NULL) {
        return NGX_CONF_ERROR;
    }

    tmcf->zone[tlcf->app]->data = ngx_print_memory_create(cf->cycle, &none);
    if (tmcf->zone[tlcf->app]->data == NULL) {
        return NGX_CONF_ERROR;
    }

    tmcf->zone[tlcf->app]->init = ngx_print_worker_init_zone;

    return NGX_CONF_OK;
}
