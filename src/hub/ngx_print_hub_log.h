
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Refuses events of clients, and writes the texts of log lines about clients.
 */


#ifndef _NGX_PRINT_HUB_LOG_H_INCLUDED_
#define _NGX_PRINT_HUB_LOG_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_id.h"
#include "ngx_print_quote.h"
#include "ngx_print_client.h"
#include "ngx_print_sio.h"


/* the length of "<sid>, client: <address>", with which a log line ends */
#define NGX_PRINT_HUB_WHO_LEN                                                 \
    (NGX_PRINT_ID_LEN + sizeof(", client: ") + NGX_SOCKADDR_STRLEN)

/* the room that ngx_print_quote() needs for a clientId */
#define NGX_PRINT_HUB_QUOTED_LEN  NGX_PRINT_QUOTE_LEN(NGX_PRINT_CLIENT_ID_MAX)


/*
 * Refuses an event of a client: sends it the event "error" with a formatted
 * text as its message, and logs the same text at this level.  The client keeps
 * its connection.  The text is cut at 272 bytes.
 */
void ngx_print_hub_refuse(ngx_print_sio_socket_t *socket, ngx_uint_t level,
    const char *fmt, ...);

/*
 * The same for a clientId that is refused: the event tells it, and a code for
 * programs, in addition: {"message":...,"code":...,"clientId":...}.
 */
void ngx_print_hub_refuse_id(ngx_print_sio_socket_t *socket, ngx_uint_t level,
    const char *code, ngx_str_t *id, const char *fmt, ...);

/*
 * The same for the event "register": the client also gets the acknowledgement
 * that it asked for, {"error":{"code":...,"message":...}}.  id may be NULL: the
 * event "error" has the message alone then.
 */
void ngx_print_hub_refuse_register(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_uint_t level, const char *code,
    ngx_str_t *id, const char *fmt, ...);

/*
 * Writes the sid of a session's socket and the client's address.  buf has room
 * for NGX_PRINT_HUB_WHO_LEN bytes and holds the returned text.
 */
ngx_str_t ngx_print_hub_who(ngx_print_eio_t *eio,
    ngx_print_session_info_t *session, ngx_uint_t nsp, u_char *buf);

/* Writes the sid alone; buf has room for NGX_PRINT_ID_LEN bytes. */
ngx_str_t ngx_print_hub_sid(ngx_print_eio_t *eio,
    ngx_print_session_info_t *session, ngx_uint_t nsp, u_char *buf);

/* Writes the same as who() for a socket that lost a clientId. */
ngx_str_t ngx_print_hub_who_lost(ngx_print_client_loser_t *loser, u_char *buf);


#endif /* _NGX_PRINT_HUB_LOG_H_INCLUDED_ */
