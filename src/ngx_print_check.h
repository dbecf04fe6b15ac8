
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What the directives mean together: finds settings that contradict each other,
 * have no effect, or ask for more than the zone has.
 */


#ifndef _NGX_PRINT_CHECK_H_INCLUDED_
#define _NGX_PRINT_CHECK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/*
 * Makes the notes of prev apply to conf, too, except where conf has directives
 * of the same name.
 *
 *   NGX_OK     the notes were merged
 *   NGX_ERROR  there is no memory
 */
ngx_int_t ngx_print_check_merge(ngx_conf_t *cf, ngx_print_loc_conf_t *prev,
    ngx_print_loc_conf_t *conf);

/*
 * Checks a merged configuration in which the hub is on, and enters in the notes
 * that apply to it whether they have an effect.
 *
 *   NGX_OK     what is wrong, if anything, is worth a warning only
 *   NGX_ERROR  the configuration was refused (logged)
 */
ngx_int_t ngx_print_check_location(ngx_conf_t *cf, ngx_print_loc_conf_t *plcf);

/*
 * Sets the default of "print_hub_message_buffer", which grows with the largest
 * "print_hub_max_payload".  Called when all locations have been read.
 *
 *   NGX_OK     a message of any location has room
 *   NGX_ERROR  the directive is too small for one; this is logged
 */
ngx_int_t ngx_print_check_message_buffer(ngx_conf_t *cf,
    ngx_print_main_conf_t *pmcf);

/*
 * Logs the warnings, once for each configuration that nginx loads or tests.
 * Called by init_module, where all directives of nginx have been read and the
 * zone exists.
 */
void ngx_print_check_module(ngx_cycle_t *cycle, ngx_print_main_conf_t *pmcf);


#endif /* _NGX_PRINT_CHECK_H_INCLUDED_ */
