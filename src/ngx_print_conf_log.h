
/*
 * Copyright (C) the print hub contributors
 */


/* The directive "print_hub_log". */


#ifndef _NGX_PRINT_CONF_LOG_H_INCLUDED_
#define _NGX_PRINT_CONF_LOG_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* The handler (ngx_command_t.set); returns what those of conf.h return. */
char *ngx_print_conf_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


#endif /* _NGX_PRINT_CONF_LOG_H_INCLUDED_ */
