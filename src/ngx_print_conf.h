
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Reads the directives.  An error names the value, the directive and what may
 * stand there.  What a directive means together with others is not known before
 * all are read: ngx_print_check.h has these checks, and each directive leaves a
 * note for them.
 */


#ifndef _NGX_PRINT_CONF_H_INCLUDED_
#define _NGX_PRINT_CONF_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


#define NGX_PRINT_CONF_TIME  "a time from 1ms to 7d"


/* what a directive with one number accepts: cmd->post points to it */
typedef struct {
    ngx_uint_t             min;
    ngx_uint_t             max;
    const char            *expected;      /* the same for the error message */
} ngx_print_conf_range_t;


/* a directive that stands somewhere in the configuration */
typedef struct {
    ngx_str_t              name;
    ngx_str_t             *args;
    ngx_uint_t             nargs;
    ngx_str_t              file;
    ngx_uint_t             line;

    /* set by ngx_print_check_location() */
    ngx_print_loc_conf_t  *plcf;          /* the hub with the smallest zone
                                             that it applies to; NULL: there is
                                             none */
    const char            *idle;          /* why it has no effect anywhere;
                                             NULL: it has one */
} ngx_print_conf_note_t;


/*
 * Handlers of directives (ngx_command_t.set).  They return NGX_CONF_OK,
 * NGX_CONF_ERROR after the error was logged, or the text of an error that nginx
 * logs.
 *
 * Those with the name of a type set the member at cmd->offset, value() one that
 * is an ngx_http_complex_value_t; cmd->post points to an ngx_print_conf_range_t
 * for msec(), size() and num(), and to an array of ngx_conf_enum_t for word()
 * and words(), the last of which sets a mask.  The others handle the directive
 * "print_hub_<name>".
 */
char *ngx_print_conf_flag(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_msec(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_size(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_num(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_hub(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_words(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_value(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_recovery(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_queue(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_namespace(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_cookie(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_events(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_handover(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_print_conf_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/*
 * Reads a time from 1ms to 7d that follows the first skip bytes of the value.
 *
 *   NGX_OK     *time was set
 *   NGX_ERROR  it is no such time
 */
ngx_int_t ngx_print_conf_time(ngx_str_t *value, size_t skip, ngx_msec_t *time);

/*
 * Reads the URI of a location of this server, with arguments if there are.
 * Returns what a handler returns.
 */
char *ngx_print_conf_target(ngx_conf_t *cf, ngx_str_t *value,
    ngx_print_target_t *target);

/*
 * Reads the parameter "zone=NAME".  NGX_OK, or NGX_DECLINED if the value is not
 * that parameter.
 */
ngx_int_t ngx_print_conf_zone_name(ngx_str_t *value, ngx_str_t *name);

/*
 * For the handlers.  invalid() logs that the "value" or the "parameter" is not
 * what is expected, and returns NGX_CONF_ERROR.  note() remembers where the
 * directive stands, and returns NGX_CONF_OK, or NGX_CONF_ERROR if there is no
 * memory.
 */
char *ngx_print_conf_invalid(ngx_conf_t *cf, const char *what,
    ngx_str_t *value, const char *expected);
char *ngx_print_conf_note(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


#endif /* _NGX_PRINT_CONF_H_INCLUDED_ */
