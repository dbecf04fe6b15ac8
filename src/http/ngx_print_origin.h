
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
 * OFF.
 */
ngx_uint_t ngx_print_origin_is_listed(ngx_print_origins_t *origins,
    ngx_str_t *origin);


#endif /* _NGX_PRINT_ORIGIN_H_INCLUDED_ */
