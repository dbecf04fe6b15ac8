
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>

#include "ngx_print_budget.h"
#include "ngx_print_feed.h"
#include "ngx_print_api_json.h"
#include "ngx_print_api_event_page.h"
#include "ngx_print_api_event_share.h"


#define NGX_PRINT_API_SHARED   64             /* events of a block */
#define NGX_PRINT_API_TEXTS    16384          /* bytes of a block */

/*
 * To send something to a reader takes a few microseconds.  So many readers are
 * served in a millisecond of each turn, which leaves the worker's time to
 * others.
 */
#define NGX_PRINT_API_READERS  5

/* events that the readers get before this time, in bytes */
#define NGX_PRINT_API_BURST    65536


typedef struct {
    uint64_t                     id;
    size_t                       end;         /* of its text */
    u_char                       len;
    u_char                       client[NGX_PRINT_CLIENT_ID_MAX];
} ngx_print_api_shared_t;


struct ngx_print_api_block_s {
    ngx_queue_t                  queue;
    ngx_queue_t                  holders;     /* readers */
    uint64_t                     start;       /* bytes in all blocks before */
    ngx_uint_t                   n;
    ngx_print_api_shared_t       events[NGX_PRINT_API_SHARED];
    u_char                       text[NGX_PRINT_API_TEXTS];
};


struct ngx_print_api_share_s {
    ngx_print_feed_sub_t         sub;
    ngx_print_eio_t             *eio;
    ngx_print_api_share_t       *next;        /* of another zone */

    ngx_event_t                  event;
    ngx_event_t                  timer;       /* set: turns wait for its end */
    uint64_t                     first;       /* the next turn tells of the
                                                 events from this number on */
    size_t                       waiting;     /* bytes of them */

    ngx_queue_t                  readers;
    ngx_uint_t                   nreaders;    /* also those that have left */

    ngx_queue_t                  blocks;
    ngx_uint_t                   nblocks;
    uint64_t                     last;        /* number of the last event */
    ngx_print_budget_holder_t    holder;
    unsigned                     failed:1;    /* an event is missing */
};


static ngx_print_api_share_t *ngx_print_api_share(ngx_print_eio_t *eio);
static void ngx_print_api_share_feed(ngx_print_feed_sub_t *sub,
    ngx_print_event_t *event);
static ngx_int_t ngx_print_api_share_add(ngx_print_api_share_t *share,
    ngx_print_event_t *event);
static ngx_print_api_block_t *ngx_print_api_share_block(
    ngx_print_api_share_t *share);
static size_t ngx_print_api_share_end(ngx_print_api_block_t *block,
    ngx_uint_t n);
static void ngx_print_api_share_timer(ngx_event_t *ev);
static void ngx_print_api_share_turn(ngx_event_t *ev);
static ngx_print_api_block_t *ngx_print_api_share_find(
    ngx_print_api_share_t *share, uint64_t last);
static ngx_uint_t ngx_print_api_share_wants(ngx_print_api_reader_t *reader,
    ngx_print_api_shared_t *e);
static void ngx_print_api_share_hold(ngx_print_api_reader_t *reader);
static void ngx_print_api_share_drop(ngx_print_api_reader_t *reader);
static void ngx_print_api_share_trim(ngx_print_api_share_t *share);
static ngx_print_api_reader_t *ngx_print_api_share_slowest(
    ngx_print_api_share_t *share);
static void ngx_print_api_share_close(ngx_print_budget_holder_t *holder);


/* one for each zone that has had a stream in this worker */
static ngx_print_api_share_t  *ngx_print_api_shares;


ngx_int_t
ngx_print_api_share_join(ngx_print_api_reader_t *reader, ngx_print_eio_t *eio)
{
    ngx_print_api_share_t  *share;

    share = ngx_print_api_share(eio);
    if (share == NULL) {
        return NGX_ERROR;
    }

    if (share->nreaders++ == 0) {
        ngx_print_feed_subscribe(eio, &share->sub);
    }

    reader->share = share;

    ngx_queue_insert_tail(&share->readers, &reader->queue);

    return NGX_OK;
}


