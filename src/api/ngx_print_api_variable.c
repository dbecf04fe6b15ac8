
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_id.h"
#include "ngx_print_http.h"
#include "ngx_print_note.h"
#include "ngx_print_roster.h"
#include "ngx_print_hub.h"
#include "ngx_print_location.h"
#include "ngx_print_api.h"
#include "ngx_print_api_variable.h"


typedef enum {
    NGX_PRINT_API_VAR_CLIENT = 0,
    NGX_PRINT_API_VAR_JOB,
    NGX_PRINT_API_VAR_STATE,
    NGX_PRINT_API_VAR_RESULT,
    NGX_PRINT_API_VAR_SOCKET,
    NGX_PRINT_API_VAR_TRANSPORT,
    NGX_PRINT_API_VAR_PROTOCOL,
    NGX_PRINT_API_VAR_ENDPOINT,
    NGX_PRINT_API_VAR_ZONE,
    NGX_PRINT_API_VAR_BYTES,
    NGX_PRINT_API_VAR_SOURCE
} ngx_print_api_var_e;


static ngx_int_t ngx_print_api_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_print_api_variable_client(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_print_api_variable_asked(ngx_http_request_t *r,
    ngx_str_t *label, ngx_str_t *rest, ngx_str_t *value);
static ngx_int_t ngx_print_api_variable_noted(ngx_http_request_t *r,
    ngx_uint_t which, ngx_str_t *value);
static ngx_int_t ngx_print_api_variable_result(ngx_http_request_t *r,
    ngx_print_note_t *note, ngx_str_t *value);
static ngx_int_t ngx_print_api_variable_socket(ngx_http_request_t *r,
    ngx_uint_t which, ngx_str_t *value);
static ngx_int_t ngx_print_api_variable_count(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static void ngx_print_api_variable_set(ngx_http_variable_value_t *v,
    ngx_str_t *value);


static ngx_http_variable_t  ngx_print_api_variables[] = {

    { ngx_string("print_hub_client_id"), NULL, ngx_print_api_variable_client,
      NGX_PRINT_API_VAR_CLIENT, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("print_hub_job_id"), NULL, ngx_print_api_variable,
      NGX_PRINT_API_VAR_JOB, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("print_hub_job_state"), NULL, ngx_print_api_variable,
      NGX_PRINT_API_VAR_STATE, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("print_hub_result"), NULL, ngx_print_api_variable,
      NGX_PRINT_API_VAR_RESULT, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("print_hub_socket_id"), NULL, ngx_print_api_variable,
      NGX_PRINT_API_VAR_SOCKET, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("print_hub_transport"), NULL, ngx_print_api_variable,
      NGX_PRINT_API_VAR_TRANSPORT, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("print_hub_protocol"), NULL, ngx_print_api_variable,
      NGX_PRINT_API_VAR_PROTOCOL, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("print_hub_endpoint"), NULL, ngx_print_api_variable,
      NGX_PRINT_API_VAR_ENDPOINT, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("print_hub_zone"), NULL, ngx_print_api_variable,
      NGX_PRINT_API_VAR_ZONE, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("print_hub_bytes"), NULL, ngx_print_api_variable,
      NGX_PRINT_API_VAR_BYTES, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("print_hub_source"), NULL, ngx_print_api_variable,
      NGX_PRINT_API_VAR_SOURCE, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("print_hub_clients_online"), NULL,
      ngx_print_api_variable_count, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("print_hub_jobs_live"), NULL,
      ngx_print_api_variable_count, 1, NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


/* the handler of $print_hub_client_id in a request of the hub itself */
static ngx_http_get_variable_pt  ngx_print_api_variable_ask;
static uintptr_t                 ngx_print_api_variable_ask_data;


ngx_int_t
ngx_print_api_variable_add(ngx_conf_t *cf)
{
    ngx_http_variable_t  *v, *var;

    for (v = ngx_print_api_variables; v->name.len; v++) {

        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        if (var->get_handler && var->get_handler != v->get_handler) {
            ngx_print_api_variable_ask = var->get_handler;
            ngx_print_api_variable_ask_data = var->data;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
        var->flags = v->flags;
    }

    return NGX_OK;
}


ngx_uint_t
ngx_print_api_variable_used(ngx_conf_t *cf)
{
    ngx_uint_t                  i;
    ngx_http_variable_t        *v;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    v = cmcf->variables.elts;

    for (i = 0; i < cmcf->variables.nelts; i++) {

        if (v[i].name.len > sizeof("print_hub_") - 1
            && ngx_strncmp(v[i].name.data, "print_hub_",
                           sizeof("print_hub_") - 1)
               == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* All of them are empty where they do not apply. */

static ngx_int_t
ngx_print_api_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_int_t              rc;
    ngx_str_t             *label, rest, value;
    ngx_print_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    ngx_str_null(&value);

    label = ngx_print_location_label(plcf, &r->uri, &rest);

    rc = NGX_OK;

    switch (data) {

    case NGX_PRINT_API_VAR_ENDPOINT:
        if (label) {
            value = *label;
        }

        break;

    case NGX_PRINT_API_VAR_ZONE:
        if (ngx_print_serves(plcf)) {
            value = plcf->zone->name;
        }

        break;

    case NGX_PRINT_API_VAR_SOCKET:
    case NGX_PRINT_API_VAR_TRANSPORT:
    case NGX_PRINT_API_VAR_PROTOCOL:
        if (label && ngx_strncmp(label->data, "socket_io", 9) == 0) {
            rc = ngx_print_api_variable_socket(r, data, &value);
        }

        break;

    default:
        if (label) {
            rc = ngx_print_api_variable_noted(r, data, &value);
        }

        break;
    }

    ngx_print_api_variable_set(v, &value);

    return rc;
}


static ngx_int_t
ngx_print_api_variable_client(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_int_t              rc;
    ngx_str_t             *label, rest, value;
    ngx_print_note_t      *note;
    ngx_print_loc_conf_t  *plcf;

    rc = ngx_print_api_variable_ask(r, v, ngx_print_api_variable_ask_data);

    if (rc != NGX_OK || v->valid) {
        return rc;
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    ngx_str_null(&value);

    label = ngx_print_location_label(plcf, &r->uri, &rest);
    note = ngx_print_note_find(r);

    if (label && note && note->clients.len) {
        value = note->clients;

    } else if (label) {
        rc = ngx_print_api_variable_asked(r, label, &rest, &value);
    }

    ngx_print_api_variable_set(v, &value);

    return rc;
}


/* The clientId that a request names, before the hub has read its body. */

static ngx_int_t
ngx_print_api_variable_asked(ngx_http_request_t *r, ngx_str_t *label,
    ngx_str_t *rest, ngx_str_t *value)
{
    ngx_int_t  rc;

    if (rest->len) {
        if (label->len == sizeof("clients") - 1
            && ngx_strncmp(label->data, "clients", label->len) == 0)
        {
            *value = *rest;
        }

        return NGX_OK;
    }

    rc = ngx_print_api_arg(r, "clientId", value);

    if (rc == NGX_DECLINED) {
        ngx_str_null(value);
        return NGX_OK;
    }

    return rc;
}


static ngx_int_t
ngx_print_api_variable_noted(ngx_http_request_t *r, ngx_uint_t which,
    ngx_str_t *value)
{
    u_char            *p;
    ngx_print_note_t  *note;

    note = ngx_print_note_find(r);

    if (which == NGX_PRINT_API_VAR_RESULT) {
        return ngx_print_api_variable_result(r, note, value);
    }

    if (note == NULL) {
        return NGX_OK;
    }

    switch (which) {

    case NGX_PRINT_API_VAR_JOB:
        *value = note->jobs;
        break;

    case NGX_PRINT_API_VAR_STATE:
        *value = note->state;
        break;

    case NGX_PRINT_API_VAR_SOURCE:

        if (note->source) {
            value->data = (u_char *) note->source;
            value->len = ngx_strlen(note->source);
        }

        break;

    default: /* NGX_PRINT_API_VAR_BYTES */

        if (note->source == NULL) {
            break;
        }

        p = ngx_pnalloc(r->pool, NGX_SIZE_T_LEN);
        if (p == NULL) {
            return NGX_ERROR;
        }

        value->data = p;
        value->len = ngx_sprintf(p, "%uz", note->bytes) - p;
        break;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_print_api_variable_result(ngx_http_request_t *r, ngx_print_note_t *note,
    ngx_str_t *value)
{
    ngx_uint_t   status;
    const char  *result;

    status = r->err_status ? r->err_status : r->headers_out.status;

    if (note && note->result) {
        result = note->result;

    } else if (status) {
        result = ngx_print_note_status(status);

    } else {
        /* there is no answer yet */
        return NGX_OK;
    }

    value->data = (u_char *) result;
    value->len = ngx_strlen(result);

    return NGX_OK;
}


static ngx_int_t
ngx_print_api_variable_socket(ngx_http_request_t *r, ngx_uint_t which,
    ngx_str_t *value)
{
    ngx_str_t          arg;
    ngx_print_note_t  *note;

    static ngx_str_t   eio = ngx_string("EIO");
    static ngx_str_t   transport = ngx_string("transport");

    switch (which) {

    case NGX_PRINT_API_VAR_TRANSPORT:

        if (ngx_print_http_arg(r, &transport, &arg) != NGX_OK) {
            break;
        }

        if (arg.len == sizeof("polling") - 1
            && ngx_strncmp(arg.data, "polling", arg.len) == 0)
        {
            ngx_str_set(value, "polling");

        } else if (arg.len == sizeof("websocket") - 1
                   && ngx_strncmp(arg.data, "websocket", arg.len) == 0)
        {
            ngx_str_set(value, "websocket");
        }

        break;

    case NGX_PRINT_API_VAR_PROTOCOL:

        if (ngx_print_http_arg(r, &eio, &arg) == NGX_OK && arg.len == 1
            && arg.data[0] == '4')
        {
            ngx_str_set(value, "4");

        } else {
            ngx_str_set(value, "3");
        }

        break;

    default: /* NGX_PRINT_API_VAR_SOCKET */
        note = ngx_print_note_find(r);

        if (note == NULL || !note->has_sock) {
            break;
        }

        value->data = ngx_pnalloc(r->pool, NGX_PRINT_ID_LEN);
        if (value->data == NULL) {
            return NGX_ERROR;
        }

        value->len = ngx_print_sio_sid(value->data, note->sock) - value->data;
        break;
    }

    return NGX_OK;
}


/* The numbers of the zone of a location, or of the only one elsewhere. */

static ngx_int_t
ngx_print_api_variable_count(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char                 *p;
    ngx_str_t               value;
    ngx_uint_t              n;
    ngx_print_loc_conf_t   *plcf;
    ngx_print_main_conf_t  *pmcf;
    ngx_print_zone_conf_t  *zone;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);
    pmcf = ngx_http_get_module_main_conf(r, ngx_print_module);

    zone = plcf->zone;

    if (zone == NULL && pmcf->zones.nelts == 1) {
        zone = pmcf->zones.elts;
    }

    ngx_str_null(&value);

    if (zone && zone->eio) {
        p = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
        if (p == NULL) {
            return NGX_ERROR;
        }

        n = data ? ngx_print_roster_live(&zone->eio->store)
                 : ngx_print_roster_online(&zone->eio->store);

        value.data = p;
        value.len = ngx_sprintf(p, "%ui", n) - p;
    }

    ngx_print_api_variable_set(v, &value);

    return NGX_OK;
}


static void
ngx_print_api_variable_set(ngx_http_variable_value_t *v, ngx_str_t *value)
{
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->escape = 0;
    v->data = value->data;
    v->len = value->len;
}
