
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What a packet asks for may be decided later, by an event of another
 * connection.  A POST is answered only then: if its worker dies before, the
 * client sees that its POST has failed, and connects anew.  A WebSocket ends
 * with its worker anyway, and holds nothing.
 */


#ifndef _NGX_PRINT_EIO_HOLD_H_INCLUDED_
#define _NGX_PRINT_EIO_HOLD_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* an answer that waits */
typedef struct {
    ngx_queue_t             waits;        /* of ngx_print_eio_wait_t */
    ngx_event_t             event;        /* is posted when all are decided */
} ngx_print_eio_hold_t;


/* something that is not decided, as a member of what its owner keeps of it */
typedef struct {
    ngx_queue_t             queue;
    ngx_print_eio_hold_t   *hold;         /* NULL: no answer waits for it */
} ngx_print_eio_wait_t;


/* Returns 1 if something is not decided. */
#define ngx_print_eio_is_held(hold)  (!ngx_queue_empty(&(hold)->waits))


/*
 * Sets up a hold before the packets of a request are handled.  handler is
 * called, from the posted events, when the last wait has ended.  end() makes
 * all waits forget it; the request's memory may be freed then.
 */
void ngx_print_eio_hold_init(ngx_print_eio_hold_t *hold,
    ngx_event_handler_pt handler, void *data, ngx_log_t *log);
void ngx_print_eio_hold_end(ngx_print_eio_hold_t *hold);

/*
 * Makes the answer of a request wait; hold is that of ngx_print_eio_peer_t, and
 * may be NULL.  decided() ends that, and may be called again.
 */
void ngx_print_eio_wait(ngx_print_eio_hold_t *hold,
    ngx_print_eio_wait_t *wait);
void ngx_print_eio_decided(ngx_print_eio_wait_t *wait);


#endif /* _NGX_PRINT_EIO_HOLD_H_INCLUDED_ */
