
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Bounds the lines of error_log that strangers can cause.  Of each kind, a
 * worker writes NGX_PRINT_LOG_LINES lines in a second.  A line about the others
 * follows in the next second:
 *
 *   print hub: 312 more "connect refused" lines were left out
 *
 * Whoever writes a line at level "warn" or "notice" that a client can cause
 * declares its kind, and asks before it builds the text:
 *
 *   static ngx_print_log_kind_t  ngx_print_sio_refused =
 *       ngx_print_log_kind("connect refused", NGX_LOG_WARN);
 *
 *   if (ngx_print_log_turn(&ngx_print_sio_refused, log)) {
 *       ngx_log_error(NGX_LOG_WARN, log, 0,
 *                     "print hub: connect refused, ...");
 *   }
 *
 * Text that a client has sent goes through ngx_print_quote() before it is
 * logged at any level.
 */


#ifndef _NGX_PRINT_LOG_H_INCLUDED_
#define _NGX_PRINT_LOG_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_LOG_LINES  10      /* of a kind, in a second */


typedef struct ngx_print_log_kind_s  ngx_print_log_kind_t;

/* a kind of lines; it lives as long as the process */
struct ngx_print_log_kind_s {
    const char              *name;
    ngx_uint_t               level;

    /* private */
    time_t                   second;
    ngx_uint_t               lines;      /* of that second */
    ngx_uint_t               more;       /* that were left out in it */
    ngx_print_log_kind_t    *next;       /* of those with more */
};

#define ngx_print_log_kind(name, level)  { name, level, 0, 0, 0, NULL }


/*
 * Returns 1 if a line of this kind may be written now, which is counted then.
 * Returns 0 if it may not, or if log does not show this level.
 */
ngx_uint_t ngx_print_log_turn(ngx_print_log_kind_t *kind, ngx_log_t *log);

/*
 * Writes the lines about those that were left out in former seconds, to the
 * log of the process; if last is 1, also about those of this second.  A worker
 * calls it at each tick, and at its end.
 */
void ngx_print_log_tick(ngx_log_t *log, ngx_uint_t last);


#endif /* _NGX_PRINT_LOG_H_INCLUDED_ */
