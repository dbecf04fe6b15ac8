
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The origin of the page that sends a request, and whether a directive allows
 * it.
 */


#ifndef _NGX_PRINT_ORIGIN_H_INCLUDED_
#define _NGX_PRINT_ORIGIN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/*
 * Returns the header Origin of the request, or NULL if it has none.
 */
ngx_str_t *ngx_print_origin(ngx_http_request_t *r);

/*
 * Returns 1 if the list has this origin.  All origins are in ANY, none is in
 * OFF.  "*." in front of a domain stands for all its subdomains, but not for
 * the domain itself.
 */
ngx_uint_t ngx_print_origin_is_listed(ngx_print_origins_t *origins,
    ngx_str_t *origin);


/*
 * Returns 1 if a page of another site sends the request, in a browser: its
 * Origin is neither this host nor in a list ("*" is no list); or it has none,
 * and Sec-Fetch-Site says so; or, if by_referer is 1, it has neither, and the
 * Referer says so.  Programs send none of these headers.  Logs a request that
 * is from another site; what is the path or the transport.
 */
ngx_uint_t ngx_print_origin_foreign(ngx_http_request_t *r,
    ngx_print_origins_t *origins, ngx_uint_t by_referer, const char *what);


#endif /* _NGX_PRINT_ORIGIN_H_INCLUDED_ */
