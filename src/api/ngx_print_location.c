
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_note.h"
#include "ngx_print_eio_http.h"
#include "ngx_print_eio_gate.h"
#include "ngx_print_api.h"
#include "ngx_print_api_count.h"
#include "ngx_print_location_tree.h"
#include "ngx_print_location.h"


/* rest: the part of the URI that follows the endpoint's name */
typedef ngx_int_t (*ngx_print_endpoint_pt)(ngx_http_request_t *r,
    ngx_str_t *rest);


/* an endpoint */
typedef struct {
    ngx_str_t                 name;
    ngx_str_t                 label;        /* in variables */
    ngx_print_endpoint_pt     handler;
    unsigned                  prefix:1;     /* and all paths below */
    unsigned                  below:1;      /* only paths below */
    unsigned                  legacy:1;     /* in any case */
    unsigned                  api:1;        /* of "print_hub_api" */
    unsigned                  free:1;       /* needs neither engine nor zone */
    ngx_print_path_e          path;         /* as which it is counted */
} ngx_print_endpoint_t;


static ngx_print_endpoint_t *ngx_print_location_base(
    ngx_http_core_loc_conf_t *clcf, ngx_print_loc_conf_t *plcf);
static ngx_uint_t ngx_print_location_pattern(ngx_str_t *pattern);
static ngx_uint_t ngx_print_location_names(ngx_http_core_loc_conf_t *clcf,
    ngx_print_endpoint_t *ep, u_char *tail, u_char *last);
static ngx_int_t ngx_print_location_spelling(ngx_http_request_t *r);
static ngx_int_t ngx_print_location_handler(ngx_http_request_t *r);
static ngx_int_t ngx_print_location_enter(ngx_http_request_t *r,
    ngx_uint_t ready, void *data);
static ngx_int_t ngx_print_location_no_slot(ngx_http_request_t *r,
    ngx_print_endpoint_t *ep);
static ngx_msec_t ngx_print_location_limit(ngx_http_request_t *r,
    ngx_print_endpoint_t *ep);
static ngx_int_t ngx_print_location_busy(ngx_http_request_t *r,
    ngx_print_endpoint_t *ep);
static void ngx_print_location_refused(ngx_http_request_t *r,
    ngx_print_endpoint_t *ep, ngx_print_denied_e reason);
static ngx_print_endpoint_t *ngx_print_location_find(
    ngx_print_loc_conf_t *plcf, ngx_str_t *uri, u_char **tail);
static ngx_uint_t ngx_print_location_is(ngx_print_endpoint_t *ep, u_char *tail,
    u_char *last);
static ngx_int_t ngx_print_location_eio(ngx_http_request_t *r,
    ngx_str_t *rest);
static ngx_uint_t ngx_print_location_is_prefix(ngx_print_endpoint_t *ep,
    u_char *tail, u_char *last);
static ngx_uint_t ngx_print_location_is_exact(ngx_str_t *uri,
    ngx_print_endpoint_t *ep, u_char *tail);


static ngx_print_endpoint_t  ngx_print_endpoints[] = {
    { ngx_string("socket.io/"), ngx_string("socket_io"),
      ngx_print_location_eio, 1, 0, 0, 0, 0, NGX_PRINT_PATH_EIO },
    { ngx_string("jobs/"), ngx_string("jobs"),
      ngx_print_api_job, 1, 1, 0, 1, 0, NGX_PRINT_PATH_JOBS },
    { ngx_string("clients/"), ngx_string("clients"),
      ngx_print_api_client, 1, 1, 0, 1, 0, NGX_PRINT_PATH_CLIENTS },
    { ngx_string("getStatus"), ngx_string("getStatus"),
      ngx_print_api_status, 0, 0, 1, 0, 0, NGX_PRINT_PATH_STATUS },
    { ngx_string("startPrint"), ngx_string("startPrint"),
      ngx_print_api_print, 0, 0, 1, 0, 0, NGX_PRINT_PATH_PRINT },
    { ngx_string("jobs"), ngx_string("jobs"),
      ngx_print_api_jobs, 0, 0, 0, 1, 0, NGX_PRINT_PATH_JOBS },
    { ngx_string("clients"), ngx_string("clients"),
      ngx_print_api_clients, 0, 0, 0, 1, 0, NGX_PRINT_PATH_CLIENTS },
    { ngx_string("events"), ngx_string("events"),
      ngx_print_api_events, 0, 0, 0, 1, 0, NGX_PRINT_PATH_EVENTS },
    { ngx_string("zone"), ngx_string("zone"),
      ngx_print_api_zone, 0, 0, 0, 1, 0, NGX_PRINT_PATH_ZONE },
    { ngx_string("health"), ngx_string("health"),
      ngx_print_api_health, 0, 0, 0, 1, 1, NGX_PRINT_PATH_HEALTH },
    { ngx_null_string, ngx_null_string, NULL, 0, 0, 0, 0, 0,
      NGX_PRINT_PATH_STATUS }
};


