
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_sort.h"


#define ngx_print_sort_next(col, i)                                           \
    ((uint32_t *) ((col)->base + (i) * (col)->size + (col)->next))

#define ngx_print_sort_key(col, i)                                            \
    (*(uint64_t *) ((col)->base + (i) * (col)->size + (col)->key))


static uint32_t ngx_print_store_merge(ngx_print_store_col_t *col, uint32_t a,
    uint32_t b);


/*
 * Sorts a list by merging, from the bottom up: sorted[i] is a sorted list of
 * 2^i records, or empty.
 */

uint32_t
ngx_print_store_sort(ngx_print_store_col_t *col, uint32_t list)
{
    uint32_t    next, sorted[32];
    ngx_uint_t  i;

    ngx_memzero(sorted, sizeof(sorted));

    for ( /* void */ ; list; list = next) {
        next = *ngx_print_sort_next(col, list);
        *ngx_print_sort_next(col, list) = 0;

        for (i = 0; sorted[i]; i++) {
            list = ngx_print_store_merge(col, sorted[i], list);
            sorted[i] = 0;
        }

        sorted[i] = list;
    }

    list = 0;

    for (i = 0; i < 32; i++) {
        list = ngx_print_store_merge(col, sorted[i], list);
    }

    return list;
}


static uint32_t
ngx_print_store_merge(ngx_print_store_col_t *col, uint32_t a, uint32_t b)
{
    uint32_t  head, *link;

    link = &head;

    while (a && b) {

        if (ngx_print_sort_key(col, a) <= ngx_print_sort_key(col, b)) {
            *link = a;
            link = ngx_print_sort_next(col, a);
            a = *link;

        } else {
            *link = b;
            link = ngx_print_sort_next(col, b);
            b = *link;
        }
    }

    *link = a ? a : b;

    return head;
}
