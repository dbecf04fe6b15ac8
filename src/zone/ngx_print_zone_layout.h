
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Where each column of a zone lies, and how many records it has. Deadlines are
 * columns of their own, so that one pass finds all that have passed. All
 * functions of this header are lock-free.
 */


#ifndef _NGX_PRINT_ZONE_LAYOUT_H_INCLUDED_
#define _NGX_PRINT_ZONE_LAYOUT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Sets how many records of each kind a zone of size bytes has. Called once,
 * when the zone is created.
 */
void ngx_print_store_capacity(ngx_print_store_shctx_t *sh, size_t size);

/*
 * Sets the addresses of the columns in st for a zone at mem. Returns the
 * number of bytes up to the end of the last column. With mem == NULL only that
 * number is meaningful.
 */
size_t ngx_print_store_columns(ngx_print_store_t *st,
    ngx_print_store_shctx_t *sh, u_char *mem);

/*
 * Makes one pass over a column of deadlines. Returns up to max indices below
 * top whose deadline has passed, from *cursor on (0 at first); *cursor is 0
 * when the pass is over. A deadline may change meanwhile: the caller decides
 * again under the lock.
 */
ngx_uint_t ngx_print_store_due(volatile uint32_t *column, uint32_t top,
    uint32_t now, uint32_t *cursor, uint32_t *indices, ngx_uint_t max);


#endif /* _NGX_PRINT_ZONE_LAYOUT_H_INCLUDED_ */
