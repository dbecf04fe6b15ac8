
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The descriptors that this process holds for its zones: their files, and the
 * doorbells and slots of workers and the queue of their connections, which all
 * zones share.  They outlive a cycle, because old and new workers ring each
 * other during a reload.  The last cycle that uses them closes them, before
 * nginx may unload the module.
 */


#ifndef _NGX_PRINT_MEMORY_HELD_H_INCLUDED_
#define _NGX_PRINT_MEMORY_HELD_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_hand.h"
#include "ngx_print_memory_head.h"


/* the file of a zone that is open in this process */
typedef struct ngx_print_memory_file_s  ngx_print_memory_file_t;

struct ngx_print_memory_file_s {
    ngx_print_file_t          file;
    ngx_print_memory_head_t  *head;       /* mapped */

    /* private to memory_held */
    ngx_uint_t                cycles;     /* that use it */
    ngx_print_memory_file_t  *next;
};


/*
 * From now on the cycle uses the doorbells, which the first call creates or
 * inherits, and the file in *file, once it is set.  When the cycle ends, it
 * uses them no more.  NGX_OK, or NGX_ERROR (logged).
 */
ngx_int_t ngx_print_memory_held_begin(ngx_cycle_t *cycle,
    ngx_print_memory_file_t **file, ngx_log_t *log);

/*
 * Adds an open file with one cycle that uses it.  Returns NULL if there is no
 * memory; the file is then closed when the process ends.
 */
ngx_print_memory_file_t *ngx_print_memory_held_add(ngx_print_file_t *file,
    ngx_print_memory_head_t *head, ngx_log_t *log);

/* One more cycle uses the file. */
void ngx_print_memory_held_again(ngx_print_memory_file_t *file);

/* Returns the file that a path leads to, or NULL if none is open. */
ngx_print_memory_file_t *ngx_print_memory_held_find(const char *path);

/*
 * Returns what this process has inherited for the zone of that name, or NULL.
 * The caller frees it with ngx_free().
 */
ngx_print_memory_found_t *ngx_print_memory_held_take(ngx_str_t *name);

/* Closes all that was inherited and not taken, and logs what is in it. */
void ngx_print_memory_held_rest(ngx_log_t *log);

/* Called in a process that the master starts: see ngx_print_memory_keep(). */
void ngx_print_memory_held_keep(void);

/* The workers as other processes see them. */
ngx_print_wake_t *ngx_print_memory_held_wake(void);

/* See ngx_print_memory_queue_start(). */
void ngx_print_memory_held_queue_start(ngx_uint_t used, ngx_log_t *log);
ngx_print_hand_t *ngx_print_memory_held_queue(void);


#endif /* _NGX_PRINT_MEMORY_HELD_H_INCLUDED_ */
