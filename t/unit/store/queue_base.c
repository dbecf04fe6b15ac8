
/*
 * Copyright (C) the print hub contributors
 */


#include "queue_base.h"


void
queue_begin(queue_t *t, const char *about, uint32_t blocks)
{
    unit_about("%s", about);

    bench_create(8 * 1024 * 1024, 8, 8, blocks);
    bench_fake(&t->a, &t->wake[0], 1);
    bench_fake(&t->b, &t->wake[1], 2);

    unit_check(bench_open(&t->a, 1, 1, &t->ref, &t->token) == NGX_OK);
}


void
queue_end(queue_t *t)
{
    unit_check(check_zone(&t->a, 0) == NULL);
    unit_check(ngx_print_session_close(&t->a, t->ref, 1) == NGX_OK);

    ngx_print_session_free(&t->a, t->ref);

    unit_check(queue_blocks(t) == 0);
    unit_check(check_zone(&t->a, CHECK_READY|CHECK_SETTLED) == NULL);
}


ngx_uint_t
queue_blocks(queue_t *t)
{
    ngx_print_store_stat_t  stat;

    ngx_print_store_stat(&t->a, &stat);

    return stat.blocks;
}


void
queue_one(queue_t *t, ngx_print_batch_t *batch, ngx_uint_t n, size_t len)
{
    u_char               *p;
    ngx_print_message_t   msg;

    static u_char         buf[2 * 1024 * 1024];

    unit_check(ngx_print_queue_next(&t->a, batch, &msg) == NGX_OK);
    unit_check(msg.len == len && msg.binary == (n & 1));

    buf[len] = 0xa5;
    p = ngx_print_queue_copy(&t->a, &msg, buf);

    unit_check(p == buf + len && *p == 0xa5);
    unit_check(memcmp(buf, bench_bytes(n, len), len) == 0);
}


ngx_uint_t
queue_awaited(queue_t *t)
{
    ngx_print_session_info_t  info;

    unit_check(ngx_print_session_get(&t->b, t->ref, &info) == NGX_OK);

    return info.awaited;
}
