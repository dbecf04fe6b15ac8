
/*
 * Copyright (C) the print hub contributors
 */


/* What the tests of the zone and of the store's own calls share. */


#ifndef _NGX_PRINT_ZONE_BASE_H_INCLUDED_
#define _NGX_PRINT_ZONE_BASE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"


/* a worker without a process */
typedef struct {
    ngx_print_store_t   st;
    ngx_print_wake_t    wake;
} store_worker_t;


void zone_proc_claim(void *data);
void zone_proc_join(void *data);
ngx_uint_t zone_rung(ngx_print_wake_t *wake, ngx_uint_t slot);


#endif /* _NGX_PRINT_ZONE_BASE_H_INCLUDED_ */
