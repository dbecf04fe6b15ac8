
/*
 * Copyright (C) the print hub contributors
 */


/* Sorts records of a column, which are linked to each other. */


#ifndef _NGX_PRINT_ZONE_SORT_H_INCLUDED_
#define _NGX_PRINT_ZONE_SORT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* The records of a column: where each has its link and its key of 64 bits. */
typedef struct {
    u_char    *base;
    size_t     size;
    size_t     next;
    size_t     key;
} ngx_print_store_col_t;


/*
 * Sorts the list that begins with a record by the keys, the smallest first.
 * Returns the first record of the sorted list. The caller holds the lock, and
 * nobody else uses the links.
 */
uint32_t ngx_print_store_sort(ngx_print_store_col_t *col, uint32_t list);


#endif /* _NGX_PRINT_ZONE_SORT_H_INCLUDED_ */
