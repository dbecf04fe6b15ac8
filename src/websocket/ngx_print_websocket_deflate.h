
/*
 * Copyright (C) the print hub contributors
 */


/* permessage-deflate (RFC 7692) of a connection that has negotiated it. */


#ifndef _NGX_PRINT_WEBSOCKET_DEFLATE_H_INCLUDED_
#define _NGX_PRINT_WEBSOCKET_DEFLATE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_ws_frame.h"
#include "ngx_print_websocket.h"


/*
 * Decompresses a part of a message to ws->in->message, which grows up to
 * ws->max bytes; complete: it is the last part.  Returns NULL, or what is wrong
 * with the message.
 */
const ngx_print_ws_error_t *ngx_print_websocket_inflate(
    ngx_print_websocket_t *ws, u_char *p, size_t len, ngx_uint_t complete);

/*
 * Compresses a message; sends nothing.
 *
 * NGX_OK        out is the payload of a compressed frame, in memory that the
 *               caller frees with ngx_free().  The caller sends it: the peer's
 *               window has to follow the one here.
 * NGX_DECLINED  the message cannot be compressed; the caller sends it
 *               uncompressed
 */
ngx_int_t ngx_print_websocket_deflate(ngx_print_websocket_t *ws,
    ngx_str_t *data, ngx_str_t *out);


#endif /* _NGX_PRINT_WEBSOCKET_DEFLATE_H_INCLUDED_ */
