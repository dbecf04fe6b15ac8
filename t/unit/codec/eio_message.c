
/*
 * Copyright (C) the print hub contributors
 */


/* What a worker that leaves tells of a WebSocket. */


#include "unit.h"
#include "ngx_print_eio_message.h"


#define MESSAGE_PASSED                                                        \
    (NGX_PRINT_EIO_MESSAGE_HEAD + NGX_PRINT_EIO_MESSAGE_SOCKADDRS)


static void message_fill(ngx_print_eio_message_t *msg);
static void round_trip(void);
static void passed(void);
static void cut(void);
static void versions(void);
static void anything(void);


int
main(void)
{
    round_trip();
    passed();
    cut();
    versions();
    anything();

    return unit_end();
}


static void
message_fill(ngx_print_eio_message_t *msg)
{
    ngx_memzero(msg, sizeof(ngx_print_eio_message_t));

    msg->zone = 0x0102030405060708ull;
    msg->place = 0xf0e0d0c0b0a09080ull;
    msg->ref.index = 0x123456;
    msg->ref.gen = 0xfffffffe;
    msg->from.slot = 253;
    msg->from.epoch = 77;
    msg->from.token = 0x80000001;
    msg->eio3 = 1;
    msg->len = 5;

    ngx_str_set(&msg->addr, "2001:db8::1");
}


static void
round_trip(void)
{
    u_char                    buf[NGX_PRINT_EIO_MESSAGE_HEAD + 5], *p;
    ngx_print_eio_message_t   msg, got;

    unit_about("round trip");

    message_fill(&msg);
    ngx_memzero(buf, sizeof(buf));

    p = ngx_print_eio_message_write(&msg, buf);
    unit_check(p == buf + NGX_PRINT_EIO_MESSAGE_HEAD);

    p = unit_guard(buf, sizeof(buf));
    unit_check(ngx_print_eio_message_read(&got, p, sizeof(buf)) == NGX_OK);

    unit_check(got.zone == msg.zone && got.place == msg.place);
    unit_check(got.ref.index == msg.ref.index && got.ref.gen == msg.ref.gen);
    unit_check(got.from.slot == msg.from.slot
               && got.from.epoch == msg.from.epoch
               && got.from.token == msg.from.token);
    unit_check(got.eio3 == 1 && got.text == 0 && got.file == 0);
    unit_check(got.len == 5);
    unit_check(got.addr.len == msg.addr.len
               && ngx_memcmp(got.addr.data, msg.addr.data, msg.addr.len) == 0);

    /* the state is in a file: only the head is there */

    msg.eio3 = 0;
    msg.text = 1;
    msg.file = 1;
    msg.len = 1 << 30;

    (void) ngx_print_eio_message_write(&msg, buf);

    p = unit_guard(buf, NGX_PRINT_EIO_MESSAGE_HEAD);
    unit_check(ngx_print_eio_message_read(&got, p, NGX_PRINT_EIO_MESSAGE_HEAD)
               == NGX_OK);
    unit_check(got.eio3 == 0 && got.text == 1 && got.file == 1);
    unit_check(got.len == 1 << 30);
}


/* the addresses stand between the head and the state */

