
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Workers as others see them: a slot, whether its owner lives, and a doorbell
 * to wake it.  A ring carries no data, it means "look".  Plain C and the
 * kernel, no nginx events, no shared memory.
 *
 * A slot is claimed by a POSIX record lock on its byte of a file that the
 * master opened before the first fork.  The kernel drops the lock at the
 * moment its owner dies, whether it was reaped or not, so there are no stale
 * claims and no reused process ids.  The file must never be closed in a
 * process that holds a slot: closing any descriptor of it drops the lock.
 */


#ifndef _NGX_PRINT_WAKE_H_INCLUDED_
#define _NGX_PRINT_WAKE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* a slot plus one fits into a byte */
#define NGX_PRINT_WAKE_SLOTS  254


typedef struct {
    int           file;         /* the record locks, -1 if not created */
    ngx_int_t     slot;         /* our own, -1 if none */
    ngx_uint_t    nbells;       /* slots from here on have no bell */
    int           bell[NGX_PRINT_WAKE_SLOTS][2];   /* read end, write end */
} ngx_print_wake_t;


/*
 * Makes the file and nbells doorbells; done once, in the master, before it
 * forks.  NGX_OK, or NGX_ERROR with ngx_errno set and nothing left open.
 */
ngx_int_t ngx_print_wake_create(ngx_print_wake_t *wake, ngx_uint_t nbells);

/* closes all of it */
void ngx_print_wake_destroy(ngx_print_wake_t *wake);

/*
 * Claims the lowest free slot for this process: wake->slot.  A ring that was
 * meant for an earlier owner is swallowed.
 *
 * NGX_OK, NGX_BUSY (all are taken), NGX_ERROR (ngx_errno).
 */
ngx_int_t ngx_print_wake_claim(ngx_print_wake_t *wake);

/*
 * Whether a process that claimed this slot once still has it.  The pid alone
 * may be a stranger's by now, and the slot a successor's.
 */
ngx_uint_t ngx_print_wake_alive(ngx_print_wake_t *wake, ngx_uint_t slot,
    ngx_pid_t pid);

/* wakes a slot's owner; without a bell it looks by itself, on its tick */
void ngx_print_wake_ring(ngx_print_wake_t *wake, ngx_uint_t slot);

/* swallows the rings of our own bell */
void ngx_print_wake_drain(ngx_print_wake_t *wake);


#endif /* _NGX_PRINT_WAKE_H_INCLUDED_ */
