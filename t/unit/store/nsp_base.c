
/*
 * Copyright (C) the print hub contributors
 */


#include "nsp_base.h"


void
nsp_begin(nsp_t *t, const char *about)
{
    unit_about("%s", about);

    bench_create(NGX_PRINT_STORE_MIN_SIZE, 8, 8, 40);
    bench_fake(&t->a, &t->wake, 1);

    unit_check(bench_open(&t->a, 1, 1, &t->ref, &t->token) == NGX_OK);
}


void
nsp_end(nsp_t *t)
{
    unit_check(check_zone(&t->a, CHECK_READY|CHECK_SETTLED) == NULL);
    unit_check(ngx_print_session_close(&t->a, t->ref, 1) == NGX_OK);
    ngx_print_session_free(&t->a, t->ref);
    unit_check(t->a.sh->block_count == 0 && t->a.sh->session_count == 0);
    unit_check(check_zone(&t->a, CHECK_READY|CHECK_SETTLED) == NULL);
}


ngx_str_t
nsp_bytes(ngx_uint_t n, size_t len)
{
    ngx_str_t  data;

    data.data = bench_bytes(n, len);
    data.len = len;

    return data;
}
