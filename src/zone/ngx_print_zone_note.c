
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_note.h"


static ngx_print_store_note_t *ngx_print_note_at(ngx_print_store_t *st,
    uint32_t block, uint32_t index);
static uint32_t ngx_print_note_block_locked(ngx_print_store_t *st,
    uint32_t index);


ngx_print_store_note_t *
ngx_print_note_locked(ngx_print_store_t *st, uint32_t index)
{
    uint32_t  block;

    block = st->jobs[index].note;

    return block ? ngx_print_note_at(st, block, index) : NULL;
}


static ngx_print_store_note_t *
ngx_print_note_at(ngx_print_store_t *st, uint32_t block, uint32_t index)
{
    u_char  *notes;

    notes = st->blocks[block].u.bytes + sizeof(ngx_print_store_head_t);

    return (ngx_print_store_note_t *) notes + index % NGX_PRINT_NOTE_GROUP;
}


void
ngx_print_note_add_locked(ngx_print_store_t *st, uint32_t index,
    uint32_t bytes, ngx_str_t *by)
{
    uint32_t                 block;
    ngx_print_store_note_t  *note;

    block = ngx_print_note_block_locked(st, index);

    if (block == 0) {
        return;
    }

    ngx_print_store_head(st, block)->refs++;

    ngx_print_store_publish(st->jobs[index].note, block);

    note = ngx_print_note_at(st, block, index);

    note->len = ngx_min(by->len, NGX_PRINT_JOB_BY);

    ngx_memcpy(note->bytes, &bytes, sizeof(uint32_t));

    if (note->len) {
        ngx_memcpy(note->by, by->data, note->len);
    }
}


/* Returns the block of the group, or a new one, or 0. */

static uint32_t
ngx_print_note_block_locked(ngx_print_store_t *st, uint32_t index)
{
    uint32_t                 i, first, end, block;
    ngx_print_store_head_t  *h;

    first = index - index % NGX_PRINT_NOTE_GROUP;
    end = ngx_min(first + NGX_PRINT_NOTE_GROUP, st->sh->job_top);

    for (i = ngx_max(first, 1); i < end; i++) {
        if (st->jobs[i].note) {
            return st->jobs[i].note;
        }
    }

    block = ngx_print_queue_alloc_locked(st, NGX_PRINT_USE_PRINT, 1);

    if (block) {
        h = ngx_print_store_head(st, block);

        h->len = first;
        h->tag = 0;
    }

    return block;
}


void
ngx_print_note_drop_locked(ngx_print_store_t *st, uint32_t index)
{
    uint32_t  block;

    block = st->jobs[index].note;

    if (block == 0) {
        return;
    }

    ngx_print_store_publish(st->jobs[index].note, 0);

    if (--ngx_print_store_head(st, block)->refs == 0) {
        ngx_print_queue_free_locked(st, block);
    }
}


/* A block has the notes of one group alone: its head has the first of it. */

void
ngx_print_note_repair_locked(ngx_print_store_t *st, uint32_t index)
{
    uint32_t                 block;
    ngx_print_store_head_t  *h;

    block = st->jobs[index].note;

    if (block == 0) {
        return;
    }

    h = ngx_print_store_head(st, block < st->sh->block_top ? block : 0);

    if (block >= st->sh->block_top
        || (st->marks[block] != 0 && st->marks[block] != NGX_PRINT_MARK_NOTE)
        || h->len != index - index % NGX_PRINT_NOTE_GROUP)
    {
        ngx_print_store_publish(st->jobs[index].note, 0);
        return;
    }

    if (st->marks[block] == 0) {
        st->marks[block] = NGX_PRINT_MARK_NOTE;
        st->fat[block] = 0;

        h->use = NGX_PRINT_USE_PRINT;
        h->nblocks = 1;
        h->last = block;
        h->refs = 0;

        st->sh->block_count++;
        st->sh->block_use[NGX_PRINT_USE_PRINT]++;
    }

    h->refs++;
}
