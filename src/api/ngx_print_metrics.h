
/*
 * Copyright (C) the print hub contributors
 */


/* Answers requests for metrics, with the figures of all zones of this nginx. */


#ifndef _NGX_PRINT_METRICS_H_INCLUDED_
#define _NGX_PRINT_METRICS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* The content handler of a location with "print_hub_metrics". */
ngx_int_t ngx_print_metrics_handler(ngx_http_request_t *r);


#endif /* _NGX_PRINT_METRICS_H_INCLUDED_ */
