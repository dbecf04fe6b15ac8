
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_id.h"


u_char *
ngx_print_id_write(u_char *p, uint32_t index, u_char *key)
{
    u_char  bytes[NGX_PRINT_ID_BYTES];

    ngx_print_id_pack(bytes, index, key);

    return ngx_print_id_encode(p, bytes);
}


ngx_int_t
ngx_print_id_read(ngx_str_t *text, uint32_t *index, u_char *key)
{
    u_char  bytes[NGX_PRINT_ID_BYTES];

    if (ngx_print_id_decode(bytes, text) != NGX_OK) {
        return NGX_DECLINED;
    }

    *index = (uint32_t) bytes[0] << 16 | (uint32_t) bytes[1] << 8 | bytes[2];

    ngx_memcpy(key, &bytes[3], NGX_PRINT_ID_KEY);

    return NGX_OK;
}


void
ngx_print_id_pack(u_char *bytes, uint32_t index, u_char *key)
{
    bytes[0] = (u_char) (index >> 16);
    bytes[1] = (u_char) (index >> 8);
    bytes[2] = (u_char) index;

    ngx_memcpy(&bytes[3], key, NGX_PRINT_ID_KEY);
}


u_char *
ngx_print_id_encode(u_char *p, u_char *bytes)
{
    ngx_str_t  src, dst;

    src.data = bytes;
    src.len = NGX_PRINT_ID_BYTES;
    dst.data = p;

    ngx_encode_base64url(&dst, &src);

    return p + dst.len;
}


/* Check the length first, because bytes has no room for more. */

ngx_int_t
ngx_print_id_decode(u_char *bytes, ngx_str_t *text)
{
    ngx_str_t  dst;

    if (text->len != NGX_PRINT_ID_LEN) {
        return NGX_DECLINED;
    }

    dst.data = bytes;

    return (ngx_decode_base64url(&dst, text) == NGX_OK
            && dst.len == NGX_PRINT_ID_BYTES) ? NGX_OK : NGX_DECLINED;
}
