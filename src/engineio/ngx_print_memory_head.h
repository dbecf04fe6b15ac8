
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The first page of the file of a zone: whose file it is, and the descriptors
 * that a new nginx inherits.
 */


#ifndef _NGX_PRINT_MEMORY_HEAD_H_INCLUDED_
#define _NGX_PRINT_MEMORY_HEAD_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_file.h"
#include "ngx_print_wake.h"


#define NGX_PRINT_MEMORY_MAGIC    0x7072696e747a6f6eull
#define NGX_PRINT_MEMORY_VERSION  1

#define NGX_PRINT_MEMORY_NAME     255    /* bytes of the name of a zone */
#define NGX_PRINT_MEMORY_LOOK     60     /* s between two looks at the path */


/*
 * No module may move the members down to "layout".  The master writes all of
 * them, unless it says otherwise.
 */
typedef struct {
    uint64_t                magic;        /* stored last, when all of the file
                                             is laid out */
    uint32_t                version;      /* of this struct */
    uint32_t                layout;       /* of the store */
    uint64_t                size;         /* of the file */
    uint64_t                zone;         /* what the configuration says */

    u_char                  boot[NGX_PRINT_FILE_BOOT];   /* of the system, when
                                             the file was opened */
    u_char                  named;        /* 1: the file has a path */
    u_char                  name_len;
    u_char                  name[NGX_PRINT_MEMORY_NAME];  /* of the zone */

    uint32_t                clean;        /* 1: all is on the disk, and nobody
                                             uses it; a worker clears it, too */
    uint32_t                used;         /* 1: a configuration has used it */
    ngx_atomic_t            looked;       /* s: when a worker last looked for
                                             the path of the file */

    int32_t                 fd;           /* of this file */
    int32_t                 hand[2];      /* the queue of connections, or -1 */
    ngx_print_wake_table_t  wake;
} ngx_print_memory_head_t;


/* a file that this process has inherited, with a copy of its head */
typedef struct ngx_print_memory_found_s  ngx_print_memory_found_t;

struct ngx_print_memory_found_s {
    ngx_print_file_t           file;
    ngx_print_memory_head_t    head;
    ngx_print_memory_found_t  *next;
};


/*
 * Writes the head of a zone that was laid out in the file, or is used again.
 * The last store makes the file valid.
 */
void ngx_print_memory_head_write(ngx_print_memory_head_t *head,
    ngx_print_file_t *file, ngx_uint_t named, ngx_shm_zone_t *shm_zone,
    ngx_print_wake_t *wake);

/* Returns 1 if it is a head, 0 if the file was never laid out, or -1. */
ngx_int_t ngx_print_memory_head_found(ngx_print_memory_head_t *head);

/*
 * Writes to text what is wrong with a head, whose file has size bytes, for this
 * zone, as the end of a sentence.
 *
 * NGX_OK        nothing is
 * NGX_AGAIN     the file cannot be mapped as it is, but it can be imported
 * NGX_DECLINED  it is of no use
 */
ngx_int_t ngx_print_memory_head_check(ngx_print_memory_head_t *head,
    off_t size, ngx_shm_zone_t *shm_zone, u_char *text);

/* Writes the size of a zone as a configuration does; returns its end. */
u_char *ngx_print_memory_size(u_char *p, u_char *last, uint64_t size);

/*
 * Returns the files of zones that the nginx which has executed this process
 * had open.  The caller frees the list with ngx_free().
 */
ngx_print_memory_found_t *ngx_print_memory_head_search(ngx_log_t *log);


#endif /* _NGX_PRINT_MEMORY_HEAD_H_INCLUDED_ */
