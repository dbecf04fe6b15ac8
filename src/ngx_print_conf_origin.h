
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Reads the directives that list origins of web pages.
 */


#ifndef _NGX_PRINT_CONF_ORIGIN_H_INCLUDED_
#define _NGX_PRINT_CONF_ORIGIN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* what a directive with a list of origins accepts: cmd->post points to it */
typedef struct {
    ngx_conf_enum_t       *alone;         /* words that stand alone, as modes */
    ngx_uint_t             self;          /* 1: "self" may be in the list */
    const char            *expected;      /* the same for the error message */
} ngx_print_conf_origins_t;


/*
 * A handler of directives, as those of ngx_print_conf.h: sets the
 * ngx_print_origins_t at cmd->offset.
 */
char *ngx_print_conf_origins(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


#endif /* _NGX_PRINT_CONF_ORIGIN_H_INCLUDED_ */
