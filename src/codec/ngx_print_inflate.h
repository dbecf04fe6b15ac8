
/*
 * Copyright (C) the print hub contributors
 */


/* Inflates a whole text: gzip (RFC 1952) and zlib (RFC 1950). */


#ifndef _NGX_PRINT_INFLATE_H_INCLUDED_
#define _NGX_PRINT_INFLATE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_INFLATE_ZLIB  0
#define NGX_PRINT_INFLATE_GZIP  1


/*
 * Returns the largest size that len bytes can have when they are inflated, but
 * at most limit.
 */
size_t ngx_print_inflate_bound(size_t len, size_t limit);

/*
 * Inflates src to dst->data, which has room for dst->len bytes, and sets
 * dst->len.  Writes no byte more than that and takes about 40 KB while it
 * works, whatever src is.  gzip may have several members.
 *
 * NGX_OK        dst is the text
 * NGX_BUSY      the text has more bytes than there is room for
 * NGX_DECLINED  src is not of this format, is damaged, ends too early, or
 *               something follows it
 * NGX_ERROR     there is no memory
 */
ngx_int_t ngx_print_inflate(ngx_str_t *dst, ngx_str_t *src, ngx_uint_t format);


#endif /* _NGX_PRINT_INFLATE_H_INCLUDED_ */
