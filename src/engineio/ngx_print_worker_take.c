
/*
 * Copyright (C) the print hub contributors
 */


/* A worker takes WebSockets that others which leave have given. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_print.h"
#include "ngx_print_hand.h"
#include "ngx_print_eio_message.h"
#include "ngx_print_eio.h"
#include "ngx_print_eio_adopt.h"
#include "ngx_print_eio_handover.h"
#include "ngx_print_worker_take.h"


#define NGX_PRINT_WORKER_TAKE_TURN   16     /* in one turn of the loop: others
                                               take, too */
#define NGX_PRINT_WORKER_TAKE_SPARE  16     /* this part of the connections is
                                               left for new ones */
#define NGX_PRINT_WORKER_TAKE_FILES  64     /* and so many descriptors */


typedef struct {
    ngx_print_hand_t   *queue;
    ngx_connection_t   *connection;   /* of it; NULL: nothing is taken */
    ngx_print_eio_t    *engines;
    ngx_array_t        *places;       /* of ngx_print_place_t */
    ngx_socket_t        top;          /* the last descriptor that came */
    ngx_uint_t          files;        /* how many there may be */
    ngx_uint_t          refused;      /* for want of room, since the last
                                         line */
    ngx_uint_t          taken;        /* since there was room for the last
                                         time */
    time_t              told;         /* s, when that was logged */
} ngx_print_worker_take_t;


static void ngx_print_worker_take_handler(ngx_event_t *rev);
static ngx_int_t ngx_print_worker_take_one(ngx_uint_t refuse);
static void ngx_print_worker_take_it(u_char *p, size_t len, int *fds,
    ngx_uint_t refuse);
static void ngx_print_worker_take_refuse(ngx_print_eio_message_t *msg);
static ngx_print_eio_t *ngx_print_worker_take_engine(
    ngx_print_eio_message_t *msg);
static ngx_print_place_t *ngx_print_worker_take_place(
    ngx_print_eio_message_t *msg);
static ngx_uint_t ngx_print_worker_take_room(void);


static ngx_print_worker_take_t  ngx_print_worker_take;


/*
 * Reads the queue of WebSockets as a connection, like the doorbell.  It is not
 * idle: stop() ends it.
 */

ngx_int_t
ngx_print_worker_take_start(ngx_cycle_t *cycle, ngx_print_hand_t *queue)
{
    struct rlimit             limit;
    ngx_connection_t         *c;
    ngx_print_worker_take_t  *t;

    t = &ngx_print_worker_take;

    t->queue = queue;

    c = ngx_get_connection(queue->fd[0], cycle->log);
    if (c == NULL) {
        return NGX_ERROR;
    }

    c->data = t;
    c->log = cycle->log;
    c->read->log = cycle->log;
    c->write->log = cycle->log;
    c->read->handler = ngx_print_worker_take_handler;
    c->read->channel = 1;

    if (ngx_add_event(c->read, NGX_READ_EVENT, NGX_CLEAR_EVENT) != NGX_OK) {
        ngx_free_connection(c);
        return NGX_ERROR;
    }

    t->files = (getrlimit(RLIMIT_NOFILE, &limit) == 0)
               ? ngx_min(limit.rlim_cur, NGX_MAX_INT32_VALUE)
               : NGX_MAX_INT32_VALUE;

    t->connection = c;

    return NGX_OK;
}


static void
ngx_print_worker_take_handler(ngx_event_t *rev)
{
    ngx_uint_t  n;

    for (n = 0; n < NGX_PRINT_WORKER_TAKE_TURN; n++) {

        if (ngx_print_worker_take_one(!ngx_print_worker_take_room())
            != NGX_OK)
        {
            ngx_print_worker_take_offer();
            return;
        }
    }

    ngx_print_worker_take_offer();

    ngx_post_event(rev, &ngx_posted_next_events);
}


/*
 * Takes a message off the queue.  A message must not stay there: its socket
 * would be open, and served by nobody.
 *
 * NGX_OK    there may be more
 * NGX_DONE  there are no more
 */

static ngx_int_t
ngx_print_worker_take_one(ngx_uint_t refuse)
{
    int            fds[NGX_PRINT_HAND_FDS];
    size_t         len;
    ngx_int_t      rc;
    ngx_uint_t     i;

    static u_char  buf[NGX_PRINT_EIO_HANDOVER_MESSAGE];

    len = sizeof(buf);

    rc = ngx_print_hand_take(ngx_print_worker_take.queue, buf, &len, fds);

    if (rc == NGX_AGAIN) {
        return NGX_DONE;
    }

    if (rc == NGX_ERROR) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, ngx_errno,
                      "print hub: worker: reading the queue of websockets "
                      "failed");
        return NGX_DONE;
    }

    ngx_print_worker_take_it(buf, len, fds, refuse || rc != NGX_OK);

    for (i = 0; i < NGX_PRINT_HAND_FDS; i++) {
        if (fds[i] != -1) {
            (void) close(fds[i]);
        }
    }

    return NGX_OK;
}


/* Sets fds[0] to -1 if the connection has it from now on. */

