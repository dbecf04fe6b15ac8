
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Reads the directive that limits addresses.
 */


#ifndef _NGX_PRINT_CONF_LIMIT_H_INCLUDED_
#define _NGX_PRINT_CONF_LIMIT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/*
 * The handler of "print_hub_limit", as those of ngx_print_conf.h: sets the
 * member "limit" of an ngx_print_loc_conf_t.
 */
char *ngx_print_conf_limit(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


#endif /* _NGX_PRINT_CONF_LIMIT_H_INCLUDED_ */
