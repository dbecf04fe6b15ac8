
/*
 * Copyright (C) the print hub contributors
 */


/* What the endpoints note for variables; each call costs nothing without. */


#ifndef _NGX_PRINT_API_NOTE_H_INCLUDED_
#define _NGX_PRINT_API_NOTE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_note.h"
#include "ngx_print_job.h"


/* Notes the clients of a request, n of them; their texts are copied. */
void ngx_print_api_note_clients(ngx_http_request_t *r, ngx_str_t *clients,
    ngx_uint_t n);

/* Notes a print: where it came from, for whom, and the size of its payload. */
void ngx_print_api_note_print(ngx_http_request_t *r, const char *source,
    ngx_str_t *clients, ngx_uint_t n, size_t bytes);

/* Notes the ids of jobs, and the state that they have. */
void ngx_print_api_note_jobs(ngx_http_request_t *r, ngx_print_job_info_t *jobs,
    ngx_uint_t n);

/* Notes that jobs were created, or with replayed that they were before. */
void ngx_print_api_note_created(ngx_http_request_t *r,
    ngx_print_job_info_t *jobs, ngx_uint_t n, ngx_uint_t replayed);


#endif /* _NGX_PRINT_API_NOTE_H_INCLUDED_ */
