
/*
 * Copyright (C) the print hub contributors
 */


/* Jobs, clients and events as the API, and who is told of them, show them. */


#ifndef _NGX_PRINT_API_JSON_H_INCLUDED_
#define _NGX_PRINT_API_JSON_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_job.h"
#include "ngx_print_client.h"
#include "ngx_print_event.h"


/* bytes that each may take: its fixed parts, and texts that are all escaped */
#define NGX_PRINT_API_JOB_LEN                                                 \
    (512 + 6 * (NGX_PRINT_CLIENT_ID_MAX + NGX_PRINT_JOB_REASON))
#define NGX_PRINT_API_CLIENT_LEN                                              \
    (768 + 6 * (NGX_PRINT_CLIENT_ID_MAX + NGX_PRINT_NSP_MAX))
#define NGX_PRINT_API_EVENT_LEN  NGX_PRINT_API_JOB_LEN


/*
 * Each writes an object and returns the byte after the last one.  info is what
 * ngx_print_client_find() gives, its bytes are not in NGX_PRINT_API_CLIENT_LEN.
 */
u_char *ngx_print_api_json_job(u_char *p, ngx_print_job_info_t *job);
u_char *ngx_print_api_json_client(u_char *p, ngx_print_store_t *st,
    ngx_print_client_detail_t *client, ngx_str_t *info);
u_char *ngx_print_api_json_event(u_char *p, ngx_print_event_t *event);


#endif /* _NGX_PRINT_API_JSON_H_INCLUDED_ */