static void
ngx_print_worker_take_it(u_char *p, size_t len, int *fds, ngx_uint_t refuse)
{
    u_char                   *state, *loaded;
    ngx_print_eio_t          *eio;
    ngx_print_eio_message_t   msg;

    if (ngx_print_eio_message_read(&msg, p, len) != NGX_OK
        || fds[0] == -1 || (msg.file && fds[1] == -1))
    {
        refuse = 1;
    }

    eio = ngx_print_worker_take_engine(&msg);

    if (eio == NULL) {
        /* its worker notices after a while that nobody has it */
        return;
    }

    if (refuse) {
        ngx_print_worker_take.refused++;
        (void) ngx_print_session_refuse(&eio->store, msg.ref, &msg.from);
        return;
    }

    state = p + ngx_print_eio_message_head(&msg);
    loaded = NULL;

    if (msg.file) {
        loaded = ngx_alloc(msg.len, ngx_cycle->log);

        if (loaded == NULL
            || ngx_print_hand_load(fds[1], loaded, msg.len) != NGX_OK)
        {
            ngx_print_worker_take_refuse(&msg);
            goto done;
        }

        state = loaded;
    }

    ngx_print_worker_take.top = fds[0];
    ngx_print_worker_take.taken++;

    (void) ngx_print_eio_adopt(eio, &msg, ngx_print_worker_take_place(&msg),
                               state, fds[0]);
    fds[0] = -1;

done:

    if (loaded) {
        ngx_free(loaded);
    }
}


static void
ngx_print_worker_take_refuse(ngx_print_eio_message_t *msg)
{
    ngx_print_eio_t  *eio;

    eio = ngx_print_worker_take_engine(msg);

    if (eio) {
        (void) ngx_print_session_refuse(&eio->store, msg->ref, &msg->from);
    }
}


static ngx_print_eio_t *
ngx_print_worker_take_engine(ngx_print_eio_message_t *msg)
{
    ngx_print_eio_t  *eio;

    for (eio = ngx_print_worker_take.engines; eio; eio = eio->next) {

        if (eio->key == msg->zone && ngx_print_eio_ready(eio) == NGX_OK) {
            return eio;
        }
    }

    return NULL;
}


static ngx_print_place_t *
ngx_print_worker_take_place(ngx_print_eio_message_t *msg)
{
    ngx_uint_t          i;
    ngx_print_place_t  *place;

    place = ngx_print_worker_take.places->elts;

    for (i = 0; i < ngx_print_worker_take.places->nelts; i++) {
        if (place[i].key == msg->place) {
            return &place[i];
        }
    }

    return NULL;
}


/*
 * A process that may have no more descriptors loses those that it receives, so
 * it must stop a little earlier.
 */

static ngx_uint_t
ngx_print_worker_take_room(void)
{
    ngx_uint_t  top;

    top = ngx_print_worker_take.top;

    return ngx_cycle->free_connection_n
           > ngx_cycle->connection_n / NGX_PRINT_WORKER_TAKE_SPARE
           && top + NGX_PRINT_WORKER_TAKE_FILES < ngx_print_worker_take.files;
}


void
ngx_print_worker_take_for(ngx_print_eio_t *eio, ngx_array_t *places)
{
    ngx_print_worker_take_t  *t;

    t = &ngx_print_worker_take;

    eio->next = t->engines;

    t->engines = eio;
    t->places = places;

    ngx_print_worker_take_offer();
}


void
ngx_print_worker_take_offer(void)
{
    ngx_uint_t                on;
    ngx_print_eio_t          *eio;
    ngx_print_worker_take_t  *t;

    t = &ngx_print_worker_take;

    if (t->connection == NULL) {
        return;
    }

    on = ngx_print_worker_take_room();

    if (on) {
        t->taken = 0;

    } else {
        /* some may have been closed since */
        t->top = 0;
    }

    for (eio = t->engines; eio; eio = eio->next) {
        if (eio->joined) {
            ngx_print_store_taking(&eio->store, on, ngx_parent);
        }
    }

    /* if nobody has room, leaving workers send no more, and none is refused */

    if ((t->refused || t->taken) && t->told != ngx_time()) {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "print hub: worker: no room for connections of leaving "
                      "workers, %ui refused", t->refused);

        t->refused = 0;
        t->taken = 0;
        t->told = ngx_time();
    }
}


void
ngx_print_worker_take_stop(void)
{
    ngx_print_eio_t          *eio;
    ngx_print_worker_take_t  *t;

    t = &ngx_print_worker_take;

    if (t->connection == NULL) {
        return;
    }

    for (eio = t->engines; eio; eio = eio->next) {
        if (eio->joined) {
            ngx_print_store_taking(&eio->store, 0, 0);
        }
    }

    (void) ngx_del_event(t->connection->read, NGX_READ_EVENT, 0);

    if (t->connection->read->posted) {
        ngx_delete_posted_event(t->connection->read);
    }

    ngx_free_connection(t->connection);

    t->connection->fd = (ngx_socket_t) -1;
    t->connection = NULL;
}


void
ngx_print_worker_take_none(void)
{
    while (ngx_print_worker_take_one(1) == NGX_OK) { /* void */ }
}
