
/*
 * Copyright (C) the print hub contributors
 */


/* Integers as bytes, the lowest one first: what one process tells another. */


#ifndef _NGX_PRINT_BYTES_H_INCLUDED_
#define _NGX_PRINT_BYTES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* Writes the lowest len bytes of n. Returns the byte after the last. */
u_char *ngx_print_bytes_put(u_char *p, uint64_t n, ngx_uint_t len);

/* Reads len bytes, up to 8, and moves *pos behind them. */
uint64_t ngx_print_bytes_get(const u_char **pos, ngx_uint_t len);


#endif /* _NGX_PRINT_BYTES_H_INCLUDED_ */
