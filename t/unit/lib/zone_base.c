
/*
 * Copyright (C) the print hub contributors
 */


#include "zone_base.h"


void
zone_proc_claim(void *data)
{
    if (ngx_print_wake_claim(&bench_wake) != NGX_OK) {
        exit(1);
    }
}


void
zone_proc_join(void *data)
{
    ngx_print_store_t  st;

    bench_join(&st);
}


ngx_uint_t
zone_rung(ngx_print_wake_t *wake, ngx_uint_t slot)
{
    uint64_t  n;

    return read(wake->bell[slot][0], &n, sizeof(n)) > 0;
}
