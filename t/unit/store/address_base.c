
/*
 * Copyright (C) the print hub contributors
 */


#include "address_base.h"


void
address_begin(address_t *t, const char *about, uint32_t sessions,
    uint32_t clients)
{
    unit_about("%s", about);

    ngx_memzero(t, sizeof(address_t));

    bench_create(1024 * 1024, sessions, clients, 0);

    if (sessions) {
        bench_shrink_addresses(sessions);
    }

    bench_fake(&t->a.st, &t->a.wake, 1);
    bench_fake(&t->b.st, &t->b.wake, 2);
}


ngx_int_t
address_open(address_t *t, const char *addr)
{
    u_char                    sock[NGX_PRINT_SESSION_SOCK];
    uint32_t                  token;
    ngx_int_t                 rc;
    ngx_print_session_init_t  init;

    ngx_memzero(&init, sizeof(init));

    init.ping_interval = BENCH_INTERVAL;
    init.ping_timeout = BENCH_TIMEOUT;
    init.connect_timeout = BENCH_CONNECT;
    init.eio = 4;
    init.limits = &t->limits;
    init.over = 99;

    bench_key(init.key, ++t->n);

    unit_check(inet_pton(AF_INET6, addr, init.addr) == 1);

    rc = ngx_print_session_open(&t->a.st, &init, 1, &t->ref, &token);

    t->over = init.over;

    if (rc == NGX_OK) {
        bench_sock(sock, t->n);
        unit_check(ngx_print_session_connect(&t->a.st, t->ref, 0, sock)
                   == NGX_OK);
    }

    address_check(t);

    return rc;
}


ngx_int_t
address_register(address_t *t, ngx_print_ref_t ref, const char *id)
{
    char                     text[16];
    ngx_int_t                rc;
    ngx_print_client_init_t  init;

    ngx_memzero(&init, sizeof(init));

    if (id == NULL) {
        (void) sprintf(text, "%lu", (unsigned long) t->ids++);
        id = text;
    }

    init.id.len = strlen(id);
    init.id.data = (u_char *) id;
    init.limits = &t->limits;

    rc = ngx_print_client_register(&t->b.st, ref, 0, &init);

    t->over = init.over;

    address_check(t);

    return rc;
}


void
address_close(address_t *t, ngx_print_ref_t ref)
{
    ngx_print_client_info_t  info;

    unit_check(ngx_print_session_close(&t->a.st, ref, 1) == NGX_OK);

    while (ngx_print_client_offline(&t->a.st, ref, 0, &info) == NGX_OK) {
        address_check(t);
    }

    ngx_print_session_free(&t->a.st, ref);
    address_check(t);
}


void
address_check(address_t *t)
{
    static char        text[2][CHECK_TEXT];
    static ngx_uint_t  seed;

    unit_check(check_zone(&t->a.st, 0) == NULL);

    if (t->whole) {
        return;
    }

    check_text(&t->a.st, 0, text[0]);

    check_trash(&t->a.st, ++seed % 7 + 1);
    ngx_print_store_lock(&t->a.st);
    ngx_print_store_unlock(&t->a.st);

    unit_check(check_zone(&t->a.st, 0) == NULL);
    check_text(&t->a.st, 0, text[1]);
    unit_check(strcmp(text[0], text[1]) == 0);
}


ngx_print_store_address_t *
address_of(address_t *t, const char *addr)
{
    u_char  bytes[NGX_PRINT_SESSION_ADDR];

    unit_check(inet_pton(AF_INET6, addr, bytes) == 1);

    return ngx_print_address_find_locked(&t->a.st, ngx_print_prefix(bytes));
}


uint32_t
address_count(address_t *t, const char *addr, ngx_uint_t clients)
{
    ngx_print_store_address_t  *a;

    a = address_of(t, addr);

    return a == NULL ? 0 : clients ? a->clients : a->sessions;
}


ngx_uint_t
address_known(address_t *t, const char *id)
{
    ngx_str_t                  name;
    ngx_print_client_detail_t  detail;

    name.len = strlen(id);
    name.data = (u_char *) id;

    return ngx_print_client_find(&t->a.st, &name, &detail, NULL) == NGX_OK;
}
