
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Reads "print_hub_authorize", and completes what it says for each server.
 */


#ifndef _NGX_PRINT_CONF_AUTHORIZE_H_INCLUDED_
#define _NGX_PRINT_CONF_AUTHORIZE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/* A handler of directives, as those of ngx_print_conf.h. */
char *ngx_print_conf_authorize(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/*
 * Sets what conf inherits from prev, the level above: a URI is one of the
 * server that asks.  NGX_OK, or NGX_ERROR if there is no memory.
 */
ngx_int_t ngx_print_conf_authorize_merge(ngx_conf_t *cf,
    ngx_print_loc_conf_t *prev, ngx_print_loc_conf_t *conf);

/*
 * Notes that a location asks its authorizer, if it has one.  NGX_OK, or
 * NGX_ERROR if there is no memory.
 */
ngx_int_t ngx_print_conf_authorize_use(ngx_conf_t *cf,
    ngx_print_loc_conf_t *conf);


#endif /* _NGX_PRINT_CONF_AUTHORIZE_H_INCLUDED_ */
