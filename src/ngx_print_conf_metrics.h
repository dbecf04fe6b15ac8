
/*
 * Copyright (C) the print hub contributors
 */


/* Reads "print_hub_metrics", and checks where it stands. */


#ifndef _NGX_PRINT_CONF_METRICS_H_INCLUDED_
#define _NGX_PRINT_CONF_METRICS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/* The handler of the directive, see ngx_print_conf.h. */
char *ngx_print_conf_metrics(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/*
 * Makes handler answer the requests of a location with the directive.  The
 * block of an "if" inherits it, a location inside does not.  NGX_OK, or
 * NGX_ERROR if the location serves the hub, too (logged).
 */
ngx_int_t ngx_print_conf_metrics_merge(ngx_conf_t *cf,
    ngx_print_loc_conf_t *prev, ngx_print_loc_conf_t *conf,
    ngx_http_handler_pt handler);

/*
 * Called when the zones have their memory.  NGX_OK, or NGX_ERROR if there are
 * metrics and no zone (logged).
 */
ngx_int_t ngx_print_conf_metrics_check(ngx_conf_t *cf,
    ngx_print_main_conf_t *pmcf);


#endif /* _NGX_PRINT_CONF_METRICS_H_INCLUDED_ */
