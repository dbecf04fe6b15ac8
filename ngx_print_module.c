
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_random.h"
#include "ngx_print_store.h"
#include "ngx_print_worker.h"
#include "ngx_print_sio.h"
#include "ngx_print_hub.h"
#include "ngx_print_eio_http.h"
#include "ngx_print_api.h"


#define NGX_PRINT_ZONE_NAME  "print_hub"
#define NGX_PRINT_ZONE_SIZE  (16 * 1024 * 1024)


/* one thing that a location serves */
typedef struct {
    ngx_str_t                 name;
    ngx_http_handler_pt       handler;
    unsigned                  prefix:1;     /* and all below it */
} ngx_print_endpoint_t;


static ngx_int_t ngx_print_spelling(ngx_http_request_t *r);
static ngx_int_t ngx_print_handler(ngx_http_request_t *r);
static ngx_print_endpoint_t *ngx_print_find_endpoint(ngx_http_request_t *r,
    u_char **tail);
static ngx_uint_t ngx_print_is_endpoint(ngx_print_endpoint_t *ep,
    u_char *tail, u_char *last);

static ngx_uint_t ngx_print_is_prefix(ngx_print_endpoint_t *ep, u_char *tail,
    u_char *last);
static ngx_uint_t ngx_print_is_exact(ngx_http_request_t *r,
    ngx_print_endpoint_t *ep, u_char *tail);
static ngx_int_t ngx_print_socket_io(ngx_http_request_t *r);

static ngx_int_t ngx_print_init_zone(ngx_shm_zone_t *shm_zone, void *data);
static ngx_int_t ngx_print_init_module(ngx_cycle_t *cycle);
static ngx_int_t ngx_print_init_process(ngx_cycle_t *cycle);
static void ngx_print_exit_process(ngx_cycle_t *cycle);

static void *ngx_print_create_main_conf(ngx_conf_t *cf);
static char *ngx_print_init_main_conf(ngx_conf_t *cf, void *conf);
static void *ngx_print_create_loc_conf(ngx_conf_t *cf);
static char *ngx_print_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static ngx_int_t ngx_print_postconfiguration(ngx_conf_t *cf);

