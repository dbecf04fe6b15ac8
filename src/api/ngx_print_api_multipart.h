
/*
 * Copyright (C) the print hub contributors
 */


/* Rewrites a body of multipart/form-data as a form. */


#ifndef _NGX_PRINT_API_MULTIPART_H_INCLUDED_
#define _NGX_PRINT_API_MULTIPART_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_api.h"


/*
 * Makes text, a body with this boundary, what it would be with the type
 * application/x-www-form-urlencoded: the same code then reads either of them.
 *
 *   NGX_OK        *text is the form, from the pool
 *   NGX_DECLINED  the body is refused: *fault says why
 *   NGX_ERROR     there is no memory
 */
ngx_int_t ngx_print_api_multipart(ngx_pool_t *pool, ngx_str_t *boundary,
    ngx_str_t *text, ngx_print_api_fault_t *fault);


#endif /* _NGX_PRINT_API_MULTIPART_H_INCLUDED_ */
