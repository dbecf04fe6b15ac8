
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_eio3_packet.h"


#define NGX_PRINT_EIO3_BASE64      'b'
#define NGX_PRINT_EIO3_END         255

#define NGX_PRINT_EIO3_MAX_LENGTH  NGX_MAX_INT32_VALUE


static ngx_int_t ngx_print_eio3_payload_length(u_char **pos, u_char *last,
    ngx_uint_t binary, size_t *length);
static u_char *ngx_print_eio3_skip(u_char *p, u_char *last, size_t units);
static size_t ngx_print_eio3_units(ngx_str_t *text);
static ngx_uint_t ngx_print_eio3_digits(size_t n, u_char *digits);


ngx_int_t
ngx_print_eio3_packet_read(ngx_print_eio_packet_t *packet, u_char *p,
    size_t len, ngx_uint_t binary)
{
    ngx_str_t  base64;

    if (len == 0) {
        return NGX_ERROR;
    }

    packet->binary = 1;
    packet->data.data = p + 1;
    packet->data.len = len - 1;

    if (binary) {
        packet->type = '0' + *p;

        return *p == NGX_PRINT_EIO3_BINARY_MESSAGE ? NGX_OK : NGX_ERROR;
    }

    if (*p != NGX_PRINT_EIO3_BASE64) {
        return ngx_print_eio_packet_read(packet, p, len, 0);
    }

    packet->type = NGX_PRINT_EIO_MESSAGE;

    if (len == 1 || p[1] != NGX_PRINT_EIO_MESSAGE) {
        return NGX_ERROR;
    }

    base64.data = p + 2;
    base64.len = len - 2;

    /* the decoded bytes take less room than their base64 */

    return ngx_decode_base64(&packet->data, &base64);
}


ngx_int_t
ngx_print_eio3_payload_next(ngx_print_eio_packet_t *packet, u_char **pos,
    u_char *last, ngx_uint_t binary)
{
    u_char      *p, *end;
    size_t       length;
    ngx_uint_t   bytes;

    bytes = 0;

    do {
        p = *pos;

        if (p == last) {
            return NGX_DONE;
        }

        if (binary) {
            /* engine.io takes any byte but 0 for binary */
            bytes = (*p++ != 0);
        }

        if (ngx_print_eio3_payload_length(&p, last, binary, &length)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (binary) {
            end = (length <= (size_t) (last - p)) ? p + length : NULL;

        } else {
            end = ngx_print_eio3_skip(p, last, length);
        }

        if (end == NULL) {
            return NGX_ERROR;
        }

        *pos = end;

        /* engine.io skips "0:" */

    } while (p == end && !binary);

    return ngx_print_eio3_packet_read(packet, p, end - p, bytes);
}


static ngx_int_t
ngx_print_eio3_payload_length(u_char **pos, u_char *last, ngx_uint_t binary,
    size_t *length)
{
    u_char   *p, zero, end;
    size_t    n;

    zero = binary ? 0 : '0';
    end = binary ? NGX_PRINT_EIO3_END : ':';

    n = 0;

    for (p = *pos; p < last && *p != end; p++) {

        if (*p < zero || *p > zero + 9) {
            return NGX_ERROR;
        }

        n = n * 10 + (*p - zero);

        if (n > NGX_PRINT_EIO3_MAX_LENGTH) {
            return NGX_ERROR;
        }
    }

    if (p == *pos || p == last) {
        return NGX_ERROR;
    }

    *pos = p + 1;
    *length = n;

    return NGX_OK;
}


/*
 * Returns where a number of UTF-16 code units ends; NULL if that is beyond the
 * end or inside a character.
 */

static u_char *
ngx_print_eio3_skip(u_char *p, u_char *last, size_t units)
{
    size_t  n;

    for (n = 0; p < last; p++) {

        if ((*p & 0xc0) == 0x80) {
            /* a byte that is not the first one of a character */
            continue;
        }

        if (n == units) {
            return p;
        }

        /* a character of four bytes in UTF-8 has two units in UTF-16 */

        n += (*p >= 0xf0) ? 2 : 1;

        if (n > units) {
            return NULL;
        }
    }

    return n == units ? p : NULL;
}


uintptr_t
ngx_print_eio3_payload_add(u_char *p, ngx_str_t *data, ngx_uint_t message,
    ngx_uint_t binary)
{
    size_t      len;
    u_char      digits[NGX_SIZE_T_LEN];
    ngx_str_t   base64;
    ngx_uint_t  i, n;

    if (binary) {
        len = data->len + (message ? 1 : 0);

    } else {
        len = message ? 2 + ngx_base64_encoded_length(data->len)
                      : ngx_print_eio3_units(data);
    }

    n = ngx_print_eio3_digits(len, digits);

    if (p == NULL) {
        return binary ? 2 + n + len
                      : 1 + n + (message ? len : data->len);
    }

    if (!binary) {

        for (i = 0; i < n; i++) {
            *p++ = '0' + digits[i];
        }

        *p++ = ':';

        if (!message) {
            return (uintptr_t) ngx_cpymem(p, data->data, data->len);
        }

        *p++ = NGX_PRINT_EIO3_BASE64;
        *p++ = NGX_PRINT_EIO_MESSAGE;

        base64.data = p;
        ngx_encode_base64(&base64, data);

        return (uintptr_t) (p + base64.len);
    }

    *p++ = message ? 1 : 0;
    p = ngx_cpymem(p, digits, n);
    *p++ = NGX_PRINT_EIO3_END;

    if (message) {
        *p++ = NGX_PRINT_EIO3_BINARY_MESSAGE;
    }

    return (uintptr_t) ngx_cpymem(p, data->data, data->len);
}


static size_t
ngx_print_eio3_units(ngx_str_t *text)
{
    size_t  i, n;

    for (n = 0, i = 0; i < text->len; i++) {

        if ((text->data[i] & 0xc0) != 0x80) {
            n += (text->data[i] >= 0xf0) ? 2 : 1;
        }
    }

    return n;
}


static ngx_uint_t
ngx_print_eio3_digits(size_t n, u_char *digits)
{
    size_t      rest;
    ngx_uint_t  i, len;

    for (len = 1, rest = n; rest >= 10; len++) {
        rest /= 10;
    }

    for (i = len; i > 0; i--) {
        digits[i - 1] = (u_char) (n % 10);
        n /= 10;
    }

    return len;
}