static ngx_print_api_share_t *
ngx_print_api_share(ngx_print_eio_t *eio)
{
    ngx_print_api_share_t  *share;

    for (share = ngx_print_api_shares; share; share = share->next) {
        if (share->eio == eio) {
            return share;
        }
    }

    share = ngx_pcalloc(ngx_cycle->pool, sizeof(ngx_print_api_share_t));
    if (share == NULL) {
        return NULL;
    }

    share->eio = eio;

    share->sub.handler = ngx_print_api_share_feed;
    share->sub.data = share;

    share->event.handler = ngx_print_api_share_turn;
    share->event.data = share;
    share->event.log = ngx_cycle->log;

    share->timer.handler = ngx_print_api_share_timer;
    share->timer.data = share;
    share->timer.log = ngx_cycle->log;
    share->timer.cancelable = 1;

    share->holder.close = ngx_print_api_share_close;
    share->holder.data = share;

    ngx_queue_init(&share->readers);
    ngx_queue_init(&share->blocks);

    share->next = ngx_print_api_shares;
    ngx_print_api_shares = share;

    return share;
}


static void
ngx_print_api_share_feed(ngx_print_feed_sub_t *sub, ngx_print_event_t *event)
{
    ngx_print_api_share_t  *share;

    share = sub->data;

    if (share->eio->closing) {
        ngx_print_api_share_turn(&share->event);
        return;
    }

    if (event && ngx_print_api_share_add(share, event) != NGX_OK) {
        share->failed = 1;
    }

    if (!share->timer.timer_set || share->waiting > NGX_PRINT_API_BURST) {
        ngx_post_event(&share->event, &ngx_posted_events);
    }
}


static ngx_int_t
ngx_print_api_share_add(ngx_print_api_share_t *share, ngx_print_event_t *event)
{
    u_char                  *p;
    size_t                   end;
    ngx_print_api_block_t   *block;
    ngx_print_api_shared_t  *e;

    block = ngx_print_api_share_block(share);
    if (block == NULL) {
        return NGX_ERROR;
    }

    if (share->first == 0) {
        share->first = event->id;
    }

    end = ngx_print_api_share_end(block, block->n);
    p = ngx_print_api_event_text(block->text + end, event);

    e = &block->events[block->n++];

    e->id = event->id;
    e->end = p - block->text;
    e->len = event->len;
    ngx_memcpy(e->client, event->client, event->len);

    share->last = event->id;
    share->waiting += e->end - end;

    return NGX_OK;
}


/* Returns the last block, which has room for an event; NULL: no memory. */

static ngx_print_api_block_t *
ngx_print_api_share_block(ngx_print_api_share_t *share)
{
    size_t                  end;
    uint64_t                start;
    ngx_print_api_block_t  *block;

    start = 0;

    if (share->nblocks) {

        block = ngx_queue_data(ngx_queue_last(&share->blocks),
                               ngx_print_api_block_t, queue);

        end = ngx_print_api_share_end(block, block->n);

        if (block->n < NGX_PRINT_API_SHARED
            && end + NGX_PRINT_API_FRAME + NGX_PRINT_API_EVENT
               <= NGX_PRINT_API_TEXTS)
        {
            return block;
        }

        start = block->start + end;
    }

    block = ngx_alloc(sizeof(ngx_print_api_block_t), ngx_cycle->log);
    if (block == NULL) {
        return NULL;
    }

    block->start = start;
    block->n = 0;

    ngx_queue_init(&block->holders);
    ngx_queue_insert_tail(&share->blocks, &block->queue);
    share->nblocks++;

    return block;
}


/* Returns where the text of a block's first n events ends. */

static size_t
ngx_print_api_share_end(ngx_print_api_block_t *block, ngx_uint_t n)
{
    return n ? block->events[n - 1].end : 0;
}


static void
ngx_print_api_share_timer(ngx_event_t *ev)
{
    ngx_print_api_share_t  *share;

    share = ev->data;

    if (share->waiting || share->failed) {
        ngx_print_api_share_turn(&share->event);
    }
}


/* A reader's handler may end other readers. */

