
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What an authorizer is asked, and what its answer means.
 */


#ifndef _NGX_PRINT_SIO_QUESTION_H_INCLUDED_
#define _NGX_PRINT_SIO_QUESTION_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_budget.h"
#include "ngx_print_verdict.h"
#include "ngx_print_post_request.h"
#include "ngx_print_sio.h"


typedef struct ngx_print_sio_ask_s  ngx_print_sio_ask_t;

/* an answer that decides: allowed, or refused for good */
typedef struct {
    ngx_uint_t                 status;
    unsigned                   allowed:1;
    unsigned                   named:1;      /* it limits the clientIds to
                                                these names */
    ngx_uint_t                 nnames;
    ngx_print_verdict_name_t   names[NGX_PRINT_VERDICT_NAMES];
    ngx_uint_t                 expires;      /* s; 0: the session does not */
    ngx_str_t                  message;      /* of a refusal */
    ngx_str_t                  data;         /* of a refusal: JSON, or empty */
} ngx_print_sio_verdict_t;


/*
 * Called from the posted events when the answer is there, and the socket as
 * well: it is connected to its namespace unless that is what was asked.  The
 * ask and the verdict are valid until the return.  Returns 0, or the reason for
 * closing the session.
 */
typedef ngx_uint_t (*ngx_print_sio_ask_pt)(ngx_print_sio_socket_t *socket,
    ngx_print_sio_ask_t *ask, ngx_print_sio_verdict_t *verdict);


struct ngx_print_sio_ask_s {
    /* zeroed, and set by the caller */
    ngx_print_sio_ask_pt       decided;
    ngx_str_t                  client_id;    /* of a register */
    ngx_str_t                  auth;         /* JSON that the authorizer sees;
                                                empty: nobody knows it */
    ngx_str_t                  data;         /* bytes for decided() */
    u_char                     sock[NGX_PRINT_SESSION_SOCK];  /* of a connect to
                                                                 "/" */
    unsigned                   registers:1;  /* a register, not a connect */
    unsigned                   recovered:1;

    /* set by ask() */
    ngx_print_eio_t           *eio;
    ngx_print_loc_conf_t      *conf;
    ngx_print_ref_t            ref;
    ngx_uint_t                 nsp;
    uint64_t                   prefix;       /* of the address */
    ngx_str_t                  address;

    /* private */
    ngx_queue_t                queue;
    ngx_queue_t                link;         /* those with one hash */
    ngx_print_eio_wait_t       wait;
    ngx_print_budget_holder_t  holder;
    ngx_msec_t                 since;        /* it waits */
    ngx_event_t                timer;        /* of the answer */
    ngx_print_post_request_t   request;
    ngx_print_sio_verdict_t    verdict;
    const char                *failure;      /* why it is refused for now */
    u_char                    *copy;         /* of texts in the verdict */
    u_char                     message[NGX_PRINT_VERDICT_MESSAGE];
    u_char                     text[NGX_SOCKADDR_STRLEN];
    unsigned                   running:1;
    unsigned                   ended:1;
    unsigned                   canceled:1;
};


/*
 * Sets *stripped to CONNECT's payload without the members that name a lost
 * socket: its pid is a secret, and with the offset the same client would be
 * somebody else each time.  A payload of more than NGX_PRINT_SIO_MEMBERS
 * members stays as it is, and recovers nothing.  buf has room for
 * NGX_PRINT_SIO_AUTH_MAX bytes.  Returns 1 if there were such members;
 * *stripped is in buf then.
 */
ngx_uint_t ngx_print_sio_question_strip(ngx_str_t *auth, u_char *buf,
    ngx_str_t *stripped);

/*
 * Writes the body of a request, a JSON object, to memory of the pool.  NGX_OK,
 * or NGX_ERROR if there is no memory.
 */
ngx_int_t ngx_print_sio_question(ngx_print_sio_ask_t *ask,
    ngx_print_session_info_t *session, ngx_pool_t *pool, ngx_str_t *body);

/*
 * Sets ask->verdict, with copies of its texts; or ask->failure, if the answer
 * decides nothing.
 */
void ngx_print_sio_question_answer(ngx_print_sio_ask_t *ask,
    ngx_print_post_answer_t *answer);

/*
 * Writes the 32 hexadecimal digits of a hash of what an answer may depend on:
 * the zone, the event, the namespace, the address, the clientId and auth.  It
 * is the same in all workers, and after a reload.  What else is asked differs
 * at each connection, or says how the client has come.
 */
#define NGX_PRINT_SIO_QUESTION_KEY  (2 * NGX_PRINT_SIPHASH_LEN)

void ngx_print_sio_question_key(ngx_print_sio_ask_t *ask, u_char *hex);

/* The name of what is asked: "connect" or "register". */
ngx_str_t *ngx_print_sio_question_event(ngx_print_sio_ask_t *ask);


#endif /* _NGX_PRINT_SIO_QUESTION_H_INCLUDED_ */
