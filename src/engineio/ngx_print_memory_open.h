
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Where the memory of a zone comes from when nginx starts: the nginx that this
 * one replaces, a file at a path, or a new file without a name.
 */


#ifndef _NGX_PRINT_MEMORY_OPEN_H_INCLUDED_
#define _NGX_PRINT_MEMORY_OPEN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_memory_held.h"
#include "ngx_print_memory_import.h"


/* the caller zeroes it, and sets the first members */
typedef struct {
    ngx_shm_zone_t             *zone;
    ngx_str_t                  *path;     /* of its file; empty: none */
    u_char                     *base;     /* pages that nginx has given, or
                                             what is mapped over them */
    size_t                      room;     /* bytes of them */

    /* the memory of the zone, when a function has succeeded */
    void                       *store;
    ngx_print_memory_file_t    *held;     /* NULL: it is no file */

    /* private to memory_open */
    ngx_print_file_t            file;
    size_t                      size;     /* of the file */
    ngx_print_memory_import_t  *import;   /* into a new file, or NULL */
    uint32_t                    jobs;     /* that were lost with the file that
                                             this one replaces */
    uint32_t                    clients;
} ngx_print_memory_open_t;


/*
 * Each function sets o->store.  NGX_OK, or NGX_ERROR (logged); then nothing was
 * changed, and no file is left that was not there before.
 *
 * inherit() frees found.  path() opens o->path.  none() is for "nginx -t", for
 * which nothing is opened: it logs what is wrong with a file at o->path.
 */
ngx_int_t ngx_print_memory_open_inherit(ngx_print_memory_open_t *o,
    ngx_print_memory_found_t *found);
ngx_int_t ngx_print_memory_open_path(ngx_print_memory_open_t *o);
ngx_int_t ngx_print_memory_open_unnamed(ngx_print_memory_open_t *o);
ngx_int_t ngx_print_memory_open_none(ngx_print_memory_open_t *o);


#endif /* _NGX_PRINT_MEMORY_OPEN_H_INCLUDED_ */
