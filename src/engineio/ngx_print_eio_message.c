
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


u_char *
ngx_print_eio_message_write(ngx_print_eio_message_t *msg, u_char *p)
{
    size_t  n;

    n = ngx_min(msg->addr.len, NGX_PRINT_EIO_MESSAGE_ADDR);

    p = ngx_print_bytes_put(p, NGX_PRINT_EIO_MESSAGE_VERSION, 4);
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

    *p++ = (u_char) n;

    ngx_memzero(p, NGX_PRINT_EIO_MESSAGE_ADDR);

    if (n) {
        ngx_memcpy(p, msg->addr.data, n);
    }

    p += NGX_PRINT_EIO_MESSAGE_ADDR;

    return ngx_print_bytes_put(p, msg->len, 4);
}


ngx_int_t
ngx_print_eio_message_read(ngx_print_eio_message_t *msg, u_char *p, size_t len)
{
    size_t         rest;
    u_char         flags;
    const u_char  *pos;

    ngx_memzero(msg, sizeof(ngx_print_eio_message_t));

    pos = p;

    if (len < NGX_PRINT_EIO_MESSAGE_HEAD
        || ngx_print_bytes_get(&pos, 4) != NGX_PRINT_EIO_MESSAGE_VERSION)
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

    msg->addr.len = *pos++;
    msg->addr.data = (u_char *) pos;

    pos += NGX_PRINT_EIO_MESSAGE_ADDR;

    msg->len = ngx_print_bytes_get(&pos, 4);

    return (msg->addr.len <= NGX_PRINT_EIO_MESSAGE_ADDR
            && rest == (msg->file ? 0 : msg->len))
           ? NGX_OK : NGX_DECLINED;
}
