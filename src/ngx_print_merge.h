
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The settings of a location: what it inherits, and the defaults.
 */


#ifndef _NGX_PRINT_MERGE_H_INCLUDED_
#define _NGX_PRINT_MERGE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/*
 * Completes conf with the settings of prev, the level above, and with the
 * defaults.  NGX_OK, or NGX_ERROR if there is no memory.
 */
ngx_int_t ngx_print_merge(ngx_conf_t *cf, ngx_print_loc_conf_t *prev,
    ngx_print_loc_conf_t *conf);


#endif /* _NGX_PRINT_MERGE_H_INCLUDED_ */
