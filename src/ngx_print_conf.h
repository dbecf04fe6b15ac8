
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The directives of a location that need a function of their own, and checks of
 * values that nginx's own functions have read.
 *
 * All functions return NGX_CONF_OK, NGX_CONF_ERROR after the error was logged,
 * or the text of an error that nginx logs.
 */


#ifndef _NGX_PRINT_CONF_H_INCLUDED_
#define _NGX_PRINT_CONF_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* Each handles the directive "print_hub_<name>"; conf: ngx_print_loc_conf_t. */
char *ngx_print_conf_recovery(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_queue(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_namespace(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_cookie(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_cors_origins(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * Handlers of ngx_conf_post_t: nginx calls them after it has read the value to
 * which data points.  They allow a time from 1ms to 7d (ngx_msec_t), a size
 * from 1 to 2^31 - 1 bytes (size_t), and 9 to 15 bits of a deflate window
 * (ngx_uint_t).
 */
char *ngx_print_conf_check_msec(ngx_conf_t *cf, void *post, void *data);
char *ngx_print_conf_check_size(ngx_conf_t *cf, void *post, void *data);
char *ngx_print_conf_check_window(ngx_conf_t *cf, void *post, void *data);


#endif /* _NGX_PRINT_CONF_H_INCLUDED_ */
