
/*
 * Copyright (C) the print hub contributors
 */


/* A job, an event and a client as JSON text of a bounded size. */


#ifndef _NGX_PRINT_API_JSON_H_INCLUDED_
#define _NGX_PRINT_API_JSON_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_client.h"
#include "ngx_print_event.h"
#include "ngx_print_job.h"


/* the maximum sizes of the objects, in bytes */
#define NGX_PRINT_API_JOB                                                     \
    (512 + 6 * (NGX_PRINT_CLIENT_ID_MAX + NGX_PRINT_JOB_REASON))
#define NGX_PRINT_API_CLIENT                                                  \
    (768 + 6 * (NGX_PRINT_CLIENT_ID_MAX + NGX_PRINT_NSP_MAX)                  \
     + NGX_PRINT_CLIENT_INFO)
#define NGX_PRINT_API_EVENT  NGX_PRINT_API_JOB


/*
 * Each function writes one JSON object to p and returns the byte after it.  The
 * caller provides room for NGX_PRINT_API_JOB, _EVENT or _CLIENT bytes.
 */
u_char *ngx_print_api_json_job(u_char *p, ngx_print_job_info_t *job);
u_char *ngx_print_api_json_event(u_char *p, ngx_print_event_t *event);

/* Returns the type of an event, as the object of it says. */
const char *ngx_print_api_json_type(ngx_print_event_t *event);

/*
 * info: the members that the client registered with, as ngx_print_client_find()
 * returns them; they are appended to the object.
 */
u_char *ngx_print_api_json_client(u_char *p, ngx_print_store_t *st,
    ngx_print_client_detail_t *client, ngx_str_t *info);

/*
 * Writes a time, ms since the epoch, as JavaScript's toISOString() does,
 * without quotes.
 */
u_char *ngx_print_api_json_iso(u_char *p, uint64_t ms);

/*
 * Writes name and a time as JavaScript's toISOString() does, but without
 * milliseconds, or nothing if sec is 0.
 */
u_char *ngx_print_api_json_seconds(u_char *p, const char *name, time_t sec);


#endif /* _NGX_PRINT_API_JSON_H_INCLUDED_ */
