
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_bytes.h"
#include "ngx_print_eio_message.h"


/* bits of a message */
#define NGX_PRINT_EIO_MESSAGE_EIO3  0x01
#define NGX_PRINT_EIO_MESSAGE_TEXT  0x02
#define NGX_PRINT_EIO_MESSAGE_FILE  0x04


static u_char *ngx_print_eio_message_put(u_char *p, ngx_str_t *text,
    size_t size);
static ngx_int_t ngx_print_eio_message_get(const u_char **pos, ngx_str_t *text,
    size_t size);


u_char *
ngx_print_eio_message_write(ngx_print_eio_message_t *msg, u_char *p)
{
    p = ngx_print_bytes_put(p, msg->passed ? NGX_PRINT_EIO_MESSAGE_PASSED
                                           : NGX_PRINT_EIO_MESSAGE_VERSION, 4);
    p = ngx_print_bytes_put(p, msg->zone, 8);
    p = ngx_print_bytes_put(p, msg->place, 8);
    p = ngx_print_bytes_put(p, msg->ref.index, 4);
    p = ngx_print_bytes_put(p, msg->ref.gen, 4);
    p = ngx_print_bytes_put(p, msg->from.slot, 4);
    p = ngx_print_bytes_put(p, msg->from.epoch, 4);
    p = ngx_print_bytes_put(p, msg->from.token, 4);

    *p++ = (msg->eio3 ? NGX_PRINT_EIO_MESSAGE_EIO3 : 0)
           | (msg->text ? NGX_PRINT_EIO_MESSAGE_TEXT : 0)
           | (msg->file ? NGX_PRINT_EIO_MESSAGE_FILE : 0);

    p = ngx_print_eio_message_put(p, &msg->addr, NGX_PRINT_EIO_MESSAGE_ADDR);
    p = ngx_print_bytes_put(p, msg->len, 4);

    if (msg->passed) {
        p = ngx_print_eio_message_put(p, &msg->client,
                                      NGX_PRINT_EIO_MESSAGE_SOCKADDR);
        p = ngx_print_eio_message_put(p, &msg->server,
                                      NGX_PRINT_EIO_MESSAGE_SOCKADDR);
    }

    return p;
}


/* A length, and room for size bytes: no text is longer. */

static u_char *
ngx_print_eio_message_put(u_char *p, ngx_str_t *text, size_t size)
{
    size_t  n;

    n = ngx_min(text->len, size);

    *p++ = (u_char) n;

    ngx_memzero(p, size);

    if (n) {
        ngx_memcpy(p, text->data, n);
    }

    return p + size;
}


ngx_int_t
ngx_print_eio_message_read(ngx_print_eio_message_t *msg, u_char *p, size_t len)
{
    size_t         rest;
    u_char         flags;
    uint32_t       version;
    ngx_int_t      rc;
    const u_char  *pos;

    ngx_memzero(msg, sizeof(ngx_print_eio_message_t));

    pos = p;

    if (len < NGX_PRINT_EIO_MESSAGE_HEAD) {
        return NGX_DECLINED;
    }

    version = (uint32_t) ngx_print_bytes_get(&pos, 4);

    if (version != NGX_PRINT_EIO_MESSAGE_VERSION
        && version != NGX_PRINT_EIO_MESSAGE_PASSED)
    {
        return NGX_DECLINED;
    }

    rest = len - NGX_PRINT_EIO_MESSAGE_HEAD;

    msg->zone = ngx_print_bytes_get(&pos, 8);
    msg->place = ngx_print_bytes_get(&pos, 8);
    msg->ref.index = (uint32_t) ngx_print_bytes_get(&pos, 4);
    msg->ref.gen = (uint32_t) ngx_print_bytes_get(&pos, 4);
    msg->from.slot = (uint32_t) ngx_print_bytes_get(&pos, 4);
    msg->from.epoch = (uint32_t) ngx_print_bytes_get(&pos, 4);
    msg->from.token = (uint32_t) ngx_print_bytes_get(&pos, 4);

    flags = *pos++;

    msg->eio3 = (flags & NGX_PRINT_EIO_MESSAGE_EIO3) ? 1 : 0;
    msg->text = (flags & NGX_PRINT_EIO_MESSAGE_TEXT) ? 1 : 0;
    msg->file = (flags & NGX_PRINT_EIO_MESSAGE_FILE) ? 1 : 0;

    msg->passed = (version == NGX_PRINT_EIO_MESSAGE_PASSED);

    rc = ngx_print_eio_message_get(&pos, &msg->addr,
                                   NGX_PRINT_EIO_MESSAGE_ADDR);

    msg->len = ngx_print_bytes_get(&pos, 4);

    if (msg->passed) {

        if (rest < NGX_PRINT_EIO_MESSAGE_SOCKADDRS) {
            return NGX_DECLINED;
        }

        rest -= NGX_PRINT_EIO_MESSAGE_SOCKADDRS;

        if (ngx_print_eio_message_get(&pos, &msg->client,
                                      NGX_PRINT_EIO_MESSAGE_SOCKADDR)
            != NGX_OK
            || ngx_print_eio_message_get(&pos, &msg->server,
                                         NGX_PRINT_EIO_MESSAGE_SOCKADDR)
               != NGX_OK)
        {
            return NGX_DECLINED;
        }
    }

    return (rc == NGX_OK && rest == (msg->file ? 0 : msg->len))
           ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_print_eio_message_get(const u_char **pos, ngx_str_t *text, size_t size)
{
    text->len = **pos;
    text->data = (u_char *) *pos + 1;

    *pos += 1 + size;

    return text->len <= size ? NGX_OK : NGX_DECLINED;
}
