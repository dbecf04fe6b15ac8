
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The output of a stream of events: buffers with memory of their own, and
 * buffers with text that all streams share.  Both are used again when they were
 * sent.
 *
 * A buffer must live until nginx does not use it any more.  Over HTTP/1 nginx
 * sends nothing of a request that was terminated.  HTTP/2 keeps the frame that
 * is partly sent, and sends the rest of it later; only the pool of the request
 * lives so long.  So the text that streams share is copied for them.
 */


#ifndef _NGX_PRINT_API_EVENT_OUT_H_INCLUDED_
#define _NGX_PRINT_API_EVENT_OUT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* its owner zeroes it and sets the first member */
typedef struct {
    ngx_http_request_t  *request;

    /* private */
    ngx_chain_t         *free;
    ngx_chain_t         *free_shared;
    ngx_chain_t         *busy;
    off_t                sent;           /* bytes of the connection */
} ngx_print_api_event_out_t;


/*
 * Returns an empty buffer with room for an event and two short notes, or NULL
 * if there is no memory.
 */
ngx_chain_t *ngx_print_api_event_buf(ngx_print_api_event_out_t *out);

/* Returns how many bytes a text for share() may have. */
size_t ngx_print_api_event_room(ngx_print_api_event_out_t *out);

/*
 * Returns a buffer with a text that is not copied over HTTP/1, or NULL if there
 * is no memory.  The text must live until send() has sent it or the cleanups of
 * the request are called.
 */
ngx_chain_t *ngx_print_api_event_share(ngx_print_api_event_out_t *out,
    ngx_str_t *text);

/*
 * Sends what waits, and then in, which may be NULL.  send_timeout starts if the
 * connection does not take all.
 *
 *   NGX_OK     it was sent, or blocked() returns 1
 *   NGX_ERROR  there is no memory, or the connection is broken
 */
ngx_int_t ngx_print_api_event_send(ngx_print_api_event_out_t *out,
    ngx_chain_t *in);

/* Returns 1 if the connection has not taken all that was sent. */
ngx_uint_t ngx_print_api_event_blocked(ngx_print_api_event_out_t *out);

/* Returns how many bytes of the buffers wait for the connection. */
size_t ngx_print_api_event_unsent(ngx_print_api_event_out_t *out);


#endif /* _NGX_PRINT_API_EVENT_OUT_H_INCLUDED_ */