static void
ngx_print_api_share_turn(ngx_event_t *ev)
{
    ngx_uint_t               n;
    ngx_queue_t              readers, *q;
    ngx_print_api_share_t   *share;
    ngx_print_api_reader_t  *reader;

    share = ev->data;

    if (ngx_queue_empty(&share->readers)) {
        return;
    }

    if (share->first) {
        reader = ngx_queue_data(ngx_queue_head(&share->readers),
                                ngx_print_api_reader_t, queue);

        ngx_log_debug2(NGX_LOG_DEBUG_HTTP, reader->connection->log, 0,
                       "print hub: api: events %uL to %uL were read",
                       share->first, share->last);
    }

    share->first = 0;
    share->waiting = 0;

    ngx_queue_init(&readers);
    ngx_queue_add(&readers, &share->readers);
    ngx_queue_init(&share->readers);

    for (n = 0; !ngx_queue_empty(&readers); n++) {

        q = ngx_queue_head(&readers);

        ngx_queue_remove(q);
        ngx_queue_insert_tail(&share->readers, q);

        reader = ngx_queue_data(q, ngx_print_api_reader_t, queue);
        reader->handler(reader);
    }

    n /= NGX_PRINT_API_READERS;

    if (n && share->nreaders) {
        ngx_add_timer(&share->timer, n);
    }
}


ngx_int_t
ngx_print_api_share_enter(ngx_print_api_reader_t *reader, uint64_t last)
{
    ngx_print_api_block_t  *block;
    ngx_print_api_share_t  *share;

    share = reader->share;

    block = ngx_print_api_share_find(share, last);

    if (block == NULL) {

        /* what is new when all else was told comes through the feed */

        if (last < ngx_print_event_last(&share->eio->store)) {
            return NGX_DECLINED;
        }

        block = ngx_print_api_share_block(share);
        if (block == NULL) {
            return NGX_ERROR;
        }
    }

    reader->block = block;
    reader->next = 0;

    ngx_print_api_share_hold(reader);

    return NGX_OK;
}


/*
 * Returns the block with the event that follows number last, or NULL if the
 * blocks do not have it.
 */

static ngx_print_api_block_t *
ngx_print_api_share_find(ngx_print_api_share_t *share, uint64_t last)
{
    ngx_queue_t            *q;
    ngx_print_api_block_t  *block;

    if (share->failed) {
        return NULL;
    }

    for (q = ngx_queue_head(&share->blocks);
         q != ngx_queue_sentinel(&share->blocks);
         q = ngx_queue_next(q))
    {
        block = ngx_queue_data(q, ngx_print_api_block_t, queue);

        if (block->n == 0) {
            continue;
        }

        if (block->events[0].id > last + 1) {
            return NULL;
        }

        if (block->events[block->n - 1].id > last) {
            return block;
        }
    }

    return NULL;
}


ngx_int_t
ngx_print_api_share_next(ngx_print_api_reader_t *reader, size_t max,
    uint64_t *last, ngx_str_t *text)
{
    size_t                   end, size;
    ngx_queue_t             *q;
    ngx_print_api_block_t   *block;
    ngx_print_api_shared_t  *e;

    if (reader->share->failed) {
        return NGX_ERROR;
    }

    text->len = 0;

    for ( ;; ) {
        block = reader->block;

        if (reader->next == block->n) {

            q = ngx_queue_next(&block->queue);

            if (text->len || q == ngx_queue_sentinel(&reader->share->blocks)) {
                break;
            }

            reader->block = ngx_queue_data(q, ngx_print_api_block_t, queue);
            reader->next = 0;
            continue;
        }

        e = &block->events[reader->next];
        end = ngx_print_api_share_end(block, reader->next);
        size = e->end - end;

        if (e->id > *last + 1) {

            if (text->len) {
                break;
            }

            *last = e->id - 1;
            return NGX_AGAIN;
        }

        if (e->id == *last + 1) {

            if (ngx_print_api_share_wants(reader, e)) {

                if (text->len == 0) {
                    text->data = block->text + end;

                } else if (size > max - text->len) {
                    break;
                }

                text->len += size;

            } else if (text->len) {
                break;
            }

            *last = e->id;
        }

        reader->next++;
    }

    return text->len ? NGX_OK : NGX_DECLINED;
}


static ngx_uint_t
ngx_print_api_share_wants(ngx_print_api_reader_t *reader,
    ngx_print_api_shared_t *e)
{
    ngx_str_t  *client;

    client = reader->client;

    return client == NULL
           || (e->len == client->len
               && ngx_memcmp(e->client, client->data, e->len) == 0);
}


