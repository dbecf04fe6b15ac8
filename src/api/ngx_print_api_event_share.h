
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The newest events of a zone, as text for Server-Sent Events, for all streams
 * of this worker: an event is read and written once, and each stream sends the
 * same bytes.  The texts are in a list of blocks.  Each stream holds the oldest
 * block that it still needs; a block is freed when no stream holds it or one
 * before it.
 */


#ifndef _NGX_PRINT_API_EVENT_SHARE_H_INCLUDED_
#define _NGX_PRINT_API_EVENT_SHARE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_print_eio.h"


typedef struct ngx_print_api_share_s   ngx_print_api_share_t;
typedef struct ngx_print_api_block_s   ngx_print_api_block_t;
typedef struct ngx_print_api_reader_s  ngx_print_api_reader_t;

typedef void (*ngx_print_api_reader_pt)(ngx_print_api_reader_t *reader);


/* a reader: its owner zeroes it and sets the first members */
struct ngx_print_api_reader_s {
    /*
     * handler() is called when there may be new events, and when this worker
     * shuts down (then eio->closing is set); close() when the memory of this
     * worker is needed, and this reader needs the oldest block.  Both may end
     * any reader.
     */
    ngx_print_api_reader_pt    handler;
    ngx_print_api_reader_pt    close;
    void                      *data;
    ngx_connection_t          *connection;
    ngx_str_t                 *client;       /* NULL, or: its events only */

    /* private to the share */
    ngx_print_api_share_t     *share;
    ngx_queue_t                queue;        /* of those with a handler */
    ngx_queue_t                holders;      /* of the block that it holds */
    ngx_print_api_block_t     *block;        /* the next event is there */
    ngx_uint_t                 next;
    unsigned                   holds:1;
    unsigned                   left:1;
};


/*
 * Adds a reader to those of an engine's zone.  Its handler is called from now
 * on, after a short while that grows with their number: then each of them gets
 * several events at once.  The reader has no place among the events yet.
 *
 *   NGX_OK     the reader was added
 *   NGX_ERROR  there is no memory
 */
ngx_int_t ngx_print_api_share_join(ngx_print_api_reader_t *reader,
    ngx_print_eio_t *eio);

/*
 * Gives a reader without a place one behind event number last.
 *
 *   NGX_OK        it has a place: share_next() tells all that follows
 *   NGX_DECLINED  some of what follows is in the zone only, or it is busy
 *   NGX_ERROR     there is no memory
 */
ngx_int_t ngx_print_api_share_enter(ngx_print_api_reader_t *reader,
    uint64_t last);

/*
 * Finds the next events that a reader with a place wants.  *last is the number
 * of the last event that was sent or skipped, before the call and after it.
 *
 *   NGX_OK        text is some of them, in one piece, of up to max bytes or of
 *                 one event
 *   NGX_AGAIN     the zone has lost those up to *last; call again
 *   NGX_DECLINED  there are none
 *   NGX_ERROR     there is no memory: events are missing
 */
ngx_int_t ngx_print_api_share_next(ngx_print_api_reader_t *reader,
    size_t max, uint64_t *last, ngx_str_t *text);

/* Notes that all texts from share_next() were sent. */
void ngx_print_api_share_sent(ngx_print_api_reader_t *reader);

/* Returns how many bytes share_next() has not told yet, wanted or not. */
size_t ngx_print_api_share_unread(ngx_print_api_reader_t *reader);

/* leave() ends the calls of a reader's handlers, if it has not been called. */
void ngx_print_api_share_leave(ngx_print_api_reader_t *reader);

/* free() also frees what only this reader needs: none of it is in use. */
void ngx_print_api_share_free(ngx_print_api_reader_t *reader);


#endif /* _NGX_PRINT_API_EVENT_SHARE_H_INCLUDED_ */
