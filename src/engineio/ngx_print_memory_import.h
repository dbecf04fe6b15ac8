
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The file of a zone that has another size than the configuration says, or an
 * older layout: what it has is copied into a new file, PATH.new, which takes
 * the place of the old one when all is on the disk.  Until then the old file is
 * only read, so a start that fails, or is killed, leaves it as it was.
 */


#ifndef _NGX_PRINT_MEMORY_IMPORT_H_INCLUDED_
#define _NGX_PRINT_MEMORY_IMPORT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_store.h"
#include "ngx_print_memory_head.h"


/* the caller zeroes it, and sets the first members */
typedef struct {
    ngx_shm_zone_t           *zone;
    ngx_str_t                *path;
    u_char                   *base;      /* where the new zone is to be */
    size_t                    room;      /* bytes of that */

    ngx_print_store_t         from;      /* the zone of the old file */
    ngx_print_memory_head_t   head;      /* of that */
    ngx_print_file_t          file;      /* the new one; fd is -1: none */

    /* of a failure */
    u_char                    why[NGX_MAX_ERROR_STR];
    ngx_err_t                 err;       /* of the system, or 0 */

    /* private to memory_import */
    u_char                   *mem;       /* the old file, seen by us alone */
    size_t                    size;
    u_char                    name[NGX_MAX_PATH];    /* of the new one */
} ngx_print_memory_import_t;


/*
 * Maps the old file, and sets im->head and im->from.  In_use: other processes
 * may change it meanwhile.  NGX_OK; or NGX_ERROR, then im->why says what is
 * wrong with the file.
 */
ngx_int_t ngx_print_memory_import_open(ngx_print_memory_import_t *im,
    ngx_print_file_t *old, ngx_uint_t in_use);

/*
 * Whether the new zone has room for the old one.  NGX_OK, or NGX_DECLINED; then
 * im->why says what has no room, and which size would do.
 */
ngx_int_t ngx_print_memory_import_fits(ngx_print_memory_import_t *im);

/*
 * Creates the new file, maps it, copies the zone, and opens it as "to".
 * NGX_OK; or NGX_ERROR with im->why and im->err.
 */
ngx_int_t ngx_print_memory_import_copy(ngx_print_memory_import_t *im,
    ngx_print_store_t *to);

/*
 * Puts the new file in the place of the old one, when it has a head.  NGX_OK;
 * or NGX_ERROR with im->why and im->err.
 */
ngx_int_t ngx_print_memory_import_replace(ngx_print_memory_import_t *im);

/*
 * close() ends an import.  abandon() does so when it has failed: no new file is
 * left.
 */
void ngx_print_memory_import_close(ngx_print_memory_import_t *im);
void ngx_print_memory_import_abandon(ngx_print_memory_import_t *im);


#endif /* _NGX_PRINT_MEMORY_IMPORT_H_INCLUDED_ */
