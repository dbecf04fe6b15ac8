
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Cross-Origin Resource Sharing (Fetch, section 3.2): which pages of other
 * origins may read the answers of the hub.
 */


#ifndef _NGX_PRINT_CORS_H_INCLUDED_
#define _NGX_PRINT_CORS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/*
 * Answers a preflight request with status 204; methods is the list of the
 * allowed ones.  A browser may keep the answer for a day, that of the API for
 * ten minutes.  Returns the value for ngx_http_finalize_request().
 */
ngx_int_t ngx_print_cors_preflight(ngx_http_request_t *r,
    ngx_print_cors_t *cors, const char *methods);

/*
 * Adds the headers of an answer, whoever made it.  The header filter of the
 * hub's locations calls it once for each answer.  NGX_OK, or NGX_ERROR if there
 * is no memory.
 */
ngx_int_t ngx_print_cors_headers(ngx_http_request_t *r,
    ngx_print_cors_t *cors);


#endif /* _NGX_PRINT_CORS_H_INCLUDED_ */
