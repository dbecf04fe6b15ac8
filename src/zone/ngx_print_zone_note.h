
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Notes: what the logs of jobs tell of a job, and nobody else needs. Only a job
 * that a log wants has one, as long as its record is in use. The notes of
 * NGX_PRINT_NOTE_GROUP records that lie side by side are in one block, which
 * the first of them takes and the last one gives back. A note is written while
 * its job is FREE, and never changes.
 */


#ifndef _NGX_PRINT_ZONE_NOTE_H_INCLUDED_
#define _NGX_PRINT_ZONE_NOTE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"


#define NGX_PRINT_NOTE_GROUP                                                  \
    ((NGX_PRINT_STORE_BLOCK - sizeof(ngx_print_store_head_t))                 \
     / sizeof(ngx_print_store_note_t))


/* Returns the note of this job, or NULL if it has none. */
ngx_print_store_note_t *ngx_print_note_locked(ngx_print_store_t *st,
    uint32_t index);

/*
 * Gives a job a note, which is FREE and has none. by is truncated if it is too
 * long. Does nothing if the zone has no block for it.
 */
void ngx_print_note_add_locked(ngx_print_store_t *st, uint32_t index,
    uint32_t bytes, ngx_str_t *by);

/* Takes away the note of a job that is FREE by now, if it has one. */
void ngx_print_note_drop_locked(ngx_print_store_t *st, uint32_t index);

/*
 * Marks the block of a job's note, and counts the notes in it. A note that
 * cannot be right is none. Only repair() calls it, for each job in use.
 */
void ngx_print_note_repair_locked(ngx_print_store_t *st, uint32_t index);


#endif /* _NGX_PRINT_ZONE_NOTE_H_INCLUDED_ */
