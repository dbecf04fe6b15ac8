
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_import.h"
#include "ngx_print_store.h"
#include "ngx_print_reopen.h"
#include "ngx_print_import.h"


/*
 * A layout, and what opens a zone of it. An older one is converted there: its
 * records are checked, and copied into memory of this process that has the
 * structs of ngx_print_zone.h, which is what st is set to. See "The layout of
 * the zone" in docs/architecture.md.
 */
typedef struct {
    uint32_t    layout;
    ngx_int_t   (*open)(ngx_print_store_t *st, void *mem, size_t size);
} ngx_print_import_layout_t;


static ngx_int_t ngx_print_import_present(ngx_print_store_t *st, void *mem,
    size_t size);


static ngx_print_import_layout_t  ngx_print_import_layouts[] = {
    { NGX_PRINT_STORE_LAYOUT, ngx_print_import_present },
    { 0, NULL }
};


ngx_uint_t
ngx_print_import_knows(uint32_t layout)
{
    ngx_print_import_layout_t  *l;

    for (l = ngx_print_import_layouts; l->layout; l++) {
        if (l->layout == layout) {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_print_import_open(ngx_print_store_t *st, void *mem, size_t size,
    uint32_t layout)
{
    ngx_print_import_layout_t  *l;

    for (l = ngx_print_import_layouts; l->layout; l++) {
        if (l->layout == layout) {
            return l->open(st, mem, size);
        }
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_print_import_present(ngx_print_store_t *st, void *mem, size_t size)
{
    if (ngx_print_reopen_check(mem, size) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_print_store_open(st, mem, NULL);
}


const char *
ngx_print_import_lack(ngx_print_store_t *st, size_t size, uint32_t *n)
{
    return ngx_print_zone_import_lack(st, size, n);
}


void
ngx_print_import_settle(ngx_print_store_t *st)
{
    ngx_print_zone_import_settle(st);
}


ngx_int_t
ngx_print_import(ngx_print_store_t *to, void *mem, size_t size,
    ngx_print_store_t *from)
{
    ngx_print_zone_import_copy(mem, size, from);

    return ngx_print_store_open(to, mem, NULL);
}
