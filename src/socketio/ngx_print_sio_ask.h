
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Asks an authorizer, which is a location of this nginx, whether a client may
 * do something.  What waits for an answer is a record in the memory of this
 * process that names the session by a reference: its connection may be gone, or
 * at another worker, when the answer comes.
 */


#ifndef _NGX_PRINT_SIO_ASK_H_INCLUDED_
#define _NGX_PRINT_SIO_ASK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_sio.h"
#include "ngx_print_sio_question.h"


#define NGX_PRINT_SIO_ASK_RUNNING   128      /* of a worker: asked at once, */
#define NGX_PRINT_SIO_ASK_WAITING   1024     /* and waiting for that, */
#define NGX_PRINT_SIO_ASK_SHARE     256      /* of one address */
#define NGX_PRINT_SIO_ASK_PATIENCE  10000    /* ms that one may wait */


/*
 * Asks the authorizer of the location, and copies ask and its texts.  If it is
 * not allowed or refused for good, the session is closed by
 * NGX_PRINT_REASON_TRY_LATER.  The POST of a polling client is answered when
 * that is decided.  Returns 0, or the reason for closing the session if there
 * is no room to ask.
 */
ngx_uint_t ngx_print_sio_ask(ngx_print_sio_socket_t *socket,
    ngx_print_sio_ask_t *ask);

/*
 * Returns one of a session's asks of this worker, the first one after that ask;
 * NULL: there is none.  Of those that were decided it returns none.
 */
ngx_print_sio_ask_t *ngx_print_sio_ask_next(ngx_print_eio_t *eio,
    ngx_print_ref_t ref, ngx_print_sio_ask_t *ask);

/*
 * Forgets what a session has asked for a namespace, or with nsp == -1 all that
 * it has asked: decided() is not called.
 */
void ngx_print_sio_ask_cancel(ngx_print_eio_t *eio, ngx_print_ref_t ref,
    ngx_int_t nsp);

/* Called at each tick: after the drain of a worker, all is refused for now. */
void ngx_print_sio_ask_tick(ngx_print_eio_t *eio);

/*
 * Adds the variables that the location of an authorizer can use.  NGX_OK, or
 * NGX_ERROR if there is no memory.
 */
ngx_int_t ngx_print_sio_ask_variables(ngx_conf_t *cf);


#endif /* _NGX_PRINT_SIO_ASK_H_INCLUDED_ */
