
/*
 * Copyright (C) the print hub contributors
 */


/* A line of a log of jobs, as JSON or as logfmt. */


#ifndef _NGX_PRINT_JOBLOG_LINE_H_INCLUDED_
#define _NGX_PRINT_JOBLOG_LINE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_job_log.h"


/* the bytes that a line may have, with its line feed */
#define NGX_PRINT_JOBLOG_LINE  4096


/* what a line tells */
typedef struct {
    ngx_str_t                 *zone;      /* its name; NGX_PRINT_JOBLOG_ZONE
                                             bytes of it are shown */
    ngx_print_event_t         *event;
    ngx_print_job_log_note_t  *note;      /* NULL: the job has given way */
    unsigned                   logfmt:1;  /* or else JSON */
    unsigned                   by:1;      /* with who has ordered the job */
} ngx_print_joblog_entry_t;

#define NGX_PRINT_JOBLOG_ZONE  128


/*
 * Each writes a line to p, which has room for NGX_PRINT_JOBLOG_LINE bytes, and
 * returns the byte after it. lost() tells that these events were overwritten.
 */
u_char *ngx_print_joblog_line(u_char *p, ngx_print_joblog_entry_t *entry);
u_char *ngx_print_joblog_line_lost(u_char *p, ngx_uint_t logfmt, uint64_t from,
    uint64_t to);


#endif /* _NGX_PRINT_JOBLOG_LINE_H_INCLUDED_ */
