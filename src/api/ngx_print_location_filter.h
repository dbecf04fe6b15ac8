
/*
 * Copyright (C) the print hub contributors
 */


/* The header filter of the locations that have a hub. */


#ifndef _NGX_PRINT_LOCATION_FILTER_H_INCLUDED_
#define _NGX_PRINT_LOCATION_FILTER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/*
 * Puts the filter in front of the others, at the end of the configuration.
 * Called once for each configuration that has a hub: nginx's own modules build
 * the chain anew each time.
 */
void ngx_print_location_filter_init(void);


#endif /* _NGX_PRINT_LOCATION_FILTER_H_INCLUDED_ */
