
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The memory of a zone.  It is a file, mapped over the pages that nginx has
 * given for the zone: one at a path that the configuration names, or one
 * without a name.  So nginx keeps, frees and rolls back zones as it does with
 * any other, and a new nginx that replaces the running one (USR2) gets the same
 * memory: it inherits the descriptors, whose numbers are in the head of each
 * file.
 *
 *   nginx's zone:  slab pool | pages
 *   file:                      head (one page) | store
 *
 * The doorbells and the slots of workers belong to the process and not to a
 * zone: all zones of an nginx, and of the one that replaces it, have the same.
 * No other process has a zone in use: nginx locks a file with a path, until the
 * last process that has inherited it has exited, and one without a path is
 * found only by inheriting it.
 */


#ifndef _NGX_PRINT_MEMORY_H_INCLUDED_
#define _NGX_PRINT_MEMORY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_memory_held.h"


/* the memory of a zone, for one configuration; the data of its shm_zone */
typedef struct {
    ngx_str_t                 path;      /* of the file, which ends with NUL;
                                            empty: it has no name */
    ngx_cycle_t              *cycle;

    void                     *store;     /* NULL: not there yet */
    ngx_print_memory_file_t  *file;      /* NULL: the memory is no file */
} ngx_print_memory_t;


/* Returns the memory of a zone, not there yet, or NULL if the pool is full. */
ngx_print_memory_t *ngx_print_memory_create(ngx_cycle_t *cycle,
    ngx_str_t *path);

/*
 * The init() of a shared memory zone, in the master: keeps the memory during a
 * reload, inherits it from the nginx that this one replaces, opens the file, or
 * creates the store.  NGX_OK, or NGX_ERROR (logged); then no zone was changed.
 */
ngx_int_t ngx_print_memory_init(ngx_shm_zone_t *shm_zone, void *data);

/*
 * Called in the master when a configuration is valid.  rest() closes what was
 * inherited and is used by no zone, and logs what is in it.  begin() says in
 * the head of the file that it is in use.
 */
void ngx_print_memory_rest(ngx_log_t *log);
void ngx_print_memory_begin(ngx_print_memory_t *memory);

/*
 * Called in each process that the master starts: programs that it executes do
 * not inherit the descriptors.
 */
void ngx_print_memory_keep(void);

/* Called in a worker when it begins to use the zone. */
void ngx_print_memory_use(ngx_print_memory_t *memory);

/* The workers as other processes see them. */
ngx_print_wake_t *ngx_print_memory_wake(void);

/*
 * The queue by which workers give each other connections.  The master calls
 * start() for each configuration, before workers are started: it makes the
 * queue if the configuration uses it, and there is none yet.  Without it, a
 * reload closes WebSockets, as it may do anyway.
 */
void ngx_print_memory_queue_start(ngx_uint_t used, ngx_log_t *log);
ngx_print_hand_t *ngx_print_memory_queue(void);

/*
 * Called in a worker at each tick: once in a minute, and after a reload, one
 * worker looks whether the path still leads to the file, and logs it if not.
 */
void ngx_print_memory_look(ngx_print_memory_t *memory, ngx_str_t *name,
    ngx_log_t *log);

/*
 * Called when the master exits.  Returns what becomes of the zone:
 *
 * NGX_OK        its file has it, all of which is on the disk
 * NGX_BUSY      another master, or its workers, may use it
 * NGX_DECLINED  it is gone
 */
ngx_int_t ngx_print_memory_end(ngx_print_memory_t *memory);


#endif /* _NGX_PRINT_MEMORY_H_INCLUDED_ */
