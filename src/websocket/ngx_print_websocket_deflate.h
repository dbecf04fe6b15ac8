
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The extension permessage-deflate (RFC 7692) of a connection that has
 * negotiated it (ws->deflate is set).
 */


#ifndef _NGX_PRINT_WEBSOCKET_DEFLATE_H_INCLUDED_
#define _NGX_PRINT_WEBSOCKET_DEFLATE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_ws_frame.h"
#include "ngx_print_websocket.h"


/*
 * Decompresses a part of a message (RFC 7692, section 7.2.2) to the end of
 * ws->in->message, which grows up to ws->max bytes; complete is 1 for the last
 * part.  Returns NULL, or the error of a message that is invalid or too long.
 */
const ngx_print_ws_error_t *ngx_print_websocket_inflate(
    ngx_print_websocket_t *ws, u_char *p, size_t len, ngx_uint_t complete);

/*
 * Compresses a message (RFC 7692, section 7.2.1); sends nothing.
 *
 * NGX_OK        out is the payload of a compressed frame, in memory that the
 *               caller frees with ngx_free().  The caller must send it, so that
 *               the peer's window stays equal to the compressor's.
 * NGX_DECLINED  the message cannot be compressed; the caller sends it
 *               uncompressed
 */
ngx_int_t ngx_print_websocket_deflate(ngx_print_websocket_t *ws,
    ngx_str_t *data, ngx_str_t *out);

/* Frees the memory that ws->deflate has outside of the connection's pool. */
void ngx_print_websocket_deflate_free(ngx_print_websocket_t *ws);


#endif /* _NGX_PRINT_WEBSOCKET_DEFLATE_H_INCLUDED_ */
