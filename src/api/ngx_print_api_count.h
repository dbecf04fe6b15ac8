
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What the HTTP side counts, in the column of this worker: answers, and prints
 * that were refused.
 */


#ifndef _NGX_PRINT_API_COUNT_H_INCLUDED_
#define _NGX_PRINT_API_COUNT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_tally.h"


/* Counts n prints that the hub refuses for a reason. */
void ngx_print_api_refused(ngx_http_request_t *r, ngx_print_denied_e reason,
    ngx_uint_t n);

/*
 * Counts a request that is refused because a page of another site has sent it;
 * print is 1 if it would have printed.
 */
void ngx_print_api_foreign(ngx_http_request_t *r, ngx_uint_t print);

/* Counts a print that an earlier request has ordered. */
void ngx_print_api_replayed(ngx_http_request_t *r);

/*
 * Called when the header of an answer to a path of the hub is sent, whoever has
 * made it: counts it by path and status.  If nginx refuses a print, counts that
 * too: what the hub refuses is counted where it decides.
 */
void ngx_print_api_answered(ngx_http_request_t *r, ngx_print_path_e path);

/*
 * Returns the class of a status: 0 to 3 for 2xx to 5xx, and the last one for
 * 101 and for no answer.
 */
ngx_uint_t ngx_print_api_count_class(ngx_uint_t status);


#endif /* _NGX_PRINT_API_COUNT_H_INCLUDED_ */
