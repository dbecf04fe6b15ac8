
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What the master does with the file of a zone that has another size than the
 * configuration says, or an older layout: it copies the zone into a new one.
 * All functions are lock-free: nobody else has either of them in use.
 */


#ifndef _NGX_PRINT_IMPORT_H_INCLUDED_
#define _NGX_PRINT_IMPORT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* Whether this module can read zones of that layout. */
ngx_uint_t ngx_print_import_knows(uint32_t layout);

/*
 * Opens a zone of size bytes of that layout, which is read from now on, and is
 * changed at most in this process: mem is a private mapping.
 *
 * NGX_OK        st is set
 * NGX_DECLINED  the layout is not known
 * NGX_ERROR     mem is damaged
 */
ngx_int_t ngx_print_import_open(ngx_print_store_t *st, void *mem, size_t size,
    uint32_t layout);

/*
 * lack() returns what a zone of size bytes has no room for, and the number of
 * places of that which are needed, or NULL if it has room for all. Records keep
 * their places. So a zone may be too small although it has few records.
 * settle() gives up the places behind the last ones that are in use, after a
 * repair: if there is a lack then, it is a true one.
 */
const char *ngx_print_import_lack(ngx_print_store_t *st, size_t size,
    uint32_t *n);
void ngx_print_import_settle(ngx_print_store_t *st);

/*
 * Lays out a zone in mem, size bytes that are zero, with all that the other one
 * has, and opens it as "to". Called after lack() has returned NULL for this
 * size. The first process that takes the lock repairs it.
 */
ngx_int_t ngx_print_import(ngx_print_store_t *to, void *mem, size_t size,
    ngx_print_store_t *from);


#endif /* _NGX_PRINT_IMPORT_H_INCLUDED_ */