static void
passed(void)
{
    u_char                    buf[MESSAGE_PASSED + 6], *p, *at;
    size_t                    n, size;
    ngx_print_eio_message_t   msg, got;

    unit_about("passed");

    message_fill(&msg);
    ngx_memzero(buf, sizeof(buf));

    msg.passed = 1;
    ngx_str_set(&msg.client, "\002\0client");
    ngx_str_set(&msg.server, "\012\0the server");

    size = MESSAGE_PASSED;

    unit_check(ngx_print_eio_message_head(&msg) == size);
    unit_check(ngx_print_eio_message_write(&msg, buf) == buf + size);

    for (n = 0; n <= sizeof(buf); n++) {
        unit_about("passed, %lu bytes", (u_long) n);

        p = unit_guard(buf, n);

        unit_check(ngx_print_eio_message_read(&got, p, n)
                   == (n == size + 5 ? NGX_OK : NGX_DECLINED));
        unit_check(got.zone == (n < NGX_PRINT_EIO_MESSAGE_HEAD ? 0
                                                               : msg.zone));
    }

    p = unit_guard(buf, size + 5);

    unit_check(ngx_print_eio_message_read(&got, p, size + 5) == NGX_OK);
    unit_check(got.passed == 1 && got.len == 5);
    unit_check(got.addr.len == msg.addr.len);
    unit_check(got.client.len == msg.client.len
               && ngx_memcmp(got.client.data, msg.client.data, got.client.len)
                  == 0);
    unit_check(got.server.len == msg.server.len
               && ngx_memcmp(got.server.data, msg.server.data, got.server.len)
                  == 0);

    /* no address is longer than its room */

    at = buf + NGX_PRINT_EIO_MESSAGE_HEAD;

    for (n = 0; n < 2; n++) {
        *at = NGX_PRINT_EIO_MESSAGE_SOCKADDR;
        unit_check(ngx_print_eio_message_read(&got, buf, size + 5) == NGX_OK);

        *at = NGX_PRINT_EIO_MESSAGE_SOCKADDR + 1;
        unit_check(ngx_print_eio_message_read(&got, buf, size + 5)
                   == NGX_DECLINED);

        *at = 0;
        at += 1 + NGX_PRINT_EIO_MESSAGE_SOCKADDR;
    }

    unit_check(ngx_print_eio_message_read(&got, buf, size + 5) == NGX_OK);
    unit_check(got.client.len == 0 && got.server.len == 0);
}


/* every length but the right one; a head that is there names its session */

static void
cut(void)
{
    u_char                    buf[NGX_PRINT_EIO_MESSAGE_HEAD + 6], *p;
    size_t                    n;
    ngx_print_eio_message_t   msg, got;

    message_fill(&msg);
    ngx_memzero(buf, sizeof(buf));
    (void) ngx_print_eio_message_write(&msg, buf);

    for (n = 0; n <= sizeof(buf); n++) {
        unit_about("%lu bytes", (u_long) n);

        p = unit_guard(buf, n);

        unit_check(ngx_print_eio_message_read(&got, p, n)
                   == (n == NGX_PRINT_EIO_MESSAGE_HEAD + 5 ? NGX_OK
                                                           : NGX_DECLINED));
        unit_check(got.zone == (n < NGX_PRINT_EIO_MESSAGE_HEAD ? 0
                                                               : msg.zone));
    }
}


/* of another version nothing is known */

static void
versions(void)
{
    u_char                    buf[NGX_PRINT_EIO_MESSAGE_HEAD + 5];
    ngx_uint_t                i;
    ngx_print_eio_message_t   msg, got;

    for (i = 0; i < 256; i++) {
        unit_about("version %lu", (u_long) i);

        message_fill(&msg);
        (void) ngx_print_eio_message_write(&msg, buf);
        buf[0] = (u_char) i;

        unit_check(ngx_print_eio_message_read(&got, buf, sizeof(buf))
                   == (i == NGX_PRINT_EIO_MESSAGE_VERSION ? NGX_OK
                                                          : NGX_DECLINED));
        unit_check(i == NGX_PRINT_EIO_MESSAGE_VERSION
                   || i == NGX_PRINT_EIO_MESSAGE_PASSED || got.zone == 0);
    }
}


/* an address is never longer than its room */

static void
anything(void)
{
    u_char                    buf[NGX_PRINT_EIO_MESSAGE_HEAD];
    u_char                    text[300];
    size_t                    n;
    ngx_print_eio_message_t   msg, got;

    unit_about("addresses");

    ngx_memset(text, 'a', sizeof(text));

    for (n = 0; n < sizeof(text); n++) {
        message_fill(&msg);

        msg.addr.data = text;
        msg.addr.len = n;
        msg.len = 0;

        (void) ngx_print_eio_message_write(&msg, buf);

        unit_check(ngx_print_eio_message_read(&got, buf, sizeof(buf))
                   == NGX_OK);
        unit_check(got.addr.len == ngx_min(n, NGX_PRINT_EIO_MESSAGE_ADDR));
    }

    for (n = 0; n < 256; n++) {
        buf[sizeof(buf) - 4 - NGX_PRINT_EIO_MESSAGE_ADDR - 1] = (u_char) n;

        unit_check((ngx_print_eio_message_read(&got, buf, sizeof(buf))
                    == NGX_OK)
                   == (n <= NGX_PRINT_EIO_MESSAGE_ADDR));
    }
}
