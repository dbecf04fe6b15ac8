
/*
 * Copyright (C) the print hub contributors
 */


/* Where the lines of a log of jobs go: a file of nginx, or syslog. */


#ifndef _NGX_PRINT_JOBLOG_OUT_H_INCLUDED_
#define _NGX_PRINT_JOBLOG_OUT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_joblog_line.h"


/* whole lines, one behind the other */
typedef struct {
    u_char               *start;
    u_char               *last;           /* the byte after the line feed */
    uint64_t              event;          /* the last one that it tells of */
} ngx_print_joblog_text_t;


typedef struct {
    ngx_print_joblog_conf_t  *conf;
    ngx_pool_t               *pool;       /* that of the cycle */

    /* private */
    u_char                   *line;       /* one that has only its beginning in
                                             the file */
    size_t                    len;        /* of it; 0: there is none */
    size_t                    sent;
    ngx_fd_t                  fd;         /* the file that has it */
    uint64_t                  event;
    unsigned                  fresh:1;    /* the file is another one by now */
} ngx_print_joblog_out_t;


/*
 * Forgets the line that has only its beginning in the file: another worker has
 * written since.
 */
void ngx_print_joblog_out_reset(ngx_print_joblog_out_t *out);

/*
 * Writes the rest of the last line, if it has only its beginning in the file.
 *
 *   NGX_OK        it is written: *event is the one that it tells of
 *   NGX_DECLINED  there is none, or the file was reopened, so that the line
 *                 has to be written once more
 *   NGX_ERROR     *err is the error
 */
ngx_int_t ngx_print_joblog_out_rest(ngx_print_joblog_out_t *out,
    uint64_t *event, ngx_err_t *err);

/*
 * Writes n lines, 1 at least, by one write() if they go to a file.  torn: the
 * last line of the file has only a beginning, and gets its line feed.  Returns
 * how many were written; if not all were, *err is the error, which is EAGAIN if
 * syslog has no room now.  Another one may have its beginning in the file then:
 * torn() tells.
 */
ngx_uint_t ngx_print_joblog_out(ngx_print_joblog_out_t *out,
    ngx_print_joblog_text_t *lines, ngx_uint_t n, ngx_uint_t torn,
    ngx_err_t *err);
ngx_uint_t ngx_print_joblog_out_torn(ngx_print_joblog_out_t *out);


#endif /* _NGX_PRINT_JOBLOG_OUT_H_INCLUDED_ */
