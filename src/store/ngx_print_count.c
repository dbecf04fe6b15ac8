
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_count.h"


static ngx_str_t  ngx_print_count_minutes[NGX_PRINT_COUNT_MINUTE_KINDS] = {
    ngx_string("created"),
    ngx_string("ok"),
    ngx_string("failed"),
    ngx_string("unconfirmed"),
    ngx_string("expired")
};


ngx_str_t *
ngx_print_count_minute_name(ngx_print_count_minute_e kind)
{
    return &ngx_print_count_minutes[kind];
}


ngx_int_t
ngx_print_count_read(ngx_print_store_t *st, ngx_print_counts_t *counts)
{
    ngx_memzero(counts, sizeof(ngx_print_counts_t));

    return NGX_OK;
}
