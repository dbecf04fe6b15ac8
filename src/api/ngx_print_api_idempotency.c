
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_hub.h"
#include "ngx_print_api.h"
#include "ngx_print_api_idempotency.h"


#define NGX_PRINT_API_KEY_MAX  255     /* bytes of an Idempotency-Key */


static ngx_uint_t ngx_print_api_idempotency_headers(ngx_http_request_t *r,
    ngx_str_t **value);


const char *
ngx_print_api_idempotency_read(ngx_http_request_t *r,
    ngx_print_api_idempotency_t *key, ngx_str_t *bad)
{
    size_t       i;
    ngx_str_t   *value;
    ngx_uint_t   n;

    ngx_str_null(&key->value);

    value = NULL;

    n = ngx_print_api_idempotency_headers(r, &value);

    if (n == 0) {
        return NULL;
    }

    if (n > 1) {
        *bad = ngx_print_api_excerpt(value->data, value->len);

        return "a second \"Idempotency-Key\" value \"%V\", expected one";
    }

    for (i = 0; i < value->len; i++) {
        if (value->data[i] < ' ' || value->data[i] > '~') {
            break;
        }
    }

    if (i < value->len || i == 0 || i > NGX_PRINT_API_KEY_MAX) {
        *bad = ngx_print_api_excerpt(value->data, value->len);

        return "invalid \"Idempotency-Key\" value \"%V\", expected 1 to "
               ngx_value(NGX_PRINT_API_KEY_MAX) " printable characters";
    }

    key->value = *value;

    return NULL;
}


/* Returns the number of such headers; *value is the value of the last one. */

static ngx_uint_t
ngx_print_api_idempotency_headers(ngx_http_request_t *r, ngx_str_t **value)
{
    ngx_uint_t        i, n;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static ngx_str_t  name = ngx_string("idempotency-key");

    n = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len == name.len
                && ngx_strncasecmp(h[i].key.data, name.data, name.len) == 0)
            {
                *value = &h[i].value;
                n++;
            }
        }
    }

    return n;
}


ngx_int_t
ngx_print_api_idempotency_use(ngx_http_request_t *r,
    ngx_print_api_idempotency_t *key, ngx_str_t *texts, ngx_uint_t n,
    ngx_print_job_init_t *init)
{
    ngx_str_t                  scope[4];
    ngx_print_store_t         *st;
    ngx_print_loc_conf_t      *plcf;
    ngx_http_core_loc_conf_t  *clcf;
    ngx_http_core_srv_conf_t  *cscf;

    if (key->value.data == NULL) {
        return NGX_OK;
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);
    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);
    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);

    st = &plcf->zone->eio->store;

    scope[0] = cscf->server_name;
    scope[1] = clcf->name;
    scope[3] = key->value;

    if (ngx_http_complex_value(r, plcf->scope, &scope[2]) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_print_store_digest(st, scope, 4, key->digest);
    ngx_print_store_digest(st, texts, n, key->request);

    init->digest = key->digest;
    init->request = key->request;

    return NGX_OK;
}


ngx_int_t
ngx_print_api_idempotency_replayed(ngx_http_request_t *r)
{
    static ngx_str_t  name = ngx_string("Idempotency-Replayed");
    static ngx_str_t  yes = ngx_string("true");

    return ngx_print_http_add_header(r, &name, &yes);
}
