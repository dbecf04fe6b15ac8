
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Workers as other processes see them: a slot, whether its owner lives, and a
 * doorbell to wake the owner. A ring carries no data: it means "look". Plain C
 * and the kernel, no nginx events, no shared memory.
 *
 * A slot is claimed by a POSIX record lock on its byte of a file that the
 * master opened before the first fork. The kernel drops the lock at the moment
 * its owner dies, whether the process was reaped or not. So there are no stale
 * claims, and a reused process id does no harm. A process that holds a slot
 * must never close the file: closing any descriptor of it drops the lock.
 *
 * A new nginx that replaces the running one (USR2) inherits the file and the
 * doorbells, by the numbers of their descriptors. So the workers of both see
 * and ring each other. A worker claims one slot, which it has in all zones.
 */


#ifndef _NGX_PRINT_WAKE_H_INCLUDED_
#define _NGX_PRINT_WAKE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* a slot plus one fits into a byte */
#define NGX_PRINT_WAKE_SLOTS  254


typedef struct {
    int           file;         /* holds the record locks; -1: not created */
    ngx_int_t     slot;         /* of this process; -1: none */
    ngx_uint_t    nbells;       /* bells made; slots from this one on have
                                   none */
    int           bell[NGX_PRINT_WAKE_SLOTS][2];   /* read end, write end */
} ngx_print_wake_t;


/* the descriptors of a wake, as a zone keeps them for a new nginx */
typedef struct {
    uint64_t      ino;          /* of the file, which proves the rest */
    int32_t       file;
    uint32_t      nbells;
    int32_t       bell[NGX_PRINT_WAKE_SLOTS][2];
} ngx_print_wake_table_t;


/*
 * Creates the file and nbells doorbells, NGX_PRINT_WAKE_SLOTS at most. The
 * master calls it once, before it forks. A program that it executes inherits
 * all of them.
 *
 * NGX_OK     wake is set
 * NGX_ERROR  ngx_errno is set, and nothing is left open
 */
ngx_int_t ngx_print_wake_create(ngx_print_wake_t *wake, ngx_uint_t nbells);

/*
 * Called instead of create() by a master that was executed by another one:
 * takes the descriptors of a table which that one has exported.
 *
 * NGX_OK        wake is set
 * NGX_DECLINED  they were not inherited
 */
ngx_int_t ngx_print_wake_inherit(ngx_print_wake_t *wake,
    ngx_print_wake_table_t *table);

/* Writes the descriptors to a table. NGX_OK, or NGX_ERROR with ngx_errno. */
ngx_int_t ngx_print_wake_export(ngx_print_wake_t *wake,
    ngx_print_wake_table_t *table);

/*
 * Called in a worker: programs that this process executes do not inherit the
 * descriptors.
 */
void ngx_print_wake_keep(ngx_print_wake_t *wake);

/* Closes the file and all doorbells. */
void ngx_print_wake_destroy(ngx_print_wake_t *wake);

/*
 * Claims the lowest free slot for this process, and discards rings that were
 * meant for an earlier owner.
 *
 * NGX_OK     wake->slot is set
 * NGX_BUSY   all slots are taken
 * NGX_ERROR  the lock failed, and ngx_errno is set
 */
ngx_int_t ngx_print_wake_claim(ngx_print_wake_t *wake);

/*
 * Returns 1 if the process with this pid still has this slot, or if the kernel
 * does not say. Both are compared: another program may have the pid by now,
 * and another worker the slot.
 */
ngx_uint_t ngx_print_wake_alive(ngx_print_wake_t *wake, ngx_uint_t slot,
    ngx_pid_t pid);

/*
 * Wakes the owner of a slot. If the slot has no bell, does nothing: its owner
 * looks by itself at each tick.
 */
void ngx_print_wake_ring(ngx_print_wake_t *wake, ngx_uint_t slot);

/*
 * Called before this worker looks for work: discards the rings of its own
 * bell.
 */
void ngx_print_wake_drain(ngx_print_wake_t *wake);

/* Returns 1 if the bell of this worker was rung and drain() not called yet. */
ngx_uint_t ngx_print_wake_rung(ngx_print_wake_t *wake);


#endif /* _NGX_PRINT_WAKE_H_INCLUDED_ */