static char *ngx_print_hub(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *ngx_print_hub_zone(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_print_hub_cors_origins(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_print_check_msec(ngx_conf_t *cf, void *post, void *data);
static char *ngx_print_check_size(ngx_conf_t *cf, void *post, void *data);


static ngx_conf_post_t  ngx_print_msec_post = { ngx_print_check_msec };
static ngx_conf_post_t  ngx_print_size_post = { ngx_print_check_size };


static ngx_conf_bitmask_t  ngx_print_transports[] = {
    { ngx_string("polling"), NGX_PRINT_TRANSPORT_POLLING },
    { ngx_string("websocket"), NGX_PRINT_TRANSPORT_WEBSOCKET },
    { ngx_null_string, 0 }
};


static ngx_print_endpoint_t  ngx_print_endpoints[] = {
    { ngx_string("socket.io/"), ngx_print_socket_io, 1 },
    { ngx_string("getStatus"), ngx_print_api_status, 0 },
    { ngx_string("startPrint"), ngx_print_api_print, 0 },
    { ngx_null_string, NULL, 0 }
};


static ngx_command_t  ngx_print_commands[] = {

    { ngx_string("print_hub"),
      NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_print_hub,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, enable),
      NULL },

    { ngx_string("print_hub_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_print_hub_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("print_hub_drain"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_print_main_conf_t, drain),
      NULL },

    { ngx_string("print_hub_ping_interval"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, ping_interval),
      &ngx_print_msec_post },

    { ngx_string("print_hub_ping_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, ping_timeout),
      &ngx_print_msec_post },

    { ngx_string("print_hub_connect_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, connect_timeout),
      &ngx_print_msec_post },

    { ngx_string("print_hub_upgrade_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, upgrade_timeout),
      &ngx_print_msec_post },

    { ngx_string("print_hub_max_payload"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, max_payload),
      &ngx_print_size_post },

    { ngx_string("print_hub_session_buffer"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, session_buffer),
      &ngx_print_size_post },

    { ngx_string("print_hub_transports"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_conf_set_bitmask_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_print_loc_conf_t, transports),
      &ngx_print_transports },

    { ngx_string("print_hub_cors_origins"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_print_hub_cors_origins,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_print_module_ctx = {
    NULL,                                  /* preconfiguration */
    ngx_print_postconfiguration,           /* postconfiguration */

    ngx_print_create_main_conf,            /* create main configuration */
    ngx_print_init_main_conf,              /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_print_create_loc_conf,             /* create location configuration */
    ngx_print_merge_loc_conf               /* merge location configuration */
};


ngx_module_t  ngx_print_module = {
    NGX_MODULE_V1,
    &ngx_print_module_ctx,                 /* module context */
    ngx_print_commands,                    /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_print_init_module,                 /* init module */
    ngx_print_init_process,                /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_print_exit_process,                /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


/*
 * A handler of the rewrite phase.  Another spelling of an endpoint goes to the
 * location of its own name, before anything is decided on it: what is
 * configured there, as who may print, cannot be got round.
 */

static ngx_int_t
ngx_print_spelling(ngx_http_request_t *r)
{
    size_t                 len;
    u_char                *tail, *p;
    ngx_print_loc_conf_t  *plcf;
    ngx_print_endpoint_t  *ep;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    if (!plcf->enable) {
        return NGX_DECLINED;
    }

    ep = ngx_print_find_endpoint(r, &tail);

    if (ep == NULL || ep->prefix || ngx_print_is_exact(r, ep, tail)) {
        return NGX_DECLINED;
    }

    len = tail - r->uri.data;

    p = ngx_pnalloc(r->pool, len + ep->name.len);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memcpy(p, r->uri.data, len);
    ngx_memcpy(p + len, ep->name.data, ep->name.len);

    r->uri.data = p;
    r->uri.len = len + ep->name.len;
    r->uri_changed = 1;
    r->valid_unparsed_uri = 0;

    ngx_http_set_exten(r);

    return NGX_DECLINED;
}


/*
 * A handler of the precontent phase: what the hub serves comes before the
 * location's own content, all else is left to that, be it files or a proxy.
 */

static ngx_int_t
ngx_print_handler(ngx_http_request_t *r)
{
    u_char                 *tail;
    ngx_int_t               rc;
    ngx_print_loc_conf_t   *plcf;
    ngx_print_endpoint_t   *ep;
    ngx_print_main_conf_t  *pmcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    if (!plcf->enable) {
        return NGX_DECLINED;
    }

    ep = ngx_print_find_endpoint(r, &tail);

    if (ep == NULL || !(ep->prefix || ngx_print_is_exact(r, ep, tail))) {
        return NGX_DECLINED;
    }

    pmcf = ngx_http_get_module_main_conf(r, ngx_print_module);

    if (pmcf->eio) {
        rc = ep->handler(r);

    } else {
        rc = ngx_http_discard_request_body(r);

        if (rc == NGX_OK) {
            rc = ngx_print_http_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                      "this worker has no slot in the zone");
        }
    }

    /* as the content phase does */

    ngx_http_finalize_request(r, rc);

    return NGX_DONE;
}


/* *tail: where the endpoint starts in the URI */

static ngx_print_endpoint_t *
ngx_print_find_endpoint(ngx_http_request_t *r, u_char **tail)
{
    u_char                *p, *last;
    ngx_print_loc_conf_t  *plcf;
    ngx_print_endpoint_t  *ep;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    if (r->uri.len < plcf->base) {
        return NULL;
    }

    p = r->uri.data + plcf->base;
    last = r->uri.data + r->uri.len;

    for ( ;; ) {

        if (p < last && *p == '/') {
            p++;

        } else if (p == r->uri.data || p[-1] != '/') {
            return NULL;
        }

        for (ep = ngx_print_endpoints; ep->name.len; ep++) {

            if (ngx_print_is_endpoint(ep, p, last)) {
                *tail = p;
                return ep;
            }
        }

        if (!plcf->anywhere) {
            return NULL;
        }

        /* a regular expression has matched: the endpoint may be deeper */

        while (p < last && *p != '/') {
            p++;
        }

        if (p == last) {
            return NULL;
        }
    }
}


/* the paths of the API are matched as the seed matches them */

static ngx_uint_t
ngx_print_is_endpoint(ngx_print_endpoint_t *ep, u_char *tail, u_char *last)
{
    size_t  len;

    len = last - tail;

    if (ep->prefix) {
        return len >= ep->name.len
               && ngx_strncmp(tail, ep->name.data, ep->name.len) == 0;
    }

    if (len == ep->name.len + 1 && last[-1] == '/') {
        len--;
    }

    return len == ep->name.len
           && ngx_strncasecmp(tail, ep->name.data, len) == 0;
}


static ngx_int_t
ngx_print_socket_io(ngx_http_request_t *r)
{
    ngx_print_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_print_module);

    return ngx_print_eio_http_handler(r, pmcf->eio);
}


/* the name of a location may do without the slash, "location /socket.io" */

static ngx_uint_t
ngx_print_is_prefix(ngx_print_endpoint_t *ep, u_char *tail, u_char *last)
{
    return ep->prefix
           && (size_t) (last - tail) == ep->name.len - 1
           && ngx_strncmp(tail, ep->name.data, ep->name.len - 1) == 0;
}


static ngx_uint_t
ngx_print_is_exact(ngx_http_request_t *r, ngx_print_endpoint_t *ep,
    u_char *tail)
{
    return r->uri.data + r->uri.len == tail + ep->name.len
           && ngx_strncmp(tail, ep->name.data, ep->name.len) == 0;
}


/*
 * The zone's slab pool gives all its pages, once; from then on the store
 * manages them itself.  A reload that keeps the zone finds it as it was.
 */

static ngx_int_t
ngx_print_init_zone(ngx_shm_zone_t *shm_zone, void *data)
{
    void             *mem;
    size_t            size;
    uint64_t          seed;
    ngx_slab_pool_t  *shpool;

    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    if (data || shm_zone->shm.exists) {
        shm_zone->data = shpool->data;
        return NGX_OK;
    }

    if (ngx_print_random((u_char *) &seed, sizeof(uint64_t),
                         shm_zone->shm.log)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    size = shpool->pfree * ngx_pagesize;

    mem = ngx_slab_alloc(shpool, size);
    if (mem == NULL) {
        return NGX_ERROR;
    }

    ngx_print_store_create(mem, size, seed);

    shpool->data = mem;
    shm_zone->data = mem;

    return NGX_OK;
}


static ngx_int_t
ngx_print_init_module(ngx_cycle_t *cycle)
{
    ngx_print_main_conf_t  *pmcf;

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_print_module);

    if (ngx_test_config || pmcf == NULL || pmcf->shm_zone == NULL) {
        return NGX_OK;
    }

    return ngx_print_worker_init_module(cycle);
}


static ngx_int_t
ngx_print_init_process(ngx_cycle_t *cycle)
{
    ngx_print_main_conf_t    *pmcf;
    ngx_print_worker_conf_t   conf;

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_print_module);

    /* the cache manager and loader are no workers */

    if (pmcf == NULL || pmcf->shm_zone == NULL
        || (ngx_process != NGX_PROCESS_WORKER
            && ngx_process != NGX_PROCESS_SINGLE))
    {
        return NGX_OK;
    }

    conf.shortest = pmcf->shortest;
    conf.drain = pmcf->drain;

    pmcf->eio = ngx_print_worker_engine(cycle, pmcf->shm_zone->data,
                                        &ngx_print_sio_app, &ngx_print_hub_app,
                                        &conf);

    return NGX_OK;
}


static void
ngx_print_exit_process(ngx_cycle_t *cycle)
{
    ngx_print_worker_exit();
}


static void *
ngx_print_create_main_conf(ngx_conf_t *cf)
{
    ngx_print_main_conf_t  *pmcf;

    pmcf = ngx_pcalloc(cf->pool, sizeof(ngx_print_main_conf_t));
    if (pmcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     pmcf->shm_zone = NULL;
     *     pmcf->eio = NULL;
     *     pmcf->used = 0;
     */

    pmcf->drain = NGX_CONF_UNSET_MSEC;
    pmcf->shortest = NGX_MAX_INT32_VALUE;

    return pmcf;
}


static char *
ngx_print_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_print_main_conf_t *pmcf = conf;

    ngx_conf_init_msec_value(pmcf->drain, 2000);

    return NGX_CONF_OK;
}


static void *
ngx_print_create_loc_conf(ngx_conf_t *cf)
{
    ngx_print_loc_conf_t  *plcf;

    plcf = ngx_pcalloc(cf->pool, sizeof(ngx_print_loc_conf_t));
    if (plcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     plcf->base = 0;
     *     plcf->anywhere = 0;
     *     plcf->transports = 0;
     */

    plcf->enable = NGX_CONF_UNSET;
    plcf->ping_interval = NGX_CONF_UNSET_MSEC;
    plcf->ping_timeout = NGX_CONF_UNSET_MSEC;
    plcf->connect_timeout = NGX_CONF_UNSET_MSEC;
    plcf->upgrade_timeout = NGX_CONF_UNSET_MSEC;
    plcf->max_payload = NGX_CONF_UNSET_SIZE;
    plcf->session_buffer = NGX_CONF_UNSET_SIZE;
    plcf->cors = NGX_CONF_UNSET_UINT;
    plcf->origins = NGX_CONF_UNSET_PTR;

    return plcf;
}


static char *
ngx_print_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_print_loc_conf_t *prev = parent;
    ngx_print_loc_conf_t *conf = child;

    ngx_print_main_conf_t     *pmcf;
    ngx_http_core_loc_conf_t  *clcf;

    ngx_conf_merge_msec_value(conf->ping_interval, prev->ping_interval, 10000);
    ngx_conf_merge_msec_value(conf->ping_timeout, prev->ping_timeout, 5000);
    ngx_conf_merge_msec_value(conf->connect_timeout, prev->connect_timeout,
                              45000);
    ngx_conf_merge_msec_value(conf->upgrade_timeout, prev->upgrade_timeout,
                              10000);
    ngx_conf_merge_size_value(conf->max_payload, prev->max_payload, 1000000);
    ngx_conf_merge_size_value(conf->session_buffer, prev->session_buffer,
                              4 * 1024 * 1024);
    ngx_conf_merge_bitmask_value(conf->transports, prev->transports,
                                 (NGX_CONF_BITMASK_SET
                                  |NGX_PRINT_TRANSPORT_POLLING
                                  |NGX_PRINT_TRANSPORT_WEBSOCKET));
    ngx_conf_merge_uint_value(conf->cors, prev->cors, NGX_PRINT_CORS_ANY);
    ngx_conf_merge_ptr_value(conf->origins, prev->origins, NULL);

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    /* a location inside has its own content, the block of an "if" has not */

    if (conf->enable == NGX_CONF_UNSET && clcf->noname) {
        conf->enable = prev->enable;
        conf->base = prev->base;
        conf->anywhere = prev->anywhere;
    }

    ngx_conf_init_value(conf->enable, 0);

    if (!conf->enable) {
        return NGX_CONF_OK;
    }

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_print_module);

    pmcf->used = 1;
    pmcf->shortest = ngx_min(pmcf->shortest, conf->ping_interval);
    pmcf->shortest = ngx_min(pmcf->shortest, conf->ping_timeout);

    /* a body of the allowed size is read, and not into a file */

    clcf->client_body_buffer_size = ngx_max(clcf->client_body_buffer_size,
                                            conf->max_payload);

    if (clcf->client_max_body_size) {
        clcf->client_max_body_size = ngx_max(clcf->client_max_body_size,
                                             (off_t) conf->max_payload);
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_print_postconfiguration(ngx_conf_t *cf)
{
    ngx_str_t                   name;
    ngx_http_handler_pt        *h;
    ngx_print_main_conf_t      *pmcf;
    ngx_http_core_main_conf_t  *cmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_print_module);

    if (!pmcf->used) {
        return NGX_OK;
    }

    if (pmcf->shm_zone == NULL) {
        ngx_str_set(&name, NGX_PRINT_ZONE_NAME);

        pmcf->shm_zone = ngx_shared_memory_add(cf, &name, NGX_PRINT_ZONE_SIZE,
                                               &ngx_print_module);
        if (pmcf->shm_zone == NULL) {
            return NGX_ERROR;
        }
    }

    pmcf->shm_zone->init = ngx_print_init_zone;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_REWRITE_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_print_spelling;

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_PRECONTENT_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_print_handler;

    return NGX_OK;
}


/*
 * What is served is relative to the location, also if the location is, by its
 * name, one of the endpoints itself, as in "location = /startPrint".
 */

static char *
ngx_print_hub(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_loc_conf_t *plcf = conf;

    char                      *rv;
    u_char                    *name, *last;
    ngx_print_endpoint_t      *ep;
    ngx_http_core_loc_conf_t  *clcf;

    rv = ngx_conf_set_flag_slot(cf, cmd, conf);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->named) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"print_hub\" cannot be used in the named "
                           "location \"%V\"", &clcf->name);
        return NGX_CONF_ERROR;
    }

#if (NGX_PCRE)

    if (clcf->regex) {
        plcf->anywhere = 1;
        return NGX_CONF_OK;
    }

#endif

    plcf->base = clcf->name.len;
    last = clcf->name.data + clcf->name.len;

    for (ep = ngx_print_endpoints; ep->name.len; ep++) {

        for (name = clcf->name.data; name < last; name++) {

            if (*name == '/'
                && (ngx_print_is_endpoint(ep, name + 1, last)
                    || ngx_print_is_prefix(ep, name + 1, last)))
            {
                plcf->base = name - clcf->name.data;
                return NGX_CONF_OK;
            }
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_print_hub_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_main_conf_t *pmcf = conf;

    u_char     *p;
    ssize_t     size;
    ngx_str_t  *value, name, s;

    if (pmcf->shm_zone) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strncmp(value[1].data, "name=", 5) != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\", expected "
                           "\"name=<name>:<size>\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    name.data = value[1].data + 5;

    p = (u_char *) ngx_strchr(name.data, ':');

    if (p == NULL || p == name.data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid zone \"%V\", expected "
                           "\"name=<name>:<size>\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    name.len = p - name.data;

    s.data = p + 1;
    s.len = value[1].data + value[1].len - s.data;

    size = ngx_parse_size(&s);

    if (size == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid zone size \"%V\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    if (size < NGX_PRINT_STORE_MIN_SIZE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "zone \"%V\" is too small, the least is %dk",
                           &value[1], NGX_PRINT_STORE_MIN_SIZE / 1024);
        return NGX_CONF_ERROR;
    }

    pmcf->shm_zone = ngx_shared_memory_add(cf, &name, size, &ngx_print_module);

    if (pmcf->shm_zone == NULL) {
        return NGX_CONF_ERROR;
    }

    pmcf->shm_zone->init = ngx_print_init_zone;

    return NGX_CONF_OK;
}


static char *
ngx_print_hub_cors_origins(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_print_loc_conf_t *plcf = conf;

    ngx_str_t   *value, *origin;
    ngx_uint_t   i;

    if (plcf->cors != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2) {

        if (ngx_strcmp(value[1].data, "*") == 0) {
            plcf->cors = NGX_PRINT_CORS_ANY;
            return NGX_CONF_OK;
        }

        if (ngx_strcmp(value[1].data, "off") == 0) {
            plcf->cors = NGX_PRINT_CORS_OFF;
            return NGX_CONF_OK;
        }
    }

    plcf->cors = NGX_PRINT_CORS_LIST;

    plcf->origins = ngx_array_create(cf->pool, cf->args->nelts - 1,
                                     sizeof(ngx_str_t));
    if (plcf->origins == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strstr(value[i].data, "://") == NULL
            || value[i].data[value[i].len - 1] == '/')
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid origin \"%V\", expected "
                               "\"*\", \"off\" or \"<scheme>://<host>\"",
                               &value[i]);
            return NGX_CONF_ERROR;
        }

        origin = ngx_array_push(plcf->origins);
        if (origin == NULL) {
            return NGX_CONF_ERROR;
        }

        *origin = value[i];
    }

    return NGX_CONF_OK;
}


/* a time of the protocol: it is compared in 32 bits that wrap */

static char *
ngx_print_check_msec(ngx_conf_t *cf, void *post, void *data)
{
    ngx_msec_t *msec = data;

    ngx_str_t  *value;

    value = cf->args->elts;

    if (*msec == 0 || *msec > NGX_PRINT_MAX_MSEC) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\" directive, "
                           "it must be from 1ms to 7d", &value[1], &value[0]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_print_check_size(ngx_conf_t *cf, void *post, void *data)
{
    size_t *size = data;

    ngx_str_t  *value;

    value = cf->args->elts;

    if (*size == 0 || *size > NGX_MAX_INT32_VALUE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\" directive, "
                           "it must be from 1 to %d bytes",
                           &value[1], &value[0], NGX_MAX_INT32_VALUE);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
