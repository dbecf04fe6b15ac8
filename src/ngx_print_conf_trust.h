
/*
 * Copyright (C) the print hub contributors
 */


/* The rules for stations: which directives they are, and what they say. */


#ifndef _NGX_PRINT_CONF_TRUST_H_INCLUDED_
#define _NGX_PRINT_CONF_TRUST_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/* what a directive of such values accepts: cmd->post points to it */
typedef struct {
    ngx_uint_t    variables;              /* values with variables */
    size_t        max;                    /* bytes of a value without them */
    size_t        weak;                   /* a shorter one is worth a warning;
                                             0: none is */
    unsigned      stars:1;                /* "*" stands for any bytes */
} ngx_print_conf_trust_t;


/*
 * Handles a directive "print_hub_<name> VALUE ... | off"; cmd->offset is that
 * of an array in ngx_print_loc_conf_t.  Returns as the handlers of
 * ngx_print_conf.h.
 */
char *ngx_print_conf_trust(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/*
 * Writes the rules of a location, which has its zone and its notes, as one
 * text: it is the same as long as the directives are.  What is said as it is by
 * default counts as not said.  The text is empty if nothing else is said.
 *
 *   NGX_OK     plcf->trust.rules is set
 *   NGX_ERROR  there is no memory
 */
ngx_int_t ngx_print_conf_trust_rules(ngx_conf_t *cf,
    ngx_print_loc_conf_t *plcf);


#endif /* _NGX_PRINT_CONF_TRUST_H_INCLUDED_ */