/* whether a location serves this endpoint */
#define ngx_print_location_opens(plcf, ep)                                    \
    ((ep)->api ? (plcf)->api != NGX_PRINT_API_OFF : (plcf)->enable)


ngx_int_t
ngx_print_location_init(ngx_conf_t *cf)
{
    ngx_array_t                *handlers;
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    handlers = &cmcf->phases[NGX_HTTP_REWRITE_PHASE].handlers;

    h = ngx_array_push(handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    /* nginx calls the last handler first: that stays the rewrite module's */

    h = handlers->elts;
    ngx_memmove(h + 1, h, (handlers->nelts - 1) * sizeof(ngx_http_handler_pt));

    *h = ngx_print_location_spelling;

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_PRECONTENT_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_print_location_handler;

    return NGX_OK;
}


ngx_int_t
ngx_print_location_name(ngx_conf_t *cf, ngx_http_core_loc_conf_t *clcf,
    ngx_print_loc_conf_t *plcf)
{
    u_char                *tail;
    ngx_str_t             *name;
    ngx_uint_t             level;
    const char            *directive;
    ngx_print_endpoint_t  *ep;

#if (NGX_PCRE)

    if (clcf->regex) {
        plcf->anywhere = 1;
        return NGX_OK;
    }

#endif

    name = &clcf->name;
    directive = plcf->enable ? "print_hub" : "print_hub_api";

    ep = ngx_print_location_base(clcf, plcf);

    if (ep && !ngx_print_location_opens(plcf, ep)) {

        level = clcf->exact_match ? NGX_LOG_EMERG : NGX_LOG_WARN;

        ngx_log_error(level, cf->log, 0,
                      "print hub: conf: \"%s\" in location \"%V\" does not "
                      "serve it, \"%s\" does in %V:%ui",
                      directive, name,
                      ep->api ? "print_hub_api" : "print_hub", &plcf->file,
                      plcf->line);

        return clcf->exact_match ? NGX_ERROR : NGX_OK;
    }

    if (ep && !ep->prefix
        && !ngx_print_location_is_exact(name, ep,
                                        name->data + plcf->base + 1))
    {
        /* ngx_print_location_spelling() sends all requests elsewhere */

        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "print hub: conf: invalid spelling of location \"%V\" "
                      "with \"%s\", it must be \"%*s%V\" in %V:%ui", name,
                      directive, plcf->base + 1, name->data, &ep->name,
                      &plcf->file, plcf->line);
        return NGX_ERROR;
    }

    if (clcf->exact_match
        && ngx_print_location_find(plcf, name, &tail) == NULL)
    {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "print hub: conf: invalid location \"= %V\" with "
                      "\"%s\", it must be a prefix or end with a path of the "
                      "hub, such as \"startPrint\" in %V:%ui", name, directive,
                      &plcf->file, plcf->line);
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_uint_t
ngx_print_location_takes_stations(ngx_http_core_loc_conf_t *clcf,
    ngx_print_loc_conf_t *plcf)
{
    ngx_print_endpoint_t  *ep;

    if (!plcf->enable) {
        return 0;
    }

    if (plcf->anywhere) {
        return ngx_print_location_pattern(&clcf->name);
    }

    ep = ngx_print_location_base(clcf, plcf);

    return ep == NULL || ep->handler == ngx_print_location_eio;
}


static ngx_uint_t
ngx_print_location_pattern(ngx_str_t *pattern)
{
    u_char                *last;
    ngx_print_endpoint_t  *ep;

    last = pattern->data + pattern->len;

    if (last[-1] != '$'
        || ngx_strlcasestrn(pattern->data, last, (u_char *) "socket", 6 - 1))
    {
        return 1;
    }

    for (ep = ngx_print_endpoints; ep->name.len; ep++) {

        if (ep->legacy
            && ngx_strlcasestrn(pattern->data, last, ep->name.data,
                                ep->name.len - 1))
        {
            return 0;
        }
    }

    return 1;
}


ngx_str_t *
ngx_print_location_label(ngx_print_loc_conf_t *plcf, ngx_str_t *uri,
    ngx_str_t *rest)
{
    u_char                *tail;
    ngx_print_endpoint_t  *ep;

    ep = ngx_print_serves(plcf) ? ngx_print_location_find(plcf, uri, &tail)
                                : NULL;

    if (ep == NULL) {
        return NULL;
    }

    rest->len = 0;

    if (ep->prefix) {
        rest->data = tail + ep->name.len;
        rest->len = uri->data + uri->len - rest->data;
    }

    return &ep->label;
}


ngx_print_cors_t *
ngx_print_location_cors(ngx_print_loc_conf_t *plcf, ngx_str_t *uri,
    ngx_print_path_e *path)
{
    u_char                *tail;
    ngx_print_endpoint_t  *ep;

    ep = ngx_print_location_find(plcf, uri, &tail);

    if (ep == NULL) {
        return NULL;
    }

    *path = ep->path;

    if (ep->api) {
        return &plcf->cors_api;
    }

    return (ep->handler == ngx_print_api_print) ? &plcf->cors_print
                                                : &plcf->cors;
}


ngx_print_location_e
ngx_print_location_of(ngx_http_conf_ctx_t *ctx, ngx_str_t *uri)
{
    ngx_print_path_e           path;
    ngx_print_loc_conf_t      *plcf;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ctx->loc_conf[ngx_http_core_module.ctx_index];

    clcf = ngx_print_location_tree_find(clcf, uri);

    if (clcf == NULL) {
        return NGX_PRINT_LOCATION_NONE;
    }

    plcf = clcf->loc_conf[ngx_print_module.ctx_index];

    if (ngx_print_serves(plcf) && ngx_print_location_cors(plcf, uri, &path)) {
        return NGX_PRINT_LOCATION_HUB;
    }

    return clcf->internal ? NGX_PRINT_LOCATION_INTERNAL
                          : NGX_PRINT_LOCATION_OTHER;
}


/*
 * Sets the base: the location's name, or the part in front of the endpoint if
 * the name contains one, as in "location = /startPrint".  Returns that endpoint
 * or NULL.
 */

static ngx_print_endpoint_t *
ngx_print_location_base(ngx_http_core_loc_conf_t *clcf,
    ngx_print_loc_conf_t *plcf)
{
    u_char                *p, *last;
    ngx_print_endpoint_t  *ep;

    last = clcf->name.data + clcf->name.len;

    for (ep = ngx_print_endpoints; ep->name.len; ep++) {

        for (p = clcf->name.data; p < last; p++) {

            if (*p == '/' && ngx_print_location_names(clcf, ep, p + 1, last)) {
                plcf->base = p - clcf->name.data;
                return ep;
            }
        }
    }

    plcf->base = clcf->name.len;

    return NULL;
}


/*
 * Returns 1 if a location's name ends with this endpoint.  A name such as
 * "/jobs/x" is the base of a whole hub, unless the location is exact ("="), and
 * so is "/events/".
 */

static ngx_uint_t
ngx_print_location_names(ngx_http_core_loc_conf_t *clcf,
    ngx_print_endpoint_t *ep, u_char *tail, u_char *last)
{
    if (ngx_print_location_is_prefix(ep, tail, last)) {
        return 1;
    }

    return ngx_print_location_is(ep, tail, last)
           && (ep->legacy || last[-1] != '/')
           && (!ep->below || clcf->exact_match);
}


/*
 * A handler of the rewrite phase.  Redirects another spelling of an endpoint
 * (/startprint, /jobs/) to the canonical location before access rules run, so
 * that `allow` there cannot be bypassed; and hides sids in the lines of
 * error_log that these rules may cause.
 */

static ngx_int_t
ngx_print_location_spelling(ngx_http_request_t *r)
{
    size_t                 len;
    u_char                *tail, *p;
    ngx_print_loc_conf_t  *plcf;
    ngx_print_endpoint_t  *ep;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    if (!ngx_print_serves(plcf) || r->uri_changed) {
        return NGX_DECLINED;
    }

    ep = ngx_print_location_find(plcf, &r->uri, &tail);

    if (ep && ep->prefix) {

        if (ep->handler == ngx_print_location_eio) {
            ngx_print_eio_http_hide(r);
        }

        return NGX_DECLINED;
    }

    if (ep == NULL || ngx_print_location_is_exact(&r->uri, ep, tail)) {
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
 * A handler of the precontent phase.  Answers requests for endpoints, and
 * leaves all others to the location's own content, such as files or a proxy.
 */

static ngx_int_t
ngx_print_location_handler(ngx_http_request_t *r)
{
    u_char                *tail;
    ngx_int_t              rc;
    ngx_print_eio_t       *eio;
    ngx_print_loc_conf_t  *plcf;
    ngx_print_endpoint_t  *ep;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    if (!ngx_print_serves(plcf)) {
        return NGX_DECLINED;
    }

    ep = ngx_print_location_find(plcf, &r->uri, &tail);

    if (ep == NULL
        || !(ep->prefix || ngx_print_location_is_exact(&r->uri, ep, tail)))
    {
        return NGX_DECLINED;
    }

    eio = plcf->zone->eio;

    rc = ep->api ? ngx_print_api_guard(r) : NGX_DECLINED;

    if (rc != NGX_DECLINED) {
        /* void */

    } else if (ep->free) {
        rc = ngx_print_location_enter(r, 1, ep);

    } else if (eio) {
        rc = ngx_print_eio_gate(eio, r, ngx_print_location_limit(r, ep),
                                ngx_print_location_enter, ep);

    } else {
        rc = ngx_print_location_no_slot(r, ep);
    }

    /* finalize the request as the content phase does */

    ngx_http_finalize_request(r, rc);

    return NGX_DONE;
}


static ngx_int_t
ngx_print_location_no_slot(ngx_http_request_t *r, ngx_print_endpoint_t *ep)
{
    ngx_int_t  rc;

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_print_location_refused(r, ep, NGX_PRINT_DENIED_NO_SLOT);
    ngx_print_note_result(r, "no_slot");

    return ngx_print_http_problem(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                  ep->api ? "no_slot" : "",
                                  "this worker has no slot in the zone");
}


/*
 * How long a request waits for the zone.  A refusal would end the session of a
 * station, so its requests wait as long as it takes.
 */

static ngx_msec_t
ngx_print_location_limit(ngx_http_request_t *r, ngx_print_endpoint_t *ep)
{
    ngx_str_t         value;

    static ngx_str_t  sid = ngx_string("sid");

    return ep->handler == ngx_print_location_eio
           && ngx_print_http_arg(r, &sid, &value) == NGX_OK
           ? 0 : NGX_PRINT_EIO_GATE;
}


static ngx_int_t
ngx_print_location_enter(ngx_http_request_t *r, ngx_uint_t ready, void *data)
{
    ngx_print_endpoint_t *ep = data;

    u_char                *tail;
    ngx_int_t              rc;
    ngx_str_t              rest;
    ngx_print_loc_conf_t  *plcf;

    if (!ready) {
        rc = ngx_http_discard_request_body(r);

        return rc == NGX_OK ? ngx_print_location_busy(r, ep) : rc;
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    (void) ngx_print_location_find(plcf, &r->uri, &tail);

    /* lint core.UndefinedBinaryOperatorResult: it has found the endpoint */
    rest.data = tail + ep->name.len;
    rest.len = r->uri.data + r->uri.len - rest.data;

    rc = ep->handler(r, &rest);

    if (rc != NGX_PRINT_STALLED) {
        return rc;
    }

    /* another process has stopped just now, and nothing was done yet */

    if (ep->handler != ngx_print_location_eio) {
        return ngx_print_location_busy(r, ep);
    }

    return ngx_print_eio_gate(plcf->zone->eio, r,
                              ngx_print_location_limit(r, ep),
                              ngx_print_location_enter, ep);
}


static ngx_int_t
ngx_print_location_busy(ngx_http_request_t *r, ngx_print_endpoint_t *ep)
{
    ngx_print_location_refused(r, ep, NGX_PRINT_DENIED_ZONE_BUSY);

    return ngx_print_api_busy(r, !ep->api);
}


/* Counts a request that is refused, if it is a print. */

static void
ngx_print_location_refused(ngx_http_request_t *r, ngx_print_endpoint_t *ep,
    ngx_print_denied_e reason)
{
    if (ep->handler == ngx_print_api_print
        || (ep->handler == ngx_print_api_jobs && r->method == NGX_HTTP_POST))
    {
        ngx_print_api_refused(r, reason, 1);
    }
}


/* Returns the endpoint of a URI or NULL; *tail is its place in the URI. */

static ngx_print_endpoint_t *
ngx_print_location_find(ngx_print_loc_conf_t *plcf, ngx_str_t *uri,
    u_char **tail)
{
    u_char                *p, *last;
    ngx_print_endpoint_t  *ep;

    if (uri->len < plcf->base) {
        return NULL;
    }

    p = uri->data + plcf->base;
    last = uri->data + uri->len;

    for ( ;; ) {

        if (p < last && *p == '/') {
            p++;

        } else if (p == uri->data || p[-1] != '/') {
            return NULL;
        }

        for (ep = ngx_print_endpoints; ep->name.len; ep++) {

            if (ngx_print_location_opens(plcf, ep)
                && ngx_print_location_is(ep, p, last))
            {
                *tail = p;
                return ep;
            }
        }

        if (!plcf->anywhere) {
            return NULL;
        }

        /* with a regular expression, the endpoint may follow any "/" */

        while (p < last && *p != '/') {
            p++;
        }

        if (p == last) {
            return NULL;
        }
    }
}


/* Paths match also with a "/" at the end, and legacy ones in any case. */

static ngx_uint_t
ngx_print_location_is(ngx_print_endpoint_t *ep, u_char *tail, u_char *last)
{
    size_t  len;

    len = last - tail;

    if (ep->prefix) {
        return len >= ep->name.len + ep->below
               && ngx_strncmp(tail, ep->name.data, ep->name.len) == 0;
    }

    if (len == ep->name.len + 1 && last[-1] == '/') {
        len--;
    }

    return len == ep->name.len
           && (ep->legacy ? ngx_strncasecmp(tail, ep->name.data, len)
                          : ngx_strncmp(tail, ep->name.data, len))
              == 0;
}


static ngx_int_t
ngx_print_location_eio(ngx_http_request_t *r, ngx_str_t *rest)
{
    return ngx_print_eio_http_handler(r, ngx_print_request_eio(r));
}


/* A location's name may lack the slash at the end: "location /socket.io". */

static ngx_uint_t
ngx_print_location_is_prefix(ngx_print_endpoint_t *ep, u_char *tail,
    u_char *last)
{
    size_t  len;

    len = last - tail;

    return ep->prefix
           && (len == ep->name.len - 1 || len == ep->name.len)
           && ngx_strncmp(tail, ep->name.data, len) == 0;
}


static ngx_uint_t
ngx_print_location_is_exact(ngx_str_t *uri, ngx_print_endpoint_t *ep,
    u_char *tail)
{
    return uri->data + uri->len == tail + ep->name.len
           && ngx_strncmp(tail, ep->name.data, ep->name.len) == 0;
}
