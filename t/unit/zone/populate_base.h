
/*
 * Copyright (C) the print hub contributors
 */


/* A zone that has something of everything. */


#ifndef _NGX_PRINT_POPULATE_BASE_H_INCLUDED_
#define _NGX_PRINT_POPULATE_BASE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "zone_base.h"


/*
 * Sessions in all states, clients, sockets to recover, messages, and jobs in
 * any state, by two workers in slots 1 and 2 of a new zone of at least four
 * times the smallest size.
 */
void zone_populate(ngx_print_store_t *a, ngx_print_store_t *b);


#endif /* _NGX_PRINT_POPULATE_BASE_H_INCLUDED_ */
