
/*
 * Copyright (C) the print hub contributors
 */


/* WebSockets that a worker which is about to exit gives to others. */


#ifndef _NGX_PRINT_EIO_HANDOVER_H_INCLUDED_
#define _NGX_PRINT_EIO_HANDOVER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_hand.h"
#include "ngx_print_eio.h"


/* bytes of a message with its state; a longer state goes as a file */
#define NGX_PRINT_EIO_HANDOVER_MESSAGE  16384


/*
 * A step of the hand-over: looks what has become of those that were given, and
 * gives more if another worker takes them and the queue has room.  Marks those
 * that cannot go (conn->stays).  Returns 1 if some are on their way, else 0.
 */
ngx_uint_t ngx_print_eio_handover_step(ngx_print_eio_t *eio,
    ngx_print_hand_t *hand);

/*
 * Takes all back that nobody has adopted, because the time is over: they are
 * this worker's again, and are given no more.  The caller has emptied the queue
 * before.  Returns the number of those for which that has to be tried again.
 */
ngx_uint_t ngx_print_eio_handover_end(ngx_print_eio_t *eio);


#endif /* _NGX_PRINT_EIO_HANDOVER_H_INCLUDED_ */
