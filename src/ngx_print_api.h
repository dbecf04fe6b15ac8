
/*
 * Copyright (C) the print hub contributors
 */


/* The HTTP answers of the hub: getStatus and startPrint. */


#ifndef _NGX_PRINT_API_H_INCLUDED_
#define _NGX_PRINT_API_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* each returns what the request is to be finalized with */
ngx_int_t ngx_print_api_status(ngx_http_request_t *r);
ngx_int_t ngx_print_api_print(ngx_http_request_t *r);


#endif /* _NGX_PRINT_API_H_INCLUDED_ */
