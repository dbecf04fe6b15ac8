
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_eio_packet.h"


#define NGX_PRINT_EIO_BINARY  'b'


ngx_int_t
ngx_print_eio_packet_read(ngx_print_eio_packet_t *packet, u_char *p,
    size_t len, ngx_uint_t binary)
{
    ngx_str_t  base64;

    packet->type = NGX_PRINT_EIO_MESSAGE;
    packet->binary = 1;
    packet->data.data = p;
    packet->data.len = len;

    if (binary) {
        return NGX_OK;
    }

    if (len && *p == NGX_PRINT_EIO_BINARY) {
        base64.data = p + 1;
        base64.len = len - 1;

        /* the decoded bytes take less room than their base64 */

        return ngx_decode_base64(&packet->data, &base64);
    }

    if (len == 0 || *p < NGX_PRINT_EIO_OPEN || *p > NGX_PRINT_EIO_NOOP) {
        return NGX_ERROR;
    }

    packet->type = *p;
    packet->binary = 0;
    packet->data.data = p + 1;
    packet->data.len = len - 1;

    return NGX_OK;
}


ngx_int_t
ngx_print_eio_payload_next(ngx_print_eio_packet_t *packet, u_char **pos,
    u_char *last)
{
    u_char  *p, *end;

    p = *pos;

    if (p > last) {
        return NGX_DONE;
    }

    end = ngx_strlchr(p, last, NGX_PRINT_EIO_SEPARATOR);

    if (end == NULL) {
        end = last;
    }

    *pos = end + 1;

    return ngx_print_eio_packet_read(packet, p, end - p, 0);
}


uintptr_t
ngx_print_eio_payload_add(u_char *p, ngx_str_t *data, ngx_uint_t binary,
    ngx_uint_t first)
{
    size_t     len;
    ngx_str_t  base64;

    if (p == NULL) {
        len = binary ? 1 + ngx_base64_encoded_length(data->len) : data->len;

        return (first ? 0 : 1) + len;
    }

    if (!first) {
        *p++ = NGX_PRINT_EIO_SEPARATOR;
    }

    if (!binary) {
        return (uintptr_t) ngx_cpymem(p, data->data, data->len);
    }

    *p++ = NGX_PRINT_EIO_BINARY;

    base64.data = p;
    ngx_encode_base64(&base64, data);

    return (uintptr_t) (p + base64.len);
}
