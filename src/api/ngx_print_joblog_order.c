
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_joblog_order.h"


static ngx_int_t ngx_print_joblog_order_wants(ngx_http_request_t *r,
    ngx_print_joblog_conf_t *log);


ngx_int_t
ngx_print_joblog_order(ngx_http_request_t *r, ngx_print_zone_conf_t *zone,
    ngx_print_job_init_t *init)
{
    ngx_int_t   rc;
    ngx_uint_t  i;

    if (zone->nlogs == 0) {
        return NGX_OK;
    }

    init->logs = ngx_palloc(r->pool, zone->nlogs * sizeof(uint64_t));
    if (init->logs == NULL) {
        return NGX_ERROR;
    }

    init->nlogs = 0;

    for (i = 0; i < zone->nlogs; i++) {
        rc = ngx_print_joblog_order_wants(r, zone->logs[i]);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_OK) {
            init->logs[init->nlogs++] = zone->logs[i]->id;
        }
    }

    if (init->nlogs == 0 || zone->by == NULL) {
        return NGX_OK;
    }

    if (ngx_http_complex_value(r, zone->by, &init->by) != NGX_OK) {
        return NGX_ERROR;
    }

    if (init->by.len > NGX_PRINT_JOB_BY) {
        init->by.len = NGX_PRINT_JOB_BY;

        /* a byte that continues a character of UTF-8 is 10xxxxxx */

        while (init->by.len && (init->by.data[init->by.len] & 0xc0) == 0x80) {
            init->by.len--;
        }
    }

    return NGX_OK;
}


/* NGX_OK, NGX_DECLINED, or NGX_ERROR if there is no memory. */

static ngx_int_t
ngx_print_joblog_order_wants(ngx_http_request_t *r,
    ngx_print_joblog_conf_t *log)
{
    ngx_str_t  value;

    if (log->condition == NULL) {
        return NGX_OK;
    }

    if (ngx_http_complex_value(r, log->condition, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    return value.len == 0 || (value.len == 1 && value.data[0] == '0')
           ? NGX_DECLINED : NGX_OK;
}
