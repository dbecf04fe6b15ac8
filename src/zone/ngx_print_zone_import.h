
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Copies what a zone has into a zone of another size. Records keep their
 * places, because jobs, sessions and messages are named by them. So a zone has
 * room for another one if each of its columns reaches as far as the last record
 * in use.
 *
 * Nobody else may have either of the zones in use: all functions need no lock
 * therefore.
 */


#ifndef _NGX_PRINT_ZONE_IMPORT_H_INCLUDED_
#define _NGX_PRINT_ZONE_IMPORT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/*
 * Returns what a zone of size bytes has no room for, and the number of places
 * of that which are needed, or NULL if it has room for all. Only reads.
 */
const char *ngx_print_zone_import_lack(ngx_print_store_t *st, size_t size,
    uint32_t *n);

/*
 * Repairs a zone, and makes its columns end behind the last records in use. The
 * zone must be memory of this process alone: it is only good for a copy then.
 */
void ngx_print_zone_import_settle(ngx_print_store_t *st);

/*
 * Makes a copy of a zone in mem, size bytes that are zero and have room for it.
 * The copy is to be repaired before it is used.
 */
void ngx_print_zone_import_copy(void *mem, size_t size, ngx_print_store_t *st);


#endif /* _NGX_PRINT_ZONE_IMPORT_H_INCLUDED_ */
