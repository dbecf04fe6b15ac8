
/*
 * Copyright (C) the print hub contributors
 */


/* Jobs, clients and events as JSON, and answers of any length. */


#ifndef _NGX_PRINT_API_JSON_H_INCLUDED_
#define _NGX_PRINT_API_JSON_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_client.h"
#include "ngx_print_event.h"
#include "ngx_print_job.h"


/* bytes that each of them takes at most */
#define NGX_PRINT_API_JOB                                                     \
    (512 + 6 * (NGX_PRINT_CLIENT_ID_MAX + NGX_PRINT_JOB_REASON))
#define NGX_PRINT_API_CLIENT                                                  \
    (768 + 6 * (NGX_PRINT_CLIENT_ID_MAX + NGX_PRINT_NSP_MAX)                  \
     + NGX_PRINT_CLIENT_INFO)
#define NGX_PRINT_API_EVENT  NGX_PRINT_API_JOB


/* an answer that is being made, in buffers */
typedef struct {
    ngx_http_request_t       *request;
    ngx_chain_t              *chain;
    ngx_chain_t             **last;
    ngx_buf_t                *buf;
    off_t                     size;
} ngx_print_api_out_t;


/* each writes an object and returns the byte after it */
u_char *ngx_print_api_json_job(u_char *p, ngx_print_job_info_t *job);
u_char *ngx_print_api_json_event(u_char *p, ngx_print_event_t *event);

/* info: what the client registered with, see ngx_print_client_find() */
u_char *ngx_print_api_json_client(u_char *p, ngx_print_store_t *st,
    ngx_print_client_detail_t *client, ngx_str_t *info);

/* starts an answer with a text; NGX_OK, NGX_ERROR */
ngx_int_t ngx_print_api_out(ngx_print_api_out_t *out, ngx_http_request_t *r,
    const char *text);

/* room for size bytes, or NULL; up to where it was written to */
u_char *ngx_print_api_room(ngx_print_api_out_t *out, size_t size);
void ngx_print_api_wrote(ngx_print_api_out_t *out, u_char *p);

/* a text that lives as long as the request, not copied; NGX_OK, NGX_ERROR */
ngx_int_t ngx_print_api_attach(ngx_print_api_out_t *out, u_char *text,
    size_t len);

/* ends it with a text, sends it; what the request is to be finalized with */
ngx_int_t ngx_print_api_finish(ngx_print_api_out_t *out, ngx_uint_t status,
    const char *text);


#endif /* _NGX_PRINT_API_JSON_H_INCLUDED_ */