void
ngx_print_api_share_sent(ngx_print_api_reader_t *reader)
{
    ngx_print_api_share_hold(reader);
    ngx_print_api_share_trim(reader->share);
}


size_t
ngx_print_api_share_unread(ngx_print_api_reader_t *reader)
{
    ngx_print_api_block_t  *block, *last;

    block = reader->block;

    if (block == NULL) {
        return 0;
    }

    last = ngx_queue_data(ngx_queue_last(&reader->share->blocks),
                          ngx_print_api_block_t, queue);

    return last->start + ngx_print_api_share_end(last, last->n)
           - block->start - ngx_print_api_share_end(block, reader->next);
}


void
ngx_print_api_share_leave(ngx_print_api_reader_t *reader)
{
    if (!reader->left) {
        reader->left = 1;
        ngx_queue_remove(&reader->queue);
    }
}


void
ngx_print_api_share_free(ngx_print_api_reader_t *reader)
{
    ngx_print_api_share_t  *share;

    share = reader->share;

    if (share == NULL) {
        return;
    }

    ngx_print_api_share_leave(reader);
    ngx_print_api_share_drop(reader);

    if (--share->nreaders == 0) {

        ngx_print_feed_unsubscribe(&share->sub);

        if (share->timer.timer_set) {
            ngx_del_timer(&share->timer);
        }

        if (share->event.posted) {
            ngx_delete_posted_event(&share->event);
        }

        share->first = 0;
        share->waiting = 0;
        share->failed = 0;
    }

    ngx_print_api_share_trim(share);
}


/* Makes a reader hold the block of its next event, and no other one. */

static void
ngx_print_api_share_hold(ngx_print_api_reader_t *reader)
{
    ngx_print_api_share_drop(reader);

    ngx_queue_insert_tail(&reader->block->holders, &reader->holders);
    reader->holds = 1;
}


static void
ngx_print_api_share_drop(ngx_print_api_reader_t *reader)
{
    if (reader->holds) {
        reader->holds = 0;
        ngx_queue_remove(&reader->holders);
    }
}


/*
 * Frees the blocks that no reader needs.  The last one has room for the next
 * events; the others wait for slow readers, and count in the budget.
 */

static void
ngx_print_api_share_trim(ngx_print_api_share_t *share)
{
    size_t                   size;
    ngx_queue_t             *q;
    ngx_print_api_block_t   *block;
    ngx_print_api_reader_t  *reader;

    while (share->nblocks > (share->nreaders ? 1 : 0)) {

        q = ngx_queue_head(&share->blocks);
        block = ngx_queue_data(q, ngx_print_api_block_t, queue);

        /* lint unix.Malloc: a block that was freed is on the list no more */
        if (!ngx_queue_empty(&block->holders)) {
            break;
        }

        ngx_queue_remove(q);
        ngx_free(block);
        share->nblocks--;
    }

    reader = ngx_print_api_share_slowest(share);
    size = 0;

    if (reader && share->nblocks > 1) {
        share->holder.connection = reader->connection;
        size = (share->nblocks - 1) * sizeof(ngx_print_api_block_t);
    }

    ngx_print_budget_hold(&share->holder, size);
}


/* Returns the reader that can be closed to free the oldest block, or NULL. */

static ngx_print_api_reader_t *
ngx_print_api_share_slowest(ngx_print_api_share_t *share)
{
    ngx_queue_t             *q;
    ngx_print_api_block_t   *block;
    ngx_print_api_reader_t  *reader;

    if (share->nblocks == 0) {
        return NULL;
    }

    block = ngx_queue_data(ngx_queue_head(&share->blocks),
                           ngx_print_api_block_t, queue);

    for (q = ngx_queue_head(&block->holders);
         q != ngx_queue_sentinel(&block->holders);
         q = ngx_queue_next(q))
    {
        reader = ngx_queue_data(q, ngx_print_api_reader_t, holders);

        if (!reader->left) {
            return reader;
        }
    }

    return NULL;
}


static void
ngx_print_api_share_close(ngx_print_budget_holder_t *holder)
{
    ngx_print_api_share_t   *share;
    ngx_print_api_reader_t  *reader;

    share = holder->data;

    reader = ngx_print_api_share_slowest(share);

    if (reader) {
        reader->close(reader);
        ngx_print_api_share_trim(share);
    }
}
